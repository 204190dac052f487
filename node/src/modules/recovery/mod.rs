//! The recovery phrase, shares of it for friends, and coming back by them. SPEC.md §7.2.

mod commands;
mod deciding;

use super::identity::IdentityInfo;
use communaut_protocol::{DeviceId, EntryId, IdentityId};
use serde::{Deserialize, Serialize};

/// The recovery phrase, as long as it has not been confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// In French words; otherwise in English ones. Both stand for the same.
    pub french: bool,
}

/// Show to have written the phrase down, that which recovers or that which decides: the right words make this device
/// forget it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmPhrase {
    /// All 24 words.
    pub words: String,
}

/// The phrase that decides between recoveries, as long as it has not been confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidingPhrase {
    /// In French words; otherwise in English ones.
    pub french: bool,
}

/// Say which of several recoveries of one's identity counts, by the phrase that decides; or beforehand which is to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decide {
    /// All 24 words of the phrase that decides.
    pub words: String,
    /// The recovery.
    pub recovery: EntryId,
}

/// Shares of the recovery phrase for friends, any `threshold` of which recover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// The phrase; none: the one that has not been confirmed.
    pub words: Option<String>,
    /// How many are enough, at least 2.
    pub threshold: u8,
    /// How many there are.
    pub count: u8,
}

/// Shares of a recovery phrase, one for each friend. Secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FriendShares(pub Vec<String>);

/// The words of a recovery phrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhraseWords {
    /// 24 of them, with spaces between.
    pub words: String,
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
    /// Of what other devices wrote accept only what says to be no later, milliseconds since 1970
    /// UTC; none: all that is held.
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
