//! What is put right when the store opens: heads and entries agree again after a crash.

use super::{LogKey, Store, StoreError, entry_key, head_bytes, head_from};
use communaut_protocol::{
    entry::{Entry, Head, RawEntry, check_append},
    scope::LOG_KEY_LEN,
};

impl Store {
    /// Load all heads; where a head and the entries of its log disagree, the entries decide.
    pub(super) fn load_heads(&mut self) -> Result<(), StoreError> {
        let mut wrong = Vec::new();
        for item in &self.heads_tree {
            let (key, value) = item?;
            let key: LogKey =
                key.as_ref().try_into().map_err(|_| StoreError::Damaged("a log key of a wrong length".into()))?;
            let head = head_from(&value).ok_or_else(|| StoreError::Damaged("a head of a wrong length".into()))?;
            let at = entry_key(&key, head.seq);
            let held = self.headers.contains_key(at)? && self.payloads.contains_key(at)?;
            let beyond = self.headers.contains_key(entry_key(&key, head.seq.saturating_add(1)))?;
            if !held || beyond {
                wrong.push(key);
            }
            self.heads.insert(key, head);
        }
        // Logs whose first batch was cut off before its head.
        let mut last: Option<LogKey> = None;
        let mut cursor: Vec<u8> = Vec::new();
        while let Some(item) = self.headers.range(cursor.clone()..).next() {
            let (key, _) = item?;
            let log: LogKey = key
                .get(..LOG_KEY_LEN)
                .and_then(|key| key.try_into().ok())
                .ok_or_else(|| StoreError::Damaged("an entry key of a wrong length".into()))?;
            if last == Some(log) {
                break;
            }
            if !self.heads.contains_key(&log) {
                wrong.push(log);
            }
            last = Some(log);
            // On to the first entry of the next log.
            cursor = entry_key(&log, u64::MAX).to_vec();
            cursor.push(0);
        }
        for key in wrong {
            self.settle(key)?;
        }
        self.entries = self.heads.values().map(|head| head.seq + 1).sum();
        self.arrival = match self.arrivals.last()? {
            Some((key, _)) => u64::from_be_bytes(key.as_ref().try_into().unwrap_or_default()),
            None => 0,
        };
        Ok(())
    }

    /// Walk a log from its beginning; keep what follows on, drop what does not.
    fn settle(&mut self, key: LogKey) -> Result<(), StoreError> {
        let mut head: Option<Head> = None;
        let mut stray = Vec::new();
        for item in self.headers.range(entry_key(&key, 0)..=entry_key(&key, u64::MAX)) {
            let (at, header) = item?;
            let entry = match self.payloads.get(&at)? {
                Some(payload) if stray.is_empty() => {
                    Entry::from_store(RawEntry { header: header.to_vec(), payload: payload.to_vec() }).ok()
                }
                _ => None,
            };
            match entry.filter(|entry| check_append(head.as_ref(), entry.header()).is_ok()) {
                Some(entry) => head = Some(Head { seq: entry.header().seq, id: entry.id() }),
                None => stray.push(at),
            }
        }
        for at in stray {
            self.headers.remove(&at)?;
            self.payloads.remove(&at)?;
        }
        match head {
            Some(head) => {
                self.heads_tree.insert(key, head_bytes(&head))?;
                self.heads.insert(key, head);
            }
            None => {
                self.heads_tree.remove(key)?;
                self.heads.remove(&key);
            }
        }
        // The search index is behind what is held now: a new arrival number makes it catch up.
        let next = self
            .arrivals
            .last()?
            .map_or(1, |(last, _)| u64::from_be_bytes(last.as_ref().try_into().unwrap_or_default()).saturating_add(1));
        let to = head.map_or(0, |head| head.seq);
        let range: Vec<u8> = key.iter().copied().chain(0_u64.to_be_bytes()).chain(to.to_be_bytes()).collect();
        self.arrivals.insert(next.to_be_bytes(), range)?;
        Ok(())
    }
}
