//! A territory on a stick: written at one node, read at another that has no link. SPEC.md §9.5.

use crate::support::{Folder, LOOPBACK, stop};
use serde_json::Value;
use std::{fs, path::Path, process::Output};

const AT: [&str; 2] = ["--at", "43.7311,7.4197"];
const FAR: [&str; 2] = ["--at", "48.8566,2.3522"];

fn say(folder: &Folder, text: &str, at: [&str; 2]) {
    folder.json(&[&["publish", "post", text][..], &at].concat());
}

fn posts(folder: &Folder) -> Vec<String> {
    let shown = folder.json(&["posts"]);
    let mut texts: Vec<String> =
        shown["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn refused(ran: &Output) -> String {
    let said = String::from_utf8(ran.stderr.clone()).unwrap();
    assert!(ran.status.code() == Some(1) && said.lines().count() == 1, "{ran:?}");
    said
}

fn entries(folder: &Folder) -> u64 {
    folder.json(&["status"])["store"]["entries"].as_u64().unwrap()
}

#[test]
fn a_fresh_node_without_a_link_sees_what_the_stick_brings() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    say(&a, "marché demain", AT);
    a.json(&[&["publish", "element", "--kind", "place", "--name", "Four à pain"][..], &AT].concat());
    say(&a, "à Paris", FAR);
    let (all, here) = (a.path("tout.bundle"), a.path("ici.bundle"));
    let written = a.json(&["bundle", "write", text(&here), "spv2"]);
    assert!(written["identities"].as_u64() >= Some(1) && written["bytes"] == fs::metadata(&here).unwrap().len());
    a.json(&["bundle", "write", text(&all)]);

    let read = b.json(&["bundle", "read", text(&here)]);
    assert_eq!((&read["taken"], &read["known"]), (&written["entries"], &Value::from(0)));
    assert_eq!((&read["left"], read.get("error")), (&serde_json::json!({}), None));
    assert_eq!(posts(&b), ["marché demain"]);
    assert_eq!(b.json(&["search", "Four"])["total"], 1);
    assert_eq!(b.json(&["posts"])["posts"][0]["author_name"], a.json(&["posts"])["posts"][0]["author_name"]);
    // Once more: nothing is new. The rest comes with the other file, also to a node that runs.
    assert_eq!(b.json(&["bundle", "read", text(&here)])["taken"], 0);
    let at_b = b.serve(&LOOPBACK);
    let read = b.json(&["bundle", "read", text(&all)]);
    assert_eq!((read["taken"].as_u64(), &read["known"]), (Some(1), &written["entries"]));
    assert_eq!(posts(&b), ["marché demain", "à Paris"]);
    assert_eq!(b.json(&["peers"])["peers"], serde_json::json!([]), "a file is no peer");
    // From node to node, and durable: it is there after a crash.
    let mut at_b = at_b;
    at_b.kill();
    assert_eq!(posts(&b), ["marché demain", "à Paris"]);
    let c = Folder::of("Cleo");
    let onward = b.path("suite.bundle");
    b.json(&["bundle", "write", text(&onward)]);
    c.json(&["bundle", "read", text(&onward)]);
    assert_eq!(posts(&c), ["marché demain", "à Paris"]);
}

#[test]
fn a_file_that_is_there_is_not_written_over_without_being_told() {
    let a = Folder::of("Ada");
    let file = a.path("notes.txt");
    fs::write(&file, "à garder").unwrap();
    let said = refused(&a.run(&["bundle", "write", text(&file)]));
    assert!(said.contains("notes.txt is there already") && said.contains("--replace"), "{said}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "à garder");
    a.json(&["bundle", "write", text(&file), "--replace"]);
    assert!(fs::read(&file).unwrap().starts_with(b"communaut bundle\x01"));
    // Nothing else is left beside it.
    let names: Vec<_> = fs::read_dir(file.parent().unwrap()).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    let inside = a.data().join("x.bundle");
    assert!(refused(&a.run(&["bundle", "write", text(&inside)])).contains("in the data folder itself"));
    assert!(refused(&a.run(&["bundle", "write", text(&a.path("none/x.bundle"))])).contains("was not written"));
    assert!(refused(&a.run(&["bundle", "read", text(&a.path("absent.bundle"))])).contains("absent.bundle"));
}

/// A generator of a fixed seed (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

#[test]
fn hostile_files_are_refused_in_one_line_and_what_stood_before_is_kept() {
    let (a, b) = (Folder::of("Ada"), Folder::of("Bob"));
    (0..8).for_each(|n| say(&a, &format!("message {n}"), AT));
    let file = a.path("a.bundle");
    a.json(&["bundle", "write", text(&file)]);
    let whole = fs::read(&file).unwrap();
    let bad = b.path("bad.bundle");
    let read = |bytes: &[u8]| {
        fs::write(&bad, bytes).unwrap();
        b.run(&["bundle", "read", text(&bad), "--json"])
    };
    let before = entries(&b);
    let mut newer = whole.clone();
    newer[16] = 9;
    let said = refused(&read(&newer));
    assert!(said.contains("bad.bundle: at byte 0: the bundle is of version 9"), "{said}");
    let mut huge = whole.clone();
    huge[17..21].copy_from_slice(&u32::MAX.to_be_bytes());
    assert!(refused(&read(&huge)).contains("at byte 17: a frame of 4294967295 bytes"));
    assert!(refused(&read(b"")).contains("at byte 0"));
    assert!(refused(&read(b"id,name\n1,Four\n")).contains("at byte 0: this is not a bundle"));
    assert!(refused(&read(&[&whole[..17], &[0xff; 300]].concat())).contains("at byte 17"));
    assert_eq!(entries(&b), before, "nothing of these was whole");
    // Bits that flip by chance, and cuts: some of it is whole, and is kept; the rest is not taken.
    let mut dice = Dice(0x5eed_2026);
    let mut most = 0;
    for _ in 0..12 {
        let mut damaged = whole.clone();
        let at = 17 + dice.below(whole.len() - 17);
        if dice.below(3) == 0 {
            damaged.truncate(at);
        } else {
            damaged[at] ^= 1 << dice.below(8);
        }
        let said = refused(&read(&damaged));
        let (_, named) = said.split_once("at byte ").unwrap();
        let named: usize = named.split(':').next().unwrap().parse().unwrap();
        assert!(named <= at, "{said} of a flip at {at}");
        most = most.max(entries(&b));
        assert_eq!(entries(&b), most, "what was kept stays");
    }
    assert!(most > before);
    assert_eq!(b.json(&["bundle", "read", text(&file)])["error"], Value::Null);
    assert_eq!(posts(&b), (0..8).map(|n| format!("message {n}")).collect::<Vec<_>>());
    let at_b = b.serve(&LOOPBACK);
    assert!(refused(&read(&whole[..whole.len() - 30])).contains("it is cut off"));
    stop(&b, at_b);
}
