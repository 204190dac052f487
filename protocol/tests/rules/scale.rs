//! A few thousand governance records fold in one go: were any of it quadratic in entries of
//! one kind times another, these would not end within a test run.

use crate::common::{Club, person, proposal};
use communaut_protocol::{
    EntryId, LogId,
    entry::hash,
    fold::{Erasures, Governance, Record, ScopeState},
    ids::IdentityId,
    limits::ERASED_MAX,
    op::{BallotOp, Choice, EntryPlace, EraseOp, Op, OpenOp, PostOp, Role, RoleOp, VoidOp},
};

/// A record of the club that nobody signed: signatures are not what is measured.
fn made(club: &Club, number: u64, by: u64, ms: u64, op: Op) -> Record {
    let template = &club.records[0];
    let device = communaut_protocol::DeviceId(hash(&[by.to_be_bytes(), [1; 8]].concat()).0);
    let (name, log) = (EntryId(hash(&number.to_be_bytes()).0), LogId { author: id(by).into(), device, ..template.log });
    Record {
        id: name,
        log,
        place: EntryPlace::of(&log, number, name),
        author: id(by),
        seq: number,
        stamp: communaut_protocol::Stamp::from_ms(ms),
        op,
        ..template.clone()
    }
}

fn id(number: u64) -> IdentityId {
    if number == 0 { person(1).id } else { IdentityId(hash(&[number.to_be_bytes(), [2; 8]].concat()).0) }
}

fn grant(to: u64, role: Option<Role>, refs: &[EntryId]) -> Op {
    let mut refs = refs.to_vec();
    refs.sort();
    Op::Role(RoleOp { person: id(to), role, refs, lowers: false })
}

#[test]
fn thousands_of_roles_proposals_and_ballots() {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let mut number = 100;
    // The founder names 30 moderators; each admits 90 people, concurrently; half are let go again.
    let mut records = club.records.clone();
    let mut past = Vec::new();
    for moderator in 1..=30 {
        number += 1;
        records.push(made(&club, number, 0, number, grant(moderator, Some(Role::Moderator), &past)));
        past = vec![records.last().unwrap().id];
    }
    for moderator in 1..=30 {
        let mut own = past.clone();
        for n in 0..90 {
            number += 1;
            let to = 1_000 + moderator * 100 + n;
            records.push(made(&club, number, moderator, number, grant(to, Some(Role::Member), &own)));
            own = vec![records.last().unwrap().id];
            if n % 2 == 0 {
                number += 1;
                records.push(made(&club, number, moderator, number, grant(to, None, &own)));
                own = vec![records.last().unwrap().id];
            }
        }
    }
    // Strangers shout.
    for stranger in 0..2_000 {
        number += 1;
        records.push(made(&club, number, 50_000 + stranger, 1, grant(50_000 + stranger, Some(Role::Leader), &[])));
    }
    club.records = records;
    // One opening is computed by hand; all others are for the same electorate.
    let first = club.propose(&founder, 1, &founder);
    let refs = club.records.last().unwrap().op.acts_named();
    assert_eq!(refs.len(), 30);
    let electorate = club.opened[&first];
    for turn in 0..100 {
        let proposal = if turn == 0 { first } else { club.say(&founder, 1, &proposal(500, &[&founder], 1)) };
        if turn > 0 {
            club.say(&founder, 1, &Op::Open(OpenOp { proposal, refs: refs.clone(), electorate }));
        }
        for voter in 0..30 {
            number += 1;
            let ballot = BallotOp { proposal, electorate, choice: Choice::Yes, previous: None };
            let record = made(&club, number, 1_100 + 2 * voter + 1, number, Op::Ballot(ballot));
            club.records.push(record);
        }
    }
    let governance = Governance::fold(Some(founder.id), &club.records, &Erasures::new());
    assert_eq!(governance.roles.len(), 1 + 30 + 30 * 45);
    assert_eq!(governance.proposals.len(), 100);
    for proposal in &governance.proposals {
        assert_eq!((proposal.electorate.len(), proposal.tally.yes), (governance.roles.len(), 30));
    }
    assert_eq!(governance.role_tips.len(), 30);
}

#[test]
fn one_moderator_cannot_make_the_fold_crawl() {
    let club = Club::new();
    let founder = club.founder.id;
    let mut records = club.records.clone();
    // 700 concurrent acts on one person from as many devices, then 700 that know of 64 of them each.
    for n in 0..700 {
        let mut record = made(&club, n + 10, n + 10, 1, grant(5, Some(Role::Member), &[]));
        record.author = founder;
        records.push(record);
    }
    let known: Vec<EntryId> = records[1..].iter().map(|record| record.id).collect();
    for n in 0..700 {
        let from = (n as usize * 11) % 637;
        let mut record = made(&club, n + 5_000, 0, 2, grant(5, Some(Role::Contributor), &known[from..from + 64]));
        record.author = founder;
        records.push(record);
    }
    let governance = Governance::fold(Some(founder), &records, &Erasures::new());
    assert_eq!(governance.roles[&id(5)], Role::Contributor);
}

