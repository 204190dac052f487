//! Who belongs to a closed community, known from inside alone: by what members say again there. SPEC.md §7.1, §10.4.

use crate::{
    common::{Desk, cases, key, person, role_op},
    den::{Den, Node, everyone, text},
    devices::{Log, profile},
};
use communaut_protocol::{
    Entry, IdentityId, KeyId,
    fold::{IdentityBook, IdentityState, Record, ScopeState, Within},
    op::{Op, Role, WitnessOp},
    private::{Class, SealError, Under},
};
use proptest::prelude::*;

/// Alice's community, to which Bob belongs, and the key of now.
fn two() -> (Den, Node, Node, KeyId) {
    let (mut alice, mut bob) = (Node::new(1), Node::new(2));
    let mut den = Den::new(&mut alice);
    let key = alice.keys(den.scope, &den.entries).current().unwrap().key;
    den.admit(&alice, 10, key, &mut bob, true);
    (den, alice, bob, key)
}

fn witness(entries: &[Entry]) -> Op {
    Op::Witness(WitnessOp { acts: entries.iter().map(Entry::to_raw).collect() })
}

/// What a node folds that holds nobody's own log.
fn folded(node: &Node, den: &Den) -> (Within, ScopeState) {
    let mut within = Within::default();
    let records = node.read(&den.entries);
    within.hear(&records, |_| None);
    let mut state = ScopeState::new(den.scope);
    state.apply(records, within.book());
    (within, state)
}

fn posts(state: &ScopeState) -> Vec<&str> {
    state.view().posts.values().map(|post| post.text.as_str()).collect()
}

#[test]
fn members_are_known_by_what_is_said_again_inside_alone() {
    let (mut den, alice, bob, key) = two();
    den.say(&bob, 30, key, &text("ce soir, derrière le lavoir"));
    assert_eq!((folded(&bob, &den).1.pending(), posts(&folded(&bob, &den).1).len()), (4, 0));
    den.say(&alice, 31, key, &witness(std::slice::from_ref(&alice.person.inception)));
    // By a device of whom nothing was known before this very entry.
    den.say(&bob, 32, key, &witness(std::slice::from_ref(&bob.person.inception)));
    let (within, state) = folded(&bob, &den);
    assert_eq!((state.pending(), posts(&state)), (0, vec!["ce soir, derrière le lavoir"]));
    assert_eq!(state.view().governance.as_deref().unwrap().roles.len(), 2);
    assert_eq!(within.people().collect::<Vec<_>>().len(), 2);
    // The same as with their logs.
    let mut known = ScopeState::new(den.scope);
    known.apply(bob.read(&den.entries), &everyone());
    assert_eq!(known.view(), state.view());
    // It stands there sealed, and nobody who has no key reads who it is.
    assert!(Node::new(4).read(&den.entries).is_empty());
    let bytes: Vec<u8> = den.entries.iter().flat_map(|entry| entry.payload().to_vec()).collect();
    assert!(!bytes.windows(32).any(|window| window == bob.person.id.0));
}

#[test]
fn a_name_and_a_second_device_come_with_it() {
    let (mut den, alice, _, key) = two();
    let mut log = Log::new();
    let first = log.alice.key.clone();
    log.say(&first, &profile("Alice"));
    log.comes_in(&first, 11, None);
    den.say(&alice, 30, key, &witness(&log.entries));
    let (within, _) = folded(&alice, &den);
    let view = within.book().get(&log.alice.id).unwrap();
    assert_eq!((view.name.as_str(), view.devices.len()), ("Alice", 2));
    assert!(log.entries.iter().all(|entry| within.says(entry.id())));
}

/// Any member can write one, and who was let go under an older key: what counts is what it holds.
#[test]
fn a_witness_says_nothing_that_nobody_has_signed_and_nothing_but_who_people_are() {
    let (mut den, alice, bob, key) = two();
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let real = log.comes_in(&first, 11, None);
    let mut forged = log.entries.last().unwrap().to_raw();
    *forged.header.last_mut().unwrap() ^= 1;
    let mut other = log.entries.last().unwrap().to_raw();
    other.payload.push(0);
    let post = Desk::default().write(
        &person(1),
        communaut_protocol::Scope::open(crate::common::FOIX),
        5,
        &crate::common::post("x"),
    );
    let nested = {
        log.witnesses(&first, &[real]);
        log.entries.pop().unwrap()
    };
    let stranger = log.say(&key_of(66), &crate::devices::device_op(log.alice.id, 67, None));
    let stranger = log.entries.iter().find(|entry| entry.id() == stranger).unwrap().to_raw();
    let acts = vec![log.entries[0].to_raw(), forged, other, post.to_raw(), nested.to_raw(), stranger];
    den.say(&bob, 30, key, &Op::Witness(WitnessOp { acts }));
    let (within, _) = folded(&alice, &den);
    let view = within.book().get(&log.alice.id).unwrap();
    assert_eq!(view.devices.keys().copied().collect::<Vec<_>>(), [first.id()]);
    assert!(!within.says(real) && !within.says(post.id()) && !within.says(nested.id()));
}

fn key_of(number: u8) -> communaut_protocol::DeviceKey {
    key(number)
}

