//! The seam between the window and the node: commands go in, outcomes come out, and what the node is at any time.

use communaut_node::{
    NodeHandle, PendingReply,
    api::{Command, Failure, Outcome, Overview},
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
    /// What the node is and does now.
    fn overview(&self) -> Arc<Overview>;
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
