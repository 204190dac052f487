//! The one place that knows serde_cbor (no longer developed, so it can be replaced here in a day). SPEC.md §4.
//!
//! Structures are encoded "packed": fields and variants by number. Whether bytes are canonical is seen from the bytes
//! alone ([`check_canonical`]); fields that are not known here are passed over, so that later programs may add some.

mod canonical;
mod raw;

pub use raw::Raw;

use serde::{Serialize, de::DeserializeOwned};
use serde_cbor::Value;

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

/// Decode at most `max` bytes and check that they are canonical, and of the type's shape; a structure may have fields
/// that are not known here.
pub fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    check_canonical(bytes, max)?;
    let value: T = from_slice(bytes)?;
    // The library takes a list for a structure, or numbers for bytes: what is of the type's shape encodes to itself,
    // but for fields that are not known, and those that say what their absence says.
    let again = encode(&value)?;
    if again == bytes || covers(&from_slice(bytes)?, &from_slice(&again)?) {
        Ok(value)
    } else {
        Err(CodecError::Malformed("of another shape".into()))
    }
}

/// Whether what was given says all that is known of it, in the same shape.
fn covers(given: &Value, known: &Value) -> bool {
    match (given, known) {
        (Value::Array(given), Value::Array(known)) => {
            given.len() == known.len() && given.iter().zip(known).all(|(given, known)| covers(given, known))
        }
        (Value::Map(given), Value::Map(known)) if known.is_empty() => {
            given.keys().all(|key| matches!(key, Value::Integer(_)))
        }
        (Value::Map(given), Value::Map(known)) => {
            known.iter().all(|(key, known)| given.get(key).is_some_and(|given| covers(given, known)))
        }
        _ => given == known,
    }
}

/// Refuse more than `max` bytes, and what is not one item in canonical form.
pub fn check_canonical(bytes: &[u8], max: usize) -> Result<(), CodecError> {
    if bytes.len() > max {
        return Err(CodecError::TooLarge { len: bytes.len(), max });
    }
    canonical::check(bytes)
}

/// The items of a list, each as its bytes, of at most `max` bytes in canonical form.
pub fn list_items(bytes: &[u8], max: usize) -> Result<Vec<&[u8]>, CodecError> {
    check_canonical(bytes, max)?;
    canonical::items(bytes).ok_or_else(|| CodecError::Malformed("no list".into()))
}

/// What a byte string holds, of an item in canonical form; none: it is another item.
#[must_use]
pub fn byte_string(item: &[u8]) -> Option<&[u8]> {
    canonical::byte_string(item)
}

/// Decode at most `max` bytes of a message that is neither hashed nor signed.
pub fn decode_lax<T: DeserializeOwned>(bytes: &[u8], max: usize) -> Result<T, CodecError> {
    if bytes.len() > max {
        return Err(CodecError::TooLarge { len: bytes.len(), max });
    }
    if !holds_its_lengths(bytes) {
        return Err(CodecError::Malformed("a length beyond the end".into()));
    }
    from_slice(bytes)
}

fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    serde_cbor::from_slice(bytes).map_err(|error| CodecError::Malformed(error.to_string()))
}

/// Whether a value is what its absence says: then it is left out (SPEC.md §4).
pub fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
