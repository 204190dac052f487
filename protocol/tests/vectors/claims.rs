//! Claims on places, and what they add up to: SPEC.md §7.7.

use crate::{
    common::{Desk, FOIX, Person, book, element, person},
    hex,
};
use communaut_protocol::{
    Entry, Scope,
    entry::RawEntry,
    fold::{ClaimState, Record, ScopeState},
    ids::{ElementId, EntryId, IdentityId},
    op::{ClaimDecision, ClaimOp, ClaimedTime, ConfirmOp, Op, TermsOp},
};
use serde_json::{Value, json};

/// What the resource's claims are, whoever is listed first.
fn outcome(resource: ElementId, entries: &[Entry]) -> Value {
    let people: Vec<Person> = (1..=9).map(person).collect();
    let mut state = ScopeState::new(Scope::open(FOIX));
    state.apply(entries.iter().map(|entry| Record::of(entry).unwrap()), &book(&people));
    let claims = state.view().claims_on(resource);
    let said = claims.list.iter().map(|one| {
        let said = &one.claim.said;
        let mut value =
            json!({"person": one.claim.person, "places": said.places, "state": one.state, "turn": one.turn});
        if let Some(day) = said.occurrence {
            value["occurrence"] = day.into();
        }
        if !said.guest.is_empty() {
            value["guest"] = said.guest.clone().into();
        }
        value
    });
    json!({
        "claims": said.collect::<Vec<_>>(),
        "taken": claims.taken,
        "overbooked": claims.overbooked,
        "heads": claims.heads,
    })
}

struct Writer {
    desk: Desk,
    resource: ElementId,
    entries: Vec<Entry>,
}

impl Writer {
    fn new() -> Self {
        let card = element(person(1).id, 3, "Atelier vélo", FOIX);
        let mut writer = Self { desk: Desk::default(), resource: card.id(), entries: vec![] };
        writer.say(1, &Op::Element(Box::new(card)));
        writer
    }
    fn say(&mut self, by: u8, op: &Op) -> EntryId {
        let ms = 1_000 + self.entries.len() as u64;
        let entry = self.desk.write(&person(by), Scope::open(FOIX), ms, op);
        self.entries.push(entry);
        self.entries.last().unwrap().id()
    }
    fn claim(&mut self, by: u8, places: u16, during: Option<(i64, i64)>) -> EntryId {
        let during = during.map(|(start_ms, end_ms)| ClaimedTime { start_ms, end_ms });
        self.say(by, &Op::Claim(ClaimOp { during, ..ClaimOp::of(self.resource, places) }))
    }
    fn terms(&mut self, capacity: Option<u32>, exclusive: bool, confirmers: &[u8]) -> EntryId {
        let mut confirmers: Vec<IdentityId> = confirmers.iter().map(|number| person(*number).id).collect();
        confirmers.sort();
        let terms = TermsOp { resource: self.resource, capacity, exclusive, confirmers, automatic: false };
        self.say(1, &Op::Terms(terms))
    }
    fn decide(&mut self, by: u8, terms: EntryId, previous: &[EntryId], decided: &[(EntryId, bool)]) -> EntryId {
        let mut previous = previous.to_vec();
        previous.sort();
        let decided = decided.iter().map(|(claim, given)| ClaimDecision { claim: *claim, given: *given });
        let mut decisions: Vec<ClaimDecision> = decided.collect();
        decisions.sort_by_key(|decision| decision.claim);
        self.say(by, &Op::Confirm(ConfirmOp { resource: self.resource, previous, decisions, terms: Some(terms) }))
    }
    fn vector(self, name: &str, about: &str) -> (String, Value) {
        let raw = |entry: &Entry| json!({"header": hex(entry.header_bytes()), "payload": hex(entry.payload())});
        let value = json!({
            "kind": "claims",
            "about": about,
            "resource": self.resource,
            "owner": person(1).id,
            "entries": self.entries.iter().map(raw).collect::<Vec<_>>(),
            "outcome": outcome(self.resource, &self.entries),
        });
        (format!("claims-{name}"), value)
    }
}

