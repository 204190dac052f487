//! Two `run` nodes on loopback, the second started with the first's address and a territory.

use crate::support::{Folder, LOOPBACK};
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
    a.wait_for(&["status"], "B's post", |status| {
        status["store"]["entries"].as_u64() >= Some(200 + 3 + 3 + 1) && status["store"]["pending"] == 0
    });
    drop(at_b);
}
