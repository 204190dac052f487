//! What a flood of fresh identities takes of a replica: no more than the pools of strangers; what known people write is
//! all there, and who is vouched for is seen within one round. SPEC.md §9.6.

use crate::{
    common::{FOIX, MARSEILLE},
    sync::{Side, everything, pull_by, unsigned},
};
use communaut_protocol::{
    AuthorId, Cell, ElementId, Header, IdentityId, LogId, Scope,
    engine::strangers::{Room, Strangers, cost, known},
    ids::DeviceId,
    limits::{
        ENTRY_COST, KNOWN_MAX, MEMBER_MIN, STRANGER_MAX, STRANGER_PERSON_MAX, STRANGERS_ALL_MAX, STRANGERS_MAX,
        STRANGERS_PEOPLE_MAX,
    },
    replication::{pull::Pull, replica::Replica, serve::Serve},
};
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Fresh identities, and what each writes in the cell and at the organisation.
const FLOOD: u64 = 300;
const EACH: u64 = 10;

fn someone(number: u64) -> IdentityId {
    IdentityId(communaut_protocol::entry::hash(&number.to_be_bytes()).0)
}

fn log(by: IdentityId, scope: Scope) -> LogId {
    LogId { scope, author: by.into(), device: DeviceId(by.0), epoch: 1 }
}

fn header(log: LogId, bytes: u32) -> Header {
    Header { payload_size: bytes, ..unsigned(log, None, 1).header().clone() }
}

/// Somebody writes so many entries in a scope, after their identity; the later `at`, the sooner it is fetched.
fn writes(side: &mut Side, by: IdentityId, scope: Scope, count: u64, at: u64) {
    let own = log(by, Scope::identity(by));
    if side.replica.state(&own).is_none() {
        side.replica.take(unsigned(own, None, 1), false).unwrap();
    }
    for _ in 0..count {
        let log = log(by, scope);
        let head = side.replica.state(&log).map(|state| state.tip);
        side.replica.take(unsigned(log, head, at), false).unwrap();
    }
}

/// A round in which what has room is taken.
fn round(a: &mut Side, b: &mut Side, strangers: &RefCell<Strangers>) {
    let admits = |header: &Header| {
        let admits = strangers.borrow().admits(header);
        if admits {
            strangers.borrow_mut().took(header);
        }
        admits
    };
    pull_by(a, b, everything(), &admits);
}

/// Entries that are held of somebody in a scope.
fn held(side: &Side, by: IdentityId, scope: Scope) -> u64 {
    side.replica.state(&log(by, scope)).map_or(0, |state| state.tip.seq + 1)
}

fn vouch(by: IdentityId, of: &[IdentityId]) -> BTreeMap<IdentityId, BTreeSet<IdentityId>> {
    BTreeMap::from([(by, of.iter().copied().collect())])
}

#[test]
fn a_flood_takes_its_pool_and_who_is_vouched_for_is_seen_within_one_round() {
    let (me, friend, newcomer) = (someone(1_000_001), someone(1_000_002), someone(1_000_003));
    let (open, club) = (Scope::open(FOIX), Scope::container(FOIX, ElementId([7; 32])));
    let mut b = Side::new(2);
    // What is old is fetched last.
    writes(&mut b, newcomer, open, 3, 2);
    writes(&mut b, friend, open, 50, 3);
    writes(&mut b, friend, club, 50, 3);
    for number in 0..FLOOD {
        writes(&mut b, someone(number), open, EACH, 200);
        writes(&mut b, someone(number), club, EACH, 200);
    }
    // Others have taken three quarters of the pool before.
    let strangers = RefCell::new(Strangers::default());
    (1..=3).for_each(|one| strangers.borrow_mut().set(open.cell, AuthorId([one; 32]), STRANGER_MAX));
    let mut vouches = vouch(me, &[friend]);
    strangers.borrow_mut().know(known(me, &[], &vouches));
    let mut a = Side::new(1);
    round(&mut a, &mut b, &strangers);

    let pool = strangers.borrow().pool(open.cell);
    assert!(pool <= STRANGERS_MAX && pool > STRANGERS_MAX / 10 * 9, "{pool}");
    let entries = |side: &Side, cell: Cell| {
        side.replica.entries().filter(|entry| entry.header().log.scope.cell == cell).count() as u64
    };
    assert!(entries(&a, open.cell) - 100 <= STRANGERS_MAX / 4 / ENTRY_COST, "{}", entries(&a, open.cell));
    assert!(entries(&a, open.cell) < entries(&b, open.cell) - 1_000, "there was more than has room");
    assert_eq!((held(&a, friend, open), held(&a, friend, club)), (50, 50), "all of the known");
    assert_eq!(held(&a, newcomer, open), 0, "who is a stranger waits with the others");
    assert!(a.replica.declined.of(&log(newcomer, open).key()).is_some());
    // It rests.
    let before = entries(&a, open.cell);
    round(&mut a, &mut b, &strangers);
    assert_eq!(entries(&a, open.cell), before);

    // The friend vouches for the newcomer.
    vouches.extend(vouch(friend, &[newcomer]));
    let gained = strangers.borrow_mut().know(known(me, &[], &vouches));
    assert_eq!(gained, BTreeSet::from([newcomer.into()]));
    assert!(a.replica.declined.reconsider(|log| gained.contains(&log.author)));
    (a.pull, a.serve) = (Pull::default(), Serve::default());
    round(&mut a, &mut b, &strangers);
    assert_eq!(held(&a, newcomer, open), 3, "within one round");
    assert_eq!(entries(&a, open.cell), before + 3, "and nothing else");
    assert_eq!(a.refused, [""; 0]);
}

