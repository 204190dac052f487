//! Labels, vouching and corrections: words on what others said, which give no right and hide nothing.

use crate::common::{Club, Desk, FOIX, book, element, person};
use communaut_protocol::{
    ElementId, EntryId, IdentityId, Scope,
    fold::{PostView, Record, ScopeState, ScopeView, in_order},
    ids::Hash,
    limits::{LABELS_MAX, VOUCHES_MAX},
    op::{
        CorrectionOp, EraseOp, Field, Kind, LabelOp, LinkKind, LinkOp, LinkState, Op, Operation, Origin, PostOp, Role,
        Stub, StubOp, VouchOp,
    },
};

fn label(on: Hash, label: &str, withdrawn: bool) -> Op {
    Op::Label(LabelOp { on, label: label.into(), withdrawn })
}

fn vouch(person: IdentityId, withdrawn: bool) -> Op {
    Op::Vouch(VouchOp { person, withdrawn })
}

fn correct(element: ElementId, fields: Vec<Field>) -> Op {
    Op::Correction(Box::new(CorrectionOp { element, fields, reason: String::new() }))
}

fn name(name: &str) -> Field {
    Field::Name(name.into())
}

/// Folded in one batch, one by one, and one by one from behind: the same.
fn folded(scope: Scope, people: &[crate::common::Person], records: &[Record]) -> ScopeView {
    let book = book(people);
    let mut batch = ScopeState::new(scope);
    batch.apply(records.iter().cloned(), &book);
    for order in [records.to_vec(), records.iter().rev().cloned().collect()] {
        let mut single = ScopeState::new(scope);
        for record in order {
            single.apply([record], &book);
        }
        assert_eq!(single.view(), batch.view());
    }
    batch.view().clone()
}

fn labels(view: &ScopeView, on: Hash) -> Vec<(IdentityId, String)> {
    view.labels_on(on).map(|held| (held.author, held.label.clone())).collect()
}

#[test]
fn a_label_stands_until_its_author_takes_it_back_and_nobody_else_can() {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let on = Hash([7; 32]);
    let mut records = vec![
        desk.record(bob, scope, 10, &label(on, "step-free", false)),
        desk.record(alice, scope, 11, &label(on, "step-free", true)),
        desk.record(carol, scope, 12, &label(on, "closed", false)),
        desk.record(&person(9), scope, 12, &label(on, "spam", false)),
    ];
    let view = folded(scope, &people[..], &records);
    let mut wanted = vec![(bob.id, "step-free".to_owned()), (carol.id, "closed".into())];
    wanted.sort();
    assert_eq!(labels(&view, on), wanted, "a stranger nobody knows says nothing");
    records.push(desk.record(carol, scope, 13, &label(on, "closed", true)));
    let own = records[0].place();
    assert_eq!(labels(&folded(scope, &people, &records), on), [(bob.id, "step-free".to_owned())]);
    let erase = Op::Erase(EraseOp { targets: [own].into(), refs: None, reason: String::new() });
    records.insert(0, desk.record(bob, scope, 14, &erase));
    let mut state = ScopeState::new(scope);
    state.apply(records, &book(&people));
    assert_eq!(labels(state.view(), on), []);
}

#[test]
fn of_one_author_the_latest_labels_and_vouches_are_kept_whatever_the_order() {
    let people = [person(1), person(2)];
    let bob = &people[1];
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let on = Hash([7; 32]);
    let said: Vec<Record> = (0..LABELS_MAX as u64 + 5)
        .map(|n| desk.record(bob, scope, 10 + n, &label(on, &format!("l{n}"), false)))
        .collect();
    let view = folded(scope, &people, &said);
    assert_eq!(view.labels.len(), LABELS_MAX);
    assert!(labels(&view, on).iter().all(|(_, label)| label != "l4") && labels(&view, on).len() == LABELS_MAX);

    let who = |n: u64| IdentityId(*blake3::hash(&n.to_be_bytes()).as_bytes());
    let mut said: Vec<Record> =
        (0..VOUCHES_MAX as u64 + 5).map(|n| desk.record(bob, scope, 100 + n, &vouch(who(n), false))).collect();
    said.push(desk.record(bob, scope, 1_000, &vouch(who(0), true)));
    said.push(desk.record(bob, scope, 1_001, &vouch(bob.id, false)));
    let view = folded(scope, &people, &said);
    assert_eq!(view.vouches.len(), VOUCHES_MAX);
    assert_eq!(view.vouches_for(who(0)).count(), 0);
    assert_eq!(view.vouches_for(who(5)).count(), 0);
    assert_eq!(view.vouches_for(who(6)).map(|(by, _)| by).collect::<Vec<_>>(), [bob.id]);
    assert_eq!(view.vouches_for(bob.id).count(), 0, "nobody vouches for themselves");
}

