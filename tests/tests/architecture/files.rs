//! How the project's files look: short, credited, the same in both languages, fit to be published.

use crate::{none, root, tracked};
use std::{collections::BTreeSet, fs};

/// Lines of a source file: beyond, it has more than one reason to change.
const LINES_MAX: usize = 600;
/// Characters of a line of code or of a document.
const LINE_MAX: usize = 120;
/// Lines above which it is worth a look.
const LINES_WANTED: usize = 400;
/// Endings of files that people of this project write. Whatever else comes along is somebody's data.
const WRITTEN: [&str; 8] = [".rs", ".toml", ".md", ".ftl", ".sh", ".py", ".mjs", ".lock"];
/// Other files of our own.
const OWN: [&str; 21] = [
    ".ci/run",
    ".gitignore",
    "LICENSE",
    "NOTICE",
    "run",
    "gui/src/ui/map/map.wgsl",
    "node/assets/known_names.txt",
    "node/src/import/osm_tags/osm_labels.tsv",
    "node/src/search/abbreviations.tsv",
    "node/src/search/offered.tsv",
    "node/src/search/open_words.tsv",
    "node/src/search/signs.tsv",
    "node/src/search/synonyms.tsv",
    "node/src/vocabulary/words.tsv",
    "node/src/import/columns/names.txt",
    // Made by the tests.
    "gui/tests/snapshots/",
    "protocol/testdata/vectors/",
    "node/tests/faults/",
    "protocol/tests/sim/",
    "tests/python/calendars.txt",
    "tests/python/requirements.txt",
];

/// Sources longer than so many lines.
fn longer_than(max: usize, sources: &[(String, String)]) -> Vec<String> {
    let lines = sources.iter().map(|(name, text)| (name, text.lines().count()));
    lines.filter(|(_, lines)| *lines > max).map(|(name, lines)| format!("{name}: {lines} lines")).collect()
}

#[test]
fn files_are_short_enough_to_have_one_reason_to_change() {
    let names = tracked().into_iter().filter(|name| name.ends_with(".rs"));
    let sources: Vec<_> = names.map(|name| (name.clone(), fs::read_to_string(root().join(name)).unwrap())).collect();
    assert!(sources.len() > 100, "the sources were read");
    for long in longer_than(LINES_WANTED, &sources) {
        println!("worth a look, more than {LINES_WANTED} lines: {long}");
    }
    none(&longer_than(LINES_MAX, &sources), &format!("split these: {LINES_MAX} lines at the most"));

    let made_up = [("a.rs".to_owned(), "x\n".repeat(601)), ("b.rs".to_owned(), "x\n".repeat(600))];
    assert_eq!(longer_than(600, &made_up), ["a.rs: 601 lines"]);
}

/// Lines that are too long; a word that cannot be broken (a number, a test's bytes) may be.
fn long_lines(files: &[(String, String)]) -> Vec<String> {
    let long = |line: &str| line.chars().count() > LINE_MAX && line.trim().contains(' ');
    let of = |(name, text): &(String, String)| {
        let at = text.lines().enumerate().filter(|(_, line)| long(line)).map(|(at, _)| at + 1);
        at.map(|at| format!("{name}:{at}")).collect::<Vec<_>>()
    };
    files.iter().flat_map(of).collect()
}

#[test]
fn no_line_is_too_long_to_be_read() {
    let read = |name: String| (name.clone(), fs::read_to_string(root().join(name)).unwrap());
    let ours = tracked()
        .into_iter()
        .filter(|name| name == "run" || [".rs", ".md", ".py"].iter().any(|ending| name.ends_with(ending)));
    let files: Vec<(String, String)> = ours.map(read).collect();
    none(&long_lines(&files), &format!("break these: {LINE_MAX} characters at the most"));

    let made_up = [("a.md".to_owned(), format!("{}\n{} b\n{}\n", "a".repeat(200), "é".repeat(118), "é b ".repeat(31)))];
    assert_eq!(long_lines(&made_up), ["a.md:3"]);
}

/// Sources that a text names from the project's root, in backticks, and that are not there.
fn absent(text: &str, there: &[String]) -> Vec<String> {
    let crates = ["protocol/", "node/", "gui/", "tests/", "examples/"];
    let named = text.split('`').filter(|word| word.ends_with(".rs") && crates.iter().any(|of| word.starts_with(of)));
    named.filter(|name| !there.iter().any(|held| held == name)).map(str::to_owned).collect()
}

