#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

pub mod overpass;
pub mod pbf;
mod versions;
pub mod xml;

use super::{Covered, End, OsmSource, Shape, ShapeOf, Takes, shapes, waiting::Waiting};
use crate::import::{
    FileFault, Format, ImportItem, ImportOptions, Source, mapping::Mapping, open, record::Builder, test_support::*,
};
use communaut_protocol::op::Kind;
use std::collections::HashSet;

const LAT: i64 = 437_300_000;
const LON: i64 = 74_200_000;
const TOKYO: (i64, i64) = (356_800_000, 1_397_600_000);

pub fn small() -> Vec<Vec<u8>> {
    vec![
        pbf::header("DenseNodes"),
        pbf::nodes(&[
            (
                1,
                LAT,
                LON,
                &[
                    ("name", "Chez Zoé"),
                    ("shop", "bakery"),
                    ("addr:street", "Rue Basse"),
                    ("addr:housenumber", "3"),
                    ("contact:phone", "+377 1"),
                    ("brand", "Le Fournil"),
                    ("type", "x"),
                ],
            ),
            (2, LAT, LON, &[("amenity", "bench")]),
            (3, LAT, LON, &[("highway", "crossing"), ("name", "no record")]),
            (4, LAT, LON, &[]),
            (5, LAT, LON + 200, &[]),
            (6, LAT + 200, LON + 200, &[]),
            (7, LAT + 200, LON, &[]),
            (8, 0, 0, &[("name", "Null Island"), ("tourism", "attraction")]),
        ]),
        pbf::ways(&[
            (
                10,
                &[4, 5, 6, 7, 4],
                &[("name", "Mairie"), ("amenity", "townhall"), ("opening_hours", "Mo-Fr 09:00-12:00")],
            ),
            (11, &[4, 5], &[("highway", "residential"), ("name", "Rue Basse")]),
            (12, &[4, 5], &[("leisure", "garden")]),
            (14, &[4, 5, 6], &[]),
            (15, &[6, 7, 4], &[]),
            (13, &[98, 99], &[("leisure", "park"), ("name", "Coupé")]),
        ]),
        pbf::relations(&[
            (20, &[14, 15, 11], &[("leisure", "park"), ("name", "Grand parc")]),
            (21, &[], &[("type", "route"), ("name", "Bus 1")]),
        ]),
    ]
}

#[test]
fn nodes_and_ways_with_a_name_are_read() {
    let got = read("a.osm.pbf", small().concat());
    assert_eq!((got.names(), got.error_text()), (vec!["Chez Zoé", "Mairie", "Grand parc"], String::new()));
    let bakery = got.records.first().unwrap();
    assert_eq!((bakery.source.as_str(), bakery.source_id.as_str(), bakery.at.as_str()), ("osm", "node/1", "node/1"));
    assert_eq!(bakery.licence, "© OpenStreetMap contributors, ODbL 1.0");
    assert_eq!(
        (bakery.address.as_str(), bakery.phone.as_str(), bakery.description.as_str()),
        ("3 Rue Basse", "+377 1", "Le Fournil")
    );
    assert_eq!(bakery.tags, ["boulangerie", "bakery", "commerce", "shop"]);
    assert_eq!((bakery.kind, bakery.lat_e7, bakery.lon_e7), (Kind::Place, 437_300_000, 74_200_000));
    let hall = got.records.get(1).unwrap();
    assert_eq!(
        (hall.source_id.as_str(), hall.kind, hall.opening_hours.as_str()),
        ("way/10", Kind::Organisation, "Mo-Fr 09:00-12:00")
    );
    assert_eq!((hall.lat_e7, hall.lon_e7), (437_300_100, 74_200_100));
    let park = got.records.get(2).unwrap();
    assert_eq!((park.source_id.as_str(), park.lat_e7, park.lon_e7), ("relation/20", 437_300_100, 74_200_100));
    assert_eq!(
        got.skipped,
        [
            "node/2: no name",
            "node/8: coordinates 0,0: nobody had measured them",
            "way/12: no name",
            "way/13: no coordinates: its nodes are not in the file",
        ]
    );
}

/// In Monaco; what only somebody's own is, and what nobody looks for by itself, is left out.
#[test]
fn what_has_no_name_is_called_by_what_it_is() {
    let toilets = ("amenity", "toilets");
    let nodes = pbf::nodes(&[
        (1, LAT, LON, &[toilets, ("wheelchair", "yes")]),
        (2, LAT, LON, &[toilets, ("access", "private")]),
        (3, LAT, LON, &[("amenity", "recycling"), ("recycling:organic", "yes"), ("recycling:glass", "no")]),
        (4, LAT, LON, &[("amenity", "bench")]),
        (5, LAT, LON, &[toilets, ("name:fr", "Toilettes du port")]),
        (6, TOKYO.0, TOKYO.1, &[toilets]),
    ]);
    let got = read("a.osm.pbf", [pbf::header("DenseNodes"), nodes].concat());
    assert_eq!(got.names(), ["Toilettes", "Recyclage", "Toilettes du port", "Restroom"]);
    assert!(got.records.iter().all(|record| record.name != "Recyclage" || record.tags.contains(&"compost".into())));
    assert!(got.records.iter().all(|record| !record.tags.contains(&"verre".into())));
    assert_eq!(got.skipped, ["node/2: no name", "node/4: no name"]);
}

