//! The keys that a node holds, and what they open. SPEC.md §10.

mod audiences;
mod stored;
mod write;

use super::{
    closed::Community,
    keys::{ProofKey, ReadKey, SealKey},
    proof::ProofOf,
    seal::{Plain, SealError, Sealed},
    wrap::Item,
};
use crate::{
    entry::Header,
    geo::Cell,
    ids::{AuthorId, DeviceId, ElementId, IdentityId, KeyId},
    limits::{COMMUNITIES_MAX, KEYS_MAX},
    op::{Op, OpError, Sealing, schema},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub use stored::StoredError;
pub use write::Under;

/// Which kind of key sealed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Who belongs to a closed community.
    Roster,
    /// What a closed community says.
    Content,
    /// What is for named persons.
    Audience,
}

/// The key that sealed something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SealedBy {
    /// Its kind.
    pub class: Class,
    /// Its name: for roster and content keys their epoch's.
    pub key: KeyId,
}

/// A payload, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What it is.
    pub plain: Plain,
    /// By what it was sealed.
    pub by: SealedBy,
    /// The element in whose space it stands: of a closed community its own id, not the blinded one.
    pub container: ElementId,
}

/// The keys of one epoch.
#[derive(Debug, Clone)]
struct Epoch {
    id: KeyId,
    roster: SealKey,
    /// Not of epochs before one came, if the community keeps those to itself.
    read: Option<(ReadKey, SealKey)>,
    from: DeviceId,
    /// Whether an entry under it counts: others make room first.
    confirmed: bool,
}

#[derive(Debug, Clone)]
struct Closed {
    community: Community,
    /// In the order in which they came.
    epochs: Vec<Epoch>,
}

/// What a box holds of a community that it keeps and cannot read.
#[derive(Debug, Clone)]
struct Kept {
    keys: ElementId,
    door: ProofKey,
    /// The device that asked for it: trusted until there is a proof that names others.
    from: DeviceId,
    /// Each with the devices from which the next are taken.
    sync: BTreeMap<KeyId, (ProofKey, BTreeSet<DeviceId>)>,
    /// Names of proofs that no longer open.
    over: BTreeSet<KeyId>,
}

impl Kept {
    fn live(&self) -> impl Iterator<Item = &(ProofKey, BTreeSet<DeviceId>)> {
        self.sync.iter().filter(|(id, _)| !self.over.contains(*id)).map(|(_, held)| held)
    }
    fn trusts(&self, device: DeviceId) -> bool {
        let mut live = self.live().peekable();
        if live.peek().is_none() { self.from == device } else { live.any(|(_, trust)| trust.contains(&device)) }
    }
}

/// Keys by what they open.
#[derive(Debug, Clone, Default)]
pub struct Keyring {
    /// By the container of the closed scope.
    closed: BTreeMap<ElementId, Closed>,
    /// In the order in which they came, with who gave them.
    audiences: BTreeMap<Scope, Vec<(SealKey, DeviceId)>>,
    /// By the container of the closed scope.
    kept: BTreeMap<ElementId, Kept>,
    /// The device whose keyring this is, once it has said so. Not stored.
    own: Option<DeviceId>,
}

/// What came of a bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenKeys {
    /// Scopes of which something may open now that did not before.
    pub opens: BTreeSet<Scope>,
    /// Communities to which somebody invites: joined only when the user says so.
    pub invitations: Vec<Community>,
    /// Communities that somebody asks to keep without reading: (closed scope, scope of keys, door).
    pub to_keep: Vec<(Scope, Scope, ProofKey)>,
}

fn closed_scope(container: ElementId) -> Scope {
    Scope { cell: Cell::CLOSED, container }
}

/// Under which kind of key an operation is sealed in a closed community, and which schema its header then says.
#[must_use]
pub fn placed(op: &Op, community: ElementId) -> (Class, u16) {
    if op.is_of_roster(community) {
        return (Class::Roster, schema::SEALED_KEPT);
    }
    (Class::Content, if op.rule().erasable { schema::SEALED } else { schema::SEALED_KEPT })
}

