//! How large the store is, how much is free on its disk, and what is said where there is no room
//! ([`communaut_protocol::engine::admission`]).

use super::Core;
use crate::{config::STORE_MAX, snapshot::Trouble};
use communaut_protocol::{clock::Monotonic, engine::Admission};
use std::path::PathBuf;

/// Milliseconds between two looks at the sizes.
const LOOK_EVERY_MS: u64 = 5_000;
/// Bytes that should be free on the disk: a copy of a middling store, which erasing needs, and what the system needs.
const FREE_WANTED: u64 = 500_000_000;

/// The disk.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// On whose disk the store lies; none in tests.
    folder: Option<PathBuf>,
    /// Bytes free on the disk.
    free: Option<u64>,
    /// When to look again.
    look: Monotonic,
}

impl Core {
    /// Where the store lies, and below which ceiling; none: the usual one.
    pub(crate) fn set_room(&mut self, folder: Option<PathBuf>, most: Option<u64>) {
        self.room = Room { folder, ..Room::default() };
        self.engine.admission = Admission::below(Some(most.unwrap_or(STORE_MAX)));
    }

    /// Once in a while: how large the store is, how much is free, and who may bring something again.
    pub(super) fn look_at_room(&mut self) {
        let monotonic = self.replica.clocks.monotonic;
        if monotonic >= self.room.look {
            self.room.look = monotonic.after(LOOK_EVERY_MS);
            // What a disk does not say is not known, and nothing is told of it.
            let free = self.room.folder.as_ref().and_then(|folder| fs4::available_space(folder).ok());
            self.room_is(self.replica.store.bytes(), free);
        }
    }

    /// The sizes are these now.
    pub(crate) fn room_is(&mut self, bytes: u64, free: Option<u64>) {
        self.room.free = free;
        self.engine.look_at_room(&self.replica, bytes);
        self.show_room();
    }

    /// Say it where there is no room, and no longer where there is.
    pub(super) fn show_room(&mut self) {
        let ours = |trouble: &Trouble| matches!(trouble, Trouble::Ceiling { .. } | Trouble::NearlyFull { .. });
        let ceiling = self.engine.admission.reached().map(|(bytes, most)| Trouble::Ceiling { bytes, most });
        let free = self.room.free.filter(|free| *free < FREE_WANTED);
        let nearly_full = free.map(|free| Trouble::NearlyFull { free, wanted: FREE_WANTED });
        let now: Vec<Trouble> = ceiling.into_iter().chain(nearly_full).collect();
        let replica = &mut self.replica;
        let before: Vec<Trouble> = replica.troubles.iter().filter(|trouble| ours(trouble)).cloned().collect();
        // The numbers change all the time: a line that stands is not written anew for each of them.
        let kind = |all: &[Trouble]| all.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        if kind(&before) != kind(&now) {
            // Somebody who runs a box without a window reads its log.
            let new = now.iter().filter(|trouble| !kind(&before).contains(&std::mem::discriminant(*trouble)));
            new.for_each(|trouble| tracing::warn!("{trouble}"));
            replica.troubles.retain(|trouble| !ours(trouble));
            replica.troubles.extend(now);
            replica.changed = true;
        }
    }
}
