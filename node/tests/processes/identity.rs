//! One person, several devices: one comes in by a code, one is lost, one is stolen, and the phrase decides.

use crate::support::{Folder, LOOPBACK, Running};
use serde_json::Value;
use std::collections::BTreeSet;

const MONACO: &str = "43.7311,7.4197";
const FOIX: &str = "42.965,1.607";

fn serve(folder: &Folder, peers: &[&Running]) -> Running {
    let mut args: Vec<&str> =
        [&LOOPBACK[..], &["--territory", "43.73,7.42:3", "--territory", "42.965,1.607:3"]].concat();
    for peer in peers {
        args.extend(["--peer", peer.address()]);
    }
    folder.serve(&args)
}

fn post(folder: &Folder, text: &str, at: &str) {
    folder.json(&["publish", "post", text, "--at", at]);
}

/// The texts of the posts that a node shows.
fn posts(folder: &Folder) -> BTreeSet<String> {
    let shown = folder.json(&["posts"]);
    shown["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect()
}

fn wait_for_posts(folder: &Folder, texts: &[&str]) {
    let wanted: BTreeSet<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    folder.wait_for(&["posts"], &format!("the posts {texts:?}"), |_| posts(folder) == wanted);
}

/// Keys of the devices that speak, or that are out.
fn devices(identity: &Value, out: bool) -> Vec<String> {
    let all = identity["devices"].as_array().unwrap().iter();
    all.filter(|device| device["out"] == out).map(|device| device["id"].as_str().unwrap().to_owned()).collect()
}

fn this_device(folder: &Folder) -> String {
    let identity = folder.json(&["identity", "show"]);
    let this = identity["devices"].as_array().unwrap().iter().find(|device| device["this"] == true).unwrap();
    assert!(this["did"].as_str().unwrap().starts_with("did:key:z6Mk"), "{this}");
    this["id"].as_str().unwrap().to_owned()
}

fn words(folder: &Folder) -> String {
    let words = folder.json(&["identity", "phrase"])["words"].clone();
    let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    assert_eq!(words.len(), 24);
    words.join(" ")
}

/// A second device of the person of a running node, which has joined by the code shown there.
fn second_device(of: &Folder, running: &Running) -> (Folder, Running) {
    let laptop = Folder::bare();
    let at_laptop = laptop.serve(&LOOPBACK);
    let code = of.json(&["identity", "device", "add"])["code"].as_str().unwrap().to_owned();
    let joined = laptop.json(&["identity", "device", "join", &code, "--label", "laptop"]);
    assert_eq!(joined["id"], of.json(&["identity", "show"])["id"]);
    assert_eq!((joined["speaks"].clone(), devices(&joined, false).len()), (true.into(), 2));
    assert!(joined["devices"].as_array().unwrap().iter().any(|d| d["this"] == true && d["label"] == "laptop"));
    // The code is good once.
    let again = Folder::bare();
    let _at_again = again.serve(&LOOPBACK);
    let refused = again.run(&["identity", "device", "join", &code]);
    assert!(!refused.status.success());
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("no longer good"), "{said}");
    let _running = running;
    (laptop, at_laptop)
}

