//! `import`.

use super::{
    BothChanged, CloseGone, Closed, Conflict, DataSet, DataSets, Edition, GoneFrom, GoneList, ImportReport,
    ImportRequest, Preview, SKIPPED_MAX, StopImport, UndoImport, Undone,
};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{add, line, short, table},
    },
    failure::{Failure, FailureCode},
};
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Records left out that a report names one by one; --json has more of them.
const SKIPPED_SHOWN: usize = 20;

/// Importing.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Read a file of records: .osm.pbf, .osm, Overpass JSON, GeoJSON (a collection or one a line), KML, KMZ, GPX,
    /// iCalendar, CSV, XLSX, ODS, JSON of Communecter,
    /// JSON-LD of schema.org, Murmurations, results of Wikidata
    #[command(after_help = "JSON: {\"read\":n,\"created\":n,\"updated\":n,\"unchanged\":n,\"skipped_count\":n, \
        \"skipped\":[{\"at\",\"why\",\"reason\":{\"code\",…}}] with at most 10,000 of them, \
        \"notes\":[{\"code\",…}],\"gone\":{\"count\":n,\"names\":[…]}}, where there are some \
        \"both\":{\"count\":n,\"first\":[{\"name\",\"fields\":[…]}]},\"reopened\":n and \
        \"edition\":{\"source\",\"alike\":n,\"by_name\":bool}, of an OpenStreetMap extract \
        \"streets\":{\"id\",\"tiles\",\"bytes\",\"boundaries\",\"incomplete\"}, and \"error\" and \
        \"reason\":{\"code\",…} with exit code 1 where the file broke off; what stood before is kept. So it is with \
        \"streets_error\" and \"streets_reason\" where no street map could be made. With --dry-run also \"preview\": \
        {\"columns\":[{\"name\",\"meaning\"}],\"rows\":[…],\"created\":[names],\"updated\":[names]}.\n\
        'gone' is what was imported from this data set before and is in the file no longer: `gone` closes it.\n\
        What you have changed since stays, unless the file changes it too: that is told ('both'), and your words stay \
        until --take-file or --keep-mine.\n\
        What was retracted by hand stays away; what was erased comes with the file again, since nothing of it is \
        left.")]
    Import(Import),
    /// End the import that is under way, or the taking back of one; what it has done stays
    #[command(after_help = "JSON: {\"done\":true}")]
    ImportStop,
    /// What the files of your imports had no longer when they were imported last
    #[command(after_help = "JSON: {\"count\":n,\"first\":[{\"source\",\"name\",\"id\"}]} with at most 1,000 of them; \
        with --close {\"closed\":n}.\n\
        Closed is taken back, visibly. What comes back in the file is shown again.")]
    Gone {
        /// Only of this data set
        #[arg(long, required_if_eq("close", "true"))]
        source: Option<String>,
        /// Close all of it
        #[arg(long)]
        close: bool,
    },
    /// What your imports have brought here, by data set
    #[command(after_help = "JSON: {\"sources\":[{\"source\",\"count\":n}]}")]
    ImportSources,
    /// Take back what imports of a data set have made; what you have changed since stays
    #[command(after_help = "JSON: {\"closed\":n,\"kept\":n,\"dry_run\":bool}, where it was stopped \"left\":n.\n\
        Without --yes it only says what it would do. `import-stop` ends it; 'left' is what it did not look at then, \
        and the next run goes on there. Imported again \
        under this name, what was taken back is shown again.")]
    ImportUndo {
        /// The data set, as `import-sources` calls it
        source: String,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// A file of records.
#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The file
    pub file: PathBuf,
    /// A TOML that names the columns, as MAPPING.md has it
    #[arg(long, value_name = "TOML")]
    pub mapping: Option<PathBuf>,
    /// Name of the data set
    #[arg(long)]
    pub source: Option<String>,
    /// Licence and credit
    #[arg(long, visible_alias = "license")]
    pub licence: Option<String>,
    /// Only say how the file is understood, and what would become of it
    #[arg(long)]
    pub dry_run: bool,
    /// Make no street map of an OpenStreetMap extract
    #[arg(long)]
    pub no_streets: bool,
    /// Make the street map of an OpenStreetMap extract alone, and no places
    #[arg(long, conflicts_with_all = ["no_streets", "dry_run"])]
    pub only_streets: bool,
    /// Where you and the file have changed the same, take the file's
    #[arg(long)]
    pub take_file: bool,
    /// Where you and the file have changed the same, keep yours, and do not tell it again
    #[arg(long, conflicts_with = "take_file")]
    pub keep_mine: bool,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Import(import) => {
                let file = import.file.clone();
                let report = session.ask(import.request()?)?;
                Box::new(Imported { file, report })
            }
            Self::ImportStop => Box::new(session.ask(StopImport)?),
            Self::Gone { source: Some(source), close: true } => {
                let mut all = 0;
                loop {
                    let Closed { closed, left } = session.ask(CloseGone { source: source.clone() })?;
                    all += closed;
                    if left == 0 || closed == 0 {
                        break Box::new(Closed { closed: all, left });
                    }
                }
            }
            Self::Gone { source, .. } => Box::new(session.ask(GoneFrom { source })?),
            Self::ImportSources => Box::new(Sources(session.ask(DataSets)?)),
            Self::ImportUndo { source, yes: false } => {
                let undone = session.ask(UndoImport { source: source.clone(), dry_run: true })?;
                Box::new(UndoSaid { source, undone, dry_run: true })
            }
            Self::ImportUndo { source, yes: true } => {
                let undone = session.ask(UndoImport { source: source.clone(), dry_run: false })?;
                Box::new(UndoSaid { source, undone, dry_run: false })
            }
        })
    }
}

