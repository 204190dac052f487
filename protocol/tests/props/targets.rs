//! What each fuzz target does with its bytes: shared by `protocol/fuzz` (coverage-guided, nightly) and by the property
//! tests beside this file (stable). None may panic, whatever the bytes; what is accepted must be what it says.

use communaut_protocol::{
    Entry, Header, LogId, Scope,
    entry::{Body, HeldEntry, RawEntry},
    op::Op,
    pairing::{Code, PairMessage},
    private::proof,
    recovery::{RecoverySecret, Share, Wordlist},
    replication::{
        memory::MemoryReplica,
        message::{Request, Response},
        pull::{Effect, Pull},
        serve::Serve,
    },
};
use std::collections::BTreeSet;

/// What takes bytes.
pub type Target = fn(&[u8]);

/// Names and functions, for the tests.
pub const ALL: [(&str, Target); 9] = [
    ("entry", entry),
    ("header", header),
    ("keys", keys),
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

/// A header alone: what decodes has one encoding.
pub fn header(data: &[u8]) {
    if let Ok((header, signature)) = Header::decode(data) {
        assert_eq!(header.encode(signature).unwrap(), data);
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

/// A payload under any schema: two bytes of it, then the payload.
pub fn operation(data: &[u8]) {
    let Some((schema, payload)) = data.split_first_chunk::<2>() else { return };
    if let Ok((author, op)) = Op::decode(u16::from_be_bytes(*schema), 1, payload) {
        let nonce = payload[2..18].try_into().unwrap();
        assert_eq!(op.encode(nonce, author).unwrap(), payload);
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

/// Requests, one after the other, each with two bytes of length: what is answered can be sent.
pub fn sync_answering(data: &[u8]) {
    let (replica, pull) = (replica(), Pull::default());
    let mut serve = Serve::default();
    for message in messages(data) {
        if let Ok(request) = Request::decode(message) {
            let Ok(answer) = serve.answer(&replica, request, &pull);
            Response::decode(&answer.encode().unwrap()).unwrap();
        }
    }
}

/// Answers, one after the other, to whatever is asked: what is asked can be sent, and it ends with the answers.
pub fn sync_asking(data: &[u8]) {
    let mut replica = replica();
    let mut pull = Pull::default();
    let Ok(mut effects) = pull.start(BTreeSet::from([vec![b's']]), &replica);
    let mut answers = messages(data);
    while let Some(effect) = effects.pop() {
        match effect {
            Effect::Send(request) => {
                Request::decode(&request.encode().unwrap()).unwrap();
                let Some(answer) = answers.find_map(|message| Response::decode(message).ok()) else { return };
                let Ok(more) = pull.on_response(answer, &replica);
                effects.extend(more);
            }
            Effect::Ingest { frames, .. } => {
                for frame in frames {
                    if let Ok(entry) = HeldEntry::from_store(frame.header.to_vec(), Body::Absent) {
                        let _ = replica.take(entry, false);
                    }
                }
                let Ok(more) = pull.on_ingested(&replica);
                effects.extend(more);
            }
            Effect::Payloads(found) => found.into_iter().for_each(|(missing, body)| replica.set_body(&missing, body)),
            Effect::CaughtUp(_) | Effect::Misbehaved(_) => {}
        }
    }
}

fn replica() -> MemoryReplica {
    MemoryReplica::new([1; 16])
}

fn messages(mut data: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (length, rest) = data.split_first_chunk::<2>()?;
        let (message, rest) = rest.split_at(usize::from(u16::from_be_bytes(*length)).min(rest.len()));
        data = rest;
        Some(message)
    })
}
