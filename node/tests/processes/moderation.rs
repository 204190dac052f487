//! Members, moderation and the audit trail, by the command line on two nodes.

use crate::support::{Folder, LOOPBACK};
use serde_json::Value;

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn wall(shown: &Value) -> usize {
    shown["wall"].as_array().unwrap().len()
}

#[test]
fn a_moderator_hides_a_leader_takes_it_back_and_the_trail_tells() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    let serve = |folder: &Folder, peer: &[&str]| {
        folder.serve(&[&LOOPBACK[..], &["--territory", "43.73,7.42:3"], peer].concat())
    };
    let at_a = serve(&a, &[]);
    let _at_b = serve(&b, &["--peer", at_a.address()]);
    let made = ["publish", "element", "--kind", "organisation", "--name", "Les Voisins", "--at", "43.7311,7.4197"];
    let club = text(&a.json(&made)["element"]);
    b.wait_for(&["search", "voisins"], "the organisation at B", |found| found["total"] == 1);
    let bob = text(&b.json(&["identity", "show"])["id"]);
    a.wait_for(&["search", "Bob"], "Bob at A", |found| found["total"] == 1);
    let post = text(&a.json(&["publish", "post", "hors sujet", "--on", &club])["entries"][0]);
    b.wait_for(&["show", &club], "the post at B", |shown| wall(shown) == 1);

    let refused = b.run(&["erase", &post]);
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("§7.5"), "{refused:?}");
    a.json(&["role", &club, &bob, "moderator"]);
    b.wait_for(&["members", &club], "Bob's role at B", |told| told["members"].as_array().unwrap().len() == 2);
    let members = b.json(&["members", &club]);
    assert_eq!((text(&members["members"][0]["name"]), &members["members"][0]["founder"]), ("Ada".into(), &true.into()));
    assert_eq!(
        (text(&members["members"][1]["name"]), text(&members["members"][1]["role"])),
        ("Bob".into(), "moderator".into())
    );

    let hidden = b.json(&["erase", &post, "--reason", "hors sujet"]);
    assert_eq!((&hidden["own"], &hidden["erased"]), (&false.into(), &1.into()));
    a.wait_for(&["show", &club], "the post hidden at A", |shown| wall(shown) == 0);
    a.json(&["void", &post]);
    b.wait_for(&["show", &club], "the post back at B", |shown| wall(shown) == 1);

    let acts = b.json(&["audit", &club]);
    let acts = acts["acts"].as_array().unwrap();
    let kinds: Vec<&str> =
        acts.iter().map(|act| act["act"].as_object().unwrap().keys().next().unwrap().as_str()).collect();
    assert_eq!(kinds, ["role", "erase", "void"]);
    assert!(acts.iter().all(|act| act["counts"] == true), "{acts:?}");
    assert_eq!(
        (text(&acts[1]["author_name"]), text(&acts[1]["act"]["erase"]["reason"])),
        ("Bob".into(), "hors sujet".into())
    );
    let told = String::from_utf8(b.run(&["audit", &club]).stdout).unwrap();
    assert!(told.contains("made Bob a moderator") && told.contains("hid an entry: hors sujet"), "{told}");
}
