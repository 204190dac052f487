//! What the kernel carries for modules: words on what others said.

use crate::{
    common::{Desk, FOIX, Person, element, person},
    folds::vector,
    good::operation,
    refused::not_read,
};
use communaut_protocol::{
    DeviceKey, EntryId, IdentityId, Scope, codec,
    entry::hash,
    ids::{ElementId, Hash},
    op::{
        ClaimOp, ClaimedTime, Contact, CorrectionOp, ElementOp, Every, Field, Instead, Kind, LabelOp, LinkKind, LinkOp,
        LinkProof, LinkState, OfferOp, Op, Origin, PostOp, Repeat, Role, Stub, StubOp, VouchOp, When,
    },
};
use serde::Serialize;
use serde_bytes::ByteBuf;
use serde_json::{Value, json};

struct Writer {
    desk: Desk,
    out: Vec<(String, Value)>,
}

impl Writer {
    fn say(&mut self, name: &str, about: &str, by: (u8, &Person), scope: Scope, ms: u64, op: &Op) -> EntryId {
        let entry = self.desk.write(by.1, scope, ms, op);
        self.out.push((format!("op-{name}"), operation(about, by.0, &entry)));
        entry.id()
    }
}

/// A payload without the check of its bounds.
fn unchecked<T: Serialize>(body: &T) -> Vec<u8> {
    codec::encode(&(ByteBuf::from([3; 16]), body)).unwrap()
}

fn label(on: Hash, label: &str, withdrawn: bool) -> LabelOp {
    LabelOp { on, label: label.into(), withdrawn }
}

fn good() -> Vec<(String, Value)> {
    let (alice, bob) = (person(1), person(2));
    let (b, open) = ((2, &bob), Scope::open(FOIX));
    let bakery = element(alice.id, 3, "Four", FOIX);
    let mut w = Writer { desk: Desk::default(), out: Vec::new() };
    let on = Hash(bakery.id().0);
    w.say("label", "A label on an element.", b, open, 2_001, &Op::Label(label(on, "step-free", false)));
    w.say("label-withdrawn", "And taken back.", b, open, 2_002, &Op::Label(label(on, "step-free", true)));
    let vouch = |withdrawn| Op::Vouch(VouchOp { person: alice.id, withdrawn });
    w.say("vouch", "Somebody's word for a person.", b, open, 2_003, &vouch(false));
    w.say("vouch-withdrawn", "And taken back.", b, open, 2_004, &vouch(true));
    let fields = vec![Field::Name("Four à pain".into()), Field::Phone(String::new())];
    let said = CorrectionOp { element: bakery.id(), fields, reason: "vu sur place".into() };
    w.say("correction", "A change that is asked for.", b, open, 2_005, &Op::Correction(Box::new(said)));
    let post = |reply_to, after| Op::Post(said_after("Moi aussi", reply_to, after));
    let first = w.say("post-seen", "A post that others answer.", b, open, 2_006, &post(None, vec![]));
    w.say("post-after", "An answer, and what its author had seen.", b, open, 2_007, &post(Some(first), vec![first]));
    let bal = element(bob.id, 8, "Bal trad", FOIX);
    let own = Some(Origin { owner: bob.id, seed: vec![8; 16] });
    let announced = StubOp { stub: stub(bal.id(), own.clone()), expires_ms: 1_790_000_000_000 };
    w.say("stub-origin", "A stub with owner and seed.", b, open, 2_008, &Op::Stub(announced));
    let link = Op::Link(link(bal.id(), bakery.id(), own));
    w.say("link-origin", "A link from what lies elsewhere, with its owner and seed.", b, open, 2_009, &link);
    let event = Op::Element(Box::new(event(repeating(), &bob)));
    w.say("element-repeats", "Every Thursday and Sunday, with an exception.", b, open, 2_010, &event);
    let instead = vec![Field::Instead(Some(Instead { series: bal.id(), day: 20_464 }))];
    let moved = ElementOp { owner: bob.id, seed: vec![10; 16], fields: instead };
    let about = "It takes the place of one time of a series.";
    w.say("element-instead", about, b, open, 2_011, &Op::Element(Box::new(moved)));
    let mut mentions = vec![alice.id, person(3).id];
    mentions.sort();
    let (text, position) = ("Qui vient ?".into(), Some(FOIX));
    let audience = Some(ElementId([6; 32]));
    let asked = PostOp { text, position, mentions, audience, ..PostOp::default() };
    w.say("post-addressed", "A post for a territory that mentions two.", b, open, 2_012, &Op::Post(asked));
    let room = PostOp { wall: Some(bal.id()), room: true, ..said_after("Bonsoir", None, vec![]) };
    let first = w.say("post-room", "A message of an event's room.", b, open, 2_013, &Op::Post(room.clone()));
    let edit = PostOp { text: "Bonsoir à tous".into(), replaces: Some(first), ..room };
    w.say("post-edit", "What is shown in its place.", b, open, 2_014, &Op::Post(edit));
    let club = Scope::container(FOIX, ElementId([5; 32]));
    let invitation = DeviceKey::from_seed(&[0x77; 32]);
    let (key, role) = (hash(&invitation.id().0), Role::Member);
    let offer = |uses, refs| Op::Offer(OfferOp { key, role, uses, expires_ms: 1_790_000_000_000, refs });
    let made = w.say("offer", "A role for one who joins by an invitation.", b, club, 2_017, &offer(1, vec![]));
    w.say("offer-withdrawn", "It is taken back.", b, club, 2_018, &offer(0, vec![made]));
    let proof = Some(Box::new(LinkProof::sign(&invitation, club.container, alice.id)));
    let (source, target, kind, role) = (alice.id.into(), club.container, LinkKind::Member, String::new());
    let (state, mirror, origin) = (LinkState::Requested, None, None);
    let asks = Op::Link(LinkOp { source, target, kind, role, state, mirror, origin, proof });
    w.say("link-proof", "Somebody joins who holds an invitation.", (1, &alice), club, 2_019, &asks);
    let claim = ClaimOp { occurrence: Some(20_457), ..ClaimOp::of(bal.id(), 2) };
    w.say("claim-occurrence", "Two places of one time.", (1, &alice), open, 2_015, &Op::Claim(claim));
    let claim = ClaimOp { guest: "Mamie Jo".into(), ..ClaimOp::of(bal.id(), 1) };
    w.say("claim-guest", "A place for a guest.", b, open, 2_016, &Op::Claim(claim));
    w.out
}

