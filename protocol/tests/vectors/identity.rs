//! Identities: what their acts add up to, and what stands behind devices and recovery.

use crate::{
    common::{deciding, key, person, person_with, recovery, sealing},
    devices::{Log, decide_op, device_op, ids, out, profile, recovery_op, terms},
    hex,
};
use communaut_protocol::{
    EntryId, Hash, IdentityId,
    entry::{Head, RawEntry, hash, verify_strict},
    fold::{IdentityState, IdentityView, Record, Within},
    op::{DeviceOp, Op, RecoveryTerms, accepted_head, consent_bytes, decision_bytes},
    recovery::{RecoverySecret, Wordlist},
    scope::{LogId, Scope},
};
use serde_json::{Value, json};

/// What an identity is checked by.
pub fn outcome(view: &IdentityView) -> Value {
    json!({
        "devices": view.devices.keys().collect::<Vec<_>>(),
        "out": view.out.keys().collect::<Vec<_>>(),
        "accepted": view.accepted.iter().collect::<Vec<_>>(),
        "head": view.head,
        "competing": view.competing,
        "contested": view.contested,
        "recovery": view.recovery,
        "recoveries": view.recoveries,
        "name": view.name,
    })
}

fn vector(about: &str, log: &Log) -> Value {
    let raw = |entry: &communaut_protocol::Entry| {
        let (header, payload) = (hex(entry.header_bytes()), hex(entry.payload()));
        json!({"header": header, "payload": payload})
    };
    json!({
        "kind": "identity-fold",
        "about": about,
        "identity": log.alice.id,
        "entries": log.entries.iter().map(raw).collect::<Vec<_>>(),
        "outcome": outcome(&log.view()),
    })
}

/// A phone comes in, is taken out, and writes on; then a thief competes, and the phrase decides.
fn folds() -> Vec<(String, Value)> {
    let phone = key(11);
    let mut log = Log::new();
    let first = log.alice.key.clone();
    log.say(&first, &profile("Alice"));
    let came = log.comes_in(&first, 11, None);
    log.say(&phone, &profile("Aline"));
    let tablet = log.comes_in(&first, 12, Some(came));
    log.goes_out(&first, &[&phone], Some(tablet));
    log.comes_in(&phone, 66, Some(came));
    let out = vector("A device taken out brings nobody in, from wherever it spoke; its profile goes with it.", &log);
    log.goes_out(&phone, &[&first], Some(tablet));
    let frozen = vector("Two that take each other out: both are out, and nobody comes in.", &log);
    log.recovered(13, 1, &[&key(12)], Some(tablet));
    log.comes_in(&key(66), 67, Some(came));
    let recovered = vector("The recovery key decides, from before the two.", &log);
    // The same where the first device has put its own acts aside.
    let mut log = Log::new();
    let came = log.comes_in(&first, 11, None);
    let called = log.say(&first, &profile("Alice"));
    let inception = log.alice.inception.id();
    log.witnesses(&phone, &[inception, came, called]);
    log.goes_out(&phone, &[&first], Some(came));
    log.entries.retain(|entry| entry.header().log.device != first.id());
    let witnessed = vector("Acts that only another device's log says any more; what is no act is passed over.", &log);
    [("witnessed", witnessed), ("out", out), ("frozen", frozen), ("recovered", recovered)]
        .into_iter()
        .chain(contested())
        .map(|(name, value)| (format!("fold-identity-{name}"), value))
        .collect()
}

