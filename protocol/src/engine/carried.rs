//! What a bundle brings: taken like what a peer brings, under the name of a peer that is never connected, so that its
//! share of the room is its own. SPEC.md §9.5.

use super::{
    Engine, Failed, Host, Peer,
    taking::{Came, verify},
};
use crate::replication::{message::Frame, replica::Replica};
use std::collections::BTreeSet;

/// What became of frames of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Carried {
    /// Entries taken.
    pub taken: u64,
    /// Entries held before.
    pub known: u64,
    /// The place among the frames of the first that does not verify, and why: those behind it were not looked at.
    pub broken: Option<(usize, &'static str)>,
}

impl<P: Peer, Q> Engine<P, Q> {
    /// Verify and store frames of a file, in their order. What is not taken though it verifies is counted by name.
    pub fn take_carried<H: Host>(&mut self, host: &mut H, file: &P, frames: Vec<Frame>) -> Result<Carried, Failed<H>> {
        let monotonic = self.now.monotonic;
        let state = self.peers.met(file);
        // No round with it is ever due, in which it would be looked at.
        state.no_share &= !state.share.as_mut().is_some_and(|share| share.has_half(monotonic));
        let before = state.report.received;
        let (mut carried, mut verified, mut begin) = (Carried::default(), Vec::new(), BTreeSet::new());
        for (place, frame) in frames.into_iter().enumerate() {
            match verify(host, frame)? {
                Ok(came) => {
                    match &came {
                        Came::New(entry) if host.store().state(&entry.header().log).is_none() => {
                            begin.insert(entry.header().log);
                        }
                        Came::New(_) | Came::Payload(..) => {}
                        Came::Held => carried.known = carried.known.saturating_add(1),
                    }
                    verified.push(came);
                }
                Err(reason) => {
                    host.refused(reason, "an entry of a bundle");
                    carried.broken = Some((place, reason));
                    break;
                }
            }
        }
        self.take_verified(host, file, verified, &begin)?;
        let after = self.peers.get(file).map_or(before, |state| state.report.received);
        carried.taken = after.saturating_sub(before);
        Ok(carried)
    }
}
