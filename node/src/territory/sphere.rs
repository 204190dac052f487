//! Distances on the sphere.

use communaut_protocol::Position;

/// Metres: the mean radius of the Earth (IUGG). On the ellipsoid a distance differs by at most 0.6 %.
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// Metres between two positions along a great circle.
#[must_use]
pub fn metres(a: Position, b: Position) -> f64 {
    haversine([a.lat(), a.lon()], [b.lat(), b.lon()])
}

/// Metres between two points, each latitude and longitude in degrees.
pub(super) fn haversine(a: [f64; 2], b: [f64; 2]) -> f64 {
    let [[lat_a, lon_a], [lat_b, lon_b]] = [a.map(f64::to_radians), b.map(f64::to_radians)];
    let across =
        ((lat_b - lat_a) / 2.0).sin().powi(2) + lat_a.cos() * lat_b.cos() * ((lon_b - lon_a) / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_M * across.clamp(0.0, 1.0).sqrt().asin()
}

/// A point as a unit vector: chords between such vectors order like distances, without trigonometry. Its sines are
/// those of `libm`, the same on every machine, so that what is ordered by distance stands in one order everywhere.
#[must_use]
pub fn unit(at: Position) -> [f64; 3] {
    let (lat, lon) = (at.lat().to_radians(), at.lon().to_radians());
    let ((sin_lat, cos_lat), (sin_lon, cos_lon)) = (libm::sincos(lat), libm::sincos(lon));
    [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
}

/// The centre of gravity of weighted points, brought up to the sphere; none where there is none (the whole world).
pub fn middle(points: impl Iterator<Item = (Position, f64)>) -> Option<Position> {
    let mut sum = [0.0; 3];
    for (at, weight) in points {
        for (sum, part) in sum.iter_mut().zip(unit(at)) {
            *sum += part * weight;
        }
    }
    let [x, y, z] = sum;
    let length = (x * x + y * y + z * z).sqrt();
    let (lat, lon) = ((z / length).clamp(-1.0, 1.0).asin().to_degrees(), y.atan2(x).to_degrees());
    (length > 1e-12).then(|| Position::from_degrees(lat, lon).ok()).flatten()
}

/// The square of the chord between two unit vectors.
#[must_use]
pub fn chord2(a: [f64; 3], b: [f64; 3]) -> f64 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    x * x + y * y + z * z
}

/// Metres along the sphere for the square of a chord.
#[must_use]
pub fn metres_of_chord2(chord2: f64) -> f64 {
    2.0 * EARTH_RADIUS_M * (chord2.max(0.0).sqrt() / 2.0).min(1.0).asin()
}

/// The square of the chord for metres along the sphere; infinite from half the circumference on.
#[must_use]
pub fn chord2_of_metres(metres: f64) -> f64 {
    let half_angle = metres / (2.0 * EARTH_RADIUS_M);
    if half_angle < std::f64::consts::FRAC_PI_2 { (2.0 * libm::sin(half_angle)).powi(2) } else { f64::INFINITY }
}
