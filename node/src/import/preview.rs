//! What a file's columns are taken for, to be looked at before it is imported.

use super::{columns::role_name, role::Role};
use serde::{Deserialize, Serialize};

/// A column, and what it is taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// As the file calls it.
    pub name: String,
    /// "name", "latitude", "phone"…; none: it is not used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
}

impl Column {
    pub(super) fn new(name: &str, role: Option<Role>) -> Self {
        Self { name: name.to_owned(), meaning: role.map(|role| role_name(role).to_owned()) }
    }
}
