//! What each fuzz target does with its bytes: shared by `protocol/fuzz` (coverage-guided, nightly) and by the property
//! tests beside this file (stable). None may panic, whatever the bytes; what is accepted must be what it says.

use communaut_protocol::{
    AuthorId, Cell, DeviceId, ElementId, Entry, Header, LogId, Scope, Stamp,
    entry::{
        Body, ENTRY_MAX, Extra, HeldEntry, RawEntry, hash,
        leaves::{self, Leaf},
    },
    ids::Signature,
    invite::{Invite, LINK},
    limits::{BLOBS_MAX, BLOBS_TOTAL_MAX, PAIRING_ADDRESSES_MAX},
    op::{Op, check_blobs_total, schema, size_of},
    pairing::{Code, PairMessage},
    private::proof,
    recovery::{RecoverySecret, Share, Wordlist},
    replication::{
        BATCH_ENTRIES, BUNDLE_CHECK_LEN,
        bundle::BundleReader,
        memory::MemoryReplica,
        message::{Request, Response},
        pull::{Pull, PullEffect},
        replica::Replica,
        serve::Serve,
    },
    scope,
};
use std::{collections::BTreeSet, sync::LazyLock};

/// What takes bytes.
pub type Target = fn(&[u8]);

/// Names and functions, for the tests.
pub const ALL: [(&str, Target); 12] = [
    ("bundle", bundle),
    ("entry", entry),
    ("header", header),
    ("invite", invite),
    ("keys", keys),
    ("leaves", payload_of_leaves),
    ("operation", operation),
    ("pairing", pairing),
    ("proof", proof_message),
    ("recovery", recovery),
    ("sync_answering", sync_answering),
    ("sync_asking", sync_asking),
];

/// A frame of header and payload: what verifies comes back byte for byte.
pub fn entry(data: &[u8]) {
    if let Ok(raw) = RawEntry::decode(data)
        && let Ok(verified) = Entry::verify(raw.clone())
    {
        assert_eq!(verified.to_raw(), raw);
    }
}

/// A file of frames: it is read to an end, in pieces that are no longer than a frame.
pub fn bundle(data: &[u8]) {
    let (mut reader, mut rest) = (BundleReader::default(), data);
    loop {
        let wants = reader.wants();
        assert!(wants <= ENTRY_MAX + BUNDLE_CHECK_LEN);
        let (piece, left) = rest.split_at(wants.max(1).min(rest.len()));
        rest = left;
        match reader.take(piece) {
            Ok(Some((at, frame))) => assert!(at < data.len() as u64 && frame.len() <= ENTRY_MAX),
            Ok(None) if wants > 0 => {}
            Ok(None) | Err(_) => return,
        }
    }
}

/// A header alone: what decodes has one encoding.
pub fn header(data: &[u8]) {
    if let Ok((header, signature)) = Header::decode(data) {
        assert_eq!(header.encode(signature).unwrap(), data);
        assert!(header.blobs_total() <= BLOBS_TOTAL_MAX);
    }
}

/// Scope keys and log keys.
pub fn keys(data: &[u8]) {
    if let Ok(scope) = Scope::from_key(data) {
        assert_eq!(scope.key().as_slice(), data);
    }
    if let Ok(log) = LogId::from_key(data) {
        assert_eq!(log.key().as_slice(), data);
    }
}

/// A payload of leaves: what is read has one encoding; what goes of it changes no root, and can come back.
pub fn payload_of_leaves(data: &[u8]) {
    let Ok(all) = Leaf::all(data) else { return };
    assert_eq!(leaves::payload_of(&all).unwrap(), data);
    let root = leaves::root(&all);
    if let Some(left) = leaves::without(data, |number| number % 2 == 0) {
        let gone = Leaf::all(&left).unwrap();
        assert_eq!(leaves::root(&gone), root);
        let find = |number: u8, _| all[usize::from(number)].held();
        let back = leaves::filled(&left, find).unwrap();
        assert_eq!(back, data);
        assert!(leaves::filled(&left, |_, _| Some(&[0][..])).is_none_or(|back| back == data));
    }
    for schema in [schema::ELEMENT, schema::RESTATE, schema::PROPOSAL] {
        if let Ok(op) = Op::of_parts(schema, 1, &all) {
            assert_eq!(op.schema(), schema);
        }
    }
}

