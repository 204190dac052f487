//! Addresses and streets of a map, beside its pack: "12 rue de la Gare" finds the door.
//!
//! One line a street of a town, packed with zstd: its name, town, postcode, where it lies, and its doors. A street that
//! has no door is there too.

use super::read::PackInfo;
use crate::{files, search::fold::folded};
use communaut_protocol::Position;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes of doors of one map at the most, while it is made: a large region's. What is beyond is left out.
const DOORS_MAX: usize = 64 << 20;
/// Bytes of an unpacked file at the most.
const TEXT_MAX: usize = 256 << 20;
/// Ends the name of the file that lies beside a pack.
const ENDING: &str = "addresses.zst";
/// 1e-7 degree, about 3 km: streets of one name that are farther apart are two, where no town is told.
const APART: i64 = 300_000;
/// What may follow a door's number, besides a letter.
const MORE: [&str; 3] = ["bis", "ter", "quater"];
/// Characters of a text that is looked for.
const QUERY_MAX: usize = 200;
/// Addresses in one answer.
pub const ADDRESSES_MAX: usize = 100;
/// How hard zstd tries.
const LEVEL: i32 = 12;

/// What an element says of its address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AddressSaid {
    /// The street, or what stands for one.
    pub street: String,
    /// The town.
    pub city: String,
    /// As it is written.
    pub postcode: String,
}

/// A door, or a street.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressFound {
    /// As one writes it: "12 Rue de la Gare, 98000 Monaco".
    pub name: String,
    /// Where.
    pub position: Position,
    /// Whether it is that very door; else the street.
    pub exact: bool,
}

/// Streets of one name in one town.
#[derive(Debug, Default)]
struct Street {
    shown: String,
    at: Option<(i64, i64)>,
    doors: Vec<u8>,
}

/// Addresses of a map that is being made.
#[derive(Debug, Default)]
pub(super) struct Book {
    streets: BTreeMap<(String, String, String, (i64, i64)), Street>,
    bytes: usize,
}

impl Book {
    /// A street without a door.
    pub fn street(&mut self, name: &str, at: (i64, i64)) {
        self.entry(name, "", "", at);
    }
    /// A door.
    pub fn door(&mut self, said: &AddressSaid, number: &str, at: (i64, i64)) {
        if self.bytes > DOORS_MAX {
            return;
        }
        let door = format!(";{},{},{}", plain(number), at.0, at.1);
        self.bytes += door.len();
        if let Some(street) = self.entry(&said.street, &said.city, &said.postcode, at) {
            street.doors.extend_from_slice(door.as_bytes());
        }
    }
    fn entry(&mut self, street: &str, city: &str, postcode: &str, at: (i64, i64)) -> Option<&mut Street> {
        let key = folded(street);
        if key.is_empty() || self.bytes > DOORS_MAX {
            return None;
        }
        let square = if city.is_empty() { (at.0.div_euclid(APART), at.1.div_euclid(APART)) } else { (0, 0) };
        let key = (key, plain(city), plain(postcode), square);
        self.bytes += 1;
        let held = self.streets.entry(key).or_default();
        if held.shown.is_empty() {
            self.bytes += street.len() * 2 + 64;
            held.shown = plain(street);
        }
        held.at.get_or_insert(at);
        Some(held)
    }
    /// Write it beside a pack.
    pub fn write(&self, pack: &Path) -> io::Result<()> {
        let mut text = Vec::new();
        for ((_, city, postcode, _), street) in &self.streets {
            let (x, y) = street.at.unwrap_or_default();
            text.extend_from_slice(format!("{}\t{city}\t{postcode}\t{x},{y}\t", street.shown).as_bytes());
            text.extend_from_slice(&street.doors);
            text.push(b'\n');
        }
        files::replace(&beside(pack), &zstd::bulk::compress(&text, LEVEL)?)
    }
}

/// The file beside a pack.
pub(super) fn beside(pack: &Path) -> PathBuf {
    pack.with_extension(ENDING)
}

/// Without what parts fields.
fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\t' | '\n' | ';' | ',') { ' ' } else { c }).collect()
}

/// What is looked for: words, and the number of a door.
#[derive(Debug, PartialEq, Eq)]
struct Query {
    words: Vec<String>,
    number: String,
}

