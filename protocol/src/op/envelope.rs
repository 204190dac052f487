//! A payload's envelope: `[nonce(16), author identity, body]`. SPEC.md §6.

use super::{Op, OpError, Operation, bound};
use crate::{
    codec,
    ids::IdentityId,
    limits::{NONCE_LEN, PAYLOAD_MAX},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Envelope<T>(#[serde(with = "serde_bytes")] Vec<u8>, IdentityId, T);

/// Author and operation of a payload.
pub(super) fn open<T: Operation>(payload: &[u8], wrap: fn(T) -> Op) -> Result<(IdentityId, Op), OpError> {
    let Envelope(nonce, author, body) = codec::decode::<Envelope<T>>(payload, PAYLOAD_MAX)?;
    if nonce.len() != NONCE_LEN {
        return Err(OpError::Bound { field: "nonce", why: format!("{} bytes, expected {NONCE_LEN}", nonce.len()) });
    }
    body.check()?;
    Ok((author, wrap(body)))
}

/// The payload of an operation.
pub(super) fn close<T: Operation>(nonce: [u8; NONCE_LEN], author: IdentityId, body: &T) -> Result<Vec<u8>, OpError> {
    body.check()?;
    let bytes = codec::encode(&Envelope(nonce.to_vec(), author, body))?;
    bound("payload bytes", bytes.len(), PAYLOAD_MAX)?;
    Ok(bytes)
}
