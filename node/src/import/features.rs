//! GeoJSON: a FeatureCollection, one Feature, or one Feature a line.

use super::{
    ImportError, ImportItem, RECORD_MAX, Source, encoding,
    encoding::TextReader,
    geometry,
    json_split::{Lines, Piece, Splitter},
    mapping::Columns,
    record::{Builder, Said},
    text,
};
use geojson::{Feature, feature::Id};
use serde_json::Value;
use std::{
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
    encoding_note: Option<String>,
}

impl FeatureSource {
    pub fn open(
        mut file: File,
        name: String,
        builder: Builder,
        columns: Columns,
        lines: bool,
    ) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let detected = encoding::detect(&mut file).map_err(io)?;
        let encoding_note = (detected.encoding != encoding_rs::UTF_8)
            .then(|| format!("read as {}, though GeoJSON is UTF-8: look at the accents", detected.encoding.name()));
        let mut reader = TextReader::new(file, detected, false).map_err(io)?;
        // The splitters hold at most one value of bounded size, whatever the text is.
        reader.allow(usize::MAX);
        let pieces = if lines {
            Pieces::Lines(Lines::new(BufReader::with_capacity(CHUNK, reader), RECORD_MAX))
        } else {
            Pieces::Whole(Splitter::new(reader, RECORD_MAX, CHUNK))
        };
        Ok(Self { pieces, file: name, builder, columns, read: 0, encoding_note })
    }

    fn next_feature(&mut self) -> io::Result<Option<Result<ImportItem, ImportError>>> {
        let too_large = || format!("larger than {} MiB", RECORD_MAX >> 20);
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
                        Ok(self.item(&at, &bytes).unwrap_or_else(|why| ImportItem::skipped(at, why.text)))
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
                        Err(ImportError::broken(&self.file, at, "the file ends in the middle of a feature: it is cut"))
                    }
                    Err(why) => Ok(ImportItem::skipped(at, why.text)),
                }))
            }
        }
    }

    fn item(&mut self, at: &str, bytes: &[u8]) -> Result<ImportItem, Bad> {
        let feature = parse(bytes)?;
        let mut said = Said::default();
        for (key, value) in feature.properties.iter().flatten() {
            self.say(&mut said, key, value);
        }
        let place = match &feature.geometry {
            Some(shape) => match geometry::middle(&shape.value) {
                Ok(place) => Some(place),
                Err(why) => return Ok(ImportItem::skipped(at, why)),
            },
            None => None,
        };
        let id = feature.id.map(|id| match id {
            Id::String(id) => text::one_line(&id),
            Id::Number(id) => id.to_string(),
        });
        let id = id.or_else(|| Some(text::one_line(feature.properties?.get("@id")?.as_str()?)));
        Ok(self.builder.item(at, id.filter(|id| !id.is_empty()), said, place))
    }

    fn say(&self, said: &mut Said, key: &str, value: &Value) {
        // Exports of OpenStreetMap put all under "tags".
        if let Value::Object(inner) = value {
            for (key, value) in inner.iter().filter(|(_, value)| key == "tags" && !value.is_object()) {
                self.say(said, key, value);
            }
            return;
        }
        if let Some(role) = self.columns.role(key)
            && let Some(text) = plain(value)
        {
            said.add(role, &text);
        }
    }
}

/// Why a feature cannot be parsed.
struct Bad {
    text: String,
    /// Whether the text ended too early.
    is_cut: bool,
}

fn parse(bytes: &[u8]) -> Result<Feature, Bad> {
    let bad = |text: String| Bad { text, is_cut: false };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| Bad {
        text: format!("not valid JSON: {}", text::one_line(&error.to_string())),
        is_cut: error.is_eof(),
    })?;
    match value.get("type").and_then(Value::as_str) {
        Some("Feature") => {}
        Some("FeatureCollection") => {
            return Err(bad("a FeatureCollection within a line or another: only its features are read".into()));
        }
        Some("Topology") => return Err(bad("TopoJSON: convert it to GeoJSON first".into())),
        Some(other) => return Err(bad(format!("a '{}', not a Feature", text::shown(other)))),
        None => return Err(bad("not a Feature: it has no \"type\"".into())),
    }
    serde_json::from_value::<Feature>(value)
        .map_err(|error| bad(format!("not valid GeoJSON: {}", text::shown(&error.to_string()))))
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
    fn notes(&self) -> Vec<String> {
        self.encoding_note.iter().cloned().chain(self.builder.notes()).collect()
    }
}

#[cfg(test)]
mod tests;
