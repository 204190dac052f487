//! A shape in one cell: GeoJSON, WKT of every kind, or the hexadecimal WKB that databases export.

use super::{angle, systems::System};
use crate::import::{Reason, text};
use geojson::GeometryValue;
use serde_json::{Value, json};

/// Parentheses within one another, at most: a multipolygon has three, a collection of them four.
const DEPTH_MAX: usize = 6;
/// Shapes within one another in WKB, at most.
const NESTED_MAX: usize = 4;

/// A shape, and the system that it says its numbers are in.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::import) struct Shape {
    pub value: GeometryValue,
    pub system: Option<System>,
}

/// Words that begin a shape in WKT, and the GeoJSON that they come to. Curves are taken by their points.
const WORDS: &[(&str, &str)] = &[
    ("GEOMETRYCOLLECTION", "GeometryCollection"),
    ("MULTIPOLYGON", "MultiPolygon"),
    ("MULTISURFACE", "MultiPolygon"),
    ("POLYHEDRALSURFACE", "MultiPolygon"),
    ("TIN", "MultiPolygon"),
    ("MULTILINESTRING", "MultiLineString"),
    ("MULTICURVE", "MultiLineString"),
    ("MULTIPOINT", "MultiPoint"),
    ("CURVEPOLYGON", "Polygon"),
    ("POLYGON", "Polygon"),
    ("TRIANGLE", "Polygon"),
    ("LINESTRING", "LineString"),
    ("LINEARRING", "LineString"),
    ("CIRCULARSTRING", "LineString"),
    ("POINT", "Point"),
];

/// Whether a text looks like a shape, whatever its column is called.
pub(in crate::import) fn looks_like_one(value: &str) -> bool {
    let value = value.trim();
    value.starts_with('{') && value.contains("coordinates")
        || split_srid(value).is_ok_and(|(_, wkt)| word_of(wkt).is_some())
        || is_wkb(value)
}

/// The shape of a cell. None: nothing is said.
pub(in crate::import) fn parse(value: &str) -> Result<Option<Shape>, Reason> {
    let value = value.trim();
    if text::is_absent(value) {
        return Ok(None);
    }
    let not = || Reason::ShapeUnknown { said: text::shown(value) };
    if value.starts_with('{') {
        let shape: geojson::Geometry = serde_json::from_str(value)
            .map_err(|error| Reason::ShapeNotGeoJson { said: text::one_line(&error.to_string()) })?;
        return Ok(Some(Shape { value: shape.value, system: None }));
    }
    if is_wkb(value) {
        return wkb(value).map(Some).ok_or_else(|| Reason::ShapeDamaged { said: text::shown(value) });
    }
    let (srid, wkt) = split_srid(value)?;
    if wkt.to_ascii_uppercase().ends_with("EMPTY") {
        return Ok(None);
    }
    let json = of_wkt(wkt, 0).ok_or_else(not)?;
    let shape: geojson::Geometry = serde_json::from_value(json).map_err(|_| not())?;
    let system = match srid {
        Some(code) => Some(
            System::of_code(code)
                .ok_or_else(|| Reason::ShapeSystemUnknown { said: text::shown(value), epsg: code.into() })?,
        ),
        None => None,
    };
    Ok(Some(Shape { value: shape.value, system }))
}

/// "SRID=2154;POINT (…)": the code, and the rest.
fn split_srid(value: &str) -> Result<(Option<u32>, &str), Reason> {
    let Some(start) = value.get(..5).filter(|start| start.eq_ignore_ascii_case("srid=")) else {
        return Ok((None, value));
    };
    let rest = value.get(start.len()..).unwrap_or_default();
    let not = || Reason::ShapeNoSystem { said: text::shown(value) };
    let (code, wkt) = rest.split_once(';').ok_or_else(not)?;
    let code = code.trim().parse().map_err(|_| not())?;
    // 0: the database did not know.
    Ok((Some(code).filter(|code| *code != 0), wkt.trim()))
}

/// The GeoJSON type of a WKT, and what stands in its parentheses.
fn word_of(wkt: &str) -> Option<(&'static str, &str)> {
    let open = wkt.find('(')?;
    let head = wkt.get(..open)?.trim().to_ascii_uppercase();
    let inner = wkt.get(open..)?.trim().strip_prefix('(')?.strip_suffix(')')?;
    let (word, kind) = WORDS.iter().find(|(word, _)| head.starts_with(word))?;
    matches!(head.get(word.len()..)?.trim(), "" | "Z" | "M" | "ZM").then_some((*kind, inner))
}

fn of_wkt(wkt: &str, depth: usize) -> Option<Value> {
    let (kind, inner) = word_of(wkt.trim())?;
    if kind == "GeometryCollection" {
        if depth >= NESTED_MAX {
            return None;
        }
        let parts = at_commas(inner)?.into_iter().map(|part| of_wkt(part, depth + 1));
        return Some(json!({"type": kind, "geometries": parts.collect::<Option<Vec<Value>>>()?}));
    }
    let coordinates = match kind {
        "Point" => position(inner)?,
        "MultiPoint" => list(inner, |part| position(without_parentheses(part)))?,
        "LineString" => list(inner, position)?,
        "Polygon" | "MultiLineString" => list(inner, line)?,
        _ => list(inner, |part| list(without_parentheses(part), line))?,
    };
    Some(json!({"type": kind, "coordinates": coordinates}))
}

