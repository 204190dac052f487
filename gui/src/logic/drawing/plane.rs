//! Corners of a drawing on a plane, in whole numbers where they decide something.

use communaut_protocol::Position;

/// Degrees of a full turn, in 1e-7.
pub(super) const TURN: i64 = 3_600_000_000;

/// A ring that goes on beyond 180 degrees where it crosses that meridian: the shorter way from corner to corner.
pub(super) fn unwrapped(ring: &[Position]) -> Vec<(i64, i64)> {
    let mut before: Option<i64> = None;
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

/// Whether two sides meet.
pub(super) fn meet(a: (i64, i64), b: (i64, i64), c: (i64, i64), d: (i64, i64)) -> bool {
    // Below 2^34 each: no overflow.
    let turn = |o: (i64, i64), p: (i64, i64), q: (i64, i64)| {
        (i128::from(p.0 - o.0) * i128::from(q.1 - o.1) - i128::from(p.1 - o.1) * i128::from(q.0 - o.0)).signum()
    };
    let within = |o: (i64, i64), p: (i64, i64), q: (i64, i64)| {
        (o.0.min(p.0)..=o.0.max(p.0)).contains(&q.0) && (o.1.min(p.1)..=o.1.max(p.1)).contains(&q.1)
    };
    let (one, two, three, four) = (turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b));
    one * two < 0 && three * four < 0
        || one == 0 && within(a, b, c)
        || two == 0 && within(a, b, d)
        || three == 0 && within(c, d, a)
        || four == 0 && within(c, d, b)
}
