//! Series of which times are changed, as the agenda and the page show them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use crate::{
    daemon::desk::{Desk, MONACO, carry},
    failure::FailureCode,
    modules::{
        Outcome, Read, Written,
        agenda::Agenda,
        element::{ChangeTime, ElementDetail, ElementDraft, SaveElement, Show, TimeChange},
    },
    times::{DAY_MS, day_number, from_on, single, with_clock},
};
use communaut_protocol::{
    ElementId,
    op::{Every, Kind, Repeat, When},
};
use jiff::{civil::date, tz::TimeZone};

const HOUR_MS: i64 = 3_600_000;

/// Thursdays at half past six in Paris, five times, over the end of summer time.
fn weekly() -> When {
    let start_ms = i64::from(day(0)) * DAY_MS + 16 * HOUR_MS + HOUR_MS / 2;
    let repeat = Repeat { every: Every::Week, interval: 1, count: Some(5), until: None, weekdays: 0, except: vec![] };
    let (end_ms, zone) = (start_ms + HOUR_MS, "Europe/Paris".to_owned());
    let when = When { start_ms, end_ms, zone, offset: None, whole_days: false, repeat: Some(repeat) };
    with_clock(when, &TimeZone::get("Europe/Paris").unwrap()).unwrap()
}

fn day(week: i32) -> i32 {
    day_number(date(2026, 10, 15)) + 7 * week
}

fn event(name: &str, when: When) -> ElementDraft {
    ElementDraft {
        kind: Kind::Event,
        name: name.into(),
        position: Some(MONACO),
        when: Some(when),
        ..Default::default()
    }
}

