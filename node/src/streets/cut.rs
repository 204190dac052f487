//! From places on Earth to pieces of tiles: project, simplify, clip.

use super::{geometry::Point, layers::LayerForm};

/// Units of a tile's side. What reads vector tiles here knows no other.
pub const EXTENT: i32 = 4096;
/// Units around a tile that belong to it too: half of the widest line, at the deepest zoom that is shown.
const MARGIN: f64 = 64.0;
/// Units of a point of the screen, where a tile is drawn over 512 points.
pub const POINT: f64 = 8.0;
/// The least zoom of tiles.
pub const ZOOM_MIN: u8 = 6;
/// The greatest; deeper ones are pieces of these.
pub const ZOOM_MAX: u8 = 14;
/// The northern end of the map.
const LAT_MAX: f64 = 85.051_128_779_806_59;

/// A place: on a map whose side is 1, or in units of a zoom or tile.
pub type MapSpot = [f64; 2];
/// A place in units of a tile.
pub type Unit = [i32; 2];

/// On a map whose side is 1, north up; beyond it where a line goes on over the 180th meridian.
#[must_use]
pub fn project(at: Point) -> MapSpot {
    let lat = (at.y as f64 / 1e7).clamp(-LAT_MAX, LAT_MAX).to_radians();
    [(at.x as f64 / 1e7 + 180.0) / 360.0, (1.0 - lat.tan().asinh() / std::f64::consts::PI) / 2.0]
}

/// The part of the map that a street map covers, its side being 1. East may lie beyond 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MapWindow {
    /// Least x.
    pub west: f64,
    /// Least y.
    pub north: f64,
    /// Greatest x.
    pub east: f64,
    /// Greatest y.
    pub south: f64,
}

impl MapWindow {
    /// Tiles of a zoom that it touches: the least and the greatest numbers.
    #[must_use]
    pub fn tiles(&self, zoom: u8) -> [i64; 4] {
        let side = f64::from(1_u32 << zoom);
        let last = (1_i64 << zoom) - 1;
        let at = |value: f64| (value * side).floor() as i64;
        [at(self.west), at(self.north).clamp(0, last), at(self.east), at(self.south).clamp(0, last)]
    }
    /// How many these are.
    #[must_use]
    pub fn count(&self, zoom: u8) -> u64 {
        let [west, north, east, south] = self.tiles(zoom);
        u64::try_from(east - west + 1).unwrap_or(0).saturating_mul(u64::try_from(south - north + 1).unwrap_or(0))
    }
}

/// Lines of a shape; of areas each a ring.
pub type Paths = Vec<Vec<MapSpot>>;

/// Bring a shape, whose side of the map is 1, to the turn of Earth on which the window lies.
pub fn turn_to(paths: &mut Paths, window: &MapWindow) {
    let Some(first) = paths.iter().flatten().next() else { return };
    let turns = ((window.west + window.east) / 2.0 - first[0]).round();
    if turns != 0.0 {
        for spot in paths.iter_mut().flatten() {
            spot[0] += turns;
        }
    }
}

/// Cut what is given into the tiles of a zoom. `give` hears of each: its numbers, and its lines or rings. `tolerance`
/// and the area below which a ring is left out are in units.
pub fn cut(
    paths: &Paths,
    form: LayerForm,
    zoom: u8,
    window: &MapWindow,
    (tolerance, area_min): (f64, f64),
    give: &mut dyn FnMut(u32, u32, Vec<Vec<Unit>>),
) {
    let side = f64::from(1_u32 << zoom) * f64::from(EXTENT);
    let mut scaled = Vec::with_capacity(paths.len());
    for path in paths {
        let mut path: Vec<MapSpot> = path.iter().map(|[x, y]| [x * side, y * side]).collect();
        if form == LayerForm::Area {
            path.extend(path.first().copied());
        }
        let mut path = simplified(&path, tolerance);
        if form == LayerForm::Area {
            path.pop();
            if path.len() < 3 || area(&path).abs() < area_min {
                // Holes stand behind their outline, and are of no use without it.
                if scaled.is_empty() {
                    return;
                }
                continue;
            }
        }
        scaled.push(path);
    }
    let Some(held) = bounds(&scaled) else { return };
    let unit = f64::from(EXTENT);
    let [west, north, east, south] = window.tiles(zoom);
    let tile = |value: f64| (value / unit).floor() as i64;
    // A line on a tile's edge is drawn in both.
    let range = [
        tile(held[0] - MARGIN).max(west),
        tile(held[1] - MARGIN).max(north),
        tile(held[2] + MARGIN).min(east),
        tile(held[3] + MARGIN).min(south),
    ];
    halve(scaled, form, range, zoom, area_min, give);
}