#[test]
fn one_stranger_alone_does_not_close_a_cell_and_no_cell_closes_another() {
    let (one, other) = (someone(1), someone(2));
    let mut strangers = Strangers::default();
    let entry = header(log(one, Scope::open(FOIX)), 100);
    let mut count = 0;
    while strangers.admits(&entry) {
        strangers.took(&entry);
        count += 1;
    }
    assert_eq!(count, STRANGER_MAX / cost(&entry));
    let erasure = Header { schema: 15, ..entry.clone() };
    assert!(strangers.admits(&erasure), "they can still erase of it");
    // What it needs before it has the same room, and no more.
    let mut filled = strangers.clone();
    while filled.admits_to(&entry, Room::Erasures) {
        filled.took(&entry);
    }
    assert_eq!(filled.spent(entry.log.scope.cell, one.into()) / cost(&entry), (STRANGER_MAX * 9 / 8) / cost(&entry));
    assert!(!filled.admits(&erasure));
    assert!(
        !strangers.admits(&header(log(one, Scope::container(FOIX, ElementId([7; 32]))), 100)),
        "one cell, one bound"
    );
    assert!(strangers.admits(&header(log(other, Scope::open(FOIX)), 100)));
    assert!(strangers.admits(&header(log(one, Scope::open(MARSEILLE)), 100)));
    // What goes makes room.
    strangers.set(entry.log.scope.cell, one.into(), 0);
    assert!(strangers.admits(&entry) && strangers.pool(entry.log.scope.cell) == 0);
}

/// So many cells, each filled by four strangers.
fn filled(cells: u64) -> Strangers {
    let mut strangers = Strangers::default();
    for number in 0..cells {
        let cell: Cell = format!("sp{}{}", char::from(b'b' + (number / 4) as u8), number % 4).parse().unwrap();
        (0..4).for_each(|one| strangers.set(cell, someone(number * 4 + one).into(), STRANGER_MAX));
        assert_eq!(strangers.pool(cell), STRANGERS_MAX);
    }
    strangers
}

#[test]
fn strangers_in_many_cells_have_a_bound_in_all_and_the_known_do_not_pay_for_it() {
    let all = STRANGERS_ALL_MAX / STRANGERS_MAX;
    let fresh = header(log(someone(999), Scope::open(MARSEILLE)), 100);
    assert!(filled(all - 1).admits(&fresh));
    let mut strangers = filled(all);
    assert!(!strangers.admits(&fresh));
    strangers.know(known(someone(999), &[], &BTreeMap::new()));
    assert!(strangers.admits(&fresh));
    // Known again as a stranger, it counts as one.
    strangers.took(&fresh);
    assert_eq!(strangers.pool(fresh.log.scope.cell), 0);
    strangers.know(known(someone(998), &[], &BTreeMap::new()));
    assert_eq!(strangers.pool(fresh.log.scope.cell), cost(&fresh));
}

#[test]
fn whose_identity_has_no_room_is_declined_where_they_write_so_that_nobody_asks_for_it() {
    let mut strangers = Strangers::default();
    let places = STRANGERS_PEOPLE_MAX / STRANGER_PERSON_MAX;
    (0..places).for_each(|one| strangers.set(Cell::IDENTITY, someone(one).into(), STRANGER_PERSON_MAX));
    let (known_one, fresh) = (someone(0), someone(9_999));
    assert!(!strangers.admits(&header(log(fresh, Scope::identity(fresh)), 100)));
    assert!(!strangers.admits(&header(log(fresh, Scope::open(FOIX)), 100)));
    assert!(strangers.admits(&header(log(known_one, Scope::open(FOIX)), 100)), "that identity is held");
    assert!(!strangers.admits(&header(log(known_one, Scope::identity(known_one)), 100)), "it has what it may have");
    strangers.know(known(fresh, &[], &BTreeMap::new()));
    assert!(strangers.admits(&header(log(fresh, Scope::identity(fresh)), 100)));
}

#[test]
fn who_is_known_passes_on_no_more_than_they_have() {
    let (me, friend) = (someone(0), someone(1));
    let mut vouches = vouch(me, &[friend]);
    // The friend is hostile: names vouch for names, in circles too.
    let names: Vec<IdentityId> = (100..356).map(someone).collect();
    vouches.extend(vouch(friend, &names));
    for (at, name) in names.iter().enumerate() {
        let next: Vec<IdentityId> = (0..256).map(|n| someone(1_000 + at as u64 * 256 + n)).collect();
        vouches.extend(vouch(*name, &[&next[..], &[friend, *name]].concat()));
    }
    let all = known(me, &[], &vouches);
    assert_eq!((all[&me.into()], all[&friend.into()]), (u64::MAX, KNOWN_MAX));
    assert_eq!(all[&AuthorId::from(names[0])], KNOWN_MAX / 2 / 256);
    let sum: u64 = all.values().filter(|bytes| **bytes < u64::MAX).sum();
    assert!(sum <= 2 * KNOWN_MAX, "{sum}");
    // Who has a role where the user has one shares what one may have, and has some in any case.
    let group: BTreeSet<IdentityId> = (1..=8).map(someone).collect();
    assert_eq!(known(me, &[group], &BTreeMap::new())[&friend.into()], KNOWN_MAX / 8);
    let group: BTreeSet<IdentityId> = (1..=2_000).map(someone).collect();
    assert_eq!(known(me, &[group], &BTreeMap::new())[&friend.into()], MEMBER_MIN);
    // What a stranger says of others makes nobody known.
    assert_eq!(known(me, &[], &vouch(friend, &names)).len(), 1);
}
