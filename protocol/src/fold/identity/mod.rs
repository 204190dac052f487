//! Identity logs: which devices speak for a person, and the person's card. SPEC.md §7.1.

mod acts;

use super::Record;
use crate::{
    entry::{Entry, Head, HeldEntry, RawEntry, verify_strict},
    geo::Position,
    ids::{DeviceId, EntryId, Hash, IdentityId, SealingKey},
    op::{Op, Profile, accepted_head, consent_bytes},
    scope::{LogId, Scope},
};
use acts::{Act, Acts, Said, Settled};
pub use acts::{ActView, IdentityChange};
use imbl::{OrdMap, OrdSet};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A device of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    /// Where keys are wrapped to for it.
    pub sealing_key: SealingKey,
    /// As its owner calls it; may be empty.
    pub label: String,
}

/// What is known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityView {
    /// Who.
    pub id: IdentityId,
    /// The devices that speak for them; none until the inception has come.
    pub devices: OrdMap<DeviceId, DeviceView>,
    /// Devices that were taken out: what `accepted` covers of their logs counts, and nothing else.
    pub out: OrdMap<DeviceId, DeviceView>,
    /// The last entries that count of logs of devices taken out ([`accepted_head`]).
    pub accepted: OrdSet<Hash>,
    /// All that an act brought in which may be done where it stands, whether it counts or not: what they write is
    /// taken, the same by all who know the same acts.
    #[serde(skip)]
    pub brought_in: OrdSet<DeviceId>,
    /// The act that the next one follows; none: the inception.
    pub head: Option<EntryId>,
    /// Competing acts after `head`: no device comes in or goes until the recovery key decides. Empty if there are none.
    pub competing: Vec<EntryId>,
    /// Competing recoveries, none of which counts until the deciding key says which. Empty if there are none.
    pub contested: Vec<EntryId>,
    /// BLAKE3 of the key that decides between recoveries; none: nobody does.
    pub deciding: Option<Hash>,
    /// BLAKE3 of the key that recovers.
    pub recovery: Hash,
    /// Where keys are wrapped to for whoever recovers.
    pub recovery_sealing: SealingKey,
    /// How many times it was recovered: the next recovery has the number after that.
    pub recoveries: u32,
    /// As the person wants to be called; empty until their profile has come.
    pub name: String,
    /// A few lines.
    pub about: String,
    /// Where their wall lives.
    pub home: Option<Position>,
}

/// Whether what a device signs speaks for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Speaks,
    /// It was taken out: only what was accepted then does.
    Out,
    /// It does not, or not yet.
    Unknown,
}

impl IdentityView {
    /// Whether what a device signs speaks for this person.
    #[must_use]
    pub fn standing(&self, device: DeviceId) -> Standing {
        if self.devices.contains_key(&device) {
            Standing::Speaks
        } else if self.out.contains_key(&device) {
            Standing::Out
        } else {
            Standing::Unknown
        }
    }
    /// Whether a device speaks for this person, or did.
    #[must_use]
    pub fn knows(&self, device: DeviceId) -> bool {
        self.standing(device) != Standing::Unknown
    }
    /// Whether an entry is the last that was accepted of its log.
    #[must_use]
    pub fn accepts(&self, log: &LogId, head: Head) -> bool {
        self.accepted.contains(&accepted_head(log, head))
    }
    /// Whether its log has competing branches.
    #[must_use]
    pub fn is_frozen(&self) -> bool {
        !self.competing.is_empty()
    }
    /// Whether it was recovered twice at once, so that it is as before until the deciding key says which counts.
    #[must_use]
    pub fn is_contested(&self) -> bool {
        !self.contested.is_empty()
    }
    /// Where keys are wrapped to for this person: each device, and whoever recovers.
    pub fn sealing_keys(&self) -> impl Iterator<Item = SealingKey> + '_ {
        self.devices.values().map(|device| device.sealing_key).chain([self.recovery_sealing])
    }
}

/// The reducer of one identity scope, fed in any order.
#[derive(Debug, Clone)]
pub struct IdentityState {
    view: IdentityView,
    acts: Acts,
    /// The latest profile that each device signed, whether it speaks for the person or not.
    profiles: BTreeMap<DeviceId, Said<Profile>>,
    /// The same among what was accepted of devices taken out.
    accepted: BTreeMap<DeviceId, Said<Profile>>,
}

impl IdentityState {
    /// An identity of which nothing is known yet.
    #[must_use]
    pub fn new(id: IdentityId) -> Self {
        Self {
            view: IdentityView { id, ..IdentityView::default() },
            acts: Acts::default(),
            profiles: BTreeMap::new(),
            accepted: BTreeMap::new(),
        }
    }

    /// Take entries of the identity's scope.
    pub fn apply(&mut self, records: impl IntoIterator<Item = Record>) {
        for record in records {
            self.take(record);
        }
        self.settle();
    }

    fn take(&mut self, record: Record) {
        match record.op {
            Op::Witness(op) if record.author == self.view.id => {
                for act in op.acts {
                    self.take_witnessed(act, &record.log.scope);
                }
            }
            _ => self.take_own(record),
        }
    }

