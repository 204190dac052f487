use super::{short, survives, twice};
use crate::import::{
    ImportOptions, communecter_object as object, open,
    test_support::{Got, drain, read, shared},
};
use communaut_protocol::op::Kind;
use serde_json::{Value, json};

pub const LIST: &str = r#"[
 {"_id": {"$oid": "5a1"}, "collection": "organizations", "name": "La Ressourcerie", "type": "NGO",
  "shortDescription": "On répare.", "description": "Le samedi.", "email": "contact@ressourcerie.example",
  "url": "https://ressourcerie.example", "telephone": {"fixe": ["03 20 00 00 01"], "mobile": ["06 00 00 00 02"]},
  "address": {"@type": "PostalAddress", "streetAddress": "3 rue du Port", "postalCode": "59000",
   "addressLocality": "LILLE", "addressCountry": "FR"}, "tags": ["réemploi", "don"],
  "openingHours": [{"dayOfWeek": "Mo", "hours": [{"opens": "09:00", "closes": "12:00"}]}, ""],
  "geo": {"@type": "GeoCoordinates", "latitude": "50.6292", "longitude": "3.0573"}},
 {"_id": {"$id": "5a2"}, "collection": "projects", "name": "Jardin", "tags": "potager,partage",
  "geo": {"type": "Point", "coordinates": ["3.06", "50.63"]}},
 {"_id": {"$id": "5a3"}, "collection": "events", "name": "Atelier", "geo": false, "address": {"postalCode": "59000",
  "addressLocality": "LILLE"}, "startDate": {"sec": 1505800000, "usec": 0}, "endDate": "2017-09-19 18:00"},
 {"_id": "5a4", "collection": "poi", "name": "Composteur", "type": "compostPickup",
  "geoPosition": {"type": "Point", "float": "true", "coordinates": [3.0573, 50.6292]}},
 {"_id": "5a5", "collection": "citoyens", "name": "Ada", "geo": {"latitude": 50.6, "longitude": 3.05}},
 {"_id": "5a6", "collection": "events", "name": "Un jour", "geo": {"latitude": 50.6, "longitude": 3.05}},
 {"_id": "5a4", "collection": "poi", "name": "Composteur", "geo": {"latitude": 50.6, "longitude": 3.05}}
]"#;

#[test]
fn a_list_as_the_database_gives_it() {
    let got = twice("export.json", LIST);
    let [first, project, event, poi] = got.records.as_slice() else { unreachable!("{:?}", got.skipped) };
    assert_eq!(
        short(&got)[..2],
        [(Kind::Organisation, "5a1", 506_292_000, 30_573_000), (Kind::Project, "5a2", 506_300_000, 30_600_000)]
    );
    assert!(got.records.iter().all(|r| r.source == "communecter" && r.has_id));
    assert_eq!((first.phone.as_str(), first.email.as_str()), ("03 20 00 00 01", "contact@ressourcerie.example"));
    assert!(first.description.contains("On répare.") && first.description.contains("Le samedi."));
    assert!(first.address.starts_with("3 rue du Port") && first.address.contains("59000"), "{}", first.address);
    assert_eq!(
        (first.website.as_str(), first.opening_hours.as_str()),
        ("https://ressourcerie.example", "Mo 09:00-12:00")
    );
    assert!(["réemploi", "don", "ngo"].iter().all(|tag| first.tags.iter().any(|have| have == tag)), "{:?}", first.tags);
    assert_eq!(project.tags, ["potager", "partage"]);
    let when = event.when.as_ref().unwrap();
    assert_eq!((event.kind, when.start_ms), (Kind::Event, 1_505_800_000_000));
    assert!(when.end_ms >= when.start_ms && event.tags.iter().any(|tag| tag.contains("position")));
    assert_eq!((poi.kind, poi.tags.join(",").as_str()), (Kind::Place, "compost pickup"));
    let skipped = got.skipped.join("\n");
    assert!(["a person", "without a date", "the same id"].iter().all(|why| skipped.contains(why)), "{skipped}");
    assert!(skipped.contains("object 5 (line 15)"), "{skipped}");
}

