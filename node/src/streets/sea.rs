//! The sea, out of the coast: lines that have land on their left, cut off where the map ends.

use super::{
    assemble::Polygon,
    geometry::{Point, Ring, TURN, bounds, doubled_area, unwrapped},
};
use std::collections::BTreeMap;

/// A map's rectangle in 1e-7 degree. East may lie beyond 180 degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MapFrame {
    /// Least longitude.
    pub west: i64,
    /// Least latitude.
    pub south: i64,
    /// Greatest longitude.
    pub east: i64,
    /// Greatest latitude.
    pub north: i64,
}

impl MapFrame {
    /// As an area.
    #[must_use]
    pub fn area(&self) -> Polygon {
        let at = |x, y| Point { x, y };
        let outline = vec![
            at(self.west, self.north),
            at(self.east, self.north),
            at(self.east, self.south),
            at(self.west, self.south),
        ];
        Polygon { outline, holes: Vec::new() }
    }
    fn holds(&self, at: Point) -> bool {
        (self.west..=self.east).contains(&at.x) && (self.south..=self.north).contains(&at.y)
    }
    /// How far along its edge a point lies, with the clock from the north-western corner; each side counts for one.
    fn along(&self, at: Point) -> f64 {
        let share = |from: i64, to: i64, at: i64| (at - from) as f64 / ((to - from) as f64).max(1.0);
        if at.y >= self.north {
            share(self.west, self.east, at.x)
        } else if at.x >= self.east {
            1.0 + share(-self.north, -self.south, -at.y)
        } else if at.y <= self.south {
            2.0 + share(-self.east, -self.west, -at.x)
        } else {
            3.0 + share(self.south, self.north, at.y)
        }
    }
    fn corner(&self, index: u32) -> Point {
        match index % 4 {
            0 => Point { x: self.west, y: self.north },
            1 => Point { x: self.east, y: self.north },
            2 => Point { x: self.east, y: self.south },
            _ => Point { x: self.west, y: self.south },
        }
    }
    /// The point of its edge that is nearest.
    fn edge(&self, at: Point) -> Point {
        let sides = [
            (at.x - self.west, Point { x: self.west, y: at.y }),
            (self.east - at.x, Point { x: self.east, y: at.y }),
            (at.y - self.south, Point { x: at.x, y: self.south }),
            (self.north - at.y, Point { x: at.x, y: self.north }),
        ];
        sides.into_iter().min_by_key(|(far, _)| *far).map_or(at, |(_, edge)| edge)
    }
}

/// What the coast parts.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Sea {
    /// Water.
    pub sea: Vec<Polygon>,
    /// Land in it, to be drawn over it.
    pub isles: Vec<Polygon>,
}

/// The sea of a frame.
#[must_use]
pub fn sea(coast: &[Vec<Point>], frame: &MapFrame) -> Sea {
    let mut found = Sea::default();
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for chain in chains(coast) {
        let chain = turned(chain, frame);
        let ((west, south), (east, north)) = bounds(&chain);
        if east < frame.west || west > frame.east || north < frame.south || south > frame.north {
            continue;
        }
        let closed = chain.first() == chain.last();
        if closed && chain.iter().all(|at| frame.holds(*at)) {
            let ring: Ring = chain.get(1..).unwrap_or_default().to_vec();
            let size = doubled_area(&ring);
            let to = if size > 0 { &mut found.isles } else { &mut found.sea };
            if size != 0 {
                to.push(Polygon { outline: ring, holes: Vec::new() });
            }
        } else {
            parts.extend(inside(&opened(chain, closed, frame), frame));
        }
    }
    let parts = fitting(parts, frame);
    if parts.is_empty() && !found.isles.is_empty() {
        // Islands alone: all around is sea.
        found.sea.push(frame.area());
    }
    found.sea.extend(closed_along(&parts, frame));
    found
}

/// Lines that go on in one another, head to tail.
fn chains(coast: &[Vec<Point>]) -> Vec<Vec<Point>> {
    let mut begins: BTreeMap<Point, Vec<usize>> = BTreeMap::new();
    let mut followed = std::collections::BTreeSet::new();
    for (index, way) in coast.iter().enumerate() {
        if let (Some(first), Some(last), true) = (way.first(), way.last(), way.len() > 1) {
            begins.entry(*first).or_default().push(index);
            followed.insert(*last);
        }
    }
    let mut used = vec![false; coast.len()];
    let mut out = Vec::new();
    // Those first that nothing leads to; what is left are rings.
    for heads in [true, false] {
        for (index, way) in coast.iter().enumerate() {
            let Some(first) = way.first() else { continue };
            if used.get(index).copied() != Some(false) || way.len() < 2 || heads && followed.contains(first) {
                continue;
            }
            let mut chain: Vec<Point> = Vec::new();
            let mut next = Some(index);
            while let Some(way) = next {
                if let Some(slot) = used.get_mut(way) {
                    *slot = true;
                }
                let points = coast.get(way).map_or(&[][..], Vec::as_slice);
                chain.extend(points.iter().skip(usize::from(!chain.is_empty())));
                next = chain
                    .last()
                    .and_then(|end| begins.get(end))
                    .and_then(|ways| ways.iter().copied().find(|way| used.get(*way).copied() == Some(false)));
            }
            out.push(chain);
        }
    }
    out
}