/// Somebody says much of one person, who speaks in the past of each such word. A word is weighed once in each past that
/// is named, whichever comes first; an act on somebody else has nothing weighed again.
#[test]
fn words_on_one_person_are_weighed_once_in_each_past() {
    const SIZE: u64 = 400;
    let club = Club::new();
    let (founder, speaker) = (&club.founder, person(2));
    let known = crate::common::book([founder, &speaker]);
    let by = |who: &crate::common::Person, number: u64, op: Op| {
        let record = made(&club, number, number, 1, op);
        let log = LogId { author: who.id.into(), device: who.key.id(), ..record.log };
        Record { author: who.id, log, place: EntryPlace::of(&log, number, record.id), ..record }
    };
    let word = |number, role, lowers, refs| {
        by(founder, number, Op::Role(RoleOp { person: speaker.id, role: Some(role), refs, lowers }))
    };
    let first = word(1_000, Role::Contributor, false, vec![]);
    // None of them knows of another.
    let words: Vec<Record> = (0..SIZE).map(|n| word(2_000 + n, Role::Member, true, vec![first.id])).collect();
    let post = |n: u64| by(&speaker, 9_000 + n, Op::Post(PostOp { text: "Bonjour".into(), ..PostOp::default() }));
    let said: Vec<Record> = (0..SIZE).zip(&words).map(|(n, act)| Record { under: Some(act.id), ..post(n) }).collect();
    let (both, mixed) = ([&words[..], &said[..]], words.iter().zip(&said).flat_map(|(act, said)| [act, said]));
    let [words_first, said_first] = [both.concat(), [both[1], both[0]].concat()];
    let turns = [words_first, said_first, mixed.cloned().collect()];
    for arrivals in turns {
        let mut state = ScopeState::new(club.scope);
        state.apply(club.records.iter().cloned().chain([first.clone()]), &known);
        let mut weigh = |record: Record| {
            let before = state.words_weighed();
            state.apply([record], &known);
            state.words_weighed() - before
        };
        let weighed: Vec<u64> = arrivals.into_iter().map(&mut weigh).collect();
        // By a word in all pasts, and in the past that is held with it all words.
        assert!(weighed.iter().all(|weighed| *weighed < 2 * SIZE));
        // Each in each past but its own.
        assert_eq!(weighed.iter().sum::<u64>(), SIZE * (SIZE - 1));
        for number in 0..40 {
            assert_eq!(weigh(by(founder, 50_000 + number, grant(77 + number, Some(Role::Member), &[first.id]))), 0);
        }
        assert!(state.under(speaker.id).is_some_and(|act| words.iter().any(|word| word.id == act)));
    }
}

/// What strangers erase of their own, and moderators of what nobody holds, is not folded again at each act: here that
/// would be half an hour.
#[test]
fn acts_after_thousands_of_erasures_of_nothing() {
    let club = Club::new();
    let (founder, stranger) = (&club.founder, person(2));
    let book = crate::common::book([founder, &stranger]);
    let of = |person: &crate::common::Person, number: u64, op: Op| {
        let (log, record) = (person.log(club.scope), made(&club, number, 0, number, op));
        Record { author: person.id, log, place: EntryPlace::of(&log, number, record.id), ..record }
    };
    let erase = |person: &crate::common::Person, number: u64, refs: Option<Vec<EntryId>>| {
        let name = |at: u64| EntryId(hash(&(number << 8 | at).to_be_bytes()).0);
        let log = person.log(club.scope);
        let mut targets: Vec<_> = (0..ERASED_MAX as u64).map(|at| EntryPlace::of(&log, at, name(at))).collect();
        targets.sort();
        of(person, number, Op::Erase(EraseOp { targets: targets.into(), refs, reason: String::new() }))
    };
    let mut state = ScopeState::new(club.scope);
    state.apply(club.records.clone(), &book);
    let own = (10_000..12_000).map(|number| erase(&stranger, number, None));
    let moderated = (20_000..20_500).map(|number| erase(founder, number, Some(vec![])));
    state.apply(own.chain(moderated), &book);
    assert_eq!(state.view().erasures.len(), 2_500 * ERASED_MAX);
    for number in 30_000..31_000 {
        let changes = state.apply([of(founder, number, grant(number, Some(Role::Member), &[]))], &book);
        assert_eq!(changes.erasures, []);
    }
    // One that is void is told by itself.
    let erasure = EntryId(hash(&20_000_u64.to_be_bytes()).0);
    let void = of(founder, 40_000, Op::Void(VoidOp { erasure, refs: vec![] }));
    assert_eq!(state.apply([void], &book).erasures.len(), ERASED_MAX);
}
