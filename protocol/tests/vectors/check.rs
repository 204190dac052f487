//! Reads a vector's file alone, as another implementation would, and holds it to the rules.

use crate::{folds::outcome, get, good::said, identity, refused::not_folded, unhex};
use communaut_protocol::{
    DeviceKey, Entry, Header, Scope, Stamp,
    entry::{LEAVES, RawEntry, hash},
    fold::{IdentityBook, IdentityState, Record, ScopeState, Within, electorate_root, tally_of},
    geo::{Cell, Position},
    ids::{DeviceId, ElementId, EntryId, Hash, IdentityId, Signature},
    log::LogState,
    op::{BallotOp, Op, Quorum, Tally, consent_bytes, element_id, import_seed},
    private::Keyring,
    replication::{
        message::{Digest, Request, Response, identity_digest, item_digest},
        prefixes::Prefixes,
        range::fingerprint,
    },
    scope::LogId,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};

fn raw(value: &Value) -> RawEntry {
    RawEntry { header: unhex(&value["header"]), payload: unhex(&value["payload"]) }
}

fn device(value: &Value) -> DeviceKey {
    DeviceKey::from_seed(&unhex(&value["device_seed"]).try_into().unwrap())
}

fn operation(schema: u16, value: &Value) -> Op {
    Op::from_form(schema, value).unwrap_or_else(|| panic!("schema {schema}")).unwrap()
}

/// Header fields as the file states them: encoded and signed they give the file's bytes.
fn check_header(value: &Value) -> Entry {
    let scope = Scope { cell: get(&value["scope"], "cell"), container: get(&value["scope"], "container") };
    let header = Header {
        seq: get(value, "seq"),
        backlink: get::<Option<EntryId>>(value, "backlink"),
        schema_version: get(value, "schema_version"),
        flags: get(value, "flags"),
        payload_size: get(value, "payload_size"),
        payload_hash: get::<Hash>(value, "payload_hash"),
        extra: get(value, "extra"),
        ..Header::following(
            LogId {
                scope,
                author: get(value, "log_author"),
                device: get::<DeviceId>(value, "device"),
                epoch: get(value, "epoch"),
            },
            None,
            get::<Stamp>(value, "stamp"),
            get(value, "schema"),
        )
    };
    assert_eq!(header.signing_bytes().unwrap(), unhex(&value["signing_bytes"]));
    let signature = device(value).sign(&unhex(&value["signing_bytes"]));
    assert_eq!(header.encode(signature).unwrap(), unhex(&value["header"]));
    let entry = Entry::verify(raw(value)).unwrap();
    assert_eq!(entry.header(), &header);
    assert_eq!(entry.id(), get::<EntryId>(value, "id"));
    entry
}

fn check_operation(value: &Value) {
    let entry = check_header(value);
    let decoded = match Record::of(&entry) {
        Ok(record) => record.op,
        // What wraps keys lies open in closed scopes, and says nothing to a reducer.
        Err(_) => Op::decode(entry.header().schema, 1, entry.payload()).unwrap(),
    };
    assert_eq!(said(&decoded), value["operation"]);
    let mut op = operation(entry.header().schema, &value["operation"]);
    if let Op::Restate(op) = &mut op {
        op.said = value["said"].as_array().unwrap().iter().map(|leaf| Some(unhex(leaf))).collect();
    }
    assert_eq!(op.schema(), entry.header().schema);
    let mut nonces = value["nonces"].as_array().unwrap().iter().map(|nonce| unhex(nonce).try_into().unwrap());
    let written = if value["under"].is_null() {
        op.written(&mut || nonces.next().unwrap()).unwrap()
    } else {
        (0, op.encode_under(nonces.next().unwrap(), Some(get(value, "under"))).unwrap())
    };
    assert_eq!(written, (entry.header().flags & LEAVES, entry.payload().to_vec()));
}

fn check_append_vector(value: &Value) {
    let entry = check_header(value);
    assert_eq!(super::refused::append_outcome(get(value, "head"), &entry), value["outcome"]);
}