#[test]
fn a_correction_changes_nothing_and_is_answered_by_a_word_of_who_may_write() {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let bakery = element(alice.id, 3, "Four", FOIX);
    let id = bakery.id();
    let mut records = vec![
        desk.record(bob, scope, 20, &correct(id, vec![name("Four à pain"), Field::Phone("05".into())])),
        desk.record(carol, scope, 21, &correct(id, vec![name("Fournil")])),
        desk.record(alice, scope, 10, &Op::Element(Box::new(bakery.clone()))),
    ];
    let open = |records: &[Record]| -> Vec<(IdentityId, Vec<u8>)> {
        let view = folded(scope, &people, records);
        let all = view.corrections_of(id);
        all.into_iter().map(|(held, fields)| (held.author, fields.iter().map(Field::key).collect())).collect()
    };
    assert_eq!(open(&records[..2]), [], "the element is not here");
    assert_eq!(folded(scope, &people, &records).elements[&id].name, "Four");
    assert_eq!(open(&records), [(carol.id, vec![1]), (bob.id, vec![1, 5])]);
    // Of a stranger's word on the element nothing comes; the owner's answers, also with what it was before.
    let again = |fields| Op::Element(Box::new(communaut_protocol::op::ElementOp { fields, ..bakery.clone() }));
    records.push(desk.record(bob, scope, 30, &again(vec![name("À moi")])));
    assert_eq!(open(&records), [(carol.id, vec![1]), (bob.id, vec![1, 5])]);
    records.push(desk.record(alice, scope, 31, &again(vec![name("Four")])));
    assert_eq!(open(&records), [(bob.id, vec![5])]);
    records.push(desk.record(bob, scope, 32, &correct(id, vec![])));
    assert_eq!(open(&records), [], "taken back");
}

#[test]
fn in_a_container_a_moderator_answers_a_correction_and_a_stranger_may_ask() {
    let mut club = Club::new();
    let (founder, stranger, moderator) = (club.founder.clone(), person(4), person(5));
    club.say(&founder, 2, &crate::common::role_op(&moderator, Some(Role::Moderator), &[]));
    club.say(&stranger, 10, &correct(club.id, vec![name("Régie")]));
    let people = [founder.clone(), stranger, moderator.clone()];
    assert_eq!(folded(club.scope, &people, &club.records).corrections_of(club.id).len(), 1);
    let mut card = element(founder.id, 7, "Régie", FOIX);
    card.fields.retain(|field| field.key() == 1);
    club.say(&moderator, 11, &Op::Element(Box::new(card)));
    let view = folded(club.scope, &people, &club.records);
    assert_eq!((view.corrections_of(club.id).len(), view.elements[&club.id].name.as_str()), (0, "Régie"));
}

fn said(text: &str, reply_to: Option<EntryId>, mut after: Vec<EntryId>) -> Op {
    after.sort();
    let (text, position) = (text.into(), Some(FOIX));
    Op::Post(PostOp { text, reply_to, position, after, ..PostOp::default() })
}

/// A clock that is wrong by a year puts no answer before what was answered, nor before what its author had seen.
#[test]
fn a_conversation_has_an_order_that_no_clock_changes() {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let first = desk.record(alice, scope, 900, &said("Qui vient ?", None, vec![]));
    let yes = desk.record(bob, scope, 5, &said("Moi", Some(first.id), vec![]));
    let too = desk.record(carol, scope, 3, &said("Moi aussi", Some(first.id), vec![yes.id]));
    let apart = desk.record(carol, scope, 4, &said("Sans avoir lu", Some(first.id), vec![]));
    let thanks = desk.record(alice, scope, 1, &said("Merci", Some(too.id), vec![too.id, apart.id]));
    let other = desk.record(bob, scope, 2, &said("Autre chose", None, vec![EntryId([9; 32])]));
    let records = [first, yes, too, apart, thanks, other];
    let view = folded(scope, &people, &records);
    let texts = |all: Vec<std::sync::Arc<PostView>>| all.iter().map(|post| post.text.clone()).collect::<Vec<_>>();
    let wanted = ["Qui vient ?", "Sans avoir lu", "Moi", "Moi aussi", "Merci"];
    assert_eq!(texts(view.conversation(records[0].id)), wanted);
    assert_eq!(texts(view.conversation(EntryId([1; 32]))), <[&str; 0]>::default());
    assert_eq!(view.seen_last(records[0].id), [records[4].id]);
    let mut all: Vec<_> = view.posts.values().cloned().collect();
    let once = texts(in_order(&all));
    assert_eq!(once, ["Autre chose", "Qui vient ?", "Sans avoir lu", "Moi", "Moi aussi", "Merci"]);
    all.reverse();
    assert_eq!(texts(in_order(&all)), once);
}

