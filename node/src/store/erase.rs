//! Dropping payloads, and finding the entries that an erasure names. SPEC.md §7.5.

use super::{
    Store, StoreError,
    append::arrival_bytes,
    record::{all_of, body_bytes, body_from, entry_key},
};
use communaut_protocol::{
    EntryId, LogId, Scope,
    entry::{Body, HeldEntry},
    log::Branch,
    op::EntryPlace,
    scope::SCOPE_KEY_LEN,
};
use std::collections::BTreeMap;

impl Store {
    /// The entry at a place of a scope, as far as it is held, with its branch.
    pub fn at(&self, scope: &Scope, place: &EntryPlace) -> Result<Option<(Branch, HeldEntry)>, StoreError> {
        let log = place.log(*scope);
        for branch in [Branch::First, Branch::Second] {
            if let Some(entry) = self.held(&log, branch, place.seq)?.filter(|entry| entry.id() == place.id) {
                return Ok(Some((branch, entry)));
            }
        }
        Ok(None)
    }

    /// The entries that say what stands at places of a log: those there, and where the log has restated them the
    /// entries of its restatement.
    pub fn saying(
        &self,
        scope: &Scope,
        log: &LogId,
        places: &[EntryPlace],
    ) -> Result<Vec<(Branch, HeldEntry)>, StoreError> {
        let Some(state) = self.log(log).copied() else { return Ok(Vec::new()) };
        let (below, there): (Vec<&EntryPlace>, Vec<&EntryPlace>) =
            places.iter().partition(|place| place.seq < state.floor);
        let mut found: BTreeMap<(u64, EntryId), (Branch, HeldEntry)> = BTreeMap::new();
        for place in there {
            found.extend(self.at(scope, place)?.map(|held| ((place.seq, place.id), held)));
        }
        let run = state.base.filter(|_| !below.is_empty()).map(|last| state.floor..=last.seq);
        for seq in run.into_iter().flatten() {
            let part = self.held(log, Branch::First, seq)?;
            found.extend(part.map(|part| ((seq, part.id()), (Branch::First, part))));
        }
        Ok(found.into_values().collect())
    }

    /// Say what is held of a payload from now on. The bytes of an erased one are gone from the disk after
    /// [`Store::compact`].
    pub fn set_body(&mut self, log: &LogId, branch: Branch, seq: u64, body: &Body) -> Result<(), StoreError> {
        let key = log.key();
        let at = entry_key(&key, seq, branch);
        self.trees()?.take_room(body.bytes().map_or(0, <[u8]>::len) as u64)?;
        // What is still to come is noted first: a crash between the two leaves too much to ask for, and not too little.
        if matches!(body, Body::Absent | Body::Part(_)) {
            let id = self.id_at(&key, branch, seq)?.unwrap_or_default();
            self.trees()?.absent.insert(at, &id.0)?;
        }
        match body_bytes(body) {
            Some(bytes) => self.trees()?.payloads.insert(at, bytes)?,
            None => self.trees()?.payloads.remove(at)?,
        }
        if matches!(body, Body::Present(_) | Body::Erased(_)) {
            self.trees()?.absent.remove(at)?;
        }
        // Something has changed, and nothing of it is for peers: they are told by the erasure.
        self.arrival += 1;
        self.private.arrived(log.scope, self.arrival);
        self.trees()?.arrivals.insert(self.arrival.to_be_bytes(), arrival_bytes(&key, u64::MAX))?;
        Ok(())
    }

    /// What is found in the entries of a scope whose payloads are held.
    pub fn find<T, F: IntoIterator<Item = T>>(
        &self,
        scope: &Scope,
        mut found_in: impl FnMut(&HeldEntry) -> F,
    ) -> Result<Vec<T>, StoreError> {
        let prefix = scope.key();
        let mut found = Vec::new();
        let logs = self.logs.keys().filter(|key| key[..SCOPE_KEY_LEN] == prefix);
        for key in logs {
            for item in self.trees()?.headers.range(all_of(key)) {
                let (at, header) = item?;
                let body = body_from(self.trees()?.payloads.get(&at)?.as_deref())?;
                if body.bytes().is_none() {
                    continue;
                }
                let entry = HeldEntry::from_store(header.to_vec(), body)
                    .map_err(|refusal| StoreError::Damaged(refusal.to_string()))?;
                found.extend(found_in(&entry));
            }
        }
        Ok(found)
    }
}