fn check_fold(value: &Value) {
    let scope = Scope::from_key(&unhex(&value["scope_key"])).unwrap();
    let records = |field: &str| -> Vec<Record> {
        let entries = value[field].as_array().unwrap();
        let read = |entry| Record::all(&Entry::verify(raw(entry)).unwrap(), &Keyring::default());
        entries.iter().flat_map(read).map(Result::unwrap).collect()
    };
    let book: IdentityBook = records("identities")
        .into_iter()
        .map(|record| {
            let id = IdentityId(record.payload_hash.0);
            let mut state = IdentityState::new(id);
            state.apply([record]);
            (id, Arc::new(state.view().clone()))
        })
        .collect();
    let mut entries = records("entries");
    for _ in 0..entries.len() {
        entries.rotate_left(1);
        let mut state = ScopeState::new(scope);
        state.apply(entries.clone(), &book);
        assert_eq!(outcome(state.view()), value["outcome"]);
    }
}

/// The entries one by one, each time from another on: the same identity stands.
fn check_identity(value: &Value) {
    let entries = value["entries"].as_array().unwrap();
    let mut records: Vec<Record> =
        entries.iter().map(|entry| Record::of(&Entry::verify(raw(entry)).unwrap()).unwrap()).collect();
    for _ in 0..records.len() {
        records.rotate_left(1);
        let mut state = IdentityState::new(get(value, "identity"));
        records.iter().for_each(|record| state.apply([record.clone()]));
        assert_eq!(identity::outcome(state.view()), value["outcome"]);
    }
}

fn check_case(kind: &str, case: &Value) {
    let scope = |key: &Value| Scope::from_key(&unhex(key)).unwrap();
    match kind {
        "invite" => crate::invites::check_case(case),
        "identity" => {
            assert_eq!(hash(&unhex(&case["inception_payload"])).0, get::<IdentityId>(case, "identity").0);
        }
        "element" => {
            let (owner, seed): (IdentityId, [u8; 16]) = (get(case, "owner"), unhex(&case["seed"]).try_into().unwrap());
            let id = if seed == [0; 16] { owner.into() } else { element_id(owner, &seed) };
            assert_eq!(id, get::<ElementId>(case, "element"));
        }
        "occurrences" => assert_eq!(crate::content::days_of(case), get::<Vec<i32>>(case, "days")),
        "import-seed" => {
            let seed = import_seed(&get::<String>(case, "source"), &get::<String>(case, "source_id"));
            assert_eq!(seed.to_vec(), unhex(&case["seed"]));
        }
        "scope-key" => {
            let expected = Scope { cell: get::<Cell>(case, "cell"), container: get(case, "container") };
            assert_eq!((scope(&case["key"]), expected.key().to_vec()), (expected, unhex(&case["key"])));
        }
        "log-key" => {
            let log = LogId {
                scope: scope(&case["scope_key"]),
                author: get(case, "author"),
                device: get(case, "device"),
                epoch: get(case, "epoch"),
            };
            assert_eq!(
                (LogId::from_key(&unhex(&case["key"])).unwrap(), log.key().to_vec()),
                (log, unhex(&case["key"]))
            );
        }
        "cell" => {
            let at = Position { lat_e7: get(case, "lat_e7"), lon_e7: get(case, "lon_e7") };
            assert_eq!((at.cell(7), Scope::open(at).cell), (get(case, "cell"), get(case, "scope")));
        }
        "electorate-root" => {
            assert_eq!(electorate_root(&get::<Vec<IdentityId>>(case, "electorate")), get::<Hash>(case, "root"));
        }
        "consent" => {
            let bytes = consent_bytes(get(case, "identity"), get(case, "sealing_key"));
            assert_eq!(bytes, unhex(&case["bytes"]));
            let consent: Signature = get(case, "consent");
            assert_eq!(device(case).sign(&bytes), consent);
            communaut_protocol::entry::verify_strict(get(case, "device"), &bytes, consent).unwrap();
        }
        "tally" => {
            let electorate: BTreeSet<IdentityId> = get(case, "electorate");
            let ballots: Vec<(EntryId, IdentityId, BallotOp)> = case["ballots"]
                .as_array()
                .unwrap()
                .iter()
                .map(|ballot| {
                    let op = BallotOp {
                        proposal: EntryId([0xee; 32]),
                        electorate: Hash::default(),
                        choice: get(ballot, "choice"),
                        previous: get(ballot, "previous"),
                    };
                    (get(ballot, "entry"), get(ballot, "person"), op)
                })
                .collect();
            let cast: Vec<_> = ballots.iter().map(|(id, by, op)| (*id, *by, op)).collect();
            let (tally, standing, refused) = tally_of(&Vec::from_iter(electorate), &cast);
            assert_eq!(tally, get::<Tally>(case, "tally"));
            assert_eq!((json!(standing), json!(refused)), (case["standing"].clone(), case["refused"].clone()));
            let quorum = Quorum(get(case, "quorum"));
            assert_eq!((tally.quorate(quorum), tally.accepted(quorum)), (get(case, "quorate"), get(case, "accepted")));
        }
        "sync-message" if !case["prefixes"].is_null() => {
            let prefixes: Vec<Vec<u8>> = case["prefixes"].as_array().unwrap().iter().map(unhex).collect();
            assert_eq!(Prefixes::digest(&prefixes), get::<Digest>(case, "interests"));
        }
        "sync-message" if !case["log"].is_null() => {
            let (log, state): (LogId, LogState) = (get(case, "log"), get(case, "state"));
            let digest = item_digest(&log, &state, get(case, "identity"));
            assert_eq!(digest, get::<Digest>(case, "item"));
            assert_eq!(fingerprint(&[(log.key(), digest)]), get::<Digest>(case, "fingerprint_of_one"));
        }
        "sync-message" if !case["of"].is_null() => {
            let (log, state): (LogId, LogState) = (get(case, "of"), get(case, "state"));
            assert_eq!(identity_digest([(log, &state)]), get::<Digest>(case, "identity"));
        }
        "sync-message" => {
            let bytes = unhex(&case["bytes"]);
            if case["request"].is_null() {
                let answer: Response = get(case, "answer");
                assert_eq!((Response::decode(&bytes).unwrap(), answer.encode().unwrap()), (answer, bytes));
            } else {
                let request: Request = get(case, "request");
                assert_eq!((Request::decode(&bytes).unwrap(), request.encode().unwrap()), (request, bytes));
            }
        }
        "bundle" => crate::bundles::check_case(case),
        other => identity::check_case(other, case),
    }
}

