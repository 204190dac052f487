//! Whether all came to hold the same, and whether it adds up to the same.

use super::{Held, World};
use crate::{
    entry::HeldEntry,
    fold::{Acceptance, IdentityBook, IdentityState, Record, ScopeState, Within},
    ids::{Hash, IdentityId},
    log::Branch,
    replication::replica::Replica,
    scope::{LogId, Scope},
};
use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

/// The state of each log.
type Heads = Vec<(LogId, Hash)>;

impl World {
    /// The first thing in which two replicas that want the same differ: in what they hold, or in what it adds up to.
    pub(super) fn difference(&self) -> Option<String> {
        for territory in 0..self.config.territories {
            let cell = Scope::open(self.places[territory]).cell.bytes();
            let nodes = (0..self.nodes.len()).filter(|node| self.follows[*node].contains(&territory));
            if let Some(difference) = self.differ(&cell, nodes) {
                return Some(format!("territory {territory}: {difference}"));
            }
        }
        for (n, closed) in self.closed.iter().enumerate() {
            if let Some(difference) = self.differ(&closed.scope.key(), closed.members.iter().copied()) {
                return Some(format!("community {n}: {difference}"));
            }
        }
        self.leak()
    }

    /// How nodes differ in what lies under a prefix.
    fn differ(&self, prefix: &[u8], nodes: impl Iterator<Item = usize>) -> Option<String> {
        let mut first: Option<(usize, Heads, Vec<Hash>)> = None;
        for node in nodes {
            let held = &self.nodes[node].held;
            let now = heads(held, prefix);
            match &first {
                None => first = Some((node, now, views(held, prefix))),
                Some((other, theirs, _)) if *theirs != now => {
                    let one = now.iter().find(|log| !theirs.contains(log)).or(theirs.last());
                    let state = |held: &Held| one.map(|(log, _)| held.replica.state(log));
                    let (theirs, ours) = (state(&self.nodes[*other].held), state(held));
                    return Some(format!("nodes {other} and {node} hold {theirs:?} and {ours:?}"));
                }
                Some((other, _, theirs)) if *theirs != views(held, prefix) => {
                    return Some(format!("the views of nodes {other} and {node} differ"));
                }
                Some(_) => {}
            }
        }
        None
    }
}

/// What a node holds of a territory.
fn heads(held: &Held, cell: &[u8]) -> Heads {
    let mut found = Vec::new();
    held.replica.each(cell, None, &mut |log, state| {
        let inside = log.key().starts_with(cell);
        if inside {
            found.push((log, state.digest()));
        }
        inside
    });
    found
}

/// Everyone known to a node, and what it holds under a prefix as records, each marked whether it still counts.
pub(super) fn judged(held: &Held, prefix: &[u8]) -> (IdentityBook, Vec<Record>) {
    let read = |entry: &HeldEntry| {
        let whole = entry.whole().into_iter();
        whole.flat_map(|whole| Record::all(&whole, &held.ring)).flatten().collect::<Vec<Record>>()
    };
    let mut people: BTreeMap<IdentityId, Vec<Record>> = BTreeMap::new();
    for record in held.replica.entries().flat_map(|entry| read(entry)) {
        if record.log.scope.is_identity() {
            people.entry(IdentityId(record.log.scope.container.0)).or_default().push(record);
        }
    }
    let fold = |(id, records)| {
        let mut state = IdentityState::new(id);
        state.apply(records);
        (id, Arc::new(state.view().clone()))
    };
    let book: IdentityBook = people.into_iter().map(fold).collect();
    let mut records = Vec::new();
    let mut acceptance = Acceptance::default();
    for log in held.replica.logs() {
        let Some(state) = log.state() else { continue };
        let at = |branch, seq| Ok::<_, Infallible>(log.get(branch, seq).map(|entry| entry.id()));
        for branch in [Branch::First, Branch::Second] {
            for (_, entry) in log.branch(branch) {
                let inside = entry.header().log.key().starts_with(prefix) && !entry.header().log.scope.is_identity();
                for mut record in read(entry).into_iter().filter(|_| inside) {
                    let Ok(()) = acceptance.mark(&mut record, branch, state, at, &book);
                    records.push(record);
                }
            }
        }
    }
    (book, records)
}

/// The digests of the views of a territory's scopes, by the reducers that the node uses.
fn views(held: &Held, cell: &[u8]) -> Vec<Hash> {
    let (book, records) = judged(held, cell);
    let mut scopes: BTreeMap<Scope, Vec<Record>> = BTreeMap::new();
    for record in records {
        scopes.entry(record.log.scope).or_default().push(record);
    }
    let digests = scopes.into_iter().filter_map(|(scope, records)| {
        let mut state = ScopeState::new(scope);
        let mut within = Within::default();
        if scope.is_closed() {
            within.hear(&records, |_| None);
            state.apply(records, within.book());
        } else {
            state.apply(records, &book);
        }
        state.view().digest().ok()
    });
    digests.collect()
}