/// Halve until one tile is left: each point is looked at as often as a tree of the tiles is deep.
fn halve(
    paths: Paths,
    form: LayerForm,
    [west, north, east, south]: [i64; 4],
    zoom: u8,
    area_min: f64,
    give: &mut dyn FnMut(u32, u32, Vec<Vec<Unit>>),
) {
    if paths.is_empty() || west > east || north > south {
        return;
    }
    let unit = f64::from(EXTENT);
    if west == east && north == south {
        let (left, top) = (west as f64 * unit, north as f64 * unit);
        let mut paths = paths;
        for (axis, limit, keep) in [
            (0, left - MARGIN, Keep::Above),
            (0, left + unit + MARGIN, Keep::Below),
            (1, top - MARGIN, Keep::Above),
            (1, top + unit + MARGIN, Keep::Below),
        ] {
            paths = clip(&paths, form, axis, limit, keep);
        }
        let pieces = in_units(&paths, form, (left, top), area_min);
        // The remainder of a column is one of the zoom's.
        let x = u32::try_from(west.rem_euclid(1_i64 << zoom)).ok();
        if let (Some(x), Ok(y), false) = (x, u32::try_from(north), pieces.is_empty()) {
            give(x, y, pieces);
        }
        return;
    }
    let (axis, low, high) = if east - west >= south - north { (0, west, east) } else { (1, north, south) };
    let middle = low + (high - low) / 2;
    let edge = (middle + 1) as f64 * unit;
    let first = clip(&paths, form, axis, edge + MARGIN, Keep::Below);
    let rest = clip(&paths, form, axis, edge - MARGIN, Keep::Above);
    drop(paths);
    if axis == 0 {
        halve(first, form, [west, north, middle, south], zoom, area_min, give);
        halve(rest, form, [middle + 1, north, east, south], zoom, area_min, give);
    } else {
        halve(first, form, [west, north, east, middle], zoom, area_min, give);
        halve(rest, form, [west, middle + 1, east, south], zoom, area_min, give);
    }
}

/// Which side of a limit stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    Below,
    Above,
}

