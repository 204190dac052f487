//! The Communaut node: all the product's IO, behind one typed handle.
//!
//! * [`api`]: commands, outcomes, snapshots
//! * [`Node`], [`NodeHandle`]: start a node, talk to it

pub mod api;
pub mod cli;
mod config;
mod daemon;
mod entropy;
mod failure;
mod files;
mod folder_lock;
mod folder_origin;
pub mod gazetteer;
mod handle;
pub mod import;
mod index;
mod ipc;
mod modules;
mod net;
pub mod search;
mod snapshot;
pub mod store;
pub mod territory;
pub mod views;

pub use config::{Config, NetworkConfig, Unlock};
pub use daemon::{Node, StartError, vault};
pub use files::keep_to_oneself;
pub use handle::{COMMANDS_MAX, NodeHandle, PendingReply};
