//! The real binary on real folders: by itself, and through the socket of a running node.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "cli/places.rs"]
mod places;
#[path = "cli/refused.rs"]
mod refused;
#[path = "cli/together.rs"]
mod together;

use serde_json::{Value, json};
use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc::{self, Receiver},
    time::{Duration, Instant},
};

/// Longer than anything here takes: a hanging node fails its test instead of stopping all.
const PATIENCE: Duration = Duration::from_secs(180);

const RECORDS: &str = "\
nom;latitude;longitude;adresse;téléphone
Boulangerie du Port;43.7350;7.4210;1 quai Antoine;+377 11 22 33 44
Café de la Gare;43.7312;7.4190;2 place d'Armes;
Sans coordonnées;;;;
";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_communaut-node"));
    // The times in these tests are those of Paris, and places those of nobody's country, whatever the machine says.
    command.env("LC_ALL", "C").env("TZ", "Europe/Paris").env_remove("RUST_LOG").stdin(Stdio::null());
    command.env_remove("COMMUNAUT_PASSPHRASE_FILE").env_remove("CREDENTIALS_DIRECTORY");
    command
}

/// A data folder, and the commands on it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
    /// With an identity.
    fn of(name: &str) -> Self {
        let folder = Self::new();
        let made = folder.json(&["init", "--name", name, "--at", "43.7311,7.4197", "--unsealed"]);
        assert_eq!(made["name"], name);
        folder
    }
    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }
    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
    fn command(&self, args: &[&str]) -> Command {
        let mut command = program();
        command.arg("--data").arg(self.data()).args(args);
        command
    }
    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }
    /// What a command prints as text; it must succeed and say nothing else.
    fn text(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        let (out, err) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
        assert!(ran.status.success() && err.is_empty(), "{args:?}: {} {err}{out}", ran.status);
        out
    }
    /// What a command prints as JSON.
    fn json(&self, args: &[&str]) -> Value {
        let out = self.text(&[args, &["--json"]].concat());
        assert_eq!(out.lines().count(), 1, "{out}");
        serde_json::from_str(&out).unwrap()
    }
    /// The error of a command that must fail: its code as JSON, its one line on stderr.
    fn refusal(&self, args: &[&str]) -> (String, String) {
        let ran = self.run(&[args, &["--json"]].concat());
        assert_eq!(ran.status.code(), Some(1), "{args:?}: {ran:?}");
        let line = one_line(&ran);
        let value: Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(value["error"]["message"], line.as_str());
        (value["error"]["code"].as_str().unwrap().to_owned(), line)
    }
}

/// The one line on stderr, without the program's name.
fn one_line(ran: &Output) -> String {
    let err = String::from_utf8(ran.stderr.clone()).unwrap();
    assert_eq!(err.lines().count(), 1, "{err:?}");
    err.trim_end().strip_prefix("communaut-node: ").unwrap_or_else(|| panic!("{err:?}")).to_owned()
}

/// A node that runs in its own process.
struct Daemon {
    child: Child,
    events: Receiver<Value>,
    /// Events that came while others were waited for.
    passed: RefCell<Vec<Value>>,
}

