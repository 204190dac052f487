//! What of a query needs no text: compared with rows.

use super::{
    local::local,
    rows::{Flags, Quick, REGIONS, RowRef, Rows, region, tag_bits},
    tables,
    way::{self, Way},
};
use crate::{
    modules::search::{Open, OpenNow, Query},
    territory::{self, Lands, cell_range, sphere},
    times::{self, Opening, Stretch, times},
};
use communaut_protocol::{Cell, op::Kind};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use std::sync::Arc;

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
    /// Each tag under all its names.
    tags: Vec<Vec<u64>>,
    /// Of those that have one name.
    tag_bits: u32,
    /// Taking place in it.
    dates: Option<Stretch>,
    /// The point asked for.
    pub near: Option<[f64; 3]>,
    within_chord2: Option<f64>,
    way: Option<Way>,
    /// One bit for each region in which something may pass; none: in any.
    regions: Option<Box<[u64]>>,
    /// Of the territory, ascending and disjoint.
    territory: Option<Vec<(u64, u64)>>,
    /// The territories themselves.
    lands: Option<Arc<Lands>>,
    /// Whether what lies around them passes too.
    has_ring: bool,
    /// Where all that is within the radius, or near the way, lies.
    disc: Option<Vec<(u64, u64)>>,
    /// When it is to be open, seen from now; and the zone of who asks, for where no other is known.
    open: Option<(Open, i64, TimeZone)>,
}

/// What the clock of who asks shows.
pub(super) fn clock(now_ms: i64, zone: &TimeZone) -> Option<DateTime> {
    Timestamp::from_millisecond(now_ms).ok().map(|now| zone.to_datetime(now))
}

/// Whether hours say that it is open, on the clock of the place in this cell; of who asks, where that is not known.
pub(crate) fn open_now(hours: &str, cell: u64, now_ms: i64, asker: &TimeZone) -> Option<OpenNow> {
    if hours.is_empty() {
        return None;
    }
    let local = local(cell);
    let zone = local.zone.as_ref().unwrap_or(asker);
    let (open, until) = match times::opening(hours, clock(now_ms, zone)?, &local.country)? {
        Opening::Open(until) => (true, until),
        Opening::Closed(until) => (false, until),
    };
    let moment = |at: DateTime| zone.to_ambiguous_timestamp(at).compatible().ok().map(Timestamp::as_millisecond);
    let until_ms = until.and_then(moment);
    let offset = |zone: &TimeZone, ms| Some(zone.to_offset(Timestamp::from_millisecond(ms).ok()?).seconds() / 60);
    let offset_min = local.zone.as_ref().and_then(|zone| offset(zone, until_ms.unwrap_or(now_ms)));
    Some(OpenNow { open, until_ms, offset_min: offset_min.and_then(|minutes| i16::try_from(minutes).ok()) })
}

fn holds(ranges: &[(u64, u64)], cell: u64) -> bool {
    let next = ranges.partition_point(|(_, high)| *high < cell);
    ranges.get(next).is_some_and(|(low, _)| *low <= cell)
}

fn ranges(cells: impl IntoIterator<Item = Cell>) -> Vec<(u64, u64)> {
    cells.into_iter().map(cell_range).collect()
}

/// The regions that ranges of cells touch, as bits.
fn regions(ranges: &[(u64, u64)]) -> Box<[u64]> {
    let mut bits = vec![0_u64; REGIONS / 64];
    for (low, high) in ranges {
        for region in region(*low)..=region(*high) {
            bits.get_mut(region as usize / 64).into_iter().for_each(|word| *word |= 1 << (region % 64));
        }
    }
    bits.into()
}

fn kinds(kinds: &[Kind]) -> u8 {
    kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u8)
}

