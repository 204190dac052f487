//! Whether what is said of an element still holds: whole nodes with their stores.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    daemon::desk::{Desk, MONACO, carry},
    failure::FailureCode,
    modules::{Outcome, Read, Written, element::SaveElement, erasure::Erase, governance::SetRole},
};
use communaut_protocol::{
    fold::ElementView,
    op::{Kind, Role},
};
use std::sync::Arc;

fn make(desk: &mut Desk, kind: Kind, name: &str, parent: Option<ElementId>, tags: &[&str]) -> ElementId {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let phone = "+33 1 99 00 12 34".to_owned();
    let draft =
        ElementDraft { kind, name: name.into(), position: Some(MONACO), parent, tags, phone, ..Default::default() };
    match desk.ask(SaveElement { id: None, draft: Box::new(draft) }).unwrap() {
        Outcome::Written(Written { element: Some(id), .. }) => id,
        other => panic!("{other:?}"),
    }
}

fn held(desk: &Desk, element: ElementId) -> Arc<ElementView> {
    desk.core.replica.views.elements().get(&element).unwrap().clone()
}

fn facts(desk: &mut Desk, element: ElementId) -> FactsDetail {
    desk.core.replica.changed = true;
    *Facts { element }.read(&desk.core.snapshot().unwrap()).unwrap()
}

fn correct(
    desk: &mut Desk,
    element: ElementId,
    change: impl FnOnce(&mut ElementDraft),
) -> Result<Outcome, crate::failure::Failure> {
    let mut draft = Box::new(ElementDraft::of(&held(desk, element)));
    change(&mut draft);
    desk.ask(Correct { element, draft, gone: false, reason: "vu ce matin".into() })
}

fn later(desk: &mut Desk, by_ms: u64) {
    let now = desk.core.replica.clocks.now_ms + by_ms;
    desk.core.look_at_clocks(crate::daemon::clocks::Now { system_ms: now, ..Default::default() });
}

#[test]
fn who_finds_that_it_is_so_says_it_and_a_change_makes_it_old() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let place = make(&mut ada, Kind::Place, "Four", None, &[]);
    carry(&mut [&mut ada, &mut bob]);
    later(&mut bob, 60_000);
    bob.ask(SayStillRight { element: place }).unwrap();
    later(&mut ada, 120_000);
    carry(&mut [&mut ada, &mut bob]);
    let known = facts(&mut ada, place);
    let [word] = &known.still_right[..] else { panic!("{known:?}") };
    assert_eq!((word.author, word.author_name.as_str(), word.looks_after), (bob.me(), "Bob", false));
    assert_eq!(known.fresh_ms, word.at_ms);
    assert!(known.ages.iter().any(|(key, at_ms)| *key == 5 && *at_ms < word.at_ms));
    // What was found to be so was said before the change.
    let draft = ElementDraft { phone: "+33 1 99 00 99 99".into(), ..ElementDraft::of(&held(&ada, place)) };
    ada.ask(SaveElement { id: Some(place), draft: Box::new(draft) }).unwrap();
    let known = facts(&mut ada, place);
    assert_eq!((known.still_right, known.fresh_ms), (vec![], held(&ada, place).updated.ms()));
}

#[test]
fn a_correction_is_shown_accepted_and_declined_by_who_may_write() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    let place = make(&mut ada, Kind::Place, "Four", None, &[]);
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    correct(&mut bob, place, |draft| {
        draft.phone = "+33 4 00 00 00 00".into();
        draft.opening_hours = "Sa 09:00-12:00".into();
    })
    .unwrap();
    later(&mut cem, 60_000);
    correct(&mut cem, place, |draft| draft.phone = String::new()).unwrap();
    later(&mut ada, 120_000);
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let known = facts(&mut ada, place);
    assert!(known.may_answer && !facts(&mut bob, place).may_answer);
    let [of_cem, of_bob] = &known.corrections[..] else { panic!("{known:?}") };
    assert_eq!((of_bob.word.author_name.as_str(), of_bob.reason.as_str()), ("Bob", "vu ce matin"));
    let phone = |text: &str| Field::Phone(text.to_owned());
    assert_eq!(
        of_bob.changes,
        [
            FactChange { now: Some(phone("+33 1 99 00 12 34")), proposed: phone("+33 4 00 00 00 00") },
            FactChange { now: None, proposed: Field::OpeningHours("Sa 09:00-12:00".into()) },
        ]
    );
    assert_eq!(of_cem.changes, [FactChange { now: Some(phone("+33 1 99 00 12 34")), proposed: phone("") }]);
    let (bobs, cems) = (of_bob.entry.to_string(), of_cem.entry.to_string());
    let answer = |correction: &str, accept| AnswerCorrection { element: place, correction: correction.into(), accept };
    assert_eq!(bob.ask(answer(&cems, true)).unwrap_err().code, FailureCode::NotAllowed);
    ada.ask(answer(&bobs[..12], true)).unwrap();
    assert_eq!(held(&ada, place).phone, "+33 4 00 00 00 00");
    assert_eq!(held(&ada, place).opening_hours, "Sa 09:00-12:00");
    // The other one is answered with it: a later word stands. What is no longer open is not answered again.
    assert_eq!(facts(&mut ada, place).corrections, []);
    assert_eq!(ada.ask(answer(&cems, true)).unwrap_err().code, FailureCode::NotFound);
    // Declined: it stays as it is, and what was empty stays empty.
    correct(&mut cem, place, |draft| {
        draft.address = "ailleurs".into();
        draft.phone = "0".into();
    })
    .unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let asked = facts(&mut ada, place).corrections.remove(0).entry.to_string();
    ada.ask(answer(&asked, false)).unwrap();
    let now = held(&ada, place);
    assert_eq!((now.phone.as_str(), now.address.as_str()), ("+33 4 00 00 00 00", ""));
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!((facts(&mut cem, place).corrections, facts(&mut ada, place).corrections), (vec![], vec![]));
}

