//! Every operation there is, in a hundred orders: whatever comes first and however it is split, the views are the same,
//! byte for byte. Forks, erasures, leaves and payloads that come later, and restatements are among it.

mod world;

use super::seeded::Seeded;
use crate::daemon::{
    clocks::Now,
    desk::{Desk, NOW_MS},
    replica::{Origin, Replica},
};
use communaut_protocol::{
    EntryId, LogId,
    clock::Monotonic,
    codec,
    engine::Host,
    entry::{
        Body, HeldEntry,
        leaves::{self, Leaf},
    },
    fold::{ProposalStatus, Record, Within},
    log::NotTaken,
    op::{EntryPlace, Op, RULES, schema},
    replication::replica::Replica as _,
};
use std::collections::{BTreeMap, BTreeSet};
use world::{DAY_MS, READER, World};

/// Orders that are tried.
const ORDERS: usize = 100;
/// Seed of a device that has no keys.
const STRANGER: u8 = 99;
/// Entries in one delivery, at most.
const SPLIT_MAX: usize = 40;

/// How the entries of one log come, in one order.
#[derive(Clone, Copy)]
enum Comes {
    InOrder,
    NewestFirst,
    Anyhow,
}

/// What shows, by its name, in bytes.
fn shown(replica: &Replica) -> BTreeMap<String, Vec<u8>> {
    let views = &replica.views;
    assert_eq!(views.pending(), 0);
    let mut all = BTreeMap::new();
    for (scope, view) in views.scopes() {
        let at = |part: &str| format!("{part} in {}/{}", scope.cell, scope.container.short());
        all.insert(at("what is said"), codec::encode(view).unwrap());
        all.insert(at("governance"), codec::encode(&view.governance).unwrap());
        let talks = view.posts.values().map(|post| (post.id, view.first_of(post.id), view.seen_last(post.id)));
        all.insert(at("conversations"), codec::encode(&talks.collect::<Vec<_>>()).unwrap());
        all.insert(at("people"), codec::encode(&views.within(scope).map(Within::book)).unwrap());
    }
    // With what stands in no bytes: which devices were ever brought in.
    all.insert("people".into(), format!("{:?}", views.book()).into_bytes());
    all.insert("elements".into(), codec::encode(views.elements()).unwrap());
    all.insert("territories".into(), codec::encode(views.territories()).unwrap());
    all
}

/// What is held, and how much of it; of what a moderator has erased that differs until it goes for good: who heard of
/// the erasure first did not ask for it.
fn held(replica: &Replica) -> BTreeMap<EntryId, Option<Body>> {
    let body = |entry: &HeldEntry| {
        let header = entry.header();
        let place = EntryPlace::of(&header.log, header.seq, entry.id());
        let hidden = replica.views.erasure(&header.log.scope, &place).is_some_and(|erasure| !erasure.own);
        (!hidden).then(|| entry.body().clone())
    };
    let all = replica.store.reader();
    all.held().map(Result::unwrap).map(|entry| (entry.id(), body(&entry))).collect()
}

/// In another order; what comes of one log as it says.
fn ordered(all: &[HeldEntry], comes: &BTreeMap<LogId, Comes>, dice: &mut Seeded) -> Vec<HeldEntry> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    dice.shuffle(&mut order);
    let mut logs: BTreeMap<LogId, Vec<usize>> = BTreeMap::new();
    for (at, entry) in order.iter().enumerate() {
        logs.entry(all[*entry].header().log).or_default().push(at);
    }
    for (log, places) in logs {
        let mut entries: Vec<usize> = places.iter().map(|at| order[*at]).collect();
        match comes[&log] {
            Comes::InOrder => entries.sort_by_key(|entry| all[*entry].header().seq),
            Comes::NewestFirst => entries.sort_by_key(|entry| std::cmp::Reverse(all[*entry].header().seq)),
            Comes::Anyhow => {}
        }
        for (at, entry) in places.into_iter().zip(entries) {
            order[at] = entry;
        }
    }
    order.into_iter().map(|entry| all[entry].clone()).collect()
}

/// As a peer has it: perhaps its header alone, or some of its leaves. What decides over others is taken only with what
/// decides (SPEC.md §9.1).
fn thinned(entry: &HeldEntry, dice: &mut Seeded) -> HeldEntry {
    let header = entry.header();
    let restates = header.schema == schema::RESTATE;
    let whole = entry.clone();
    match dice.below(4) {
        0 if header.has_leaves() => {
            let payload = entry.body().bytes().unwrap();
            let count = Leaf::all(payload).unwrap().len();
            let stays: Vec<bool> = (0..count).map(|leaf| restates && leaf == 0 || dice.below(2) == 0).collect();
            let goes = |leaf: u8| !stays[usize::from(leaf)];
            let left = leaves::without(payload, goes).map(Body::Present);
            left.map_or(whole, |left| HeldEntry::new(entry.signed().clone(), left).unwrap())
        }
        1 if !restates && !header.log.scope.is_identity() => whole.with_body(Body::Absent),
        _ => whole,
    }
}

