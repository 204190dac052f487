//! `kill -9` at random moments of what takes a while: import, sync, erasure, compaction, salvage.

use super::{
    ledger::{Item, Kind as Of, Ledger, State, forks},
    node::{MONACO, Node, until},
    random::Random,
    report::{self, Report},
    words::word,
};
use std::{collections::BTreeMap, fs, ops::Range, time::Duration};
use tempfile::TempDir;

const SHORT: Range<u64> = 0..10;
const LONG: Range<u64> = 0..200;
/// Kills in a row on the same folders: afterwards all is compared between the nodes, and fresh ones are made.
const ROW: u64 = 10;
/// Rows of a file that is imported: some tenths of a second.
const ROWS: u64 = 400;
/// Milliseconds within which a kill comes, after a command was given.
const WITHIN_MS: u64 = 400;
const SYNC: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum During {
    Import,
    Sync,
    Erasure,
    Compaction,
    Salvage,
}
const ALL: [During; 5] = [During::Import, During::Sync, During::Erasure, During::Compaction, During::Salvage];

/// Two nodes; the first is killed, or the second while it receives.
struct Row {
    folder: TempDir,
    a: Node,
    b: Node,
    ledger: Ledger,
    random: Random,
    seed: u64,
    words: u64,
    /// Files whose import was cut off: done again at the end, none comes twice.
    files: Vec<String>,
}

impl Row {
    fn new(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (Node::of(folder.path(), "Ada"), Node::of(folder.path(), "Bob"));
        let (ledger, random) = (Ledger::default(), Random::new(seed));
        let mut row = Self { folder, a, b, ledger, random, seed, words: 0, files: Vec::new() };
        row.start_a();
        row.posts(6);
        row
    }

    fn start_a(&mut self) {
        if !self.a.runs() {
            let peer = self.b.address();
            let peers: Vec<&str> = peer.iter().map(String::as_str).collect();
            self.a.start(&peers).unwrap_or_else(|why| panic!("Ada does not start: {why}"));
        }
    }
    fn start_b(&mut self) {
        if !self.b.runs() {
            let peer = self.a.address();
            let peers: Vec<&str> = peer.iter().map(String::as_str).collect();
            self.b.start(&peers).unwrap_or_else(|why| panic!("Bob does not start: {why}"));
        }
    }

    fn word(&mut self) -> String {
        self.words += 1;
        word(self.seed, self.words)
    }

    fn posts(&mut self, count: usize) {
        for _ in 0..count {
            let word = self.word();
            let text = format!("message {word}");
            let (id, state) = match self.a.ask(&["publish", "post", &text, "--at", MONACO]) {
                Ok(told) => (told["entries"][0].as_str().unwrap().to_owned(), State::There),
                Err(_) => (String::new(), State::Maybe),
            };
            let words = vec![word];
            self.ledger.items.push(Item { kind: Of::Post, id, text, perhaps: None, words, by: 0, state });
        }
    }

    fn moment(&mut self) {
        std::thread::sleep(Duration::from_millis(self.random.below(WITHIN_MS)));
    }

    fn one_to_erase(&mut self) -> Option<usize> {
        let there: Vec<usize> =
            (0..self.ledger.items.len()).filter(|n| self.ledger.items[*n].state == State::There).collect();
        if there.is_empty() { None } else { Some(*self.random.pick(&there)) }
    }

    fn kill(&mut self, during: During) {
        self.start_a();
        match during {
            During::Import => {
                // Each file of other things: two files of the same would be shown as one.
                let of = self.files.len();
                let row = |row| format!("{of}-{row},Lieu {of} {row},43.73{row:03},7.42\n");
                let rows: String = (0..ROWS).map(row).collect();
                let file = self.a.path(&format!("rows-{of}.csv"));
                fs::write(&file, format!("id,name,latitude,longitude\n{rows}")).unwrap();
                let file = file.to_str().unwrap().to_owned();
                let source = format!("source {}", self.files.len());
                let mut import = self.a.beside(&["import", &file, "--source", &source]);
                self.files.push(file);
                self.posts(2);
                self.moment();
                self.a.kill();
                import.wait();
            }
            During::Sync => {
                self.b.kill();
                self.posts(4);
                self.start_b();
                self.moment();
                self.b.kill();
                self.start_b();
            }
            During::Erasure => {
                let Some(item) = self.one_to_erase() else { return };
                let id = self.ledger.items[item].id.clone();
                let mut erase = self.a.beside(&["erase", &id]);
                let until = self.random.below(WITHIN_MS / 2);
                std::thread::sleep(Duration::from_millis(until));
                let done = erase.has_ended() && erase.wait().success();
                self.a.kill();
                // Between the look and the kill it may have been acknowledged to a process that nobody asked.
                self.ledger.items[item].state = if done { State::Erased } else { State::MaybeErased };
            }
            During::Compaction => {
                let Some(item) = self.one_to_erase() else { return };
                let id = self.ledger.items[item].id.clone();
                let done = self.a.ask(&["erase", &id]).is_ok();
                self.ledger.items[item].state = if done { State::Erased } else { State::MaybeErased };
                let mut stop = self.a.beside(&["stop"]);
                self.moment();
                self.a.kill();
                stop.wait();
            }
            During::Salvage => {
                drop(self.a.stop());
                for item in fs::read_dir(self.a.data().join("store")).unwrap() {
                    let item = item.unwrap();
                    let name = item.file_name().to_string_lossy().into_owned();
                    if name == "conf" || name.starts_with("snap") {
                        fs::write(item.path(), b"not what it was, and longer than a checksum").unwrap();
                    }
                }
                let mut fsck = self.a.beside(&["fsck"]);
                self.moment();
                fsck.kill();
                // It is done again, as often as a person would; a node that starts may have mended it itself.
                self.a.must(&["fsck"]);
            }
        }
    }

