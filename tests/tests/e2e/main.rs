//! Whole nodes against each other, over libp2p on loopback.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod governance;
mod hostile;
mod replication;
mod support;
