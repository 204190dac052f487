//! Faults beneath real nodes: full and broken disks, crashes at any operation, power cuts, flipped bits, several
//! processes on one folder. Nothing acknowledged is lost, nothing erased can be read.
//!
//! The long forms are ignored, and leave their reports in `reports`:
//! `cargo test -p communaut-node --test faults -- --ignored --nocapture --test-threads 1 long`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and says which seed it was"
)]

mod crashes;
mod disk;
mod eight;
mod flips;
mod full;
mod kills;
mod ledger;
mod node;
mod random;
mod report;
mod runs;
mod shim;
mod words;
mod world;
