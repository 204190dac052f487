//! Places of the gazetteer; doors and streets of the maps that were imported.

pub use crate::gazetteer::Place;

use super::Read;
use crate::{
    failure::Failure,
    gazetteer,
    snapshot::Snapshot,
    streets::{AddressFound, find_address},
};
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

/// Doors and streets of the street maps that are here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// "12 rue de la Gare, Monaco".
    pub text: String,
    /// The most to return, at most 100.
    pub limit: usize,
}

impl Read for Addresses {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<AddressFound>, Failure> {
        Ok(find_address(&snapshot.overview.streets, &self.text, self.limit))
    }
}
