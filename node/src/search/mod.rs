//! Search over a snapshot.
pub mod fold;
