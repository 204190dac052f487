//! Nothing here: this crate is its tests, which stand on top of all the others.
