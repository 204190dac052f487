//! From shapes to pieces of tiles.

use super::{
    addresses::Book,
    assemble::{self, Polygon},
    boundaries::OutlineBook,
    classes::{Classed, Of, classify},
    cut::{self, MapWindow, POINT, Paths, ZOOM_MAX, ZOOM_MIN, cut, project, turn_to},
    geometry::{Point, TURN, unwrapped},
    layers::{LAYERS, LayerForm, LayerId, ONE_WAY, ROAD_NUMBER, layer_id},
    sea::{MapFrame, sea},
    spool::{Piece, Sorted, Spool},
};
use crate::import::{Covered, FileFault, Place, Shape, ShapeOf, Takes};
use pmtiles::{TileCoord, TileId};
use std::{io, path::Path};

/// Tiles of the deepest zoom at the most: about 1,500 km by 1,500 km in Europe.
const TILES_MAX: u64 = 1_000_000;
/// Points of coasts at the most, which are held at once: at 16 bytes 64 MB, a continent's.
const COAST_MAX: usize = 4_000_000;
/// Characters of a house number that is shown: a longer one says more than that.
const NUMBER_MAX: usize = 7;
/// Units of the side of an area that is shown with its name: 48 points of the screen.
const LABEL_SIDE: f64 = 48.0 * POINT;
/// 1e-7 degree around what is so small that it has no extent: about 100 m.
const ROOM: i64 = 10_000;

/// Takes the shapes of a file.
pub(super) struct Maker<'a> {
    go_on: &'a mut dyn FnMut(u64) -> bool,
    spool: Spool,
    frame: MapFrame,
    window: MapWindow,
    coast: Vec<Vec<Point>>,
    coast_points: usize,
    sequence: u64,
    is_empty: bool,
    book: Book,
    boundaries: OutlineBook,
}

/// What came of a file.
pub(super) struct MapMade {
    pub frame: MapFrame,
    pub pieces: Sorted,
    pub book: Book,
    pub boundaries: OutlineBook,
}

impl<'a> Maker<'a> {
    pub fn new(scratch: &Path, go_on: &'a mut dyn FnMut(u64) -> bool) -> Self {
        let frame = MapFrame { west: 0, south: 0, east: 0, north: 0 };
        let window = MapWindow { west: 0.0, north: 0.0, east: 0.0, south: 0.0 };
        let spool = Spool::new(scratch);
        Self {
            go_on,
            spool,
            frame,
            window,
            coast: Vec::new(),
            coast_points: 0,
            sequence: 0,
            is_empty: true,
            book: Book::default(),
            boundaries: OutlineBook::default(),
        }
    }

    /// Whether nothing was drawn.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The sea, and the end.
    pub fn finish(mut self) -> io::Result<MapMade> {
        let found = sea(&std::mem::take(&mut self.coast), &self.frame);
        let ground = [("land", vec![self.frame.area()]), ("sea", found.sea), ("isle", found.isles)];
        for (layer, areas) in ground {
            for area in areas {
                if let Some(layer) = layer_id(layer) {
                    self.area(layer, &area)?;
                }
            }
        }
        let (frame, pieces) = (self.frame, self.spool.finish()?);
        Ok(MapMade { frame, pieces, book: self.book, boundaries: self.boundaries })
    }

    /// What is a territory, if its outline is whole.
    fn boundary(&mut self, what: &mut Classed, shape: &Shape, missing: usize) {
        let Some(said) = what.boundary.take() else { return };
        let ways: Vec<Vec<Point>> = match shape {
            Shape::Point(_) => return,
            Shape::Line(places) => vec![points(places.clone())],
            Shape::Lines(lines) => lines.iter().cloned().map(points).collect(),
        };
        self.boundaries.take(*said, &ways, missing);
    }

    fn shape(&mut self, what: &Classed, shape: Shape) -> io::Result<()> {
        let form = what.drawn.and_then(|id| LAYERS.get(usize::from(id))).map(|layer| layer.form);
        match shape {
            Shape::Point(at) => self.labels(what, point(at), 0.0),
            Shape::Line(places) => {
                let line = points(places);
                if line.len() < 2 {
                    return Ok(());
                }
                if what.coast && self.coast_points + line.len() <= COAST_MAX {
                    self.coast_points += line.len();
                    self.coast.push(line.clone());
                }
                match (form, what.drawn) {
                    (Some(LayerForm::Line), Some(layer)) => {
                        if what.is_street
                            && let Some(at) = line.get(line.len() / 2)
                        {
                            self.book.street(&what.name, (at.x, at.y));
                        }
                        self.said(what, &line)?;
                        self.line(layer, &what.called, line)
                    }
                    // A house whose address alone is shown has an area too.
                    _ => self.areas(what, &[line]),
                }
            }
            Shape::Lines(lines) => {
                let lines: Vec<Vec<Point>> = lines.into_iter().map(points).collect();
                match (form, what.drawn) {
                    (Some(LayerForm::Line), Some(layer)) => {
                        lines.into_iter().try_for_each(|line| self.line(layer, "", unwrapped(line)))
                    }
                    _ => self.areas(what, &lines),
                }
            }
        }
    }

