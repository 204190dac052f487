//! The logs of this device: in which it goes on, which are closed, and whose word they are.

use super::Replica;
use crate::store::StoreError;
use communaut_protocol::{IdentityId, LogId, Scope, scope::LOG_KEY_LEN};
use std::collections::HashMap;

/// What the store remembers of [`Replica::me`].
const ME: &str = "me";
/// What the store remembers until the logs of a folder that was moved are closed.
pub(crate) const MOVED: &str = "moved";
/// What the store remembers of [`Replica::closed`].
const CLOSED: &str = "closed";

impl Replica {
    pub(crate) fn load_closed(&mut self) -> Result<(), StoreError> {
        let Some(bytes) = self.store.meta(CLOSED)? else { return Ok(()) };
        for key in bytes.chunks(LOG_KEY_LEN) {
            self.closed.insert(LogId::from_key(key).map_err(|error| StoreError::Damaged(error.to_string()))?);
        }
        Ok(())
    }

    /// Logs of this device that were longer are not written on: others may hold the ends that were lost here.
    pub(crate) fn close_shrunk(&mut self) -> Result<(), StoreError> {
        let shrunk: Vec<LogId> =
            self.store.mended().shrunk.iter().filter_map(|key| LogId::from_key(key).ok()).collect();
        let device = self.device.id();
        self.close(shrunk.into_iter().filter(|log| log.device == device))
    }

    /// Write no more in these logs of this device: somebody else may continue them.
    pub fn close(&mut self, logs: impl IntoIterator<Item = LogId>) -> Result<(), StoreError> {
        let before = self.closed.len();
        self.closed.extend(logs);
        if self.closed.len() > before {
            let bytes: Vec<u8> = self.closed.iter().flat_map(LogId::key).collect();
            self.store.set_meta(CLOSED, &bytes)?;
            self.dirty = true;
        }
        Ok(())
    }

    /// Go on in new epochs everywhere, if the folder was copied, moved or restored. It is remembered until the logs are
    /// closed for good, so that a crash in between forgets nothing.
    pub(crate) fn close_if_moved(&mut self) -> Result<(), StoreError> {
        if self.store.meta(MOVED)?.is_none() {
            return Ok(());
        }
        self.forget_cursors()?;
        let device = self.device.id();
        let own: Vec<LogId> =
            self.store.heads_under(&[]).map(|(log, _)| log).filter(|log| log.device == device).collect();
        self.close(own)?;
        self.store.flush()?;
        self.store.unset_meta(MOVED)
    }

    /// The logs of this device, and whose it is.
    pub(crate) fn find_own_logs(&mut self) -> Result<(), StoreError> {
        let device = self.device.id();
        let mut latest: HashMap<Scope, (bool, communaut_protocol::Stamp)> = HashMap::new();
        for (log, head) in self.store.heads_under(&[]).filter(|(log, _)| log.device == device) {
            let stamp = match self.store.entry(&log, head.seq)? {
                Some(raw) => communaut_protocol::Header::decode(&raw.header).map(|(header, _)| header.stamp),
                None => continue,
            };
            let stamp = stamp.map_err(|refusal| StoreError::Damaged(refusal.to_string()))?;
            // Of several epochs the one last written in goes on, unless it is closed.
            let rank = (!self.closed.contains(&log), stamp);
            if latest.get(&log.scope).is_none_or(|held| rank > *held) {
                latest.insert(log.scope, rank);
                self.logs.insert(log.scope, log);
            }
            self.clocks.stamps.observe(&log.scope, stamp, stamp.ms());
        }
        self.me = match self.store.meta(ME)?.and_then(|bytes| bytes.try_into().ok()) {
            Some(id) => Some(IdentityId(id)),
            // A store that was mended has forgotten it; what this device wrote says it.
            None => self.whose_logs(),
        };
        Ok(())
    }

    /// Whose word this device's entries are: of the identity in whose log it has written, or else their author.
    fn whose_logs(&self) -> Option<IdentityId> {
        if let Some(scope) = self.logs.keys().find(|scope| scope.is_identity()) {
            return Some(IdentityId(scope.container.0));
        }
        self.logs.values().find(|log| !log.scope.is_closed()).map(|log| IdentityId(log.author.0))
    }

    /// A folder that has lost its store is told by others whose it is: the identity that
    /// counts this device among its own.
    pub(crate) fn find_me(&mut self) -> Result<(), StoreError> {
        if !self.lost || self.me.is_some() {
            return Ok(());
        }
        let device = self.device.id();
        match self.views.book().values().find(|view| view.devices.contains_key(&device)).map(|view| view.id) {
            Some(id) => self.set_me(id),
            None => Ok(()),
        }
    }

    /// From now on this device is one of a person's.
    pub fn set_me(&mut self, id: IdentityId) -> Result<(), StoreError> {
        self.store.set_meta(ME, &id.0)?;
        self.me = Some(id);
        self.known_stale = true;
        self.dirty = true;
        self.changed = true;
        Ok(())
    }

    /// An entry of this device has come from elsewhere, or two of one number: a copy of this folder writes too, or
    /// did before it was restored here. This one goes on in a new epoch.
    pub(crate) fn continued_elsewhere(&mut self, log: LogId) -> Result<(), StoreError> {
        if log.device != self.device.id() || self.closed.contains(&log) {
            return Ok(());
        }
        tracing::warn!(scope = ?log.scope, "a log of this device was continued elsewhere: it goes on in a new epoch");
        self.close([log])
    }
}
