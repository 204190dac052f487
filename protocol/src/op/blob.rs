//! References to blobs: pictures and files that elements and posts point at, and whose bytes stand in no entry.
//! SPEC.md §5.7, §6.

use super::{
    Op, OpError, bound,
    text::{Lines, check, line},
};
use crate::{
    codec::is_default,
    entry::{Header, SEALED},
    ids::Hash,
    limits::{BLOB_SIZE_MAX, BLOBS_MAX, BLOBS_PADDED_MIN, BLOBS_TOTAL_MAX, FIELD_MAX, MEDIA_TYPE_MAX},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A picture or file, by what names it for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobRef {
    /// BLAKE3 of its bytes.
    pub hash: Hash,
    /// Its bytes, 1 to [`BLOB_SIZE_MAX`].
    pub size: u64,
    /// What it is to a program: "image/webp".
    #[serde(default, skip_serializing_if = "is_default")]
    pub media_type: String,
    /// What it shows or says, for who does not see it; may be empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub alt: String,
}

/// Bytes of all of them. Of lists within their bounds the sum fits by far.
#[must_use]
pub fn size_of(blobs: &[BlobRef]) -> u64 {
    blobs.iter().fold(0, |sum, blob| sum.saturating_add(blob.size))
}

/// The total that a header says of a sealed payload that names so many bytes: so much coarser that it gives no file
/// away by its size (SPEC.md §5.7).
#[must_use]
pub fn padded_total(named: u64) -> u64 {
    if named == 0 { 0 } else { named.max(BLOBS_PADDED_MIN).checked_next_power_of_two().unwrap_or(named) }
}

/// Name the first bound that a list breaks.
pub(super) fn check_blobs(blobs: &[BlobRef]) -> Result<(), OpError> {
    let refuse = |why: String| Err(OpError::Bound { field: "blobs", why });
    bound("blobs", blobs.len(), BLOBS_MAX)?;
    let hashes: BTreeSet<Hash> = blobs.iter().map(|blob| blob.hash).collect();
    if hashes.len() != blobs.len() {
        return refuse("one of them is named twice".into());
    }
    for blob in blobs {
        if !(1..=BLOB_SIZE_MAX).contains(&blob.size) {
            return refuse(format!("one of {} bytes, expected 1 to {BLOB_SIZE_MAX}", blob.size));
        }
        if !is_media_type(&blob.media_type) {
            return refuse("a media type that is none".into());
        }
        check("alt", &blob.alt, FIELD_MAX, Lines::One)?;
    }
    Ok(())
}

pub(super) fn tidy_blobs(blobs: &mut [BlobRef]) {
    blobs.iter_mut().for_each(|blob| line(&mut blob.alt));
}

/// Two names of lower-case letters, digits, points, plus signs and hyphens, joined by a slash; each begins with a
/// letter or a digit.
fn is_media_type(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let named = |name: &str| {
        name.bytes().next().is_some_and(plain)
            && name.bytes().all(|byte| plain(byte) || matches!(byte, b'.' | b'+' | b'-'))
    };
    text.len() <= MEDIA_TYPE_MAX && text.split_once('/').is_some_and(|(kind, name)| named(kind) && named(name))
}

/// Whether a header says rightly how much of blobs its operation names (SPEC.md §5.7); if not, it is not folded.
/// `restated`: whether the header is that of an entry that is gone, of which a restatement may say less.
pub fn check_blobs_total(header: &Header, op: &Op, restated: bool) -> Result<(), OpError> {
    if matches!(op, Op::Unknown(_)) {
        return Ok(());
    }
    let refuse = |why: String| Err(OpError::Bound { field: "blobs_total", why });
    let Some(said) = header.extra.blobs() else {
        return refuse(format!("the header says no number of bytes from 1 to {BLOBS_TOTAL_MAX}"));
    };
    let named = size_of(op.blobs());
    if header.has_leaves() && named > 0 {
        return refuse("a leaf names blobs".into());
    }
    let may_be_more = !header.has_leaves() && (restated || header.flags & SEALED != 0);
    if said == named || (may_be_more && said > named) {
        return Ok(());
    }
    refuse(format!("the header says {said} bytes, the payload names {named}"))
}
