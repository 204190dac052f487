//! Writing a restatement: what of a log still counts. SPEC.md §5.5.

use super::{Erasures, Record, erasure::is_erased, restated::restated};
use crate::{
    Stamp, codec,
    entry::{
        Body, Entry, Header, HeldEntry,
        leaves::{self, Leaf},
    },
    ids::{EntryId, Hash},
    limits::{LEAVES_BYTES_MAX, LEAVES_MAX, NONCE_LEN, RESTATE_PARTS_MAX},
    op::{self, EntryPlace, Op, OpError, Register, RestateOp, Restated, Restating, trimmed_leaf},
    private::Keyring,
};
use std::collections::BTreeMap;

/// Bytes of a payload of leaves without its items and what they say, at most.
const ENVELOPE: usize = NONCE_LEN + 64;
/// Bytes by which a leaf is framed, and named in its item, at most.
const FRAMING: usize = 6;

/// Why a log cannot be restated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRestated {
    /// The payload of an entry is still to come.
    #[error("the payload of its entry {0} has not come yet")]
    Absent(u64),
    /// A header that cannot be read again.
    #[error("its entry {0} cannot be read")]
    Unread(u64),
    /// More than one entry holds beside what says which it is.
    #[error("its entry {0} is too long to be said again")]
    TooLong(u64),
    /// More than fits.
    #[error("what it still says takes more than {RESTATE_PARTS_MAX} entries")]
    TooMuch,
    /// What cannot be encoded; entries that were verified can.
    #[error("{0}")]
    Encoding(#[from] OpError),
}

/// Something that a log says, with what says it again.
struct Said {
    record: Record,
    /// Its entry, of which this is one leaf, or all.
    item: Restated,
    /// The payload or leaf that says it.
    leaf: Vec<u8>,
}

/// What one log still says: the operations of a restatement, in the order in which they are to be written. `entries`
/// are those held of the log, ascending, without a second branch; `erasures` those that count in the scope.
pub fn restate(entries: &[HeldEntry], erasures: &Erasures) -> Result<Vec<RestateOp>, NotRestated> {
    if let Some(absent) = entries.iter().find(|entry| matches!(entry.body(), Body::Absent | Body::Part(_))) {
        return Err(NotRestated::Absent(absent.header().seq));
    }
    let mut said = said_by(entries)?;
    said.retain(|said| !is_erased(erasures, &said.record));
    pack(still(said)?)
}

/// Put back what a restatement lacks, as far as the entries that it replaces say it: whoever held these loses nothing
/// by a restatement of which somebody has withheld a part. `run` are its entries, `before` those held of its log, on
/// both branches.
pub fn put_back(run: &mut [HeldEntry], before: &[HeldEntry]) {
    if !run.iter().any(|entry| matches!(entry.body(), Body::Part(_))) {
        return;
    }
    let Ok(said) = said_by(before) else { return };
    let whole = said.iter().map(|said| (leaves::hash_of(&said.leaf), said.leaf.clone()));
    let mut found: BTreeMap<Hash, Vec<u8>> = whole.collect();
    let still = still(said).unwrap_or_default();
    found.extend(still.into_iter().map(|said| (leaves::hash_of(&said.leaf), said.leaf)));
    for entry in run {
        *entry = entry.clone().filled(|_, hash| found.get(&hash).map(Vec::as_slice));
    }
}

/// All that entries of a log say, as far as it is held and may be said again.
fn said_by(entries: &[HeldEntry]) -> Result<Vec<Said>, NotRestated> {
    let mut said: Vec<Said> = Vec::new();
    let mut parts: Vec<(Record, RestateOp)> = Vec::new();
    for entry in entries.iter().filter_map(HeldEntry::whole) {
        let seq = entry.header().seq;
        let (_, signature) = Header::decode(entry.header_bytes()).map_err(|_| NotRestated::Unread(seq))?;
        // What breaks a bound never counted.
        for record in Record::all(&entry, &Keyring::default()).into_iter().flatten() {
            if let Op::Restate(op) = &record.op {
                let from = record.run.and_then(|run| run.from);
                parts.push((record.clone(), op.clone()));
                if let Some(from) = from {
                    // What was begun and never ended says nothing.
                    parts.retain(|(part, _)| part.seq >= from);
                    said.extend(unfold(&parts));
                    parts.clear();
                }
            } else if record.op.rule().restating != Restating::Never
                && let Some(leaf) = leaf_of(&entry, &record)
            {
                // What is never said again counts for nothing in an open cell.
                let item = Restated::of(entry.header(), signature, record.place().leaf.into_iter().collect());
                said.push(Said { record, item, leaf });
            }
        }
    }
    Ok(said)
}

