//! Dropping payloads, and finding the entries that an erasure names. SPEC.md §7.5.

use super::{
    Store, StoreError,
    append::arrival_bytes,
    record::{all_of, body_bytes, body_from, entry_key, entry_key_from},
};
use communaut_protocol::{
    EntryId, LogId, Scope,
    entry::{Body, HeldEntry},
    log::Branch,
    op::FrontierHead,
    scope::SCOPE_KEY_LEN,
};

impl Store {
    /// The entry at a place of a scope, as far as it is held, with its branch.
    pub fn at(&self, scope: &Scope, place: &FrontierHead) -> Result<Option<(Branch, HeldEntry)>, StoreError> {
        let log = place.log(*scope);
        for branch in [Branch::First, Branch::Second] {
            if let Some(entry) = self.held(&log, branch, place.seq)?.filter(|entry| entry.id() == place.id) {
                return Ok(Some((branch, entry)));
            }
        }
        Ok(None)
    }

    /// Say what is held of a payload from now on. The bytes of an erased one are gone from the disk after
    /// [`Store::compact`].
    pub fn set_body(&mut self, log: &LogId, branch: Branch, seq: u64, body: &Body) -> Result<(), StoreError> {
        let key = log.key();
        let at = entry_key(&key, seq, branch);
        let size = if let Body::Present(payload) = body { payload.len() as u64 } else { 0 };
        self.trees()?.take_room(size)?;
        match body_bytes(body) {
            Some(bytes) => {
                self.trees()?.payloads.insert(at, bytes)?;
                self.trees()?.absent.remove(at)?;
            }
            None => {
                let id = self.id_at(&key, branch, seq)?.unwrap_or_default();
                self.trees()?.absent.insert(at, &id.0)?;
                self.trees()?.payloads.remove(at)?;
            }
        }
        // Something has changed, and nothing of it is for peers: they are told by the erasure.
        self.arrival += 1;
        self.private.arrived(log.scope, self.arrival);
        self.trees()?.arrivals.insert(self.arrival.to_be_bytes(), arrival_bytes(&key, u64::MAX))?;
        Ok(())
    }

    /// The entries of a scope that fit, whole ones only, each with its place.
    pub fn find(
        &self,
        scope: &Scope,
        mut fits: impl FnMut(&HeldEntry) -> bool,
    ) -> Result<Vec<FrontierHead>, StoreError> {
        let prefix = scope.key();
        let mut found = Vec::new();
        let logs = self.logs.keys().filter(|key| key[..SCOPE_KEY_LEN] == prefix);
        for key in logs {
            for item in self.trees()?.headers.range(all_of(key)) {
                let (at, header) = item?;
                let body = body_from(self.trees()?.payloads.get(&at)?.as_deref())?;
                if !matches!(body, Body::Present(_)) {
                    continue;
                }
                let (_, seq, _) = entry_key_from(&at)?;
                let entry = HeldEntry::from_store(header.to_vec(), body)
                    .map_err(|refusal| StoreError::Damaged(refusal.to_string()))?;
                if fits(&entry) {
                    found.push(FrontierHead::of(&entry.header().log, seq, entry.id()));
                }
            }
        }
        Ok(found)
    }

    /// Whether something is held of an entry with this id in a scope: a slow look, for commands.
    pub fn place_of(&self, scope: &Scope, id: EntryId) -> Result<Option<FrontierHead>, StoreError> {
        Ok(self.find(scope, |entry| entry.id() == id)?.pop())
    }
}
