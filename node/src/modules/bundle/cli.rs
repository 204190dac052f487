//! `bundle`.

use super::{BundleReport, BundleWritten, ReadBundle, WriteBundle};
use crate::{
    cli::{
        parse,
        print::Prints,
        session::Session,
        shared::absolute,
        text::{add, line},
    },
    failure::{Failure, FailureCode},
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Bundles.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Carry what is held to where there is no link, in a file
    #[command(subcommand)]
    Bundle(BundleCommand),
}

/// What to do with one.
#[derive(Debug, Subcommand)]
pub(crate) enum BundleCommand {
    /// Write what is held of places to a file, with the identities of those who wrote it
    #[command(
        after_help = "Without SCOPE all places. Nothing of closed communities is written, and no keys. The file is \
        whole and durable when this\nis done.\n\nJSON: {\"entries\":n,\"identities\":n,\"bytes\":n}"
    )]
    Write {
        /// The file
        file: PathBuf,
        /// Cells of at most 4 characters (and what lies in them), a territory, or the id of whoever has a space
        #[arg(value_name = "SCOPE")]
        scopes: Vec<String>,
        /// Write over a file that is there
        #[arg(long)]
        replace: bool,
    },
    /// Take what a file holds, as if a peer had brought it
    #[command(
        after_help = "Every entry is verified. JSON: {\"taken\":n,\"known\":n,\"left\":{reason:n}}, and \"error\" with \
        exit code 1 where the file\nbroke off; what stood before is kept."
    )]
    Read {
        /// The file
        file: PathBuf,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Bundle(command) = self;
        Ok(match command {
            BundleCommand::Write { file, scopes, replace } => {
                let mut request = WriteBundle { to: absolute(&file)?, replace, ..WriteBundle::default() };
                for scope in scopes {
                    request.add(session, &scope)?;
                }
                Box::new(session.ask(request)?)
            }
            BundleCommand::Read { file } => {
                let report = session.ask(ReadBundle { path: absolute(&file)? })?;
                Box::new(BundleTaken { file, report })
            }
        })
    }
}

impl WriteBundle {
    fn add(&mut self, session: &mut Session, scope: &str) -> Result<(), Failure> {
        if let Some(cells) = parse::cells(scope) {
            self.cells.extend(cells);
        } else if let Some(territory) = session.known_territory(scope)? {
            self.cells.extend(territory.cells);
        } else {
            self.containers.push(session.element(scope)?);
        }
        Ok(())
    }
}

impl Prints for BundleWritten {
    fn text(&self) -> String {
        let Self { entries, identities, bytes } = self;
        format!("{entries} entries written, {identities} of them of identities; {bytes} bytes\n")
    }
    fn json(&self) -> Value {
        json!(self)
    }
}

/// What became of a file.
#[derive(Debug)]
pub(crate) struct BundleTaken {
    pub file: PathBuf,
    pub report: BundleReport,
}

impl Prints for BundleTaken {
    fn text(&self) -> String {
        let BundleReport { taken, known, left, .. } = &self.report;
        let mut out = format!("{taken} entries taken, {known} held already\n");
        for (reason, count) in left {
            add(&mut out, format_args!("  left: {count} × {}\n", line(reason)));
        }
        out
    }
    fn json(&self) -> Value {
        json!(self.report)
    }
    fn broke_off(&self) -> Option<Failure> {
        let why = self.report.error.as_ref()?;
        Some(Failure::new(FailureCode::Io, format!("{}: {why}", self.file.display())))
    }
}
