//! Private posts and closed communities between nodes: who reads, who stores without reading, who never hears of it.

use crate::support::{Folder, LOOPBACK, Running, holding, stop};
use std::{collections::BTreeSet, path::PathBuf};

const MONACO: &str = "43.7311,7.4197";
const FOIX: &str = "42.965,1.607";

fn serve(folder: &Folder, peers: &[&Running]) -> Running {
    let mut args: Vec<&str> = [&LOOPBACK[..], &["--territory", "43.73,7.42:3"]].concat();
    for peer in peers {
        args.extend(["--peer", peer.address()]);
    }
    folder.serve(&args)
}

fn id(folder: &Folder) -> String {
    folder.json(&["identity", "show"])["id"].as_str().unwrap().to_owned()
}

fn posts(folder: &Folder) -> BTreeSet<String> {
    let shown = folder.json(&["posts"]);
    shown["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect()
}

fn wait_for_posts(folder: &Folder, texts: &[&str]) {
    let wanted: BTreeSet<String> = texts.iter().map(|text| (*text).to_owned()).collect();
    folder.wait_for(&["posts"], &format!("the posts {texts:?}"), |_| posts(folder) == wanted);
}

fn wait_for_person(folder: &Folder, person: &str) {
    folder.wait_for(&["search"], "somebody's card", |found| {
        found["hits"].as_array().unwrap().iter().any(|hit| hit["id"] == person)
    });
}

/// A closed community of somebody's.
fn found(folder: &Folder, name: &str, more: &[&str]) -> String {
    let args = ["publish", "element", "--kind", "organisation", "--closed", "--name", name, "--at", MONACO];
    folder.json(&[&args[..], more].concat())["element"].as_str().unwrap().to_owned()
}

fn invite(from: &Folder, community: &str, to: &Folder) {
    let person = id(to);
    wait_for_person(from, &person);
    from.json(&["role", community, &person, "member"]);
    let waiting = to.wait_for(&["invitations"], "the invitation", |all| {
        all["invitations"].as_array().unwrap().iter().any(|invitation| invitation["community"] == community)
    });
    assert_eq!(waiting["invitations"][0]["from"], id(from));
    to.json(&["join", &community[..12]]);
    to.wait_for(&["invitations"], "no invitation any more", |all| all["invitations"].as_array().unwrap().is_empty());
}

fn said(folder: &Folder, community: &str, text: &str) {
    folder.json(&["publish", "post", text, "--on", community]);
}

fn fails(folder: &Folder, args: &[&str], why: &str) {
    let ran = folder.run(args);
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(!ran.status.success() && said.contains(why), "{args:?}: {said}");
}

#[test]
fn a_private_post_is_read_by_whom_it_is_for_and_stored_by_the_others() {
    let (ada, bob, cleo) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"));
    let at_cleo = serve(&cleo, &[]);
    // Cleo stands between the two.
    let at_ada = serve(&ada, &[&at_cleo]);
    let at_bob = serve(&bob, &[&at_cleo]);
    let (to_ada, to_bob) = (id(&ada), id(&bob));
    wait_for_person(&ada, &to_bob);
    let nobody = "0".repeat(64);
    fails(&ada, &["publish", "post", "psst", "--to", &nobody], "is not held here");
    let written = ada.json(&["publish", "post", "Xylophage zinzolin", "--to", &to_bob]);
    // The keys, and what they open.
    assert_eq!(written["entries"].as_array().unwrap().len(), 2);
    wait_for_posts(&bob, &["Xylophage zinzolin"]);
    let shown = bob.json(&["posts"])["posts"][0].clone();
    assert_eq!((shown["sealed"].clone(), shown["author"].clone()), ("audience".into(), to_ada.clone().into()));
    // An answer goes to the same people, under the same key, without anybody saying so.
    let post = shown["id"].as_str().unwrap();
    fails(&bob, &["publish", "post", "non", "--reply-to", post, "--to", &to_ada], "goes to those who got that");
    let answer = bob.json(&["publish", "post", "Quincaillerie", "--reply-to", post]);
    assert_eq!(answer["entries"].as_array().unwrap().len(), 1);
    wait_for_posts(&ada, &["Quincaillerie", "Xylophage zinzolin"]);
    // And so does a reaction.
    bob.json(&["react", post, "thanks"]);
    ada.wait_for(&["posts"], "the reaction", |told| {
        let posts = told["posts"].as_array().unwrap();
        posts.iter().any(|told| told["id"] == post && told["reactions"]["counts"]["thanks"] == 1)
    });
    // On an element of the open cell nothing can be sealed.
    let shop = ada.json(&["publish", "element", "--kind", "place", "--name", "Lavoir", "--at", MONACO]);
    let shop = shop["element"].as_str().unwrap();
    fails(&ada, &["publish", "post", "psst", "--to", &to_bob, "--on", shop], "in the open nothing is sealed");
    // Cleo holds these four entries and the place, with three each of three people, shows no post, and has
    // nothing of it in her files.
    cleo.wait_for(&["search", "Lavoir"], "the place", |found| found["total"] == 1);
    cleo.wait_for(&["status"], "what is sealed", |status| status["store"]["entries"] == 14);
    assert_eq!(posts(&cleo), BTreeSet::new());
    stop(&cleo, at_cleo);
    stop(&bob, at_bob);
    for text in ["Xylophage zinzolin", "Quincaillerie"] {
        assert_eq!(holding(&cleo.data(), text), [] as [PathBuf; 0], "{text}");
    }
    // After a restart with the key of the vault, too.
    assert_eq!(posts(&bob).len(), 2);
    drop(at_ada);
}

#[test]
fn a_private_post_finds_its_reader_in_another_cell() {
    let (ada, bob, eve) = (Folder::of("Ada"), Folder::of("Bob"), Folder::bare());
    eve.json(&["init", "--unsealed", "--name", "Eve", "--at", FOIX]);
    let follow = |territory| [&LOOPBACK[..], &["--territory", territory]].concat();
    let at_eve = eve.serve(&follow("42.965,1.607:3"));
    let _at_ada = ada.serve(&[follow("43.73,7.42:3"), vec!["--peer", at_eve.address()]].concat());
    // Ada has met Eve, and Eve her, by what they wrote in one place; neither follows the other's cell.
    ada.json(&["publish", "post", "de passage", "--at", FOIX]);
    eve.json(&["publish", "post", "d'ici", "--at", FOIX]);
    for folder in [&ada, &eve] {
        wait_for_posts(folder, &["de passage", "d'ici"]);
    }
    wait_for_person(&ada, &id(&eve));
    ada.json(&["publish", "post", "pour Eve", "--to", &id(&eve)]);
    wait_for_posts(&eve, &["de passage", "d'ici", "pour Eve"]);
    // Bob knows her, and she has heard nothing of him: in her own space he reaches her, and her answer him.
    let _at_bob = bob.serve(&[follow("42.965,1.607:3"), vec!["--peer", at_eve.address()]].concat());
    wait_for_person(&bob, &id(&eve));
    let written = bob.json(&["publish", "post", "je suis Bob", "--to", &id(&eve), "--on", &id(&eve)]);
    wait_for_posts(&eve, &["de passage", "d'ici", "pour Eve", "je suis Bob"]);
    eve.json(&["publish", "post", "enchantée", "--reply-to", written["entries"][1].as_str().unwrap()]);
    wait_for_posts(&bob, &["de passage", "d'ici", "je suis Bob", "enchantée"]);
}

#[test]
fn a_closed_community_is_read_by_its_members_and_found_by_nobody_else() {
    let (ada, bob, cleo, dora) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"), Folder::of("Dora"));
    let at_ada = serve(&ada, &[]);
    let at_cleo = serve(&cleo, &[&at_ada]);
    let at_bob = serve(&bob, &[&at_ada, &at_cleo]);
    let watch = found(&ada, "Les Veilleurs", &[]);
    said(&ada, &watch, "au lavoir");
    let (to_ada, to_bob) = (id(&ada), id(&bob));
    fails(&bob, &["join", &watch], "no invitation");
    fails(&ada, &["publish", "post", "psst", "--on", &watch, "--to", &to_ada], "for its members already");
    let shop = ["publish", "element", "--kind", "place", "--closed", "--name", "Lavoir", "--at", MONACO];
    fails(&ada, &shop, "cannot be closed");
    invite(&ada, &watch, &bob);
    // Bob reads what is written from now on under this key: and what was, since the key has not changed.
    bob.wait_for(&["search", "Veilleurs"], "the card", |found| found["total"] == 1);
    wait_for_posts(&bob, &["au lavoir"]);
    said(&bob, &watch, "j'arrive");
    wait_for_posts(&ada, &["au lavoir", "j'arrive"]);
    let shown = ada.json(&["posts"])["posts"][0].clone();
    assert_eq!((shown["sealed"].clone(), shown["wall"].clone()), ("content".into(), watch.clone().into()));
    // Every command writes there as anywhere: a vote from the question to the result.
    let ask = ["propose", "--in", &watch, "--title", "Une clé ?", "--quorum", "50", "--closes", "2099-01-01"];
    let proposal = ada.json(&ask)["entries"][0].as_str().unwrap().to_owned();
    bob.wait_for(&["show", &watch], "the proposal", |shown| shown["proposals"].as_array().unwrap().len() == 1);
    bob.json(&["vote", &proposal, "yes"]);
    ada.wait_for(&["proposal", &proposal], "Bob's vote", |shown| shown["tally"]["yes"] == 1);
    assert_eq!(ada.json(&["close", &proposal])["container_name"], "Les Veilleurs");

    // Cleo, who is connected with both: three identities of two entries, three cards, and three entries of wraps in the
    // open, by which Ada founded, Ada invited and Bob joined, each with a message that nobody reads.
    cleo.wait_for(&["status"], "all that is in the open", |status| status["store"]["entries"] == 15);
    assert_eq!(cleo.json(&["search"])["total"], 3);
    let status = cleo.json(&["status"]);
    assert_eq!(
        (status["store"]["refused"].clone(), status["store"]["pending"].clone()),
        (serde_json::json!({}), 0.into())
    );

    // Bob is let go, and stays connected.
    ada.json(&["role", &watch, &to_bob, "none"]);
    said(&ada, &watch, "sans Bob");
    ada.json(&["publish", "post", "signal", "--at", MONACO]);
    wait_for_posts(&bob, &["au lavoir", "j'arrive", "signal"]);
    // Dora comes later: she reads what is written from that key on, and who belonged before.
    let at_dora = serve(&dora, &[&at_ada]);
    invite(&ada, &watch, &dora);
    wait_for_posts(&dora, &["sans Bob", "signal"]);
    said(&dora, &watch, "bonjour");
    wait_for_posts(&ada, &["au lavoir", "j'arrive", "sans Bob", "signal", "bonjour"]);
    assert_eq!(dora.json(&["members", &watch])["members"].as_array().unwrap().len(), 2);
    assert_eq!(dora.json(&["audit", &watch])["acts"].as_array().unwrap().len(), 3);
    // In a community that keeps its history, she reads all.
    let book = found(&ada, "Le Grimoire", &["--history"]);
    said(&ada, &book, "page une");
    invite(&ada, &book, &bob);
    ada.json(&["role", &book, &to_bob, "none"]);
    said(&ada, &book, "page deux");
    invite(&ada, &book, &dora);
    wait_for_posts(&dora, &["sans Bob", "signal", "bonjour", "page une", "page deux"]);
    // And Bob, after all this, has what he had, and Cleo what is in the open.
    ada.json(&["publish", "post", "fin", "--at", MONACO]);
    bob.wait_for(&["posts"], "the end", |_| posts(&bob).contains("fin"));
    assert!(["sans Bob", "bonjour", "page deux"].iter().all(|text| !posts(&bob).contains(*text)));
    wait_for_posts(&cleo, &["signal", "fin"]);
    assert_eq!(cleo.json(&["search"])["total"], 4);
    for (folder, node) in [(&ada, at_ada), (&bob, at_bob), (&cleo, at_cleo), (&dora, at_dora)] {
        stop(folder, node);
    }
    for text in ["Veilleurs", "Grimoire"] {
        // Who reads it has its words on the disk, in the index.
        assert_ne!(holding(&ada.data(), text), [] as [PathBuf; 0], "{text}");
        assert_eq!(holding(&cleo.data(), text), [] as [PathBuf; 0], "{text}");
    }
}

/// Another device of somebody's, by a code.
fn device_of(folder: &Folder, label: &str) -> (Folder, Running) {
    let device = Folder::bare();
    let running = device.serve(&LOOPBACK);
    let code = folder.json(&["identity", "device", "add"])["code"].as_str().unwrap().to_owned();
    device.json(&["identity", "device", "join", &code, "--label", label]);
    (device, running)
}

#[test]
fn a_members_devices_read_until_one_is_taken_out() {
    let ada = Folder::of("Ada");
    let at_ada = serve(&ada, &[]);
    let (laptop, at_laptop) = device_of(&ada, "laptop");
    let watch = found(&ada, "Les Veilleurs", &[]);
    said(&ada, &watch, "au lavoir");
    // The one that came in before is given the key, the one that comes in after brings it along.
    wait_for_posts(&laptop, &["au lavoir"]);
    let (tablet, at_tablet) = device_of(&ada, "tablet");
    wait_for_posts(&tablet, &["au lavoir"]);
    said(&tablet, &watch, "du canapé");
    for folder in [&ada, &laptop] {
        wait_for_posts(folder, &["au lavoir", "du canapé"]);
    }
    // The laptop is stolen, and stays connected.
    let devices = ada.json(&["identity", "show"])["devices"].clone();
    let stolen = devices.as_array().unwrap().iter().find(|device| device["label"] == "laptop").unwrap();
    ada.json(&["identity", "device", "out", stolen["id"].as_str().unwrap()]);
    said(&ada, &watch, "après le vol");
    ada.json(&["publish", "post", "signal", "--at", MONACO]);
    wait_for_posts(&tablet, &["au lavoir", "du canapé", "après le vol", "signal"]);
    wait_for_posts(&laptop, &["au lavoir", "du canapé", "signal"]);
    assert_eq!(posts(&laptop), BTreeSet::from(["au lavoir", "du canapé", "signal"].map(str::to_owned)));
    // The post came by gossip; that the laptop is out comes with a log.
    laptop.wait_for(&["identity", "show"], "being out", |shown| shown["speaks"] == false);
    fails(&laptop, &["publish", "post", "encore", "--on", &watch], "was taken out");
    drop((at_ada, at_laptop, at_tablet));
}

#[test]
fn the_phrase_gives_back_what_was_private() {
    let (ada, bob) = (Folder::of("Ada"), Folder::of("Bob"));
    let words = ada.json(&["identity", "phrase"])["words"].clone();
    let words: Vec<&str> = words.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    let at_ada = serve(&ada, &[]);
    let at_bob = serve(&bob, &[&at_ada]);
    let watch = found(&ada, "Les Veilleurs", &[]);
    invite(&ada, &watch, &bob);
    said(&ada, &watch, "au lavoir");
    ada.json(&["publish", "post", "pour Bob", "--to", &id(&bob)]);
    wait_for_posts(&bob, &["au lavoir", "pour Bob"]);
    said(&bob, &watch, "j'arrive");
    wait_for_posts(&ada, &["au lavoir", "pour Bob", "j'arrive"]);
    drop(at_ada);

    let fresh = Folder::bare();
    let at_fresh = serve(&fresh, &[&at_bob]);
    wait_for_person(&fresh, &id(&bob));
    let whole = ["au lavoir", "pour Bob", "j'arrive"];
    fresh.wait_for(&["status"], "what is in the open", |status| status["store"]["entries"] == 14);
    let recovered = fresh.json_with(&["identity", "recover"], &words.join(" "));
    // Of the private post, and twice where the community is: it was founded, and Bob invited. What that wraps to the
    // phrase comes when its door is opened.
    assert_eq!((recovered["keys"].clone(), recovered["out"].clone()), (3.into(), 1.into()));
    wait_for_posts(&fresh, &whole);
    said(&fresh, &watch, "me revoilà");
    wait_for_posts(&bob, &["au lavoir", "pour Bob", "j'arrive", "me revoilà"]);
    // The lost machine, found again, does not read it.
    let at_ada = serve(&ada, &[&at_bob]);
    fresh.json(&["publish", "post", "signal", "--at", MONACO]);
    wait_for_posts(&ada, &["au lavoir", "pour Bob", "j'arrive", "signal"]);
    drop((at_ada, at_bob, at_fresh));
}

#[test]
fn a_box_keeps_a_closed_community_and_cannot_read_it() {
    let (ada, bob, seed) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Box"));
    let at_ada = serve(&ada, &[]);
    let at_seed = serve(&seed, &[&at_ada]);
    let at_bob = serve(&bob, &[&at_seed, &at_ada]);
    let watch = found(&ada, "Les Veilleurs", &[]);
    invite(&ada, &watch, &bob);
    bob.wait_for(&["search", "Veilleurs"], "the card", |found| found["total"] == 1);
    wait_for_person(&ada, &id(&seed));
    let device = seed.json(&["identity", "show"])["devices"][0]["id"].as_str().unwrap().to_owned();
    fails(&bob, &["seed", &watch, "add", &device], "only moderators");
    ada.json(&["seed", &watch, "add", &device[..12]]);
    let asked = seed.wait_for(&["seeds", "list"], "the request", |all| all["seeds"].as_array().unwrap().len() == 1);
    assert_eq!(
        (asked["seeds"][0]["from_name"].clone(), asked["seeds"][0]["accepted"].clone()),
        ("Ada".into(), false.into())
    );
    seed.wait_for(&["status"], "all that is in the open", |status| status["store"]["entries"] == 17);
    seed.json(&["seeds", "accept", &asked["seeds"][0]["entry"].as_str().unwrap()[..12]]);
    assert_eq!(seed.json(&["seeds", "list"])["seeds"][0]["accepted"], true);
    // In the scope: the card, the key, the founding, who Ada and Bob are, his role, the box; of the keys: for Ada, for
    // Bob, for the box.
    seed.wait_for(&["status"], "the community", |status| status["store"]["entries"] == 27);
    drop(at_bob);
    said(&ada, &watch, "au lavoir");
    seed.wait_for(&["status"], "what is said there", |status| status["store"]["entries"] == 28);
    assert_eq!((posts(&seed), seed.json(&["search", "Veilleurs"])["total"].clone()), (BTreeSet::new(), 0.into()));
    // Ada leaves; Bob gets it from the box.
    drop(at_ada);
    let at_bob = serve(&bob, &[&at_seed]);
    wait_for_posts(&bob, &["au lavoir"]);
    stop(&seed, at_seed);
    assert_eq!(holding(&seed.data(), "Veilleurs"), [] as [PathBuf; 0]);
    stop(&bob, at_bob);
    assert_ne!(holding(&bob.data(), "Veilleurs"), [] as [PathBuf; 0]);
}
