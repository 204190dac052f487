//! Changes that fail, for tests: the machine stops at the n-th, or one of them is refused.
//!
//! A thread's own, so that tests may run side by side.

use super::Change;
use std::{cell::RefCell, io, path::Path};

/// What happens to the changes of this thread.
#[derive(Debug, Default)]
struct Plan {
    met: usize,
    /// From this one on nothing is done any more.
    stop_at: Option<usize>,
    /// Only this one is refused.
    refuse_at: Option<usize>,
}

thread_local! {
    static PLAN: RefCell<Plan> = RefCell::default();
}

pub(super) fn meet(change: Change, path: &Path) -> io::Result<()> {
    PLAN.with_borrow_mut(|plan| {
        let number = plan.met;
        plan.met += 1;
        if plan.stop_at.is_some_and(|at| number >= at) || plan.refuse_at == Some(number) {
            return Err(io::Error::other(format!("a fault at change {number}, {change:?} of {}", path.display())));
        }
        Ok(())
    })
}

fn under<T>(plan: Plan, run: impl FnOnce() -> T) -> (T, usize) {
    PLAN.set(plan);
    let done = run();
    (done, PLAN.take().met)
}

/// How many changes something makes.
pub fn count(run: impl FnOnce()) -> usize {
    under(Plan::default(), run).1
}

/// Run something on a machine that stops at the n-th change: that one and all after it are not done.
pub fn stop_at<T>(n: usize, run: impl FnOnce() -> T) -> T {
    under(Plan { stop_at: Some(n), ..Plan::default() }, run).0
}

/// Run something of which the n-th change is refused.
pub fn refuse_at<T>(n: usize, run: impl FnOnce() -> T) -> T {
    under(Plan { refuse_at: Some(n), ..Plan::default() }, run).0
}