/// Without jumps, and on the turn of Earth on which the frame lies.
fn turned(chain: Vec<Point>, frame: &MapFrame) -> Vec<Point> {
    let mut chain = unwrapped(chain);
    let ((west, _), (east, _)) = bounds(&chain);
    let turns = ((frame.west + frame.east) / 2 - (west + east) / 2 + TURN / 2).div_euclid(TURN);
    for at in &mut chain {
        at.x += turns * TURN;
    }
    chain
}

/// A ring that leaves the frame begins outside of it; an open end inside is led to the nearest edge.
fn opened(mut chain: Vec<Point>, closed: bool, frame: &MapFrame) -> Vec<Point> {
    if closed {
        if let Some(outside) = chain.iter().position(|at| !frame.holds(*at)) {
            chain.pop();
            chain.rotate_left(outside);
            chain.extend(chain.first().copied());
        }
        return chain;
    }
    if let Some(first) = chain.first().copied().filter(|first| frame.holds(*first)) {
        chain.insert(0, frame.edge(first));
    }
    if let Some(last) = chain.last().copied().filter(|last| frame.holds(*last)) {
        chain.push(frame.edge(last));
    }
    chain
}

/// The parts of a line that lie in the frame; they begin and end on its edge.
fn inside(chain: &[Point], frame: &MapFrame) -> Vec<Vec<Point>> {
    let mut parts = Vec::new();
    let mut part: Vec<Point> = Vec::new();
    for (a, b) in chain.iter().zip(chain.iter().skip(1)) {
        match within(*a, *b, frame) {
            None => {}
            Some((from, to)) => {
                if part.last() != Some(&from) {
                    if part.len() > 1 {
                        parts.push(std::mem::take(&mut part));
                    }
                    part = vec![from];
                }
                if from != to {
                    part.push(to);
                }
                if to != *b && part.len() > 1 {
                    parts.push(std::mem::take(&mut part));
                }
            }
        }
    }
    if part.len() > 1 {
        parts.push(part);
    }
    parts
}

/// The part of a segment that lies in the frame (Liang and Barsky).
fn within(a: Point, b: Point, frame: &MapFrame) -> Option<(Point, Point)> {
    let (dx, dy) = ((b.x - a.x) as f64, (b.y - a.y) as f64);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, (a.x - frame.west) as f64),
        (dx, (frame.east - a.x) as f64),
        (-dy, (a.y - frame.south) as f64),
        (dy, (frame.north - a.y) as f64),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            low = low.max(room / step);
        } else {
            high = high.min(room / step);
        }
    }
    if low > high {
        return None;
    }
    let at = |share: f64, end: Point, whole: bool| {
        if whole {
            return end;
        }
        let x = a.x + (dx * share).round() as i64;
        let y = a.y + (dy * share).round() as i64;
        Point { x: x.clamp(frame.west, frame.east), y: y.clamp(frame.south, frame.north) }
    };
    Some((at(low, a, low == 0.0), at(high, b, high >= 1.0)))
}

/// Parts that are left out at the most, since they do not fit: a file in which more do not is no map of a coast.
const UNFIT_MAX: usize = 1_000;

/// Those parts that fit together: along the edge one ends where another begins, turn by turn. Where a coast was cut off
/// inside of the frame it may not be so: the shortest of those that are in each other's way are left out. Without any
/// that fit there is no sea.
fn fitting(mut parts: Vec<Vec<Point>>, frame: &MapFrame) -> Vec<Vec<Point>> {
    for _ in 0..UNFIT_MAX {
        let mut ends: Vec<(f64, bool, usize)> = Vec::with_capacity(parts.len() * 2);
        for (index, part) in parts.iter().enumerate() {
            ends.extend(part.first().map(|at| (frame.along(*at), true, index)));
            ends.extend(part.last().map(|at| (frame.along(*at), false, index)));
        }
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let next = ends.iter().cycle().skip(1);
        let unfit = ends.iter().zip(next).filter(|(a, b)| a.1 == b.1).flat_map(|(a, b)| [a.2, b.2]);
        match unfit.min_by_key(|index| parts.get(*index).map_or(0, |part| length(part))) {
            None => return parts,
            Some(shortest) => drop(parts.remove(shortest)),
        }
    }
    Vec::new()
}

