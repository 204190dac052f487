//! Restatements whose entries come in any order, beside those that nobody ends. SPEC.md §5.5.

use crate::{
    common::{FOIX, header, person, written},
    prune::{Author, kept, open, post, view, write_run},
};
use communaut_protocol::{
    Entry, EntryId, Header,
    fold::{ScopeView, restate},
    limits::RESTATING_MAX,
    op::{Op, RestateOp},
    scope::LogId,
};

/// Finding 8 of the review: entries of restatements that nobody ends, more than are kept aside in one scope.
#[test]
fn parts_that_nobody_ends_hide_no_restatement() {
    let (alice, mallory) = (person(1), person(9));
    let people = [&alice, &mallory];
    let part = |seq: u64, log: LogId| {
        let op = Op::Restate(RestateOp { items: vec![], said: vec![] });
        let payload = written(&op, [3; 16]);
        let header = Header { seq, backlink: Some(EntryId([7; 32])), ..header(log, None, 5, &op, &payload) };
        Entry::sign(&mallory.key, header, payload).unwrap()
    };
    let logs = (RESTATING_MAX / 64 + 2) as u64;
    let orphans: Vec<Entry> = (0..logs)
        .flat_map(|epoch| (1..=64).map(move |seq| (seq, epoch)))
        .map(|(seq, epoch)| part(seq, LogId { epoch, ..mallory.log(open()) }))
        .collect();
    let mut author = Author::new(alice.clone(), 1);
    for n in 0..9 {
        author.say(n, &post(&format!("n° {n}"), FOIX));
    }
    // In several entries.
    let mut ops = restate(&author.held(), &ScopeView::default().erasures).unwrap();
    let (items, said) = (ops[0].items.split_off(4), ops[0].said.split_off(4));
    ops.push(RestateOp { items, said });
    for entry in write_run(&alice, author.log, &author.all[8], 100, &ops) {
        author.keep(entry);
    }
    let own = kept(std::slice::from_ref(&author));
    assert_eq!(own.len(), 2);
    // Before, behind and between them.
    let orders = [[&orphans[..], &own].concat(), [&own[..], &orphans].concat()];
    for entries in orders.iter().chain([&[&orphans[..600], &own, &orphans[600..]].concat()]) {
        assert_eq!(view(entries, &people).posts.len(), 9);
    }
    // And in one's own log, as far as they do not come before it in it.
    let more: Vec<Entry> = (1..=300)
        .map(|seq| {
            let op = Op::Restate(RestateOp { items: vec![], said: vec![] });
            let payload = written(&op, [4; 16]);
            let header = Header {
                seq: 100 + seq,
                backlink: Some(EntryId([7; 32])),
                ..header(author.log, None, 5, &op, &payload)
            };
            Entry::sign(&alice.key, header, payload).unwrap()
        })
        .collect();
    let last = own[1..].to_vec();
    assert_eq!(view(&[&last[..], &more, &own[..1]].concat(), &people).posts.len(), 9, "the last of it came first");
}
