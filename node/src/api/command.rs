//! Commands and their outcomes.

use super::{
    DeviceCode, Found, IdentityInfo, ImportReport, ImportRequest, Invitation, NetworkStatus, Phase, Query, Reactions,
    RecoverRequest, Recovered, SeedRequest, StoreStatus, TerritoryId,
};
use communaut_protocol::{
    Cell, ElementId, EntryId, IdentityId, Position,
    fold::{ElementView, PostView, ProposalView},
    op::{Choice, Kind, LinkKind, LinkState, Reaction, Role, When},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};

/// Asked of a node. Each gets exactly one outcome; one that writes gets it after the flush.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Make an identity: keys, inception, profile, card. Its recovery phrase waits to be written down
    /// ([`Command::Phrase`]). → [`Outcome::Identity`]
    Init {
        /// As one wants to be called.
        name: String,
        /// A few lines.
        about: String,
        /// Where one's wall lives.
        home: Position,
        /// Made for a demonstration.
        sample: bool,
    },
    /// Who am I. → [`Outcome::Identity`]
    Identity,
    /// A code by which one other device comes in, while this node runs. → [`Outcome::DeviceCode`]
    DeviceCode,
    /// Become another device of the identity whose device shows this code; the data folder has none yet.
    /// → [`Outcome::Identity`]
    DeviceJoin {
        /// As shown there.
        code: String,
        /// What to call this device; may be empty. Anyone can read it.
        label: String,
    },
    /// Take a device out for good, and accept what it wrote as far as it is held here. → [`Outcome::Identity`]
    DeviceOut {
        /// The beginning of its key.
        device: String,
        /// Accept only what says to be no later, milliseconds since 1970 UTC; none: all that is held.
        until_ms: Option<u64>,
    },
    /// The recovery phrase, as long as it has not been confirmed. → [`Outcome::Phrase`]
    Phrase {
        /// In French words; otherwise in English ones. Both stand for the same.
        french: bool,
    },
    /// Show to have written the phrase down: the right words make this device forget it. → [`Outcome::Identity`]
    ConfirmPhrase {
        /// All 24 words.
        words: String,
    },
    /// Make this device speak for an identity by its phrase, or by enough shares of it, and take all other devices out.
    /// → [`Outcome::Recovered`]
    Recover(RecoverRequest),
    /// Shares of the recovery phrase for friends, any `threshold` of which recover. → [`Outcome::Shares`]
    Shares {
        /// The phrase; none: the one that has not been confirmed.
        words: Option<String>,
        /// How many are enough, at least 2.
        threshold: u8,
        /// How many there are.
        count: u8,
    },
    /// Invitations into closed communities that wait for an answer. → [`Outcome::Invitations`]
    Invitations,
    /// Let a box keep a closed community without reading it, or no longer, as a moderator. → [`Outcome::Written`]
    Seed {
        /// The community.
        community: ElementId,
        /// The beginning of the key of the box's device; its identity has to be held here.
        device: String,
        /// Whether it is to keep it from now on.
        on: bool,
    },
    /// Closed communities that this node is asked to keep without reading them. → [`Outcome::Seeds`]
    Seeds,
    /// Keep one. → [`Outcome::Done`]
    AcceptSeed {
        /// The beginning of the request's id.
        request: String,
    },
    /// Belong to a closed community to which one was invited. → [`Outcome::Done`]
    Join {
        /// The beginning of its id.
        community: String,
    },
    /// Change name and text of one's own profile and card. → [`Outcome::Written`]
    SetProfile {
        /// As one wants to be called.
        name: String,
        /// A few lines.
        about: String,
    },
    /// What is held, refused, missing. → [`Outcome::Status`]
    Status,
    /// Peers. → [`Outcome::Peers`]
    Peers,
    /// Connect to a multiaddr, e.g. `/ip4/192.0.2.1/tcp/4001`, with or without `/p2p/…`. → [`Outcome::Done`]
    Dial {
        /// The address.
        address: String,
    },
    /// Read a file of records into the open cells where they lie. → [`Outcome::Imported`]
    Import(ImportRequest),
    /// Search. → [`Outcome::Found`]
    Search(Query),
    /// One element, with its wall. `id` may be the beginning of an id, if only one has it. → [`Outcome::Element`]
    Show {
        /// The id or its beginning.
        id: String,
    },
    /// Make an element, or bring an existing one to what the draft says. → [`Outcome::Written`]
    SaveElement {
        /// None: a new one.
        id: Option<ElementId>,
        /// All its fields.
        draft: Box<ElementDraft>,
    },
    /// Take an element back, visibly. → [`Outcome::Written`]
    Retract {
        /// Which.
        id: ElementId,
    },
    /// Copy store and keys into a new folder of the node's machine. → [`Outcome::Done`]
    Backup {
        /// Absolute.
        to: PathBuf,
    },
    /// Erase a post or an element: one's own for good, another's as a moderator. → [`Outcome::Erased`]
    Erase {
        /// The beginning of its id.
        id: String,
        /// A few words for those who wrote it; may be empty.
        reason: String,
    },
    /// Take a moderator's erasure back. → [`Outcome::Written`]
    Void {
        /// The beginning of the erasure's id, or of what it erased.
        id: String,
    },
    /// Restate one's own logs of open cells where that saves something, and drop what stood before. → [`Outcome::Pruned`]
    Prune,
    /// Write a post. → [`Outcome::Written`]
    Post(PostDraft),
    /// React to a post, or withdraw what one said of it. → [`Outcome::Written`]
    React {
        /// The beginning of the post's id.
        post: String,
        /// Which; none withdraws.
        what: Option<Reaction>,
    },
    /// Say or unsay a link of one's own to an element. → [`Outcome::Written`]
    Link {
        /// To what.
        target: ElementId,
        /// Which kind.
        kind: LinkKind,
        /// Requested, accepted or left.
        state: LinkState,
    },
    /// Give or take a role in an organisation or project. → [`Outcome::Written`]
    SetRole {
        /// Where.
        container: ElementId,
        /// To whom.
        person: IdentityId,
        /// Which; none takes any away.
        role: Option<Role>,
    },
    /// Publish a territory and follow it. → [`Outcome::Territory`]
    CreateTerritory {
        /// Its name.
        name: String,
        /// Where.
        area: Area,
    },
    /// Replicate a territory. → [`Outcome::Territory`]
    Follow(FollowTarget),
    /// Replicate it no longer; what is held is kept. → [`Outcome::Done`]
    Unfollow {
        /// Which.
        id: TerritoryId,
    },
    /// Territories followed and known. → [`Outcome::Territories`]
    Territories,
    /// Places of the gazetteer whose name begins with a text. → [`Outcome::Places`]
    Places {
        /// What was typed.
        text: String,
        /// The most to return.
        limit: usize,
    },
    /// Events between two moments, by start. → [`Outcome::Agenda`]
    Agenda {
        /// Milliseconds since 1970 UTC.
        from_ms: i64,
        /// Milliseconds since 1970 UTC.
        to_ms: i64,
        /// Inside one territory; none: everything held.
        territory: Option<TerritoryId>,
    },
    /// Posts in open cells and on walls, newest first. → [`Outcome::Posts`]
    Posts {
        /// Those about places inside one territory, and on the walls of what lies there; none: everything held.
        territory: Option<TerritoryId>,
        /// The most to return, at most [`POSTS_MAX`](crate::api::POSTS_MAX).
        limit: usize,
    },
    /// Who holds which role in an organisation or project. → [`Outcome::Members`]
    Members {
        /// Where.
        container: ElementId,
    },
    /// Every act on roles and every act of moderation, in causal order, and whether it counts. → [`Outcome::Audit`]
    Audit {
        /// Where.
        container: ElementId,
    },
    /// Ask the members of an organisation or project. → [`Outcome::Written`]
    Propose(ProposalDraft),
    /// Vote, or change one's vote. → [`Outcome::Written`]
    Vote {
        /// On what; the beginning of an id is enough, if only one has it.
        proposal: String,
        /// What.
        choice: Choice,
    },
    /// Count and certify, as the proposal's teller. → [`Outcome::Proposal`]
    CloseVote {
        /// Which; the beginning of an id is enough.
        proposal: String,
    },
    /// One proposal. → [`Outcome::Proposal`]
    Proposal {
        /// Which; the beginning of an id is enough.
        proposal: String,
    },
    /// Stop the node. → [`Outcome::Done`]
    Stop,
}

