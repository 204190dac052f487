//! Why a command was not done: one line for a person, a stable code for a program.

use crate::import::ImportError;
use communaut_protocol::fold::VoteRule;
use serde::{Deserialize, Serialize};

/// The kind of failure. Stable: scripts and locale files depend on the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// The input is not valid; the message names it.
    Invalid,
    /// No such element, proposal, territory or place here.
    NotFound,
    /// A rule of the community does not allow it; `rule` names which, where one is numbered.
    NotAllowed,
    /// There is no identity in this data folder yet.
    NoIdentity,
    /// There is an identity in this data folder already.
    AlreadyInitialised,
    /// A file could not be read or written.
    Io,
    /// Too much is under way; try again.
    Busy,
    /// The node is stopping, or the socket closed.
    Stopped,
    /// The node's own fault.
    Internal,
}

/// A command that was not done. Nothing of it was written, unless the message says how much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind.
    pub code: FailureCode,
    /// One line: what happened, with which input, what to do.
    pub message: String,
    /// The numbered rule that forbids it (SPEC.md §8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<VoteRule>,
    /// Why a file was not read, where that is it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Box<ImportError>>,
}

impl Failure {
    /// A failure of a kind, in one line.
    #[must_use]
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), rule: None, reason: None }
    }
    /// A numbered rule forbids it.
    #[must_use]
    pub fn rule(rule: VoteRule) -> Self {
        Self { code: FailureCode::NotAllowed, message: rule.to_string(), rule: Some(rule), reason: None }
    }
    /// Nothing of a file could be read.
    #[must_use]
    pub fn broke_off(why: ImportError) -> Self {
        let message = why.to_string();
        Self { code: FailureCode::Io, message, rule: None, reason: Some(Box::new(why)) }
    }
    /// The input is not valid.
    #[must_use]
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FailureCode::Invalid, message)
    }
    /// No such thing here.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(FailureCode::NotFound, message)
    }
    /// The node's own fault.
    #[must_use]
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(FailureCode::Internal, message)
    }
}
