//! A log that restates itself, so that what stood before can go. SPEC.md §5.5.

use super::{Branch, Fork, LogState, NotTaken};
use crate::{
    entry::{Head, Header},
    ids::EntryId,
    limits::RESTATE_PARTS_MAX,
};

/// What a log must know of an entry that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunSeen {
    /// Its id.
    pub id: EntryId,
    /// Its part in a restatement.
    pub part: RestatementPart,
}

/// What an entry is to a restatement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestatementPart {
    /// Nothing.
    Other,
    /// Of one that another entry ends.
    More,
    /// The last of one whose first entry has this number.
    Last(u64),
}

impl RestatementPart {
    /// Of a header.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        match header.restates_from() {
            Some(from) => Self::Last(from),
            None if header.is_part() => Self::More,
            None => Self::Other,
        }
    }
}

impl RunSeen {
    /// Of a header and its id.
    #[must_use]
    pub fn of(header: &Header, id: EntryId) -> Self {
        Self { id, part: RestatementPart::of(header) }
    }
}

/// Take the last entry of a restatement. `find` gives the header of an entry that is at hand, in the log or beside it.
///
/// None if it is not such an entry, is held already, or what belongs to it is not at hand: then it is taken like any
/// other. If the restatement counts, what is held afterwards is it alone: everything else of the log goes.
pub fn restate(
    state: Option<&LogState>,
    header: &Header,
    id: EntryId,
    find: impl Fn(u64, EntryId) -> Option<Header>,
) -> Option<Result<LogState, NotTaken>> {
    let floor = header.restates_from()?;
    // Below a suffix it is taken downwards, or what comes between decides first.
    let below = state.is_some_and(|state| !state.is_complete() && floor < state.lo);
    if below || find(header.seq, id).is_some() {
        return None;
    }
    let mut before = header.backlink;
    for seq in (floor..header.seq).rev() {
        let part = find(seq, before?).filter(Header::is_part)?;
        before = part.backlink;
    }
    let last = Head { seq: header.seq, id };
    if let Some(state) = state
        && let Some(base) = state.base
    {
        // Of those that exist the one that begins last counts, whatever came first; of two, that with the smaller id.
        if floor < state.floor {
            return Some(Err(NotTaken::Pruned { floor: state.floor }));
        }
        if floor == state.floor && base.id <= id {
            return Some(Err(if base.id == id { NotTaken::Known } else { NotTaken::Outdone }));
        }
    }
    Some(Ok(LogState { floor, base: Some(last), lo: floor, tip: last, fork: None, newest: header.stamp }))
}

/// The lowest entry of a suffix has been taken: whether a restatement is whole with it, and what goes then.
pub(super) fn completed(
    state: LogState,
    lowest: RunSeen,
    at: impl Fn(Branch, u64) -> Option<RunSeen>,
) -> (LogState, Option<Branch>) {
    let last_of = |branch| {
        let seen = |seq| {
            let before = branch == Branch::First || state.fork.is_some_and(|fork| seq < fork.at);
            let of = if before { Branch::First } else { branch };
            if seq == state.lo { Some(lowest) } else { at(of, seq).filter(|_| seq <= end_of(&state, of)) }
        };
        let parts = (state.lo..).take(RESTATE_PARTS_MAX);
        for seq in parts {
            match seen(seq)? {
                RunSeen { id, part: RestatementPart::Last(from) } => {
                    return (from == state.lo).then_some(Head { seq, id });
                }
                RunSeen { part: RestatementPart::More, .. } => {}
                RunSeen { part: RestatementPart::Other, .. } => return None,
            }
        }
        None
    };
    let second = state.fork.and_then(|_| last_of(Branch::Second));
    let found = [(Branch::First, last_of(Branch::First)), (Branch::Second, second)];
    let found = found.into_iter().filter_map(|(branch, last)| Some((last?, branch)));
    let Some((last, branch)) = found.min_by_key(|(last, branch)| (last.id, *branch)) else { return (state, None) };
    let mut next = LogState { floor: state.lo, base: Some(last), ..state };
    let within = state.fork.filter(|fork| fork.at <= last.seq);
    let Some(fork) = within else { return (next, None) };
    next.fork = None;
    if branch == Branch::Second {
        next.tip = fork.tip;
    }
    (next, Some(branch))
}

fn end_of(state: &LogState, branch: Branch) -> u64 {
    match branch {
        Branch::First => state.tip.seq,
        Branch::Second => state.fork.map_or(0, |Fork { tip, .. }| tip.seq),
    }
}
