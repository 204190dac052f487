//! A few thousand governance records fold in one go: were any of it quadratic in entries of
//! one kind times another, these would not end within a test run.

use crate::common::{Club, person};
use communaut_protocol::{
    EntryId, LogId,
    entry::hash,
    fold::{Erasures, Governance, Record, frontier_of},
    ids::IdentityId,
    op::{BallotOp, Choice, EntryPlace, Op, Role, RoleOp},
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
    let frontier = frontier_of(&club.records);
    assert_eq!(frontier.len(), 30);
    for _ in 0..100 {
        let proposal = club.propose(&founder, 1, &founder, frontier.clone());
        for voter in 0..30 {
            number += 1;
            let ballot = BallotOp { proposal, choice: Choice::Yes, previous: None };
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
