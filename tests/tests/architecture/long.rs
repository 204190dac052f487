//! Long runs: `tests/long.toml` says how each is repeated and when it was. A command that names nothing any more, or an
//! ignored test that nobody repeats, is found here.

use crate::{crates::metadata, none, root, tracked};
use std::{collections::BTreeSet, fs};
use toml::{Table, Value};

const LIST: &str = "tests/long.toml";
/// What each run says, in the order in which `./run` reads it.
const SAID: [&str; 5] = ["what", "command", "last", "commit", "gave"];
/// An ignored test whose reason begins so makes a file of the project, and is no long run.
const MAKES: &str = "writes ";

/// What a command may name: targets of crates ("package test:name"), functions, targets of fuzzing, files.
struct There {
    targets: BTreeSet<String>,
    functions: BTreeSet<String>,
    fuzzed: BTreeSet<String>,
    files: BTreeSet<String>,
}

impl There {
    fn look() -> Self {
        let mut targets = BTreeSet::new();
        for package in metadata().packages {
            targets.insert(package.name.to_string());
            for target in &package.targets {
                targets.extend(target.kind.iter().map(|kind| format!("{} {kind}:{}", package.name, target.name)));
            }
        }
        let files: BTreeSet<String> = tracked().into_iter().collect();
        let sources = files.iter().filter(|name| name.ends_with(".rs"));
        let texts: Vec<String> = sources.map(|name| fs::read_to_string(root().join(name)).unwrap()).collect();
        let functions = texts.iter().flat_map(|text| text.lines()).filter_map(function).map(str::to_owned).collect();
        let fuzz: Table = fs::read_to_string(root().join("protocol/fuzz/Cargo.toml")).unwrap().parse().unwrap();
        let names = fuzz["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap().to_owned());
        Self { targets, functions, fuzzed: names.collect(), files }
    }
    /// What a command names and is not there; also, if it names nothing that can be looked for.
    fn lacks(&self, command: &str) -> Vec<String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        let of = words.windows(2).filter(|pair| matches!(pair[0], "-p" | "--package")).map(|pair| pair[1]);
        let packages: Vec<&str> = of.collect();
        let (mut named, mut lacking) = (0, Vec::new());
        let mut need = |is: bool, what: String| {
            named += 1;
            if !is {
                lacking.push(what);
            }
        };
        let mut after = false;
        for (at, word) in words.iter().enumerate() {
            let value = words.get(at + 1).copied().unwrap_or_default();
            match *word {
                "--" => after = true,
                "-p" | "--package" => need(self.targets.contains(value), format!("package {value}")),
                "--test" | "--bench" | "--bin" => {
                    let target = format!("{}:{value}", &word[2..]);
                    let has = |package: &&str| self.targets.contains(&format!("{package} {target}"));
                    need(packages.iter().any(has), target);
                }
                "run" if at > 0 && words[at - 1] == "fuzz" => {
                    need(self.fuzzed.contains(value), format!("fuzz {value}"));
                }
                "-f" | "--file" => {
                    let place = value.trim_matches('\'').trim_end_matches("*.rs");
                    need(self.files.iter().any(|file| file.starts_with(place)), place.to_owned());
                }
                _ if after && !word.starts_with('-') && !words[at - 1].starts_with("--test") => {
                    let name = word.rsplit("::").next().unwrap();
                    need(self.functions.contains(name), format!("test {name}"));
                }
                _ => {}
            }
        }
        if named == 0 {
            lacking.push("anything that can be looked for".into());
        }
        lacking
    }
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let begins = before.split_whitespace().all(|word| matches!(word, "pub" | "async" | "const" | "unsafe"));
    begins.then(|| after.split(|c: char| !c.is_alphanumeric() && c != '_').next()).flatten()
}

fn runs() -> Vec<Table> {
    let list: Table = fs::read_to_string(root().join(LIST)).unwrap().parse().unwrap();
    list["run"].as_array().unwrap().iter().filter_map(Value::as_table).cloned().collect()
}

