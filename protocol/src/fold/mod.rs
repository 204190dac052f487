//! Reducers: what a scope's entries add up to. Each reads one scope, plus identity logs, so
//! that equal scopes give equal views whatever order they arrived in. SPEC.md §7.

mod acceptance;
mod container;
mod content;
mod erasing;
mod erasure;
mod governance;
mod identity;
mod keys;
mod later;
mod pending;
#[cfg(test)]
mod random;
mod restate;
mod restated;
mod roles;
mod scope;
mod settle;
mod votes;
mod within;

pub use acceptance::Acceptance;
pub use content::*;
pub use erasure::{ErasureView, Erasures};
pub use governance::{Governance, SettledView, TipView, founder_of};
pub use identity::{ActView, DeviceView, IdentityBook, IdentityChange, IdentityState, IdentityView, Standing};
pub use keys::{EpochView, KeysView, SeedView};
pub use later::Later;
pub use restate::{NotRestated, put_back, restate};
pub use restated::restated;
pub use roles::{OfferTaken, OfferView, Rank, audit, may_grant};
pub use scope::ScopeState;
pub use settle::{StandingErasure, settle};
pub use votes::{
    BallotView, CertificateView, OpeningView, ProposalStatus, ProposalView, RefusedBallot, TEXT, VoteRule,
    electorate_root, tally_of,
};
pub use within::Within;

use crate::{
    Stamp,
    entry::{Entry, Header, RawEntry, leaves::Leaf},
    ids::{DeviceId, ElementId, EntryId, Hash, IdentityId},
    op::{EntryPlace, Leafage, Op, OpError, check_blobs_total, rule_for, schema, under_of},
    private::{Keyring, SealError, SealedBy, ring},
    scope::LogId,
};

/// An entry, read: what reducers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entry's id; of a leaf that says something by itself its own ([`EntryPlace::said`]).
    pub id: EntryId,
    /// The log in which it stands.
    pub log: LogId,
    /// In whose space that is: the scope's container, or the closed community whose blinded id the container is; zero
    /// in the open cell.
    pub container: ElementId,
    /// The key under which it was sealed, if it was.
    pub sealed: Option<SealedBy>,
    /// Where it stands.
    pub place: EntryPlace,
    /// Its entry's number in the log.
    pub seq: u64,
    /// The author's stamp.
    pub stamp: Stamp,
    /// BLAKE3 of the payload.
    pub payload_hash: Hash,
    /// Whether an act of the author's identity accepted it, or what comes after it in its log: asked where its device
    /// was taken out. The replica knows ([`crate::log::Accepted`]); reading one entry alone does not tell.
    pub accepted: bool,
    /// Whether a restatement says it, in the place of the entry that this was (SPEC.md §5.5).
    pub restated: bool,
    /// Where a restatement's own entry stands in it.
    pub run: Option<RunPart>,
    /// Who says it again in a witness of acts (SPEC.md §8.6), and where; none: it stands in its own log.
    pub witness: Option<Witnessed>,
    /// The person who says so.
    pub author: IdentityId,
    /// The act in whose past its author says so, in a container (SPEC.md §6.5).
    pub under: Option<EntryId>,
    /// What it says.
    pub op: Op,
}

/// The witness by which an act of governance comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Witnessed {
    /// Who wrote the witness.
    pub by: IdentityId,
    /// With which device.
    pub device: DeviceId,
    /// Where the witness stands.
    pub place: EntryPlace,
}

/// Where an entry of a restatement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunPart {
    /// The entry before.
    pub backlink: Option<EntryId>,
    /// In the last one: the number of the first.
    pub from: Option<u64>,
}

impl Record {
    /// Read an entry's payload. A sealed one is [`OpError::Sealed`]; of leaves each of which says something by itself
    /// [`Record::all`] gives all.
    pub fn of(entry: &Entry) -> Result<Self, OpError> {
        let mut all = Self::read(entry)?;
        if all.len() == 1 { all.remove(0) } else { Err(OpError::Leaves(all.len())) }
    }

    /// The same, and a sealed payload is opened if the keyring holds its key.
    pub fn open(entry: &Entry, ring: &Keyring) -> Result<Self, OpError> {
        if schema::is_sealed(entry.header().schema) { Self::unseal(entry, ring) } else { Self::of(entry) }
    }

    /// What an entry says: one thing, or one a leaf; after a witness of acts what that says again. A sealed payload is
    /// opened if the keyring holds its key. If it does not, the entry is kept and relayed like one of an unknown
    /// schema, and folded when the key has come. A leaf that cannot be read takes none of the others along.
    #[must_use]
    pub fn all(entry: &Entry, ring: &Keyring) -> Vec<Result<Self, OpError>> {
        let mut all = if schema::is_sealed(entry.header().schema) {
            vec![Self::unseal(entry, ring)]
        } else {
            Self::read(entry).unwrap_or_else(|error| vec![Err(error)])
        };
        let again: Vec<Self> = match all.as_mut_slice() {
            [Ok(Self { op, log, author, place, .. })] => {
                let witness = Witnessed { by: *author, device: log.device, place: *place };
                // What is said again itself, and not its bytes too.
                let (said, fits): (Vec<RawEntry>, fn(&Self) -> bool) = match op {
                    Op::ActWitness(op) => (std::mem::take(&mut op.acts), is_said_again),
                    Op::Carry(op) => (op.unload(), |record| matches!(record.op, Op::Ballot(_))),
                    _ => (Vec::new(), |_| false),
                };
                said.into_iter().filter_map(|said| Self::again(said, witness, log, ring)).filter(fits).collect()
            }
            _ => Vec::new(),
        };
        all.extend(again.into_iter().map(Ok));
        all
    }

