//! Entries of authors who are not known to use the device that signed them: they take no place, and whoever is real is
//! heard all the same. SPEC.md §9.1.

use super::{
    MONACO, Writer,
    hand::{Hand, NOW_MS, Other},
    post,
};
use crate::{
    daemon::replica::Origin,
    net::{NetEvent, Peer, Verdict},
};
use communaut_protocol::{
    AuthorId, ElementId, Entry, Header, LogId, Scope, Stamp,
    engine::{Host, interest},
    entry::{DeviceKey, HeldEntry},
    fold::ScopeState,
    op::{Op, Profile, WitnessOp},
    private::{Community, CommunitySecret, ReadKey},
    replication::message::{Digest, Frame, PersonState, RegisterInterests, Request, Response, Want},
};

/// More than were asked for at once when each author was an interest.
const INVENTED: u16 = 3_000;

const HOUR_MS: u64 = 60 * 60 * 1_000;

/// A post by an author of whom there is no identity.
fn invented(n: u16) -> Entry {
    let mut seed = [66; 32];
    seed[..2].copy_from_slice(&n.to_be_bytes());
    let key = DeviceKey::from_seed(&seed);
    let op = post(&format!("rien {n}"), Some(MONACO));
    let payload = op.encode([1; 16]).unwrap();
    let log = LogId { scope: Scope::open(MONACO), author: AuthorId(seed), device: key.id(), epoch: 1 };
    let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
    Entry::sign(&key, header, payload).unwrap()
}

/// Somebody real, who has written a post.
fn newcomer() -> Writer {
    let mut writer = Writer::new();
    writer.say("me voici");
    writer
}

fn gossip(hand: &mut Hand, from: Peer, entry: &Entry) -> Verdict {
    let data = entry.to_raw().encode().unwrap();
    let core = &mut hand.core;
    core.engine.on_gossip(&mut core.replica, &from, MONACO.cell(4), &data).unwrap()
}

fn posts(hand: &Hand) -> Vec<String> {
    let state = hand.core.replica.views.state(&Scope::open(MONACO)).map(ScopeState::view);
    state.into_iter().flat_map(|view| view.posts.values().map(|post| post.text.clone())).collect()
}

fn refused(hand: &Hand) -> u64 {
    hand.core.replica.refused.get("unproven").copied().unwrap_or(0)
}

/// Finding 7 of the review: invented authors filled the list of those who are asked about, and newcomers were not seen.
#[test]
fn invented_authors_take_no_place_and_a_newcomer_is_seen_within_one_round() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::follower(folder.path());
    let entries: Vec<Entry> = (0..INVENTED).map(invented).collect();
    let mut liar = Other::holding(1, &entries);
    hand.connect(liar.peer);
    let before = interest::prefixes(&hand.core.replica).len();
    assert!(hand.round(&mut liar).0.len() < 100, "it comes to rest");
    for entry in &entries[..100] {
        assert_eq!(gossip(&mut hand, liar.peer, entry), Verdict::Ignore);
    }
    hand.answer(&mut liar);
    assert!(refused(&hand) >= 100);
    assert_eq!((hand.core.replica.store.entries(), posts(&hand).len()), (0, 0), "nothing is stored");
    assert_eq!(interest::prefixes(&hand.core.replica).len(), before, "nor asked for from now on");
    let writer = newcomer();
    let mut honest = Other::holding(2, &writer.entries);
    hand.connect(honest.peer);
    hand.round(&mut honest);
    assert_eq!(posts(&hand), ["me voici"]);
    assert_eq!(hand.core.replica.store.entries(), 2);
}

