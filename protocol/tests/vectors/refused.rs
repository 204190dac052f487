//! What is refused, and under which name: as an entry, as the next of its log, as a payload.

use crate::{
    common::{Desk, FOIX, element, key, person},
    good::entry_value,
    hex, kept, unhex,
};
use communaut_protocol::{
    DeviceKey, Entry, Header, Scope,
    codec::{self, Raw},
    entry::{
        Extra, Head, LEAVES, RawEntry, SIGN_DOMAIN, hash,
        leaves::{self, Leaf},
    },
    fold::Record,
    geo::Cell,
    ids::{ElementId, EntryId, IdentityId},
    log::{Branch, LogState, NotTaken, RestatementPart, RunSeen, take},
    op::{
        ClaimDecision, ClaimOp, ClaimedTime, CloseOp, ConfirmOp, FoundingOp, Leafage, Op, OpError, OpenOp, PostOp,
        Restated, Role, RoleOp, SettleOp, Tally, TermsOp, rule_for,
    },
    scope::LogId,
};
use serde_bytes::ByteBuf;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Bytes of the signature at the end of a header, with its head.
const SIGNATURE: usize = 66;

/// Sign a header's bytes anew, whatever they say: only the broken rule is wrong with them.
fn sign(key: &DeviceKey, header: &[u8]) -> Vec<u8> {
    let fields = &header[1..header.len() - SIGNATURE];
    let signature = key.sign(&[SIGN_DOMAIN, &[0x8f], fields].concat());
    [&[0x90], fields, &[0x58, 0x40], &signature.0].concat()
}

fn refused(about: &str, header: Vec<u8>, payload: Vec<u8>) -> Value {
    let refusal = Entry::verify(RawEntry { header: header.clone(), payload: payload.clone() }).unwrap_err();
    json!({
        "kind": "entry",
        "about": about,
        "device_seed": hex([1; 32]),
        "header": hex(&header),
        "payload": hex(&payload),
        "accepted": false,
        "refusal": refusal.name(),
    })
}

fn post(text: &str) -> PostOp {
    PostOp { text: text.into(), position: Some(FOIX), ..PostOp::default() }
}

