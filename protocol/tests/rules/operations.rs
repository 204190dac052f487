//! The list of operations and what holds of each. SPEC.md §6.2.

use crate::common::{FOIX, key};
use communaut_protocol::{
    AuthorId, ElementId, Header, LogId, Scope, Stamp,
    codec::Raw,
    entry::{LEAVES, SEALED},
    geo::Cell,
    ids::Signature,
    op::{Leafage, Op, RANGES, RULES, Restating, Rule, ScopeKind, Sealing, is_erasable, rule_of, schema},
};
use std::{collections::BTreeSet, fmt::Write, ops::RangeInclusive, path::Path};

/// A row as SPEC.md has it.
fn row(rule: &Rule) -> String {
    let places = rule.counts_in.iter().map(|place| match place {
        ScopeKind::Identity => "identity",
        ScopeKind::Open => "open",
        ScopeKind::Wide => "wide",
        ScopeKind::Container => "container",
    });
    let sealing = match rule.sealing {
        Sealing::Never => "never",
        Sealing::Content => "content",
        Sealing::Roster => "roster",
        Sealing::Either => "either",
    };
    let restated = match rule.restating {
        Restating::Never => "never",
        Restating::Kept => "kept",
        Restating::Latest => "latest",
    };
    let leaves = match rule.leaves {
        Leafage::Never => "no",
        Leafage::Several => "several",
        Leafage::Parts => "parts",
    };
    let yes = |is: bool| if is { "yes" } else { "no" };
    let (persons, erasable) = (yes(rule.for_persons), yes(rule.erasable));
    let (number, name, places) = (rule.schema, rule.name, places.collect::<Vec<_>>().join(", "));
    format!("| {number} | {name} | {places} | {sealing} | {persons} | {restated} | {leaves} | {erasable} |")
}

#[test]
fn the_specification_has_the_same_table() {
    let spec = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../SPEC.md")).unwrap();
    let rows = |of: &str| -> Vec<String> {
        let section = spec.split(&format!("### {of} ")).nth(1).unwrap().split("\n##").next().unwrap();
        section.lines().filter(|line| line.starts_with("| ")).skip(1).map(str::to_owned).collect()
    };
    let ours: Vec<String> = RULES.iter().map(row).collect();
    assert_eq!(ours, rows("6.2"), "SPEC.md §6.2, for each operation of protocol/src/op/list.rs");
    let ranges: Vec<String> = RANGES.iter().map(|(numbers, rule)| range_row(numbers, rule)).collect();
    assert_eq!(ranges, rows("6.3"), "SPEC.md §6.3, for each range of protocol/src/op/unknown.rs");
}

/// What holds of numbers that are not understood: as of an operation, without how it is sealed.
fn range_row(numbers: &RangeInclusive<u16>, rule: &Rule) -> String {
    let row = row(rule);
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let (from, to) = (numbers.start(), numbers.end());
    format!("| {from} to {to} | {} | {} | {} | {} | {} |", cells[1], cells[2], cells[5], cells[6], cells[7])
}

#[test]
fn numbers_are_ascending_and_names_unique() {
    assert!(RULES.is_sorted_by_key(|rule| rule.schema));
    let (numbers, names): (BTreeSet<u16>, BTreeSet<&str>) = RULES.iter().map(|rule| (rule.schema, rule.name)).unzip();
    assert_eq!((numbers.len(), names.len()), (RULES.len(), RULES.len()));
    for rule in RULES {
        assert_eq!(rule_of(rule.schema), Some(rule), "{}", rule.name);
        assert!(!schema::is_sealed(rule.schema), "{}: a number of sealed headers", rule.name);
    }
    assert_eq!(rule_of(schema::SEALED), None, "sealed: what it is stands inside");
}

/// What is said in an open cell is said again when its log is pruned; whatever is forgotten there is lost.
#[test]
fn whatever_counts_in_an_open_cell_is_said_again_and_nothing_else_is() {
    for rule in RULES {
        // A restatement is not said again, but taken apart.
        let counts = rule.counts_in.contains(&ScopeKind::Open) && rule.schema != schema::RESTATE;
        assert_eq!(rule.restating != Restating::Never, counts, "{}: `restating` and `counts_in` disagree", rule.name);
        let null = Raw::from_bytes(&[0xf6], 1).unwrap();
        assert!(Op::of_body(rule.schema, 1, null).is_err(), "{}: its body is not read", rule.name);
    }
}

#[test]
fn what_may_be_for_some_persons_alone_decides_nothing() {
    for rule in RULES.iter().filter(|rule| rule.for_persons) {
        assert!(rule.erasable && rule.sealing == Sealing::Content, "{}", rule.name);
    }
}

/// A header that is refused in a scope holds nothing that counts there.
#[test]
fn what_counts_somewhere_has_headers_that_are_taken_there() {
    let (person, cell) = (ElementId([7; 32]), FOIX.cell(4));
    let mut wrong = String::new();
    for rule in RULES {
        let taken_of = |scope: Scope, schema: u16, flags: u16, payload_size: u32| {
            let log = LogId { scope, author: AuthorId(person.0), device: key(1).id(), epoch: 0 };
            let header = Header { flags, payload_size, ..Header::following(log, None, Stamp::from_ms(1), schema) };
            Header::decode(&header.encode(Signature([0; 64])).unwrap()).is_ok()
        };
        let flags = if rule.leaves == Leafage::Parts { LEAVES } else { 0 };
        let taken = |scope, schema| taken_of(scope, schema, flags, 256);
        let places = [
            (ScopeKind::Identity, Scope { cell: Cell::IDENTITY, container: person }),
            (ScopeKind::Open, Scope { cell, container: ElementId::ZERO }),
            (ScopeKind::Wide, Scope { cell: FOIX.cell(2), container: ElementId::ZERO }),
            (ScopeKind::Container, Scope { cell, container: person }),
        ];
        for (place, scope) in places {
            if rule.counts_in.contains(&place) && !taken(scope, rule.schema) {
                writeln!(wrong, "{} counts in {place:?}, where its header is refused", rule.name).unwrap();
            }
        }
        let closed = Scope { cell: Cell::CLOSED, container: person };
        let sealed = if rule.erasable { schema::SEALED } else { schema::SEALED_KEPT };
        // Sealed payloads have few sizes.
        let some_size = (0..1_024).any(|size| taken_of(closed, sealed, SEALED, size));
        assert!(some_size, "{}: a sealed header stands there", rule.name);
        if rule.sealing == Sealing::Never && rule.schema != schema::WRAPS {
            assert!(!taken(closed, rule.schema), "{}: never sealed, and open in a closed scope", rule.name);
        }
    }
    assert_eq!(wrong, "");
}

#[test]
fn what_is_not_understood_is_erased_by_its_number() {
    let known = |number| rule_of(number).is_some();
    for number in (0..=60).filter(|number| !known(*number)) {
        let keeps = number <= 9 || (20..=39).contains(&number);
        assert_eq!(is_erasable(number), !keeps, "{number}");
    }
    assert!(is_erasable(schema::SEALED) && !is_erasable(schema::SEALED_KEPT));
    for rule in RULES {
        assert_eq!(is_erasable(rule.schema), rule.erasable, "{}", rule.name);
    }
}
