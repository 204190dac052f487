//! Who runs this node: making an identity, showing it, changing its profile.

pub(crate) mod cli;
mod commands;

pub(crate) use commands::no_identity;
pub use communaut_protocol::fold::IdentityChange;

use super::devices::DeviceInfo;
use communaut_protocol::{DeviceId, EntryId, IdentityId, Position};
use serde::{Deserialize, Serialize};

/// Make an identity: keys, inception, profile, card. Its recovery phrase waits to be written down
/// ([`Phrase`](super::recovery::Phrase)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Init {
    /// As one wants to be called.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Where one's wall lives.
    pub home: Position,
    /// Made for a demonstration.
    pub sample: bool,
    /// With a second phrase, which decides between recoveries that compete: it waits to be written down, too
    /// ([`DecidingPhrase`](super::recovery::DecidingPhrase)).
    pub deciding: bool,
}

/// Who am I.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity;

/// Change name and text of one's own profile and card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetProfile {
    /// As one wants to be called.
    pub name: String,
    /// A few lines.
    pub about: String,
}

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
    /// Recoveries that compete, so that none of them counts until the deciding key says which (SPEC.md §7.1); usually
    /// there are none.
    pub contested: Vec<Contested>,
    /// The words that decide then; none: this identity has none, and nobody does.
    pub deciding: Option<PhraseState>,
    /// Whether this device still speaks for it.
    pub speaks: bool,
    /// The words that recover it.
    pub phrase: PhraseState,
    /// What was done to its devices, each after what it follows; also what does not count.
    pub acts: Vec<IdentityAct>,
}

/// A recovery that competes with another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contested {
    /// The entry, which the deciding key names.
    pub entry: EntryId,
    /// The device that it brings in.
    pub device: DeviceId,
    /// Whether that is this one.
    pub this: bool,
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
