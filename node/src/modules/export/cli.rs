//! `export`.

use super::{Export, ExportMine, Exported, MineExported};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        shared::absolute,
        text::{add, line},
    },
    export::{ExportFormat, NotExported},
    failure::Failure,
    modules::search::cli::{Search, language},
};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
What is chosen is what `search` with the same arguments finds, all of it (--limit and --facets do not matter); without
any, all that is held. `import` reads each of these files and takes what stands in them as it is; of cards it reads
none. What closed communities say is left out: who reads the file would publish it. Licences and credits of imported
data stand with each element, and are told here: they go where the file goes. Cells of a CSV that a spreadsheet would
compute begin with ' there. The file appears whole or not at all.

With --mine DIR: index.md leads to pages of all that you wrote, private posts too, in clear; everything.json says the
same for programs; mine.bundle has your logs, those of closed communities too, sealed as they are. Whoever recovers by
your phrase in an empty folder sees by `bundle read` what you saw.

JSON: {\"file\",\"count\":n,\"left\":{reason:n},\"licences\":[…],\"bytes\":n}; reasons are kind (the format has nothing
of this kind: a calendar has events, cards are of people and organisations), when (a calendar cannot say when) and
closed (it belongs to a closed community).
With --mine: {\"folder\",\"posts\":n,\"elements\":n,\"said\":n,\"entries\":n}";

/// Exporting.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Write what is held, or what a search finds, to a file for other programs
    #[command(after_help = AFTER_HELP)]
    Export(Box<ExportArgs>),
}

/// What is written, and where.
#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// The file; its name says the format (.geojson, .csv, .ics, .vcf), or --format does
    #[arg(required_unless_present = "mine")]
    pub file: Option<PathBuf>,
    /// Write your whole profile and everything you wrote into a new folder instead, as pages, JSON and a bundle
    #[arg(long, value_name = "DIR", conflicts_with_all = ["file", "format", "replace"])]
    pub mine: Option<PathBuf>,
    /// How it is written
    #[arg(long)]
    pub format: Option<FormatArg>,
    /// Write over a file that is there
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub search: Search,
}

/// A format, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// For maps and geographic programs
    Geojson,
    /// For spreadsheets
    Csv,
    /// Events, for calendars
    Ics,
    /// People and organisations, for address books
    Vcard,
    /// JSON as Communecter has it
    Communecter,
}

impl From<FormatArg> for ExportFormat {
    fn from(arg: FormatArg) -> Self {
        match arg {
            FormatArg::Geojson => Self::GeoJson,
            FormatArg::Csv => Self::Csv,
            FormatArg::Ics => Self::ICalendar,
            FormatArg::Vcard => Self::VCard,
            FormatArg::Communecter => Self::Communecter,
        }
    }
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Export(args) = self;
        let ExportArgs { file, mine, format, replace, search } = *args;
        if let Some(folder) = mine {
            return Ok(Box::new(session.ask(ExportMine { to: absolute(&folder)?, language: language() })?));
        }
        let file = file.unwrap_or_default();
        let named = file.file_name().and_then(|name| ExportFormat::of_name(&name.to_string_lossy()));
        let format = format.map(Into::into).or(named).ok_or_else(|| {
            Failure::invalid(format!(
                "the name of {} says no format: end it in .geojson, .csv, .ics or .vcf, or give --format",
                file.display()
            ))
        })?;
        let query = search.query(session)?;
        let to = absolute(&file)?;
        let ask = Export { query, format, to, replace, name: String::new(), if_changed: false };
        Ok(Box::new(session.ask(ask)?))
    }
}

impl Prints for Exported {
    fn text(&self) -> String {
        let Self { file, contents, bytes } = self;
        let mut out = format!("{} written to {}, {bytes} bytes\n", contents.count, file.display());
        for (why, count) in &contents.left {
            let why = match why {
                NotExported::Kind => "of a kind that this format does not have",
                NotExported::When => "events of which a calendar cannot say when they take place",
                NotExported::Closed => "of closed communities: who reads such a file would publish them",
            };
            add(&mut out, format_args!("  left out: {count} {why}\n"));
        }
        if !contents.licences.is_empty() {
            out.push_str("  name these wherever the file goes:\n");
        }
        for licence in &contents.licences {
            add(&mut out, format_args!("    {}\n", line(licence)));
        }
        out
    }
    fn json(&self) -> Value {
        let Self { file, contents, bytes } = self;
        json!({
            "file": file, "count": contents.count, "left": contents.left, "licences": contents.licences,
            "bytes": bytes,
        })
    }
}

impl Prints for MineExported {
    fn text(&self) -> String {
        let Self { folder, posts, elements, said, entries } = self;
        format!(
            "{posts} posts, {elements} elements and {said} other things written to {}, in clear: keep it to yourself; \
             {entries} entries in its bundle\n",
            folder.display()
        )
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
