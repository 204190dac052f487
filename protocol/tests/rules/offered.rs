//! Who is offered a closed scope, and what the others see: nothing. SPEC.md §10.5.

use crate::{
    common::{Desk, FOIX, cases, person},
    den::{Den, Node, draw, give, sealing, text},
};
use communaut_protocol::{
    DeviceId, Entry, KeyId, LogId, Scope,
    entry::{Body, HeldEntry, hash},
    fold::{Record, Within},
    ids::{Hash, IdentityId},
    limits::PROOF_TAGS,
    log::NotTaken,
    op::{Op, PostOp, WitnessOp},
    private::{
        Access, Arrivals, Community, CommunitySecret, Exchange, Item, Keyring, ProofKey, ProofOf, Shown,
        closed::topic,
        proof::{PROOF_MESSAGE_MAX, ProofEnds, ProofError, ProofMessage},
    },
    replication::{
        memory::MemoryReplica,
        message::{PayloadWant, RegisterInterests, Request, Response, Seen, Want},
        pull::{Pull, PullEffect},
        replica::Replica,
        serve::Serve,
    },
};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn ends() -> ProofEnds {
    ProofEnds { initiator: hash(b"one"), responder: hash(b"other") }
}

fn wire(message: &ProofMessage) -> ProofMessage {
    let bytes = message.encode().unwrap();
    assert!(bytes.len() <= PROOF_MESSAGE_MAX);
    ProofMessage::decode(&bytes).unwrap()
}

/// Run an exchange; what the responder, then the initiator has proved.
fn meet(initiator: &[ProofOf], responder: &[ProofOf]) -> (Access, Access) {
    let (mut left, mut right) = (draw(1), draw(2));
    let (first, hello) = Exchange::begin(ends(), &mut left);
    let (second, answer) = Exchange::answer(ends(), &wire(&hello), responder, &mut right).unwrap();
    let (of_responder, confirm) = first.finish(&wire(&answer), initiator, &mut left).unwrap();
    (of_responder, second.close(&wire(&confirm), responder).unwrap())
}

fn scopes(access: &Access) -> BTreeSet<Scope> {
    access.closed().copied().collect()
}

/// The keys that a node proves, by what it can fold.
fn proofs(node: &Node, den: &Den) -> Vec<ProofOf> {
    let keys = node.keys(den.scope, &den.entries);
    let state = node.state(den.scope, &den.entries);
    let roles = state.view().governance.as_deref().map(|held| held.roles.clone()).unwrap_or_default();
    let members: BTreeSet<DeviceId> =
        (1..=9).map(person).filter(|who| roles.contains_key(&who.id)).map(|who| who.key.id()).collect();
    node.ring.proofs(|_, key: KeyId, from| keys.lets_in(key, from, &members))
}

fn three() -> (Den, Node, Node, Node, KeyId) {
    let (mut alice, mut bob, mut carol) = (Node::new(1), Node::new(2), Node::new(3));
    let mut den = Den::new(&mut alice);
    let key = alice.keys(den.scope, &den.entries).current().unwrap().key;
    den.admit(&alice, 10, key, &mut bob, true);
    den.admit(&alice, 20, key, &mut carol, true);
    (den, alice, bob, carol, key)
}

#[test]
fn members_find_each_other_and_strangers_find_nothing() {
    let (den, alice, bob, ..) = three();
    let both = BTreeSet::from([den.community.scope(), den.community.key_scope()]);
    let (one, other) = meet(&proofs(&alice, &den), &proofs(&bob, &den));
    assert_eq!((scopes(&one), scopes(&other)), (both.clone(), both.clone()));
    // A newcomer, who holds keys and nothing else yet.
    let (mut new, mut dan) = (den.clone(), Node::new(4));
    let key = alice.keys(den.scope, &den.entries).current().unwrap().key;
    new.admit(&alice, 50, key, &mut dan, false);
    let nothing = Den { entries: vec![], ..new.clone() };
    let (one, other) = meet(&proofs(&alice, &new), &proofs(&dan, &nothing));
    assert_eq!((scopes(&one), scopes(&other)), (both.clone(), both.clone()));
    // A stranger, and one who belongs to another community.
    let elsewhere = Community { id: den.community.id, secret: CommunitySecret::from_bytes([1; 32]) };
    let foreign = vec![ProofOf { key: elsewhere.door(), opens: vec![elsewhere.key_scope()] }];
    for stranger in [vec![], foreign] {
        for (left, right) in [(&proofs(&alice, &den), &stranger), (&stranger, &proofs(&alice, &den))] {
            let (one, other) = meet(left, right);
            assert!(scopes(&one).is_empty() && scopes(&other).is_empty());
        }
    }
}