/// A device that the identity does not know gives nothing, whoever's name it takes.
#[test]
fn another_device_in_a_known_name_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
    let thief = DeviceKey::from_seed(&[99; 32]);
    let op = post("en son nom", Some(MONACO));
    let payload = op.encode([1; 16]).unwrap();
    let log = LogId { device: thief.id(), ..writer.entries[1].header().log };
    let header = Header::following(log, None, Stamp::from_ms(5_000), op.schema()).over(&payload).unwrap();
    let stolen = Entry::sign(&thief, header, payload).unwrap();
    let all: Vec<Entry> = writer.entries.iter().cloned().chain([stolen.clone()]).collect();
    let mut other = Other::holding(1, &all);
    hand.connect(other.peer);
    hand.round(&mut other);
    assert_eq!(gossip(&mut hand, other.peer, &stolen), Verdict::Ignore);
    hand.answer(&mut other);
    assert_eq!(posts(&hand), ["me voici"]);
    assert!(refused(&hand) >= 2);
}

/// What is gossiped by somebody unknown is not passed on; it is fetched with their identity, and then counts.
#[test]
fn what_a_newcomer_gossips_is_fetched_with_their_identity() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), newcomer());
    let mut other = Other::holding(1, &writer.entries);
    hand.connect(other.peer);
    // It has answered nothing yet, and never will.
    drop(hand.core.take_effects());
    hand.net(NetEvent::Disconnected { peer: other.peer });
    hand.connect(other.peer);
    drop(hand.core.take_effects());
    hand.core.engine.on_disconnected(&other.peer);
    assert_eq!(gossip(&mut hand, other.peer, &writer.entries[1]), Verdict::Ignore);
    hand.answer(&mut other);
    assert_eq!(posts(&hand), ["me voici"]);
    // From now on it is known who they are.
    let before = refused(&hand);
    writer.say("encore");
    assert_eq!(gossip(&mut hand, other.peer, writer.entries.last().unwrap()), Verdict::Accept);
    assert_eq!((posts(&hand).len(), refused(&hand)), (2, before));
    let entries: Vec<HeldEntry> = writer.entries.iter().cloned().map(HeldEntry::from).collect();
    assert_eq!(hand.core.replica.store.entries(), entries.len() as u64);
}

/// Which entries are taken does not hang on a clock: what is stamped ahead is taken now, and shown when it is time.
#[test]
fn whoever_has_a_clock_ahead_is_taken_at_once_and_shown_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
    let ahead = |entry: &Entry| {
        let header = Header { stamp: Stamp::from_ms(NOW_MS + 2 * HOUR_MS), ..entry.header().clone() };
        Entry::sign(&writer.key, header, entry.payload().to_vec()).unwrap()
    };
    let entries: Vec<Entry> = writer.entries.iter().map(ahead).collect();
    let mut other = Other::holding(1, &entries);
    hand.connect(other.peer);
    hand.round(&mut other);
    assert_eq!((hand.core.replica.store.entries(), refused(&hand), posts(&hand).len()), (2, 0, 0));
    hand.now.system_ms += 3 * HOUR_MS;
    hand.input(crate::daemon::input::Input::Tick);
    assert_eq!(posts(&hand), ["me voici"]);
}

/// Whoever wants hides somebody from newcomers by filling what is asked for by that person's name.
#[test]
fn nobody_fills_the_identity_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
    let junk = (100..150_u8).map(|n| {
        let key = DeviceKey::from_seed(&[n; 32]);
        let op = Op::Profile(Profile { name: "X".into(), about: String::new(), home: None });
        let payload = op.encode([n; 16]).unwrap();
        let log = LogId { device: key.id(), ..writer.entries[0].header().log };
        let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
        Entry::sign(&key, header, payload).unwrap()
    });
    let all: Vec<Entry> = junk.chain(writer.entries.iter().cloned()).collect();
    let mut liar = Other::holding(1, &all);
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert_eq!((posts(&hand), hand.core.replica.store.entries()), (vec!["me voici".to_owned()], 2));
    assert!(refused(&hand) >= 50);
}