/// Give a replica all, in an order and splits that the dice say. What cannot be taken yet is offered again, as a peer
/// does.
fn deliver(replica: &mut Replica, all: &[HeldEntry], dice: &mut Seeded) {
    let mut comes: BTreeMap<LogId, Comes> = BTreeMap::new();
    for entry in all {
        let how = [Comes::InOrder, Comes::NewestFirst, Comes::Anyhow][dice.below(3)];
        comes.entry(entry.header().log).or_insert(how);
    }
    let newest = comes.iter().filter(|(_, how)| matches!(how, Comes::NewestFirst));
    let begin: BTreeSet<LogId> = newest.map(|(log, _)| *log).collect();
    let twice: Vec<HeldEntry> = all.iter().filter(|_| dice.below(8) == 0).cloned().collect();
    let mut waiting = ordered(&[all, &twice].concat(), &comes, dice);
    let (mut to_come, mut over): (Vec<HeldEntry>, bool) = (Vec::new(), false);
    for round in 0.. {
        let (mut placed, mut again) = (false, Vec::new());
        while !waiting.is_empty() {
            let size = (1 + dice.below(SPLIT_MAX)).min(waiting.len());
            let batch: Vec<HeldEntry> = waiting.drain(..size).collect();
            let sent: Vec<HeldEntry> = batch.iter().map(|entry| thinned(entry, dice)).collect();
            let lacks: Vec<bool> = sent.iter().map(HeldEntry::lacks).collect();
            let answers = replica.take_from(sent, Origin::Elsewhere, &begin).unwrap();
            for ((whole, lacks), answer) in batch.into_iter().zip(lacks).zip(answers) {
                match answer {
                    Ok(_) => {
                        placed = true;
                        to_come.extend(lacks.then_some(whole));
                    }
                    Err(NotTaken::Known) => {}
                    Err(_) => again.push(whole),
                }
            }
            while !to_come.is_empty() && dice.below(3) > 0 {
                let at = dice.below(to_come.len());
                replica.fill(to_come.swap_remove(at)).unwrap();
            }
        }
        if !placed && std::mem::replace(&mut over, true) {
            break;
        }
        over &= !placed;
        if over {
            // What had been taken and went again, too.
            let here = held(replica);
            again = all.iter().filter(|entry| !here.contains_key(&entry.id())).cloned().collect();
        }
        if round == 3 {
            comes.values_mut().for_each(|how| *how = Comes::InOrder);
        }
        waiting = ordered(&again, &comes, dice);
    }
    dice.shuffle(&mut to_come);
    to_come.into_iter().for_each(|entry| replica.fill(entry).unwrap());
    // What is wanted again, since an erasure of it does not count any more.
    for missing in replica.store.missing(None, all.len()).unwrap() {
        let whole = all.iter().find(|entry| entry.id() == missing.id).unwrap();
        replica.fill(whole.clone()).unwrap();
    }
}

/// What follows when all has come, and once the time has come of what says to be of tomorrow.
fn settled(desk: &mut Desk) -> (BTreeMap<String, Vec<u8>>, BTreeMap<EntryId, Option<Body>>) {
    let replica = &mut desk.core.replica;
    replica.join_own().unwrap();
    replica.fold_stale().unwrap();
    desk.core.look_at_clocks(Now { system_ms: NOW_MS + 2 * DAY_MS, monotonic: Monotonic::default() });
    desk.core.replica.keep_time().unwrap();
    desk.core.replica.fold_stale().unwrap();
    (shown(&desk.core.replica), held(&desk.core.replica))
}

/// Equal, or which are not.
fn compare<T: PartialEq, K: Ord + std::fmt::Debug>(name: &str, first: &BTreeMap<K, T>, other: &BTreeMap<K, T>) {
    let keys: BTreeSet<&K> = first.keys().chain(other.keys()).collect();
    let differ: Vec<&K> = keys.into_iter().filter(|key| first.get(key) != other.get(key)).collect();
    assert!(differ.is_empty(), "{name}: {differ:?}");
}

