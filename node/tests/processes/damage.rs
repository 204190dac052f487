//! A store that was damaged: said in one line, and what can be read of it is kept.

use crate::support::Folder;
use serde_json::Value;
use std::{fs, path::Path};

/// An identity with ten posts, stopped cleanly.
fn ten() -> Folder {
    let folder = Folder::of("Ada");
    for n in 0..10 {
        folder.json(&["publish", "post", &format!("message numéro {n}, assez long"), "--at", "43.7311,7.4197"]);
    }
    folder
}

fn texts(folder: &Folder) -> Vec<String> {
    let told = folder.json(&["posts"]);
    let mut texts: Vec<String> =
        told["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

fn expected(without: &[usize]) -> Vec<String> {
    (0..10).filter(|n| !without.contains(n)).map(|n| format!("message numéro {n}, assez long")).collect()
}

fn database(folder: &Folder) -> std::path::PathBuf {
    folder.data().join("store/db")
}

fn overwrite(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    fs::write(path, bytes).unwrap();
}

/// The database's own order is gone: its settings, its snapshots.
fn break_order(folder: &Folder) {
    for item in fs::read_dir(folder.data().join("store")).unwrap() {
        let item = item.unwrap();
        if item.file_name().to_string_lossy().starts_with("snap") || item.file_name() == "conf" {
            fs::write(item.path(), b"not what it was, and longer than a checksum").unwrap();
        }
    }
}

fn goes_on(folder: &Folder, told: &Value) {
    assert_eq!(told["damaged"], true, "{told}");
    assert!(Path::new(told["aside"].as_str().unwrap()).join("db").is_file());
    folder.json(&["publish", "post", "et la suite", "--at", "43.7311,7.4197"]);
    assert!(texts(folder).contains(&"et la suite".to_owned()));
    assert_eq!(folder.json(&["fsck"])["damaged"], false);
    assert_eq!(folder.json(&["status"])["store"]["refused"], serde_json::json!({}));
}

#[test]
fn a_whole_store_is_left_alone() {
    let folder = ten();
    let before = fs::read(database(&folder)).unwrap();
    assert_eq!(folder.json(&["fsck"])["damaged"], false);
    assert_eq!(fs::read(database(&folder)).unwrap(), before);
    let text = String::from_utf8(folder.run(&["fsck"]).stdout).unwrap();
    assert_eq!(text, "nothing is wrong: every entry can be read\n");
    let running = folder.serve(&["--no-mdns"]);
    let refused = folder.run(&["fsck"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("a node (process ") && said.contains("stop it first"), "{said}");
    drop(running);
}

#[test]
fn without_the_databases_own_order_every_entry_is_found() {
    let folder = ten();
    break_order(&folder);
    let told = folder.json(&["fsck"]);
    assert_eq!((&told["without_payload"], &told["left_out"]), (&0.into(), &0.into()), "{told}");
    assert_eq!(texts(&folder), expected(&[]));
    assert_eq!(folder.json(&["identity", "show"])["name"], "Ada");
    goes_on(&folder, &told);
}

#[test]
fn a_store_that_does_not_open_is_mended_by_whoever_opens_it_and_that_is_said_until_it_was_looked_after() {
    let folder = ten();
    break_order(&folder);
    assert_eq!(texts(&folder), expected(&[]));
    let troubles = folder.json(&["status"])["store"]["troubles"].clone();
    assert_eq!((&troubles[0]["trouble"], &troubles[0]["missing"]), (&"mended".into(), &0.into()), "{troubles}");
    let aside = troubles[0]["aside"].as_str().unwrap();
    assert!(Path::new(aside).join("db").is_file());
    assert!(troubles[0]["message"].as_str().unwrap().contains(aside), "{troubles}");
    assert_eq!(folder.json(&["identity", "show"])["name"], "Ada");
    // What is erased now lies there still, and who erases is told.
    let published = folder.json(&["publish", "post", "et la suite", "--at", "43.7311,7.4197"]);
    let first = folder.json(&["posts"])["posts"].as_array().unwrap().iter().find_map(|post| {
        post["text"].as_str().unwrap().contains("numéro 3").then(|| post["id"].as_str().unwrap().to_owned())
    });
    assert_eq!(folder.json(&["erase", &first.unwrap()])["beside"], serde_json::json!([aside]));
    let last = published["entries"][0].as_str().unwrap();
    let said = folder.run(&["erase", last]);
    assert!(String::from_utf8_lossy(&said.stdout).contains(&format!("remove {aside}")), "{said:?}");
    // A second one beside it is told of when the first was looked after.
    let (aside, second) = (Path::new(aside), folder.data().join("store.damaged-2"));
    fs::rename(aside, &second).unwrap();
    assert_eq!(folder.json(&["status"])["store"]["troubles"][0]["aside"], second.to_str().unwrap());
    fs::remove_dir_all(second).unwrap();
    assert_eq!(folder.json(&["status"])["store"]["troubles"], serde_json::json!([]));
}

#[test]
fn keys_whose_store_is_gone_are_damage_and_no_second_identity_is_made_of_them() {
    let folder = ten();
    let elsewhere = folder.path("elsewhere");
    fs::rename(folder.data().join("store"), &elsewhere).unwrap();
    let init = ["init", "--name", "Ada", "--at", "43.7311,7.4197"];
    for args in [&["posts"][..], &init] {
        let refused = folder.run(args);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains("is gone") && said.lines().count() == 1, "{said}");
        assert!(!folder.data().join("store").exists(), "nothing is made where something should be");
    }
    let told = folder.json(&["fsck"]);
    assert_eq!((&told["damaged"], &told["entries"]), (&true.into(), &0.into()), "{told}");
    let refused = folder.run(&init);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("store of this data folder was lost"), "{refused:?}");
    // The right store in its place: all is there again.
    fs::remove_dir_all(folder.data().join("store")).unwrap();
    fs::rename(&elsewhere, folder.data().join("store")).unwrap();
    assert_eq!(texts(&folder), expected(&[]));
}

#[test]
fn a_restore_that_broke_off_is_refused_until_it_is_given_again() {
    let folder = ten();
    let backup = folder.path("backup");
    folder.json(&["backup", backup.to_str().unwrap()]);
    let restored = Folder::bare();
    fs::create_dir_all(restored.data().join("store")).unwrap();
    fs::write(restored.data().join("restoring"), "").unwrap();
    fs::write(restored.data().join("store/db"), "a part of it").unwrap();
    let refused = restored.run(&["posts", "--unsealed"]);
    assert!(!refused.status.success(), "{refused:?}");
    restored.json(&["restore", backup.to_str().unwrap()]);
    assert_eq!(texts(&restored), expected(&[]));
    assert!(!restored.data().join("restoring").exists());
}

#[test]
fn a_post_whose_bytes_are_hit_is_lost_and_the_others_are_kept() {
    let folder = ten();
    break_order(&folder);
    let hit = "message numéro 4".as_bytes();
    overwrite(&database(&folder), |bytes| {
        let places: Vec<usize> = (0..bytes.len() - hit.len()).filter(|at| bytes[*at..].starts_with(hit)).collect();
        assert!(!places.is_empty());
        places.into_iter().for_each(|at| bytes[at] = b'M');
    });
    let told = folder.json(&["fsck"]);
    assert_eq!((&told["without_payload"], &told["left_out"]), (&1.into(), &0.into()), "{told}");
    assert_eq!(texts(&folder), expected(&[4]));
    goes_on(&folder, &told);
}

#[test]
fn a_file_that_was_cut_keeps_what_stands_before() {
    let folder = ten();
    let whole = texts(&folder);
    overwrite(&database(&folder), |bytes| {
        let hit = "message numéro 6".as_bytes();
        let at = (0..bytes.len()).find(|at| bytes[*at..].starts_with(hit)).unwrap();
        bytes.truncate(at);
    });
    break_order(&folder);
    let told = folder.json(&["fsck"]);
    let kept = texts(&folder);
    assert!(kept.len() >= 6 && kept.len() < whole.len(), "{kept:?}");
    assert_eq!(kept[..6], whole[..6]);
    goes_on(&folder, &told);
}

/// An older copy is laid over, file by file, with newer files left beside.
#[test]
fn an_older_copy_laid_over_newer_files() {
    let folder = ten();
    let old = tempfile::tempdir().unwrap();
    for item in fs::read_dir(folder.data().join("store")).unwrap() {
        let item = item.unwrap();
        if item.file_type().unwrap().is_file() {
            fs::copy(item.path(), old.path().join(item.file_name())).unwrap();
        }
    }
    for n in 10..200 {
        folder.json(&["publish", "post", &format!("plus tard {n}"), "--at", "43.7311,7.4197"]);
    }
    for item in fs::read_dir(old.path()).unwrap() {
        let item = item.unwrap();
        fs::copy(item.path(), folder.data().join("store").join(item.file_name())).unwrap();
    }
    folder.json(&["fsck"]);
    let kept = texts(&folder);
    assert!(expected(&[]).iter().all(|text| kept.contains(text)), "{kept:?}");
    folder.json(&["publish", "post", "et la suite", "--at", "43.7311,7.4197"]);
    assert_eq!(folder.json(&["fsck"])["damaged"], false);
}
