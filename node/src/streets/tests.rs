#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use mvt_reader::{Reader, feature::Value};
use std::collections::BTreeMap;

fn sample() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf")
}

fn made(folder: &Path) -> PackInfo {
    match make(&sample(), folder, &mut |_| true).unwrap() {
        Made::Pack(info) => info,
        other => panic!("{other:?}"),
    }
}

fn files_of(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What is damaged is told by its file's name: to say that no map is here would be wrong.
#[test]
fn a_damaged_pack_is_told_and_no_pack_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("0011.pmtiles"), b"PMTiles\x03 cut").unwrap();
    let packs = packs(folder.path());
    assert_eq!((packs.len(), packs[0].name.as_str()), (1, "0011.pmtiles"));
    assert!(!packs[0].damaged.is_empty() && packs[0].file.ends_with("0011.pmtiles"), "{packs:?}");
    let found = find_address(&packs, "rue neuve", AddressWish::all(5));
    assert_eq!((found.found.len(), found.maps.len(), found.unread.len()), (0, 0, 1));
    assert_eq!(unread_boundaries(&packs).len(), 1);
    assert_eq!(find_boundaries(&packs, "", false), []);
}

/// Its beginning is whole, and says how much there should be.
#[test]
fn half_a_pack_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let info = made(folder.path());
    let bytes = std::fs::read(&info.file).unwrap();
    std::fs::write(&info.file, &bytes[..bytes.len() / 2]).unwrap();
    let packs = packs(folder.path());
    assert_eq!((packs.len(), packs[0].damaged.as_str()), (1, "a damaged street map: it is cut short"));
}

#[test]
fn a_real_extract_has_its_streets_and_the_same_file_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let info = made(folder.path());
    assert_eq!((info.name.as_str(), info.credit.as_str(), info.zooms), ("sample", CREDIT, [6, 14]));
    assert_eq!(files_of(folder.path()), [format!("{}.pmtiles", info.id)]);
    assert_eq!(packs(folder.path()), std::slice::from_ref(&info));
    let bytes = std::fs::read(&info.file).unwrap();
    assert_eq!(blake3::hash(&bytes).to_hex().as_str(), info.id);
    let again = tempfile::tempdir().unwrap();
    assert_eq!(std::fs::read(made(again.path()).file).unwrap(), bytes);

    // A door, found as one writes it; a door that is not there leads to its street.
    let found = find_address(std::slice::from_ref(&info), "2 kaivokatu", AddressWish::all(5)).found;
    assert!(found.first().is_some_and(|found| found.exact && found.name.starts_with("2 Kaivokatu")), "{found:?}");
    let found = find_address(std::slice::from_ref(&info), "Kaivokatu 9999", AddressWish::all(5)).found;
    assert!(found.first().is_some_and(|found| !found.exact && found.name.starts_with("Kaivokatu")), "{found:?}");

    let pack = Pack::open(&info.file).unwrap();
    let [west, south, east, north] = info.covers.map(|value| f64::from(value) / 1e7);
    let at = |lon: f64, lat: f64, zoom: u8| {
        let [x, y] = cut::project(geometry::Point { x: (lon * 1e7) as i64, y: (lat * 1e7) as i64 });
        let side = f64::from(1_u32 << zoom);
        ((x * side) as u32, (y * side) as u32)
    };
    let (mut tiles, mut layers, mut names) = (0, BTreeMap::new(), std::collections::BTreeSet::new());
    for zoom in ZOOM_MIN..=ZOOM_MAX {
        let ((left, top), (right, bottom)) = (at(west, north, zoom), at(east, south, zoom));
        for (x, y) in (left..=right).flat_map(|x| (top..=bottom).map(move |y| (x, y))) {
            let Some(bytes) = pack.tile(zoom, x, y).unwrap() else { panic!("no tile {zoom}/{x}/{y}") };
            tiles += 1;
            let reader = Reader::new(bytes.to_vec()).unwrap();
            for layer in reader.get_layer_metadata().unwrap() {
                assert_eq!(layer.extent, 4096);
                for feature in reader.get_features_as::<i32>(layer.layer_index).unwrap() {
                    use geo::CoordsIter;
                    *layers.entry(layer.name.clone()).or_insert(0_usize) += feature.geometry.coords_count();
                    for at in feature.geometry.coords_iter() {
                        assert!((-64..=4160).contains(&at.x) && (-64..=4160).contains(&at.y), "{} {at:?}", layer.name);
                    }
                    if let Some(Value::String(name)) = feature.properties.and_then(|mut said| said.remove("name")) {
                        names.insert(name);
                    }
                }
            }
        }
    }
    assert_eq!(tiles, info.tiles);
    for layer in
        ["land", "building", "minor", "secondary", "water", "park", "at-number", "name-minor-16", "name-way-16", "tram"]
    {
        assert!(layers.contains_key(layer), "{layer}: {layers:?}");
    }
    for name in ["Mannerheimintie", "Aleksanterinkatu", "Fredrikinkatu"] {
        assert!(names.contains(name), "{name}: {} names", names.len());
    }
}