fn entries() -> Vec<(String, Value)> {
    let alice = person(1);
    let open = Scope::open(FOIX);
    let good = Desk::default().write(&alice, open, 1_000, &Op::Post(post("Bonjour")));
    let (header, payload) = (good.header_bytes().to_vec(), good.payload().to_vec());
    let fields = header.len() - SIGNATURE;
    let splice = |at: usize, cut: usize, with: &[u8]| [&header[..at], with, &header[at + cut..]].concat();
    let signed = |bytes: &[u8]| sign(&alice.key, bytes);
    // What an honest encoder makes of fields that break a rule.
    let with = |change: &dyn Fn(&mut Header)| {
        let mut changed = good.header().clone();
        change(&mut changed);
        let signature = alice.key.sign(&changed.signing_bytes().unwrap());
        changed.encode(signature).unwrap()
    };
    let scope = |scope: Scope, schema: u16| {
        with(&|h| {
            h.log.scope = scope;
            h.schema = schema;
        })
    };
    let home = Scope::container(FOIX, alice.id.into());
    let closed = Scope { cell: Cell::CLOSED, container: alice.id.into() };
    let sealed = |scope: Scope, schema: u16, flags: u16, size: u32| {
        with(&|h| {
            h.log.scope = scope;
            (h.schema, h.flags, h.payload_size) = (schema, flags, size);
        })
    };
    // The scope key begins behind: array, version, network (4 bytes), head of 2.
    let cell_at = 1 + 1 + 4 + 2;
    let cell = |bytes: &[u8; 8]| signed(&splice(cell_at, 8, bytes));
    let flip = |at: usize| {
        let mut bytes = header.clone();
        bytes[at] ^= 1;
        bytes
    };
    // 1,000 ms, shifted by 16 bits: 1a 03 e8 00 00.
    let stamp_at = header.windows(5).position(|window| window == [0x1a, 3, 0xe8, 0, 0]).unwrap() + 4;
    // An empty map, right before the signature.
    let extra = fields - 1;
    let wide = Scope { cell: FOIX.cell(2), container: ElementId::ZERO };
    let deep = Scope { cell: FOIX.cell(5), container: ElementId::ZERO };
    let mut list = vec![
        ("version", "Header version 2.", signed(&splice(1, 1, &[2]))),
        ("network", "Another network.", signed(&splice(3, 3, b"abc"))),
        ("long-integer", "The version as 18 01: not the shortest form.", signed(&splice(1, 1, &[0x18, 1]))),
        ("long-text", "The network's length as 78 03.", signed(&splice(2, 1, &[0x78, 3]))),
        ("tag", "A tag before the version.", signed(&splice(1, 0, &[0xc6]))),
        ("indefinite-array", "The array without a length.", [&splice(0, 1, &[0x9f])[..], &[0xff]].concat()),
        ("trailing-byte", "A byte behind the array.", [&header[..], &[0]].concat()),
        ("truncated", "The last byte is missing.", header[..header.len() - 1].to_vec()),
        ("no-signature", "An array of 15 fields.", [&[0x8f], &header[1..fields]].concat()),
        ("empty", "No bytes.", vec![]),
        ("header-too-large", "513 bytes: not even looked at.", vec![0; 513]),
        ("payload-size", "It announces 65,537 bytes.", with(&|h| h.payload_size = 65_537)),
        ("flags", "Bit 3 means nothing.", with(&|h| h.flags = 8)),
        ("flags-count", "Bits 8 to 13 only with bit 0.", with(&|h| h.flags = 0x100)),
        ("flags-prune-post", "Only schema 18 prunes.", with(&|h| h.flags = 5)),
        ("flags-prune-no-leaves", "A restatement consists of leaves.", sealed(open, 18, 1, 336)),
        ("flags-prune-many", "Bit 14.", sealed(open, 18, 0x4005, 336)),
        ("flags-prune-container", "Only open cells are pruned.", sealed(home, 18, 5, 336)),
        ("flags-prune-too-long", "A restatement that would begin before its log.", sealed(open, 18, 0x105, 336)),
        ("flags-prune-sealed", "A restatement is not sealed.", sealed(open, 18, 7, 336)),
        ("restate-in-container", "Only open cells are pruned.", sealed(home, 18, 4, 336)),
        ("restate-in-identity", "Identity scopes take schemas 1 to 9.", sealed(Scope::identity(alice.id), 18, 0, 336)),
        ("flags-sealed-post", "Bit 1 does not go with the schema of a post.", with(&|h| h.flags = 2)),
        ("flags-not-sealed", "Schema 40 without bit 1.", sealed(home, 40, 0, 336)),
        ("flags-both", "Sealed, and restating.", sealed(home, 40, 3, 336)),
        ("sealed-size", "No padding gives 335 bytes.", sealed(home, 40, 2, 335)),
        ("sealed-in-open-cell", "What is sealed lies in containers.", sealed(open, 40, 2, 336)),
        ("sealed-in-identity", "Identity scopes take schemas 1 to 9.", sealed(Scope::identity(alice.id), 30, 2, 336)),
        ("wraps-in-open-cell", "Wraps lie in containers.", sealed(open, 31, 0, 336)),
        ("post-in-closed", "Closed scopes take only what is sealed, and wraps.", scope(closed, 12)),
        (
            "closed-no-container",
            "A closed scope has a container.",
            sealed(Scope { container: ElementId::ZERO, ..closed }, 40, 2, 336),
        ),
        ("no-backlink", "Sequence number 1 with no backlink.", with(&|h| h.seq = 1)),
        ("cell-too-deep", "A scope of 5 characters.", scope(deep, 12)),
        ("cell-letter", "'a' is not in the alphabet.", cell(b"sp9a\0\0\0\0")),
        ("cell-padding", "A zero inside of the cell.", cell(b"sp\x009\0\0\0\0")),
        ("post-in-wide-cell", "Only territories and stubs there.", scope(wide, 12)),
        ("role-in-world", "Only territories and stubs there.", scope(Scope { cell: Cell::WORLD, ..wide }, 20)),
        (
            "budget-in-wide-cell",
            "The 65th entry of a log there.",
            with(&|h| {
                (h.log.scope, h.schema, h.seq) = (wide, 13, 64);
                h.backlink = Some(EntryId([4; 32]));
            }),
        ),
        ("post-in-identity", "Identity scopes take schemas 1 to 9.", scope(Scope::identity(alice.id), 12)),
        (
            "other-in-identity",
            "In an identity's scope only that identity writes.",
            with(&|h| {
                (h.log.scope, h.schema) = (Scope::identity(alice.id), 3);
                h.log.author.0[0] ^= 1;
            }),
        ),
        (
            "extra-too-large",
            "A map of 65 bytes in field 14.",
            signed(&splice(extra, 1, &[&[0xa1, 0, 0x58, 61], &[0; 61][..]].concat())),
        ),
        (
            "extra-too-deep",
            "Lists in lists in field 14: 17 of them.",
            signed(&splice(extra, 1, &[&[0xa1, 0][..], &[0x81; 16], &[0x80]].concat())),
        ),
        ("extra-keys", "Texts as keys in field 14.", signed(&splice(extra, 1, &[0xa1, 0x61, b'x', 0xf5]))),
        ("extra-order", "Keys in field 14 that do not ascend.", signed(&splice(extra, 1, &[0xa2, 2, 0xf5, 1, 0xf5]))),
        ("extra-no-map", "A list in field 14.", signed(&splice(extra, 1, &[0x80]))),
        ("inception-in-cell", "Schemas 1 to 9 belong in identity scopes.", scope(open, 1)),
        ("payload-hash", "The hash of another payload.", with(&|h| h.payload_hash = hash(b"other"))),
        ("payload-longer", "One byte more announced.", with(&|h| h.payload_size += 1)),
        ("signature-flipped", "The last bit of the signature.", flip(header.len() - 1)),
        ("stamp-flipped", "A field that was signed.", flip(stamp_at)),
        ("signature-of-another", "Signed by the device of seed 02…", sign(&key(2), &header)),
        ("signature-no-domain", "Signed without the domain.", {
            let bare = alice.key.sign(&[&[0x8f], &header[1..fields]].concat());
            [&header[..fields], &[0x58, 0x40], &bare.0].concat()
        }),
        ("signature-malleable", "S + L in place of S.", malleable(&header)),
        ("key-not-a-point", "No point of the curve.", with(&|h| h.log.device.0 = no_point())),
        ("key-of-small-order", "The neutral element as key, with a signature that fits any message.", {
            let mut changed = good.header().clone();
            changed.log.device.0 = [0; 32];
            changed.log.device.0[0] = 1;
            let mut signature = [0; 64];
            signature[0] = 1;
            changed.encode(communaut_protocol::ids::Signature(signature)).unwrap()
        }),
    ]
    .into_iter()
    .map(|(name, about, header)| (format!("refused-{name}"), refused(about, header, payload.clone())))
    .collect::<Vec<_>>();
    let mut flipped = payload.clone();
    flipped[20] ^= 1;
    list.push(("refused-payload-flipped".into(), refused("One bit of the payload.", header.clone(), flipped)));
    list.push(("refused-payload-missing".into(), refused("No payload.", header.clone(), vec![])));
    list
}

