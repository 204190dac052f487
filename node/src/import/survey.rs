//! What the first records of a file show of all of it: in which system its positions are, whether the axes are swapped
//! or the decimal points lost, whether a column of ids holds ids.
//!
//! The rule, so that it can be explained: numbers that are no degrees are tried in the systems in which they could lie;
//! that one is taken in which most records lie by the commune of their address, or else close to places where people
//! live. Axes are swapped where that alone brings the records to their communes, or out of the emptiness.

use super::{
    address::{self, Addresses},
    coords::{Frame, Pointless, System, scaled},
    dates::Order,
    geometry::LatLon,
    notes::ImportNote,
    record::{Habits, Said, postcode, with_zero},
    role::Role,
};
use communaut_protocol::op::Kind;
use std::collections::{BTreeSet, HashMap};

/// Records that are looked at.
pub(super) const SAMPLE: usize = 400;
/// Of those, so many have their surroundings looked at: a file shows its habit with few.
const LOOKED_MAX: usize = 24;
/// Metres from its commune's middle within which a record lies, in any commune of Europe.
const WITHIN_M: f64 = 60_000.0;
/// Records, evenly over those looked at, of which the next known place is sought: in an empty land it lies far off, and
/// is sought among many.
const EMPTY_LOOKED: usize = 24;
/// Metres to the next place that is known, where people live and where they do not.
const INHABITED_M: f64 = 12_000.0;
const EMPTY_M: f64 = 25_000.0;
/// Records from which axes are judged by emptiness: fewer may lie anywhere.
const EMPTY_MIN: usize = 3;
/// By so many times emptier it has to be around fewer.
const FEW: f64 = 6.0;

/// What one record shows.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Its two numbers, latitude first, as the columns say.
    pub place: Option<LatLon>,
    pub postcode: String,
    pub city: String,
    pub name: String,
    pub id: String,
    /// What it says of a date, and whether that is understood by day first, and by month first.
    pub date: Option<(bool, bool)>,
    /// Whether a register says if it is active: the dates in it are those of its entries.
    pub is_registered: bool,
}

impl Seen {
    /// Of a record's values; `place`: what the format says beside them.
    pub fn of(mut said: Said, place: Option<LatLon>) -> Self {
        said.sort();
        // What is wrong with a position is told when its record is read.
        let place = place.or_else(|| said.place().ok().flatten().and_then(|place| place.sample()));
        let (code, city) = said.commune();
        Self {
            place: place.filter(|(lat, lon)| lat.is_finite() && lon.is_finite() && (*lat, *lon) != (0.0, 0.0)),
            postcode: postcode(code),
            city: city.to_owned(),
            name: said.first(Role::Name).to_owned(),
            id: said.first(Role::Id).to_owned(),
            date: date(&said),
            is_registered: !said.first(Role::Sign).is_empty(),
        }
    }
}

/// Whether its date is understood, in either order of day and month; none: it says none.
fn date(said: &Said) -> Option<(bool, bool)> {
    let cells = said.dates();
    let reads = |order| matches!(cells.read(order), Ok(Some(_)));
    (!cells.begins.is_empty()).then(|| (reads(Order::DayFirst), reads(Order::MonthFirst)))
}

/// What is said of the positions beside the records.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    /// By the file itself or by a person: it holds.
    pub system: Option<System>,
    /// By the name of a column: it decides where the numbers allow it.
    pub hint: Option<System>,
    /// What a person says that its records are.
    pub kind: Option<Kind>,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub habits: Habits,
    /// The same id stands for records of different names.
    pub ids_repeat: bool,
    pub notes: Vec<ImportNote>,
}

/// Judge a file by its first records.
pub(super) fn survey(seen: &[Seen], told: Told, addresses: &mut Addresses) -> Findings {
    let mut eye = Eye::new(seen, addresses);
    let (frame, note) = match told.system {
        Some(system) if system.is_degrees() => eye.degrees(),
        Some(system) => eye.projected(&[system], true),
        None if eye.are_degrees() => eye.degrees(),
        None => eye.metres_or_pointless(told.hint),
    };
    let french = eye.is_french(&frame);
    let (events, order) = events(seen, told.kind);
    let guessed = (events && told.kind.is_none()).then_some(ImportNote::Events);
    let nameless = seen.iter().all(|seen| seen.name.is_empty());
    Findings {
        habits: Habits { frame, french, nameless, events, order, ..Habits::default() },
        ids_repeat: ids_repeat(seen),
        notes: note.into_iter().chain(guessed).collect(),
    }
}

