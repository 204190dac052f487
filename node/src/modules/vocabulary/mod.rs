//! The words that fields and links are said in, and what they are called.

pub(crate) mod cli;

use super::Read;
use crate::{
    failure::Failure,
    snapshot::Snapshot,
    vocabulary::{VocabularyWord, WordList, words},
};
use serde::{Deserialize, Serialize};

/// The words of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Which list; none: all of them.
    pub list: Option<WordList>,
}

impl Read for Vocabulary {
    fn read(&self, _: &Snapshot) -> Result<Vec<VocabularyWord>, Failure> {
        Ok(words().iter().filter(|word| self.list.is_none_or(|list| word.list == list)).cloned().collect())
    }
}