#[test]
fn a_witness_stands_in_a_community_under_the_roster_key_alone() {
    let (mut den, alice, _, key) = two();
    let op = witness(std::slice::from_ref(&alice.person.inception));
    den.say(&alice, 30, key, &op);
    assert_eq!(alice.read(&den.entries).last().unwrap().sealed.unwrap().class, Class::Roster);
    // For named persons: what people know of each other would differ.
    let scope = den.scope;
    let mut ring = alice.ring.clone();
    let audience = communaut_protocol::private::SealKey::from_bytes([5; 32]);
    ring.add_audience(scope, audience.clone(), alice.person.key.id());
    let place = den.desk.place(alice.log(scope), 40, &op);
    let sealed = ring.seal(place, Under::Audience(&audience), alice.person.id, &op, &mut crate::den::draw(9));
    assert!(
        sealed.is_err() || {
            let (header, payload) = sealed.unwrap();
            let entry = den.desk.sign(&alice.person.key, header, payload);
            matches!(Record::open(&entry, &ring), Err(communaut_protocol::op::OpError::Seal(SealError::Misplaced(6))))
        }
    );
}

/// What is held of somebody's own log, and what is said inside, add up; nothing of it goes outside.
#[test]
fn own_logs_and_witnesses_add_up_and_what_is_known_outside_stays_as_it_was() {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let phone = log.comes_in(&first, 11, None);
    let (mut den, alice, bob, key) = two();
    let tablet = log.comes_in(&first, 12, Some(phone));
    // Outside the inception and the phone; inside the tablet, which follows that.
    let own = |count: usize| {
        let mut state = IdentityState::new(log.alice.id);
        state.apply(log.entries[..count].iter().map(|entry| Record::of(entry).unwrap()));
        state
    };
    den.say(&alice, 30, key, &witness(&log.entries[2..]));
    let outside = own(2);
    let book: IdentityBook = [(log.alice.id, std::sync::Arc::new(outside.view().clone()))].into_iter().collect();
    let mut within = Within::of(&book);
    let records = bob.read(&den.entries);
    assert_eq!(within.hear(&records, |id| Some(&outside).filter(|_| id == log.alice.id)).len(), 1);
    assert_eq!(within.book().get(&log.alice.id).unwrap().head, Some(tablet));
    assert_eq!((outside.view().head, book.get(&log.alice.id).unwrap().devices.len()), (Some(phone), 2));
    // The log goes from here: what is said inside alone has no beginning.
    within.met(log.alice.id, None);
    assert!(within.book().get(&log.alice.id).unwrap().devices.is_empty());
    within.met(log.alice.id, Some(&own(3)));
    assert_eq!(within.book().get(&log.alice.id).unwrap().devices.len(), 3);
}

proptest! {
    #![proptest_config(cases(60))]

    /// In whatever order witnesses, what they make count and people's own logs come: the same people, the same view.
    #[test]
    fn any_order_gives_the_same_people_and_the_same_view(seed in any::<u64>(), known in 0_usize..4) {
        let (mut den, alice, mut bob, key) = two();
        let mut log = Log::new();
        let first = log.alice.key.clone();
        let phone = log.comes_in(&first, 11, None);
        log.say(&first, &profile("Alice"));
        log.goes_out(&first, &[&crate::common::key(11)], Some(phone));
        den.say(&alice, 30, key, &witness(&log.entries[1..]));
        den.say(&bob, 31, key, &witness(&[bob.person.inception.clone(), alice.person.inception.clone()]));
        den.say(&bob, 32, key, &text("un"));
        den.role(&alice, 33, key, &person(3), Some(Role::Member));
        den.wraps.iter().for_each(|entry| bob.take(entry));
        let own = |count: usize| {
            let mut state = IdentityState::new(log.alice.id);
            state.apply(log.entries[..count].iter().map(|entry| Record::of(entry).unwrap()));
            state
        };
        let alice_id: IdentityId = log.alice.id;
        let whole = {
            let mut within = Within::default();
            let records = bob.read(&den.entries);
            within.hear(&records, |_| None);
            within.met(alice_id, Some(&own(known)));
            let mut state = ScopeState::new(den.scope);
            state.apply(records, within.book());
            (within.book().clone(), state.view().digest().unwrap())
        };
        let mut entries: Vec<Record> = bob.read(&den.entries);
        let (mut within, mut state, mut random) = (Within::default(), ScopeState::new(den.scope), seed | 1);
        let mut met = 0;
        while !entries.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let at = usize::try_from(random >> 33).unwrap() % entries.len();
            if met < known && random & 4 == 0 {
                met += 1;
                within.met(alice_id, Some(&own(met)));
            }
            let record = entries.swap_remove(at);
            let held = own(met);
            within.hear([&record], |id| Some(&held).filter(|_| id == alice_id && met > 0));
            state.apply([record], within.book());
            state.identities_changed(within.book());
        }
        within.met(alice_id, Some(&own(known)));
        state.identities_changed(within.book());
        prop_assert_eq!(within.book(), &whole.0);
        prop_assert_eq!(state.view().digest().unwrap(), whole.1);
    }
}

/// The role of somebody of whom nothing is known stands all the same; what they write waits.
#[test]
fn who_is_invited_is_said_again_by_who_invites() {
    let (mut den, alice, bob, key) = two();
    let carol = Node::new(3);
    den.say(&alice, 30, key, &witness(&[alice.person.inception.clone(), carol.person.inception.clone()]));
    den.say(&alice, 31, key, &role_op(&carol.person, Some(Role::Member), &[]));
    let (within, state) = folded(&bob, &den);
    assert!(within.book().get(&carol.person.id).is_some_and(|view| view.devices.len() == 1));
    assert!(state.view().governance.as_deref().unwrap().roles.contains_key(&carol.person.id));
}
