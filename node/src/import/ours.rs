//! Files that this program wrote itself (`export/`): what they say is taken as it stands. Nothing is guessed and
//! nothing mended, so that an element comes back as it was, whatever texts it has.

use super::{ImportRecord, text};
use crate::times;
use serde_json::{Map, Value, json};

/// The column or property by which its records are known; its value is the version of what stands beside it.
pub(crate) const MARK: &str = "communaut";
/// The version that is written and read.
pub(crate) const VERSION: &str = "1";
/// Of which data set it is, where it was imported itself.
pub(crate) const SOURCE: &str = "communaut_source";
/// Licence and credit.
pub(crate) const LICENCE: &str = "communaut_licence";
/// When it takes place, all of it: counts as long as the times beside it, which people read, are the same.
pub(crate) const WHEN: &str = "communaut_when";

/// The columns, in the order in which they are written. The words are those that any table may use.
pub(crate) const COLUMNS: [&str; 19] = [
    "id",
    "name",
    "kind",
    "description",
    "latitude",
    "longitude",
    "address",
    "phone",
    "email",
    "website",
    "opening_hours",
    "tags",
    "start",
    "end",
    MARK,
    SOURCE,
    LICENCE,
    WHEN,
    FOREIGN,
];
/// What no field of ours has, of a record of another program: JSON.
pub(crate) const FOREIGN: &str = "communaut_foreign";

/// Signs with which a cell of a spreadsheet begins that is computed instead of shown; and that by which it is guarded.
const BEGINS_FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\'', '＝', '＋', '－', '＠'];
/// The guard: spreadsheets take what stands behind it for text.
const GUARD: char = '\'';

/// A text that no spreadsheet computes.
pub(crate) fn guarded(text: &str) -> String {
    if text.starts_with(BEGINS_FORMULA) { format!("{GUARD}{text}") } else { text.to_owned() }
}

/// The text that was guarded.
pub(crate) fn unguarded(text: &str) -> &str {
    let inner = text.strip_prefix(GUARD).filter(|inner| inner.starts_with(BEGINS_FORMULA));
    inner.unwrap_or(text)
}

/// Whether a column is the mark.
pub(super) fn is_mark(name: &str) -> bool {
    text::header_key(name) == MARK
}

/// Whether a record has the mark.
pub(super) fn is_marked(said: &Map<String, Value>) -> bool {
    !text_of(said, MARK).is_empty()
}

/// A text of a record; empty: not said.
pub(super) fn text_of(said: &Map<String, Value>, name: &str) -> String {
    match said.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other @ (Value::Object(_) | Value::Array(_))) => other.to_string(),
        _ => String::new(),
    }
}

/// The tags as one cell; as a list of JSON where one of them has the sign in between.
pub(crate) fn joined(tags: &[String]) -> String {
    let plain = tags.iter().all(|tag| !tag.contains(';') && !tag.is_empty() && !tag.starts_with('['));
    if plain { tags.join(";") } else { Value::from(tags).to_string() }
}

/// What a record says, by the names of the columns; what it does not say is left out. Its position stands beside it.
pub(crate) fn properties(record: &ImportRecord) -> Map<String, Value> {
    let (start, end) = record.when.as_ref().map(times::told).unwrap_or_default();
    let texts = [
        ("id", &record.source_id),
        ("name", &record.name),
        ("description", &record.description),
        ("address", &record.address),
        ("phone", &record.phone),
        ("email", &record.email),
        ("website", &record.website),
        ("opening_hours", &record.opening_hours),
        ("start", &start),
        ("end", &end),
        (SOURCE, &record.source),
        (LICENCE, &record.licence),
        (FOREIGN, &record.foreign),
    ];
    let said = texts.into_iter().filter(|(_, text)| !text.is_empty());
    let mut all: Map<String, Value> = said.map(|(name, text)| (name.to_owned(), text.as_str().into())).collect();
    all.insert(MARK.into(), VERSION.into());
    all.insert("kind".into(), record.kind.name().into());
    if !record.tags.is_empty() {
        all.insert("tags".into(), json!(record.tags));
    }
    if let Some(when) = &record.when {
        all.insert(WHEN.into(), json!(when));
    }
    all
}

/// The tags of a record.
pub(super) fn tags_of(said: &Map<String, Value>) -> Vec<String> {
    let texts = |all: &Vec<Value>| all.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    match said.get("tags") {
        Some(Value::Array(all)) => texts(all),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Array(all)) if text.starts_with('[') => texts(&all),
            _ => text.split(';').filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guarded_comes_back_and_is_never_computed() {
        for text in ["=1+1", "+33 1", "-", "@x", "\tx", "'=x", "'", "''", "'a", "a", "", "＝1", "é=1"] {
            let cell = guarded(text);
            assert!(cell.is_empty() || !cell.starts_with(BEGINS_FORMULA) || cell.starts_with(GUARD), "{cell}");
            assert_eq!(unguarded(&cell), text);
        }
        // What a person typed behind the sign stays.
        assert_eq!(unguarded("'a"), "'a");
    }

    #[test]
    fn tags_come_back_whatever_signs_they_have() {
        for tags in [&[][..], &["pain"], &["a", "b c"], &["a;b"], &["[\"a\"]"], &["[", "é,\"x\""]] {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            let said = Map::from_iter([("tags".to_owned(), Value::from(joined(&tags)))]);
            assert_eq!(tags_of(&said), tags);
        }
    }
}