/// A node with closed scopes says as much as one without, and nothing that a stranger could check.
#[test]
fn a_stranger_cannot_tell_who_has_closed_scopes() {
    let (den, alice, ..) = three();
    let hello = Exchange::begin(ends(), &mut draw(9)).1;
    let answer = |keys: &[ProofOf], seed: u64| {
        let (_, answer) = Exchange::answer(ends(), &hello, keys, &mut draw(seed)).unwrap();
        answer.encode().unwrap()
    };
    let tags = |keys: &[ProofOf], seed: u64| -> BTreeSet<Vec<u8>> {
        let ProofMessage::Answer { tags, .. } = ProofMessage::decode(&answer(keys, seed)).unwrap() else { panic!() };
        let tags: Vec<Vec<u8>> = tags.chunks(16).map(<[u8]>::to_vec).collect();
        assert!(tags.is_sorted_by(|a, b| a < b));
        tags.into_iter().collect()
    };
    let keys = proofs(&alice, &den);
    for seed in 10..20 {
        assert_eq!(answer(&keys, seed).len(), answer(&[], seed).len());
        assert_eq!((tags(&keys, seed).len(), tags(&[], seed).len()), (PROOF_TAGS, PROOF_TAGS));
        // With the same randomness all but the tags of real keys are the same: those alone take the places of decoys.
        assert_eq!(tags(&keys, seed).difference(&tags(&[], seed)).count(), keys.len());
        // Asked again, nothing is said twice.
        assert!(tags(&keys, seed).is_disjoint(&tags(&keys, seed + 100)));
    }
    // Names that a stranger may know or guess prove nothing.
    let guessed = [den.community.id.0, den.scope.container.0, [0; 32], alice.person.id.0];
    let guesses: Vec<ProofOf> =
        guessed.into_iter().map(|bytes| ProofOf { key: ProofKey::from_bytes(bytes), opens: vec![den.scope] }).collect();
    assert!(scopes(&meet(&guesses, &keys).0).is_empty() && scopes(&meet(&guesses, &keys).1).is_empty());
}

