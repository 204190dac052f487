//! Secret keys in the keyring of a desktop's session, where one can be started here.

use crate::{skip::skip, support::Folder};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Output, Stdio},
};

/// A session's bus with an open keyring on it. It ends with its standard input.
struct Session {
    child: Child,
    bus: String,
    home: tempfile::TempDir,
}

/// Unlock a keyring, say where the bus is, and stay.
const BEGIN: &str = "printf words | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 1; \
                     echo \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null";

impl Session {
    fn new() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new("dbus-run-session");
        command.args(["--", "sh", "-c", BEGIN]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        for name in ["HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME"] {
            command.env(name, home.path());
        }
        let mut child = command.spawn().ok()?;
        let mut bus = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut bus).unwrap();
        let session = Self { child, bus: bus.trim_end().to_owned(), home };
        (!session.bus.is_empty()).then_some(session)
    }
    fn run(&self, folder: &Folder, args: &[&str]) -> Output {
        let mut command = folder.command(&[args, &["--json"]].concat());
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus).env("XDG_RUNTIME_DIR", self.home.path());
        command.output().unwrap()
    }
    fn json(&self, folder: &Folder, args: &[&str]) -> Value {
        let ran = self.run(folder, args);
        assert!(ran.status.success(), "{args:?}: {ran:?}");
        serde_json::from_slice(&ran.stdout).unwrap()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

#[test]
fn keys_lie_in_the_keyring_of_a_session_and_open_with_it_alone() {
    let Some(session) = Session::new() else {
        return skip(
            "keys in a desktop's keyring",
            "no session with one starts (dbus-run-session, gnome-keyring-daemon)",
        );
    };
    let (folder, other) = (Folder::bare(), Folder::bare());
    let init = ["init", "--name", "Ada", "--at", "43.7311,7.4197", "--desktop-keyring"];
    let made = session.json(&folder, &init);
    assert_eq!(session.json(&folder, &["keys", "status"]), json!({ "keys": "desktop" }));
    // Nothing has to be given.
    assert_eq!(session.json(&folder, &["identity", "show"]), made);
    let no_session = |args: &[&str]| {
        let ran = folder.command(args).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus").output().unwrap();
        assert_eq!(ran.status.code(), Some(1), "{ran:?}");
        String::from_utf8(ran.stderr).unwrap()
    };
    let said = no_session(&["identity", "show"]);
    assert!(said.contains("the desktop's keyring does not answer") && said.lines().count() == 1, "{said}");

    // A backup is for elsewhere: it takes a passphrase of its own.
    let backup = other.path("backup");
    let backup = backup.to_str().unwrap();
    let refused = session.run(&folder, &["backup", backup]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(said.contains("which a backup cannot hold: give the passphrase"), "{said}");
    let words = other.path("words");
    std::fs::write(&words, "four words at random\n").unwrap();
    let words = words.to_str().unwrap();
    session.json(&folder, &["backup", backup, "--passphrase-file", words]);
    let restored = other.json(&["restore", backup, "--passphrase-file", words]);
    assert_eq!(restored["id"], made["id"]);
    // The folder itself is as it was, until it is sealed in another way.
    assert_eq!(session.json(&folder, &["identity", "show"]), made);
    session.json(&folder, &["keys", "seal", "--new-passphrase-file", words]);
    assert_eq!(folder.json(&["identity", "show", "--passphrase-file", words]), made);
}
