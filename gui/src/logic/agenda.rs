//! What the agenda shows.