/// Tags hold for one connection, one side, one pair of nonces.
#[test]
fn proofs_cannot_be_passed_on_reflected_or_replayed() {
    let (den, alice, bob, ..) = three();
    let (keys_a, keys_b) = (proofs(&alice, &den), proofs(&bob, &den));
    // Mallory stands between: she is the responder to Alice, and the initiator to Bob.
    let with = |name: &[u8], other: &[u8]| ProofEnds { initiator: hash(name), responder: hash(other) };
    let (first, hello) = Exchange::begin(with(b"alice", b"mallory"), &mut draw(1));
    let (second, answer) = Exchange::answer(with(b"mallory", b"bob"), &hello, &keys_b, &mut draw(2)).unwrap();
    let (of_mallory, confirm) = first.finish(&answer, &keys_a, &mut draw(3)).unwrap();
    assert!(scopes(&of_mallory).is_empty());
    assert!(scopes(&second.close(&confirm, &keys_b).unwrap()).is_empty());
    // Reflected: Alice hears her own tags.
    let (first, hello) = Exchange::begin(ends(), &mut draw(4));
    let (_, own) = Exchange::answer(ends(), &hello, &keys_a, &mut draw(5)).unwrap();
    let ProofMessage::Answer { nonce, tags } = own.clone() else { panic!() };
    let (second, _) = Exchange::answer(ends(), &ProofMessage::Hello { nonce }, &keys_a, &mut draw(6)).unwrap();
    assert!(scopes(&second.close(&ProofMessage::Confirm { tags }, &keys_a).unwrap()).is_empty());
    // Replayed: an honest answer to another hello.
    assert!(!scopes(&first.finish(&own, &keys_a, &mut draw(7)).unwrap().0).is_empty());
    let (again, _) = Exchange::begin(ends(), &mut draw(8));
    assert!(scopes(&again.finish(&own, &keys_a, &mut draw(9)).unwrap().0).is_empty());
    // Out of turn.
    let (first, hello) = Exchange::begin(ends(), &mut draw(1));
    assert_eq!(first.finish(&hello, &keys_a, &mut draw(1)).unwrap_err(), ProofError::Order);
    assert!(matches!(Exchange::answer(ends(), &own, &keys_a, &mut draw(1)), Err(ProofError::Order)));
    // Of a wrong length.
    for tags in [0, 16, 1_008, 1_040, 5_000] {
        let bytes = ProofMessage::Confirm { tags: vec![1; tags] }.encode().unwrap();
        assert!(ProofMessage::decode(&bytes).is_err());
    }
}

#[test]
fn who_was_let_go_knocks_in_vain_and_who_was_away_comes_in() {
    let (mut den, mut alice, mut bob, mut carol, old) = three();
    let stale = bob.clone();
    let known = den.clone();
    den.role(&alice, 40, old, &carol.person, None);
    den.rotate(&mut alice, 41, &[1, 2], &BTreeSet::new());
    let door = BTreeSet::from([den.community.key_scope()]);
    let both = BTreeSet::from([den.community.scope(), den.community.key_scope()]);
    // Carol has heard of everything that she may.
    den.wraps.iter().for_each(|entry| carol.take(entry));
    assert_eq!(scopes(&meet(&proofs(&carol, &den), &proofs(&alice, &den)).1), door);
    // Bob was away: with the old key he stands at the door too, where his wrap lies.
    let (of_alice, of_bob) = meet(&proofs(&stale, &known), &proofs(&alice, &den));
    assert_eq!((scopes(&of_alice), scopes(&of_bob)), (door.clone(), door));
    den.wraps.iter().for_each(|entry| bob.take(entry));
    // He still knows of no epoch under it; but it came from one who belongs.
    let (of_alice, of_bob) = meet(&proofs(&bob, &known), &proofs(&alice, &den));
    assert_eq!((scopes(&of_alice), scopes(&of_bob)), (both.clone(), both));
    // A key that Carol made up, and handed to Bob through the door, lets her in nowhere once he knows.
    let mut false_key = Keyring::default();
    false_key.join(den.community.clone());
    let made_up = communaut_protocol::private::ReadKey::from_bytes([0xbb; 32]);
    bob.ring.take(&den.community.key_scope(), carol.person.key.id(), vec![Item::Read(made_up.clone())]);
    let hers = vec![ProofOf { key: made_up.sync(), opens: vec![den.scope] }];
    assert!(scopes(&meet(&hers, &proofs(&bob, &den)).1).is_empty());
}

