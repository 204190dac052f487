//! Reading what is held: for the fold at the start, and for peers that ask.

use super::{LogKey, Store, StoreError, entry_key};
use communaut_protocol::{
    entry::{Entry, Head, RawEntry},
    replication::sync0::{BATCH_BYTES, BATCH_ENTRIES, HEADS_MAX, Request, Response},
    scope::{LOG_KEY_LEN, LogId},
};

/// The trees of entries and the heads at one moment, to be read from another thread.
#[derive(Debug, Clone)]
pub struct Reader {
    headers: sled::Tree,
    payloads: sled::Tree,
    heads: Vec<(LogKey, Head)>,
}

impl Reader {
    /// Every entry held when the reader was made, log after log.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry, StoreError>> + '_ {
        self.heads.iter().flat_map(|(key, head)| {
            let range = entry_key(key, 0)..=entry_key(key, head.seq);
            self.headers.range(range).map(|item| {
                let (at, header) = item?;
                let payload = self.payloads.get(&at)?;
                let payload = payload.ok_or_else(|| StoreError::Damaged("a header without its payload".into()))?;
                Entry::from_store(RawEntry { header: header.to_vec(), payload: payload.to_vec() })
                    .map_err(|refusal| StoreError::Damaged(refusal.to_string()))
            })
        })
    }
}

impl Store {
    /// A reader of what is held now.
    #[must_use]
    pub fn reader(&self) -> Reader {
        Reader {
            headers: self.headers.clone(),
            payloads: self.payloads.clone(),
            heads: self.heads.iter().map(|(key, head)| (*key, *head)).collect(),
        }
    }

    /// Heads of the logs whose key begins with a prefix, in order.
    pub fn heads_under<'a>(&'a self, prefix: &'a [u8]) -> impl Iterator<Item = (LogId, Head)> + 'a {
        let mut from = [0; LOG_KEY_LEN];
        from.iter_mut().zip(prefix).for_each(|(to, byte)| *to = *byte);
        self.heads
            .range(from..)
            .take_while(move |(key, _)| key.starts_with(prefix))
            .filter_map(|(key, head)| Some((LogId::from_key(key).ok()?, *head)))
    }

    /// One entry.
    pub fn entry(&self, log: &LogId, seq: u64) -> Result<Option<RawEntry>, StoreError> {
        let at = entry_key(&log.key(), seq);
        Ok(match (self.headers.get(at)?, self.payloads.get(at)?) {
            (Some(header), Some(payload)) => Some(RawEntry { header: header.to_vec(), payload: payload.to_vec() }),
            _ => None,
        })
    }

    /// Answer a peer. Bounded by the bounds of `/communaut/sync/0`.
    pub fn answer(&self, request: &Request) -> Result<Response, StoreError> {
        match request {
            Request::Heads { prefixes, after } => Ok(self.answer_heads(prefixes, after.as_ref())),
            Request::Entries { wants } => self.answer_entries(wants),
        }
    }

    fn answer_heads(&self, prefixes: &[serde_bytes::ByteBuf], after: Option<&LogId>) -> Response {
        if prefixes.iter().any(|prefix| prefix.is_empty() || prefix.len() > LOG_KEY_LEN) {
            return Response::Refused(format!("a prefix has 1 to {LOG_KEY_LEN} bytes"));
        }
        let mut sorted: Vec<&[u8]> = prefixes.iter().map(|prefix| prefix.as_slice()).collect();
        sorted.sort_unstable();
        // One that begins with another adds nothing.
        sorted.dedup_by(|later, earlier| later.starts_with(earlier));
        let after = after.map(LogId::key);
        let mut heads = Vec::new();
        for prefix in sorted {
            let mut from = [0; LOG_KEY_LEN];
            from.iter_mut().zip(prefix).for_each(|(to, byte)| *to = *byte);
            let start = match after {
                Some(after) if after >= from => std::ops::Bound::Excluded(after),
                _ => std::ops::Bound::Included(from),
            };
            for (key, head) in self.heads.range((start, std::ops::Bound::Unbounded)) {
                if !key.starts_with(prefix) {
                    break;
                }
                if heads.len() >= HEADS_MAX {
                    return Response::Heads { heads, more: true };
                }
                if let Ok(log) = LogId::from_key(key) {
                    heads.push((log, *head));
                }
            }
        }
        Response::Heads { heads, more: false }
    }

    fn answer_entries(&self, wants: &[(LogId, u64)]) -> Result<Response, StoreError> {
        let mut entries: Vec<RawEntry> = Vec::new();
        let mut bytes = 0;
        for (log, from) in wants {
            let key = log.key();
            let Some(head) = self.heads.get(&key).filter(|head| head.seq >= *from) else { continue };
            for seq in *from..=head.seq {
                if bytes >= BATCH_BYTES || entries.len() >= BATCH_ENTRIES {
                    return Ok(Response::Entries { entries, more: true });
                }
                let Some(raw) = self.entry(log, seq)? else { break };
                bytes += raw.header.len() + raw.payload.len();
                entries.push(raw);
            }
        }
        Ok(Response::Entries { entries, more: false })
    }
}
