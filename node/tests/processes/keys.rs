//! Secret keys under a passphrase, through the real binary.

use crate::support::{Folder, LOOPBACK};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

const INIT: [&str; 5] = ["init", "--name", "Ada", "--at", "43.7311,7.4197"];

/// A file with a passphrase, beside the data folder.
fn passphrase(folder: &Folder, name: &str, words: &str) -> String {
    let path = folder.path(name);
    fs::write(&path, format!("{words}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The one line on stderr of a command that must be refused.
fn line(ran: &Output) -> String {
    assert_eq!(ran.status.code(), Some(1), "{ran:?}");
    let said = String::from_utf8(ran.stderr.clone()).unwrap();
    assert_eq!(said.lines().count(), 1, "{said:?}");
    said.trim_end().to_owned()
}

fn refused(folder: &Folder, args: &[&str]) -> String {
    line(&folder.run(args))
}

fn answer(ran: &Output) -> Value {
    assert!(ran.status.success(), "{ran:?}");
    serde_json::from_slice(&ran.stdout).unwrap()
}

/// What lies in the vault, with its bytes.
fn vault(folder: &Folder) -> Vec<(PathBuf, Vec<u8>)> {
    let items = fs::read_dir(folder.data().join("vault")).unwrap().map(|item| item.unwrap().path());
    let mut files: Vec<_> = items.map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    files.sort();
    files
}

#[test]
fn a_folder_opens_with_its_passphrase_wherever_that_comes_from() {
    let folder = Folder::bare();
    let right = passphrase(&folder, "right", "four words at random");
    let wrong = passphrase(&folder, "wrong", "four other words");
    let made = folder.json(&[&INIT[..], &["--passphrase-file", &right]].concat());
    assert_eq!(made["name"], "Ada");
    let before = vault(&folder);
    assert!(!before.iter().any(|(path, _)| path.ends_with("unsealed.key")), "{before:?}");

    let said = refused(&folder, &["identity", "show"]);
    assert!(
        said.ends_with("its keys are sealed under a passphrase: give it with --passphrase-file FILE, or at a terminal"),
        "{said}"
    );
    assert!(said.contains(folder.data().to_str().unwrap()), "{said}");
    let said = refused(&folder, &["identity", "show", "--passphrase-file", &wrong]);
    assert!(said.ends_with("the passphrase is wrong"), "{said}");
    let said = refused(&folder, &["identity", "show", "--passphrase-file", folder.path("missing").to_str().unwrap()]);
    assert!(said.contains("missing cannot be read"), "{said}");
    // Refused, as JSON too; and nothing was touched.
    let ran = folder.run(&["status", "--json", "--passphrase-file", &wrong]);
    let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.status.code(), &value["error"]["code"]), (Some(1), &json!("invalid")));
    assert_eq!(vault(&folder), before);

    let status = folder.json(&["status", "--passphrase-file", &right]);
    assert_eq!((&status["phase"], &status["keys"]), (&json!("ready"), &json!("passphrase")));
    let show = || folder.command(&["identity", "show", "--json"]);
    assert_eq!(answer(&show().env("COMMUNAUT_PASSPHRASE_FILE", &right).output().unwrap()), made);
    assert!(
        line(&show().env("COMMUNAUT_PASSPHRASE_FILE", &wrong).output().unwrap()).ends_with("the passphrase is wrong")
    );
    // As systemd hands it to a service.
    let credentials = folder.path("credentials");
    fs::create_dir(&credentials).unwrap();
    fs::copy(&right, credentials.join("communaut-passphrase")).unwrap();
    assert_eq!(answer(&show().env("CREDENTIALS_DIRECTORY", &credentials).output().unwrap()), made);
}

#[test]
fn no_identity_is_made_until_it_is_said_how_its_keys_are_kept() {
    let folder = Folder::bare();
    let said = refused(&folder, &INIT);
    assert!(
        said.ends_with(
            "it is new: say how its secret keys are to be kept, with --passphrase-file FILE, --desktop-keyring or \
             --unsealed"
        ),
        "{said}"
    );
    let short = passphrase(&folder, "short", "secret");
    let said = refused(&folder, &[&INIT[..], &["--passphrase-file", &short]].concat());
    assert!(said.contains("the passphrase has fewer than 8 characters"), "{said}");
    let said = refused(&folder, &[&INIT[..], &["--unsealed", "--desktop-keyring"]].concat());
    assert!(said.ends_with("give one of --passphrase-file, --desktop-keyring and --unsealed"), "{said}");
    let said = refused(&folder, &["run"]);
    assert!(said.contains("it is new"), "{said}");
    // No session of a desktop, no keyring.
    let ran = folder
        .command(&[&INIT[..], &["--desktop-keyring"]].concat())
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        .output()
        .unwrap();
    assert!(line(&ran).contains("the desktop's keyring does not answer"), "{ran:?}");
    assert!(!folder.data().join("vault").exists());

    folder.json(&[&INIT[..], &["--unsealed"]].concat());
    let status = String::from_utf8(folder.run(&["status"]).stdout).unwrap();
    assert!(status.contains("keys     unsealed: whoever reads the data folder has them\n"), "{status}");
    // Who gives a passphrase believes that there is one.
    let long = passphrase(&folder, "long", "four words at random");
    let said = refused(&folder, &["status", "--passphrase-file", &long]);
    assert!(said.contains("are kept already, unsealed") && said.contains("`communaut-node keys seal`"), "{said}");
}

#[test]
fn keys_are_sealed_anew_beside_a_running_node() {
    let folder = Folder::of("Ada");
    assert_eq!(folder.json(&["keys", "status"]), json!({ "keys": "unsealed" }));
    let running = folder.serve(&LOOPBACK);
    let first = passphrase(&folder, "first", "four words at random");
    let second = passphrase(&folder, "second", "four other words");
    let costs = json!({ "keys": "passphrase", "argon2id": { "memory_kib": 65_536, "passes": 3, "lanes": 4 } });
    let said = refused(&folder, &["keys", "seal"]);
    assert!(said.contains("--new-passphrase-file FILE, --desktop-keyring or --unsealed"), "{said}");
    assert_eq!(folder.json(&["keys", "seal", "--new-passphrase-file", &first]), costs);
    assert!(!folder.data().join("vault/unsealed.key").exists());
    // It needs no passphrase to be talked to.
    folder.json(&["publish", "post", "bonjour", "--on", "me"]);
    assert_eq!(folder.json(&["status"])["keys"], "passphrase");
    drop(running);

    let said = refused(&folder, &["show", "me"]);
    assert!(said.contains("sealed under a passphrase"), "{said}");
    let wall = folder.json(&["show", "me", "--passphrase-file", &first]);
    assert_eq!(wall["wall"][0]["text"], "bonjour");
    // Another passphrase: neither without the old one, nor with a wrong one.
    let seal =
        |old: &str, new: &str| folder.run(&["keys", "seal", "--passphrase-file", old, "--new-passphrase-file", new]);
    assert!(line(&seal(&second, &second)).ends_with("the passphrase is wrong"));
    assert!(refused(&folder, &["keys", "seal", "--unsealed"]).contains("sealed under a passphrase"));
    assert!(seal(&first, &second).status.success());
    assert!(refused(&folder, &["show", "me", "--passphrase-file", &first]).ends_with("the passphrase is wrong"));
    let _running = folder.serve(&[&LOOPBACK[..], &["--passphrase-file", &second]].concat());
    assert_eq!(folder.json(&["show", "me"])["wall"][0]["text"], "bonjour");
    // And back, as somebody asks for it.
    let open = folder.json(&["keys", "seal", "--passphrase-file", &second, "--unsealed"]);
    assert_eq!(open, json!({ "keys": "unsealed" }));
    assert!(refused(&folder, &["keys", "seal", "--unsealed"]).ends_with("its keys lie unsealed already"));
}

#[test]
fn a_backup_is_sealed_like_its_folder() {
    let (folder, other) = (Folder::bare(), Folder::bare());
    let right = passphrase(&folder, "right", "four words at random");
    let wrong = passphrase(&folder, "wrong", "four other words");
    let made = folder.json(&[&INIT[..], &["--passphrase-file", &right]].concat());
    let backup = other.path("backup");
    let backup = backup.to_str().unwrap();
    folder.json(&["backup", backup, "--passphrase-file", &right]);
    assert!(!Path::new(backup).join("vault/unsealed.key").exists());
    assert!(refused(&other, &["restore", backup]).contains("sealed under a passphrase"));
    assert!(refused(&other, &["restore", backup, "--passphrase-file", &wrong]).ends_with("the passphrase is wrong"));
    assert!(!other.data().exists(), "nothing is restored that does not open");
    let restored = other.json(&["restore", backup, "--passphrase-file", &right]);
    assert_eq!(restored["id"], made["id"]);
    assert_eq!(other.json(&["keys", "status"])["keys"], "passphrase");
}

#[test]
fn a_damaged_vault_is_named_in_one_line_and_left_as_it_is() {
    let folder = Folder::of("Ada");
    let lock = folder.data().join("vault/vault.json");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, &text[..text.len() - 20]).unwrap();
    let before = vault(&folder);
    let said = refused(&folder, &["identity", "show"]);
    assert!(said.ends_with("vault/vault.json cannot be read; bring it back from a backup"), "{said}");
    assert_eq!(vault(&folder), before);
    fs::write(&lock, text).unwrap();
    let device = folder.data().join("vault/device.sealed");
    fs::write(&device, &fs::read(&device).unwrap()[..40]).unwrap();
    let said = refused(&folder, &["identity", "show"]);
    assert!(
        said.contains("vault/device.sealed is damaged, or of another vault; bring it back from a backup"),
        "{said}"
    );
}
