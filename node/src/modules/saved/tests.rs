//! Searches that are kept: whole nodes with their stores.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    daemon::desk::Desk,
    failure::{Failure, FailureCode},
    modules::{Outcome, search::Why},
};
use communaut_protocol::{IdentityId, Scope, Stamp, op::ElementOp};
use std::sync::Arc;

/// Found: elements by number, each written at a time.
fn found(elements: &[(u8, u64)]) -> Found {
    let hit = |(number, updated_ms): &(u8, u64)| {
        let op = ElementOp { owner: IdentityId([7; 32]), seed: vec![*number; 16], fields: vec![] };
        let mut element = ElementView::new(Scope::open(Default::default()), &op);
        element.updated = Stamp::from_ms(*updated_ms);
        Hit { element: Arc::new(element), distance_m: None, around: false, why: Why::Date, called: None, open: None }
    };
    Found { total: elements.len(), hits: Arc::new(elements.iter().map(hit).collect()), ..Found::default() }
}

fn saved(name: &str, seen: Vec<SeenHit>) -> SavedSearch {
    SavedSearch { name: name.into(), query: Query { text: "pain".into(), ..Query::default() }, ahead: None, seen }
}

#[test]
fn what_is_new_is_told_once() {
    let first = saved("a", Vec::new()).news(&found(&[(1, 10), (2, 10)]));
    assert_eq!((first.new.len(), first.changed.len(), first.more), (2, 0, 0));
    let second = saved("a", first.seen.clone()).news(&found(&[(1, 10), (2, 10)]));
    assert_eq!((second.new.len(), second.changed.len()), (0, 0));
    // One new, one changed, whatever its stamp; one gone.
    let third = saved("a", first.seen).news(&found(&[(3, 5), (2, 9)]));
    let ids = |hits: &[Hit]| hits.iter().map(|hit| hit.element.updated.ms()).collect::<Vec<_>>();
    assert_eq!((ids(&third.new), ids(&third.changed)), (vec![5], vec![9]));
    // What was not found meanwhile, closed in the night say, is not new once it is found again.
    let fourth = saved("a", third.seen).news(&found(&[(1, 10), (2, 9), (3, 5)]));
    assert_eq!((fourth.new.len(), fourth.changed.len(), fourth.seen.len()), (0, 0, 3));
}

/// A search for what comes goes on with the time; the times that somebody gave stay.
#[test]
fn what_comes_is_counted_from_when_it_is_run() {
    const DAY_MS: i64 = 86_400_000;
    let query = Query { from_ms: Some(1), to_ms: Some(2), limit: Some(3), ..Query::default() };
    let week = SavedSearch { ahead: Some(Ahead::Week), query, ..saved("a", Vec::new()) };
    let asked = week.asked(5_000);
    assert_eq!((asked.from_ms, asked.to_ms, asked.now_ms), (Some(5_000), Some(5_000 + 7 * DAY_MS), Some(5_000)));
    let given = SavedSearch { ahead: None, ..week }.asked(5_000);
    assert_eq!((given.from_ms, given.to_ms, given.limit), (Some(1), Some(2), None));
}

#[test]
fn searches_are_kept_listed_and_forgotten() {
    let mut desk = Desk::empty();
    let all = |desk: &mut Desk| match desk.ask(SavedSearches) {
        Ok(Outcome::SavedSearches(all)) => all,
        other => panic!("{other:?}"),
    };
    let keep = |desk: &mut Desk, name: &str, query: Query, seen: usize| -> Result<Outcome, Failure> {
        let seen = vec![SeenHit { id: 1, updated_ms: 2 }; seen];
        desk.ask(SaveSearch { name: name.into(), query, ahead: None, seen, replace: false })
    };
    let query = Query { text: "pain".into(), limit: Some(5), now_ms: Some(1), ..Query::default() };
    keep(&mut desk, " Pain du coin ", query.clone(), 1).unwrap();
    // What is there is not lost in silence.
    let again = keep(&mut desk, "Pain du coin", query.clone(), 2).unwrap_err();
    assert!(again.code == FailureCode::Invalid && again.message.contains("'Pain du coin' already"), "{again:?}");
    assert_eq!(all(&mut desk)[0].seen.len(), 1);
    let seen = vec![SeenHit { id: 1, updated_ms: 2 }; 2];
    desk.ask(SaveSearch { name: "Pain du coin".into(), query: query.clone(), ahead: None, seen, replace: true })
        .unwrap();
    let held = all(&mut desk);
    assert_eq!(
        held.iter().map(|saved| (saved.name.as_str(), saved.seen.len())).collect::<Vec<_>>(),
        [("Pain du coin", 2)]
    );
    // The present and the limit are those of who runs it.
    assert_eq!(held[0].query, Query { text: "pain".into(), ..Query::default() });
    for (name, query, seen) in [
        ("", query.clone(), 0),
        ("\u{202e}\u{200b}", query.clone(), 0),
        ("x".repeat(500).leak(), query.clone(), 0),
        ("a", query.clone(), SEEN_MAX + 1),
        ("a", Query { ring_m: 1, ..query.clone() }, 0),
        ("a", Query { text: "x".repeat(100_000), ..query.clone() }, 0),
    ] {
        assert_eq!(keep(&mut desk, name, query, seen).unwrap_err().code, FailureCode::Invalid, "{name:?}");
    }
    // What turns the direction of a line, or cannot be seen, is in no name.
    for name in ["pain\u{202e}niap", "p\u{200b}ain\u{7}niap"] {
        keep(&mut desk, name, query.clone(), 0).unwrap();
        assert!(all(&mut desk).iter().any(|saved| saved.name == "painniap"), "{name:?}");
        desk.ask(ForgetSearch { name: name.into() }).unwrap();
    }
    for number in 1..SAVED_MAX {
        keep(&mut desk, &number.to_string(), query.clone(), 0).unwrap();
    }
    assert_eq!(keep(&mut desk, "one too many", query, 0).unwrap_err().code, FailureCode::Busy);
    let forget = |desk: &mut Desk| desk.ask(ForgetSearch { name: "Pain du coin".into() });
    forget(&mut desk).unwrap();
    assert_eq!(forget(&mut desk).unwrap_err().code, FailureCode::NotFound);
    assert_eq!(all(&mut desk).len(), SAVED_MAX - 1);
}
