//! What the governance view shows.