/// The same signature with the group's order added to its scalar.
fn malleable(header: &[u8]) -> Vec<u8> {
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut bytes = header.to_vec();
    let start = bytes.len() - 32;
    let mut carry = 0;
    for (byte, add) in bytes[start..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        *byte = (sum & 0xff) as u8;
        carry = sum >> 8;
    }
    bytes
}

/// The first small number that is no point of the curve.
fn no_point() -> [u8; 32] {
    let refused = |bytes: &[u8; 32]| {
        let device = communaut_protocol::DeviceId(*bytes);
        let result = communaut_protocol::entry::verify_strict(device, b"", communaut_protocol::ids::Signature::ZERO);
        matches!(result, Err(communaut_protocol::Refusal::Key(_)))
    };
    (2..=255u8)
        .map(|first| {
            let mut bytes = [0; 32];
            bytes[0] = first;
            bytes
        })
        .find(refused)
        .unwrap()
}

/// What becomes of an entry in a log of which everything up to a head is held, of which only the head's id is known.
pub fn append_outcome(head: Option<Head>, entry: &Entry) -> Value {
    let stamp = entry.header().stamp;
    let state = head.map(|tip| LogState { floor: 0, base: None, lo: 0, tip, fork: None, newest: stamp });
    let at = |_: Branch, seq: u64| {
        let head = head.filter(|head| head.seq >= seq)?;
        // The vectors' entries below a head are those of the same log.
        let id = if head.seq == seq { head.id } else { entry.id() };
        Some(RunSeen { id, part: RestatementPart::Other })
    };
    match take(state.as_ref(), entry.header(), entry.id(), at, || None) {
        Ok(_) => json!("accepted"),
        Err(NotTaken::Gap { from }) => json!({"gap": {"from": from}}),
        Err(refusal) => json!(refusal.name()),
    }
}