#[test]
fn a_run_that_is_stopped_leaves_nothing_and_the_next_one_goes_through() {
    let folder = tempfile::tempdir().unwrap();
    let mut calls = 0;
    let whole = make(&sample(), folder.path(), &mut |_| {
        calls += 1;
        true
    });
    assert!(matches!(whole, Ok(Made::Pack(_))) && calls > 3, "{calls} calls, {whole:?}");
    std::fs::remove_dir_all(folder.path()).unwrap();
    for stop in 0..calls {
        let mut calls = 0;
        let stopped = make(&sample(), folder.path(), &mut |_| {
            calls += 1;
            calls <= stop
        });
        assert_eq!((stopped, files_of(folder.path()).len()), (Ok(Made::Stopped), 0), "at {stop}");
    }
    // As a machine that went off would leave it.
    let scratch = folder.path().join(SCRATCH);
    std::fs::create_dir(&scratch).unwrap();
    std::fs::write(scratch.join("run-0"), b"half").unwrap();
    std::fs::write(folder.path().join("old.pmtiles"), b"not one").unwrap();
    let info = made(folder.path());
    let whole = |pack: &PackInfo| pack.damaged.is_empty();
    assert_eq!(packs(folder.path()).into_iter().filter(whole).collect::<Vec<_>>(), [info]);
}

#[test]
fn what_is_no_map_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.osm.pbf");
    let bytes = std::fs::read(sample()).unwrap();
    std::fs::write(&path, bytes.get(..bytes.len() / 2).unwrap()).unwrap();
    let to = folder.path().join("streets");
    let why = make(&path, &to, &mut |_| true).unwrap_err();
    let why = why.to_string();
    assert!(why.contains("cut.osm.pbf") && why.contains("it is cut") && !why.contains('\n'), "{why}");
    assert_eq!(files_of(&to).len(), 0);
}

#[test]
fn a_map_takes_the_place_of_the_one_of_the_same_file_and_area_only() {
    let covers = |covers| PackInfo { covers, ..PackInfo::default() };
    let here = covers([10, 20, 30, 40]);
    for (other, meets) in [([25, 35, 50, 50], true), ([31, 20, 50, 40], false), ([10, 41, 30, 50], false)] {
        assert_eq!((overlap(&here, &covers(other)), overlap(&covers(other), &here)), (meets, meets), "{other:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let first = made(folder.path());
    // What the older file of that name gave.
    let older = folder.path().join("older.pmtiles");
    std::fs::copy(&first.file, &older).unwrap();
    assert_eq!(packs(folder.path()).len(), 2);
    assert_eq!(made(folder.path()), first);
    assert_eq!(files_of(folder.path()), [format!("{}.pmtiles", first.id)]);
}

#[test]
fn packs_go_with_a_copy_of_the_folder() {
    let [from, to] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    copy(from.path(), to.path()).unwrap();
    assert!(!to.path().join(FOLDER).exists(), "there was none");
    let info = made(&from.path().join(FOLDER));
    std::fs::write(from.path().join(FOLDER).join("bad.pmtiles"), b"not one").unwrap();
    copy(from.path(), to.path()).unwrap();
    let there = to.path().join(FOLDER);
    assert_eq!(files_of(&there), [format!("{}.pmtiles", info.id)]);
    assert_eq!(packs(&there), [PackInfo { file: there.join(format!("{}.pmtiles", info.id)), ..info }]);
}