/// Whether an opened operation stands under the kind of key, and in the kind of header, that belong to it.
pub(crate) fn is_placed(op: &Op, opened: &Opened, header: &Header) -> bool {
    let rule = op.rule();
    match opened.by.class {
        // A view must not depend on who was told: only what decides nothing may be for some alone.
        Class::Audience => rule.for_persons && header.schema == schema::SEALED,
        class => rule.sealing != Sealing::Never && placed(op, opened.container) == (class, header.schema),
    }
}

impl Keyring {
    /// Belong to a community. False if there is no room for more.
    pub fn join(&mut self, community: Community) -> bool {
        let container = community.scope().container;
        let room = self.closed.len() < COMMUNITIES_MAX || self.closed.contains_key(&container);
        if room {
            self.closed.entry(container).or_insert(Closed { community, epochs: Vec::new() });
        }
        room
    }

    /// Keep a community without reading it. False if there is no room for more.
    pub fn keep(&mut self, scope: Scope, keys: Scope, door: ProofKey, from: DeviceId) -> bool {
        let room = self.kept.len() < COMMUNITIES_MAX || self.kept.contains_key(&scope.container);
        if room && scope.is_closed() && keys.is_closed() {
            let kept = Kept { keys: keys.container, door, from, sync: BTreeMap::new(), over: BTreeSet::new() };
            self.kept.entry(scope.container).or_insert(kept);
        }
        room
    }

    /// Forget all keys of a closed scope.
    pub fn leave(&mut self, scope: &Scope) {
        self.closed.remove(&scope.container);
        self.kept.remove(&scope.container);
    }

    /// The communities to which this node belongs.
    pub fn communities(&self) -> impl Iterator<Item = &Community> {
        self.closed.values().map(|closed| &closed.community)
    }

    /// The community of a closed scope.
    #[must_use]
    pub fn community(&self, scope: &Scope) -> Option<&Community> {
        self.closed.get(&scope.container).filter(|_| scope.is_closed()).map(|closed| &closed.community)
    }

    /// As whom a person writes in a scope; none: it is a closed one to which this node does not belong.
    #[must_use]
    pub fn author_in(&self, scope: &Scope, person: IdentityId) -> Option<AuthorId> {
        if !scope.is_closed() {
            return Some(person.into());
        }
        let mut all = self.communities();
        let of = all.find(|held| held.scope() == *scope || held.key_scope() == *scope);
        of.map(|community| community.author(person))
    }

    /// Closed scopes that this node keeps or reads, with those of their keys.
    #[must_use]
    pub fn scopes(&self) -> BTreeSet<Scope> {
        let own = self.communities().flat_map(|community| [community.scope(), community.key_scope()]);
        let kept = self.kept.iter().flat_map(|(scope, kept)| [closed_scope(*scope), closed_scope(kept.keys)]);
        own.chain(kept).collect()
    }

    /// Take the items of a bundle that stood in a scope and was written by a device.
    pub fn take(&mut self, scope: &Scope, from: DeviceId, items: Vec<Item>) -> TakenKeys {
        let mut taken = TakenKeys::default();
        let of = |keys: &Scope| {
            let mut all = self.closed.iter();
            all.find(|(_, closed)| closed.community.key_scope() == *keys).map(|(container, _)| *container)
        };
        let community = if scope.is_closed() { of(scope) } else { None };
        for item in items {
            let opens = match (item, community) {
                (Item::Community { id, secret }, None) if !scope.is_closed() => {
                    taken.invitations.push(Community { id, secret });
                    None
                }
                (Item::Seed { scope: closed, keys, door }, None) if !scope.is_closed() => {
                    taken.to_keep.push((closed_scope(closed), closed_scope(keys), door));
                    None
                }
                (Item::Sync { key, over, trust }, _) => {
                    self.add_sync(scope, from, key, over, trust);
                    None
                }
                (Item::Read(key), Some(container)) => {
                    self.add_epoch(container, key.roster(), Some(key), from).then(|| closed_scope(container))
                }
                (Item::Roster(key), Some(container)) => {
                    self.add_epoch(container, key, None, from).then(|| closed_scope(container))
                }
                (Item::Audience(key), None) => self.add_audience(*scope, key, from).then_some(*scope),
                _ => None,
            };
            taken.opens.extend(opens);
        }
        taken
    }

