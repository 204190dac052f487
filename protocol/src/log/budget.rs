//! How much one log may say in a wide scope, which everyone below it stores. SPEC.md §5.4.

use super::NotTaken;
use crate::{
    entry::Header,
    ids::EntryId,
    limits::{WIDE_ENTRIES_MAX, WIDE_LOG_BYTES},
};

/// Whether an entry of a wide scope fits the budget of its log: its payload and those of the entries that it follows,
/// as their headers say, so that it does not matter which came first, what else is held, or what was erased. `held`
/// gives the header of an entry of this number and id.
///
/// Entries of other scopes fit. So do those of which an entry before is missing: that is asked for first.
pub fn within_budget(header: &Header, held: impl Fn(u64, EntryId) -> Option<Header>) -> Result<(), NotTaken> {
    if !header.log.scope.is_wide() {
        return Ok(());
    }
    let mut spent = u64::from(header.payload_size);
    let mut before = header.backlink;
    for seq in (0..header.seq).rev().take(WIDE_ENTRIES_MAX) {
        let Some(entry) = before.and_then(|id| held(seq, id)) else { return Ok(()) };
        spent = spent.saturating_add(u64::from(entry.payload_size));
        before = entry.backlink;
    }
    if spent > WIDE_LOG_BYTES { Err(NotTaken::Budget) } else { Ok(()) }
}
