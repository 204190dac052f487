//! `kill -9` in the middle of an import.

use crate::support::{Folder, LOOPBACK};
use communaut_node::store::Store;
use communaut_protocol::limits::LEAVES_MAX;
use serde_json::Value;
use std::{collections::BTreeSet, process::Stdio};

/// Records of the file: enough that the import is still under way when the node is killed.
const ROWS: usize = 60_000;
/// Posts that must have been acknowledged before.
const POSTS: usize = 4;

fn file(folder: &Folder) -> String {
    let mut text = String::from("id,name,latitude,longitude\n");
    for row in 0..ROWS {
        text.push_str(&format!("{row},Place {row},{:.6},7.42\n", 43.70 + row as f64 * 1e-6));
    }
    let path = folder.path("places.csv");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn counts(report: &Value) -> [u64; 4] {
    ["read", "created", "updated", "unchanged"].map(|field| report[field].as_u64().unwrap())
}

#[test]
fn nothing_that_was_acknowledged_is_lost_and_the_next_start_is_clean() {
    let folder = Folder::of("Ada");
    let file = file(&folder);
    let mut node = folder.serve(&LOOPBACK);
    let mut import =
        folder.command(&["import", &file, "--json"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    folder.wait_for(&["status"], "the import under way", |status| status["store"]["entries"].as_u64() > Some(20));
    let mut acknowledged = BTreeSet::new();
    for number in 0..POSTS {
        let text = format!("post {number}");
        let written = folder.json(&["publish", "post", &text, "--at", "43.7311,7.4197"]);
        acknowledged.insert(written["entries"][0].as_str().unwrap().to_owned());
    }
    let at_kill = folder.json(&["status"])["store"]["entries"].as_u64().unwrap();
    node.kill();
    assert!(!import.wait().unwrap().success(), "the import was not acknowledged");
    assert!((at_kill as usize) < ROWS / LEAVES_MAX, "the import was over before the kill: {at_kill} entries");

    // What was acknowledged is there, and every log is whole.
    {
        let store = Store::open(&folder.data().join("store")).unwrap();
        let entries: Vec<_> = store.reader().entries().map(Result::unwrap).collect();
        let held: BTreeSet<String> = entries.iter().map(|entry| entry.id().to_string()).collect();
        assert!(acknowledged.is_subset(&held), "lost: {:?}", acknowledged.difference(&held).collect::<Vec<_>>());
        assert_eq!(entries.len() as u64, store.entries());
        assert!(entries.len() as u64 >= at_kill, "what status had shown is there: {} of {at_kill}", entries.len());
    }

    // The next start is clean, and the import goes on where it was cut off.
    let _node = folder.serve(&LOOPBACK);
    assert_eq!(folder.json(&["status"])["store"]["refused"], serde_json::json!({}));
    let [read, created, updated, unchanged] = counts(&folder.json(&["import", &file]));
    assert_eq!((read, updated), (ROWS as u64, 0));
    assert!(created > 0 && unchanged > 0 && created + unchanged == read, "{created} created, {unchanged} unchanged");
    assert_eq!(counts(&folder.json(&["import", &file])), [ROWS as u64, 0, 0, ROWS as u64]);
}
