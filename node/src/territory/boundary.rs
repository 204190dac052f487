//! Cells that meet polygons: of a GeoJSON text, or of an outline.

use super::{
    cells::{Bounds, Meets, refine},
    outline::Outline,
    sphere::EARTH_RADIUS_M,
};
use crate::failure::Failure;
use communaut_protocol::{Cell, limits::TERRITORY_CELLS_MAX};
use geo::{
    Area, BoundingRect, Contains, Coord, Intersects, Line, LineString, LinesIter, MapCoords, MultiPolygon, Orient,
    Polygon, Rect, algorithm::indexed::IntervalTreeMultiPolygon, orient::Direction,
};
use geojson::{Feature, GeoJson, GeometryValue};

/// Bytes of a GeoJSON text: the finest official boundary of a French region stays below.
const GEOJSON_MAX: usize = 8 * 1024 * 1024;
/// Corners of all polygons together: what can be laid over cells within a second.
const CORNERS_MAX: usize = 200_000;
/// Polygons, holes apart: an archipelago.
const POLYGONS_MAX: usize = 10_000;
/// Cells on the border have sides of at most this part of the extent (the side of a square as large as the
/// bounding box), where seven characters and the number of cells allow it.
const BOUNDARY_STEPS: f64 = 40.0;

/// The polygons of a text as ascending, disjoint cells, and their outline.
pub(super) fn of_geojson(text: &str) -> Result<(Vec<Cell>, Outline), Failure> {
    let polygons = parse(text)?;
    let e7 = |at: &Coord| ((at.x * 1e7).round() as i64, (at.y * 1e7).round() as i64);
    let ring = |ring: &LineString| ring.0.iter().skip(1).map(e7).collect::<Vec<_>>();
    let rings = |polygon: &Polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect();
    // Where several lie over one another, the lines between them are drawn too.
    let outline = Outline::of(polygons.iter().map(rings).collect()).unwrap_or_default();
    Ok((cover(polygons), outline))
}

/// The cells that meet an outline.
pub(super) fn of_outline(outline: &Outline) -> Vec<Cell> {
    let degrees = |[x, y]: &[i32; 2]| Coord { x: f64::from(*x) / 1e7, y: f64::from(*y) / 1e7 };
    let ring = |ring: &Vec<[i32; 2]>| LineString(ring.iter().chain(ring.first()).map(degrees).collect());
    let polygon = |rings: &Vec<Vec<[i32; 2]>>| {
        let mut rings = rings.iter().map(ring);
        let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Polygon::new(outer, rings.collect()).orient(Direction::Default)
    };
    cover(outline.0.iter().map(polygon).collect())
}

/// The polygons as ascending, disjoint cells.
fn cover(mut polygons: Vec<Polygon>) -> Vec<Cell> {
    // What lies beyond the antimeridian is looked for on the other side too.
    for index in 0..polygons.len() {
        let Some(polygon) = polygons.get(index) else { break };
        let (west, east) = polygon.bounding_rect().map_or((0.0, 0.0), |rect| (rect.min().x, rect.max().x));
        let turns = [-360.0, 360.0].into_iter().filter(|turn| west + turn < 180.0 && east + turn > -180.0);
        let turned: Vec<Polygon> =
            turns.map(|turn| polygon.map_coords(|at| Coord { x: at.x + turn, y: at.y })).collect();
        polygons.extend(turned);
    }
    let edges: Vec<Line> = polygons.iter().flat_map(LinesIter::lines_iter).collect();
    let extent = extent_m(&polygons);
    // One index for each polygon: in a single one, the overlap of two would count as a hole.
    let indexed: Vec<(Rect, IntervalTreeMultiPolygon<f64>)> = polygons
        .into_iter()
        .filter_map(|polygon| {
            Some((polygon.bounding_rect()?, IntervalTreeMultiPolygon::new(&MultiPolygon(vec![polygon]))))
        })
        .collect();
    let inside = |at: Coord| indexed.iter().any(|(rect, polygon)| rect.intersects(&at) && polygon.contains(&at));
    let all: Vec<u32> = (0..u32::try_from(edges.len()).unwrap_or(u32::MAX)).collect();
    refine(
        all,
        TERRITORY_CELLS_MAX,
        |bounds, candidates: &Vec<u32>| {
            let rect = Rect::new(Coord { x: bounds.west, y: bounds.south }, Coord { x: bounds.east, y: bounds.north });
            let meets = |index: &u32| edges.get(*index as usize).is_some_and(|edge| crosses(&rect, edge));
            let met: Vec<u32> = candidates.iter().copied().filter(meets).collect();
            let [y, x] = bounds.middle();
            if !met.is_empty() {
                Meets::Partly(met)
            } else if inside(Coord { x, y }) {
                Meets::Wholly
            } else {
                Meets::Not
            }
        },
        |bounds| bounds.side_m() <= extent / BOUNDARY_STEPS,
    )
}