/// A payload under any schema: two bytes of it, then the payload.
pub fn operation(data: &[u8]) {
    let Some((schema, payload)) = data.split_first_chunk::<2>() else { return };
    let schema = u16::from_be_bytes(*schema);
    if let Ok(op) = Op::decode(schema, 1, payload) {
        let again = op.encode(payload[2..18].try_into().unwrap()).unwrap();
        // What it may leave out, it leaves out; what it does not understand comes out as it went in.
        assert_eq!(Op::decode(schema, 1, &again).unwrap(), op);
        assert!(again.len() <= payload.len() && (again == payload || !matches!(op, Op::Unknown(_))));
        // What it names fits a header, and under that header it counts.
        let named = size_of(op.blobs());
        assert!(named <= BLOBS_TOTAL_MAX && op.blobs().len() <= BLOBS_MAX);
        let log = LogId::from_key(&[0; scope::LOG_KEY_LEN]).unwrap();
        let place = Header::following(log, None, Stamp::default(), schema);
        let header = Header { extra: Extra::of_blobs(named).unwrap(), ..place };
        assert_eq!(header.blobs_total(), named);
        check_blobs_total(&header, &op, false).unwrap();
    }
}

/// An invitation as text, at any time.
pub fn invite(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for begin in ["", LINK, "communaut:join/join1"] {
        if let Ok(invite) = Invite::parse(&format!("{begin}{text}"), 0) {
            assert!(invite.addresses.len() <= PAIRING_ADDRESSES_MAX);
        }
    }
}

/// The code of a device as text, and what two devices say: what is read is written in the same way.
pub fn pairing(data: &[u8]) {
    if let Ok(code) = String::from_utf8_lossy(data).parse::<Code>() {
        assert_eq!(code.to_string().parse::<Code>().unwrap(), code);
    }
    if let Ok(message) = PairMessage::decode(data) {
        assert_eq!(message.encode().unwrap(), data);
    }
}

/// What somebody types to recover: a phrase, or a share of it.
pub fn recovery(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(secret) = RecoverySecret::from_words(&text) {
        assert_eq!(RecoverySecret::from_words(&secret.words(Wordlist::French)).unwrap(), secret);
    }
    if let Ok(share) = text.parse::<Share>() {
        assert_eq!(share.to_string().parse::<Share>().unwrap(), share);
    }
}

/// A message of the proof of closed scopes.
pub fn proof_message(data: &[u8]) {
    let _ = proof::ProofMessage::decode(data);
}

/// Requests, one after the other, each with two bytes of length: what is answered can be sent, and costs no more than
/// what is asked and what is held, added up.
pub fn sync_answering(data: &[u8]) {
    let (replica, pull) = (&*FILLED, Pull::default());
    let mut serve = Serve::default();
    let mut prefixes = 0;
    for message in messages(data) {
        if let Ok(request) = Request::decode(message) {
            let (before, asked) = (serve.spent, Asked::of(&request));
            prefixes += asked.prefixes;
            let most = asked.most(prefixes);
            let Ok(answer) = serve.answer(replica, request, &pull);
            Response::decode(&answer.encode().unwrap()).unwrap();
            let spent = serve.spent - before;
            assert!(spent <= most, "{spent} units of work for one request, at most {most}");
        }
    }
}

