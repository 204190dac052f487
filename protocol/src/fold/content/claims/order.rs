//! In which order the confirmations of a resource are applied.

use super::{ConfirmView, said_by};
use crate::{
    fold::{ScopeView, roles::bits::Bits},
    ids::{ElementId, EntryId, IdentityId},
    limits::CONFIRMS_MAX,
};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What an author is to a resource, the first the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Owner,
    Confirmer,
    /// Who may not, or no longer: somebody who may has followed what they wrote.
    Followed,
}

/// A confirmation that counts.
#[derive(Debug)]
pub(super) struct Applied {
    pub confirm: Arc<ConfirmView>,
    /// Numbers of those in its past.
    pub past: Bits,
}

/// Those that count, in the order in which they are applied, each with its number.
#[derive(Debug, Default)]
pub(super) struct Order {
    pub applied: Vec<(usize, Applied)>,
    /// Those that no other follows, ascending.
    pub heads: Vec<EntryId>,
    /// Those that were too many.
    pub beyond: usize,
}

pub(super) fn order(view: &ScopeView, resource: ElementId) -> Order {
    let (all, who) = counting(view, resource);
    let (kept, beyond) = bounded(&all, &who);
    let numbers: BTreeMap<EntryId, usize> = kept.iter().enumerate().map(|(at, held)| (held.entry, at)).collect();
    let parents: Vec<Vec<usize>> = kept.iter().map(|held| known(&held.said.previous, &numbers)).collect();

    // Those before come first in `kept`: one pass forth gives the past, one back what has followed.
    let mut pasts: Vec<Bits> = Vec::with_capacity(kept.len());
    for before in &parents {
        let mut past = Bits::default();
        for at in before {
            past.set(*at);
            if let Some(further) = pasts.get(*at) {
                past.join(further);
            }
        }
        pasts.push(past);
    }
    let mut followers: Vec<Bits> = vec![Bits::default(); kept.len()];
    let mut heads: BTreeSet<EntryId> = numbers.keys().copied().collect();
    for (at, (held, before)) in kept.iter().zip(&parents).enumerate().rev() {
        let mut here = followers.get(at).cloned().unwrap_or_default();
        here.set(at);
        for parent in before {
            if let Some(of) = followers.get_mut(*parent) {
                of.join(&here);
            }
        }
        held.said.previous.iter().for_each(|previous| {
            heads.remove(previous);
        });
    }
    let owners = |at: &usize| kept.get(*at).is_some_and(|held| standing(&who, held.author) == Standing::Owner);
    let keys = kept.iter().zip(&followers).map(|(held, followers)| {
        let by_owner = followers.all().filter(owners).count();
        (standing(&who, held.author), Reverse(by_owner), Reverse(followers.len()), held.entry)
    });
    let keys: Vec<_> = keys.collect();

    let mut waits: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); kept.len()];
    for (at, before) in parents.iter().enumerate() {
        for parent in before {
            if let Some(of) = children.get_mut(*parent) {
                of.push(at);
            }
        }
    }
    let first = keys.iter().enumerate().zip(&waits).filter(|(_, waits)| **waits == 0);
    let mut ready: BTreeSet<_> = first.map(|((at, key), _)| (*key, at)).collect();
    let mut applied = Vec::with_capacity(kept.len());
    while let Some((_, at)) = ready.pop_first() {
        if let (Some(confirm), Some(past)) = (kept.get(at), pasts.get_mut(at)) {
            applied.push((at, Applied { confirm: confirm.clone(), past: std::mem::take(past) }));
        }
        for child in children.get(at).into_iter().flatten() {
            let Some(left) = waits.get_mut(*child) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                ready.extend(keys.get(*child).map(|key| (*key, *child)));
            }
        }
    }
    Order { applied, heads: heads.into_iter().collect(), beyond }
}

type Who = BTreeMap<IdentityId, Standing>;

fn standing(who: &Who, author: IdentityId) -> Standing {
    who.get(&author).copied().unwrap_or(Standing::Followed)
}

/// What people wrote who may confirm now, with all that it follows.
fn counting(view: &ScopeView, resource: ElementId) -> (BTreeMap<EntryId, Arc<ConfirmView>>, Who) {
    let setters = view.term_setters(resource).into_iter();
    let named = view.terms_of(resource).map(|terms| terms.said.confirmers.clone()).unwrap_or_default();
    let owner = view.owner_of(resource);
    let rank = |person| if owner == Some(person) { Standing::Owner } else { Standing::Confirmer };
    let who: Who = setters.chain(named).map(|person| (person, rank(person))).collect();
    let said = &view.claims;
    let mut waiting: Vec<&Arc<ConfirmView>> =
        who.keys().flat_map(|person| said_by(&said.confirms, resource, *person)).collect();
    let mut all = BTreeMap::new();
    while let Some(confirm) = waiting.pop() {
        if all.insert(confirm.entry, confirm.clone()).is_some() {
            continue;
        }
        for previous in confirm.said.previous.iter().filter(|previous| !all.contains_key(*previous)) {
            let author = said.confirm_authors.get(&(resource, *previous));
            waiting.extend(author.and_then(|author| said.confirms.get(&(resource, *author, *previous))));
        }
    }
    (all, who)
}

fn known(previous: &[EntryId], numbers: &BTreeMap<EntryId, usize>) -> Vec<usize> {
    previous.iter().filter_map(|previous| numbers.get(previous)).copied().collect()
}

/// As many as are applied, each behind those that it follows: those go first that follow the longest chains.
fn bounded(all: &BTreeMap<EntryId, Arc<ConfirmView>>, who: &Who) -> (Vec<Arc<ConfirmView>>, usize) {
    let mut waits: BTreeMap<EntryId, usize> = BTreeMap::new();
    let mut children: BTreeMap<EntryId, Vec<EntryId>> = BTreeMap::new();
    for (entry, confirm) in all {
        let held: Vec<&EntryId> = confirm.said.previous.iter().filter(|previous| all.contains_key(*previous)).collect();
        waits.insert(*entry, held.len());
        held.into_iter().for_each(|previous| children.entry(*previous).or_default().push(*entry));
    }
    let mut layer: Vec<EntryId> = waits.iter().filter(|(_, waits)| **waits == 0).map(|(entry, _)| *entry).collect();
    let mut kept = Vec::new();
    // The layer at which the last of what it follows stands is its own depth.
    while !layer.is_empty() && kept.len() < CONFIRMS_MAX {
        let mut here: Vec<&Arc<ConfirmView>> = layer.iter().filter_map(|entry| all.get(entry)).collect();
        here.sort_by_key(|confirm| (standing(who, confirm.author), confirm.entry));
        kept.extend(here.into_iter().cloned());
        let mut next = Vec::new();
        for child in layer.iter().filter_map(|entry| children.get(entry)).flatten() {
            if let Some(left) = waits.get_mut(child) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    next.push(*child);
                }
            }
        }
        layer = next;
    }
    kept.truncate(CONFIRMS_MAX);
    let beyond = all.len().saturating_sub(kept.len());
    (kept, beyond)
}
