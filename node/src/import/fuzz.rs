//! Every reader against every kind of bytes: none panics, each ends, what it gives keeps the protocol's limits, and its
//! words are one line. The samples are those of the readers' own tests.
#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use super::{calendar, marks, objects, osm, sheets, test_support::*};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Bytes of a sample that are cut one by one; of a longer one each seventh.
const EACH_BYTE: usize = 1_500;
/// Cases of each property and format.
const CASES: u32 = 48;
/// Brackets and tags within one another.
const DEEP: usize = 10_000;

const CSV: &str = "id;nom;latitude;longitude;adresse;date;horaires\n1;\"Four \"\"à\"\" pain\";43,73;7,42;\
    \"3 rue\nBayle\";12/03/2026;9h-12h\n2;Moulin;43,74;7,43;;le 14 mars 2026;\n";
const TSV: &str = "TYPE\tADRESSE\tgeo_point_2d\tdisp_j\tdisp_h\nTOILETTE\t3 rue Bayle\t42.96, 1.60\t7j/7\t24h/24\n";
const FEATURE: &str = r#"{"type":"Feature","id":"node/12","properties":{"name":"Four","shop":"bakery",
    "date":"2026-03-12"},"geometry":{"type":"MultiPolygon","coordinates":[[[[1,42],[2,42],[2,43],[1,43],[1,42]]]]}}"#;

/// A file of each format, by its name.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let feature = FEATURE.replace('\n', " ");
    let node = r#"{"type":"node","id":12,"lat":42.9,"lon":1.6,"tags":{"name":"Four","shop":"bakery"}}"#;
    let way = r#"{"type":"way","id":13,"center":{"lat":42.9,"lon":1.6},"tags":{"name":"Parc","leisure":"park"}}"#;
    vec![
        ("a.csv", CSV.into()),
        ("a.tsv", TSV.into()),
        ("a.xlsx", sheets::tests::xlsx(sheets::tests::SHEET)),
        ("a.ods", sheets::tests::ods(sheets::tests::CONTENT)),
        ("a.geojson", format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#).into()),
        ("a.geojsonl", format!("{feature}\n\u{1e}{feature}\n").into()),
        ("overpass.json", osm::tests::overpass::of(&[node, way]).into()),
        ("a.osm", osm::tests::xml::SMALL.into()),
        ("a.osm.pbf", osm::tests::small().concat()),
        ("a.kml", marks::tests::KML.into()),
        ("a.kmz", archive(&[("doc.kml", marks::tests::KML.as_bytes()), ("a.png", b"x")], true)),
        ("a.gpx", marks::tests::GPX.into()),
        ("a.ics", calendar::tests::calendar(&[calendar::tests::FETE]).into()),
        ("communecter.json", objects::tests::communecter::LIST.into()),
        ("a.jsonld", objects::tests::linked::GRAPH.into()),
        ("murmurations.json", objects::tests::murmurations::INDEX.into()),
        ("wikidata.json", objects::tests::wikidata::RESULTS.into()),
    ]
}

/// Read to the end, which there is; what comes out is within limits, and no more than bytes can say.
fn survives(name: &str, bytes: &[u8]) -> Option<Got> {
    match read_with(name, bytes, None) {
        Ok(got) => {
            check_limits(&got);
            Some(got)
        }
        Err(error) => {
            let said = error.to_string();
            assert!(!said.contains('\n') && said.len() < 2_000, "{name}: {said}");
            None
        }
    }
}

