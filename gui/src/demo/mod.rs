//! The demonstration: three nodes in one process group, one window.
