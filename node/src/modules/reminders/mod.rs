//! Reminders of events: of this node alone, and told by whoever shows something: the window, or the command line.
//! They lie in the store, and so in its backups.

pub(crate) mod cli;
mod commands;
#[cfg(test)]
mod tests;

use communaut_protocol::ElementId;
use serde::{Deserialize, Serialize};

/// Reminders kept at once: one for each event of some years.
pub const REMINDERS_MAX: usize = 1_000;
/// Minutes before an event at which one is reminded at the most: four weeks.
pub const REMINDED_BEFORE_MAX: u32 = 4 * 7 * 24 * 60;

/// Be reminded of an event, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remind {
    /// Of what.
    pub element: ElementId,
    /// Of which time of an event that repeats: the day that names it; none: of every one.
    pub on: Option<i32>,
    /// How many minutes before it begins; none: no longer.
    pub before_min: Option<u32>,
}

/// What one is to be reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminders {
    /// The present, milliseconds since 1970 UTC.
    pub now_ms: i64,
    /// IANA name of the zone of who asks: there whole days begin. Empty or unknown: UTC.
    pub zone: String,
}

/// What was due until a moment has been told: it is not due again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindersTold {
    /// Milliseconds since 1970 UTC.
    pub until_ms: i64,
}

/// What one is to be reminded of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemindersDetail {
    /// Now: the events are not over, and it has not been told.
    pub due: Vec<Reminder>,
    /// Later, by when it is due.
    pub coming: Vec<Reminder>,
}

/// A reminder of one time of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reminder {
    /// The event.
    pub element: ElementId,
    /// Its name.
    pub name: String,
    /// For which time it was made; none: for every one.
    pub on: Option<i32>,
    /// How many minutes before it begins.
    pub before_min: u32,
    /// When it is due, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// When the event begins.
    pub start_ms: i64,
    /// When it ends.
    pub end_ms: i64,
    /// Of whole days: the first and the last, counted from 1970-01-01.
    pub days: Option<(i32, i32)>,
    /// The zone in which it was announced.
    pub zone: String,
}
