//! The bytes of keys and values.

use super::StoreError;
use communaut_protocol::{
    EntryId, codec,
    entry::Body,
    log::{Branch, LogState},
    scope::LOG_KEY_LEN,
};

/// The key of a log, in whose order replicas compare.
pub type LogKey = [u8; LOG_KEY_LEN];

/// Bytes of the key of an entry: the log's key, its sequence number, its branch.
pub const ENTRY_KEY_LEN: usize = LOG_KEY_LEN + 8 + 1;
/// Bytes of an encoded [`LogState`]: two tips and five numbers take about 160.
const LOG_STATE_MAX: usize = 512;

const ERASED: u8 = 0;
const PRESENT: u8 = 1;
const PART: u8 = 2;

/// The key of an entry.
pub fn entry_key(log: &LogKey, seq: u64, branch: Branch) -> [u8; ENTRY_KEY_LEN] {
    let mut key = [0; ENTRY_KEY_LEN];
    key[..LOG_KEY_LEN].copy_from_slice(log);
    key[LOG_KEY_LEN..ENTRY_KEY_LEN - 1].copy_from_slice(&seq.to_be_bytes());
    key[ENTRY_KEY_LEN - 1] = u8::from(branch == Branch::Second);
    key
}

/// Every key of a log.
pub fn all_of(log: &LogKey) -> std::ops::RangeInclusive<[u8; ENTRY_KEY_LEN]> {
    from_on(log, 0)
}

/// The keys of a log from a sequence number on.
pub fn from_on(log: &LogKey, seq: u64) -> std::ops::RangeInclusive<[u8; ENTRY_KEY_LEN]> {
    entry_key(log, seq, Branch::First)..=entry_key(log, u64::MAX, Branch::Second)
}

/// Back from the key.
pub fn entry_key_from(key: &[u8]) -> Result<(LogKey, u64, Branch), StoreError> {
    let parts = || {
        let (log, rest) = key.split_at_checked(LOG_KEY_LEN)?;
        let (seq, branch) = rest.split_at_checked(8)?;
        let branch = match branch {
            [0] => Branch::First,
            [1] => Branch::Second,
            _ => return None,
        };
        Some((log.try_into().ok()?, u64::from_be_bytes(seq.try_into().ok()?), branch))
    };
    parts().ok_or_else(|| StoreError::Damaged("the key of an entry has a wrong length".into()))
}

/// The record of a payload; none of one that is still to come.
pub fn body_bytes(body: &Body) -> Option<Vec<u8>> {
    match body {
        Body::Present(payload) => Some([&[PRESENT], payload.as_slice()].concat()),
        Body::Part(payload) => Some([&[PART], payload.as_slice()].concat()),
        Body::Erased(by) => Some(std::iter::once(ERASED).chain(by.0).collect()),
        Body::Absent => None,
    }
}

/// Whether the record of a payload says that some of its leaves are still to come.
pub fn is_part(bytes: &[u8]) -> bool {
    bytes.first() == Some(&PART)
}

/// Back from the record.
pub fn body_from(bytes: Option<&[u8]>) -> Result<Body, StoreError> {
    match bytes.map(<[u8]>::split_first) {
        None => Ok(Body::Absent),
        Some(Some((&PRESENT, payload))) => Ok(Body::Present(payload.to_vec())),
        Some(Some((&PART, payload))) => Ok(Body::Part(payload.to_vec())),
        Some(Some((&ERASED, by))) if by.len() == 32 => Ok(Body::Erased(EntryId(by.try_into().unwrap_or_default()))),
        Some(_) => Err(StoreError::Damaged("the record of a payload is not one".into())),
    }
}

/// The record of a log.
pub fn log_bytes(state: &LogState) -> Result<Vec<u8>, StoreError> {
    codec::encode(state).map_err(|error| StoreError::Damaged(error.to_string()))
}

/// Back from the record.
pub fn log_from(bytes: &[u8]) -> Result<LogState, StoreError> {
    codec::decode(bytes, LOG_STATE_MAX).map_err(|error| StoreError::Damaged(format!("the record of a log: {error}")))
}

/// Entries that a log holds.
pub fn count(state: &LogState) -> u64 {
    let second = state.fork.map_or(0, |fork| fork.tip.seq.saturating_sub(fork.at) + 1);
    state.tip.seq.saturating_sub(state.lo) + 1 + second
}