/// Verified entries against the head of their log.
fn appends() -> Vec<(String, Value)> {
    let alice = person(1);
    let mut desk = Desk::default();
    let log: Vec<Entry> =
        (0..3).map(|n| desk.write(&alice, Scope::open(FOIX), 1_000 + n, &Op::Post(post(&format!("n° {n}"))))).collect();
    let head = |at: usize| Some(Head { seq: at as u64, id: log[at].id() });
    let fork = Some(Head { seq: 1, id: EntryId([7; 32]) });
    let later = LogId { epoch: 2, ..log[0].header().log };
    let restored = Header { log: later, backlink: Some(log[2].id()), ..log[0].header().clone() };
    let restored = Entry::sign(&alice.key, restored, log[0].payload().to_vec()).unwrap();
    [
        ("first", "The first of a log.", &log[0], None),
        ("next", "It names the head.", &log[1], head(0)),
        ("epoch", "The first of a new epoch cites the last head of the one before.", &restored, None),
        ("known", "Held already.", &log[1], head(2)),
        ("gap", "Entries in between are missing.", &log[2], head(0)),
        ("gap-at-start", "Nothing is held yet.", &log[1], None),
        ("fork", "The head is another entry.", &log[2], fork),
    ]
    .into_iter()
    .map(|(name, about, entry, head)| {
        let outcome = append_outcome(head, entry);
        let mut value = entry_value(1, entry);
        value["kind"] = "append".into();
        value["about"] = about.into();
        value["head"] = json!(head);
        value["outcome"] = outcome;
        (format!("append-{name}"), value)
    })
    .collect()
}

/// What is said of a verified entry's payload; null: it is folded.
pub fn not_folded(read: &Result<Record, OpError>) -> Value {
    match read {
        Ok(record) if matches!(record.op, Op::Unknown(_)) => json!("unknown"),
        Ok(_) => Value::Null,
        Err(error) => payload_refusal(error),
    }
}

/// Why a verified entry's payload is kept and relayed, and not folded.
pub fn payload_refusal(error: &OpError) -> Value {
    match error {
        OpError::Leaves(count) => json!({"leaves": count}),
        OpError::Codec(_) => json!("malformed"),
        OpError::Bound { field, .. } => json!({"bound": field}),
        OpError::Sealed => json!("sealed"),
        OpError::Seal(_) => json!("seal"),
    }
}