fn save(desk: &mut Desk, draft: ElementDraft) -> ElementId {
    match desk.ask(SaveElement { id: None, draft: Box::new(draft) }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

/// Weeks and hours after half past six, Paris time, with the name: of all of the autumn.
fn agenda(desk: &mut Desk) -> Vec<(i64, i64, String)> {
    desk.core.replica.changed = true;
    let (from_ms, to_ms) = (i64::from(day(-1)) * DAY_MS, i64::from(day(9)) * DAY_MS);
    let ask = Agenda { from_ms, to_ms, zone: "Europe/Paris".into(), territory: None, mine: false };
    let planned = ask.read(&desk.core.snapshot().unwrap()).unwrap();
    let when = weekly();
    let told = planned.events.iter().map(|one| {
        let week = (one.start_ms / DAY_MS - i64::from(day(0))).div_euclid(7);
        let usual = single(&when, day(i32::try_from(week).unwrap())).map_or(0, |usual| usual.start_ms);
        (week, (one.start_ms - usual) / HOUR_MS, one.element.name.clone())
    });
    told.collect()
}

fn shown(desk: &mut Desk, id: ElementId) -> Box<ElementDetail> {
    desk.core.replica.changed = true;
    Show { id: id.to_string() }.read(&desk.core.snapshot().unwrap()).unwrap()
}

fn change(series: ElementId, week: i32, following: bool, change: TimeChange) -> ChangeTime {
    ChangeTime { series, day: day(week), following, change }
}

fn later(when: &When, hours: i64) -> When {
    When { start_ms: when.start_ms + hours * HOUR_MS, end_ms: when.end_ms + hours * HOUR_MS, ..when.clone() }
}

fn say(name: &str, when: When) -> TimeChange {
    TimeChange::Say(Box::new(event(name, when)))
}

fn usual(weeks: &[i64]) -> Vec<(i64, i64, String)> {
    weeks.iter().map(|week| (*week, 0, "Chorale".to_owned())).collect()
}

#[test]
fn one_time_is_changed_cancelled_and_brought_back() {
    let mut ada = Desk::of("Ada");
    let series = save(&mut ada, event("Chorale", weekly()));
    assert_eq!(agenda(&mut ada), usual(&[0, 1, 2, 3, 4]));
    let one = single(&weekly(), day(2)).unwrap();
    ada.ask(change(series, 2, false, say("Chorale, à la mairie", later(&one, 2)))).unwrap();
    let moved = (2, 2, "Chorale, à la mairie".to_owned());
    let with = |mut all: Vec<_>, at, one| {
        all.insert(at, one);
        all
    };
    assert_eq!(agenda(&mut ada), with(usual(&[0, 1, 3, 4]), 2, moved));
    // Once more: the same element says something else.
    let before = ada.core.replica.views.elements().len();
    ada.ask(change(series, 2, false, say("Chorale, au port", later(&one, 3)))).unwrap();
    assert_eq!(ada.core.replica.views.elements().len(), before);
    ada.ask(change(series, 1, false, TimeChange::Cancel)).unwrap();
    let entries = ada.entries().len();
    ada.ask(change(series, 1, false, TimeChange::Cancel)).unwrap();
    assert_eq!(ada.entries().len(), entries, "it is cancelled already");
    let moved = (2, 3, "Chorale, au port".to_owned());
    assert_eq!(agenda(&mut ada), with(usual(&[0, 3, 4]), 1, moved));
    let page = shown(&mut ada, series);
    let told: Vec<_> = page.changed.iter().map(|one| (one.day, one.element.retracted)).collect();
    assert_eq!((told, page.changed_count), (vec![(day(1), true), (day(2), false)], 2));

    // All of it is written anew from what is shown: the days that others replace are not said twice.
    let draft = ElementDraft { name: "Chœur".into(), ..ElementDraft::of(&page.element) };
    ada.ask(SaveElement { id: Some(series), draft: Box::new(draft) }).unwrap();
    let said = ada.core.replica.views.said(&series).unwrap().clone();
    assert_eq!((said.name.as_str(), said.when.clone().unwrap()), ("Chœur", weekly()));

    ada.ask(change(series, 1, false, TimeChange::AsSeries)).unwrap();
    ada.ask(change(series, 2, false, TimeChange::AsSeries)).unwrap();
    assert_eq!(agenda(&mut ada).iter().map(|(week, ..)| *week).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert_eq!(shown(&mut ada, series).changed_count, 0);
}

#[test]
fn those_that_follow_become_a_series_of_their_own() {
    let mut ada = Desk::of("Ada");
    let series = save(&mut ada, event("Chorale", weekly()));
    ada.ask(change(series, 3, false, TimeChange::Cancel)).unwrap();
    let rest = from_on(&weekly(), day(2)).unwrap();
    let outcome = ada.ask(change(series, 2, true, say("Chorale du soir", later(&rest, 1)))).unwrap();
    let Outcome::Written(Written { element: Some(next), .. }) = outcome else { panic!("{outcome:?}") };
    let evening = |week| (week, 1, "Chorale du soir".to_owned());
    assert_eq!(agenda(&mut ada), [usual(&[0, 1]), vec![evening(2), evening(4)]].concat());
    // What was cancelled goes with it.
    assert_eq!(shown(&mut ada, next).changed.iter().map(|one| one.day).collect::<Vec<_>>(), [day(3)]);
    // From the first on it is all of it, under the same id.
    let all = ElementDraft { name: "Chœur".into(), ..ElementDraft::of(&shown(&mut ada, series).element) };
    ada.ask(change(series, 0, true, TimeChange::Say(Box::new(all)))).unwrap();
    ada.ask(change(next, 4, true, TimeChange::Cancel)).unwrap();
    assert_eq!(agenda(&mut ada), [(0, 0, "Chœur".to_owned()), (1, 0, "Chœur".to_owned()), evening(2)]);
}

#[test]
fn nobody_else_changes_a_time_and_no_time_is_changed_that_there_is_not() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let series = save(&mut ada, event("Chorale", weekly()));
    carry(&mut [&mut ada, &mut bob]);
    let failure = bob.ask(change(series, 1, false, TimeChange::Cancel)).unwrap_err();
    assert_eq!(failure.code, FailureCode::NotAllowed);
    let off = ChangeTime { day: day(1) + 1, ..change(series, 1, false, TimeChange::Cancel) };
    let failure = ada.ask(off).unwrap_err();
    assert!(failure.message.contains("does not begin on 2026-10-23"), "{failure}");
    // A stranger's word, written all the same, takes nothing away.
    let instead = Some(communaut_protocol::op::Instead { series, day: day(1) });
    save(&mut bob, ElementDraft { instead, ..event("Pas le mien", later(&weekly(), 1)) });
    carry(&mut [&mut ada, &mut bob]);
    let own: Vec<_> = agenda(&mut ada).into_iter().filter(|(.., name)| name == "Chorale").collect();
    assert_eq!(own, usual(&[0, 1, 2, 3, 4]));
}

#[test]
fn a_concert_is_a_part_of_its_festival_and_of_nobody_elses() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let once = single(&weekly(), day(1)).unwrap();
    let festival = save(&mut ada, event("Festival", When { end_ms: once.end_ms + DAY_MS, ..once.clone() }));
    let part = |name| ElementDraft { parent: Some(festival), ..event(name, later(&once, 1)) };
    let concert = save(&mut ada, part("Concert"));
    carry(&mut [&mut ada, &mut bob]);
    let failure = bob.ask(SaveElement { id: None, draft: Box::new(part("Pas le mien")) }).unwrap_err();
    assert_eq!(failure.code, FailureCode::NotAllowed);
    let page = shown(&mut bob, festival);
    assert_eq!((page.parts.iter().map(|part| part.id).collect::<Vec<_>>(), page.parts_count), (vec![concert], 1));
    assert_eq!(shown(&mut bob, concert).part_of.unwrap().id, festival);
    bob.core.replica.changed = true;
    let ask =
        Agenda { from_ms: once.start_ms, to_ms: once.end_ms + 1, zone: "UTC".into(), territory: None, mine: false };
    let planned = ask.read(&bob.core.snapshot().unwrap()).unwrap();
    assert_eq!(planned.events.iter().map(|one| one.part_of.as_str()).collect::<Vec<_>>(), ["", "Festival"]);

    // In an organisation's space a part stands with its festival, whoever of the organisation makes it.
    let kind = Kind::Organisation;
    let club = save(&mut ada, ElementDraft { kind, name: "Club".into(), position: Some(MONACO), ..Default::default() });
    let ball = save(&mut ada, ElementDraft { parent: Some(club), ..event("Bal", once.clone()) });
    let dance = save(&mut ada, ElementDraft { parent: Some(ball), ..event("Valse", once.clone()) });
    let tango = ElementDraft { parent: Some(ball), space: Some(club), ..event("Tango", once) };
    let tango = save(&mut ada, tango);
    let scope = |id| ada.core.replica.views.elements().get(&id).unwrap().scope;
    assert_eq!([scope(ball), scope(dance), scope(tango)], [scope(club); 3]);
    assert_eq!(shown(&mut ada, ball).parts_count, 2);
}
