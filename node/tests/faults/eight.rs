//! Eight processes at once on one data folder, with random commands: entries and ids are conserved.

use super::{
    ledger::{Item, Kind as Of, Ledger, State, forks},
    node::{MONACO, Node},
    random::Random,
    report::{self, Report},
    words::word,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

const PROCESSES: u64 = 8;
const SHORT: Duration = Duration::from_secs(10);
const LONG: Duration = Duration::from_secs(120);

#[derive(Default)]
struct Shared {
    ledger: Ledger,
    counts: BTreeMap<&'static str, (u64, u64)>,
    words: u64,
    /// What a command said where it should have said something else.
    odd: Vec<String>,
}

/// Random commands until the time is over.
fn work(node: &Node, shared: &Mutex<Shared>, mut random: Random, seed: u64, until: Instant) {
    while Instant::now() < until {
        let (what, done) = match random.below(12) {
            0..=4 => ("publish", publish(node, shared, &mut random, seed)),
            5 | 6 => ("erase", erase(node, shared, &mut random)),
            7 => ("status", entries(node, shared)),
            8 => ("fsck", node.ask(&["fsck"]).map(drop).map_err(|why| why.0)),
            9 | 10 => ("run", run(node, &mut random)),
            _ => ("stop", node.ask(&["stop"]).map(drop).map_err(|why| why.0)),
        };
        let mut shared = shared.lock().unwrap();
        let count = shared.counts.entry(what).or_default();
        count.0 += 1;
        count.1 += u64::from(done.is_err());
    }
}

fn publish(node: &Node, shared: &Mutex<Shared>, random: &mut Random, seed: u64) -> Result<(), String> {
    let number = {
        let mut shared = shared.lock().unwrap();
        shared.words += 1;
        shared.words
    };
    let word = word(seed, number);
    let kind = if random.one_in(2) { Of::Post } else { Of::Place };
    let text = if kind == Of::Post { format!("message {word}") } else { format!("Lieu {word}") };
    let args: &[&str] = match kind {
        Of::Post => &["publish", "post", &text, "--at", MONACO],
        Of::Place => &["publish", "element", "--kind", "place", "--name", &text, "--at", MONACO],
    };
    let answer = node.ask(args);
    let (id, state) = match &answer {
        Ok(told) => {
            let id = if kind == Of::Post { &told["entries"][0] } else { &told["element"] };
            (id.as_str().unwrap().to_owned(), State::There)
        }
        Err(_) => (String::new(), State::Maybe),
    };
    let item = Item { kind, id, text, perhaps: None, words: vec![word], by: 0, state };
    shared.lock().unwrap().ledger.items.push(item);
    answer.map(drop).map_err(|why| why.0)
}

fn erase(node: &Node, shared: &Mutex<Shared>, random: &mut Random) -> Result<(), String> {
    let (at, id) = {
        let mut shared = shared.lock().unwrap();
        let items = &mut shared.ledger.items;
        let there: Vec<usize> = (0..items.len()).filter(|n| items[*n].state == State::There).collect();
        if there.is_empty() {
            return Ok(());
        }
        let at = *random.pick(&there);
        // Nobody else erases it.
        items[at].state = State::MaybeErased;
        (at, items[at].id.clone())
    };
    node.ask(&["erase", &id]).map_err(|why| why.0)?;
    shared.lock().unwrap().ledger.items[at].state = State::Erased;
    Ok(())
}

/// There are at least as many entries as were acknowledged before the question.
fn entries(node: &Node, shared: &Mutex<Shared>) -> Result<(), String> {
    let least = {
        let shared = shared.lock().unwrap();
        let count = |state: State| shared.ledger.items.iter().filter(|item| item.state == state).count();
        count(State::There) + count(State::MaybeErased) + count(State::Erased)
    };
    let told = node.ask(&["status"]).map_err(|why| why.0)?;
    let held = told["store"]["entries"].as_u64().unwrap_or_default();
    if (held as usize) < least {
        shared.lock().unwrap().odd.push(format!("{held} entries, {least} were acknowledged before"));
    }
    Ok(())
}

/// A node for a while; it ends by a signal, by another's `stop`, or at once since somebody else holds the folder.
fn run(node: &Node, random: &mut Random) -> Result<(), String> {
    let mut running = node.beside(&["run", "--no-mdns", "--listen", "/ip4/127.0.0.1/tcp/0"]);
    let until = Instant::now() + Duration::from_millis(random.below(3_000));
    while Instant::now() < until && !running.has_ended() {
        std::thread::sleep(Duration::from_millis(20));
    }
    if running.has_ended() && !running.wait().success() {
        return Err("somebody else holds it".to_owned());
    }
    running.kill();
    Ok(())
}

fn together(time: Duration, name: &str) {
    let seed = report::seeds().map_or(8, |seeds| seeds.start);
    let mut report = Report::new(name);
    let folder = tempfile::tempdir().unwrap();
    let mut node = Node::of(folder.path(), "Ada");
    let shared = Arc::new(Mutex::new(Shared::default()));
    let until = Instant::now() + time;
    std::thread::scope(|scope| {
        for process in 0..PROCESSES {
            let (node, shared) = (&node, shared.clone());
            scope.spawn(move || work(node, &shared, Random::new(seed * 1_000 + process), seed, until));
        }
    });
    let shared = Arc::into_inner(shared).unwrap().into_inner().unwrap();
    let mut wrong = shared.odd.clone();
    // A `run` that nobody stopped was killed; what is there now is what the disk has.
    node.start(&[]).unwrap_or_else(|why| panic!("it does not start: {why}"));
    wrong.extend(shared.ledger.wrong(&node, |_| true));
    wrong.extend(forks(&node));
    wrong.extend(node.stop().err().map(|why| format!("it does not stop: {why}")));
    wrong.extend(shared.ledger.on_disk(&node));
    report.line(format!(
        "{PROCESSES} processes for {} s, (done, refused) of each command: {:?}",
        time.as_secs(),
        shared.counts
    ));
    report.line(format!(
        "{} acknowledged and there, {} erased",
        shared.ledger.there().count(),
        shared.ledger.erased().count()
    ));
    report.line(format!("{} wrong", wrong.len()));
    wrong.iter().for_each(|line| report.line(format!("  {line}")));
    let aside = std::fs::read_dir(node.data()).unwrap().map(|item| item.unwrap().file_name());
    let aside = aside.filter(|name| name.to_string_lossy().contains(".damaged-")).count();
    report.line(format!("{aside} stores put aside as damaged"));
    report.end(wrong.is_empty() && aside == 0);
}

#[test]
fn eight_processes_on_one_folder_conserve_entries_and_ids() {
    together(SHORT, "eight_processes_on_one_folder_conserve_entries_and_ids");
}

#[test]
#[ignore = "two minutes"]
fn long_eight_processes() {
    together(LONG, "long_eight_processes");
}
