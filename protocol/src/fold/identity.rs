//! Identity logs: which devices speak for a person, and the person's card.

use super::Record;
use crate::{
    Stamp,
    entry::verify_strict,
    geo::Position,
    ids::{DeviceId, EntryId, IdentityId},
    op::{DeviceOp, Op, consent_bytes},
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
    waiting: Vec<(DeviceId, DeviceOp)>,
    profiles: BTreeMap<(Stamp, EntryId), Record>,
}

impl IdentityState {
    /// An identity of which nothing is known yet.
    #[must_use]
    pub fn new(id: IdentityId) -> Self {
        Self { view: IdentityView { id, ..IdentityView::default() }, waiting: Vec::new(), profiles: BTreeMap::new() }
    }

    /// Take an entry of the identity's scope, in any order.
    pub fn apply(&mut self, record: Record) {
        match &record.op {
            // The id commits to the payload, and the payload to the device: nobody else can incept it.
            Op::Inception(op) if record.payload_hash.0 == self.view.id.0 && op.device == record.device => {
                self.view.devices.insert(op.device);
            }
            Op::Device(op) if record.author == self.view.id => self.waiting.push((record.device, op.clone())),
            Op::Profile(_) if record.author == self.view.id => {
                self.profiles.insert(record.order(), record);
            }
            _ => return,
        }
        self.settle();
    }

    fn settle(&mut self) {
        // To a fixed point: a device that has come in may bring in another.
        loop {
            let known = &self.view.devices;
            let id = self.view.id;
            let next = self.waiting.iter().find(|(by, op)| {
                known.contains(by)
                    && !known.contains(&op.device)
                    && verify_strict(op.device, &consent_bytes(id), op.consent).is_ok()
            });
            let Some(device) = next.map(|(_, op)| op.device) else { break };
            self.view.devices.insert(device);
        }
        let profile = self.profiles.values().rev().find(|record| self.view.devices.contains(&record.device));
        if let Some(Record { op: Op::Profile(profile), .. }) = profile {
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