/// A stop is a place, with a name or without; where its buses halt on the road is the same stop once more.
#[test]
fn stops_are_places_and_what_is_of_the_map_is_counted() {
    let stop = ("highway", "bus_stop");
    let nodes = pbf::nodes(&[
        (1, LAT, LON, &[stop, ("public_transport", "platform"), ("name", "Place d'Armes")]),
        (2, LAT, LON, &[("public_transport", "stop_position"), ("bus", "yes"), ("name", "Place d'Armes")]),
        (3, LAT, LON, &[stop]),
        (4, LAT, LON, &[("public_transport", "platform")]),
        (5, LAT, LON, &[("railway", "tram_stop"), ("public_transport", "stop_position"), ("name", "Gare")]),
        (6, LAT, LON, &[("highway", "crossing")]),
    ]);
    let ways = pbf::ways(&[(10, &[1, 2], &[("highway", "residential"), ("name", "Rue Basse")])]);
    let got = read("a.osm.pbf", [pbf::header("DenseNodes"), nodes, ways].concat());
    assert_eq!(got.names(), ["Place d'Armes", "Arrêt de bus", "Gare"]);
    assert!(got.records.iter().take(2).all(|record| record.tags.contains(&"arrêt de bus".to_owned())));
    assert_eq!(got.skipped, ["node/4: no name"]);
    assert!(got.notes.iter().any(|note| note.ends_with("which are no places: 2")), "{:?}", got.notes);
}

#[test]
fn ways_that_stand_before_their_nodes_are_found() {
    let mut blocks = small();
    blocks.swap(1, 2);
    assert_eq!(read("a.osm.pbf", blocks.concat()).names(), ["Chez Zoé", "Mairie", "Grand parc"]);
}

#[test]
fn batches_give_what_one_pass_gives() {
    // Two blocks of ways, each with one that must wait: the file is read on from where it was left.
    let mut blocks = small();
    blocks.insert(3, pbf::ways(&[(30, &[4, 6], &[("name", "Allée"), ("tourism", "viewpoint")])]));
    let (_dir, path) = file("a.osm.pbf", blocks.concat());
    let names = |ids_max| {
        let builder = Builder::new(&path, Format::OsmPbf, &ImportOptions::default(), &Mapping::default()).unwrap();
        let mut source = OsmSource::open(path.clone(), Format::OsmPbf, "a".into(), builder).unwrap();
        source.work.waiting = Waiting::of_at_most(ids_max);
        let items = std::iter::from_fn(|| source.next_item()).map(Result::unwrap);
        items
            .filter_map(|item| if let ImportItem::Record(record) = item { Some(record.name) } else { None })
            .collect::<Vec<_>>()
    };
    assert_eq!(names(0), ["Chez Zoé", "Mairie", "Allée", "Grand parc"]);
    assert_eq!(names(0), names(1_000));
}

#[test]
fn a_file_cut_anywhere_keeps_what_stands_before() {
    let blocks = small();
    let whole = blocks.concat();
    let mut ends = vec![0];
    for block in &blocks {
        ends.push(ends.last().unwrap() + block.len());
    }
    for cut in ends[1]..whole.len() {
        let got = read("a.osm.pbf", &whole[..cut]);
        let expected: &[&str] = match cut {
            cut if cut >= ends[3] => &["Chez Zoé", "Mairie"],
            cut if cut >= ends[2] => &["Chez Zoé"],
            _ => &[],
        };
        assert_eq!(got.names(), expected, "cut at {cut}");
        let error = got.error_text();
        if ends.contains(&cut) {
            assert_eq!(error, "", "nothing tells that a whole block is missing");
        } else {
            let began = ends.iter().rev().find(|end| **end < cut).unwrap();
            assert!(
                error.contains("a.osm.pbf") && error.contains(&format!("byte {began}:")) && error.contains("cut"),
                "{error}"
            );
        }
    }
}