/// A phrase that was replaced is found, and the key decides that lies elsewhere.
fn contested() -> Vec<(&'static str, Value)> {
    let begin = |mut log: Log| {
        let new = RecoveryTerms { next: hash(&recovery(3).id().0), ..terms(13, 1, &[], None) };
        let op = recovery_op(log.alice.id, &recovery(1), &new);
        let once = log.say(&key(13), &op);
        log.comes_in(&key(13), 14, Some(once));
        (log, once, op)
    };
    let (mut log, _, op) = begin(Log::new());
    log.recovered(66, u32::MAX, &[], None);
    log.recovered(67, 2, &[], None);
    let superseded = vector("A phrase that was replaced, with numbers that are not the next: nothing.", &log);
    log.say(&key(13), &op);
    let again = vector("The device that has recovered says the same recovery again: it is one.", &log);
    let other = log.recovered(66, 1, &[], None);
    log.recovered(68, 2, &[], Some(other));
    let nobody = vector("With the next number: neither counts, it is as before both. No key decides.", &log);
    let (mut log, once, _) = begin(Log::with_deciding_key());
    let other = log.recovered(66, 1, &[], None);
    log.comes_in(&log.alice.key.clone(), 11, None);
    // By the key that recovers, for one that stands nowhere, by the key of somebody else.
    for (by, which) in [(recovery(1), once), (deciding(1), EntryId([9; 32])), (deciding(2), once)] {
        log.say(&key(13), &decide_op(log.alice.id, &by, which));
    }
    let astray = vector("Decisions by other keys, and for another recovery, decide nothing; acts beside go on.", &log);
    log.decides(&key(66), once);
    let decided = vector("The deciding key decides, in whichever device's log; all that follows counts.", &log);
    log.decides(&key(13), other);
    let both = vector("Decided for both: for none.", &log);
    vec![
        ("superseded", superseded),
        ("recovered-again", again),
        ("contested", nobody),
        ("decided-astray", astray),
        ("decided", decided),
        ("decided-both", both),
    ]
}

/// Alice as a closed community knows her, from acts that witnesses there hold.
fn within() -> Vec<(String, Value)> {
    let mut log = Log::new();
    let first = log.alice.key.clone();
    let phone = log.comes_in(&first, 11, None);
    log.say(&first, &profile("Alice"));
    log.comes_in(&first, 12, Some(phone));
    let bytes = |raw: &RawEntry| json!({"header": hex(&raw.header), "payload": hex(&raw.payload)});
    let vector = |about: &str, log: &Log, own: usize, acts: &[RawEntry]| {
        let mut state = IdentityState::new(log.alice.id);
        state.apply(log.entries[..own].iter().map(|entry| Record::of(entry).unwrap()));
        let mut within = Within::default();
        within.hear_acts(acts, |_| Some(&state));
        json!({
            "kind": "identity-within",
            "about": about,
            "identity": log.alice.id,
            "own": log.entries[..own].iter().map(|entry| bytes(&entry.to_raw())).collect::<Vec<_>>(),
            "acts": acts.iter().map(bytes).collect::<Vec<_>>(),
            "outcome": outcome(within.book().get(&log.alice.id).unwrap()),
        })
    };
    let raw: Vec<RawEntry> = log.entries.iter().map(communaut_protocol::Entry::to_raw).collect();
    let all = vector("Nothing is held of her own log.", &log, 0, &raw);
    let both = vector("Of her log the first two entries are held; the rest is said inside.", &log, 2, &raw[2..]);
    // Forged, of another payload, not of an identity's log, a witness within, by a device that does not speak.
    let mut forged = raw[1].clone();
    *forged.header.last_mut().unwrap() ^= 1;
    let other = RawEntry { payload: raw[3].payload.clone(), ..raw[1].clone() };
    let elsewhere = crate::common::Desk::default().write(
        &log.alice.clone(),
        Scope::open(crate::common::FOIX),
        5,
        &crate::common::post("ici"),
    );
    log.witnesses(&first, &[phone]);
    let nested = log.entries.last().unwrap().to_raw();
    log.comes_in(&key(66), 67, None);
    let thief = log.entries.last().unwrap().to_raw();
    let acts = [raw[0].clone(), forged, other, elsewhere.to_raw(), nested, thief];
    let none = vector("What nobody has signed, and what is no act of an identity, is passed over.", &log, 0, &acts);
    [("alone", all), ("both", both), ("passed-over", none)]
        .map(|(name, value)| (format!("within-{name}"), value))
        .to_vec()
}

fn list(kind: &str, about: &str, cases: Vec<Value>) -> (String, Value) {
    (format!("derive-{kind}"), json!({"kind": kind, "about": about, "cases": cases}))
}