#[test]
fn entities_by_id_as_the_interface_gives_them() {
    let text = r#"{"meta": {"limit": 2}, "entities": {"5b1": {"url": {"communecter": "https://communecter.example/x"},
        "name": "Repair Café", "typeElement": "organizations", "geo": {"latitude": 50.6, "longitude": 3.05}},
        "5b2": {"name": "Boîte à lire", "typeElement": "poi", "geo": {"latitude": 50.7, "longitude": 3.06}}}}"#;
    let got = twice("api.json", text);
    assert_eq!(
        short(&got),
        [(Kind::Organisation, "5b1", 506_000_000, 30_500_000), (Kind::Place, "5b2", 507_000_000, 30_600_000)]
    );
    assert!(got.records.iter().all(|record| record.website.is_empty()));
}

#[test]
fn hostile_files_do_no_harm() {
    survives("a.json", LIST);
}

/// Each object that was read, as it goes out.
fn out(got: &Got) -> Vec<Value> {
    got.records.iter().map(|record| Value::Object(object(record, true))).collect()
}

#[test]
fn what_came_goes_back_as_it_came() {
    let original: Vec<Value> = serde_json::from_str(LIST).unwrap();
    let got = read("export.json", LIST);
    // Two are refused by name, and one comes twice.
    let taken = [&original[0], &original[1], &original[2], &original[3]];
    assert_eq!(out(&got).iter().collect::<Vec<_>>(), taken);
    let entities = r#"{"entities": {"5b1": {"name": "Repair Café", "typeElement": "organizations",
        "geo": {"latitude": 50.6, "longitude": 3.05}, "links": {"members": {"5": {"isAdmin": true}}}}}}"#;
    let back = out(&read("api.json", entities)).remove(0);
    assert_eq!(back["links"], json!({"members": {"5": {"isAdmin": true}}}));
    assert_eq!(back["geo"], json!({"latitude": 50.6, "longitude": 3.05}));
    if let Some(path) = shared("field/47-communecter-poi.json") {
        let original: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let got = drain(open(&path, &ImportOptions::default()).unwrap());
        assert!(got.skipped.is_empty(), "{:?}", got.skipped);
        assert_eq!(out(&got), original);
    }
}

/// What an element says by now goes out; what it brought and nobody's field has goes along.
#[test]
fn what_was_changed_here_goes_out_changed() {
    let mut got = read("export.json", LIST);
    let first = &mut got.records[0];
    (first.lat_e7, first.name) = (500_000_000, "La Ressourcerie du port".into());
    let back = out(&got).remove(0);
    assert_eq!((&back["name"], &back["geo"]["latitude"]), (&json!("La Ressourcerie du port"), &json!("50")));
    assert_eq!((&back["type"], &back["shortDescription"]), (&json!("NGO"), &json!("On répare.")));
    // Read back it is as it was here.
    let again = read("again.json", json!([back]).to_string());
    let [record] = again.records.as_slice() else { unreachable!("{:?}", again.skipped) };
    assert_eq!((record.name.as_str(), record.lat_e7), ("La Ressourcerie du port", 500_000_000));
    assert_eq!(record.phone, got.records[0].phone);
}

#[test]
fn an_event_without_a_place_takes_place_at_who_holds_it() {
    let text = r#"[{"_id": {"$id": "1"}, "collection": "organizations", "name": "A",
         "geo": {"latitude": "50.6", "longitude": "3.05"}},
        {"_id": {"$id": "2"}, "collection": "events", "name": "B", "geo": false, "startDate": "2027-06-21 18:00",
         "organizer": {"1": {"type": "organizations"}}}]"#;
    let got = read("a.json", text);
    assert_eq!(short(&got)[1], (Kind::Event, "2", 506_000_000, 30_500_000));
    assert_eq!(json!(out(&got)), serde_json::from_str::<Value>(text).unwrap());
    // Moved, it says where.
    let mut moved = got.records[1].clone();
    moved.lat_e7 = 510_000_000;
    assert_eq!(object(&moved, true)["geo"]["latitude"], json!("51"));
}
