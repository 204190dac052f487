//! The bundled file: names packed in the order of their keys, unpacked block by block as they are asked for; beside
//! them the numbers of every place, 13 bytes each, unpacked once. `node/assets/README.md` describes it.

use super::{
    kind::PlaceKind,
    names::{Names, unpack},
};
use communaut_protocol::Position;
use std::borrow::Cow;

/// What the file begins with.
pub(super) const MAGIC: &[u8] = b"CGZ2";
/// Bytes of one number each, in the order of the file: latitude, longitude, people, area, kind.
const LAT: Column = Column { from: 0, bytes: 3 };
const LON: Column = Column { from: 3, bytes: 3 };
const PEOPLE: Column = Column { from: 6, bytes: 4 };
const AREA: Column = Column { from: 10, bytes: 2 };
const KIND: Column = Column { from: 12, bytes: 1 };
/// Bytes a place in all columns.
const ROW: usize = 13;
/// Added to degrees, so that none is negative; in the file's units.
pub(super) const LAT_ZERO: i32 = 900_000;
pub(super) const LON_ZERO: i32 = 1_800_000;
/// The file's units, of a ten-thousandth of a degree, in those of a position.
pub(super) const E7: i32 = 1_000;

struct Column {
    from: usize,
    bytes: usize,
}

/// Where a place lies: country, region, département and its code, time zone.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Area {
    pub country: String,
    pub region: String,
    pub departement: String,
    pub code: String,
    pub timezone: String,
}

/// A place that bears a name: its number, and the name as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Borne {
    pub place: u32,
    pub name: String,
    /// It is the place's main name.
    pub main: bool,
}

/// Places as the file has them, by number.
#[derive(Debug, Default)]
pub(super) struct Table {
    len: usize,
    areas: Vec<Area>,
    numbers: Vec<u8>,
    mains: Names,
    others: Names,
}

impl Table {
    /// Of the bytes of the file. None: they are no such file.
    pub fn read(file: &'static [u8]) -> Option<Self> {
        let word = |at: usize| {
            let bytes = file.get(at..at + 4)?.try_into().ok()?;
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        if !file.starts_with(MAGIC) {
            return None;
        }
        let (len, frames) = (word(4)?, word(8)?);
        let mut from = frames.checked_mul(8)?.checked_add(12)?;
        let mut parts = Vec::new();
        for frame in 0..frames {
            let (packed, bytes) = (word(12 + 8 * frame)?, word(16 + 8 * frame)?);
            let until = from.checked_add(packed)?;
            parts.push((file.get(from..until)?, bytes));
            from = until;
        }
        let [areas, numbers, index, blocks @ ..] = parts.as_slice() else { return None };
        // The program's own bytes: where they are no text, there is no table, and a test tells.
        let text = |(packed, bytes): (&[u8], usize)| String::from_utf8(unpack(packed, bytes)?).ok();
        let numbers = unpack(numbers.0, numbers.1)?;
        if numbers.len() != len.checked_mul(ROW)? {
            return None;
        }
        let mut table = Self { len, areas: text(*areas)?.lines().map(area).collect(), numbers, ..Self::default() };
        for (line, (packed, bytes)) in text(*index)?.lines().zip(blocks) {
            let (mark, first) = line.split_once('\t')?;
            let names = if mark == "M" { &mut table.mains } else { &mut table.others };
            names.push(first, Cow::Borrowed(*packed), *bytes);
        }
        Some(table)
    }

    /// Places known.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Who bears a name with just this key.
    pub fn bearing(&self, key: &str) -> Vec<Borne> {
        let mut borne = Vec::new();
        let equal = self.mains.bearing(key);
        let mut place = equal.start;
        self.mains.each(equal, |name| {
            borne.extend(u32::try_from(place).map(|place| Borne { place, name: name.to_owned(), main: true }));
            place += 1;
        });
        self.others.each(self.others.bearing(key), |line| borne.extend(other(line)));
        borne
    }

    /// Who bears a name whose key begins with this one, and goes on.
    pub fn begun(&self, key: &str) -> Vec<u32> {
        let mut begun: Vec<u32> = self.mains.begun(key).filter_map(|place| u32::try_from(place).ok()).collect();
        self.others.each(self.others.begun(key), |line| begun.extend(other(line).map(|borne| borne.place)));
        begun
    }

    /// Call with each name whose key begins with this one, and goes on.
    pub fn each_begun(&self, key: &str, mut take: impl FnMut(u32, &str, bool)) {
        let begun = self.mains.begun(key);
        let mut place = u32::try_from(begun.start).unwrap_or(u32::MAX);
        self.mains.each(begun, |name| {
            take(place, name, true);
            place = place.saturating_add(1);
        });
        self.others.each(self.others.begun(key), |line| {
            if let Some(Borne { place, name, .. }) = other(line) {
                take(place, &name, false);
            }
        });
    }

    /// The main name of a place.
    pub fn name(&self, place: u32) -> String {
        let place = place as usize;
        let mut found = String::new();
        self.mains.each(place..place + 1, |name| name.clone_into(&mut found));
        found
    }

    fn number(&self, column: &Column, place: u32) -> u32 {
        let byte = |at: usize| self.numbers.get((column.from + at) * self.len + place as usize).copied().unwrap_or(0);
        (0..column.bytes).rev().fold(0, |number, at| (number << 8) | u32::from(byte(at)))
    }

    pub fn position(&self, place: u32) -> Position {
        let degrees = |column, zero| i32::try_from(self.number(column, place)).unwrap_or(zero).saturating_sub(zero);
        Position {
            lat_e7: degrees(&LAT, LAT_ZERO).saturating_mul(E7),
            lon_e7: degrees(&LON, LON_ZERO).saturating_mul(E7),
        }
    }
    pub fn people(&self, place: u32) -> u32 {
        self.number(&PEOPLE, place)
    }
    pub fn kind(&self, place: u32) -> PlaceKind {
        PlaceKind::of(self.number(&KIND, place))
    }
    pub fn area(&self, place: u32) -> &Area {
        static NOWHERE: Area = Area {
            country: String::new(),
            region: String::new(),
            departement: String::new(),
            code: String::new(),
            timezone: String::new(),
        };
        self.areas.get(self.number(&AREA, place) as usize).unwrap_or(&NOWHERE)
    }
}

#[cfg(test)]
impl Table {
    /// All main names, and all other names with their places.
    pub fn lines(&self) -> [Vec<String>; 2] {
        [&self.mains, &self.others].map(Names::lines)
    }