impl Command {
    /// Whether it is answered from what is shown, without the store.
    #[must_use]
    pub fn only_shows(&self) -> bool {
        matches!(
            self,
            Self::Status
                | Self::Peers
                | Self::Stop
                | Self::Search(_)
                | Self::Show { .. }
                | Self::Territories
                | Self::Places { .. }
                | Self::Agenda { .. }
                | Self::Posts { .. }
                | Self::Proposal { .. }
                | Self::Dial { .. }
        )
    }
}

/// What came of a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is named as what it holds; the commands point here")]
pub enum Outcome {
    Done,
    Identity(IdentityInfo),
    Status {
        version: String,
        phase: Phase,
        network: Arc<NetworkStatus>,
        store: Arc<StoreStatus>,
    },
    Peers(Arc<NetworkStatus>),
    Imported(ImportReport),
    Found(Found),
    Element(Box<ElementDetail>),
    Written {
        element: Option<ElementId>,
        entries: Vec<EntryId>,
    },
    /// `beside`: damaged stores, which may still hold what was erased until their owner removes them.
    Erased {
        entries: Vec<EntryId>,
        erased: u64,
        own: bool,
        beside: Vec<String>,
    },
    Pruned {
        logs: Vec<PrunedLog>,
        left: Vec<NotPruned>,
    },
    Territory(TerritoryInfo),
    Territories(Vec<TerritoryInfo>),
    Places(Vec<Place>),
    Agenda(Vec<Occurrence>),
    Posts(Vec<PostDetail>),
    Members(Vec<Member>),
    Audit(Vec<AuditLine>),
    Proposal(Box<ProposalDetail>),
    DeviceCode(DeviceCode),
    Phrase {
        words: String,
    },
    Recovered(Box<Recovered>),
    Shares(Vec<String>),
    Invitations(Vec<Invitation>),
    Seeds(Vec<SeedRequest>),
}

