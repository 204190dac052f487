//! A process dies, or its disk fails, at each operation of what changes a store as a whole: compaction after an
//! erasure, pruning, salvage, backup, restore, the first start. And what the review of safety found, by name.

use super::{
    disk::{Cut, Disk},
    ledger::{Item, Kind as Of, Ledger, State, forks},
    node::{MONACO, Node, Refused, copy, until},
    random::Random,
    report,
    shim::{Fault, Kind},
    words::{Held, word},
};
use std::{fs, time::Duration};
use tempfile::TempDir;

/// Posts and places of a folder.
const EACH: u64 = 4;

/// A stopped node with posts and places, and what it holds.
struct Made {
    folder: TempDir,
    node: Node,
    ledger: Ledger,
}

fn made(seed: u64) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::of(folder.path(), "Ada");
    let mut ledger = Ledger::default();
    for number in 0..2 * EACH {
        let word = word(seed, number);
        let (kind, text) =
            if number % 2 == 0 { (Of::Post, format!("message {word}")) } else { (Of::Place, format!("Lieu {word}")) };
        let id = match kind {
            Of::Post => node.must(&["publish", "post", &text, "--at", MONACO])["entries"][0].clone(),
            Of::Place => {
                let args = ["publish", "element", "--kind", "place", "--name", &text, "--at", MONACO];
                node.must(&args)["element"].clone()
            }
        };
        let id = id.as_str().unwrap().to_owned();
        ledger.items.push(Item { kind, id, text, perhaps: None, words: vec![word], by: 0, state: State::There });
    }
    Made { folder, node, ledger }
}

/// What a command did to files, and what befell it.
struct Met {
    operations: Vec<(char, String)>,
    hit: Option<String>,
}

/// What is done under a fault, on a copy of a folder.
struct Scenario<'a> {
    name: &'a str,
    made: &'a Made,
    /// The folder beside the data folder, or that one, whose files meet the fault.
    under: &'a str,
    /// Changes the copy before, without a fault.
    before: &'a dyn Fn(&mut Node),
    /// The command that meets the fault.
    command: &'a [&'a str],
    /// After it the power goes: what was not flushed is lost.
    cut: Option<Cut>,
    /// Looks at the folder afterwards, without a fault; told whether the command was acknowledged.
    after: &'a dyn Fn(&Node, bool) -> Vec<String>,
}

impl Scenario<'_> {
    fn run(&self, fault: Option<(Kind, u64, bool)>) -> (Met, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let mut node = Node::bare(folder.path(), "Copy");
        if self.made.node.data().is_dir() {
            copy(&self.made.node.data(), &node.data());
        }
        (self.before)(&mut node);
        let mut met = Fault::none(&node.path(self.under), &folder.path().join("operations"));
        if !self.made.node.data().is_dir() {
            fs::remove_dir(node.data()).unwrap();
        }
        if let Some((kind, at, gone)) = fault {
            met = Fault { kind, at, gone, ..met };
        }
        let journal = folder.path().join("journal");
        let disk = self.cut.map(|_| Disk::of(&met.under));
        met.journal = disk.as_ref().map(|_| journal.clone());
        node.fault = Some(met.clone());
        let done = node.ask(self.command);
        node.fault = None;
        let (operations, hit) = (met.operations(), met.hit());
        if let (Some(mut disk), Some(cut)) = (disk, self.cut) {
            disk.replay(&journal);
            disk.power_cut(cut, &mut Random::new(operations.len() as u64));
        }
        let mut wrong = Vec::new();
        if let (Err(why), None) = (&done, fault) {
            wrong.push(format!("it failed without a fault: {why}"));
        }
        wrong.extend((self.after)(&node, done.is_ok()));
        (Met { operations, hit }, wrong)
    }

    /// At each operation that changes names, and at one in three of the others, or at a few of them.
    fn at_each(&self, all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
        let (none, mut wrong) = self.run(None);
        let operations = none.operations;
        assert!(!operations.is_empty(), "{}: nothing was counted", self.name);
        eprintln!("{}: {} operations", self.name, operations.len());
        let (mut runs, mut hits, mut random) = (1, 1, Random::new(operations.len() as u64));
        for (n, (class, path)) in (1_u64..).zip(&operations) {
            let name = matches!(class, 'r' | 'd') || *class == 'u' && path.contains("store");
            let names = name && !path.starts_with("/index");
            let few = if all { 3 } else { 24 };
            if !names && !random.one_in(few) {
                continue;
            }
            // The first at each, of the others one after the other.
            let other = kinds.len().checked_sub(1).filter(|others| *others > 0).map(|others| 1 + n as usize % others);
            for (kind, gone) in std::iter::once(kinds[0]).chain(other.map(|at| kinds[at])) {
                let (met, found) = self.run(Some((kind, n, gone)));
                runs += 1;
                hits += u64::from(met.hit.is_some());
                for line in found {
                    wrong.push(format!(
                        "{}: {kind:?} at operation {n} ({class} {path}; {:?}): {line}",
                        self.name, met.hit
                    ));
                }
            }
        }
        // Threads take turns otherwise each time; most of the numbers come all the same.
        if 2 * hits < runs {
            wrong.push(format!("{}: the fault came in {hits} of {runs} runs alone", self.name));
        }
        (runs, wrong)
    }
}

