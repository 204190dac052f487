//! Columns that name something where no column is called a name: "lieu_distribution", "Site d'accueil", "service".

use super::NOT_THE_NAME;
use crate::import::{role::Role, text};

/// Beginnings of names of columns that name something where no column is called a name: "lieu_distribution",
/// "Site d'accueil". The surest first.
const STAND_INS: &[&str] = &[
    "structure",
    "etablissement",
    "equipement",
    "site",
    "lieu",
    "service",
    "organisme",
    "association",
    "station",
    "locationname",
];
/// With one of these in it, such a column says something else: "site_web", "lieu_id".
const NOT_A_STAND_IN: &[&str] = &[
    "web", "internet", "www", "url", "id", "code", "siret", "siren", "nb", "date", "insee", "rue", "adresse", "dit",
    "tel", "mail", "lat", "lon", "public", "ouvert", "payant", "propose",
];
/// Columns of these roles may stand in for a name: their own meaning is a guess by one word.
const MAY_STAND_IN: &[Role] = &[Role::Tags, Role::Website, Role::AddressMore];

/// How well a column stands in for a name that no column has; the lowest is best. None: not at all.
pub(in crate::import) fn stands_in(header: &str, role: Option<Role>) -> Option<usize> {
    let free = role.is_none_or(|role| MAY_STAND_IN.contains(&role));
    let key = text::header_key(header);
    let words = text::header_words(header);
    let other = NOT_THE_NAME.iter().any(|word| key.contains(word))
        || NOT_A_STAND_IN.iter().any(|word| words.iter().any(|one| one == word));
    STAND_INS.iter().position(|start| key.starts_with(start)).filter(|_| free && !other)
}
