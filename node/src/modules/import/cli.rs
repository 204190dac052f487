//! `import`.

use super::{ImportReport, ImportRequest, Preview};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{add, line},
    },
    failure::{Failure, FailureCode},
};
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Records left out that a report names one by one; --json has them all.
const SKIPPED_SHOWN: usize = 20;

/// Importing.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Read a file of records: .osm.pbf, .osm, Overpass JSON, GeoJSON (a collection or one a line), KML, KMZ, GPX,
    /// iCalendar, CSV, XLSX, ODS, JSON of Communecter,
    /// JSON-LD of schema.org, Murmurations, results of Wikidata
    #[command(
        after_help = "JSON: {\"read\":n,\"created\":n,\"updated\":n,\"unchanged\":n,\"skipped\":[{\"at\",\"why\"}], \
        \"notes\":[{\"code\",…}],\"gone\":{\"count\":n,\"names\":[…]}}, of an OpenStreetMap extract \
        \"streets\":{\"id\",\"tiles\",\"bytes\"}, and \"error\" with exit code 1 where the file \
        broke off; what stood before is kept. With --dry-run also \"preview\": \
        {\"columns\":[{\"name\",\"meaning\"}],\"rows\":[…],\"created\":[names],\"updated\":[names]}.\n\
        'gone' is what was imported from this data set before and is in the file no longer.\n\
        What was retracted by hand stays away; what was erased comes with the file again, since nothing of it is left."
    )]
    Import(Import),
}

/// A file of records.
#[derive(Debug, ClapArgs)]
pub(crate) struct Import {
    /// The file
    pub file: PathBuf,
    /// A TOML that names the columns
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
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Import(import) = self;
        let file = import.file.clone();
        let report = session.ask(import.request()?)?;
        Ok(Box::new(Imported { file, report }))
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
                report.read,
                report.created,
                report.updated,
                report.unchanged,
                report.skipped.len()
            ),
        );
        for note in &report.notes {
            add(&mut out, format_args!("  note: {}\n", line(&note.to_string())));
        }
        if report.gone.count > 0 {
            let names = report.gone.names.iter().map(|name| line(name)).collect::<Vec<_>>().join(", ");
            let more = if report.gone.names.len() as u64 == report.gone.count { "" } else { ", …" };
            add(&mut out, format_args!("  no longer in the file: {} ({names}{more})\n", report.gone.count));
        }
        if let Some(streets) = &report.streets {
            add(&mut out, format_args!("street map: {} tiles, {} kB\n", streets.tiles, streets.bytes.div_ceil(1000)));
        }
        if let Some(why) = &report.streets_error {
            add(&mut out, format_args!("no street map: {}\n", line(why)));
        }
        for skipped in report.skipped.iter().take(SKIPPED_SHOWN) {
            add(&mut out, format_args!("  {}: {}\n", line(&skipped.at), line(&skipped.why)));
        }
        if report.skipped.len() > SKIPPED_SHOWN {
            add(&mut out, format_args!("  and {} more; --json lists them all\n", report.skipped.len() - SKIPPED_SHOWN));
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
        let why = self.report.error.as_ref()?;
        Some(Failure::new(FailureCode::Io, broke_off(&self.file, why)))
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