fn length(part: &[Point]) -> i64 {
    let steps = part.iter().zip(part.iter().skip(1));
    steps.map(|(a, b)| (b.x - a.x).abs().saturating_add((b.y - a.y).abs())).sum()
}

/// Close each part along the frame's edge, with the clock: so the sea stays on its right.
fn closed_along(parts: &[Vec<Point>], frame: &MapFrame) -> Vec<Polygon> {
    let ends: Vec<(f64, f64)> =
        parts.iter().filter_map(|part| Some((frame.along(*part.first()?), frame.along(*part.last()?)))).collect();
    // Where parts begin, that are in no ring yet. Numbers of one sign are in the order of their bits.
    let mut open: BTreeMap<(u64, usize), usize> =
        ends.iter().enumerate().map(|(index, (begin, _))| ((begin.to_bits(), index), index)).collect();
    let mut out = Vec::new();
    while let Some((_, start)) = open.first_key_value() {
        let start = *start;
        let mut ring: Ring = Vec::new();
        let mut current = start;
        loop {
            ring.extend(parts.get(current).into_iter().flatten());
            let from = ends.get(current).map_or(0.0, |(_, end)| *end);
            // The one that begins next; the first of the ring is one of them, until it is reached.
            let ahead = open.range((from.to_bits(), 0)..).next().or_else(|| open.first_key_value());
            let Some((key, next)) = ahead.map(|(key, next)| (*key, *next)) else { break };
            open.remove(&key);
            let begin = ends.get(next).map_or(0.0, |(begin, _)| *begin);
            let until = if begin < from { begin + 4.0 } else { begin };
            // The corners on the way.
            let mut corner = from.floor() + 1.0;
            while corner < until {
                ring.push(frame.corner(corner as u32));
                corner += 1.0;
            }
            if next == start {
                break;
            }
            current = next;
        }
        ring.dedup();
        if ring.len() > 2 {
            out.push(Polygon { outline: ring, holes: Vec::new() });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: MapFrame = MapFrame { west: 0, south: 0, east: 100, north: 100 };

    fn line(points: &[(i64, i64)]) -> Vec<Point> {
        points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }
    fn size(areas: &[Polygon]) -> i128 {
        areas.iter().map(|area| doubled_area(&area.outline).abs()).sum::<i128>() / 2
    }

    #[test]
    fn land_is_left_of_the_coast() {
        // Westward: land in the south, sea in the north; in two pieces that stand in no order.
        let coast = [line(&[(50, 40), (-10, 40)]), line(&[(120, 40), (50, 40)])];
        assert_eq!(size(&sea(&coast, &FRAME).sea), 60 * 100);
        let coast = [line(&[(-10, 40), (120, 40)])];
        assert_eq!(size(&sea(&coast, &FRAME).sea), 40 * 100);
    }

    #[test]
    fn islands_bays_and_no_coast() {
        let isle = line(&[(10, 10), (20, 10), (20, 20), (10, 20), (10, 10)]);
        let found = sea(std::slice::from_ref(&isle), &FRAME);
        assert_eq!((size(&found.sea), size(&found.isles)), (100 * 100, 100));
        // Enclosed water, against the rule of islands.
        let found = sea(&[isle.into_iter().rev().collect()], &FRAME);
        assert_eq!((size(&found.sea), size(&found.isles)), (100, 0));
        assert_eq!(sea(&[], &FRAME), Sea::default());
        // A coast that leaves and comes back: a strait.
        let coast = [line(&[(-5, 30), (105, 30)]), line(&[(105, 20), (-5, 20)])];
        assert_eq!(size(&sea(&coast, &FRAME).sea), 10 * 100);
    }

    #[test]
    fn a_ring_over_the_edge_and_an_end_inside() {
        let isle = line(&[(50, 50), (150, 50), (150, 80), (50, 80), (50, 50)]);
        assert_eq!(size(&sea(&[isle], &FRAME).sea), 100 * 100 - 50 * 30);
        // Cut off inside of the frame: led to the nearest edge.
        let coast = [line(&[(-5, 40), (90, 40)])];
        assert_eq!(size(&sea(&coast, &FRAME).sea), 40 * 100);
        // Cut off just before it leaves the frame and comes back: what does not fit is left out.
        let coast = [line(&[(10, 5), (8, -5), (20, -5), (20, 60), (150, 60)])];
        assert_eq!(size(&sea(&coast, &FRAME).sea), 60 * 80);
    }
}