/// How much a request asks for.
#[derive(Default)]
struct Asked {
    prefixes: usize,
    ranges: usize,
    wants: usize,
    payloads: usize,
    people: usize,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let none = Self::default();
        match request {
            Request::Hello { register, ranges, .. } => {
                let prefixes = register.as_ref().map_or(0, |register| register.add.len());
                Self { prefixes, ranges: ranges.len(), ..none }
            }
            Request::Interests { register } => Self { prefixes: register.add.len(), ..none },
            Request::Ranges { under, ranges } => {
                Self { prefixes: under.as_ref().map_or(0, Vec::len), ranges: ranges.len(), ..none }
            }
            Request::Entries { wants } => Self { wants: wants.len(), ..none },
            Request::Payloads { of } => Self { payloads: of.len(), ..none },
            Request::People { of } => Self { people: of.len(), ..none },
        }
    }
    /// Units of work, with so many prefixes told so far: each thing asked once, each thing held once.
    fn most(&self, prefixes: usize) -> usize {
        let held = usize::try_from(LOGS * ENTRIES).unwrap();
        let read = (held * self.wants.max(1)).min(BATCH_ENTRIES);
        64 + 2 * prefixes + self.ranges + held + 4 * held + 16 * (read + self.wants + self.payloads) + 4 * self.people
    }
}

/// Logs of the replica that is asked, and entries of each.
const LOGS: u64 = 100;
const ENTRIES: u64 = 2;

/// Holds logs of many devices in some cells, and of some people.
static FILLED: LazyLock<MemoryReplica> = LazyLock::new(|| {
    let mut replica = MemoryReplica::new([1; 16]);
    let cells = ["sp9h", "spd", "u0h", "@", "!"];
    for n in 0..LOGS {
        let number = hash(&n.to_be_bytes());
        let cell = match cells[usize::try_from(n).unwrap() % cells.len()] {
            "@" => Cell::IDENTITY,
            "!" => Cell::CLOSED,
            place => place.parse().unwrap(),
        };
        let container = if cell.is_place() { ElementId::ZERO } else { ElementId(number.0) };
        let log = LogId {
            scope: Scope { cell, container },
            author: AuthorId(number.0),
            device: DeviceId(number.0),
            epoch: n,
        };
        for seq in 0..ENTRIES {
            let backlink = replica.state(&log).map(|state| state.tip.id);
            let header = Header {
                seq,
                backlink,
                payload_size: 100,
                payload_hash: number,
                ..Header::following(
                    log,
                    None,
                    Stamp::from_ms(n),
                    match cell {
                        Cell::IDENTITY => schema::PROFILE,
                        Cell::CLOSED => schema::WRAPS,
                        _ => schema::POST,
                    },
                )
            };
            let bytes = header.encode(Signature([7; 64])).unwrap();
            let entry = HeldEntry::from_store(bytes, Body::Present(vec![1; 100])).unwrap();
            replica.take(entry, false).unwrap();
        }
    }
    assert_eq!(u64::try_from(replica.logs().count()).unwrap(), LOGS);
    replica
});

/// Answers, one after the other, to whatever is asked: what is asked can be sent, and it ends with the answers.
pub fn sync_asking(data: &[u8]) {
    let mut replica = FILLED.clone();
    let mut pull = Pull::default();
    let Ok(mut effects) = pull.start(BTreeSet::from([vec![b's']]), &replica);
    let mut answers = messages(data);
    while let Some(effect) = effects.pop() {
        match effect {
            PullEffect::Send(request) => {
                Request::decode(&request.encode().unwrap()).unwrap();
                let Some(answer) = answers.find_map(|message| Response::decode(message).ok()) else { return };
                let Ok(more) = pull.on_response(answer, &replica);
                effects.extend(more);
            }
            PullEffect::Ingest { frames, .. } => {
                for frame in frames {
                    if let Ok(entry) = HeldEntry::from_store(frame.header.to_vec(), Body::Absent) {
                        let _ = replica.take(entry, false);
                    }
                }
                let Ok(more) = pull.on_ingested(&replica);
                effects.extend(more);
            }
            PullEffect::Payloads(found) => {
                found.into_iter().for_each(|(missing, body)| replica.set_body(&missing, body))
            }
            PullEffect::CaughtUp(_) | PullEffect::Misbehaved(_) => {}
        }
    }
}

fn messages(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = data.split_first_chunk::<2>()?;
        let (message, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        data = rest;
        Some(message)
    })
}
