//! A map's addresses in memory: streets by their words, each with its towns and doors.

use super::{
    super::{
        held::TakesRoom,
        parts::{self, Lines, Part},
        read::PackInfo,
    },
    number::{DoorNumber, Fits},
};
use crate::search::names::{NameTable, NameTableMaker};
use communaut_protocol::Position;
use std::collections::HashMap;

/// Bytes of a name besides its letters, while it is looked up: of a map's entry and its text.
const NAME_COST: usize = 96;

/// Streets of one name in one town.
#[derive(Debug)]
pub struct Line {
    /// Which name.
    pub street: u32,
    /// Which town.
    pub town: u32,
    /// Where it lies.
    pub at: Position,
    /// From where to where its doors stand in the text of doors.
    doors: (u32, u32),
}

/// What is found by its words, each once.
#[derive(Debug, Default)]
pub struct Named {
    /// As it is shown.
    shown: Vec<Box<str>>,
    /// By its words.
    pub table: NameTable,
}

impl Named {
    /// What is shown of one.
    pub fn shown(&self, number: u32) -> &str {
        self.shown.get(number as usize).map_or("", |name| &**name)
    }
}

/// Addresses of a map.
#[derive(Debug, Default)]
pub struct Index {
    /// Streets.
    pub streets: Named,
    /// "98000 Monaco": a blank stands also where one of both is missing.
    pub towns: Named,
    /// By street.
    pub lines: Vec<Line>,
    doors: String,
    bytes: usize,
}

impl TakesRoom for Index {
    fn bytes(&self) -> usize {
        self.bytes
    }
}

#[derive(Default)]
struct NamedMaker {
    known: HashMap<Box<str>, u32>,
    shown: Vec<Box<str>>,
    table: NameTableMaker,
    bytes: usize,
}

impl NamedMaker {
    fn add(&mut self, name: &str) -> u32 {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let number = u32::try_from(self.shown.len()).unwrap_or(u32::MAX);
        self.known.insert(name.into(), number);
        self.shown.push(name.into());
        self.table.add([name]);
        self.bytes += NAME_COST + 2 * name.len();
        number
    }
    fn bytes(&self) -> usize {
        self.bytes + self.table.bytes()
    }
    fn finish(self) -> Named {
        Named { shown: self.shown, table: self.table.finish() }
    }
}

fn position(text: &str) -> Option<Position> {
    let (x, y) = text.split_once(',')?;
    let at = Position { lat_e7: y.parse().ok()?, lon_e7: x.parse().ok()? };
    at.is_valid().then_some(at)
}

impl Index {
    /// Of a pack; a pack of which nothing is known has none.
    pub fn read(pack: &PackInfo, room: usize) -> Result<Self, String> {
        match parts::lines(&pack.file, Part::Addresses)? {
            Some(lines) => Self::of(lines, room),
            None => Err("it was made by an older version: import its file again".into()),
        }
    }

    /// Of lines, as long as they take no more than so many bytes.
    pub fn of(mut lines: Lines, room: usize) -> Result<Self, String> {
        let (mut streets, mut towns, mut found) = (NamedMaker::default(), NamedMaker::default(), Self::default());
        while let Some(line) = lines.next_line()? {
            let mut fields = line.splitn(5, '\t');
            let mut next = || fields.next();
            let (Some(street), Some(city), Some(postcode)) = (next(), next(), next()) else { continue };
            let (Some(Some(at)), Some(doors)) = (next().map(position), next()) else { continue };
            let begin = found.doors.len();
            found.doors.push_str(doors);
            let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            found.lines.push(Line {
                street: streets.add(street),
                town: towns.add(&format!("{postcode} {city}")),
                at,
                doors: (number(begin), number(found.doors.len())),
            });
            // What grows may have twice the room that it needs.
            let held = 2 * (found.doors.len() + found.lines.len() * size_of::<Line>());
            found.bytes = held + streets.bytes() + towns.bytes();
            if found.bytes > room {
                return Err("its addresses need more memory than is left for street maps".into());
            }
        }
        found.doors.shrink_to_fit();
        found.lines.shrink_to_fit();
        found.lines.sort_by_key(|line| (line.street, line.town));
        (found.streets, found.towns) = (streets.finish(), towns.finish());
        Ok(found)
    }

    /// The door of a street that is meant by a number, or stands beside it: its number as it is written there.
    pub fn door(&self, line: &Line, asked: &DoorNumber) -> Option<(Fits, &str, Position)> {
        let doors = self.doors.get(line.doors.0 as usize..line.doors.1 as usize).unwrap_or_default();
        let mut best: Option<(Fits, &str, Position)> = None;
        for door in doors.split(';') {
            let Some((number, at)) = door.split_once(',') else { continue };
            let Some(fits) = DoorNumber::of(number).and_then(|there| asked.fits(&there)) else { continue };
            if best.is_none_or(|(held, ..)| fits < held)
                && let Some(at) = position(at)
            {
                best = Some((fits, number, at));
            }
        }
        best
    }

    /// The lines of a street.
    pub fn lines_of(&self, street: u32) -> &[Line] {
        let begin = self.lines.partition_point(|line| line.street < street);
        let end = self.lines.partition_point(|line| line.street <= street);
        self.lines.get(begin..end).unwrap_or_default()
    }
}