/// Whether the records are events, and how their dates are written: most have a date, and most of these
/// are understood.
fn events(seen: &[Seen], kind: Option<Kind>) -> (bool, Order) {
    let dated: Vec<(bool, bool)> = seen.iter().filter_map(|seen| seen.date).collect();
    let (days, months) =
        (dated.iter().filter(|(day, _)| *day).count(), dated.iter().filter(|(_, month)| *month).count());
    let order = if months > days { Order::MonthFirst } else { Order::DayFirst };
    let registered = seen.iter().any(|seen| seen.is_registered);
    let usual =
        !registered && dated.len() * 2 >= seen.len() && days.max(months) * 3 >= dated.len() * 2 && !dated.is_empty();
    (kind.map_or(usual, |kind| kind == Kind::Event), order)
}

fn ids_repeat(seen: &[Seen]) -> bool {
    let mut names: HashMap<&str, &str> = HashMap::new();
    let with_ids = seen.iter().filter(|seen| !seen.id.is_empty());
    with_ids.into_iter().any(|seen| *names.entry(&seen.id).or_insert(&seen.name) != seen.name)
}

/// Looks at some of the records.
struct Eye<'a> {
    /// All positions.
    places: Vec<LatLon>,
    /// Some of them, with the middle of the commune of their address where it is known.
    looked: Vec<(LatLon, Option<LatLon>)>,
    addresses: &'a mut Addresses,
    seen: &'a [Seen],
}

impl<'a> Eye<'a> {
    fn new(seen: &'a [Seen], addresses: &'a mut Addresses) -> Self {
        let placed: Vec<&Seen> = seen.iter().filter(|seen| seen.place.is_some()).collect();
        let step = placed.len().div_ceil(LOOKED_MAX).max(1);
        let looked = placed
            .iter()
            .step_by(step)
            .filter_map(|seen| Some((seen.place?, addresses.find(&seen.postcode, &seen.city))))
            .collect();
        Self { places: placed.iter().filter_map(|seen| seen.place).collect(), looked, addresses, seen }
    }

    fn are_degrees(&self) -> bool {
        let outside = self.places.iter().filter(|place| !fits(**place) && !fits(turned(**place))).count();
        outside * 5 <= self.places.len()
    }

    /// Of the records whose commune is known: how many lie there, and how many there are.
    fn at_home(&self, place: impl Fn(LatLon) -> Option<LatLon>) -> (usize, usize) {
        let known = self.looked.iter().filter_map(|(numbers, home)| Some((*numbers, (*home)?)));
        let mut count = (0, 0);
        for (numbers, home) in known {
            count.1 += 1;
            let metres = place(numbers).and_then(|place| address::metres(place, home));
            count.0 += usize::from(metres.is_some_and(|metres| metres < WITHIN_M));
        }
        count
    }

