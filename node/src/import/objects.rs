//! Records in JSON of their own shape: one object, a list of them, or a list inside an object.
//!
//! The text is cut into its objects, each of bounded size, and each is looked at by itself.

pub(crate) mod communecter;
mod linked;
mod murmurations;
mod values;
mod wikidata;

use super::{
    Format, ImportError, ImportItem, RECORD_MAX, Reason, Source,
    coords::{self, System},
    dates::Clock,
    encoding::{self, TextReader},
    json_split::{Piece, Splitter},
    mapping::Mapping,
    notes::ImportNote,
    record::{Builder, Said},
    survey::{SAMPLE, Seen, Told, survey},
};
use communaut_protocol::op::Kind;
use communecter::Hosts;
use linked::Referred;
use serde_json::{Map, Value};
use std::{
    collections::{HashSet, VecDeque},
    fs::File,
    io::{self, Cursor, Read},
};
use values::Dates;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Ids that are remembered, so that a row that says the same again is known.
const SEEN_MAX: usize = 1 << 20;

/// What one object says.
#[derive(Debug, Default)]
struct Thing {
    pub id: Option<String>,
    pub said: Said,
    /// Latitude first.
    pub place: Option<(f64, f64)>,
    /// None: what the mapping says, or a place.
    pub kind: Option<Kind>,
    pub dates: Dates,
    /// What this program wrote of it.
    pub ours: Option<Map<String, Value>>,
    /// All of it, where it is to go back as it came.
    pub whole: Option<Map<String, Value>>,
}

impl Thing {
    /// The record that it comes to.
    fn made(self, at: &str, builder: &mut Builder, clock: &mut Clock) -> ImportItem {
        if let Some(ours) = self.ours {
            return builder.ours(at, &ours, None);
        }
        let dates = match self.dates.read() {
            Ok(dates) => dates,
            Err(why) => return ImportItem::skipped(at, why),
        };
        if self.kind == Some(Kind::Event) && dates.is_none() {
            return ImportItem::skipped(at, Reason::NoDate);
        }
        let place = self.place.map(coords::Said::Pair);
        let mut item = builder.item_at(at, self.id, self.said, place);
        if let ImportItem::Record(record) = &mut item {
            record.kind = self.kind.unwrap_or(record.kind);
            if let Some((start, end)) = dates.filter(|_| record.kind == Kind::Event) {
                let zone = builder.zone((f64::from(record.lat_e7) / 1e7, f64::from(record.lon_e7) / 1e7));
                record.when = clock.when(start, end, &zone);
                if record.when.is_none() {
                    return ImportItem::skipped(at, Reason::OutOfCalendar);
                }
            }
            if let Some(whole) = self.whole {
                record.foreign = communecter::foreign(&whole, record);
            }
        }
        item
    }
}

/// A thing, or why it is none.
type Found = Result<Thing, Reason>;
/// The things that an object holds.
type Reads = fn(&Value, &Mapping) -> Vec<Found>;

/// How a file is cut and read.
struct Way {
    /// Names of the list, where the whole is an object.
    lists: &'static [&'static str],
    /// In how many objects the list stands.
    level: u64,
    /// The list may be an object whose keys are ids.
    by_key: bool,
    reads: Reads,
}

fn way(format: Format) -> Way {
    match format {
        Format::JsonLd => Way { lists: linked::LISTS, level: 1, by_key: false, reads: linked::things },
        Format::Murmurations => {
            Way { lists: murmurations::LISTS, level: 1, by_key: false, reads: murmurations::things }
        }
        Format::Wikidata => Way { lists: wikidata::LISTS, level: 2, by_key: false, reads: wikidata::things },
        _ => Way { lists: communecter::LISTS, level: 1, by_key: true, reads: communecter::things },
    }
}

/// Objects of a file.
pub(super) struct ObjectSource {
    splitter: Splitter<Box<dyn Read + Send>>,
    file: String,
    builder: Builder,
    mapping: Mapping,
    way: Way,
    /// Whether the list is an object.
    keyed: bool,
    read: u64,
    ready: VecDeque<ImportItem>,
    seen: HashSet<String>,
    clock: Clock,
    /// What its things refer to elsewhere in it.
    referred: Referred,
    /// Where those lie who hold what says no place itself.
    hosts: Hosts,
    notes: Vec<ImportNote>,
}

