//! Logs that are declined by what their headers say, and which of them are remembered: those of which all that the peer
//! has as newest was seen, signed. What it only claims fills no memory. SPEC.md §9.1.

use super::{
    super::{
        message::{Digest, LogItem},
        replica::Replica,
    },
    Pull, UNDER_MAX,
    goal::Tips,
};
use crate::{entry::Head, ids::AuthorId, scope::LogId};
use std::collections::{BTreeMap, BTreeSet};

/// What was declined in this round.
#[derive(Debug, Clone, Default)]
pub(super) struct TurnedDown {
    /// Entries of logs whose headers were seen, of which it is not known yet all that the peer has: no more logs than
    /// one answer brings, and those asked for at once.
    seen: BTreeMap<LogId, BTreeSet<Head>>,
    /// Logs that were pushed: what the peer has of them is still to be asked.
    pushed: BTreeSet<LogId>,
    /// As what logs are to be remembered.
    now: Vec<(LogId, Digest)>,
}

impl Pull {
    /// Of logs that came these entries were not taken, by what their verified headers say.
    pub fn decline(&mut self, declined: BTreeMap<LogId, BTreeSet<Head>>) {
        // A log that came alone comes to no more when it is asked for again.
        let shared = self.came.len() > 1;
        for (log, heads) in declined {
            let highest = heads.iter().map(|head| head.seq).max();
            let asked = self.asked.get(&log).map(|(want, _)| want.to);
            let seen = self.turned_down.seen.entry(log).or_default();
            seen.extend(heads);
            let Some(goal) = self.wants.get_mut(&log) else { continue };
            if goal.hint {
                self.turned_down.pushed.insert(log);
                self.forget(&log);
                continue;
            }
            // An erasure may stand in the rest, which finds its place with what comes before it in one answer. Of an
            // identity nothing is erased.
            let cut_off = self.cut && !log.scope.is_identity();
            if cut_off && asked.is_none() {
                // It was pushed, and is asked for as a whole anyway.
                continue;
            }
            if cut_off && highest < asked && !std::mem::replace(&mut goal.cut_off, true) && shared {
                goal.advanced = true;
                continue;
            }
            goal.tips = if goal.tips == Tips::WithAll { Tips::Alone } else { goal.tips };
            let theirs = goal.theirs.clone();
            if self.settle_declined(&theirs) {
                self.forget(&log);
                self.stuck.insert(log);
            }
        }
    }

    /// Whether something of a log was declined in this round: what lies behind it finds no place then.
    #[must_use]
    pub fn has_turned_down(&self, log: &LogId) -> bool {
        self.wants.get(log).is_some_and(|goal| goal.tips != Tips::WithAll)
    }

    /// More is known of somebody's identity: what was declined of theirs, and is not remembered yet, may count now.
    pub fn reconsider(&mut self, authors: &BTreeSet<AuthorId>) {
        self.turned_down.seen.retain(|log, _| !authors.contains(&log.author));
    }

    /// As what logs were declined since this was asked last: to be remembered.
    pub fn take_declined(&mut self) -> Vec<(LogId, Digest)> {
        std::mem::take(&mut self.turned_down.now)
    }

    /// What a peer has of a log: wanted, unless it was declined as it is.
    pub(super) fn offer<R: Replica>(&mut self, theirs: LogItem, replica: &R) {
        if replica.has_declined(&theirs) || self.settle_declined(&theirs) {
            return;
        }
        self.note_author(&theirs, replica);
        self.add(theirs);
    }

    /// Whether all that a peer has as newest of a log was declined in this round: then it is to be remembered.
    fn settle_declined(&mut self, theirs: &LogItem) -> bool {
        let seen = self.turned_down.seen.get(&theirs.log);
        let all = seen.is_some_and(|seen| theirs.tips.iter().all(|tip| seen.contains(tip)));
        if all {
            self.turned_down.seen.remove(&theirs.log);
            self.turned_down.now.push((theirs.log, theirs.digest()));
        }
        all
    }

    /// Nothing more comes of a log in this round.
    pub(super) fn leave_declined(&mut self, log: &LogId) {
        self.turned_down.seen.remove(log);
    }

    /// What was pushed and declined is compared by itself: the peer then says what it has of it.
    pub(super) fn ask_of_pushed(&mut self) {
        let pushed = std::mem::take(&mut self.turned_down.pushed);
        let keys: Vec<Vec<u8>> = pushed.into_iter().map(|log| log.key().to_vec()).collect();
        self.todo.extend(keys.chunks(UNDER_MAX).map(|keys| Some(keys.to_vec())));
    }
}