/// A box proves, stores and relays. It reads nothing, and no stranger talks it into letting others in.
#[test]
fn a_blind_seed_keeps_what_it_cannot_read() {
    let (mut den, mut alice, bob, carol, old) = three();
    let mut seed = Node::new(7);
    let home = Scope::container(FOIX, alice.person.id.into());
    let ask = Item::Seed {
        scope: den.community.scope().container,
        keys: den.community.key_scope().container,
        door: den.community.door(),
    };
    let mut desk = Desk::default();
    let entry = give(&mut desk, &mut draw(1), &alice, home, 30, &[ask], [sealing(7).public()]).remove(0);
    let Op::Wraps(op) = Op::decode(31, 1, entry.payload()).unwrap() else { panic!() };
    let items = communaut_protocol::private::wrap::unwrap(entry.header(), &op, &sealing(7)).unwrap().unwrap();
    let taken = seed.ring.take(&home, entry.header().log.device, items);
    assert_eq!(taken.to_keep.len(), 1);
    for (scope, keys, door) in taken.to_keep {
        assert!(seed.ring.keep(scope, keys, door, entry.header().log.device));
    }
    let trust = vec![alice.person.key.id(), bob.person.key.id()];
    let sync = |den: &Den, node: &Node, key: KeyId, over: Vec<KeyId>| {
        let items = node.ring.share(&den.scope, &BTreeSet::from([key]), true, 512).concat();
        let key = items.into_iter().find_map(|item| match item {
            Item::Read(read) if read.id() == key => Some(read.sync()),
            _ => None,
        });
        Item::Sync { key: key.unwrap(), over, trust: trust.clone() }
    };
    let first = sync(&den, &alice, old, vec![]);
    let Item::Sync { key: first_key, .. } = &first else { panic!() };
    let first_id = first_key.id();
    for entry in den.give(&alice, 31, &[first], &[7]) {
        seed.take(&entry);
    }
    let both = BTreeSet::from([den.community.scope(), den.community.key_scope()]);
    assert_eq!(seed.ring.scopes(), both);
    let keys = |node: &Node| node.ring.proofs(|_, _, _| true);
    let (of_seed, of_bob) = meet(&proofs(&bob, &den), &keys(&seed));
    assert_eq!((scopes(&of_seed), scopes(&of_bob)), (both.clone(), both.clone()));
    assert!(seed.read(&den.entries).is_empty());
    // Carol is let go; the box hears of the new proof, and she stands at its door.
    den.role(&alice, 40, old, &carol.person, None);
    let hers = proofs(&carol, &den);
    let new = den.rotate(&mut alice, 41, &[1, 2], &BTreeSet::new());
    let next = sync(&den, &alice, new, vec![first_id]);
    for entry in den.give(&alice, 42, &[next], &[7]) {
        seed.take(&entry);
    }
    assert_eq!(scopes(&meet(&proofs(&alice, &den), &keys(&seed)).1), both);
    let door = BTreeSet::from([den.community.key_scope()]);
    assert_eq!(scopes(&meet(&hers, &keys(&seed)).1), door);
    // What she tells it herself is passed over.
    let lie = Item::Sync { key: ProofKey::from_bytes([6; 32]), over: vec![], trust: vec![carol.person.key.id()] };
    for entry in den.give(&carol, 43, &[lie], &[7]) {
        seed.take(&entry);
    }
    let mine = vec![ProofOf { key: ProofKey::from_bytes([6; 32]), opens: vec![den.scope] }];
    assert!(scopes(&meet(&mine, &keys(&seed)).1).is_empty());
    // Kept through a restart.
    let back = Keyring::from_stored(&seed.ring.to_stored().unwrap()).unwrap();
    assert_eq!(back.proofs(|_, _, _| true), keys(&seed));
}

#[test]
fn topics_are_opaque_and_change_by_the_day() {
    let key = ProofKey::from_bytes([1; 32]);
    let day = 24 * 60 * 60 * 1_000;
    assert_eq!(topic(&key, 5 * day), topic(&key, 6 * day - 1));
    assert_ne!(topic(&key, 5 * day), topic(&key, 6 * day));
    assert_ne!(topic(&key, 0), topic(&ProofKey::from_bytes([2; 32]), 0));
    assert_eq!(topic(&key, 0).len(), "communaut/dev/".len() + 64);
}

/// A store with what it needs to hide.
struct Shelf {
    replica: MemoryReplica,
    arrivals: Arrivals,
    serve: Serve,
}

