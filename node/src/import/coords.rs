//! Positions as files write them: in which system, in which order, with which signs; and why one is refused.
//!
//! * `angle`: one number of degrees, in all typographies. `shape`: GeoJSON, WKT and WKB in one cell.
//! * `systems`: map projections. `frame`: how all positions of one file become degrees.

mod angle;
mod frame;
mod shape;
mod systems;

pub(super) use frame::{DECIMALS_MAX, Frame, Pointless, scaled};
pub(super) use shape::{Shape, looks_like_one, parse as shape};
pub(super) use systems::System;

pub(super) use super::geometry::position;

use super::{
    Reason,
    geometry::{self, LatLon},
    text,
};
use angle::{Angle, Axis};

/// A position as a record says it, in the numbers of its file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Pair(LatLon),
    Shape(Box<Shape>),
}

impl Said {
    /// Two numbers that stand for it, to judge the file by; latitude first. None: a shape without points, or one
    /// that says its system itself.
    pub fn sample(&self) -> Option<LatLon> {
        match self {
            Self::Pair(pair) => Some(*pair),
            Self::Shape(shape) if shape.system.is_some() => None,
            Self::Shape(shape) => frame::first_position(&shape.value).map(|(x, y)| (y, x)),
        }
    }
    /// In degrees. `near`: where its address lies, if that is known.
    pub fn degrees(self, frame: &Frame, near: Option<LatLon>) -> Result<LatLon, Reason> {
        match self {
            Self::Pair(pair) => frame.degrees(pair, near),
            Self::Shape(mut shape) => {
                let own = shape.system.map(|system| Frame::Projected { system, swapped: false });
                let frame = own.as_ref().unwrap_or(frame);
                // The place is sought on the globe: what lies on both sides of 180 degrees has none in metres.
                frame::convert(&mut shape.value, &|pair| frame.degrees(pair, near))?;
                geometry::place(&shape.value)
            }
        }
    }
}

/// One angle of a column of its own. None: nothing is said.
fn one(value: &str, of: fn(Box<Reason>) -> Reason) -> Result<Option<Angle>, Reason> {
    angle::parse(value).map_err(|why| of(why.boxed()))
}

/// Latitude and longitude in two columns. Where the letters beside them say so, they are told apart by these.
pub(super) fn two(lat: &str, lon: &str) -> Result<Option<LatLon>, Reason> {
    let (lat, lon) = match (one(lat, |why| Reason::OfLatitude { why })?, one(lon, |why| Reason::OfLongitude { why })?) {
        (Some(lat), Some(lon)) => (lat, lon),
        (Some(_), None) => return Err(Reason::NoLongitude),
        (None, Some(_)) => return Err(Reason::NoLatitude),
        (None, None) => return Ok(None),
    };
    in_order(lat, lon).map(Some)
}

/// The first is the latitude, unless the letters say otherwise.
fn in_order(first: Angle, second: Angle) -> Result<LatLon, Reason> {
    match (first.axis, second.axis) {
        (Some(Axis::Latitude) | None, Some(Axis::Longitude) | None) => Ok((first.degrees, second.degrees)),
        (Some(Axis::Longitude), Some(Axis::Latitude)) => Ok((second.degrees, first.degrees)),
        (Some(Axis::Longitude), None) | (None, Some(Axis::Latitude)) => Err(Reason::DirectionOfOther),
        (Some(Axis::Latitude), Some(_)) | (Some(_), Some(Axis::Longitude)) => Err(Reason::SameDirection),
    }
}

