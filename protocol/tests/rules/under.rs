//! Rights by the past in containers: what somebody wrote is judged in the past of the act that it names, and of who was
//! let go nothing new counts. SPEC.md §7.2 has the same cases as a table.

use crate::common::{Club, Desk, FOIX, Person, book, cases, element, person, role_op};
use crate::den::{Den, Node, everyone, text};
use communaut_protocol::{
    EntryId,
    codec::Raw,
    fold::{Record, ScopeState, ScopeView},
    ids::{ElementId, KeyId},
    op::{
        BookmarkOp, BookmarkText, ElementOp, Field, KeepOp, LinkKind, LinkOp, LinkState, Op, OpError, Role, UNDER,
        UnknownOp,
    },
    private::Under,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn event(by: &Person, seed: u8) -> Op {
    Op::Element(Box::new(element(by.id, seed, "Bal", FOIX)))
}

fn rename(owner: &Person, seed: u8, name: &str) -> Op {
    let fields = vec![Field::Name(name.into())];
    Op::Element(Box::new(ElementOp { owner: owner.id, seed: vec![seed; 16], fields }))
}

fn keep(entries: &[EntryId], refs: &[EntryId]) -> Op {
    let (mut entries, mut refs) = (entries.to_vec(), refs.to_vec());
    entries.sort();
    refs.sort();
    Op::Keep(KeepOp { entries, refs })
}

/// Say something in the past of an act.
fn say(club: &mut Club, by: &Person, ms: u64, op: &Op, under: EntryId) -> EntryId {
    let entry = write(&mut club.desk, club.scope, by, ms, op, under);
    club.records.push(Record::of(&entry).unwrap());
    entry.id()
}

fn write(
    desk: &mut Desk,
    scope: communaut_protocol::Scope,
    by: &Person,
    ms: u64,
    op: &Op,
    under: EntryId,
) -> communaut_protocol::Entry {
    let mut salt = [0; 16];
    salt[..8].copy_from_slice(&ms.to_be_bytes());
    let place = desk.place(by.log(scope), ms, op);
    let payload = op.encode_under(salt, Some(under)).unwrap();
    desk.sign(&by.key, place, payload)
}

/// A club in which the founder has given some people roles, one after the other; and these acts.
fn club(given: &[(&Person, Role)]) -> (Club, Vec<EntryId>) {
    let mut club = Club::new();
    let founder = club.founder.clone();
    let mut acts: Vec<EntryId> = Vec::new();
    for (person, role) in given {
        let refs: Vec<EntryId> = acts.last().copied().into_iter().collect();
        acts.push(club.role(&founder, 5, person, Some(*role), &refs));
    }
    (club, acts)
}

fn view(club: &Club) -> ScopeView {
    let people: Vec<Person> = (1..=9).map(person).collect();
    club.state(&people.iter().collect::<Vec<_>>()).view().clone()
}

fn has(club: &Club, by: &Person, seed: u8) -> bool {
    view(club).elements.contains_key(&element(by.id, seed, "", FOIX).id())
}

#[test]
fn who_leaves_does_not_take_their_events_along() {
    let p = person(2);
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    club.say(&p, 11, &event(&p, 2));
    assert!(has(&club, &p, 1) && has(&club, &p, 2));
    club.role(&p, 12, &p, None, &acts);
    assert!(has(&club, &p, 1), "what names its past stays");
    assert!(!has(&club, &p, 2), "what names none counts by the role of now");
}

#[test]
fn who_was_let_go_dates_back_in_vain() {
    let (p, founder) = (person(2), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    let before = say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    club.say(&founder, 11, &keep(&[before], &acts));
    let gone = club.role(&founder, 12, &p, None, &acts);
    // Dated back, under every act that there is, and one of their own.
    let own = club.role(&p, 6, &p, Some(Role::Leader), &acts);
    for (seed, under) in [(2, acts[0]), (3, gone), (4, own)] {
        say(&mut club, &p, 7, &event(&p, seed), under);
        assert!(!has(&club, &p, seed), "{seed}");
    }
    say(&mut club, &p, 20, &rename(&p, 1, "Pwned"), acts[0]);
    let id = element(p.id, 1, "", FOIX).id();
    assert_eq!(view(&club).elements[&id].name, "Bal", "what was kept stays as it was");
}

#[test]
fn what_is_not_kept_falls_and_can_be_kept_later() {
    let (p, k, founder) = (person(2), person(3), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor), (&k, Role::Moderator)]);
    let one = say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    let gone = club.role(&founder, 12, &p, None, &acts[1..]);
    assert!(!has(&club, &p, 1));
    // Nobody keeps their own, nor does a stranger anybody's.
    club.say(&p, 13, &keep(&[one], &acts[..1]));
    club.say(&person(6), 13, &keep(&[one], &[gone]));
    assert!(!has(&club, &p, 1));
    club.say(&k, 14, &keep(&[one], &[gone]));
    assert!(has(&club, &p, 1));
}