/// A log that was restated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunedLog {
    /// In which cell.
    pub cell: Cell,
    /// Entries held of it before.
    pub entries_before: u64,
    /// Entries of the restatement.
    pub entries_after: u64,
    /// Bytes of headers and payloads before.
    pub bytes_before: u64,
    /// Bytes of headers and payloads of the restatement.
    pub bytes_after: u64,
}

/// A log that could not be restated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotPruned {
    /// In which cell.
    pub cell: Cell,
    /// Why.
    pub why: String,
}

/// Somebody with a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Who.
    pub person: IdentityId,
    /// As they want to be called; empty until their profile has come.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Whether they made the organisation or project.
    pub founder: bool,
}

/// An act of governance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLine {
    /// The entry.
    pub entry: EntryId,
    /// Who did it.
    pub author: IdentityId,
    /// Their name; empty until their profile has come.
    pub author_name: String,
    /// When, as they say: milliseconds since 1970 UTC.
    pub written_ms: u64,
    /// What.
    pub act: AuditAct,
    /// Whether it counts (SPEC.md §8.1); if not, its author had no right to it or a revocation has made it void.
    pub counts: bool,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditAct {
    /// A role given, or all taken away.
    Role {
        /// To whom.
        person: IdentityId,
        /// Their name; empty until their profile has come.
        name: String,
        /// Which; none: taken away.
        role: Option<Role>,
    },
    /// Entries hidden, for which reason.
    Erase {
        /// How many.
        entries: u64,
        /// A few words; may be empty.
        reason: String,
    },
    /// An erasure taken back.
    Void {
        /// Which.
        erasure: EntryId,
    },
}

/// Posts of one answer: more is paged through in the snapshot.
pub const POSTS_MAX: usize = 1_000;

/// A post and who wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostDetail {
    /// The post.
    pub post: Arc<PostView>,
    /// Its author's name; empty until the profile has come.
    pub author_name: String,
    /// What others say of it.
    pub reactions: Reactions,
}

