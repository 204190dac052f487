//! Real records through the real binary.

use crate::support::{Folder, real};
use serde_json::Value;

fn names(found: &Value) -> Vec<String> {
    found["hits"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn france_services_every_record_is_accounted_for() {
    let Some(file) = real("france-services-20240801.csv") else { return };
    let file = file.to_str().unwrap();
    let folder = Folder::of("Ada");
    let count = |report: &Value, field: &str| report[field].as_u64().unwrap();
    let first = folder.json(&["import", file]);
    let skipped = first["skipped"].as_array().unwrap();
    assert_eq!(count(&first, "read"), 2_845);
    assert_eq!(count(&first, "created") + skipped.len() as u64, 2_845);
    assert!(skipped.iter().all(|record| !record["why"].as_str().unwrap().is_empty()));
    let again = folder.json(&["import", file]);
    assert_eq!((count(&again, "read"), count(&again, "created"), count(&again, "updated")), (2_845, 0, 0));
}

#[test]
fn monaco_what_is_there_is_found_accents_and_case_apart() {
    let Some(file) = real("monaco.osm.pbf") else { return };
    let folder = Folder::of("Ada");
    let report = folder.json(&["import", file.to_str().unwrap()]);
    assert!(report["created"].as_u64() >= Some(524), "the named points of interest: {}", report["created"]);
    let bakeries = folder.json(&["search", "boulangerie"]);
    assert!(names(&bakeries).iter().any(|name| name == "Boulangerie Costa"), "{bakeries}");
    for text in ["Café", "cafe", "CAFÉ"] {
        let cafes = folder.json(&["search", text, "--near", "43.73,7.42", "--radius", "2"]);
        let found = names(&cafes);
        for expected in ["Café de Paris", "Gerhard's Café"] {
            assert!(found.iter().any(|name| name == expected), "'{text}' finds '{expected}': {found:?}");
        }
        assert!(cafes["hits"].as_array().unwrap().iter().all(|hit| hit["distance_m"].as_u64() <= Some(2_000)));
    }
}
