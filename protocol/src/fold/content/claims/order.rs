//! Which confirmations of a resource are applied, and in which order.

use super::{ConfirmView, said_by};
use crate::{
    fold::{ScopeView, roles::bits::Bits},
    ids::{ElementId, EntryId, IdentityId},
    limits::{CONFIRMS_EACH_MAX, CONFIRMS_MAX},
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
    /// Those that the next one follows, the owner's first.
    pub heads: Vec<EntryId>,
    /// Those that were too many.
    pub beyond: usize,
}

/// A confirmation that may count, after all that it follows.
struct Word {
    confirm: Arc<ConfirmView>,
    standing: Standing,
    /// Places in the list of those that it names.
    parents: Vec<usize>,
    depth: usize,
    /// Whether one of the owner's has it in its past.
    followed: bool,
    /// Among those that count, if it does.
    number: Option<usize>,
}

impl Word {
    /// Whether the next one has a reason to follow it.
    fn says_something(&self) -> bool {
        self.standing == Standing::Owner || !self.confirm.said.decisions.is_empty()
    }
}

pub(super) fn order(view: &ScopeView, resource: ElementId) -> Order {
    let (all, who) = counting(view, resource);
    let mut words = listed(&all, &who);
    let kept = choose(&mut words);
    let beyond = all.len().saturating_sub(kept);

    // Those before come first: one pass forth gives the past, one back what has followed. What does not count itself
    // still ties together what does.
    let mut pasts: Vec<Bits> = Vec::with_capacity(words.len());
    for word in &words {
        let mut past = Bits::default();
        for (parent, further) in word.parents.iter().filter_map(|at| Some((words.get(*at)?, pasts.get(*at)?))) {
            past.join(further);
            parent.number.into_iter().for_each(|number| past.set(number));
        }
        pasts.push(past);
    }
    let mut followers: Vec<Bits> = vec![Bits::default(); words.len()];
    for (at, word) in words.iter().enumerate().rev() {
        let mut here = followers.get(at).cloned().unwrap_or_default();
        here.extend(word.number);
        for parent in &word.parents {
            if let Some(of) = followers.get_mut(*parent) {
                of.join(&here);
            }
        }
    }
    let owners: Bits =
        words.iter().filter(|word| word.standing == Standing::Owner).filter_map(|word| word.number).collect();
    let keys = words.iter().zip(&followers).map(|(word, followers)| {
        let by_owner = followers.common(&owners);
        (word.standing, Reverse(by_owner), Reverse(followers.len()), word.confirm.entry)
    });
    let keys: Vec<_> = keys.collect();
    let heads = heads(&words, &pasts);

    let mut waits: Vec<usize> = words.iter().map(|word| word.parents.len()).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); words.len()];
    for (at, word) in words.iter().enumerate() {
        for parent in &word.parents {
            if let Some(of) = children.get_mut(*parent) {
                of.push(at);
            }
        }
    }
    let mut free: Vec<usize> = waits.iter().enumerate().filter(|(_, waits)| **waits == 0).map(|(at, _)| at).collect();
    let mut ready: BTreeSet<_> = BTreeSet::new();
    let mut applied = Vec::with_capacity(kept);
    loop {
        // What does not count holds nothing up.
        let at = match free.pop() {
            Some(at) if words.get(at).is_some_and(|word| word.number.is_some()) => {
                ready.extend(keys.get(at).map(|key| (*key, at)));
                continue;
            }
            Some(at) => at,
            None => match ready.pop_first() {
                Some((_, at)) => at,
                None => break,
            },
        };
        if let (Some(word), Some(past)) = (words.get(at), pasts.get_mut(at))
            && let Some(number) = word.number
        {
            applied.push((number, Applied { confirm: word.confirm.clone(), past: std::mem::take(past) }));
        }
        for child in children.get(at).into_iter().flatten() {
            let Some(left) = waits.get_mut(*child) else { continue };
            *left = left.saturating_sub(1);
            if *left == 0 {
                free.push(*child);
            }
        }
    }
    Order { applied, heads, beyond }
}

