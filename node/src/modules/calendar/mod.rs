//! Calendars that are kept current: a file a selection, beside the data folder, to which calendar programs subscribe;
//! and files of other programs that are watched. Of this node alone.

pub(crate) mod cli;
pub(crate) mod commands;
pub(crate) mod watch;

pub use watch::{UnwatchCalendar, WATCHED_MAX, WatchCalendar, WatchedCalendar, WatchedCalendars};

use super::{export::Export, search::Query};
use crate::export::ExportFormat;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Calendars kept at once: each is a search and a file.
pub const CALENDARS_MAX: usize = 50;

/// Keep a calendar of what a search finds under a name, and write it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepCalendar {
    /// Its name.
    pub name: String,
    /// What is looked for: events alone.
    pub query: Query,
    /// In place of the one of that name, if there is one; else that is refused.
    #[serde(default)]
    pub replace: bool,
}

/// Keep a calendar no longer: its file goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropCalendar {
    /// Its name.
    pub name: String,
}

/// The calendars that are kept, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCalendars;

/// A calendar that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCalendar {
    /// Its name.
    pub name: String,
    /// What is looked for.
    pub query: Query,
    /// Its file: to this a calendar program on this machine subscribes.
    pub file: PathBuf,
}

impl KeptCalendar {
    /// What brings its file up to date.
    pub(crate) fn export(&self) -> Export {
        Export {
            query: self.query.clone(),
            format: ExportFormat::ICalendar,
            to: self.file.clone(),
            replace: true,
            name: self.name.clone(),
            if_changed: true,
        }
    }
}
