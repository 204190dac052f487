#![allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp, reason = "a test fails by panicking")]

use super::{
    args::{Cli, Command, Publish},
    print::Prints,
    *,
};
use crate::{
    import::{FileFault, ImportError, Reason},
    modules::{
        Done, Written,
        bundle::{BundleReport, BundleWritten, cli::BundleTaken},
        element,
        governance::ProposalDetail,
        import::{ImportReport, SkippedRecord, StreetsReport, cli::Imported},
        node::{NodeStatus, cli::StatusAndKeys},
        search::{self, Found, Hit, Why},
        territory::{self, TerritoryInfo, cli::TerritoryCommand},
    },
    snapshot::{NetworkStatus, OwnFork, Phase, StoreStatus, Trouble},
    streets::found::Incomplete,
    vault::Protection,
};
use clap::CommandFactory;
use communaut_protocol::{
    AuthorId, DeviceId, ElementId, EntryId, Hash, IdentityId, LogId, Position, Scope, Stamp,
    fold::{BallotView, ElementView, OpeningView, ProposalStatus, ProposalView, RefusedBallot, VoteRule},
    op::{BlobRef, Choice, Kind, Provenance, Quorum, Tally, When},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};

fn parse(args: &[&str]) -> Cli {
    Cli::try_parse_from([&["communaut-node"], args].concat()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(args: &[&str]) -> String {
    let error = Cli::try_parse_from([&["communaut-node"], args].concat()).err();
    let error = error.unwrap_or_else(|| panic!("{args:?} was taken"));
    assert_eq!(error.exit_code(), i32::from(USAGE));
    let line = usage_line(&error);
    assert!(!line.contains('\n') && !line.starts_with("error"), "{line}");
    line
}

#[test]
fn clap_agrees_with_itself() {
    Cli::command().debug_assert();
}

#[test]
fn options_for_all_stand_before_or_after_the_command() {
    for args in [["--json", "--data", "d", "status"], ["status", "--data", "d", "--json"]] {
        let cli = parse(&args);
        assert!(cli.json && cli.data == Some("d".into()));
    }
}

#[test]
fn a_search_with_everything() {
    let line =
        "search bonne boulangerie --near -43.73,7.42 --radius 2 --kind place,event --kind poi --tag bio --limit 5";
    let args: Vec<&str> = line.split(' ').collect();
    let Command::Search(search::cli::Args::Search(search)) = parse(&args).command else { panic!() };
    assert_eq!(search.text, ["bonne", "boulangerie"]);
    let at = Position { lat_e7: -437_300_000, lon_e7: 74_200_000 };
    assert_eq!((search.near, search.radius), (Some(parse::Spot::At(at)), Some(2_000)));
    assert!(search.territory.is_empty() && search.ring.is_none() && !search.facets);
    assert_eq!(search.kind.into_iter().map(Kind::from).collect::<Vec<_>>(), [Kind::Place, Kind::Event, Kind::Place]);
}

#[test]
fn a_search_along_a_line_and_in_several_territories() {
    let line = "search --along -45.0,4.0 --along 45.1,-4.1 --within 2 --territory a --territory b --ring 5 --facets";
    let args: Vec<&str> = line.split(' ').collect();
    let Command::Search(search::cli::Args::Search(search)) = parse(&args).command else { panic!() };
    assert_eq!((search.along.len(), search.within, search.ring, search.facets), (2, 2_000, Some(5_000), true));
    assert_eq!(search.territory, ["a", "b"]);
    assert!(refused(&["search", "--ring", "2"]).contains("--territory"));
    assert!(refused(&["search", "--within", "2"]).contains("--along"));
}

#[test]
fn wrong_usage_is_one_line_that_names_the_input() {
    assert_eq!(
        refused(&["search", "--near", "43,73,7,42"]),
        "invalid value '43,73,7,42' for '--near <LAT,LON|PLACE>': decimals take a point and not a comma: 43.73,7.42"
    );
    assert!(refused(&["search", "--near", "122.4,37.8"]).ends_with("are the two swapped?"));
    assert!(refused(&["search", "--radius", "2"]).contains("--near"));
    assert!(refused(&["search", "--near", "1,2", "--radius", "-2"]).contains("'-2'"));
    assert!(refused(&["search", "--kind", "ship"]).contains("'ship'"));
    assert!(refused(&["init", "--name", "Ada"]).contains("--place"));
    assert!(refused(&["init", "--name", "Ada", "--at", "1,2", "--place", "Lyon"]).contains("--place"));
    assert!(refused(&["vote", "abcd", "maybe"]).contains("'maybe'"));
    assert!(refused(&["fly"]).contains("'fly'"));
    assert!(
        refused(&["propose", "--in", "x", "--title", "t", "--closes", "2030-01-01", "--quorum", "101"])
            .contains("'101'")
    );
    assert!(refused(&["publish", "event", "--name", "x", "--at", "1,2"]).contains("--start"));
    assert!(refused(&["publish", "post", "text"]).contains("--on"));
    assert!(refused(&["publish", "element", "--kind", "place", "--at", "1,2"]).contains("--name"));
    assert!(refused(&["agenda", "--from", "28/03/2026"]).contains("'28/03/2026'"));
    assert!(refused(&["territory", "follow", "Lyon:"]).contains("'Lyon:'"));
    assert_eq!(refused(&[]), "what to do is missing; see --help");
    assert_eq!(refused(&["publish"]), "what to do is missing; see --help");
}

#[test]
fn an_edit_needs_only_what_changes() {
    let Command::Publish(Publish::Element(element::cli::Publish::Element(element))) =
        parse(&["publish", "element", "--edit", "abcd", "--phone", ""]).command
    else {
        panic!()
    };
    assert_eq!(
        (element.card.edit.as_deref(), element.card.said.phone.as_deref(), element.kind),
        (Some("abcd"), Some(""), None)
    );
}

#[test]
fn a_daemon_takes_several_of_each() {
    let line = "run --listen /ip4/127.0.0.1/tcp/0 --listen /ip4/127.0.0.1/udp/0/quic-v1 --peer /ip4/127.0.0.1/tcp/1 \
                --territory u0m7,u0m6 --territory -1.5,2:3 --no-mdns";
    let Command::Run(run) = parse(&line.split(' ').collect::<Vec<_>>()).command else { panic!() };
    assert_eq!((run.listen.len(), run.peer.len(), run.territory.len(), run.no_mdns), (2, 1, 2, true));
    let Command::Territory(territory::cli::Args::Territory(TerritoryCommand::Follow { territory, .. })) =
        parse(&["territory", "follow", "@a.geojson"]).command
    else {
        panic!()
    };
    assert_eq!(territory, parse::Territory::File("a.geojson".into()));
}

fn shape(reply: &impl Prints) -> Value {
    serde_json::from_str(&reply.line()).unwrap()
}

fn element() -> Arc<ElementView> {
    let position = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };
    Arc::new(ElementView {
        id: ElementId([0xab; 32]),
        scope: Scope::open(position),
        owner: IdentityId([1; 32]),
        seed: [2; 16],
        kind: Kind::Event,
        name: "Fête".into(),
        description: String::new(),
        position: Some(position),
        address: "1 rue X".into(),
        phone: String::new(),
        email: String::new(),
        website: String::new(),
        opening_hours: String::new(),
        tags: vec!["danse".into()],
        when: Some(When {
            start_ms: 1_774_702_800_000,
            end_ms: 1_774_706_400_000,
            zone: "Europe/Paris".into(),
            offset: None,
            whole_days: false,
            repeat: None,
        }),
        parent: None,
        provenance: Some(Provenance { source: "osm".into(), id: "node/1".into(), licence: "ODbL".into() }),
        retracted: false,
        sample: false,
        updated: Stamp::from_ms(5),
        registers: Vec::new(),
        unknown: std::collections::BTreeMap::new(),
        blobs: vec![BlobRef {
            hash: Hash([7; 32]),
            size: 345_678,
            media_type: "image/webp".into(),
            alt: "Le\u{202e} bal".into(),
        }],
        subkind: String::new(),
        stage: String::new(),
        languages: Vec::new(),
        contacts: Vec::new(),
        instead: None,
        foreign: String::new(),
    })
}

#[test]
fn an_import_prints_exactly_its_counts() {
    let skipped = vec![SkippedRecord { at: "line 3".into(), why: Reason::NoName }];
    let mut report = ImportReport { read: 3, created: 1, updated: 1, skipped, ..ImportReport::default() };
    assert_eq!(
        Imported { file: "f".into(), report: report.clone() }.line(),
        concat!(
            r#"{"read":3,"created":1,"updated":1,"unchanged":0,"skipped_count":0,"#,
            r#""skipped":[{"at":"line 3","why":"no name","reason":{"code":"no_name"}}],"#,
            r#""notes":[],"gone":{"count":0,"names":[]}}"#
        )
    );
    let id = "ab".repeat(32);
    let incomplete = Incomplete { count: 2, names: vec!["A".into()] };
    let streets = Some(StreetsReport { id: id.clone(), tiles: 13, bytes: 103_359, boundaries: 4, incomplete });
    let with_streets = Imported { file: "f".into(), report: ImportReport { streets, ..report.clone() } };
    let end = format!(
        concat!(
            r#","streets":{{"id":"{id}","tiles":13,"bytes":103359,"boundaries":4,"#,
            r#""incomplete":{{"count":2,"names":["A"]}}}}}}"#
        ),
        id = id
    );
    assert!(with_streets.line().ends_with(&end), "{}", with_streets.line());
    assert!(with_streets.text().contains("\nstreet map: 13 tiles, 104 kB\n"), "{}", with_streets.text());
    assert!(with_streets.text().contains("\nboundaries to follow: 4;"), "{}", with_streets.text());
    let why = ImportError::Broken { file: "f".into(), at: "line 4".into(), why: FileFault::CutInRecord };
    (report.error, report.reason) = (Some(why.to_string()), Some(Box::new(why)));
    let imported = Imported { file: "f".into(), report };
    let reason = r#"{"code":"broken","file":"f","at":"line 4","why":{"code":"cut_in_record"}}"#;
    let said = "'f' is broken at line 4: the file ends in the middle of a record: it is cut";
    assert!(imported.line().ends_with(&format!(r#","error":"{said}","reason":{reason}}}"#)), "{}", imported.line());
    let failure = json::failure(&imported.broke_off().unwrap());
    let failure: Value = serde_json::from_str(&failure).unwrap();
    assert_eq!(failure["error"]["message"], said);
    assert_eq!(failure["error"]["reason"], serde_json::from_str::<Value>(reason).unwrap());
}

#[test]
fn elements_have_degrees_and_local_times() {
    let hit = Hit {
        element: element(),
        distance_m: Some(12),
        around: false,
        why: Why::Distance(12),
        called: None,
        open: None,
    };
    // How old it is depends on the day.
    let line = search::cli::because(&hit, time::now_ms());
    assert!(line.starts_with("nearest first; 12 m away; as of ") && line.ends_with(" years ago"), "{line}");
    let found = Found { total: 7, hits: Arc::new(vec![hit]), ..Found::default() };
    let found = shape(&search::cli::Shown { found, from_ms: 0, language: crate::osm_words::Language::English });
    assert_eq!(
        found,
        json!({ "total": 7, "hits": [{
            "id": "ab".repeat(32), "kind": "event", "name": "Fête", "description": "", "lat": 43.73, "lon": 7.42,
            "address": "1 rue X", "phone": "", "email": "", "website": "", "opening_hours": "", "tags": ["danse"],
            "subkind": "", "stage": "", "languages": [], "contacts": [], "instead": null,
            "when": { "first_day": null, "last_day": null, "repeat": null, "next": null,
                "start": "2026-03-28T14:00:00+01:00", "end": "2026-03-28T15:00:00+01:00",
                      "start_ms": 1_774_702_800_000_i64, "end_ms": 1_774_706_400_000_i64, "zone": "Europe/Paris" },
            "parent": null,
            "files": [{ "hash": "07".repeat(32), "size": 345_678, "type": "image/webp", "alt": "Le\u{202e} bal" }],
            "owner": "01".repeat(32), "cell": "spv2", "container": null, "closed": false,
            "provenance": { "source": "osm", "id": "node/1", "licence": "ODbL" },
            "sample": false, "updated_ms": 5, "distance_m": 12, "around": false,
            "why": { "match": "distance", "how": null, "line": line },
        }], "addresses": [] })
    );
}

#[test]
fn files_stand_one_a_line() {
    assert_eq!(text::blobs(&element().blobs), "070707070707  image/webp  345678 bytes  Le bal\n");
}

#[test]
fn a_proposal_says_that_its_count_is_an_estimate() {
    let person = IdentityId([1; 32]);
    let proposal = ProposalView {
        id: EntryId([3; 32]),
        author: person,
        stamp: Stamp::from_ms(1),
        title: "Un composteur ?".into(),
        text: String::new(),
        text_erased: false,
        quorum: Quorum(333),
        tellers: vec![person],
        agree: 1,
        closes_ms: 9,
        electorate: [person].into(),
        opening: OpeningView::default(),
        tally: Tally { yes: 1, no: 0, blank: 0, electorate: 1 },
        ballots: vec![BallotView { person, tips: vec![EntryId([4; 32])], choice: Some(Choice::Yes) }],
        refused: vec![RefusedBallot { entry: EntryId([5; 32]), person, rule: VoteRule::NotInElectorate }],
        late: Vec::new(),
        certificates: Vec::new(),
        status: ProposalStatus::Open,
        sample: false,
    };
    let at = Position { lat_e7: 0, lon_e7: 0 };
    let scope = Scope::container(at, ElementId([6; 32]));
    let detail =
        ProposalDetail { scope, container: scope.container, container_name: "Amap".into(), proposal, may_vote: true };
    let value = shape(&Box::new(detail));
    assert_eq!(value["estimate"], true);
    assert_eq!(value["quorum_percent"], 33.3);
    assert_eq!(
        value["tally"],
        json!({ "yes": 1, "no": 0, "blank": 0, "turnout": 1, "electorate": 1, "quorate": true })
    );
    assert_eq!(value["refused"][0]["rule"], "not_in_electorate");
    assert!(value["refused"][0]["why"].as_str().unwrap().contains("8.3"));
    assert_eq!(value["container"], "06".repeat(32));
}

#[test]
fn the_rest_of_the_shapes() {
    assert_eq!(shape(&Done), json!({ "done": true }));
    let written = Written { element: None, entries: vec![EntryId([7; 32])] };
    assert_eq!(shape(&written), json!({ "element": null, "entries": ["07".repeat(32)] }));
    let centre = Position { lat_e7: 457_640_000, lon_e7: 48_357_000 };
    let cells = vec!["u05k".parse().unwrap()];
    let territory =
        TerritoryInfo { id: ElementId([8; 32]), name: "Lyon".into(), cells, centre, followed: true, elements: 3 };
    assert_eq!(
        shape(&vec![territory]),
        json!({ "territories": [{ "id": "08".repeat(32), "name": "Lyon", "cells": ["u05k"], "lat": 45.764,
                                  "lon": 4.8357, "followed": true, "elements": 3 }] })
    );
    let status = StatusAndKeys {
        status: NodeStatus {
            version: "0".into(),
            phase: Phase::Ready,
            network: Arc::new(NetworkStatus::default()),
            store: Arc::default(),
            streets: Arc::default(),
        },
        keys: Ok(Protection::Unsealed),
    };
    let status = shape(&status);
    assert_eq!((&status["phase"], &status["network"]["connected"]), (&json!("ready"), &json!(0)));
    assert_eq!(
        status["store"],
        json!({ "entries": 0, "logs": 0, "pending": 0, "refolds": 0, "refused": {}, "declined": 0, "partly_held": [],
                "forks": [], "troubles": [] })
    );
    let log = LogId {
        scope: Scope::open(Position { lat_e7: 0, lon_e7: 0 }),
        author: AuthorId([4; 32]),
        device: DeviceId([3; 32]),
        epoch: 7,
    };
    let fork = OwnFork { log, at: 5, since_ms: 1_774_702_800_000 };
    let full = Trouble::NearlyFull { free: 5_000_000, wanted: 64_000_000 };
    let partly_held = vec!["sp9h".parse().unwrap(), "spv2".parse().unwrap()];
    let store =
        StoreStatus { forks: vec![fork], troubles: vec![full], declined: 7, partly_held, ..StoreStatus::default() };
    let status = StatusAndKeys {
        status: NodeStatus {
            version: "0".into(),
            phase: Phase::Ready,
            network: Arc::new(NetworkStatus::default()),
            store: Arc::new(store),
            streets: Arc::default(),
        },
        keys: Ok(Protection::Unsealed),
    };
    assert_eq!(
        shape(&status)["store"]["forks"],
        json!([{ "cell": "s000", "container": null, "device": "03".repeat(32), "epoch": 7, "at": 5,
                 "since_ms": 1_774_702_800_000_u64 }])
    );
    let troubles = &shape(&status)["store"]["troubles"];
    let message = "the disk is nearly full: 5 MB are free, 64 MB should be";
    assert_eq!(
        *troubles,
        json!([{ "trouble": "nearly_full", "free": 5_000_000, "wanted": 64_000_000, "message": message }])
    );
    let told = status.text();
    assert!(told.contains(message), "{told}");
    assert!(told.contains("7 logs, by this node's own policy; more in cells partly held: sp9h, spv2"), "{told}");
    let written = BundleWritten { entries: 9, identities: 2, bytes: 4_321 };
    assert_eq!(shape(&written), json!({ "entries": 9, "identities": 2, "bytes": 4_321 }));
    let left = BTreeMap::from([("unproven".to_owned(), 3)]);
    let report = BundleReport { taken: 5, known: 1, left, error: Some("at byte 17: …".into()) };
    let taken = BundleTaken { file: "x.bundle".into(), report };
    let why = json!({ "taken": 5, "known": 1, "left": { "unproven": 3 }, "error": "at byte 17: …" });
    assert_eq!((shape(&taken), taken.broke_off().unwrap().message), (why, "x.bundle: at byte 17: …".into()));
    assert_eq!(taken.text(), "5 entries taken, 1 held already\n  left: 3 × unproven\n");
    assert!(told.contains("your log of s000 was continued in two ways at entry 5 (Sat 2026-03-28"), "{told}");
    assert_eq!(
        json::failure(&Failure::rule(VoteRule::NotATeller)),
        concat!(
            r#"{"error":{"code":"not_allowed","#,
            r#""message":"only a teller of the proposal may open or close the vote (SPEC.md §8.3)","#,
            r#""rule":"not_a_teller"}}"#
        )
    );
}
