//! Nodes as processes of their own: what happens between machines, and when one is killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says why it skips"
)]

mod broken;
mod closed;
mod copies;
mod crash;
mod erasure;
mod identity;
mod lan;
mod moderation;
mod readme;
mod real_data;
mod support;
mod two_nodes;
