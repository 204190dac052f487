//! What has arrived at a peer since it was asked last, which it pushes unasked: only what is of interest is taken.
//! SPEC.md §9.1.

use super::{
    super::{
        message::{Frame, LogItem, Seen},
        prefixes::Prefixes,
        replica::Replica,
    },
    Pull, PullEffect, State, UNDER_MAX,
    goal::leaves,
};
use crate::{entry::Header, ids::AuthorId, scope::LogId};
use std::collections::{BTreeMap, BTreeSet};

impl Pull {
    pub(super) fn on_since<R: Replica>(
        &mut self,
        frames: Vec<Frame>,
        longer: Vec<LogItem>,
        seen: Seen,
        more: bool,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        let before = self.seen.filter(|before| before.instance == seen.instance && before.arrival <= seen.arrival);
        if before.is_none() || (more && before == Some(seen)) {
            return Ok(self.misbehaved("does not say how far it has come"));
        }
        let logs: Vec<Option<LogId>> = frames.iter().map(log_of).collect();
        let pushed = logs.iter().flatten().copied().chain(longer.iter().map(|theirs| theirs.log));
        let Some(of_interest) = self.of_interest(pushed, replica) else {
            return Ok(self.misbehaved("sent what is of no interest"));
        };
        let frames: Vec<Frame> = std::iter::zip(frames, logs)
            .filter(|(_, log)| log.is_none_or(|log| of_interest.contains(&log)))
            .map(|(frame, _)| frame)
            .collect();
        self.restart |= more;
        self.goal = Some(seen);
        let longer: BTreeMap<LogId, LogItem> = longer.into_iter().map(|theirs| (theirs.log, theirs)).collect();
        for theirs in longer.values().filter(|theirs| of_interest.contains(&theirs.log)) {
            self.offer(theirs.clone(), replica);
        }
        // What came with new interests is compared by ranges; the rest is known by now.
        let fresh: Vec<Vec<u8>> = self.interests.difference(&self.covered).cloned().collect();
        self.todo.extend(fresh.chunks(UNDER_MAX).map(|chunk| Some(chunk.to_vec())));
        if frames.is_empty() {
            return self.next(replica);
        }
        // What cannot be placed is asked for with what comes before it.
        for theirs in leaves(&frames) {
            self.came.insert(theirs.log);
            // Of these the peer has said itself how far they go.
            if !longer.contains_key(&theirs.log) {
                self.add_hint(theirs);
            }
        }
        self.state = State::Fetching;
        self.cut = true;
        Ok(vec![PullEffect::Ingest { frames, begin: BTreeSet::new() }])
    }

    /// Of the logs that a peer pushes, those of interest; none: some were never asked for. An identity is of interest
    /// where its owner writes under the interests, here or by what is pushed with it; where that is known to the peer
    /// alone, it is passed over, and is no fault of the peer.
    fn of_interest<R: Replica>(&self, pushed: impl Iterator<Item = LogId>, replica: &R) -> Option<BTreeSet<LogId>> {
        let prefixes = Prefixes::new(self.registered.iter().cloned());
        let (mut found, rest): (BTreeSet<LogId>, BTreeSet<LogId>) = pushed.partition(|log| prefixes.hold(&log.key()));
        if rest.iter().any(|log| !log.scope.is_identity()) {
            return None;
        }
        let writers: BTreeSet<AuthorId> = found.iter().map(|log| log.author).collect();
        let writes = |log: &LogId| writers.contains(&log.author) || replica.writes_under(&log.author, &prefixes);
        found.extend(rest.into_iter().filter(writes));
        Some(found)
    }
}

/// The log of a frame; none: it cannot be read, and goes on to be refused by name.
fn log_of(frame: &Frame) -> Option<LogId> {
    Header::decode(&frame.header).ok().map(|(header, _)| header.log)
}
