use super::{short, survives, twice};
use communaut_protocol::op::Kind;

const GRAPH: &str = r#"{"@context": "https://schema.org", "@graph": [
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
