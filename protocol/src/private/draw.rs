//! Random bytes out of one seed, so that no rule reaches for the machine's randomness. SPEC.md §10.2.

use hpke::rand_core::{TryCryptoRng, TryRng};
use std::convert::Infallible;
use zeroize::Zeroize;

/// Domain of what is drawn from a seed.
const DRAW_CONTEXT: &str = "communaut 2026 draw";

/// A stream of random bytes: BLAKE3 extended from 32 secret random bytes, which serve for nothing else.
pub struct Draw(blake3::OutputReader);

impl std::fmt::Debug for Draw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draw(…)")
    }
}

impl Draw {
    /// From 32 secret random bytes, used once.
    #[must_use]
    pub fn new(mut seed: [u8; 32]) -> Self {
        let reader = blake3::Hasher::new_derive_key(DRAW_CONTEXT).update(&seed).finalize_xof();
        seed.zeroize();
        Self(reader)
    }
    /// The next bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill(&mut bytes);
        bytes
    }
}

impl TryRng for Draw {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }
    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill(to);
        Ok(())
    }
}
impl TryCryptoRng for Draw {}