impl Query {
    fn of(text: &str) -> Self {
        let text: String = text.chars().take(QUERY_MAX).collect();
        let mut words: Vec<String> = folded(&text).split(' ').map(str::to_owned).collect();
        words.retain(|word| !word.is_empty());
        let mut number = String::new();
        // The first number is the door's; one of five digits is a postcode.
        let is_number = |word: &String| {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            let more = word.get(digits..).unwrap_or_default();
            (1..=4).contains(&digits) && (more.len() < 2 || MORE.contains(&more))
        };
        if let Some(at) = words.iter().position(is_number) {
            number = words.remove(at);
            let more =
                words.get(at).filter(|word| matches!(word.as_str(), "a" | "b" | "c") || MORE.contains(&word.as_str()));
            if more.is_some() {
                number.push_str(&words.remove(at));
            }
        }
        Self { words, number }
    }
}

/// A map's addresses, in memory.
#[derive(Debug)]
struct Index {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Words of street, town and postcode, folded, with a blank before each.
    words: String,
    street: String,
    /// "98000 Monaco".
    town: String,
    at: Position,
    doors: String,
}

impl Index {
    fn read(path: &Path) -> Option<Self> {
        let packed = std::fs::read(path).ok()?;
        let text = zstd::bulk::decompress(&packed, TEXT_MAX).ok()?;
        Some(Self::of(&String::from_utf8(text).ok()?))
    }
    fn of(text: &str) -> Self {
        let position = |at: &str| {
            let (x, y) = at.split_once(',')?;
            let at = Position { lat_e7: y.parse().ok()?, lon_e7: x.parse().ok()? };
            at.is_valid().then_some(at)
        };
        let line = |line: &str| {
            let mut fields = line.splitn(5, '\t');
            let mut next = || fields.next();
            let (street, city, postcode, at, doors) = (next()?, next()?, next()?, next()?, next()?);
            let town = format!("{postcode} {city}").trim().to_owned();
            Some(Line {
                words: format!(" {} {}", folded(street), folded(&town)),
                street: street.to_owned(),
                town,
                at: position(at)?,
                doors: doors.to_owned(),
            })
        };
        Self { lines: text.lines().filter_map(line).collect() }
    }

    fn find(&self, query: &Query, found: &mut Vec<Candidate>) {
        for line in &self.lines {
            let holds = |word: &String| line.words.contains(&format!(" {word}"));
            if !query.words.iter().all(holds) {
                continue;
            }
            // A street that is called just so before one that is called so too.
            let whole = folded(&line.street).split(' ').all(|word| query.words.iter().any(|asked| asked == word));
            let door = line.doors.split(';').find_map(|door| {
                let (number, at) = door.split_once(',')?;
                let (x, y) = at.split_once(',')?;
                let at = Position { lat_e7: y.parse().ok()?, lon_e7: x.parse().ok()? };
                let same = !query.number.is_empty() && folded(number).replace(' ', "") == query.number;
                (same && at.is_valid()).then_some((number, at))
            });
            let town = if line.town.is_empty() { String::new() } else { format!(", {}", line.town) };
            let rank = u8::from(line.town.is_empty()) + 2 * u8::from(!whole) + 4 * u8::from(door.is_none());
            let (number, position) = door.map_or((String::new(), line.at), |(number, at)| (format!("{number} "), at));
            let name = format!("{number}{}{town}", line.street);
            let found_here = AddressFound { name, position, exact: door.is_some() };
            found.push(Candidate { rank, street: line.street.clone(), found: found_here });
        }
    }
}

/// One that may be meant: the least rank first.
struct Candidate {
    rank: u8,
    street: String,
    found: AddressFound,
}

/// Indexes in memory, each by its file.
static READ: Mutex<BTreeMap<PathBuf, Arc<Index>>> = Mutex::new(BTreeMap::new());

