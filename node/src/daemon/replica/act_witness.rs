//! Acts of governance of other people, said again in this device's log before something refers to them, so that it does
//! not depend on what becomes of theirs. SPEC.md §8.6.

use super::{
    Replica,
    witness::{id_of, parts},
    write::{Piece, SealUnder},
};
use crate::store::StoreError;
use communaut_protocol::{
    EntryId, IdentityId, Scope,
    entry::RawEntry,
    fold::Record,
    ids::KeyId,
    limits::WITNESSED_MAX,
    op::{ActWitnessOp, Op},
};
use std::collections::BTreeSet;

/// Bytes of acts in one witness: half of a payload, so that it fits one also when it is sealed and padded.
const ACTS_BYTES: usize = 32 * 1024;
/// Acts said again before one piece at most; the latest come first, and the others before the next.
const ACTS_MAX: usize = 400;

impl Replica {
    /// The pieces, and before each the acts on which it rests that too few carry: those are not what was asked for.
    pub(super) fn with_acts(
        &self,
        author: IdentityId,
        pieces: Vec<(Scope, Piece)>,
    ) -> Result<Vec<(Scope, Piece, bool)>, StoreError> {
        let mut all = Vec::with_capacity(pieces.len());
        let mut said: BTreeSet<EntryId> = BTreeSet::new();
        for (scope, piece) in pieces {
            let of = |op: &Op| {
                let under = op.rule().takes_under().then(|| self.under(&scope, author)).flatten();
                op.acts_named().into_iter().chain(under).collect()
            };
            let (named, under): (Vec<EntryId>, Option<KeyId>) = match &piece {
                Piece::Said(op) => (of(op), None),
                Piece::Sealed(op, SealUnder::Epoch(key)) => (of(op), Some(*key)),
                Piece::Batch(..) => (self.under(&scope, author).into_iter().collect(), None),
                _ => (Vec::new(), None),
            };
            let state = self.views.state(&scope).filter(|_| !named.is_empty());
            let lacking = state.into_iter().flat_map(|state| state.to_witness(author, named.iter().copied()));
            let settles = matches!(&piece, Piece::Said(Op::Settle(_)) | Piece::Sealed(Op::Settle(_), _));
            let before = state.filter(|_| settles).into_iter().flat_map(|state| state.to_settle_on(author));
            let mut acts = Vec::new();
            for record in before.take(ACTS_MAX).chain(lacking.take(ACTS_MAX)) {
                if said.insert(record.id) {
                    acts.extend(self.act_bytes(&scope, record)?);
                }
            }
            for acts in parts(acts.into_iter(), WITNESSED_MAX, ACTS_BYTES) {
                let op = Op::ActWitness(ActWitnessOp { acts });
                let piece = match under {
                    Some(key) => Piece::Sealed(op, SealUnder::Epoch(key)),
                    None => Piece::Said(op),
                };
                all.push((scope, piece, false));
            }
            all.push((scope, piece, true));
        }
        Ok(all)
    }

    /// The bytes of an act, from its log or from a witness of it.
    fn act_bytes(&self, scope: &Scope, record: &Record) -> Result<Option<RawEntry>, StoreError> {
        let place = record.witness.map_or(record.place(), |witness| witness.place);
        let Some(entry) = self.store.at(scope, &place)?.and_then(|(_, entry)| entry.into_whole()) else {
            tracing::warn!(act = %record.id, "an act of governance is not said again: its bytes are not held");
            return Ok(None);
        };
        if record.witness.is_none() {
            return Ok(Some(entry.to_raw()));
        }
        Ok(Record::witnessed(&entry, &self.private.ring).into_iter().find(|act| id_of(act) == record.id))
    }
}
