//! What keepers settle stands for good. SPEC.md §8.7.

use crate::common::{Club, FOIX, Person, book, element, person};
use communaut_protocol::{
    EntryId, Scope,
    fold::{Governance, Record, ScopeState, SettledView},
    op::{FoundingOp, Op, Role, SettleOp},
};

const LEADER: Option<Role> = Some(Role::Leader);
const MODERATOR: Option<Role> = Some(Role::Moderator);
const MEMBER: Option<Role> = Some(Role::Member);

/// A club of person 1 with keepers 11 to 14, of whom two have to agree; a leader 2 and a moderator 3.
struct Kept {
    club: Club,
    last: EntryId,
}

fn founding(agree: u8) -> FoundingOp {
    let mut keepers: Vec<_> = (11..=14).map(|number| person(number).id).collect();
    keepers.sort();
    FoundingOp { owner: person(1).id, seed: vec![9; 16], keepers, agree }
}

impl Kept {
    fn new() -> Self {
        let founder = person(1);
        let founding = founding(2);
        let mut club = Club::new();
        club.records.clear();
        club.id = founding.container().unwrap();
        club.scope = Scope::container(FOIX, club.id);
        club.say(&founder, 1, &Op::Founding(founding));
        let leader = club.role(&founder, 10, &person(2), LEADER, &[]);
        let last = club.role(&founder, 11, &person(3), MODERATOR, &[leader]);
        Self { club, last }
    }

    fn state(&self, records: &[Record]) -> ScopeState {
        let people: Vec<Person> = (1..=14).map(person).collect();
        let mut state = ScopeState::new(self.club.scope);
        let known = book(&people);
        records.iter().for_each(|record| drop(state.apply([record.clone()], &known)));
        state
    }

    /// What all add up to, in any order of arrival.
    fn governance(&self) -> Governance {
        let mut records = self.club.records.clone();
        let found = self.state(&records).view().governance.as_deref().cloned().unwrap();
        for turn in 0..records.len() {
            records.rotate_left(1);
            let turned = self.state(&records);
            assert_eq!(turned.view().governance.as_deref(), Some(&found), "{turn}");
        }
        found
    }

    /// Keepers settle acts, after a point.
    fn settle(&mut self, by: &[u8], acts: &[EntryId]) -> EntryId {
        let op = self.state(&self.club.records).settlement(person(by[0]).id, acts).unwrap();
        self.say(by, &op)
    }

    fn say(&mut self, by: &[u8], op: &SettleOp) -> EntryId {
        let said = by.iter().map(|keeper| self.club.say(&person(*keeper), 50, &Op::Settle(op.clone())));
        said.last().unwrap()
    }

    fn roles(&self, people: &[u8]) -> Vec<Option<Role>> {
        let held = self.governance().roles;
        people.iter().map(|number| held.get(&person(*number).id).copied()).collect()
    }
}

fn keepers(settled: &Option<SettledView>) -> usize {
    settled.as_ref().map_or(0, |settled| settled.by.len())
}

/// The table of SPEC.md §8.7, row by row.
#[test]
fn the_cases_of_the_specification() {
    // Whoever was let go strikes back with what they knew before.
    let mut kept = Kept::new();
    let founder = kept.club.founder.clone();
    let gone = kept.club.role(&founder, 20, &person(2), None, &[kept.last]);
    kept.settle(&[11, 12], &[gone]);
    kept.club.role(&person(2), 21, &person(3), None, &[kept.last]);
    assert_eq!(kept.roles(&[2, 3]), [None, MODERATOR]);
    // The founder dates back: what is settled stays.
    let mut kept = Kept::new();
    let admitted = kept.club.role(&person(2), 20, &person(5), MEMBER, &[kept.last]);
    let before = kept.club.clone();
    kept.club.role(&founder, 21, &person(2), None, &[kept.last]);
    assert_eq!(kept.roles(&[2, 5]), [None, None], "nothing is settled yet");
    kept.club = before;
    kept.settle(&[11, 12], &[admitted]);
    kept.club.role(&founder, 21, &person(2), None, &[kept.last]);
    assert_eq!(kept.roles(&[2, 5]), [None, MEMBER]);
    // Two that are named beside each other, by enough keepers each: neither stands, though one keeper named both.
    let mut kept = Kept::new();
    let one = kept.club.role(&founder, 20, &person(5), MEMBER, &[kept.last]);
    let other = kept.club.role(&founder, 21, &person(6), MEMBER, &[kept.last]);
    let state = kept.state(&kept.club.records);
    let [p, q] = [one, other].map(|act| state.settlement(person(9).id, &[act]).unwrap());
    kept.say(&[11, 12], &p);
    assert_eq!((keepers(&kept.governance().settled), kept.governance().settled.unwrap().acts), (2, 3));
    kept.say(&[11], &q);
    assert_eq!(keepers(&kept.governance().settled), 2, "one who contradicts themselves undoes nothing");
    kept.say(&[13], &q);
    assert_eq!((kept.governance().settled, kept.governance().split.len()), (None, 3));
    // Two keepers at once: each comes to name what the other has.
    let mut kept = Kept::new();
    let one = kept.club.role(&founder, 20, &person(5), MEMBER, &[kept.last]);
    let other = kept.club.role(&founder, 21, &person(6), MEMBER, &[kept.last]);
    let state = kept.state(&kept.club.records);
    let [p, q] = [one, other].map(|act| state.settlement(person(9).id, &[act]).unwrap());
    kept.say(&[11], &p);
    kept.say(&[12], &q);
    assert_eq!(kept.governance().settled, None);
    let next = kept.state(&kept.club.records).settlement(person(12).id, &[one, other]).unwrap();
    assert_eq!(next, p);
    kept.say(&[12], &next);
    assert_eq!(keepers(&kept.governance().settled), 2);
    // Two beside each other.
    let mut kept = Kept::new();
    let one = kept.club.role(&founder, 20, &person(5), MEMBER, &[kept.last]);
    let other = kept.club.role(&founder, 21, &person(6), MEMBER, &[kept.last]);
    let state = kept.state(&kept.club.records);
    let [p, q] = [one, other].map(|act| state.settlement(person(9).id, &[act]).unwrap());
    kept.say(&[11, 12], &p);
    kept.say(&[13, 14], &q);
    let held = kept.governance();
    assert_eq!((held.settled, held.split.len()), (None, 4));
    // What was settled keeps its rank: who did not know of it does not bring the person back.
    let mut kept = Kept::new();
    let in_by = kept.club.role(&person(3), 20, &person(5), MEMBER, &[kept.last]);
    let gone = kept.club.role(&founder, 21, &person(5), None, &[kept.last]);
    assert_eq!(kept.roles(&[5]), [None]);
    kept.settle(&[11, 12], &[gone]);
    assert_eq!(kept.roles(&[5]), [None], "{in_by}");
    kept.club.role(&person(3), 22, &person(5), MEMBER, &[in_by, gone]);
    assert_eq!(kept.roles(&[5]), [MEMBER], "who knows of it may");
    // One after the other.
    let mut kept = Kept::new();
    kept.settle(&[11, 12], &[kept.last]);
    let next = kept.club.role(&founder, 20, &person(5), MEMBER, &[kept.last]);
    kept.settle(&[12, 13], &[next]);
    let held = kept.governance();
    assert_eq!((keepers(&held.settled), held.settled.unwrap().acts), (2, 3));
}