/// The bytes that say it, as they were signed: a later program may have said more than is understood here.
fn leaf_of(entry: &Entry, record: &Record) -> Option<Vec<u8>> {
    let Some(number) = record.place().leaf else { return Some(entry.payload().to_vec()) };
    let all = Leaf::all(entry.payload()).ok()?;
    all.get(usize::from(number)).copied().and_then(Leaf::held).map(<[u8]>::to_vec)
}

/// What a restatement said, each with what it was read from.
fn unfold(parts: &[(Record, RestateOp)]) -> Vec<Said> {
    let mut held: BTreeMap<EntryPlace, (Restated, &[u8])> = BTreeMap::new();
    for (part, op) in parts {
        for (item, leaves) in op.each() {
            let places = item.places(part.log).unwrap_or_default().into_iter();
            for (place, leaf) in places.zip(leaves) {
                let one = Restated { leaves: place.leaf.into_iter().collect(), ..item.clone() };
                held.extend(leaf.as_deref().map(|leaf| (place, (one, leaf))));
            }
        }
    }
    let records: Vec<Record> = parts.iter().map(|(record, _)| record.clone()).collect();
    let said = restated(&records).into_iter().filter_map(|record| {
        let (item, leaf) = held.get(&record.place()).cloned()?;
        Some(Said { record, item, leaf: leaf.to_vec() })
    });
    said.collect()
}

/// Of what a log said, what no later word of the same log replaces.
fn still(said: Vec<Said>) -> Result<Vec<Said>, NotRestated> {
    // Of each register the latest word, with its place in the list.
    let mut latest: BTreeMap<Register, ((Stamp, EntryId), usize)> = BTreeMap::new();
    for (at, Said { record, .. }) in said.iter().enumerate() {
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
    for (at, Said { record, item, leaf }) in said.into_iter().enumerate() {
        let wins = |register: &Register| match latest.get(register) {
            Some((_, winner)) => *winner == at,
            None => *register == Register::Own,
        };
        if record.op.registers(record.author, record.log.scope.cell).iter().any(wins) {
            let leaf = match record.op.trimmed(&op::body(&leaf)?, &wins) {
                Some(less) => trimmed_leaf(&leaf, &less)?,
                None => leaf,
            };
            kept.push(Said { record, item, leaf });
        }
    }
    kept.sort_by_key(|said| said.record.place());
    Ok(kept)
}

/// As few entries as hold it all; one if there is nothing.
fn pack(said: Vec<Said>) -> Result<Vec<RestateOp>, NotRestated> {
    let empty = || RestateOp { items: Vec::new(), said: Vec::new() };
    let (mut ops, mut bytes) = (vec![empty()], ENVELOPE);
    for Said { item, leaf, .. } in said {
        let Some(op) = ops.last_mut() else { break };
        let same = op.items.last().is_some_and(|last| (last.seq, &last.signature) == (item.seq, &item.signature));
        let header = codec::encode(&item).map_err(OpError::from)?.len();
        let more = FRAMING.saturating_add(leaf.len()).saturating_add(if same { 0 } else { header });
        if ENVELOPE.saturating_add(header).saturating_add(FRAMING).saturating_add(leaf.len()) > LEAVES_BYTES_MAX {
            return Err(NotRestated::TooLong(item.seq));
        }
        // The first leaf says which they are.
        let full = op.said.len().saturating_add(1) >= LEAVES_MAX || bytes.saturating_add(more) > LEAVES_BYTES_MAX;
        match op.items.last_mut().filter(|_| same && !full) {
            Some(last) => {
                last.leaves.extend(item.leaves);
                op.said.push(Some(leaf));
                bytes = bytes.saturating_add(more);
            }
            None if !full => {
                op.items.push(item);
                op.said.push(Some(leaf));
                bytes = bytes.saturating_add(more);
            }
            None => {
                bytes = ENVELOPE.saturating_add(FRAMING).saturating_add(header).saturating_add(leaf.len());
                ops.push(RestateOp { items: vec![item], said: vec![Some(leaf)] });
            }
        }
    }
    if ops.len() > RESTATE_PARTS_MAX { Err(NotRestated::TooMuch) } else { Ok(ops) }
}
