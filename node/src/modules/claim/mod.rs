//! Who comes to an event, or has a place of something; of an event that repeats also to one of its times; and guests
//! without an identity, counted by who may write it. SPEC.md §7.7.

mod automatic;
pub(crate) mod cli;
mod commands;
mod deciding;
mod queries;
#[cfg(test)]
mod tests;

use communaut_protocol::{ElementId, EntryId, IdentityId, fold::ClaimState};
use serde::{Deserialize, Serialize};

/// Claims of one answer: more than a list shows. The counts are of all.
pub const CLAIMS_SHOWN_MAX: usize = 500;
/// Times of a series of which an answer says how many places are taken apart.
pub const CLAIM_DAYS_MAX: usize = 500;

/// Ask for places, or say that one does not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Come {
    /// To what.
    pub resource: ElementId,
    /// How many; 0: not coming.
    pub places: u16,
    /// To which time of an event that repeats: the day that names it, counted from 1970-01-01; none: to every one.
    #[serde(default)]
    pub on: Option<i32>,
    /// For whom, if not for oneself: a guest by name. Only who may write the element asks for guests.
    #[serde(default)]
    pub guest: String,
}

impl Come {
    /// Oneself, every time.
    #[must_use]
    pub const fn own(resource: ElementId, places: u16) -> Self {
        Self { resource, places, on: None, guest: String::new() }
    }
}

/// Give or decline what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideClaims {
    /// Of what.
    pub resource: ElementId,
    /// Of whom, for themselves; with `claims` none: of all who wait, as they are listed, as long as there is room.
    #[serde(default)]
    pub people: Vec<IdentityId>,
    /// Which claims, by their entries.
    #[serde(default)]
    pub claims: Vec<EntryId>,
    /// Only of those for this time of an event that repeats.
    #[serde(default)]
    pub on: Option<i32>,
    /// Whether they are given.
    pub given: bool,
}

impl DecideClaims {
    /// Of these people; of none: of all who wait.
    #[must_use]
    pub const fn of(resource: ElementId, people: Vec<IdentityId>, given: bool) -> Self {
        Self { resource, people, claims: Vec::new(), on: None, given }
    }
}

/// Say how places are given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetTerms {
    /// Of what.
    pub resource: ElementId,
    /// How many there are, of an event that repeats each time; none: as many as are asked for.
    pub capacity: Option<u32>,
    /// Whether only one claim at a time may be confirmed.
    pub exclusive: bool,
    /// Who may confirm beside the owner.
    pub confirmers: Vec<IdentityId>,
    /// Whether the owner's node gives places as they are asked for, as long as there are some.
    #[serde(default)]
    pub automatic: bool,
}

/// Who comes, and who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsOn {
    /// Of what.
    pub resource: ElementId,
    /// To which time of an event that repeats: then those are listed who come to that or to every one. None: all.
    #[serde(default)]
    pub on: Option<i32>,
}

impl ClaimsOn {
    /// All of them.
    #[must_use]
    pub const fn all(resource: ElementId) -> Self {
        Self { resource, on: None }
    }
}

/// Who comes, and who waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsDetail {
    /// How many places there are; none: no bound, or nobody has to confirm.
    pub capacity: Option<u32>,
    /// Whether somebody has to confirm.
    pub confirmed_by_owner: bool,
    /// Whether only one claim at a time may be confirmed.
    pub exclusive: bool,
    /// Who may confirm beside the owner.
    pub confirmers: Vec<IdentityId>,
    /// Whether the owner's node confirms by itself.
    #[serde(default)]
    pub automatic: bool,
    /// The most places that are taken at a time; of one time of a series those that are taken then.
    pub taken: u64,
    /// Places asked for that nobody has decided.
    pub asked: u64,
    /// Places that were given where there was no room.
    pub lapsed: u64,
    /// Places taken that are more than there are now.
    pub overbooked: u64,
    /// What this node's person has asked for; of one time of a series for that, or else for every one.
    pub own: Option<ClaimLine>,
    /// Whether this node's person may confirm.
    pub may_confirm: bool,
    /// Whether they may ask for guests.
    #[serde(default)]
    pub may_bring_guests: bool,
    /// Times of a series for which some places are taken apart, by day, with all that are taken then: at most 500.
    #[serde(default)]
    pub days: Vec<(i32, u64)>,
    /// As they are listed, at most 500.
    pub list: Vec<ClaimLine>,
}

/// One claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimLine {
    /// Who asks.
    pub person: IdentityId,
    /// Their name; empty until their profile has come.
    pub name: String,
    /// For which guest, if not for themselves.
    #[serde(default)]
    pub guest: String,
    /// For which time of a series; none: for every one.
    #[serde(default)]
    pub on: Option<i32>,
    /// How many places.
    pub places: u16,
    /// Where it stands.
    pub state: ClaimState,
    /// The entry that asks: what `erase` takes.
    pub entry: EntryId,
}
