//! Identity logs: which devices speak for a person, and the person's card.

use super::Record;
use crate::{
    Stamp,
    entry::verify_strict,
    geo::Position,
    ids::{DeviceId, EntryId, IdentityId},
    op::{Op, Profile, consent_bytes},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityView {
    /// Who.
    pub id: IdentityId,
    /// The devices that speak for them.
    pub devices: BTreeSet<DeviceId>,
    /// As they want to be called; empty until their profile has come.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Where their wall lives.
    pub home: Option<Position>,
}

/// The reducer of one identity scope.
#[derive(Debug, Clone)]
pub struct IdentityState {
    view: IdentityView,
    /// Devices that consented, by the device that vouches for them and has not come in itself.
    waiting: BTreeMap<DeviceId, BTreeSet<DeviceId>>,
    /// The latest profile that each device signed, whether it has come in or not.
    profiles: BTreeMap<DeviceId, (Stamp, EntryId, Profile)>,
    /// Which profile is shown.
    shown: Option<(Stamp, EntryId)>,
}

impl IdentityState {
    /// An identity of which nothing is known yet.
    #[must_use]
    pub fn new(id: IdentityId) -> Self {
        Self {
            view: IdentityView { id, ..IdentityView::default() },
            waiting: BTreeMap::new(),
            profiles: BTreeMap::new(),
            shown: None,
        }
    }

    /// Take an entry of the identity's scope, in any order.
    pub fn apply(&mut self, record: Record) {
        let Record { id, device, stamp, author, payload_hash, op, .. } = record;
        let own = author == self.view.id;
        match op {
            // The id commits to the payload, and the payload to the device: nobody else can incept it.
            Op::Inception(op) if payload_hash.0 == self.view.id.0 && op.device == device => self.admit(op.device),
            // A consent is looked at once, when it comes.
            Op::Device(op) if own && verify_strict(op.device, &consent_bytes(author), op.consent).is_ok() => {
                if self.view.devices.contains(&device) {
                    self.admit(op.device);
                } else {
                    self.waiting.entry(device).or_default().insert(op.device);
                }
            }
            Op::Profile(profile) if own => {
                let held = self.profiles.get(&device).map(|(stamp, id, _)| (*stamp, *id));
                if held < Some((stamp, id)) {
                    self.profiles.insert(device, (stamp, id, profile));
                    self.show(device);
                }
            }
            _ => {}
        }
    }

    /// A device comes in, and with it those that it vouched for.
    fn admit(&mut self, device: DeviceId) {
        let mut open = vec![device];
        while let Some(device) = open.pop() {
            if self.view.devices.insert(device) {
                open.extend(self.waiting.remove(&device).unwrap_or_default());
                self.show(device);
            }
        }
    }

    /// The latest profile by any device that has come in.
    fn show(&mut self, device: DeviceId) {
        let Some((stamp, id, profile)) = self.profiles.get(&device) else { return };
        if self.view.devices.contains(&device) && self.shown < Some((*stamp, *id)) {
            self.shown = Some((*stamp, *id));
            self.view.name.clone_from(&profile.name);
            self.view.about.clone_from(&profile.about);
            self.view.home = profile.home;
        }
    }

    /// What it adds up to.
    #[must_use]
    pub fn view(&self) -> &IdentityView {
        &self.view
    }
}

/// All identities held.
pub type IdentityBook = imbl::OrdMap<IdentityId, std::sync::Arc<IdentityView>>;
