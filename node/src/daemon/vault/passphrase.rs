//! A key from a passphrase, by Argon2id (RFC 9106).

use super::{KEY_LEN, Key, VaultError};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use std::io::{self, BufRead, Read};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Bytes of a salt. RFC 9106 asks for 16; at 32 nobody has to count.
pub const SALT_LEN: usize = 32;
/// Characters of a new passphrase, at least: what NIST SP 800-63B asks of a secret that people remember.
pub const PASSPHRASE_MIN: usize = 8;
/// Bytes of a passphrase: far more than anyone types, and what a file is read up to.
pub const PASSPHRASE_MAX: usize = 1_024;
/// Bytes of a file's first line, its end included.
pub const FILE_MAX: usize = PASSPHRASE_MAX + 2;

/// Kibibytes that a file may ask for: four times the usual. A file from elsewhere must not take all
/// of a small machine's memory.
const MEMORY_MAX_KIB: u32 = 256 * 1_024;
/// Passes that it may ask for, some seconds at the most memory.
const PASSES_MAX: u32 = 16;
/// Lanes that it may ask for. Each costs nothing here, since one thread computes all.
const LANES_MAX: u32 = 16;

/// What it takes to try one passphrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Costs {
    /// Memory, in kibibytes.
    pub memory_kib: u32,
    /// How often all of it is gone over.
    pub passes: u32,
    /// Parts that could be computed at once.
    pub lanes: u32,
}

impl Costs {
    /// The second choice of RFC 9106 (§4), for machines with little memory: a fifth of a second on a laptop.
    pub const USUAL: Self = Self { memory_kib: 64 * 1_024, passes: 3, lanes: 4 };

    /// The key that a passphrase gives.
    pub(super) fn derive(&self, passphrase: &str, salt: &[u8; SALT_LEN]) -> Result<Key, VaultError> {
        let within = self.memory_kib <= MEMORY_MAX_KIB && self.passes <= PASSES_MAX && self.lanes <= LANES_MAX;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(KEY_LEN)).ok().filter(|_| within);
        let Some(params) = params else {
            return Err(VaultError::Damaged(format!(
                "vault.json asks for {} KiB of memory, {} passes and {} lanes, which is not of this program",
                self.memory_kib, self.passes, self.lanes
            )));
        };
        let mut key = Zeroizing::new([0; KEY_LEN]);
        // The same letters, whichever keyboard or system composed them.
        let mut text = Zeroizing::new(String::with_capacity(passphrase.len().saturating_mul(4)));
        text.extend(passphrase.nfc());
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(text.as_bytes(), salt, key.as_mut_slice())
            .map_err(|error| VaultError::Io(io::Error::other(format!("no key comes of the passphrase: {error}"))))?;
        Ok(key)
    }
}

/// Why a passphrase will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Guessed in no time.
    #[error(
        "the passphrase has fewer than {PASSPHRASE_MIN} characters; four or five words taken at random are a good one"
    )]
    Short,
    /// No passphrase.
    #[error("the passphrase has more than {PASSPHRASE_MAX} bytes")]
    Long,
}

/// Whether a passphrase will do for keys that are to be sealed under it.
///
/// # Errors
/// When it will not.
pub fn fit(passphrase: &str) -> Result<(), Unfit> {
    if passphrase.len() > PASSPHRASE_MAX {
        return Err(Unfit::Long);
    }
    if passphrase.nfc().count() < PASSPHRASE_MIN { Err(Unfit::Short) } else { Ok(()) }
}

/// The first line of a file with a passphrase, without its end.
///
/// # Errors
/// When it is too long, empty, or no text.
pub fn first_line(file: impl Read) -> io::Result<Zeroizing<String>> {
    let bad = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut line = Zeroizing::new(Vec::with_capacity(FILE_MAX + 1));
    let limit = u64::try_from(FILE_MAX).unwrap_or(u64::MAX);
    io::BufReader::with_capacity(FILE_MAX, file.take(limit)).read_until(b'\n', &mut line)?;
    let text = line.strip_suffix(b"\n").unwrap_or(&line);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.len() > PASSPHRASE_MAX {
        return Err(bad(format!("its first line has more than {PASSPHRASE_MAX} bytes")));
    }
    let text = std::str::from_utf8(text).map_err(|_| bad("its first line is no text in UTF-8".into()))?;
    if text.is_empty() {
        return Err(bad("its first line is empty".into()));
    }
    Ok(Zeroizing::new(text.to_owned()))
}
