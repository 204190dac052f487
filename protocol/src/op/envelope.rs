//! A payload's envelope: `[nonce(16), body]`. SPEC.md §6.

use super::{FEATURES, NEEDS, Op, OpError, Operation, UNDER, bound};
use crate::{
    codec::{self, CodecError, Raw},
    entry::leaves::Leaf,
    ids::EntryId,
    limits::{NONCE_LEN, PAYLOAD_MAX},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_bytes::ByteBuf;

#[derive(Serialize, Deserialize)]
struct Envelope<T>(#[serde(with = "serde_bytes")] Vec<u8>, T);

/// The body of the first leaf, whatever it says.
pub(super) fn first_leaf(leaves: &[Leaf<'_>]) -> Result<Raw, OpError> {
    let first = leaves.first().copied().and_then(Leaf::held);
    first.map_or_else(|| Err(first_gone()), unwrap)
}

fn first_gone() -> OpError {
    OpError::Bound { field: "leaves", why: "the one with what it says is gone".into() }
}

/// The body of a leaf.
pub(super) fn of_leaf<T: Operation>(leaf: Leaf<'_>) -> Result<T, OpError> {
    let Some(payload) = leaf.held() else { return Err(first_gone()) };
    let body: T = parts(payload)?;
    body.check()?;
    Ok(body)
}

/// The operation of a payload.
pub(super) fn open<T: Operation>(payload: &[u8], wrap: fn(T) -> Op) -> Result<Op, OpError> {
    let body: T = parts(payload)?;
    body.check()?;
    Ok(wrap(body))
}

/// The body of a payload, whatever it says.
pub(super) fn unwrap(payload: &[u8]) -> Result<Raw, OpError> {
    match <[Raw; 2]>::try_from(Raw::items(payload, PAYLOAD_MAX)?) {
        Ok([nonce, body]) => {
            check_nonce(&nonce.read::<ByteBuf>()?)?;
            Ok(body)
        }
        Err(items) => Err(CodecError::Malformed(format!("an envelope of {} parts", items.len())).into()),
    }
}

pub(super) fn parts<T: Serialize + DeserializeOwned>(payload: &[u8]) -> Result<T, OpError> {
    let Envelope(nonce, body) = codec::decode::<Envelope<T>>(payload, PAYLOAD_MAX)?;
    check_nonce(&nonce)?;
    Ok(body)
}

fn check_nonce(nonce: &[u8]) -> Result<(), OpError> {
    if nonce.len() == NONCE_LEN {
        return Ok(());
    }
    Err(OpError::Bound { field: "nonce", why: format!("{} bytes, expected {NONCE_LEN}", nonce.len()) })
}

/// Whether a payload says that one has to know something that is not known here. What cannot be read says nothing.
pub(super) fn needs_more(payload: &[u8]) -> Result<bool, OpError> {
    // Seldom: most payloads are read once.
    if !payload.contains(&NEEDS) {
        return Ok(false);
    }
    unwrap(payload).and_then(|body| needs_unknown(&body))
}

/// The same of a body.
pub(super) fn needs_unknown(body: &Raw) -> Result<bool, OpError> {
    let Some(needs) = body.field(NEEDS) else { return Ok(false) };
    let needs: Vec<u16> = needs.read()?;
    super::ascending("needs", &needs)?;
    Ok(needs.iter().any(|feature| !FEATURES.contains(feature)))
}

/// The act in whose past a payload's author writes; none: it names none.
pub(super) fn under(payload: &[u8]) -> Result<Option<EntryId>, OpError> {
    // Where the number stands nowhere it is no field either.
    if payload.contains(&UNDER) { unwrap(payload).and_then(|body| under_in(&body)) } else { Ok(None) }
}

/// The same of a body.
pub(super) fn under_in(body: &Raw) -> Result<Option<EntryId>, OpError> {
    Ok(body.field(UNDER).map(|act| act.read()).transpose()?)
}

/// The payload of an operation.
pub(super) fn close<T: Operation>(nonce: [u8; NONCE_LEN], body: &T) -> Result<Vec<u8>, OpError> {
    body.check()?;
    wrap(nonce, body)
}

/// The payload of any body.
pub(super) fn wrap<T: Serialize>(nonce: [u8; NONCE_LEN], body: &T) -> Result<Vec<u8>, OpError> {
    let bytes = codec::encode(&Envelope(nonce.to_vec(), body))?;
    bound("payload bytes", bytes.len(), PAYLOAD_MAX)?;
    // What is said again lies deeper than it did: what nobody would take is not written.
    codec::check_canonical(&bytes, PAYLOAD_MAX)?;
    Ok(bytes)
}