#[test]
fn a_second_device_comes_in_by_a_code_and_a_stolen_one_counts_nowhere() {
    let (ada, bob, carol) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Carol"));
    let at_ada = serve(&ada, &[]);
    let at_bob = serve(&bob, &[&at_ada]);
    let at_carol = serve(&carol, &[&at_bob]);
    let (laptop, at_laptop) = second_device(&ada, &at_ada);
    // It follows what the first follows, and speaks for the same person.
    let followed = laptop.json(&["territory", "list"]);
    assert_eq!(followed["territories"].as_array().unwrap().len(), 2, "{followed}");
    post(&laptop, "du portable", MONACO);
    for folder in [&ada, &bob, &carol, &laptop] {
        wait_for_posts(folder, &["du portable"]);
    }
    let author = carol.json(&["posts"])["posts"][0]["author_name"].clone();
    assert_eq!(author, "Ada");

    // The laptop is stolen while it is off. Ada takes it out; the thief has not heard of it, and writes: where it wrote
    // before, and where it never did.
    drop(at_laptop);
    let key = this_device(&laptop);
    let after = ada.json(&["identity", "device", "out", &key[..10]]);
    assert_eq!(devices(&after, true), [key]);
    post(&laptop, "volé, ici", MONACO);
    post(&laptop, "volé, ailleurs", FOIX);
    laptop.json(&["publish", "element", "--kind", "place", "--name", "Volé", "--at", FOIX]);
    let before = carol.json(&["status"])["store"]["entries"].as_u64().unwrap();
    let thief = laptop.serve(&[&LOOPBACK[..], &["--peer", at_carol.address()]].concat());
    carol.wait_for(&["status"], "what the thief wrote", |status| {
        status["store"]["entries"].as_u64() >= Some(before + 3)
    });
    // Ada writes on, so that all three have come to hold the thief's entries, or at least what came after.
    post(&ada, "on continue", FOIX);
    for folder in [&ada, &bob, &carol] {
        folder.wait_for(&["status"], "the same entries", |status| {
            status["store"]["entries"] == carol.json(&["status"])["store"]["entries"]
        });
        wait_for_posts(folder, &["du portable", "on continue"]);
        assert_eq!(folder.json(&["search", "Volé"])["total"], 0);
        assert_eq!(folder.json(&["status"])["store"]["pending"], 0);
    }
    // It hears of it, and says so.
    laptop.wait_for(&["identity", "show"], "that it is out", |identity| identity["speaks"] == false);
    let refused = laptop.run(&["publish", "post", "encore", "--at", MONACO]);
    assert!(String::from_utf8(refused.stderr).unwrap().contains("was taken out"));
    drop((at_ada, at_bob, at_carol, thief));
    // The same after a restart, when everything is folded anew.
    wait_for_posts(&carol, &["du portable", "on continue"]);
}

#[test]
fn the_phrase_recovers_on_a_new_machine_and_the_lost_device_counts_no_longer() {
    let (ada, bob) = (Folder::of("Ada"), Folder::of("Bob"));
    let phrase = words(&ada);
    // Written down, checked, and gone from the device.
    assert_eq!(ada.json_with(&["identity", "phrase", "--check"], &phrase)["phrase"], "confirmed");
    let gone = ada.run(&["identity", "phrase"]);
    assert!(String::from_utf8(gone.stderr).unwrap().contains("not on this device"));
    let identity = ada.json(&["identity", "show"])["id"].clone();
    post(&ada, "avant", MONACO);
    let club = ada.json(&["publish", "element", "--kind", "organisation", "--name", "Régie", "--at", MONACO]);
    let club = club["element"].as_str().unwrap().to_owned();
    let shares = ada.json_with(&["identity", "shares", "--any", "2", "--of", "3"], &phrase)["shares"].clone();
    let share = |at: usize| shares[at].as_str().unwrap().to_owned();

    let at_ada = serve(&ada, &[]);
    let at_bob = serve(&bob, &[&at_ada]);
    wait_for_posts(&bob, &["avant"]);
    bob.wait_for(&["search", "Régie"], "Ada's organisation", |found| found["total"] == 1);
    let lost = this_device(&ada);
    drop(at_ada);

    // A new machine, with the words alone.
    let fresh = Folder::bare();
    let at_fresh = serve(&fresh, &[&at_bob]);
    let wrong = fresh.command_with(&["identity", "recover"], &phrase.replacen(' ', " abandon ", 1));
    assert!(String::from_utf8(wrong.stderr).unwrap().contains("25 words, expected 24"));
    let recovered = fresh.json_with(&["identity", "recover", "--label", "neuf"], &phrase);
    assert_eq!((recovered["identity"]["id"].clone(), recovered["out"].clone()), (identity.clone(), 1.into()));
    assert_eq!(devices(&recovered["identity"], true), [lost]);
    // Everything that was written is there, and is hers: she leads what she founded.
    wait_for_posts(&fresh, &["avant"]);
    fresh.wait_for(&["search", "Régie"], "her organisation", |found| found["total"] == 1);
    let members = fresh.json(&["members", &club])["members"].clone();
    assert_eq!((members[0]["person"].clone(), members[0]["role"].clone()), (identity, "leader".into()));
    post(&fresh, "après", MONACO);
    wait_for_posts(&bob, &["après", "avant"]);
    fresh.json(&["publish", "post", "sur le mur", "--on", &club]);
    bob.wait_for(&["posts"], "what she writes as its leader", |_| posts(&bob).len() == 3);

    // The lost device comes back: what it wrote counts, what it writes does not.
    post(&ada, "retrouvé", MONACO);
    let at_ada = serve(&ada, &[&at_bob]);
    ada.wait_for(&["identity", "show"], "that it is out", |identity| identity["speaks"] == false);
    wait_for_posts(&ada, &["après", "avant", "sur le mur"]);
    wait_for_posts(&bob, &["après", "avant", "sur le mur"]);
    drop((at_ada, at_fresh));

    // And once more, by two friends' shares.
    let other = Folder::bare();
    let at_other = serve(&other, &[&at_bob]);
    let few = other.command_with(&["identity", "recover"], &share(2));
    assert!(String::from_utf8(few.stderr).unwrap().contains("1 shares are here, 2 are needed"));
    let again = other.json_with(&["identity", "recover"], &format!("{}\n{}\n", share(2), share(0)));
    assert_eq!((again["out"].clone(), devices(&again["identity"], true).len()), (1.into(), 2));
    post(&other, "encore moi", MONACO);
    wait_for_posts(&bob, &["après", "avant", "sur le mur", "encore moi"]);
    drop((at_bob, at_other));
}

