//! Records that wait until it is known that their device speaks for their author.

use super::{IdentityBook, Record};
use crate::{
    ids::{DeviceId, IdentityId},
    limits::PENDING_MAX,
};
use std::collections::BTreeSet;

/// Whose devices' records found no room: 8 B each of a hash of the two. Beyond, any of them may have.
const LEFT_MAX: usize = 131_072;

/// What waits, within a bound; of what found no room, whose it was: it stays in the store, and the scope is fed anew
/// once it may count.
#[derive(Debug, Clone, Default)]
pub(super) struct Pending {
    kept: Vec<Record>,
    left: BTreeSet<u64>,
    /// There were more than are remembered.
    more: bool,
}

impl Pending {
    /// Let a record wait.
    pub fn keep(&mut self, record: Record, book: &IdentityBook) {
        if self.kept.len() < PENDING_MAX {
            self.kept.push(record);
            return;
        }
        // Of who signed it, and of who says it again, those for whom it waits.
        let witness = record.witness.map(|witness| (witness.by, witness.device));
        for (person, device) in witness.into_iter().chain([(record.author, record.log.device)]) {
            if book.get(&person).is_some_and(|person| person.knows(device)) {
                continue;
            }
            if self.left.len() < LEFT_MAX {
                self.left.insert(short(person, device));
            } else {
                self.more = true;
            }
        }
    }
    /// How many wait here.
    pub fn len(&self) -> usize {
        self.kept.len()
    }
    /// Whether nothing waits, neither here nor in the store.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.left.is_empty()
    }
    /// All that wait here, if one of them is due.
    pub fn take_due(&mut self, is_due: impl Fn(&Record) -> bool) -> Option<Vec<Record>> {
        self.kept.iter().any(is_due).then(|| std::mem::take(&mut self.kept))
    }
    /// Whether something that found no room may count now. Said once: whoever
    /// hears it feeds a fresh reducer.
    pub fn has_left_due(&mut self, book: &IdentityBook) -> bool {
        let due = self.more || (!self.left.is_empty() && self.is_left_known(book));
        if due {
            (self.left, self.more) = (BTreeSet::new(), false);
        }
        due
    }
    fn is_left_known(&self, book: &IdentityBook) -> bool {
        book.iter().any(|(id, person)| {
            let mut devices = person.devices.keys().chain(person.out.keys());
            devices.any(|device| self.left.contains(&short(*id, *device)))
        })
    }
}

/// Enough of who it was: where two meet by chance, a scope is fed anew once too often.
fn short(author: IdentityId, device: DeviceId) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&author.0);
    hasher.update(&device.0);
    u64::from_be_bytes(hasher.finalize().as_bytes().first_chunk().copied().unwrap_or_default())
}