    /// The bytes of the acts that a witness says again; none of what is not one, or cannot be read.
    #[must_use]
    pub fn witnessed(entry: &Entry, ring: &Keyring) -> Vec<RawEntry> {
        match Self::open(entry, ring).map(|record| record.op) {
            Ok(Op::ActWitness(op)) => op.acts,
            _ => Vec::new(),
        }
    }

    /// What is said again: whole and of the same scope, whoever brings it.
    fn again(act: RawEntry, witness: Witnessed, log: &LogId, ring: &Keyring) -> Option<Self> {
        let entry = Entry::verify(act).ok().filter(|entry| entry.header().log.scope == log.scope)?;
        Some(Self { witness: Some(witness), ..Self::open(&entry, ring).ok()? })
    }

    fn read(entry: &Entry) -> Result<Vec<Result<Self, OpError>>, OpError> {
        let header = entry.header();
        if header.log.scope.is_closed() {
            // Only what wraps keys lies open there, which says nothing to a reducer; and its author is blinded.
            return Err(OpError::Sealed);
        }
        let new = |op| Self::new(entry, IdentityId(header.log.author.0), op, header.log.scope.container, None);
        if !header.has_leaves() {
            let op = Op::decode(header.schema, header.schema_version, entry.payload());
            let op = op.and_then(|op| with_total(header, op));
            return Ok(vec![op.and_then(|op| new(op).under(header.schema, entry.payload()))]);
        }
        let leaves = Leaf::all(entry.payload())?;
        if rule_for(header.schema).leaves == Leafage::Parts {
            let op = Op::of_parts(header.schema, header.schema_version, &leaves)?;
            return Ok(vec![Ok(new(with_total(header, op)?))]);
        }
        let held = (0..=u8::MAX).zip(leaves).filter_map(|(number, leaf)| Some((number, leaf.held()?)));
        let read = held.map(|(number, leaf)| {
            let op = with_total(header, Op::decode(header.schema, header.schema_version, leaf)?)?;
            let place = EntryPlace::of(&header.log, header.seq, entry.id()).leaf(number);
            Self { id: place.said(), place, ..new(op) }.under(header.schema, leaf)
        });
        Ok(read.collect())
    }

    fn unseal(entry: &Entry, ring: &Keyring) -> Result<Self, OpError> {
        let header = entry.header();
        let opened = ring.open(header, entry.payload())?;
        let op = with_total(header, Op::decode(opened.plain.schema, opened.plain.version, &opened.plain.payload)?)?;
        if !ring::is_placed(&op, &opened, header) {
            return Err(SealError::Misplaced(opened.plain.schema).into());
        }
        let record = Self::new(entry, opened.plain.author, op, opened.container, Some(opened.by));
        record.under(opened.plain.schema, &opened.plain.payload)
    }

    fn new(entry: &Entry, author: IdentityId, op: Op, container: ElementId, sealed: Option<SealedBy>) -> Self {
        let header = entry.header();
        Self {
            id: entry.id(),
            log: header.log,
            container,
            sealed,
            place: EntryPlace::of(&header.log, header.seq, entry.id()),
            seq: header.seq,
            stamp: header.stamp,
            payload_hash: header.payload_hash,
            accepted: false,
            restated: false,
            run: (header.schema == schema::RESTATE)
                .then(|| RunPart { backlink: header.backlink, from: header.restates_from() }),
            witness: None,
            author,
            under: None,
            op,
        }
    }
    /// The same with the act that its payload names; of what is not understood nothing is read.
    fn under(self, schema: u16, payload: &[u8]) -> Result<Self, OpError> {
        let names = !matches!(self.op, Op::Unknown(_)) && !self.container.is_zero();
        Ok(Self { under: if names { under_of(schema, payload)? } else { None }, ..self })
    }
    /// Its place in its scope.
    #[must_use]
    pub const fn place(&self) -> EntryPlace {
        self.place
    }
    /// Later stamps win; among equal ones the greater id, so that the order is total.
    #[must_use]
    pub fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.id)
    }
}

/// An operation of which the header says rightly how much of blobs it names.
fn with_total(header: &Header, op: Op) -> Result<Op, OpError> {
    check_blobs_total(header, &op, false)?;
    Ok(op)
}

/// Whether a witness of acts may say something again: acts of governance, a founding, what keepers settle, and by what
/// a vote stands.
fn is_said_again(record: &Record) -> bool {
    roles::is_act(record) || matches!(record.op, Op::Founding(_) | Op::Settle(_)) || votes::is_of_a_vote(&record.op)
}
