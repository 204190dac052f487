//! What is new.

use crate::support::Folder;
use serde_json::json;

#[test]
fn what_is_new_is_told_newest_first() {
    let ada = Folder::of("Ada");
    ada.json(&["publish", "element", "--kind", "organisation", "--name", "Les Voisins", "--at", "43.7350,7.4210"]);
    ada.json(&["publish", "post", "Bonjour !", "--at", "43.7312,7.4190"]);
    ada.json(&["publish", "post", "De Paris", "--at", "48.8566,2.3522"]);
    let texts = |args: &[&str]| {
        let told = ada.json(&[&["feed"], args].concat());
        let items = told["items"].as_array().unwrap().iter();
        items.map(|item| (item["what"].clone(), item["text"].clone())).collect::<Vec<_>>()
    };
    let whole = [("post", "De Paris"), ("post", "Bonjour !"), ("element", "Les Voisins"), ("element", "Ada")];
    let whole = whole.map(|(what, text)| (json!(what), json!(text)));
    assert_eq!(texts(&[]), whole);
    assert_eq!(texts(&["--limit", "1"]), whole[..1]);
    ada.json(&["territory", "follow", "43.7311,7.4197:5", "--name", "Monaco"]);
    assert_eq!(texts(&["--territory", "Monaco"]), whole[1..]);
    // A day that has not come yet: nothing is later.
    assert_eq!(texts(&["--since", "2100-01-01"]), []);
    let text = String::from_utf8(ada.run(&["feed"]).stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() == 4 && lines[0].ends_with("Ada  De Paris") && lines[0].contains("  post "), "{text}");
    let item = &ada.json(&["feed", "--limit", "1"])["items"][0];
    let mut fields: Vec<&str> = item.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["at_ms", "author", "author_name", "id", "text", "what"]);
}