    /// A new key of a community to which this node belongs, made here.
    pub fn add_read(&mut self, scope: &Scope, key: ReadKey, by: DeviceId) -> bool {
        let added = self.add_epoch(scope.container, key.roster(), Some(key.clone()), by);
        self.confirm(scope, &BTreeSet::from([key.id()]));
        added
    }

    fn add_epoch(&mut self, container: ElementId, roster: SealKey, read: Option<ReadKey>, from: DeviceId) -> bool {
        let Some(closed) = self.closed.get_mut(&container) else { return false };
        let id = roster.id();
        let read = read.map(|key| {
            let content = key.content();
            (key, content)
        });
        if let Some(held) = closed.epochs.iter_mut().find(|epoch| epoch.id == id) {
            let more = held.read.is_none() && read.is_some();
            if more {
                held.read = read;
            }
            return more;
        }
        if closed.epochs.len() >= KEYS_MAX
            && !make_room(&mut closed.epochs, |epoch| (!epoch.confirmed).then_some(epoch.from))
        {
            return false;
        }
        closed.epochs.push(Epoch { id, roster, read, from, confirmed: false });
        true
    }

    fn add_sync(&mut self, keys: &Scope, from: DeviceId, key: ProofKey, over: Vec<KeyId>, trust: Vec<DeviceId>) {
        for kept in self.kept.values_mut().filter(|kept| closed_scope(kept.keys) == *keys && kept.trusts(from)) {
            if kept.sync.len() < KEYS_MAX && kept.over.len() < KEYS_MAX {
                kept.sync.insert(key.id(), (key.clone(), trust.iter().copied().collect()));
                kept.over.extend(&over);
            }
        }
    }

    /// Entries under these keys count: they stay when room is made.
    pub fn confirm(&mut self, scope: &Scope, keys: &BTreeSet<KeyId>) {
        if let Some(closed) = self.closed.get_mut(&scope.container) {
            closed.epochs.iter_mut().filter(|epoch| keys.contains(&epoch.id)).for_each(|epoch| epoch.confirmed = true);
        }
    }

    /// Whether all of an epoch is held.
    #[must_use]
    pub fn reads(&self, scope: &Scope, epoch: KeyId) -> bool {
        self.seal_key(scope, epoch, Class::Content).is_some()
    }

    /// The key with which to write in an epoch.
    #[must_use]
    pub fn seal_key(&self, scope: &Scope, epoch: KeyId, class: Class) -> Option<&SealKey> {
        let closed = self.closed.get(&scope.container).filter(|_| scope.is_closed())?;
        let held = closed.epochs.iter().find(|held| held.id == epoch)?;
        match class {
            Class::Roster => Some(&held.roster),
            Class::Content => held.read.as_ref().map(|(_, content)| content),
            Class::Audience => None,
        }
    }

    /// What to give a device that is to read from now on: all keys if `history`, otherwise those of `current` and the
    /// rosters. In bundles of at most `most` items.
    #[must_use]
    pub fn share(&self, scope: &Scope, current: &BTreeSet<KeyId>, history: bool, most: usize) -> Vec<Vec<Item>> {
        let Some(closed) = self.closed.get(&scope.container) else { return Vec::new() };
        let items: Vec<Item> = closed
            .epochs
            .iter()
            .filter(|epoch| epoch.confirmed || current.contains(&epoch.id))
            .map(|epoch| match &epoch.read {
                Some((read, _)) if history || current.contains(&epoch.id) => Item::Read(read.clone()),
                _ => Item::Roster(epoch.roster.clone()),
            })
            .collect();
        items.chunks(most.max(1)).map(<[Item]>::to_vec).collect()
    }

