//! The node itself on the command line.

use super::{Backup, Dial, NodeStatus, Peers, Status, Stop};
use crate::{
    cli::{
        keys,
        print::Prints,
        session::Session,
        text::{facts, line, moment, short, table},
    },
    failure::Failure,
    snapshot::{NetworkStatus, OwnFork, PeerStatus, Phase, StoreStatus, Trouble},
    streets::found::with_remedy,
    vault::Protection,
};
use clap::Subcommand;
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};

/// The node.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// What is held, refused and missing
    #[command(after_help = "JSON: {\"version\",\"phase\",\"network\":{\"peer\",\"listening\":[…],\"connected\":n,\
        \"peers\":[…],\"topics\",\"last_sync_ms\"},\"store\":{\"entries\",\"logs\",\"pending\",\"refused\":{reason:n},\
        \"declined\":n,\"partly_held\":[cell],\
        \"forks\":[{\"cell\",\"container\",\"device\",\"epoch\",\"at\",\"since_ms\"}],\"troubles\":[{\"trouble\",\
        \"message\",…}]},\"streets\":[{\"id\",\"file\",\"name\",\"credit\",\"tiles\",\"bytes\",\"covers\":[west,south,\
        east,north in 1e-7 degree],\"zooms\":[least,greatest],\"damaged\":why, where it is}],\"keys\":\"passphrase\", \
        \"desktop\" or \"unsealed\"}")]
    Status,
    /// Peers of the running node
    #[command(
        after_help = "JSON: {\"peer\",\"listening\":[…],\"connected\":n,\"peers\":[{\"peer\",\"address\",\"connected\",\
        \"local\",\"rtt_ms\",\"caught_up_ms\",\"missing_logs\",\"received\",\"refused\":{reason:n}}],\"topics\",\
        \"last_sync_ms\"}"
    )]
    Peers,
    /// Connect the running node to an address, e.g. /ip4/192.0.2.1/tcp/4001
    Dial {
        /// The multiaddr
        address: String,
    },
    /// Copy everything that is held, and the keys, into a new folder; a running node goes on meanwhile
    #[command(
        after_help = "Its keys are sealed as those of the data folder are, and opened with the same passphrase. If \
        they are in the desktop's\n\
        keyring, the backup needs a passphrase of its own (--passphrase-file).\n\nJSON: {\"done\":true}"
    )]
    Backup {
        /// A folder that is new or empty
        folder: PathBuf,
    },
    /// Stop the running node
    Stop,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Status => {
                let status = session.ask(Status)?;
                // How keys are kept is read here, where the folder lies: it can change while a node runs.
                Box::new(StatusAndKeys { status, keys: keys::of(session.data()) })
            }
            Self::Peers => Box::new(session.ask(Peers)?),
            Self::Dial { address } => Box::new(session.ask(Dial { address })?),
            Self::Backup { folder } => {
                let to = std::path::absolute(&folder)
                    .map_err(|error| Failure::invalid(format!("{}: {error}", folder.display())))?;
                Box::new(session.ask(Backup { to })?)
            }
            Self::Stop => Box::new(session.ask(Stop)?),
        })
    }
}

/// How a node is, and how the keys of its folder are kept.
#[derive(Debug)]
pub(crate) struct StatusAndKeys {
    pub status: NodeStatus,
    pub keys: Result<Protection, Failure>,
}

