//! Writing in this device's own logs.

use super::{Origin, Replica};
use crate::{
    failure::{Failure, FailureCode},
    modules::identity::no_identity,
    store::{Reads, StoreError},
};
use communaut_protocol::{
    Entry, EntryId, Header, IdentityId, LogId, Scope, SealingKey, Stamp,
    entry::{
        Extra, Head, HeldEntry, LEAVES, Refusal,
        leaves::{self, Leaf},
    },
    fold::Standing,
    ids::KeyId,
    limits::{LEAVES_MAX, NONCE_LEN, WIDE_ENTRIES_MAX},
    log::{epochs_max, within_budget},
    op::{Leafage, Op, schema, size_of},
    private::{Draw, Item, SealKey, Under, wrap::wrap},
};
use std::collections::{BTreeMap, HashMap};

/// Bytes of leaves at which a batch is full: below what a payload holds, so that a request is not filled by few.
const BATCH_FULL: usize = 48 * 1024;

/// What an entry is made of.
#[derive(Debug)]
pub(crate) enum Piece {
    /// For everyone; in a closed community under the key of now.
    Said(Op),
    /// Operations of one schema for everyone, each encoded as a leaf of one entry.
    Batch(u16, Vec<Vec<u8>>),
    /// Under a key that is held.
    Sealed(Op, SealUnder),
    /// Keys, wrapped to these devices: at most [`communaut_protocol::limits::WRAPS_MAX`].
    Keys { items: Vec<Item>, to: Vec<SealingKey> },
}

impl Piece {
    /// What was typed or pasted becomes what is taken: nobody is refused for a soft hyphen that they do not see.
    fn tidy(&mut self) {
        match self {
            Self::Said(op) | Self::Sealed(op, _) => op.tidy(),
            Self::Batch(..) | Self::Keys { .. } => {}
        }
    }

    /// Bytes of the payload, where they count against a budget: in wide scopes, which take only what is said openly.
    fn counted(&self, scope: &Scope) -> usize {
        match self {
            Self::Said(op) if scope.is_wide() => op.encode([0; NONCE_LEN]).map_or(0, |payload| payload.len()),
            _ => 0,
        }
    }
}

/// Operations of one schema that go into one entry.
#[derive(Debug, Default)]
struct Batch {
    last: Option<Op>,
    leaves: Vec<Vec<u8>>,
    bytes: usize,
}

impl Batch {
    fn put(&mut self, op: Op, leaf: Vec<u8>) {
        self.bytes += leaf.len();
        self.leaves.push(leaf);
        self.last = Some(op);
    }
    /// What stands alone needs no leaves.
    fn piece(self) -> Option<Piece> {
        let last = self.last?;
        Some(if self.leaves.len() > 1 { Piece::Batch(last.schema(), self.leaves) } else { Piece::Said(last) })
    }
}

/// A key that is held.
#[derive(Debug, Clone)]
pub(crate) enum SealUnder {
    /// Of a closed community.
    Epoch(KeyId),
    /// For named persons.
    Audience(SealKey),
}

/// Where the next entry of this device in a scope belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    log: LogId,
    seq: u64,
    /// The entry before; of the first of an epoch, the last of the epoch before.
    backlink: Option<EntryId>,
}

impl Place {
    pub fn after(entry: &Entry) -> Self {
        Self { log: entry.header().log, seq: entry.header().seq + 1, backlink: Some(entry.id()) }
    }
}

/// Where this device's logs go on after a write.
pub(crate) type OwnLogs = HashMap<Scope, Place>;

impl Replica {
    /// Whose node this is, or why nothing can be written.
    pub fn author(&self) -> Result<IdentityId, Failure> {
        let me = self.me.ok_or_else(no_identity)?;
        if self.views.book().get(&me).is_some_and(|view| view.standing(self.device.id()) == Standing::Out) {
            return Err(Failure::new(
                FailureCode::NotAllowed,
                "this device was taken out of its identity, so nothing that it writes counts: go on with another \
                 device, or recover",
            ));
        }
        Ok(me)
    }