fn payloads() -> Vec<(String, Value)> {
    let alice = person(1);
    let good = Op::Post(post("Bonjour")).encode([3; 16]).unwrap();
    let text_at = good.windows(7).position(|window| window == b"Bonjour").unwrap();
    // Array of 2, salt of 16 with its head: there the body begins.
    let body = 1 + 17;
    let named = Op::Element(Box::new(element(alice.id, 3, "Four", FOIX))).encode([3; 16]).unwrap();
    let mut desk = Desk::default();
    let ops = kept::in_two(&kept::history(&mut desk, &alice));
    let restated = |change: &dyn Fn(&mut Vec<Restated>)| {
        let mut op = ops[0].clone();
        // Encoded without the check of its bounds.
        change(&mut op.items);
        let first = codec::encode(&(ByteBuf::from([3; 16]), &op)).unwrap();
        let said = op.said.iter().map(|leaf| Leaf::Held(leaf.as_ref().unwrap()));
        leaves::payload_of(&std::iter::once(Leaf::Held(&first)).chain(said).collect::<Vec<_>>()).unwrap()
    };
    let cut = |at: usize, len: usize, with: &[u8]| [&good[..at], with, &good[at + len..]].concat();
    let twice = {
        // The field "name" twice: keys that do not ascend. Before it stands the map of three with the field "kind".
        let at = named.windows(5).position(|window| window == b"dFour").unwrap() - 1;
        let mut bytes = [&named[..at + 6], &named[at..]].concat();
        bytes[at - 3] += 1;
        bytes
    };
    let raw = |text: &str| Raw::from_bytes(&unhex(&json!(text)), 64).unwrap();
    // A post with something more under numbers.
    let more = |more: &[(u8, Raw)]| {
        let text = (1, Raw::of(&"Bonjour").unwrap());
        let map: BTreeMap<u8, Raw> = more.iter().cloned().chain([text]).collect();
        codec::encode(&(ByteBuf::from([3; 16]), alice.id, map)).unwrap()
    };
    // An element with fields of a kind that is not known.
    let fields = |fields: Raw| {
        let owner = (0_u8, Raw::of(&alice.id).unwrap());
        let seed = (1, Raw::of(&ByteBuf::from([3; 16])).unwrap());
        let map: BTreeMap<u8, Raw> = [owner, seed, (2, fields)].into_iter().collect();
        codec::encode(&(ByteBuf::from([3; 16]), alice.id, map)).unwrap()
    };
    let long = Raw::of(&BTreeMap::from([(99_u8, "x".repeat(16_000))])).unwrap();
    // A structure within an operation within a payload: two of the levels are taken.
    let deep = |levels: usize| {
        let nested = [vec![0x81; levels], vec![0x00]].concat();
        let mut bytes = more(&[(20, raw("00"))]);
        bytes.pop();
        [bytes, nested].concat()
    };
    // Encoded without the check of its texts.
    let said = |text: &str| codec::encode(&(ByteBuf::from([3; 16]), alice.id, post(text))).unwrap();
    let entries = |numbers: &[u8]| numbers.iter().map(|number| EntryId([*number; 32])).collect::<Vec<_>>();
    let founds = |keepers: u8, agree: u8| {
        let keepers = (1..=keepers).map(|number| IdentityId([number; 32])).collect();
        let op = FoundingOp { owner: alice.id, seed: vec![7; 16], keepers, agree };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let settles = |refs: &[u8]| {
        let op = SettleOp { previous: None, refs: entries(refs), root: hash(b"") };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let opens = |refs: &[u8]| {
        let op = OpenOp { proposal: EntryId([9; 32]), refs: entries(refs), electorate: hash(b"") };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let closes = |parts: &[u8]| {
        let (proposal, electorate) = (EntryId([9; 32]), hash(b""));
        let op = CloseOp { proposal, electorate, parts: entries(parts), tally: Tally::default() };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let lowers = |role: Option<Role>| {
        let op = RoleOp { person: person(2).id, role, refs: vec![], lowers: true };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let called = |name: &str| {
        let op = element(alice.id, 3, name, FOIX);
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let asked = |places, start_ms, end_ms| {
        let during = Some(ClaimedTime { start_ms, end_ms });
        codec::encode(&(ByteBuf::from([3; 16]), ClaimOp { during, ..ClaimOp::of(ElementId([5; 32]), places) })).unwrap()
    };
    let confirmed = |previous: &[u8], claims: &[u8]| {
        let entries = |all: &[u8]| all.iter().map(|number| EntryId([*number; 32])).collect::<Vec<_>>();
        let decisions = entries(claims).into_iter().map(|claim| ClaimDecision { claim, given: true }).collect();
        let op = ConfirmOp { resource: ElementId([5; 32]), previous: entries(previous), decisions, terms: None };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let by = |people: &[u8]| {
        let confirmers = people.iter().map(|number| IdentityId([*number; 32])).collect();
        let (resource, capacity) = (ElementId([5; 32]), Some(1));
        let op = TermsOp { resource, capacity, exclusive: false, confirmers, automatic: false };
        codec::encode(&(ByteBuf::from([3; 16]), op)).unwrap()
    };
    let up_to = |last: u8| (1..=last).collect::<Vec<_>>();
    [
        ("claim-many", "1,001 places.", 41, 1, asked(1_001, 0, 1)),
        ("claim-no-time", "A claim that ends when it begins.", 41, 1, asked(1, 7, 7)),
        ("claim-time", "A claim until the year 10000.", 41, 1, asked(1, 0, 253_402_300_800_000)),
        ("confirm-order", "Confirmations followed in the wrong order.", 42, 1, confirmed(&[2, 1], &[])),
        ("confirm-follows-many", "17 confirmations followed.", 42, 1, confirmed(&up_to(17), &[])),
        ("confirm-twice", "A claim decided twice.", 42, 1, confirmed(&[], &[1, 1])),
        ("confirm-many", "65 claims decided.", 42, 1, confirmed(&[], &up_to(65))),
        ("terms-many", "Nine confirmers.", 43, 1, by(&up_to(9))),
        ("terms-order", "Confirmers in the wrong order.", 43, 1, by(&[2, 1])),
        ("unknown-schema", "A schema of a later version.", 900, 1, good.clone()),
        ("unknown-version", "A later version of a schema.", 12, 2, good.clone()),
        ("salt", "A salt of 15 bytes.", 12, 1, cut(1, 2, &[0x4f])),
        ("empty-text", "A post of spaces.", 12, 1, cut(text_at, 7, b"       ")),
        ("not-utf8", "A text that is not UTF-8.", 12, 1, cut(text_at, 1, &[0xff])),
        ("trailing-byte", "A byte behind.", 12, 1, [&good[..], &[0]].concat()),
        ("indefinite-map", "The body as a map without a length.", 12, 1, {
            [&good[..body], &[0xbf], &good[body + 1..], &[0xff]].concat()
        }),
        ("other-schema", "The body of another schema.", 10, 1, good.clone()),
        ("empty", "No bytes.", 12, 1, vec![]),
        ("field-twice", "The field \"name\" twice.", 10, 1, twice),
        ("restated-order", "Restated entries that do not ascend.", 18, 1, restated(&|items| items.swap(0, 1))),
        ("needs-unknown", "A post that needs feature 7.", 12, 1, more(&[(23, raw("8107"))])),
        ("needs-order", "Features that do not ascend.", 12, 1, more(&[(23, raw("820705"))])),
        ("needs-text", "Features that are a text.", 12, 1, more(&[(23, raw("6137"))])),
        ("too-deep", "More than 16 lists and maps within each other.", 12, 1, deep(15)),
        ("keys-of-two-kinds", "A map with a number and a text as keys.", 12, 1, {
            // The body is the map of the text and of field 20: its key becomes a text.
            let bytes = more(&[(20, raw("00"))]);
            [&bytes[..bytes.len() - 2], &[0x61, b'9', 0x00]].concat()
        }),
        ("field-number", "A field of an element with the number 256.", 10, 1, fields(raw("a119010000"))),
        ("field-long", "An unknown field of more than 16,000 bytes.", 10, 1, fields(long)),
        ("fields-list", "The fields of an element as a list.", 10, 1, fields(raw("80"))),
        ("text-unseen", "A text with U+200B.", 12, 1, said("Bon\u{200b}jour")),
        ("text-turned", "A text with U+202E.", 12, 1, said("\u{202e}ruojnoB")),
        ("text-control", "A text with U+000D.", 12, 1, said("Bon\r\njour")),
        ("text-joiner", "U+200D between letters that it does not join.", 12, 1, said("Bon\u{200d}jour")),
        ("text-style", "U+FE0F behind a letter.", 12, 1, said("Bonjour\u{fe0f}")),
        ("text-style-digit", "U+FE0F behind a digit, and no U+20E3.", 12, 1, said("1\u{fe0f}")),
        ("text-tag", "A text with U+E0041.", 12, 1, said("Bonjour\u{e0041}")),
        ("text-noncharacter", "A text with U+1FFFE.", 12, 1, said("Bonjour\u{1fffe}")),
        ("text-form", "e and U+0301, which are U+00E9.", 12, 1, said("Caf\u{65}\u{301}")),
        ("founding-no-agree", "Keepers, of whom nobody has to agree.", 27, 1, founds(2, 0)),
        ("founding-agree", "More have to agree than there are keepers.", 27, 1, founds(2, 3)),
        ("settle-nothing", "It names no act.", 28, 1, settles(&[])),
        ("settle-order", "Acts that do not ascend.", 28, 1, settles(&[2, 1])),
        ("open-refs-order", "Acts that do not ascend.", 25, 1, opens(&[2, 1])),
        ("close-parts-twice", "A part twice.", 23, 1, closes(&[1, 1])),
        ("role-lowers-nothing", "To no role, and it says that it lowers.", 20, 1, lowers(None)),
        ("role-lowers-leader", "To the highest role, and it says that it lowers.", 20, 1, lowers(Some(Role::Leader))),
        ("name-line-end", "A name of two lines.", 10, 1, called("Four\nbanal")),
        ("name-tab", "A name with a tab.", 10, 1, called("Four\tbanal")),
        ("name-form", "A name that is not in form C.", 10, 1, called("Cafe\u{301}")),
    ]
    .into_iter()
    .map(|(name, about, schema, version, payload)| not_read(name, about, schema, version, payload))
    .collect()
}

/// A payload that is kept and not folded.
pub fn not_read(name: &str, about: &str, schema: u16, version: u8, payload: Vec<u8>) -> (String, Value) {
    not_read_with(name, about, schema, version, payload, Extra::default())
}

/// The same under a header that says something besides.
pub fn not_read_with(
    name: &str,
    about: &str,
    schema: u16,
    version: u8,
    payload: Vec<u8>,
    extra: Extra,
) -> (String, Value) {
    let alice = person(1);
    let log = LogId { scope: Scope::open(FOIX), author: alice.id.into(), device: alice.key.id(), epoch: 1 };
    let mut header = crate::common::header(log, None, 1_000, &Op::Post(post("x")), &payload);
    (header.schema, header.schema_version, header.extra) = (schema, version, extra);
    header.flags = if rule_for(schema).leaves == Leafage::Parts { LEAVES } else { 0 };
    let entry = Entry::sign(&alice.key, header.over(&payload).unwrap(), payload).unwrap();
    let mut value = entry_value(1, &entry);
    value["kind"] = "payload".into();
    value["about"] = about.into();
    value["accepted"] = true.into();
    value["refusal"] = Value::Null;
    value["not_folded"] = not_folded(&Record::of(&entry));
    assert!(!value["not_folded"].is_null(), "{name}");
    (format!("payload-{name}"), value)
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    entries().into_iter().chain(appends()).chain(payloads()).collect()
}