/// Two numbers in one value: "48.85, 2.35", "48,85; 2,35", "(48.85 2.35)", "48°51'24\"N 2°21'08\"E".
fn pair(value: &str) -> Option<Result<(Angle, Angle), Reason>> {
    let inner = value.trim().trim_matches(['(', ')', '[', ']']).trim();
    let plain = |(a, b): (f64, f64)| (Angle { degrees: a, axis: None }, Angle { degrees: b, axis: None });
    if let Some(numbers) = two_numbers(inner.trim_matches(['"', '\''])) {
        return Some(Ok(plain(numbers)));
    }
    let plain_quotes = angle::one_typography(inner);
    let halves = match angle::between_letters(&plain_quotes) {
        Some(at) => plain_quotes.split_at_checked(at)?,
        None => [',', ';', '/', '|'].iter().find_map(|mark| plain_quotes.split_once(*mark))?,
    };
    Some(match (angle::parse(halves.0), angle::parse(halves.1)) {
        (Ok(Some(a)), Ok(Some(b))) => Ok((a, b)),
        (Err(why), _) | (_, Err(why)) => Err(why),
        _ => return None,
    })
}

fn two_numbers(inner: &str) -> Option<(f64, f64)> {
    let number = angle::number;
    let halves: Vec<&str> = if inner.contains([';', '|']) {
        inner.split([';', '|']).collect()
    } else if inner.split_whitespace().count() == 2 && !inner.contains(", ") && !inner.contains(" ,") {
        inner.split_whitespace().map(|half| half.trim_end_matches(',')).collect()
    } else {
        match inner.split(',').collect::<Vec<_>>().as_slice() {
            [a, b] => vec![a, b],
            // Decimal commas all over: "48,85,2,35".
            [a, b, c, d] => return Some((number(&format!("{a}.{b}"))?, number(&format!("{c}.{d}"))?)),
            _ => match inner.split('/').collect::<Vec<_>>().as_slice() {
                [a, b] => vec![a, b],
                _ => return None,
            },
        }
    };
    match halves.as_slice() {
        [a, b] => Some((number(a)?, number(b)?)),
        _ => None,
    }
}

/// Links to a map and "geo:" addresses (RFC 5870), which people copy: the part with the numbers.
fn of_link(value: &str) -> Option<(f64, f64)> {
    let lower = value.to_ascii_lowercase();
    if let Some(rest) = lower.strip_prefix("geo:") {
        return two_numbers(rest.split([';', '?']).next()?);
    }
    if !lower.starts_with("http") {
        return None;
    }
    let named = |name: &str| {
        let at = lower.find(name)? + name.len();
        angle::number(lower.get(at..)?.split(['&', '#', '/']).next()?)
    };
    if let (Some(lat), Some(lon)) = (named("mlat="), named("mlon=")) {
        return Some((lat, lon));
    }
    if let Some((_, map)) = lower.split_once("#map=") {
        let mut parts = map.split(['/', '&']).skip(1).map(angle::number);
        return Some((parts.next()??, parts.next()??));
    }
    let after = ["/@", "?q=", "&q=", "query=", "ll="].iter().find_map(|mark| Some(lower.split_once(mark)?.1))?;
    let mut parts = after.split([',', '&', '/']).flat_map(|part| part.split("%2c")).map(angle::number);
    Some((parts.next()??, parts.next()??))
}

/// Both in one value; `lon_first` tells their order. None: nothing is said.
pub(super) fn both(value: &str, lon_first: bool) -> Result<Option<Said>, Reason> {
    if text::is_absent(value) {
        return Ok(None);
    }
    if looks_like_one(value) {
        return Ok(shape(value)?.map(|shape| Said::Shape(Box::new(shape))));
    }
    if let Some(pair) = of_link(value.trim()) {
        return Ok(Some(Said::Pair(pair)));
    }
    let not = || Reason::NotTwoNumbers { said: text::shown(value) };
    let (a, b) = pair(value).ok_or_else(not)?.map_err(|why| Reason::OfCoordinates { why: why.boxed() })?;
    let named = a.axis.is_some() || b.axis.is_some();
    let pair = if lon_first && !named { (b.degrees, a.degrees) } else { in_order(a, b)? };
    Ok(Some(Said::Pair(pair)))
}

#[cfg(test)]
mod tests;
