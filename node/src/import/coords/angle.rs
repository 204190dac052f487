//! One angle as people write it: "48.8566", "48,8566 N", "48°51'24\"N", "N 48° 51.4′", "2 21 08 O".

use crate::import::{Reason, text};

/// Along which axis a letter says that an angle lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Axis {
    Latitude,
    Longitude,
}

/// Degrees, and what the letter beside them said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::import) struct Angle {
    pub degrees: f64,
    pub axis: Option<Axis>,
}

/// A piece of an angle.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Piece {
    Number {
        value: f64,
        whole: bool,
        negative: bool,
    },
    /// 0: degrees, 1: minutes, 2: seconds.
    Unit(usize),
    Towards {
        axis: Axis,
        negative: bool,
    },
}

/// Characters of an angle at the most: the longest way to write one has some forty.
const ANGLE_MAX: usize = 80;

/// Words and signs for degrees, minutes and seconds.
const UNITS: [&[&str]; 3] = [
    &["°", "d", "deg", "degs", "degre", "degré", "degrés", "degres", "degree", "degrees", "grad"],
    &["'", "m", "mn", "min", "mins", "minute", "minutes"],
    &["\"", "sec", "secs", "seconde", "secondes", "second", "seconds"],
];
/// Words for the four quarters. O is "Ouest": the files read here are French or English.
const NORTH: &[&str] = &["n", "nord", "north", "norte"];
const SOUTH: &[&str] = &["s", "sud", "south", "sur"];
const EAST: &[&str] = &["e", "est", "east", "este"];
const WEST: &[&str] = &["w", "o", "ouest", "west", "oeste"];
/// Words that say nothing more than the column does.
const IDLE: &[&str] = &["lat", "latitude", "lon", "lng", "long", "longitude", "de", "=", ":"];

/// All the signs that stand for one another, as one.
pub(super) fn one_typography(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        out.push(match c {
            '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}' | '\u{2032}' | '\u{2035}' | '\u{b4}' | '`'
            | '\u{2b9}' | '\u{2bc}' | '\u{2c8}' | '\u{a78c}' | '\u{ff07}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' | '\u{2036}' | '\u{2ba}' | '\u{2dd}'
            | '\u{3003}' | '\u{ab}' | '\u{bb}' | '\u{ff02}' => '"',
            '\u{ba}' | '\u{2da}' | '\u{b0}' | '\u{2070}' | '\u{1d52}' | '\u{2218}' | '\u{25e6}' => '°',
            '\u{2212}' | '\u{2013}' | '\u{2014}' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{fe63}' | '\u{ff0d}' => {
                '-'
            }
            '\u{66b}' => '.',
            c if c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}' => ' ',
            c => c,
        });
    }
    out.replace("''", "\"")
}

/// One angle. None: nothing is said. An error says what is wrong with it, without the column's name.
pub(in crate::import) fn parse(value: &str) -> Result<Option<Angle>, Reason> {
    if text::is_absent(value) {
        return Ok(None);
    }
    let shown = || Reason::NotDegrees { said: text::shown(value) };
    if value.chars().count() > ANGLE_MAX {
        return Err(shown());
    }
    if let Some(degrees) = number(value) {
        return Ok(Some(Angle { degrees, axis: None }));
    }
    let pieces = pieces(&one_typography(value)).ok_or_else(shown)?;
    angle(&pieces).map_err(|wrong| wrong(text::shown(value))).map(Some)
}

/// A plain number, with a decimal point or comma, and maybe the sign for degrees or spaces between its digits.
pub(super) fn number(value: &str) -> Option<f64> {
    let plain = one_typography(value);
    let plain = plain.trim_end_matches(['°', ' ']).trim_start_matches('+').trim_start();
    let points = plain.matches('.').count();
    let plain = match (points, plain.matches(',').count()) {
        // "48.856.614": a spreadsheet took the digits for thousands. What is meant, the whole column tells (Frame).
        (2.., 0) => joined_groups(&plain.replace('.', " "))?,
        (0, 2..) => joined_groups(&plain.replace(',', " "))?,
        // "652,469.02"
        (1, 1..) if plain.find(',') < plain.find('.') => plain.replace(',', ""),
        // "652.469,02"
        (1.., 1) => plain.replace('.', "").replace(',', "."),
        _ => plain.replacen(',', ".", 1),
    };
    // "6 862 035,26": groups of three only, since "48 51 24" are degrees, minutes and seconds.
    let plain = if plain.contains(' ') { joined_groups(&plain)? } else { plain };
    let known = plain.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
    plain.parse().ok().filter(|number: &f64| known && number.is_finite())
}

/// "6 862 035.26" without its spaces; none where the groups are not those of a large number.
fn joined_groups(text: &str) -> Option<String> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.split(' ');
    let first = groups.next()?;
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first_fits = (1..=3).contains(&first.trim_start_matches('-').len()) && digits(first.trim_start_matches('-'));
    let fits = first_fits && groups.all(|group| group.len() == 3 && digits(group)) && digits(rest);
    fits.then(|| text.replace(' ', ""))
}

/// None: something that is part of no angle.
fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (piece, after) = match first {
            '0'..='9' | '-' | '+' => number_piece(rest)?,
            '°' | '\'' | '"' => {
                let unit = UNITS.iter().position(|words| words.contains(&first.to_string().as_str()))?;
                (Some(Piece::Unit(unit)), rest.get(first.len_utf8()..)?)
            }
            ',' | ';' | '(' | ')' | '[' | ']' | '.' | '=' | ':' | '/' => (None, rest.get(1..)?),
            c if c.is_alphabetic() => word_piece(rest, pieces.last())?,
            _ => return None,
        };
        pieces.extend(piece);
        rest = after.trim_start();
    }
    Some(pieces)
}

