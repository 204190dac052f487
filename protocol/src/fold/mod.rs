//! Reducers: what a scope's entries add up to. Each reads one scope, plus identity logs, so
//! that equal scopes give equal views whatever order they arrived in. SPEC.md §7.

mod element;
mod erasure;
mod governance;
mod identity;
mod links;
mod roles;
mod scope;

pub use element::ElementView;
pub use erasure::{ErasureView, Erasures};
pub use governance::{
    BallotView, CertificateView, Governance, ProposalStatus, ProposalView, RefusedBallot, Rule, electorate_root,
    founder_of, frontier_of, tally_of,
};
pub use identity::{IdentityBook, IdentityState, IdentityView};
pub use links::{LinkKey, LinkView};
pub use roles::may_grant;
pub use scope::{Changes, PostView, ScopeState, ScopeView, StubView, TerritoryView};

use crate::{
    Stamp,
    entry::Entry,
    ids::{DeviceId, EntryId, Hash, IdentityId},
    op::{FrontierHead, Op, OpError},
    scope::Scope,
};

/// An entry, read: what reducers take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entry's id.
    pub id: EntryId,
    /// Where it stands.
    pub scope: Scope,
    /// Which device signed it.
    pub device: DeviceId,
    /// The log's epoch.
    pub epoch: u64,
    /// Its place in the log.
    pub seq: u64,
    /// The author's stamp.
    pub stamp: Stamp,
    /// BLAKE3 of the payload.
    pub payload_hash: Hash,
    /// The person who says so.
    pub author: IdentityId,
    /// What it says.
    pub op: Op,
}

impl Record {
    /// Read an entry's payload.
    pub fn of(entry: &Entry) -> Result<Self, OpError> {
        let header = entry.header();
        let (author, op) = Op::decode(header.schema, header.schema_version, entry.payload())?;
        Ok(Self {
            id: entry.id(),
            scope: header.log.scope,
            device: header.log.device,
            epoch: header.log.epoch,
            seq: header.seq,
            stamp: header.stamp,
            payload_hash: header.payload_hash,
            author,
            op,
        })
    }
    /// Its place in its scope.
    #[must_use]
    pub fn place(&self) -> FrontierHead {
        FrontierHead { device: self.device, epoch: self.epoch, seq: self.seq, id: self.id }
    }
    /// Later stamps win; among equal ones the greater id, so that the order is total.
    #[must_use]
    pub fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.id)
    }
}
