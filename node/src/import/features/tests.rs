#![allow(clippy::unwrap_used, reason = "a failure here is the test's")]

use crate::import::{Format, ImportOptions, open, test_support::*};
use communaut_protocol::op::Kind;

fn feature(name: &str) -> String {
    let point = r#"{"type":"Point","coordinates":[7.42,43.73]}"#;
    format!(r#"{{"type":"Feature","geometry":{point},"properties":{{"nom":"{name}"}}}}"#)
}

#[test]
fn a_collection_is_read() {
    let text = concat!(
        r#"{"bbox":[7,43,8,44],"type":"FeatureCollection","features":[
      {"type":"Feature","id":12,"geometry":{"type":"Point","coordinates":[7.42,43.73]},
       "properties":{"Nom":"Café","téléphone":"01","tags":["Bar","Vin"],"places":12,"ouvert":true,"note":null}},
      {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44],[7,44],[7,43]]]},"#,
        r#""properties":{"name":"Aire"}},
      {"type":"Feature","geometry":null,"properties":{"name":"Nulle part"}},
      {"type":"Feature","geometry":null,"properties":{"name":"Ailleurs","lat":43.7,"lon":"7,4"}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[7.42]},"properties":{"name":"x"}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[7.42,43.73]},"properties":null},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[43.73,107.42]},"properties":{"name":"x"}},
      {"type":"Feature", oops},
      7
    ]}"#
    );
    let got = read("a.geojson", text);
    assert_eq!(got.names(), ["Café", "Aire", "Ailleurs"]);
    let first = got.records.first().unwrap();
    assert_eq!((first.source_id.as_str(), first.phone.as_str(), first.at.as_str()), ("12", "01", "feature 1 (line 2)"));
    assert_eq!(first.tags, ["bar", "vin"]);
    assert_eq!(got.records.get(1).map(|r| (r.lat_e7, r.lon_e7)), Some((435_000_000, 75_000_000)));
    assert_eq!(got.records.get(2).map(|r| (r.lat_e7, r.lon_e7)), Some((437_000_000, 74_000_000)));
    let expected =
        ["feature 3 (line 5): no coordinates", "feature 5 ", "no name", "swapped", "not valid JSON", "not a Feature"];
    for (why, part) in got.skipped.iter().zip(expected) {
        assert!(why.contains(part), "{why}");
    }
    assert_eq!((got.skipped.len(), got.error), (expected.len(), None));
}

