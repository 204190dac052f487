//! GeoJSON: a FeatureCollection, one Feature, or one Feature a line.

mod crs;

use super::{
    FileFault, ImportError, ImportItem, RECORD_MAX, Reason, Source,
    columns::recognise_osm,
    coords::{self, Shape},
    encoding,
    encoding::TextReader,
    json_split::{Lines, Piece, Splitter},
    mapping::{Columns, Mapping},
    notes::ImportNote,
    ours,
    preview::Column,
    record::{Builder, Said, is_osm_id},
    role::{Rank, Role},
    survey::{SAMPLE, Seen, Told, survey},
    text,
};
use geojson::{Feature, GeometryValue, feature::Id};
use serde_json::{Map, Value};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, BufReader},
};

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

enum Pieces {
    Whole(Splitter<TextReader>),
    Lines(Lines<BufReader<TextReader>>),
}

/// Features of a file.
pub(super) struct FeatureSource {
    pieces: Pieces,
    file: String,
    builder: Builder,
    columns: Columns,
    read: u64,
    notes: Vec<ImportNote>,
    /// What properties mean: the same few names stand in every feature.
    known: HashMap<String, Option<(Role, Rank)>>,
    /// One of its features was written by this program.
    ours: bool,
}

/// Names of properties that are remembered: beyond, each is looked at anew.
const KNOWN_MAX: usize = 2_000;

/// What is made of a feature: its id, values and position as they stand.
struct Read {
    id: Option<String>,
    said: Said,
    place: Option<coords::Said>,
}

impl FeatureSource {
    /// The file is read twice: its first features to see what they have in common, then all.
    pub fn open(
        mut file: File,
        name: String,
        builder: Builder,
        mapping: &Mapping,
        lines: bool,
    ) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let detected = encoding::detect(&mut file).map_err(io)?;
        let encoding = (detected.encoding != encoding_rs::UTF_8)
            .then(|| ImportNote::Encoding { encoding: detected.encoding.name().to_owned() });
        let said = crs::of_file(&mut file).map_err(io)?;
        let said = said.map(|crs| coords::System::of_name(&crs)).transpose().map_err(|system| {
            let why = FileFault::SystemUnknown { system };
            ImportError::unusable(&name, why)
        })?;
        let pieces = |file: File| -> io::Result<Pieces> {
            let mut reader = TextReader::new(file, detected, false)?;
            // The splitters hold at most one value of bounded size, whatever the text is.
            reader.allow(usize::MAX);
            Ok(if lines {
                Pieces::Lines(Lines::new(BufReader::with_capacity(CHUNK, reader), RECORD_MAX))
            } else {
                Pieces::Whole(Splitter::new(reader, RECORD_MAX, CHUNK))
            })
        };
        let first = pieces(file.try_clone().map_err(io)?).map_err(io)?;
        let columns = mapping.columns.clone();
        let mut source = Self {
            pieces: first,
            file: name.clone(),
            builder,
            columns,
            read: 0,
            notes: encoding.into_iter().collect(),
            known: HashMap::new(),
            ours: false,
        };
        source.look_at_features(Told { system: mapping.system.or(said), hint: None, kind: mapping.kind });
        source.pieces = pieces(file).map_err(io)?;
        source.read = 0;
        Ok(source)
    }

    /// See what the first features have in common. What is broken is told when it is read again.
    fn look_at_features(&mut self, told: Told) {
        let mut seen: Vec<Seen> = Vec::new();
        let mut bytes = 0;
        while seen.len() < SAMPLE && bytes < RECORD_MAX {
            let value = match &mut self.pieces {
                Pieces::Whole(splitter) => match splitter.next_piece() {
                    Ok(Some(Piece::Value { bytes, .. })) => bytes,
                    Ok(Some(Piece::TooLarge { .. })) => continue,
                    _ => break,
                },
                Pieces::Lines(lines) => match lines.next_line() {
                    Ok(Some(line)) => match line.bytes {
                        Some(bytes) => bytes,
                        None => continue,
                    },
                    _ => break,
                },
            };
            bytes += value.len();
            // What this program wrote is taken as it stands.
            if let Ok(feature) = parse(&value)
                && of_ours(&feature).is_none()
            {
                let read = self.read(feature);
                let mut one = Seen::of(read.said, read.place.and_then(|place| place.sample()));
                one.id = read.id.unwrap_or(one.id);
                seen.push(one);
            }
        }
        let found = survey(&seen, told, self.builder.addresses());
        self.notes.extend(found.notes);
        self.builder.habits = found.habits;
        self.builder.habits.subject = self.builder.subject(&[]);
        let alone = self.builder.habits.nameless && self.builder.habits.subject.is_none();
        self.builder.habits.thing = self.builder.thing().filter(|_| alone);
        if found.ids_repeat && seen.iter().any(|seen| !seen.id.is_empty()) && self.columns.is_unnamed(Role::Id) {
            self.columns.forget_ids();
            self.known.clear();
        }
    }

    fn next_feature(&mut self) -> io::Result<Option<Result<ImportItem, ImportError>>> {
        let too_large = Reason::too_large;
        match &mut self.pieces {
            Pieces::Whole(splitter) => {
                let Some(piece) = splitter.next_piece()? else { return Ok(None) };
                self.read += 1;
                let at = |line| format!("feature {} (line {line})", self.read);
                Ok(Some(match piece {
                    Piece::Broken { line, why } => Err(ImportError::broken(&self.file, format!("line {line}"), why)),
                    Piece::TooLarge { line } => Ok(ImportItem::skipped(at(line), too_large())),
                    Piece::Value { bytes, line } => {
                        let at = at(line);
                        Ok(self.item(&at, &bytes).unwrap_or_else(|why| ImportItem::skipped(at, why.why)))
                    }
                }))
            }
            Pieces::Lines(lines) => {
                let Some(line) = lines.next_line()? else { return Ok(None) };
                let at = format!("line {}", line.number);
                let Some(bytes) = line.bytes else { return Ok(Some(Ok(ImportItem::skipped(at, too_large())))) };
                Ok(Some(match self.item(&at, &bytes) {
                    Ok(item) => Ok(item),
                    Err(why) if why.is_cut && !line.ended => {
                        Err(ImportError::broken(&self.file, at, FileFault::CutInFeature))
                    }
                    Err(why) => Ok(ImportItem::skipped(at, why.why)),
                }))
            }
        }
    }

    fn item(&mut self, at: &str, bytes: &[u8]) -> Result<ImportItem, Bad> {
        let feature = parse(bytes)?;
        if let Some(ours) = of_ours(&feature) {
            self.ours = true;
            return Ok(self.builder.ours(at, &ours, None));
        }
        let Read { id, said, place } = self.read(feature);
        Ok(self.builder.item_at(at, id, said, place))
    }

    fn read(&mut self, feature: Feature) -> Read {
        let mut said = Said::default();
        let id = id_of(&feature);
        // An object of OpenStreetMap says the same in every file: its tags are read as in an extract.
        let is_osm = id.as_deref().is_some_and(is_osm_id);
        for (key, value) in feature.properties.iter().flatten() {
            self.say(&mut said, key, value, is_osm);
        }
        let shape = feature.geometry.map(|shape| Box::new(Shape { value: shape.value, system: None }));
        Read { id, said, place: shape.map(coords::Said::Shape) }
    }

    fn role(&mut self, key: &str) -> Option<(Role, Rank)> {
        if let Some(known) = self.known.get(key) {
            return *known;
        }
        let role = self.columns.role(key);
        if self.known.len() < KNOWN_MAX {
            self.known.insert(key.to_owned(), role);
        }
        role
    }

    fn say(&mut self, said: &mut Said, key: &str, value: &Value, is_osm: bool) {
        // Exports of OpenStreetMap put all under "tags".
        if let Value::Object(inner) = value {
            for (key, value) in inner.iter().filter(|(_, value)| key == "tags" && !value.is_object()) {
                self.say(said, key, value, is_osm);
            }
            return;
        }
        let role = if is_osm { recognise_osm(key) } else { self.role(key) };
        if let Some(role) = role
            && let Some(text) = plain(value)
        {
            said.add(role, &text);
        }
    }
}