const DIES: [(Kind, bool); 2] = [(Kind::Die, false), (Kind::Died, false)];
const FAILS: [(Kind, bool); 3] = [(Kind::Full, true), (Kind::Broken, false), (Kind::Short, false)];

/// Open the folder, after `fsck` if the node asks for it. Each command opens it, and stops again.
fn opens(node: &Node) -> Vec<String> {
    let first = node.status();
    let Err(why) = first else { return Vec::new() };
    if !why.0.contains("fsck") {
        return vec![format!("it does not open: {why}")];
    }
    if let Err(why) = node.ask(&["fsck"]) {
        return vec![format!("fsck does not mend it: {why}")];
    }
    node.status().err().map(|why| format!("it does not open after fsck: {why}")).into_iter().collect()
}

/// All of the ledger is there but one item, which is gone or, if it is shown, can be erased
/// again; then it is on no disk.
fn erased_or_whole(node: &Node, ledger: &Ledger, item: &Item) -> Vec<String> {
    let mut wrong = opens(node);
    if !wrong.is_empty() {
        return wrong;
    }
    wrong.extend(ledger.wrong(node, |other| other.id != item.id));
    let shown = node.posts().unwrap().into_iter().chain(node.places().unwrap()).any(|(id, _)| id == item.id);
    if shown && let Err(why) = node.ask(&["erase", &item.id]) {
        wrong.push(format!("it is shown and cannot be erased: {why}"));
    }
    wrong.extend(forks(node));
    let held = Held::in_folder(&node.data());
    wrong.extend(held.find(&item.words[0]).map(|at| format!("readable though erased: in {at}")));
    wrong.extend(held.stray.iter().map(|path| format!("left over: {}", path.display())));
    wrong
}

fn whole(node: &Node, ledger: &Ledger) -> Vec<String> {
    let mut wrong = opens(node);
    if wrong.is_empty() {
        wrong.extend(ledger.wrong(node, |_| true));
        wrong.extend(forks(node));
    }
    wrong
}

/// The database's own order is gone.
fn break_order(node: &Node) {
    for item in fs::read_dir(node.data().join("store")).unwrap() {
        let item = item.unwrap();
        if item.file_name() == "conf" || item.file_name().to_string_lossy().starts_with("snap") {
            fs::write(item.path(), b"not what it was, and longer than a checksum").unwrap();
        }
    }
}

fn erasure(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    erasing(all, kinds, None)
}

