//! What others ask of this node in wraps that are for it: to belong to a closed community, to keep one without reading
//! it. Nothing happens until its owner says so. Derived from the entries held: read again at each start.

use super::{
    Replica,
    private::{KEYRING, Private},
};
use crate::store::StoreError;
use communaut_protocol::{
    DeviceId, Entry, EntryId, IdentityId, LogId, Scope,
    fold::{Record, Standing},
    op::{EntryPlace, Op, check_blobs_total, schema},
    private::{Community, Item, ProofKey, SealingSecret, wrap::unwrap},
};

/// Requests of one person that wait: more is a nuisance.
const OF_ONE_MAX: usize = 16;
/// Requests that wait in all.
const WAITING_MAX: usize = 512;

/// Who gave something, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given {
    pub log: LogId,
    pub seq: u64,
    pub entry: EntryId,
}

impl Given {
    /// Of an entry of wraps, with what it gives to one of these secrets. None if it gives them nothing.
    pub fn open(entry: &Entry, secrets: &[&SealingSecret]) -> Result<Option<(Self, Vec<Item>)>, String> {
        let header = entry.header();
        if header.schema != schema::WRAPS {
            return Ok(None);
        }
        // What cannot be read gives nobody a key; it is kept, relayed and counted like all that is not understood.
        let op = Op::decode(header.schema, header.schema_version, entry.payload()).ok();
        let Some(Op::Wraps(op)) = op.filter(|op| check_blobs_total(header, op, false).is_ok()) else {
            return Ok(None);
        };
        for secret in secrets {
            if let Some(items) = unwrap(header, &op, secret).map_err(|error| error.to_string())? {
                return Ok(Some((Self { log: header.log, seq: header.seq, entry: entry.id() }, items)));
            }
        }
        Ok(None)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To belong.
    Belong(Community),
    /// To keep what cannot be read.
    Keep { scope: Scope, keys: Scope, door: ProofKey },
}

impl Asked {
    /// The closed scope that it is about.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Belong(community) => community.scope(),
            Self::Keep { scope, .. } => *scope,
        }
    }
}

/// A request that waits for an answer.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub asked: Asked,
    pub from: IdentityId,
    pub device: DeviceId,
    pub entry: EntryId,
}

impl Replica {
    /// Note what somebody asks. The latest of each person and scope stands.
    pub(crate) fn note_request(&mut self, given: Given, asked: Asked) {
        let waiting = &mut self.waiting;
        let request =
            Request { from: IdentityId(given.log.author.0), device: given.log.device, entry: given.entry, asked };
        let about = |held: &Request| (held.from, held.asked.scope(), matches!(held.asked, Asked::Belong(_)));
        if let Some(held) = waiting.iter_mut().find(|held| about(held) == about(&request)) {
            *held = request;
        } else if waiting.len() < WAITING_MAX
            && waiting.iter().filter(|held| held.from == request.from).count() < OF_ONE_MAX
        {
            waiting.push(request);
        } else {
            self.count("invitations", 1);
        }
    }

    /// Wraps that were stored before this start. What cannot be taken from them now is tried again at the next one.
    pub(crate) fn loaded_wraps(&mut self, found: Vec<(Given, Vec<Item>)>) {
        if let Err(error) = self.take_loaded(found) {
            tracing::error!("the keys that are stored: {error}");
            self.count("damaged", 1);
        }
    }

    /// As if they had just come: the keyring lacks what was stored right before the node ended.
    fn take_loaded(&mut self, mut found: Vec<(Given, Vec<Item>)>) -> Result<(), StoreError> {
        // Outside of closed scopes first: they say to which of those this node belongs.
        found.sort_by_key(|(given, _)| given.log.scope.is_closed());
        let stored = |private: &Private| {
            private.ring.to_stored().map_err(|error| StoreError::Damaged(format!("the {KEYRING}: {error}")))
        };
        let before = stored(&self.private)?;
        for (given, items) in found {
            let place = EntryPlace::of(&given.log, given.seq, given.entry);
            let held = self.store.at(&given.log.scope, &place)?.and_then(|(_, held)| held.into_whole());
            if let Some(entry) = held {
                self.take_unsaved(&entry, given, items)?;
            }
        }
        if stored(&self.private)? == before { Ok(()) } else { self.private.save() }
    }

    /// Whether an entry that is held is of this node's person: by a device that speaks for them, or by one that did and
    /// whose word was accepted up to here.
    fn is_own(&mut self, entry: &Entry) -> Result<bool, StoreError> {
        let Some(record) = Record::of(entry).ok().filter(|record| self.me == Some(record.author)) else {
            return Ok(false);
        };
        let standing = self.views.book().get(&record.author).map(|me| me.standing(record.log.device));
        let mut marked = [record];
        if standing == Some(Standing::Out) {
            self.mark_accepted(&mut marked)?;
        }
        Ok(standing == Some(Standing::Speaks) || marked[0].accepted)
    }

