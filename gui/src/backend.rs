//! The seam between the window and the node: commands go in, outcomes and snapshots come out.

use communaut_node::{
    NodeHandle, PendingReply,
    api::{Command, Failure, Outcome, Snapshot},
};
use std::sync::Arc;

/// An answer on its way.
pub trait Pending {
    /// The outcome, once it is there; never waits.
    fn poll(&mut self) -> Option<Result<Outcome, Failure>>;
}

/// What the window needs of a node. Nothing here blocks.
pub trait Backend: Send + Sync {
    /// Send a command.
    fn send(&self, command: Command) -> Box<dyn Pending>;
    /// The latest picture of the replica.
    fn snapshot(&self) -> Arc<Snapshot>;
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
    fn snapshot(&self) -> Arc<Snapshot> {
        Self::snapshot(self)
    }
}
