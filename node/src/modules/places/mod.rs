//! Places of the gazetteer.

pub use crate::gazetteer::Place;

use super::Read;
use crate::{failure::Failure, gazetteer, snapshot::Snapshot};
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
