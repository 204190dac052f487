//! Closed scopes: the keys held, what of the secrets lies in the vault. SPEC.md §10.

use super::Replica;
use crate::{daemon::vault::Vault, store::StoreError};
use communaut_protocol::{
    DeviceId, Scope,
    limits::KEYRING_MAX,
    private::{Keyring, SealingSecret},
};
use std::collections::BTreeSet;

/// The keyring in the vault.
pub const KEYRING: &str = "keyring";

/// What this node knows that others may not know of.
#[derive(Debug)]
pub(crate) struct Private {
    /// The keys held.
    pub ring: Keyring,
    /// Where secrets lie.
    pub vault: Box<dyn Vault>,
    /// Of this device.
    pub sealing: SealingSecret,
    /// How this device recovered, until the node stops: what was wrapped to the phrase in
    /// closed communities comes later.
    pub recovering: Option<Recovering>,
    /// Another number whenever what proves may have changed, or whoever is to be given keys.
    revision: u64,
    /// As of which it was seen to it that all who belong have the keys.
    pub tended: Option<u64>,
}

/// By what this device recovered.
#[derive(Debug)]
pub(crate) struct Recovering {
    /// Follows from the phrase.
    pub sealing: SealingSecret,
    /// The devices that were taken out by it, of which what was held then was accepted.
    pub lost: BTreeSet<DeviceId>,
    /// Of what they wrote only what says to be no later counts, milliseconds since 1970 UTC.
    pub until_ms: Option<u64>,
}

impl Private {
    /// With the keys of a vault.
    pub fn open(vault: Box<dyn Vault>, sealing: SealingSecret) -> Result<Self, StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged(format!("the {KEYRING}: {error}"));
        let ring = match vault.read(KEYRING, KEYRING_MAX).map_err(|error| damaged(&error))? {
            Some(bytes) => Keyring::from_stored(&bytes).map_err(|error| damaged(&error))?,
            None => Keyring::default(),
        };
        Ok(Self { ring, vault, sealing, recovering: None, revision: 0, tended: None })
    }

    /// What proves may have changed, or whoever is to be given keys.
    pub fn changed(&mut self) {
        self.revision += 1;
    }

    /// As [`Private::changed`], if it has.
    pub fn changed_if(&mut self, changed: bool) {
        self.revision += u64::from(changed);
    }

    /// Another number after each change.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// Keep the keyring as it is now. Durable when it returns, before what it opens is acknowledged.
    pub fn save(&self) -> Result<(), StoreError> {
        let damaged = |error: &dyn std::fmt::Display| StoreError::Damaged(format!("the {KEYRING}: {error}"));
        let bytes = self.ring.to_stored().map_err(|error| damaged(&error))?;
        // What cannot be read again would keep the node from ever starting: what was stored before stays.
        if bytes.len() > KEYRING_MAX {
            return Err(damaged(&format!("{} bytes to store, the limit is {KEYRING_MAX}", bytes.len())));
        }
        self.vault.write(KEYRING, &bytes).map_err(|error| damaged(&error))
    }
}

impl Replica {
    /// The devices of all who belong to a closed community.
    pub(crate) fn member_devices(&self, scope: &Scope) -> BTreeSet<DeviceId> {
        let roles = self.views.scopes().get(scope).and_then(|view| view.governance.as_deref()).map(|held| &held.roles);
        let book = self.views.book_in(scope);
        let people = roles.into_iter().flatten().filter_map(|(person, _)| book.get(person));
        people.flat_map(|person| person.devices.keys().copied()).collect()
    }
}