/// Why a feature cannot be parsed.
struct Bad {
    why: Reason,
    /// Whether the text ended too early.
    is_cut: bool,
}

fn parse(bytes: &[u8]) -> Result<Feature, Bad> {
    let bad = |why: Reason| Bad { why, is_cut: false };
    let value: Value =
        serde_json::from_slice(bytes).map_err(|error| Bad { why: (&error).into(), is_cut: error.is_eof() })?;
    match value.get("type").and_then(Value::as_str) {
        Some("Feature") => {}
        Some("FeatureCollection") => {
            return Err(bad(Reason::CollectionWithin));
        }
        Some("Topology") => return Err(bad(Reason::TopoJson)),
        Some(other) => return Err(bad(Reason::NotFeature { said: text::shown(other) })),
        None => return Err(bad(Reason::NoType)),
    }
    serde_json::from_value::<Feature>(value)
        .map_err(|error| bad(Reason::NotGeoJson { said: text::shown(&error.to_string()) }))
}

/// What a feature says that this program wrote.
fn of_ours(feature: &Feature) -> Option<Map<String, Value>> {
    let mut said = feature.properties.as_ref().filter(|said| ours::is_marked(said))?.clone();
    if let Some(GeometryValue::Point { coordinates }) = feature.geometry.as_ref().map(|geometry| &geometry.value)
        && let [lon, lat] = coordinates.as_slice()
    {
        said.extend([("latitude".to_owned(), (*lat).into()), ("longitude".to_owned(), (*lon).into())]);
    }
    Some(said)
}

/// The id that a feature has, or that its properties say as exports of OpenStreetMap do.
fn id_of(feature: &Feature) -> Option<String> {
    let own = feature.id.as_ref().map(|id| match id {
        Id::String(id) => text::one_line(id),
        Id::Number(id) => id.to_string(),
    });
    let said = || Some(text::one_line(feature.properties.as_ref()?.get("@id")?.as_str()?));
    let id = own.clone().filter(|id| is_osm_id(id)).or_else(said).or(own);
    id.filter(|id| !id.is_empty())
}

/// A property as text; lists of words are joined.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => {
            let words: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            (!words.is_empty()).then(|| words.join(";"))
        }
        _ => None,
    }
}

impl Source for FeatureSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_feature().unwrap_or_else(|error| Some(Err(ImportError::io(&self.file, &error))))
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.notes.iter().cloned().chain(self.builder.notes()).collect()
    }
    /// The properties that were met.
    fn columns(&self) -> Vec<Column> {
        columns_of(&self.known)
    }
    fn is_ours(&self) -> bool {
        self.ours
    }
}

/// Names of properties with what they are taken for, by name.
pub(super) fn columns_of(known: &HashMap<String, Option<(Role, Rank)>>) -> Vec<Column> {
    let mut all: Vec<_> = known.iter().collect();
    all.sort_by(|a, b| a.0.cmp(b.0));
    all.into_iter().map(|(name, role)| Column::new(name, role.map(|(role, _)| role))).collect()
}

#[cfg(test)]
mod tests;
