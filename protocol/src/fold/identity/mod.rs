//! Identity logs: which devices speak for a person, and the person's card. SPEC.md §7.1.

mod acts;
mod settled;
mod state;
mod tree;

use super::Record;
use crate::{
    Stamp,
    entry::{Entry, Head, HeldEntry, RawEntry, verify_strict},
    geo::Position,
    ids::{DeviceId, EntryId, Hash, IdentityId, SealingKey},
    op::{Op, Profile, accepted_head, consent_bytes},
    scope::{LogId, Scope},
};
use acts::Acts;
pub use acts::{ActView, IdentityChange};
use imbl::{OrdMap, OrdSet, ordmap::DiffItem};
use serde::{Deserialize, Serialize};
use state::Act;
use std::{collections::BTreeSet, sync::Arc};

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

/// The reducer of one identity scope, fed in any order. A copy shares what it has in common with the other.
#[derive(Debug, Clone)]
pub struct IdentityState {
    view: IdentityView,
    acts: Acts,
    profiles: Profiles,
}

/// Profiles said.
#[derive(Debug, Clone, Default)]
struct Profiles {
    /// The latest that each device signed, whether it speaks for the person or not.
    by: OrdMap<DeviceId, Arc<SaidProfile>>,
    /// The same among what was accepted of devices taken out.
    accepted: OrdMap<DeviceId, Arc<SaidProfile>>,
    /// These by when they were said.
    accepted_order: OrdSet<(Stamp, EntryId, DeviceId)>,
}

/// A profile, and when it was said.
#[derive(Debug, PartialEq, Eq)]
struct SaidProfile {
    order: (Stamp, EntryId),
    what: Profile,
}

impl IdentityState {
    /// An identity of which nothing is known yet.
    #[must_use]
    pub fn new(id: IdentityId) -> Self {
        Self {
            view: IdentityView { id, ..IdentityView::default() },
            acts: Acts::default(),
            profiles: Profiles::default(),
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
        all.join(&Self::new(self.view.id), other);
        all
    }

    /// Take what a source says of the same person more than before. False if it says less now: then this is not what
    /// both add up to.
    pub fn join(&mut self, before: &Self, now: &Self) -> bool {
        let acts = self.acts.join(&before.acts, &now.acts);
        let profiles = self.profiles.join(&before.profiles, &now.profiles);
        self.settle();
        acts && profiles
    }

    fn take_own(&mut self, record: Record) {
        let Record { id, log, stamp, author, payload_hash, accepted, op, .. } = record;
        let device = log.device;
        let own = author == self.view.id;
        match op {
            // The id commits to the payload, and the payload to the device: nobody else can incept it.
            Op::Inception(op) if payload_hash.0 == self.view.id.0 && op.device == device => {
                self.acts.incept(id, &Arc::new(op));
            }
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
                let said = Arc::new(SaidProfile { order: (stamp, id), what: profile });
                if accepted {
                    self.profiles.accept(device, &said);
                }
                self.profiles.say(device, &said);
            }
            _ => {}
        }
    }

    fn settle(&mut self) {
        self.acts.settle();
        let (acts, view) = (&self.acts, &mut self.view);
        let (settled, tree) = (acts.settled(), acts.tree());
        (view.devices, view.out) = settled.devices(tree);
        view.accepted = settled.accepted();
        if let Some(state) = tree.state(settled.head) {
            (view.recovery, view.recovery_sealing, view.recoveries) =
                (state.recovery, state.recovery_sealing, state.number);
        }
        (view.head, view.competing, view.brought_in) = (acts.head(), settled.competing(), tree.brought_in.clone());
        (view.contested, view.deciding) = (acts.contested(), acts.deciding());
        let profile = self.profiles.shown(view).map(|said| said.what.clone());
        let Profile { name, about, home } =
            profile.unwrap_or_else(|| Profile { name: String::new(), about: String::new(), home: None });
        (view.name, view.about, view.home) = (name, about, home);
    }

    /// Of devices that wrote entries which are not held yet those that acts bring in, with these entries.
    #[must_use]
    pub fn brought_in_by(mut self, entries: &[HeldEntry]) -> BTreeSet<DeviceId> {
        let whole = entries.iter().filter_map(HeldEntry::whole);
        // Which of the acts count is not asked.
        whole.filter_map(|entry| Record::of(&entry).ok()).for_each(|record| self.take(record));
        let brought_in = &self.acts.tree().brought_in;
        let devices = entries.iter().map(|entry| entry.header().log.device);
        devices.filter(|device| brought_in.contains(device)).collect()
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

impl Profiles {
    fn say(&mut self, device: DeviceId, said: &Arc<SaidProfile>) {
        if self.by.get(&device).is_none_or(|before| before.order < said.order) {
            self.by.insert(device, said.clone());
        }
    }

    fn accept(&mut self, device: DeviceId, said: &Arc<SaidProfile>) {
        let before = self.accepted.get(&device).map(|before| before.order);
        if before.is_none_or(|before| before < said.order) {
            if let Some((stamp, entry)) = before {
                self.accepted_order.remove(&(stamp, entry, device));
            }
            self.accepted_order.insert((said.order.0, said.order.1, device));
            self.accepted.insert(device, said.clone());
        }
    }

    /// As [`Acts::join`].
    fn join(&mut self, before: &Self, now: &Self) -> bool {
        let mut more = true;
        for (accepted, was, is) in [(false, &before.by, &now.by), (true, &before.accepted, &now.accepted)] {
            for item in was.diff(is) {
                match item {
                    DiffItem::Add(device, said) | DiffItem::Update { new: (device, said), .. } if accepted => {
                        self.accept(*device, said);
                    }
                    DiffItem::Add(device, said) | DiffItem::Update { new: (device, said), .. } => {
                        self.say(*device, said);
                    }
                    DiffItem::Remove(..) => more = false,
                }
            }
        }
        more
    }

    /// The one that the person is known by.
    fn shown(&self, view: &IdentityView) -> Option<&SaidProfile> {
        let speaking = view.devices.keys().filter_map(|device| self.by.get(device)).max_by_key(|said| said.order);
        let mut latest = self.accepted_order.iter().rev().map(|(_, _, device)| device);
        let accepted = latest.find(|device| view.out.contains_key(*device));
        let accepted = accepted.and_then(|device| self.accepted.get(device));
        speaking.into_iter().chain(accepted).max_by_key(|said| said.order).map(AsRef::as_ref)
    }
}

/// All identities held.
pub type IdentityBook = OrdMap<IdentityId, std::sync::Arc<IdentityView>>;
