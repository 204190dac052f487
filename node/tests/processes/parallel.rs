//! Commands in parallel on one folder, while a node on it starts and stops: what was acknowledged is there, what was
//! erased is not, and nothing else has gone.

use crate::support::{Folder, LOOPBACK, PATIENCE, holding};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    path::PathBuf,
    process::Stdio,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

/// People at as many terminals.
const WRITERS: usize = 4;
/// What each of them publishes; every second one they erase again.
const POSTS: usize = 4;
/// How often a node is started and stopped meanwhile.
const RESTARTS: usize = 3;
/// Records held before: a store that takes its time to open, and to be copied.
const RECORDS: usize = 200;
/// What a command may be refused with because of the others; it is tried again.
const TURNED_AWAY: [&str; 2] = ["busy", "stopped"];

/// Records as an import reads them.
fn records() -> String {
    let record = |n: usize| format!("Lavoir {n};43.7{:03};7.42", n % 1_000);
    ["nom;latitude;longitude".to_owned()].into_iter().chain((0..RECORDS).map(record)).collect::<Vec<_>>().join("\n")
}

/// What all of them did.
#[derive(Default)]
struct Ledger {
    /// Texts and entries that were acknowledged.
    written: Mutex<BTreeSet<(String, String)>>,
    /// Entries whose erasure was acknowledged, with their texts.
    erased: Mutex<BTreeSet<(String, String)>>,
    /// Commands that another one turned away.
    turned_away: AtomicUsize,
}

impl Ledger {
    /// What a command says, or the code with which another one turned it away. Nothing else may happen.
    fn tried(&self, folder: &Folder, args: &[&str]) -> Result<Value, (String, String)> {
        let ran = folder.run(&[args, &["--json"]].concat());
        let said: Value =
            serde_json::from_slice(&ran.stdout).unwrap_or_else(|error| panic!("{args:?}: {error}: {ran:?}"));
        if ran.status.success() {
            return Ok(said);
        }
        let code = said["error"]["code"].as_str().unwrap().to_owned();
        let err = String::from_utf8(ran.stderr).unwrap();
        assert!(err.lines().count() == 1 && ran.status.code() == Some(1), "{args:?}: {err}");
        Err((code, err))
    }
    /// A command, again until it is done. One whose answer was lost may have been done, so `args` are new each time.
    fn insist(&self, folder: &Folder, args: impl Fn(usize) -> Vec<String>) -> (Vec<String>, Value) {
        let begun = Instant::now();
        for again in 0.. {
            let args = args(again);
            let words: Vec<&str> = args.iter().map(String::as_str).collect();
            match self.tried(folder, &words) {
                Ok(said) => return (args, said),
                Err((code, why)) => assert!(TURNED_AWAY.contains(&code.as_str()), "{args:?}: {code}: {why}"),
            }
            self.turned_away.fetch_add(1, Ordering::Relaxed);
            assert!(begun.elapsed() < PATIENCE, "never done: {args:?}");
        }
        unreachable!("it counts without an end")
    }
    /// One person: writes, and takes back every second word.
    fn write(&self, folder: &Folder, writer: usize) {
        let owned = |args: &[&str]| args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>();
        for number in 0..POSTS {
            let (args, said) = self.insist(folder, |again| {
                // The last word is of this try alone, and long enough to be looked for.
                owned(&["publish", "post", &format!("Wxyq{writer}x{number}x{again}zinzolin"), "--on", "me"])
            });
            let (text, id) = (args[2].clone(), said["entries"][0].as_str().unwrap().to_owned());
            self.written.lock().unwrap().insert((text.clone(), id.clone()));
            if number % 2 == 1 {
                self.insist(folder, |_| owned(&["erase", &id]));
                self.erased.lock().unwrap().insert((text, id));
            }
        }
    }
}

/// A node that starts, is there for a moment, and is stopped by a command, while others start theirs.
fn restart(ledger: &Ledger, folder: &Folder) {
    let begun = Instant::now();
    let mut command = folder.command(&[&["run", "--json"], &LOOPBACK[..]].concat());
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // It runs, or has been turned away; either way it ends by being asked to, and by nothing else.
    while child.try_wait().unwrap().is_none() {
        match ledger.tried(folder, &["stop"]) {
            Ok(_) => {}
            Err((code, why)) => {
                assert!(code == "not_found" || TURNED_AWAY.contains(&code.as_str()), "stop: {code}: {why}");
            }
        }
        assert!(begun.elapsed() < PATIENCE, "the node does not stop");
    }
}

#[test]
fn commands_with_erasures_stops_and_starts_lose_nothing() {
    let folder = Folder::of("Ada");
    std::fs::write(folder.path("records.csv"), records()).unwrap();
    let file = folder.path("records.csv");
    assert_eq!(folder.json(&["import", file.to_str().unwrap()])["created"], RECORDS);
    let identity = folder.json(&["identity", "show"]);
    let (ledger, done) = (Ledger::default(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (ledger, folder) = (&ledger, &folder);
                scope.spawn(move || ledger.write(folder, writer))
            })
            .collect();
        let restarts = scope.spawn(|| {
            let mut times = 0;
            while times < RESTARTS || !done.load(Ordering::Relaxed) {
                restart(&ledger, &folder);
                times += 1;
            }
            times
        });
        let written: Vec<_> = writers.into_iter().map(std::thread::ScopedJoinHandle::join).collect();
        done.store(true, Ordering::Relaxed);
        assert!(restarts.join().unwrap() >= RESTARTS);
        // After the node was waited for, so that nothing outlives a test that fails.
        written.into_iter().for_each(|writer| writer.unwrap());
    });
    let (written, erased) = (ledger.written.into_inner().unwrap(), ledger.erased.into_inner().unwrap());
    assert_eq!((written.len(), erased.len()), (WRITERS * POSTS, WRITERS * POSTS / 2));

    let status = folder.json(&["status"]);
    assert_eq!(status["phase"], "ready", "{status}");
    let wall = folder.json(&["show", "me"])["wall"].as_array().unwrap().clone();
    let shown: BTreeSet<(String, String)> = wall
        .iter()
        .map(|post| (post["text"].as_str().unwrap().to_owned(), post["id"].as_str().unwrap().to_owned()))
        .collect();
    let wanted: BTreeSet<_> = written.difference(&erased).cloned().collect();
    assert_eq!(wanted.difference(&shown).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "acknowledged and lost");
    assert_eq!(erased.intersection(&shown).collect::<Vec<_>>(), Vec::<&(String, String)>::new(), "erased and shown");
    assert_eq!(folder.json(&["search", "lavoir"])["total"], RECORDS);
    assert_eq!(folder.json(&["identity", "show"]), identity);
    for (text, _) in &erased {
        assert_eq!(holding(&folder.data(), text), [] as [PathBuf; 0], "{text}");
    }
    let kept = wanted.first().unwrap();
    assert_ne!(holding(&folder.data(), &kept.0), [] as [PathBuf; 0], "{}", kept.0);
    eprintln!("{} commands were turned away by others and done later", ledger.turned_away.into_inner());
}
