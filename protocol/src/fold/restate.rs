//! Writing a restatement: what of a log still counts. SPEC.md §5.5.

use super::{Erasures, Record, erasure::is_erased, restated::restated};
use crate::{
    Stamp, codec,
    entry::{Body, Header, HeldEntry},
    ids::EntryId,
    limits::{NONCE_LEN, PAYLOAD_MAX, RESTATE_PARTS_MAX, RESTATED_MAX},
    op::{self, Op, OpError, Register, RestateOp, Restated, Restating},
};
use std::collections::BTreeMap;

/// Bytes of a payload's envelope and of the list that a restatement is, at most.
const ENVELOPE: usize = NONCE_LEN + 64;

/// Why a log cannot be restated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRestated {
    /// The payload of an entry is still to come.
    #[error("the payload of its entry {0} has not come yet")]
    Absent(u64),
    /// A header that cannot be read again.
    #[error("its entry {0} cannot be read")]
    Unread(u64),
    /// More than fits.
    #[error("what it still says takes more than {RESTATE_PARTS_MAX} entries")]
    TooMuch,
    /// What cannot be encoded; entries that were verified can.
    #[error("{0}")]
    Encoding(#[from] OpError),
}

/// What one log still says: the operations of a restatement, in the order in which they are to be written. `entries`
/// are those held of the log, ascending, without a second branch; `erasures` those that count in the scope.
pub fn restate(entries: &[HeldEntry], erasures: &Erasures) -> Result<Vec<RestateOp>, NotRestated> {
    let mut said: Vec<(Record, Restated)> = Vec::new();
    let mut parts: Vec<(Record, RestateOp)> = Vec::new();
    for entry in entries {
        let seq = entry.header().seq;
        match entry.body() {
            Body::Present(_) => {}
            Body::Erased(_) => continue,
            Body::Absent => return Err(NotRestated::Absent(seq)),
        }
        let Some(entry) = entry.whole() else { continue };
        // What breaks a bound never counted.
        let Ok(record) = Record::of(&entry) else { continue };
        if let Op::Restate(op) = &record.op {
            let from = record.run.and_then(|run| run.from);
            parts.push((record.clone(), op.clone()));
            if let Some(from) = from {
                // What was begun and never ended says nothing.
                parts.retain(|(part, _)| part.seq >= from);
                said.extend(unfold(&parts));
                parts.clear();
            }
            continue;
        }
        if record.op.rule().restating == Restating::Never {
            // It counts for nothing in an open cell.
            continue;
        }
        let (_, signature) = Header::decode(entry.header_bytes()).map_err(|_| NotRestated::Unread(seq))?;
        // As it was signed: a later program may have said more than is understood here.
        let body = op::body(entry.payload())?;
        said.push((record, Restated::of(entry.header(), signature, body)));
    }
    said.retain(|(record, _)| !is_erased(erasures, record));
    pack(still(said))
}

/// What a restatement said, each with what it was read from.
fn unfold(parts: &[(Record, RestateOp)]) -> Vec<(Record, Restated)> {
    let items: BTreeMap<u64, &Restated> =
        parts.iter().flat_map(|(_, op)| &op.items).map(|item| (item.seq, item)).collect();
    let records: Vec<Record> = parts.iter().map(|(record, _)| record.clone()).collect();
    let said = restated(&records).into_iter();
    said.filter_map(|record| items.get(&record.seq).map(|item| (record.clone(), (*item).clone()))).collect()
}

/// Of what a log said, what no later word of the same log replaces.
fn still(said: Vec<(Record, Restated)>) -> Vec<Restated> {
    // Of each register the latest word, with its place in the list.
    let mut latest: BTreeMap<Register, ((Stamp, EntryId), usize)> = BTreeMap::new();
    for (at, (record, _)) in said.iter().enumerate() {
        for register in record.op.registers(record.author, record.log.scope.cell) {
            if register != Register::Own {
                let slot = latest.entry(register).or_insert((record.order(), at));
                if slot.0 < record.order() {
                    *slot = (record.order(), at);
                }
            }
        }
    }
    let mut kept = Vec::new();
    for (at, (record, item)) in said.into_iter().enumerate() {
        let wins = |register: &Register| match latest.get(register) {
            Some((_, winner)) => *winner == at,
            None => *register == Register::Own,
        };
        if record.op.registers(record.author, record.log.scope.cell).iter().any(wins) {
            let said = record.op.trimmed(&item.said, &wins).unwrap_or(item.said);
            kept.push(Restated { said, ..item });
        }
    }
    kept.sort_by_key(|item| item.seq);
    kept
}

/// As few entries as hold it all; one if there is nothing.
fn pack(items: Vec<Restated>) -> Result<Vec<RestateOp>, NotRestated> {
    let mut ops = vec![RestateOp { items: Vec::new() }];
    let mut bytes = ENVELOPE;
    for item in items {
        let size = codec::encode(&item).map_err(OpError::from)?.len();
        let full = ops.last().is_none_or(|op| op.items.len() >= RESTATED_MAX);
        if full || bytes.saturating_add(size) > PAYLOAD_MAX {
            ops.push(RestateOp { items: Vec::new() });
            bytes = ENVELOPE;
        }
        bytes = bytes.saturating_add(size);
        if let Some(op) = ops.last_mut() {
            op.items.push(item);
        }
    }
    if ops.len() > RESTATE_PARTS_MAX { Err(NotRestated::TooMuch) } else { Ok(ops) }
}