/// All of it has to be there, and count, or its order would prove nothing.
fn reaches_all(replica: &Replica, all: &[HeldEntry]) {
    let ring = &replica.private.ring;
    let records = all.iter().flat_map(|entry| Record::all(&entry.whole().unwrap(), ring)).filter_map(Result::ok);
    let ops = records.map(|record| record.op).filter(|op| !matches!(op, Op::Unknown(_)));
    let said: BTreeSet<u16> = ops.map(|op| op.schema()).collect();
    let known: BTreeSet<u16> = RULES.iter().map(|rule| rule.schema).collect();
    assert_eq!(said, known, "an operation of which nothing is said in this world");
    let views = || replica.views.scopes().values();
    let erasures = || views().flat_map(|view| view.erasures.iter());
    let governance: Vec<_> = views().filter_map(|view| view.governance.as_deref()).collect();
    let votes = || governance.iter().flat_map(|held| &held.proposals).map(|vote| vote.status);
    let parts = [
        ("elements", views().any(|view| !view.elements.is_empty())),
        ("edits", views().flat_map(|view| view.posts.values()).any(|post| post.edited.is_some())),
        ("rooms", views().any(|view| view.room(view.rooms_with_messages().first().copied().flatten()).count() > 1)),
        ("guests", views().any(|view| view.claims.claims.values().any(|claim| !claim.said.guest.is_empty()))),
        (
            "links of both sides",
            views()
                .flat_map(|view| view.links.values())
                .any(|link| link.by_source.is_some() && link.by_target.is_some()),
        ),
        (
            "times of a series that are changed",
            views().any(|view| view.elements.values().any(|one| !view.instead_of(one.id, one.owner).is_empty())),
        ),
        ("offers", governance.iter().any(|held| held.offers.iter().any(|offer| !offer.came.is_empty()))),
        ("posts", views().any(|view| !view.posts.is_empty())),
        ("reactions", views().any(|view| !view.reactions.is_empty())),
        ("links", views().any(|view| !view.links.is_empty())),
        ("territories", views().any(|view| !view.territories.is_empty())),
        ("stubs", views().any(|view| !view.stubs.is_empty())),
        ("bookmarks", views().any(|view| !view.bookmarks.is_empty())),
        ("claims", views().any(|view| !view.claims.is_empty())),
        ("labels", views().any(|view| !view.labels.is_empty())),
        ("vouches", views().any(|view| !view.vouches.is_empty())),
        ("corrections", views().any(|view| !view.corrections.is_empty())),
        ("keys", views().any(|view| view.keys.as_ref().is_some_and(|keys| keys.epochs.len() > 1))),
        ("own erasures", erasures().any(|erasure| erasure.own)),
        ("moderators' erasures", erasures().any(|erasure| !erasure.own && erasure.voided.is_none())),
        ("erasures that are void", erasures().any(|erasure| erasure.voided.is_some())),
        ("settled acts", governance.iter().any(|held| held.settled.is_some())),
        ("votes that are closed", votes().any(|status| status == ProposalStatus::Accepted)),
        ("votes that are open", votes().any(|status| status == ProposalStatus::Open)),
        ("devices that are out", replica.views.book().values().any(|person| !person.out.is_empty())),
        ("frozen identities", replica.views.book().values().any(|person| !person.competing.is_empty())),
        ("forks", replica.store.forked().count() > 3),
        ("restatements", replica.store.heads_under(&[]).any(|(log, _)| replica.store.log(&log).unwrap().floor > 0)),
        ("entries that count no longer", all.len() > held(replica).len() + 10),
    ];
    let lacking: Vec<&str> = parts.into_iter().filter(|(_, there)| !there).map(|(name, _)| name).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}

#[test]
fn a_hundred_orders_of_everything_show_the_same() {
    let world = World::written();
    // Zoé, who sets up her device again, and somebody who has no keys, and is shown nothing that is closed.
    for (seed, orders) in [(READER, ORDERS), (STRANGER, ORDERS / 5)] {
        let told = world.all.values().filter(|entry| seed == READER || !entry.header().log.scope.is_closed());
        let all: Vec<HeldEntry> = told.cloned().collect();
        let newcomer = || {
            let mut desk = Desk::seeded(seed);
            if seed == READER {
                desk.core.replica.set_me(world.reader().me()).unwrap();
            }
            desk
        };
        let mut first = newcomer();
        world::deliver_whole(&mut first, all.clone());
        let (views, entries) = settled(&mut first);
        if seed == READER {
            reaches_all(&first.core.replica, &all);
        }
        for order in 0..orders {
            let mut desk = newcomer();
            deliver(&mut desk.core.replica, &all, &mut Seeded::of(u8::try_from(order).unwrap()));
            let (views_now, entries_now) = settled(&mut desk);
            compare(&format!("views of order {order} by {seed}"), &views, &views_now);
            compare(&format!("entries of order {order} by {seed}"), &entries, &entries_now);
        }
    }
}