/// 2026-01-01 at 19:00 on a clock one hour ahead, a Thursday.
fn repeating() -> When {
    let (start_ms, zone) = (20_454 * 86_400_000 + 18 * 3_600_000, "Europe/Paris".into());
    let (every, weekdays, except) = (Every::Week, 0b100_1000, vec![20_461]);
    let repeat = Some(Repeat { every, interval: 2, count: None, until: Some(20_600), weekdays, except });
    When { start_ms, end_ms: start_ms + 7_200_000, zone, offset: Some(60), whole_days: false, repeat }
}

fn event(when: When, by: &Person) -> ElementOp {
    ElementOp { owner: by.id, seed: vec![9; 16], fields: vec![Field::Kind(Kind::Event), Field::When(Some(when))] }
}

fn stub(id: ElementId, origin: Option<Origin>) -> Stub {
    let (kind, name, home) = (Kind::Event, "Bal trad".into(), FOIX.cell(4));
    Stub { id, kind, name, position: FOIX, when: None, tags: vec![], home, origin }
}

fn link(source: ElementId, target: ElementId, origin: Option<Origin>) -> LinkOp {
    let (kind, state) = (LinkKind::Partner, LinkState::Accepted);
    LinkOp { source, target, kind, role: String::new(), state, mirror: None, origin, proof: None }
}

fn said_after(text: &str, reply_to: Option<EntryId>, mut after: Vec<EntryId>) -> PostOp {
    after.sort();
    PostOp { text: text.into(), reply_to, position: Some(FOIX), after, ..PostOp::default() }
}