/// Doors of some maps that a text names: those of just that street first; where there is no such door, the street.
#[must_use]
pub fn find_address(packs: &[PackInfo], text: &str, limit: usize) -> Vec<AddressFound> {
    let query = Query::of(text);
    if query.words.is_empty() {
        return Vec::new();
    }
    let files: Vec<PathBuf> = packs.iter().map(|pack| beside(&pack.file)).collect();
    let indexes: Vec<Arc<Index>> = {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        let held = |path: &PathBuf| read.get(path).cloned().or_else(|| Index::read(path).map(Arc::new));
        let indexes: Vec<_> = files.iter().filter_map(|path| Some((path.clone(), held(path)?))).collect();
        // Those of maps that are gone go too.
        *read = indexes.iter().cloned().collect();
        indexes.into_iter().map(|(_, index)| index).collect()
    };
    let mut found = Vec::new();
    for index in indexes {
        index.find(&query, &mut found);
    }
    found.sort_by(|a, b| (a.rank, &a.found.name).cmp(&(b.rank, &b.found.name)));
    let mut kept: Vec<Candidate> = Vec::new();
    for one in found {
        // A street stands in several lines: with towns and without, of several maps.
        let known = |other: &&Candidate| other.street == one.street && near(other.found.position, one.found.position);
        let same = |other: &Candidate| !one.found.exact || other.found.name == one.found.name;
        if !kept.iter().filter(known).any(same) {
            kept.push(one);
        }
        if kept.len() >= limit.min(ADDRESSES_MAX) {
            break;
        }
    }
    kept.into_iter().map(|one| one.found).collect()
}

fn near(a: Position, b: Position) -> bool {
    let apart = |a: i32, b: i32| i64::from(a.abs_diff(b));
    apart(a.lat_e7, b.lat_e7) < APART && apart(a.lon_e7, b.lon_e7) < APART
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn said(street: &str, city: &str, postcode: &str) -> AddressSaid {
        AddressSaid { street: street.into(), city: city.into(), postcode: postcode.into() }
    }

    #[test]
    fn what_is_typed_and_what_is_looked_for() {
        let query = |text: &str| {
            let Query { words, number } = Query::of(text);
            (words.join(" "), number)
        };
        assert_eq!(query("12, rue de la Gare"), ("rue de la gare".into(), "12".into()));
        assert_eq!(
            query("12 bis rue de la Gare, 98000 Monaco"),
            ("rue de la gare 98000 monaco".into(), "12bis".into())
        );
        assert_eq!(query("12bis gare"), ("gare".into(), "12bis".into()));
        assert_eq!(query("Mannerheimintie 5a"), ("mannerheimintie".into(), "5a".into()));
        assert_eq!(query("  "), (String::new(), String::new()));
    }

    #[test]
    fn doors_are_found_and_where_there_is_none_the_street() {
        let folder = tempfile::tempdir().unwrap();
        let mut book = Book::default();
        book.door(&said("Rue de la Gare", "Bourg", "01000"), "12 bis", (70_000_000, 430_000_000));
        book.door(&said("Rue de la Gare", "Bourg", "01000"), "12", (70_000_100, 430_000_000));
        book.door(&said("Avenue de la Vieille Gare", "Bourg", "01000"), "12", (70_000_200, 430_000_000));
        book.door(&said("Rue de la Gare", "", ""), "12", (99_000_000, 430_000_000));
        book.street("Rue de l'Été", (70_000_300, 430_000_000));
        // Without a town, beside the one that has it: once.
        book.street("Rue de la Gare", (70_000_400, 430_000_000));
        let file = folder.path().join("a.pmtiles");
        assert!(book.write(&file).is_ok());
        let packs = [PackInfo { file, ..PackInfo::default() }];
        let names = |text: &str| -> Vec<(String, bool)> {
            find_address(&packs, text, 10).into_iter().map(|found| (found.name, found.exact)).collect()
        };
        let door = |name: &str| (name.to_owned(), true);
        let street = |name: &str| (name.to_owned(), false);
        assert_eq!(names("12 rue de la gare"), [door("12 Rue de la Gare, 01000 Bourg"), door("12 Rue de la Gare")]);
        assert_eq!(names("12bis RUE DE LA GARE bourg"), [door("12 bis Rue de la Gare, 01000 Bourg")]);
        assert_eq!(names("12 gare 01000").len(), 2);
        assert_eq!(names("99 rue de la gare bourg"), [street("Rue de la Gare, 01000 Bourg")]);
        let streets = [street("Rue de la Gare, 01000 Bourg"), street("Rue de la Gare")];
        assert_eq!(names("rue de la gare"), streets, "one in Bourg, one far away");
        assert_eq!(names("rue de l’ete"), [street("Rue de l'Été")]);
        assert_eq!(names("place Rouge"), []);
        // A damaged file finds nothing.
        assert!(std::fs::write(beside(&packs[0].file), b"no").is_ok());
        assert!(Index::read(&beside(&packs[0].file)).is_none());
    }
}
