//! Who members of a closed community are is said again inside, so that nobody outside is asked for it. SPEC.md §10.4.

#[cfg(test)]
mod tests;

use super::{
    Replica,
    witness::{acts_in, parts},
    write::Piece,
};
use crate::store::StoreError;
use communaut_protocol::{
    DeviceId, EntryId, IdentityId, Scope, Stamp,
    entry::{Header, RawEntry},
    limits::SEALED_TEXT_MAX,
    op::{Op, WitnessOp, schema},
};
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of the acts of one sealed witness: the largest act fits, and what is around it in the padded text.
const ACTS_MAX: usize = SEALED_TEXT_MAX - 512;
/// People of whom one says at once what others do not: each has an inception and some devices, a few hundred bytes.
const PEOPLE_MAX: usize = 64;

impl Replica {
    /// Once a second, if anything has come of closed communities: say who one is where no witness does, and who those
    /// are to whom one has given the key of now.
    pub(crate) fn tend_witnesses(&mut self, me: IdentityId) -> Result<(), StoreError> {
        for scope in self.closed_communities().into_keys() {
            let view = self.views.scopes().get(&scope);
            let Some((governance, keys)) = view.and_then(|view| Some((view.governance.clone()?, view.keys.clone()?)))
            else {
                continue;
            };
            if !governance.roles.contains_key(&me) {
                continue;
            }
            let gives = keys.current().and_then(|epoch| self.private.ring.giver(&scope, epoch.key));
            let unheard =
                |person: &&IdentityId| self.views.within(&scope).is_none_or(|within| within.heard(**person).is_none());
            let mut people: BTreeSet<IdentityId> = BTreeSet::new();
            if gives == Some(self.device.id()) {
                people.extend(governance.roles.keys().filter(unheard).take(PEOPLE_MAX));
            }
            if self.is_to_say(&scope, me)? {
                people.insert(me);
            }
            let said = self.witness_of(&scope, &people)?;
            if said.is_empty() {
                continue;
            }
            // Without a key that will do it is said when that has come.
            if let Err(failure) = self.write_all(me, said) {
                tracing::debug!("who belongs is not said again in a closed community: {failure}");
            }
        }
        Ok(())
    }

    /// Of what is held of people's own logs, what no witness of a community says: acts that may be done where they
    /// stand, decisions, and of profiles the latest.
    pub(crate) fn witness_of(
        &self,
        scope: &Scope,
        people: &BTreeSet<IdentityId>,
    ) -> Result<Vec<(Scope, Piece)>, StoreError> {
        let mut acts = Vec::new();
        for person in people {
            acts.extend(self.unsaid(scope, *person)?.into_iter().map(|(_, act)| act));
        }
        let parts = parts(acts.into_iter(), communaut_protocol::limits::WITNESSED_MAX, ACTS_MAX).into_iter();
        Ok(parts.map(|acts| (*scope, Piece::Said(Op::Witness(WitnessOp { acts })))).collect())
    }

    /// Whether this device says who its person is: where nobody has, and where there is more that it did itself, or by
    /// which it came in. So not all devices say at once what one of them did.
    fn is_to_say(&self, scope: &Scope, me: IdentityId) -> Result<bool, StoreError> {
        if self.views.within(scope).is_none_or(|within| within.heard(me).is_none()) {
            return Ok(true);
        }
        let this = self.device.id();
        let came: BTreeSet<EntryId> = match self.views.identity(me) {
            Some(state) => {
                let by_it = state.history().into_iter().filter(|act| act.devices.contains(&this));
                by_it.map(|act| act.entry).collect()
            }
            None => BTreeSet::new(),
        };
        Ok(self.unsaid(scope, me)?.iter().any(|(device, act)| *device == this || came.contains(&act.id())))
    }

    /// Each with the device that signed it.
    fn unsaid(&self, scope: &Scope, person: IdentityId) -> Result<Vec<(DeviceId, RawEntry)>, StoreError> {
        let Some(state) = self.views.identity(person) else { return Ok(Vec::new()) };
        let within = self.views.within(scope);
        let is_said = |id: EntryId| within.is_some_and(|within| within.says(id));
        let acts: BTreeSet<EntryId> =
            state.history().into_iter().map(|act| act.entry).chain(state.decisions()).collect();
        let mut found: BTreeMap<EntryId, (DeviceId, RawEntry)> = BTreeMap::new();
        let mut profile: Option<((Stamp, EntryId), (DeviceId, RawEntry))> = None;
        for (log, _) in self.store.heads_under(&Scope::identity(person).key()) {
            for entry in self.store.log_entries(&log)? {
                for act in acts_in(&entry).filter(|act| acts.contains(&act.id()) && !is_said(act.id())) {
                    // What another log says again is signed by whoever did it.
                    let by = Header::decode(&act.header).map_or(log.device, |(header, _)| header.log.device);
                    found.insert(act.id(), (by, act));
                }
                let order = (entry.header().stamp, entry.id());
                let shown = entry.header().schema == schema::PROFILE
                    && state.view().devices.contains_key(&log.device)
                    && profile.as_ref().is_none_or(|(held, _)| *held < order);
                if let Some(whole) = entry.whole().filter(|_| shown) {
                    profile = Some((order, (log.device, whole.to_raw())));
                }
            }
        }
        let profile = profile.filter(|((_, id), _)| !is_said(*id)).map(|(_, said)| said);
        Ok(found.into_values().chain(profile).collect())
    }
}
