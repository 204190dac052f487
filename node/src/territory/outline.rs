//! The outline of a territory as it is: rings on Earth in 1e-7 degree.

use communaut_protocol::{ElementId, Position, entry::hash};
use serde::{Deserialize, Serialize};

/// A closed line, its first corner not repeated: longitude and latitude in 1e-7 degree. Beyond 180 degrees where it goes
/// on over that meridian.
pub type OutlineRing = Vec<[i32; 2]>;

/// A full turn.
const TURN: i64 = 3_600_000_000;
/// Square kilometres of a unit of area on a sphere of radius 1: the square of Earth's mean radius.
const KM2: f64 = 6_371.008_8 * 6_371.008_8;

/// Polygons that do not overlap, each its outline and then its holes. Empty: it is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outline(pub Vec<Vec<OutlineRing>>);

impl Outline {
    /// Of rings in whole numbers, in one form: equal areas give equal outlines, wherever a ring begins and whichever way
    /// it runs. None where it goes around Earth, or has no area.
    #[must_use]
    pub fn of(polygons: Vec<Vec<Vec<(i64, i64)>>>) -> Option<Self> {
        let mut all = Vec::with_capacity(polygons.len());
        for rings in polygons {
            let mut made: Vec<OutlineRing> = Vec::with_capacity(rings.len());
            for (index, ring) in rings.into_iter().enumerate() {
                made.push(one_form(ring, index == 0)?);
            }
            if let Some((_, holes)) = made.split_first_mut() {
                holes.sort();
                all.push(made);
            }
        }
        all.sort();
        (!all.is_empty()).then_some(Self(all))
    }
    /// Whether it is not known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// All of its rings.
    pub fn rings(&self) -> impl Iterator<Item = &OutlineRing> {
        self.0.iter().flatten()
    }
    /// Corners.
    #[must_use]
    pub fn corners(&self) -> usize {
        self.rings().map(Vec::len).sum()
    }
    /// Its id: that of its corners.
    #[must_use]
    pub fn id(&self) -> ElementId {
        let mut bytes = b"communaut territory outline".to_vec();
        let count = |bytes: &mut Vec<u8>, count: usize| bytes.extend_from_slice(&(count as u64).to_le_bytes());
        for rings in &self.0 {
            count(&mut bytes, rings.len());
            for ring in rings {
                count(&mut bytes, ring.len());
                ring.iter().flatten().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
            }
        }
        ElementId(hash(&bytes).0)
    }
    /// Whether a position lies inside.
    #[must_use]
    pub fn holds(&self, at: Position) -> bool {
        let y = i64::from(at.lat_e7);
        let mut inside = false;
        for turn in [-TURN, 0, TURN] {
            let x = i64::from(at.lon_e7) + turn;
            for ring in self.rings() {
                for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
                    let ([ax, ay], [bx, by]) = (a.map(i64::from), b.map(i64::from));
                    let cross = || i128::from(bx - ax) * i128::from(y - ay) - i128::from(by - ay) * i128::from(x - ax);
                    if (ay > y) != (by > y) && (cross() > 0) == (by > ay) {
                        inside = !inside;
                    }
                }
            }
        }
        inside
    }
    /// Square kilometres, on a sphere.
    #[must_use]
    pub fn km2(&self) -> f64 {
        let polygon = |rings: &Vec<OutlineRing>| {
            let mut rings = rings.iter().map(ring_km2);
            let outer = rings.next().unwrap_or(0.0);
            outer - rings.sum::<f64>()
        };
        self.0.iter().map(polygon).sum()
    }
    /// The middle of the rectangle around its largest polygon: where a map opens.
    #[must_use]
    pub fn middle(&self) -> Position {
        let largest = self.0.iter().filter_map(|rings| rings.first());
        let Some(ring) = largest.max_by(|a, b| ring_km2(a).total_cmp(&ring_km2(b))) else { return Position::default() };
        let middle = |of: fn(&[i32; 2]) -> i32| {
            let (low, high) = (ring.iter().map(of).min().unwrap_or(0), ring.iter().map(of).max().unwrap_or(0));
            i64::midpoint(low.into(), high.into())
        };
        let lon = (middle(|at| at[0]) + TURN / 2).rem_euclid(TURN) - TURN / 2;
        let part = |value: i64| i32::try_from(value).unwrap_or(0);
        Position { lat_e7: part(middle(|at| at[1])), lon_e7: part(lon) }
    }
    /// With at most so many corners: those that say least go. What becomes of less than a triangle is left out.
    #[must_use]
    pub fn simplified(&self, corners_max: usize) -> Self {
        use geo::Simplify;
        let mut found = self.clone();
        // A metre, then twice as much.
        let mut off = 100.0;
        while found.corners() > corners_max && off < TURN as f64 {
            let ring = |ring: &OutlineRing| {
                let corners =
                    ring.iter().chain(ring.first()).map(|[x, y]| geo::Coord { x: f64::from(*x), y: f64::from(*y) });
                let mut made: OutlineRing = geo::LineString::from_iter(corners)
                    .simplify(off)
                    .0
                    .iter()
                    .map(|at| [at.x as i32, at.y as i32])
                    .collect();
                made.pop();
                (made.len() > 2).then_some(made)
            };
            let polygon = |rings: &Vec<OutlineRing>| {
                let outer = ring(rings.first()?)?;
                Some(std::iter::once(outer).chain(rings.iter().skip(1).filter_map(ring)).collect())
            };
            found = Self(self.0.iter().filter_map(polygon).collect());
            off *= 2.0;
        }
        found
    }
}

