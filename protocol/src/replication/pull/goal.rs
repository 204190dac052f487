//! What is wanted of one log, and from where on it is asked for. SPEC.md §9.1.

use super::{
    super::{
        QUEUE_MAX,
        message::{Digest, Frame, LogItem, Want, digest_of, item_digest},
        replica::Replica,
    },
    Pull,
};
use crate::{
    clock::Stamp,
    entry::{Head, Header, hash},
    ids::EntryId,
    log::LogState,
    scope::LogId,
};
use std::{cmp::Reverse, collections::BTreeMap};

/// A log with at least twice as many entries is begun with its last ones, so that a newcomer sees what is new.
pub const TAIL: u64 = 64;
/// Entries of one step downwards.
const STEP_DOWN: u64 = 1_024;
/// Bits by which a step downwards becomes shorter each time that an answer has no room for it…
const NARROW: u32 = 3;
/// … to two entries at last, which fit always.
const NARROW_MAX: u32 = 9;

/// What comes before what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// Of an identity.
    Identity,
    /// What was written last.
    New,
    /// What came before that.
    Old,
}

/// Whether the tips of a declined log are still to be asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Tips {
    /// The log is wanted as a whole.
    #[default]
    WithAll,
    /// They are.
    Alone,
    /// They were.
    Asked,
}

/// A log of which the peer has something that is missing.
#[derive(Debug, Clone)]
pub(super) struct Goal {
    pub theirs: LogItem,
    /// How often nothing came of it: each time it is asked for from further back.
    pub misses: u32,
    /// Whether its tips are held, and only what is old is still to come.
    pub old: bool,
    /// Whether it was asked for once more, after its author's identity.
    pub put_off: bool,
    /// Up to which number it has been sent, as long as a restatement that is not whole leaves no trace in the log.
    pub through: Option<u64>,
    /// Whether the last answer brought more of that, or is to come once more: then it was no miss.
    pub advanced: bool,
    /// Whether the peer has pushed entries of it, and has not said all that it has.
    pub hint: bool,
    /// Whether it is asked for though it was declined as it is.
    pub again: bool,
    /// Whether it is asked for once more, since it was declined and an answer had no room for all of it.
    pub cut_off: bool,
    /// What is asked of it where it is declined.
    pub tips: Tips,
    /// By how many bits steps downwards are shorter, since an answer had no room for one.
    narrowed: u32,
}

impl Goal {
    /// Nothing has been asked yet.
    pub fn new(theirs: LogItem) -> Self {
        let tips = Tips::default();
        Self {
            theirs,
            misses: 0,
            old: false,
            put_off: false,
            through: None,
            advanced: false,
            hint: false,
            again: false,
            cut_off: false,
            tips,
            narrowed: 0,
        }
    }

    /// Its place in the order in which logs are asked for: identities first, since what others wrote counts by them;
    /// then what is new of each, the newest first; then what is old.
    pub fn place(&self) -> (Rank, Reverse<Stamp>, LogId) {
        let log = self.theirs.log;
        let rank = if log.scope.is_identity() {
            Rank::Identity
        } else if self.old {
            Rank::Old
        } else {
            Rank::New
        };
        (rank, Reverse(self.theirs.newest), log)
    }

    /// An answer may have brought more of a restatement that is not whole.
    pub fn advance(&mut self, frames: &[Frame]) {
        let headers = frames.iter().filter_map(|frame| Header::decode(&frame.header).ok());
        let last = headers.map(|(header, _)| header).max_by_key(|header| header.seq);
        let through = last.filter(Header::is_part).map(|header| header.seq);
        if through > self.through {
            (self.through, self.advanced) = (through, true);
        }
    }

    /// Something was taken of what an answer cut off: the rest is asked for like that before it.
    pub fn go_on(&mut self) {
        if std::mem::take(&mut self.cut_off) && self.tips == Tips::Alone {
            self.tips = Tips::WithAll;
        }
    }

    /// Go downwards in shorter steps from now on. False: they are the shortest.
    pub fn narrow(&mut self) -> bool {
        let more = self.narrowed < NARROW_MAX;
        self.narrowed = self.narrowed.saturating_add(if more { NARROW } else { 0 });
        more
    }

