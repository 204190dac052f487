//! Ways that belong together become rings, and rings become areas with holes. What does not close is left out.

use super::points::{Point, Ring, contains, unwrapped};

/// An outline and its holes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polygon {
    /// Closed, without its first point again at the end.
    pub outline: Ring,
    /// Likewise.
    pub holes: Vec<Ring>,
}

/// Rings of one relation at the most: what contains what is asked of each pair.
const RINGS_MAX: usize = 4_000;

/// The rings that ways make, and how many ways are in none.
///
/// Ways are joined where they end, at whatever turn. Where rings touch in a point, each is closed as soon as the walk
/// is back where it was, so that no ring runs through a point twice. A way that is there twice counts once.
#[must_use]
pub fn rings(ways: &[Vec<Point>]) -> (Vec<Ring>, usize) {
    let mut rings = Vec::new();
    let mut ends: std::collections::BTreeMap<Point, Vec<usize>> = std::collections::BTreeMap::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut unused = Vec::with_capacity(ways.len());
    let mut left_out = 0;
    for (index, way) in ways.iter().enumerate() {
        let (Some(first), Some(last)) = (way.first(), way.last()) else {
            unused.push(false);
            continue;
        };
        let mut both = [way.clone(), way.iter().rev().copied().collect()];
        both.sort();
        let [one_way, _] = both;
        let fresh = way.len() > 1 && seen.insert(one_way);
        let closed = meeting(*first) == meeting(*last);
        if fresh && closed {
            rings.extend(closed_ring(way.clone()));
        } else if fresh {
            ends.entry(meeting(*first)).or_default().push(index);
            ends.entry(meeting(*last)).or_default().push(index);
        }
        unused.push(fresh && !closed);
    }
    for start in 0..ways.len() {
        if unused.get(start).copied() != Some(true) {
            continue;
        }
        // A path of ways, each with the point where it begins; what closes is cut out of its end.
        let mut path: Vec<(Point, Vec<Point>)> = Vec::new();
        let Some(mut at) = ways.get(start).and_then(|way| way.first()).copied().map(meeting) else { continue };
        loop {
            let next = ends.get(&at).and_then(|here| here.iter().find(|way| unused.get(**way).copied() == Some(true)));
            let Some(next) = next.copied() else {
                // Nothing goes on here: what led here is in no ring.
                match path.pop() {
                    Some((before, _)) => {
                        left_out += 1;
                        at = before;
                        continue;
                    }
                    None => break,
                }
            };
            if let Some(slot) = unused.get_mut(next) {
                *slot = false;
            }
            let Some(way) = ways.get(next) else { break };
            let forward = way.first().is_some_and(|first| meeting(*first) == at);
            let points: Vec<Point> = if forward { way.clone() } else { way.iter().rev().copied().collect() };
            let end = points.last().copied().map_or(at, meeting);
            path.push((at, points));
            if let Some(begin) = path.iter().position(|(from, _)| *from == end) {
                let ring = path.split_off(begin).into_iter().flat_map(|(_, points)| points).collect();
                rings.extend(closed_ring(ring));
            }
            at = end;
        }
    }
    (rings, left_out)
}

/// The 180th meridian is one line, whichever way it is written.
fn meeting(at: Point) -> Point {
    if at.x == -HALF_TURN { Point { x: HALF_TURN, y: at.y } } else { at }
}

/// 180 degrees.
const HALF_TURN: i64 = 1_800_000_000;

/// Without repeated points; none where nothing is left.
fn closed_ring(points: Vec<Point>) -> Option<Ring> {
    let mut ring = unwrapped(points);
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    (ring.len() > 2).then_some(ring)
}

/// Areas out of rings. Which ring is a hole is told by what lies in what, not by what the relation says: a ring in an
/// odd number of others is a hole of the smallest of them, one in an even number an outline.
#[must_use]
pub fn areas(mut rings: Vec<Ring>) -> Vec<Polygon> {
    rings.truncate(RINGS_MAX);
    let Some(middle) = rings.first().map(|ring| middle_of(ring)) else { return Vec::new() };
    for ring in &mut rings {
        // Rings on both sides of the 180th meridian come side by side.
        let turns = (middle_of(ring) - middle + HALF_TURN).div_euclid(2 * HALF_TURN);
        for point in ring.iter_mut() {
            point.x -= turns * 2 * HALF_TURN;
        }
    }
    let mut sized: Vec<(i128, Ring)> =
        rings.into_iter().map(|ring| (super::points::doubled_area(&ring).abs(), ring)).collect();
    sized.retain(|(size, _)| *size > 0);
    // The largest first: whatever holds a ring stands before it.
    sized.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.cmp(other)));
    sized.dedup_by(|(_, one), (_, other)| one == other);
    let mut areas: Vec<Polygon> = Vec::new();
    // Of each ring: how deep it lies, and in which area.
    let mut placed: Vec<(Ring, usize, usize)> = Vec::new();
    for (_, ring) in sized {
        let around = placed.iter().rev().find(|(outer, ..)| contains(outer, &ring));
        let (depth, within) = around.map_or((0, 0), |(_, depth, area)| (depth + 1, *area));
        let area = if depth % 2 == 0 {
            areas.push(Polygon { outline: ring.clone(), holes: Vec::new() });
            areas.len() - 1
        } else {
            if let Some(area) = areas.get_mut(within) {
                area.holes.push(ring.clone());
            }
            within
        };
        placed.push((ring, depth, area));
    }
    areas
}

