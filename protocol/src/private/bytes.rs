//! Padding, and byte strings of a fixed length.

/// Begins the padding behind a text, as in ISO/IEC 7816-4: the text ends before the last byte that is not zero.
const MARK: u8 = 0x80;

/// The bytes to which a text of `len` bytes is padded: the smallest power of two from `min` on that holds it and the
/// mark, or `max` if no smaller power of two does. None if it does not fit.
#[must_use]
pub(super) fn bucket(len: usize, min: usize, max: usize) -> Option<usize> {
    let needed = len.checked_add(1)?;
    let power = needed.checked_next_power_of_two().unwrap_or(usize::MAX).max(min).min(max);
    (needed <= power).then_some(power)
}

/// Pad a text to its bucket.
pub(super) fn pad(mut text: Vec<u8>, min: usize, max: usize) -> Option<Vec<u8>> {
    let len = bucket(text.len(), min, max)?;
    text.push(MARK);
    text.resize(len, 0);
    Some(text)
}

/// The text of padded bytes; none if they are not what [`pad`] makes of it.
pub(super) fn unpad(mut padded: Vec<u8>, min: usize, max: usize) -> Option<Vec<u8>> {
    let len = padded.len();
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    if padded.get(end) != Some(&MARK) || bucket(end, min, max) != Some(len) {
        return None;
    }
    padded.truncate(end);
    Some(padded)
}

/// The first bytes of a longer string.
#[must_use]
pub(super) fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    out
}
