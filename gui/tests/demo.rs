//! The demonstration with no display, as a new user on a server would see it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, process::Command};

/// Named places of the sample (examples/data/README.md).
const NAMED: u64 = 1_115;

/// The number before a word.
fn number(line: &str, word: &str) -> u64 {
    let before = line.split(word).next().unwrap();
    let digits: String = before.trim_end().chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().unwrap_or_else(|_| panic!("no number before '{word}' in: {line}"))
}

#[test]
fn three_nodes_without_a_display_print_and_draw_what_arrived() {
    let out = tempfile::tempdir().unwrap();
    let ran = Command::new(env!("CARGO_BIN_EXE_communaut"))
        .args(["demo", "--out", out.path().to_str().unwrap()])
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.starts_with("no display:"), "{said}");
    let arrived = said.lines().find(|line| line.starts_with("arrived")).unwrap();
    let (elements, imported) = (number(arrived, " elements"), number(arrived, " imported"));
    assert!(imported >= NAMED, "{arrived}");
    // The records, three people, one organisation, four events.
    assert_eq!(elements, imported + 3 + 1 + 4, "{arrived}");
    assert_eq!((number(arrived, " events"), number(arrived, " posts"), number(arrived, " proposal")), (4, 2, 1));

    let mut pictures = 0;
    let mut seen = BTreeSet::new();
    for view in ["map", "element", "agenda", "governance", "proposal", "network"] {
        for look in ["fr-light", "en-dark"] {
            let path = out.path().join(format!("{view}-{look}.png"));
            let picture = image::open(&path).unwrap_or_else(|error| panic!("{view}-{look}: {error}")).to_rgba8();
            assert_eq!(picture.dimensions(), (1_280, 800));
            let colours: BTreeSet<[u8; 4]> = picture.pixels().map(|pixel| pixel.0).collect();
            assert!(colours.len() > 50, "{view}-{look} is almost blank: {} colours", colours.len());
            assert!(seen.insert(picture.into_raw()), "{view}-{look} is the same as one before");
            pictures += 1;
        }
    }
    assert_eq!(said.lines().filter(|line| line.starts_with("picture: ")).count(), pictures);
}