/// What is wrong with an entry of the list itself.
fn badly_said(run: &Table) -> Vec<String> {
    let text = |key: &str| run.get(key).and_then(Value::as_str);
    let mut wrong: Vec<String> =
        SAID.iter().filter(|key| text(key).is_none()).map(|key| format!("it lacks {key}")).collect();
    wrong.extend(run.keys().filter(|key| !SAID.contains(&key.as_str())).map(|key| format!("what is {key}?")));
    let last = text("last").unwrap_or_default();
    let date = last.len() == 10 && last.split('-').map(str::len).eq([4, 2, 2]);
    if !last.is_empty() && !date {
        wrong.push(format!("'{last}' is no day as 2026-11-28"));
    }
    let commit = text("commit").unwrap_or_default();
    if last.is_empty() != commit.is_empty() || !commit.chars().all(|c| c.is_ascii_hexdigit()) {
        wrong.push(format!("commit '{commit}' with the day '{last}'"));
    }
    if last.is_empty() != text("gave").unwrap_or_default().is_empty() {
        wrong.push("a run gives something".into());
    }
    wrong
}

#[test]
fn every_long_run_can_be_repeated() {
    let there = There::look();
    let mut broken = Vec::new();
    for run in runs() {
        let what = run.get("what").and_then(Value::as_str).unwrap_or("?");
        let lacks = there.lacks(run.get("command").and_then(Value::as_str).unwrap_or_default());
        let lacks = lacks.into_iter().map(|lacking| format!("there is no {lacking}"));
        broken.extend(badly_said(&run).into_iter().chain(lacks).map(|wrong| format!("{what}: {wrong}")));
    }
    none(&broken, "correct tests/long.toml");
    // `./run` reads it line by line.
    let list = fs::read_to_string(root().join(LIST)).unwrap();
    let keys = list.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    let keys: Vec<&str> = keys.map(|(key, _)| key).collect();
    assert!(keys.chunks(SAID.len()).all(|chunk| chunk == SAID), "in this order, each on a line of its own: {SAID:?}");

    for (command, lacking) in [
        ("cargo test -p communaut-protocol --test sim -- --ignored a_region_comes_to_rest", 0),
        ("cargo test -p communaut-protocol --test sim -- --ignored nobody_wrote_this", 1),
        ("cargo test -p communaut-protocol --test simulator", 1),
        ("cargo bench -p communaut-node --bench ingest", 0),
        ("cargo bench -p communaut-nothing --bench ingest", 2),
        ("cargo fuzz run entry", 0),
        ("cargo fuzz run nothing", 1),
        ("cargo mutants -p communaut-protocol -f protocol/src/log/*.rs -- --test rules", 0),
        ("cargo mutants -f protocol/src/lug/*.rs", 1),
        ("make coffee", 1),
    ] {
        let lacks = there.lacks(command);
        assert_eq!(lacks.len(), lacking, "{command}: {lacks:?}");
    }
    let said = |text: &str| badly_said(&text.parse().unwrap()).len();
    assert_eq!(said("what = \"a\"\ncommand = \"b\"\nlast = \"\"\ncommit = \"\"\ngave = \"\""), 0);
    assert_eq!(said("what = \"a\"\ncommand = \"b\"\nlast = \"2026-11-28\"\ncommit = \"af2666d\"\ngave = \"c\""), 0);
    assert_eq!(said("what = \"a\"\ncommand = \"b\"\nlast = \"soon\"\ncommit = \"\"\nwhen = \"\""), 5);
}

/// Functions of a source that are ignored, but those that make a file.
fn ignored(source: &str) -> Vec<String> {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    let begins = lines.iter().enumerate().filter(|(_, line)| line.starts_with("#[ignore"));
    begins
        .filter(|(_, line)| !line.starts_with(&format!("#[ignore = \"{MAKES}")))
        .filter_map(|(at, _)| lines[at..].iter().find_map(|line| function(line)).map(str::to_owned))
        .collect()
}

#[test]
fn every_ignored_test_is_a_long_run_that_is_listed() {
    let commands: Vec<String> = runs().iter().map(|run| run["command"].as_str().unwrap().to_owned()).collect();
    let listed = |name: &str| commands.iter().any(|command| command.split_whitespace().any(|word| word == name));
    let mut broken = Vec::new();
    for file in tracked().iter().filter(|name| name.ends_with(".rs")) {
        let found = ignored(&fs::read_to_string(root().join(file)).unwrap());
        broken.extend(found.into_iter().filter(|name| !listed(name)).map(|name| format!("{file}: {name}")));
    }
    none(&broken, "write into tests/long.toml how these are run, and when that was");

    let source = "#[test]\n    #[ignore = \"takes an hour\"]\n    fn long() {\n#[ignore]\nasync fn longer() {\n";
    assert_eq!(ignored(source), ["long", "longer"]);
    assert_eq!(ignored("#[ignore = \"writes the vectors\"]\nfn regenerate() {"), [] as [&str; 0]);
}