    /// Sign operations into this device's logs of their scopes, store and fold them: all or none. In a closed community
    /// they are sealed under the key of now, and where none will do one is made first. Whoever decides over devices
    /// says again first what that stands on.
    pub fn write(&mut self, author: IdentityId, ops: Vec<(Scope, Op)>) -> Result<Vec<EntryId>, Failure> {
        let ops = self.with_witness(ops).map_err(|error| Failure::internal(error.to_string()))?;
        self.write_all(author, ops.into_iter().map(|(scope, op)| (scope, Piece::Said(op))).collect())
    }

    /// As [`Replica::write`], with what goes under other keys, and with keys.
    /// Before what refers to acts of governance stand those of them that too few carry; of these the ids are not given.
    pub fn write_all(&mut self, author: IdentityId, pieces: Vec<(Scope, Piece)>) -> Result<Vec<EntryId>, Failure> {
        let mut pieces = self.with_acts(author, pieces).map_err(|error| Failure::internal(error.to_string()))?;
        pieces.iter_mut().for_each(|(_, piece, _)| piece.tidy());
        let mut keys: BTreeMap<Scope, KeyId> = BTreeMap::new();
        for (scope, piece, _) in &pieces {
            if scope.is_closed() && matches!(piece, Piece::Said(_)) && !keys.contains_key(scope) {
                keys.insert(*scope, self.key_to_write(author, scope)?);
            }
        }
        let mut logs: OwnLogs = HashMap::new();
        let mut entries = Vec::with_capacity(pieces.len());
        let asked: Vec<bool> = pieces.iter().map(|(.., asked)| *asked).collect();
        for (scope, piece, _) in pieces {
            let place = match logs.get(&scope) {
                Some(held) => *held,
                None => self.own_log(scope, piece.counted(&scope))?,
            };
            let piece = match (piece, keys.get(&scope)) {
                (Piece::Said(op), Some(key)) => Piece::Sealed(op, SealUnder::Epoch(*key)),
                (piece, _) => piece,
            };
            let entry = self.sign_piece(place, author, piece)?;
            logs.insert(scope, Place::after(&entry));
            entries.push(entry);
        }
        let written = self.keep(entries, logs)?;
        Ok(written.into_iter().zip(asked).filter(|(_, asked)| *asked).map(|(id, _)| id).collect())
    }

    /// As [`Replica::write`], of much that is said at once in the open: what goes into one scope, in as few entries as
    /// hold it.
    pub fn write_batches(&mut self, author: IdentityId, ops: Vec<(Scope, Op)>) -> Result<Vec<EntryId>, Failure> {
        let mut draw = Draw::new(self.random()?);
        let mut batches: BTreeMap<(Scope, u16), Batch> = BTreeMap::new();
        let mut unders: BTreeMap<Scope, Option<EntryId>> = BTreeMap::new();
        let mut pieces = Vec::new();
        for (scope, mut op) in ops {
            op.tidy();
            // What names blobs stands in an entry of its own, whose header says how much that is.
            let alone = op.rule().leaves != Leafage::Several || !op.blobs().is_empty();
            if alone || scope.is_closed() || scope.is_wide() {
                // What was said of the same before stands before it.
                let before = batches.remove(&(scope, op.schema())).and_then(Batch::piece);
                pieces.extend(before.map(|piece| (scope, piece)));
                pieces.push((scope, Piece::Said(op)));
                continue;
            }
            let under = *unders.entry(scope).or_insert_with(|| self.under(&scope, author));
            let leaf = op.encode_under(draw.bytes(), under).map_err(invalid)?;
            let batch = batches.entry((scope, op.schema())).or_default();
            if batch.leaves.len() >= LEAVES_MAX || batch.bytes + leaf.len() > BATCH_FULL {
                pieces.extend(std::mem::take(batch).piece().map(|piece| (scope, piece)));
            }
            batch.put(op, leaf);
        }
        let rest = batches.into_iter().filter_map(|((scope, _), batch)| Some((scope, batch.piece()?)));
        pieces.extend(rest);
        self.write_all(author, pieces)
    }

