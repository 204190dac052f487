//! Randomness of the system: the only place from where it comes.

use std::io;

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(format!("no randomness from the system: {error}")))?;
    Ok(bytes)
}