fn erasing(all: bool, kinds: &[(Kind, bool)], cut: Option<Cut>) -> (u64, Vec<String>) {
    let made = made(1);
    let (mut runs, mut wrong) = (0, Vec::new());
    for item in made.ledger.items[..2].iter().take(if all && cut.is_none() { 2 } else { 1 }) {
        let scenario = Scenario {
            name: "erase and compact",
            made: &made,
            under: "data",
            before: &|_| {},
            cut,
            command: &["erase", &item.id],
            after: &|node, _| erased_or_whole(node, &made.ledger, item),
        };
        let (more, found) = scenario.at_each(all, kinds);
        runs += more;
        wrong.extend(found);
    }
    (runs, wrong)
}

/// The power goes at any moment of writing, or just after: what was acknowledged is there.
fn power(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let made = made(6);
    let (mut runs, mut wrong) = (0, Vec::new());
    for cut in [Cut::All, Cut::Some] {
        let scenario = Scenario {
            name: "publish, and the power goes",
            made: &made,
            under: "data",
            before: &|_| {},
            cut: Some(cut),
            command: &["publish", "post", "au dernier moment", "--at", MONACO],
            after: &|node, acknowledged| {
                let mut wrong = whole(node, &made.ledger);
                let shown = node.posts().unwrap_or_default();
                let times = shown.iter().filter(|(_, text)| text == "au dernier moment").count();
                if acknowledged && times != 1 || times > 1 {
                    wrong.push(format!("acknowledged: {acknowledged}, and it is there {times} times"));
                }
                wrong
            },
        };
        let (more, found) = scenario.at_each(all, kinds);
        let (erased, gone) = erasing(all, kinds, Some(cut));
        runs += more + erased;
        wrong.extend(found.into_iter().chain(gone).map(|line| format!("{cut:?}: {line}")));
    }
    (runs, wrong)
}

/// The power goes while an import writes, and again while what that left is put right.
fn again(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let made = made(7);
    let rows: String = (0..20).map(|row| format!("{row},Lieu {row},43.73{row:04},7.42\n")).collect();
    let file = made.folder.path().join("rows.csv");
    fs::write(&file, format!("id,name,latitude,longitude\n{rows}")).unwrap();
    let import = ["import", file.to_str().unwrap()];
    let (mut runs, mut wrong) = (0, Vec::new());
    for (nth, cut) in [(2, Cut::All), (4, Cut::Some), (9, Cut::Some)].into_iter().take(if all { 3 } else { 1 }) {
        let scenario = Scenario {
            name: "the power goes, and again while the store opens",
            made: &made,
            under: "data",
            before: &|node| {
                let counted = Fault::none(&node.data(), &node.path("first operations"));
                let (journal, mut disk) = (node.path("first journal"), Disk::of(&counted.under));
                let fault = Fault { kind: Kind::Die, at: nth, classes: "w", path: "store/db", ..counted };
                node.fault = Some(Fault { journal: Some(journal.clone()), ..fault.clone() });
                assert!(node.ask(&import).is_err(), "it died: {:?}", fault.hit());
                node.fault = None;
                disk.replay(&journal);
                disk.power_cut(cut, &mut Random::new(nth));
            },
            cut: Some(cut),
            command: &["status"],
            after: &|node, _| whole(node, &made.ledger),
        };
        let (more, found) = scenario.at_each(all, kinds);
        runs += more;
        wrong.extend(found.into_iter().map(|line| format!("first at {nth}, {cut:?}: {line}")));
    }
    (runs, wrong)
}

fn salvage(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let made = made(2);
    let scenario = Scenario {
        name: "fsck",
        made: &made,
        under: "data",
        before: &|node| break_order(node),
        cut: None,
        command: &["fsck"],
        after: &|node, _| {
            let mut wrong = whole(node, &made.ledger);
            let shown = node.ask(&["identity", "show"]);
            if !matches!(&shown, Ok(shown) if shown["name"] == "Ada") {
                wrong.push(format!("the identity: {shown:?}"));
            }
            wrong
        },
    };
    scenario.at_each(all, kinds)
}

