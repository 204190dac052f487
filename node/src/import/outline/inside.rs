//! A place that lies in a shape: what is one point on a map has to lie where the thing is.
//!
//! The rule, so that it can be explained: the centroid of the largest area where it lies inside; else the middle of the
//! longest stretch inside, of some lines from west to east. Of lines, the place halfway along the longest; of points,
//! the one closest to their middle. Areas come before lines, and lines before points.

use super::points::{Point, Ring, TURN, bounds, doubled_area, unwrapped};

/// Lines from west to east that are laid over an area, in sixteenths of its height: those in the middle first.
const HEIGHTS: [i64; 15] = [8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// What a thing consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::import) struct Outline {
    /// Outlines and holes, in any order: inside is what lies in an odd number of them.
    rings: Vec<Ring>,
    lines: Vec<Vec<Point>>,
    points: Vec<Point>,
}

impl Outline {
    /// One more outline or hole; its first point may stand at its end again.
    pub fn add_ring(&mut self, points: Vec<Point>) {
        let ring = unwrapped(points.clone());
        // Around a pole, or around all of Earth, no step is one over the 180th meridian.
        let comes_back = points.first() != points.last() || ring.first() == ring.last();
        let ((west, _), (east, _)) = bounds(&ring);
        let is_whole = comes_back && west <= east && east - west <= TURN && doubled_area(&ring) != 0;
        self.rings.push(if is_whole { ring } else { points });
    }
    /// One more line.
    pub fn add_line(&mut self, points: Vec<Point>) {
        self.lines.push(unwrapped(points));
    }
    /// One more point.
    pub fn add_point(&mut self, at: Point) {
        self.points.push(at);
    }

    /// A place that lies in it. None: it is empty.
    pub fn place(mut self) -> Option<Point> {
        let place = in_area(&mut self.rings);
        // Areas without any width are lines.
        self.lines.append(&mut self.rings);
        let place = place.or_else(|| on_line(&self.lines)).or_else(|| among(self.points));
        place.map(turned_back)
    }
}

/// The same place between -180 and 180 degrees.
pub(in crate::import) fn turned_back(at: Point) -> Point {
    let half = TURN / 2;
    if (-half..=half).contains(&at.x) { at } else { Point { x: (at.x + half).rem_euclid(TURN) - half, y: at.y } }
}

fn in_area(rings: &mut [Ring]) -> Option<Point> {
    // Of equal ones, the first.
    let largest = (0..rings.len()).rev().max_by_key(|at| rings.get(*at).map(|ring| doubled_area(ring).abs()))?;
    let largest = rings.get(largest)?.clone();
    if doubled_area(&largest) == 0 {
        return None;
    }
    let middle = middle_of(&largest);
    for ring in rings.iter_mut() {
        // Rings on both sides of the 180th meridian come side by side.
        let turns = (middle_of(ring) - middle + TURN / 2).div_euclid(TURN);
        ring.iter_mut().for_each(|point| point.x -= turns * TURN);
    }
    let centroid = centroid(&largest);
    if is_inside(rings, centroid) {
        return Some(centroid);
    }
    let ((_, south), (_, north)) = bounds(&largest);
    let mut best: Option<(i64, Point)> = None;
    for sixteenths in HEIGHTS {
        let y = south + (north - south) * sixteenths / 16;
        for pair in crossings(rings, y).chunks_exact(2) {
            let &[west, east] = pair else { continue };
            // One of less than two units has no whole number within.
            if east - west > best.map_or(1, |(width, _)| width) {
                best = Some((east - west, Point { x: west + (east - west) / 2, y }));
            }
        }
    }
    best.map(|(_, at)| at)
}

fn middle_of(ring: &[Point]) -> i64 {
    let ((west, _), (east, _)) = bounds(ring);
    if west > east { 0 } else { west + (east - west) / 2 }
}

/// Of a ring that has an area.
fn centroid(ring: &[Point]) -> Point {
    let from = ring.first().copied().unwrap_or(Point { x: 0, y: 0 });
    let (mut x, mut y, mut double) = (0_i128, 0_i128, 0_i128);
    // Measured from a point of the ring: products of three numbers then stay within 128 bits.
    let near = |at: &Point| (i128::from(at.x - from.x), i128::from(at.y - from.y));
    for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
        let ((ax, ay), (bx, by)) = (near(a), near(b));
        let cross = ax * by - bx * ay;
        x += (ax + bx) * cross;
        y += (ay + by) * cross;
        double += cross;
    }
    if double < 0 {
        (x, y, double) = (-x, -y, -double);
    }
    // To the nearest whole number.
    let share = |sum: i128| i64::try_from((2 * sum + 3 * double).div_euclid(6 * double)).unwrap_or_default();
    Point { x: from.x + share(x), y: from.y + share(y) }
}

