//! An identity with its devices, its recovery phrase and its friends' shares.

use communaut_protocol::{DeviceId, ElementId, EntryId, IdentityId, Position};
use serde::{Deserialize, Serialize};

/// An identity with its devices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityInfo {
    /// The identity; also the id of one's card.
    pub id: IdentityId,
    /// As one wants to be called.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Where one's wall lives.
    pub home: Option<Position>,
    /// Devices that speak for it, then those taken out.
    pub devices: Vec<DeviceInfo>,
    /// Whether its log has competing branches, so that no device comes in or goes until it is recovered (SPEC.md §7.1).
    pub frozen: bool,
    /// Whether this device still speaks for it.
    pub speaks: bool,
    /// The words that recover it.
    pub phrase: PhraseState,
    /// What was done to its devices, each after what it follows; also what does not count.
    pub acts: Vec<IdentityAct>,
}

/// Something done to the devices of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityAct {
    /// The entry.
    pub entry: EntryId,
    /// The device that signed it.
    pub by: DeviceId,
    /// What.
    pub what: IdentityChange,
    /// Devices that came in or went out by it.
    pub devices: Vec<DeviceId>,
    /// The act that it follows; none: the inception, or this is it.
    pub previous: Option<EntryId>,
    /// Whether it counts; if not, another has put it aside.
    pub counts: bool,
}

/// A device of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its key.
    pub id: DeviceId,
    /// The same as a `did:key` (W3C did:key method).
    pub did: String,
    /// As its owner calls it; may be empty. Anyone can read it.
    pub label: String,
    /// Whether it is the one that answers.
    pub this: bool,
    /// Whether it was taken out: of what it wrote, only what was accepted then counts.
    pub out: bool,
}

/// Where the recovery phrase is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhraseState {
    /// Kept on this device until its owner has shown to have written it down.
    #[default]
    Unconfirmed,
    /// Written down: this device holds it no longer.
    Confirmed,
}

pub use communaut_protocol::fold::IdentityChange;

/// What another device types to come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCode {
    /// One line of letters and digits, good for one device.
    pub code: String,
    /// Until when, milliseconds since 1970 UTC.
    pub until_ms: u64,
}

/// How to recover.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecoverRequest {
    /// 24 words; or shares, one a line.
    pub secret: String,
    /// Whose; none: the one held here that the phrase fits.
    pub identity: Option<IdentityId>,
    /// What to call this device; may be empty.
    pub label: String,
    /// The act of the identity's log to go on from; none: where it stands.
    pub after: Option<EntryId>,
    /// Of what other devices wrote accept only what says to be no later, milliseconds since 1970 UTC; none: all that is held.
    pub until_ms: Option<u64>,
    /// Devices of which nothing is accepted, beyond what an act has accepted before.
    pub reject: Vec<DeviceId>,
}

/// What came of a recovery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The identity, which this device speaks for now.
    pub identity: IdentityInfo,
    /// Devices that were taken out by it.
    pub out: u64,
    /// Keys to private payloads that came back.
    pub keys: u64,
}

/// An invitation into a closed community, to be accepted or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The community.
    pub community: ElementId,
    /// The person who invites.
    pub from: IdentityId,
    /// Their name; empty until their profile has come.
    pub from_name: String,
    /// The entry that carries it.
    pub entry: EntryId,
}

/// A closed community that somebody asks this node to keep without reading it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedRequest {
    /// The entry that asks.
    pub entry: EntryId,
    /// The person who asks.
    pub from: IdentityId,
    /// Their name; empty until their profile has come.
    pub from_name: String,
    /// Whether it is kept.
    pub accepted: bool,
}