impl Prints for StatusAndKeys {
    fn text(&self) -> String {
        let NodeStatus { version, phase, network, store, streets } = &self.status;
        let keys = match &self.keys {
            Ok(keys) => keys::words(*keys),
            Err(failure) => failure.message.clone(),
        };
        let phase = match phase {
            Phase::Loading => "loading what is held",
            Phase::Ready => "ready",
            Phase::Mending => "mending the store",
            Phase::Stopping => "stopping",
        };
        let refused: Vec<String> =
            store.refused.iter().map(|(why, count)| format!("{} × {count}", line(why))).collect();
        let connected = network.peers.iter().filter(|peer| peer.connected).count();
        let missing: usize = network.peers.iter().map(|peer| peer.missing_logs).sum();
        let online = !network.peer.is_empty();
        facts(&[
            ("version", line(version)),
            ("state", phase.to_owned()),
            ("entries", store.entries.to_string()),
            ("logs", store.logs.to_string()),
            (
                "waiting",
                if store.pending > 0 {
                    format!("{} for their author's identity", store.pending)
                } else {
                    String::new()
                },
            ),
            ("refused", if refused.is_empty() { "none".into() } else { refused.join(", ") }),
            ("declined", declined(store)),
            (
                "store",
                store
                    .troubles
                    .iter()
                    .map(|trouble| line(&trouble.to_string()))
                    .collect::<Vec<_>>()
                    .join("\n           "),
            ),
            ("forked", store.forks.iter().map(fork).collect::<Vec<_>>().join("\n           ")),
            (
                "streets",
                streets
                    .iter()
                    .map(|pack| match pack.damaged.as_str() {
                        "" => format!("{}: {} tiles, {} kB", line(&pack.name), pack.tiles, pack.bytes.div_ceil(1000)),
                        why => format!("{}: it cannot be read: {}", line(&pack.name), with_remedy(&line(why))),
                    })
                    .collect::<Vec<_>>()
                    .join("\n           "),
            ),
            ("keys", keys),
            ("network", if online { line(&network.peer) } else { "off: no node is running on this folder".into() }),
            (
                "listening",
                network.listening.iter().map(|address| line(address)).collect::<Vec<_>>().join("\n           "),
            ),
            (
                "peers",
                if online { format!("{connected} connected, {} known", network.peers.len()) } else { String::new() },
            ),
            ("missing", if missing > 0 { format!("{missing} logs being fetched") } else { String::new() }),
            ("last sync", network.last_sync_ms.and_then(|ms| u64::try_from(ms).ok()).map(moment).unwrap_or_default()),
        ])
    }
    fn json(&self) -> Value {
        let NodeStatus { version, phase, network, store, streets } = &self.status;
        let keys = self.keys.as_ref().ok().map(|keys| keys::json(*keys)["keys"].take());
        json!({
            "version": version,
            "phase": phase,
            "network": self::network(network),
            "store": {
                "entries": store.entries,
                "logs": store.logs,
                "pending": store.pending,
                "refolds": store.refolds,
                "refused": store.refused,
                "declined": store.declined,
                "partly_held": store.partly_held,
                "forks": store.forks.iter().map(|fork| json!({
                    "cell": fork.log.scope.cell,
                    "container": Some(fork.log.scope.container).filter(|container| !container.is_zero()),
                    "device": fork.log.device,
                    "epoch": fork.log.epoch,
                    "at": fork.at,
                    "since_ms": fork.since_ms,
                })).collect::<Vec<_>>(),
                "troubles": store.troubles.iter().map(trouble).collect::<Vec<_>>(),
            },
            "streets": **streets,
            "keys": keys,
        })
    }
}

impl Prints for Arc<NetworkStatus> {
    fn text(&self) -> String {
        peers(self)
    }
    fn json(&self) -> Value {
        network(self)
    }
}

/// What a policy keeps away.
fn declined(store: &StoreStatus) -> String {
    let cells: Vec<String> = store.partly_held.iter().map(ToString::to_string).collect();
    match (store.declined, cells.is_empty()) {
        (0, true) => String::new(),
        (logs, true) => format!("{logs} logs, by this node's own policy"),
        (logs, false) => {
            format!("{logs} logs, by this node's own policy; more in cells partly held: {}", cells.join(", "))
        }
    }
}

/// What its author is told of a forked log.
fn fork(fork: &OwnFork) -> String {
    let container = fork.log.scope.container;
    let within = if container.is_zero() { String::new() } else { format!(" in {}", short(&container)) };
    format!(
        "your log of {}{within} was continued in two ways at entry {} ({}): two copies of one data folder wrote. Both \
         count; this device writes on in another log",
        fork.log.scope.cell,
        fork.at,
        moment(fork.since_ms)
    )
}

fn peers(network: &NetworkStatus) -> String {
    if network.peer.is_empty() {
        return "no node is running on this folder, so there are no peers; start one with `communaut-node run`\n"
            .into();
    }
    if network.peers.is_empty() {
        return "no peer has been met since the start; give one with `communaut-node dial ADDRESS`\n".into();
    }
    let rows = network.peers.iter().map(|peer| {
        let refused: u64 = peer.refused.values().sum();
        vec![
            if peer.connected { "connected" } else { "gone" }.to_owned(),
            line(&peer.peer),
            peer.rtt_ms.map(|ms| format!("{ms} ms")).unwrap_or_default(),
            format!("{} received", peer.received),
            if refused > 0 { format!("{refused} refused") } else { String::new() },
            if peer.missing_logs > 0 { format!("{} logs missing", peer.missing_logs) } else { String::new() },
            line(&peer.address),
        ]
    });
    table(rows.collect())
}

/// With the line for a person, in `message`.
fn trouble(trouble: &Trouble) -> Value {
    let mut value = json!(trouble);
    value["message"] = trouble.to_string().into();
    value
}

fn network(status: &NetworkStatus) -> Value {
    json!({
        "peer": status.peer,
        "listening": status.listening,
        "connected": status.peers.iter().filter(|peer| peer.connected).count(),
        "peers": status.peers.iter().map(peer).collect::<Vec<_>>(),
        "topics": status.topics,
        "last_sync_ms": status.last_sync_ms,
    })
}

fn peer(peer: &PeerStatus) -> Value {
    json!({
        "peer": peer.peer,
        "address": peer.address,
        "connected": peer.connected,
        "local": peer.local,
        "rtt_ms": peer.rtt_ms,
        "caught_up_ms": peer.caught_up_ms,
        "missing_logs": peer.missing_logs,
        "received": peer.received,
        "refused": peer.refused,
    })
}