impl Shelf {
    fn new() -> Self {
        Self { replica: MemoryReplica::new([3; 16]), arrivals: Arrivals::default(), serve: Serve::default() }
    }
    fn put(&mut self, entry: &Entry) {
        self.replica.take(HeldEntry::from(entry.clone()), false).unwrap();
        self.arrivals.arrived(entry.header().log.scope, self.replica.arrival());
    }
    fn answer(&mut self, access: &Access, request: &Request) -> Vec<u8> {
        let shown = Shown::new(&self.replica, access, &self.arrivals);
        self.serve.answer(&shown, request.clone(), &Pull::default()).unwrap().encode().unwrap()
    }
}

/// Pull all that a store offers; every byte that went over.
fn pull(shelf: &mut Shelf, access: &Access, asker: &mut (MemoryReplica, Pull)) -> Vec<Vec<u8>> {
    pull_while(shelf, asker, &mut |_| access.clone(), &mut |_| access.clone())
}

/// The same, and what either side shows to the other changes with its steps.
fn pull_while(
    shelf: &mut Shelf,
    (held, pull): &mut (MemoryReplica, Pull),
    own: &mut dyn FnMut(usize) -> Access,
    theirs: &mut dyn FnMut(usize) -> Access,
) -> Vec<Vec<u8>> {
    let mut said = Vec::new();
    let everything: BTreeSet<Vec<u8>> = (1..=255_u8).map(|first| vec![first]).collect();
    let arrivals = Arrivals::default();
    let (mut step, mut asked) = (0.., 0..);
    let mut shows = || own(step.next().unwrap_or_default());
    let mut open = pull.start(everything, &Shown::new(held, &shows(), &arrivals)).unwrap();
    while let Some(effect) = open.pop() {
        let own = shows();
        match effect {
            PullEffect::Send(request) => {
                let answer = shelf.answer(&theirs(asked.next().unwrap_or_default()), &request);
                said.extend([request.encode().unwrap(), answer.clone()]);
                let answer = Response::decode(&answer).unwrap();
                open.extend(pull.on_response(answer, &Shown::new(held, &own, &arrivals)).unwrap());
            }
            PullEffect::Ingest { frames, begin } => {
                let mut begin = begin;
                for frame in frames {
                    let header = frame.header.to_vec();
                    let entry = HeldEntry::from_store(header, frame.body()).unwrap();
                    let first = begin.remove(&entry.header().log);
                    match held.take(entry, first) {
                        Ok(_) | Err(NotTaken::Known) => {}
                        Err(refused) => panic!("{}", refused.name()),
                    }
                }
                open.extend(pull.on_ingested(&Shown::new(held, &own, &arrivals)).unwrap());
            }
            _ => {}
        }
    }
    said
}

fn post(n: u64) -> Op {
    Op::Post(PostOp { text: format!("au marché, {n}"), position: Some(FOIX), ..PostOp::default() })
}

