//! What the runnable examples do, so that a test can do it too.
//!
//! [`two_nodes`]: `cargo run -p communaut-examples --example two_nodes`

use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle, Unlock,
    api::{self, Area, Command, FollowTarget, Found, ImportRequest, Outcome, Query, Snapshot},
};
use communaut_protocol::Position;
use std::{
    io::Write,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// The middle of the sample (data/README.md).
const CENTRE: Position = Position { lat_e7: 601_706_500, lon_e7: 249_445_000 };
/// Metres around it that are followed.
const RADIUS_M: u32 = 1_500;
/// How long the network may take: far more than it needs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Two nodes on loopback: the first imports real records, the second follows the territory, receives them over the
/// network, and finds the cafés. Gives how many it found.
pub fn two_nodes(folder: &Path, out: &mut impl Write) -> Result<usize, String> {
    let mut say = |line: String| writeln!(out, "{line}").map_err(|error| error.to_string());
    let start = |name: &str, peers: Vec<String>| {
        let network = NetworkConfig { peers, ..NetworkConfig::loopback() };
        // For a while only: nobody has to unlock an example.
        let config = Config { data: folder.join(name), network: Some(network), unlock: Unlock::Unsealed };
        Node::start(config).map_err(|error| error.to_string())
    };
    let first = start("first", Vec::new())?;
    ask(
        &first.handle(),
        Command::Init(api::Init {
            name: "Aino".into(),
            about: String::new(),
            home: CENTRE,
            sample: true,
            deciding: false,
        }),
    )?;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("data/sample.osm.pbf");
    let imported = match ask(&first.handle(), Command::Import(ImportRequest { path, ..Default::default() }))? {
        Outcome::Imported(report) => report.created,
        other => return Err(format!("not an import's report: {other:?}")),
    };
    say(format!("the first node imported {imported} places of OpenStreetMap"))?;

    let tcp = |snapshot: &Snapshot| snapshot.overview.network.listening.iter().find(|at| at.contains("/tcp/")).cloned();
    let snapshot = wait(&first.handle(), |snapshot| tcp(snapshot).is_some())?;
    let second = start("second", tcp(&snapshot).into_iter().collect())?;
    let area = Area::Around { centre: CENTRE, radius_m: RADIUS_M };
    ask(&second.handle(), Command::Follow(FollowTarget::Area { name: "Helsinki".into(), area }))?;
    let count = usize::try_from(imported).unwrap_or(usize::MAX);
    let snapshot = wait(&second.handle(), |snapshot| snapshot.elements.len() > count)?;
    say(format!("the second node received {} entries over the network", snapshot.overview.store.entries))?;

    let query = Query { text: "café".into(), ..Query::default() };
    let Outcome::Found(Found { total, hits, .. }) = ask(&second.handle(), Command::Search(query))? else {
        return Err("not a search's outcome".into());
    };
    say(format!("and finds {total} cafés, among them:"))?;
    for hit in hits.iter().take(5) {
        say(format!("  {}  {}", hit.element.name, hit.element.address))?;
    }
    second.stop()?;
    first.stop()?;
    Ok(total)
}

fn ask(node: &NodeHandle, command: Command) -> Result<Outcome, String> {
    node.call_blocking(command).map_err(|failure| failure.to_string())
}

/// Wait until a snapshot fulfils a condition.
fn wait(node: &NodeHandle, condition: impl Fn(&Snapshot) -> bool) -> Result<Arc<Snapshot>, String> {
    let (changed, change) = std::sync::mpsc::sync_channel(1);
    node.on_change(move || {
        // Full: a look is due already.
        let _ = changed.try_send(());
    });
    let start = Instant::now();
    loop {
        let snapshot = node.snapshot();
        if condition(&snapshot) {
            return Ok(snapshot);
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("the network took more than {} s", PATIENCE.as_secs()));
        }
        let _ = change.recv_timeout(Duration::from_millis(200));
    }
}
