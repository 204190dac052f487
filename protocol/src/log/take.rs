//! Taking an entry into its log.

use super::{
    Branch, Fork, LogState,
    restate::{RunSeen, completed},
};
use crate::{
    entry::{Head, Header},
    ids::EntryId,
};

/// What an entry changes. A replica carries it out in this order: `promote`, `cut`, then put the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// What is held afterwards.
    pub state: LogState,
    /// From this sequence number on, what [`Branch::Second`] holds becomes
    /// [`Branch::First`]'s; what that held there goes.
    pub promote: Option<u64>,
    /// What a branch holds from this sequence number on goes.
    pub cut: Option<(Branch, u64)>,
    /// Where the entry itself belongs.
    pub put: Branch,
    /// What this says of the log.
    pub found: Placement,
}

/// What taking an entry showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// The next one, or the one below the lowest.
    Chain,
    /// A second branch: the device signed two entries of one sequence number.
    Fork,
    /// A branch with a smaller id where one was held already: what is cut or displaced counts no longer.
    Smaller,
    /// The log says again what it still says: everything else of it is dropped.
    Restated,
}

/// Why an entry is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Held already.
    #[error("already held")]
    Known,
    /// Entries before it are missing.
    #[error("entries from {from} on are missing before it")]
    Gap {
        /// The first sequence number that is missing.
        from: u64,
    },
    /// The entry before it is not held: another branch, of which what comes before is needed first.
    #[error("its backlink names an entry that is not held: an unknown branch, or a forged entry")]
    Unrooted,
    /// Two branches with smaller ids are held.
    #[error("its log is forked, and the branches with smaller ids are kept")]
    Outdone,
    /// A log of one epoch too many ([`super::admit_epoch`]).
    #[error("its device has used up its epochs in this scope")]
    Epochs,
    /// More than one log may say in a wide scope ([`super::within_budget`]).
    #[error("its log has used up what one may say in a wide cell")]
    Budget,
    /// Of a restatement of which the last entry is still to come; kept aside until then.
    #[error("kept aside until the restatement to which it belongs is whole")]
    Aside,
    /// Below what the log has restated.
    #[error("the log has restated what was written before {floor}")]
    Pruned {
        /// The first sequence number that counts.
        floor: u64,
    },
}

impl NotTaken {
    /// A short stable name, under which refusals are counted.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Gap { .. } => "gap",
            Self::Unrooted => "backlink",
            Self::Outdone => "fork",
            Self::Epochs => "epochs",
            Self::Budget => "budget",
            Self::Aside => "aside",
            Self::Pruned { .. } => "pruned",
        }
    }

    /// Whether an entry of a restatement, refused for this, may belong to one that counts all the same.
    #[must_use]
    pub const fn leaves_open(&self) -> bool {
        matches!(self, Self::Gap { .. } | Self::Unrooted | Self::Outdone)
    }
}

/// The first entry of a log that is held: its beginning, or, for who asked for the newest first, its tip.
#[must_use]
pub fn begin(header: &Header, id: EntryId) -> LogState {
    let tip = Head { seq: header.seq, id };
    // A restatement of one entry is whole.
    let base = (header.restates_from() == Some(header.seq)).then_some(tip);
    let floor = base.map_or(0, |base| base.seq);
    LogState { floor, base, lo: header.seq, tip, fork: None, newest: header.stamp }
}

/// Take an entry into a log; the last of a restatement by [`super::restate`] first. `at` tells what is held
/// by a branch at a sequence number ([`Branch::First`] for everything before the fork) and `below` the
/// backlink of the lowest entry held.
///
/// A log of which nothing is held begins at 0; to begin with another is [`begin`].
pub fn take(
    state: Option<&LogState>,
    header: &Header,
    id: EntryId,
    at: impl Fn(Branch, u64) -> Option<RunSeen>,
    below: impl FnOnce() -> Option<EntryId>,
) -> Result<Taken, NotTaken> {
    let seq = header.seq;
    let Some(state) = state else {
        if seq > 0 {
            return Err(NotTaken::Gap { from: 0 });
        }
        let state = begin(header, id);
        return Ok(Taken { state, promote: None, cut: None, put: Branch::First, found: Placement::Chain });
    };
    if seq < state.floor {
        return Err(NotTaken::Pruned { floor: state.floor });
    }
    let mut next = *state;
    // Where an entry is put above the lowest it becomes a tip.
    next.newest = header.stamp;
    let head = Head { seq, id };
    let chain = |state, put| Ok(Taken { state, promote: None, cut: None, put, found: Placement::Chain });
    // The common case first: the next entry of a branch.
    if follows(state.tip, header) {
        next.tip = head;
        return chain(next, Branch::First);
    }
    if let Some(fork) = state.fork.filter(|fork| follows(fork.tip, header)) {
        next.fork = Some(Fork { tip: head, ..fork });
        return chain(next, Branch::Second);
    }
    if seq.checked_add(1) == Some(state.lo) {
        // Fetching downwards: only the one that the lowest names, so no second branch comes in below.
        next.lo = seq;
        next.newest = state.newest;
        if below() != Some(id) {
            return Err(NotTaken::Unrooted);
        }
        let (state, kept) = completed(next, RunSeen::of(header, id), at);
        let promote = next.fork.filter(|_| kept == Some(Branch::Second)).map(|fork| fork.at);
        let cut = next.fork.filter(|_| kept == Some(Branch::First)).map(|fork| (Branch::Second, fork.at));
        return Ok(Taken { state, promote, cut, put: Branch::First, found: Placement::Chain });
    }
    if seq < state.lo {
        return Err(NotTaken::Gap { from: seq.saturating_add(1) });
    }
    let at = |branch, seq| at(branch, seq).map(|seen| seen.id);
    let first = at(Branch::First, seq).filter(|_| seq <= state.tip.seq);
    let second =
        state.fork.and_then(|fork| (fork.at..=fork.tip.seq).contains(&seq).then(|| at(Branch::Second, seq))?);
    if first == Some(id) || second == Some(id) {
        return Err(NotTaken::Known);
    }
    if state.base.is_some_and(|base| seq <= base.seq) {
        // A restatement that counts is whole: nothing forks within it.
        return Err(NotTaken::Outdone);
    }
    rival(state, next, Rival { header, head, first, second }, at)
}