fn bad() -> Vec<(String, Value)> {
    let alice = person(1);
    let on = Hash(alice.id.0);
    let slug = |said: &str| unchecked(&label(on, said, false));
    let fields = vec![Field::Name("Cafe\u{301}".into())];
    let asked = CorrectionOp { element: alice.id.into(), fields, reason: String::new() };
    let after = |ids: &[u8]| {
        let after = ids.iter().map(|id| EntryId([*id; 32])).collect();
        unchecked(&PostOp { after, ..said_after("x", None, vec![]) })
    };
    let mentions = |people: &[u8]| {
        let mentions = people.iter().map(|person| IdentityId([*person; 32])).collect();
        unchecked(&PostOp { mentions, ..said_after("x", None, vec![]) })
    };
    let says = |field| unchecked(&ElementOp { owner: alice.id, seed: vec![3; 16], fields: vec![field] });
    let languages = |all: &[&str]| Field::Languages(all.iter().map(|tag| (*tag).to_owned()).collect());
    let seventeen = (0..17).map(|n| format!("a{}", char::from(b'a' + n))).collect();
    let contact = |kind: &str, value: &str| Field::Contacts(vec![Contact { kind: kind.into(), value: value.into() }]);
    let instead = |day| Field::Instead(Some(Instead { series: ElementId([5; 32]), day }));
    let claim = |occurrence, guest: &str| {
        unchecked(&ClaimOp { occurrence, guest: guest.into(), ..ClaimOp::of(ElementId([5; 32]), 1) })
    };
    let during = Some(ClaimedTime { start_ms: 0, end_ms: 1 });
    let timed = ClaimOp { during, occurrence: Some(1), ..ClaimOp::of(ElementId([5; 32]), 1) };
    let offered = |uses, refs: &[u8]| {
        let refs = refs.iter().map(|id| EntryId([*id; 32])).collect();
        unchecked(&OfferOp { key: on, role: Role::Member, uses, expires_ms: 9, refs })
    };
    let other = |seed: usize| Some(Origin { owner: alice.id, seed: vec![8; seed] });
    let id = ElementId([5; 32]);
    let announced = |seed| unchecked(&StubOp { stub: stub(id, other(seed)), expires_ms: 9 });
    let when = |change: &dyn Fn(&mut When)| {
        let mut when = repeating();
        change(&mut when);
        unchecked(&event(when, &alice))
    };
    let repeat = |change: &dyn Fn(&mut Repeat)| when(&|when| change(when.repeat.as_mut().unwrap()));
    vec![
        not_read("when-clock", "An event that repeats on no clock.", 10, 1, when(&|when| when.offset = None)),
        not_read("when-offset", "A clock 19 hours ahead.", 10, 1, when(&|when| when.offset = Some(1_140))),
        not_read("when-midnight", "Whole days from 19:00 on.", 10, 1, when(&|when| when.whole_days = true)),
        not_read("repeat-weekday", "Not on the weekday of the start.", 10, 1, repeat(&|repeat| repeat.weekdays = 1)),
        not_read("repeat-ends", "Two ends.", 10, 1, repeat(&|repeat| repeat.count = Some(3))),
        not_read("repeat-except", "65 exceptions.", 10, 1, repeat(&|repeat| repeat.except = (0..65).collect())),
        not_read("stub-origin", "A stub with owner and seed of another element.", 14, 1, announced(16)),
        not_read("stub-seed", "A stub with a seed of 15 bytes.", 14, 1, announced(15)),
        not_read("link-origin", "A link with those of another source.", 11, 1, unchecked(&link(id, id, other(16)))),
        not_read("after-many", "A post that names five as seen.", 12, 1, after(&[1, 2, 3, 4, 5])),
        not_read("after-order", "Posts seen that do not ascend.", 12, 1, after(&[2, 1])),
        not_read("mentions-many", "A post that mentions 17.", 12, 1, mentions(&(1..=17).collect::<Vec<_>>())),
        not_read("mentions-order", "Mentions that do not ascend.", 12, 1, mentions(&[2, 1])),
        not_read("subkind-case", "A sub-kind with an upper-case letter.", 10, 1, says(Field::Subkind("Bakery".into()))),
        not_read("stage-words", "A stage of two words.", 10, 1, says(Field::Stage("in development".into()))),
        not_read("language-form", "A language that is no tag.", 10, 1, says(languages(&["fr_FR"]))),
        not_read("language-twice", "A language twice.", 10, 1, says(languages(&["fr", "fr"]))),
        not_read("languages-many", "17 languages.", 10, 1, says(Field::Languages(seventeen))),
        not_read("contact-kind", "A contact of no kind.", 10, 1, says(contact("", "x"))),
        not_read("contact-empty", "A contact without a value.", 10, 1, says(contact("matrix", " "))),
        not_read("instead-day", "In the place of a day of the year 10000.", 10, 1, says(instead(2_932_897))),
        not_read("foreign-long", "16,001 bytes of another program.", 10, 1, says(Field::Foreign("x".repeat(16_001)))),
        not_read("foreign-unseen", "They have U+200B.", 10, 1, says(Field::Foreign("\u{200b}".into()))),
        not_read("claim-guest-lines", "A guest of two lines.", 41, 1, claim(None, "Mamie\nJo")),
        not_read("claim-guest-empty", "A guest of a space.", 41, 1, claim(None, " ")),
        not_read("claim-occurrence-day", "For a day of the year 10000.", 41, 1, claim(Some(2_932_897), "")),
        not_read("claim-occurrence-time", "For an occurrence, at a time of its own.", 41, 1, unchecked(&timed)),
        not_read("offer-uses", "An offer to 1,001 people.", 34, 1, offered(1_001, &[])),
        not_read("offer-refs-order", "Acts that do not ascend.", 34, 1, offered(1, &[2, 1])),
        not_read("label-empty", "A label without a word.", 44, 1, slug("")),
        not_read("label-case", "A label with an upper-case letter.", 44, 1, slug("Step-free")),
        not_read("label-hyphens", "A label with two hyphens in a row.", 44, 1, slug("step--free")),
        not_read("label-long", "A label of 41 bytes.", 44, 1, slug(&"a".repeat(41))),
        not_read(
            "vouch-nobody",
            "A word for nobody.",
            45,
            1,
            unchecked(&std::collections::BTreeMap::from([(1_u8, true)])),
        ),
        not_read("correction-text", "A correction with a text that no element has.", 46, 1, unchecked(&asked)),
    ]
}