impl Daemon {
    fn start(folder: &Folder, more: &[&str]) -> Self {
        let args = [&["run", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"], more].concat();
        let mut child = folder.command(&args).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, events) = mpsc::sync_channel(1_000);
        std::thread::spawn(move || {
            lines.map_while(Result::ok).try_for_each(|line| send.send(serde_json::from_str(&line).unwrap()))
        });
        Self { child, events, passed: RefCell::default() }
    }
    /// The next event of a name. What comes before it is kept: which of an address and a
    /// territory comes first is not said.
    fn event(&self, name: &str) -> Value {
        let mut passed = self.passed.borrow_mut();
        if let Some(at) = passed.iter().position(|event| event["event"] == name) {
            return passed.remove(at);
        }
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let event = self.events.recv_timeout(left).unwrap_or_else(|_| panic!("no event '{name}' came"));
            if event["event"] == name {
                return event;
            }
            passed.push(event);
        }
    }
    fn ready(folder: &Folder) -> Self {
        let daemon = Self::start(folder, &[]);
        daemon.event("ready");
        daemon
    }
    fn end(mut self) -> Option<i32> {
        self.event("stopped");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Ended already, mostly.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn id(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

fn names(found: &Value) -> Vec<&str> {
    found["hits"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap()).collect()
}

#[test]
fn an_identity_is_made_once() {
    let folder = Folder::of("Ada");
    let shown = folder.json(&["identity", "show"]);
    assert_eq!((&shown["name"], &shown["home"]), (&json!("Ada"), &json!({ "lat": 43.7311, "lon": 7.4197 })));
    assert_eq!(shown["devices"][0]["this"], true);
    let (code, line) = folder.refusal(&["init", "--name", "Eve", "--at", "1,2"]);
    assert_eq!(code, "already_initialised");
    assert!(line.contains("Ada"), "{line}");
    assert_eq!(folder.json(&["identity", "show"]), shown);
    folder.json(&["profile", "set", "--about", "Mathématicienne"]);
    let changed = folder.json(&["identity", "show"]);
    assert_eq!((&changed["name"], &changed["about"]), (&json!("Ada"), &json!("Mathématicienne")));
}

#[test]
fn a_file_imported_twice_changes_nothing_and_is_found() {
    let folder = Folder::of("Ada");
    let file = folder.write("records.csv", RECORDS);
    let first = folder.json(&["import", &file]);
    assert_eq!((&first["read"], &first["created"], &first["updated"]), (&json!(3), &json!(2), &json!(0)));
    assert_eq!(first["skipped"].as_array().unwrap().len(), 1);
    assert!(first["skipped"][0]["at"].as_str().unwrap().contains('4'), "{first}");
    assert!(first.get("error").is_none());
    let again = folder.json(&["import", &file]);
    assert_eq!((&again["created"], &again["updated"], &again["unchanged"]), (&json!(0), &json!(0), &json!(2)));
    assert!(folder.text(&["import", &file]).starts_with("3 read: 0 created, 0 updated, 2 unchanged, 1 skipped\n"));

    assert_eq!(names(&folder.json(&["search", "CAFE"])), ["Café de la Gare"]);
    let near = folder.json(&["search", "--near", "43.7351,7.4211", "--radius", "2", "--kind", "place"]);
    assert_eq!(names(&near), ["Boulangerie du Port", "Café de la Gare"]);
    assert!(near["hits"][0]["distance_m"].as_u64().unwrap() < 30, "{near}");
    let nearest = folder.json(&["search", "--near", "43.7351,7.4211", "--radius", "0.1"]);
    assert_eq!(names(&nearest), ["Boulangerie du Port"]);
    // The wrong way around is told, and not turned in silence.
    let swapped = folder.json(&["search", "--near", "7.4211,43.7351", "--radius", "2"]);
    assert_eq!((&swapped["total"], &swapped["swapped"]["lat"]), (&json!(0), &json!(43.7351)), "{swapped}");
    assert!(folder.text(&["search", "--near", "7.4211,43.7351"]).contains("are the two swapped? 43.7351,7.4211 is"));
    for bad in ["NaN,NaN", "inf,7", "91,7"] {
        let ran = folder.run(&["search", "--near", bad]);
        assert!(ran.status.code() == Some(2) && String::from_utf8_lossy(&ran.stderr).contains("latitude"), "{ran:?}");
    }
    let offered = &folder.json(&["search", "boulangerie lyon"])["offered"];
    assert_eq!((&offered["text"], &offered["place"]["name"]), (&json!("boulangerie"), &json!("Lyon")));
    let one = folder.json(&["search", "--kind", "place", "--limit", "1"]);
    assert_eq!((&one["total"], names(&one).len()), (&json!(2), 1));
    let text = folder.text(&["search", "boulangerie"]);
    let short = near["hits"][0]["id"].as_str().unwrap().get(..12).unwrap();
    assert!(text.contains("Boulangerie du Port") && text.starts_with(short), "{text}");
}

#[test]
fn an_import_under_a_wrong_name_is_taken_back() {
    let folder = Folder::of("Ada");
    folder.json(&["import", &folder.write("records.csv", RECORDS), "--source", "wrong"]);
    let undone = |yes: bool| json!({ "closed": 2, "kept": 0, "dry_run": !yes });
    assert_eq!(folder.json(&["import-undo", "wrong"]), undone(false));
    assert_eq!(folder.json(&["import-undo", "wrong", "--yes"]), undone(true));
    assert_eq!(names(&folder.json(&["search", "CAFE"])).len(), 0);
    // Many, in several parts: one answer at the end.
    let row = |number: usize| format!("Lavoir {number},43.{:04},7.4\n", 7_000 + number);
    let many: String = std::iter::once("name,lat,lon\n".to_owned()).chain((0..1_200).map(row)).collect();
    folder.json(&["import", &folder.write("many.csv", &many)]);
    let all = json!({ "closed": 1_200, "kept": 0, "dry_run": false });
    assert_eq!(folder.json(&["import-undo", "many", "--yes"]), all);
    assert_eq!(folder.refusal(&["import-stop"]).0, "not_found");
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = Folder::of("Ada");
    let missing = folder.0.path().join("missing.csv");
    let ran = folder.run(&["import", missing.to_str().unwrap(), "--json"]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(one_line(&ran).contains("missing.csv"), "{ran:?}");
    let said: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(said["error"]["reason"]["code"], "unread", "{said}");
    assert_eq!(said["error"]["reason"]["why"], json!({ "code": "missing" }), "{said}");
    let empty = folder.write("empty.csv", "");
    let ran = folder.run(&["import", &empty]);
    assert_eq!(ran.status.code(), Some(1));
    assert!(one_line(&ran).contains("empty.csv"), "{ran:?}");
}

/// Everything that a person writes, on a node that is there or is opened for each command.
fn write_and_vote(folder: &Folder) {
    let made = folder.json(&[
        "publish",
        "element",
        "--kind",
        "organisation",
        "--name",
        "Amap du Port",
        "--at",
        "43.735,7.421",
        "--tag",
        "bio,légumes",
        "--website",
        "https://amap.example",
    ]);
    let organisation = id(&made["element"]);
    // The beginning of an id is enough wherever one is asked for.
    let short = organisation.get(..10).unwrap();
    let posted = folder.json(&["publish", "post", "Bonjour à toutes", "--on", short]);
    let post = id(&posted["entries"][0]);
    folder.json(&["publish", "post", "Merci !", "--on", short, "--reply-to", post.get(..10).unwrap()]);
    let event = folder.json(&[
        "publish",
        "event",
        "--name",
        "Distribution",
        "--in",
        short,
        "--start",
        "2031-05-06T18:00",
        "--end",
        "2031-05-06T19:30",
        "--zone",
        "America/Montreal",
    ]);
    let event = id(&event["element"]);

    let shown = folder.json(&["show", short]);
    assert_eq!(shown["element"]["id"], organisation.as_str());
    assert_eq!(shown["element"]["tags"], json!(["bio", "légumes"]));
    assert_eq!(shown["wall"].as_array().unwrap().len(), 2);
    assert_eq!((&shown["wall"][0]["text"], &shown["wall"][0]["reply_to"]), (&json!("Merci !"), &json!(post)));
    assert_eq!(shown["roles"][0]["role"], "leader");
    let edited = folder.json(&["publish", "element", "--edit", short, "--phone", "+377 1"]);
    assert_eq!(edited["entries"].as_array().unwrap().len(), 1);
    let shown = folder.json(&["show", short]);
    assert_eq!((&shown["element"]["phone"], &shown["element"]["name"]), (&json!("+377 1"), &json!("Amap du Port")));

    let agenda = folder.json(&["agenda", "--from", "2031-05-06", "--to", "2031-05-07"]);
    let found = &agenda["events"][0];
    assert_eq!((&found["element"]["id"], &found["start"]), (&json!(event), &json!("2031-05-06T18:00:00-04:00")));
    assert_eq!(found["element"]["parent"], organisation.as_str());
    // 18:00 in Montreal is midnight in Paris: the day before has nothing.
    assert_eq!(folder.json(&["agenda", "--from", "2031-05-05", "--to", "2031-05-06"])["events"], json!([]));
    let text = folder.text(&["agenda", "--from", "2031-05-06", "--to", "2031-05-07"]);
    assert!(text.starts_with("Tue 2031-05-06 18:00 – 19:30 America/Montreal"), "{text}");

    let proposed = folder.json(&[
        "propose",
        "--in",
        short,
        "--title",
        "Un composteur ?",
        "--text",
        "Derrière la halle.",
        "--quorum",
        "50",
        "--closes",
        "2031-01-01",
    ]);
    let proposal = id(&proposed["entries"][0]);
    let proposal = proposal.get(..10).unwrap();
    folder.json(&["vote", proposal, "no"]);
    assert_eq!(folder.json(&["vote", proposal, "no"])["entries"], json!([]), "the same vote again says nothing new");
    folder.json(&["vote", proposal, "yes"]);
    let open = folder.json(&["proposal", proposal]);
    assert_eq!((&open["status"], &open["estimate"], &open["may_vote"]), (&json!("open"), &json!(true), &json!(true)));
    assert_eq!(
        (&open["tally"]["yes"], &open["tally"]["no"], &open["tally"]["electorate"]),
        (&json!(1), &json!(0), &json!(1))
    );
    // What explains it can go, what decides stays.
    assert_eq!((&open["text"], &open["text_erased"]), (&json!("Derrière la halle."), &json!(false)));
    assert_eq!(folder.json(&["erase", proposal])["erased"], 1);
    let erased = folder.json(&["proposal", proposal]);
    assert_eq!((&erased["text"], &erased["text_erased"], &erased["title"]), (&json!(""), &json!(true), &open["title"]));
    assert_eq!(erased["tally"], open["tally"]);
    assert!(folder.text(&["proposal", proposal]).contains("(its reasons were erased)"));
    assert_eq!(folder.refusal(&["erase", proposal]).0, "not_found");
    let closed = folder.json(&["close", proposal]);
    assert_eq!((&closed["status"], &closed["estimate"]), (&json!("accepted"), &json!(false)));
    let (code, _) = folder.refusal(&["vote", proposal, "no"]);
    assert_eq!(code, "not_allowed");

    folder.json(&["link", "me", &event, "attendee", "--state", "accepted"]);
    folder.json(&["retract", &event]);
    assert_eq!(folder.refusal(&["show", &event]).0, "not_found");
}

#[test]
fn everything_without_a_running_node() {
    let folder = Folder::of("Ada");
    write_and_vote(&folder);
    let status = folder.json(&["status"]);
    assert_eq!((&status["phase"], &status["network"]["peer"]), (&json!("ready"), &json!("")));
    assert!(status["store"]["entries"].as_u64().unwrap() > 10);
    assert_eq!(folder.refusal(&["dial", "/ip4/127.0.0.1/tcp/1"]).0, "not_found");
    assert_eq!(folder.refusal(&["stop"]).0, "not_found");
}

#[test]
fn everything_through_a_running_node() {
    let folder = Folder::of("Ada");
    let daemon = Daemon::start(&folder, &["--territory", "43.7311,7.4197:5", "--territory", "spv2,u0j8"]);
    let peer = id(&daemon.event("starting")["peer"]);
    assert!(daemon.event("listening")["address"].as_str().unwrap().starts_with("/ip4/127.0.0.1/tcp/"));
    assert_eq!(daemon.event("following")["territory"]["name"], "43.7311,7.4197, 5 km");
    assert_eq!(daemon.event("following")["territory"]["cells"], json!(["spv2", "u0j8"]));
    daemon.event("ready");
    // It is the running node that answers: only that one has a peer id.
    assert_eq!(folder.json(&["status"])["network"]["peer"], peer.as_str());
    write_and_vote(&folder);
    // A relative path is one of the shell's folder, not of the node's.
    folder.write("records.csv", RECORDS);
    let ran = folder.command(&["import", "records.csv", "--json"]).current_dir(folder.0.path()).output().unwrap();
    let report: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.status.code(), &report["created"]), (Some(0), &json!(2)), "{ran:?}");
    let inside = folder.json(&["search", "gare", "--territory", "spv2,u0j8"]);
    assert_eq!(names(&inside), ["Café de la Gare"]);
    assert_eq!(folder.json(&["peers"])["peers"], json!([]));
    assert_eq!(folder.json(&["stop"]), json!({ "done": true }));
    assert_eq!(daemon.end(), Some(0));
    // The folder is free again, with all that was written through the socket.
    let status = folder.json(&["status"]);
    assert_eq!(status["network"]["peer"], "");
    assert_eq!(names(&folder.json(&["search", "gare"])), ["Café de la Gare"]);
}

#[test]
fn territories_are_drawn_published_and_left() {
    let folder = Folder::of("Ada");
    let followed = folder.json(&["territory", "follow", "Monaco:3"]);
    assert_eq!((&followed["name"], &followed["followed"]), (&json!("Monaco, 3 km"), &json!(true)));
    let square =
        r#"{"type":"Polygon","coordinates":[[[7.40,43.72],[7.44,43.72],[7.44,43.75],[7.40,43.75],[7.40,43.72]]]}"#;
    let file = folder.write("le rocher.geojson", square);
    let drawn = folder.json(&["territory", "create", &format!("@{file}"), "--name", "Le Rocher"]);
    assert_eq!((&drawn["name"], &drawn["followed"]), (&json!("Le Rocher"), &json!(true)));
    let list = folder.json(&["territory", "list"]);
    assert_eq!(list["territories"].as_array().unwrap().len(), 2);
    assert_eq!(folder.json(&["territory", "follow", "le rocher"])["id"], drawn["id"]);
    // Drawn anew, one that only this node follows stays the same one.
    let larger = square.replace("7.44", "7.47");
    let file = folder.write("plus grand.geojson", &larger);
    let before = followed["cells"].as_array().unwrap().len();
    let redrawn = folder.json(&["territory", "redraw", "Monaco, 3 km", &format!("@{file}")]);
    assert_eq!((&redrawn["id"], &redrawn["name"]), (&followed["id"], &followed["name"]));
    assert_ne!(redrawn["cells"].as_array().unwrap().len(), before, "{redrawn}");
    let named = folder.json(&["territory", "redraw", "Monaco, 3 km", "Monaco:5", "--name", "La côte"]);
    assert_eq!((&named["id"], &named["name"]), (&followed["id"], &json!("La côte")));
    folder.json(&["territory", "unfollow", drawn["id"].as_str().unwrap().get(..8).unwrap()]);
    let (code, line) = folder.refusal(&["territory", "redraw", "Le Rocher", "Monaco:2"]);
    assert!(code == "not_found" && line.contains("no territory 'Le Rocher' is followed here"), "{line}");
    // Published, it stays known.
    let list = folder.json(&["territory", "list"]);
    let known: Vec<_> = list["territories"].as_array().unwrap().iter().filter(|t| t["followed"] == false).collect();
    assert_eq!(known.len(), 1, "{list}");
    assert_eq!(known[0]["id"], drawn["id"]);
    let (code, line) = folder.refusal(&["territory", "follow", "Lyon"]);
    assert_eq!(code, "not_found");
    assert!(line.ends_with("Lyon:10"), "{line}");
    let (code, line) = folder.refusal(&["territory", "follow", "@missing.geojson"]);
    assert_eq!(code, "io");
    assert!(line.contains("missing.geojson"), "{line}");
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = Folder::of("Ada");
    for args in [&["status"][..], &["--help"], &["identity", "show", "--json"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = folder.command(args).stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((ran.status.code(), String::from_utf8(ran.stderr).unwrap()), (Some(0), String::new()), "{args:?}");
    }
}

#[test]
fn a_long_text_comes_from_the_standard_input() {
    let folder = Folder::of("Ada");
    let mut child = folder
        .command(&["publish", "post", "-", "--on", "me", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("Une\nlongue lettre".as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(folder.json(&["show", "me"])["wall"][0]["text"], "Une\nlongue lettre");
    let text = folder.text(&["show", "me"]);
    assert!(text.ends_with("Une\n    longue lettre\n"), "{text:?}");
}

/// Ask until it is so.
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < end, "{what}: not in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn two_nodes_find_what_the_other_wrote() {
    let (a, b, c) = (Folder::of("Ada"), Folder::of("Béa"), Folder::of("Cléo"));
    let file = a.write("records.csv", RECORDS);
    a.json(&["import", &file]);
    let near = ["--territory", "43.7311,7.4197:5"];
    let first = Daemon::start(&a, &near);
    let address = id(&first.event("listening")["address"]);
    first.event("ready");
    let second = Daemon::start(&b, &[&near[..], &["--peer", &address]].concat());
    second.event("ready");
    until("B holds what A imported", || names(&b.json(&["search", "--kind", "place"])).len() == 2);
    let found = b.json(&["search", "--kind", "place"]);
    let theirs = id(&found["hits"][0]["id"]);
    b.json(&["publish", "post", "Ouvert le dimanche ?", "--on", &theirs]);
    until("A shows B's post", || a.json(&["show", &theirs])["wall"][0]["text"] == "Ouvert le dimanche ?");
    // A third one is told the address later.
    let third = Daemon::start(&c, &near);
    third.event("ready");
    assert_eq!(c.json(&["peers"])["connected"], 0);
    assert_eq!(c.json(&["dial", &address]), json!({ "done": true }));
    until("C shows B's post", || {
        let shown = c.run(&["show", &theirs, "--json"]);
        shown.status.success() && String::from_utf8_lossy(&shown.stdout).contains("Ouvert le dimanche ?")
    });
    assert!(c.json(&["peers"])["connected"].as_u64().unwrap() >= 1);
    let (code, line) = c.refusal(&["dial", "nowhere"]);
    assert_eq!(code, "invalid");
    assert!(line.contains("nowhere"), "{line}");
}

#[cfg(unix)]
#[test]
fn signals_stop_a_node_cleanly() {
    for signal in ["INT", "TERM"] {
        let folder = Folder::of("Ada");
        let daemon = Daemon::ready(&folder);
        let pid = daemon.child.id();
        assert!(Command::new("sh").arg("-c").arg(format!("kill -{signal} {pid}")).status().unwrap().success());
        assert_eq!(daemon.end(), Some(0), "{signal}");
        assert_eq!(folder.json(&["status"])["phase"], "ready");
    }
}

#[test]
fn a_killed_node_leaves_a_folder_that_opens() {
    let folder = Folder::of("Ada");
    let mut daemon = Daemon::ready(&folder);
    let post = folder.json(&["publish", "post", "avant la coupure", "--on", "me"]);
    daemon.child.kill().unwrap();
    daemon.child.wait().unwrap();
    let wall = &folder.json(&["show", "me"])["wall"];
    assert_eq!((&wall[0]["id"], &wall[0]["text"]), (&post["entries"][0], &json!("avant la coupure")));
    let daemon = Daemon::ready(&folder);
    assert_ne!(folder.json(&["status"])["network"]["peer"], "");
    folder.json(&["stop"]);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_folder_has_one_node_and_commands_in_parallel_wait_for_each_other() {
    let folder = Folder::of("Ada");
    std::thread::scope(|scope| {
        for number in 0..8 {
            let folder = &folder;
            scope.spawn(move || folder.json(&["publish", "post", &format!("{number}"), "--on", "me"]));
        }
    });
    assert_eq!(folder.json(&["show", "me"])["wall"].as_array().unwrap().len(), 8);
    let daemon = Daemon::ready(&folder);
    let second = folder.run(&["run", "--listen", "/ip4/127.0.0.1/tcp/0", "--no-mdns"]);
    assert_eq!(second.status.code(), Some(1));
    let line = one_line(&second);
    assert!(line.contains(folder.data().to_str().unwrap()), "{line}");
    drop(daemon);
}

#[cfg(unix)]
#[test]
fn a_holder_that_does_not_answer_is_named() {
    let folder = Folder::of("Ada");
    let daemon = Daemon::ready(&folder);
    std::fs::remove_file(folder.data().join("node.sock")).unwrap();
    let (code, line) = folder.refusal(&["status"]);
    assert_eq!(code, "busy");
    assert!(line.contains("does not answer at its socket"), "{line}");
    drop(daemon);
}

#[test]
fn a_folder_with_a_long_path_is_reached_all_the_same() {
    let folder = Folder::new();
    let data: PathBuf = folder.0.path().join("d".repeat(60)).join("e".repeat(60));
    let run = |args: &[&str]| program().arg("--data").arg(&data).args(args).output().unwrap();
    assert!(run(&["init", "--name", "Ada", "--at", "1,2", "--unsealed"]).status.success());
    let mut child = program()
        .arg("--data")
        .arg(&data)
        .args(["run", "--json", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"ready\"")));
    let status: Value = serde_json::from_slice(&run(&["status", "--json"]).stdout).unwrap();
    assert_ne!(status["network"]["peer"], "");
    assert!(run(&["stop"]).status.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    remove_pointed(&data);
}

/// The socket of a long path lies outside of the test's folder.
fn remove_pointed(data: &Path) {
    let pointer = std::fs::read_to_string(data.join("node.sock.path"));
    if let Ok(path) = pointer {
        std::fs::remove_file(path).unwrap();
    }
}