fn pruning(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let made = made(3);
    for item in made.ledger.items.iter().filter(|item| item.kind == Of::Place) {
        for text in ["un", "deux", "trois"] {
            made.node.must(&["publish", "element", "--edit", &item.id, "--description", text]);
        }
    }
    let scenario = Scenario {
        name: "prune",
        made: &made,
        under: "data",
        before: &|_| {},
        cut: None,
        command: &["prune"],
        after: &|node, _| whole(node, &made.ledger),
    };
    scenario.at_each(all, kinds)
}

fn first_start(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::bare(folder.path(), "Nobody");
    let made = Made { folder, node, ledger: Ledger::default() };
    let scenario = Scenario {
        name: "init",
        made: &made,
        under: "data",
        before: &|_| {},
        cut: None,
        command: &["init", "--name", "Ada", "--at", MONACO, "--unsealed"],
        after: &|node, _| {
            // Again, as a person would: one identity comes of it, or there is one already.
            let again = node.ask(&["init", "--name", "Ada", "--at", MONACO, "--unsealed"]);
            let shown = node.ask(&["identity", "show"]);
            match shown {
                Ok(shown) if shown["name"] == "Ada" => node
                    .ask(&["publish", "post", "bonjour", "--at", MONACO])
                    .err()
                    .map(|why| format!("it does not write: {why}"))
                    .into_iter()
                    .collect(),
                other => vec![format!("no identity: {other:?}; again: {again:?}")],
            }
        },
    };
    let done = scenario.at_each(all, kinds);
    drop(made.folder);
    done
}

fn copies(all: bool, kinds: &[(Kind, bool)]) -> (u64, Vec<String>) {
    let made = made(4);
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good");
    let good = good.to_str().unwrap();
    made.node.must(&["backup", good]);
    let nobody = Node::bare(folder.path(), "Nobody");
    let nothing = Made { folder: tempfile::tempdir().unwrap(), node: nobody, ledger: Ledger::default() };
    let restoring = Scenario {
        name: "restore",
        made: &nothing,
        under: "data",
        before: &|_| {},
        cut: None,
        command: &["restore", good],
        after: &|node, _| {
            // It is whole, or it is refused, and works when what lies there is moved away.
            if node.ask(&["restore", good]).is_err() && !whole(node, &made.ledger).is_empty() {
                if node.ask(&["posts"]).is_ok() {
                    return vec!["a half restored folder passes for a whole one".to_owned()];
                }
                drop(fs::remove_dir_all(node.data()));
                if let Err(why) = node.ask(&["restore", good]) {
                    return vec![format!("a second time: {why}")];
                }
            }
            whole(node, &made.ledger)
        },
    };
    let (mut runs, mut wrong) = restoring.at_each(all, kinds);
    let backing = Scenario {
        name: "backup",
        made: &made,
        under: "backups",
        before: &|node| fs::create_dir_all(node.path("backups")).unwrap(),
        cut: None,
        command: &["backup", "backups/copy"],
        after: &|node, _| {
            let mut wrong = whole(node, &made.ledger);
            let other = Node::bare(&node.data(), "other");
            let copied = node.path("backups").join("copy");
            if copied.is_dir() && other.ask(&["restore", copied.to_str().unwrap()]).is_ok() {
                let found = whole(&other, &made.ledger);
                wrong.extend(found.into_iter().map(|line| format!("half a backup passes for a whole one: {line}")));
            }
            wrong
        },
    };
    let (more, found) = backing.at_each(all, kinds);
    runs += more;
    wrong.extend(found);
    (runs, wrong)
}

type Part = fn(bool, &[(Kind, bool)]) -> (u64, Vec<String>);

fn check(part: Part, kinds: &[(Kind, bool)]) {
    let (_, wrong) = part(false, kinds);
    assert!(wrong.is_empty(), "\n  {}", wrong.join("\n  "));
}

#[test]
fn a_crash_at_any_step_of_a_compaction_loses_nothing_and_leaves_nothing_readable() {
    check(erasure, &DIES[..1]);
}

