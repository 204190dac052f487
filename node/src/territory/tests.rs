#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use super::*;
use crate::failure::FailureCode;
use proptest::prelude::*;

fn nothing() -> Gazetteer {
    Gazetteer::default()
}

fn around(lat: f64, lon: f64, radius_m: u32) -> Cover {
    cover(&Area::Around { centre: at(lat, lon), radius_m }, &nothing()).unwrap()
}

fn geojson(text: &str) -> Result<Cover, Failure> {
    cover(&Area::GeoJson { text: text.into() }, &nothing())
}

fn at(lat: f64, lon: f64) -> Position {
    Position::from_degrees(lat, lon).unwrap()
}

fn cells(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// The rule of `Followed::holds`.
fn holds(cells: &[Cell], at: Position) -> bool {
    let finest = at.cell(TERRITORY_CELL_MAX);
    let after = cells.partition_point(|cell| *cell <= finest);
    after.checked_sub(1).and_then(|index| cells.get(index)).is_some_and(|cell| cell.contains(finest))
}

fn well_formed(cells: &[Cell]) {
    assert!(!cells.is_empty() && cells.len() <= TERRITORY_CELLS_MAX, "{} cells", cells.len());
    assert!(cells.iter().all(|cell| (1..=7).contains(&cell.len())));
    for pair in cells.windows(2) {
        assert!(pair[0] < pair[1] && !pair[0].contains(pair[1]), "{pair:?}");
    }
}

/// The point that lies so far from another in a direction (radians).
fn towards(from: Position, bearing: f64, metres: f64) -> Position {
    let (lat, lon, angle) = (from.lat().to_radians(), from.lon().to_radians(), metres / sphere::EARTH_RADIUS_M);
    let to = (lat.sin() * angle.cos() + lat.cos() * angle.sin() * bearing.cos()).clamp(-1.0, 1.0).asin();
    let east = (bearing.sin() * angle.sin() * lat.cos()).atan2(angle.cos() - lat.sin() * to.sin());
    let lon = (lon + east).to_degrees();
    at(to.to_degrees(), (lon + 540.0).rem_euclid(360.0) - 180.0)
}

#[test]
fn the_box_of_a_cell_is_the_one_of_the_protocol() {
    for text in ["u", "u0", "u05", "s00000x", "zzzzzzz", "0000000", "ezs42"] {
        let cell: Cell = text.parse().unwrap();
        let bounds = Bounds::of(cell);
        let (low, high) = cell.bounds();
        assert_eq!((low, high), (at(bounds.south, bounds.west), at(bounds.north, bounds.east)), "{text}");
        assert_eq!(children(cell).count(), if text.len() < 7 { 32 } else { 0 });
        assert!(children(cell).all(|child| cell.contains(child)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 100,
        rng_seed: prop::test_runner::RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_disc_is_covered(
        lat in -90.0..89.99_f64, lon in -180.0..180.0_f64, radius in 1u32..3_000_000,
        points in prop::collection::vec((0.0..std::f64::consts::TAU, 0.0..1.0_f64), 40),
    ) {
        let cover = around(lat, lon, radius);
        well_formed(&cover.cells);
        prop_assert_eq!(cover.centre, at(lat, lon));
        for (bearing, share) in points {
            let point = towards(cover.centre, bearing, share * f64::from(radius));
            // The protocol puts the north pole itself into a cell of the south pole.
            prop_assume!(point.lat_e7 < 900_000_000);
            prop_assert!(holds(&cover.cells, point), "{:?} is {} m away", point, sphere::metres(cover.centre, point));
        }
    }

    #[test]
    fn a_disc_has_no_cell_that_lies_apart(lat in -89.0..89.0_f64, lon in -180.0..180.0_f64, radius in 100u32..500_000) {
        let cover = around(lat, lon, radius);
        for cell in &cover.cells {
            // Some point of the cell is inside: the middle is at most half a diagonal farther.
            let bounds = Bounds::of(*cell);
            let [y, x] = bounds.middle();
            let far = sphere::metres(at(y, x), cover.centre);
            prop_assert!(far <= f64::from(radius) + 1.5 * bounds.side_m(), "{} at {far} m", cell);
        }
    }

    #[test]
    fn the_number_of_cells_of_a_disc_stays_small(lat in -75.0..75.0_f64, lon in -180.0..180.0_f64, km in 1u32..400) {
        let count = around(lat, lon, km * 1_000).cells.len();
        prop_assert!((4..=2_000).contains(&count), "{count} cells for {km} km");
    }

    #[test]
    fn cells_in_any_order_come_out_the_same(
        mut given in prop::collection::vec("[0-9b-hjkmnp-z]{1,7}", 1..80),
        seed in any::<u64>(),
    ) {
        let parsed: Vec<Cell> = given.iter().map(|text| text.parse().unwrap()).collect();
        let cover = cover(&Area::Cells { cells: parsed.clone() }, &nothing()).unwrap();
        well_formed(&cover.cells);
        prop_assert!(parsed.iter().all(|cell| cover.cells.iter().any(|held| held.contains(*cell))));
        let turn = (seed as usize) % given.len();
        given.rotate_left(turn);
        let turned = given.iter().map(|text| text.parse().unwrap()).collect();
        prop_assert_eq!(super::cover(&Area::Cells { cells: turned }, &nothing()).unwrap(), cover);
    }

    #[test]
    fn a_polygon_with_a_hole_is_covered(
        lat in -80.0..80.0_f64, lon in -175.0..170.0_f64, size in 0.01..4.0_f64, turned in any::<bool>(),
        points in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 60),
    ) {
        let square = |from: f64, to: f64, turned: bool| {
            let (a, b) = (lon + from * size, lon + to * size);
            let (c, d) = (lat + from * size, lat + to * size);
            let mut ring = vec![[a, c], [b, c], [b, d], [a, d], [a, c]];
            if turned { ring.reverse() }
            ring
        };
        // The hole in either direction: not every program turns it as the standard asks.
        let rings = serde_json::json!([square(0.0, 1.0, false), square(0.25, 0.75, turned)]);
        let text = serde_json::json!({"type": "Polygon", "coordinates": rings}).to_string();
        let cover = geojson(&text).unwrap();
        well_formed(&cover.cells);
        // The sides of cells on the border are at most 1/40 of the extent, or of 7 characters.
        let fringe = (size / 20.0).max(0.0015);
        for (x, y) in points {
            let here = at(lat + y * size, lon + x * size);
            let inside_by =
                |from: f64, to: f64| [x - from, to - x, y - from, to - y].into_iter().fold(1.0, f64::min) * size;
            let in_hole = inside_by(0.25, 0.75);
            if in_hole <= 0.0 {
                prop_assert!(holds(&cover.cells, here), "{here:?}");
            } else if in_hole > fringe / (lat.abs() + size).min(89.0).to_radians().cos() {
                prop_assert!(!holds(&cover.cells, here), "{here:?} in the hole");
            }
        }
    }
}

#[test]
fn a_disc_across_the_antimeridian_and_at_the_poles() {
    let fiji = around(-16.8, 179.99, 20_000);
    assert!(holds(&fiji.cells, at(-16.8, -179.95)) && holds(&fiji.cells, at(-16.8, 179.9)));
    assert!(!holds(&fiji.cells, at(-16.8, 0.0)));
    let pole = around(89.9, 0.0, 50_000);
    for lon in [-180.0, -90.0, 0.0, 90.0, 179.9] {
        assert!(holds(&pole.cells, at(89.8, lon)), "longitude {lon}");
    }
    assert_eq!(around(0.0, 0.0, RADIUS_MAX_M).cells.len(), 32);
}

#[test]
fn polygons_across_the_antimeridian() {
    let ring = |text: &str| geojson(&format!(r#"{{"type":"Polygon","coordinates":[{text}]}}"#));
    // Split nowhere: once with a jump, once with longitudes beyond 180.
    let jump = ring("[[179,-17],[-179,-17],[-179,-16],[179,-16],[179,-17]]").unwrap();
    let beyond = ring("[[179,-17],[181,-17],[181,-16],[179,-16],[179,-17]]").unwrap();
    assert_eq!(jump, beyond);
    assert!(holds(&jump.cells, at(-16.5, 179.5)) && holds(&jump.cells, at(-16.5, -179.5)));
    assert!(!holds(&jump.cells, at(-16.5, 170.0)) && !holds(&jump.cells, at(-16.5, 0.0)));
    assert!(jump.centre.lon().abs() > 179.9, "{:?}", jump.centre);
    // The whole world is not a jump.
    let world = ring("[[-180,-90],[180,-90],[180,90],[-180,90],[-180,-90]]").unwrap();
    assert_eq!(world.cells.len(), 32);
    let pole = ring("[[0,80],[120,80],[-120,80],[0,80]]").unwrap_err();
    assert!(pole.message.contains("around a pole"), "{pole}");
}

#[test]
fn overlapping_polygons_and_collections() {
    let square = |x: f64| {
        let (low, high) = (x, x + 0.2);
        serde_json::json!([[[low, 45.0], [high, 45.0], [high, 45.2], [low, 45.2], [low, 45.0]]])
    };
    let feature = |x: f64| {
        let geometry = serde_json::json!({"type":"Polygon","coordinates":square(x)});
        serde_json::json!({"type":"Feature","properties":null,"geometry":geometry})
    };
    let text = serde_json::json!({"type":"FeatureCollection","features":[feature(5.0), feature(5.1),
        {"type":"Feature","properties":{},"geometry":null},
        {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[1, 2]}}]});
    let cover = geojson(&text.to_string()).unwrap();
    well_formed(&cover.cells);
    // Where both lie, and on either side.
    for x in [5.02, 5.15, 5.28] {
        assert!(holds(&cover.cells, at(45.1, x)), "{x}");
    }
    let multi = serde_json::json!({"type":"GeometryCollection","geometries":[
        {"type":"MultiPolygon","coordinates":[square(5.0), square(5.1)]}]});
    assert_eq!(geojson(&multi.to_string()).unwrap(), cover);
}

/// The same of all communes of a country: `benches/territories.rs`.
#[test]
fn cells_agree_with_their_outline_away_from_its_border() {
    let mut state = 12_u64;
    let mut roll = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    for (lat, lon, size) in [(43.7, 7.4, 0.03), (48.1, -1.7, 0.2), (-17.0, 179.9, 0.4), (69.0, 18.9, 1.5)] {
        let mut star = |size: f64| -> Vec<(i64, i64)> {
            let corner = |step: u32| {
                let angle = f64::from(step) / 60.0 * std::f64::consts::TAU;
                let far = size * (0.6 + 0.4 * roll());
                (((lon + far * angle.cos()) * 1e7) as i64, ((lat + far * angle.sin()) * 1e7) as i64)
            };
            (0..60).map(corner).collect()
        };
        let outline = Outline::of(vec![vec![star(size), star(size / 2.0)]]).unwrap();
        let cover = of_outline(&outline).unwrap();
        well_formed(&cover.cells);
        let more = km2(&cover.cells) / outline.km2() - 1.0;
        assert!((0.0..0.5).contains(&more), "{more} more around {lat}, {lon}");
        let sides: Vec<geo::Line> = outline
            .rings()
            .flat_map(|ring| ring.iter().zip(ring.iter().skip(1).chain(ring.first())))
            .map(|(a, b)| {
                let at = |[x, y]: [i32; 2]| geo::Coord { x: f64::from(x) / 1e7, y: f64::from(y) / 1e7 };
                geo::Line::new(at(*a), at(*b))
            })
            .collect();
        let is_border = |cell: &Cell| {
            let bounds = Bounds::of(*cell);
            [-360.0, 0.0, 360.0].into_iter().any(|turn| {
                let corner = |x: f64, y: f64| geo::Coord { x: x + turn, y };
                let rect = geo::Rect::new(corner(bounds.west, bounds.south), corner(bounds.east, bounds.north));
                sides.iter().any(|side| boundary::crosses(&rect, side))
            })
        };
        let (mut inside, mut outside) = (0, 0);
        for _ in 0..400 {
            let (y, x) = (lat + (roll() - 0.5) * 2.2 * size, lon + (roll() - 0.5) * 2.2 * size);
            let point = at(y, (x + 540.0).rem_euclid(360.0) - 180.0);
            let held = cover.cells.iter().find(|cell| cell.contains(point.cell(7)));
            if held.is_some_and(is_border) {
                continue;
            }
            assert_eq!(held.is_some(), outline.holds(point), "{point:?}");
            if held.is_some() { inside += 1 } else { outside += 1 }
        }
        assert!(inside > 30 && outside > 100, "{inside} inside, {outside} outside around {lat}, {lon}");
    }
}

#[test]
fn a_detailed_boundary_is_covered_in_time() {
    let corners: Vec<[f64; 2]> = (0..CORNERS)
        .map(|i| {
            let angle = f64::from(i) / f64::from(CORNERS) * std::f64::consts::TAU;
            let radius = 0.5 + 0.1 * (angle * 60.0).sin() + 0.02 * (angle * 1_900.0).sin();
            [4.0 + radius * angle.cos(), 45.0 + radius * angle.sin()]
        })
        .collect();
    const CORNERS: i32 = 50_000;
    let text = serde_json::json!({"type":"Polygon","coordinates":[corners]}).to_string();
    let cover = geojson(&text).unwrap();
    well_formed(&cover.cells);
    assert!(corners.iter().all(|[lon, lat]| holds(&cover.cells, at(*lat, *lon))));
    assert!(holds(&cover.cells, at(45.0, 4.0)));
}

#[test]
fn what_is_no_area_is_named() {
    let says = |text: &str, what: &str| {
        let failure = geojson(text).unwrap_err();
        assert_eq!(failure.code, FailureCode::Invalid);
        assert!(failure.message.contains(what) && !failure.message.contains('\n'), "{failure}");
    };
    says("", "not a GeoJSON");
    says("{", "not a GeoJSON");
    says(r#"{"type":"Point","coordinates":[4,45]}"#, "Point but no Polygon");
    says(r#"{"type":"FeatureCollection","features":[]}"#, "no Polygon");
    says(r#"{"type":"Polygon","coordinates":[]}"#, "no ring");
    says(r#"{"type":"Polygon","coordinates":[[[4,45],[5,45],[4,45]]]}"#, "three different corners");
    says(r#"{"type":"Polygon","coordinates":[[[4,45],[5,45],[6,45],[4,45]]]}"#, "no area");
    says(r#"{"type":"Polygon","coordinates":[[[45,4],[45,95],[46,95],[45,4]]]}"#, "ring 1, position 2");
    says(r#"{"type":"Polygon","coordinates":[[[45],[45,9],[46,9],[45,4]]]}"#, "");
    let deep = format!(
        r#"{}{{"type":"Point","coordinates":[1,1]}}{}"#,
        r#"{"type":"GeometryCollection","geometries":["#.repeat(500),
        "]}".repeat(500)
    );
    says(&deep, "not a GeoJSON");
    says(&" ".repeat(9 * 1024 * 1024), "too long");
    let many = vec![[1.0, 1.0]; 200_001];
    says(&serde_json::json!({"type":"Polygon","coordinates":[many]}).to_string(), "too detailed");
}

#[test]
fn what_is_no_disc_or_cell_is_named() {
    let fails = |area: Area| cover(&area, &nothing()).unwrap_err().message;
    assert!(fails(Area::Around { centre: at(0.0, 0.0), radius_m: 0 }).contains("radius of 0 m"));
    assert!(fails(Area::Around { centre: at(0.0, 0.0), radius_m: u32::MAX }).contains("give 1 to"));
    assert!(
        fails(Area::Around { centre: Position { lat_e7: i32::MAX, lon_e7: 0 }, radius_m: 5 }).contains("not on Earth")
    );
    assert!(fails(Area::Cells { cells: vec![] }).contains("no cells"));
    assert!(fails(Area::Cells { cells: vec![Cell::WORLD] }).contains("1 to 7"));
    assert!(fails(Area::Cells { cells: vec![Cell::IDENTITY] }).contains("'@'"));
    assert!(fails(Area::Place { name: "Nowhere".into(), radius_m: 5 }).contains("no place 'Nowhere'"));
    let lyon = crate::gazetteer::of_lines("Lyon\tFR\tRhône\t45.7485\t4.8467\t5\t\n");
    for (name, hint) in
        [("Lyo", "did you mean 'Lyon, Rhône, FR'?"), ("Lyon, Italie", "did you mean 'Lyon"), ("Metz", "larger place")]
    {
        let fails = cover(&Area::Place { name: name.into(), radius_m: 5 }, &lyon).unwrap_err();
        assert!(fails.code == FailureCode::NotFound && fails.message.contains(hint), "{fails}");
    }
    assert_eq!(cover(&Area::Place { name: "lyon".into(), radius_m: 5 }, &lyon).unwrap().centre, at(45.7485, 4.8467));
}

#[test]
fn brothers_become_their_parent() {
    let parent: Cell = "u05".parse().unwrap();
    let all: Vec<Cell> = children(parent).collect();
    assert_eq!(cover(&Area::Cells { cells: all.clone() }, &nothing()).unwrap().cells, [parent]);
    let grandchildren: Vec<Cell> = all.iter().copied().flat_map(children).collect();
    assert_eq!(cover(&Area::Cells { cells: grandchildren }, &nothing()).unwrap().cells, [parent]);
    assert_eq!(cover(&Area::Cells { cells: all[1..].to_vec() }, &nothing()).unwrap().cells, all[1..]);
}

#[test]
fn four_characters() {
    assert_eq!(four_char_cells(&cells(&["u0512", "u0513zz", "u052"])).unwrap(), cells(&["u051", "u052"]));
    assert_eq!(four_char_cells(&cells(&["u05"])).unwrap().len(), 32);
    assert_eq!(four_char_cells(&cells(&["u0"])).unwrap().len(), 1_024);
    let fails = four_char_cells(&cells(&["u"])).unwrap_err();
    assert!(fails.message.contains("too large"), "{fails}");
    assert!(four_char_cells(&cells(&["u0", "u1", "u2", "u3", "u4"])).is_err());
    assert_eq!(four_char_cells(&[]).unwrap(), []);
    // Every cell of a territory lies in one of them, and each of them holds one.
    let disc = around(45.76, 4.84, 80_000);
    let four = four_char_cells(&disc.cells).unwrap();
    assert!(disc.cells.iter().all(|cell| four.iter().any(|wide| wide.contains(*cell) || cell.contains(*wide))));
    assert!(four.iter().all(|wide| disc.cells.iter().any(|cell| wide.contains(*cell) || cell.contains(*wide))));
}

#[test]
fn the_scope_of_a_territory() {
    assert_eq!(common_scope(&cells(&["u0512", "u0513zz"])).to_string(), "u051");
    assert_eq!(common_scope(&cells(&["u0512", "u07"])).to_string(), "u0");
    assert_eq!(common_scope(&cells(&["u0", "u0"])).to_string(), "u0");
    assert_eq!(common_scope(&cells(&["s", "u"])), Cell::WORLD);
    assert_eq!(common_scope(&[]), Cell::WORLD);
}

#[test]
fn local_ids_depend_on_the_cells_alone() {
    let (a, b) = (cells(&["u05", "u06"]), cells(&["u05"]));
    assert_eq!(local_id(&a), local_id(&a.clone()));
    assert_ne!(local_id(&a), local_id(&b));
    // Stable from one version to the next: stored settings name it.
    assert_eq!(local_id(&b).short(), local_id(&cells(&["u05"])).short());
}
