//! Two `run` nodes on loopback, the second started with the first's address and a territory.

use crate::support::{Folder, LOOPBACK};

/// Whoever writes down an address with a name means that name.
#[test]
fn another_node_at_an_address_that_names_one_is_refused() {
    let (a, b, c) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"));
    let at_a = a.serve(&LOOPBACK);
    let at_b = b.serve(&LOOPBACK);
    let name = |folder: &Folder| folder.json(&["status"])["network"]["peer"].as_str().unwrap().to_owned();
    let wrong = format!("{}/p2p/{}", at_a.address(), name(&b));
    let right = format!("{}/p2p/{}", at_b.address(), name(&b));
    let at_c = c.serve(&[&LOOPBACK[..], &["--peer", &wrong]].concat());
    c.wait_for(&["status"], "a refusal by name", |status| {
        assert_eq!(status["network"]["connected"], 0, "connected with somebody else: {status}");
        status["store"]["refused"]["wrong_peer"].as_u64() >= Some(1)
    });
    drop(at_c);
    let _at_c = c.serve(&[&LOOPBACK[..], &["--peer", &wrong, "--peer", &right]].concat());
    let all = c.wait_for(&["peers"], "the one that is meant", |peers| {
        peers["peers"].as_array().unwrap().iter().any(|peer| peer["connected"] == true)
    });
    assert_eq!(all["peers"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(all["peers"][0]["peer"], name(&b));
}

#[test]
fn a_second_node_follows_a_territory_and_answers() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    let mut text = String::from("id,name,latitude,longitude\n");
    for row in 0..200 {
        text.push_str(&format!("{row},Place {row},{},7.42\n", if row % 2 == 0 { 43.73 } else { 44.9 }));
    }
    let file = a.path("places.csv");
    std::fs::write(&file, text).unwrap();
    assert_eq!(a.json(&["import", file.to_str().unwrap()])["created"], 200);

    let at_a = a.serve(&[&LOOPBACK[..], &["--territory", "43.73,7.42:3"]].concat());
    let at_b = b.serve(&[&LOOPBACK[..], &["--peer", at_a.address(), "--territory", "43.73,7.42:3"]].concat());
    let places = |folder: &Folder| {
        folder.json(&["search", "--kind", "place", "--territory", "43.7300,7.4200, 3 km"])["total"].as_u64()
    };
    b.wait_for(&["search", "--kind", "place"], "the places of the territory", |found| found["total"] == 100);
    assert_eq!((places(&a), places(&b)), (Some(100), Some(100)));

    let post = b.json(&["publish", "post", "bonjour de B", "--at", "43.7311,7.4197"]);
    assert_eq!(post["entries"].as_array().unwrap().len(), 1);
    a.wait_for(&["posts"], "B's post", |shown| shown["posts"].as_array().unwrap().len() == 1);
    assert_eq!(a.json(&["status"])["store"]["pending"], 0);
    drop(at_b);
}
