//! What the arguments of several capabilities have in common.

use super::parse::{self, Spot};
use crate::failure::{Failure, FailureCode};
use clap::Args;
use communaut_protocol::{Position, limits::TEXT_MAX};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// What is printed of something written.
pub(crate) const WRITTEN: &str = "JSON: {\"element\":id or null,\"entries\":[id]}";

/// A place by name or by coordinates.
#[derive(Debug, Args)]
pub(crate) struct SpotArgs {
    /// A place by name, e.g. "Lyon", "Lyon, FR", "Paris 17e" or a postcode; the reply says which was taken
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    pub place: Option<String>,
    /// A place by coordinates in degrees, e.g. 45.764,4.8357
    #[arg(long, value_name = "LAT,LON", value_parser = parse::coordinates, allow_hyphen_values = true)]
    pub at: Option<Position>,
}

impl SpotArgs {
    /// What was given, if anything.
    pub fn spot(&self) -> Option<Spot> {
        self.at.map(Spot::At).or_else(|| self.place.clone().map(Spot::Place))
    }
}

pub(crate) fn no_place() -> Failure {
    Failure::invalid("no place was given: --at LAT,LON or --place NAME")
}

/// What is typed or piped in, within the bound of a text.
pub(crate) fn standard_input() -> Result<String, Failure> {
    let most = u64::try_from(TEXT_MAX).unwrap_or(u64::MAX);
    let mut text = String::new();
    let read = io::stdin().lock().take(most.saturating_add(1)).read_to_string(&mut text);
    read.map_err(|error| {
        Failure::new(FailureCode::Io, format!("the text on the standard input cannot be read: {error}"))
    })?;
    if text.len() > TEXT_MAX {
        return Err(Failure::invalid(format!("the text on the standard input has more than {TEXT_MAX} bytes")));
    }
    Ok(text)
}

/// A path as the node takes it, which may have been started in another folder.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::new(FailureCode::Io, format!("{} cannot be named: {error}", path.display())))
}
