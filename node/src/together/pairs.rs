//! All pairs that are probably the same, wherever the borders of cells run.
//!
//! Not each is held against each: what may be the same shares its name, its phone or its site with the other, or stands
//! within [`SIMILAR_NAME_M`] of it. So elements are put in order by what they share and where they are, and each looks
//! at those next to it.

use super::{
    Together,
    likely::{Likeness, SHARED_MAX, Said, is_offered, is_open, likeness},
    rule::{SAME_NAME_M, SIMILAR_NAME_M, Sight},
};
use communaut_protocol::{ElementId, Position, fold::ElementView};
use std::{cmp::Reverse, collections::BTreeSet, hash::Hasher, ops::Range, sync::Arc};

/// Two that are probably the same, and why.
pub(crate) type Pair = (Likeness, Arc<ElementView>, Arc<ElementView>);

/// All pairs.
pub(crate) struct Pairs {
    /// So many there are.
    pub total: usize,
    /// Whether there may be more, since too many stand in one spot.
    pub more: bool,
    /// The surest of them.
    pub surest: Vec<Pair>,
}

/// Elements that are looked at in one row beside one, of those that share something with it: more have one name and one
/// spot only where somebody wants to be in the way.
const BESIDE_MAX: usize = 64;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;
/// A full turn in 1e-7 degrees.
const TURN: i64 = 3_600_000_000;

/// What an element shares with others (a hash; 0: nothing but the spot), its row, its longitude, its number.
type Spot = (u64, i32, i32, u32);

/// Elements in rows from west to east, by what they share.
struct Rows {
    metres: f64,
    spots: Vec<Spot>,
}

impl Rows {
    fn new(metres: f64, all: &[Said<'_>], shared: impl Fn(&Said<'_>) -> Option<u64>) -> Self {
        let mut rows = Self { metres, spots: Vec::new() };
        for (said, number) in all.iter().zip(0..) {
            rows.spots.extend(shared(said).map(|shared| (shared, rows.row(said.at), said.at.lon_e7, number)));
        }
        rows.spots.sort_unstable();
        rows
    }

    /// A row is as high as two may lie apart.
    fn row(&self, at: Position) -> i32 {
        at.lat_e7.div_euclid(e7(self.metres / DEGREE_M))
    }

    /// 1e-7 degrees of longitude that two may lie apart: a little wider than needed, what lies within is asked again.
    fn width(&self, at: Position) -> i64 {
        let wide = 1.01 * self.metres / DEGREE_M / (f64::from(at.lat_e7.abs()) / 1e7).to_radians().cos().max(0.01);
        i64::from(e7(wide)).min(TURN / 4)
    }

    /// Those in a row from west to east that share something.
    fn stretch(&self, shared: u64, row: i32, west: i64, east: i64) -> Range<usize> {
        let to = |lon: i64| self.spots.partition_point(|spot| (spot.0, spot.1, i64::from(spot.2)) < (shared, row, lon));
        to(west)..to(east.saturating_add(1))
    }

    /// The numbers of those that share it with more around them than one place has.
    fn crowded(&self, all: &[Said<'_>]) -> BTreeSet<u32> {
        let is_crowded = |(shared, row, lon, number): &Spot| {
            let width = all.get(*number as usize).map_or(0, |said| self.width(said.at));
            let (lon, rows) = (i64::from(*lon), row.saturating_sub(1)..=row.saturating_add(1));
            rows.map(|row| self.stretch(*shared, row, lon - width, lon + width).len()).sum::<usize>() > SHARED_MAX + 1
        };
        self.spots.iter().filter(|spot| is_crowded(spot)).map(|spot| spot.3).collect()
    }

    /// Those before a spot, in its row and the one to the south, and in that order: each pair comes once. And whether
    /// there were too many.
    fn before(&self, (shared, row, lon, number): Spot, at: Position) -> (impl Iterator<Item = u32>, bool) {
        let stretch = |row: i32, west: i64, east: i64| self.stretch(shared, row, west, east);
        let (lon, width) = (i64::from(lon), self.width(at));
        let here = stretch(row, lon - width, lon).start;
        let own = here..self.spots.partition_point(|spot| *spot < (shared, row, at.lon_e7, number));
        // To the west of the 180th meridian the row goes on at its other end.
        let own_beyond = stretch(row, lon - width + TURN, TURN);
        let south = stretch(row - 1, lon - width, lon + width);
        let south_west = stretch(row - 1, lon - width + TURN, TURN);
        let south_east = stretch(row - 1, -TURN, lon + width - TURN);
        let all = [own, own_beyond, south, south_west, south_east];
        let too_many = all.iter().any(|stretch| stretch.len() > BESIDE_MAX);
        // Of too many the nearest in the own row are looked at.
        let spots = all.into_iter().flat_map(|stretch| stretch.rev().take(BESIDE_MAX));
        let numbers = spots.filter_map(|spot| self.spots.get(spot));
        (numbers.map(|(.., number)| *number), too_many)
    }
}

/// In 1e-7 degrees.
fn e7(degrees: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "below 180 degrees")]
    let e7 = (degrees.min(180.0) * 1e7).ceil() as i32;
    e7
}