#[test]
fn one_feature_is_read() {
    for name in ["a.geojson", "a.json", "a"] {
        assert_eq!(read(name, feature("A")).names(), ["A"]);
    }
    assert!(read("a.json", r#"{"type":"Topology","objects":{}}"#).skipped.iter().all(|why| why.contains("TopoJSON")));
    assert_eq!(read("a.json", r#"{"type":"FeatureCollection","features":[]}"#).records.len(), 0);
}

#[test]
fn lines_are_read() {
    let text = format!(
        "{}\n\n{}\r\nnot json\n\u{1e}{}\n{{\"type\":\"Point\",\"coordinates\":[1,2]}}\n",
        feature("A"),
        feature("B"),
        feature("C")
    );
    for name in ["a.geojsonl", "a.ndjson", "a.jsonl", "a.geojson", "a.json"] {
        let got = read(name, &text);
        assert_eq!(got.names(), ["A", "B", "C"], "{name}");
        assert_eq!(got.skipped.len(), 2);
        assert!(
            got.skipped
                .iter()
                .zip(["line 4: not valid JSON", "line 6: a 'Point'"])
                .all(|(why, part)| why.contains(part))
        );
    }
    assert_eq!(read("a.ndjson", feature("A")).names(), ["A"]);
}

#[test]
fn a_collection_named_as_lines_is_read_as_a_collection() {
    let text = format!("{{\n\"type\":\"FeatureCollection\",\"features\":[\n{},\n{}]}}", feature("A"), feature("B"));
    assert_eq!(read("a.ndjson", &text).names(), ["A", "B"]);
    assert_eq!(read("a.ndjson", text.replace('\n', "")).names(), ["A", "B"]);
}

#[test]
fn many_lines_beyond_the_head_are_known_by_their_content() {
    let (_dir, path) = file("a.json", format!("{}\n", feature(&"A".repeat(100))).repeat(1_000));
    let reader = open(&path, &ImportOptions::default()).unwrap();
    assert_eq!(reader.format(), Format::GeoJsonLines);
    assert_eq!(drain(reader).records.len(), 1_000);
}

#[test]
fn a_cut_collection_keeps_its_good_features_wherever_it_is_cut() {
    let whole = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[\n{},\n{},\n{}\n]}}",
        feature("A"),
        feature("B"),
        feature("C")
    );
    assert_eq!(read("a.geojson", &whole).records.len(), 3);
    let start = whole.find('\n').unwrap();
    for cut in start..whole.len() {
        let part = whole.get(..cut).unwrap();
        let got = read("a.geojson", part);
        let complete = ["A", "B", "C"].iter().filter(|name| part.contains(&format!("\"{name}\"}}}}"))).count();
        let error = got.error_text();
        assert!(error.contains("a.geojson") && error.contains("line ") && error.contains("cut"), "{part}: {error}");
        // What ends just where the file does may or may not be given; nothing else is lost.
        assert!(got.records.len() == complete || got.records.len() + 1 == complete, "{part}");
        assert!(got.skipped.is_empty(), "{:?}", got.skipped);
    }
}

#[test]
fn a_cut_line_is_told() {
    let text = format!("{}\n{}", feature("A"), feature("B"));
    for cut in feature("A").len() + 2..text.len() {
        let got = read("a.ndjson", text.get(..cut).unwrap());
        assert_eq!(got.names(), ["A"]);
        assert!(got.error_text().contains("line 2") && got.error_text().contains("cut"), "{}", got.error_text());
    }
}

#[test]
fn an_export_of_openstreetmap_keeps_its_meaning() {
    let text = concat!(
        r#"{"type":"FeatureCollection","features":["#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[7.42,43.73]},
      "properties":{"@id":"node/7","name":"Chez Zoé","shop":"bakery","addr:housenumber":"3","#,
        r#""addr:street":"Rue Basse","contact:phone":"+377"}},
      {"type":"Feature","geometry":{"type":"Point","coordinates":[7.42,43.73]},"#,
        r#""properties":{"tags":{"name":"Ligue","office":"ngo"}}}]}"#
    );
    let got = read("a.geojson", text);
    let first = got.records.first().unwrap();
    assert_eq!(
        (first.source_id.as_str(), first.address.as_str(), first.phone.as_str()),
        ("node/7", "3 Rue Basse", "+377")
    );
    assert!(first.tags.iter().any(|tag| tag == "boulangerie") && first.kind == Kind::Place);
    assert_eq!(got.records.get(1).map(|r| (r.name.as_str(), r.kind)), Some(("Ligue", Kind::Organisation)));
}

#[test]
fn a_feature_of_ten_megabytes_is_left_out() {
    let big = feature(&"x".repeat(10 << 20));
    let text = format!("{{\"type\":\"FeatureCollection\",\"features\":[{},{big},{}]}}", feature("A"), feature("B"));
    let got = read("a.geojson", text);
    assert_eq!(got.names(), ["A", "B"]);
    assert_eq!(got.skipped, ["feature 2 (line 1): larger than 8 MiB"]);
    let got = read("a.ndjson", format!("{}\n{big}\n{}\n", feature("A"), feature("B")));
    assert_eq!(got.names(), ["A", "B"]);
    assert_eq!(got.skipped, ["line 2: larger than 8 MiB"]);
}

#[test]
fn brackets_without_end_do_not_harm() {
    let deep = format!("{{\"features\":[{}", "[".repeat(1_000_000));
    assert!(read("a.geojson", deep).error_text().contains("cut"));
    let nested = format!("{{\"features\":[{}{}]}}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(read("a.geojson", nested).skipped.len(), 1);
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    let area = concat!(
        r#"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[7,43],[8,43],[8,44],[7,43]]]},"#,
        r#""properties":{"name":"Aire"}}"#
    );
    let whole = format!("{{\"type\":\"FeatureCollection\",\"features\":[{},\n{area}]}}", feature("A"));
    for (name, text) in [("a.geojson", whole), ("a.ndjson", format!("{}\n{area}\n", feature("A")))] {
        mutations(300, text.as_bytes(), |bytes| {
            if let Ok(got) = read_with(name, bytes, None) {
                check_limits(&got);
            }
        });
    }
}

#[test]
fn a_file_says_its_system() {
    let at = |crs: &str, x: f64, y: f64| {
        format!(
            r#"{{"type":"FeatureCollection",{crs}"features":[{{"type":"Feature","properties":{{"nom":"A"}},
            "geometry":{{"type":"Point","coordinates":[{x},{y}]}}}}]}}"#
        )
    };
    let said = |name: &str| format!(r#""crs":{{"type":"name","properties":{{"name":"{name}"}}}},"#);
    for (crs, x, y, note) in [
        (said("urn:ogc:def:crs:EPSG::2154"), 652_469.02, 6_862_035.26, "EPSG:2154"),
        (said("EPSG:32631"), 452_482.53, 5_411_717.18, "EPSG:32631"),
        (said("urn:ogc:def:crs:OGC:1.3:CRS84"), 2.3522, 48.8566, ""),
        (String::new(), 652_469.02, 6_862_035.26, "as their numbers show"),
    ] {
        let got = read("a.geojson", at(&crs, x, y));
        let record = got.records.first().unwrap_or_else(|| unreachable!("{crs}: {:?}", got.skipped));
        assert!((record.lat_e7 - 488_566_000).abs() < 500 && (record.lon_e7 - 23_522_000).abs() < 500, "{record:?}");
        assert!(got.notes.iter().all(|said| said.contains(note)) && got.notes.is_empty() == note.is_empty());
    }
    let why = refusal("a.geojson", at(&said("EPSG:99999"), 1.0, 2.0));
    assert!(why.contains("EPSG:99999") && why.contains("convert"), "{why}");
}

