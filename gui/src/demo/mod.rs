//! The demonstration: three nodes in one process group, real records at the first, the window on the third.
//!
//! With no display the same is done without one: what arrived is printed, the main views are rendered to PNG files.

mod interrupt;
mod pictures;
mod sample;

use crate::args::{Args, DemoArgs};
use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle, Unlock,
    api::{Command, Outcome},
};
use sample::Sample;
use std::{
    io::Write as _,
    path::{Path, PathBuf},
    sync::mpsc,
    time::{Duration, Instant},
};

/// How long the network may take to bring everything to the third node: far more than it needs.
const ARRIVAL_MAX: Duration = Duration::from_secs(180);
/// Between two looks at a node that does not change by itself.
const LOOK: Duration = Duration::from_millis(200);

/// Three nodes with what they need to live. Dropping them stops them and takes their folders away.
struct Nodes {
    all: [Node; 3],
    // After the nodes: they are stopped before their folders go.
    _folder: tempfile::TempDir,
    arrival: Arrival,
}

/// What came over the network.
struct Arrival {
    /// Records that the first node imported.
    imported: u64,
    /// What the third node holds of the territory.
    elements: usize,
    posts: usize,
    events: usize,
    proposals: usize,
    votes: usize,
    /// Nodes connected with the third.
    peers: usize,
    /// From the third node's start until everything was there.
    took: Duration,
}

impl Nodes {
    /// The node whose window is shown.
    fn shown(&self) -> NodeHandle {
        let [_, _, shown] = &self.all;
        shown.handle()
    }
}

/// Run the demonstration.
///
/// # Errors
/// One line, when something did not arrive, or cannot be shown.
pub fn run(args: &Args, demo: &DemoArgs) -> Result<(), String> {
    let display =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    let headless = demo.headless || !display;
    if headless && !demo.headless {
        say("no display: the demonstration runs without a window");
    }
    // What cannot be written is said before anything else is done.
    let out = if headless { Some(folder(demo.out.as_deref())?) } else { None };
    say("three nodes start; the first imports OpenStreetMap's centre of Helsinki, the others follow it");
    let nodes = start()?;
    print_arrival(&nodes.arrival);
    let out = match out {
        Some(out) => out,
        None => match crate::window::open(nodes.shown(), args, None) {
            Ok(()) => return Ok(()),
            Err(why) => {
                say(&format!("{why}; the views are rendered to files instead"));
                folder(demo.out.as_deref())?
            }
        },
    };
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
        "arrived at the third node over the network, in {:.1} s: {} elements ({} imported at the first), {} events, \
         {} posts, {} proposal with {} votes; connected with {} nodes",
        arrival.took.as_secs_f32(),
        arrival.elements,
        arrival.imported,
        arrival.events,
        arrival.posts,
        arrival.proposals,
        arrival.votes,
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

/// Start the nodes and wait until the third has what the others have.
fn start() -> Result<Nodes, String> {
    let temporary = tempfile::Builder::new().prefix("communaut-demo-data-").tempdir();
    let folder = temporary.map_err(|error| format!("no folder for the nodes can be made: {error}"))?;
    let running = interrupt::Running::default();
    running.end_on_interruption(folder.path().to_owned())?;
    let node = |name: &str, peers: Vec<String>| {
        let network = NetworkConfig { peers, ..NetworkConfig::loopback() };
        // For a while only: the keys go with the folder.
        let config = Config { data: folder.path().join(name), network: Some(network), unlock: Unlock::Unsealed };
        let node = Node::start(config).map_err(|error| error.to_string())?;
        running.add(node.handle());
        Ok::<_, String>(node)
    };
    let first = node("a", Vec::new())?;
    let aino = sample::settle(&first.handle(), &sample::AINO)?;
    let imported = sample::import(&first.handle(), folder.path())?;
    let at_first = address(&first.handle())?;
    let second = node("b", vec![at_first.clone()])?;
    let bo = sample::settle(&second.handle(), &sample::BO)?;
    let began = Instant::now();
    let third = node("c", vec![at_first, address(&second.handle())?])?;
    let camille = sample::settle(&third.handle(), &sample::CAMILLE)?;
    sample::draw_streets(&third.handle(), folder.path())?;

    let group = sample::found_community(&first.handle(), [bo, camille])?;
    wait(&second.handle(), || Ok(sample::lacks_member(&second.handle(), group, bo)))?;
    let proposal = sample::take_part(&first.handle(), &second.handle(), group)?;
    let sample = Sample { people: [aino, bo, camille], group, proposal };
    wait(&third.handle(), || sample.lacks(&third.handle(), &first.handle()))?;
    let arrival = sample.arrival(&third.handle(), imported, began.elapsed())?;
    Ok(Nodes { all: [first, second, third], _folder: folder, arrival })
}

/// Wait until a node lacks nothing any more: looked at whenever it has changed.
fn wait(node: &NodeHandle, mut lacks: impl FnMut() -> Result<Option<String>, String>) -> Result<(), String> {
    let (changed, change) = mpsc::sync_channel(1);
    node.on_change(move || {
        // Full: a look is due already.
        let _ = changed.try_send(());
    });
    let start = Instant::now();
    while let Some(lacking) = lacks()? {
        if start.elapsed() > ARRIVAL_MAX {
            return Err(format!("did not arrive within {} s: {lacking}", ARRIVAL_MAX.as_secs()));
        }
        let _ = change.recv_timeout(LOOK);
    }
    Ok(())
}

/// A TCP address at which the other nodes reach this one.
fn address(node: &NodeHandle) -> Result<String, String> {
    let tcp = || node.overview().network.listening.iter().find(|address| address.contains("/tcp/")).cloned();
    wait(node, || Ok(tcp().is_none().then(|| "an address at which the node listens".to_owned())))?;
    tcp().ok_or_else(|| "a node listens nowhere".to_owned())
}

/// A command that must succeed.
fn ask(node: &NodeHandle, command: Command) -> Result<Outcome, String> {
    node.call_blocking(command).map_err(|failure| failure.to_string())
}
