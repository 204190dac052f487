//! Contours of communes as territories: how long their cells take, how far those differ from the contours, and whether
//! both say the same of points away from the border.
//!
//! `COMMUNAUT_BENCH_COMMUNES` names a TopoJSON of polygons, packed with zstd: all communes of a country.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

mod made;

use communaut_node::territory::{self, outline::Outline};
use communaut_protocol::{Cell, Position, limits::TERRITORY_CELL_MAX};
use made::Dice;
use serde_json::Value;
use std::time::{Duration, Instant};

/// For all of them together.
const LIMIT: Duration = Duration::from_secs(60);
/// Points of which both are asked.
const POINTS: usize = 100_000;

type Corner = (i64, i64);

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

/// The contours of a TopoJSON.
fn contours(topology: &Value) -> Vec<Outline> {
    let part = |key: &str| topology["transform"][key].as_array().map(|pair| [number(&pair[0]), number(&pair[1])]);
    let (scale, shift) = (part("scale"), part("translate").unwrap_or_default());
    let arc = |arc: &Value| -> Vec<Corner> {
        let mut sum = [0.0, 0.0];
        let corner = |step: &Value| {
            let step = [number(&step[0]), number(&step[1])];
            // Where there is no scale, they are no steps.
            sum = if scale.is_some() { [sum[0] + step[0], sum[1] + step[1]] } else { step };
            let at =
                |axis: usize| ((sum[axis] * scale.map_or(1.0, |scale| scale[axis]) + shift[axis]) * 1e7).round() as i64;
            (at(0), at(1))
        };
        arc.as_array().unwrap().iter().map(corner).collect()
    };
    let arcs: Vec<Vec<Corner>> = topology["arcs"].as_array().unwrap().iter().map(arc).collect();
    let ring = |ring: &Value| -> Vec<Corner> {
        let mut all: Vec<Corner> = Vec::new();
        for index in ring.as_array().unwrap() {
            let index = index.as_i64().unwrap();
            let arc = &arcs[usize::try_from(if index < 0 { !index } else { index }).unwrap()];
            all.pop();
            if index < 0 { all.extend(arc.iter().rev()) } else { all.extend(arc) }
        }
        all.pop();
        all.dedup();
        all
    };
    let rings = |polygon: &Value| polygon.as_array().unwrap().iter().map(ring).collect::<Vec<_>>();
    let objects = topology["objects"].as_object().unwrap().values();
    let geometries = objects.flat_map(|object| object["geometries"].as_array().unwrap());
    let outline = |geometry: &Value| {
        let arcs = &geometry["arcs"];
        let polygons = match geometry["type"].as_str() {
            Some("Polygon") => vec![rings(arcs)],
            Some("MultiPolygon") => arcs.as_array().unwrap().iter().map(rings).collect(),
            _ => Vec::new(),
        };
        // What was simplified to nothing has no area.
        let has_area = |rings: &Vec<Vec<Corner>>| Outline::of(vec![rings.clone()]).is_some();
        Outline::of(polygons.into_iter().filter(has_area).collect())
    };
    geometries.filter_map(outline).collect()
}

/// Whether a side of an outline meets a cell.
fn is_border(outline: &Outline, cell: Cell) -> bool {
    let (low, high) = cell.bounds();
    let (west, south) = (f64::from(low.lon_e7) - 1.0, f64::from(low.lat_e7) - 1.0);
    let (east, north) = (f64::from(high.lon_e7) + 1.0, f64::from(high.lat_e7) + 1.0);
    let meets = |a: [f64; 2], b: [f64; 2]| {
        // The part of the side within each span (Liang and Barsky).
        let (mut from, mut to) = (0.0_f64, 1.0_f64);
        for (start, step, least, most) in [(a[0], b[0] - a[0], west, east), (a[1], b[1] - a[1], south, north)] {
            if step == 0.0 {
                if start < least || start > most {
                    return false;
                }
            } else {
                let (one, other) = ((least - start) / step, (most - start) / step);
                (from, to) = (from.max(one.min(other)), to.min(one.max(other)));
            }
        }
        from <= to
    };
    let corner = |at: &[i32; 2]| at.map(f64::from);
    outline
        .rings()
        .any(|ring| ring.iter().zip(ring.iter().skip(1).chain(ring.first())).any(|(a, b)| meets(corner(a), corner(b))))
}

