//! Closed communities: who reads what, whichever key is current. SPEC.md §10.4.

use crate::{
    common::{Desk, cases, element, person, role_op},
    den::{Den, Node, draw, everyone, text, tries},
};
use communaut_protocol::{
    DeviceId, Entry, EntryId, KeyId, LogId,
    fold::{KeysView, Record, ScopeState},
    geo::Position,
    limits::{KEY_TIPS_MAX, ROTATION_MIN_MS},
    op::{KeyEpochOp, Kind, Op, OpError, Role, SeedOp},
    private::{Class, Community, CommunitySecret, Item, Keyring, ReadKey, SealError, SealKey, Under},
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Founder 1, with members 2 and 3.
fn three() -> (Den, Node, Node, Node, KeyId) {
    let (mut alice, mut bob, mut carol) = (Node::new(1), Node::new(2), Node::new(3));
    let mut den = Den::new(&mut alice);
    let key = alice.keys(den.scope, &den.entries).current().unwrap().key;
    den.admit(&alice, 10, key, &mut bob, true);
    den.admit(&alice, 20, key, &mut carol, true);
    (den, alice, bob, carol, key)
}

fn epochs(ring: &Keyring, den: &Den) -> BTreeSet<KeyId> {
    // All epochs that anybody could know of: the test asks the ring for each.
    let all = den.entries.iter().filter_map(|entry| Record::open(entry, ring).ok()?.sealed);
    all.map(|by| by.key).collect()
}

#[test]
fn members_read_and_others_have_bytes_only() {
    let (mut den, alice, bob, carol, key) = three();
    den.say(&bob, 30, key, &text("ce soir, derrière le lavoir"));
    for node in [&alice, &bob, &carol] {
        assert_eq!(node.posts(den.scope, &den.entries), ["ce soir, derrière le lavoir"]);
        let view = node.state(den.scope, &den.entries);
        let roles = &view.view().governance.as_deref().unwrap().roles;
        assert_eq!(roles.len(), 3);
        let card = view.view().elements.get(&den.community.id).unwrap();
        assert!(card.is_shown() && card.kind == Kind::Organisation);
    }
    let views: BTreeSet<_> = [&alice, &bob, &carol]
        .into_iter()
        .map(|node| node.state(den.scope, &den.entries).view().digest().unwrap())
        .collect();
    assert_eq!(views.len(), 1);
    let stranger = Node::new(4);
    assert!(stranger.read(&den.entries).is_empty());
    // Nothing of it stands in clear: no word, no name, no identity, no container, no schema.
    let bytes: Vec<u8> =
        den.entries.iter().flat_map(|entry| [entry.header_bytes(), entry.payload()].concat()).collect();
    let contains = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    for part in [&b"lavoir"[..], b"Veilleurs", &alice.person.id.0, &bob.person.id.0, &den.community.id.0, &key.0] {
        assert!(!contains(part));
    }
    assert!(den.entries.iter().all(|entry| matches!(entry.header().schema, 30 | 40)));
}

#[test]
fn a_removed_member_reads_nothing_written_after() {
    let (mut den, mut alice, bob, mut carol, old) = three();
    den.say(&bob, 30, old, &text("avant"));
    let removal = den.role(&alice, 40, old, &carol.person, None);
    // Everybody who holds the old key knows now that it will not do.
    for node in [&alice, &bob, &carol] {
        let keys = node.keys(den.scope, &den.entries);
        assert!(keys.current.is_none() && keys.may_rotate(41));
    }
    let new = den.rotate(&mut alice, 41, &[1, 2], &BTreeSet::new());
    let mut bob = bob;
    den.wraps.iter().for_each(|entry| bob.take(entry));
    // She takes all that is ever handed out, too.
    den.wraps.iter().for_each(|entry| carol.take(entry));
    let from = den.entries.len();
    den.say(&alice, 50, new, &text("après"));
    den.say(&bob, 51, new, &text("oui"));
    assert_eq!(bob.posts(den.scope, &den.entries), ["avant", "après", "oui"]);
    assert_eq!(alice.keys(den.scope, &den.entries).current().unwrap().key, new);

    let hers = epochs(&carol.ring, &den);
    assert!(hers.contains(&old) && !hers.contains(&new));
    for entry in &den.entries[from..] {
        assert_eq!(tries(&carol.ring, &den.scope, &hers, entry), 0);
        assert!(Record::open(entry, &carol.ring).is_err());
    }
    // Nor the epoch itself. She does read that she was let go, which was sealed under the key that she had.
    let epoch = den.entries.iter().find(|entry| alice.keys(den.scope, &den.entries).current == Some(entry.id()));
    assert!(Record::open(epoch.unwrap(), &carol.ring).is_err());
    let gone = den.entries.iter().find(|entry| entry.id() == removal).unwrap();
    assert!(Record::open(gone, &carol.ring).is_ok());
    assert_eq!(carol.posts(den.scope, &den.entries), ["avant"]);
    // What she writes under the old key counts no longer where roles decide, and nobody answers under it.
    den.role(&carol, 60, old, &person(5), Some(Role::Member));
    assert_eq!(bob.state(den.scope, &den.entries).view().governance.as_deref().unwrap().roles.len(), 2);
    assert_eq!(bob.keys(den.scope, &den.entries).current().unwrap().key, new);
}

/// More leaves at once than an epoch can name: who left was given no key by an epoch that knows of one of them.
#[test]
fn who_leaves_a_hundred_times_at_once_keeps_nobody_from_a_key() {
    let (mut den, mut alice, _, carol, old) = three();
    let knew = alice.state(den.scope, &den.entries).view().governance.as_deref().unwrap().refs(carol.person.id, None);
    let leave = |den: &mut Den, ms: u64| {
        let refs = if ms.is_multiple_of(2) { knew.clone() } else { vec![] };
        den.say(&carol, ms, old, &role_op(&carol.person, None, &refs));
    };
    (100..200).for_each(|ms| leave(&mut den, ms));
    assert!(alice.keys(den.scope, &den.entries).current.is_none());
    let new = den.rotate(&mut alice, 300, &[1, 2], &BTreeSet::new());
    assert_eq!(alice.keys(den.scope, &den.entries).current().unwrap().key, new);
    // Nor does one more, which comes later.
    leave(&mut den, 400);
    assert_eq!(alice.keys(den.scope, &den.entries).current().unwrap().key, new);
    // But where somebody who did not know of all of it gave her a role meanwhile, she may have been given the key too.
    den.role(&alice, 500, new, &carol.person, Some(Role::Member));
    assert!(alice.keys(den.scope, &den.entries).current.is_none());
}

#[test]
fn a_newcomer_reads_what_the_community_shares() {
    for history in [true, false] {
        let (mut den, mut alice, mut bob, _, first) = three();
        den.say(&alice, 30, first, &text("d'avant"));
        let second = den.rotate(&mut alice, 31, &[1, 2, 3], &BTreeSet::new());
        den.wraps.iter().for_each(|entry| bob.take(entry));
        alice.ring.confirm(&den.scope, &alice.keys(den.scope, &den.entries).keys());
        den.say(&bob, 32, second, &text("du jour"));
        let mut dan = Node::new(4);
        den.admit(&alice, 33, second, &mut dan, history);
        let said: &[&str] = if history { &["d'avant", "du jour"] } else { &["du jour"] };
        assert_eq!(dan.posts(den.scope, &den.entries), said);
        // Who belongs is the same for all, whatever they may read.
        let governance = |node: &Node| node.state(den.scope, &den.entries).view().governance.clone();
        assert_eq!(governance(&dan), governance(&alice));
        assert_eq!(dan.keys(den.scope, &den.entries), alice.keys(den.scope, &den.entries));
        assert_eq!(governance(&dan).unwrap().roles.len(), 4);
        // Before the keys came: nothing, and no error that would stop the rest.
        assert!(Node::new(4).read(&den.entries).is_empty());
        // Really none of the keys that he holds opens what was before.
        let hers = epochs(&dan.ring, &den);
        let before: Vec<&Entry> = den
            .entries
            .iter()
            .filter(|entry| Record::open(entry, &alice.ring).is_ok_and(|record| matches!(record.op, Op::Post(_))))
            .collect();
        assert_eq!(before.iter().filter(|entry| tries(&dan.ring, &den.scope, &hers, entry) > 0).count(), said.len());
    }
}

#[test]
fn two_who_rotate_at_once_are_both_read_and_the_next_settles() {
    let (mut den, mut alice, mut bob, mut carol, old) = three();
    den.role(&alice, 30, old, &bob.person, Some(Role::Moderator));
    // Dan and Eve are members; Alice lets Dan go, Bob lets Eve go, neither knows of the other.
    let (mut dan, mut eve) = (Node::new(4), Node::new(5));
    den.admit(&alice, 31, old, &mut dan, true);
    den.admit(&alice, 32, old, &mut eve, true);
    let common = den.entries.len();
    let mut left = den.clone();
    left.role(&alice, 40, old, &dan.person, None);
    let from_alice = left.rotate(&mut alice, 41, &[1, 2, 3, 5], &BTreeSet::new());
    let mut right = den.clone();
    right.count += 100;
    right.role(&bob, 40, old, &eve.person, None);
    let from_bob = right.rotate(&mut bob, 41, &[1, 2, 3, 4], &BTreeSet::new());
    left.say(&alice, 42, from_alice, &text("par ici"));
    right.say(&bob, 42, from_bob, &text("par là"));

    den.entries.extend(left.entries[common..].to_vec());
    den.entries.extend(right.entries[common..].to_vec());
    let wraps: Vec<Entry> = left.wraps.iter().chain(&right.wraps).cloned().collect();
    for node in [&mut alice, &mut bob, &mut carol, &mut dan, &mut eve] {
        wraps.iter().for_each(|entry| node.take(entry));
    }
    for node in [&alice, &bob, &carol] {
        assert_eq!(node.posts(den.scope, &den.entries).len(), 2);
        // Each shuts out one only: neither will do.
        let keys = node.keys(den.scope, &den.entries);
        assert!(keys.current.is_none());
        assert_eq!(keys.tips.len(), 2);
        assert_eq!(keys.live.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([from_alice, from_bob]));
    }
    den.desk = left.desk.clone();
    den.count = 500;
    den.wraps = wraps;
    // Anybody may settle it. Carol is a mere member, in her own log.
    let settled = den.rotate(&mut carol, 50, &[1, 2, 3], &BTreeSet::new());
    for node in [&mut alice, &mut bob, &mut carol, &mut dan, &mut eve] {
        den.wraps.iter().for_each(|entry| node.take(entry));
    }
    den.say(&carol, 51, settled, &text("nous trois"));
    for node in [&alice, &bob, &carol] {
        let keys = node.keys(den.scope, &den.entries);
        assert_eq!(keys.current().map(|epoch| epoch.key), Some(settled));
        assert_eq!(keys.live, [settled]);
        assert_eq!(node.posts(den.scope, &den.entries).len(), 3);
    }
    for node in [&dan, &eve] {
        assert!(Record::open(den.entries.last().unwrap(), &node.ring).is_err());
    }
}

#[test]
fn of_two_keys_that_both_will_do_role_and_id_decide() {
    let (mut den, mut alice, mut bob, mut carol, _) = three();
    let common = den.entries.len();
    let (mut left, mut right) = (den.clone(), den.clone());
    right.count += 100;
    let leader = left.rotate(&mut alice, 41, &[1, 2, 3], &BTreeSet::new());
    let member = right.rotate(&mut bob, 40, &[1, 2, 3], &BTreeSet::new());
    den.entries.extend(left.entries[common..].to_vec());
    den.entries.extend(right.entries[common..].to_vec());
    for node in [&mut alice, &mut bob, &mut carol] {
        left.wraps.iter().chain(&right.wraps).for_each(|entry| node.take(entry));
        let keys = node.keys(den.scope, &den.entries);
        assert_eq!(keys.current().unwrap().key, leader);
        assert!(keys.live.contains(&member) && keys.live.contains(&leader));
        assert!(!keys.may_rotate(ROTATION_MIN_MS) && keys.may_rotate(41 + ROTATION_MIN_MS));
    }
}

#[test]
fn who_leaves_or_is_let_go_takes_their_keys_out_of_use() {
    let (mut den, alice, mut bob, carol, old) = three();
    // Bob makes a key, then leaves: it covers nothing of that.
    let his = den.rotate(&mut bob, 40, &[1, 2, 3], &BTreeSet::new());
    let (mut alice, mut carol) = (alice, carol);
    for node in [&mut alice, &mut carol] {
        den.wraps.iter().for_each(|entry| node.take(entry));
    }
    assert_eq!(carol.keys(den.scope, &den.entries).current().unwrap().key, his);
    den.role(&bob, 41, his, &bob.person.clone(), None);
    let keys = carol.keys(den.scope, &den.entries);
    assert!(keys.current.is_none() && keys.known.contains(&his) && !keys.live.contains(&his));
    let hers = den.rotate(&mut carol, 42, &[1, 3], &BTreeSet::new());
    den.wraps.iter().for_each(|entry| alice.take(entry));
    let keys = alice.keys(den.scope, &den.entries);
    assert_eq!((keys.current().unwrap().key, keys.live.as_slice()), (hers, &[hers][..]));
    // The key before is followed through his, which counts no longer.
    assert_eq!(keys.tips, [keys.current.unwrap()]);
    assert!(!keys.lets_in(old, alice.person.key.id(), &BTreeSet::from([alice.person.key.id()])));
    // A stranger's or a former member's epoch is nobody's.
    let mut stranger = den.clone();
    stranger.rotate(&mut bob, 43, &[1, 3], &BTreeSet::new());
    stranger.wraps.iter().for_each(|entry| alice.take(entry));
    assert_eq!(alice.keys(den.scope, &stranger.entries).current().unwrap().key, hers);
}

/// Whoever makes keys beside each other without end makes nobody hold each of them to all removals.
#[test]
fn of_one_author_few_keys_beside_each_other_count() {
    let (mut den, mut alice, mut bob, _, _) = three();
    let before = bob.keys(den.scope, &den.entries).tips;
    let made: Vec<KeyId> = (0..KEY_TIPS_MAX + 3)
        .map(|_| den.rotate_after(&mut bob, 40, &[1, 2, 3], &BTreeSet::new(), before.clone()))
        .collect();
    den.wraps.iter().for_each(|entry| alice.take(entry));
    let keys = alice.keys(den.scope, &den.entries);
    let mut ids: Vec<EntryId> = keys.epochs.keys().filter(|id| !before.contains(id)).copied().collect();
    ids.sort();
    assert_eq!((ids.len(), keys.tips.as_slice()), (made.len(), &ids[..KEY_TIPS_MAX]));
    assert_eq!((keys.current, keys.live.len()), (Some(ids[0]), KEY_TIPS_MAX));
    assert!(made.iter().all(|key| keys.known.contains(key)), "all are read");
    // Once these are followed, the others come up.
    let next = den.rotate(&mut alice, 41, &[1, 2, 3], &BTreeSet::new());
    let keys = alice.keys(den.scope, &den.entries);
    assert_eq!((keys.tips.len(), keys.current().unwrap().key), (4, next));
    den.rotate(&mut alice, 42, &[1, 2, 3], &BTreeSet::new());
    assert_eq!(alice.keys(den.scope, &den.entries).tips.len(), 1);
}

/// A device that was stolen is shut out like a person.
#[test]
fn a_device_taken_out_needs_a_new_key() {
    let (mut den, mut alice, mut bob, _, old) = three();
    let stolen = DeviceId([9; 32]);
    let known = BTreeSet::from([stolen]);
    let fold = |node: &Node, den: &Den, outs: &BTreeSet<DeviceId>| -> KeysView {
        let mut state = ScopeState::new(den.scope);
        state.devices_out(outs.clone());
        state.apply(node.read(&den.entries), &everyone());
        state.view().keys.as_deref().unwrap().clone()
    };
    assert_eq!(fold(&bob, &den, &BTreeSet::new()).current().unwrap().key, old);
    assert!(fold(&bob, &den, &known).current.is_none());
    let new = den.rotate(&mut alice, 50, &[1, 2, 3], &known);
    let next = den.rotate(&mut alice, 51, &[1, 2, 3], &BTreeSet::new());
    den.wraps.iter().for_each(|entry| bob.take(entry));
    let keys = fold(&bob, &den, &known);
    assert_ne!(new, next);
    // What an epoch knew, those that follow it know.
    assert_eq!(keys.current().unwrap().key, next);
    assert_eq!(keys.outs, known);
    // Told later than the entries: the same.
    let mut state = ScopeState::new(den.scope);
    state.apply(bob.read(&den.entries), &everyone());
    state.devices_out(BTreeSet::from([DeviceId([8; 32])]));
    assert!(state.view().keys.as_deref().unwrap().current.is_none());
}

/// An epoch says a key's name under that key: nobody else can bring one up.
#[test]
fn an_epoch_under_another_key_is_none() {
    let (mut den, alice, bob, _, key) = three();
    let other = ReadKey::from_bytes([0x99; 32]);
    let op = KeyEpochOp { key: other.id(), follows: vec![], refs: vec![], outs: vec![], history: false };
    den.say(&bob, 30, key, &Op::KeyEpoch(op.clone()));
    let keys = alice.keys(den.scope, &den.entries);
    assert_eq!(keys.epochs.len(), 1);
    assert!(!keys.known.contains(&other.id()));
    // Nor under the content key, nor are roles read that stand there.
    let place = den.desk.place(bob.log(den.scope), 31, &text("x"));
    let content = bob.ring.seal_key(&den.scope, key, Class::Content).unwrap().clone();
    for op in [Op::KeyEpoch(op), role_op(&person(7), Some(Role::Leader), &[])] {
        let (header, payload) =
            bob.ring.seal(place.clone(), Under::Audience(&content), bob.person.id, &op, &mut draw(1)).unwrap();
        let entry = Desk::default().sign(&bob.person.key, header, payload);
        assert!(Record::open(&entry, &alice.ring).unwrap_err().to_string().contains("does not belong under this key"));
    }
}

/// Who belongs writes in nobody else's name, whichever of header and text says so.
#[test]
fn a_member_speaks_in_no_other_name() {
    let (mut den, alice, bob, _, key) = three();
    let (op, held) = (text("x"), den.entries.len());
    for (header_by, said_by) in [(&alice, &bob), (&bob, &alice)] {
        let author = den.community.author(header_by.person.id);
        let place = den.desk.place(LogId { author, ..bob.log(den.scope) }, 31, &op);
        let sealed = bob.ring.seal(place, Under::Epoch(key), said_by.person.id, &op, &mut draw(1));
        let (header, payload) = sealed.unwrap();
        let entry = den.desk.sign(&bob.person.key, header, payload);
        let refused = OpError::Seal(SealError::Author(said_by.person.id));
        assert_eq!(Record::open(&entry, &alice.ring).unwrap_err(), refused);
    }
    // In both by the other: it opens, and Bob's device does not speak for Alice.
    let place = den.desk.place(LogId { author: alice.log(den.scope).author, ..bob.log(den.scope) }, 32, &op);
    let (header, payload) = bob.ring.seal(place, Under::Epoch(key), alice.person.id, &op, &mut draw(2)).unwrap();
    den.entries.push(den.desk.sign(&bob.person.key, header, payload));
    let state = alice.state(den.scope, &den.entries);
    assert_eq!((state.view().posts.len(), state.pending(), den.entries.len()), (0, 1, held + 1));
}

/// What is written inside shows nothing by which somebody outside could tell who writes.
#[test]
fn headers_inside_name_no_identity_and_the_same_person_is_another_in_each_community() {
    let (den, alice, bob, ..) = three();
    for entry in den.entries.iter().chain(&den.wraps) {
        let bytes = entry.header_bytes();
        for node in [&alice, &bob] {
            let id = node.person.id.0;
            assert!(!bytes.windows(32).any(|window| window == id) && entry.header().log.author.0 != id);
        }
    }
    let other = Community { id: den.community.id, secret: CommunitySecret::from_bytes([9; 32]) };
    assert_ne!(other.author(alice.person.id), den.community.author(alice.person.id));
}

#[test]
fn boxes_are_named_by_moderators() {
    let (mut den, alice, bob, _, key) = three();
    let seed = |number: u8, on| {
        Op::Seed(SeedOp { device: person(number).key.id(), sealing_key: crate::den::sealing(number).public(), on })
    };
    den.say(&bob, 30, key, &seed(7, true));
    den.say(&alice, 31, key, &seed(8, true));
    den.say(&alice, 32, key, &seed(9, true));
    den.say(&alice, 33, key, &seed(9, false));
    let keys = bob.keys(den.scope, &den.entries);
    let on: Vec<_> = keys.seeds.iter().map(|(device, seed)| (*device, seed.on)).collect();
    let mut expected = vec![(person(8).key.id(), true), (person(9).key.id(), false)];
    expected.sort();
    assert_eq!(on, expected);
}

#[test]
fn the_keyring_survives_the_disk_and_hostile_givers() {
    let (mut den, mut alice, ..) = three();
    den.rotate(&mut alice, 30, &[1], &BTreeSet::new());
    alice.ring.add_audience(den.scope, SealKey::from_bytes([5; 32]), person(2).key.id());
    let bytes = alice.ring.to_stored().unwrap();
    let back = Keyring::from_stored(&bytes).unwrap();
    assert_eq!(back.to_stored().unwrap(), bytes);
    assert_eq!(Node { ring: back, ..alice.clone() }.read(&den.entries), alice.read(&den.entries));
    assert!(Keyring::from_stored(&bytes[1..]).is_err());
    assert!(Keyring::from_stored(&[&[0x84, 2], &bytes[2..]].concat()).unwrap_err().to_string().contains("version 2"));

    // Somebody who was let in once hands out keys without end: those that count stay, and there is an end.
    let mut ring = alice.ring.clone();
    ring.confirm(&den.scope, &alice.keys(den.scope, &den.entries).keys());
    let confirmed = epochs(&ring, &den);
    let (keys, stranger) = (den.community.key_scope(), person(6).key.id());
    let mut draw = draw(77);
    for _ in 0..5_000 {
        ring.take(&keys, stranger, vec![Item::Read(ReadKey::from_bytes(draw.bytes()))]);
        ring.take(&den.scope, stranger, vec![Item::Audience(SealKey::from_bytes(draw.bytes()))]);
    }
    let kept = ring.share(&den.scope, &BTreeSet::new(), true, 10_000);
    assert_eq!(kept.iter().flatten().count(), confirmed.len());
    assert!(ring.to_stored().unwrap().len() < 2 * 4_096 * 110);
    assert!(confirmed.iter().all(|key| ring.reads(&den.scope, *key)));
    // Items where they do not belong are passed over.
    let taken = ring.take(&den.scope, stranger, vec![Item::Read(ReadKey::from_bytes([1; 32]))]);
    assert!(taken.opens.is_empty());
    let invite = Item::Community { id: den.community.id, secret: CommunitySecret::from_bytes([1; 32]) };
    assert!(ring.take(&keys, stranger, vec![invite.clone()]).invitations.is_empty());
    let home = communaut_protocol::Scope::container(Position::default(), person(6).id.into());
    assert_eq!(ring.take(&home, stranger, vec![invite]).invitations.len(), 1);
    // And no more communities than there is room for.
    let joined = (0..80_u8).filter(|n| {
        let id = element(person(1).id, *n, "x", Position::default()).id();
        ring.join(Community { id, secret: CommunitySecret::from_bytes([*n; 32]) })
    });
    assert_eq!(joined.count(), 63);
}

proptest! {
    #![proptest_config(cases(16))]

    /// Whatever order entries and keys come in, the end is the same.
    #[test]
    fn any_order_gives_the_same_view(seed in any::<u64>()) {
        let (mut den, mut alice, mut bob, _, old) = three();
        den.say(&bob, 30, old, &text("un"));
        den.role(&alice, 40, old, &person(3), None);
        let new = den.rotate(&mut alice, 41, &[1, 2], &BTreeSet::new());
        den.say(&alice, 42, new, &text("deux"));
        den.wraps.iter().for_each(|entry| bob.take(entry));
        den.say(&bob, 43, new, &text("trois"));
        let expected = alice.state(den.scope, &den.entries).view().digest().unwrap();

        let mut order: Vec<usize> = (0..den.entries.len()).collect();
        let mut random = seed;
        for at in (1..order.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(at, usize::try_from(random >> 33).unwrap() % (at + 1));
        }
        let mut state = ScopeState::new(den.scope);
        for at in &order {
            state.apply(Record::open(&den.entries[*at], &bob.ring).ok(), &everyone());
        }
        prop_assert_eq!(state.view().digest().unwrap(), expected);

        // Half of the entries before the new key has come, and then what could not be read.
        let mut late = bob.clone();
        late.ring = Keyring::default();
        late.ring.join(den.community.clone());
        let firsts: Vec<&Entry> = den.wraps.iter().filter(|entry| entry.header().stamp.ms() < 41).collect();
        firsts.into_iter().for_each(|entry| late.take(entry));
        let mut state = ScopeState::new(den.scope);
        state.apply(order.iter().filter_map(|at| Record::open(&den.entries[*at], &late.ring).ok()), &everyone());
        prop_assert_ne!(state.view().digest().unwrap(), expected);
        den.wraps.iter().for_each(|entry| late.take(entry));
        state.apply(order.iter().rev().filter_map(|at| Record::open(&den.entries[*at], &late.ring).ok()), &everyone());
        prop_assert_eq!(state.view().digest().unwrap(), expected);
    }
}
