//! What of the marks a frame draws: those in sight, and never more than a fixed number, whatever was found and
//! whichever zoom's marks are at hand. No element is left out: where there are too many marks, they are joined.

use super::cluster::Cluster;
use std::{borrow::Cow, collections::HashMap};

/// Marks that a frame draws. A mark is some 600 vertices at the most, of 20 bytes: 12 MB, where a graphics device may
/// refuse a buffer of 256. A map of 1280 by 800 points has room for 640 marks that do not overlap.
pub const MARKS_MAX: usize = 1_000;

/// Sides of the squares in which marks are joined, in points: the first, which is doubled until they are few enough.
const SQUARE_POINTS: f64 = 32.0;
/// Doublings of it: then one square is wider than any screen.
const DOUBLINGS_MAX: u32 = 24;

/// The part of the world that a map shows, in mercator coordinates (0 to 1), and its scale.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "named as what they are")]
pub struct Window {
    pub west: f64,
    pub north: f64,
    pub east: f64,
    pub south: f64,
    /// Points of the screen from one end of the world to the other.
    pub world_points: f64,
}

impl Window {
    fn holds(&self, cluster: &Cluster) -> bool {
        (self.west..=self.east).contains(&cluster.x) && (self.north..=self.south).contains(&cluster.y)
    }
}

/// The marks in sight: at most [`MARKS_MAX`].
#[must_use]
pub fn in_sight<'a>(clusters: &'a [Cluster], window: &Window) -> Vec<Cow<'a, Cluster>> {
    let seen: Vec<&Cluster> = clusters.iter().filter(|cluster| window.holds(cluster)).collect();
    if seen.len() <= MARKS_MAX {
        return seen.into_iter().map(Cow::Borrowed).collect();
    }
    let squares = (0..DOUBLINGS_MAX).map(|doubling| SQUARE_POINTS * f64::from(1_u32 << doubling));
    let few = squares.map(|side| window.world_points / side).find_map(|squares| join(&seen, squares));
    few.unwrap_or_default().into_iter().map(Cow::Owned).collect()
}

