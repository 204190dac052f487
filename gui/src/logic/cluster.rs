//! Marks on the map: many hits near each other are one mark with a number, and no hit is left out.
//!
//! Hits are sorted once along a Morton curve; the clusters of a zoom are then the runs of equal
//! prefixes, found in one pass, and neighbours that would overlap on the screen are joined.

use communaut_node::api::Hit;
use communaut_protocol::Position;
use std::{collections::HashMap, sync::Arc};

/// Bits of a coordinate along the curve: below a metre on the ground.
const BITS: u32 = 26;
/// The side of a cluster's cell, as a power of two of the world's 256 points: 64 points.
const CELL_POINTS_LOG2: u32 = 6;
/// Points within which two marks would overlap.
const OVERLAP_POINTS: f64 = 40.0;
/// Beyond this zoom only what lies on the very same spot is joined.
pub const ZOOM_MAX: u8 = 18;

/// Web Mercator, the world being 0 to 1 in both directions.
#[must_use]
pub fn mercator(at: Position) -> (f64, f64) {
    let x = (at.lon() + 180.0) / 360.0;
    let sin = at.lat().clamp(-85.051_129, 85.051_129).to_radians().sin();
    let y = 0.5 - ((1.0 + sin) / (1.0 - sin)).ln() / (4.0 * std::f64::consts::PI);
    (x.clamp(0.0, 1.0), y.clamp(0.0, 1.0))
}

/// Back from [`mercator`].
#[must_use]
pub fn unmercator(x: f64, y: f64) -> Option<Position> {
    let lat = (std::f64::consts::PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees();
    Position::from_degrees(lat, x * 360.0 - 180.0).ok()
}

fn spread(value: u32) -> u64 {
    let mut bits = u64::from(value);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555_u64),
    ] {
        bits = (bits | (bits << shift)) & mask;
    }
    bits
}

fn morton(x: f64, y: f64) -> u64 {
    let cells = f64::from(1_u32 << BITS);
    let cell = |value: f64| ((value * cells) as u32).min((1 << BITS) - 1);
    spread(cell(x)) | (spread(cell(y)) << 1)
}

#[derive(Debug, Clone, Copy)]
struct Point {
    code: u64,
    x: f64,
    y: f64,
    hit: u32,
}

/// One mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// Where, in [`mercator`] coordinates: the mean of its members.
    pub x: f64,
    /// As `x`.
    pub y: f64,
    /// How many elements.
    pub count: u32,
    /// Its member that the search put first, as an index into the hits.
    pub first: u32,
    /// The smallest box around its members: west, north, east, south.
    pub bounds: [f64; 4],
    /// Its members lie along the curve from here…
    from: u32,
    /// …up to here, plus those joined to it.
    to: u32,
    joined: Vec<(u32, u32)>,
}

impl Cluster {
    /// Where.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        unmercator(self.x, self.y)
    }
    /// Take in the members of another. Its place stays.
    pub fn take_in(&mut self, other: &Self) {
        self.count += other.count;
        self.first = self.first.min(other.first);
        self.bounds = around(self.bounds, other.bounds);
        self.joined.push((other.from, other.to));
        self.joined.extend_from_slice(&other.joined);
    }
    /// Whether no zoom parts its members.
    #[must_use]
    pub fn is_one_spot(&self) -> bool {
        let [west, north, east, south] = self.bounds;
        let spot = 1.0 / f64::from(1_u32 << BITS) * 4.0;
        east - west < spot && south - north < spot
    }
}

/// All hits, ready to be clustered at any zoom.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    points: Vec<Point>,
    hits: Arc<Vec<Hit>>,
}

impl Marks {
    /// Sort hits along the curve. Those without a position are on no map.
    #[must_use]
    pub fn new(hits: Arc<Vec<Hit>>) -> Self {
        let mut points: Vec<Point> = Vec::with_capacity(hits.len());
        for (index, hit) in hits.iter().enumerate() {
            let Ok(index) = u32::try_from(index) else { break };
            if let Some(at) = hit.element.position {
                let (x, y) = mercator(at);
                points.push(Point { code: morton(x, y), x, y, hit: index });
            }
        }
        points.sort_unstable_by_key(|point| (point.code, point.hit));
        Self { points, hits }
    }
    /// How many lie on the map.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len()
    }
    /// Whether none does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }
    /// The hit of an index.
    #[must_use]
    pub fn hit(&self, index: u32) -> Option<&Hit> {
        self.hits.get(usize::try_from(index).ok()?)
    }
    /// The members of a cluster, as indices into the hits, best first.
    #[must_use]
    pub fn members(&self, cluster: &Cluster) -> Vec<u32> {
        let runs = std::iter::once((cluster.from, cluster.to)).chain(cluster.joined.iter().copied());
        let mut members: Vec<u32> = runs
            .filter_map(|(from, to)| self.points.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?))
            .flatten()
            .map(|point| point.hit)
            .collect();
        members.sort_unstable();
        members
    }
    /// The marks of a zoom.
    #[must_use]
    pub fn clusters(&self, zoom: u8) -> Vec<Cluster> {
        let zoom = zoom.min(ZOOM_MAX);
        join(runs(&self.points, zoom), zoom)
    }
}