/// Of those that count and say something what is in the past of none of the others: nobody has a reason to follow
/// chains of nothing.
fn heads(words: &[Word], pasts: &[Bits]) -> Vec<EntryId> {
    let saying = || words.iter().zip(pasts).filter(|(word, _)| word.says_something());
    let mut behind = Bits::default();
    saying().filter(|(word, _)| word.number.is_some()).for_each(|(_, past)| behind.join(past));
    let heads = saying().filter(|(word, _)| word.number.is_some_and(|number| !behind.get(number)));
    let mut heads: Vec<_> = heads.map(|(word, _)| (word.standing, word.confirm.entry)).collect();
    heads.sort_unstable();
    heads.into_iter().map(|(_, entry)| entry).collect()
}

type Who = BTreeMap<IdentityId, Standing>;

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

/// All of them, each behind those that it follows.
fn listed(all: &BTreeMap<EntryId, Arc<ConfirmView>>, who: &Who) -> Vec<Word> {
    let mut waits: BTreeMap<EntryId, usize> = BTreeMap::new();
    let mut children: BTreeMap<EntryId, Vec<EntryId>> = BTreeMap::new();
    for (entry, confirm) in all {
        let held: Vec<&EntryId> = confirm.said.previous.iter().filter(|previous| all.contains_key(*previous)).collect();
        waits.insert(*entry, held.len());
        held.into_iter().for_each(|previous| children.entry(*previous).or_default().push(*entry));
    }
    let mut layer: Vec<EntryId> = waits.iter().filter(|(_, waits)| **waits == 0).map(|(entry, _)| *entry).collect();
    let mut places: BTreeMap<EntryId, usize> = BTreeMap::new();
    let mut words: Vec<Word> = Vec::with_capacity(all.len());
    // The layer at which the last of what it follows stands is its own depth.
    let mut depth = 0_usize;
    while !layer.is_empty() {
        for confirm in layer.iter().filter_map(|entry| all.get(entry)) {
            places.insert(confirm.entry, words.len());
            let parents = confirm.said.previous.iter().filter_map(|previous| places.get(previous)).copied().collect();
            let standing = who.get(&confirm.author).copied().unwrap_or(Standing::Followed);
            words.push(Word { confirm: confirm.clone(), standing, parents, depth, followed: false, number: None });
        }
        let mut next = Vec::new();
        for child in layer.iter().filter_map(|entry| children.get(entry)).flatten() {
            if let Some(left) = waits.get_mut(child) {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    next.push(*child);
                }
            }
        }
        (layer, depth) = (next, depth.saturating_add(1));
    }
    words
}

/// As many as count, which are numbered; gives how many. What the owner has written and followed goes first, and nobody
/// else has more than a share: so none of the others crowds anybody out.
fn choose(words: &mut [Word]) -> usize {
    let mut followed: BTreeSet<usize> = BTreeSet::new();
    for (at, word) in words.iter_mut().enumerate().rev() {
        word.followed = followed.contains(&at);
        if word.followed || word.standing == Standing::Owner {
            followed.extend(&word.parents);
        }
    }
    let mut all: Vec<usize> = (0..words.len()).collect();
    all.sort_by_key(|at| {
        words.get(*at).map(|word| {
            let owners = word.standing == Standing::Owner;
            (Reverse(owners), Reverse(word.followed), word.depth, word.standing, word.confirm.entry)
        })
    });
    let mut shares: BTreeMap<IdentityId, usize> = BTreeMap::new();
    all.retain(|at| {
        let Some(word) = words.get(*at).filter(|word| word.standing != Standing::Owner) else { return true };
        let share = shares.entry(word.confirm.author).or_default();
        *share = share.saturating_add(1);
        *share <= CONFIRMS_EACH_MAX
    });
    all.truncate(CONFIRMS_MAX);
    for (number, at) in all.iter().enumerate() {
        if let Some(word) = words.get_mut(*at) {
            word.number = Some(number);
        }
    }
    all.len()
}