#[test]
fn what_an_ousted_moderator_keeps_is_not_kept() {
    let (p, k, founder) = (person(2), person(3), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor), (&k, Role::Moderator)]);
    let one = say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    club.role(&founder, 12, &p, None, &acts[1..]);
    club.role(&founder, 12, &k, None, &acts[1..]);
    club.say(&k, 8, &keep(&[one], &acts[1..]));
    assert!(!has(&club, &p, 1));
}

#[test]
fn an_ex_moderators_corrections_stay_if_they_are_kept() {
    let (p, q, founder) = (person(2), person(3), person(1));
    let given = [(&q, Role::Contributor), (&p, Role::Moderator)];
    let all = |kept: bool| {
        let (mut club, acts) = club(&given);
        say(&mut club, &q, 10, &event(&q, 1), acts[0]);
        let own = say(&mut club, &p, 11, &event(&p, 2), acts[1]);
        let corrected = say(&mut club, &p, 12, &rename(&q, 1, "Bal trad"), acts[1]);
        if kept {
            club.say(&founder, 13, &keep(&[own, corrected], &acts[1..]));
        }
        let lowered = Op::Role(communaut_protocol::op::RoleOp {
            person: p.id,
            role: Some(Role::Contributor),
            refs: acts[1..].to_vec(),
            lowers: true,
        });
        club.say(&founder, 14, &lowered);
        let name = view(&club).elements[&element(q.id, 1, "", FOIX).id()].name.clone();
        (name, has(&club, &p, 2))
    };
    assert_eq!(all(true), ("Bal trad".into(), true));
    // As a contributor's, it is no correction any more; the own event is one still.
    assert_eq!(all(false), ("Bal".into(), true));
}

#[test]
fn who_comes_back_does_not_bring_back_what_fell() {
    let (p, founder) = (person(2), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    let gone = club.role(&founder, 12, &p, None, &acts);
    let back = club.role(&founder, 13, &p, Some(Role::Contributor), &[gone]);
    say(&mut club, &p, 14, &event(&p, 2), back);
    say(&mut club, &p, 15, &event(&p, 3), acts[0]);
    assert!(!has(&club, &p, 1) && has(&club, &p, 2) && !has(&club, &p, 3));
}

#[test]
fn a_removal_that_is_outranked_takes_nothing() {
    let (p, k, founder) = (person(2), person(3), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor), (&k, Role::Moderator)]);
    say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    club.role(&k, 12, &p, None, &acts[1..]);
    assert!(!has(&club, &p, 1));
    club.role(&founder, 11, &p, Some(Role::Moderator), &acts[1..]);
    assert!(has(&club, &p, 1));
}

#[test]
fn who_left_and_goes_on_can_be_let_go() {
    let (p, founder) = (person(2), person(1));
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    let one = say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    let left = club.role(&p, 11, &p, None, &acts);
    say(&mut club, &p, 12, &event(&p, 2), acts[0]);
    assert!(has(&club, &p, 2), "nobody took it from them");
    club.say(&founder, 13, &keep(&[one], &[left]));
    club.role(&founder, 14, &p, None, &[left]);
    assert!(has(&club, &p, 1) && !has(&club, &p, 2));
}

#[test]
fn what_somebody_wrote_before_they_might_does_not_begin_to_count() {
    let (p, founder) = (person(2), person(1));
    let (mut club, acts) = club(&[(&p, Role::Member)]);
    say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    let more = club.role(&founder, 11, &p, Some(Role::Contributor), &acts);
    assert!(!has(&club, &p, 1));
    say(&mut club, &p, 12, &event(&p, 2), more);
    assert!(has(&club, &p, 2));
}

