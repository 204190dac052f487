//! Writing in closed communities: the key of now, a new one where none will do, and who is given it. SPEC.md §10.4.

#[cfg(test)]
mod tests;

use super::{
    Replica,
    write::{Piece, SealUnder},
};
use crate::{
    failure::{Failure, FailureCode},
    snapshot::Phase,
    store::StoreError,
};
use communaut_protocol::{
    DeviceId, ElementId, IdentityId, KeyId, Scope, SealingKey,
    fold::{Governance, KeysView},
    limits::{BUNDLE_ITEMS_MAX, KEY_FOLLOWS_MAX, KEY_OUTS_MAX},
    op::{KeyEpochOp, Op, PostOp},
    private::{Community, Item, ReadKey, SealKey, SealingSecret, wrap::chunks},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Before the name of a key that was made here: to whom it was given, as hashes of 32 bytes.
const GIVEN: &str = "given ";
/// Names of older proofs, and devices, that a box is told with a new proof: with 34 B each they fit a bundle.
const SYNC_NAMES_MAX: usize = 400;
/// Bytes of text in a decoy: a message of a line or of a few, which are padded to 256 or to 512 B.
const DECOY_TEXT_MAX: u16 = 400;

impl Replica {
    /// The closed communities to which this node belongs, by their scopes.
    pub(crate) fn closed_communities(&self) -> BTreeMap<Scope, ElementId> {
        self.private.ring.communities().map(|community| (community.scope(), community.id)).collect()
    }

    /// Whether a scope is the space of an element: of a closed community, the blinded one.
    pub(crate) fn is_space_of(&self, scope: &Scope, id: ElementId) -> bool {
        scope.container == id || self.private.ring.community(scope).is_some_and(|community| community.id == id)
    }

    /// Where this person writes what is theirs.
    pub(crate) fn own_space(&self, me: IdentityId) -> Result<Scope, Failure> {
        let card = self.views.elements().get(&ElementId::from(me)).map(|card| card.scope);
        let home = || self.views.book().get(&me)?.home.map(|home| Scope::container(home, me.into()));
        card.or_else(home).ok_or_else(|| {
            let why = "your own card has not come to this device yet: stay connected with a node that holds it";
            Failure::new(FailureCode::Busy, why)
        })
    }

    fn closed_view(&self, scope: &Scope) -> Result<(Arc<Governance>, Arc<KeysView>), Failure> {
        let view = self.views.scopes().get(scope);
        let both = view.and_then(|view| Some((view.governance.clone()?, view.keys.clone()?)));
        both.ok_or_else(|| {
            let why = "nothing of this closed community has come yet: stay connected with somebody who belongs, and \
                       try again";
            Failure::new(FailureCode::Busy, why)
        })
    }

    /// The key under which this person writes in a closed community; where none will do, one is made first.
    pub(crate) fn key_to_write(&mut self, me: IdentityId, scope: &Scope) -> Result<KeyId, Failure> {
        let (governance, keys) = self.closed_view(scope)?;
        if !governance.roles.contains_key(&me) {
            let why = "you have no role in this closed community (any more), so nobody would read what you write: ask \
                       one of its moderators";
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        match keys.current() {
            Some(epoch) if self.private.ring.reads(scope, epoch.key) => Ok(epoch.key),
            Some(_) => {
                let why = "the key under which this closed community writes now has not come yet: stay connected with \
                           somebody who belongs, and try again";
                Err(Failure::new(FailureCode::Busy, why))
            }
            None => self.rotate(me, scope),
        }
    }

    /// Make a new key and give it to all who have a role, but not to devices that were taken out.
    pub(crate) fn rotate(&mut self, me: IdentityId, scope: &Scope) -> Result<KeyId, Failure> {
        let (governance, keys) = self.closed_view(scope)?;
        let community = self.private.ring.community(scope).cloned().ok_or_else(not_ours)?;
        let out: BTreeSet<DeviceId> = governance
            .roles
            .keys()
            .filter_map(|person| self.views.book_in(scope).get(person))
            .flat_map(|person| person.out.keys().copied())
            .collect();
        let last = keys.tips.iter().filter_map(|tip| keys.epochs.get(tip)).max_by_key(|held| (held.stamp, held.entry));
        let read = ReadKey::from_bytes(self.random()?);
        let op = KeyEpochOp {
            key: read.id(),
            follows: keys.tips.iter().copied().take(KEY_FOLLOWS_MAX).collect(),
            refs: governance.refs(me, None),
            outs: out.difference(&keys.outs).copied().take(KEY_OUTS_MAX).collect(),
            history: last.is_some_and(|held| held.history),
        };
        let everyone = self.sealing_keys_of(scope, governance.roles.keys());
        let mut pieces = vec![(*scope, Piece::Sealed(Op::KeyEpoch(op), SealUnder::Epoch(read.id())))];
        pieces.extend(keys_in(community.key_scope(), &[Item::Read(read.clone())], &everyone)?);
        self.hold(&community, &read)?;
        for seed in keys.seeds.values().filter(|seed| seed.on) {
            pieces.extend(self.proof_for(&community, read.id(), seed.sealing_key)?);
        }
        self.write_all(me, pieces)?;
        self.gave(read.id(), &everyone).map_err(internal)?;
        self.private.changed();
        Ok(read.id())
    }

    /// Keep a key that was made here, before anything is written under it.
    pub(crate) fn hold(&mut self, community: &Community, read: &ReadKey) -> Result<(), Failure> {
        if !self.private.ring.add_read(&community.scope(), read.clone(), self.device.id()) {
            return Err(Failure::invalid("there is no room for another key of this closed community"));
        }
        self.private.save().map_err(internal)
    }

    /// What proves an epoch, for a box that keeps a closed community without reading it.
    pub(crate) fn proof_for(
        &self,
        community: &Community,
        epoch: KeyId,
        to: SealingKey,
    ) -> Result<Vec<(Scope, Piece)>, Failure> {
        let scope = community.scope();
        let key = self.private.ring.sync(&scope, epoch).ok_or_else(not_ours)?;
        let over = self.private.ring.over(&scope, epoch).into_iter().take(SYNC_NAMES_MAX).collect();
        // This device's first: it is the one that the box knows for sure to belong.
        let others = self.member_devices(&scope).into_iter().filter(|device| *device != self.device.id());
        let trust = std::iter::once(self.device.id()).chain(others).take(SYNC_NAMES_MAX).collect();
        keys_in(community.key_scope(), &[Item::Sync { key, over, trust }], &BTreeSet::from([to]))
    }

    /// What somebody is given who belongs from now on: the key of now, with those of before as the community wants it.
    pub(crate) fn keys_of_now(
        &mut self,
        scope: &Scope,
        epoch: KeyId,
        to: &BTreeSet<SealingKey>,
    ) -> Result<Vec<(Scope, Piece)>, Failure> {
        let (_, keys) = self.closed_view(scope)?;
        let community = self.private.ring.community(scope).cloned().ok_or_else(not_ours)?;
        self.private.ring.confirm(scope, &keys.known);
        let history = keys.epochs.values().find(|held| held.key == epoch).is_some_and(|held| held.history);
        let bundles = self.private.ring.share(scope, &BTreeSet::from([epoch]), history, BUNDLE_ITEMS_MAX);
        let mut pieces = Vec::new();
        for bundle in bundles {
            pieces.extend(keys_in(community.key_scope(), &bundle, to)?);
        }
        Ok(pieces)
    }

    /// An invitation with its keys, for one person. Nothing is written yet.
    pub(crate) fn invitation(
        &mut self,
        me: IdentityId,
        scope: &Scope,
        person: IdentityId,
    ) -> Result<Vec<(Scope, Piece)>, Failure> {
        let Some(community) = self.private.ring.community(scope).cloned() else { return Ok(Vec::new()) };
        let to = self.known_keys_of(person)?;
        let key = self.key_to_write(me, scope)?;
        let item = Item::Community { id: community.id, secret: community.secret };
        let mut pieces = self.given_like_a_message(me, item, &to)?;
        pieces.extend(self.keys_of_now(scope, key, &to)?);
        // Those inside ask nobody who that is.
        pieces.extend(self.witness_of(scope, &BTreeSet::from([person])).map_err(internal)?);
        Ok(pieces)
    }

    /// Something given to somebody in the author's own space, so that those who open neither cannot tell it from a
    /// private message: a message follows that nobody can read. SPEC.md §10.3.
    pub(crate) fn given_like_a_message(
        &mut self,
        me: IdentityId,
        item: Item,
        to: &BTreeSet<SealingKey>,
    ) -> Result<Vec<(Scope, Piece)>, Failure> {
        let own = self.own_space(me)?;
        let to = self.as_many_as_a_message(me, to)?;
        let mut pieces = keys_in(own, &[item], &to)?;
        let length = 1 + u16::from_be_bytes(self.random()?) % DECOY_TEXT_MAX;
        let op = Op::Post(PostOp { text: ".".repeat(length.into()), ..PostOp::default() });
        let key = SealKey::from_bytes(self.random()?);
        pieces.push((own, Piece::Sealed(op, SealUnder::Audience(key))));
        Ok(pieces)
    }

    /// Keys to wrap to, with one's own, and keys of nobody if it is not at least to somebody who has a device and a
    /// phrase: else few wraps would tell what else is given from the messages of who has many devices.
    pub(crate) fn as_many_as_a_message(
        &mut self,
        me: IdentityId,
        to: &BTreeSet<SealingKey>,
    ) -> Result<BTreeSet<SealingKey>, Failure> {
        let mine = self.known_keys_of(me)?;
        let least = mine.len().saturating_add(2);
        let mut to: BTreeSet<SealingKey> = mine.union(to).copied().collect();
        while to.len() < least {
            to.insert(SealingSecret::from_seed(&self.random()?).public());
        }
        Ok(to)
    }

    /// Where keys are wrapped to for a person, who has to be known here.
    pub(crate) fn known_keys_of(&self, person: IdentityId) -> Result<BTreeSet<SealingKey>, Failure> {
        let held = self.views.person(person).filter(|held| !held.devices.is_empty());
        let held = held.ok_or_else(|| {
            Failure::not_found(format!(
                "the identity {} is not held here, so nothing can be sealed for them: follow the territory where they \
                 write, and try again",
                person.short()
            ))
        })?;
        Ok(held.sealing_keys().collect())
    }

    /// Where keys are wrapped to for people, as far as they are known in a scope.
    pub(crate) fn sealing_keys_of<'a>(
        &self,
        scope: &Scope,
        people: impl Iterator<Item = &'a IdentityId>,
    ) -> BTreeSet<SealingKey> {
        let book = self.views.book_in(scope);
        let known = people.filter_map(|person| book.get(person)).filter(|held| !held.devices.is_empty());
        known.flat_map(|held| held.sealing_keys()).collect()
    }

    /// Once a second, if anything has come of closed communities: who made the key of now gives it to those who belong
    /// and have not got it, because they or their devices were not known when it was made.
    pub(crate) fn tend_closed(&mut self) -> Result<(), StoreError> {
        let revision = Some(self.private.revision());
        if self.private.tended == revision || self.phase != Phase::Ready {
            return Ok(());
        }
        let Ok(me) = self.author() else { return Ok(()) };
        self.private.tended = revision;
        self.tend_witnesses(me)?;
        for scope in self.closed_communities().into_keys() {
            let Ok((governance, keys)) = self.closed_view(&scope) else { continue };
            self.private.ring.confirm(&scope, &keys.known);
            let Some(epoch) = keys.current().filter(|_| governance.roles.contains_key(&me)) else { continue };
            if self.private.ring.giver(&scope, epoch.key) != Some(self.device.id()) {
                continue;
            }
            let given = self.store.meta(&format!("{GIVEN}{}", epoch.key))?.unwrap_or_default();
            let given: BTreeSet<&[u8]> = given.chunks(32).collect();
            let mut lacking = self.sealing_keys_of(&scope, governance.roles.keys());
            lacking.retain(|key| !given.contains(given_to(epoch.key, *key).as_slice()));
            if lacking.is_empty() {
                continue;
            }
            let handed = self.keys_of_now(&scope, epoch.key, &lacking).and_then(|pieces| self.write_all(me, pieces));
            match handed {
                Ok(_) => self.gave(epoch.key, &lacking)?,
                Err(failure) => tracing::warn!("the key of a closed community is not handed on: {failure}"),
            }
        }
        Ok(())
    }

    /// Remember to whom a key was given that was made here.
    pub(crate) fn gave(&mut self, key: KeyId, to: &BTreeSet<SealingKey>) -> Result<(), StoreError> {
        let name = format!("{GIVEN}{key}");
        let mut given = self.store.meta(&name)?.map(|bytes| bytes.to_vec()).unwrap_or_default();
        given.extend(to.iter().flat_map(|device| given_to(key, *device)));
        self.dirty = true;
        self.store.set_meta(&name, &given)
    }
}

/// Items for receivers in a scope, in as many entries as it takes.
pub(crate) fn keys_in(scope: Scope, items: &[Item], to: &BTreeSet<SealingKey>) -> Result<Vec<(Scope, Piece)>, Failure> {
    let parts = chunks(to.iter().copied()).map_err(|error| Failure::invalid(error.to_string()))?;
    Ok(parts.into_iter().map(|to| (scope, Piece::Keys { items: items.to_vec(), to })).collect())
}

/// Tells to whom a key was given to who knows the key's name, and nothing to others.
fn given_to(key: KeyId, to: SealingKey) -> [u8; 32] {
    let both: Vec<u8> = key.0.into_iter().chain(to.0).collect();
    blake3::derive_key("communaut 2026 given key", &both)
}

pub(crate) fn not_ours() -> Failure {
    Failure::new(FailureCode::NotAllowed, "this node has no key of this closed community: ask to be invited")
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(crate) fn internal(error: StoreError) -> Failure {
    Failure::internal(error.to_string())
}
