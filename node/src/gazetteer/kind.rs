//! What a place is.

use serde::{Deserialize, Serialize};

/// What a place is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A city, town, village or quarter.
    #[default]
    Place,
    /// A commune of France.
    Commune,
    /// One of Paris, Lyon or Marseille.
    Arrondissement,
    /// A commune of France that is now part of another.
    Former,
    /// Communes that act together (EPCI).
    Intercommunality,
    /// A département.
    Departement,
    /// A région.
    Region,
    /// A country: where its capital is.
    Country,
    /// Several communes with one postcode: in their middle.
    Postcode,
}

impl PlaceKind {
    /// As the file numbers them: what is no place of its own comes from no file.
    pub(super) fn of(number: u32) -> Self {
        let kinds = [Self::Place, Self::Commune, Self::Arrondissement, Self::Former, Self::Intercommunality];
        let wholes = [Self::Departement, Self::Region, Self::Country];
        kinds.into_iter().chain(wholes).nth(number as usize).unwrap_or_default()
    }
}
