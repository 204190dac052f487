//! The one place that knows serde_cbor (no longer developed, so it can be replaced here in a day).
//!
//! Structures are encoded "packed": fields and variants by number, in fixed order. What is
//! decoded must encode to the same bytes again, otherwise it is not canonical and is refused.

use serde::{Serialize, de::DeserializeOwned};

/// Why bytes were refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// Larger than the bound, so it was not even looked at.
    #[error("{len} bytes, the limit is {max}")]
    TooLarge {
        /// Bytes given.
        len: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Not the CBOR that was expected.
    #[error("malformed: {0}")]
    Malformed(String),
    /// Another encoding of the same value.
    #[error("not in canonical form")]
    NotCanonical,
}

/// Encode a value. Fails only on values that CBOR cannot hold.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    serde_cbor::ser::to_vec_packed(value).map_err(|error| CodecError::Malformed(error.to_string()))
}

/// Decode at most `max` bytes and check that they are canonical.
pub fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    let value: T = decode_lax(bytes, max)?;
    if encode(&value)? != bytes {
        return Err(CodecError::NotCanonical);
    }
    Ok(value)
}

/// Decode at most `max` bytes of a message that is neither hashed nor signed.
pub fn decode_lax<T: DeserializeOwned>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    if bytes.len() > max {
        return Err(CodecError::TooLarge { len: bytes.len(), max });
    }
    serde_cbor::from_slice(bytes).map_err(|error| CodecError::Malformed(error.to_string()))
}
