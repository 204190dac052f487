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
    if !holds_its_lengths(bytes) {
        return Err(CodecError::Malformed("a length beyond the end".into()));
    }
    serde_cbor::from_slice(bytes).map_err(|error| CodecError::Malformed(error.to_string()))
}

/// Whether no length within exceeds what follows it. A list makes room for as many items as it says to have, up to a
/// megabyte, before the first is read: so a message of a hundred bytes would cost that.
fn holds_its_lengths(mut bytes: &[u8]) -> bool {
    while let Some((head, rest)) = bytes.split_first() {
        let width = match head & 0x1f {
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            // The length stands in the head itself, or there is none: what is not a head at
            // all is found by who decodes.
            _ => 0,
        };
        let Some((length, rest)) = rest.split_at_checked(width) else { return false };
        let length = match head & 0x1f {
            small @ 0..=23 => u64::from(small),
            _ => length.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)),
        };
        // Where it does not fit, it is beyond the end; an integer's value is not a length.
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        bytes = match head >> 5 {
            // Strings.
            2 | 3 => match rest.get(length..) {
                Some(rest) => rest,
                None => return false,
            },
            // Lists and maps: each item takes a byte at least.
            4 | 5 if length > rest.len() => return false,
            _ => rest,
        };
    }
    true
}
