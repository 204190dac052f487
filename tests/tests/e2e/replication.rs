//! What reaches another node, and what does not.

use crate::support::{Host, MONACO};
use communaut_node::{
    api::{self, Command, ImportRequest, Outcome, PostDraft},
    store::Store,
};
use communaut_protocol::{Cell, Position, entry::RawEntry, scope::LogId};
use std::{
    collections::BTreeMap,
    io::Write,
    time::{Duration, Instant},
};

/// What is promised for a post between two running nodes; it takes some milliseconds, so that a
/// busy machine does not matter.
const POST_WITHIN: Duration = Duration::from_secs(2);

/// Points in two cells of five characters within one of four, in a neighbouring one, and far away.
fn csv(rows: u32) -> String {
    let mut text = String::from("id,name,latitude,longitude\n");
    for row in 0..rows {
        let (lat, lon) = match row % 4 {
            0 => (43.73, 7.42),
            1 => (43.73, 7.47),
            2 => (43.99, 7.42),
            _ => (48.85, 2.35),
        };
        let lat = lat + f64::from(row) * 1e-6;
        text.push_str(&format!("{row},Place {row},{lat},{lon}\n"));
    }
    text
}

fn import(host: &Host, text: &str) -> (u64, u64, u64) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let request =
        ImportRequest { path: file.path().to_owned(), source: Some("test".into()), ..ImportRequest::default() };
    match host.ask(Command::Import(request)) {
        Outcome::Imported(report) => {
            assert_eq!((report.error, report.skipped.len()), (None, 0));
            (report.created, report.updated, report.unchanged)
        }
        other => panic!("{other:?}"),
    }
}

/// Every entry held in a folder whose node has stopped, by place in its log.
fn held(host: &Host) -> BTreeMap<(LogId, u64), RawEntry> {
    let store = Store::open(&host.data().join("store")).unwrap();
    let reader = store.reader();
    reader.entries().map(Result::unwrap).map(|e| ((e.header().log, e.header().seq), e.to_raw())).collect()
}

#[test]
fn b_holds_what_a_holds_of_its_territory_and_shows_what_lies_inside() {
    let (mut a, mut b) = (Host::new("Ada"), Host::new("Bob"));
    assert_eq!(import(&a, &csv(400)), (400, 0, 0));
    assert_eq!(import(&a, &csv(400)), (0, 0, 400), "the same file again changes nothing");

    // A territory of two cells of five characters: replicated by the 4-character cells that cover it.
    let cells = [MONACO.cell(5).to_string()];
    b.follow("Rock", &cells);
    b.ask(Command::Dial(api::Dial { address: a.address() }));
    let cover = MONACO.cell(4);
    let in_cover = |snapshot: &communaut_node::api::Snapshot| {
        let inside = snapshot.elements.values().filter(|e| e.scope.cell == cover && e.provenance.is_some());
        inside.map(|e| e.id).collect::<Vec<_>>()
    };
    let expected = in_cover(&a.snapshot());
    assert!(expected.len() >= 100, "the sample lies in {cover}: {}", expected.len());
    let snapshot = b.wait_until("A's elements of the cell", |snapshot| in_cover(snapshot) == expected);

    // Shown: exactly what lies in the finer cells.
    let territory = snapshot.overview.followed[0].clone();
    let query = communaut_node::api::Query { territories: vec![territory.id], ..Default::default() };
    let Outcome::Found(found) = b.ask(Command::Search(query)) else { panic!("not a search's outcome") };
    let holds = |at: Position| cells.iter().any(|cell| cell.parse::<Cell>().unwrap().holds(at));
    let inside =
        a.snapshot().elements.values().filter(|e| e.scope.cell == cover && e.position.is_some_and(holds)).count();
    assert!(inside > 0 && inside < expected.len(), "some of the cell's elements lie outside: {inside}");
    let card = usize::from(holds(MONACO));
    assert_eq!(found.total, inside + card, "A's elements inside, and B's own card");

    // Held: A's entries of the cell, byte for byte, and nothing of A's elsewhere.
    a.stop();
    b.stop();
    let (at_a, at_b) = (held(&a), held(&b));
    let of_cover = |all: &BTreeMap<(LogId, u64), RawEntry>| -> BTreeMap<(LogId, u64), RawEntry> {
        all.iter()
            .filter(|((log, _), _)| log.scope.cell == cover && !log.scope.is_identity())
            .map(|(k, v)| (*k, v.clone()))
            .collect()
    };
    let mut of_a_at_b = of_cover(&at_b);
    of_a_at_b.retain(|key, _| at_a.contains_key(key));
    assert_eq!(of_a_at_b, of_cover(&at_a), "byte for byte");
    let elsewhere = at_b.keys().filter(|(log, _)| log.scope.cell != cover && !log.scope.is_identity()).count();
    assert_eq!(elsewhere, 0, "nothing of other cells");
}

#[test]
fn a_post_arrives_at_once_or_after_reconnecting() {
    let (a, mut b) = (Host::new("Ada"), Host::new("Bob"));
    a.follow("Rock", &[MONACO.cell(4).to_string()]);
    b.follow("Rock", &[MONACO.cell(4).to_string()]);
    b.ask(Command::Dial(api::Dial { address: a.address() }));
    let shows = |text: &'static str| {
        move |snapshot: &communaut_node::api::Snapshot| {
            snapshot.scopes.values().any(|view| view.posts.values().any(|post| post.text == text))
        }
    };
    let post = |host: &Host, text: &str| {
        host.ask(Command::Post(PostDraft { text: text.into(), position: Some(MONACO), ..PostDraft::default() }));
    };
    b.wait_until("a round with A", |snapshot| snapshot.overview.network.last_sync_ms.is_some());
    a.wait_until("a round with B", |snapshot| snapshot.overview.network.last_sync_ms.is_some());
    let start = Instant::now();
    post(&b, "hello from B");
    a.wait_until("B's post", shows("hello from B"));
    let took = start.elapsed();
    println!("a post took {took:?} from B's command to A's snapshot");
    assert!(took < POST_WITHIN, "a post took {took:?}");

    // Written while apart: it comes when they meet again.
    b.stop();
    b.start(&[]);
    post(&b, "written alone");
    b.ask(Command::Dial(api::Dial { address: a.address() }));
    a.wait_until("the post written alone", shows("written alone"));
}