/// The hashes of a tag under all its names.
fn names(rows: &Rows, tag: &str) -> Vec<u64> {
    let together = super::fold::folded(tag).replace(' ', "");
    let others = tables::same_kind(&together).iter().map(|other| rows.tag(other));
    let mut names: Vec<u64> = std::iter::once(rows.tag(tag)).chain(others).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl Filter {
    pub fn new(rows: &Rows, lands: Option<&Arc<Lands>>, query: &Query) -> Self {
        let tags: Vec<Vec<u64>> = query.tags.iter().map(|tag| names(rows, tag)).collect();
        let alone: Vec<u64> = tags.iter().filter(|names| names.len() == 1).flatten().copied().collect();
        let disc = |near: crate::modules::search::Near| {
            let radius = f64::from(near.radius_m?);
            let cells = territory::disc(near.position, radius, radius / DISC_STEPS, DISC_CELLS_MAX);
            Some(ranges(cells))
        };
        let along = || query.along.as_deref().and_then(way::cells).map(ranges);
        let ring = f64::from(query.ring_m);
        let dated = query.from_ms.is_some() || query.to_ms.is_some();
        let zone = zone_of(query);
        let mut made = Self {
            regions: None,
            kinds: if dated && (query.kinds.is_empty() || query.kinds.contains(&Kind::Event)) {
                kinds(&[Kind::Event])
            } else {
                kinds(&query.kinds)
            },
            tag_bits: tag_bits(&alone),
            tags,
            dates: dated
                .then(|| Stretch::new(query.from_ms.unwrap_or(i64::MIN), query.to_ms.unwrap_or(i64::MAX), &zone)),
            near: query.near.map(|near| sphere::unit(near.position)),
            within_chord2: query.near.and_then(|near| near.radius_m).map(|m| sphere::chord2_of_metres(f64::from(m))),
            way: query.along.as_deref().map(Way::new),
            territory: lands.map(|lands| {
                if ring > 0.0 {
                    ranges(territory::widened(&lands.cells, ring))
                } else {
                    ranges(lands.cells.iter().copied())
                }
            }),
            lands: lands.cloned(),
            has_ring: ring > 0.0,
            disc: query.near.and_then(disc).or_else(along),
            open: query.open.zip(query.now_ms).map(|(open, now_ms)| (open, now_ms, zone)),
        };
        made.regions = made.ranges().map(regions);
        made
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
        let anything = self.kinds == 0 && self.tags.is_empty() && self.dates.is_none() && self.open.is_none();
        anything && self.disc.is_none() && self.way.is_none()
    }

    /// Ranges of cells outside of which no row passes; none: anywhere.
    pub fn ranges(&self) -> Option<&[(u64, u64)]> {
        self.disc.as_deref().or(self.territory.as_deref())
    }

    /// Whether what is too far away does not pass.
    pub fn is_bounded(&self) -> bool {
        self.within_chord2.is_some() || self.way.is_some()
    }

    /// Whether distances are asked for.
    pub fn has_distance(&self) -> bool {
        self.near.is_some() || self.way.is_some()
    }

    /// Whether a row may pass, by its kind and its region.
    pub fn may_pass(&self, flags: Flags) -> bool {
        flags.is_there()
            && (self.kinds == 0 || self.kinds >> flags.kind() & 1 == 1)
            && self.regions.as_ref().is_none_or(|regions| {
                let region = flags.region();
                regions.get(region as usize / 64).is_some_and(|bits| bits >> (region % 64) & 1 == 1)
            })
    }

    /// Whether tags are asked for.
    pub fn asks_tags(&self) -> bool {
        !self.tags.is_empty()
    }

    /// Whether a row may have all tags, by its bits: few more do than those that have.
    pub fn may_have_tags(&self, bits: u32) -> bool {
        bits & self.tag_bits == self.tag_bits
    }

    /// Whether a row lies where something may pass.
    pub fn may_lie(&self, cell: u64) -> bool {
        self.ranges().is_none_or(|ranges| {
            // Most lie outside of all.
            ranges.first().is_some_and(|first| first.0 <= cell)
                && ranges.last().is_some_and(|last| cell <= last.1)
                && holds(ranges, cell)
        })
    }

    /// Whether a row passes that may pass and is near enough, and nothing else of it is asked.
    pub fn is_quick(&self) -> bool {
        let both = self.disc.is_some() && self.territory.is_some();
        let lined = !self.has_ring && self.lands.as_ref().is_some_and(|lands| lands.has_outlines());
        self.tags.is_empty() && self.dates.is_none() && self.open.is_none() && !both && !lined
    }

    /// Whether a row lies only around the territories, not in one.
    pub fn is_around(&self, row: RowRef<'_>) -> bool {
        self.has_ring && self.lands.as_ref().is_some_and(|lands| !is_in(lands, row))
    }

    /// Whether what lies there, so far away, is near enough.
    pub fn is_near(&self, unit: &[f64; 3], chord2: f64) -> bool {
        self.within_chord2.is_none_or(|within| chord2 <= within)
            && self.way.as_ref().is_none_or(|way| {
                // Without a point the distance is that to the way.
                let beside = if self.near.is_some() { way.chord2(*unit) } else { chord2 };
                beside <= way.within_chord2
            })
    }

    /// Whether a row passes that may pass and is near enough.
    pub fn passes_too(&self, row: RowRef<'_>) -> bool {
        self.tags.iter().all(|names| names.iter().any(|name| row.tags.contains(name)))
            && self.dates.as_ref().is_none_or(|stretch| begins(row, stretch).is_some())
            && self
                .territory
                .as_ref()
                .filter(|_| self.disc.is_some())
                .is_none_or(|ranges| holds(ranges, row.quick.cell))
            && (self.has_ring || self.lands.as_ref().is_none_or(|lands| is_in(lands, row)))
            && self.open.as_ref().is_none_or(|(open, now_ms, zone)| is_open(row, *open, *now_ms, zone))
    }

    pub fn passes(&self, row: RowRef<'_>) -> bool {
        let Quick { flags, tag_bits, cell } = row.quick;
        self.may_pass(flags)
            && self.may_have_tags(tag_bits)
            && self.may_lie(cell)
            && self.is_near(row.unit, self.chord2(row.unit))
            && self.passes_too(row)
    }

    /// When an event begins that takes place in the time asked for; what is no event, or has no date, never.
    pub fn begins(&self, row: RowRef<'_>) -> i64 {
        self.dates.as_ref().and_then(|stretch| begins(row, stretch)).unwrap_or(i64::MAX)
    }

    /// The square of the chord to the point asked for, or else to the way; zero without either.
    pub fn chord2(&self, unit: &[f64; 3]) -> f64 {
        match (self.near, &self.way) {
            (Some(near), _) => sphere::chord2(near, *unit),
            (None, Some(way)) => way.chord2(*unit),
            (None, None) => 0.0,
        }
    }
}

fn is_in(lands: &Lands, row: RowRef<'_>) -> bool {
    lands.holds(row.quick.cell, || row.view.position.unwrap_or_default())
}

fn is_open(row: RowRef<'_>, open: Open, now_ms: i64, asker: &TimeZone) -> bool {
    if !row.quick.flags.has_hours() {
        return false;
    }
    let hours = row.view.opening_hours.trim();
    match open {
        Open::Now => open_now(hours, row.quick.cell, now_ms, asker).is_some_and(|now| now.open),
        Open::Day(day) => {
            let local = local(row.quick.cell);
            let now = clock(now_ms, local.zone.as_ref().unwrap_or(asker));
            let then = now.and_then(|now| super::wish::day(now, day));
            then.is_some_and(|then| times::opens_on(hours, then, &local.country))
        }
    }
}

/// The zone of who asks.
pub(super) fn zone_of(query: &Query) -> TimeZone {
    TimeZone::get(&query.zone).unwrap_or(TimeZone::UTC)
}

/// When the first time begins that an event takes place in a stretch. Most rows are told apart by their reach alone.
fn begins(row: RowRef<'_>, stretch: &Stretch) -> Option<i64> {
    let (from_ms, to_ms) = stretch.bounds();
    if row.end_ms < from_ms || row.start_ms >= to_ms {
        return None;
    }
    times(row.view.when.as_ref()?, stretch, 1).first().map(|time| time.order_ms)
}