/// What was declined for want of an identity is asked for again when more of that identity has come.
#[test]
fn what_stayed_unproven_comes_when_the_identity_does() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
    let mut without = Other::holding(1, &writer.entries[1..]);
    hand.connect(without.peer);
    hand.round(&mut without);
    assert_eq!((hand.core.replica.store.entries(), refused(&hand)), (0, 2), "asked for twice");
    // The peer has it now, and somebody else brings the identity.
    let mut whole = Other::holding(2, &writer.entries[..1]);
    hand.core.replica.wanted.insert(writer.id);
    hand.connect(whole.peer);
    hand.round(&mut whole);
    assert_eq!(hand.core.replica.store.entries(), 1);
    hand.now.monotonic = hand.now.monotonic.after(120_000);
    hand.input(crate::daemon::input::Input::Tick);
    hand.answer(&mut without);
    assert_eq!(posts(&hand), ["me voici"]);
}

/// One author of a peer who stays unproven excuses no gap in the logs of others.
#[test]
fn what_a_peer_leaves_out_of_another_log_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, mut writer) = (Hand::follower(folder.path()), newcomer());
    let mut liar = Other::holding(1, &[writer.entries.clone(), vec![invented(1)]].concat());
    hand.connect(liar.peer);
    hand.round(&mut liar);
    assert!(refused(&hand) > 0 && posts(&hand) == ["me voici"]);
    writer.say("deux");
    writer.say("trois");
    let core = &mut hand.core;
    core.engine.begin_round(&mut core.replica, &liar.peer).unwrap();
    let (request, token) = hand.asked(liar.peer).unwrap();
    let Request::Hello { seen: Some(seen), .. } = request else { panic!("{request:?}") };
    let frames = vec![Frame::of(&writer.entries[3].clone().into())];
    let response = Response::Since { frames, longer: vec![], seen, more: false, clock: None, people: vec![] };
    hand.net(NetEvent::Answered { peer: liar.peer, token, response });
    let report = hand.core.engine.reports().find(|(peer, _)| *peer == liar.peer).unwrap().1;
    assert_eq!(report.refused.get("gap"), Some(&1), "{:?}", report.refused);
}

/// A witness says inside who somebody is, in a community of which this node has the keys.
fn know_from_inside(hand: &mut Hand, writer: &Writer) -> Scope {
    let community = Community { id: ElementId([5; 32]), secret: CommunitySecret::from_bytes([6; 32]) };
    let (scope, read) = (community.scope(), ReadKey::from_bytes([7; 32]));
    let mut inside = newcomer();
    assert!(inside.ring.join(community) && inside.ring.add_read(&scope, read.clone(), inside.key.id()));
    let acts = writer.entries.iter().take(1).map(Entry::to_raw).collect();
    inside.seal(scope, &read, &Op::Witness(WitnessOp { acts }));
    let sealed = HeldEntry::from(inside.entries.pop().unwrap());
    hand.core.replica.private.ring = inside.ring;
    hand.core.replica.take(vec![sealed], Origin::Elsewhere).unwrap();
    let known = hand.core.replica.views.book_in(&scope).get(&writer.id).unwrap();
    assert_eq!(known.devices.len(), 1);
    scope
}

/// What a store is called is drawn by chance.
fn plain(mut request: Request) -> Request {
    if let Request::Hello { own, .. } = &mut request {
        own.instance = Digest::ZERO;
    }
    request
}

fn nameless(mut response: Response) -> Response {
    match &mut response {
        Response::Since { seen, .. } => seen.instance = Digest::ZERO,
        Response::Anew { own, .. } => own.instance = Digest::ZERO,
        _ => {}
    }
    response
}

