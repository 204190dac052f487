//! Elements: people, organisations, projects, events and places, each with its page.

pub(crate) mod card_cli;
pub(crate) mod cli;
mod commands;
mod event_cli;
pub(crate) mod fields;
mod hours;
mod queries;
mod time_cli;

pub(crate) use commands::{checked, element_op, required_position, tidy_tags};

use super::{
    post::Reactions,
    same::{AlsoSaid, LikelySame},
    search::OpenNow,
};
use crate::times::DayHours;
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Position,
    fold::{ElementView, PostView},
    op::{Contact, Instead, Kind, Role, When},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Parts of an element that an answer carries: more than a page shows.
pub const PARTS_MAX: usize = 500;
/// Changed times of a series that an answer carries.
pub const CHANGED_MAX: usize = 500;

/// One element, with its wall.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The id, or its beginning if only one has it.
    pub id: String,
}

/// When an element is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHours {
    /// Which.
    pub id: ElementId,
    /// The present, milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// IANA name of the zone of who asks: its clock counts where that of the place is not known. Empty or unknown: UTC.
    pub zone: String,
}

/// What its opening hours say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursShown {
    /// Whether it is open now; none: they do not say, or are not understood.
    pub now: Option<OpenNow>,
    /// Seven days from today on; empty: they are not understood, or it is always open.
    pub week: Vec<DayHours>,
    /// The zone on whose clock the week is told, where that shows another time now than the asker's; else empty.
    pub zone: String,
}

/// Make an element, or bring an existing one to what the draft says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveElement {
    /// None: a new one.
    pub id: Option<ElementId>,
    /// All its fields.
    pub draft: Box<ElementDraft>,
}

/// Change one time of an event that repeats, or those from one on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeTime {
    /// Of what.
    pub series: ElementId,
    /// The day on which it begins, counted from 1970-01-01, by which the time is named.
    pub day: i32,
    /// Whether the later ones are changed with it.
    pub following: bool,
    /// How.
    pub change: TimeChange,
}

/// How a time is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeChange {
    /// To what the draft says; its repeating is that of those that follow.
    Say(Box<ElementDraft>),
    /// It does not take place.
    Cancel,
    /// One that was changed or cancelled is again as its series says.
    AsSeries,
}

/// Take an element back, visibly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retract {
    /// Which.
    pub id: ElementId,
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
    /// Who follows it.
    #[serde(default)]
    pub followers: Followers,
    /// Whether it has a space of its own: then its card stays, since it says who founded it.
    #[serde(default)]
    pub has_space: bool,
    /// Whether this node's person may hide what others wrote where it stands.
    #[serde(default)]
    pub may_moderate: bool,
    /// Whether this node's person may keep links on its page.
    #[serde(default)]
    pub may_bookmark: bool,
    /// Who else speaks of it: other records of what it is, for which it stands.
    #[serde(default)]
    pub also: Vec<AlsoSaid>,
    /// What is shown in its place, if that is another.
    #[serde(default)]
    pub shown_as: Option<ElementId>,
    /// What is probably the same, and nobody has said so.
    #[serde(default)]
    pub likely: Vec<LikelySame>,
    /// What it is a part of, where that is held.
    #[serde(default)]
    pub part_of: Option<Arc<ElementView>>,
    /// Its parts, events first by their start: at most [`PARTS_MAX`].
    #[serde(default)]
    pub parts: Vec<Arc<ElementView>>,
    /// How many it has.
    #[serde(default)]
    pub parts_count: usize,
    /// Of an event that repeats its times that were changed or cancelled, by day: at most [`CHANGED_MAX`].
    #[serde(default)]
    pub changed: Vec<ChangedTime>,
    /// How many these are.
    #[serde(default)]
    pub changed_count: usize,
}

/// A time of a series of which something else takes the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedTime {
    /// The day that names it, counted from 1970-01-01.
    pub day: i32,
    /// What takes its place; one that was taken back says that it does not take place.
    pub element: Arc<ElementView>,
}

/// Followers of an element, as far as its scope is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followers {
    /// Whether this node's person is one.
    pub me: bool,
    /// How many.
    pub count: usize,
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
    /// What it is a part of: of an organisation or project it stands in the space, if no other is named; fixed at
    /// creation.
    pub parent: Option<ElementId>,
    /// The organisation or project in whose space it is made, where that is not the parent; fixed at creation.
    pub space: Option<ElementId>,
    /// An organisation or project that only its members can find and read (SPEC.md §10); fixed at creation.
    pub closed: bool,
    /// Whether those who come to a closed community later read what was before; fixed at creation.
    pub history: bool,
    /// Of a new organisation or project who settles what is decided about roles (SPEC.md §8.7); fixed at creation.
    #[serde(default)]
    pub keepers: Vec<IdentityId>,
    /// How many of them have to agree.
    #[serde(default)]
    pub keepers_agree: u8,
    pub sample: bool,
    /// Which kind of organisation, event or place: a word of a vocabulary, or any.
    pub subkind: String,
    /// How far a project has come: likewise.
    pub stage: String,
    pub languages: Vec<String>,
    pub contacts: Vec<Contact>,
    /// Of which time of a series it takes the place.
    pub instead: Option<Instead>,
    /// JSON of another program.
    pub foreign: String,
}

impl ElementDraft {
    /// All fields of an element that is held, to be changed.
    #[must_use]
    pub fn of(held: &ElementView) -> Self {
        Self {
            kind: held.kind,
            name: held.name.clone(),
            description: held.description.clone(),
            position: held.position,
            address: held.address.clone(),
            phone: held.phone.clone(),
            email: held.email.clone(),
            website: held.website.clone(),
            opening_hours: held.opening_hours.clone(),
            tags: held.tags.clone(),
            when: held.when.clone(),
            parent: held.parent,
            sample: held.sample,
            subkind: held.subkind.clone(),
            stage: held.stage.clone(),
            languages: held.languages.clone(),
            contacts: held.contacts.clone(),
            instead: held.instead.as_ref().map(|view| view.said),
            foreign: held.foreign.clone(),
            ..Self::default()
        }
    }
}

/// SPEC.md §7.2: whether somebody may write an element: their own, or by a role where it stands.
pub(crate) fn may_write(held: &ElementView, by: IdentityId, role: Option<Role>, is_space: bool) -> bool {
    let own = held.owner == by;
    if held.scope.container.is_zero() {
        own
    } else if is_space {
        own || role >= Some(Role::Moderator)
    } else {
        (own && role >= Some(Role::Contributor)) || role >= Some(Role::Moderator)
    }
}
