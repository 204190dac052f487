//! What a node can be asked, what it answers, and what it shows.
//!
//! The window, the command line and the local socket all speak these types: a [`Command`] goes in
//! and exactly one [`Outcome`] or [`Failure`] comes back; a [`Snapshot`] is read at any time and
//! never changes under its reader.

mod command;
mod failure;
mod identity;
mod import;
mod query;
mod reaction;
mod snapshot;
mod trouble;

pub use command::{
    Area, AuditAct, AuditLine, Command, ElementDetail, ElementDraft, FollowTarget, Member, NotPruned, Occurrence,
    Outcome, POSTS_MAX, Place, PostDetail, PostDraft, ProposalDetail, ProposalDraft, PrunedLog, TerritoryInfo,
};
pub use failure::{Failure, FailureCode};
pub use identity::{
    DeviceCode, DeviceInfo, IdentityAct, IdentityChange, IdentityInfo, Invitation, PhraseState, RecoverRequest,
    Recovered, SeedRequest,
};
pub use import::{ImportReport, ImportRequest, SkippedRecord};
pub use query::{Found, Hit, Near, Query, Why};
pub use reaction::{REACTED_MAX, Reacted, Reactions};
pub use snapshot::{
    Followed, ImportProgress, Me, NetworkStatus, OwnFork, PeerStatus, Phase, Snapshot, StoreStatus, TerritoryId,
};
pub use trouble::Trouble;