fn middle_of(ring: &[Point]) -> i64 {
    let (mut west, mut east) = (i64::MAX, i64::MIN);
    for point in ring {
        west = west.min(point.x);
        east = east.max(point.x);
    }
    if west > east { 0 } else { west + (east - west) / 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(points: &[(i64, i64)]) -> Vec<Point> {
        points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }
    fn square(x: i64, y: i64, size: i64) -> Vec<Point> {
        line(&[(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)])
    }
    fn made(ways: &[Vec<Point>]) -> (Vec<Polygon>, usize) {
        let (rings, left_out) = rings(ways);
        (areas(rings), left_out)
    }

    #[test]
    fn ways_in_any_order_and_direction_make_one_ring() {
        let ways = [line(&[(0, 0), (10, 0)]), line(&[(0, 10), (0, 0)]), line(&[(0, 10), (10, 10), (10, 0)])];
        let (areas, left_out) = made(&ways);
        assert_eq!((areas.len(), left_out), (1, 0));
        assert_eq!(areas.first().map(|area| area.outline.len()), Some(4));
    }

    #[test]
    fn holes_islands_in_holes_and_roles_that_do_not_matter() {
        let ways = [square(40, 40, 10), square(0, 0, 100), square(20, 20, 60), square(70, 85, 10)];
        let (areas, _) = made(&ways);
        let sizes: Vec<_> = areas.iter().map(|area| (area.outline.len(), area.holes.len())).collect();
        assert_eq!(sizes, [(4, 2), (4, 0)]);
    }

    #[test]
    fn rings_that_touch_in_a_point_or_share_a_line_stay_apart() {
        // Two squares that meet in (10, 10), of four ways that all end there.
        let ways = [
            line(&[(10, 10), (0, 10), (0, 0)]),
            line(&[(0, 0), (10, 0), (10, 10)]),
            line(&[(10, 10), (20, 10), (20, 20)]),
            line(&[(20, 20), (10, 20), (10, 10)]),
        ];
        let (areas, left_out) = made(&ways);
        assert_eq!((areas.len(), left_out), (2, 0));
        // A hole that touches the outline along a line.
        let (areas, _) = made(&[square(0, 0, 100), square(0, 20, 30)]);
        assert_eq!(areas.iter().map(|area| area.holes.len()).collect::<Vec<_>>(), [1]);
        // One way twice.
        let (areas, left_out) = made(&[square(0, 0, 100), square(0, 0, 100)]);
        assert_eq!((areas.len(), left_out), (1, 0));
    }

    #[test]
    fn a_broken_relation_gives_what_closes() {
        let ways = [square(0, 0, 10), line(&[(50, 0), (60, 0)]), line(&[(60, 0), (60, 10)]), Vec::new()];
        let (areas, left_out) = made(&ways);
        assert_eq!((areas.len(), left_out), (1, 2));
        // A dead end that hangs on a ring.
        let ways = [line(&[(0, 0), (10, 0)]), line(&[(10, 0), (10, 5)]), line(&[(10, 0), (10, -9), (0, 0)])];
        let (areas, left_out) = made(&ways);
        assert_eq!((areas.len(), left_out), (1, 1));
    }

    #[test]
    fn across_the_180th_meridian() {
        let d = 10_000_000;
        // One ring that steps over it.
        let ways = [line(&[(179 * d, 0), (-179 * d, 0), (-179 * d, d), (179 * d, d), (179 * d, 0)])];
        let (areas, _) = made(&ways);
        let size = areas.first().map(|area| super::super::points::doubled_area(&area.outline).abs());
        assert_eq!(size, Some(2 * 2 * i128::from(d) * i128::from(d)));
        // Halves that were cut there and end on either way to write it.
        let ways = [
            line(&[(180 * d, 0), (179 * d, 0), (179 * d, d), (180 * d, d)]),
            line(&[(-180 * d, d), (-179 * d, d), (-179 * d, 0), (-180 * d, 0)]),
        ];
        let (areas, left_out) = made(&ways);
        assert_eq!((areas.len(), left_out), (1, 0));
        let size = areas.first().map(|area| super::super::points::doubled_area(&area.outline).abs());
        assert_eq!(size, Some(2 * 2 * i128::from(d) * i128::from(d)));
        // A hole on the other side than where the outline begins.
        let ways = [
            line(&[(170 * d, 0), (-170 * d, 0), (-170 * d, 9 * d), (170 * d, 9 * d), (170 * d, 0)]),
            square(-178 * d, d, d),
        ];
        let (areas, _) = made(&ways);
        assert_eq!(areas.iter().map(|area| area.holes.len()).collect::<Vec<_>>(), [1]);
    }
}
