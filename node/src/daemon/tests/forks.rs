//! A log of one's own was continued by a copy of the folder: its author is told, and goes on in another.

use super::{MONACO, Writer, hand::Hand, post};
use crate::{
    api,
    daemon::{
        clocks::Now,
        desk::{Desk, NOW_MS},
        input::Input,
        replica::Origin,
    },
    handle::Order,
    modules::Command,
    snapshot::OwnFork,
};
use communaut_protocol::{
    Entry, Header, LogId, Scope, Stamp,
    clock::Monotonic,
    entry::{Head, HeldEntry},
};

fn order(hand: &mut Hand, command: Command) {
    let (reply, _answer) = tokio::sync::oneshot::channel();
    hand.input(Input::Order(Order { command, reply }));
    hand.core.commit().unwrap();
}

/// What a copy of this folder writes behind a head.
fn by_a_copy(hand: &Hand, log: LogId, head: Head, ms: u64) -> HeldEntry {
    let op = post("d'une copie", Some(MONACO));
    let payload = op.encode([9; 16]).unwrap();
    let header = Header::following(log, Some(head), Stamp::from_ms(ms), op.schema()).over(&payload).unwrap();
    Entry::sign(&hand.core.replica.device, header, payload).unwrap().into()
}

#[test]
fn its_author_is_told_and_writes_on_in_another_log() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::on(folder.path());
    let init = Command::Init(api::Init {
        name: "Ada".into(),
        about: String::new(),
        home: MONACO,
        sample: false,
        deciding: false,
    });
    order(&mut hand, init);
    let scope = Scope::open(MONACO);
    let say = |hand: &mut Hand, text: &str| {
        let me = hand.core.replica.me.unwrap();
        hand.core.replica.write(me, vec![(scope, post(text, Some(MONACO)))]).unwrap()
    };
    say(&mut hand, "un");
    let log = hand.core.replica.logs[&scope];
    let head = hand.core.replica.store.head(&log).unwrap();
    say(&mut hand, "deux");
    assert!(hand.core.snapshot().unwrap().overview.store.forks.is_empty());

    let copy = by_a_copy(&hand, log, head, super::hand::NOW_MS - 5);
    assert!(hand.core.replica.take(vec![copy], Origin::Elsewhere).unwrap()[0].is_ok());
    let expected = vec![OwnFork { log, at: 1, since_ms: super::hand::NOW_MS - 5 }];
    assert_eq!(hand.core.snapshot().unwrap().overview.store.forks, expected);
    // All three count, and what is written next stands elsewhere.
    say(&mut hand, "trois");
    let next = hand.core.replica.logs[&scope];
    assert_ne!(next.epoch, log.epoch);
    let view = hand.core.replica.views.scopes()[&scope].clone();
    let mut texts: Vec<&str> = view.posts.values().map(|post| post.text.as_str()).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["d'une copie", "deux", "trois", "un"]);
    hand.core.commit().unwrap();
    drop(hand);
    // Told after a restart too, when it is known which devices are this person's.
    let mut again = Hand::on(folder.path());
    assert_eq!(again.core.snapshot().unwrap().overview.store.forks, expected);
    say(&mut again, "quatre");
    assert_eq!(again.core.replica.logs[&scope].epoch, next.epoch);
}

/// What waits for its time goes with the branch on which it stands.
#[test]
fn what_a_smaller_branch_displaces_is_not_shown_when_its_time_comes() {
    let (mut desk, mut writer) = (Desk::empty(), Writer::new());
    writer.say("un");
    let (log, head) = (writer.entries[1].header().log, writer.heads[&Scope::open(MONACO)]);
    let tomorrow = NOW_MS + 24 * 60 * 60 * 1_000;
    let branch = |n: u8| {
        let op = post(&format!("demain {n}"), Some(MONACO));
        let payload = op.encode([n; 16]).unwrap();
        let header = Header::following(log, Some(head), Stamp::from_ms(tomorrow), op.schema()).over(&payload).unwrap();
        (Entry::sign(&writer.key, header, payload).unwrap(), format!("demain {n}"))
    };
    let mut branches = [0, 1, 2].map(branch);
    branches.sort_by_key(|(entry, _)| std::cmp::Reverse(entry.id()));
    for entry in writer.entries.iter().chain(branches.iter().map(|(entry, _)| entry)) {
        assert!(desk.core.replica.take(vec![entry.clone().into()], Origin::Elsewhere).unwrap()[0].is_ok());
    }
    assert_eq!(desk.posts(), ["un"]);
    desk.core.look_at_clocks(Now { system_ms: tomorrow, monotonic: Monotonic::default() });
    desk.core.replica.keep_time().unwrap();
    let mut expected = vec!["un".to_owned(), branches[1].1.clone(), branches[2].1.clone()];
    let mut shown = desk.posts();
    expected.sort();
    shown.sort();
    assert_eq!(shown, expected);
}