    /// Of places: names, position, people, kind and area of each.
    pub fn of(mut places: Vec<(Vec<String>, Position, u32, PlaceKind, Area)>) -> Self {
        use super::key::key;
        places.sort_by_key(|(names, _, people, ..)| (names.first().map(|name| key(name)), u32::MAX - people));
        let mut areas: Vec<Area> = places.iter().map(|(.., area)| area.clone()).collect();
        areas.sort();
        areas.dedup();
        let mut others = Vec::new();
        let mut rows: Vec<[u32; 5]> = Vec::new();
        for (at, (names, position, people, kind, area)) in places.iter().enumerate() {
            others.extend(names.iter().skip(1).map(|name| (key(name), format!("{name}\t{at}"))));
            let unsigned = |degrees: i32, zero: i32| u32::try_from(degrees / E7 + zero).unwrap_or(0);
            let area = u32::try_from(areas.binary_search(area).unwrap_or(0)).unwrap_or(0);
            let (lat, lon) = (unsigned(position.lat_e7, LAT_ZERO), unsigned(position.lon_e7, LON_ZERO));
            rows.push([lat, lon, *people, area, *kind as u32]);
        }
        others.sort();
        let widths = [&LAT, &LON, &PEOPLE, &AREA, &KIND].map(|column| column.bytes).into_iter().enumerate();
        let planes = widths.flat_map(|(column, bytes)| (0..bytes).map(move |byte| (column, byte)));
        let numbers =
            planes.flat_map(|(column, byte)| rows.iter().map(move |row| row[column].to_le_bytes()[byte])).collect();
        let mains: Vec<String> = places.iter().filter_map(|(names, ..)| names.first().cloned()).collect();
        let others: Vec<String> = others.into_iter().map(|(_, line)| line).collect();
        let [mains, others] = [mains, others].map(|lines| Names::of(&lines));
        Self { len: rows.len(), areas, numbers, mains, others }
    }
}

/// Of a line of other names.
fn other(line: &str) -> Option<Borne> {
    let (name, place) = line.split_once('\t')?;
    Some(Borne { place: place.parse().ok()?, name: name.to_owned(), main: false })
}

fn area(line: &str) -> Area {
    let mut fields = line.split('\t').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    Area { country: next(), region: next(), departement: next(), code: next(), timezone: next() }
}
