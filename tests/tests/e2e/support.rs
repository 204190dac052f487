//! Nodes in this process, each with its own data folder and its own swarm on loopback.

use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle, Unlock,
    api::{self, Area, Command, ElementDraft, Failure, FollowTarget, IdentityInfo, Outcome, ProposalDetail, Snapshot},
};
use communaut_protocol::{Cell, ElementId, EntryId, Position, op::Kind};
use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Far longer than anything here takes: it only ends a test that hangs.
pub const PATIENCE: Duration = Duration::from_secs(180);

/// A place in Monaco.
pub const MONACO: Position = Position { lat_e7: 437_300_000, lon_e7: 74_200_000 };

/// A node that can be stopped and started again on the same folder.
pub struct Host {
    pub folder: TempDir,
    node: Option<Node>,
}

impl Host {
    /// A node with an identity, connected with nobody.
    pub fn new(name: &str) -> Self {
        let mut host = Self::empty();
        host.start(&[]);
        host.ask(Command::Init(api::Init {
            name: name.into(),
            about: String::new(),
            home: MONACO,
            sample: true,
            deciding: false,
        }));
        host
    }
    /// A folder without a node.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), node: None }
    }
    /// Start it, with peers to stay connected with.
    pub fn start(&mut self, peers: &[String]) {
        assert!(self.node.is_none(), "it runs already");
        let network = NetworkConfig { peers: peers.to_vec(), ..NetworkConfig::loopback() };
        self.node =
            Some(Node::start(Config { data: self.data(), network: Some(network), unlock: Unlock::Unsealed }).unwrap());
    }
    /// Stop it.
    pub fn stop(&mut self) {
        self.node.take().unwrap().stop().unwrap();
    }
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }
    pub fn handle(&self) -> NodeHandle {
        self.node.as_ref().unwrap().handle()
    }
    /// A command that must succeed.
    pub fn ask(&self, command: Command) -> Outcome {
        self.try_ask(command.clone()).unwrap_or_else(|failure| panic!("{command:?}: {failure}"))
    }
    pub fn try_ask(&self, command: Command) -> Result<Outcome, Failure> {
        self.handle().call_blocking(command)
    }
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.handle().snapshot()
    }
    /// Wait until a snapshot fulfils a condition, and say which one when it never does.
    pub fn wait_until(&self, what: &str, mut condition: impl FnMut(&Snapshot) -> bool) -> Arc<Snapshot> {
        let (changed, change) = std::sync::mpsc::sync_channel(1);
        self.handle().on_change(move || {
            let _ = changed.try_send(());
        });
        let start = Instant::now();
        loop {
            let snapshot = self.snapshot();
            if condition(&snapshot) {
                return snapshot;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "never came: {what}; store {:?}, network {:?}",
                snapshot.overview.store,
                snapshot.overview.network
            );
            let _ = change.recv_timeout(Duration::from_millis(200));
        }
    }
    /// A TCP address at which others reach it.
    pub fn address(&self) -> String {
        let tcp = |snapshot: &Snapshot| {
            snapshot.overview.network.listening.iter().find(|address| address.contains("/tcp/")).cloned()
        };
        tcp(&self.wait_until("a listening address", |snapshot| tcp(snapshot).is_some())).unwrap()
    }
    pub fn identity(&self) -> IdentityInfo {
        match self.ask(Command::Identity(api::Identity)) {
            Outcome::Identity(identity) => identity,
            other => panic!("{other:?}"),
        }
    }
    /// Follow an area of 4-character cells.
    pub fn follow(&self, name: &str, cells: &[String]) {
        let cells: Vec<Cell> = cells.iter().map(|cell| cell.parse().unwrap()).collect();
        self.ask(Command::Follow(FollowTarget::Area { name: name.into(), area: Area::Cells { cells } }));
    }
    pub fn make(&self, kind: Kind, name: &str, position: Position) -> ElementId {
        let draft =
            ElementDraft { kind, name: name.into(), position: Some(position), sample: true, ..ElementDraft::default() };
        match self.ask(Command::SaveElement(api::SaveElement { id: None, draft: Box::new(draft) })) {
            Outcome::Written(api::Written { element: Some(id), .. }) => id,
            other => panic!("{other:?}"),
        }
    }
    pub fn proposal(&self, id: EntryId) -> ProposalDetail {
        match self.ask(Command::Proposal(api::Proposal { proposal: id.to_string() })) {
            Outcome::Proposal(detail) => *detail,
            other => panic!("{other:?}"),
        }
    }
}

/// The one entry that a command wrote.
pub fn entry_of(outcome: Outcome) -> EntryId {
    match outcome {
        Outcome::Written(api::Written { entries, .. }) => *entries.last().unwrap(),
        other => panic!("{other:?}"),
    }
}
