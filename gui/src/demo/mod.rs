//! The demonstration: three nodes in one process group, real records at the first, the window on the third.
//!
//! With no display the same is done without one: what arrived is printed, the main views are rendered to PNG files.

mod pictures;
mod sample;

use crate::args::{Args, DemoArgs};
use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle,
    api::{Command, Outcome, Snapshot},
};
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

/// How long the network may take to bring everything to the third node: far more than it needs.
const ARRIVAL_MAX: Duration = Duration::from_secs(180);
/// Between two looks at a snapshot that does not change by itself.
const LOOK: Duration = Duration::from_millis(200);

/// Three nodes with what they need to live. Dropping them stops them and takes their folders away.
pub struct Nodes {
    all: Vec<Node>,
    // After the nodes: they are stopped before their folders go.
    _folder: tempfile::TempDir,
    /// Whether C has all that A has, and in how long.
    pub arrival: Arrival,
}

/// What came over the network.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Records that the first node imported.
    pub imported: u64,
    /// What the third node holds of the territory.
    pub elements: usize,
    pub posts: usize,
    pub events: usize,
    pub proposals: usize,
    /// Nodes connected with the third.
    pub peers: usize,
    /// From the third node's start until everything was there.
    pub took: Duration,
}

impl Nodes {
    /// The node whose window is shown.
    #[must_use]
    pub fn shown(&self) -> NodeHandle {
        self.all[2].handle()
    }
}

/// Run the demonstration.
pub fn run(args: &Args, demo: &DemoArgs) -> Result<(), String> {
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let headless = demo.headless || !display;
    if headless && !demo.headless {
        say("no display: the demonstration runs without a window");
    }
    say("three nodes start; the first imports OpenStreetMap's centre of Helsinki, the others follow it");
    let nodes = start()?;
    print_arrival(&nodes.arrival);
    if !headless {
        match crate::window::open(nodes.shown(), args, None) {
            Ok(()) => return Ok(()),
            Err(why) => say(&format!("{why}; the views are rendered to files instead")),
        }
    }
    let out = folder(demo.out.as_deref())?;
    for path in pictures::render(&nodes.shown(), &out)? {
        say(&format!("picture: {}", path.display()));
    }
    Ok(())
}

fn say(line: &str) {
    // Whoever closed the pipe does not want to know.
    drop(writeln!(std::io::stdout(), "{line}"));
}

fn print_arrival(arrival: &Arrival) {
    say(&format!(
        "arrived at the third node over the network, in {:.1} s: {} elements ({} imported at the first), {} events, {} posts, {} proposal; connected with {} nodes",
        arrival.took.as_secs_f32(),
        arrival.elements,
        arrival.imported,
        arrival.events,
        arrival.posts,
        arrival.proposals,
        arrival.peers
    ));
}

/// Where the pictures go: a fresh folder unless one is named.
fn folder(given: Option<&Path>) -> Result<PathBuf, String> {
    match given {
        Some(folder) => std::fs::create_dir_all(folder)
            .map(|()| folder.to_owned())
            .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display())),
        None => tempfile::Builder::new()
            .prefix("communaut-demo-")
            .tempdir()
            .map(tempfile::TempDir::keep)
            .map_err(|error| format!("no folder for the pictures can be made: {error}; give one with --out DIR")),
    }
}

/// Start the nodes and wait until the third has what the first has.
fn start() -> Result<Nodes, String> {
    let temporary = tempfile::Builder::new().prefix("communaut-demo-data-").tempdir();
    let folder = temporary.map_err(|error| format!("no folder for the nodes can be made: {error}"))?;
    let node = |name: &str, peers: Vec<String>| {
        let network = NetworkConfig { peers, ..NetworkConfig::loopback() };
        Node::start(Config { data: folder.path().join(name), network: Some(network) })
            .map_err(|error| error.to_string())
    };
    let a = node("a", Vec::new())?;
    sample::settle(&a.handle(), "Aino")?;
    let imported = sample::import(&a.handle(), folder.path())?;
    let at = address(&a.handle())?;
    let b = node("b", vec![at.clone()])?;
    let bo = sample::settle(&b.handle(), "Bo")?;
    let began = Instant::now();
    let c = node("c", vec![at])?;
    let camille = sample::settle(&c.handle(), "Camille")?;
    let group = sample::found_community(&a.handle(), [bo, camille])?;
    wait(&b.handle(), "the community at the second node", |snapshot| sample::is_member(snapshot, group, bo))?;
    sample::take_part(&a.handle(), &b.handle(), group)?;
    let wanted = a.handle();
    let snapshot = wait(&c.handle(), "everything of the first node at the third", |snapshot| {
        sample::holds_all(snapshot, &wanted.snapshot())
    })?;
    let arrival = sample::arrival(&snapshot, imported, began.elapsed());
    Ok(Nodes { all: vec![a, b, c], _folder: folder, arrival })
}

/// Wait until a node's snapshot fulfils a condition.
fn wait(node: &NodeHandle, what: &str, mut condition: impl FnMut(&Snapshot) -> bool) -> Result<Arc<Snapshot>, String> {
    let (changed, change) = mpsc::sync_channel(1);
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
        if start.elapsed() > ARRIVAL_MAX {
            return Err(format!("did not arrive within {} s: {what}", ARRIVAL_MAX.as_secs()));
        }
        let _ = change.recv_timeout(LOOK);
    }
}

/// A TCP address at which the other nodes reach this one.
fn address(node: &NodeHandle) -> Result<String, String> {
    let tcp =
        |snapshot: &Snapshot| snapshot.network.listening.iter().find(|address| address.contains("/tcp/")).cloned();
    let snapshot = wait(node, "an address to listen on", |snapshot| tcp(snapshot).is_some())?;
    tcp(&snapshot).ok_or_else(|| "the first node listens nowhere".to_owned())
}

/// A command that must succeed.
fn ask(node: &NodeHandle, command: Command) -> Result<Outcome, String> {
    node.call_blocking(command).map_err(|failure| failure.to_string())
}