/// Of two batches the first cannot be judged yet.
#[test]
fn what_names_an_act_waits_for_it_and_no_entry_is_an_act() {
    let p = person(2);
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    say(&mut club, &p, 10, &event(&p, 1), acts[0]);
    let card = club.records[0].id;
    say(&mut club, &p, 11, &event(&p, 2), card);
    let mut state = ScopeState::new(club.scope);
    let known = book([&p, &club.founder]);
    let act = club.records.remove(1);
    state.apply(club.records.clone(), &known);
    let shown = |state: &ScopeState, seed| state.view().elements.contains_key(&element(p.id, seed, "", FOIX).id());
    assert!(!shown(&state, 1));
    state.apply([act], &known);
    assert!(shown(&state, 1) && !shown(&state, 2));
}

#[test]
fn a_word_that_does_not_count_hides_none_that_does() {
    let (p, founder) = (person(2), person(1));
    let (mut club, acts) = club(&[(&p, Role::Moderator)]);
    let link = |state| {
        let (source, target) = (ElementId([8; 32]), club_id());
        Op::Link(LinkOp {
            source,
            target,
            kind: LinkKind::Partner,
            role: String::new(),
            state,
            mirror: None,
            origin: None,
            proof: None,
        })
    };
    let mark = |said: Option<&str>| {
        let said = said.map(|title| BookmarkText { title: title.into(), note: String::new() });
        Op::Bookmark(BookmarkOp { on: club_id(), url: "https://example.org".into(), said })
    };
    let linked = say(&mut club, &p, 10, &link(LinkState::Accepted), acts[0]);
    let marked = say(&mut club, &p, 11, &mark(Some("Four")), acts[0]);
    club.say(&founder, 12, &keep(&[linked, marked], &acts));
    club.role(&founder, 13, &p, None, &acts);
    say(&mut club, &p, 14, &link(LinkState::Left), acts[0]);
    say(&mut club, &p, 15, &mark(Some("Pwned")), acts[0]);
    let before = view(&club);
    // Their own they take away all the same: they could erase it as well.
    club.say(&p, 16, &mark(None));
    assert_eq!(view(&club).bookmarks_on(club.id), []);
    let view = before;
    assert_eq!(view.links.values().map(|link| link.state).collect::<Vec<_>>(), [LinkState::Invited]);
    let titles = view.bookmarks_on(club.id).into_iter().map(|held| held.said.clone().unwrap().title);
    assert_eq!(titles.collect::<Vec<_>>(), ["Four"]);
}

fn club_id() -> ElementId {
    Club::new().id
}

#[test]
fn the_founder_needs_no_act_and_others_name_the_word_on_them() {
    let p = person(2);
    let (mut club, acts) = club(&[(&p, Role::Contributor)]);
    let founder = club.founder.clone();
    let state = |club: &Club| club.state(&[&p]);
    assert_eq!(state(&club).under(founder.id), None);
    assert_eq!(state(&club).under(p.id), Some(acts[0]));
    assert_eq!(state(&club).under(person(6).id), None);
    club.say(&founder, 9, &event(&founder, 1));
    let one = say(&mut club, &p, 10, &event(&p, 2), acts[0]);
    say(&mut club, &p, 10, &text("Bonjour"), acts[0]);
    // A post needs no role here.
    assert_eq!(state(&club).to_keep(p.id).into_iter().collect::<Vec<_>>(), [one]);
    club.role(&founder, 11, &founder, Some(Role::Member), &acts);
    assert!(has(&club, &founder, 1), "what the founder said at first stays");
    let down = club.role(&p, 12, &p, Some(Role::Member), &acts);
    assert_eq!(state(&club).under(p.id), Some(down), "they are a member by it");
}

