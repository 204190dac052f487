//! How two replicas come to hold the same entries. Sans-IO: inputs in, effects out.

pub mod sync0;