#[test]
fn a_whole_file_is_swapped() {
    let one = |lat: f64, lon: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"nom":"A{lat}","commune":"Lyon","code_postal":"69001"}},
            "geometry":{{"type":"Point","coordinates":[{lat},{lon}]}}}}"#
        )
    };
    let all: Vec<String> = [(45.764, 4.8357), (45.75, 4.85), (45.77, 4.88)].iter().map(|(a, b)| one(*a, *b)).collect();
    let got = read("a.geojson", format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, all.join(",")));
    assert!(got.records.len() == 3 && got.records.iter().all(|r| r.lat_e7 > 450_000_000 && r.lon_e7 < 50_000_000));
    assert!(got.notes.iter().any(|note| note.contains("swapped in the whole file")), "{:?}", got.notes);
}

/// For the preview: what each property is taken for.
#[test]
fn properties_are_told_with_their_meaning() {
    let (_folder, path) = file("a.geojson", feature("A").replace("\"nom\"", "\"couleur\":\"bleu\",\"nom\""));
    let mut reader = open(&path, &ImportOptions::default()).unwrap();
    assert_eq!(reader.by_ref().count(), 1);
    let told: Vec<_> = reader.columns().into_iter().map(|column| (column.name, column.meaning)).collect();
    assert_eq!(told, [("couleur".to_owned(), None), ("nom".to_owned(), Some("name".to_owned()))]);
}