fn main() {
    let Some(path) = std::env::var_os("COMMUNAUT_BENCH_COMMUNES") else {
        println!("COMMUNAUT_BENCH_COMMUNES names no file: nothing is measured");
        return;
    };
    let text = zstd::stream::decode_all(std::fs::File::open(path).unwrap()).unwrap();
    let outlines = contours(&serde_json::from_slice(&text).unwrap());
    let start = Instant::now();
    let covers: Vec<Vec<Cell>> = outlines.iter().map(|one| territory::of_outline(one).unwrap().cells).collect();
    let took = start.elapsed();
    let (mut cells, mut most, mut finest) = (0, 0, 0);
    let mut more: Vec<f64> = Vec::new();
    let (mut outline_km2, mut cells_km2) = (0.0, 0.0);
    for (outline, cover) in outlines.iter().zip(&covers) {
        cells += cover.len();
        most = most.max(cover.len());
        finest = finest.max(cover.iter().map(|cell| cell.len()).max().unwrap());
        let (inside, all) = (outline.km2(), territory::km2(cover));
        (outline_km2, cells_km2) = (outline_km2 + inside, cells_km2 + all);
        more.push((all / inside - 1.0) * 100.0);
    }
    more.sort_by(f64::total_cmp);
    let at = |share: f64| more[((more.len() - 1) as f64 * share) as usize];
    println!(
        "{} contours in {:.1} s; {cells} cells, at most {most} of one, of at most {finest} characters; all cells have {:.1} % \
         more than {outline_km2:.0} km²; one: {:.1} % (half), {:.1} % (95 of 100), {:.1} % (the worst)",
        outlines.len(),
        took.as_secs_f64(),
        (cells_km2 / outline_km2 - 1.0) * 100.0,
        at(0.5),
        at(0.95),
        at(1.0),
    );
    let (mut dice, mut compared, mut inside, mut wrong) = (Dice(12), 0_usize, 0_usize, 0_usize);
    let mut asked = 0_usize;
    while compared < POINTS {
        asked += 1;
        let which = usize::try_from(dice.roll() % outlines.len() as u64).unwrap();
        let (outline, cover) = (&outlines[which], &covers[which]);
        // Around it, a half wider on each side.
        let ends = |axis: usize| {
            let all = || outline.rings().flatten().map(|at| f64::from(at[axis]));
            let (low, high) = (all().fold(f64::MAX, f64::min), all().fold(f64::MIN, f64::max));
            low - (high - low) / 2.0 + (high - low) * 2.0 * dice.share()
        };
        let mut ends = ends;
        let (lon, lat) = (ends(0), ends(1));
        let point = Position { lat_e7: lat as i32, lon_e7: lon as i32 };
        if !point.is_valid() {
            continue;
        }
        let finest = point.cell(TERRITORY_CELL_MAX);
        let held = cover.iter().find(|cell| cell.contains(finest));
        // On the border a cell has both sides.
        if held.is_some_and(|cell| is_border(outline, *cell)) {
            continue;
        }
        compared += 1;
        inside += usize::from(held.is_some());
        wrong += usize::from(held.is_some() != outline.holds(point));
    }
    println!(
        "{compared} of {asked} points lie away from the border, {inside} inside: {wrong} of them are told wrongly"
    );
    assert_eq!(wrong, 0, "cells and contours disagree");
    assert!(took <= LIMIT, "{took:?} of {LIMIT:?}");
}
