//! Why a data folder was not opened.

use communaut_node::{StartError, vault::VaultError};

/// Why the folder was not opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusalText {
    /// Another passphrase.
    Wrong,
    /// Another node holds it.
    Held,
    /// The desktop's keyring does not help.
    Desktop(String),
    /// Anything else.
    Other(String),
}

impl From<&StartError> for RefusalText {
    fn from(error: &StartError) -> Self {
        match error {
            StartError::Vault { why, .. } => Self::from(why),
            StartError::Held { .. } => Self::Held,
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<&VaultError> for RefusalText {
    fn from(error: &VaultError) -> Self {
        match error {
            VaultError::WrongPassphrase => Self::Wrong,
            VaultError::Desktop(_) => Self::Desktop(error.to_string()),
            other => Self::Other(other.to_string()),
        }
    }
}
