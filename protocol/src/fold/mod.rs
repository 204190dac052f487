//! Reducers: what a scope's entries add up to. Each reads one scope, plus identity logs, so
//! that equal scopes give equal views whatever order they arrived in. SPEC.md §7.

mod acceptance;
mod container;
mod content;
mod erasure;
mod governance;
mod identity;
mod keys;
mod later;
mod restate;
mod restated;
mod roles;
mod scope;

pub use acceptance::Acceptance;
pub use content::*;
pub use erasure::{ErasureView, Erasures};
pub use governance::{
    BallotView, CertificateView, Governance, ProposalStatus, ProposalView, RefusedBallot, VoteRule, electorate_root,
    founder_of, frontier_of, tally_of,
};
pub use identity::{ActView, DeviceView, IdentityBook, IdentityChange, IdentityState, IdentityView, Standing};
pub use keys::{EpochView, KeysView, SeedView};
pub use later::Later;
pub use restate::{NotRestated, restate};
pub use restated::restated;
pub use roles::{audit, may_grant};
pub use scope::ScopeState;

use crate::{
    Stamp,
    entry::Entry,
    ids::{ElementId, EntryId, Hash, IdentityId},
    op::{FrontierHead, Op, OpError, schema},
    private::{Keyring, SealError, SealedBy, ring},
    scope::LogId,
};

/// An entry, read: what reducers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entry's id.
    pub id: EntryId,
    /// The log in which it stands.
    pub log: LogId,
    /// In whose space that is: the scope's container, or the closed community whose blinded id the container is; zero
    /// in the open cell.
    pub container: ElementId,
    /// The key under which it was sealed, if it was.
    pub sealed: Option<SealedBy>,
    /// Its place in the log.
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
    /// The person who says so.
    pub author: IdentityId,
    /// What it says.
    pub op: Op,
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
    /// Read an entry's payload. A sealed one is [`OpError::Sealed`].
    pub fn of(entry: &Entry) -> Result<Self, OpError> {
        let header = entry.header();
        if header.log.scope.is_closed() {
            // Only what wraps keys lies open there, which says nothing to a reducer; and its author is blinded.
            return Err(OpError::Sealed);
        }
        let op = Op::decode(header.schema, header.schema_version, entry.payload())?;
        Ok(Self::new(entry, IdentityId(header.log.author.0), op, header.log.scope.container, None))
    }

    /// The same, and a sealed payload is opened if the keyring holds its key. If it does not, the entry is kept and
    /// relayed like one of an unknown schema, and folded when the key has come.
    pub fn open(entry: &Entry, ring: &Keyring) -> Result<Self, OpError> {
        let header = entry.header();
        if !schema::is_sealed(header.schema) {
            return Self::of(entry);
        }
        let opened = ring.open(header, entry.payload())?;
        let op = Op::decode(opened.plain.schema, opened.plain.version, &opened.plain.payload)?;
        if !ring::is_placed(&op, &opened, header) {
            return Err(SealError::Misplaced(opened.plain.schema).into());
        }
        Ok(Self::new(entry, opened.plain.author, op, opened.container, Some(opened.by)))
    }

    fn new(entry: &Entry, author: IdentityId, op: Op, container: ElementId, sealed: Option<SealedBy>) -> Self {
        let header = entry.header();
        Self {
            id: entry.id(),
            log: header.log,
            container,
            sealed,
            seq: header.seq,
            stamp: header.stamp,
            payload_hash: header.payload_hash,
            accepted: false,
            restated: false,
            run: (header.schema == schema::RESTATE)
                .then(|| RunPart { backlink: header.backlink, from: header.restates_from() }),
            author,
            op,
        }
    }
    /// Its place in its scope.
    #[must_use]
    pub fn place(&self) -> FrontierHead {
        FrontierHead::of(&self.log, self.seq, self.id)
    }
    /// Later stamps win; among equal ones the greater id, so that the order is total.
    #[must_use]
    pub fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.id)
    }
}
