//! What a replica asks its peers for, which topics it hears, and what of these it keeps. SPEC.md §9.1.

use crate::{
    geo::{Cell, Position},
    ids::{ElementId, IdentityId},
    limits::SCOPE_CELL_MAX,
    scope::Scope,
};
use std::collections::BTreeSet;

/// Prefixes of the interest told to a peer: cells, own scopes, spaces of people, 40 B each.
pub const INTERESTS_MAX: usize = crate::replication::INTERESTS_MAX;
/// Gossip topics heard: gossipsub travels subscriptions in one message. Beyond, rounds alone serve.
pub const TOPICS_MAX: usize = 64;

/// What the owner of a replica follows, writes in and has met.
pub trait Interest {
    /// The 4-character cells of the territories followed.
    fn followed(&self) -> BTreeSet<Cell>;
    /// The scopes in which this device has a log.
    fn written(&self) -> BTreeSet<Scope>;
    /// The closed scopes of which a key is held.
    fn closed(&self) -> BTreeSet<Scope>;
    /// Where people are at home whose identity log is held; not those known from closed scopes alone.
    fn homes(&self) -> Vec<(IdentityId, Position)>;
    /// Whose identity logs are asked for on purpose, of everybody.
    fn wanted(&self) -> BTreeSet<IdentityId>;
    /// Whether an entry of a scope is kept: in a followed cell or above one, written in from here, or closed and open
    /// to this node.
    fn wants(&self, scope: &Scope) -> bool {
        let followed = || self.followed().iter().any(|cell| scope.cell.contains(*cell));
        self.written().contains(scope) || self.closed().contains(scope) || followed()
    }
}

/// The gossip topics: followed cells, then those written in, with all their ancestors.
pub fn topics(of: &impl Interest) -> BTreeSet<Cell> {
    let written = of.written().into_iter().map(|scope| scope.cell).filter(|cell| cell.is_place());
    let mut topics = BTreeSet::new();
    for cell in of.followed().into_iter().chain(written) {
        let with_ancestors: BTreeSet<Cell> = (0..=SCOPE_CELL_MAX).map(|len| cell.ancestor(len)).collect();
        let more = with_ancestors.difference(&topics).count();
        if topics.len().saturating_add(more) <= TOPICS_MAX {
            topics.extend(with_ancestors);
        }
    }
    topics
}

/// Beginnings of log keys to ask for: followed cells and their ancestors, own scopes, and the own spaces of people,
/// where they wrap keys, for private posts and invitations, to whom they mean. Identity logs come with what their
/// owners write.
pub fn prefixes(of: &impl Interest) -> BTreeSet<Vec<u8>> {
    let mut cells: BTreeSet<Vec<u8>> = BTreeSet::new();
    for cell in of.followed() {
        cells.extend((0..=SCOPE_CELL_MAX).map(|len| cell.ancestor(len).bytes().to_vec()));
    }
    let outside = |scope: &Scope| !cells.contains(scope.cell.bytes().as_slice());
    let mut more: BTreeSet<Vec<u8>> = of.written().iter().filter(|scope| outside(scope)).map(key).collect();
    more.extend(of.closed().iter().map(key));
    more.extend(of.wanted().iter().map(|id| key(&Scope::identity(*id))));
    let homes = of.homes();
    let spaces = homes.iter().map(|(id, home)| Scope::container(*home, ElementId::from(*id)));
    let spaces: Vec<Vec<u8>> = spaces.filter(|scope| outside(scope)).map(|scope| key(&scope)).collect();
    // Where there are too many, spaces go first.
    cells.into_iter().chain(more).chain(spaces).take(INTERESTS_MAX).collect()
}

fn key(scope: &Scope) -> Vec<u8> {
    scope.key().to_vec()
}
