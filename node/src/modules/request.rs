//! What a request is: it names its reply, and where it runs.

use super::{Command, Outcome};
use crate::{failure::Failure, snapshot::Snapshot};

/// Where and when a request runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runs {
    /// Reads a snapshot off the node's loop, also while the replica loads.
    AtOnce,
    /// Reads a snapshot off the loop, once everything that is held has been folded.
    Snapshot,
    /// Reads the node's state on its loop.
    State,
    /// Writes on the loop: answered after the flush.
    Writes,
    /// Concerns the process and its network, not what is held: at once, on the loop.
    Process,
}

impl Runs {
    /// Whether nothing is changed by it: it may be sent again when no answer came.
    #[must_use]
    pub fn only_reads(self) -> bool {
        match self {
            Self::AtOnce | Self::Snapshot | Self::State => true,
            Self::Writes | Self::Process => false,
        }
    }
    /// Whether it is answered while the store is away.
    #[must_use]
    pub fn without_store(self) -> bool {
        match self {
            Self::AtOnce | Self::Snapshot | Self::Process => true,
            Self::State | Self::Writes => false,
        }
    }
    /// Whether it is answered while the replica loads.
    #[must_use]
    pub fn while_loading(self) -> bool {
        match self {
            Self::AtOnce | Self::Process => true,
            Self::Snapshot | Self::State | Self::Writes => false,
        }
    }
}

/// Something a node can be asked. The list of all is [`Command`].
pub trait Request: Into<Command> {
    /// What comes back when it is not refused.
    type Reply: Reply;
    /// Where it runs.
    const RUNS: Runs;
}

/// Something that comes back. The list of all is [`Outcome`].
pub trait Reply: Sized + Into<Outcome> + Send + Sync + 'static {
    /// What an outcome holds. An error if it is another reply: a command line and a node of different versions meet at
    /// the socket.
    fn of(outcome: Outcome) -> Result<Self, Failure>;
}

/// A request that reads a snapshot.
pub(crate) trait Read: Request {
    /// Answer it.
    fn read(&self, snapshot: &Snapshot) -> Result<Self::Reply, Failure>;
}

/// What a node of this version never answers.
pub(crate) fn unexpected(outcome: &Outcome) -> Failure {
    let what = format!("{outcome:?}");
    let what: String = what.chars().take_while(|c| c.is_alphanumeric()).collect();
    Failure::internal(format!("the node answered with {what}, which is not what was asked; is it another version?"))
}
