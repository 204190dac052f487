//! Identity: inception, devices in and out, recovery, profile. SPEC.md §7.1.
//!
//! All but the profile are *acts*: each names the act that it follows, so that they form a chain, or where somebody
//! competes a tree.

use super::{
    Leafage, Op, OpError, Operation, Restating, Rule, ScopeKind, Sealing, ascending, bound, schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::{self, CodecError, is_default},
    entry::{Head, RawEntry, Refusal, verify_strict},
    geo::Position,
    ids::{DeviceId, EntryId, Hash, IdentityId, RecoveryKey, SealingKey, Signature},
    limits::{ACCEPTED_MAX, DEVICES_MAX, LABEL_MAX, NAME_MAX, TEXT_MAX, WITNESSED_MAX},
    scope::LogId,
};
use serde::{Deserialize, Serialize};

/// Begins what a device signs to join an identity.
pub const CONSENT_DOMAIN: &[u8] = b"communaut/device-consent/1\0";
/// Begins what a recovery key signs.
pub const RECOVERY_DOMAIN: &[u8] = b"communaut/recovery/1\0";
/// Begins what a deciding key signs.
pub const DECISION_DOMAIN: &[u8] = b"communaut/decision/1\0";
/// Domain of [`accepted_head`].
const ACCEPTED_CONTEXT: &str = "communaut 2026 accepted head";

/// The first entry. The hash of its payload is the identity's id and the container of its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inception {
    /// The first device; must be the one that signs the entry.
    pub device: DeviceId,
    /// Where keys are wrapped to for it.
    pub sealing_key: SealingKey,
    /// BLAKE3 of the public key that recovers, whose secret lies on no device.
    pub recovery: Hash,
    /// Where keys are wrapped to for whoever recovers.
    pub recovery_sealing: SealingKey,
    /// BLAKE3 of the public key that decides between competing recoveries; none: nobody does.
    #[serde(default, skip_serializing_if = "is_default")]
    pub deciding: Option<Hash>,
}

/// A device comes in, by its own consent and by a device that is in already.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceOp {
    /// The new device.
    pub device: DeviceId,
    /// Where keys are wrapped to for it.
    pub sealing_key: SealingKey,
    /// As its owner calls it; may be empty. Anyone can read it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: String,
    /// Its signature over [`consent_bytes`].
    pub consent: Signature,
    /// The act that this one follows; none: the inception.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<EntryId>,
}

/// Devices go out for good, or more of what they wrote is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutOp {
    /// Which, ascending; may be out already.
    #[serde(default, skip_serializing_if = "is_default")]
    pub devices: Vec<DeviceId>,
    /// What counts of what they wrote: the last entries of their logs ([`accepted_head`]), ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accepted: Vec<Hash>,
    /// The act that this one follows; none: the inception.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<EntryId>,
}

/// What a recovery key signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryTerms {
    /// One more than that of the recovery before; of the first 1.
    pub number: u32,
    /// The device that comes in; must be the one that signs the entry.
    pub device: DeviceId,
    /// Where keys are wrapped to for it.
    pub sealing_key: SealingKey,
    /// As its owner calls it; may be empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub label: String,
    /// BLAKE3 of the public key of the next recovery; the same phrase may serve again.
    pub next: Hash,
    /// Where keys are wrapped to for the next recovery.
    pub next_sealing: SealingKey,
    /// Devices that stay in, ascending. All others go out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub keep: Vec<DeviceId>,
    /// What counts of what those wrote that go out, as in [`OutOp`].
    #[serde(default, skip_serializing_if = "is_default")]
    pub accepted: Vec<Hash>,
    /// The act that this one follows; none: the inception.
    #[serde(default, skip_serializing_if = "is_default")]
    pub previous: Option<EntryId>,
}

/// Whoever holds the recovery key says which devices there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryOp {
    /// What is said.
    pub terms: RecoveryTerms,
    /// The public key to which the inception, or the recovery before, committed.
    pub key: RecoveryKey,
    /// Its signature over [`RecoveryTerms::signing_bytes`].
    pub proof: Signature,
}

/// Whoever holds the deciding key says which of several recoveries counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecideOp {
    /// The recovery.
    pub recovery: EntryId,
    /// The public key to which the inception committed.
    pub key: RecoveryKey,
    /// Its signature over [`decision_bytes`].
    pub proof: Signature,
}

/// Acts of identity logs, whole. In the identity's own scope, of its other logs, so that they stand also where those no
/// longer say them: a device that is stolen can put aside what it wrote itself. In a closed community, of its members,
/// so that nobody outside is asked who they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessOp {
    /// Their entries. What does not verify, or is no act of this identity's scope, is passed over; in a closed
    /// community what is no act of any, and no profile.
    #[serde(default, skip_serializing_if = "is_default")]
    pub acts: Vec<RawEntry>,
}

