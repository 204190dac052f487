//! A machine whose clock has lost time sees what is new when enough peers tell it what time it is.

use super::{
    MONACO, Writer,
    hand::{Hand, NOW_MS},
    post,
};
use crate::{
    daemon::input::Effect,
    net::{NetCommand, NetEvent, Peer},
};
use communaut_protocol::{
    Scope, Stamp,
    engine::Peer as _,
    entry::HeldEntry,
    ids::{Digest, Hash},
    replication::message::{Request, Response, Seen},
};

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn shown(hand: &Hand) -> usize {
    hand.core.replica.views.scopes().get(&Scope::open(MONACO)).map_or(0, |view| view.posts.len())
}

/// A peer connects, is asked, and says what its clock shows; gives what it was told.
fn tell(hand: &mut Hand, peer: Peer, clock: Option<u64>) -> Option<u64> {
    drop(hand.core.take_effects());
    hand.connect(peer);
    let (request, token) = hand.asked(peer).unwrap();
    let Request::Hello { clock: ours, .. } = request else { panic!("{request:?}") };
    let own = Seen { instance: Digest([peer.end().0[0]; 16]), arrival: 0 };
    let response = Response::Anew { own, registered: true, ranges: Vec::new(), clock };
    hand.net(NetEvent::Answered { peer, token, response });
    ours
}

#[test]
fn the_median_of_three_peers_shows_what_a_late_clock_held_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let mut alice = Writer::new();
    let entries: Vec<HeldEntry> = {
        let op = post("hier", Some(MONACO));
        let mut place = alice.place(Scope::open(MONACO), op.schema());
        place.stamp = Stamp::from_ms(NOW_MS + 3 * DAY_MS);
        let payload = op.encode([3; 16]).unwrap();
        alice.sign(place, payload);
        alice.entries.iter().cloned().map(HeldEntry::from).collect()
    };
    hand.core.replica.take(entries, crate::daemon::replica::Origin::Elsewhere).unwrap();
    assert_eq!(shown(&hand), 0, "three days ahead of this machine's clock");
    let peers = [1, 2, 3].map(Peer::of_number);
    for (at, peer) in peers.into_iter().enumerate() {
        assert_eq!(tell(&mut hand, peer, Some(NOW_MS + 3 * DAY_MS)), Some(NOW_MS), "its own clock is told");
        hand.input(crate::daemon::input::Input::Tick);
        assert_eq!(shown(&hand), usize::from(at == 2), "after {} peers", at + 1);
    }
    // They run on by the monotone clock, and count no longer when they have gone.
    hand.now.monotonic = hand.now.monotonic.after(60_000);
    hand.input(crate::daemon::input::Input::Tick);
    assert_eq!(hand.core.replica.clocks.now_ms, NOW_MS + 3 * DAY_MS + 60_000);
    hand.net(NetEvent::Disconnected { peer: peers[0] });
    hand.input(crate::daemon::input::Input::Tick);
    assert_eq!(hand.core.replica.clocks.now_ms, NOW_MS);
    // What peers said is not remembered.
    hand.core.commit().unwrap();
    drop(hand);
    let store = crate::store::Store::open(&folder.path().join("store")).unwrap();
    assert_eq!(store.meta("known time").unwrap(), Some(NOW_MS.to_be_bytes().to_vec()));
}

/// Whether the peer is asked for a proof.
fn proves(hand: &mut Hand, peer: Peer) -> Option<u64> {
    hand.input(crate::daemon::input::Input::Tick);
    let mut proofs = hand.core.take_effects().into_iter().filter_map(|effect| match effect {
        Effect::Net(NetCommand::Prove { peer: to, token, .. }) if to == peer => Some(token),
        _ => None,
    });
    proofs.next()
}

#[test]
fn a_proof_is_begun_again_after_its_wait_whatever_the_systems_clock_shows() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    let peer = Peer::of_number(1);
    // This side begins where its end is the smaller one.
    hand.core.engine.set_end(Some(Hash([0; 32])));
    hand.connect(peer);
    drop(hand.core.take_effects());
    for set_by_ms in [-(10 * DAY_MS as i64), 10 * DAY_MS as i64] {
        hand.now.system_ms = NOW_MS.saturating_add_signed(set_by_ms);
        assert_eq!(proves(&mut hand, peer), None, "a clock that is set is no wait: {set_by_ms}");
        hand.now.monotonic = hand.now.monotonic.after(60_000);
        assert!(proves(&mut hand, peer).is_some(), "a minute has gone by: {set_by_ms}");
    }
}

#[test]
fn a_clock_that_has_lost_time_is_not_told_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    hand.input(crate::daemon::input::Input::Tick);
    let alice = Writer::new();
    let held = alice.entries.iter().cloned().map(HeldEntry::from).collect();
    hand.core.replica.take(held, crate::daemon::replica::Origin::Elsewhere).unwrap();
    hand.now.system_ms = 1_000;
    let peer = Peer::of_number(1);
    assert_eq!(tell(&mut hand, peer, None), None);
    assert_eq!(hand.core.replica.clocks.now_ms, NOW_MS, "what was known before");
}
