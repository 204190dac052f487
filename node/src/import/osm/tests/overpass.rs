//! The JSON of Overpass.

use super::small;
use crate::import::{Format, ImportRecord, open, test_support::*};

const HEAD: &str = r#"{"version":0.6,"generator":"Overpass API","osm3s":{"copyright":"ODbL"},"elements":["#;

pub fn of(elements: &[&str]) -> String {
    format!("{HEAD}\n{}\n]}}", elements.join(",\n"))
}

fn one(elements: &[&str]) -> ImportRecord {
    let got = read("a.json", of(elements));
    assert_eq!((got.records.len(), got.error_text()), (1, String::new()), "{:?}", got.skipped);
    got.records[0].clone()
}

#[test]
fn it_is_known_by_its_content() {
    let node = r#"{"type":"node","id":1,"lat":45.5,"lon":6.5,"tags":{"amenity":"cafe","name":"A"}}"#;
    for name in ["a.json", "interpreter", "a.geojson", "a.ndjson"] {
        assert_eq!(read(name, of(&[node])).names(), ["A"], "{name}");
    }
    let bare = format!("{{ \"version\": \"0.6\",\n \"elements\" : [ {node} ] }}");
    let (_folder, path) = file("a", bare);
    let reader = open(&path, &Default::default()).unwrap();
    assert_eq!(reader.format(), Format::Overpass);
    assert_eq!(drain(reader).names(), ["A"]);
    assert_eq!(read("a.json", of(&[])).records.len(), 0);
    let features = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"elements":[1]}}]}"#;
    let (_folder, path) = file("a.json", features);
    assert_eq!(open(&path, &Default::default()).unwrap().format(), Format::GeoJson);
    assert!(refusal("a.csv", of(&[node])).contains("holds JSON of Overpass"));
}

/// The same objects out of a PBF file and out of Overpass are the same records.
#[test]
fn the_same_as_out_of_a_pbf() {
    let json = of(&[
        r#"{"type":"node","id":1,"lat":43.73,"lon":7.42,"version":3,"tags":{"shop":"bakery","name":"Chez Zoé",
            "addr:street":"Rue Basse","addr:housenumber":"3","contact:phone":"+377 1","brand":"Le Fournil"}}"#,
        r#"{"type":"node","id":4,"lat":43.73,"lon":7.42}"#,
        r#"{"type":"node","id":5,"lat":43.73,"lon":7.42002}"#,
        r#"{"type":"node","id":6,"lat":43.73002,"lon":7.42002}"#,
        r#"{"type":"node","id":7,"lat":43.73002,"lon":7.42}"#,
        r#"{"type":"way","id":10,"nodes":[4,5,6,7,4],
            "tags":{"amenity":"townhall","name":"Mairie","opening_hours":"Mo-Fr 09:00-12:00"}}"#,
        r#"{"type":"way","id":14,"nodes":[4,5,6]}"#,
        r#"{"type":"way","id":15,"nodes":[6,7,4]}"#,
        r#"{"type":"way","id":11,"nodes":[4,5]}"#,
        r#"{"type":"relation","id":20,"members":[{"type":"way","ref":14,"role":""},{"type":"way","ref":15,"role":""},
            {"type":"way","ref":11,"role":"inner"}],"tags":{"leisure":"park","name":"Grand parc"}}"#,
    ]);
    let (json, pbf) = (read("a.json", json), read("a.osm.pbf", small().concat()));
    assert_eq!(json.error_text(), "");
    assert_eq!(json.records, pbf.records);
}

