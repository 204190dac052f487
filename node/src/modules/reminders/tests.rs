//! Reminders of a node without a network.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{Remind, Reminders, RemindersDetail, RemindersTold};
use crate::{
    daemon::desk::{Desk, MONACO},
    failure::FailureCode,
    modules::{
        Outcome, Written,
        element::{ChangeTime, ElementDraft, SaveElement, TimeChange},
    },
    times::DAY_MS,
};
use communaut_protocol::{
    ElementId,
    op::{Every, Kind, Repeat, When},
};

const FIRST: i32 = 20_900;
const HOUR_MS: i64 = 3_600_000;

/// When the week's time begins.
fn begin(week: i64) -> i64 {
    i64::from(FIRST) * DAY_MS + 18 * HOUR_MS + week * 7 * DAY_MS
}

/// Weekly, three times, of two hours.
fn series(desk: &mut Desk) -> ElementId {
    let repeat = Repeat { every: Every::Week, interval: 1, count: Some(3), until: None, weekdays: 0, except: vec![] };
    let (start_ms, end_ms) = (begin(0), begin(0) + 2 * HOUR_MS);
    let (zone, offset, repeat) = ("UTC".into(), Some(0), Some(repeat));
    let when = Some(When { start_ms, end_ms, zone, offset, whole_days: false, repeat });
    let (kind, name, position) = (Kind::Event, "Chorale".into(), Some(MONACO));
    let draft = Box::new(ElementDraft { kind, name, position, when, ..Default::default() });
    match desk.ask(SaveElement { id: None, draft }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

/// The times that are due, and that come next.
fn at(desk: &mut Desk, now_ms: i64) -> (Vec<i64>, Vec<i64>) {
    let outcome = desk.ask(Reminders { now_ms, zone: "UTC".into() }).unwrap();
    let Outcome::Reminders(RemindersDetail { due, coming }) = outcome else { panic!("{outcome:?}") };
    let starts = |all: Vec<super::Reminder>| all.iter().map(|one| one.start_ms).collect::<Vec<_>>();
    (starts(due), starts(coming))
}

#[test]
fn a_reminder_is_due_from_its_time_on_until_it_is_told_or_all_is_over() {
    let mut ada = Desk::of("Ada");
    let element = series(&mut ada);
    let remind = |on, before_min| Remind { element, on, before_min };
    ada.ask(remind(None, Some(60))).unwrap();
    assert_eq!(at(&mut ada, begin(0) - 2 * HOUR_MS), (vec![], vec![begin(0)]));
    assert_eq!(at(&mut ada, begin(0) - HOUR_MS), (vec![begin(0)], vec![begin(1)]));
    assert_eq!(at(&mut ada, begin(0) + HOUR_MS), (vec![begin(0)], vec![begin(1)]), "it goes on");
    assert_eq!(at(&mut ada, begin(0) + 2 * HOUR_MS), (vec![], vec![begin(1)]), "it is over");
    ada.ask(RemindersTold { until_ms: begin(0) - HOUR_MS }).unwrap();
    assert_eq!(at(&mut ada, begin(0)), (vec![], vec![begin(1)]), "it was told");
    // One time alone, and none of what does not take place.
    ada.ask(remind(Some(FIRST + 14), Some(1_440))).unwrap();
    ada.ask(ChangeTime { series: element, day: FIRST + 7, following: false, change: TimeChange::Cancel }).unwrap();
    assert_eq!(at(&mut ada, begin(1)), (vec![], vec![begin(2), begin(2)]));
    let failure = ada.ask(remind(Some(FIRST + 7), Some(60))).unwrap_err();
    assert_eq!(failure.code, FailureCode::Invalid);
    assert_eq!(ada.ask(remind(None, Some(40_321))).unwrap_err().code, FailureCode::Invalid);
    ada.ask(remind(None, None)).unwrap();
    assert_eq!(ada.ask(remind(None, None)).unwrap_err().code, FailureCode::NotFound);
    assert_eq!(at(&mut ada, begin(2) - DAY_MS), (vec![begin(2)], vec![]));
    // What has been told and comes no more is kept no longer.
    ada.ask(RemindersTold { until_ms: begin(3) }).unwrap();
    assert_eq!(ada.ask(remind(Some(FIRST + 14), None)).unwrap_err().code, FailureCode::NotFound);
}