impl ObjectSource {
    /// The file is read twice: its first objects to see what they have in common, then all.
    pub fn open(
        mut file: File,
        head: &[u8],
        format: Format,
        name: String,
        builder: Builder,
        mapping: Mapping,
    ) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let detected = encoding::detect(&mut file).map_err(io)?;
        let way = way(format);
        let start = encoding::head_text(head);
        let start = start.trim_start_matches('\u{feff}').trim_start();
        let is_list = start.starts_with('[');
        let named = way.lists.iter().find_map(|list| Some((*list, opens(start, list)?)));
        let keyed = !is_list && way.by_key && named.is_some_and(|(_, sign)| sign == '{');
        let level = if is_list { 1 } else { way.level };
        let split = |file: File| -> io::Result<Splitter<Box<dyn Read + Send>>> {
            let mut reader = TextReader::new(file, detected, false)?;
            // The splitter holds at most one object of bounded size.
            reader.allow(usize::MAX);
            // A list by itself is read as the list of an object.
            let whole: Box<dyn Read + Send> = if is_list {
                Box::new(Cursor::new("{\"\":").chain(reader).chain(Cursor::new("}")))
            } else {
                Box::new(reader)
            };
            let list = if is_list { "" } else { named.map_or("\0", |(list, _)| list) };
            Ok(Splitter::of_list(list, whole, RECORD_MAX, CHUNK).within(level, keyed))
        };
        let first = split(file.try_clone().map_err(io)?).map_err(io)?;
        let mut source = Self {
            splitter: first,
            file: name.clone(),
            builder,
            mapping,
            way,
            keyed,
            read: 0,
            ready: VecDeque::new(),
            seen: HashSet::new(),
            clock: Clock::default(),
            referred: Referred::default(),
            hosts: Hosts::default(),
            notes: Vec::new(),
        };
        if matches!(format, Format::JsonLd | Format::Communecter) {
            source.find_referred(format);
            source.splitter = split(file.try_clone().map_err(io)?).map_err(io)?;
        }
        source.look_at_objects();
        source.splitter = split(file).map_err(io)?;
        Ok(source)
    }

    /// Go through the whole document for what its things refer to. What is broken is told when it is read again.
    fn find_referred(&mut self, format: Format) {
        loop {
            match self.splitter.next_piece() {
                Ok(Some(Piece::Value { bytes, .. })) => {
                    for value in self.values(&bytes).into_iter().flatten() {
                        match format {
                            Format::Communecter => self.hosts.take(&value),
                            _ => self.referred.take(&value),
                        }
                    }
                }
                Ok(Some(Piece::TooLarge { .. })) => {}
                _ => break,
            }
        }
        if self.referred.left_out > 0 {
            let count = self.referred.left_out;
            self.notes.push(ImportNote::ReferredLeftOut { count });
        }
    }

    /// See what the first objects have in common. What is broken is told when it is read again.
    fn look_at_objects(&mut self) {
        let mut seen: Vec<Seen> = Vec::new();
        let mut bytes = 0;
        while seen.len() < SAMPLE && bytes < RECORD_MAX {
            match self.splitter.next_piece() {
                Ok(Some(Piece::Value { bytes: value, .. })) => {
                    bytes += value.len();
                    let things = self.things(&value).into_iter().flatten();
                    seen.extend(things.map(|thing| Seen::of(thing.said, thing.place)));
                }
                Ok(Some(Piece::TooLarge { .. })) => {}
                _ => break,
            }
        }
        // All these formats have degrees.
        let told = Told { system: System::of_name("EPSG:4326").ok(), ..Told::default() };
        let found = survey(&seen, told, self.builder.addresses());
        self.notes.extend(found.notes);
        self.builder.habits = found.habits;
        // These formats have names, dates and kinds of their own.
        (self.builder.habits.nameless, self.builder.habits.events) = (false, false);
    }

    /// The values of a piece: of a member of an object its value, with its key for an id.
    fn values(&self, bytes: &[u8]) -> Result<Vec<Value>, serde_json::Error> {
        let whole = if self.keyed { [b"{", bytes, b"}"].concat() } else { bytes.to_vec() };
        Ok(match serde_json::from_slice::<Value>(&whole)? {
            Value::Object(members) if self.keyed => members
                .into_iter()
                .map(|(key, mut value)| {
                    if let Value::Object(value) = &mut value {
                        value.entry("_id").or_insert(Value::String(key));
                    }
                    value
                })
                .collect(),
            value => vec![value],
        })
    }

    fn things(&self, bytes: &[u8]) -> Vec<Found> {
        let values = match self.values(bytes) {
            Ok(values) => values,
            Err(error) => return vec![Err((&error).into())],
        };
        let things = values.into_iter().flat_map(|mut value| {
            self.referred.put(&mut value);
            self.hosts.put(&mut value);
            (self.way.reads)(&value, &self.mapping)
        });
        things.collect()
    }

    fn item(&mut self, at: &str, found: Found) -> ImportItem {
        let thing = match found {
            Ok(thing) => thing,
            Err(why) => return ImportItem::skipped(at, why),
        };
        let again = thing.id.as_ref().is_some_and(|id| self.seen.contains(id));
        if again {
            return ImportItem::skipped(at, Reason::SameIdBefore);
        }
        let id = thing.id.clone();
        let item = thing.made(at, &mut self.builder, &mut self.clock);
        let taken = !matches!(&item, ImportItem::Skipped(skipped) if skipped.why == Reason::NoDate);
        if let Some(id) = id.filter(|_| taken && self.seen.len() < SEEN_MAX) {
            self.seen.insert(id);
        }
        item
    }

    fn read_on(&mut self) -> io::Result<Option<Result<ImportItem, ImportError>>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(Ok(item)));
            }
            let Some(piece) = self.splitter.next_piece()? else { return Ok(None) };
            self.read += 1;
            let at = |line: u64| format!("object {} (line {line})", self.read);
            match piece {
                Piece::Broken { line, why } => {
                    return Ok(Some(Err(ImportError::broken(&self.file, format!("line {line}"), why))));
                }
                Piece::TooLarge { line } => {
                    self.ready.push_back(ImportItem::skipped(at(line), Reason::too_large()));
                }
                Piece::Value { bytes, line } => {
                    let at = at(line);
                    for found in self.things(&bytes) {
                        let item = self.item(&at, found);
                        self.ready.push_back(item);
                    }
                }
            }
        }
    }
}

/// What the list or object of a name opens with, if there is one.
fn opens(text: &str, name: &str) -> Option<char> {
    let quoted = format!("\"{name}\"");
    text.match_indices(&quoted).find_map(|(at, _)| {
        let after = text.get(at + quoted.len()..)?.trim_start().strip_prefix(':')?;
        after.trim_start().chars().next().filter(|sign| matches!(sign, '[' | '{'))
    })
}

impl Source for ObjectSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.read_on().unwrap_or_else(|error| Some(Err(ImportError::io(&self.file, &error))))
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.notes.iter().cloned().chain(self.builder.notes()).chain(self.clock.notes()).collect()
    }
}

#[cfg(test)]
pub(super) mod tests;
