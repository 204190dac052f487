//! How many epochs of one device in one scope count. SPEC.md §5.4.

use crate::{
    limits::{EPOCHS_MAX, WIDE_EPOCHS_MAX},
    scope::Scope,
};

/// What becomes of a log of a new epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EpochAnswer {
    /// It counts.
    Admitted,
    /// It counts, and the log of this epoch does no longer.
    Displaces(u64),
    /// There are as many of smaller numbers as count.
    Declined,
}

/// How many epochs of one device count in a scope.
#[must_use]
pub fn epochs_max(scope: &Scope) -> usize {
    if scope.is_wide() { WIDE_EPOCHS_MAX } else { EPOCHS_MAX }
}

/// Whether the log of epoch `new` counts beside those `held` of the same device, in a scope where `max` do
/// (ascending). Those of the smallest numbers do, so that it does not matter which came first.
#[must_use]
pub fn admit_epoch(held: &[u64], new: u64, max: usize) -> EpochAnswer {
    if held.contains(&new) || held.len() < max {
        return EpochAnswer::Admitted;
    }
    match held.iter().max() {
        Some(largest) if *largest > new => EpochAnswer::Displaces(*largest),
        _ => EpochAnswer::Declined,
    }
}
