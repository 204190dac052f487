//! The window without a window: pictures of every view, and the whole way by keyboard and pointer.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p communaut-gui --test ui` draws the pictures anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it does not expect")]

mod acts;
mod around;
mod belonging;
mod coming;
mod deciding;
mod drawing;
mod drive;
mod filtering;
mod freshness;
mod honest;
mod hours;
mod importing;
mod keeping;
mod kept;
mod lasting;
mod names;
mod networking;
mod pictures;
mod planning;
mod real;
mod same;
mod stage;
mod streets;
mod unlocking;
mod welcome;