#[test]
fn what_would_come_after_itself_comes_last_and_a_thousand_posts_cost_little() {
    let people = [person(1)];
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let record = desk.record(&people[0], scope, 1, &said("x", None, vec![]));
    let view = folded(scope, &people, &[record]);
    let one = view.posts.values().next().unwrap().as_ref().clone();
    let post = |n: u8, after: &[u8]| {
        let after = after.iter().map(|n| EntryId([*n; 32])).collect();
        std::sync::Arc::new(PostView { id: EntryId([n; 32]), after, ..one.clone() })
    };
    let names = |all: Vec<std::sync::Arc<PostView>>| all.iter().map(|post| post.id.0[0]).collect::<Vec<_>>();
    assert_eq!(names(in_order(&[post(1, &[2]), post(2, &[1]), post(3, &[]), post(4, &[4])])), [3, 1, 2, 4]);
    // Each names the four before it.
    let id = |n: u32| EntryId(*blake3::hash(&n.to_be_bytes()).as_bytes());
    let long: Vec<_> = (0..5_000_u32)
        .map(|n| {
            let after = (n.saturating_sub(4)..n).map(id).collect();
            std::sync::Arc::new(PostView { id: id(n), after, ..one.clone() })
        })
        .rev()
        .collect();
    assert_eq!(in_order(&long).iter().map(|post| post.id).collect::<Vec<_>>(), (0..5_000).map(id).collect::<Vec<_>>());
}

#[test]
fn a_post_names_few_that_its_author_had_seen_in_one_order() {
    let refused = |after: Vec<EntryId>| {
        let op = PostOp { text: "x".into(), after, ..PostOp::default() };
        op.check().is_err()
    };
    let id = |n| EntryId([n; 32]);
    assert!(!refused(vec![id(1), id(2), id(3), id(4)]));
    assert!(refused(vec![id(1), id(2), id(3), id(4), id(5)]));
    assert!(refused(vec![id(2), id(1)]) && refused(vec![id(1), id(1)]));
}

#[test]
fn owner_and_seed_prove_whose_a_source_is_that_lies_elsewhere() {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let target = element(alice.id, 3, "Four", FOIX).id();
    let source = element(bob.id, 8, "Bal trad", FOIX).id();
    let link = |state, origin: Option<&crate::common::Person>| {
        let origin = origin.map(|of| Origin { owner: of.id, seed: vec![8; 16] });
        let (kind, role) = (LinkKind::Partner, String::new());
        LinkOp { source, target, kind, role, state, mirror: None, origin, proof: None }
    };
    let state = |records: &[Record]| {
        folded(scope, &people, records).links.values().next().map(|held| (held.author, held.state))
    };
    assert!(link(LinkState::Left, Some(carol)).check().is_err(), "of another element");
    let mut records = vec![desk.record(bob, scope, 10, &Op::Link(link(LinkState::Accepted, None)))];
    assert_eq!(state(&records), None, "nobody knows whose it is");
    records.push(desk.record(carol, scope, 30, &Op::Link(link(LinkState::Left, Some(bob)))));
    assert_eq!(state(&records), None, "whoever repeats it is not the owner");
    records.push(desk.record(bob, scope, 20, &Op::Link(link(LinkState::Accepted, Some(bob)))));
    assert_eq!(state(&records), Some((bob.id, LinkState::Requested)), "of one side alone");
    // In a stub it makes the owner's word known as theirs.
    let stub = |of: Option<Origin>| {
        let (kind, name, home) = (Kind::Event, "Bal".into(), FOIX.cell(4));
        let stub = Stub { id: source, kind, name, position: FOIX, when: None, tags: vec![], home, origin: of };
        Op::Stub(StubOp { stub, expires_ms: 9 })
    };
    let own = Origin { owner: bob.id, seed: vec![8; 16] };
    let stubs = [
        desk.record(bob, scope, 40, &stub(Some(own.clone()))),
        desk.record(carol, scope, 41, &stub(Some(own))),
        desk.record(alice, scope, 42, &stub(None)),
    ];
    let view = folded(scope, &people, &stubs);
    let owners: Vec<IdentityId> =
        view.stubs.values().filter(|held| held.is_of_owner()).map(|held| held.author).collect();
    assert_eq!(owners, [bob.id]);
}