/// A post in a closed community under an old key, by somebody who was let go.
#[test]
fn an_old_key_is_no_role() {
    let (mut ada, mut bob, mut cem) = (Node::new(1), Node::new(2), Node::new(3));
    let mut den = Den::new(&mut ada);
    let key = den.rotate(&mut ada, 3, &[1], &Default::default());
    den.admit(&ada, 4, key, &mut bob, true);
    den.admit(&ada, 5, key, &mut cem, true);
    let scope = den.scope;
    let under = ada.state(scope, &den.entries).under(bob.person.id).unwrap();
    let one = seal(&mut den, &bob, 6, key, &text("avant"), under);
    den.say(&bob, 6, key, &text("sans acte"));
    assert_eq!(ada.posts(scope, &den.entries).len(), 2);
    let refs = ada.state(scope, &den.entries).view().governance.as_ref().unwrap().refs(ada.person.id, None);
    assert_eq!(ada.state(scope, &den.entries).to_keep(bob.person.id).into_iter().collect::<Vec<_>>(), [one]);
    den.say(&ada, 7, key, &keep(&[one], &refs));
    den.role(&ada, 8, key, &bob.person, None);
    den.say(&bob, 5, key, &text("après"));
    seal(&mut den, &bob, 5, key, &text("après"), under);
    for reader in [&ada, &cem] {
        assert_eq!(reader.posts(scope, &den.entries), ["avant"]);
    }
}

fn seal(den: &mut Den, by: &Node, ms: u64, key: KeyId, op: &Op, past: EntryId) -> EntryId {
    let mut draw = den.draw();
    let place = den.desk.place(by.log(den.scope), ms, op);
    let said = (op, Some(past));
    let (header, payload) = by.ring.seal_within(place, Under::Epoch(key), by.person.id, said, &mut draw).unwrap();
    let entry = den.desk.sign(&by.person.key, header, payload);
    den.entries.push(entry.clone());
    entry.id()
}

/// Field 22 is an act in what counts by a role, and says nothing elsewhere.
#[test]
fn the_act_is_an_entry_or_nothing_is_folded() {
    let me = person(1);
    let with = |op: &Op, value: Raw| {
        let said = op.body().unwrap().and_field(UNDER, &value).unwrap();
        Op::Unknown(Box::new(UnknownOp { schema: op.schema(), version: 1, said })).encode([0; 16]).unwrap()
    };
    let post = text("Bonjour");
    let act = EntryId([7; 32]);
    let good = with(&post, Raw::of(&act).unwrap());
    assert_eq!(good, post.encode_under([0; 16], Some(act)).unwrap());
    assert_eq!(Op::decode(12, 1, &good), Ok(post.clone()));
    for wrong in [Raw::of(&7_u8), Raw::of(&"quoi"), Raw::of(&serde_bytes::ByteBuf::from([7; 31]))] {
        let wrong = wrong.unwrap();
        assert!(matches!(Op::decode(12, 1, &with(&post, wrong.clone())), Err(OpError::Codec(_))));
        let role = role_op(&me, None, &[]);
        assert_eq!(Op::decode(20, 1, &with(&role, wrong)), Ok(role.clone()));
    }
    let role = role_op(&me, None, &[]);
    assert_eq!(role.encode_under([0; 16], Some(act)), role.encode([0; 16]));
}

#[test]
fn a_keep_names_something_and_each_once() {
    let entry = EntryId([7; 32]);
    for entries in [vec![], vec![entry, entry], vec![entry, EntryId([6; 32])]] {
        assert!(Op::Keep(KeepOp { entries, refs: vec![] }).encode([0; 16]).is_err());
    }
    let many = (0..1_501_u16).map(|n| EntryId([[0; 30].as_slice(), &n.to_be_bytes()].concat().try_into().unwrap()));
    let many: Vec<EntryId> = many.collect();
    assert!(Op::Keep(KeepOp { entries: many.clone(), refs: vec![] }).encode([0; 16]).is_err());
    let most = Op::Keep(KeepOp { entries: many[..1_500].to_vec(), refs: vec![entry; 1] });
    assert!(most.encode([0; 16]).is_ok());
}

/// One random statement: by whom, what, about whom, and choices.
type Word = (usize, usize, usize, u64);

const PEOPLE: usize = 4;

fn words() -> impl Strategy<Value = Vec<Word>> {
    prop::collection::vec((0..PEOPLE, 0..7_usize, 0..PEOPLE, any::<u64>()), 1..24)
}

fn pick(from: &[EntryId], by: u64) -> Option<EntryId> {
    from.get(by as usize % from.len().max(1)).copied()
}