/// An element with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ElementDetail {
    /// The element.
    pub element: Arc<ElementView>,
    /// The name of its owner, where known.
    pub owner_name: String,
    /// Its wall, newest first.
    pub wall: Vec<Arc<PostView>>,
    /// What others say of the posts of the wall; those of which nobody does are left out.
    pub reactions: Vec<(EntryId, Reactions)>,
    /// Its proposals, for an organisation or project.
    pub proposals: Vec<EntryId>,
    /// Members by role, for an organisation or project.
    pub roles: Vec<(IdentityId, Role)>,
}

/// All fields of an element as a person fills them in. Empty text: none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "as in protocol::op::Field")]
pub struct ElementDraft {
    pub kind: Kind,
    pub name: String,
    pub description: String,
    pub position: Option<Position>,
    pub address: String,
    pub phone: String,
    pub email: String,
    pub website: String,
    pub opening_hours: String,
    pub tags: Vec<String>,
    pub when: Option<When>,
    /// The organisation or project in whose space it is made; fixed at creation.
    pub parent: Option<ElementId>,
    /// An organisation or project that only its members can find and read (SPEC.md §10); fixed at creation.
    pub closed: bool,
    /// Whether those who come to a closed community later read what was before; fixed at creation.
    pub history: bool,
    pub sample: bool,
}

/// A post to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostDraft {
    /// On the wall of an element; none: in the open cell of `position`.
    pub wall: Option<ElementId>,
    /// Where it concerns; none with a wall: the element's place.
    pub position: Option<Position>,
    /// Plain text.
    pub text: String,
    /// The post that it answers.
    pub reply_to: Option<EntryId>,
    /// Lower-case words.
    pub tags: Vec<String>,
    /// Only for these persons, and its author; empty: for everyone who can read where it stands. Needs no wall: it stands
    /// in its author's own space.
    pub to: Vec<IdentityId>,
    /// Made for a demonstration.
    pub sample: bool,
}

/// A question to the members of a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalDraft {
    /// The organisation or project.
    pub container: ElementId,
    /// The question.
    pub title: String,
    /// The reasons.
    pub text: String,
    /// Share of the electorate that must take part, in thousandths.
    pub quorum_permille: u16,
    /// When the author means to close, milliseconds since 1970 UTC.
    pub closes_ms: u64,
    /// Made for a demonstration.
    pub sample: bool,
}

/// Where a territory lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Around a place of the gazetteer, by name.
    Place {
        /// The name, e.g. "Lyon" or "Lyon, FR".
        name: String,
        /// Metres.
        radius_m: u32,
    },
    /// Around a point.
    Around {
        /// The point.
        centre: Position,
        /// Metres.
        radius_m: u32,
    },
    /// Inside a boundary: GeoJSON text with a polygon or several.
    GeoJson {
        /// The text.
        text: String,
    },
    /// Given cells of 1 to 7 characters.
    Cells {
        /// In any order.
        cells: Vec<Cell>,
    },
}

/// What to follow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowTarget {
    /// A published territory that is known here.
    Known(TerritoryId),
    /// An area that only this node names.
    Area {
        /// Its name here.
        name: String,
        /// Where.
        area: Area,
    },
}

/// A territory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryInfo {
    /// Its id.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// Its cells.
    pub cells: Vec<Cell>,
    /// Where a map opens.
    pub centre: Position,
    /// Whether this node replicates it.
    pub followed: bool,
    /// Elements held that lie in it.
    pub elements: usize,
}

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// ISO 3166 code of its country.
    pub country: String,
    /// Where.
    pub position: Position,
    /// People who live there.
    pub population: u64,
    /// IANA time zone.
    pub timezone: String,
}

/// An event in the agenda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Milliseconds since 1970 UTC.
    pub start_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub end_ms: i64,
    /// The zone in which it was announced.
    pub zone: String,
    /// The event.
    pub element: Arc<ElementView>,
}

/// A proposal with where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposalDetail {
    /// The scope of its container.
    pub scope: Scope,
    /// The organisation or project.
    pub container: ElementId,
    /// The container's name.
    pub container_name: String,
    /// The proposal.
    pub proposal: ProposalView,
    /// Whether this node's person may vote on it.
    pub may_vote: bool,
}
