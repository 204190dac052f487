//! Keys handed out, key epochs and blind seeds of closed communities. SPEC.md §10.

use super::{OpError, Operation, Rule, Sealing, ascending, bound, schema};
use crate::{
    codec::is_default,
    ids::{DeviceId, EntryId, KeyId, SealingKey},
    limits::{BUNDLE_MAX, KEY_FOLLOWS_MAX, KEY_OUTS_MAX, REFS_MAX, WRAP_LEN, WRAP_TAG_LEN, WRAPS_MAX, WRAPS_MIN},
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A bundle of keys, and the key of the bundle wrapped to devices that only they can recognise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapsOp {
    /// A public key made for this entry alone, with which each device finds its wrap.
    pub finder: SealingKey,
    /// The keys, sealed.
    #[serde(with = "serde_bytes")]
    pub bundle: Vec<u8>,
    /// `tag ‖ encapsulated key ‖ wrapped key` each, ascending, with decoys up to a power of two.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wraps: Vec<ByteBuf>,
}

/// From now on this is the key, says someone who belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEpochOp {
    /// Its name; this entry is sealed under its roster key.
    pub key: KeyId,
    /// The key epochs that the author knew last: ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub follows: Vec<EntryId>,
    /// The acts of governance that the author knew last: ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refs: Vec<EntryId>,
    /// Devices of members that were taken out and are not given the key, beyond those named by
    /// what it follows: ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub outs: Vec<DeviceId>,
    /// Whether newcomers are to be given the keys of before.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: bool,
}

/// A box that syncs a closed community and cannot read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedOp {
    /// The box.
    pub device: DeviceId,
    /// Where keys are wrapped to.
    pub sealing_key: SealingKey,
    /// Whether it is to be given the keys that prove, from now on.
    #[serde(default, skip_serializing_if = "is_default")]
    pub on: bool,
}

impl Operation for WrapsOp {
    const RULE: Rule = Rule { governs: false, ..Rule::governing(schema::WRAPS, "wraps", Sealing::Never) };

    fn check(&self) -> Result<(), OpError> {
        bound("bundle", self.bundle.len(), BUNDLE_MAX)?;
        bound("wraps", self.wraps.len(), WRAPS_MAX)?;
        if self.wraps.len() < WRAPS_MIN || !self.wraps.len().is_power_of_two() {
            return Err(OpError::Bound {
                field: "wraps",
                why: format!("{}, expected a power of two", self.wraps.len()),
            });
        }
        if self.wraps.iter().any(|wrap| wrap.len() != WRAP_LEN) {
            return Err(OpError::Bound { field: "wraps", why: format!("not of {WRAP_LEN} bytes each") });
        }
        let tags: Vec<&[u8]> = self.wraps.iter().filter_map(|wrap| wrap.get(..WRAP_TAG_LEN)).collect();
        ascending("wraps", &tags)
    }

    fn tidy(&mut self) {}
}

impl Operation for KeyEpochOp {
    const RULE: Rule = Rule::governing(schema::KEY_EPOCH, "key epoch", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        bound("follows", self.follows.len(), KEY_FOLLOWS_MAX)?;
        bound("refs", self.refs.len(), REFS_MAX)?;
        bound("outs", self.outs.len(), KEY_OUTS_MAX)?;
        ascending("follows", &self.follows)?;
        ascending("refs", &self.refs)?;
        ascending("outs", &self.outs)
    }

    fn tidy(&mut self) {}
}

impl Operation for SeedOp {
    const RULE: Rule = Rule::governing(schema::SEED, "seed", Sealing::Roster);

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}
}