#[test]
fn a_full_or_broken_disk_during_a_compaction_loses_nothing_and_leaves_nothing_readable() {
    check(erasure, &FAILS[..1]);
}

#[test]
fn a_power_cut_at_any_step_of_writing_and_compacting_loses_nothing_acknowledged() {
    check(power, &DIES[..1]);
}

#[test]
fn a_second_power_cut_while_the_first_is_put_right_loses_nothing_acknowledged() {
    check(again, &DIES[..1]);
}

#[test]
fn a_crash_at_any_step_of_a_salvage_loses_neither_entries_nor_the_identity() {
    check(salvage, &DIES[..1]);
}

#[test]
fn a_crash_at_any_step_of_the_first_start_leaves_one_identity_or_none() {
    check(first_start, &DIES[..1]);
}

#[test]
fn a_crash_while_copying_leaves_no_half_that_passes_for_a_whole() {
    check(copies, &DIES[..1]);
}

#[test]
#[ignore = "half an hour: a third of all operations, every kind of fault"]
fn long_crashes() {
    // One part again: PART=salvage. It keeps no report.
    let only = std::env::var("PART").ok();
    let mut report = report::Report::new(if only.is_none() { "long_crashes" } else { "a part of long_crashes" });
    let parts: [(&str, Part); 7] = [
        ("erasure", erasure),
        ("power", power),
        ("power, again", again),
        ("salvage", salvage),
        ("pruning", pruning),
        ("init", first_start),
        ("copies", copies),
    ];
    let mut well = true;
    for (name, part) in parts.into_iter().filter(|(name, _)| only.as_ref().is_none_or(|only| only == name)) {
        let kinds = [&DIES[..], &FAILS].concat();
        let (runs, wrong) = part(true, &kinds);
        let how =
            format!("each change of a name and a third of the rest, with {:?} and one of {:?}", kinds[0], &kinds[1..]);
        report.line(format!("{name}: {runs} runs, {how}; {} wrong", wrong.len()));
        wrong.iter().for_each(|line| report.line(format!("  {line}")));
        well &= wrong.is_empty();
    }
    report.end(well);
}

/// Whoever compacts longer than the others wait is named to them: that is an answer too.
fn held(why: Refused) -> Result<serde_json::Value, Refused> {
    assert!(why.0.contains("is held by"), "{why}");
    Err(why)
}

/// Finding 1: `run`, then `erase ID; stop; status`, and the data folder was empty.
#[test]
fn a_command_at_the_moment_of_a_compaction_leaves_every_entry() {
    let mut made = made(5);
    let rows: String = (0..2_000).map(|row| format!("{row},Lieu {row},43.73{row:04},7.42\n")).collect();
    let file = made.folder.path().join("rows.csv");
    fs::write(&file, format!("id,name,latitude,longitude\n{rows}")).unwrap();
    made.node.must(&["import", file.to_str().unwrap()]);
    for at in 0..3 {
        made.node.start(&[]).unwrap();
        made.node.must(&["erase", &made.ledger.items[at].id]);
        made.ledger.items[at].state = State::Erased;
        let before = made.node.status().unwrap()["store"]["entries"].clone();
        // The process goes on while it compacts; whoever comes now finds no socket and opens the folder.
        drop(made.node.ask(&["stop"]));
        std::thread::scope(|scope| {
            let asked: Vec<_> = (0..3).map(|_| scope.spawn(|| made.node.status())).collect();
            for answer in asked {
                let Ok(answer) = answer.join().unwrap().or_else(held) else { continue };
                assert_eq!(answer["store"]["entries"], before);
            }
        });
        made.node.wait_end();
        let after = made.node.status().unwrap()["store"]["entries"].clone();
        assert_eq!(after, before);
        assert!(made.ledger.wrong(&made.node, |_| true).is_empty());
    }
    assert!(
        until(Duration::from_secs(1), || made.ledger.on_disk(&made.node).is_empty()),
        "{:?}",
        made.ledger.on_disk(&made.node)
    );
}