    /// What a row must show after each kill: all of the node's own, from its own disk.
    fn own(&mut self) -> Vec<String> {
        self.start_a();
        self.ledger.wrong(&self.a, |_| true)
    }

    /// Both agree, imports that were cut off are done, what was erased is on no disk.
    fn end(&mut self) -> Vec<String> {
        self.start_a();
        self.start_b();
        for (number, file) in self.files.clone().into_iter().enumerate() {
            let told = self.a.must(&["import", &file, "--source", &format!("source {number}")]);
            let count = |field: &str| told[field].as_u64().unwrap();
            if count("created") + count("unchanged") != ROWS {
                return vec![format!("an import done again: {told}")];
            }
        }
        let places = |node: &Node| node.places().map(|all| all.into_iter().collect::<BTreeMap<_, _>>());
        let wanted = self.files.len() * ROWS as usize;
        let agreed = until(SYNC, || {
            self.ledger.wrong(&self.b, |_| true).is_empty()
                && matches!((places(&self.a), places(&self.b)), (Ok(a), Ok(b)) if a.len() == wanted && a == b)
        });
        let mut wrong = self.ledger.wrong(&self.a, |_| true);
        if !agreed {
            wrong.extend(self.ledger.wrong(&self.b, |_| true));
            let counts = [&self.a, &self.b].map(|node| places(node).map(|all| all.len()));
            wrong.push(format!("places: {counts:?} of {wanted}"));
        }
        wrong.extend(forks(&self.a));
        wrong.extend(forks(&self.b));
        for node in [&mut self.a, &mut self.b] {
            wrong.extend(node.stop().err().map(|why| format!("{} does not stop: {why}", node.name)));
            wrong.extend(self.ledger.on_disk(node));
        }
        wrong
    }
}

fn kills(numbers: Range<u64>, name: &str) {
    let numbers = report::seeds().unwrap_or(numbers);
    let (mut report, mut counts, mut wrong) = (Report::new(name), BTreeMap::<During, u64>::new(), Vec::new());
    let mut from = numbers.start;
    while from < numbers.end {
        let mut row = Row::new(from);
        let until = numbers.end.min(from + ROW);
        for number in from..until {
            let during = ALL[(number % ALL.len() as u64) as usize];
            row.kill(during);
            *counts.entry(during).or_default() += 1;
            wrong.extend(row.own().into_iter().map(|line| format!("kill {number} during {during:?}: {line}")));
        }
        wrong.extend(row.end().into_iter().map(|line| format!("kills {from}..{until}: {line}")));
        if !wrong.is_empty() {
            let kept = row.folder.keep();
            wrong.push(format!("again: SEEDS={from}..{until}; the folders are kept: {}", kept.display()));
            break;
        }
        from = until;
        eprintln!("{from} kills");
    }
    report.line(format!("kill -9 {}..{}, by what was under way: {counts:?}", numbers.start, numbers.end));
    report.line(format!("{} lost, readable after erasure, or forked", wrong.len()));
    wrong.iter().for_each(|line| report.line(line.clone()));
    report.end(wrong.is_empty());
}

#[test]
fn a_kill_at_a_random_moment_loses_nothing() {
    kills(SHORT, "a_kill_at_a_random_moment_loses_nothing");
}

#[test]
#[ignore = "ten minutes: two hundred kills"]
fn long_kills() {
    kills(LONG, "long_kills");
}