/// One change of some bytes.
#[derive(Debug, Clone)]
enum Change {
    Put(Index, u8),
    Drop(Index),
    Insert(Index, Vec<u8>),
    /// A part of it again, elsewhere.
    Copy(Index, Index, Index),
    /// A number of it is another one.
    Number(Index, u64),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = || any::<Index>();
    let one = prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Change::Put(at, byte)),
        index().prop_map(Change::Drop),
        (index(), vec(prop_oneof![any::<u8>(), prop::sample::select(b"\"'<>{}[],;:\n\\\0&".to_vec())], 1..6))
            .prop_map(|(at, bytes)| Change::Insert(at, bytes)),
        (index(), index(), index()).prop_map(|(from, to, at)| Change::Copy(from, to, at)),
        (index(), any::<u64>()).prop_map(|(at, number)| Change::Number(at, number)),
    ];
    vec(one, 1..8)
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let long = bytes.len();
        match change {
            Change::Put(at, byte) => bytes[at.index(long)] = *byte,
            Change::Drop(at) => drop(bytes.remove(at.index(long))),
            Change::Insert(at, more) => drop(bytes.splice(at.index(long)..at.index(long), more.iter().copied())),
            Change::Copy(from, to, at) => {
                let (from, to) = (from.index(long).min(to.index(long)), from.index(long).max(to.index(long)));
                let part = bytes[from..to].to_vec();
                bytes.splice(at.index(long)..at.index(long), part);
            }
            Change::Number(at, number) => {
                let digits: Vec<usize> = (0..long).filter(|at| bytes[*at].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let at = digits[at.index(digits.len())];
                    bytes.splice(at..=at, number.to_string().into_bytes());
                }
            }
        }
    }
    bytes
}

#[test]
fn the_samples_are_read() {
    for (name, bytes) in samples() {
        let got = survives(name, &bytes).unwrap();
        assert!(!got.records.is_empty() && got.error.is_none(), "{name}: {got:?}");
    }
}

/// Cut, each gives no record that the whole file does not give.
#[test]
fn cut_at_every_place_each_ends() {
    for (name, bytes) in samples() {
        let whole = survives(name, &bytes).unwrap().records.len();
        let step = if bytes.len() > EACH_BYTE { 7 } else { 1 };
        for at in (0..bytes.len()).step_by(step) {
            let records = survives(name, &bytes[..at]).map_or(0, |got| got.records.len());
            assert!(records <= whole, "{name} cut at {at}: {records}");
        }
    }
}

#[test]
fn ten_thousand_within_one_another() {
    let json = |open: &str, close: &str| format!("{}{}", open.repeat(DEEP), close.repeat(DEEP));
    for (name, bytes) in samples() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (before, after) = text.split_at(text.floor_char_boundary(text.len() / 2));
        for deep in [
            json("[", "]"),
            json("{\"a\":", "}"),
            json("<a>", "</a>"),
            "\"".repeat(DEEP),
            "BEGIN:VEVENT\r\n".repeat(DEEP),
            "((".repeat(DEEP),
        ] {
            survives(name, deep.as_bytes());
            survives(name, format!("{before}{deep}{after}").as_bytes());
        }
    }
}

/// In other encodings than they say: what is text is read or refused, and never as other letters than one can see.
#[test]
fn in_wrong_encodings() {
    for (name, bytes) in samples() {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let wide = |big: bool| {
            let one = move |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
            text.encode_utf16().flat_map(one).collect::<Vec<u8>>()
        };
        let marked = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
        for bytes in [
            wide(false),
            wide(true),
            marked(b"\xff\xfe", &wide(false)),
            marked(b"\xfe\xff", &wide(true)),
            marked(b"\xef\xbb\xbf", text.as_bytes()),
            marked(b"\xef\xbb\xbf", &wide(true)),
            marked(b"\xff\xfe", text.as_bytes()),
            encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
            encoding_rs::MACINTOSH.encode(&text).0.into_owned(),
            encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
        ] {
            survives(name, &bytes);
        }
    }
}

proptest! {
    #![proptest_config(cases(CASES))]

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..600)) {
        for (name, sample) in samples() {
            survives(name, &bytes);
            // Behind a beginning by which it is taken for what its name says.
            let start = sample.get(..sample.len().min(60)).unwrap_or_default();
            survives(name, &[start, bytes.as_slice()].concat());
        }
    }

    #[test]
    fn samples_changed(changes in changes()) {
        for (name, sample) in samples() {
            survives(name, &changed(sample, &changes));
        }
    }

    /// Pieces of samples of all formats, one after the other.
    #[test]
    fn pieces_of_samples(pieces in vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..8)) {
        let all = samples();
        for (name, _) in &all {
            let of = |(which, from, to): &(Index, Index, Index)| {
                let (_, bytes) = &all[which.index(all.len())];
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                bytes[from.min(to)..from.max(to)].to_vec()
            };
            survives(name, &pieces.iter().flat_map(of).collect::<Vec<u8>>());
        }
    }
}
