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
    entry::{RawEntry, leaves},
    fold::{Record, TEXT},
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
            for op in witnesses(acts) {
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

    /// Once a second, if anything has come of votes: say again as a teller by what they stand, where too few do.
    pub(super) fn tend_votes(&mut self, me: IdentityId) -> Result<(), StoreError> {
        for scope in self.views.take_voted() {
            let records = self.views.state(&scope).map(|state| state.votes_to_say_again(me)).unwrap_or_default();
            let mut acts = Vec::new();
            for record in records.into_iter().take(ACTS_MAX) {
                acts.extend(self.act_bytes(&scope, record)?);
            }
            let pieces: Vec<_> = witnesses(acts).map(|op| (scope, Piece::Said(op))).collect();
            if pieces.is_empty() {
                continue;
            }
            // Without a key that will do it is said when something else of the vote has come.
            if let Err(failure) = self.write_all(me, pieces) {
                tracing::warn!("by what a vote stands is not said again: {failure}");
            }
        }
        Ok(())
    }

    /// The bytes of an act, from its log or from a witness of it; of a proposal without its reasons, which its author
    /// may erase.
    fn act_bytes(&self, scope: &Scope, record: &Record) -> Result<Option<RawEntry>, StoreError> {
        let place = record.witness.map_or(record.place(), |witness| witness.place);
        let Some(entry) = self.store.at(scope, &place)?.and_then(|(_, entry)| entry.into_whole()) else {
            tracing::warn!(act = %record.id, "an act of governance is not said again: its bytes are not held");
            return Ok(None);
        };
        if record.witness.is_none() {
            let whole = entry.to_raw();
            let payload = match record.op {
                Op::Proposal(_) => leaves::without(&whole.payload, |leaf| leaf == TEXT),
                _ => None,
            };
            return Ok(Some(RawEntry { payload: payload.unwrap_or(whole.payload), header: whole.header }));
        }
        Ok(Record::witnessed(&entry, &self.private.ring).into_iter().find(|act| id_of(act) == record.id))
    }
}

/// Acts in as few witnesses as hold them.
fn witnesses(acts: Vec<RawEntry>) -> impl Iterator<Item = Op> {
    let parts = parts(acts.into_iter(), WITNESSED_MAX, ACTS_BYTES);
    parts.into_iter().map(|acts| Op::ActWitness(ActWitnessOp { acts }))
}