/// Where rings cross a line from west to east, in order.
fn crossings(rings: &[Ring], y: i64) -> Vec<i64> {
    let mut all = Vec::new();
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
            if (a.y > y) != (b.y > y) {
                let along = i128::from(b.x - a.x) * i128::from(y - a.y) / i128::from(b.y - a.y);
                all.push(a.x + i64::try_from(along).unwrap_or_default());
            }
        }
    }
    all.sort_unstable();
    all
}

fn is_inside(rings: &[Ring], at: Point) -> bool {
    let crossings = crossings(rings, at.y);
    !crossings.contains(&at.x) && crossings.iter().filter(|x| **x < at.x).count() % 2 == 1
}

/// Halfway along the longest line.
fn on_line(lines: &[Vec<Point>]) -> Option<Point> {
    let length = |line: &[Point]| -> f64 { line.windows(2).map(step).sum() };
    let longest = lines.iter().filter(|line| !line.is_empty()).rev();
    let longest = longest.max_by(|a, b| length(a).total_cmp(&length(b)))?;
    let mut left = length(longest) / 2.0;
    for pair in longest.windows(2) {
        let (&[a, b], long) = (pair, step(pair)) else { continue };
        if left <= long && long > 0.0 {
            let part = |from: i64, to: i64| from + ((to - from) as f64 * (left / long)).round() as i64;
            return Some(Point { x: part(a.x, b.x), y: part(a.y, b.y) });
        }
        left -= long;
    }
    longest.first().copied()
}

/// How far it is, in units of latitude.
fn step(pair: &[Point]) -> f64 {
    let &[a, b] = pair else { return 0.0 };
    let degrees = (a.y + b.y) as f64 / 2e7;
    ((b.x - a.x) as f64 * degrees.to_radians().cos()).hypot((b.y - a.y) as f64)
}

