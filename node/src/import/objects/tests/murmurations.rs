use super::{short, survives, twice};
use communaut_protocol::op::Kind;

pub const INDEX: &str = r#"{"data": [
 {"linked_schemas": ["organizations_schema-v1.0.0"], "name": "Open Co-op", "primary_url": "https://open.example",
  "profile_url": "https://open.example/open.json", "mission": "Sharing.", "tags": ["co-op"],
  "geolocation": {"lat": 50.6292, "lon": 3.0573}, "locality": "Lille", "postal_code": "59000"},
 {"linked_schemas": ["people_schema-v0.1.0"], "name": "Ada", "geolocation": {"lat": 50.6, "lon": 3.05}},
 {"linked_schemas": ["offers_wants_schema-v0.1.0"], "title": "Pommes", "exchange_type": "offer", "item_type": "good",
  "primary_url": "https://apples.example", "geolocation": {"lat": 50.63, "lon": 3.06}}
], "meta": {"count": 3}}"#;

#[test]
fn profiles_of_the_index() {
    let got = twice("nodes.json", INDEX);
    assert_eq!(
        short(&got),
        [
            (Kind::Organisation, "https://open.example/open.json", 506_292_000, 30_573_000),
            (Kind::Place, "https://apples.example", 506_300_000, 30_600_000)
        ]
    );
    let [coop, apples] = got.records.as_slice() else { unreachable!() };
    assert!(coop.website == "https://open.example" && coop.description.contains("Sharing."), "{coop:?}");
    assert_eq!(apples.tags, ["offer", "good"]);
    assert!(got.skipped.len() == 1 && got.skipped.iter().all(|why| why.contains("a person")), "{:?}", got.skipped);
}

#[test]
fn one_profile() {
    let one = r#"{"linked_schemas": ["organizations_schema-v1.0.0"], "name": "Open Co-op",
        "primary_url": "https://open.example", "latitude": 50.6, "longitude": 3.05}"#;
    assert_eq!(
        short(&twice("open.json", one)),
        [(Kind::Organisation, "https://open.example", 506_000_000, 30_500_000)]
    );
}

#[test]
fn hostile_files_do_no_harm() {
    survives("a.json", INDEX);
}
