//! AES-256-GCM, the only cipher here.

use super::{Key, VaultError};
use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use std::io;
use zeroize::Zeroizing;

/// Bytes of a nonce. Random: at one write a second the odds of two alike reach 2^-32 after some 130 years (NIST SP
/// 800-38D bounds a key to 2^32 random nonces).
pub const NONCE_LEN: usize = 12;
/// Bytes by which what is sealed is longer.
pub const TAG_LEN: usize = 16;

/// Seal a text under a key, bound to what it belongs to.
pub fn seal(key: &Key, nonce: &[u8; NONCE_LEN], text: &[u8], place: &[u8]) -> Result<Vec<u8>, VaultError> {
    let sealed = cipher(key)?.encrypt(&(*nonce).into(), Payload { msg: text, aad: place });
    sealed.map_err(|_| VaultError::Io(io::Error::other("a secret is too long to be sealed")))
}

/// Open what was sealed; none if it is another key, another place, or damaged.
pub fn open(key: &Key, nonce: &[u8; NONCE_LEN], sealed: &[u8], place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let text = cipher(key).ok()?.decrypt(&(*nonce).into(), Payload { msg: sealed, aad: place });
    text.ok().map(Zeroizing::new)
}

fn cipher(key: &Key) -> Result<Aes256Gcm, VaultError> {
    Aes256Gcm::new_from_slice(key.as_slice())
        .map_err(|_| VaultError::Io(io::Error::other("a key of another length than AES-256 takes")))
}
