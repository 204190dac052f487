//! Payloads that a peer withholds: finding 9 of the review. SPEC.md §5.5, §9.1.

use super::{MONACO, Writer, hand::Hand, post, room::follower};
use crate::net::{Peer, Verdict};
use communaut_protocol::{
    Entry, Header, Scope,
    entry::{Body, HeldEntry},
    fold::{Erasures, restate},
    op::Op,
    replication::{memory::MemoryReplica, message::Response, pull::Pull, serve::Serve},
};

/// A peer with a replica in memory, that may lack what it likes.
struct Liar {
    replica: MemoryReplica,
    serve: Serve,
    peer: Peer,
}

impl Liar {
    fn with(entries: impl IntoIterator<Item = HeldEntry>) -> Self {
        let mut replica = MemoryReplica::new([9; 16]);
        for entry in entries {
            replica.take(entry, false).unwrap();
        }
        Self { replica, serve: Serve::default(), peer: Peer::of_number(1) }
    }
    fn round(&mut self, hand: &mut Hand) {
        let core = &mut hand.core;
        core.engine.begin_round(&mut core.replica, &self.peer).unwrap();
        while let Some((request, token)) = hand.asked(self.peer) {
            let response: Response = self.serve.answer(&self.replica, request, &Pull::default()).unwrap();
            hand.net(crate::net::NetEvent::Answered { peer: self.peer, token, response });
        }
    }
}

fn posts(writer: &mut Writer, texts: &[&str]) {
    for text in texts {
        let op = post(text, Some(MONACO));
        let place = writer.place(Scope::open(MONACO), op.schema());
        writer.sign(place, op.encode([3; 16]).unwrap());
    }
}

fn without_payload(entry: &Entry) -> HeldEntry {
    HeldEntry::new(entry.signed().clone(), Body::Absent).unwrap()
}

fn shown(hand: &Hand) -> usize {
    hand.core.replica.views.scopes().get(&Scope::open(MONACO)).map_or(0, |view| view.posts.len())
}

#[test]
fn a_payload_that_one_peer_withholds_comes_with_any_frame_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (follower(folder.path()), Writer::new());
    posts(&mut writer, &["un"]);
    let [inception, said] = [&writer.entries[0], &writer.entries[1]];
    let mut liar = Liar::with([inception.clone().into(), without_payload(said)]);
    hand.connect(liar.peer);
    liar.round(&mut hand);
    assert_eq!((hand.core.replica.store.entries(), shown(&hand)), (2, 0), "its header alone");
    let data = said.to_raw().encode().unwrap();
    let core = &mut hand.core;
    let verdict = core.engine.on_gossip(&mut core.replica, &liar.peer, MONACO.cell(4), &data).unwrap();
    assert_eq!((verdict, shown(&hand)), (Verdict::Ignore, 1));
}

/// Headers alone would make everything go that stood before them, and put nothing in its place.
#[test]
fn a_restatement_whose_payload_is_withheld_takes_nothing_away() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (follower(folder.path()), Writer::new());
    posts(&mut writer, &["un", "deux"]);
    let before = writer.entries.clone();
    let mut honest = Liar::with(before.iter().cloned().map(HeldEntry::from));
    hand.connect(honest.peer);
    honest.round(&mut hand);
    assert_eq!(shown(&hand), 2);
    let held: Vec<HeldEntry> = before[1..].iter().cloned().map(HeldEntry::from).collect();
    let op = Op::Restate(restate(&held, &Erasures::new()).unwrap().remove(0));
    let place = writer.place(Scope::open(MONACO), op.schema());
    let place = Header { flags: Header::prune_flags(0).unwrap(), ..place };
    writer.sign(place, op.encode([4; 16]).unwrap());
    let said_again = writer.entries.last().unwrap().clone();
    let theirs = before.iter().cloned().map(HeldEntry::from).chain([without_payload(&said_again)]);
    let mut liar = Liar { peer: Peer::of_number(2), ..Liar::with(theirs) };
    hand.connect(liar.peer);
    liar.round(&mut hand);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (2, 3));
    assert!(hand.core.replica.refused["hollow"] > 0);
    // From who has it all, it is taken, and says the same.
    let all = before.iter().chain([&said_again]).cloned().map(HeldEntry::from);
    let mut honest = Liar { peer: Peer::of_number(3), ..Liar::with(all) };
    hand.connect(honest.peer);
    honest.round(&mut hand);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (2, 2));
}

/// What everybody else counts by would seem to be known, and be asked for no more.
#[test]
fn an_identity_whose_payload_is_withheld_hides_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (follower(folder.path()), Writer::new());
    posts(&mut writer, &["un"]);
    let [inception, said] = [&writer.entries[0], &writer.entries[1]];
    let mut liar = Liar::with([without_payload(inception), said.clone().into()]);
    hand.connect(liar.peer);
    liar.round(&mut hand);
    assert_eq!(hand.core.replica.store.entries(), 0);
    let mut honest = Liar { peer: Peer::of_number(2), ..Liar::with([inception.clone().into(), said.clone().into()]) };
    hand.connect(honest.peer);
    honest.round(&mut hand);
    assert_eq!((shown(&hand), hand.core.replica.store.entries()), (1, 2));
}