#[test]
fn hostile_blocks_are_refused() {
    let good = small()[1].clone();
    let with = |bad: Vec<u8>| read("a.osm.pbf", [pbf::header("DenseNodes"), good.clone(), bad].concat());
    let mut table = Vec::new();
    pbf::bytes(&mut table, 1, b"");
    let dense = |ids: &[i64], lats: &[i64]| {
        let mut dense = Vec::new();
        pbf::bytes(&mut dense, 1, &pbf::deltas(ids));
        pbf::bytes(&mut dense, 8, &pbf::deltas(lats));
        pbf::bytes(&mut dense, 9, &pbf::deltas(lats));
        let mut group = Vec::new();
        pbf::bytes(&mut group, 2, &dense);
        let mut message = Vec::new();
        pbf::bytes(&mut message, 1, &table);
        pbf::bytes(&mut message, 2, &group);
        pbf::blob("OSMData", &message)
    };
    let zip_bomb_or_other = {
        let mut content = Vec::new();
        pbf::bytes(&mut content, 4, b"lzma");
        pbf::blob_of_size("OSMData", &content, content.len() as u64)
    };
    for (bad, words) in [
        (pbf::blob_of_size("OSMData", b"", 1 << 31), "too large"),
        (pbf::blob_of_size("OSMData", b"", u64::MAX), "between 0 and 32 MiB"),
        (pbf::blob_of_size("OSMData", b"", 40 << 20), "between 0 and 32 MiB"),
        (vec![0xff; 40], "not the beginning of a block"),
        (zip_bomb_or_other, "cannot be unpacked"),
        (pbf::blob("OSMData", &[0x0a, 0xff, 0xff]), "cannot be unpacked"),
        (pbf::header("Unheard-of"), "'Unheard-of'"),
    ] {
        let got = with(bad);
        assert_eq!(got.names(), ["Chez Zoé"]);
        assert!(got.error_text().contains(words) && !got.error_text().contains('\n'), "{}", got.error_text());
    }
    // Numbers that overflow: refused where overflow is checked, nonsense positions otherwise; never more records.
    let got = with(dense(&[1, i64::MAX, 5], &[i64::MAX, i64::MIN, 1]));
    assert_eq!(got.names(), ["Chez Zoé"]);
    // A type that is not known is passed over.
    let got = read("a.osm.pbf", [pbf::header("DenseNodes"), pbf::blob("Other", b"x"), good].concat());
    assert_eq!((got.names(), got.error_text()), (vec!["Chez Zoé"], String::new()));
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    let whole = small().concat();
    mutations(600, &whole, |bytes| {
        if let Ok(got) = read_with("a.osm.pbf", bytes, None) {
            check_limits(&got);
        }
    });
}

#[test]
fn monaco_is_read_whole() {
    let Some(path) = shared("monaco.osm.pbf") else { return };
    let got = drain(open(&path, &ImportOptions::default()).unwrap());
    assert_eq!(got.error_text(), "");
    let nodes = got.records.iter().filter(|r| r.source_id.starts_with("node/")).count();
    let ways = got.records.iter().filter(|r| r.source_id.starts_with("way/")).count();
    let relations = got.records.len() - nodes - ways;
    assert!(nodes + ways >= 524 && nodes >= 518 && ways >= 60 && relations >= 5, "{nodes}, {ways}, {relations}");
    let ids: HashSet<&str> = got.records.iter().map(|r| r.source_id.as_str()).collect();
    assert_eq!(ids.len(), got.records.len());
    assert!(got.records.iter().any(|r| r.tags.iter().any(|tag| tag == "boulangerie")));
    // All lie in Monaco or close by, ways as well as nodes.
    assert!(
        got.records
            .iter()
            .all(|r| (435_000_000..438_000_000).contains(&r.lat_e7) && (73_000_000..75_100_000).contains(&r.lon_e7))
    );
    assert!(got.skipped.iter().all(|why| why.ends_with(": no name")), "{:?}", got.skipped);
}

#[test]
fn monaco_cut_in_the_middle() {
    let Some(path) = shared("monaco.osm.pbf") else { return };
    let bytes = std::fs::read(path).unwrap();
    let got = read("cut.osm.pbf", &bytes[..bytes.len() / 2]);
    assert!(got.error_text().contains("cut.osm.pbf") && got.error_text().contains("it is cut"), "{}", got.error_text());
    assert!(got.records.len() > 100, "{}", got.records.len());
    // Every record comes before the fault.
    let (_dir, path) = file("cut.osm.pbf", &bytes[..bytes.len() / 2]);
    let items: Vec<_> = open(&path, &ImportOptions::default()).unwrap().collect();
    assert!(items.split_last().is_some_and(|(last, rest)| last.is_err()
        && rest.iter().all(|item| matches!(item, Ok(ImportItem::Record(_) | ImportItem::Skipped(_))))));
}

/// Keeps what it is given.
#[derive(Default)]
struct Kept {
    shapes: Vec<(String, Shape)>,
    missing: Vec<usize>,
    covered: Option<Covered>,
    calls: usize,
    calls_max: Option<usize>,
}