impl Import {
    fn request(self) -> Result<ImportRequest, Failure> {
        // The node may have been started in another folder.
        let absolute = |path: PathBuf| {
            std::path::absolute(&path)
                .map_err(|error| Failure::new(FailureCode::Io, format!("{} cannot be named: {error}", path.display())))
        };
        Ok(ImportRequest {
            path: absolute(self.file)?,
            mapping: self.mapping.map(absolute).transpose()?,
            source: self.source,
            licence: self.licence,
            dry_run: self.dry_run,
            no_streets: self.no_streets,
            only_streets: self.only_streets,
            both_changed: match (self.take_file, self.keep_mine) {
                (true, _) => BothChanged::TakeFile,
                (_, true) => BothChanged::KeepMine,
                _ => BothChanged::Tell,
            },
        })
    }
}

/// What became of a file.
#[derive(Debug)]
pub(crate) struct Imported {
    pub file: PathBuf,
    pub report: ImportReport,
}

impl Prints for Imported {
    fn text(&self) -> String {
        let report = &self.report;
        let mut out = String::new();
        if let Some(preview) = &report.preview {
            add_preview(&mut out, preview);
        }
        let would = if report.preview.is_some() { "would be " } else { "" };
        add(
            &mut out,
            format_args!(
                "{} read: {} {would}created, {} {would}updated, {} unchanged, {} skipped\n",
                report.read, report.created, report.updated, report.unchanged, report.skipped_count
            ),
        );
        for note in &report.notes {
            add(&mut out, format_args!("  note: {}\n", line(&note.to_string())));
        }
        if let Some(edition) = &report.edition {
            add(&mut out, format_args!("  {}\n", line(&edition.text())));
        }
        if report.both.count > 0 {
            let one = |both: &Conflict| format!("{} ({})", line(&both.name), both.fields.join(", "));
            let first = report.both.first.iter().map(one).collect::<Vec<_>>().join("; ");
            let more = if report.both.first.len() as u64 == report.both.count { "" } else { "; …" };
            add(
                &mut out,
                format_args!(
                    "  changed by you and by the file: {} ({first}{more}); yours stays: --take-file takes the file's, \
                     --keep-mine ends this note\n",
                    report.both.count
                ),
            );
        }
        if report.reopened > 0 {
            add(&mut out, format_args!("  closed before, and in the file again: {}\n", report.reopened));
        }
        if report.gone.count > 0 {
            let names = report.gone.names.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
            let more = if report.gone.names.len() as u64 == report.gone.count { "" } else { ", …" };
            add(
                &mut out,
                format_args!(
                    "  no longer in the file: {} ({names}{more}); `gone` lists them, and closes them with --close\n",
                    report.gone.count
                ),
            );
        }
        if let Some(streets) = &report.streets {
            add(&mut out, format_args!("street map: {} tiles, {} kB\n", streets.tiles, streets.bytes.div_ceil(1000)));
            add(&mut out, format_args!("boundaries to follow: {}; see `territory boundaries`\n", streets.boundaries));
            if streets.incomplete.count > 0 {
                let names = streets.incomplete.names.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
                let count = streets.incomplete.count;
                add(&mut out, format_args!("  of {count} the file does not have all of the outline: {names}\n"));
            }
        }
        if let Some(why) = &report.streets_error {
            add(&mut out, format_args!("no street map: {}\n", line(why)));
        }
        for skipped in report.skipped.iter().take(SKIPPED_SHOWN) {
            add(&mut out, format_args!("  {}: {}\n", line(&skipped.at), line(&skipped.why.to_string())));
        }
        if report.skipped_count > SKIPPED_SHOWN as u64 {
            let more = report.skipped_count - SKIPPED_SHOWN as u64;
            add(&mut out, format_args!("  and {more} more; --json lists the first {SKIPPED_MAX}\n"));
        }
        out
    }
    fn json(&self) -> Value {
        json!(self.report)
    }
    fn line(&self) -> String {
        // Its own serialisation keeps the order of the fields.
        serde_json::to_string(&self.report).unwrap_or_default()
    }
    fn broke_off(&self) -> Option<Failure> {
        let why = self.report.reason.clone()?;
        let message = broke_off(&self.file, &why.to_string());
        Some(Failure { message, ..Failure::broke_off(*why) })
    }
}

