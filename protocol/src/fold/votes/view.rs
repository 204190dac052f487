//! What is shown of votes.

use crate::{
    Stamp,
    ids::{EntryId, Hash, IdentityId},
    op::{Choice, Quorum, Tally},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The leaf of a proposal with its reasons.
pub const TEXT: u8 = 1;

/// The rule by which a ballot or a certificate does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum VoteRule {
    /// SPEC.md §8.3.
    #[error("only members for whom the vote was opened may vote (SPEC.md §8.3)")]
    NotInElectorate,
    /// SPEC.md §8.3.
    #[error("the vote is not open, or was opened for others (SPEC.md §8.3)")]
    NotOpened,
    /// SPEC.md §8.4.
    #[error("two concurrent ballots of one person differ, so neither counts (SPEC.md §8.4)")]
    Conflicting,
    /// SPEC.md §8.3.
    #[error("only a teller of the proposal may open or close the vote (SPEC.md §8.3)")]
    NotATeller,
    /// SPEC.md §8.5.
    #[error("the certificate does not match the ballots that its teller carries, as held here (SPEC.md §8.5)")]
    Mismatch,
    /// SPEC.md §8.5.
    #[error("ballots that the certificate counts are not held here (SPEC.md §8.5)")]
    Incomplete,
    /// SPEC.md §8.5.
    #[error("certified, no longer recomputable: too many of its ballots were erased (SPEC.md §8.5)")]
    Erased,
    /// SPEC.md §8.5.
    #[error("one of too many closes by one teller, and no other teller says it again (SPEC.md §8.5)")]
    TooManyCloses,
    /// SPEC.md §8.2.
    #[error("only members may propose (SPEC.md §8.2)")]
    MayNotPropose,
}

/// Where a proposal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalStatus {
    /// Not opened yet, or not for one electorate: nobody can vote.
    Asked,
    /// Votes are taken; the tally is an estimate.
    Open,
    /// Certified, quorate, more yes than no.
    Accepted,
    /// Certified, and not accepted.
    Rejected,
    /// Certified differently, or not as this device recomputes it.
    Disputed,
}

/// A person's standing in a vote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BallotView {
    /// Who.
    pub person: IdentityId,
    /// The ballots that no other of theirs replaces (one, unless they are concurrent).
    pub tips: Vec<EntryId>,
    /// What counts; none where concurrent ballots differ.
    pub choice: Option<Choice>,
}

/// A ballot that does not count, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedBallot {
    /// Which.
    pub entry: EntryId,
    /// By whom.
    pub person: IdentityId,
    /// Under which rule.
    pub rule: VoteRule,
}

/// A teller's certificate as this device sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateView {
    /// Which entry.
    pub entry: EntryId,
    /// By whom.
    pub teller: IdentityId,
    /// What it says.
    pub tally: Tally,
    /// None: recomputed here with the same result.
    pub problem: Option<VoteRule>,
    /// Entries and ballots that it names and that are not held here, or the first of many.
    pub missing: Vec<EntryId>,
}

/// By whom a vote was opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningView {
    /// The root of the electorate for which it stands open; none: it does not.
    pub electorate: Option<Hash>,
    /// The tellers who opened it so.
    pub tellers: Vec<IdentityId>,
    /// Tellers who named two electorates.
    pub contradicting: Vec<IdentityId>,
    /// The acts by which most tellers have opened it so far, whether enough of them or not: what the next one names.
    pub refs: Vec<EntryId>,
}

/// A proposal with all that was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalView {
    /// The proposal's entry.
    pub id: EntryId,
    /// Who proposed.
    pub author: IdentityId,
    /// When, as the author says.
    pub stamp: Stamp,
    /// The question.
    pub title: String,
    /// The reasons.
    pub text: String,
    /// Whether they were erased.
    pub text_erased: bool,
    /// Share that must take part.
    pub quorum: Quorum,
    /// Who opens and closes.
    pub tellers: Vec<IdentityId>,
    /// How many of them have to agree.
    pub agree: u8,
    /// When the author means to close.
    pub closes_ms: u64,
    /// Who may vote, ascending; of what is not opened yet, who could if it were opened now.
    pub electorate: Arc<[IdentityId]>,
    /// By whom it was opened.
    pub opening: OpeningView,
    /// The count: an estimate until certified.
    pub tally: Tally,
    /// Who voted what.
    pub ballots: Vec<BallotView>,
    /// What does not count.
    pub refused: Vec<RefusedBallot>,
    /// Ballots that would count, and that are not among those certified: they came too late, or the teller left them
    /// out.
    pub late: Vec<EntryId>,
    /// Certificates, in ascending order of their entries.
    pub certificates: Vec<CertificateView>,
    /// Where it stands.
    pub status: ProposalStatus,
    /// Made for a demonstration.
    pub sample: bool,
}