/// Whether an edge meets a box: the cheap test first, since nearly all edges fail it.
fn crosses(rect: &Rect, edge: &Line) -> bool {
    let (low, high) = (rect.min(), rect.max());
    let apart = |a: f64, b: f64, low: f64, high: f64| a.max(b) < low || a.min(b) > high;
    !apart(edge.start.x, edge.end.x, low.x, high.x)
        && !apart(edge.start.y, edge.end.y, low.y, high.y)
        && rect.intersects(edge)
}

/// The side of a square as large as the bounding box, metres.
fn extent_m(polygons: &[Polygon]) -> f64 {
    let rects = polygons.iter().filter_map(BoundingRect::bounding_rect);
    let world = rects.reduce(|a, b| {
        let low = Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
        Rect::new(low, Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) })
    });
    world.map_or(0.0, |rect| {
        let bounds = Bounds { south: rect.min().y, west: rect.min().x, north: rect.max().y, east: rect.max().x };
        (bounds.weight().abs().to_radians()).sqrt() * EARTH_RADIUS_M
    })
}

/// What has been read so far of a text.
#[derive(Default)]
struct Reading {
    polygons: Vec<Polygon>,
    corners: usize,
    /// The kind of something found that is no polygon.
    other: Option<&'static str>,
}

fn parse(text: &str) -> Result<Vec<Polygon>, Failure> {
    if text.len() > GEOJSON_MAX {
        let why = format!("{} bytes, at most {GEOJSON_MAX} are read", text.len());
        return Err(Failure::invalid(format!("the GeoJSON is too long ({why}): simplify the boundary")));
    }
    let document: GeoJson = text.trim_start_matches('\u{feff}').parse().map_err(|error: geojson::Error| {
        let why: String = error.to_string().chars().take(200).collect();
        Failure::invalid(format!("not a GeoJSON text: {why}"))
    })?;
    let mut reading = Reading::default();
    match &document {
        GeoJson::Geometry(geometry) => reading.geometry(&geometry.value, "the geometry")?,
        GeoJson::Feature(feature) => reading.feature(feature, "the feature")?,
        GeoJson::FeatureCollection(collection) => {
            for (index, feature) in collection.features.iter().enumerate() {
                reading.feature(feature, &format!("feature {}", index + 1))?;
            }
        }
    }
    match (reading.polygons.is_empty(), reading.other) {
        (false, _) => Ok(reading.polygons),
        (true, Some(kind)) => {
            Err(Failure::invalid(format!("the GeoJSON has a {kind} but no Polygon: a territory needs an area")))
        }
        (true, None) => Err(Failure::invalid("the GeoJSON has no Polygon: a territory needs an area")),
    }
}

impl Reading {
    fn feature(&mut self, feature: &Feature, at: &str) -> Result<(), Failure> {
        feature.geometry.as_ref().map_or(Ok(()), |geometry| self.geometry(&geometry.value, at))
    }