    fn areas(&mut self, what: &Classed, lines: &[Vec<Point>]) -> io::Result<()> {
        let (rings, _) = assemble::rings(lines);
        let areas = assemble::areas(rings);
        let is_area = |id: &LayerId| LAYERS.get(usize::from(*id)).is_some_and(|layer| layer.form == LayerForm::Area);
        if let Some(layer) = what.drawn.filter(is_area) {
            for area in &areas {
                self.area(layer, area)?;
            }
        }
        // The first is the largest: one name is enough.
        match areas.first() {
            Some(area) if what.label.is_some() || !what.number.is_empty() => {
                let (at, size) = middle(area);
                self.labels(what, at, size)
            }
            _ => Ok(()),
        }
    }

    fn labels(&mut self, what: &Classed, at: Point, size: f64) -> io::Result<()> {
        if let Some(layer) = what.label {
            // An area's name is shown once there is room for it; of two the larger area's first.
            let side = |zoom: u8| size * f64::from(1_u32 << zoom) * f64::from(cut::EXTENT);
            let from = (ZOOM_MIN..ZOOM_MAX).find(|zoom| side(*zoom) >= LABEL_SIDE).unwrap_or(ZOOM_MAX);
            let from = if size > 0.0 { from } else { ZOOM_MIN };
            let weight = what.weight.max(side(ZOOM_MAX) as u32);
            self.label(layer, &what.called, at, from, weight)?;
        }
        if let Some(address) = &what.address {
            self.book.door(address, &what.number, (at.x, at.y));
        }
        match layer_id("at-number") {
            Some(layer) if (1..=NUMBER_MAX).contains(&what.number.chars().count()) => {
                // Several doors in one: as people write a list.
                self.label(layer, &what.number.replace(';', ","), at, ZOOM_MIN, 0)
            }
            _ => Ok(()),
        }
    }

    fn label(&mut self, layer: LayerId, name: &str, at: Point, from: u8, weight: u32) -> io::Result<()> {
        let mut paths = vec![vec![project(at)]];
        turn_to(&mut paths, &self.window);
        let Some([x, y]) = paths.iter().flatten().next().copied() else { return Ok(()) };
        let least = LAYERS.get(usize::from(layer)).map_or(ZOOM_MAX, |layer| layer.from);
        self.sequence += 1;
        for zoom in least.max(from)..=ZOOM_MAX {
            let [west, north, east, south] = self.window.tiles(zoom);
            let side = f64::from(1_u32 << zoom);
            let (column, row) = ((x * side).floor(), (y * side).floor());
            if !(west..=east).contains(&(column as i64)) || !(north..=south).contains(&(row as i64)) {
                continue;
            }
            let unit = |value: f64, tile: f64| ((value * side - tile) * f64::from(cut::EXTENT)) as i32;
            let paths = vec![vec![[unit(x, column), unit(y, row)]]];
            let column = (column as i64).rem_euclid(1_i64 << zoom) as u32;
            let (layer, sequence) = (layer, self.sequence);
            if let Some(tile) = number(zoom, column, row as u32) {
                let order = u32::MAX - weight;
                self.spool.push(Piece { tile, layer, order, sequence, name: name.to_owned(), paths })?;
            }
        }
        Ok(())
    }

    /// What is said along a road besides its name.
    fn said(&mut self, what: &Classed, line: &[Point]) -> io::Result<()> {
        if let (Some(layer), false) = (layer_id(ROAD_NUMBER), what.road.is_empty()) {
            self.line(layer, &what.road, line.to_vec())?;
        }
        if let (Some(layer), Some(forward)) = (layer_id(ONE_WAY), what.one_way) {
            let mut line = line.to_vec();
            if !forward {
                line.reverse();
            }
            self.line(layer, ONE_WAY, line)?;
        }
        Ok(())
    }

    fn line(&mut self, layer: LayerId, name: &str, line: Vec<Point>) -> io::Result<()> {
        let line = unwrapped(line);
        self.pieces(layer, name, vec![line.into_iter().map(project).collect()])
    }

    fn area(&mut self, layer: LayerId, area: &Polygon) -> io::Result<()> {
        let rings = std::iter::once(&area.outline).chain(&area.holes);
        self.pieces(layer, "", rings.map(|ring| ring.iter().copied().map(project).collect()).collect())
    }

