//! Randomness of the system: the only place from where it comes. The replica is handed its source ([`Entropy`]).

use std::{fmt, io};

/// Where a replica takes random bytes from.
pub(crate) trait Entropy: fmt::Debug + Send {
    /// Fill with random bytes.
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()>;
}

/// The system's randomness.
#[derive(Debug, Clone, Copy)]
pub(crate) struct System;

impl Entropy for System {
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        getrandom::fill(bytes).map_err(|error| io::Error::other(format!("no randomness from the system: {error}")))
    }
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    System.fill(&mut bytes)?;
    Ok(bytes)
}
