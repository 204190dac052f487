//! Nodes as processes of their own: what happens between machines, and when one is killed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says what it left behind"
)]

mod agenda;
mod broken;
mod bundle;
mod clocks;
mod closed;
mod copies;
mod crash;
mod damage;
#[cfg(target_os = "linux")]
mod desktop;
mod erasure;
mod export;
mod feed;
mod flood;
mod identity;
mod keys;
mod lan;
mod moderation;
mod modes;
mod parallel;
mod prune;
mod reacting;
mod readme;
mod real_data;
#[path = "../../../tests/skip.rs"]
mod skip;
mod stopping;
mod support;
mod talking;
mod together;
mod two_nodes;
#[cfg(target_os = "linux")]
mod users;
