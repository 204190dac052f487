//! Places of the world by name, with no network: GeoNames as bundled with the program.
//!
//! The text is kept as it was unpacked (13.5 MB); the index holds only numbers and one string of folded names.

mod index;

#[cfg(test)]
mod tests;

use crate::{search::fold, territory::sphere};
use communaut_protocol::Position;
use index::Index;
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;

/// A place of the gazetteer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its name.
    pub name: String,
    /// ISO 3166 code of its country.
    pub country: String,
    /// Where.
    pub position: Position,
    /// People who live there.
    pub population: u64,
    /// IANA time zone.
    pub timezone: String,
}

/// One place a line: name, country, region, latitude and longitude in 1e-7 degree, population, time zone, other
/// names; tabs between them, by population descending. `node/assets/README.md` tells where it comes from.
static PACKED: &[u8] = include_bytes!("../../assets/gazetteer.tsv.zst");
/// Bytes of the unpacked text: five times what it is today.
const TEXT_MAX: usize = 64 * 1024 * 1024;
/// Characters of a name that is looked for: the longest place names have about 90.
const NAME_MAX: usize = 200;
/// Places in one answer: a list that a person reads.
pub const PLACES_MAX: usize = 1_000;
/// Metres that a degree of latitude has at the least.
const METRES_PER_DEGREE: f64 = sphere::EARTH_RADIUS_M * std::f64::consts::PI / 180.0;

/// Places by name and by position.
#[derive(Debug)]
pub struct Gazetteer {
    text: String,
    /// Byte offset of each line, in the order of the file: most populous first.
    lines: Vec<u32>,
    positions: Vec<Position>,
    index: Index,
}

/// The bundled gazetteer, unpacked at the first call (some tenths of a second).
#[must_use]
pub fn bundled() -> &'static Gazetteer {
    static BUNDLED: OnceLock<Gazetteer> = OnceLock::new();
    BUNDLED.get_or_init(|| {
        let text = zstd::bulk::decompress(PACKED, TEXT_MAX).map_err(|error| error.to_string());
        let text = text.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()));
        Gazetteer::new(text.unwrap_or_else(|error| {
            tracing::error!("the bundled gazetteer cannot be unpacked, no place is known by name: {error}");
            String::new()
        }))
    })
}

/// The fields of a line.
struct Line<'a> {
    name: &'a str,
    country: &'a str,
    region: &'a str,
    position: Position,
    population: u64,
    timezone: &'a str,
    others: &'a str,
}

impl<'a> Line<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let mut next = || fields.next();
        let (name, country, region) = (next()?, next()?, next()?);
        let position = Position { lat_e7: next()?.parse().ok()?, lon_e7: next()?.parse().ok()? };
        let (population, timezone) = (next()?.parse().ok()?, next()?);
        let line = Self { name, country, region, position, population, timezone, others: next().unwrap_or_default() };
        (!name.is_empty() && position.is_valid()).then_some(line)
    }

    fn place(&self) -> Place {
        Place {
            name: self.name.to_owned(),
            country: self.country.to_owned(),
            position: self.position,
            population: self.population,
            timezone: self.timezone.to_owned(),
        }
    }
}

impl Gazetteer {
    /// From the text of the file; lines that are none are left out.
    #[must_use]
    pub fn new(text: String) -> Self {
        let (mut lines, mut positions, mut index) = (Vec::new(), Vec::new(), index::Builder::default());
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            if let (Some(fields), Ok(at)) = (Line::parse(line.trim_end_matches('\n')), u32::try_from(offset))
                && let Ok(place) = u32::try_from(lines.len())
            {
                index.add(place, fields.name, true);
                fields.others.split('|').filter(|name| !name.is_empty()).for_each(|name| index.add(place, name, false));
                lines.push(at);
                positions.push(fields.position);
            }
            offset += line.len();
        }
        let index = index.finish();
        Self { text, lines, positions, index }
    }

    /// Places known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }
    /// Whether none is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn line(&self, place: u32) -> Option<Line<'_>> {
        let from = *self.lines.get(place as usize)? as usize;
        Line::parse(self.text.get(from..)?.split('\n').next()?)
    }

    /// Places one of whose names begins with a text, accents and case apart: first those that have just this
    /// name, then the others; the most populous first. After a comma, the beginning of a country's code or of
    /// a region's name chooses among them: "Lyon, FR", "Vienne, Auv".
    #[must_use]
    pub fn places(&self, text: &str, limit: usize) -> Vec<Place> {
        let (name, choice) = split(text);
        if name.is_empty() {
            return Vec::new();
        }
        let (exact, mut longer) = self.index.beginning_with(&name);
        longer.retain(|held| exact.binary_search_by_key(&held.place, |exact| exact.place).is_err());
        let mut found = Vec::new();
        for place in exact.iter().chain(&longer).map(|held| held.place) {
            if found.len() >= limit.min(PLACES_MAX) {
                break;
            }
            found.extend(self.line(place).filter(|line| chosen(line, &choice)).map(|line| line.place()));
        }
        found
    }

    /// The most populous place that has just this name, accents and case apart; one that is mainly called so comes
    /// before one that is also called so. "Lyon, FR" restricts as in [`Self::places`].
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Place> {
        let (name, choice) = split(name);
        let (exact, _) = self.index.beginning_with(&name);
        let pick = |main: bool| {
            let mut lines = exact.iter().filter(|held| held.main == main).filter_map(|held| self.line(held.place));
            lines.find(|line| chosen(line, &choice)).map(|line| line.place())
        };
        pick(true).or_else(|| pick(false))
    }

    /// The nearest place, and its distance in metres.
    #[must_use]
    pub fn nearest(&self, at: Position) -> Option<(Place, f64)> {
        let mut best: Option<(u32, f64)> = None;
        // Degrees of latitude beyond which none can be nearer: comparing integers spares nearly all distances.
        let mut reach = i32::MAX;
        for (place, position) in (0..).zip(&self.positions) {
            if position.lat_e7.abs_diff(at.lat_e7) > reach.unsigned_abs() {
                continue;
            }
            let metres = sphere::metres(at, *position);
            if best.is_none_or(|(_, held)| metres < held) {
                best = Some((place, metres));
                // Saturates; one unit more for the rounding.
                reach = (metres / METRES_PER_DEGREE * 1e7) as i32;
                reach = reach.saturating_add(1);
            }
        }
        let (place, metres) = best?;
        Some((self.line(place)?.place(), metres))
    }
}

/// The folded name, and what stands after the comma: folded, and as it is.
fn split(text: &str) -> (String, Option<String>) {
    let text: String = text.chars().take(NAME_MAX).collect();
    match text.rsplit_once(',') {
        Some((name, choice)) => {
            let choice = fold::folded(choice);
            (index::key(name), (!choice.is_empty()).then_some(choice))
        }
        None => (index::key(&text), None),
    }
}

fn chosen(line: &Line<'_>, choice: &Option<String>) -> bool {
    choice.as_ref().is_none_or(|choice| {
        // Both may be unfinished, as somebody types.
        line.country.to_ascii_lowercase().starts_with(choice) || fold::folded(line.region).starts_with(choice)
    })
}
