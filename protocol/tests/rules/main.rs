//! The rules of the protocol, each held by a test. SPEC.md states them in words.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::float_arithmetic,
    clippy::print_stderr,
    reason = "tests"
)]

mod accepted;
mod arrivals;
mod attack;
mod ballots;
mod beginnings;
mod blobs;
mod bundle;
mod canonical;
mod claims;
mod claims_many;
mod claims_reference;
mod clocks;
mod closed;
mod common;
mod contested;
mod cursors;
mod declined;
mod den;
mod devices;
mod entry;
mod erasure;
mod flood;
mod future;
mod governed;
mod hostile;
mod identity;
mod identity_reference;
mod invitations;
mod keys;
mod later;
mod leaves;
mod limits;
mod logs;
mod offered;
mod operations;
mod order;
mod pairing;
mod people;
mod phrases;
mod prune;
mod prune_sync;
mod reactions;
mod recovery;
mod removal;
mod repeats;
mod restating;
mod rights;
mod roles;
mod roles_reference;
mod scale;
mod sealed;
mod settled;
mod suffix;
mod sync;
mod sync_lies;
mod tidy;
mod under;
mod waiting;
mod wide;
mod wire;
mod within;
mod words;
mod work;
mod wraps;
