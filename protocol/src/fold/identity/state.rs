//! Who speaks for an identity where an act stands, and what an act makes of that. SPEC.md §7.1.

use super::DeviceView;
use crate::{
    entry::hash,
    ids::{DeviceId, EntryId, Hash, SealingKey},
    limits::DEVICES_MAX,
    op::{DeviceOp, Inception, OutOp, RecoveryOp},
};
use imbl::OrdSet;
use std::{collections::BTreeMap, sync::Arc};

/// What changes who speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    In(DeviceOp),
    Out(OutOp),
    Recovery(Box<RecoveryOp>),
}

impl Act {
    pub fn previous(&self) -> Option<EntryId> {
        match self {
            Self::In(op) => op.previous,
            Self::Out(op) => op.previous,
            Self::Recovery(op) => op.terms.previous,
        }
    }

    pub fn recovers(&self) -> bool {
        matches!(self, Self::Recovery(_))
    }

    /// The device that it brings in.
    pub fn brings_in(&self) -> Option<DeviceId> {
        match self {
            Self::In(op) => Some(op.device),
            Self::Recovery(op) => Some(op.terms.device),
            Self::Out(_) => None,
        }
    }

    /// What it accepts of those who go.
    pub fn accepted(&self) -> &[Hash] {
        match self {
            Self::In(_) => &[],
            Self::Out(op) => &op.accepted,
            Self::Recovery(op) => &op.terms.accepted,
        }
    }
}

/// Who speaks after an act. One is kept for each act that stands, so what grows with the identity is shared.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// At most [`DEVICES_MAX`].
    pub devices: Arc<BTreeMap<DeviceId, DeviceView>>,
    pub out: OrdSet<DeviceId>,
    pub recovery: Hash,
    pub recovery_sealing: SealingKey,
    pub number: u32,
}

impl State {
    pub fn after_inception(op: &Inception) -> Self {
        let device = DeviceView { sealing_key: op.sealing_key, label: String::new() };
        Self {
            devices: Arc::new(BTreeMap::from([(op.device, device)])),
            recovery: op.recovery,
            recovery_sealing: op.recovery_sealing,
            ..Self::default()
        }
    }

    /// Who speaks after an act that a device signed here; none if it may not.
    pub fn then(&self, by: DeviceId, act: &Act) -> Option<Self> {
        let mut next = self.clone();
        match act {
            Act::In(op) => {
                let fresh = !self.devices.contains_key(&op.device) && !self.out.contains(&op.device);
                if !self.devices.contains_key(&by) || !fresh || self.devices.len() >= DEVICES_MAX {
                    return None;
                }
                let view = DeviceView { sealing_key: op.sealing_key, label: op.label.clone() };
                Arc::make_mut(&mut next.devices).insert(op.device, view);
            }
            Act::Out(op) => {
                let known = |device| self.devices.contains_key(device) || self.out.contains(device);
                if !self.devices.contains_key(&by) || !op.devices.iter().all(known) {
                    return None;
                }
                op.devices.iter().for_each(|device| next.take_out(*device));
            }
            Act::Recovery(op) => {
                let terms = &op.terms;
                let fits = hash(&op.key.0) == self.recovery && Some(terms.number) == self.number.checked_add(1);
                let stay = terms.keep.iter().all(|device| self.devices.contains_key(device));
                if !fits || !stay || self.out.contains(&terms.device) || terms.keep.len() >= DEVICES_MAX {
                    return None;
                }
                let gone = self.devices.keys().filter(|held| terms.keep.binary_search(held).is_err());
                gone.for_each(|device| next.take_out(*device));
                next.out.remove(&terms.device);
                let view = DeviceView { sealing_key: terms.sealing_key, label: terms.label.clone() };
                Arc::make_mut(&mut next.devices).insert(terms.device, view);
                (next.recovery, next.recovery_sealing, next.number) = (terms.next, terms.next_sealing, terms.number);
            }
        }
        Some(next)
    }

    /// Those that speak here and no longer after what follows.
    pub fn gone_in<'a>(&'a self, next: &'a Self) -> impl Iterator<Item = (&'a DeviceId, &'a DeviceView)> {
        self.devices.iter().filter(|(device, _)| !next.devices.contains_key(*device))
    }

    fn take_out(&mut self, device: DeviceId) {
        if self.devices.contains_key(&device) {
            Arc::make_mut(&mut self.devices).remove(&device);
            self.out.insert(device);
        }
    }
}
