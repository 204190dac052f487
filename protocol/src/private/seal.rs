//! A payload under a key: padded, bound to its place, naming its key only to who holds it. SPEC.md §10.1.

use super::{
    bytes::{bucket, pad, unpad},
    keys::{SealKey, derive},
};
use crate::{
    codec::{self, CodecError},
    entry::Header,
    ids::{Hash, IdentityId},
    limits::{PAYLOAD_MAX, SEAL_NONCE_LEN, SEALED_MIN, SEALED_TEXT_MAX},
};
use chacha20poly1305::{
    Key, XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use zeroize::Zeroizing;

/// Begins what a ciphertext is bound to.
pub const SEAL_DOMAIN: &[u8] = b"communaut/sealed/1\0";
/// Bytes that sealing adds to the padded text: framing 64 and the cipher's tag 16.
const OVERHEAD: usize = PAYLOAD_MAX - SEALED_TEXT_MAX;

/// Why a sealed payload was not made or not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Not the array of nonce, hint and ciphertext.
    #[error("{0}")]
    Codec(#[from] CodecError),
    /// A nonce of another length, say.
    #[error("not a sealed payload: {0}")]
    Shape(&'static str),
    /// Does not fit a payload once padded.
    #[error("{0} bytes, the limit is {max}", max = SEALED_TEXT_MAX - 1)]
    TooLarge(usize),
    /// Changed, or taken from another place.
    #[error("the ciphertext does not open here: changed, or sealed for another place")]
    Cipher,
    /// Not the padding that belongs to the text.
    #[error("not padded as it has to be")]
    Padding,
    /// By somebody else than the header says.
    #[error("sealed by {0}, who is not the header's author")]
    Author(IdentityId),
    /// A schema that may not be sealed under this kind of key, or not in this kind of header.
    #[error("schema {0} does not belong under this key")]
    Misplaced(u16),
}

/// What is sealed: the schema and version that the header does not tell, who says it, and the ordinary payload.
#[derive(Serialize, Deserialize)]
struct Inner(u16, u8, IdentityId, #[serde(with = "serde_bytes")] Vec<u8>);

/// A sealed payload, read.
#[derive(Serialize, Deserialize)]
pub struct Sealed(ByteBuf, Hash, ByteBuf);

/// An ordinary payload with its schema and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// As an unsealed header would say.
    pub schema: u16,
    /// As an unsealed header would say.
    pub version: u8,
    /// By whom: in a closed community the header tells it only to who belongs.
    pub author: IdentityId,
    /// Salt, operation.
    pub payload: Vec<u8>,
}

/// Whether padding gives payloads of this size.
#[must_use]
pub fn is_size(payload_size: u32) -> bool {
    let text = usize::try_from(payload_size).ok().and_then(|size| size.checked_sub(OVERHEAD));
    text.is_some_and(|text| text > 0 && bucket(text.saturating_sub(1), SEALED_MIN, SEALED_TEXT_MAX) == Some(text))
}

fn cipher(key: &SealKey, nonce: &[u8]) -> XChaCha20Poly1305 {
    let once = Zeroizing::new(derive("communaut 2026 seal key", &[key.expose(), nonce]));
    XChaCha20Poly1305::new(&Key::from(*once))
}

fn hint(key: &SealKey, nonce: &[u8]) -> Hash {
    Hash(derive("communaut 2026 seal hint", &[key.expose(), nonce]))
}

/// Seal a payload for the place that a header names; the header's size and hash of the payload may still be anything.
pub fn seal(key: &SealKey, header: &Header, nonce: [u8; SEAL_NONCE_LEN], plain: &Plain) -> Result<Vec<u8>, SealError> {
    let inner = codec::encode(&Inner(plain.schema, plain.version, plain.author, plain.payload.clone()))?;
    let len = inner.len();
    let text = Zeroizing::new(pad(inner, SEALED_MIN, SEALED_TEXT_MAX).ok_or(SealError::TooLarge(len))?);
    let aad = header.place(SEAL_DOMAIN)?;
    let sealed = cipher(key, &nonce)
        .encrypt(&XNonce::from(nonce), Payload { msg: &text, aad: &aad })
        .map_err(|_| SealError::Cipher)?;
    Ok(codec::encode(&Sealed(ByteBuf::from(nonce), hint(key, &nonce), ByteBuf::from(sealed)))?)
}

impl Sealed {
    /// Read a payload.
    pub fn decode(payload: &[u8]) -> Result<Self, SealError> {
        let sealed: Self = codec::decode(payload, PAYLOAD_MAX)?;
        if sealed.0.len() != SEAL_NONCE_LEN {
            return Err(SealError::Shape("the nonce is not of 24 bytes"));
        }
        Ok(sealed)
    }
    /// Whether it was sealed under a key: the hint commits to it, so that no ciphertext opens under two.
    #[must_use]
    pub fn is_under(&self, key: &SealKey) -> bool {
        hint(key, &self.0) == self.1
    }
    /// Open it at the place that a header names.
    pub fn open(&self, key: &SealKey, header: &Header) -> Result<Plain, SealError> {
        let nonce = <[u8; SEAL_NONCE_LEN]>::try_from(self.0.as_slice()).map_err(|_| SealError::Cipher)?;
        let aad = header.place(SEAL_DOMAIN)?;
        if !self.is_under(key) {
            return Err(SealError::Cipher);
        }
        let text = cipher(key, &nonce)
            .decrypt(&XNonce::from(nonce), Payload { msg: &self.2, aad: &aad })
            .map_err(|_| SealError::Cipher)?;
        let text = Zeroizing::new(unpad(text, SEALED_MIN, SEALED_TEXT_MAX).ok_or(SealError::Padding)?);
        let Inner(schema, version, author, payload) = codec::decode(&text, SEALED_TEXT_MAX)?;
        Ok(Plain { schema, version, author, payload })
    }
}
