//! The seam between the window and the node: commands go in, outcomes come out, and what the node is at any time.

use communaut_node::{
    NodeHandle, PendingReply, Unlock,
    api::{Command, Failure, Outcome, Overview},
    vault::{Protection, VaultError},
};
use std::sync::{Arc, mpsc};

/// Answers to one wish to keep the keys otherwise.
pub(crate) const ONE_ANSWER: usize = 1;

/// An answer on its way.
pub trait Pending {
    /// The outcome, once it is there; never waits.
    fn poll(&mut self) -> Option<Result<Outcome, Failure>>;
}

/// What the window needs of a node. Nothing here blocks.
pub trait Backend: Send + Sync {
    /// Send a command.
    fn send(&self, command: Command) -> Box<dyn Pending>;
    /// What the node is and does now.
    fn overview(&self) -> Arc<Overview>;
    /// How the keys of the window's own node are kept; none: they are not the window's.
    fn keys(&self) -> Option<Protection> {
        None
    }
    /// Keep them in another way. No command: a passphrase goes over no socket, and into no log. None: they are not the
    /// window's, or need a passphrase to be changed.
    fn protect(&self, _new: Unlock) -> Option<mpsc::Receiver<Result<(), VaultError>>> {
        None
    }
}

impl Pending for PendingReply {
    fn poll(&mut self) -> Option<Result<Outcome, Failure>> {
        Self::poll(self)
    }
}

impl Backend for NodeHandle {
    fn send(&self, command: Command) -> Box<dyn Pending> {
        Box::new(Self::send(self, command))
    }
    fn overview(&self) -> Arc<Overview> {
        Self::overview(self)
    }
}
