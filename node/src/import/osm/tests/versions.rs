//! Several versions of an object, positions within ways, labels, and ids that only one file knows.

use super::{Shape, pbf};
use crate::import::{ImportOptions, open, test_support::*};
use proptest::prelude::*;

const LAT: i64 = 455_000_000;
const LON: i64 = 65_000_000;

/// An object, written one by one (a `Node`, not a `DenseNodes`).
#[derive(Debug, Clone, Default)]
struct One {
    /// 1: node, 3: way, 4: relation.
    field: u64,
    id: i64,
    /// With whether it is there still.
    version: Option<(u64, bool)>,
    tags: Vec<(&'static str, String)>,
    /// Of a node one, of a way all: latitude and longitude.
    spots: Vec<(i64, i64)>,
    refs: Vec<i64>,
    /// Role, id and kind: 0 node, 1 way.
    members: Vec<(&'static str, i64, u8)>,
}

fn node(id: i64, lat: i64, lon: i64) -> One {
    One { field: 1, id, spots: vec![(lat, lon)], ..One::default() }
}
fn way(id: i64, refs: &[i64]) -> One {
    One { field: 3, id, refs: refs.to_vec(), ..One::default() }
}
fn relation(id: i64, members: &[(&'static str, i64, u8)]) -> One {
    One { field: 4, id, members: members.to_vec(), ..One::default() }
}

impl One {
    fn named(mut self, name: &str) -> Self {
        self.tags = vec![("leisure", "park".into()), ("name", name.into())];
        self
    }
    fn version(mut self, version: u64) -> Self {
        self.version = Some((version, true));
        self
    }
    fn deleted(mut self, version: u64) -> Self {
        self.version = Some((version, false));
        self
    }
    fn lies(mut self, spots: &[(i64, i64)]) -> Self {
        self.spots = spots.to_vec();
        self
    }
}

fn block(things: &[One]) -> Vec<u8> {
    let (mut table, mut next, mut group) = (Vec::new(), 0, Vec::new());
    let mut word = |text: &str| {
        pbf::bytes(&mut table, 1, text.as_bytes());
        next += 1;
        next - 1
    };
    word("");
    for one in things {
        let mut out = Vec::new();
        pbf::number(&mut out, 1, if one.field == 1 { pbf::zigzag(one.id) } else { one.id as u64 });
        let (mut keys, mut values, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for (key, value) in &one.tags {
            pbf::varint(&mut keys, word(key));
            pbf::varint(&mut values, word(value));
        }
        pbf::bytes(&mut out, 2, &keys);
        pbf::bytes(&mut out, 3, &values);
        if let Some((version, visible)) = one.version {
            let mut info = Vec::new();
            pbf::number(&mut info, 1, version);
            pbf::number(&mut info, 6, visible.into());
            pbf::bytes(&mut out, 4, &info);
        }
        let (lats, lons): (Vec<i64>, Vec<i64>) = one.spots.iter().copied().unzip();
        match one.field {
            1 => {
                pbf::number(&mut out, 8, pbf::zigzag(lats[0]));
                pbf::number(&mut out, 9, pbf::zigzag(lons[0]));
            }
            3 => {
                pbf::bytes(&mut out, 8, &pbf::deltas(&one.refs));
                pbf::bytes(&mut out, 9, &pbf::deltas(&lats));
                pbf::bytes(&mut out, 10, &pbf::deltas(&lons));
            }
            _ => {
                one.members.iter().for_each(|(role, ..)| pbf::varint(&mut roles, word(role)));
                pbf::bytes(&mut out, 8, &roles);
                pbf::bytes(&mut out, 9, &pbf::deltas(&one.members.iter().map(|member| member.1).collect::<Vec<_>>()));
                pbf::bytes(&mut out, 10, &one.members.iter().map(|member| member.2).collect::<Vec<_>>());
            }
        }
        pbf::bytes(&mut group, one.field, &out);
    }
    let mut message = Vec::new();
    pbf::bytes(&mut message, 1, &table);
    pbf::bytes(&mut message, 2, &group);
    pbf::blob("OSMData", &message)
}

/// A street map shows the newest versions too, and nothing of what was deleted.
#[test]
fn shapes_are_those_of_the_newest_versions() {
    let corner = |id: i64, lat: i64, version: u64| node(id, lat, LON).version(version);
    let nodes = [
        corner(1, LAT, 1),
        corner(1, LAT + 5_000, 2),
        corner(2, LAT + 100, 1),
        node(3, LAT + 200, LON).named("old name").version(1),
        node(3, LAT + 300, LON).named("new name").version(2),
        node(4, LAT, LON).named("gone").version(1),
        node(4, LAT, LON).deleted(2),
        corner(5, LAT + 400, 1),
        node(5, LAT, LON).deleted(2),
    ];
    let ways = [
        way(10, &[1, 2]).named("old street").version(1),
        way(10, &[2, 1, 5]).named("new street").version(2),
        way(11, &[1, 2]).version(1),
        way(11, &[]).deleted(2),
        way(12, &[1, 2]).version(1),
        way(12, &[2, 1]).version(2),
    ];
    let relations = [relation(20, &[("", 11, 1), ("", 12, 1)]).named("area").version(3)];
    let blocks = [&nodes[..], &ways[..], &relations[..]].map(block).concat();
    let bytes = [pbf::header("HistoricalInformation"), blocks].concat();
    let kept = super::shapes_of(&bytes, 1_000_000, None).1;
    let (one, two) = ((65_000_000, 455_005_000), (65_000_000, 455_000_100));
    assert_eq!(
        kept.shapes,
        [
            ("new name".to_owned(), Shape::Point((65_000_000, 455_000_300))),
            ("new street".to_owned(), Shape::Line(vec![two, one])),
            ("area".to_owned(), Shape::Lines(vec![vec![two, one]])),
        ]
    );
    assert_eq!(kept.missing, [0, 1, 1], "a node and a way that were deleted");
}

fn read_things(blocks: &[&[One]]) -> Got {
    let blocks = blocks.iter().map(|things| block(things));
    let bytes: Vec<u8> = std::iter::once(pbf::header("HistoricalInformation")).chain(blocks).flatten().collect();
    let got = read("a.osm.pbf", bytes);
    assert_eq!((got.error_text(), got.skipped.len()), (String::new(), 0), "{:?}", got.skipped);
    got
}

fn names(things: &[One]) -> Vec<String> {
    let mut names: Vec<String> = read_things(&[things]).names().into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn the_newest_version_counts_wherever_it_stands() {
    let bar = || node(11, LAT, LON);
    assert_eq!(names(&[bar().named("old").version(1), bar().named("new").version(2)]), ["new"]);
    assert_eq!(names(&[bar().named("new").version(12), bar().named("old").version(9)]), ["new"], "in no order");
    assert_eq!(names(&[bar().named("old").version(1), node(12, LAT, LON).named("b"), bar().version(2)]), ["b"]);
    assert_eq!(names(&[bar().named("old").version(1), bar().named("old").deleted(2)]), [""; 0], "it is gone");
    assert_eq!(names(&[bar().deleted(2), bar().named("again").version(3)]), ["again"]);
    assert_eq!(names(&[bar().named("gone").deleted(7)]), [""; 0]);
    // Without versions: a mere outline says less, else the later one counts.
    assert_eq!(names(&[bar().named("a"), bar()]), ["a"]);
    assert_eq!(names(&[bar().named("a"), bar().named("b")]), ["b"]);
    // A node, a way and a relation of one number are three objects.
    let square = [node(1, LAT, LON), node(2, LAT, LON + 100), node(3, LAT + 100, LON)];
    let three = [bar().named("a"), way(11, &[1, 2, 3, 1]).named("b"), relation(11, &[("outer", 11, 1)]).named("c")];
    assert_eq!(names(&[&square[..], &three].concat()), ["a", "b", "c"]);
}

#[test]
fn positions_are_of_the_newest_version_too() {
    let old =
        [(1, 0, 0), (2, 0, 200), (3, 200, 200), (4, 200, 0)].map(|(id, y, x)| node(id, LAT + y, LON + x).version(1));
    // Two nodes went east: the square is a rectangle now; another way before that was elsewhere.
    let new = [(2, 0, 400), (3, 200, 400)].map(|(id, y, x)| node(id, LAT + y, LON + x).version(2));
    let park = way(20, &[1, 2, 3, 4, 1]).version(3);
    let ways = [way(20, &[1, 2, 3]).named("small").version(2), park.named("Parc")];
    let whole = relation(30, &[("outer", 20, 1)]).named("Grand parc").version(1);
    for nodes in [[&old[..], &new].concat(), [&new[..], &old].concat()] {
        let got = read_things(&[&nodes, &ways, std::slice::from_ref(&whole)]);
        assert_eq!(got.names(), ["Parc", "Grand parc"]);
        for record in &got.records {
            assert_eq!((record.lat_e7, record.lon_e7), (455_000_100, 65_000_200), "{}", record.name);
        }
    }
}

#[test]
fn positions_within_ways_are_enough() {
    let (a, b, c) = ((LAT, LON), (LAT, LON + 300), (LAT + 300, LON));
    let things = [
        way(61, &[51, 52, 53, 51]).lies(&[a, b, c, a]).named("Parc"),
        way(62, &[51, 52]).lies(&[a, b]),
        way(63, &[52, 53, 51]).lies(&[b, c, a]),
        relation(71, &[("outer", 61, 1)]).named("Une voie"),
        relation(72, &[("outer", 62, 1), ("outer", 63, 1)]).named("Deux voies"),
    ];
    let got = read_things(&[&things]);
    assert_eq!(got.names(), ["Parc", "Une voie", "Deux voies"]);
    assert!(got.records.iter().all(|r| (r.lat_e7, r.lon_e7) == (455_000_100, 65_000_100)), "{:?}", got.records);
}

#[test]
fn a_relation_lies_in_itself() {
    let corner = |id, y, x| node(id, LAT + y, LON + x);
    let nodes = [
        corner(1, 0, 0),
        corner(2, 0, 1_000),
        corner(3, 1_000, 1_000),
        corner(4, 1_000, 0),
        corner(5, 200, 200),
        corner(6, 200, 800),
        corner(7, 800, 800),
        corner(8, 800, 200),
        corner(9, 77, 88),
    ];
    let ways = [way(10, &[1, 2, 3]), way(11, &[3, 4, 1]), way(12, &[5, 6, 7, 8, 5])];
    let outer = [("outer", 10, 1), ("outer", 11, 1), ("inner", 12, 1)];
    let labelled = [("outer", 10, 1), ("label", 9, 0), ("outer", 11, 1)];
    let relations = [
        relation(20, &outer).named("Parc autour du lac"),
        relation(21, &labelled).named("Avec son nom"),
        relation(22, &[("", 1, 0), ("", 2, 0), ("", 9, 0)]).named("Bancs"),
    ];
    let got = read_things(&[&nodes, &ways, &relations]);
    let at: Vec<(i64, i64)> =
        got.records.iter().map(|r| (i64::from(r.lat_e7) - LAT, i64::from(r.lon_e7) - LON)).collect();
    let &[(y, x), label, bench] = at.as_slice() else { unreachable!("{at:?}") };
    let in_lake = (200..=800).contains(&y) && (200..=800).contains(&x);
    assert!((1..1_000).contains(&y) && (1..1_000).contains(&x) && !in_lake, "{y}, {x}");
    assert_eq!(label, (77, 88));
    assert_eq!(bench, (77, 88), "the one in the middle");
}

#[test]
fn ids_below_zero_are_of_their_file() {
    let bytes = |name: &str| [pbf::header("DenseNodes"), block(&[node(-1, LAT, LON).named(name)])].concat();
    let ids = |file_name: &str, name: &str| {
        let (_folder, path) = file(file_name, bytes(name));
        let got = drain(open(&path, &ImportOptions::default()).unwrap());
        (got.records[0].source.clone(), got.records[0].source_id.clone(), got.records[0].at.clone())
    };
    let one = ids("stade.osm.pbf", "Buvette");
    assert_eq!(one, ("osm".to_owned(), "stade/node/-1".to_owned(), "node/-1".to_owned()));
    assert_eq!(one, ids("stade.osm.pbf", "Buvette du stade"), "corrected");
    assert_ne!(one.1, ids("port.osm.pbf", "Buvette").1);
    // As editors write them: counting away from zero is in order, and nothing is lost where it is not.
    let three = |order: [i64; 3]| names(&order.map(|id| node(id, LAT, LON).named(&id.to_string())));
    assert_eq!(
        (three([-1, -2, 3]), three([-2, -1, 3])),
        (vec!["-1".into(), "-2".into(), "3".into()], three([3, -1, -2]))
    );
}

proptest! {
    #![proptest_config(cases(60))]
    /// However versions stand in a file: of each object the newest is given, once.
    #[test]
    fn of_each_object_the_newest(versions in prop::collection::vec((0_i64..4, 1_u64..5, any::<bool>()), 0..12)) {
        let mut newest = std::collections::BTreeMap::new();
        let mut things = Vec::new();
        for (id, version, there) in versions {
            // The same version twice would be two truths.
            if things.iter().any(|one: &One| (one.id, one.version.map(|said| said.0)) == (id, Some(version))) {
                continue;
            }
            let name = format!("{id} {version}");
            let one = node(id, LAT, LON).named(&name);
            things.push(if there { one.version(version) } else { one.deleted(version) });
            let best = newest.entry(id).or_insert((version, there, name.clone()));
            if best.0 < version {
                *best = (version, there, name);
            }
        }
        let expected: Vec<String> = newest.into_values().filter(|best| best.1).map(|best| best.2).collect();
        prop_assert_eq!(names(&things), expected);
    }
}