#[test]
fn who_is_no_keeper_settles_nothing_nor_does_a_root_of_something_else() {
    let mut kept = Kept::new();
    let op = kept.state(&kept.club.records).settlement(person(9).id, &[kept.last]).unwrap();
    kept.say(&[1, 2, 3, 11], &op);
    assert_eq!(kept.governance().settled, None);
    let wrong = SettleOp { root: communaut_protocol::Hash([1; 32]), ..op.clone() };
    kept.say(&[12, 13], &wrong);
    assert_eq!(kept.governance().settled, None);
    // A keeper who was wrong once may say what is right.
    kept.say(&[12], &op);
    assert_eq!(keepers(&kept.governance().settled), 2);
}

/// Without a charter nothing is settled; of two foundings the charter of neither counts.
#[test]
fn only_one_charter_counts() {
    let mut kept = Kept::new();
    kept.settle(&[11, 12], &[kept.last]);
    assert_eq!(keepers(&kept.governance().settled), 2);
    let club = &mut kept.club;
    let other = FoundingOp { agree: 1, ..founding(2) };
    assert_ne!(other.container().unwrap(), club.id, "the id commits to the charter");
    club.say(&person(1), 60, &Op::Founding(other));
    assert_eq!(keepers(&kept.governance().settled), 2, "it is not that of this container");
    let plain = FoundingOp { owner: person(1).id, seed: vec![9; 16], keepers: vec![], agree: 0 };
    let card = communaut_protocol::op::ElementOp {
        seed: plain.card_seed().unwrap().to_vec(),
        ..element(person(1).id, 0, "Amap", FOIX)
    };
    assert_eq!(card.id(), plain.container().unwrap());
    let scope = Scope::container(FOIX, card.id());
    let mut state = ScopeState::new(scope);
    let mut desk = crate::common::Desk::default();
    let founder = person(1);
    state.apply([desk.record(&founder, scope, 1, &Op::Founding(plain))], &book([&founder]));
    let held = state.view().governance.clone().unwrap();
    assert_eq!((held.founder, held.roles.len(), held.keepers.len()), (Some(founder.id), 1, 0));
}

/// What is settled counts though its device is out and nothing of it was accepted; the votes of before stay as they
/// were opened.
#[test]
fn what_is_settled_counts_whatever_became_of_its_device() {
    let mut kept = Kept::new();
    let admitted = kept.club.role(&person(2), 20, &person(5), MEMBER, &[kept.last]);
    let proposal = kept.club.propose(&person(3), 30, &person(3));
    let opened = kept.club.opened[&proposal];
    kept.settle(&[11, 12], &[admitted]);
    let mut log = crate::devices::Log::of(person(2));
    let came = log.comes_in(&person(2).key, 77, None);
    log.goes_out(&crate::common::key(77), &[&person(2).key], Some(came));
    let people: Vec<Person> = (1..=14).map(person).collect();
    let mut known = book(&people);
    known.insert(person(2).id, std::sync::Arc::new(log.view()));
    for turn in 0..kept.club.records.len() {
        kept.club.records.rotate_left(1);
        let mut state = ScopeState::new(kept.club.scope);
        kept.club.records.iter().for_each(|record| drop(state.apply([record.clone()], &known)));
        let held = state.view().governance.clone().unwrap();
        assert_eq!(held.roles.get(&person(5).id), Some(&Role::Member), "{turn}");
        assert_eq!(held.proposals[0].opening.electorate, Some(opened));
        assert!(state.is_settled(admitted));
    }
}