fn ring_km2(ring: &OutlineRing) -> f64 {
    let radians = |value: i32| (f64::from(value) / 1e7).to_radians();
    let sides = ring.iter().zip(ring.iter().skip(1).chain(ring.first()));
    let sum: f64 = sides
        .map(|([ax, ay], [bx, by])| (radians(*bx) - radians(*ax)) * (radians(*ay).sin() + radians(*by).sin()) / 2.0)
        .sum();
    sum.abs() * KM2
}

/// A ring from its least corner on, an outline against the clock, a hole with it; the least corner within half a turn.
fn one_form(mut ring: Vec<(i64, i64)>, is_outline: bool) -> Option<OutlineRing> {
    let next = ring.iter().skip(1).chain(ring.first());
    let doubled: i128 =
        ring.iter().zip(next).map(|(a, b)| i128::from(a.0) * i128::from(b.1) - i128::from(b.0) * i128::from(a.1)).sum();
    if ring.len() < 3 || doubled == 0 {
        return None;
    }
    if (doubled > 0) != is_outline {
        ring.reverse();
    }
    let least = ring.iter().enumerate().min_by_key(|(_, at)| **at)?.0;
    ring.rotate_left(least);
    let turns = (ring.first()?.0 + TURN / 2).div_euclid(TURN) * TURN;
    ring.into_iter().map(|(x, y)| Some([i32::try_from(x - turns).ok()?, i32::try_from(y).ok()?])).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const D: i64 = 10_000_000;

    fn square(x: i64, y: i64, side: i64) -> Vec<(i64, i64)> {
        vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    }
    fn at(lat: f64, lon: f64) -> Position {
        Position::from_degrees(lat, lon).unwrap()
    }

    #[test]
    fn one_area_has_one_form_and_one_id() {
        let outline = Outline::of(vec![vec![square(0, 0, 4 * D), square(D, D, D)], vec![square(9 * D, 0, D)]]).unwrap();
        let turned = |mut ring: Vec<(i64, i64)>| {
            ring.rotate_left(2);
            ring.reverse();
            ring
        };
        let rings = vec![vec![turned(square(9 * D, 0, D))], vec![turned(square(0, 0, 4 * D)), turned(square(D, D, D))]];
        let other = Outline::of(rings).unwrap();
        assert_eq!((&outline, outline.id()), (&other, other.id()));
        assert_ne!(Outline::of(vec![vec![square(0, 0, 4 * D)]]).unwrap().id(), outline.id());
        assert_eq!(outline.corners(), 12);
        assert_eq!(Outline::of(vec![vec![vec![(0, 0), (D, D), (2 * D, 2 * D)]]]), None, "it has no area");
        assert_eq!(Outline::of(Vec::new()), None);
    }

    #[test]
    fn what_lies_in_holes_and_exclaves() {
        let outline = Outline::of(vec![vec![square(0, 0, 4 * D), square(D, D, D)], vec![square(9 * D, 0, D)]]).unwrap();
        for (lat, lon, inside) in [(0.5, 0.5, true), (1.5, 1.5, false), (0.5, 9.5, true), (0.5, 8.5, false)] {
            assert_eq!(outline.holds(at(lat, lon)), inside, "{lat} {lon}");
        }
        // Over the 180th meridian.
        let fiji = Outline::of(vec![vec![square(179 * D, -17 * D, 2 * D)]]).unwrap();
        assert!(fiji.holds(at(-16.0, 179.5)) && fiji.holds(at(-16.0, -179.5)) && !fiji.holds(at(-16.0, 178.0)));
        assert!(fiji.middle().lon().abs() > 179.9, "{:?}", fiji.middle());
        let beyond = Outline::of(vec![vec![square(-181 * D, -17 * D, 2 * D)]]).unwrap();
        assert_eq!(fiji, beyond);
    }

    #[test]
    fn areas_and_fewer_corners() {
        let one = Outline::of(vec![vec![square(0, 0, D)]]).unwrap();
        // A degree at the equator is 111.195 km on this sphere.
        assert!((one.km2() - 111.195 * 111.195).abs() < 2.0, "{}", one.km2());
        let circle = (0..10_000).map(|step| {
            let angle = f64::from(step) / 10_000.0 * std::f64::consts::TAU;
            ((angle.cos() * 1e7) as i64, (angle.sin() * 1e7) as i64)
        });
        let round = Outline::of(vec![vec![circle.collect()]]).unwrap();
        let fewer = round.simplified(500);
        assert!((50..=500).contains(&fewer.corners()), "{}", fewer.corners());
        assert!((fewer.km2() / round.km2() - 1.0).abs() < 1e-3);
        assert_eq!(one.simplified(500), one);
    }
}
