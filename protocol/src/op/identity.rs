//! Identity: inception, devices, profile.

use super::{Bounded, OpError, bound};
use crate::{
    geo::Position,
    ids::{DeviceId, Hash, IdentityId, Signature},
    limits::{NAME_MAX, TEXT_MAX},
};
use serde::{Deserialize, Serialize};

/// Begins what a device signs to join an identity.
pub const CONSENT_DOMAIN: &[u8] = b"communaut/device-consent/1\0";

/// The first entry. The hash of its payload is the identity's id and the container of its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inception {
    /// The first device; must be the one that signs the entry.
    pub device: DeviceId,
    /// BLAKE3 of the recovery public key, whose secret lies on no device.
    pub recovery: Hash,
}

/// A device comes in, by its own consent and by a device that is in already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceOp {
    /// The new device.
    pub device: DeviceId,
    /// Its signature over [`consent_bytes`].
    pub consent: Signature,
}

/// The card that every scope of the person carries along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// As the person wants to be called.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Where the person's wall lives; coarse by choice of the person.
    pub home: Option<Position>,
}

/// What a device signs to join `identity`.
#[must_use]
pub fn consent_bytes(identity: IdentityId) -> Vec<u8> {
    let mut bytes = CONSENT_DOMAIN.to_vec();
    bytes.extend_from_slice(&identity.0);
    bytes
}

impl Bounded for Inception {
    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }
}
impl Bounded for DeviceOp {
    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }
}
impl Bounded for Profile {
    fn check(&self) -> Result<(), OpError> {
        bound("name", self.name.len(), NAME_MAX)?;
        bound("about", self.about.len(), TEXT_MAX)?;
        super::element::check_position(self.home)
    }
}
