//! Points on Earth in 1e-7 degree, as whole numbers: what touches touches exactly.

/// A place: longitude and latitude in 1e-7 degree. Beyond 180 degrees where a line goes on over that meridian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point {
    /// East.
    pub x: i64,
    /// North.
    pub y: i64,
}

/// Points of a closed line, the first not repeated.
pub type Ring = Vec<Point>;

/// A full turn.
pub const TURN: i64 = 3_600_000_000;

/// The same line without jumps over the 180th meridian: of two ways around Earth each step goes the shorter.
#[must_use]
pub fn unwrapped(mut points: Vec<Point>) -> Vec<Point> {
    let mut before: Option<i64> = None;
    for point in &mut points {
        if let Some(before) = before {
            point.x -= (point.x - before + TURN / 2 - 1).div_euclid(TURN) * TURN;
        }
        before = Some(point.x);
    }
    points
}

/// Twice the area, positive where the ring runs against the clock (north up).
#[must_use]
pub fn doubled_area(ring: &[Point]) -> i128 {
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).map(|(a, b)| i128::from(a.x) * i128::from(b.y) - i128::from(b.x) * i128::from(a.y)).sum()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    On,
    Out,
}

/// Where a point lies.
fn side(ring: &[Point], at: Point) -> Side {
    let mut inside = false;
    for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
        let cross = i128::from(b.x - a.x) * i128::from(at.y - a.y) - i128::from(b.y - a.y) * i128::from(at.x - a.x);
        let within = |a: i64, b: i64, at: i64| a.min(b) <= at && at <= a.max(b);
        if cross == 0 && within(a.x, b.x, at.x) && within(a.y, b.y, at.y) {
            return Side::On;
        }
        if (a.y > at.y) != (b.y > at.y) && (cross > 0) == (b.y > a.y) {
            inside = !inside;
        }
    }
    if inside { Side::In } else { Side::Out }
}

/// Whether a ring lies in another that is not smaller. They may touch, but do not cross.
#[must_use]
pub fn contains(outer: &[Point], inner: &[Point]) -> bool {
    let ((west, south), (east, north)) = bounds(outer);
    let ((w, s), (e, n)) = bounds(inner);
    if w < west || s < south || e > east || n > north {
        return false;
    }
    // A point on the outer ring says nothing; nor does, if all are, one halfway to the next.
    let halfway = inner.iter().zip(inner.iter().skip(1).chain(inner.first()));
    let halfway = halfway.map(|(a, b)| Point { x: a.x + (b.x - a.x) / 2, y: a.y + (b.y - a.y) / 2 });
    let mut sides = inner.iter().copied().chain(halfway).map(|at| side(outer, at));
    sides.find(|side| *side != Side::On) == Some(Side::In)
}

/// The least and the greatest of both numbers.
#[must_use]
pub fn bounds(points: &[Point]) -> ((i64, i64), (i64, i64)) {
    let mut low = (i64::MAX, i64::MAX);
    let mut high = (i64::MIN, i64::MIN);
    for point in points {
        low = (low.0.min(point.x), low.1.min(point.y));
        high = (high.0.max(point.x), high.1.max(point.y));
    }
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(i64, i64)]) -> Ring {
        points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect()
    }

    #[test]
    fn what_lies_in_what() {
        let outer = ring(&[(0, 0), (10, 0), (10, 10), (0, 10)]);
        assert!(contains(&outer, &ring(&[(2, 2), (4, 2), (3, 4)])));
        assert!(contains(&outer, &ring(&[(0, 0), (10, 0), (5, 5)])), "it touches along a side");
        assert!(!contains(&outer, &ring(&[(12, 2), (14, 2), (13, 4)])));
        let bent = ring(&[(0, 0), (10, 0), (10, 10), (9, 10), (9, 1), (0, 1)]);
        assert!(!contains(&bent, &ring(&[(2, 2), (4, 2), (3, 4)])), "beside it, within its bounds");
    }

    #[test]
    fn steps_go_the_shorter_way() {
        let line = ring(&[(1_790_000_000, 0), (-1_790_000_000, 0), (1_790_000_000, 0)]);
        let xs: Vec<i64> = unwrapped(line).iter().map(|point| point.x).collect();
        assert_eq!(xs, [1_790_000_000, 1_810_000_000, 1_790_000_000]);
    }
}