/// The marks of a world cut into so many squares a side. None: still too many.
fn join(seen: &[&Cluster], squares: f64) -> Option<Vec<Cluster>> {
    // The squares lie fast on the world, so that a mark does not change while the map is moved.
    let square = |cluster: &Cluster| ((cluster.x * squares).floor() as i64, (cluster.y * squares).floor() as i64);
    let mut places: HashMap<(i64, i64), usize> = HashMap::with_capacity(MARKS_MAX);
    let mut joined: Vec<Cluster> = Vec::with_capacity(MARKS_MAX);
    for cluster in seen {
        let fresh = joined.len();
        let place = *places.entry(square(cluster)).or_insert(fresh);
        if let Some(held) = joined.get_mut(place) {
            let (before, more) = (f64::from(held.count), f64::from(cluster.count));
            held.x = (held.x * before + cluster.x * more) / (before + more);
            held.y = (held.y * before + cluster.y * more) / (before + more);
            held.take_in(cluster);
        } else if fresh < MARKS_MAX {
            joined.push((*cluster).clone());
        } else {
            return None;
        }
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixture,
        logic::{Decoding, cluster::Marks, marking::Marking},
    };
    use std::sync::Arc;

    /// A plain linear congruential generator (Knuth, MMIX).
    struct Dice(u64);

    impl Dice {
        fn roll(&mut self, below: u64) -> u64 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % below
        }
    }

    /// A window of so many points around a place, at a zoom.
    fn window(x: f64, y: f64, zoom: u8, width: f64, height: f64) -> Window {
        let world_points = 256.0 * 2_f64.powi(i32::from(zoom));
        let (dx, dy) = (width / 2.0 / world_points, height / 2.0 / world_points);
        Window { west: x - dx, north: y - dy, east: x + dx, south: y + dy, world_points }
    }

    fn total(marks: &[Cow<'_, Cluster>]) -> u32 {
        marks.iter().map(|mark| mark.count).sum()
    }

    /// Elements in the window, whatever they are joined to.
    fn held(clusters: &[Cluster], window: &Window) -> u32 {
        clusters.iter().filter(|cluster| window.holds(cluster)).map(|cluster| cluster.count).sum()
    }

    /// Helsinki, where the fixture's elements are dense.
    const DENSE: (f64, f64) = (0.5693, 0.2896);

    #[test]
    fn any_way_through_the_zooms_hands_out_no_more_than_the_bound_and_leaves_nothing_out() {
        // The marks are made apart, as in a real window: those of the zoom before are handed out meanwhile.
        let mut marking = Marking::new(Decoding::Apart, || {});
        marking.set_hits(Arc::new(fixture::many(100_000)));
        let begin = std::time::Instant::now();
        while marking.at_zoom(18).1.len() < 90_000 {
            assert!(begin.elapsed().as_secs() < 60, "the marks never came");
            std::thread::yield_now();
        }
        let mut dice = Dice(9);
        let mut most = 0;
        for _ in 0..400 {
            let zoom = u8::try_from(dice.roll(20)).unwrap_or(0);
            let (_, clusters) = marking.at_zoom(zoom);
            // From a phone's to a wall of screens.
            let (width, height) = (400.0 + dice.roll(7_300) as f64, 300.0 + dice.roll(4_100) as f64);
            let window = window(DENSE.0, DENSE.1, zoom, width, height);
            let marks = in_sight(&clusters, &window);
            assert!(marks.len() <= MARKS_MAX, "zoom {zoom}: {} marks", marks.len());
            assert_eq!(total(&marks), held(&clusters, &window), "zoom {zoom}");
            most = most.max(marks.len());
        }
        assert!(most > 100, "something was handed out: {most}");
    }

    #[test]
    fn the_finest_marks_of_the_whole_world_are_joined_to_as_many_as_may_be() {
        let marks = Marks::new(Arc::new(fixture::many(100_000)));
        let finest = marks.clusters(18);
        assert!(finest.len() > 90_000, "almost each a mark of its own: {}", finest.len());
        for zoom in 0..=19 {
            let window = window(0.5, 0.5, zoom, 1_280.0, 800.0);
            let seen = in_sight(&finest, &window);
            assert!(seen.len() <= MARKS_MAX, "zoom {zoom}: {}", seen.len());
            assert_eq!(total(&seen), held(&finest, &window), "zoom {zoom}");
        }
    }

    #[test]
    fn a_crowd_within_one_street_stays_below_the_bound_at_the_deepest_zoom() {
        let mut hits = fixture::many(20_000);
        let mut dice = Dice(7);
        for hit in &mut hits {
            let (lat, lon) = (dice.roll(10_000), dice.roll(20_000));
            let (lat, lon) = (i32::try_from(lat).unwrap_or(0), i32::try_from(lon).unwrap_or(0));
            let at = communaut_protocol::Position { lat_e7: 601_700_000 + lat, lon_e7: 249_400_000 + lon };
            Arc::make_mut(&mut hit.element).position = Some(at);
        }
        let marks = Marks::new(Arc::new(hits));
        let finest = marks.clusters(18);
        let (x, y) = finest.first().map(|one| (one.x, one.y)).unwrap_or_default();
        let window = window(x, y, 19, 3_840.0, 2_160.0);
        assert!(held(&finest, &window) > 10_000, "most of them are in sight");
        let seen = in_sight(&finest, &window);
        assert!(seen.len() <= MARKS_MAX, "{}", seen.len());
        assert_eq!(total(&seen), held(&finest, &window));
        // A joined mark still knows its members.
        let greatest = seen.iter().max_by_key(|mark| mark.count);
        assert!(greatest.is_some_and(|mark| !marks.members(mark).is_empty()));
    }

    #[test]
    fn few_marks_are_drawn_as_they_are() {
        let marks = Marks::new(Arc::new(fixture::many(500)));
        let clusters = marks.clusters(11);
        let window = window(DENSE.0, DENSE.1, 11, 1_280.0, 800.0);
        let seen = in_sight(&clusters, &window);
        assert!(!seen.is_empty() && seen.iter().all(|mark| matches!(mark, Cow::Borrowed(_))));
    }
}