fn number_piece(text: &str) -> Option<(Option<Piece>, &str)> {
    let negative = text.starts_with('-');
    let body = text.trim_start_matches(['-', '+']).trim_start();
    // "48-51-24": a hyphen between numbers, not a sign, is seen by who puts the pieces together.
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let whole_end = digits(body);
    let after = body.get(whole_end..)?;
    let fraction = after.strip_prefix(['.', ',']).filter(|rest| digits(rest) > 0);
    let (end, whole) = match fraction {
        Some(rest) => (whole_end + 1 + digits(rest), false),
        None => (whole_end, true),
    };
    let value: f64 = body.get(..end)?.replace(',', ".").parse().ok()?;
    Some((Some(Piece::Number { value, whole, negative }), body.get(end..)?))
}

fn word_piece<'a>(text: &'a str, before: Option<&Piece>) -> Option<(Option<Piece>, &'a str)> {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end)?;
    let lower = word.to_lowercase();
    let towards = |axis, negative| Some((Some(Piece::Towards { axis, negative }), after));
    // "48d51m24s": a small s behind minutes is seconds; otherwise it is South.
    let follows_minutes = matches!(before, Some(Piece::Number { .. })) && word == "s" && !after.trim().is_empty();
    if follows_minutes {
        return Some((Some(Piece::Unit(2)), after));
    }
    if matches!(before, Some(Piece::Number { .. }))
        && let Some(unit) = UNITS.iter().position(|words| words.contains(&lower.as_str()))
    {
        return Some((Some(Piece::Unit(unit)), after));
    }
    // "24sN": a unit with the direction right behind it.
    let is_unit = |first: char| matches!(first, 'd' | 'm' | 's');
    if matches!(before, Some(Piece::Number { .. })) && word.starts_with(is_unit) && is_direction(word.get(1..)?) {
        let unit = "dms".find(word.get(..1)?)?;
        return Some((Some(Piece::Unit(unit)), text.get(1..)?));
    }
    let is = |words: &[&str]| words.contains(&lower.as_str());
    if is(NORTH) {
        towards(Axis::Latitude, false)
    } else if is(SOUTH) {
        towards(Axis::Latitude, true)
    } else if is(EAST) {
        towards(Axis::Longitude, false)
    } else if is(WEST) {
        towards(Axis::Longitude, true)
    } else if is(IDLE) {
        Some((None, after))
    } else {
        None
    }
}

/// What is wrong with an angle, as it is said.
type Wrong = fn(String) -> Reason;

/// Put together.
fn angle(pieces: &[Piece]) -> Result<Angle, Wrong> {
    const NOT: Wrong = |said| Reason::NotDegrees { said };
    let mut parts: [Option<(f64, bool)>; 3] = [None; 3];
    let mut next = 0;
    let mut minus = None;
    let mut towards = None;
    for (index, piece) in pieces.iter().enumerate() {
        match *piece {
            Piece::Number { value, whole, negative } => {
                let unit = match pieces.get(index + 1) {
                    Some(Piece::Unit(unit)) => *unit,
                    _ => next,
                };
                // A hyphen before minutes or seconds only stands between the numbers.
                minus = minus.or(Some(negative));
                let part = parts.get_mut(unit).filter(|part| part.is_none() && unit >= next).ok_or(NOT)?;
                *part = Some((value, whole));
                next = unit + 1;
            }
            Piece::Unit(_) => {
                let of_number = index.checked_sub(1).and_then(|before| pieces.get(before));
                if !matches!(of_number, Some(Piece::Number { .. })) {
                    return Err(NOT);
                }
            }
            Piece::Towards { axis, negative } => {
                if towards.replace((axis, negative)).is_some() {
                    return Err(|said| Reason::TwoDirections { said });
                }
            }
        }
    }
    let [Some((degrees, degrees_whole)), minutes, seconds] = parts else { return Err(NOT) };
    let (minutes, minutes_whole) = minutes.unwrap_or((0.0, true));
    let (seconds, _) = seconds.unwrap_or((0.0, true));
    if !degrees_whole && minutes + seconds > 0.0 || !minutes_whole && seconds > 0.0 {
        return Err(|said| Reason::EarlyFraction { said });
    }
    if minutes >= 60.0 || seconds > 60.0 {
        return Err(|said| Reason::OverSixty { said });
    }
    let size = degrees + minutes / 60.0 + seconds / 3_600.0;
    let minus = minus == Some(true);
    match towards {
        None => Ok(Angle { degrees: if minus { -size } else { size }, axis: None }),
        Some((_, false)) if minus => Err(|said| Reason::MinusAndLetter { said }),
        Some((axis, negative)) => Ok(Angle { degrees: if negative { -size } else { size }, axis: Some(axis) }),
    }
}

/// The place in a text of two angles where the second begins, by their letters: behind each, or before each.
pub(super) fn between_letters(text: &str) -> Option<usize> {
    let letters: Vec<(usize, &str)> = words(text).filter(|(_, word)| is_direction(word)).collect();
    let [(first, word), (second, _)] = letters.as_slice() else { return None };
    let starts = text.get(..*first)?.chars().all(|c| !c.is_ascii_digit());
    Some(if starts { *second } else { first + word.len() })
}

fn is_direction(word: &str) -> bool {
    let lower = word.to_lowercase();
    [NORTH, SOUTH, EAST, WEST].iter().any(|words| words.contains(&lower.as_str()))
}

fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let from = at + text.get(at..)?.find(char::is_alphabetic)?;
        let rest = text.get(from..)?;
        let end = from + rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        at = end;
        Some((from, text.get(from..end)?))
    })
}

#[cfg(test)]
mod tests;