/// What counts of words on what others said.
fn words() -> Value {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let bakery = element(alice.id, 3, "Four", FOIX);
    let (id, on) = (bakery.id(), Hash(bakery.id().0));
    let mut answer = bakery.clone();
    answer.fields = vec![Field::Name("Four à pain".into())];
    let correct = |fields| Op::Correction(Box::new(CorrectionOp { element: id, fields, reason: String::new() }));
    let asked = vec![Field::Name("Four à pain".into()), Field::Phone("05 61 00 00 00".into())];
    let entries = [
        desk.write(bob, scope, 10, &Op::Label(label(on, "step-free", false))),
        desk.write(carol, scope, 11, &Op::Label(label(on, "closed", false))),
        desk.write(carol, scope, 12, &Op::Label(label(on, "closed", true))),
        desk.write(bob, scope, 13, &Op::Vouch(VouchOp { person: alice.id, withdrawn: false })),
        desk.write(carol, scope, 14, &Op::Vouch(VouchOp { person: carol.id, withdrawn: false })),
        desk.write(bob, scope, 15, &correct(asked)),
        desk.write(carol, scope, 16, &correct(vec![Field::Name("Fournil".into())])),
        desk.write(alice, scope, 9, &Op::Element(Box::new(bakery))),
        desk.write(alice, scope, 17, &Op::Element(Box::new(answer))),
    ];
    let about = "A label taken back, a word for oneself, corrections of which the owner has answered the name.";
    vector(about, scope, &people.iter().collect::<Vec<_>>(), &entries)
}

/// Of a conversation in which everybody's clock is wrong the order.
fn conversation() -> Value {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let mut say = |by, ms, reply_to, after| desk.write(by, scope, ms, &Op::Post(said_after("…", reply_to, after)));
    let first = say(alice, 900, None, vec![]);
    let yes = say(bob, 5, Some(first.id()), vec![]);
    let too = say(carol, 3, Some(first.id()), vec![yes.id()]);
    let apart = say(carol, 4, Some(first.id()), vec![]);
    let thanks = say(alice, 1, Some(too.id()), vec![too.id(), apart.id()]);
    let entries = [thanks, apart, too, yes, first];
    let about = "Stamps say the contrary of what was seen: what was seen decides.";
    vector(about, scope, &people.iter().collect::<Vec<_>>(), &entries)
}

/// The links that count of two people who each say that what lies elsewhere is theirs.
fn proven() -> Value {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let target = element(alice.id, 3, "Four", FOIX).id();
    let source = |of: &Person| element(of.id, 8, "Bal trad", FOIX).id();
    let own = |of: &Person| Some(Origin { owner: of.id, seed: vec![8; 16] });
    let entries = [
        desk.write(bob, scope, 10, &Op::Link(link(source(bob), target, own(bob)))),
        desk.write(carol, scope, 11, &Op::Link(link(source(bob), target, own(bob)))),
        desk.write(carol, scope, 12, &Op::Link(link(source(carol), target, None))),
    ];
    let about = "One proves that the source is theirs; one shows that it is another's, and one shows nothing.";
    vector(about, scope, &people.iter().collect::<Vec<_>>(), &entries)
}

