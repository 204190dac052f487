//! What whole scopes add up to: entries in, digest and a few views out.

use crate::{
    common::{Club, Desk, FOIX, MARSEILLE, Person, book, element, person, role_op},
    hex, kept,
};
use communaut_protocol::{
    Entry, Scope,
    fold::{Record, ScopeState, ScopeView, electorate_root, in_order},
    ids::{EntryId, Hash, IdentityId},
    limits::CLOSES_MAX,
    op::{
        ActWitnessOp, BallotOp, CarryOp, Choice, CloseOp, EntryPlace, EraseOp, Field, Op, OpenOp, PostOp, Reaction,
        ReactionOp, Role, Tally,
    },
    private::Keyring,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a view is checked by.
pub fn outcome(view: &ScopeView) -> Value {
    let elements: Vec<Value> = view
        .elements
        .values()
        .map(|element| json!({"id": element.id, "name": element.name, "shown": element.is_shown()}))
        .collect();
    let governance = view.governance.as_ref().map(|governance| {
        let proposals: Vec<Value> = governance
            .proposals
            .iter()
            .map(|p| {
                json!({
                    "id": p.id,
                    "electorate": p.electorate,
                    "opened": p.opening.electorate,
                    "tally": p.tally,
                    "refused": p.refused,
                    "status": p.status,
                })
            })
            .collect();
        json!({"founder": governance.founder, "roles": governance.roles, "proposals": proposals})
    });
    let mut outcome = json!({
        "digest": view.digest().unwrap(),
        "elements": elements,
        "posts": view.posts.keys().map(|(_, id)| id).collect::<Vec<_>>(),
        "reactions": view.reactions,
        "links": view.links.len(),
        "governance": governance,
    });
    let edited = view.posts.values().filter(|post| post.edited.is_some());
    let edited: BTreeMap<String, &String> = edited.map(|post| (post.id.to_string(), &post.text)).collect();
    if !edited.is_empty() {
        outcome["edited"] = json!(edited);
        outcome["link_states"] = view.links.values().map(|link| json!([link.role, link.state])).collect();
    }
    if view.posts.values().any(|post| !post.after.is_empty()) {
        let all: Vec<_> = view.posts.values().cloned().collect();
        outcome["order"] = in_order(&all).iter().map(|post| json!(post.id)).collect();
    }
    let blobs = view.elements.values().map(|element| (element.id.to_string(), &element.blobs));
    let blobs = blobs.chain(view.posts.values().map(|post| (post.id.to_string(), &post.blobs)));
    let blobs: BTreeMap<_, _> = blobs.filter(|(_, blobs)| !blobs.is_empty()).collect();
    if !blobs.is_empty() {
        outcome["blobs"] = json!(blobs);
    }
    for (name, said) in words(view) {
        if !said.is_empty() {
            outcome[name] = said.into();
        }
    }
    outcome
}

/// What stands of words on what others said.
fn words(view: &ScopeView) -> [(&'static str, Vec<Value>); 3] {
    let on: BTreeSet<Hash> = view.labels.keys().map(|(on, ..)| *on).collect();
    let labels = on.into_iter().flat_map(|on| view.labels_on(on)).map(|held| json!([held.on, held.author, held.label]));
    let people: BTreeSet<IdentityId> = view.vouches.keys().map(|(person, _)| *person).collect();
    let vouches =
        people.into_iter().flat_map(|person| view.vouches_for(person).map(move |(by, _)| json!([person, by])));
    let corrections = view.elements.keys().flat_map(|id| view.corrections_of(*id));
    let corrections =
        corrections.map(|(held, open)| json!([held.entry, open.iter().map(Field::key).collect::<Vec<_>>()]));
    [("labels", labels.collect()), ("vouches", vouches.collect()), ("corrections", corrections.collect())]
}

pub fn vector(about: &str, scope: Scope, people: &[&Person], entries: &[Entry]) -> Value {
    let mut state = ScopeState::new(scope);
    let records = entries.iter().flat_map(|entry| Record::all(entry, &Keyring::default()));
    state.apply(records.map(Result::unwrap), &book(people.iter().copied()));
    let raw = |entry: &Entry| json!({"header": hex(entry.header_bytes()), "payload": hex(entry.payload())});
    json!({
        "kind": "fold",
        "about": about,
        "scope_key": hex(scope.key()),
        "identities": people.iter().map(|person| raw(&person.inception)).collect::<Vec<_>>(),
        "entries": entries.iter().map(raw).collect::<Vec<_>>(),
        "outcome": outcome(state.view()),
    })
}

fn open_cell() -> Value {
    let (alice, mallory) = (person(1), person(6));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let post = |at| Op::Post(PostOp { text: "ici".into(), position: Some(at), ..PostOp::default() });
    let made = element(alice.id, 3, "Four", FOIX);
    let renamed = element(alice.id, 3, "Four à pain", FOIX);
    let entries = [
        desk.write(&alice, scope, 20, &Op::Element(Box::new(renamed.clone()))),
        desk.write(&alice, scope, 10, &Op::Element(Box::new(made))),
        desk.write(&mallory, scope, 30, &Op::Element(Box::new(renamed))),
        desk.write(&alice, scope, 40, &Op::Element(Box::new(element(alice.id, 4, "Ailleurs", MARSEILLE)))),
        desk.write(&alice, scope, 50, &post(FOIX)),
        desk.write(&alice, scope, 51, &post(MARSEILLE)),
    ];
    vector(
        "The later stamp wins; another's edit and a post elsewhere do not count.",
        scope,
        &[&alice, &mallory],
        &entries,
    )
}

/// Of each person and post the latest word; one withdrawn, and one on a post that is not here.
fn reactions() -> Value {
    let (alice, bob, carol) = (person(1), person(2), person(3));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let post = PostOp { text: "Merci à tous".into(), position: Some(FOIX), ..PostOp::default() };
    let post = desk.write(&alice, scope, 10, &Op::Post(post));
    let react = |target, what| Op::Reaction(ReactionOp { target, what });
    let entries = [
        desk.write(&bob, scope, 21, &react(post.id(), Some(Reaction::Thanks))),
        desk.write(&bob, scope, 20, &react(post.id(), Some(Reaction::Wonder))),
        desk.write(&carol, scope, 30, &react(post.id(), Some(Reaction::Agree))),
        desk.write(&carol, scope, 31, &react(post.id(), None)),
        desk.write(&alice, scope, 40, &react(EntryId([8; 32]), Some(Reaction::Support))),
        post,
    ];
    vector("Reactions: the latest word of each person stands.", scope, &[&alice, &bob, &carol], &entries)
}

/// A restatement, an edit after it, and a restated post that is erased.
fn restated() -> Value {
    let (alice, bob) = (person(1), person(2));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let before = kept::history(&mut desk, &alice);
    let mut entries = kept::write_run(&mut desk, &alice, 20, &kept::in_two(&before));
    let mut edited = element(alice.id, 3, "Le four", FOIX);
    edited.fields.drain(2..);
    entries.push(desk.write(&alice, scope, 30, &Op::Element(Box::new(edited))));
    let targets = vec![Record::of(&before[0]).unwrap().place()];
    let erase = EraseOp { targets: targets.into(), refs: None, reason: String::new() };
    entries.push(desk.write(&alice, scope, 31, &Op::Erase(erase)));
    entries.push(desk.write(&bob, scope, 12, &kept::post("Un")));
    vector("What is restated, what was said since, and what is erased of it.", scope, &[&alice, &bob], &entries)
}

/// A batch of which one leaf is erased, and is gone; and another's erasure of another.
fn leaves() -> Value {
    let (alice, bob) = (person(1), person(2));
    let scope = Scope::open(FOIX);
    let mut desk = Desk::default();
    let batch = crate::leaves::batch(&mut desk, &alice, scope, 10);
    let place = EntryPlace::of(&batch.header().log, batch.header().seq, batch.id());
    let erase = |leaf| Op::Erase(EraseOp { targets: [place.leaf(leaf)].into(), refs: None, reason: String::new() });
    let entries = [
        crate::leaves::without(&batch, 1),
        desk.write(&alice, scope, 20, &erase(1)),
        desk.write(&bob, scope, 21, &erase(0)),
    ];
    vector("Three elements in one entry, of which one was erased.", scope, &[&alice, &bob], &entries)
}

/// A vote in which everything happens: a member who comes late, a ballot that is replaced, one
/// that conflicts, one by a stranger, and a close, or several.
fn container(about: &str, closes: usize) -> Value {
    let (bob, carol, dora, stranger) = (person(2), person(3), person(4), person(9));
    let Club { founder, scope, id, .. } = Club::new();
    let mut desk = Desk::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut say = |by: &Person, ms: u64, op: Op| -> EntryId {
        entries.push(desk.write(by, scope, ms, &op));
        entries.last().unwrap().id()
    };
    let card = element(founder.id, 7, "Régie de quartier", FOIX);
    assert_eq!(card.id(), id);
    say(&founder, 1, Op::Element(Box::new(card)));
    let a = say(&founder, 10, role_op(&bob, Some(Role::Moderator), &[]));
    let b = say(&bob, 11, role_op(&carol, Some(Role::Member), &[a]));
    say(&founder, 12, role_op(&dora, Some(Role::Member), &[b]));
    let asked = say(&carol, 20, crate::common::proposal(500, &[&founder], 1));
    let mut people = [founder.id, bob.id, carol.id];
    people.sort();
    let electorate = electorate_root(&people);
    say(&founder, 21, Op::Open(OpenOp { proposal: asked, refs: vec![b], electorate }));
    let ballot = |choice, previous| Op::Ballot(BallotOp { proposal: asked, electorate, choice, previous });
    let one = say(&founder, 30, ballot(Choice::No, None));
    let two = say(&founder, 31, ballot(Choice::Yes, Some(one)));
    say(&bob, 30, ballot(Choice::Yes, None));
    say(&bob, 31, ballot(Choice::No, None));
    let three = say(&carol, 30, ballot(Choice::Blank, None));
    say(&dora, 30, ballot(Choice::No, None));
    say(&stranger, 30, ballot(Choice::No, None));
    let tally = Tally { yes: 1, no: 0, blank: 1, electorate: 3 };
    let ballots = entries.iter().filter(|entry| [two, three].contains(&entry.id()));
    let ballots = ballots.map(|entry| Some(entry.to_raw())).collect();
    let carry = CarryOp { proposal: asked, ballots, names: Vec::new() };
    let carry = desk.write(&founder, scope, 39, &Op::Carry(Box::new(carry)));
    let close = CloseOp { proposal: asked, electorate, parts: vec![carry.id()], tally };
    entries.push(carry);
    for _ in 0..closes {
        entries.push(desk.write(&founder, scope, 40, &Op::Close(Box::new(close.clone()))));
    }
    vector(about, scope, &[&founder, &bob, &carol, &dora, &stranger], &entries)
}

/// Two leaders who revoke each other, and the founder who revokes one of them; and what that one gave meanwhile.
fn removal(by_founder: bool) -> Value {
    let (bob, carol, dora) = (person(2), person(3), person(4));
    let Club { founder, scope, .. } = Club::new();
    let mut desk = Desk::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut say = |by: &Person, ms: u64, op: Op| -> EntryId {
        entries.push(desk.write(by, scope, ms, &op));
        entries.last().unwrap().id()
    };
    say(&founder, 1, Op::Element(Box::new(element(founder.id, 7, "Régie de quartier", FOIX))));
    let a = say(&founder, 10, role_op(&bob, Some(Role::Leader), &[]));
    let b = say(&founder, 11, role_op(&carol, Some(Role::Leader), &[a]));
    say(&bob, 20, role_op(&carol, None, &[b]));
    say(&carol, 21, role_op(&bob, None, &[b]));
    say(&carol, 22, role_op(&dora, Some(Role::Leader), &[b]));
    if by_founder {
        say(&founder, 23, role_op(&carol, None, &[b]));
    }
    vector(
        if by_founder {
            "Whom one revokes who outranks them goes, and what they gave meanwhile is void."
        } else {
            "Two of equal rank who revoke each other both stay."
        },
        scope,
        &[&founder, &bob, &carol, &dora],
        &entries,
    )
}

/// A moderator is revoked by who refers to an act of theirs that only a witness says any more.
fn witnessed() -> Value {
    let (bob, carol) = (person(2), person(3));
    let Club { founder, scope, .. } = Club::new();
    let mut desk = Desk::default();
    let card = element(founder.id, 7, "Régie de quartier", FOIX);
    let mut entries = vec![desk.write(&founder, scope, 1, &Op::Element(Box::new(card)))];
    entries.push(desk.write(&founder, scope, 10, &role_op(&bob, Some(Role::Moderator), &[])));
    let displaced = desk.write(&bob, scope, 11, &role_op(&carol, Some(Role::Member), &[entries[1].id()]));
    let op = Op::ActWitness(ActWitnessOp { acts: vec![displaced.to_raw(), bob.inception.to_raw()] });
    entries.push(desk.write(&founder, scope, 12, &op));
    entries.push(desk.write(&founder, scope, 13, &role_op(&bob, None, &[displaced.id()])));
    vector(
        "An act that only a witness says; what else stands there is passed over.",
        scope,
        &[&founder, &bob],
        &entries,
    )
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    vec![
        ("fold-act-witness".into(), witnessed()),
        ("fold-restated".into(), restated()),
        ("fold-open-cell".into(), open_cell()),
        ("fold-vote".into(), container("A vote as a teller opened it.", 1)),
        ("fold-vote-closed-often".into(), container("A vote that its teller closed again and again.", CLOSES_MAX)),
        ("fold-vote-closed-too-often".into(), container("One close more: none counts.", CLOSES_MAX + 1)),
        ("fold-removal".into(), removal(true)),
        ("fold-removal-of-equals".into(), removal(false)),
        ("fold-reactions".into(), reactions()),
        ("fold-leaves".into(), leaves()),
    ]
}
