//! Ids, keys, roots and counts that are computed from other values.

use crate::{
    common::{FOIX, MARSEILLE, person},
    hex,
};
use communaut_protocol::{
    EntryId, Scope, Stamp,
    entry::{Head, HeldEntry},
    fold::{electorate_root, tally_of},
    geo::{Cell, Position},
    ids::{AuthorId, DeviceId, ElementId, IdentityId},
    log::LogState,
    op::{BallotOp, Choice, Quorum, element_id, import_seed},
    replication::{
        message::{
            Digest, Frame, LogItem, Mode, PayloadWant, PersonState, Range, RegisterInterests, Request, Response, Said,
            Seen, Want, identity_digest, item_digest,
        },
        prefixes::Prefixes,
        range::fingerprint,
    },
    scope::LogId,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn list(kind: &str, about: &str, cases: Vec<Value>) -> (String, Value) {
    (format!("derive-{kind}"), json!({"kind": kind, "about": about, "cases": cases}))
}

fn identities() -> (String, Value) {
    let cases = (1..4)
        .map(|number| {
            let person = person(number);
            json!({"inception_payload": hex(person.inception.payload()), "identity": person.id})
        })
        .collect();
    list("identity", "BLAKE3 of the inception's payload.", cases)
}

fn elements() -> (String, Value) {
    let cases = [(1, [1; 16]), (2, [1; 16]), (1, import_seed("osm", "node/123")), (1, [0; 16])]
        .into_iter()
        .map(|(number, seed)| {
            let owner = person(number).id;
            let zero = seed == [0; 16];
            let id = if zero { owner.into() } else { element_id(owner, &seed) };
            json!({"owner": owner, "seed": hex(seed), "element": id})
        })
        .collect();
    let about = "BLAKE3 derive_key, context \"communaut 2026 element id\", over owner and seed; a seed of zeros gives \
                 the owner's id.";
    list("element", about, cases)
}

fn seeds() -> (String, Value) {
    let cases = [("osm", "node/123"), ("france-services", "1234"), ("", ""), ("é", "à")]
        .into_iter()
        .map(|(source, id)| json!({"source": source, "source_id": id, "seed": hex(import_seed(source, id))}))
        .collect();
    let about = "The first 16 bytes of BLAKE3 derive_key, context \"communaut 2026 import seed\", over source, a zero \
                 byte, source id.";
    list("import-seed", about, cases)
}

fn scopes() -> (String, Value) {
    let container = ElementId([0xab; 32]);
    let scopes = [
        Scope { cell: Cell::WORLD, container: ElementId::ZERO },
        Scope { cell: "s".parse().unwrap(), container: ElementId::ZERO },
        Scope::open(FOIX),
        Scope::container(MARSEILLE, container),
        Scope::identity(person(1).id),
    ];
    let cases = scopes
        .into_iter()
        .map(|scope| json!({"cell": scope.cell, "container": scope.container, "key": hex(scope.key())}))
        .collect();
    list("scope-key", "Cell in 8 bytes, padded with zeros, then the container.", cases)
}

fn logs() -> (String, Value) {
    let cases =
        [(Scope::open(FOIX), 1), (Scope::identity(person(1).id), u64::MAX), (Scope::open(MARSEILLE), 0x0102_0304)]
            .into_iter()
            .map(|(scope, epoch)| {
                let log = LogId { scope, author: AuthorId([0xab; 32]), device: DeviceId([0xcd; 32]), epoch };
                json!({
                    "scope_key": hex(scope.key()),
                    "author": log.author,
                    "device": log.device,
                    "epoch": epoch,
                    "key": hex(log.key()),
                })
            })
            .collect();
    list("log-key", "Scope key, author, device, epoch in 8 bytes big-endian.", cases)
}

fn cells() -> (String, Value) {
    let cases = [
        FOIX,
        MARSEILLE,
        Position { lat_e7: 0, lon_e7: 0 },
        Position { lat_e7: -1, lon_e7: -1 },
        Position { lat_e7: 900_000_000, lon_e7: 1_800_000_000 },
        Position { lat_e7: -900_000_000, lon_e7: -1_800_000_000 },
        Position { lat_e7: -338_688_197, lon_e7: 1_512_092_955 },
    ]
    .into_iter()
    .map(|at| json!({"lat_e7": at.lat_e7, "lon_e7": at.lon_e7, "cell": at.cell(7), "scope": Scope::open(at).cell}))
    .collect();
    list("cell", "Geohash of 7 characters, and of 4 for the scope.", cases)
}

fn roots() -> (String, Value) {
    let ids = |numbers: &[u8]| {
        let mut ids: Vec<IdentityId> = numbers.iter().map(|number| person(*number).id).collect();
        ids.sort();
        ids
    };
    let cases = [ids(&[]), ids(&[1]), ids(&[1, 2, 3])]
        .into_iter()
        .map(|people| json!({"electorate": people, "root": electorate_root(&people)}))
        .collect();
    list("electorate-root", "Roots of electorates, in ascending order.", cases)
}

fn entry(number: u8) -> EntryId {
    EntryId([number; 32])
}

/// Ballots as (entry, person, choice, previous).
type Ballots = &'static [(u8, u8, Choice, u8)];

fn tallies() -> (String, Value) {
    use Choice::{Blank, No, Yes};
    let cases: [(&str, Ballots); 8] = [
        ("nobody", &[]),
        ("each once", &[(1, 1, Yes, 0), (2, 2, No, 0), (3, 3, Blank, 0)]),
        ("replaced", &[(1, 1, Yes, 0), (2, 1, No, 1)]),
        ("replaced before it came", &[(2, 1, No, 1)]),
        ("concurrent and equal", &[(1, 1, Yes, 0), (2, 1, Yes, 0)]),
        ("concurrent and different", &[(1, 1, Yes, 0), (2, 1, No, 0), (3, 2, Yes, 0)]),
        ("settled by one for each", &[(1, 1, Yes, 0), (2, 1, No, 0), (3, 1, Blank, 1), (4, 1, Blank, 2)]),
        ("not in the electorate", &[(1, 9, Yes, 0), (2, 1, No, 1)]),
    ];
    let electorate: BTreeSet<IdentityId> = (1..=3).map(|number| IdentityId([number; 32])).collect();
    let cases = cases
        .into_iter()
        .map(|(name, ballots)| {
            let given: Vec<(EntryId, IdentityId, BallotOp)> = ballots
                .iter()
                .map(|(id, person, choice, previous)| {
                    let previous = (*previous > 0).then(|| entry(*previous));
                    (
                        entry(*id),
                        IdentityId([*person; 32]),
                        BallotOp {
                            proposal: entry(0xee),
                            electorate: communaut_protocol::Hash::default(),
                            choice: *choice,
                            previous,
                        },
                    )
                })
                .collect();
            let cast: Vec<_> = given.iter().map(|(id, by, op)| (*id, *by, op)).collect();
            let (tally, standing, refused) = tally_of(&Vec::from_iter(electorate.clone()), &cast);
            let quorum = Quorum(500);
            let ballots: Vec<Value> = given
                .iter()
                .map(|(id, by, op)| json!({"entry": id, "person": by, "choice": op.choice, "previous": op.previous}))
                .collect();
            json!({
                "name": name,
                "electorate": electorate,
                "ballots": ballots,
                "tally": tally,
                "standing": standing,
                "refused": refused,
                "quorum": quorum.0,
                "quorate": tally.quorate(quorum),
                "accepted": tally.accepted(quorum),
            })
        })
        .collect();
    list("tally", "What counts of each person of the electorate.", cases)
}

fn messages() -> (String, Value) {
    let log = LogId { scope: Scope::open(FOIX), author: AuthorId([2; 32]), device: DeviceId([1; 32]), epoch: 2 };
    let head = Head { seq: 3, id: entry(4) };
    let state = LogState { floor: 1, base: None, lo: 2, tip: head, fork: None, newest: Stamp(9) };
    let inception = HeldEntry::from(person(1).inception);
    let request = |request: Request| json!({"request": request, "bytes": hex(request.encode().unwrap())});
    let answer = |answer: Response| json!({"answer": answer, "bytes": hex(answer.encode().unwrap())});
    let (digest, seen) = (Digest([9; 16]), |arrival| Seen { instance: Digest([8; 16]), arrival });
    let register = RegisterInterests { anew: true, add: vec![b"sp9h".to_vec().into(), vec![0; 8].into()] };
    let item = LogItem {
        log,
        floor: 0,
        tips: vec![head, Head { seq: 7, id: entry(5) }],
        fork: Some(2),
        newest: Stamp(9),
        identity: digest,
    };
    let range = |shared, rest: &[u8], mode| Range { shared, rest: rest.to_vec().into(), mode };
    let compared = vec![
        range(0, b"sp", Mode::Skip {}),
        range(2, b"9h", Mode::Fingerprint { digest }),
        range(0, b"", Mode::List { digests: vec![digest] }),
    ];
    let items = vec![range(0, b"", Mode::Items { items: vec![item.clone()], unknown: vec![0, 4] })];
    let said = vec![
        Said { payload: Some(vec![1, 2].into()), erased: None },
        Said { payload: None, erased: Some(entry(6)) },
        Said { payload: None, erased: None },
    ];
    let frames = vec![Frame::of(&inception)];
    let cases = vec![
        request(Request::Hello {
            own: seen(4),
            seen: None,
            register: Some(register.clone()),
            interests: digest,
            ranges: compared.clone(),
            have: vec![],
            clock: None,
        }),
        request(Request::Hello {
            own: seen(4),
            seen: Some(seen(3)),
            register: None,
            interests: digest,
            ranges: vec![],
            have: vec![digest],
            clock: Some(1_800_000_000_000),
        }),
        request(Request::Interests { register }),
        request(Request::Ranges { under: Some(vec![b"sp".to_vec().into()]), ranges: compared }),
        request(Request::Entries { wants: vec![Want { log, from: 5, to: 9 }] }),
        request(Request::Payloads { of: vec![PayloadWant { log, seq: 5, id: entry(6), leaves: vec![2, 7].into() }] }),
        answer(Response::Since {
            frames: frames.clone(),
            longer: vec![item.clone()],
            seen: seen(5),
            more: true,
            clock: Some(1_800_000_000_000),
            people: vec![],
        }),
        answer(Response::Anew { own: seen(5), registered: true, ranges: items.clone(), clock: None }),
        answer(Response::Registered { interests: digest }),
        answer(Response::Ranges { ranges: items }),
        answer(Response::Entries { frames, more: false }),
        answer(Response::Payloads { said }),
        request(Request::People { of: vec![PersonState { author: log.author, identity: digest }] }),
        answer(Response::People { items: vec![item], through: 1 }),
        answer(Response::Refused { why: "the ranges do not ascend to the end".into() }),
        json!({"prefixes": ["7370", "73703968"], "interests": Prefixes::digest(&[b"sp".to_vec(), b"sp9h".to_vec()])}),
        json!({"log": log, "state": state, "item": item_digest(&log, &state, digest),
            "identity": digest,
            "fingerprint_of_one": fingerprint(&[(log.key(), item_digest(&log, &state, digest))])}),
        json!({"of": log, "state": state, "identity": identity_digest([(log, &state)])}),
    ];
    list("sync-message", "Messages and digests of /communaut/sync/1.", cases)
}

/// All of them.
pub fn vectors() -> Vec<(String, Value)> {
    vec![messages(), identities(), elements(), seeds(), scopes(), logs(), cells(), roots(), tallies()]
}
