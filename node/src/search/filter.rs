//! What of a query needs no text: compared with rows.

use super::rows::{Row, Rows, cell_range, tag_bits};
use crate::{
    modules::search::Query,
    territory::{self, sphere},
    times::{Stretch, times},
};
use communaut_protocol::Cell;
use jiff::tz::TimeZone;

/// Cells in which the elements within a radius are looked for: few, since each costs a seek, and what lies
/// beside the circle costs only a comparison.
const DISC_CELLS_MAX: usize = 64;
/// The sides of these cells, as a part of the radius.
const DISC_STEPS: f64 = 3.0;

/// A query made ready for comparing.
#[derive(Debug)]
pub(super) struct Filter {
    /// One bit for each kind; none: any.
    kinds: u8,
    tags: Vec<u64>,
    tag_bits: u64,
    /// Taking place in it.
    dates: Option<Stretch>,
    /// The point asked for.
    pub near: Option<[f64; 3]>,
    within_chord2: Option<f64>,
    /// Of the territory, ascending and disjoint.
    territory: Option<Vec<(u64, u64)>>,
    /// Where all that is within the radius lies.
    disc: Option<Vec<(u64, u64)>>,
}

impl Filter {
    pub fn new(rows: &Rows, territory: Option<&[Cell]>, query: &Query) -> Self {
        let tags: Vec<u64> = query.tags.iter().map(|tag| rows.tag(tag)).collect();
        let disc = |near: crate::modules::search::Near| {
            let radius = f64::from(near.radius_m?);
            let cells = territory::disc(near.position, radius, radius / DISC_STEPS, DISC_CELLS_MAX);
            Some(cells.into_iter().map(cell_range).collect())
        };
        let dated = query.from_ms.is_some() || query.to_ms.is_some();
        let zone = TimeZone::get(&query.zone).unwrap_or(TimeZone::UTC);
        Self {
            kinds: query.kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u8),
            tag_bits: tag_bits(&tags),
            tags,
            dates: dated
                .then(|| Stretch::new(query.from_ms.unwrap_or(i64::MIN), query.to_ms.unwrap_or(i64::MAX), &zone)),
            near: query.near.map(|near| sphere::unit(near.position)),
            within_chord2: query.near.and_then(|near| near.radius_m).map(|m| sphere::chord2_of_metres(f64::from(m))),
            territory: territory.map(|cells| cells.iter().copied().map(cell_range).collect()),
            disc: query.near.and_then(disc),
        }
    }

    /// Whether events of some time are asked for.
    pub fn dated(&self) -> bool {
        self.dates.is_some()
    }

    /// Whether any row passes.
    pub fn passes_all(&self) -> bool {
        self.territory.is_none() && self.only_territory()
    }

    /// Whether a row passes just when it lies in the territory.
    pub fn only_territory(&self) -> bool {
        self.kinds == 0 && self.tags.is_empty() && self.dates.is_none() && self.disc.is_none()
    }

    /// Ranges of cells outside of which no row passes; none: anywhere.
    pub fn ranges(&self) -> Option<&[(u64, u64)]> {
        self.disc.as_deref().or(self.territory.as_deref())
    }

    pub fn passes(&self, row: &Row) -> bool {
        (self.kinds == 0 || self.kinds >> row.kind as u8 & 1 == 1)
            && row.tag_bits & self.tag_bits == self.tag_bits
            && self.tags.iter().all(|tag| row.tags.contains(tag))
            && self.dates.as_ref().is_none_or(|stretch| begins(row, stretch).is_some())
            && self.within_chord2.is_none_or(|within| self.chord2(row) <= within)
            && self.territory.as_ref().is_none_or(|ranges| {
                let next = ranges.partition_point(|(_, high)| *high < row.cell);
                ranges.get(next).is_some_and(|(low, _)| *low <= row.cell)
            })
    }

    /// When an event begins that takes place in the time asked for; what is no event, or has no date, never.
    pub fn begins(&self, row: &Row) -> i64 {
        self.dates.as_ref().and_then(|stretch| begins(row, stretch)).unwrap_or(i64::MAX)
    }

    /// The square of the chord to the point asked for; zero without one.
    pub fn chord2(&self, row: &Row) -> f64 {
        self.near.map_or(0.0, |near| sphere::chord2(near, row.unit))
    }
}

/// When the first time begins that an event takes place in a stretch. Most rows are told apart by their reach alone.
fn begins(row: &Row, stretch: &Stretch) -> Option<i64> {
    let (from_ms, to_ms) = stretch.bounds();
    if row.end_ms < from_ms || row.start_ms >= to_ms {
        return None;
    }
    times(row.view.when.as_ref()?, stretch, 1).first().map(|time| time.order_ms)
}
