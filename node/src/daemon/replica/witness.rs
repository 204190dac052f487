//! Acts of other devices, said again in this one's log, so that they stand whatever becomes of theirs. SPEC.md §7.1.

use super::Replica;
use crate::store::StoreError;
use communaut_protocol::{
    EntryId, IdentityId, Scope, codec,
    entry::{HeldEntry, RawEntry, hash},
    limits::{NONCE_LEN, PAYLOAD_MAX, WITNESSED_MAX},
    op::{Op, WitnessOp, schema},
};
use std::collections::{BTreeMap, BTreeSet};

/// Entries that one witness takes at most: an identity with more acts than these can hold has other troubles.
const PARTS_MAX: usize = 16;
/// Bytes of a payload beside the acts, at most.
const ENVELOPE: usize = NONCE_LEN + 64;

impl Replica {
    /// Before each act that decides who speaks: those on which it stands and that only other logs say.
    pub(crate) fn with_witness(&self, ops: Vec<(Scope, Op)>) -> Result<Vec<(Scope, Op)>, StoreError> {
        let mut all = Vec::with_capacity(ops.len());
        for (scope, op) in ops {
            let previous = match &op {
                Op::Out(op) => Some(op.previous),
                Op::Recovery(op) => Some(op.terms.previous),
                _ => None,
            };
            if let Some(previous) = previous {
                all.extend(self.witness(IdentityId(scope.container.0), previous)?);
            }
            all.push((scope, op));
        }
        Ok(all)
    }

    /// This device has come in: what that rests on is in its own log from now on.
    pub(crate) fn witness_coming_in(&mut self, me: IdentityId) {
        let head = self.views.book().get(&me).and_then(|view| view.head);
        let written = match self.witness(me, head) {
            Ok(ops) if ops.is_empty() => return,
            Ok(ops) => self.write(me, ops).map(drop).map_err(|failure| failure.message),
            Err(error) => Err(error.to_string()),
        };
        if let Err(why) = written {
            // It is said before this device decides anything, too.
            tracing::warn!("the acts by which this device came in are not said again here: {why}");
        }
    }

    /// Of the acts up to `last` and the inception, those that no log of this device says.
    fn witness(&self, id: IdentityId, last: Option<EntryId>) -> Result<Vec<(Scope, Op)>, StoreError> {
        let scope = Scope::identity(id);
        let wanted = self.acts_up_to(id, last);
        let (mut said, mut found) = (BTreeSet::new(), BTreeMap::new());
        for (log, _) in self.store.heads_under(&scope.key()) {
            let own = log.device == self.device.id();
            for entry in self.store.log_entries(&log)? {
                for act in acts_in(&entry).filter(|act| wanted.contains(&id_of(act))) {
                    if own {
                        said.insert(id_of(&act));
                    } else {
                        found.insert(id_of(&act), act);
                    }
                }
            }
        }
        found.retain(|act, _| !said.contains(act));
        Ok(parts(found.into_values(), PAYLOAD_MAX)
            .into_iter()
            .map(|acts| (scope, Op::Witness(WitnessOp { acts })))
            .collect())
    }

    fn acts_up_to(&self, id: IdentityId, mut last: Option<EntryId>) -> BTreeSet<EntryId> {
        let Some(state) = self.views.identity(id) else { return BTreeSet::new() };
        let before: BTreeMap<EntryId, Option<EntryId>> =
            state.history().into_iter().map(|act| (act.entry, act.previous)).collect();
        let mut wanted: BTreeSet<EntryId> = state.inception().into_iter().collect();
        while let Some(act) = last.filter(|act| wanted.insert(*act)) {
            last = before.get(&act).copied().flatten();
        }
        wanted
    }
}

pub(super) fn id_of(act: &RawEntry) -> EntryId {
    EntryId(hash(&act.header).0)
}

/// An entry itself, or if it is a witness what that says.
fn acts_in(entry: &HeldEntry) -> impl Iterator<Item = RawEntry> {
    let mut acts = Vec::new();
    if let Some(entry) = entry.whole() {
        match Op::decode(entry.header().schema, entry.header().schema_version, entry.payload()) {
            Ok(Op::Witness(op)) => acts = op.acts,
            _ if entry.header().schema <= schema::RECOVERY => acts.push(entry.to_raw()),
            _ => {}
        }
    }
    acts.into_iter()
}

pub(super) fn parts(acts: impl Iterator<Item = RawEntry>, most: usize) -> Vec<Vec<RawEntry>> {
    let mut parts: Vec<Vec<RawEntry>> = Vec::new();
    let mut bytes = 0_usize;
    for act in acts {
        let size = codec::encode(&act).map_or(PAYLOAD_MAX, |bytes| bytes.len());
        let fits = parts.last().is_some_and(|part| part.len() < WITNESSED_MAX) && bytes + size + ENVELOPE <= most;
        match parts.last_mut().filter(|_| fits) {
            Some(part) => {
                part.push(act);
                bytes += size;
            }
            None => {
                parts.push(vec![act]);
                bytes = size;
            }
        }
    }
    if parts.len() > PARTS_MAX {
        tracing::warn!(parts = parts.len(), "too many acts to say them all again");
        parts.truncate(PARTS_MAX);
    }
    parts
}
