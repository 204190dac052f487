//! Copies of a data folder never fork its logs: each goes on in an epoch of its own.

use crate::support::{Folder, LOOPBACK, Running};
use std::{fs, path::Path};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for item in fs::read_dir(from).unwrap() {
        let item = item.unwrap();
        let target = to.join(item.file_name());
        if item.file_type().unwrap().is_dir() {
            copy(&item.path(), &target);
        } else if item.file_type().unwrap().is_file() {
            fs::copy(item.path(), target).unwrap();
        }
    }
}

/// As `rsync --delete --inplace`: the files that stay are the same files with other contents.
fn put_back(from: &Path, to: &Path) {
    for item in fs::read_dir(to).unwrap() {
        let item = item.unwrap();
        let kept = from.join(item.file_name());
        match item.file_type().unwrap() {
            kind if kind.is_dir() && kept.is_dir() => put_back(&kept, &item.path()),
            kind if kind.is_dir() => fs::remove_dir_all(item.path()).unwrap(),
            _ if kept.exists() => {}
            _ => fs::remove_file(item.path()).unwrap(),
        }
    }
    copy(from, to);
}

fn post(folder: &Folder, text: &str) {
    folder.json(&["publish", "post", text, "--at", "43.7311,7.4197"]);
}

/// The texts of the posts that a node shows.
fn posts(folder: &Folder) -> Vec<String> {
    let shown = folder.json(&["posts"]);
    let mut texts: Vec<String> =
        shown["posts"].as_array().unwrap().iter().map(|post| post["text"].as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts
}

fn refused(folder: &Folder) -> String {
    folder.json(&["status"])["store"]["refused"].to_string()
}

/// An old copy is started elsewhere while the original lives, and another one is put back in its place; all write.
#[test]
fn an_old_copy_elsewhere_and_one_put_back_in_place_go_on_in_new_epochs() {
    let (a, elsewhere, b) = (Folder::of("Ada"), Folder::bare(), Folder::of("Bob"));
    let serve = |folder: &Folder, peer: Option<&Running>| {
        let peer = peer.map(|peer| ["--peer", peer.address()]);
        let args: Vec<&str> = LOOPBACK
            .iter()
            .copied()
            .chain(["--territory", "43.73,7.42:3"])
            .chain(peer.iter().flatten().copied())
            .collect();
        folder.serve(&args)
    };
    post(&a, "1 before the copy");
    copy(&a.data(), &elsewhere.data());
    let backup = tempfile::tempdir().unwrap();
    copy(&a.data(), backup.path());
    post(&a, "2 the original goes on");

    let at_b = serve(&b, None);
    let at_a = serve(&a, Some(&at_b));
    let at_copy = serve(&elsewhere, Some(&at_b));
    post(&elsewhere, "3 the copy, beside the original that runs");
    post(&a, "4 the original");
    let four = |folder: &Folder| {
        folder.wait_for(&["posts"], "four posts", |shown| shown["posts"].as_array().unwrap().len() == 4);
    };
    for folder in [&a, &elsewhere, &b] {
        four(folder);
    }
    drop((at_a, at_copy));
    // Put back over the same files; what was written since is gone here.
    put_back(backup.path(), &a.data());
    post(&a, "5 after the restore in place");
    assert_eq!(posts(&a), ["1 before the copy", "5 after the restore in place"]);
    let _at_a = serve(&a, Some(&at_b));
    let _at_copy = serve(&elsewhere, Some(&at_b));
    for folder in [&a, &elsewhere, &b] {
        folder.wait_for(&["posts"], "five posts", |shown| shown["posts"].as_array().unwrap().len() == 5);
        assert!(!refused(folder).contains("fork"), "{}", refused(folder));
        assert!(!refused(folder).contains("backlink"), "{}", refused(folder));
    }
    assert_eq!(posts(&a), posts(&b));
    assert_eq!(posts(&a), posts(&elsewhere));
}

/// A backup taken while the node runs, restored elsewhere beside the original that goes on.
#[test]
fn a_backup_goes_on_beside_the_original_and_neither_forks() {
    let (a, other, b) = (Folder::of("Ada"), Folder::bare(), Folder::of("Bob"));
    let args = |peer: Option<&Running>| -> Vec<String> {
        let peer = peer.map(|peer| ["--peer".to_owned(), peer.address().to_owned()]);
        let own = LOOPBACK.iter().copied().chain(["--territory", "43.73,7.42:3"]).map(str::to_owned);
        own.chain(peer.into_iter().flatten()).collect()
    };
    let serve = |folder: &Folder, peer: Option<&Running>| {
        let args = args(peer);
        folder.serve(&args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let at_b = serve(&b, None);
    let _at_a = serve(&a, Some(&at_b));
    post(&a, "1 before the backup");
    let backup = other.path("backup");
    let backup = backup.to_str().unwrap();
    a.json(&["backup", backup]);
    let again = a.run(&["backup", backup]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("new or empty"), "{again:?}");
    post(&a, "2 after it");

    let nothing = other.run(&["restore", other.path("nothing").to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&nothing.stderr).contains("is no backup"), "{nothing:?}");
    let restored = other.json(&["restore", backup]);
    assert_eq!(restored["id"], a.json(&["identity", "show"])["id"]);
    let over = other.run(&["restore", backup]);
    assert!(String::from_utf8_lossy(&over.stderr).contains("holds something already"), "{over:?}");
    assert_eq!(posts(&other), ["1 before the backup"]);
    post(&other, "3 from the restored one");
    let _at_other = serve(&other, Some(&at_b));
    post(&a, "4 from the original");
    for folder in [&a, &other, &b] {
        folder.wait_for(&["posts"], "four posts", |shown| shown["posts"].as_array().unwrap().len() == 4);
        assert!(!refused(folder).contains("fork"), "{}", refused(folder));
    }
}