impl Edition {
    /// In one sentence.
    fn text(&self) -> String {
        let why = match (self.by_name, self.alike) {
            (true, 0) => "by its name".to_owned(),
            (true, alike) => format!("by its name, and {alike} of its records are there already"),
            (false, alike) => format!("{alike} of its records are there already"),
        };
        format!(
            "this may be a newer edition of '{}' ({why}): if it is, import it with --source '{}', and nothing is there \
             twice",
            self.source, self.source
        )
    }
}

impl Prints for GoneList {
    fn text(&self) -> String {
        if self.count == 0 {
            return "nothing: all that was imported is in its files\n".to_owned();
        }
        let rows = self.first.iter().map(|one| vec![short(&one.id), line(&one.source), line(&one.name)]);
        let mut out = table(rows.collect());
        if self.count > self.first.len() as u64 {
            add(&mut out, format_args!("{} of {}\n", self.first.len(), self.count));
        }
        out + "close them with `gone --source SOURCE --close`\n"
    }
    fn json(&self) -> Value {
        json!(self)
    }
}

impl Prints for Closed {
    fn text(&self) -> String {
        format!("closed: {}\n", self.closed)
    }
    fn json(&self) -> Value {
        json!({ "closed": self.closed })
    }
}

/// Data sets that are here.
#[derive(Debug)]
struct Sources(Vec<DataSet>);

impl Prints for Sources {
    fn text(&self) -> String {
        if self.0.is_empty() {
            return "nothing was imported here\n".to_owned();
        }
        table(self.0.iter().map(|set| vec![set.count.to_string(), line(&set.source)]).collect())
    }
    fn json(&self) -> Value {
        json!({ "sources": self.0 })
    }
}

/// What was taken back of an import, or would be.
#[derive(Debug)]
struct UndoSaid {
    source: String,
    undone: Undone,
    dry_run: bool,
}

impl Prints for UndoSaid {
    fn text(&self) -> String {
        let (source, Undone { closed, kept, left }) = (line(&self.source), self.undone);
        let kept = if kept == 0 {
            String::new()
        } else {
            format!("; {kept} stay, which you have changed or somebody has written about")
        };
        if self.dry_run {
            let how = if closed == 0 { "" } else { "; say --yes to do it" };
            format!("would be taken back of '{source}': {closed}{kept}{how}\n")
        } else {
            let left = if left == 0 { String::new() } else { format!("; stopped, {left} not looked at") };
            format!("taken back of '{source}': {closed}{kept}{left}\n")
        }
    }
    fn json(&self) -> Value {
        let Undone { closed, kept, left } = self.undone;
        let mut said = json!({ "closed": closed, "kept": kept, "dry_run": self.dry_run });
        if let Some(fields) = said.as_object_mut().filter(|_| left > 0) {
            fields.insert("left".into(), json!(left));
        }
        said
    }
}

/// Columns with their meaning, and the first records as they were read.
fn add_preview(out: &mut String, preview: &Preview) {
    for column in &preview.columns {
        let meaning = column.meaning.as_deref().unwrap_or("not used");
        add(out, format_args!("  column '{}': {meaning}\n", line(&column.name)));
    }
    for row in &preview.rows {
        add(out, format_args!("  {}: {} '{}' at {}, {}\n", line(&row.at), row.kind, line(&row.name), row.lat, row.lon));
        for (name, value) in &row.fields {
            add(out, format_args!("      {name}: {}\n", line(value)));
        }
    }
    for (what, names) in [("created", &preview.created), ("updated", &preview.updated)] {
        if !names.is_empty() {
            let names = names.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
            add(out, format_args!("  would be {what}, the first: {names}\n"));
        }
    }
}

/// The file is named once.
fn broke_off(file: &Path, why: &str) -> String {
    let file = file.display().to_string();
    if why.contains(&file) { why.to_owned() } else { format!("{file}: {why}") }
}
