//! One accepted entry for each operation.

use crate::{
    common::{Desk, FOIX, MARSEILLE, Person, deciding, element, key, person, person_with, proposal, recovery},
    devices::{decide_op, device_op, out, recovery_op, terms},
    hex, kept,
};
use communaut_protocol::{
    Entry, EntryId, LogId, Scope, SealingKey,
    codec::Raw,
    entry::{Head, hash, leaves::Leaf},
    fold::{Record, electorate_root},
    geo::Cell,
    ids::{ElementId, IdentityId},
    op::{
        ActWitnessOp, BallotOp, BookmarkOp, BookmarkText, CarryOp, Choice, ClaimDecision, ClaimOp, ClaimedTime,
        CloseOp, ConfirmOp, Contact, ElementOp, EntryPlace, EraseOp, Field, FoundingOp, Kind, LinkKind, LinkOp,
        LinkState, Op, OpenOp, PostOp, Profile, Provenance, Reaction, ReactionOp, Role, RoleOp, SettleOp, Stub, StubOp,
        Tally, TermsOp, TerritoryOp, VoidOp, When, WitnessOp, WrapsOp, accepted_head, import_seed,
    },
};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};

/// What an operation says, as JSON: ids in hexadecimal, other bytes as numbers.
pub fn said(op: &Op) -> Value {
    serde_json::to_value(op).unwrap()
}

/// The fields of a header, and both parts in hexadecimal.
pub fn entry_value(seed: u8, entry: &Entry) -> Value {
    let header = entry.header();
    json!({
        "device_seed": hex([seed; 32]),
        "header": hex(entry.header_bytes()),
        "payload": hex(entry.payload()),
        "signing_bytes": hex(header.signing_bytes().unwrap()),
        "id": entry.id(),
        "scope": {"cell": header.log.scope.cell, "container": header.log.scope.container},
        "log_author": header.log.author,
        "device": header.log.device,
        "epoch": header.log.epoch,
        "seq": header.seq,
        "backlink": header.backlink,
        "stamp": header.stamp,
        "schema": header.schema,
        "schema_version": header.schema_version,
        "flags": header.flags,
        "payload_size": header.payload_size,
        "payload_hash": header.payload_hash,
        "extra": header.extra,
    })
}

pub fn operation(about: &str, seed: u8, entry: &Entry) -> Value {
    let under = Record::of(entry).ok().and_then(|record| record.under);
    let op = Record::of(entry)
        .map_or_else(|_| Op::decode(entry.header().schema, 1, entry.payload()), |record| Ok(record.op));
    let op = op.unwrap();
    let mut value = entry_value(seed, entry);
    value["kind"] = "operation".into();
    value["about"] = about.into();
    value["accepted"] = true.into();
    value["refusal"] = Value::Null;
    value["nonces"] = nonces(entry).into();
    if let Op::Restate(op) = &op {
        // What its other leaves say, which is no part of its structure.
        value["said"] = op.said.iter().flatten().map(hex).collect();
    }
    if let Some(act) = under {
        value["under"] = act.to_string().into();
    }
    value["operation"] = said(&op);
    value
}

/// The salts of a payload, or of its leaves.
fn nonces(entry: &Entry) -> Vec<String> {
    // After the array's head comes the salt, behind a head of one byte.
    let salt = |payload: &[u8]| hex(&payload[2..18]);
    if !entry.header().has_leaves() {
        return vec![salt(entry.payload())];
    }
    Leaf::all(entry.payload()).unwrap().into_iter().map(|leaf| salt(leaf.held().unwrap())).collect()
}

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

fn stub(id: ElementId) -> Stub {
    Stub {
        id,
        kind: Kind::Event,
        name: "Bal trad".into(),
        position: MARSEILLE,
        when: Some(When {
            start_ms: 1_780_000_000_000,
            end_ms: 1_780_010_800_000,
            zone: "Europe/Paris".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        }),
        tags: vec!["danse".into(), "musique".into()],
        home: FOIX.cell(4),
        origin: None,
    }
}

