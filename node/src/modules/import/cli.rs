//! `import`.

use super::{ImportReport, ImportRequest};
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
    /// Read a file of records: .osm.pbf, GeoJSON (a collection or one a line), iCalendar, CSV
    #[command(
        after_help = "JSON: {\"read\":n,\"created\":n,\"updated\":n,\"unchanged\":n,\"skipped\":[{\"at\",\"why\"}]}, \
        \"streets\":{\"id\",\"tiles\",\"bytes\"} of an OpenStreetMap extract, \
        and \"error\" with exit code 1 where the file broke off; what stood before is kept.\n\
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
        let mut out = format!(
            "{} read: {} created, {} updated, {} unchanged, {} skipped\n",
            report.read,
            report.created,
            report.updated,
            report.unchanged,
            report.skipped.len()
        );
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

/// The file is named once.
fn broke_off(file: &Path, why: &str) -> String {
    let file = file.display().to_string();
    if why.contains(&file) { why.to_owned() } else { format!("{file}: {why}") }
}