#[test]
fn what_nobody_could_accept_is_not_asked_for() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let place = make(&mut ada, Kind::Place, "Four", None, &[]);
    carry(&mut [&mut ada, &mut bob]);
    let refused = |desk: &mut Desk, why: &str, change: &dyn Fn(&mut ElementDraft)| {
        let failure = correct(desk, place, change).unwrap_err();
        assert!(failure.code == FailureCode::Invalid && failure.message.contains(why), "{failure}");
    };
    refused(&mut bob, "nothing in it differs", &|_| {});
    refused(&mut bob, "the name is empty", &|draft| draft.name = " ".into());
    refused(&mut bob, "is a place and stays one", &|draft| draft.kind = Kind::Organisation);
    refused(&mut ada, "is yours to change", &|draft| draft.name = "Moulin".into());
    correct(&mut bob, place, |draft| draft.name = "Moulin".into()).unwrap();
    refused(&mut bob, "or from what you asked for", &|draft| draft.name = "Moulin".into());
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(facts(&mut ada, place).corrections.len(), 1);
    // Taken back by asking for nothing.
    correct(&mut bob, place, |_| {}).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert_eq!(facts(&mut ada, place).corrections, []);
}

#[test]
fn what_is_there_no_longer_is_taken_back_where_its_owner_agrees() {
    let (mut ada, mut bob) = (Desk::of("Ada"), Desk::of("Bob"));
    let place = make(&mut ada, Kind::Place, "Four", None, &[]);
    carry(&mut [&mut ada, &mut bob]);
    let draft = Box::new(ElementDraft::of(&held(&bob, place)));
    bob.ask(Correct { element: place, draft, gone: true, reason: String::new() }).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    let asked = facts(&mut ada, place).corrections.remove(0);
    assert_eq!(asked.changes, [FactChange { now: Some(Field::Retracted(false)), proposed: Field::Retracted(true) }]);
    ada.ask(AnswerCorrection { element: place, correction: asked.entry.to_string(), accept: true }).unwrap();
    carry(&mut [&mut ada, &mut bob]);
    assert!(!bob.core.replica.views.elements().contains_key(&place));
}

#[test]
fn a_moderator_answers_for_the_organisation_and_a_correction_is_erased_like_anything() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    let club = make(&mut ada, Kind::Organisation, "Régie", None, &[]);
    let place = make(&mut ada, Kind::Place, "Four", Some(club), &[]);
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    ada.ask(SetRole { container: club, person: bob.me(), role: Some(Role::Moderator) }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    correct(&mut cem, place, |draft| draft.name = "Fournil".into()).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let asked = facts(&mut bob, place).corrections.remove(0);
    bob.ask(AnswerCorrection { element: place, correction: asked.entry.to_string(), accept: true }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!(held(&ada, place).name, "Fournil");
    correct(&mut cem, place, |draft| draft.name = "Moulin".into()).unwrap();
    let asked = facts(&mut cem, place).corrections.remove(0).entry.to_string();
    cem.ask(Erase { id: asked, reason: String::new() }).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!(facts(&mut ada, place).corrections, []);
}

#[test]
fn a_report_says_what_has_become_of_it_those_first_who_look_after_it() {
    let (mut ada, mut bob, mut cem) = (Desk::of("Ada"), Desk::of("Bob"), Desk::of("Cem"));
    let hole = make(&mut ada, Kind::Place, "Trou dans la chaussée", None, &[REPORT_TAG]);
    let four = make(&mut ada, Kind::Place, "Four", None, &[]);
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let say = |status| SayStatus { element: hole, status };
    ada.ask(say(Some(ReportStatus::Seen))).unwrap();
    later(&mut bob, 60_000);
    bob.ask(say(Some(ReportStatus::Seen))).unwrap();
    later(&mut bob, 60_000);
    bob.ask(say(Some(ReportStatus::Done))).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    let known = facts(&mut cem, hole).statuses;
    let said: Vec<_> = known.iter().map(|(word, status)| (word.author_name.as_str(), *status)).collect();
    assert_eq!(said, [("Ada", ReportStatus::Seen), ("Bob", ReportStatus::Done)]);
    bob.ask(say(None)).unwrap();
    carry(&mut [&mut ada, &mut bob, &mut cem]);
    assert_eq!(facts(&mut cem, hole).statuses.len(), 1);
    let failure = bob.ask(SayStatus { element: four, status: Some(ReportStatus::Done) }).unwrap_err();
    assert!(failure.message.contains("'Four' is no report"), "{failure}");
}
