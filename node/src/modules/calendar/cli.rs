//! `calendar`: files to which calendar programs subscribe.

use super::{
    DropCalendar, KeepCalendar, KeptCalendar, KeptCalendars, UnwatchCalendar, WatchCalendar, WatchedCalendar,
    WatchedCalendars,
};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        shared::absolute,
        text::{line, table},
    },
    failure::Failure,
    modules::{
        import::{ImportRequest, cli::Imported},
        search::cli::Search,
    },
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::PathBuf;

const KEEP_HELP: &str = "\
What is chosen is what `search` with the same arguments finds of events. The file lies beside the data folder, in a
folder of its name with -calendars behind it. A node that runs (`run`, or the window) writes it again when its events
have changed, once a minute at most; otherwise `calendar keep --replace` does. Days that are given (--from, --to) stay.

JSON: as of `export`";

const WATCH_HELP: &str = "\
A node that runs (`run`, or the window) looks at it every ten seconds. Events are known by their UID: those that changed
are brought up to date, cancelled ones (STATUS:CANCELLED) are closed. An event that comes back under another UID, of the
same name at the same time and place, stays the one it was. What the file has no longer is told by `gone`.

JSON: as of `import`, of the first reading";

/// Calendars that are kept.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Calendar files of what a search finds, kept current for calendar programs; of this node alone
    #[command(subcommand)]
    Calendar(CalendarCommand),
}

/// What to do with them.
#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    /// Keep the events that a search finds in a calendar file
    #[command(after_help = KEEP_HELP)]
    Keep {
        /// Its name
        name: String,
        /// In place of the one of that name
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        search: Box<Search>,
    },
    /// The calendars that are kept, with their files, and those that are watched
    #[command(
        after_help = "JSON: {\"calendars\":[{\"name\",\"text\",\"file\"}],\"watched\":[{\"name\",\"file\",\"seen\"}]}"
    )]
    List,
    /// Import a calendar file now and whenever another program has changed it
    #[command(after_help = WATCH_HELP)]
    Watch {
        /// The file (.ics)
        file: PathBuf,
        /// What to call it; by default as the file
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
    },
    /// Watch a calendar file no longer; what it brought stays
    Unwatch {
        /// Its name
        name: String,
    },
    /// Keep a calendar no longer: its file goes
    Drop {
        /// Its name
        name: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Calendar(command) = self;
        Ok(match command {
            CalendarCommand::Keep { name, replace, search } => {
                let query = search.query(session)?;
                Box::new(session.ask(KeepCalendar { name, query, replace })?)
            }
            CalendarCommand::List => {
                Box::new(CalendarList(session.ask(KeptCalendars)?, session.ask(WatchedCalendars)?))
            }
            CalendarCommand::Watch { file, source } => {
                let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let (name, file) = (source.unwrap_or(stem), absolute(&file)?);
                // Read first: who names a file that is none hears of it.
                let import =
                    ImportRequest { path: file.clone(), source: Some(name.clone()), ..ImportRequest::default() };
                let report = session.ask(import)?;
                session.ask(WatchCalendar { name, file: file.clone() })?;
                Box::new(Imported { file, report })
            }
            CalendarCommand::Unwatch { name } => Box::new(session.ask(UnwatchCalendar { name })?),
            CalendarCommand::Drop { name } => Box::new(session.ask(DropCalendar { name })?),
        })
    }
}

struct CalendarList(Vec<KeptCalendar>, Vec<WatchedCalendar>);

impl Prints for CalendarList {
    fn text(&self) -> String {
        if self.0.is_empty() && self.1.is_empty() {
            return "no calendar is kept; keep one with `communaut-node calendar keep NAME`\n".to_owned();
        }
        let row = |kept: &KeptCalendar| vec![line(&kept.name), line(&kept.query.text), kept.file.display().to_string()];
        let watched = |watched: &WatchedCalendar| {
            vec![line(&watched.name), "(watched)".to_owned(), watched.file.display().to_string()]
        };
        table(self.0.iter().map(row).chain(self.1.iter().map(watched)).collect())
    }
    fn json(&self) -> Value {
        let one = |kept: &KeptCalendar| json!({ "name": kept.name, "text": kept.query.text, "file": kept.file });
        json!({ "calendars": self.0.iter().map(one).collect::<Vec<_>>(), "watched": self.1 })
    }
}