/// The point closest to the middle of all.
fn among(points: Vec<Point>) -> Option<Point> {
    let points = unwrapped(points);
    let count = i128::try_from(points.len()).unwrap_or(i128::MAX).max(1);
    let mean = |of: fn(&Point) -> i64| points.iter().map(|at| i128::from(of(at))).sum::<i128>() / count;
    let (x, y) = (mean(|at| at.x), mean(|at| at.y));
    points.iter().copied().min_by_key(|at| (i128::from(at.x) - x).pow(2) + (i128::from(at.y) - y).pow(2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::test_support::cases;
    use proptest::prelude::*;

    fn line(points: &[(i64, i64)]) -> Vec<Point> {
        points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }
    fn of_rings(rings: &[&[(i64, i64)]]) -> Outline {
        let mut outline = Outline::default();
        rings.iter().for_each(|ring| outline.add_ring(line(ring)));
        outline
    }
    fn square(x: i64, y: i64, size: i64) -> Vec<(i64, i64)> {
        vec![(x, y), (x + size, y), (x + size, y + size), (x, y + size), (x, y)]
    }
    fn place(outline: Outline) -> (i64, i64) {
        outline.place().map(|at| (at.x, at.y)).unwrap_or_default()
    }

    #[test]
    fn the_centroid_where_it_lies_inside() {
        assert_eq!(place(of_rings(&[&square(700, 430, 101)])), (751, 481), "to the nearest");
        let mut turned = square(700, 430, 100);
        turned.reverse();
        assert_eq!(place(of_rings(&[&turned])), (750, 480));
        assert_eq!(place(of_rings(&[&[(0, 0), (90, 0), (0, 90)]])), (30, 30), "not closed");
    }

    #[test]
    fn inside_where_the_centroid_is_not() {
        let bent = [(0, 0), (100, 0), (100, 20), (20, 20), (20, 80), (100, 80), (100, 100), (0, 100), (0, 0)];
        let (x, y) = place(of_rings(&[&bent]));
        assert!((1..100).contains(&x) && ((1..20).contains(&y) || (80..100).contains(&y) || x < 20), "{x}, {y}");
        // A hole, whichever ring comes first; and an island in it.
        for rings in [[&square(0, 0, 100), &square(20, 20, 60)], [&square(20, 20, 60), &square(0, 0, 100)]] {
            let (x, y) = place(of_rings(&[rings[0], rings[1]]));
            assert!((1..100).contains(&x) && !((20..=80).contains(&x) && (20..=80).contains(&y)), "{x}, {y}");
        }
        assert_eq!(place(of_rings(&[&square(0, 0, 100), &square(20, 20, 60), &square(45, 45, 10)])), (50, 50));
        // Two shores: the larger one.
        assert_eq!(place(of_rings(&[&square(0, 0, 10), &square(500, 0, 20)])), (510, 10));
    }

    #[test]
    fn over_the_180th_meridian() {
        let (east, west) = (1_799_999_000, -1_799_999_000);
        let across = [(east, 0), (west, 0), (west, 1_000), (east, 1_000), (east, 0)];
        assert_eq!(place(of_rings(&[&across])), (1_800_000_000, 500));
        // Cut in two, or counted on.
        let cut = of_rings(&[&square(1_799_999_000, 0, 1_000), &square(-1_800_000_000, 0, 3_000)]);
        assert_eq!(place(cut), (-1_799_998_500, 1_500));
        assert_eq!(place(of_rings(&[&square(1_800_001_000, 0, 1_000)])), (-1_799_998_500, 500));
        let mut path = Outline::default();
        path.add_line(line(&[(east, 0), (west, 0)]));
        assert_eq!(place(path), (1_800_000_000, 0));
        let mut benches = Outline::default();
        line(&[(east, 7), (west, 7)]).into_iter().for_each(|at| benches.add_point(at));
        assert_eq!(place(benches), (east, 7));
        // All of Earth goes around nothing.
        let (half, pole) = (1_800_000_000, 900_000_000);
        let earth = [(-half, -pole), (half, -pole), (half, pole), (-half, pole), (-half, -pole)];
        assert_eq!(place(of_rings(&[&earth])), (0, 0));
    }

    #[test]
    fn lines_and_points() {
        let mut outline = Outline::default();
        outline.add_point(Point { x: 5, y: 5 });
        outline.add_line(line(&[(0, 0), (0, 100), (100, 100), (100, 0)]));
        outline.add_line(line(&[(900, 0), (900, 10)]));
        assert_eq!(place(outline), (50, 100), "halfway along the longest");
        assert_eq!(place(of_rings(&[&[(0, 0), (40, 0), (0, 0)]])), (40, 0), "no width: there and back");
        assert_eq!(place(of_rings(&[&[(7, 7), (7, 7), (7, 7)]])), (7, 7));
        assert_eq!(Outline::default().place(), None);
        assert_eq!(of_rings(&[&[]]).place(), None);
    }

    proptest! {
        #![proptest_config(cases(400))]
        /// Any ring, crossing itself or not, with any hole: a place inside, or on it where it has no width.
        #[test]
        fn a_place_lies_inside(
            ring in prop::collection::vec((-1_000_i64..1_000, -1_000_i64..1_000), 1..9),
            hole in prop::collection::vec((-900_i64..900, -900_i64..900), 0..6),
        ) {
            let rings = [ring.as_slice(), hole.as_slice()];
            let outline = of_rings(&rings);
            let all = outline.rings.clone();
            let at = outline.place();
            prop_assert!(at.is_some());
            if let Some(at) = at {
                // On a side, to the nearest whole number.
                let on = |(a, b): (&Point, &Point)| {
                    let (dx, dy) = (b.x - a.x, b.y - a.y);
                    let off = dx * (at.y - a.y) - dy * (at.x - a.x);
                    off * off <= (dx * dx + dy * dy).max(1)
                };
                let mut sides = all.iter().flat_map(|ring| ring.iter().zip(ring.iter().skip(1).chain(ring.first())));
                prop_assert!(is_inside(&all, at) || sides.any(on), "{at:?}");
            }
        }
        /// Any numbers that are a place on Earth.
        #[test]
        fn nothing_overflows(
            points in prop::collection::vec((-TURN..=TURN, -TURN / 4..=TURN / 4), 0..40),
        ) {
            let ring = of_rings(&[&points]).place();
            let mut rest = Outline::default();
            rest.add_line(line(&points));
            line(&points).into_iter().for_each(|at| rest.add_point(at));
            for at in [ring, rest.place()].into_iter().flatten() {
                prop_assert!(at.x.abs() <= TURN / 2 && at.y.abs() <= TURN / 4);
            }
        }
    }
}