    /// Whether a tip of the peer's is not held, from a number on.
    fn lacks_tip<R: Replica>(&self, from: u64, replica: &R) -> Result<bool, R::Error> {
        for tip in self.theirs.tips.iter().filter(|tip| tip.seq >= from) {
            if !replica.holds(&self.theirs.log, tip.seq, tip.id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What is still to be asked of a log that is declined, if it is.
    pub fn want_of_declined<R: Replica>(&mut self, replica: &R) -> Result<Option<Option<Want>>, R::Error> {
        Ok(match self.tips {
            Tips::WithAll => None,
            Tips::Asked => Some(None),
            // Only what comes before them was declined.
            Tips::Alone if !self.lacks_tip(0, replica)? => Some(None),
            Tips::Alone => {
                self.tips = Tips::Asked;
                let numbers = || self.theirs.tips.iter().map(|tip| tip.seq);
                let (from, to) = (numbers().min().unwrap_or_default(), numbers().max().unwrap_or_default());
                Some(Some(Want { log: self.theirs.log, from, to }))
            }
        })
    }

    /// What to ask of a log next; none if everything is held, or nothing more can come of it.
    pub fn next_want<R: Replica>(&self, replica: &R) -> Result<Option<Want>, R::Error> {
        let theirs = &self.theirs;
        let log = theirs.log;
        let highest = theirs.tips.iter().map(|tip| tip.seq).max().unwrap_or_default();
        let Some(state) = replica.state(&log) else {
            // By an identity others are judged: of it nothing is put off.
            let may_wait = theirs.fork.is_none() && !log.scope.is_identity();
            let long = may_wait && highest.saturating_sub(theirs.floor) >= TAIL.saturating_mul(2);
            let from = if long { highest.saturating_sub(TAIL).saturating_add(1) } else { theirs.floor };
            return Ok((self.misses == 0).then_some(Want { log, from, to: highest }));
        };
        // What lies below what is restated here is old news from who does not know of that yet.
        let tips = || theirs.tips.iter().filter(|tip| tip.seq >= state.floor);
        let lacking = self.lacks_tip(state.floor, replica)?;
        // A fork can be judged only where the beginning is held.
        let open = !state.is_complete() && !replica.has_declined_beginning(&log);
        if open && (self.misses == 1 || (!lacking && self.misses == 0)) {
            let to = state.lo.saturating_sub(1);
            let step = STEP_DOWN.checked_shr(self.narrowed).unwrap_or(1);
            return Ok(Some(Want { log, from: state.lo.saturating_sub(step).max(state.floor), to }));
        }
        if !lacking {
            return Ok(None);
        }
        // From behind what is held; if that does not fit, from further and further back, to where the branches part.
        let own = state.tips().map(|tip| tip.seq).min().unwrap_or_default().saturating_add(1);
        let least = tips().map(|tip| tip.seq).min().unwrap_or_default();
        let start = own.min(theirs.fork.unwrap_or(u64::MAX)).min(least).max(state.floor);
        if self.misses == 0 && (theirs.floor > state.floor || self.through.is_some()) {
            // Restated there: from its beginning on, or from where the last answer ended.
            let from = self.through.map_or(start.min(theirs.floor), |through| through.saturating_add(1));
            if from <= highest {
                return Ok(Some(Want { log, from, to: highest }));
            }
        }
        let bottom = state.floor.min(start);
        let back = |misses: u32| match misses {
            0 => start,
            more => start.saturating_sub(1_u64.checked_shl(more).unwrap_or(u64::MAX)).max(bottom),
        };
        let exhausted = self.misses.checked_sub(1).is_some_and(|before| back(before) == bottom);
        Ok((!exhausted).then(|| Want { log, from: back(self.misses), to: highest }))
    }
}

/// What frames say of the tips of their logs: of each the entries that no other of them follows.
pub(super) fn leaves(frames: &[Frame]) -> Vec<LogItem> {
    let mut logs: BTreeMap<LogId, (Vec<Head>, Stamp)> = BTreeMap::new();
    for frame in frames {
        let Ok((header, _)) = Header::decode(&frame.header) else { continue };
        let (tips, newest) = logs.entry(header.log).or_default();
        tips.retain(|tip| Some(tip.id) != header.backlink);
        tips.push(Head { seq: header.seq, id: EntryId(hash(&frame.header).0) });
        *newest = header.stamp;
    }
    let items = logs.into_iter();
    let identity = Digest::ZERO;
    items.map(|(log, (tips, newest))| LogItem { log, floor: 0, tips, fork: None, newest, identity }).collect()
}

/// What is held of a log, how far down too.
pub(super) fn depth_digest(log: &LogId, state: &LogState) -> Digest {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&item_digest(log, state, Digest::ZERO).0);
    hasher.update(&state.lo.to_be_bytes());
    digest_of(hasher.finalize())
}

impl Pull {
    pub(super) fn add(&mut self, theirs: LogItem) {
        let log = theirs.log;
        if self.stuck.contains(&log) || (self.wants.len() >= QUEUE_MAX && !self.wants.contains_key(&log)) {
            // What finds no room differs still in the next round.
            self.restart |= !self.stuck.contains(&log);
            return;
        }
        let put_off = self.has_put_off(&log);
        self.forget(&log);
        let goal = Goal { put_off, ..Goal::new(theirs) };
        self.order.insert(goal.place());
        self.wants.insert(log, goal);
    }

    /// As [`Pull::add`], of what a peer has pushed: it may have more of it.
    pub(super) fn add_hint(&mut self, theirs: LogItem) {
        let log = theirs.log;
        self.add(theirs);
        if let Some(goal) = self.wants.get_mut(&log) {
            goal.hint = true;
        }
    }

    /// As [`Pull::add`], though it was declined as it is.
    pub(super) fn add_again(&mut self, theirs: LogItem) {
        let log = theirs.log;
        self.add(theirs);
        if let Some(goal) = self.wants.get_mut(&log) {
            goal.again = true;
        }
    }

    pub(super) fn forget(&mut self, log: &LogId) {
        if let Some(goal) = self.wants.remove(log) {
            self.order.remove(&goal.place());
        }
    }

    /// A restatement that does not follow what is held is taken once it is whole, perhaps with a later answer.
    pub(super) fn advance(&mut self, log: LogId, frames: &[Frame]) {
        let Some(goal) = self.wants.get_mut(&log) else { return };
        goal.advance(frames);
    }

    /// The tips of a log are held: what is old of it comes after what is new of all others.
    pub(super) fn put_back(&mut self, log: &LogId) {
        if let Some(goal) = self.wants.get_mut(log).filter(|goal| !goal.old) {
            self.order.remove(&goal.place());
            goal.old = true;
            self.order.insert(goal.place());
        }
    }
}
