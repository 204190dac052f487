//! Places by name.

use super::Folder;
use serde_json::json;

#[test]
fn a_home_by_name_is_that_of_the_gazetteer() {
    let folder = Folder::new();
    let made = folder.json(&["init", "--name", "Léa", "--place", "Saint-Étienne", "--unsealed"]);
    let (lat, lon) = (made["home"]["lat"].as_f64().unwrap(), made["home"]["lon"].as_f64().unwrap());
    assert!((lat - 45.43).abs() < 0.1 && (lon - 4.39).abs() < 0.1, "{lat},{lon}");
    let (code, line) = Folder::new().refusal(&["init", "--name", "Léa", "--place", "Nullepartville", "--unsealed"]);
    assert_eq!(code, "not_found");
    assert!(line.contains("Nullepartville"), "{line}");
}

/// Never a wrong place in silence: which one was taken, where it is, and who else is called so.
#[test]
fn the_place_that_a_name_was_taken_for_is_told() {
    let folder = Folder::new();
    let made = folder.json(&["init", "--name", "Léa", "--place", "Brest, France", "--unsealed"]);
    assert_eq!((&made["place"]["name"], &made["place"]["country"]), (&json!("Brest"), &json!("FR")));
    assert_eq!(made["place"]["region"], "Finistère, Bretagne");
    let made = folder.json(&["territory", "create", "Saint-Denis:2", "--name", "ici"]);
    let others = made["place"]["others"].as_array().unwrap();
    assert_eq!(made["place"]["region"], "Seine-Saint-Denis, Île-de-France");
    assert!(others.iter().any(|other| other["name"] == "Saint-Denis" && other["country"] == "RE"), "{others:?}");
    let made = folder.json(&["territory", "create", "62223:2", "--name", "code"]);
    assert_eq!((&made["place"]["name"], &made["place"]["kind"]), (&json!("62223"), &json!("postcode")));
    let made = folder.json(&["territory", "create", "Le Cros d'Utelle:1", "--name", "hameau"]);
    assert_eq!((&made["place"]["name"], &made["place"]["mentioned"]), (&json!("Utelle"), &json!(true)));
    assert!(folder.json(&["territory", "create", "45.7,4.8:1", "--name", "point"]).get("place").is_none());
}