fn consents() -> (String, Value) {
    let (identity, laptop, sealing_key) = (person(1).id, key(11), sealing(11).public());
    let bytes = consent_bytes(identity, sealing_key);
    let case = json!({
        "identity": identity,
        "sealing_key": sealing_key,
        "bytes": hex(&bytes),
        "device_seed": hex([11; 32]),
        "device": laptop.id(),
        "consent": laptop.sign(&bytes),
    });
    let about = "\"communaut/device-consent/1\", a zero byte, the identity, the sealing key; signed by the device that \
                 comes in.";
    list("consent", about, vec![case])
}

fn recoveries() -> (String, Value) {
    let identity = person(1).id;
    let terms = terms(13, 1, &[&key(12)], Some(EntryId([7; 32])));
    let bytes = terms.signing_bytes(identity).unwrap();
    let case = json!({
        "identity": identity,
        "terms": terms,
        "bytes": hex(&bytes),
        "key": recovery(1).id(),
        "proof": recovery(1).sign(&bytes),
    });
    list(
        "recovery",
        "\"communaut/recovery/1\", a zero byte, the identity, the terms; signed by the recovery key.",
        vec![case],
    )
}

fn decisions() -> (String, Value) {
    let (identity, which) = (person(1).id, EntryId([7; 32]));
    let bytes = decision_bytes(identity, which);
    let case = json!({
        "identity": identity,
        "recovery": which,
        "bytes": hex(&bytes),
        "key": deciding(1).id(),
        "proof": deciding(1).sign(&bytes),
    });
    let about = "\"communaut/decision/1\", a zero byte, the identity, the recovery; signed by the deciding key.";
    list("decision", about, vec![case])
}

fn accepted() -> (String, Value) {
    let alice = person(1);
    let log = LogId { scope: Scope::identity(alice.id), author: alice.id.into(), device: key(11).id(), epoch: 5 };
    let head = Head { seq: 3, id: EntryId([5; 32]) };
    let case = json!({
        "log_key": hex(log.key()),
        "seq": head.seq,
        "entry": head.id,
        "accepted": accepted_head(&log, head),
    });
    let about = "BLAKE3 derive_key, context \"communaut 2026 accepted head\", over log key, number and entry.";
    list("accepted", about, vec![case])
}

fn phrases() -> (String, Value) {
    let cases = [[0x7f; 32], [0; 32]].map(|bytes| {
        let secret = RecoverySecret::from_bytes(bytes);
        json!({
            "entropy": hex(bytes),
            "english": secret.words(Wordlist::English).as_str(),
            "french": secret.words(Wordlist::French).as_str(),
            "key": secret.key().id(),
            "commitment": secret.commitment(),
            "sealing_key": secret.sealing_key(),
            "deciding_key": secret.deciding_key().id(),
            "deciding_commitment": secret.deciding_commitment(),
        })
    });
    let about = "24 words of BIP-39, and the keys that follow from the 32 bytes for which they stand.";
    list("phrase", about, cases.to_vec())
}

/// Check one derivation.
pub fn check_case(kind: &str, case: &Value) {
    match kind {
        "accepted" => {
            let log = LogId::from_key(&crate::unhex(&case["log_key"])).unwrap();
            let head = Head { seq: crate::get(case, "seq"), id: crate::get(case, "entry") };
            assert_eq!(accepted_head(&log, head), crate::get(case, "accepted"));
        }
        "recovery" => {
            let terms: communaut_protocol::op::RecoveryTerms = crate::get(case, "terms");
            let identity: IdentityId = crate::get(case, "identity");
            let bytes = terms.signing_bytes(identity).unwrap();
            assert_eq!(bytes, crate::unhex(&case["bytes"]));
            let proof = crate::get(case, "proof");
            verify_strict(crate::get(case, "key"), &bytes, proof).unwrap();
        }
        "decision" => {
            let bytes = decision_bytes(crate::get(case, "identity"), crate::get(case, "recovery"));
            assert_eq!(bytes, crate::unhex(&case["bytes"]));
            verify_strict(crate::get(case, "key"), &bytes, crate::get(case, "proof")).unwrap();
        }
        "phrase" => {
            for list in ["english", "french"] {
                let secret = RecoverySecret::from_words(case[list].as_str().unwrap()).unwrap();
                assert_eq!(hex(secret.expose()), case["entropy"]);
                assert_eq!(secret.commitment(), crate::get(case, "commitment"));
                assert_eq!(secret.deciding_commitment(), crate::get(case, "deciding_commitment"));
            }
        }
        other => panic!("{other} is not known"),
    }
}

