//! The local socket: how a command on a data folder that a running node holds reaches that node.
//!
//! A frame is a length of 4 bytes, big-endian, and as many bytes of JSON. A [`Command`](crate::modules::Command)
//! goes in; an empty frame comes back when the node takes it, then its [`Reply`]; any number one after the other
//! on a connection. Where a connection ends before the empty frame, nothing was done, and the command can be
//! given to the next node. Only the user who owns the data folder can connect, and only a node of that user is
//! connected with (`owner.rs`); what comes in is bounded before it is read all the same.

mod address;
mod client;
mod frame;
mod owner;
mod server;
#[cfg(test)]
mod tests;

pub use client::{Client, connect};
pub(crate) use server::serve;

use crate::{failure::Failure, modules::Outcome};
use std::time::Duration;

/// What comes back for each command.
type Reply = Result<Outcome, Failure>;

/// Bytes of a command: the longest is a boundary in GeoJSON.
pub const COMMAND_MAX: usize = 1024 * 1024;
/// Bytes of an outcome: about 60,000 elements found, or the report of 100,000 skipped records.
pub const OUTCOME_MAX: usize = 64 * 1024 * 1024;
/// Connections served at once: scripts in parallel; more wait for a place.
pub const CONNECTIONS_MAX: usize = 32;
/// How long a connection may say nothing before its place is given to another.
const IDLE: Duration = Duration::from_secs(30);
/// How long the other side may take to accept an answer that it has asked for.
const WRITE: Duration = Duration::from_secs(30);
/// How long a stopping node waits for answers to be taken.
const GRACE: Duration = Duration::from_secs(2);
/// How long a client waits for a node to take its connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a client waits for a node to take its command: twice [`IDLE`], since a place may have to get free. A
/// process that was stopped (`kill -STOP`, a debugger) has the connection taken by the system, and takes no command.
const TAKE: Duration = Duration::from_secs(60);
