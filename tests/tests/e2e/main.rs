//! Whole nodes against each other, over libp2p on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says how long a post took"
)]

mod governance;
mod hostile;
mod replication;
mod support;