/// Acts that are kept and not folded: a list out of order, one that says nothing, a label too long.
fn payloads() -> Vec<(String, Value)> {
    let alice = person(1);
    let good = out(&[&key(11), &key(12)], &[Hash([1; 32]), Hash([2; 32])], None).encode([3; 16]).unwrap();
    let at = |bytes: &[u8]| good.windows(bytes.len()).position(|window| window == bytes).unwrap();
    let [one, other] = [&ids(&[&key(11), &key(12)])[0].0, &ids(&[&key(11), &key(12)])[1].0];
    let swapped = |one: &[u8], other: &[u8]| {
        let mut bytes = good.clone();
        let (first, second) = (at(one), at(other));
        bytes[first..first + 32].copy_from_slice(other);
        bytes[second..second + 32].copy_from_slice(one);
        bytes
    };
    // The list of devices begins two bytes before the first: its head, and that of the byte string.
    let devices = at(one) - 3;
    let nobody = [&good[..devices], &[0x80], &good[devices + 1 + 2 * 34..]].concat();
    let label = {
        let Op::Device(device) = device_op(alice.id, 11, None) else { unreachable!() };
        let fits = Op::Device(DeviceOp { label: "x".repeat(60), ..device });
        let bytes = fits.encode([3; 16]).unwrap();
        let at = bytes.windows(3).position(|window| window == [0x78, 60, b'x']).unwrap();
        [&bytes[..at], &[0x78, 61, b'x'], &bytes[at + 2..]].concat()
    };
    let decision = decide_op(alice.id, &deciding(1), EntryId([7; 32])).encode([3; 16]).unwrap();
    // Of three fields the last, number 2: its key, and 64 bytes with their head.
    let (kept, _) = decision.split_at(decision.len() - 67);
    let at = kept.windows(2).position(|window| window == [0xa3, 0x00]).unwrap();
    let unsigned = [&kept[..at], &[0xa2], &kept[at + 1..]].concat();
    let inception = person_with(1, Some(&deciding(1))).inception.payload().to_vec();
    // Likewise number 4 of five, 32 bytes.
    let (kept, hash) = inception.split_at(inception.len() - 32);
    let short = [&kept[..kept.len() - 1], &[31], &hash[1..]].concat();
    [
        ("out-nobody", "Nobody goes out.", 4, nobody),
        ("out-devices-order", "Devices that do not ascend.", 4, swapped(one, other)),
        ("out-accepted-order", "Accepted heads that do not ascend.", 4, swapped(&[1; 32], &[2; 32])),
        ("device-label", "A label of 61 bytes.", 2, label),
        ("decide-no-proof", "A decision that nobody has signed.", 7, unsigned),
        ("inception-deciding", "A deciding key of 31 bytes.", 1, short),
    ]
    .into_iter()
    .map(|(name, about, schema, payload)| {
        let log = LogId { scope: Scope::identity(alice.id), author: alice.id.into(), device: alice.key.id(), epoch: 1 };
        let mut header = crate::common::header(log, None, 1_000, &profile("x"), &payload);
        header.schema = schema;
        let entry = communaut_protocol::Entry::sign(&alice.key, header, payload).unwrap();
        let mut value = crate::good::entry_value(1, &entry);
        value["kind"] = "payload".into();
        value["about"] = about.into();
        value["accepted"] = true.into();
        value["refusal"] = Value::Null;
        value["not_folded"] = crate::refused::not_folded(&Record::of(&entry));
        (format!("payload-{name}"), value)
    })
    .collect()
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    let mut all = folds();
    all.extend(within());
    all.extend(payloads());
    all.extend([consents(), recoveries(), decisions(), accepted(), phrases()]);
    all
}