/// A post, its edits and those of others; two roles in one link, said by both sides.
fn together() -> Value {
    let people = [person(1), person(2), person(3)];
    let [alice, bob, carol] = &people;
    let (scope, mut desk) = (Scope::open(FOIX), Desk::default());
    let post = |text: &str, replaces| Op::Post(PostOp { replaces, ..said_after(text, None, vec![]) });
    let first = desk.write(alice, scope, 10, &post("Bal samdi", None));
    let edit = |text: &str| post(text, Some(first.id()));
    let bal = element(alice.id, 8, "Bal trad", FOIX);
    let link = |role: &str, state| {
        let (source, kind) = (bob.id.into(), LinkKind::Organiser);
        Op::Link(LinkOp {
            source,
            target: bal.id(),
            kind,
            role: role.into(),
            state,
            mirror: None,
            origin: None,
            proof: None,
        })
    };
    let second = desk.write(alice, scope, 12, &edit("Bal samedi"));
    let entries = [
        desk.write(alice, scope, 13, &post("D'une autre", Some(second.id()))),
        desk.write(carol, scope, 14, &edit("Pas le mien")),
        desk.write(alice, scope, 11, &edit("Bal sametdi")),
        second,
        desk.write(alice, scope, 15, &link("caisse", LinkState::Invited)),
        desk.write(bob, scope, 16, &link("caisse", LinkState::Accepted)),
        desk.write(alice, scope, 17, &link("bar", LinkState::Accepted)),
        desk.write(bob, scope, 18, &link("portes", LinkState::Requested)),
        desk.write(alice, scope, 19, &link("portes", LinkState::Refused)),
        desk.write(alice, scope, 9, &Op::Element(Box::new(bal.clone()))),
        first,
    ];
    let about = "The latest edit of one's own is shown in the place of the first; a link is what both sides say.";
    vector(about, scope, &people.iter().collect::<Vec<_>>(), &entries)
}

/// The event of a case.
fn repeated(case: &Value) -> When {
    let start_ms = case["start_ms"].as_i64().unwrap();
    let part = |at: usize| case["repeat"][at].clone();
    let repeat = Repeat {
        every: serde_json::from_value(part(0)).unwrap(),
        interval: serde_json::from_value(part(1)).unwrap(),
        count: serde_json::from_value(part(2)).unwrap(),
        until: serde_json::from_value(part(3)).unwrap(),
        weekdays: serde_json::from_value(part(4)).unwrap(),
        except: serde_json::from_value(part(5)).unwrap(),
    };
    let offset = serde_json::from_value(case["offset"].clone()).unwrap();
    When { start_ms, end_ms: start_ms, zone: String::new(), offset, whole_days: false, repeat: Some(repeat) }
}

/// On which days the event of a case begins.
pub fn days_of(case: &Value) -> Vec<i32> {
    let number = |name: &str| case[name].as_i64().unwrap();
    let found = repeated(case).occurrences(number("from_ms"), number("to_ms"), number("most") as usize);
    found.into_iter().map(|one| one.day).collect()
}

fn occurrences() -> (String, Value) {
    let (day, hour) = (86_400_000_i64, 3_600_000_i64);
    let cases = [
        // 31 January 2026 at 23:30 UTC is the first of February an hour ahead.
        (20_484 * day + 23 * hour + hour / 2, 60, json!(["month", 1, null, null, 0, []])),
        (20_484 * day + 12 * hour, 60, json!(["month", 1, null, null, 0, []])),
        // The second Tuesday, the fifth Friday.
        (20_466 * day, 0, json!(["month", 1, 5, null, 2, [20_494]])),
        (20_483 * day, 0, json!(["month", 1, null, null, 16, []])),
        (20_454 * day, 0, json!(["week", 2, null, 20_600, 0b100_1000, [20_457]])),
        // A leap day.
        (19_782 * day, -300 - 720, json!(["year", 1, 3, null, 0, []])),
        (19_782 * day + 20 * hour, -300, json!(["year", 1, 3, null, 0, []])),
        (20_454 * day, 0, json!(["day", 10, null, 20_500, 0, [20_474]])),
    ];
    let cases: Vec<Value> = cases
        .into_iter()
        .map(|(start_ms, offset, repeat)| {
            let (from_ms, to_ms) = (20_456 * day, 24_000 * day);
            let mut case = json!({"start_ms": start_ms, "offset": offset, "repeat": repeat, "from_ms": from_ms,
                "to_ms": to_ms, "most": 8});
            case["days"] = days_of(&case).into();
            case
        })
        .collect();
    let about = "On which days events begin that repeat, within a window.";
    ("derive-occurrences".into(), json!({"kind": "occurrences", "about": about, "cases": cases}))
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let folds = [
        ("fold-words".into(), words()),
        ("fold-conversation".into(), conversation()),
        ("fold-link-origin".into(), proven()),
        ("fold-together".into(), together()),
    ];
    let folds = folds.into_iter().chain([occurrences()]);
    good().into_iter().chain(bad()).chain(folds).collect()
}