    /// Metres to the nearest place that is known, of the record in the middle of all.
    fn emptiness(&self, place: impl Fn(LatLon) -> Option<LatLon>, in_country: impl Fn(&str) -> bool) -> f64 {
        let metres = |numbers: LatLon| {
            let place = place(numbers).filter(|place| fits(*place))?;
            address::nearest(place).filter(|(_, country)| in_country(country)).map(|(metres, _)| metres)
        };
        let step = self.looked.len().div_ceil(EMPTY_LOOKED).max(1);
        let some = self.looked.iter().step_by(step);
        let mut all: Vec<f64> = some.map(|(numbers, _)| metres(*numbers).unwrap_or(f64::INFINITY)).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::INFINITY)
    }

    /// Degrees: as they stand, or swapped in the whole file.
    fn degrees(&mut self) -> (Frame, Option<ImportNote>) {
        let swapped = || (Frame::Swapped, Some(ImportNote::Swapped));
        let (here, known) = self.at_home(Some);
        let (there, _) = self.at_home(|place| Some(turned(place)));
        if known > 0 {
            // One record proves nothing of a file: it is turned by itself.
            let is_habit = there >= 2 && here == 0 && there * 5 >= known * 4;
            return if is_habit { swapped() } else { (Frame::Degrees, None) };
        }
        let turnable = self.places.iter().filter(|place| fits(turned(**place))).count();
        let out_of_range = self.places.iter().filter(|place| !fits(**place)).count();
        if out_of_range > 0 && out_of_range * 2 > self.places.len() && turnable == self.places.len() {
            // Wrong numbers fit the other way round too, and lie anywhere then.
            let inhabited = self.emptiness(|place| Some(turned(place)), anywhere) < EMPTY_M;
            return if inhabited { swapped() } else { (Frame::Degrees, None) };
        }
        let enough = turnable == self.places.len();
        // One or two may lie anywhere: only out of a great emptiness they are turned.
        let few = self.looked.len() < EMPTY_MIN;
        let empty = if few { EMPTY_M * FEW } else { EMPTY_M };
        // The first few are enough where people live around them.
        let inhabited = |place: LatLon| address::nearest(place).is_some_and(|(metres, _)| metres < INHABITED_M);
        let first_fit = self.looked.iter().take(EMPTY_MIN).filter(|(place, _)| inhabited(*place)).count();
        if !enough || self.looked.is_empty() || first_fit > 1 || self.emptiness(Some, anywhere) < empty {
            return (Frame::Degrees, None);
        }
        if self.emptiness(|place| Some(turned(place)), anywhere) < INHABITED_M {
            swapped()
        } else {
            (Frame::Degrees, None)
        }
    }

    /// The best of these systems, with its axes in the order that fits.
    fn projected(&self, systems: &[System], said: bool) -> (Frame, Option<ImportNote>) {
        let read = |system: System, swapped: bool| {
            move |(lat, lon): LatLon| {
                let (x, y) = if swapped { (lat, lon) } else { (lon, lat) };
                system.degrees(x, y)
            }
        };
        let mut best: Option<(usize, f64, System, bool)> = None;
        for system in systems {
            for swapped in [false, true] {
                let could = |(lat, lon): &LatLon| {
                    let (x, y) = if swapped { (*lat, *lon) } else { (*lon, *lat) };
                    System::possible(x, y).any(|other| other == *system)
                };
                // Numbers that a file itself explains may lie outside of where the system is used.
                let fitting = self.places.iter().filter(|place| could(place)).count();
                let fits = fitting * 10 >= self.places.len() * 9 && fitting > 0;
                if !(fits || said && (!swapped || fitting > 0)) {
                    continue;
                }
                let (home, _) = self.at_home(read(*system, swapped));
                let metres = self.emptiness(read(*system, swapped), |country| system.is_of(country));
                // A system further down the list has to be much better.
                let better = best.is_none_or(|(best_home, best_metres, ..)| {
                    home > best_home || home == best_home && metres < INHABITED_M && best_metres > EMPTY_M
                });
                if better {
                    best = Some((home, metres, *system, swapped));
                }
            }
        }
        match best {
            Some((_, metres, system, swapped)) if said || metres < EMPTY_M * 2.0 => {
                let note = ImportNote::Projection { system: system.name(), said };
                (Frame::Projected { system, swapped }, Some(note))
            }
            _ => (Frame::Degrees, None),
        }
    }

    fn metres_or_pointless(&self, hint: Option<System>) -> (Frame, Option<ImportNote>) {
        if let Some(hint) = hint {
            let found = self.projected(&[hint], false);
            if found.0 != Frame::Degrees {
                return found;
            }
        }
        let mut systems: Vec<System> = Vec::new();
        for turn in [false, true] {
            for (lat, lon) in self.looked.iter().map(|(numbers, _)| if turn { turned(*numbers) } else { *numbers }) {
                for system in System::possible(lon, lat) {
                    if !systems.contains(&system) {
                        systems.push(system);
                    }
                }
            }
        }
        let projected = self.projected(&systems, false);
        let lost = self.pointless();
        let (home_lost, known) = lost.as_ref().map_or((0, 0), |lost| {
            let frame = Frame::Pointless(lost.clone());
            self.at_home(|numbers| frame.degrees(numbers, None).ok())
        });
        match (projected, lost) {
            // Whole numbers may be metres as well: the addresses say.
            ((Frame::Projected { system, swapped }, note), lost) => {
                let frame = Frame::Projected { system, swapped };
                let (home, _) = self.at_home(|numbers| frame.degrees(numbers, None).ok());
                match lost {
                    Some(lost) if home_lost > home => (Frame::Pointless(lost), Some(ImportNote::LostPoints)),
                    _ => (frame, note),
                }
            }
            (_, Some(lost)) if known == 0 || home_lost * 2 > known => {
                (Frame::Pointless(lost), Some(ImportNote::LostPoints))
            }
            _ => (Frame::Degrees, None),
        }
    }

    /// Whole numbers in all the file: where their points belong, if that can be told.
    fn pointless(&self) -> Option<Pointless> {
        let whole = self
            .places
            .iter()
            .filter(|(lat, lon)| (lat.fract() == 0.0 && lat.abs() > 90.0) || (lon.fract() == 0.0 && lon.abs() > 180.0));
        // Some may have kept theirs, or have had none.
        if whole.count() * 5 < self.places.len() * 4 || self.places.is_empty() {
            return None;
        }
        let homes: Vec<LatLon> = self.looked.iter().filter_map(|(_, home)| *home).collect();
        let home = (!homes.is_empty()).then(|| middle(&homes));
        let mut best: Option<(f64, (u32, u32))> = None;
        for lat_decimals in candidates(self.places.iter().map(|(lat, _)| *lat), 90.0) {
            for lon_decimals in candidates(self.places.iter().map(|(_, lon)| *lon), 180.0) {
                let place = |(lat, lon): LatLon| (put(lat, lat_decimals), put(lon, lon_decimals));
                let all: Vec<LatLon> = self.places.iter().map(|numbers| place(*numbers)).collect();
                let there = middle(&all);
                let metres = match home {
                    Some(home) => address::metres(there, home).unwrap_or(f64::INFINITY),
                    None => self.emptiness(|numbers| Some(place(numbers)), anywhere),
                };
                // As many decimals on both sides is how they were written.
                let unlike = f64::from(lat_decimals.abs_diff(lon_decimals)) * INHABITED_M;
                if best.is_none_or(|(worst, _)| metres + unlike < worst) {
                    best = Some((metres + unlike, (lat_decimals, lon_decimals)));
                }
            }
        }
        let (_, decimals) = best?;
        let all: Vec<LatLon> =
            self.places.iter().map(|(lat, lon)| (put(*lat, decimals.0), put(*lon, decimals.1))).collect();
        let middle = middle(&all);
        let away = |each: fn(&LatLon) -> f64, from: f64| {
            let mut all: Vec<f64> = all.iter().map(|place| (each(place) - from).abs()).collect();
            all.sort_by(f64::total_cmp);
            // Three times what half of the file keeps to.
            all.get(all.len() / 2).copied().unwrap_or_default() * 3.0 + 0.05
        };
        let spread = (away(|place| place.0, middle.0), away(|place| place.1, middle.1));
        Some(Pointless { decimals, middle, spread })
    }

    /// Whether nearly all postcodes are France's, of which one number in sixteen is.
    fn has_french_codes(&mut self) -> bool {
        let codes: BTreeSet<String> =
            self.seen.iter().map(|seen| with_zero(seen.postcode.clone(), true, &mut 0)).collect();
        let codes: Vec<&String> = codes.iter().filter(|code| !code.is_empty()).take(LOOKED_MAX).collect();
        let known = codes.iter().filter(|code| self.addresses.find(code, "").is_some()).count();
        known > 0 && known * 5 >= codes.len() * 4
    }

    fn is_french(&mut self, frame: &Frame) -> bool {
        let place = self.looked.iter().find_map(|(numbers, home)| frame.degrees(*numbers, *home).ok());
        let is_there = |place: &LatLon| {
            let country = Some(*place).filter(|place| fits(*place)).and_then(address::nearest);
            country.is_some_and(|(_, country)| address::FRANCE.contains(&country.as_str()))
        };
        if let Some(place) = place {
            return is_there(&place);
        }
        // Of addresses alone most: one may be over the border.
        let (seen, addresses) = (self.seen, &mut self.addresses);
        let named = seen.iter().filter(|seen| !seen.city.is_empty()).take(LOOKED_MAX);
        let found: Vec<LatLon> = named.filter_map(|seen| addresses.find(&seen.postcode, &seen.city)).collect();
        if found.is_empty() {
            return self.has_french_codes();
        }
        found.iter().filter(|place| is_there(place)).count() * 2 > found.len()
    }
}