/// Anybody could find out by one public entry whether its author is known here, from inside a closed community only. In
/// every message, and in the answers to what a stranger may ask, a node that knows them is like one that does not.
#[test]
fn who_is_known_from_inside_only_is_a_stranger_to_all_peers_byte_for_byte() {
    let said = |known: bool| {
        let folder = tempfile::tempdir().unwrap();
        let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
        if known {
            know_from_inside(&mut hand, &writer);
        }
        let held = |entries: &[Entry]| Other::lacking(1, entries.iter().cloned().map(HeldEntry::from));
        let mut other = held(&writer.entries);
        let mut messages: Vec<Vec<u8>> = Vec::new();
        let mut hear = |requests: Vec<Request>| {
            messages.extend(requests.into_iter().map(|request| plain(request).encode().unwrap()));
        };
        hand.connect(other.peer);
        hear(hand.answer(&mut held(&[])).0);
        // Asked for by name, compared, and told of.
        let identity = Scope::identity(writer.id);
        let author = writer.id.into();
        let log = writer.entries[0].header().log;
        let prefix = serde_bytes::ByteBuf::from(identity.key().to_vec());
        let questions = [
            Request::People { of: vec![PersonState { author, identity: Digest::ZERO }] },
            Request::Entries { wants: vec![Want { log, from: 0, to: 9 }] },
            Request::Interests { register: RegisterInterests { anew: true, add: vec![prefix.clone()] } },
            Request::Ranges { under: Some(vec![prefix]), ranges: vec![] },
        ];
        let peer = other.peer;
        let ask = |hand: &mut Hand, request: Request| {
            let core = &mut hand.core;
            let answer = core.engine.answer_to(&core.replica, &peer, request).unwrap().unwrap();
            nameless(answer).encode().unwrap()
        };
        let mut answers: Vec<Vec<u8>> = questions.iter().map(|request| ask(&mut hand, request.clone())).collect();
        let verdict = gossip(&mut hand, other.peer, &writer.entries[1]);
        hear(hand.answer(&mut other).0);
        answers.extend(questions.iter().map(|request| ask(&mut hand, request.clone())));
        assert_eq!(posts(&hand), ["me voici"]);
        hear(hand.round(&mut other).0);
        (messages, answers, verdict, refused(&hand))
    };
    let (known, unknown) = (said(true), said(false));
    assert_eq!(known, unknown);
    assert!(known.0.len() > 4 && known.3 > 0, "it was asked for");
}

/// Who belongs to a community is asked of nobody: its scope alone is, of those who prove it.
#[test]
fn nobody_is_asked_for_who_belongs_to_a_closed_community() {
    let folder = tempfile::tempdir().unwrap();
    let (hand, writer) = (&mut Hand::follower(folder.path()), newcomer());
    let before = interest::prefixes(&hand.core.replica);
    let scope = know_from_inside(hand, &writer);
    let more: Vec<Vec<u8>> = interest::prefixes(&hand.core.replica).difference(&before).cloned().collect();
    let keys = hand.core.replica.private.ring.community(&scope).unwrap().key_scope();
    assert_eq!(more, [scope.key().to_vec(), keys.key().to_vec()]);
    assert!(hand.core.replica.wanted.is_empty());
    // Nor is anything of theirs taken that is not taken of strangers, where there is no room for these.
    let only = Host::belonging(&hand.core.replica);
    assert!(!only.scopes.contains(&Scope::identity(writer.id)));
}

/// Somebody else's entry in the scope of an identity is no answer to who that is.
#[test]
fn an_identity_is_wanted_until_it_has_a_device() {
    let folder = tempfile::tempdir().unwrap();
    let (mut hand, writer) = (Hand::follower(folder.path()), newcomer());
    let key = DeviceKey::from_seed(&[8; 32]);
    let op = Op::Profile(Profile { name: "X".into(), about: String::new(), home: None });
    let payload = op.encode([1; 16]).unwrap();
    let log = LogId { device: key.id(), ..writer.entries[0].header().log };
    let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
    let junk = Entry::sign(&key, header, payload).unwrap();
    hand.core.replica.wanted.insert(writer.id);
    for (entry, wanted) in [(junk, true), (writer.entries[0].clone(), false)] {
        hand.core.replica.take(vec![entry.into()], Origin::Elsewhere).unwrap();
        assert_eq!(hand.core.replica.wanted.contains(&writer.id), wanted);
    }
}