/// Byte for byte, a node with a closed scope offers a stranger what one without it does: at the first meeting, at the
/// next with a cursor, and asked by name.
#[test]
fn strangers_are_offered_the_same_bytes_as_if_there_were_no_closed_scope() {
    let (mut den, alice, bob, carol, key) = three();
    // Alice is met in the open too; who Bob and Carol are is said inside.
    let acts = [&bob, &carol].map(|node| node.person.inception.to_raw()).to_vec();
    den.say(&alice, 90, key, &Op::Witness(WitnessOp { acts }));
    let (mut with, mut without) = (Shelf::new(), Shelf::new());
    let mut desk = Desk::default();
    let mut write = |n: u64| desk.write(&person(8), Scope::open(FOIX), n, &post(n));
    let closed: Vec<&Entry> = den.entries.iter().chain(&den.wraps).collect();
    let (now, later) = closed.split_at(closed.len() / 2);

    let mut fill = |with: &mut Shelf, without: &mut Shelf, hidden: &[&Entry], from: u64| {
        for (n, entry) in hidden.iter().enumerate() {
            let open = write(from + n as u64);
            with.put(entry);
            with.put(&open);
            without.put(&open);
        }
    };
    fill(&mut with, &mut without, now, 100);
    with.put(&alice.person.inception);
    without.put(&alice.person.inception);
    let stranger = Access::default();
    let mut askers = [0, 1].map(|_| (MemoryReplica::new([9; 16]), Pull::default()));
    let [one, other] = &mut askers;
    let first = pull(&mut with, &stranger, one);
    assert_eq!(first, pull(&mut without, &stranger, other));
    assert!(first.len() >= 4);
    // Only closed entries arrive: nothing new is said, not even a number.
    for entry in later {
        with.put(entry);
    }
    assert_eq!(pull(&mut with, &stranger, one), pull(&mut without, &stranger, other));
    fill(&mut with, &mut without, &[], 300);
    for n in 400..410 {
        let open = write(n);
        with.put(&open);
        without.put(&open);
    }
    assert_eq!(pull(&mut with, &stranger, one), pull(&mut without, &stranger, other));
    assert_eq!(one.0.entries().count(), other.0.entries().count());
    assert!(one.0.entries().all(|entry| !entry.header().log.scope.is_closed()));

    // Asked by name, by who has heard a name somewhere.
    let log = den.entries[0].header().log;
    let bobs = LogId {
        scope: Scope::identity(bob.person.id),
        author: bob.person.id.into(),
        device: bob.person.key.id(),
        epoch: 1,
    };
    let entry = den.entries[0].id();
    let seen = Seen { instance: with.replica.instance(), arrival: 0 };
    let under = |bytes: Vec<u8>| serde_bytes::ByteBuf::from(bytes);
    let register =
        RegisterInterests { anew: true, add: vec![under(log.scope.key().to_vec()), under(bobs.scope.key().to_vec())] };
    let asked = [
        Request::Entries { wants: vec![Want { log, from: 0, to: u64::MAX }, Want { log: bobs, from: 0, to: 9 }] },
        Request::Payloads { of: vec![PayloadWant { log, seq: 0, id: entry, leaves: Vec::new().into() }] },
        Request::Ranges {
            under: Some(vec![under(log.scope.key().to_vec()), under(bobs.scope.key().to_vec())]),
            ranges: vec![],
        },
        Request::Interests { register: register.clone() },
    ];
    for request in &asked {
        assert_eq!(with.answer(&stranger, request), without.answer(&stranger, request));
    }
    // What they answered was not an error for both: open things are answered.
    assert!(with.answer(&stranger, &asked[0]).len() < 100);
    let _ = seen;

    // And a member, on the same store, gets all of it.
    let (of_bob, _) = meet(&proofs(&alice, &den), &proofs(&bob, &den));
    let mut member = (MemoryReplica::new([5; 16]), Pull::default());
    with.serve = Serve::default();
    pull(&mut with, &of_bob, &mut member);
    let held = member.0.entries().filter(|entry| entry.header().log.scope.is_closed()).count();
    assert_eq!(held, closed.len());
    let read = den.entries.iter().filter(|entry| Record::open(entry, &bob.ring).is_ok()).count();
    assert_eq!(read, den.entries.len());
    // Who the others are, too, with nobody's own log.
    let mut within = Within::default();
    within.hear(&bob.read(&den.entries), |_| None);
    assert_eq!(within.people().collect::<BTreeSet<_>>(), BTreeSet::from([bob.person.id, carol.person.id]));
    assert!(member.0.entries().all(|entry| entry.header().log.scope != bobs.scope));
    assert!(member.0.entries().all(|entry| matches!(entry.body(), Body::Present(_))));
}