/// What lies on one side of a line along an axis. Rings stay rings (Sutherland and Hodgman), lines may fall apart.
fn clip(paths: &Paths, form: LayerForm, axis: usize, limit: f64, keep: Keep) -> Paths {
    let at = |spot: &MapSpot| spot.get(axis).copied().unwrap_or_default();
    let stays = |spot: &MapSpot| if keep == Keep::Below { at(spot) <= limit } else { at(spot) >= limit };
    let crossing = |a: &MapSpot, b: &MapSpot| {
        let share = (limit - at(a)) / (at(b) - at(a));
        let mut spot = [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
        if let Some(value) = spot.get_mut(axis) {
            *value = limit;
        }
        spot
    };
    let mut out = Vec::with_capacity(paths.len());
    for (index, path) in paths.iter().enumerate() {
        if path.iter().all(stays) {
            out.push(path.clone());
            continue;
        }
        let mut piece: Vec<MapSpot> = Vec::new();
        let before = match form {
            LayerForm::Area => path.last(),
            _ => None,
        };
        let mut before = before.copied();
        for spot in path {
            if let Some(before) = before
                && stays(&before) != stays(spot)
            {
                piece.push(crossing(&before, spot));
                if form == LayerForm::Line && !stays(spot) {
                    out.push(std::mem::take(&mut piece));
                }
            }
            if stays(spot) {
                piece.push(*spot);
            }
            before = Some(*spot);
        }
        match form {
            LayerForm::Area if piece.len() > 2 => out.push(piece),
            // The outline is gone, and its holes with it.
            LayerForm::Area if index == 0 => return Vec::new(),
            LayerForm::Line if piece.len() > 1 => out.push(piece),
            _ => {}
        }
    }
    out
}

/// Whole units from a tile's corner; outlines run with the clock (south down), holes against it.
fn in_units(paths: &Paths, form: LayerForm, (left, top): (f64, f64), area_min: f64) -> Vec<Vec<Unit>> {
    let mut out: Vec<Vec<Unit>> = Vec::with_capacity(paths.len());
    for (index, path) in paths.iter().enumerate() {
        let mut units: Vec<Unit> =
            path.iter().map(|[x, y]| [(x - left).round() as i32, (y - top).round() as i32]).collect();
        units.dedup();
        if form == LayerForm::Area {
            while units.len() > 1 && units.first() == units.last() {
                units.pop();
            }
            let size = doubled_area(&units);
            let too_small = units.len() < 3 || size == 0 || (size.unsigned_abs() as f64) < area_min.min(POINT);
            if too_small && index == 0 {
                return Vec::new();
            }
            if too_small {
                continue;
            }
            if (size > 0) != (index == 0) {
                units.reverse();
            }
        } else if units.len() < 2 {
            continue;
        }
        out.push(units);
    }
    out
}

/// Twice the area of a ring; positive where it runs with the clock, south down.
#[must_use]
pub fn doubled_area(ring: &[Unit]) -> i64 {
    let next = ring.iter().skip(1).chain(ring.first());
    let each = ring.iter().zip(next);
    each.map(|([ax, ay], [bx, by])| i64::from(*ax) * i64::from(*by) - i64::from(*bx) * i64::from(*ay)).sum()
}

fn area(ring: &[MapSpot]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    let next = ring.iter().skip(1).chain(ring.first());
    // From one of its own points, or the difference of large numbers says nothing.
    let each = ring
        .iter()
        .zip(next)
        .map(|(a, b)| (a[0] - origin[0]) * (b[1] - origin[1]) - (b[0] - origin[0]) * (a[1] - origin[1]));
    each.sum::<f64>() / 2.0
}

fn bounds(paths: &Paths) -> Option<[f64; 4]> {
    let mut all = paths.iter().flatten();
    let first = all.next()?;
    Some(all.fold([first[0], first[1], first[0], first[1]], |[west, north, east, south], [x, y]| {
        [west.min(*x), north.min(*y), east.max(*x), south.max(*y)]
    }))
}

/// Points of a line that are simplified together: the work for a hostile one grows with the square of it.
const STRETCH: usize = 512;

/// Douglas and Peucker: without points that lie closer than `tolerance` to what is drawn without them.
#[must_use]
pub fn simplified(path: &[MapSpot], tolerance: f64) -> Vec<MapSpot> {
    if path.len() < 3 || tolerance <= 0.0 {
        return path.to_vec();
    }
    let mut out: Vec<MapSpot> = Vec::new();
    let mut begin = 0;
    while begin + 1 < path.len() {
        let end = (begin + STRETCH).min(path.len() - 1);
        out.pop();
        out.extend(stretch(path.get(begin..=end).unwrap_or_default(), tolerance));
        begin = end;
    }
    out
}

fn stretch(path: &[MapSpot], tolerance: f64) -> Vec<MapSpot> {
    if path.len() < 3 {
        return path.to_vec();
    }
    let mut kept = vec![false; path.len()];
    let mut ranges = vec![(0, path.len() - 1)];
    let limit = tolerance * tolerance;
    while let Some((begin, end)) = ranges.pop() {
        for index in [begin, end] {
            if let Some(slot) = kept.get_mut(index) {
                *slot = true;
            }
        }
        let (Some(from), Some(to)) = (path.get(begin), path.get(end)) else { continue };
        let between = path.iter().enumerate().take(end).skip(begin + 1);
        let far = between.map(|(index, at)| (squared_distance(*at, *from, *to), index));
        let far = far.fold((0.0_f64, 0), |most, one| if one.0 > most.0 { one } else { most });
        if far.0 > limit {
            ranges.push((begin, far.1));
            ranges.push((far.1, end));
        }
    }
    path.iter().zip(kept).filter(|(_, kept)| *kept).map(|(spot, _)| *spot).collect()
}

fn squared_distance(at: MapSpot, from: MapSpot, to: MapSpot) -> f64 {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / length } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    let (x, y) = (at[0] - from[0] - share * dx, at[1] - from[1] - share * dy);
    x * x + y * y
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORLD: MapWindow = MapWindow { west: 0.0, north: 0.0, east: 0.999_999, south: 0.999_999 };

    fn pieces(paths: &Paths, form: LayerForm, zoom: u8) -> Vec<(u32, u32, Vec<Vec<Unit>>)> {
        let mut out = Vec::new();
        cut(paths, form, zoom, &WORLD, (0.0, 1.0), &mut |x, y, piece| out.push((x, y, piece)));
        out
    }

    #[test]
    fn places_on_the_map() {
        let near = |a: MapSpot, b: MapSpot| (a[0] - b[0]).abs() < 1e-9 && (a[1] - b[1]).abs() < 1e-9;
        assert!(near(project(Point { x: 0, y: 0 }), [0.5, 0.5]));
        assert!(near(project(Point { x: -1_800_000_000, y: 900_000_000 }), [0.0, 0.0]));
    }

    #[test]
    fn a_line_falls_apart_at_the_edges_of_tiles_and_stays_within_them() {
        let got = pieces(&vec![vec![[0.1, 0.3], [0.6, 0.3], [0.6, 0.1], [0.1, 0.1]]], LayerForm::Line, 1);
        let tiles: Vec<_> = got.iter().map(|(x, y, piece)| (*x, *y, piece.len())).collect();
        assert_eq!(tiles, [(0, 0, 2), (1, 0, 1)]);
        for [x, y] in got.iter().flat_map(|(.., piece)| piece).flatten() {
            assert!((-64..=4160).contains(x) && (-64..=4160).contains(y));
        }
    }

    #[test]
    fn an_area_covers_tiles_in_its_middle_and_its_hole_stays_a_hole() {
        let ring = |a: f64, b: f64| vec![[a, a], [b, a], [b, b], [a, b]];
        let got = pieces(&vec![ring(0.1, 0.9), ring(0.4, 0.6)], LayerForm::Area, 2);
        assert_eq!(got.len(), 16);
        for (x, y, piece) in &got {
            let sizes: Vec<bool> = piece.iter().map(|ring| doubled_area(ring) > 0).collect();
            let inner = (1..=2).contains(x) && (1..=2).contains(y);
            assert_eq!(sizes, if inner { vec![true, false] } else { vec![true] }, "{x}/{y}");
        }
    }

    #[test]
    fn over_the_180th_meridian_it_goes_on_with_the_first_tile() {
        let window = MapWindow { west: 0.9, north: 0.0, east: 1.1, south: 0.9 };
        let mut paths = vec![vec![[-0.05, 0.3], [0.05, 0.3]]];
        turn_to(&mut paths, &window);
        let mut tiles = Vec::new();
        cut(&paths, LayerForm::Line, 3, &window, (0.0, 0.0), &mut |x, y, _| tiles.push((x, y)));
        assert_eq!(tiles, [(7, 2), (0, 2)]);
    }

    #[test]
    fn simplified_lines_keep_their_ends_and_corners() {
        let line: Vec<MapSpot> = vec![[0.0, 0.0], [5.0, 0.4], [10.0, 0.0], [10.0, 10.0]];
        assert_eq!(simplified(&line, 1.0), [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]]);
        // As long as a hostile one, and each point of it a corner.
        let zigzag: Vec<MapSpot> = (0..20_000).map(|n| [f64::from(n), f64::from(n % 2 * n)]).collect();
        assert_eq!(simplified(&zigzag, 0.01), zigzag);
    }
}