impl Takes for Kept {
    type What = String;
    fn covered(&mut self, covered: Covered) -> Result<(), FileFault> {
        self.covered = Some(covered);
        Ok(())
    }
    fn look<'a>(&self, _: ShapeOf, mut tags: &mut dyn Iterator<Item = (&'a str, &'a str)>) -> Option<String> {
        Iterator::find(&mut tags, |(key, _)| *key == "name").map(|(_, name)| name.to_owned())
    }
    fn take(&mut self, what: String, shape: Shape, missing: usize) -> Result<(), FileFault> {
        if what == "refused" {
            return Err(FileFault::System { said: "will not do".into() });
        }
        self.shapes.push((what, shape));
        self.missing.push(missing);
        Ok(())
    }
    fn go_on(&mut self, _: u64) -> bool {
        self.calls += 1;
        self.calls_max.is_none_or(|max| self.calls <= max)
    }
}

fn shapes_file() -> Vec<u8> {
    let mut bytes = pbf::header("DenseNodes");
    bytes.extend(pbf::nodes(&[
        (1, 430_000_000, 70_000_000, &[("name", "corner")]),
        (2, 430_000_000, 80_000_000, &[]),
        (3, 440_000_000, 80_000_000, &[]),
        (4, -10_000_000, 60_000_000, &[("natural", "tree")]),
    ]));
    bytes.extend(pbf::ways(&[
        (10, &[1, 2, 3, 1], &[("name", "area")]),
        (11, &[1, 2, 99, 3], &[("name", "line with a node that is elsewhere")]),
        (12, &[3, 2], &[]),
        (13, &[4, 1], &[("highway", "path")]),
    ]));
    bytes.extend(pbf::relations(&[(20, &[10, 98, 12], &[("name", "relation with a way that is elsewhere")])]));
    bytes
}

fn shapes_of(bytes: &[u8], ids_max: usize, calls_max: Option<usize>) -> (Result<End, String>, Kept) {
    let (_folder, path) = file("a.osm.pbf", bytes);
    let mut kept = Kept { calls_max, ..Kept::default() };
    let end = shapes::read_in_batches(&path, &mut kept, ids_max).map_err(|error| error.to_string());
    (end, kept)
}

#[test]
fn whole_shapes_are_given_in_batches_of_any_size() {
    let (a, b, c) = ((70_000_000, 430_000_000), (80_000_000, 430_000_000), (80_000_000, 440_000_000));
    let expected = [
        ("corner", Shape::Point(a)),
        ("area", Shape::Line(vec![a, b, c, a])),
        ("line with a node that is elsewhere", Shape::Line(vec![a, b, c])),
        ("relation with a way that is elsewhere", Shape::Lines(vec![vec![a, b, c, a], vec![c, b]])),
    ];
    for ids_max in [1_000_000, 100] {
        let (end, kept) = shapes_of(&shapes_file(), ids_max, None);
        assert_eq!(end, Ok(End::All));
        let got: Vec<(&str, Shape)> = kept.shapes.iter().map(|(what, shape)| (what.as_str(), shape.clone())).collect();
        assert_eq!(got, expected, "{ids_max}");
        assert_eq!(kept.missing, [0, 0, 1, 1], "a node, a way");
        // No header says it: where its nodes lie.
        assert_eq!(kept.covered, Some([60_000_000, -10_000_000, 80_000_000, 440_000_000]));
    }
}

#[test]
fn shapes_end_where_they_are_not_wanted_or_the_file_is_broken() {
    let bytes = shapes_file();
    let (_, whole) = shapes_of(&bytes, 1_000_000, None);
    for calls in 0..whole.calls {
        assert_eq!(shapes_of(&bytes, 1_000_000, Some(calls)).0, Ok(End::Stopped));
    }
    for length in 1..bytes.len() {
        let cut = bytes.get(..length).unwrap();
        let (end, kept) = shapes_of(cut, 1_000_000, None);
        assert!(end.is_ok() || end.as_ref().is_err_and(|why| why.contains("a.osm.pbf")), "{length}: {end:?}");
        assert!(kept.shapes.len() <= whole.shapes.len());
    }
    let mut refused = pbf::header("DenseNodes");
    refused.extend(pbf::nodes(&[(1, 0, 0, &[("name", "refused")])]));
    assert!(shapes_of(&refused, 100, None).0.is_err_and(|why| why.ends_with("will not do")));
}

#[test]
fn hostile_bytes_end_in_shapes_or_in_a_line() {
    mutations(300, &shapes_file(), |bytes| {
        let (end, _) = shapes_of(bytes, 100, None);
        assert!(end.is_ok() || end.is_err_and(|why| !why.contains('\n')));
    });
}
