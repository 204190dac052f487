//! The Communaut node: all the product's IO, behind one typed handle.
//!
//! * [`api`]: commands, outcomes, snapshots
//! * [`Node`], [`NodeHandle`]: start a node, talk to it

pub mod api;
pub mod cli;
mod config;
mod daemon;
mod handle;
#[allow(dead_code, reason = "the daemon comes next")]
mod net;
mod ipc;
pub mod store;
pub mod views;

pub use config::{Config, NetworkConfig};
pub use daemon::{Node, StartError};
pub use handle::{COMMANDS_MAX, NodeHandle, Reply};
