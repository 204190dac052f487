//! Work that is done beside the frames, or in them.

/// Where tiles are decoded and marks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoding {
    /// On a thread of its own: no frame waits.
    Apart,
    /// At once, in the frame: for tests and pictures, which must not depend on a thread's pace.
    AtOnce,
}
