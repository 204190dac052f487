use super::{short, survives, twice};
use communaut_protocol::op::Kind;

pub const GRAPH: &str = r#"{"@context": "https://schema.org", "@graph": [
 {"@type": "WebPage", "@id": "https://bakery.example/", "name": "Accueil"},
 {"@type": ["Bakery", "Store"], "@id": "https://bakery.example/#shop", "name": "Le Fournil",
  "telephone": "03 20 00 00 03",
  "address": {"@type": "PostalAddress", "streetAddress": "3 rue du Port", "postalCode": "59000",
  "addressLocality": "Lille"},
  "geo": {"@type": "GeoCoordinates", "latitude": "50.6292", "longitude": 3.0573}, "url": "https://bakery.example",
  "openingHoursSpecification": [{"dayOfWeek": ["Monday", "https://schema.org/Tuesday"], "opens": "07:00",
  "closes": "13:00"}],
  "event": {"@type": "MusicEvent", "name": "Concert", "startDate": "2026-03-01T20:00:00+01:00",
   "location": {"@type": "Place", "name": "Salle", "geo": {"latitude": 50.63, "longitude": 3.06}}}},
 {"@type": "NGO", "@id": "_:b0", "name": "Les Amis", "location": [{"@type": "VirtualLocation"}, {"@type": "Place",
  "geo": {"latitude": 50.64, "longitude": 3.07}}]},
 {"@type": "Person", "name": "Ada"}
]}"#;

#[test]
fn a_graph_with_what_stands_inside() {
    let got = twice("site.jsonld", GRAPH);
    let [shop, concert, friends] = got.records.as_slice() else { unreachable!("{:?}", got.skipped) };
    assert_eq!(short(&got)[0], (Kind::Place, "https://bakery.example/#shop", 506_292_000, 30_573_000));
    assert_eq!((shop.source.as_str(), shop.opening_hours.as_str()), ("site", "Mo,Tu 07:00-13:00"));
    assert!(shop.address.starts_with("3 rue du Port") && shop.tags.contains(&"bakery".to_owned()), "{shop:?}");
    let when = concert.when.as_ref().unwrap();
    assert_eq!((concert.kind, when.start_ms, when.offset), (Kind::Event, 1_772_391_600_000, Some(60)));
    assert_eq!((concert.lat_e7, concert.has_id), (506_300_000, false));
    assert_eq!((friends.kind, friends.lat_e7, friends.has_id), (Kind::Organisation, 506_400_000, false));
    let skipped = got.skipped.join("\n");
    assert!(skipped.contains("a 'WebPage'") && skipped.contains("a person"), "{skipped}");
}

#[test]
fn one_object_and_a_list_with_prefixed_names() {
    let one = r#"{"@context": {"schema": "https://schema.org/"}, "@type": "schema:Place", "schema:name": "Lavoir",
        "schema:geo": {"schema:latitude": 50.6, "schema:longitude": 3.05}}"#;
    assert_eq!(twice("a.jsonld", one).names(), ["Lavoir"]);
    let days = r#"[{"@context": "https://schema.org", "@type": "Festival", "name": "Fête", "startDate": "2026-06-20",
        "endDate": "2026-06-21", "location": {"geo": {"latitude": 50.6, "longitude": 3.05}}}]"#;
    let got = twice("a.json", days);
    let when = got.records.first().and_then(|record| record.when.clone()).unwrap();
    assert!(when.whole_days && when.end_ms - when.start_ms == 2 * 86_400_000, "{when:?}");
}

#[test]
fn hostile_files_do_no_harm() {
    survives("a.jsonld", GRAPH);
}

/// Where a thing is may be said elsewhere in the document, before it or behind.
#[test]
fn what_is_referred_to_is_found() {
    let text = r##"{"@context": "https://schema.org", "@graph": [
     {"@type": "Event", "@id": "#bal", "name": "Bal", "startDate": "2026-03-01", "location": {"@id": "#salle"}},
     {"@type": "Event", "@id": "#fete", "name": "Fête", "startDate": "2026-03-01", "location": "#place"},
     {"@type": "Event", "@id": "#loto", "name": "Loto", "startDate": "2026-03-01", "location": [{"@id": "#ailleurs"}]},
     {"@type": "Place", "@id": "#salle", "name": "Salle", "address": {"@id": "_:a"}, "geo": {"@id": "_:g"}},
     {"@type": "PostalAddress", "@id": "_:a", "streetAddress": "3 rue Bayle", "postalCode": "09000",
      "addressLocality": "Foix"},
     {"@type": "GeoCoordinates", "@id": "_:g", "latitude": 42.965, "longitude": 1.607},
     {"@type": "Place", "@id": "#place", "name": "Place", "latitude": 42.966, "longitude": 1.608}]}"##;
    let got = twice("site.jsonld", text);
    let ball = got.records.iter().find(|record| record.name == "Bal").unwrap();
    assert_eq!((ball.lat_e7, ball.lon_e7), (429_650_000, 16_070_000), "{:?}", got.skipped);
    assert!(ball.address.contains("3 rue Bayle") && ball.address.contains("Salle"), "{}", ball.address);
    assert!(
        got.records.iter().any(|record| record.name == "Fête" && record.lat_e7 == 429_660_000),
        "{:?}",
        got.skipped
    );
    assert!(got.skipped.iter().any(|why| why.contains("no coordinates")), "{:?}", got.skipped);
}

/// References in a circle, and one object that refers to the same large one again and again.
#[test]
fn references_grow_no_further_than_a_bound() {
    let circle = r##"{"@context": "https://schema.org", "@graph": [
     {"@type": "Place", "@id": "#a", "name": "A", "latitude": 1, "longitude": 2, "address": {"@id": "#b"}},
     {"@type": "Place", "@id": "#b", "name": "B", "latitude": 1, "longitude": 2, "address": {"@id": "#a"}}]}"##;
    assert_eq!(twice("a.jsonld", circle).records.len(), 2);
    let many = r##"{"@id": "#b"},"##.repeat(300_000);
    let long = "x".repeat(16_000);
    let grown = format!(
        r##"{{"@context": "https://schema.org", "@graph": [
         {{"@type": "Place", "@id": "#b", "name": "{long}", "latitude": 1, "longitude": 2}},
         {{"@type": "Place", "name": "C", "latitude": 1, "longitude": 2, "location": [{many} null]}}]}}"##
    );
    assert_eq!(twice("a.jsonld", &grown).names(), ["C"]);
}
