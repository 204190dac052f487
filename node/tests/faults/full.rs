//! A disk that fills in steps of a megabyte, between commands: nothing acknowledged is lost, and an erasure is finished
//! when there is room again.

use super::{
    ledger::{Item, Kind as Of, Ledger, State, forks},
    node::{MONACO, Node},
    report::{Report, skipped},
    words::word,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Bytes of a step.
const STEP: usize = 1024 * 1024;
/// Characters of a long post.
const LONG: usize = 12_000;
/// Long posts after which the room within the store's own file is used up: sled has half a megabyte at a time.
const LONG_MAX: usize = 200;

/// A small file system in memory.
struct Small(PathBuf);

impl Small {
    fn mount(megabytes: u64, at: &Path) -> Result<Self, String> {
        fs::create_dir_all(at).unwrap();
        let ran =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={megabytes}m"), "tmpfs"]).arg(at).output();
        match ran {
            Ok(ran) if ran.status.success() => Ok(Self(at.to_owned())),
            Ok(ran) => Err(String::from_utf8_lossy(&ran.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        // Lazily: whatever ends last lets go of it.
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

struct Filled {
    node: Node,
    ledger: Ledger,
    seed: u64,
    words: u64,
    refused: u64,
}

impl Filled {
    fn write(&mut self, kind: Of) {
        self.words += 1;
        let word = word(self.seed, self.words);
        let text = if kind == Of::Post { format!("message {word}") } else { format!("Lieu {word}") };
        self.say(kind, word, text);
    }

    /// What is refused is refused for want of room: the disk is full, and so is what the store had taken before.
    fn write_until_refused(&mut self) {
        let before = self.refused;
        for _ in 0..LONG_MAX {
            self.words += 1;
            let word = word(self.seed, self.words);
            self.say(Of::Post, word.clone(), format!("message {word} {}", "x".repeat(LONG)));
            if self.refused > before {
                return;
            }
        }
    }

    fn say(&mut self, kind: Of, word: String, text: String) {
        let args: &[&str] = match kind {
            Of::Post => &["publish", "post", &text, "--at", MONACO],
            Of::Place => &["publish", "element", "--kind", "place", "--name", &text, "--at", MONACO],
        };
        let (id, state) = match self.node.ask(args) {
            Ok(told) => {
                let id = if kind == Of::Post { &told["entries"][0] } else { &told["element"] };
                (id.as_str().unwrap().to_owned(), State::There)
            }
            Err(_) => {
                self.refused += 1;
                (String::new(), State::Maybe)
            }
        };
        self.ledger.items.push(Item { kind, id, text, perhaps: None, words: vec![word], by: 0, state });
    }

    fn erase(&mut self) {
        let Some(item) = self.ledger.items.iter().position(|item| item.state == State::There) else { return };
        let done = self.node.ask(&["erase", &self.ledger.items[item].id.clone()]);
        self.ledger.items[item].state = if done.is_ok() { State::Erased } else { State::MaybeErased };
    }

    /// In the middle of each step some are written; of three steps one erases, and one ends the
    /// node, in one way or another.
    fn step(&mut self, number: u64) {
        self.write(Of::Post);
        self.write(Of::Place);
        self.write(Of::Post);
        match number % 6 {
            1 | 4 => self.erase(),
            2 => drop(self.node.stop()),
            5 => self.node.kill(),
            _ => {}
        }
        if !self.node.runs() {
            // On a full disk it may not start: then commands open the folder by themselves, or are refused.
            drop(self.node.start(&[]));
        }
    }
}

/// Gives what is wrong, and how many commands were refused.
fn fill(megabytes: u64, seed: u64) -> Result<(Vec<String>, u64, u64), String> {
    let folder = tempfile::tempdir().unwrap();
    let small = Small::mount(megabytes, &folder.path().join("small"))?;
    let mut node = Node::of(&small.0, "Ada");
    node.start(&[]).unwrap();
    let mut filled = Filled { node, ledger: Ledger::default(), seed, words: 0, refused: 0 };
    let mut steps = 0;
    for number in 0..megabytes {
        steps += 1;
        filled.step(number);
        // As much as goes in: the last step takes what is left.
        let full = fs::write(small.0.join(format!("filler-{number}")), vec![0x55; STEP]).is_err();
        if full {
            filled.step(number);
            filled.write_until_refused();
            filled.erase();
            filled.step(2);
            filled.step(5);
            break;
        }
    }
    for number in 0..megabytes {
        drop(fs::remove_file(small.0.join(format!("filler-{number}"))));
    }
    let mut wrong = Vec::new();
    // There is room again: a node that runs goes on, one that does not starts.
    filled.node.runs();
    if !filled.node.runs()
        && let Err(why) = filled.node.start(&[])
    {
        return Ok((vec![format!("with room again it does not start: {why}")], steps, filled.refused));
    }
    let before = filled.refused;
    let start = std::time::Instant::now();
    while start.elapsed().as_secs() < 30 {
        filled.write(Of::Post);
        if filled.ledger.items.last().unwrap().state == State::There {
            break;
        }
    }
    if filled.ledger.items.last().unwrap().state != State::There {
        wrong.push(format!("with room again nothing is written ({} tries)", filled.refused - before));
    }
    wrong.extend(filled.ledger.wrong(&filled.node, |_| true));
    wrong.extend(forks(&filled.node));
    wrong.extend(filled.node.stop().err().map(|why| format!("it does not stop: {why}")));
    if let Err(why) = filled.node.start(&[]) {
        wrong.push(format!("it does not start again: {why}"));
    } else {
        wrong.extend(filled.ledger.wrong(&filled.node, |_| true));
        wrong.extend(filled.node.stop().err().map(|why| format!("it does not stop: {why}")));
    }
    wrong.extend(filled.ledger.on_disk(&filled.node));
    if filled.refused == 0 {
        wrong.push("no command was ever refused: the disk was not full".to_owned());
    }
    Ok((wrong, steps, filled.refused))
}

fn disks(sizes: &[u64], name: &str) {
    let (mut report, mut well) = (Report::new(name), true);
    for size in sizes {
        match fill(*size, *size) {
            Err(why) => return skipped("a disk that fills in steps", &format!("no tmpfs can be mounted: {why}")),
            Ok((wrong, steps, refused)) => {
                report.line(format!("{size} MB: {steps} steps, {refused} commands refused, {} wrong", wrong.len()));
                wrong.iter().for_each(|line| report.line(format!("  {line}")));
                well &= wrong.is_empty();
            }
        }
    }
    report.end(well);
}

#[test]
fn a_disk_that_fills_loses_nothing_and_erases_when_there_is_room() {
    disks(&[8], "a_disk_that_fills_loses_nothing_and_erases_when_there_is_room");
}

#[test]
#[ignore = "some minutes: disks of many sizes"]
fn long_full_disks() {
    disks(&[4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 32], "long_full_disks");
}
