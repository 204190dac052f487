//! Several records of one place: who else speaks of what is shown, what is probably the same, and saying so.

pub(crate) mod cli;
mod commands;
mod queries;

pub(crate) use queries::{also, also_of, likely_of};

use super::territory::TerritoryId;
pub use crate::together::likely::Likeness;
use communaut_protocol::{ElementId, IdentityId, fold::ElementView};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Say of two elements that they are the same, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaySame {
    /// The one that is to be shown.
    pub shown: ElementId,
    /// The other.
    pub other: ElementId,
    /// What one says.
    pub word: SameWord,
}

/// What one says of two elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SameWord {
    /// They are the same.
    Same,
    /// They are not.
    Other,
    /// Nothing any more.
    Nothing,
}

/// Pairs that are probably the same, and of which one has said nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikelyPairs {
    /// Inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
}

/// Some of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LikelyFound {
    /// So many.
    pub total: usize,
    /// Whether there may be more of them: too many stand in one spot to hold each against each.
    pub more: bool,
    /// The surest 1,000.
    pub pairs: Vec<LikelyPair>,
}

/// Two elements that are probably the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LikelyPair {
    /// One.
    pub one: Arc<ElementView>,
    /// The other.
    pub other: Arc<ElementView>,
    /// Why.
    pub likeness: Likeness,
}

/// Another record of what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlsoSaid {
    /// Its element, which can be opened.
    pub id: ElementId,
    /// Its name.
    pub name: String,
    /// Who says it.
    pub owner: IdentityId,
    /// Their name; empty until their profile has come.
    pub owner_name: String,
    /// Out of which data set.
    pub source: String,
    /// What it says otherwise than what is shown, by the names of fields.
    pub differs: Vec<String>,
}

/// What is probably the same as an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikelySame {
    /// The other.
    pub also: AlsoSaid,
    /// Why.
    pub likeness: Likeness,
}