#[test]
fn positions_in_all_the_ways_that_overpass_writes_them() {
    let tags = r#""tags":{"leisure":"park","name":"Parc"}"#;
    let place = |elements: &[&str]| {
        let record = one(elements);
        (record.lat_e7, record.lon_e7)
    };
    let center = format!(r#"{{"type":"way","id":2,"center":{{"lat":45.91,"lon":6.13}},"nodes":[1,2,1],{tags}}}"#);
    assert_eq!(place(&[&center]), (459_100_000, 61_300_000));
    let bounds = r#""bounds":{"minlat":45,"minlon":6,"maxlat":46,"maxlon":7}"#;
    let only_bounds = format!(r#"{{"type":"relation","id":3,{bounds},{tags}}}"#);
    assert_eq!(place(&[&only_bounds]), (455_000_000, 65_000_000));
    let across = format!(
        r#"{{"type":"relation","id":3,"bounds":{{"minlat":-17,"minlon":179,"maxlat":-16,"maxlon":-177}},{tags}}}"#
    );
    assert_eq!(place(&[&across]), (-165_000_000, -1_790_000_000));
    // Where it lies is better than its middle; what lies outside of what was asked for is not said.
    let ring = r#"[{"lat":45,"lon":6},{"lat":45,"lon":9},{"lat":48,"lon":6},null,{"lat":45,"lon":6}]"#;
    let geometry = format!(r#"{{"type":"way","id":2,{bounds},"nodes":[1,2,3,9,1],"geometry":{ring},{tags}}}"#);
    assert_eq!(place(&[&geometry]), (460_000_000, 70_000_000));
    let members = format!(
        r#"{{"type":"relation","id":3,{bounds},"members":[{{"type":"way","ref":9,"role":"outer","geometry":{ring}}},
        {{"type":"node","ref":8,"lat":1.5,"lon":2.5,"role":"entrance"}}],{tags}}}"#
    );
    assert_eq!(place(&[&members]), (460_000_000, 70_000_000));
    assert_eq!(place(&[&members.replace("entrance", "label")]), (15_000_000, 25_000_000));
    // The nodes stand after what they are of, and once more what has tags, without them.
    let skeleton = [
        format!(r#"{{"type":"way","id":2,"nodes":[1,2,3,1],{tags}}}"#),
        r#"{"type":"node","id":1,"lat":45,"lon":6}"#.to_owned(),
        r#"{"type":"node","id":2,"lat":45,"lon":9}"#.to_owned(),
        r#"{"type":"node","id":3,"lat":48,"lon":6}"#.to_owned(),
        r#"{"type":"way","id":2,"nodes":[1,2,3,1]}"#.to_owned(),
    ];
    assert_eq!(place(&skeleton.each_ref().map(String::as_str)), (460_000_000, 70_000_000));
}

#[test]
fn what_is_wrong_is_told_and_passed_over() {
    let good = r#"{"type":"node","id":1,"lat":45.5,"lon":6.5,"tags":{"amenity":"cafe","name":"A","ele":12}}"#;
    let deep = format!(r#"{{"type":"node","id":2,"x":{}{}}}"#, "[".repeat(10_000), "]".repeat(10_000));
    let long = format!(r#"{{"type":"node","id":3,"x":"{}"}}"#, "x".repeat(9 << 20));
    let got = read(
        "a.json",
        of(&[
            r#"{"type":"count","id":0,"tags":{"total":"7"}}"#,
            r#"{"type":"node","id":"x"}"#,
            &long,
            &deep,
            r#"{"type":"node","id":4,"lat":95.5,"lon":6.5,"tags":{"amenity":"cafe","name":"B"}}"#,
            r#"{"type":"way","id":5,"nodes":[1,7],"tags":{"amenity":"bench"}}"#,
            r#"{"type":"way","id":6,"nodes":[7],"tags":{"amenity":"cafe","name":"C"}}"#,
            good,
            "7",
        ]),
    );
    assert_eq!((got.names(), got.error_text()), (vec!["A"], String::new()));
    let expected = [
        "element 2 (line 3): not an object",
        "element 3 ",
        "node/4: no coordinates",
        "way/5: no name",
        "element 9 ",
        "way/6",
    ];
    for part in expected {
        assert!(got.skipped.iter().any(|why| why.contains(part)), "{part}: {:?}", got.skipped);
    }
    let cut = of(&[good, good]);
    let got = read("a.json", &cut[..cut.len() - 9]);
    assert!(got.names() == ["A"] && got.error_text().contains("cut"), "{}", got.error_text());
}

#[test]
fn a_query_that_broke_off_is_told() {
    let text = format!("{HEAD}],\n\"remark\": \"runtime error: Query timed out in \\\"query\\\" at line 3\"}}");
    let got = read("a.json", text);
    assert!(got.notes[0].contains("not whole: runtime error: Query timed out in \"query\""), "{:?}", got.notes);
    let text = "<osm version='0.6'><note>The data is ODbL</note><remark> runtime error: out of memory </remark></osm>";
    assert!(read("a.osm", text).notes[0].contains("runtime error: out of memory"));
    assert!(read("a.json", of(&[])).notes.is_empty());
}

#[test]
fn bytes_changed_at_random_do_no_harm() {
    let text = of(&[
        r#"{"type":"node","id":1,"lat":45,"lon":6,"tags":{"amenity":"cafe","name":"A"}}"#,
        r#"{"type":"way","id":2,"nodes":[1,1],"geometry":[{"lat":45,"lon":6}],"tags":{"shop":"x","name":"B"}}"#,
        r#"{"type":"relation","id":3,"members":[{"type":"way","ref":2,"role":"outer"}],"tags":{"shop":"x"}}"#,
    ]);
    mutations(400, text.as_bytes(), |bytes| {
        if let Ok(got) = read_with("a.json", bytes, None) {
            check_limits(&got);
        }
    });
}

/// Every name that people may look for is kept, in its language, on the last line of the description.
#[test]
fn all_names_are_kept() {
    let names = r#"{"type":"node","id":1,"lat":51.5,"lon":-0.1,"tags":{"amenity":"pub","name":"The Old Bell",
        "name:fr":"La Vieille Cloche","name:zh-Hans":"老钟","name:etymology":"a bell","alt_name":"Bell;Ye Old Bell",
        "old_name":"Swan","int_name":"Old Bell","loc_name":"Belly","short_name":"OB","official_name":"Bell Inn",
        "name:en":"The Old Bell","alt_name:fr":"La Cloche","phone":"1;2","description":"Bar."}}"#;
    let got = one(&[names]);
    assert_eq!(got.name, "The Old Bell");
    let last = got.description.lines().next_back().unwrap_or_default();
    let mut kept: Vec<&str> = last.split(" · ").collect();
    kept.sort_unstable();
    let mut expected = [
        "Bell",
        "Ye Old Bell",
        "Swan",
        "Old Bell",
        "Belly",
        "OB",
        "Bell Inn",
        "La Cloche",
        "La Vieille Cloche [fr]",
        "老钟 [zh]",
    ];
    expected.sort_unstable();
    assert_eq!(kept, expected);
    // What has a name in languages alone is called by one of them.
    let named = r#"{"type":"node","id":2,"lat":51.5,"lon":-0.1,"tags":{"amenity":"pub","name:en":"Swan",
        "name:fr":"Le Cygne"}}"#;
    let got = one(&[named]);
    assert_eq!((got.name.as_str(), got.description.as_str()), ("Le Cygne", "Swan [en]"));
}