fn hash(text: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish().max(1)
}

/// Pairs inside an area that are probably the same; the surest so many of them, and how many there are.
pub(crate) fn all(sight: &Sight<'_>, together: &Together, inside: &dyn Fn(Position) -> bool, most: usize) -> Pairs {
    let offered =
        |element: &&Arc<ElementView>| element.position.is_some_and(inside) && is_offered(sight, together, element);
    let mut all: Vec<Said<'_>> =
        sight.elements.values().filter(offered).filter_map(|element| Said::of(element)).collect();
    let optional = |text: &Option<String>| text.as_deref().map(hash);
    // What a crowd shares says nothing of two of it; else each of them would be held against each.
    for number in Rows::new(SAME_NAME_M, &all, |said| optional(&said.phone)).crowded(&all) {
        all.get_mut(number as usize).into_iter().for_each(|said| said.phone = None);
    }
    for number in Rows::new(SAME_NAME_M, &all, |said| optional(&said.site)).crowded(&all) {
        all.get_mut(number as usize).into_iter().for_each(|said| said.site = None);
    }
    let ways = [
        Rows::new(SAME_NAME_M, &all, |said| Some(hash(&said.name))),
        Rows::new(SAME_NAME_M, &all, |said| optional(&said.phone)),
        Rows::new(SAME_NAME_M, &all, |said| optional(&said.site)),
        Rows::new(SIMILAR_NAME_M, &all, |_| Some(0)),
    ];
    let mut found = Pairs { total: 0, more: false, surest: Vec::new() };
    let mut last: Option<Order> = None;
    for (rows, way) in ways.iter().zip(0..) {
        for spot in &rows.spots {
            let Some(one) = all.get(spot.3 as usize) else { continue };
            let (others, too_many) = rows.before(*spot, one.at);
            found.more |= too_many;
            for other in others.filter_map(|number| all.get(number as usize)) {
                let Some(likeness) = likeness(one, other) else { continue };
                // A pair that was found by something surer is not counted again.
                let ways = [likeness.name, likeness.phone, likeness.website, true];
                if ways.iter().position(|way| *way) == Some(way) && is_open(sight, one.element, other.element) {
                    found.total += 1;
                    let ids = [one.element.id.min(other.element.id), one.element.id.max(other.element.id)];
                    let [a, b] = ids;
                    if last.is_some_and(|last| last < (likeness.order(), a, b)) {
                        continue;
                    }
                    let [a, b] = ids.map(|id| sight.elements.get(&id));
                    found.surest.extend(a.zip(b).map(|(a, b)| (likeness, a.clone(), b.clone())));
                }
            }
            if found.surest.len() > 4 * most {
                last = found.keep(most);
            }
        }
    }
    found.keep(most);
    found
}

/// The less, the surer.
type Order = ((Reverse<u8>, u32), ElementId, ElementId);

impl Pairs {
    /// Keep the surest; gives the last of them.
    fn keep(&mut self, most: usize) -> Option<Order> {
        let order = |(likeness, a, b): &Pair| (likeness.order(), a.id, b.id);
        self.surest.sort_by_key(order);
        self.surest.truncate(most);
        self.surest.last().map(order)
    }
}