    /// As [`Replica::write`], for one payload that is encoded already.
    pub fn write_payload(&mut self, scope: Scope, schema: u16, payload: Vec<u8>) -> Result<Vec<EntryId>, Failure> {
        let place = self.own_log(scope, payload.len())?;
        let header = self.header(place, schema);
        let entry = self.sign(header.over(&payload), payload)?;
        let logs = HashMap::from([(scope, Place::after(&entry))]);
        self.keep(vec![entry], logs)
    }

    /// The act of governance in whose past somebody writes in a container what counts by their role.
    pub(super) fn under(&self, scope: &Scope, author: IdentityId) -> Option<EntryId> {
        let state = self.views.state(scope).filter(|_| !scope.container.is_zero());
        state.and_then(|state| state.under(author))
    }

    fn sign_piece(&mut self, place: Place, author: IdentityId, piece: Piece) -> Result<Entry, Failure> {
        let (header, payload) = match piece {
            Piece::Said(op) => {
                let mut draw = Draw::new(self.random()?);
                let (flags, payload) = if op.rule().takes_under() {
                    let under = self.under(&place.log.scope, author);
                    (0, op.encode_under(draw.bytes(), under).map_err(invalid)?)
                } else {
                    op.written(&mut || draw.bytes()).map_err(invalid)?
                };
                let extra = Extra::of_blobs(size_of(op.blobs())).map_err(invalid)?;
                (Header { flags, extra, ..self.header(place, op.schema()) }.over(&payload), payload)
            }
            Piece::Batch(schema, leaves) => {
                let leaves: Vec<Leaf<'_>> = leaves.iter().map(|leaf| Leaf::Held(leaf)).collect();
                let payload = leaves::payload_of(&leaves).map_err(invalid)?;
                (Header { flags: LEAVES, ..self.header(place, schema) }.over(&payload), payload)
            }
            Piece::Sealed(op, under) => {
                let header = self.header(place, op.schema());
                let mut draw = Draw::new(self.random()?);
                let under = match &under {
                    SealUnder::Epoch(key) => Under::Epoch(*key),
                    SealUnder::Audience(key) => Under::Audience(key),
                };
                let said = (&op, self.under(&place.log.scope, author));
                let sealed = self.private.ring.seal_within(header, under, author, said, &mut draw);
                let (header, payload) = sealed.map_err(invalid)?;
                (Ok(header), payload)
            }
            Piece::Keys { items, to } => {
                let header = self.header(place, schema::WRAPS);
                let mut draw = Draw::new(self.random()?);
                let op = wrap(&header, &items, &to, &mut draw).map_err(invalid)?;
                let payload = Op::Wraps(Box::new(op)).encode(self.random()?).map_err(invalid)?;
                (header.over(&payload), payload)
            }
        };
        self.sign(header, payload)
    }

    /// The header at a place, of a payload that is not known yet.
    pub(crate) fn header(&mut self, place: Place, schema: u16) -> Header {
        let stamp = self.clocks.stamps.next(&place.log.scope, self.clocks.now_ms);
        Header { seq: place.seq, backlink: place.backlink, ..Header::following(place.log, None, stamp, schema) }
    }

    pub(crate) fn sign(&self, header: Result<Header, Refusal>, payload: Vec<u8>) -> Result<Entry, Failure> {
        header.and_then(|header| Entry::sign(&self.device, header, payload)).map_err(invalid)
    }