/// Entries of the identity's log, by what they do.
fn acts(folder: &Folder, what: &str) -> Vec<String> {
    let identity = folder.json(&["identity", "show"]);
    let all = identity["acts"].as_array().unwrap().iter();
    all.filter(|act| act["what"] == what).map(|act| act["entry"].as_str().unwrap().to_owned()).collect()
}

/// The thief is faster: it takes the owner's device out, and erases what she wrote. The phrase decides, on the device
/// that she still has, from before the theft; and the thief's answer is worth nothing.
#[test]
fn a_thief_who_takes_everything_over_is_undone_by_the_phrase() {
    let (ada, bob, carol) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Carol"));
    let phrase = words(&ada);
    let at_ada = serve(&ada, &[]);
    let at_bob = serve(&bob, &[&at_ada]);
    let at_carol = serve(&carol, &[&at_bob]);
    let (laptop, at_laptop) = second_device(&ada, &at_ada);
    post(&ada, "à garder", MONACO);
    post(&laptop, "du portable, avant", MONACO);
    let kept = ["à garder", "du portable, avant"];
    wait_for_posts(&bob, &kept);
    wait_for_posts(&laptop, &kept);
    wait_for_posts(&ada, &kept);
    wait_for_posts(&carol, &kept);
    // Carol is away while it happens.
    drop(at_carol);
    let came = acts(&ada, "in").remove(0);
    let id = bob.json(&["posts"])["posts"].as_array().unwrap().iter().find(|post| post["text"] == "à garder").unwrap()
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    laptop.json(&["erase", &id]);
    let key = this_device(&ada);
    laptop.json(&["identity", "device", "out", &key[..12]]);
    post(&laptop, "c'est moi, Ada", MONACO);
    wait_for_posts(&bob, &["c'est moi, Ada", "du portable, avant"]);
    ada.wait_for(&["identity", "show"], "that her device is out", |identity| identity["speaks"] == false);

    let plain = ada.command_with(&["identity", "recover"], &phrase);
    assert!(String::from_utf8(plain.stderr).unwrap().contains("--after"));
    // Of the laptop nothing is accepted: all of it is later than this.
    let recovered = ada.json_with(&["identity", "recover", "--after", &came, "--until", "2020-01-01"], &phrase);
    assert_eq!(devices(&recovered["identity"], false), std::slice::from_ref(&key));
    // The thief writes on, and is not heard. Not even its erasure counts any more: Carol still has what it erased.
    // The recovery may have reached the laptop before: then its own node writes no more.
    let on = laptop.run(&["publish", "post", "encore moi", "--at", MONACO]);
    let refused = String::from_utf8_lossy(&on.stderr).contains("was taken out of its identity");
    assert!(on.status.success() || refused, "{on:?}");
    wait_for_posts(&bob, &[]);
    let at_carol = serve(&carol, &[&at_bob, &at_ada]);
    for folder in [&ada, &bob, &carol] {
        wait_for_posts(folder, &["à garder"]);
    }
    post(&ada, "me revoilà", FOIX);
    wait_for_posts(&bob, &["à garder", "me revoilà"]);
    laptop.wait_for(&["identity", "show"], "that it is out", |identity| identity["speaks"] == false);
    wait_for_posts(&laptop, &["à garder", "me revoilà"]);
    drop((at_ada, at_bob, at_carol, at_laptop));
}
