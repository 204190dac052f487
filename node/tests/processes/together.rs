//! People who import the same file: one place is shown, with its sources; and a stranger who copies it hides nothing.

use crate::support::{Folder, LOOPBACK};
use serde_json::Value;
use std::fs;

const AROUND: &str = "43.73,7.42:3";

fn import(folder: &Folder, name: &str, phone: &str) -> Value {
    let file = folder.path(name);
    let text = format!("id,name,latitude,longitude,phone\n7,Lavoir du port,43.7310,7.4200,{phone}\n");
    fs::write(&file, text).unwrap();
    folder.json(&["import", file.to_str().unwrap()])
}

fn found(folder: &Folder, what: &str, condition: impl FnMut(&Value) -> bool) -> Value {
    folder.wait_for(&["search", "lavoir", "--limit", "0"], what, condition)
}

fn phones(found: &Value) -> Vec<&str> {
    let mut phones: Vec<&str> =
        found["hits"].as_array().unwrap().iter().map(|hit| hit["phone"].as_str().unwrap()).collect();
    phones.sort_unstable();
    phones
}

#[test]
fn one_place_is_shown_with_its_sources() {
    let (ada, bob, cleo, mallory) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"), Folder::of("Mallory"));
    assert_eq!(import(&ada, "annuaire.csv", "04 93 00 00 01")["created"], 1);
    assert_eq!(import(&bob, "annuaire-2026.csv", "04 93 00 00 01")["created"], 1);
    let me = |folder: &Folder| folder.json(&["identity", "show"])["id"].as_str().unwrap().to_owned();

    let at_a = ada.serve(&[&LOOPBACK[..], &["--territory", AROUND]].concat());
    let joins =
        |folder: &Folder| folder.serve(&[&LOOPBACK[..], &["--peer", at_a.address(), "--territory", AROUND]].concat());
    let (at_b, at_c) = (joins(&bob), joins(&cleo));
    let with_one_more = |found: &Value| {
        let hits = found["hits"].as_array().unwrap();
        found["total"] == 1 && hits[0]["also"].as_array().is_some_and(|also| also.len() == 1)
    };
    for (folder, other) in [(&ada, "Bob"), (&bob, "Ada")] {
        let one = found(folder, "the same place of the other", with_one_more);
        assert_eq!(one["hits"][0]["owner"], me(folder), "each their own");
        let also = &one["hits"][0]["also"][0];
        assert_eq!((also["owner_name"].as_str(), also["differs"].as_array().unwrap().len()), (Some(other), 0));
        // The other can be opened, and says what is shown.
        let opened = folder.json(&["show", also["id"].as_str().unwrap()]);
        assert_eq!(opened["shown_as"], one["hits"][0]["id"]);
    }
    found(&cleo, "one of the two strangers", with_one_more);

    // The same id, name and place, another phone.
    assert_eq!(import(&mallory, "annuaire.csv", "08 99 66 66 66")["created"], 1);
    let at_m = joins(&mallory);
    for folder in [&ada, &bob] {
        let one =
            found(folder, "the copy", |found| found["hits"][0]["also"].as_array().is_some_and(|also| also.len() == 2));
        assert_eq!((phones(&one), &one["hits"][0]["owner"]), (vec!["04 93 00 00 01"], &Value::from(me(folder))));
    }
    let both = found(&cleo, "the copy beside it", |found| found["total"] == 2);
    assert_eq!(phones(&both), ["04 93 00 00 01", "08 99 66 66 66"]);
    // She says which is right: one is shown, and it is that.
    let id = |phone: &str| {
        let hits = both["hits"].as_array().unwrap();
        hits.iter().find(|hit| hit["phone"] == phone).unwrap()["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(cleo.json(&["same", "list"])["total"], 1);
    cleo.json(&["same", "yes", &id("04 93 00 00 01"), &id("08 99 66 66 66")]);
    let one = found(&cleo, "what she chose", |found| found["total"] == 1);
    assert_eq!(phones(&one), ["04 93 00 00 01"]);
    drop((at_b, at_c, at_m));
}