/// Runs of equal prefixes along the curve.
fn runs(points: &[Point], zoom: u8) -> Vec<Cluster> {
    // The world has 2^(zoom + 8) points; a cell is 2^6 of them.
    let cell_bits = if zoom >= ZOOM_MAX { BITS } else { (u32::from(zoom) + 8 - CELL_POINTS_LOG2).min(BITS) };
    let shift = 2 * (BITS - cell_bits);
    let mut clusters: Vec<Cluster> = Vec::new();
    let mut last = None;
    for (index, point) in points.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let cell = point.code >> shift;
        match clusters.last_mut() {
            Some(cluster) if last == Some(cell) => {
                // Sums now, means at the end.
                cluster.x += point.x;
                cluster.y += point.y;
                cluster.count += 1;
                cluster.first = cluster.first.min(point.hit);
                cluster.to = index + 1;
                cluster.bounds = around(cluster.bounds, [point.x, point.y, point.x, point.y]);
            }
            _ => clusters.push(Cluster {
                x: point.x,
                y: point.y,
                count: 1,
                first: point.hit,
                bounds: [point.x, point.y, point.x, point.y],
                from: index,
                to: index + 1,
                joined: Vec::new(),
            }),
        }
        last = Some(cell);
    }
    for cluster in &mut clusters {
        cluster.x /= f64::from(cluster.count);
        cluster.y /= f64::from(cluster.count);
    }
    clusters
}

fn around([aw, an, ae, a_s]: [f64; 4], [bw, bn, be, bs]: [f64; 4]) -> [f64; 4] {
    [aw.min(bw), an.min(bn), ae.max(be), a_s.max(bs)]
}

/// Join clusters whose marks would overlap, greater ones first.
fn join(clusters: Vec<Cluster>, zoom: u8) -> Vec<Cluster> {
    if zoom >= ZOOM_MAX {
        return clusters;
    }
    let near = OVERLAP_POINTS / 2_f64.powi(i32::from(zoom) + 8);
    let cell = |x: f64, y: f64| ((x / near) as i64, (y / near) as i64);
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    let size = |index: &usize| clusters.get(*index).map_or((0, 0), |c| (c.count, u32::MAX - c.first));
    order.sort_unstable_by_key(|index| std::cmp::Reverse(size(index)));
    let mut kept: Vec<Cluster> = Vec::with_capacity(clusters.len());
    let mut grid: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for index in order {
        let Some(cluster) = clusters.get(index) else { continue };
        let (cx, cy) = cell(cluster.x, cluster.y);
        let neighbours = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (cx + dx, cy + dy)));
        let close = neighbours
            .filter_map(|at| grid.get(&at))
            .flatten()
            .copied()
            .find(|at| kept.get(*at).is_some_and(|held| (held.x - cluster.x).hypot(held.y - cluster.y) < near));
        match close.and_then(|at| kept.get_mut(at)) {
            Some(held) => held.take_in(cluster),
            None => {
                grid.entry((cx, cy)).or_default().push(kept.len());
                kept.push(cluster.clone());
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture;

    #[test]
    fn mercator_and_back() {
        for (lat, lon) in [(0.0, 0.0), (60.17, 24.94), (-33.9, 151.2), (85.0, -179.9)] {
            let at = Position::from_degrees(lat, lon).unwrap();
            let (x, y) = mercator(at);
            let back = unmercator(x, y).unwrap();
            assert!((back.lat() - lat).abs() < 1e-6 && (back.lon() - lon).abs() < 1e-6, "{back:?}");
        }
    }

    #[test]
    fn every_hit_is_in_exactly_one_mark_at_every_zoom() {
        let hits = fixture::many(2_000);
        let marks = Marks::new(Arc::new(hits));
        assert_eq!(marks.len(), 2_000);
        for zoom in 0..=20 {
            let clusters = marks.clusters(zoom);
            let total: u32 = clusters.iter().map(|cluster| cluster.count).sum();
            assert_eq!(total, 2_000, "zoom {zoom}");
            let mut seen: Vec<u32> = clusters
                .iter()
                .flat_map(|c| std::iter::once((c.from, c.to)).chain(c.joined.iter().copied()))
                .flat_map(|(from, to)| marks.points[from as usize..to as usize].iter().map(|point| point.hit))
                .collect();
            seen.sort_unstable();
            assert!(seen.iter().enumerate().all(|(index, hit)| index == *hit as usize), "zoom {zoom}");
        }
        assert!(marks.clusters(3).len() < marks.clusters(12).len());
    }

    #[test]
    fn marks_do_not_overlap() {
        let hits = fixture::many(3_000);
        let marks = Marks::new(Arc::new(hits));
        for zoom in [4_u8, 9, 13] {
            let clusters = marks.clusters(zoom);
            let near = OVERLAP_POINTS / 2_f64.powi(i32::from(zoom) + 8);
            for (index, a) in clusters.iter().enumerate() {
                for b in &clusters[index + 1..] {
                    assert!((a.x - b.x).hypot(a.y - b.y) >= near);
                }
            }
        }
    }

    #[test]
    fn what_stands_on_one_spot_stays_together_and_lists_its_members() {
        let mut hits = fixture::many(300);
        let spot = hits[0].element.position;
        for hit in &mut hits {
            Arc::make_mut(&mut hit.element).position = spot;
        }
        let marks = Marks::new(Arc::new(hits));
        let clusters = marks.clusters(ZOOM_MAX);
        assert_eq!(clusters.len(), 1);
        assert!(clusters[0].is_one_spot());
        assert_eq!(marks.members(&clusters[0]), (0..300).collect::<Vec<u32>>(), "all of them");
        assert_eq!(clusters[0].first, 0);
    }
}