    pub(crate) fn keep(&mut self, entries: Vec<Entry>, logs: OwnLogs) -> Result<Vec<EntryId>, Failure> {
        let ids = entries.iter().map(Entry::id).collect();
        let last: Vec<Entry> = entries.iter().filter(|entry| is_last(entry, &logs)).cloned().collect();
        let answers = self
            .take(entries.into_iter().map(HeldEntry::from).collect(), Origin::Here)
            .map_err(|error| Failure::internal(error.to_string()))?;
        if let Some(error) = answers.into_iter().find_map(Result::err) {
            return Err(Failure::internal(format!("an entry of this device was not taken: {error}")));
        }
        let new_scope = logs.keys().any(|scope| !self.logs.contains_key(scope));
        self.logs.extend(logs.into_iter().map(|(scope, place)| (scope, place.log)));
        self.written.extend(last.into_iter().map(|entry| (entry.header().log, entry)));
        if new_scope {
            self.interests_changed();
        }
        Ok(ids)
    }

    /// Where this device writes a payload of so many bytes next in a scope.
    pub(crate) fn own_log(&mut self, scope: Scope, payload: usize) -> Result<Place, Failure> {
        let held = self.logs.get(&scope);
        let last = held.and_then(|log| self.store.head(log));
        if let (Some(log), Some(last)) = (held, last)
            && !self.closed.contains(log)
            && self.has_room(log, last, payload).map_err(|error| Failure::internal(error.to_string()))?
        {
            return Ok(Place { log: *log, seq: last.seq + 1, backlink: Some(last.id) });
        }
        let first = self.own_log_id(scope)?;
        let epochs = self.store.epochs(&first);
        let most = epochs_max(&scope);
        if epochs.len() >= most {
            let why = if scope.is_wide() {
                "by announcing much in a cell that concerns very many (SPEC.md §5.4)"
            } else {
                "by being restored or copied"
            };
            return Err(Failure::invalid(format!(
                "this device has used up its {most} logs here, {why}: write from another device"
            )));
        }
        // After those before, whatever the clock says: of too many the smallest numbers count.
        let after = epochs.last().map_or(0, |last| Stamp(*last).ms().saturating_add(1));
        let epoch = LogId::epoch_at(self.clocks.now_ms.max(after), u16::from_be_bytes(self.random()?));
        Ok(Place { log: LogId { epoch, ..first }, seq: 0, backlink: last.map(|last| last.id) })
    }

    /// The smallest log that this device can have in a scope: as whom it writes there.
    fn own_log_id(&self, scope: Scope) -> Result<LogId, Failure> {
        // An identity begins with an entry in its own scope.
        let me = if scope.is_identity() { Some(IdentityId(scope.container.0)) } else { self.me };
        let author = self.private.ring.author_in(&scope, me.ok_or_else(no_identity)?);
        let author = author.ok_or_else(|| Failure::invalid("this node does not belong to that closed community"))?;
        Ok(LogId { scope, author, device: self.device.id(), epoch: 0 })
    }

    /// Whether a payload still fits into a log: in a wide scope each says little.
    fn has_room(&self, log: &LogId, last: Head, payload: usize) -> Result<bool, StoreError> {
        if !log.scope.is_wide() {
            return Ok(true);
        }
        let key = log.key();
        let Some(before) = self.store.header_of(&key, last.seq, last.id)? else { return Ok(true) };
        let next = Header {
            seq: last.seq + 1,
            backlink: Some(last.id),
            payload_size: u32::try_from(payload).unwrap_or(u32::MAX),
            ..before
        };
        let reads = Reads::default();
        let fits = within_budget(&next, |seq, id| reads.found(self.store.header_of(&key, seq, id))).is_ok();
        reads.end()?;
        Ok(fits && usize::try_from(next.seq).is_ok_and(|seq| seq < WIDE_ENTRIES_MAX))
    }
}

fn is_last(entry: &Entry, logs: &OwnLogs) -> bool {
    logs.get(&entry.header().log.scope).is_some_and(|place| place.backlink == Some(entry.id()))
}

fn invalid(error: impl std::fmt::Display) -> Failure {
    Failure::invalid(error.to_string())
}