/// A ring, also where a word stands before it ("CIRCULARSTRING (…)" within a curve polygon).
fn line(part: &str) -> Option<Value> {
    let from = part.find('(')?;
    list(without_parentheses(part.get(from..)?), position)
}

fn list(inner: &str, each: impl Fn(&str) -> Option<Value>) -> Option<Value> {
    at_commas(inner)?.into_iter().map(|part| each(part.trim())).collect::<Option<Vec<Value>>>().map(Value::Array)
}

fn without_parentheses(part: &str) -> &str {
    let part = part.trim();
    part.strip_prefix('(').and_then(|part| part.strip_suffix(')')).unwrap_or(part).trim()
}

/// "2.35 48.85 12": the first two.
fn position(part: &str) -> Option<Value> {
    let mut numbers = part.split_whitespace().map(angle::number);
    let (x, y) = (numbers.next()??, numbers.next()??);
    Some(json!([x, y]))
}

/// Parts between the commas that stand in no parentheses. None: too deep, or not closed.
fn at_commas(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_usize, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(text.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
        if depth > DEPTH_MAX {
            return None;
        }
    }
    parts.push(text.get(from..)?);
    (depth == 0).then_some(parts)
}

/// Hexadecimal WKB begins with its byte order and a small type.
fn is_wkb(value: &str) -> bool {
    let hex = value.trim_start_matches("\\x").trim_start_matches("0x");
    hex.len() >= 42
        && hex.len().is_multiple_of(2)
        && (hex.starts_with("01") || hex.starts_with("00"))
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The bytes of WKB that are not read yet.
struct Bytes<'a> {
    rest: &'a [u8],
    little: bool,
}

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*first)
    }
    fn number(&mut self) -> Option<u32> {
        let bytes = self.take()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }
    fn real(&mut self) -> Option<f64> {
        let bytes = self.take()?;
        Some(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }
    fn position(&mut self, dimensions: usize) -> Option<Value> {
        let (x, y) = (self.real()?, self.real()?);
        for _ in 2..dimensions {
            self.real()?;
        }
        (x.is_finite() && y.is_finite()).then(|| json!([x, y]))
    }
    fn list(&mut self, mut each: impl FnMut(&mut Self) -> Option<Value>) -> Option<Value> {
        let count = self.number()?;
        // Grows by what there is, not by what is announced.
        let mut values = Vec::new();
        for _ in 0..count {
            values.push(each(self)?);
        }
        Some(Value::Array(values))
    }
    /// A shape, and the code of its system.
    fn shape(&mut self, depth: usize) -> Option<(Value, Option<u32>)> {
        if depth > NESTED_MAX {
            return None;
        }
        self.little = self.take::<1>()? == [1];
        let flags = self.number()?;
        let code = if flags & 0x2000_0000 != 0 { Some(self.number()?) } else { None };
        let plain = flags & 0x0fff_ffff;
        let more = usize::from(flags & 0x8000_0000 != 0) + usize::from(flags & 0x4000_0000 != 0);
        // ISO writes the dimensions into the thousands.
        let dimensions = 2 + more.max(match plain / 1_000 {
            0 => 0,
            3 => 2,
            _ => 1,
        });
        let inner = |bytes: &mut Self| bytes.shape(depth + 1).map(|(value, _)| value);
        let coordinates = |value: Value| value.get("coordinates").cloned();
        let ring = |bytes: &mut Self| bytes.list(|bytes| bytes.position(dimensions));
        let (kind, value) = match plain % 1_000 {
            1 => ("Point", self.position(dimensions)?),
            2 => ("LineString", ring(self)?),
            3 => ("Polygon", self.list(ring)?),
            4 => ("MultiPoint", self.list(|bytes| inner(bytes).and_then(coordinates))?),
            5 => ("MultiLineString", self.list(|bytes| inner(bytes).and_then(coordinates))?),
            6 => ("MultiPolygon", self.list(|bytes| inner(bytes).and_then(coordinates))?),
            7 => {
                let parts = self.list(inner)?;
                return Some((json!({"type": "GeometryCollection", "geometries": parts}), code));
            }
            _ => return None,
        };
        Some((json!({"type": kind, "coordinates": value}), code))
    }
}

fn wkb(value: &str) -> Option<Shape> {
    let hex = value.trim_start_matches("\\x").trim_start_matches("0x");
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let bytes: Option<Vec<u8>> = hex
        .as_bytes()
        .chunks_exact(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
            _ => None,
        })
        .collect();
    let bytes = bytes?;
    let (json, code) = Bytes { rest: &bytes, little: true }.shape(0)?;
    let shape: geojson::Geometry = serde_json::from_value(json).ok()?;
    let system = match code.filter(|code| *code != 0) {
        Some(code) => Some(System::of_code(code)?),
        None => None,
    };
    Some(Shape { value: shape.value, system })
}

#[cfg(test)]
mod tests;