fn concurrent() -> (String, Value) {
    let mut w = Writer::new();
    let terms = w.terms(Some(2), false, &[2, 3]);
    let asked: Vec<EntryId> = (4..=9).map(|by| w.claim(by, 1, None)).collect();
    let own = w.decide(2, terms, &[], &[(asked[0], true)]);
    w.decide(2, terms, &[own], &[]);
    let owners = w.decide(1, terms, &[], &[(asked[1], true), (asked[2], true)]);
    w.claim(5, 0, None);
    // A stranger's word, and one that names what nobody holds.
    w.decide(9, terms, &[], &[(asked[5], true)]);
    w.decide(3, terms, &[owners, EntryId([7; 32])], &[(asked[2], false), (asked[3], true)]);
    w.vector("concurrent", "Two people confirm at once, one withdraws, a stranger confirms.")
}

fn overbooked() -> (String, Value) {
    let mut w = Writer::new();
    let before = w.terms(Some(5), false, &[2]);
    let asked = [w.claim(4, 2, None), w.claim(5, 2, None), w.claim(6, 1, None)];
    let given = w.decide(1, before, &[], &[(asked[0], true), (asked[1], true)]);
    let after = w.terms(Some(3), false, &[]);
    let named = w.decide(1, after, &[given], &[]);
    w.decide(1, before, &[named], &[(asked[2], true)]);
    // No longer a confirmer, and nobody follows it.
    w.decide(2, before, &[], &[(asked[2], true)]);
    w.vector("overbooked", "Fewer places later: what was given stays, and no more is; a confirmer is let go.")
}

fn times() -> (String, Value) {
    let mut w = Writer::new();
    let terms = w.terms(None, true, &[]);
    let asked = [(4, (0, 10)), (5, (9, 12)), (6, (10, 20))].map(|(by, during)| w.claim(by, 1, Some(during)));
    let mut previous = vec![];
    for claim in asked {
        previous = vec![w.decide(1, terms, &previous, &[(claim, true)])];
    }
    let whole = w.claim(7, 1, None);
    w.decide(1, terms, &previous, &[(whole, true)]);
    w.vector("times", "No two at a time: one ends when the next begins, one overlaps, one asks for all of the time.")
}

fn no_terms() -> (String, Value) {
    let mut w = Writer::new();
    let claim = w.claim(4, 3, None);
    w.claim(5, 1, None);
    w.decide(1, EntryId([7; 32]), &[], &[(claim, false)]);
    w.vector("no-terms", "Nobody has to confirm, so nobody declines.")
}

fn occurrences() -> (String, Value) {
    let mut w = Writer::new();
    let terms = w.terms(Some(3), false, &[]);
    let one = |places, occurrence, guest: &str| ClaimOp {
        occurrence,
        guest: guest.into(),
        ..ClaimOp::of(element(person(1).id, 3, "Atelier vélo", FOIX).id(), places)
    };
    let said = [
        (4, one(2, Some(20_457), "")),
        (4, one(1, Some(20_464), "")),
        (5, one(1, None, "")),
        (6, one(2, None, "")),
        (1, one(1, Some(20_464), "Mamie Jo")),
        (1, one(1, Some(20_464), "Léo")),
        // Not theirs to bring.
        (6, one(1, None, "Léo")),
    ];
    let asked = said.map(|(by, claim)| w.say(by, &Op::Claim(claim)));
    let mut previous = vec![];
    for claim in asked {
        previous = vec![w.decide(1, terms, &previous, &[(claim, true)])];
    }
    w.vector("occurrences", "Places of single times, of every time, and for guests whom the owner brings.")
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let all = vec![concurrent(), overbooked(), times(), no_terms(), occurrences()];
    let states = all.iter().flat_map(|(_, value)| value["outcome"]["claims"].as_array().unwrap());
    let states: Vec<&Value> = states.map(|claim| &claim["state"]).collect();
    use ClaimState::{Asked, Coming, Confirmed, Declined, Lapsed};
    assert!([Asked, Coming, Confirmed, Declined, Lapsed].iter().all(|state| states.contains(&&json!(state))));
    all
}

/// The entries one by one, each time from another on: the same claims stand.
pub fn check(value: &Value) {
    let entries = value["entries"].as_array().unwrap().iter().map(|entry| {
        let raw = RawEntry { header: crate::unhex(&entry["header"]), payload: crate::unhex(&entry["payload"]) };
        Entry::verify(raw).unwrap()
    });
    let mut entries: Vec<Entry> = entries.collect();
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        assert_eq!(outcome(crate::get(value, "resource"), &entries), value["outcome"]);
    }
}
