//! Objects in the JSON of Overpass and of OpenStreetMap's own interface: one object with a list called "elements".

use super::{
    Place,
    thing::{Member, Next, Of, Parsed, Thing, Things, middle, place},
};
use crate::import::{
    ImportError, ImportItem, RECORD_MAX, Reason,
    encoding::{self, Detected, TextReader},
    json_split::{Piece, Splitter},
    text,
};
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, fs::File, io, path::PathBuf};

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

/// A file of them.
pub(super) struct OverpassThings {
    path: PathBuf,
    name: String,
    detected: Detected,
    splitter: Splitter<TextReader>,
    read: u64,
}

impl OverpassThings {
    pub fn open(path: PathBuf, name: String) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let detected = encoding::detect(&mut File::open(&path).map_err(io)?).map_err(io)?;
        Self::of_encoding(path, name, detected)
    }

    fn of_encoding(path: PathBuf, name: String, detected: Detected) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let mut reader = TextReader::new(File::open(&path).map_err(io)?, detected, false).map_err(io)?;
        // The splitter holds at most one object of bounded size.
        reader.allow(usize::MAX);
        let splitter = Splitter::of_list("elements", reader, RECORD_MAX, CHUNK);
        Ok(Self { path, name, detected, splitter, read: 0 })
    }
}

impl Things for OverpassThings {
    fn next(&mut self, take: &mut dyn FnMut(&dyn Thing)) -> Result<Next, ImportError> {
        let piece = self.splitter.next_piece().map_err(|error| ImportError::io(&self.name, &error))?;
        self.read += 1;
        let at = |line: u64| format!("element {} (line {line})", self.read);
        Ok(match piece {
            None => Next::End,
            Some(Piece::Broken { line, why }) => {
                return Err(ImportError::broken(&self.name, format!("line {line}"), why));
            }
            Some(Piece::TooLarge { line }) => Next::Skipped(ImportItem::skipped(at(line), Reason::too_large())),
            Some(Piece::Value { bytes, line }) => match parse(&bytes) {
                Ok(Some(thing)) => {
                    take(&thing);
                    Next::Given
                }
                // Counts and areas are about other objects.
                Ok(None) => Next::Given,
                Err(why) => Next::Skipped(ImportItem::skipped(at(line), why)),
            },
        })
    }
    /// A query that takes too long ends in half of its objects and in a remark.
    fn remark(&self) -> Option<String> {
        let tail = String::from_utf8_lossy(self.splitter.tail());
        let (_, said) = tail.split_once("\"remark\"")?;
        let said = said.trim_start().strip_prefix(':')?;
        serde_json::Deserializer::from_str(said).into_iter::<String>().next()?.ok()
    }
    fn position(&self) -> u64 {
        self.read
    }
    fn again(&self, _: u64) -> Result<Box<dyn Things + Send>, ImportError> {
        Ok(Box::new(Self::of_encoding(self.path.clone(), self.name.clone(), self.detected)?))
    }
}

#[derive(Deserialize)]
struct Said {
    #[serde(rename = "type")]
    of: String,
    id: Option<i64>,
    version: Option<i32>,
    visible: Option<bool>,
    lat: Option<f64>,
    lon: Option<f64>,
    #[serde(default)]
    tags: BTreeMap<String, Value>,
    #[serde(default)]
    nodes: Vec<i64>,
    #[serde(default)]
    geometry: Vec<Option<Spot>>,
    #[serde(default)]
    members: Vec<SaidMember>,
    center: Option<Spot>,
    bounds: Option<Bounds>,
}

#[derive(Deserialize)]
struct SaidMember {
    #[serde(rename = "type", default)]
    of: String,
    #[serde(rename = "ref", default)]
    id: i64,
    #[serde(default)]
    role: String,
    lat: Option<f64>,
    lon: Option<f64>,
    #[serde(default)]
    geometry: Vec<Option<Spot>>,
}

#[derive(Deserialize, Clone, Copy)]
struct Spot {
    lat: f64,
    lon: f64,
}

#[derive(Deserialize)]
struct Bounds {
    minlat: f64,
    minlon: f64,
    maxlat: f64,
    maxlon: f64,
}

/// None: about other objects.
fn parse(bytes: &[u8]) -> Result<Option<Parsed>, Reason> {
    let said: Said =
        serde_json::from_slice(bytes).map_err(|error| Reason::NotOsm { said: text::shown(&error.to_string()) })?;
    let (Some(of), Some(id)) = (Of::of_name(&said.of), said.id) else {
        return Ok(None);
    };
    let mut thing = Parsed::new(of, id);
    thing.version = said.version.unwrap_or_default();
    thing.is_deleted = said.visible == Some(false);
    thing.tags = said.tags.into_iter().map(|(key, value)| (key, in_words(value))).collect();
    let middle = |around: Bounds| middle(around.minlat, around.minlon, around.maxlat, around.maxlon);
    let center = said.center.and_then(|at| place(at.lat, at.lon));
    thing.place = spot(said.lat, said.lon).or(center).or_else(|| said.bounds.and_then(middle));
    thing.nodes = said.nodes;
    thing.line = line(&said.geometry);
    let members = said.members.into_iter().map(|member| Member {
        of: Of::of_name(&member.of),
        id: member.id,
        is_label: member.role == "label",
        line: spot(member.lat, member.lon).map_or_else(|| line(&member.geometry), |at| vec![at]),
    });
    thing.members = members.collect();
    Ok(Some(thing))
}

fn spot(lat: Option<f64>, lon: Option<f64>) -> Option<Place> {
    place(lat?, lon?)
}

/// What lies outside of the rectangle that was asked for is not said.
fn line(spots: &[Option<Spot>]) -> Vec<Place> {
    spots.iter().flatten().filter_map(|at| place(at.lat, at.lon)).collect()
}

fn in_words(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