fn anywhere(_: &str) -> bool {
    true
}

fn fits((lat, lon): LatLon) -> bool {
    (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)
}

fn turned((lat, lon): LatLon) -> LatLon {
    (lon, lat)
}

/// With so many decimals; what has a point keeps it.
fn put(number: f64, decimals: u32) -> f64 {
    if number.fract() == 0.0 { scaled(number, decimals) } else { number }
}

/// The middle one of all latitudes, and of all longitudes.
fn middle(places: &[LatLon]) -> LatLon {
    let of = |each: fn(&LatLon) -> f64| {
        let mut all: Vec<f64> = places.iter().map(each).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or_default()
    };
    (of(|place| place.0), of(|place| place.1))
}

/// Decimals with which most of the numbers are degrees, and not all of them next to nothing.
fn candidates(numbers: impl Iterator<Item = f64> + Clone, most: f64) -> Vec<u32> {
    let count = numbers.clone().count();
    (0..=super::coords::DECIMALS_MAX)
        .filter(|decimals| {
            let within = numbers.clone().filter(|number| put(*number, *decimals).abs() <= most).count();
            let far = numbers.clone().any(|number| put(number, *decimals).abs() >= 0.1);
            within * 10 >= count * 9 && far
        })
        .collect()
}

#[cfg(test)]
mod tests;
