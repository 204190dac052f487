//! Whether bytes are one CBOR item in the one form that is taken (SPEC.md §4): a property of the bytes, whatever they
//! mean, so that what a later program adds is canonical or not for every program alike.

use super::CodecError;
use crate::limits::DEPTH_MAX;

/// Refuse what is not one item in canonical form.
pub fn check(bytes: &[u8]) -> Result<(), CodecError> {
    match item(bytes, 0)? {
        [] => Ok(()),
        _ => Err(CodecError::Malformed("bytes behind the item".into())),
    }
}

fn malformed<T>(why: &str) -> Result<T, CodecError> {
    Err(CodecError::Malformed(why.to_owned()))
}

/// The first byte's upper three bits, its argument, and what follows.
fn head(bytes: &[u8]) -> Result<(u8, u64, &[u8]), CodecError> {
    let Some((first, rest)) = bytes.split_first() else { return malformed("it ends too early") };
    let (major, short) = (first >> 5, first & 0x1f);
    // What is simple (booleans, null) has no argument; floats and the like are not taken.
    if major == 7 {
        return if matches!(first, 0xf4..=0xf6) { Ok((major, 0, rest)) } else { malformed("a float or simple value") };
    }
    let width = match short {
        0..=23 => return Ok((major, u64::from(short), rest)),
        24 => 1_usize,
        25 => 2,
        26 => 4,
        27 => 8,
        // Reserved, or a length that is not said.
        _ => return Err(CodecError::NotCanonical),
    };
    let Some((argument, rest)) = rest.split_at_checked(width) else { return malformed("it ends too early") };
    let argument = argument.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte));
    let shortest = match width {
        1 => argument >= 24,
        2 => argument > 0xff,
        4 => argument > 0xffff,
        _ => argument > 0xffff_ffff,
    };
    if shortest { Ok((major, argument, rest)) } else { Err(CodecError::NotCanonical) }
}

/// Check an item, and give what follows it.
fn item(bytes: &[u8], depth: usize) -> Result<&[u8], CodecError> {
    if depth > DEPTH_MAX {
        return malformed("too deep");
    }
    let within = depth.saturating_add(1);
    let (major, argument, rest) = head(bytes)?;
    // Each item takes a byte at least: a length beyond the end makes nobody take memory for it.
    let length = usize::try_from(argument).unwrap_or(usize::MAX);
    if matches!(major, 2..=5) && length > rest.len() {
        return malformed("a length beyond the end");
    }
    match major {
        2 => Ok(rest.get(length..).unwrap_or_default()),
        3 => {
            let (text, rest) = rest.split_at_checked(length).unwrap_or_default();
            if std::str::from_utf8(text).is_ok() { Ok(rest) } else { malformed("a text that is not UTF-8") }
        }
        4 => (0..length).try_fold(rest, |rest, _| item(rest, within)),
        5 => map(rest, length, within),
        6 => malformed("a tag"),
        _ => Ok(rest),
    }
}

/// The pairs of a map: keys all numbers or all texts, strictly ascending as bytes.
fn map(mut rest: &[u8], pairs: usize, depth: usize) -> Result<&[u8], CodecError> {
    let mut before: &[u8] = &[];
    for _ in 0..pairs {
        let after = item(rest, depth)?;
        let key = rest.get(..rest.len().saturating_sub(after.len())).unwrap_or_default();
        let kind = |key: &[u8]| key.first().map(|first| first >> 5);
        if !matches!(kind(key), Some(0 | 3)) || (!before.is_empty() && kind(before) != kind(key)) {
            return malformed("a key that is neither a number nor a text, or not of the kind of the others");
        }
        if before >= key {
            return Err(CodecError::NotCanonical);
        }
        before = key;
        rest = item(after, depth)?;
    }
    Ok(rest)
}

/// The items of a list in canonical form; none: it is no list.
pub fn items(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    within(bytes, 4, 1)
}

/// The keys and values of a map in canonical form, in turns; none: it is no map.
pub fn pairs(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    within(bytes, 5, 2)
}

/// What a byte string in canonical form holds; none: it is something else.
pub fn byte_string(bytes: &[u8]) -> Option<&[u8]> {
    head(bytes).ok().filter(|(major, ..)| *major == 2).map(|(.., rest)| rest)
}

fn within(bytes: &[u8], kind: u8, each: u64) -> Option<Vec<&[u8]>> {
    let (_, count, mut rest) = head(bytes).ok().filter(|(major, ..)| *major == kind)?;
    let mut items = Vec::new();
    for _ in 0..count.checked_mul(each)? {
        let after = item(rest, 0).ok()?;
        items.push(rest.get(..rest.len().checked_sub(after.len())?)?);
        rest = after;
    }
    Some(items)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at what it does not expect")]
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.chars().filter_map(|c| c.to_digit(16)).map(|d| u8::try_from(d).unwrap()).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// Examples of RFC 8949, appendix A, and what it calls well formed but not deterministic.
    #[test]
    fn what_is_canonical_and_what_is_not() {
        for good in [
            "00",
            "17",
            "1818",
            "1903e8",
            "1a000f4240",
            "1bffffffffffffffff",
            "20",
            "3903e7",
            "f4",
            "f5",
            "f6",
            "40",
            "4401020304",
            "60",
            "6449455446",
            "80",
            "83010203",
            "a0",
            "a201020304",
            "a26161016162820203",
            "a361610161620262616103",
            "a21700181800",
        ] {
            assert_eq!(check(&hex(good)), Ok(()), "{good}");
        }
        for longer in ["1800", "1817", "190000", "1900ff", "1a0000ffff", "1b00000000ffffffff", "5800", "7800", "9800"] {
            assert_eq!(check(&hex(longer)), Err(CodecError::NotCanonical), "{longer}");
        }
        for unsaid in ["9fff", "bfff", "5f42010243030405ff", "1c", "ff"] {
            assert!(check(&hex(unsaid)).is_err(), "{unsaid}");
        }
        for order in ["a203040102", "a201020103", "a2616201616102", "a262616101616202"] {
            assert_eq!(check(&hex(order)), Err(CodecError::NotCanonical), "{order}");
        }
        for bad in [
            "",
            "18",
            "f7",
            "f90000",
            "fa47c35000",
            "c074",
            "d818",
            "61ff",
            "6261",
            "42",
            "0000",
            "8201",
            "a101",
            "a1f400",
            "a14000",
            "a20100616100",
            "9bffffffffffffffff",
            "5bffffffffffffffff",
            "bbffffffffffffffff",
        ] {
            assert!(matches!(check(&hex(bad)), Err(CodecError::Malformed(_))), "{bad}: {:?}", check(&hex(bad)));
        }
    }

    #[test]
    fn what_is_too_deep_is_refused_before_a_stack_is_full() {
        let nested = |depth: usize| [vec![0x81; depth], vec![0x00]].concat();
        assert_eq!(check(&nested(DEPTH_MAX)), Ok(()));
        assert!(check(&nested(DEPTH_MAX + 1)).is_err());
        assert!(check(&nested(60_000)).is_err());
    }
}