/// What witnesses say one act at a time, each time from another on: the same person.
fn check_within(value: &Value) {
    let id: IdentityId = get(value, "identity");
    let mut own = IdentityState::new(id);
    let entries = value["own"].as_array().unwrap().iter();
    own.apply(entries.map(|entry| Record::of(&Entry::verify(raw(entry)).unwrap()).unwrap()));
    let mut acts: Vec<_> = value["acts"].as_array().unwrap().iter().map(raw).collect();
    for _ in 0..acts.len() {
        acts.rotate_left(1);
        let mut within = Within::default();
        acts.iter().for_each(|act| drop(within.hear_acts([act], |person| Some(&own).filter(|_| person == id))));
        assert_eq!(identity::outcome(within.book().get(&id).unwrap()), value["outcome"]);
    }
}

/// Hold one file to the rules.
pub fn check(name: &str, value: &Value) {
    let kind = value["kind"].as_str().unwrap_or_else(|| panic!("{name} has no kind"));
    match kind {
        "operation" => check_operation(value),
        "entry" => {
            let refusal = Entry::verify(raw(value)).unwrap_err();
            assert_eq!(
                (value["accepted"].clone(), json!(refusal.name())),
                (json!(false), value["refusal"].clone()),
                "{name}"
            );
        }
        "append" => check_append_vector(value),
        "payload" => {
            let entry = check_header(value);
            assert_eq!(not_folded(&Record::of(&entry)), value["not_folded"], "{name}");
        }
        "leaves" => {
            let entry = check_header(value);
            for (field, found) in crate::leaves::outcome(&entry).as_object().unwrap() {
                assert_eq!(found, &value[field], "{name}");
            }
        }
        "fold" => check_fold(value),
        "identity-fold" => check_identity(value),
        "identity-within" => check_within(value),
        "kept" => crate::kept::check(value),
        "claims" => crate::claims::check(value),
        _ => {
            let cases = value["cases"].as_array().unwrap_or_else(|| panic!("{name} has no cases"));
            assert!(!cases.is_empty());
            let check = if kind.starts_with("private-") { crate::private::check_case } else { check_case };
            cases.iter().for_each(|case| check(kind, case));
        }
    }
}