/// What was said, its acts, and everything else.
fn speak(words: &[Word], people: &[Person]) -> (Club, Vec<EntryId>) {
    let given: Vec<(&Person, Role)> = people[1..].iter().zip([Role::Moderator; PEOPLE]).collect();
    let (mut club, mut acts) = club(&given);
    let mut said: Vec<EntryId> = Vec::new();
    for (n, (by, what, about, choice)) in words.iter().enumerate() {
        let (author, other, ms) = (&people[*by], &people[*about], 20 + n as u64);
        let refs: Vec<EntryId> = pick(&acts, choice / 64).into_iter().collect();
        let under = pick(&acts, choice / 7).unwrap();
        match what {
            0 | 1 => {
                let role = [None, Some(Role::Member), Some(Role::Contributor), Some(Role::Leader)];
                // The founder stays.
                if (*by, *about) != (0, 0) {
                    acts.push(club.role(author, ms, other, role[*choice as usize % 4], &refs));
                }
            }
            2 => {
                if let Some(entry) = pick(&said, choice / 3) {
                    acts.push(club.say(author, ms, &keep(&[entry], &refs)));
                }
            }
            3 => said.push(club.say(author, ms, &event(other, (choice % 2) as u8))),
            4 => said.push(say(&mut club, author, ms, &rename(other, (choice % 2) as u8, &n.to_string()), under)),
            5 => {
                let said_of = BookmarkText { title: n.to_string(), note: String::new() };
                let said_of = (choice % 3 > 0).then_some(said_of);
                let op = BookmarkOp { on: club.id, url: "https://example.org".into(), said: said_of };
                said.push(say(&mut club, author, ms, &Op::Bookmark(op), under));
            }
            _ => said.push(say(&mut club, author, ms, &event(author, (choice % 2) as u8), under)),
        }
    }
    (club, acts)
}

fn fold(club: &Club, records: &[Record], batch: usize) -> ScopeView {
    let mut state = ScopeState::new(club.scope);
    for records in records.chunks(batch.max(1)) {
        state.apply(records.to_vec(), &everyone());
    }
    state.view().clone()
}

/// All that counts by a role.
fn counting(view: &ScopeView, on: ElementId) -> impl PartialEq + std::fmt::Debug + use<> {
    let elements: BTreeMap<ElementId, _> = view.elements.iter().map(|(id, held)| (*id, held.clone())).collect();
    (elements, view.bookmarks_on(on))
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn any_order_and_any_split_give_the_same_view(words in words(), seed in any::<u64>(), batch in 1..9_usize) {
        let people: Vec<Person> = (1..=PEOPLE as u8).map(person).collect();
        let (club, _) = speak(&words, &people);
        let whole = fold(&club, &club.records, usize::MAX);
        let mut shuffled = club.records.clone();
        let mut draw = seed;
        for at in (1..shuffled.len()).rev() {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, (draw >> 33) as usize % (at + 1));
        }
        let other = fold(&club, &shuffled, batch);
        prop_assert_eq!(&other, &whole);
        prop_assert_eq!(other.digest().unwrap(), whole.digest().unwrap());
    }

    /// Whatever happened before: once the founder has let somebody go, nothing that they write later counts, under any
    /// act that there is, or of their own.
    #[test]
    fn the_ousted_write_nothing_that_counts(words in words(), ousted in 1..PEOPLE) {
        let people: Vec<Person> = (1..=PEOPLE as u8).map(person).collect();
        let (mut club, mut acts) = speak(&words, &people);
        let (founder, p) = (people[0].clone(), people[ousted].clone());
        let whole = fold(&club, &club.records, usize::MAX);
        let refs = whole.governance.as_ref().unwrap().refs(founder.id, Some(p.id));
        acts.push(club.role(&founder, 500, &p, None, &refs));
        let before = fold(&club, &club.records, usize::MAX);
        let last: Vec<EntryId> = pick(&acts, 5).into_iter().collect();
        acts.push(club.role(&p, 3, &p, Some(Role::Leader), &last));
        for (n, under) in acts.clone().into_iter().enumerate() {
            let ms = 600 + n as u64;
            say(&mut club, &p, ms, &event(&p, 1), under);
            say(&mut club, &p, ms, &rename(&founder, 7, "Pwned"), under);
            let said = Some(BookmarkText { title: "Pwned".into(), note: String::new() });
            let op = BookmarkOp { on: club.id, url: "https://example.org".into(), said };
            say(&mut club, &p, ms, &Op::Bookmark(op), under);
        }
        club.say(&p, 700, &event(&p, 1));
        let after = fold(&club, &club.records, usize::MAX);
        prop_assert_eq!(counting(&after, club.id), counting(&before, club.id));
    }
}