    /// Requests of people whose device speaks for them.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &Request> {
        self.waiting.iter().filter(|request| {
            let from = self.views.book().get(&request.from);
            from.is_some_and(|from| from.standing(request.device) == Standing::Speaks)
        })
    }

    /// Once a second: what another device of this person joined is joined too, if it was not yet known to be theirs
    /// when that came, in one batch with the identity's log perhaps.
    pub(crate) fn join_own(&mut self) -> Result<(), StoreError> {
        let Some(me) = self.me else { return Ok(()) };
        let mut own = Vec::new();
        for request in std::mem::take(&mut self.waiting) {
            let view = self.views.book().get(&me).filter(|_| request.from == me);
            match &request.asked {
                Asked::Belong(community)
                    if view.is_some_and(|view| view.standing(request.device) == Standing::Speaks) =>
                {
                    own.push(community.clone());
                }
                _ => self.waiting.push(request),
            }
        }
        for community in own {
            if self.private.ring.community(&community.scope()).is_none() {
                self.belong(community)?;
            }
        }
        Ok(())
    }

    /// Belong to a community, with the keys that lie here already: a box may have kept it before. False if there is no
    /// room for more.
    pub(crate) fn belong(&mut self, community: Community) -> Result<bool, StoreError> {
        let (scope, keys) = (community.scope(), community.key_scope());
        if !self.private.ring.join(community) {
            return Ok(false);
        }
        self.stale.extend([scope, keys]);
        self.take_held_keys(&keys)?;
        Ok(true)
    }

    /// Keep a community without reading it, with the proofs that lie here already. False if there is no room for more.
    pub(crate) fn keep_closed(&mut self, asked: (Scope, Scope, ProofKey), from: DeviceId) -> Result<bool, StoreError> {
        let (scope, keys, door) = asked;
        if !self.private.ring.keep(scope, keys, door, from) {
            return Ok(false);
        }
        self.take_held_keys(&keys)?;
        Ok(true)
    }

    /// Keys are good for something from now on that were passed over when they came.
    fn take_held_keys(&mut self, scope: &Scope) -> Result<(), StoreError> {
        self.private.save()?;
        let wraps: Vec<Entry> = self.store.scope_reader(scope).wraps().collect::<Result<_, _>>()?;
        for entry in wraps {
            self.take_wraps(&entry)?;
        }
        self.private.changed();
        Ok(())
    }

    /// Keys were handed out: those for this device are kept, and what they open is folded.
    pub(crate) fn take_wraps(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let secrets: Vec<&SealingSecret> = std::iter::once(&self.private.sealing)
            .chain(self.private.recovering.as_ref().map(|by| &by.sealing))
            .collect();
        match Given::open(entry, &secrets) {
            Ok(Some((given, items))) => self.take_items(entry, given, items),
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::info!(entry = %entry.id(), "{error}");
                self.count("wraps", 1);
                Ok(())
            }
        }
    }

    /// Keys that an entry gives. The keyring is kept when it returns.
    pub(crate) fn take_items(&mut self, entry: &Entry, given: Given, items: Vec<Item>) -> Result<(), StoreError> {
        self.take_unsaved(entry, given, items)?;
        self.private.save()
    }

    fn take_unsaved(&mut self, entry: &Entry, given: Given, items: Vec<Item>) -> Result<(), StoreError> {
        let LogId { scope, device, .. } = given.log;
        self.private.ring.set_own(self.device.id());
        let taken = self.private.ring.take(&scope, device, items);
        // Who asks to join is answered by the user; what another device of the same person joined, this one joins too.
        let own = !taken.invitations.is_empty() && self.is_own(entry)?;
        for community in taken.invitations {
            if self.private.ring.community(&community.scope()).is_some() {
                continue;
            }
            if own {
                self.belong(community)?;
            } else {
                self.note_request(given, Asked::Belong(community));
            }
        }
        // Who belongs has it already: what one asks of a box goes to one's own devices too.
        let kept = taken.to_keep.into_iter().filter(|(scope, ..)| self.private.ring.community(scope).is_none());
        for (scope, keys, door) in kept.collect::<Vec<_>>() {
            self.note_request(given, Asked::Keep { scope, keys, door });
        }
        self.stale.extend(taken.opens);
        self.private.changed();
        self.changed = true;
        Ok(())
    }
}