proptest! {
    #![proptest_config(cases(32))]

    /// However hidden and open arrivals mix, the peer's numbers have no gaps and lead to the same places.
    #[test]
    fn arrival_numbers_are_as_if_nothing_were_hidden(
        mix in proptest::collection::vec(any::<bool>(), 1..60),
        since in 0_u64..60,
    ) {
        let (mut with, mut without) = (Shelf::new(), Shelf::new());
        let mut desk = Desk::default();
        let closed = Scope { cell: communaut_protocol::Cell::CLOSED, container: IdentityId([4; 32]).into() };
        let key = communaut_protocol::private::SealKey::from_bytes([1; 32]);
        for (n, hidden) in mix.iter().enumerate() {
            let n = n as u64;
            if *hidden {
                let op = text("x");
                let place = desk.place(person(2).log(closed), n, &op);
                let ring = Keyring::default();
                let under = communaut_protocol::private::Under::Audience(&key);
                let (header, payload) = ring.seal(place, under, person(2).id, &op, &mut draw(n)).unwrap();
                with.put(&desk.sign(&person(2).key, header, payload));
            } else {
                let entry = desk.write(&person(8), Scope::open(FOIX), n, &post(n));
                with.put(&entry);
                without.put(&entry);
            }
        }
        let access = Access::default();
        let a = Shown::new(&with.replica, &access, &with.arrivals);
        let b = Shown::new(&without.replica, &access, &without.arrivals);
        prop_assert_eq!(a.arrival(), b.arrival());
        prop_assert_eq!(a.arrived(since, 20).unwrap(), b.arrived(since, 20).unwrap());
        prop_assert_eq!(a.instance(), b.instance());
    }

    #[test]
    fn any_bytes_of_a_proof_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..1_200)) {
        if let Ok(message) = ProofMessage::decode(&bytes) {
            prop_assert_eq!(&message.encode().unwrap(), &bytes);
        }
        let hello = ProofMessage::Hello { nonce: Hash([1; 32]) };
        let (exchange, _) = Exchange::answer(ends(), &hello, &[], &mut draw(1)).unwrap();
        let mut tags = bytes;
        tags.resize(1_024, 7);
        let access = exchange.close(&ProofMessage::Confirm { tags }, &[]).unwrap();
        prop_assert!(scopes(&access).is_empty());
    }
}

/// Pull twice, of which one step of one side is blind, until there is no such step: what is held in the end.
fn blind_steps(asker: bool, first: usize, failing: bool) -> usize {
    let (den, alice, bob, ..) = three();
    let (access, _) = meet(&proofs(&alice, &den), &proofs(&bob, &den));
    let entries: Vec<&Entry> = den.entries.iter().chain(&den.wraps).collect();
    let (before, after) = entries.split_at(first);
    for blind in 0.. {
        let (mut steps, mut asks) = (0, 0);
        let mut shelf = Shelf::new();
        before.iter().for_each(|entry| shelf.put(entry));
        let mut bob = (MemoryReplica::new([5; 16]), Pull::default());
        if first > 0 {
            pull(&mut shelf, &access, &mut bob);
        }
        after.iter().for_each(|entry| shelf.put(entry));
        let shows = |count: &mut usize, step: usize, on: bool| {
            *count = (*count).max(step);
            if on && step == blind { Access::default() } else { access.clone() }
        };
        pull_while(&mut shelf, &mut bob, &mut |at| shows(&mut steps, at, asker), &mut |at| {
            shows(&mut asks, at, !asker)
        });
        if failing {
            bob.1.on_failure();
        }
        // What the asker hides from itself it asks for at once; what the other side hid, when it says hello again.
        if failing || !asker {
            pull(&mut shelf, &access, &mut bob);
        }
        assert_eq!(bob.0.entries().count(), entries.len(), "blind at step {blind}, asker: {asker}, failing: {failing}");
        if blind > if asker { steps } else { asks } {
            return blind;
        }
    }
    0
}

/// What either side shows of itself may become less and all again at any step of a round, since each proves at its
/// own time. What was declined or not answered meanwhile is asked for afterwards: at a first meeting, and of a peer
/// that has been followed, and where the connection failed in between.
#[test]
fn a_proof_in_the_middle_of_a_round_costs_nothing_of_what_is_wanted() {
    for asker in [true, false] {
        for (first, failing) in [(0, false), (0, true), (3, false), (3, true)] {
            let steps = blind_steps(asker, first, failing);
            let least = if first == 0 { 2 } else { 1 };
            assert!(steps >= least, "{steps} steps, asker: {asker}, first: {first}");
        }
    }
}
