//! Places of the gazetteer.

use super::Read;
use crate::{failure::Failure, gazetteer, snapshot::Snapshot};
use communaut_protocol::Position;
use serde::{Deserialize, Serialize};

/// Places of the gazetteer whose name begins with a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// What was typed.
    pub text: String,
    /// The most to return.
    pub limit: usize,
}

impl Read for Places {
    fn read(&self, _: &Snapshot) -> Result<Vec<Place>, Failure> {
        Ok(gazetteer::bundled().places(&self.text, self.limit))
    }
}

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// ISO 3166 code of its country.
    pub country: String,
    /// Where.
    pub position: Position,
    /// People who live there.
    pub population: u64,
    /// IANA time zone.
    pub timezone: String,
}