fn full_element(owner: IdentityId) -> ElementOp {
    ElementOp {
        owner,
        seed: import_seed("osm", "node/123").to_vec(),
        fields: vec![
            Field::Kind(Kind::Place),
            Field::Name("Boulangerie du Château".into()),
            Field::Description("Pain au levain.".into()),
            Field::Position(FOIX),
            Field::Address("3 rue des Marchands, 09000 Foix".into()),
            Field::Phone("+33 5 61 00 00 00".into()),
            Field::Email("four@example.org".into()),
            Field::Website("https://example.org".into()),
            Field::OpeningHours("Tu-Sa 07:00-19:00".into()),
            Field::Tags(vec!["boulangerie".into()]),
            Field::When(None),
            Field::Parent(Some(ElementId([5; 32]))),
            Field::Provenance(Some(Provenance {
                source: "osm".into(),
                id: "node/123".into(),
                licence: "ODbL 1.0, © OpenStreetMap contributors".into(),
            })),
            Field::Retracted(false),
            Field::Sample(true),
            Field::Subkind("bakery".into()),
            Field::Stage("development".into()),
            Field::Languages(vec!["fr".into(), "oc-aranes".into()]),
            Field::Contacts(vec![Contact { kind: "matrix".into(), value: "#four:example.org".into() }]),
            Field::Instead(None),
            Field::Foreign("{\"collection\":\"poi\",\"preferences\":{\"isOpenData\":true}}".into()),
        ],
    }
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let (alice, bob) = (person(1), person(2));
    let (a, b) = ((1, &alice), (2, &bob));
    let open = Scope::open(FOIX);
    let identity = Scope::identity(alice.id);
    let card = element(alice.id, 7, "Régie de quartier", FOIX);
    let club = Scope::container(FOIX, card.id());
    let inception = operation("The first entry of an identity, whose author is zero.", 1, &alice.inception);
    let mut w = Writer { desk: Desk::default(), out: vec![("op-inception".into(), inception)] };

    let laptop = key(11);
    let device = device_op(alice.id, 11, None);
    let came =
        w.say("device", "A second device, by its consent (its seed is 32 bytes of 0b).", a, identity, 1_001, &device);
    let head = |seq| {
        accepted_head(
            &LogId { scope: open, author: alice.id.into(), device: laptop.id(), epoch: 1 },
            Head { seq, id: EntryId([5; 32]) },
        )
    };
    let op = out(&[&laptop], &[head(3), head(4)], Some(came));
    w.say("out", "A device goes out, and what counts of what it wrote.", a, identity, 1_002, &op);
    let op = recovery_op(alice.id, &recovery(1), &terms(1, 1, &[], Some(came)));
    w.say("recovery", "Whoever holds the recovery key says which devices there are.", a, identity, 1_002, &op);
    let profile = Profile { name: "Alice".into(), about: "Au marché le vendredi.".into(), home: Some(FOIX) };
    w.say("profile", "The card of a person.", a, identity, 1_002, &Op::Profile(profile));
    let op = Op::Element(Box::new(full_element(alice.id)));
    w.say("element-all-fields", "Every field of an element.", a, open, 1_003, &op);
    let own = ElementOp {
        owner: alice.id,
        seed: vec![0; 16],
        fields: vec![Field::Kind(Kind::Person), Field::Name("Alice".into()), Field::Position(FOIX)],
    };
    let wall = Scope::container(FOIX, alice.id.into());
    w.say("element-own-card", "A seed of zeros: the owner's own card.", a, wall, 1_004, &Op::Element(Box::new(own)));
    let event = ElementOp {
        owner: alice.id,
        seed: vec![9; 16],
        fields: vec![Field::Kind(Kind::Event), Field::When(stub(card.id()).when), Field::Parent(None)],
    };
    let op = Op::Element(Box::new(event));
    w.say("element-event", "When an event takes place; a parent that is cleared.", a, club, 1_005, &op);
    let link = |mirror| {
        Op::Link(LinkOp {
            source: bob.id.into(),
            target: card.id(),
            kind: LinkKind::Member,
            role: "trésorier".into(),
            state: LinkState::Requested,
            mirror,
            origin: None,
            proof: None,
        })
    };
    w.say("link", "A link, in its target's scope.", b, club, 1_006, &link(None));
    let home = Scope::container(MARSEILLE, bob.id.into());
    let op = link(Some(stub(card.id())));
    w.say("link-mirror", "Its mirror in the source's scope, with the target's stub.", b, home, 1_007, &op);
    let post = PostOp {
        text: "Marché demain à 8 h 🥖".into(),
        tags: vec!["marché".into()],
        position: Some(FOIX),
        ..PostOp::default()
    };
    let first = w.say("post", "A post in the open cell.", a, open, 1_008, &Op::Post(post.clone()));
    let reply = PostOp { wall: Some(card.id()), reply_to: Some(first), position: None, tags: vec![], ..post };
    let answer = w.say("post-answer", "An answer, on a container's wall.", b, club, 1_009, &Op::Post(reply));
    let cells = ["sp92", "sp93", "sp9h2"].iter().map(|cell| cell.parse().unwrap()).collect();
    let territory = TerritoryOp { seed: vec![4; 16], name: "Pays de Foix".into(), cells, centre: FOIX };
    let wide = |cell: &str| Scope { cell: cell.parse().unwrap(), container: ElementId::ZERO };
    w.say("territory", "In the scope of its cells' common prefix.", a, wide("sp9"), 1_010, &Op::Territory(territory));
    let op = Op::Stub(StubOp { stub: stub(card.id()), expires_ms: 1_790_000_000_000 });
    assert_eq!(wide(""), Scope { cell: Cell::WORLD, container: ElementId::ZERO });
    w.say("stub", "An announcement in a wide cell.", a, wide("s"), 1_011, &op);

    w.say(
        "element-card",
        "The card of an organisation, in its own space.",
        a,
        club,
        1_012,
        &Op::Element(Box::new(card)),
    );
    let role = |role, refs: Vec<EntryId>| Op::Role(RoleOp { person: bob.id, role, refs, lowers: false });
    let given = w.say("role-given", "A role given.", a, club, 1_013, &role(Some(Role::Member), vec![]));
    let Op::Proposal(mut asked) = proposal(500, &[&alice, &bob], 1) else { unreachable!() };
    asked.closes_ms = 1_780_000_000_000;
    let op = Op::Proposal(asked);
    let asked = w.say("proposal", "A proposal of two tellers, one of whom is enough.", a, club, 1_014, &op);
    let mut people = [alice.id, bob.id];
    people.sort();
    let electorate = electorate_root(&people);
    let open_vote = OpenOp { proposal: asked, refs: vec![given], electorate };
    w.say("open", "A teller opens the vote for whoever has a role by one act.", a, club, 1_014, &Op::Open(open_vote));
    let ballot = |choice, previous| Op::Ballot(BallotOp { proposal: asked, electorate, choice, previous });
    let one = w.say("ballot", "A ballot.", b, club, 1_015, &ballot(Choice::No, None));
    let two = w.say(
        "ballot-changed",
        "The same person's next, which replaces it.",
        b,
        club,
        1_016,
        &ballot(Choice::Yes, Some(one)),
    );
    let cast = Desk::default().write(&bob, club, 1_016, &ballot(Choice::Yes, Some(one)));
    let carry = CarryOp { proposal: asked, ballots: vec![Some(cast.to_raw())], names: vec![] };
    let part = w.say("carry", "A teller carries a ballot.", a, club, 1_017, &Op::Carry(Box::new(carry)));
    let tally = Tally { yes: 1, no: 0, blank: 0, electorate: 2 };
    let close = CloseOp { proposal: asked, electorate, parts: vec![part], tally };
    w.say("close", "The teller's certificate.", a, club, 1_017, &Op::Close(Box::new(close)));
    let place = |by: &Person, seq, id| EntryPlace::of(&by.log(club), seq, id);
    let mut keepers = vec![alice.id, bob.id];
    keepers.sort();
    let founding = FoundingOp { owner: alice.id, seed: vec![7; 16], keepers, agree: 2 };
    let own_space = Scope::container(FOIX, founding.container().unwrap());
    w.say("founding", "A container with a charter.", a, own_space, 1_017, &Op::Founding(founding));
    let acts = hash(b"some acts");
    let settle = SettleOp { previous: None, refs: vec![given], root: acts };
    w.say("settle", "A keeper settles what one act knew.", a, club, 1_017, &Op::Settle(settle));
    let own = EraseOp { targets: [place(&alice, 1, first)].into(), refs: None, reason: String::new() };
    w.say("erase-own", "Its author erases a post.", a, open, 1_019, &Op::Erase(own));
    let targets = vec![place(&bob, 0, one), place(&bob, 2, two)];
    let moderation = EraseOp { targets: targets.into(), refs: Some(vec![given]), reason: "hors sujet".into() };
    let erasure = w.say("erase-moderation", "A leader hides two entries.", a, club, 1_020, &Op::Erase(moderation));
    let void = VoidOp { erasure, refs: vec![erasure] };
    w.say("void", "The erasure is taken back.", a, club, 1_021, &Op::Void(void));
    let react = |what| Op::Reaction(ReactionOp { target: answer, what });
    w.say("reaction", "A word on a post.", a, club, 1_022, &react(Some(Reaction::Thanks)));
    w.say("reaction-withdrawn", "And taken back.", a, club, 1_023, &react(None));
    w.say("role-taken", "A role taken, knowing of the one given.", a, club, 1_018, &role(None, vec![given]));
    let lowered = RoleOp::new(bob.id, Some(Role::Contributor), Some(Role::Member), vec![given]);
    w.say("role-lowered", "A role given that is less than the one before.", a, club, 1_019, &Op::Role(lowered));
    let wraps = WrapsOp {
        finder: SealingKey::ZERO,
        bundle: vec![7; 272],
        wraps: (0..8).map(|n| ByteBuf::from([n; 96])).collect(),
    };
    let mut before = Desk::default();
    let ops = kept::in_two(&kept::history(&mut before, &alice));
    let run = kept::write_run(&mut before, &alice, 1_022, &ops);
    w.out.push(("op-restate-part".into(), operation("The first entry of a restatement.", 1, &run[0])));
    w.out.push((
        "op-restate".into(),
        operation("The last entry of a restatement, and how many precede it.", 1, &run[1]),
    ));
    w.say("wraps", "Keys wrapped to devices: see private-wraps for how.", a, club, 1_020, &Op::Wraps(Box::new(wraps)));
    let act = Desk::default().write(&alice, club, 1_024, &role(Some(Role::Contributor), vec![given]));
    let op = Op::ActWitness(ActWitnessOp { acts: vec![act.to_raw()] });
    w.say("act-witness", "An act of governance of another log, said again whole.", a, club, 1_029, &op);
    let op = Op::Witness(WitnessOp { acts: vec![alice.inception.to_raw()] });
    w.say("witness", "An act of another log, said again whole.", a, identity, 1_030, &op);
    let text = "می\u{200c}خواهم\n\tश्री\u{200d}मान् 👩\u{200d}👧 1\u{fe0f}\u{20e3} ❤\u{fe0f} ᠮᠣᠩᠭᠣᠯ\u{180b}";
    let scripts = PostOp { text: text.into(), tags: vec!["می\u{200c}خواهم".into()], ..PostOp::default() };
    w.say("post-scripts", "Unseen signs where their scripts need them.", a, open, 1_031, &Op::Post(scripts));
    let keep = |said| Op::Bookmark(BookmarkOp { on: club.container, url: "https://example.org/réparer".into(), said });
    let said = BookmarkText { title: "Réparer soi-même".into(), note: "À lire avant\nl'atelier.".into() };
    w.say("bookmark", "A link kept on a page.", a, club, 1_032, &keep(Some(said)));
    w.say("bookmark-removed", "And taken away.", a, club, 1_033, &keep(None));
    let mut later = element(alice.id, 9, "Four banal", FOIX);
    let number = Raw::of(&17_u8).unwrap();
    later.fields = vec![Field::Unknown(0, number), Field::Unknown(40, Raw::of(&"step-free").unwrap())];
    w.say("element-later", "An unknown kind, and a field of next year.", a, open, 1_034, &Op::Element(Box::new(later)));
    let op = decide_op(alice.id, &deciding(1), EntryId([5; 32]));
    w.say("decide", "Whoever holds the deciding key says which recovery counts.", a, identity, 1_002, &op);
    let with_key = person_with(1, Some(&deciding(1))).inception;
    let about = "The first entry of an identity between whose recoveries a key decides.";
    w.out.push(("op-inception-deciding".into(), operation(about, 1, &with_key)));
    let (resource, mut confirmers) = (club.container, vec![alice.id, bob.id]);
    confirmers.sort();
    let free = TermsOp { resource, capacity: None, exclusive: false, confirmers: vec![], automatic: false };
    w.say("terms-open", "Places for all, and the owner confirms.", a, club, 1_035, &Op::Terms(free.clone()));
    let few = TermsOp { capacity: Some(12), exclusive: true, confirmers, automatic: true, ..free };
    let terms = w.say("terms", "Twelve places, one claim at a time.", a, club, 1_036, &Op::Terms(few));
    let during = Some(ClaimedTime { start_ms: 1_780_000_000_000, end_ms: 1_780_010_800_000 });
    let op = Op::Claim(ClaimOp { during, ..ClaimOp::of(resource, 3) });
    let claim = w.say("claim", "Three places for an afternoon.", b, club, 1_037, &op);
    let op = Op::Claim(ClaimOp::of(resource, 0));
    let other = w.say("claim-withdrawn", "And none.", b, club, 1_038, &op);
    let mut decisions = vec![ClaimDecision { claim, given: true }, ClaimDecision { claim: other, given: false }];
    decisions.sort_by_key(|decision| decision.claim);
    let op = ConfirmOp { resource, previous: vec![], decisions, terms: Some(terms) };
    let first = w.say("confirm", "One is given, one is declined.", a, club, 1_039, &Op::Confirm(op));
    let op = ConfirmOp { resource, previous: vec![first], decisions: vec![], terms: None };
    w.say("confirm-follows", "Another is followed.", a, club, 1_040, &Op::Confirm(op));
    w.out
}