#[test]
fn the_files_that_the_architecture_names_are_there() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    none(&absent(&text, &tracked()), "ARCHITECTURE.md names these: they were moved, or never were");
    assert!(text.matches(".rs`").count() > 20, "it names the files of a post's day");

    let there = ["node/src/a.rs".to_owned()];
    assert_eq!(absent("`node/src/a.rs`, `gui/src/b.rs` and `c.rs`", &there), ["gui/src/b.rs"]);
}

/// Files that we did not write and that NOTICE does not name.
fn uncredited(names: &[String], notice: &str) -> Vec<String> {
    let own = |name: &str| {
        WRITTEN.iter().any(|ending| name.ends_with(ending))
            || OWN.iter().any(|own| name == *own || own.ends_with('/') && name.starts_with(own))
    };
    let credited: BTreeSet<&str> = credited(notice).collect();
    names.iter().filter(|name| !own(name) && !credited.contains(name.as_str())).cloned().collect()
}

/// The files to which NOTICE gives a paragraph: a line that begins with a path, or names a script.
fn credited(notice: &str) -> impl Iterator<Item = &str> {
    notice.lines().filter_map(|line| {
        let line = line.trim_start().trim_start_matches("Script:").trim_start();
        line.split_whitespace().next().filter(|word| word.contains('/') && !word.contains(':'))
    })
}

#[test]
fn every_data_file_is_credited() {
    let notice = fs::read_to_string(root().join("NOTICE")).unwrap();
    let names = tracked();
    none(
        &uncredited(&names, &notice),
        "write into NOTICE what each of these is, from where, under which licence and how it is made; a file of our \
         own goes into OWN",
    );
    let gone: Vec<String> = credited(&notice).filter(|name| !root().join(name).exists()).map(str::to_owned).collect();
    none(&gone, "NOTICE names files that are not there");

    let notice =
        "-----\ngui/assets/a.pmtiles   a map\n\n  Licence: x, https://example.org/y\n  Script:    gui/assets/a.sh\n";
    assert_eq!(credited(notice).collect::<Vec<_>>(), ["gui/assets/a.pmtiles", "gui/assets/a.sh"]);
    let names = ["gui/assets/a.pmtiles", "gui/assets/b.ttf", "src/a.rs", "protocol/testdata/vectors/a.json", "a.json"];
    assert_eq!(uncredited(&names.map(str::to_owned), notice), ["gui/assets/b.ttf", "a.json"]);
}

/// What stands in a text that means nothing elsewhere, or does not belong to others.
fn of_one_machine(text: &str) -> Vec<String> {
    // Put together here, so that this file does not break its own rule. Camille is made up: a person in a picture.
    let words = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("/Us", "ers/"),
        ("index.cra", "tes.io"),
        ("static.cra", "tes.io"),
        ("registry.np", "mjs.org"),
        ("pypi", ".org/simple"),
        ("pythonho", "sted.org"),
        ("deb.deb", "ian.org"),
    ];
    let text = text.replace(&["/ho", "me/camille/"].concat(), "");
    words.iter().map(|(a, b)| format!("{a}{b}")).filter(|word| text.contains(word.as_str())).collect()
}

#[test]
fn nothing_tracked_names_a_machine_or_a_registry() {
    let mut broken = Vec::new();
    for name in tracked() {
        // What is not text was made by a script that is.
        let Ok(text) = fs::read_to_string(root().join(&name)) else { continue };
        broken.extend(of_one_machine(&text).into_iter().map(|word| format!("{name}: {word}")));
    }
    none(&broken, "name folders from the project's, and let a package manager find its registry");

    assert_eq!(of_one_machine(&["cd /ho", "me/ada"].concat()).len(), 1);
    assert_eq!(of_one_machine("framework/src, homes/x").len(), 0);
}

/// Keys of the texts of one language.
fn keys(texts: &str) -> BTreeSet<&str> {
    let lines = texts.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim_end())).collect()
}

#[test]
fn both_languages_have_the_same_texts() {
    let texts = |lang: &str| -> String {
        let folder = format!("gui/src/locale/{lang}/");
        let names = tracked().into_iter().filter(|name| name.starts_with(&folder) && name.ends_with(".ftl"));
        names.map(|name| fs::read_to_string(root().join(name)).unwrap()).collect()
    };
    let (fr, en) = (texts("fr"), texts("en"));
    assert!(keys(&en).len() > 100, "the texts were read");
    let broken: Vec<String> = keys(&fr).symmetric_difference(&keys(&en)).map(|key| (*key).to_owned()).collect();
    none(&broken, "only one language has these: gui/src/locale/fr and gui/src/locale/en");

    assert_eq!(keys("# a\nhello = Hi\n    there = no\nbye =\n    .title = x\n"), ["hello", "bye"].into());
}