    /// What proves to a peer which closed scopes are shared: doors first, then of each scope one epoch after the other,
    /// the newest first. `lets_in` judges by scope, key and who gave it ([`crate::fold::KeysView::lets_in`]).
    #[must_use]
    pub fn proofs(&self, lets_in: impl Fn(&Scope, KeyId, DeviceId) -> bool) -> Vec<ProofOf> {
        let mut ranked: Vec<(usize, ProofOf)> = Vec::new();
        let mut put = |scope: Scope, keys: Scope, door: ProofKey, sync: Vec<ProofKey>| {
            ranked.push((0, ProofOf { key: door, opens: vec![keys] }));
            let each = sync.into_iter().map(|key| ProofOf { key, opens: vec![scope, keys] });
            ranked.extend(each.enumerate().map(|(at, proof)| (at.saturating_add(1), proof)));
        };
        for closed in self.closed.values() {
            let scope = closed.community.scope();
            let live = closed.epochs.iter().rev().filter(|epoch| lets_in(&scope, epoch.id, epoch.from));
            let sync = live.filter_map(|epoch| epoch.read.as_ref()).map(|(key, _)| key.sync()).collect();
            put(scope, closed.community.key_scope(), closed.community.door(), sync);
        }
        for (scope, kept) in &self.kept {
            let sync = kept.live().map(|(key, _)| key.clone()).collect();
            put(closed_scope(*scope), closed_scope(kept.keys), kept.door.clone(), sync);
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked.into_iter().map(|(_, proof)| proof).collect()
    }

    /// Open a sealed payload: [`OpError::Sealed`] if no key that is held fits.
    pub fn open(&self, header: &Header, payload: &[u8]) -> Result<Opened, OpError> {
        let scope = header.log.scope;
        let sealed = Sealed::decode(payload)?;
        let closed = self.closed.get(&scope.container).filter(|_| scope.is_closed());
        let container = closed.map_or(scope.container, |closed| closed.community.id);
        let opened = |class, key: &SealKey, id| {
            let plain = sealed.open(key, header)?;
            if schema::is_sealed(plain.schema) {
                return Err(SealError::Misplaced(plain.schema).into());
            }
            if closed.map_or_else(|| plain.author.into(), |closed| closed.community.author(plain.author))
                != header.log.author
            {
                return Err(SealError::Author(plain.author).into());
            }
            Ok(Opened { plain, by: SealedBy { class, key: id }, container })
        };
        for epoch in closed.into_iter().flat_map(|closed| closed.epochs.iter().rev()) {
            let content = epoch.read.as_ref().map(|(_, content)| content);
            if let Some(key) = content.filter(|key| sealed.is_under(key)) {
                return opened(Class::Content, key, epoch.id);
            }
            if header.schema == schema::SEALED_KEPT && sealed.is_under(&epoch.roster) {
                return opened(Class::Roster, &epoch.roster, epoch.id);
            }
        }
        for (key, _) in self.audiences.get(&scope).into_iter().flatten().rev() {
            if sealed.is_under(key) {
                return opened(Class::Audience, key, key.id());
            }
        }
        Err(OpError::Sealed)
    }
}

/// Drop the oldest of what came from whoever gave most. False if nothing may go.
fn make_room<T>(held: &mut Vec<T>, giver: impl Fn(&T) -> Option<DeviceId>) -> bool {
    let mut counts: BTreeMap<DeviceId, usize> = BTreeMap::new();
    for from in held.iter().filter_map(&giver) {
        let count = counts.entry(from).or_default();
        *count = count.saturating_add(1);
    }
    let Some((most, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else { return false };
    let oldest = held.iter().position(|item| giver(item) == Some(most));
    oldest.map(|at| held.remove(at)).is_some()
}
