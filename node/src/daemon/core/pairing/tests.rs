#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::*;
use crate::{
    api,
    daemon::{clocks::Now, desk::Desk},
    modules::{Command, Outcome},
    net::NetEvent,
};
use communaut_protocol::engine::peers::REFUSALS_MAX;

const MINUTE_MS: u64 = 60_000;

/// A device that shows a code.
struct Showing {
    desk: Desk,
    code: Code,
    /// What wants to come in, under whatever name.
    other: Desk,
}

impl Showing {
    fn new() -> Self {
        let mut desk = Desk::of("Ada");
        desk.core.engine.set_end(Some(Peer::of_number(1).end()));
        desk.core.network.listening = vec!["/ip4/10.0.0.1/tcp/1".into()];
        desk.core.network.peer = Peer::of_number(1).to_string();
        let code = show(&mut desk);
        Self { desk, code, other: Desk::empty() }
    }
    /// What a peer says that has this code.
    fn try_with(&mut self, number: u8, code: &Code) -> PairMessage {
        let peer = Peer::of_number(number);
        let (device, sealing_key) = (self.other.core.replica.device.id(), self.other.keys.sealing().public());
        let consent = self.other.core.replica.device.sign(&consent_bytes(code.identity, sealing_key));
        let message = PairMessage::Join { device, sealing_key, label: "laptop".into(), consent, tag: Hash::ZERO };
        let ends = PairEnds { new: peer.end(), old: self.desk.core.engine.end().unwrap() };
        self.desk.core.answer_pairing(&peer, code.sign(&ends, message).unwrap())
    }
    fn wrong(&mut self, number: u8) -> String {
        let wrong = Code::new(self.code.identity, [9; 16], Vec::new());
        refused(self.try_with(number, &wrong))
    }
    fn right(&mut self, number: u8) -> PairMessage {
        let code = self.code.clone();
        self.try_with(number, &code)
    }
    fn pass(&mut self, ms: u64) {
        let clocks = &self.desk.core.replica.clocks;
        let now = Now { system_ms: clocks.now_ms + ms, monotonic: clocks.monotonic.after(ms) };
        self.desk.core.look_at_clocks(now);
    }
    /// Rounds begun with peers, topics told.
    fn stirred(&mut self) -> usize {
        self.desk.core.take_effects().into_iter().filter(|effect| matches!(effect, Effect::Net(_))).count()
    }
}

fn show(desk: &mut Desk) -> Code {
    let Outcome::DeviceCode(code) = desk.ask(Command::DeviceCode(api::ShowDeviceCode)).unwrap() else {
        panic!("a code is shown")
    };
    code.code.parse().unwrap()
}

fn refused(answer: PairMessage) -> String {
    let PairMessage::Refused { why } = answer else { panic!("it was let in") };
    why
}

fn welcome(answer: &PairMessage) -> bool {
    matches!(answer, PairMessage::Welcome { .. })
}

#[test]
fn a_code_is_good_for_one_device_and_for_ten_minutes() {
    let mut late = Showing::new();
    late.pass(10 * MINUTE_MS);
    assert!(refused(late.right(7)).contains("no longer good"));

    let mut in_time = Showing::new();
    in_time.pass(10 * MINUTE_MS - 1);
    assert!(welcome(&in_time.right(7)));
    assert!(refused(in_time.right(7)).contains("no code is shown"), "once");
    assert_eq!(in_time.desk.core.replica.views.book()[&in_time.desk.me()].devices.len(), 2);
}

#[test]
fn a_peer_has_five_tries_whether_it_connects_anew_or_not_and_another_one_comes_in_all_the_same() {
    let mut showing = Showing::new();
    for _ in 0..5 {
        assert!(showing.wrong(7).contains("not the code"));
        let peer = Peer::of_number(7);
        showing.desk.core.on_net(NetEvent::Disconnected { peer }).unwrap();
        let address = "/ip4/10.0.0.7/tcp/1".into();
        showing.desk.core.on_net(NetEvent::Connected { peer, address, local: false }).unwrap();
    }
    assert!(showing.wrong(7).contains("too many wrong codes"));
    assert!(refused(showing.right(7)).contains("too many wrong codes"), "even with the right one");
    showing.pass(10 * MINUTE_MS - 1);
    assert!(welcome(&showing.right(8)), "the code that is shown is still good for whom it is meant for");
}

#[test]
fn who_was_not_heard_is_heard_again_later() {
    let mut showing = Showing::new();
    (0..5).for_each(|_| drop(showing.wrong(7)));
    showing.pass(10 * MINUTE_MS);
    showing.code = show(&mut showing.desk);
    assert!(welcome(&showing.right(7)));
}

#[test]
fn a_code_outlives_wrong_ones_of_many_up_to_a_bound() {
    let mut showing = Showing::new();
    for number in 0..200 {
        (0..5).for_each(|_| drop(showing.wrong(number)));
    }
    assert_eq!(5 * 200, TRIES_ALL_MAX);
    assert!(refused(showing.right(250)).contains("no code is shown"), "this is where it ends");

    let mut showing = Showing::new();
    for number in 0..199 {
        (0..5).for_each(|_| drop(showing.wrong(number)));
    }
    assert!(welcome(&showing.right(250)));
}

#[test]
fn what_is_refused_stirs_nothing_and_a_peer_that_goes_on_is_not_connected_with_for_a_while() {
    let mut showing = Showing::new();
    let address = || "/ip4/10.0.0.7/tcp/1".to_owned();
    for number in 7..27 {
        let peer = Peer::of_number(number);
        showing.desk.core.on_net(NetEvent::Connected { peer, address: address(), local: false }).unwrap();
    }
    let told = |showing: &mut Showing| showing.stirred();
    told(&mut showing);
    // With a code shown, and without one.
    drop(showing.wrong(7));
    assert_eq!(told(&mut showing), 0, "no round with anybody");
    showing.desk.core.pairing.shown = None;
    for _ in 2..REFUSALS_MAX {
        drop(showing.wrong(7));
    }
    assert_eq!(told(&mut showing), 0);
    drop(showing.wrong(7));
    let peer = Peer::of_number(7);
    let ends = |showing: &mut Showing| {
        let effects = showing.desk.core.take_effects();
        effects.iter().any(|effect| matches!(effect, Effect::Net(NetCommand::Disconnect(gone)) if *gone == peer))
    };
    assert!(ends(&mut showing));
    showing.desk.core.on_net(NetEvent::Disconnected { peer }).unwrap();
    showing.desk.core.on_net(NetEvent::Connected { peer, address: address(), local: false }).unwrap();
    assert!(ends(&mut showing), "come back at once");
    showing.pass(MINUTE_MS);
    showing.desk.core.on_net(NetEvent::Connected { peer, address: address(), local: false }).unwrap();
    assert!(!ends(&mut showing), "a minute later");
    assert_eq!(showing.desk.core.replica.refused["banned"], 1);
}