/// Whether an entry is the one after a tip.
fn follows(tip: Head, header: &Header) -> bool {
    tip.seq.checked_add(1) == Some(header.seq) && header.backlink == Some(tip.id)
}

/// An entry where others are held.
struct Rival<'a> {
    header: &'a Header,
    head: Head,
    first: Option<EntryId>,
    second: Option<EntryId>,
}

fn rival(
    state: &LogState,
    mut next: LogState,
    rival: Rival<'_>,
    at: impl Fn(Branch, u64) -> Option<EntryId>,
) -> Result<Taken, NotTaken> {
    let Rival { header, head, first, second } = rival;
    let (seq, id) = (head.seq, head.id);
    let parent = |branch| {
        seq == 0 || (header.backlink.is_some() && seq.checked_sub(1).and_then(|seq| at(branch, seq)) == header.backlink)
    };
    let unrooted = || {
        let end = state.fork.map_or(state.tip.seq, |fork| fork.tip.seq.max(state.tip.seq)).saturating_add(1);
        if seq > end { NotTaken::Gap { from: end } } else { NotTaken::Unrooted }
    };
    // A fork at the lowest held entry of a suffix cannot be judged: what comes before decides.
    if seq == state.lo && seq > 0 {
        return Err(NotTaken::Gap { from: state.floor });
    }
    let taken = |state, promote, cut, put, found| Ok(Taken { state, promote, cut, put, found });
    let Some(fork) = state.fork else {
        if first.is_none() || !parent(Branch::First) {
            return Err(unrooted());
        }
        next.fork = Some(Fork { at: seq, tip: head });
        return taken(next, None, None, Branch::Second, Placement::Fork);
    };
    if seq < fork.at {
        // An earlier fork: of the branches held one is a fork upon a branch now, and the smaller stays.
        if !parent(Branch::First) {
            return Err(unrooted());
        }
        next.fork = Some(Fork { at: seq, tip: head });
        let smaller = at(Branch::Second, fork.at) < at(Branch::First, fork.at);
        if smaller {
            next.tip = fork.tip;
            return taken(next, Some(fork.at), None, Branch::Second, Placement::Fork);
        }
        return taken(next, None, Some((Branch::Second, fork.at)), Branch::Second, Placement::Fork);
    }
    if seq == fork.at {
        if !parent(Branch::First) {
            return Err(unrooted());
        }
        let (Some(first), Some(second)) = (first, second) else { return Err(NotTaken::Unrooted) };
        if id > first && id > second {
            return Err(NotTaken::Outdone);
        }
        next.fork = Some(Fork { at: seq, tip: head });
        if first > second {
            next.tip = fork.tip;
            return taken(next, Some(seq), None, Branch::Second, Placement::Smaller);
        }
        return taken(next, None, Some((Branch::Second, seq)), Branch::Second, Placement::Smaller);
    }
    // Behind the fork: a fork upon a branch.
    for (branch, held) in [(Branch::First, first), (Branch::Second, second)] {
        if !parent(branch) {
            continue;
        }
        let Some(held) = held else { continue };
        if id > held {
            return Err(NotTaken::Outdone);
        }
        match branch {
            Branch::First => next.tip = head,
            Branch::Second => next.fork = Some(Fork { tip: head, ..fork }),
        }
        return taken(next, None, Some((branch, seq)), branch, Placement::Smaller);
    }
    Err(unrooted())
}
