//! A log that is pruned to what it still says: everybody shows the same, newcomers receive less,
//! and nothing newer is beaten.

use crate::{
    erasure::serve,
    support::{Folder, holding, stop},
};
use serde_json::Value;
use std::path::PathBuf;

const PLACES: usize = 60;
/// Nothing else holds these words.
const POST: &str = "Wxyquincaillerie zinzolin";
/// Nor these.
const OTHER: &str = "Kwyjibouquiniste zinzolin";

/// Import the places under names of a round; `only` one of them, or all.
fn import(folder: &Folder, round: &str, only: Option<usize>) -> Value {
    let mut text = String::from("id,name,latitude,longitude\n");
    for row in (0..PLACES).filter(|row| only.is_none_or(|only| *row == only)) {
        text.push_str(&format!("{row},{round} {row},43.7{:03},7.42\n", row + 100));
    }
    let file = folder.path("places.csv");
    std::fs::write(&file, text).unwrap();
    folder.json(&["import", file.to_str().unwrap(), "--source", "lieux"])
}

/// Everything that a node shows of the places and the posts.
fn shown(folder: &Folder) -> (Value, Value) {
    let mut found = folder.json(&["search", "--kind", "place", "--limit", "500"])["hits"].clone();
    found.as_array_mut().unwrap().sort_by_key(|hit| hit["id"].as_str().unwrap().to_owned());
    (found, folder.json(&["posts"])["posts"].clone())
}

fn names(folder: &Folder, beginning: &str) -> usize {
    let (places, _) = shown(folder);
    let places = places.as_array().unwrap();
    places.iter().filter(|place| place["name"].as_str().unwrap().starts_with(beginning)).count()
}

fn entries(folder: &Folder) -> u64 {
    folder.json(&["status"])["store"]["entries"].as_u64().unwrap()
}

fn refused(folder: &Folder) -> Value {
    folder.json(&["status"])["store"]["refused"].clone()
}

#[test]
fn a_pruned_log_reaches_newcomers_and_old_peers_and_beats_no_newer_edit() {
    let (a, b, c, d) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"), Folder::bare());
    let at = ["--at", "43.7311,7.4197"];
    assert_eq!(a.json(&["prune"])["logs"], Value::Array(vec![]));
    let text = a.run(&["prune"]);
    assert!(String::from_utf8_lossy(&text.stdout).starts_with("nothing to prune"), "{text:?}");
    let erased = a.json(&[&["publish", "post", POST][..], &at].concat());
    let other = a.json(&[&["publish", "post", OTHER][..], &at].concat());
    assert_eq!(import(&a, "Un", None)["created"], PLACES);

    // B holds the log as it is now, and goes away; so does a second folder of Ada, restored from a backup.
    let (at_a, at_b) = {
        let at_a = serve(&a, None);
        let at_b = serve(&b, Some(&at_a));
        (at_a, at_b)
    };
    b.wait_for(&["search", "--kind", "place"], "the places at B", |found| found["total"] == PLACES);
    stop(&b, at_b);
    let backup = d.path("backup");
    a.json(&["backup", backup.to_str().unwrap()]);
    d.json(&["restore", backup.to_str().unwrap()]);

    for round in ["Deux", "Trois", "Quatre"] {
        assert_eq!(import(&a, round, None)["updated"], PLACES);
    }
    // Meanwhile, later than all that, and unheard of where it is pruned.
    assert_eq!(import(&d, "Ailleurs", Some(7))["updated"], 1);
    let (before, held) = (shown(&a), entries(&a));
    let said = a.json(&["prune"]);
    let number = |what: &str, when: &str| said[what][when].as_u64().unwrap();
    // Two posts, and four imports of which each fits one entry.
    assert_eq!((number("entries", "before"), number("entries", "after")), (6, 1));
    assert!(number("bytes", "after") * 3 < number("bytes", "before") * 2, "{said}");
    assert_eq!((said["logs"].as_array().unwrap().len(), &said["left"]), (1, &Value::Array(vec![])));
    assert_eq!((shown(&a), entries(&a)), (before.clone(), held - 5));
    // Once is enough.
    assert_eq!(a.json(&["prune"])["logs"], Value::Array(vec![]));

    // A newcomer gets the restatement alone, and sees the same.
    let at_c = serve(&c, Some(&at_a));
    c.wait_for(&["search", "Quatre"], "the places at C", |found| found["total"] == PLACES);
    c.wait_for(&["posts"], "the posts at C", |shown| shown["posts"].as_array().unwrap().len() == 2);
    assert_eq!(shown(&c), before);
    assert!(entries(&c) <= entries(&a) + 6, "{} and {}", entries(&c), entries(&a));
    // Who was away with what stood before lets it go.
    let at_b = serve(&b, Some(&at_c));
    b.wait_for(&["search", "Quatre"], "the restatement at B", |found| found["total"] == PLACES);
    assert_eq!(shown(&b), before);
    assert!(entries(&b) < 60, "{}", entries(&b));

    // The other folder's edit is newer than what was restated: it stands, everywhere.
    let at_d = serve(&d, Some(&at_a));
    for folder in [&a, &b, &c, &d] {
        folder.wait_for(&["search", "Ailleurs 7"], "the newer edit", |found| found["total"] == 1);
        folder.wait_for(&["search", "Quatre"], "the others", |found| found["total"] == PLACES - 1);
        assert_eq!((names(folder, "Quatre"), names(folder, "Ailleurs")), (PLACES - 1, 1));
    }
    // And an edit after the prune, where it was pruned.
    assert_eq!(import(&a, "Cinq", Some(9))["updated"], 1);
    for folder in [&a, &b, &c, &d] {
        folder.wait_for(&["search", "Cinq 9"], "the edit after it", |found| found["total"] == 1);
        assert_eq!(shown(folder), shown(&a));
    }

    // What is restated can be erased from where it was not restated.
    d.json(&["erase", other["entries"][0].as_str().unwrap()]);
    for folder in [&a, &b, &c] {
        folder.wait_for(&["posts"], "the erasure by D", |shown| shown["posts"].as_array().unwrap().len() == 1);
    }
    stop(&d, at_d);

    // And where it was: it goes from every disk, and does not come back from who was away.
    a.json(&["erase", erased["entries"][0].as_str().unwrap()]);
    for folder in [&a, &b, &c] {
        folder.wait_for(&["posts"], "the erasure", |shown| shown["posts"].as_array().unwrap().is_empty());
        assert_eq!((refused(folder).get("fork"), refused(folder).get("backlink")), (None, None));
    }
    b.wait_for(&["status"], "the next restatement at B", |_| entries(&b) == entries(&c));
    stop(&c, at_c);
    stop(&b, at_b);
    stop(&a, at_a);
    for folder in [&a, &b, &c] {
        for text in [POST, OTHER] {
            assert_eq!(holding(&folder.data(), text), [] as [PathBuf; 0]);
        }
    }
    let at_a = serve(&a, None);
    let at_d = serve(&d, Some(&at_a));
    d.wait_for(&["posts"], "the erasure at D", |shown| shown["posts"].as_array().unwrap().is_empty());
    assert_eq!(shown(&d), shown(&a));
    stop(&d, at_d);
    stop(&a, at_a);
    for text in [POST, OTHER] {
        assert_eq!(holding(&d.data(), text), [] as [PathBuf; 0]);
    }
}
