//! What is erased is gone from the disk, here and at the others, and does not come back.

use crate::support::{Folder, LOOPBACK, Running, holding, stop};
use std::path::PathBuf;

/// Nothing else holds these words.
const POST: &str = "Xylophage quincaillerie zinzolin";
const NAME: &str = "Zzyzxville pamplemousserie";

pub fn serve(folder: &Folder, peer: Option<&Running>) -> Running {
    let peer = peer.map(|peer| ["--peer", peer.address()]);
    let args: Vec<&str> =
        LOOPBACK.iter().copied().chain(["--territory", "43.73,7.42:3"]).chain(peer.iter().flatten().copied()).collect();
    folder.serve(&args)
}

fn shows(folder: &Folder) -> (usize, u64) {
    let posts = folder.json(&["posts"])["posts"].as_array().unwrap().len();
    (posts, folder.json(&["search", "Zzyzxville"])["total"].as_u64().unwrap())
}

#[test]
fn an_erased_payload_is_gone_from_every_disk_and_does_not_come_back() {
    let (a, b, c) = (Folder::of("Ada"), Folder::of("Bob"), Folder::of("Cleo"));
    let at = ["--at", "43.7311,7.4197"];
    let post = a.json(&[&["publish", "post", POST][..], &at].concat());
    let element = a.json(&[&["publish", "element", "--kind", "place", "--name", NAME][..], &at].concat());
    a.json(&[&["publish", "post", "reste"][..], &at].concat());
    let (at_a, at_b, at_c);
    at_a = serve(&a, None);
    at_b = serve(&b, Some(&at_a));
    at_c = serve(&c, Some(&at_a));
    for folder in [&a, &b, &c] {
        folder.wait_for(&["posts"], "both posts", |shown| shown["posts"].as_array().unwrap().len() == 2);
        folder.wait_for(&["search", "Zzyzxville"], "the element", |found| found["total"] == 1);
    }
    // C was there and is away when it is erased; so its copy is the one from which it might come back.
    stop(&c, at_c);
    assert!(!holding(&c.data(), POST).is_empty());
    // Words of elements lie in the index besides: that they are found there is what finding none is worth.
    assert!(holding(&c.data(), NAME).contains(&c.data().join("index")), "{:?}", holding(&c.data(), NAME));

    let others = b.run(&["erase", post["entries"][0].as_str().unwrap()]);
    assert!(!others.status.success() && String::from_utf8_lossy(&others.stderr).contains("§7.5"), "{others:?}");
    let erased = a.json(&["erase", post["entries"][0].as_str().unwrap()]);
    assert_eq!((erased["erased"].as_u64(), erased["own"].as_bool()), (Some(1), Some(true)));
    a.json(&["erase", element["element"].as_str().unwrap()]);
    assert_eq!(shows(&a), (1, 0));
    b.wait_for(&["posts"], "the erasure at B", |shown| shown["posts"].as_array().unwrap().len() == 1);
    b.wait_for(&["search", "Zzyzxville"], "the erasure of the element at B", |found| found["total"] == 0);
    stop(&b, at_b);
    stop(&a, at_a);
    for folder in [&a, &b] {
        for text in [POST, NAME] {
            assert_eq!(holding(&folder.data(), text), [] as [PathBuf; 0], "{text}");
        }
    }
    // C comes back with its copy: it learns of the erasure, and gives nothing back.
    let at_a = serve(&a, None);
    let at_c = serve(&c, Some(&at_a));
    c.wait_for(&["posts"], "the erasure at C", |shown| shown["posts"].as_array().unwrap().len() == 1);
    c.wait_for(&["search", "Zzyzxville"], "the erasure of the element at C", |found| found["total"] == 0);
    assert_eq!(shows(&a), (1, 0));
    // Who was never there gets the logs without what was erased from them.
    let d = Folder::of("Dora");
    let at_d = serve(&d, Some(&at_c));
    d.wait_for(&["posts"], "what is left, at D", |shown| shown["posts"].as_array().unwrap().len() == 1);
    let entries = |folder: &Folder| folder.json(&["status"])["store"]["entries"].as_u64().unwrap();
    d.wait_for(&["status"], "all entries at D", |status| status["store"]["entries"].as_u64() >= Some(entries(&c)));
    assert_eq!(shows(&d), (1, 0));
    stop(&d, at_d);
    stop(&c, at_c);
    stop(&a, at_a);
    for folder in [&a, &c, &d] {
        for text in [POST, NAME] {
            assert_eq!(holding(&folder.data(), text), [] as [PathBuf; 0], "{text}");
        }
    }
    // The log still verifies and goes on.
    a.json(&[&["publish", "post", "suite"][..], &at].concat());
    assert_eq!(shows(&a), (2, 0));
}