/// The card that every scope of the person carries along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// As the person wants to be called.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// A few lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub about: String,
    /// Where the person's wall lives; coarse by choice of the person.
    #[serde(default, skip_serializing_if = "is_default")]
    pub home: Option<Position>,
}

/// What a device signs to join `identity`, with the key to which secrets are wrapped for it.
#[must_use]
pub fn consent_bytes(identity: IdentityId, sealing_key: SealingKey) -> Vec<u8> {
    [CONSENT_DOMAIN, &identity.0, &sealing_key.0].concat()
}

/// What a deciding key signs.
#[must_use]
pub fn decision_bytes(identity: IdentityId, recovery: EntryId) -> Vec<u8> {
    [DECISION_DOMAIN, &identity.0, &recovery.0].concat()
}

/// How an act says that an entry and everything before it in its log counts, without telling strangers which log it is.
#[must_use]
pub fn accepted_head(log: &LogId, head: Head) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key(ACCEPTED_CONTEXT);
    hasher.update(&log.key()).update(&head.seq.to_be_bytes()).update(&head.id.0);
    Hash(*hasher.finalize().as_bytes())
}

impl RecoveryTerms {
    /// `RECOVERY_DOMAIN ‖ identity[32] ‖ CBOR`.
    pub fn signing_bytes(&self, identity: IdentityId) -> Result<Vec<u8>, CodecError> {
        Ok([RECOVERY_DOMAIN, &identity.0, &codec::encode(self)?].concat())
    }
}

impl RecoveryOp {
    /// Whether the key that it names has signed it for an identity; then what it has signed.
    pub fn verify(&self, identity: IdentityId) -> Result<Vec<u8>, Refusal> {
        let bytes = self.terms.signing_bytes(identity).map_err(Refusal::Header)?;
        verify_strict(DeviceId(self.key.0), &bytes, self.proof).map(|()| bytes)
    }
}

impl DecideOp {
    /// Whether the key that it names has signed it for an identity.
    pub fn verify(&self, identity: IdentityId) -> Result<(), Refusal> {
        verify_strict(DeviceId(self.key.0), &decision_bytes(identity, self.recovery), self.proof)
    }
}

impl Op {
    /// Whether it changes who speaks for an identity: what witnesses say again, and no stamp decides.
    #[must_use]
    pub fn is_identity_act(&self) -> bool {
        matches!(self, Self::Inception(_) | Self::Device(_) | Self::Out(_) | Self::Recovery(_) | Self::Decide(_))
    }
}

fn check_devices(field: &'static str, devices: &[DeviceId]) -> Result<(), OpError> {
    bound(field, devices.len(), DEVICES_MAX)?;
    ascending(field, devices)
}

fn check_accepted(accepted: &[Hash]) -> Result<(), OpError> {
    bound("accepted", accepted.len(), ACCEPTED_MAX)?;
    ascending("accepted", accepted)
}

impl Operation for Inception {
    const RULE: Rule = Rule {
        schema: schema::INCEPTION,
        name: "inception",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}
}
impl Operation for DeviceOp {
    const RULE: Rule = Rule {
        schema: schema::DEVICE,
        name: "device",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("label", &self.label, LABEL_MAX, Lines::One)
    }

    fn tidy(&mut self) {
        line(&mut self.label);
    }
}
impl Operation for OutOp {
    const RULE: Rule = Rule {
        schema: schema::OUT,
        name: "out",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        if self.devices.is_empty() {
            return Err(OpError::Bound { field: "devices", why: "none, expected at least 1".into() });
        }
        check_devices("devices", &self.devices)?;
        check_accepted(&self.accepted)
    }

    fn tidy(&mut self) {}
}
impl Operation for RecoveryOp {
    const RULE: Rule = Rule {
        schema: schema::RECOVERY,
        name: "recovery",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("label", &self.terms.label, LABEL_MAX, Lines::One)?;
        check_devices("keep", &self.terms.keep)?;
        check_accepted(&self.terms.accepted)
    }

    fn tidy(&mut self) {}
}
impl Operation for DecideOp {
    const RULE: Rule = Rule {
        schema: schema::DECIDE,
        name: "decide",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        Ok(())
    }

    fn tidy(&mut self) {}
}
impl Operation for Profile {
    const RULE: Rule = Rule {
        schema: schema::PROFILE,
        name: "profile",
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("name", &self.name, NAME_MAX, Lines::One)?;
        check("about", &self.about, TEXT_MAX, Lines::Many)?;
        super::element::check_position(self.home)
    }

    fn tidy(&mut self) {
        line(&mut self.name);
        lines(&mut self.about);
    }
}

impl Operation for WitnessOp {
    const RULE: Rule = Rule {
        schema: schema::WITNESS,
        name: "witness",
        // And in closed communities, of which a header does not tell.
        counts_in: &[ScopeKind::Identity],
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        bound("acts", self.acts.len(), WITNESSED_MAX)
    }

    fn tidy(&mut self) {}
}