    fn pieces(&mut self, id: LayerId, name: &str, mut paths: Paths) -> io::Result<()> {
        let Some(layer) = LAYERS.get(usize::from(id)) else { return Ok(()) };
        turn_to(&mut paths, &self.window);
        self.sequence += 1;
        self.is_empty = false;
        let (spool, sequence) = (&mut self.spool, self.sequence);
        let mut failed = Ok(());
        for zoom in layer.from..=ZOOM_MAX {
            let named = if layer.named.is_empty() { "" } else { name };
            cut(&paths, layer.form, zoom, &self.window, finest(layer.form, zoom), &mut |x, y, paths| {
                if let (Some(tile), true) = (number(zoom, x, y), failed.is_ok()) {
                    let name = named.to_owned();
                    failed = spool.push(Piece { tile, layer: id, order: 0, sequence, name, paths });
                }
            });
        }
        failed
    }
}

/// What is left out at a zoom, in units: how far a line may be off, and the area of the smallest ring. The deepest
/// tiles are magnified eight times.
fn finest(form: LayerForm, zoom: u8) -> (f64, f64) {
    match (form, zoom) {
        (_, ZOOM_MAX) => (0.5, 8.0),
        (LayerForm::Area, 13) => (POINT / 2.0, 8.0 * POINT * POINT),
        (LayerForm::Area, _) => (POINT / 2.0, 6.0 * POINT * POINT),
        // Lines are thinned once they are joined.
        (_, _) => (POINT / 4.0, 0.0),
    }
}

fn number(zoom: u8, x: u32, y: u32) -> Option<u64> {
    TileCoord::new(zoom, x, y).ok().map(|tile| TileId::from(tile).value())
}

fn point((lon, lat): Place) -> Point {
    Point { x: lon.into(), y: lat.into() }
}
fn points(places: Vec<Place>) -> Vec<Point> {
    places.into_iter().map(point).collect()
}

/// A point inside an area, and the side of a square as large as it, the map's side being 1.
fn middle(area: &Polygon) -> (Point, f64) {
    use geo::{Area as _, Centroid, Contains, InteriorPoint};
    let ring = |points: &[Point]| -> geo::LineString<f64> {
        points.iter().map(|at| geo::Coord { x: at.x as f64, y: at.y as f64 }).collect()
    };
    let shape = geo::Polygon::new(ring(&area.outline), area.holes.iter().map(|hole| ring(hole)).collect());
    let centre = shape.centroid().filter(|centre| shape.contains(centre)).or_else(|| shape.interior_point());
    let first = area.outline.first().copied().unwrap_or(Point { x: 0, y: 0 });
    let at = centre.map_or(first, |at| Point { x: at.x() as i64, y: at.y() as i64 });
    // Degrees of latitude are longer on the map than those of longitude.
    let stretch = (at.y as f64 / 1e7).to_radians().cos().max(0.1);
    (at, (shape.unsigned_area() / stretch).sqrt() / TURN as f64)
}

impl Takes for Maker<'_> {
    type What = Classed;

    fn covered(&mut self, [west, south, east, north]: Covered) -> Result<(), FileFault> {
        let [west, south, mut east, north] = [west, south, east, north].map(i64::from);
        if west == east && south == north && west == 0 {
            return Err(FileFault::NoPlaces);
        }
        if east < west {
            east += TURN;
        }
        let mut frame = MapFrame { west, south, east, north };
        if west == east || south == north {
            frame = MapFrame { west: west - ROOM, south: south - ROOM, east: east + ROOM, north: north + ROOM };
        }
        self.frame = frame;
        let [x, y] = project(Point { x: frame.west, y: frame.north });
        let [far_x, far_y] = project(Point { x: frame.east, y: frame.south });
        self.window = MapWindow { west: x, north: y, east: far_x, south: far_y };
        let count = self.window.count(ZOOM_MAX);
        if count > TILES_MAX {
            return Err(FileFault::TooManyTiles { count, max: TILES_MAX });
        }
        Ok(())
    }

    fn look<'a>(&self, of: ShapeOf, tags: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<Classed> {
        let of = match of {
            ShapeOf::Node => Of::Node,
            ShapeOf::Open => Of::Open,
            ShapeOf::Closed => Of::Closed,
            ShapeOf::Relation => Of::Relation,
        };
        Some(classify(of, tags)).filter(Classed::is_shown)
    }

    fn take(&mut self, mut what: Classed, shape: Shape, missing: usize) -> Result<(), FileFault> {
        self.boundary(&mut what, &shape, missing);
        self.shape(&what, shape).map_err(|error| FileFault::NotMapped { why: Box::new((&error).into()) })
    }

    fn go_on(&mut self, read: u64) -> bool {
        (self.go_on)(read)
    }
}