    /// The depth of collections is bounded by the JSON parser (128).
    fn geometry(&mut self, geometry: &GeometryValue, at: &str) -> Result<(), Failure> {
        match geometry {
            GeometryValue::Polygon { coordinates } => self.polygon(coordinates, at),
            GeometryValue::MultiPolygon { coordinates } => coordinates
                .iter()
                .enumerate()
                .try_for_each(|(index, rings)| self.polygon(rings, &format!("{at}, polygon {}", index + 1))),
            GeometryValue::GeometryCollection { geometries } => {
                geometries.iter().try_for_each(|geometry| self.geometry(&geometry.value, at))
            }
            other => {
                self.other = Some(other.type_name());
                Ok(())
            }
        }
    }

    fn polygon(&mut self, rings: &[Vec<geojson::Position>], at: &str) -> Result<(), Failure> {
        self.corners += rings.iter().map(Vec::len).sum::<usize>();
        if self.corners > CORNERS_MAX || self.polygons.len() >= POLYGONS_MAX {
            let why = format!("at most {CORNERS_MAX} corners in {POLYGONS_MAX} polygons are read");
            return Err(Failure::invalid(format!("the boundary is too detailed ({why}): simplify it")));
        }
        let mut read = Vec::with_capacity(rings.len());
        for (index, positions) in rings.iter().enumerate() {
            read.push(ring(positions, &format!("{at}, ring {}", index + 1))?);
        }
        let mut read = read.into_iter();
        let Some(outer) = read.next() else {
            return Err(Failure::invalid(format!("{at}: the polygon has no ring")));
        };
        let middle = |ring: &LineString| ring.bounding_rect().map_or(0.0, |rect| rect.center().x);
        // A hole drawn beyond the antimeridian moves to the side on which its polygon lies.
        let home = middle(&outer);
        let holes = read.map(|hole| {
            let turns = ((home - middle(&hole)) / 360.0).round() * 360.0;
            hole.map_coords(|at| Coord { x: at.x + turns, y: at.y })
        });
        // The index counts windings: a hole must run against its polygon, which not every program writes so.
        let polygon = Polygon::new(outer, holes.collect()).orient(Direction::Default);
        if polygon.unsigned_area() == 0.0 {
            return Err(Failure::invalid(format!("{at}: the polygon has no area")));
        }
        self.polygons.push(polygon);
        Ok(())
    }
}

/// A ring whose longitudes run on without a jump at the antimeridian.
fn ring(positions: &[geojson::Position], at: &str) -> Result<LineString, Failure> {
    let mut corners: Vec<Coord> = Vec::with_capacity(positions.len() + 1);
    for (index, position) in positions.iter().enumerate() {
        let [lon, lat, ..] = position.as_slice() else {
            return Err(Failure::invalid(format!("{at}, position {}: it needs a longitude and a latitude", index + 1)));
        };
        if !(-90.0..=90.0).contains(lat) || !(-360.0..=360.0).contains(lon) {
            let why = "GeoJSON puts the longitude first, then the latitude, in degrees (WGS 84)";
            return Err(Failure::invalid(format!("{at}, position {}: {lon}, {lat} is not on Earth; {why}", index + 1)));
        }
        corners.push(Coord { x: *lon, y: *lat });
    }
    if corners.first() != corners.last() {
        corners.extend(corners.first().copied());
    }
    if corners.len() < 4 {
        return Err(Failure::invalid(format!("{at}: a ring needs at least three different corners")));
    }
    let mut turn = 0.0;
    let mut before: Option<f64> = None;
    for corner in &mut corners {
        let step = before.map_or(0.0, |before| corner.x - before);
        before = Some(corner.x);
        // More than half around the world in one edge: the short way was meant. Exactly once around is a
        // boundary that follows the edge of the map, as the world itself or Antarctica.
        if step.abs() > 180.0 && step.abs() < 360.0 {
            turn -= 360.0 * step.signum();
        }
        corner.x += turn;
    }
    if turn != 0.0 {
        let why = "it runs around a pole; add corners at the pole and along longitude 180 and -180";
        return Err(Failure::invalid(format!("{at}: the ring does not close: {why}")));
    }
    Ok(LineString(corners))
}
