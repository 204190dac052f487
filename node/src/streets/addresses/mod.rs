//! Addresses and streets of a map, in its pack: "12 rue de la Gare" finds the door.
//!
//! One line a street of a town, packed with zstd: its name, town, postcode, where it lies, and its doors. A street that
//! has no door is there too.

mod find;
mod index;
mod number;
mod query;

pub use find::{AddressWish, find_address};

use super::parts;
use crate::search::fold::folded;
use std::{collections::BTreeMap, io};

/// Bytes of doors of one map at the most, while it is made: a large region's. What is beyond is left out.
const DOORS_MAX: usize = 64 << 20;
/// Bytes of the doors of one street at the most: half of a line that is read again.
const STREET_MAX: usize = parts::LINE_MAX / 2;
/// 1e-7 degree, about 3 km: streets of one name that are farther apart are two, where no town is told.
const APART: i64 = 300_000;

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
        // Several in a row may be told as a list.
        let number = plain(&number.replace([';', ','], "/"));
        let door = format!(";{number},{},{}", at.0, at.1);
        self.bytes += door.len();
        if let Some(street) = self.entry(&said.street, &said.city, &said.postcode, at)
            && street.doors.len() < STREET_MAX
        {
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
    /// As a part of a pack. `town` says in which town something lies that does not say it.
    pub fn packed(self, town: impl Fn((i64, i64)) -> Option<String>) -> io::Result<Vec<u8>> {
        parts::packed(self.text(town).as_bytes())
    }

    fn text(self, town: impl Fn((i64, i64)) -> Option<String>) -> String {
        // In a town that is told and in one that its outline tells it is the same street.
        let mut streets: BTreeMap<(String, String, String, (i64, i64)), Street> = BTreeMap::new();
        for ((key, mut city, postcode, mut square), street) in self.streets {
            if city.is_empty()
                && let Some(town) = street.at.and_then(&town)
            {
                (city, square) = (plain(&town), (0, 0));
            }
            let held = streets.entry((key, city, postcode, square)).or_default();
            if held.shown.is_empty() {
                (held.shown, held.at) = (street.shown, street.at);
            }
            held.doors.extend(street.doors);
        }
        let mut text = String::new();
        for ((_, city, postcode, _), street) in &streets {
            let (x, y) = street.at.unwrap_or_default();
            let doors = String::from_utf8_lossy(&street.doors);
            text.push_str(&format!("{}\t{city}\t{postcode}\t{x},{y}\t{doors}\n", street.shown));
        }
        text
    }
}

/// Without what parts fields.
fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\t' | '\n' | ';' | ',') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