    /// An act that another log says again counts as if it stood in its own: its signature is whole, whoever brings it.
    fn take_witnessed(&mut self, raw: RawEntry, scope: &Scope) {
        if self.acts.has(raw.id()) {
            return;
        }
        if let Some(record) = Self::said_again(raw).filter(|record| record.op.is_identity_act())
            && record.log.scope == *scope
        {
            self.take_own(record);
        }
    }

    /// What a witness says: an act of somebody's identity log, or a profile, if it is as it was signed.
    #[must_use]
    pub fn said_again(raw: RawEntry) -> Option<Record> {
        let entry = Entry::verify(raw).ok()?;
        let record = Record::of(&entry).ok()?;
        let told = record.op.is_identity_act() || matches!(record.op, Op::Profile(_));
        Some(record).filter(|record| told && record.log.scope.is_identity())
    }

    /// The same person, from two sources.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let mut all = self.clone();
        all.acts.join(&other.acts);
        for (of, into) in [(&other.profiles, &mut all.profiles), (&other.accepted, &mut all.accepted)] {
            for (device, said) in of {
                keep_latest(into, *device, said.clone());
            }
        }
        all.settle();
        all
    }

    fn take_own(&mut self, record: Record) {
        let Record { id, log, stamp, author, payload_hash, accepted, op, .. } = record;
        let device = log.device;
        let own = author == self.view.id;
        match op {
            // The id commits to the payload, and the payload to the device: nobody else can incept it.
            Op::Inception(op) if payload_hash.0 == self.view.id.0 && op.device == device => self.acts.incept(id, op),
            // A consent and a proof are checked once, when they come.
            Op::Device(op)
                if own && verify_strict(op.device, &consent_bytes(author, op.sealing_key), op.consent).is_ok() =>
            {
                self.acts.add(id, device, Act::In(op));
            }
            Op::Out(op) if own => self.acts.add(id, device, Act::Out(op)),
            Op::Recovery(op) if own && op.terms.device == device => {
                if let Ok(signed) = op.verify(author) {
                    self.acts.recover(id, device, *op, &signed);
                }
            }
            // Whichever device has written it: the key alone decides.
            Op::Decide(op) if own && op.verify(author).is_ok() => self.acts.decide(id, op.key, op.recovery),
            Op::Profile(profile) if own => {
                let said = Said { order: (stamp, id), what: profile };
                if accepted {
                    keep_latest(&mut self.accepted, device, said.clone());
                }
                keep_latest(&mut self.profiles, device, said);
            }
            _ => {}
        }
    }

    fn settle(&mut self) {
        let Settled { state, head, competing, contested, brought_in } = self.acts.settle();
        let view = &mut self.view;
        (view.devices, view.out, view.accepted) = (state.devices, state.out, state.accepted);
        (view.recovery, view.recovery_sealing, view.recoveries) =
            (state.recovery, state.recovery_sealing, state.number);
        (view.head, view.competing, view.brought_in) = (head, competing, brought_in);
        (view.contested, view.deciding) = (contested, self.acts.deciding());
        let speaking = self.profiles.iter().filter(|(device, _)| view.devices.contains_key(*device));
        let accepted = self.accepted.iter().filter(|(device, _)| view.out.contains_key(*device));
        let shown = speaking.chain(accepted).map(|(_, said)| said).max_by_key(|said| said.order);
        let profile = shown.map(|said| said.what.clone());
        let Profile { name, about, home } =
            profile.unwrap_or_else(|| Profile { name: String::new(), about: String::new(), home: None });
        (view.name, view.about, view.home) = (name, about, home);
    }

    /// The devices that acts bring in, with entries that are not held yet.
    #[must_use]
    pub fn brought_in_by(mut self, entries: &[HeldEntry]) -> BTreeSet<DeviceId> {
        let whole = entries.iter().filter_map(HeldEntry::whole);
        self.apply(whole.filter_map(|entry| Record::of(&entry).ok()));
        self.view.brought_in.into_iter().collect()
    }

    /// The entry that is the inception.
    #[must_use]
    pub fn inception(&self) -> Option<EntryId> {
        self.acts.inception()
    }
    /// The entries in which the deciding key has said which recovery counts.
    pub fn decisions(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.acts.decisions().map(|(entry, _)| entry)
    }
    /// Everything that was done to the devices, each after what it follows: also what does not count.
    #[must_use]
    pub fn history(&self) -> Vec<ActView> {
        self.acts.history()
    }
    /// The devices that speak after an act, whether that counts or not; none if it may not be done where it stands.
    #[must_use]
    pub fn speakers_after(&self, act: EntryId) -> Option<BTreeSet<DeviceId>> {
        self.acts.speakers_after(act)
    }

    /// What it adds up to.
    #[must_use]
    pub fn view(&self) -> &IdentityView {
        &self.view
    }
}

fn keep_latest(held: &mut BTreeMap<DeviceId, Said<Profile>>, device: DeviceId, said: Said<Profile>) {
    if held.get(&device).is_none_or(|before| before.order < said.order) {
        held.insert(device, said);
    }
}

/// All identities held.
pub type IdentityBook = OrdMap<IdentityId, std::sync::Arc<IdentityView>>;
