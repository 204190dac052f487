//! Corners of a drawing on a plane, in whole numbers where they decide something.

use communaut_protocol::Position;

/// Degrees of a full turn, in 1e-7.
pub(super) const TURN: i64 = 3_600_000_000;

/// A ring that goes on beyond 180 degrees where it crosses that meridian: the shorter way from corner to corner, and to
/// the first from the longitude beside which it lies.
pub(super) fn unwrapped(ring: &[Position], beside: Option<i64>) -> Vec<(i64, i64)> {
    let mut before = beside;
    let corner = |at: &Position| {
        let lon = i64::from(at.lon_e7);
        let turns = before.map_or(0, |before| (before - lon + TURN / 2).div_euclid(TURN));
        before = Some(lon + turns * TURN);
        (lon + turns * TURN, i64::from(at.lat_e7))
    };
    ring.iter().map(corner).collect()
}

/// Where a corner lies from a point, on a plane that is right around the point.
pub(super) fn beside(at: Position, corner: Position) -> (f64, f64) {
    let east = (i64::from(corner.lon_e7) - i64::from(at.lon_e7) + TURN / 2).rem_euclid(TURN) - TURN / 2;
    (east as f64 * at.lat().to_radians().cos(), f64::from(corner.lat_e7) - f64::from(at.lat_e7))
}

/// The square of the distance from the origin to a side.
pub(super) fn distance2((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = dx * dx + dy * dy;
    let along = if length2 > 0.0 { (-(ax * dx + ay * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    let (x, y) = (ax + along * dx, ay + along * dy);
    x * x + y * y
}

type Point = (i64, i64);

/// On which side of the line from `o` to `p` a point lies: below 2^34 each, so that nothing overflows.
fn turn(o: Point, p: Point, q: Point) -> i128 {
    (i128::from(p.0 - o.0) * i128::from(q.1 - o.1) - i128::from(p.1 - o.1) * i128::from(q.0 - o.0)).signum()
}

/// Whether two sides go through each other.
pub(super) fn cross(a: Point, b: Point, c: Point, d: Point) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

/// Whether two sides have a point in common.
pub(super) fn meet(a: Point, b: Point, c: Point, d: Point) -> bool {
    let within = |o: Point, p: Point, q: Point| {
        (o.0.min(p.0)..=o.0.max(p.0)).contains(&q.0) && (o.1.min(p.1)..=o.1.max(p.1)).contains(&q.1)
    };
    let on = |o: Point, p: Point, q: Point| turn(o, p, q) == 0 && within(o, p, q);
    cross(a, b, c, d) || on(a, b, c) || on(a, b, d) || on(c, d, a) || on(c, d, b)
}
