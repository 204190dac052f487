//! The network: a task that owns the libp2p swarm. The only place that names libp2p.
//!
//! It carries bytes and knows nothing of entries: what is asked, answered and gossiped is decided by the
//! daemon's core, over two bounded channels.

mod behaviour;
mod codec;
mod exchange;
mod gate;
mod links;
mod local;
mod meter;
mod task;
#[cfg(test)]
mod tests;

pub use communaut_protocol::engine::{Verdict, interest::TOPICS_MAX};

use communaut_protocol::{
    Cell, Hash, engine,
    entry::hash,
    pairing::PairMessage,
    private::proof::ProofMessage,
    replication::message::{Request, Response},
};
use libp2p::{
    PeerId, gossipsub,
    request_response::{InboundRequestId, ResponseChannel},
};
use std::{collections::BTreeSet, fmt, time::Duration};
use tokio::sync::{mpsc, oneshot};

/// Commands on their way to the task.
pub const COMMANDS_MAX: usize = 1_024;
/// Events on their way to the core: behind it the network waits, so that memory stays bounded.
pub const EVENTS_MAX: usize = 256;
/// Connections held: a box at the edge of a mesh, with room for a village.
pub const CONNECTIONS_MAX: u32 = 128;
/// Of these, connections that others began: the rest is kept for those that this node itself wants.
pub const INCOMING_MAX: u32 = 96;
/// Connections with one peer: two that dial each other at once may hold both.
pub const CONNECTIONS_PER_PEER_MAX: u32 = 4;
/// Connections being set up, each way.
pub const PENDING_MAX: u32 = 32;
/// How long an answer may take: a full one over a slow link.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// What the task needs to know.
#[derive(Clone)]
pub(crate) struct NetConfig {
    pub listen: Vec<String>,
    pub peers: Vec<String>,
    pub mdns: bool,
    /// Seed of the transport key, which is not the device key.
    pub secret: [u8; 32],
    /// How long an answer may take.
    pub answer_timeout: Duration,
}

/// Why the network did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NetError {
    #[error("'{address}' is not an address to {what}: {why} (an example: /ip4/0.0.0.0/tcp/4001)")]
    Address { address: String, what: &'static str, why: String },
    #[error("{0}")]
    Other(String),
}

/// A node on the network. It is not by itself a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Peer(PeerId);

impl Peer {
    /// Under which files bring something. No key has this name, so nobody connects as it.
    pub fn of_files() -> Option<Self> {
        // The multihash that says its bytes as they are.
        PeerId::from_bytes(b"\x00\x05files").ok().map(Self)
    }
    /// A peer of a number, for tests.
    #[cfg(test)]
    #[expect(clippy::expect_used, reason = "a test fails by panicking")]
    pub fn of_number(number: u8) -> Self {
        let key = libp2p::identity::Keypair::ed25519_from_bytes([number; 32]).expect("32 bytes are a seed");
        Self(key.public().to_peer_id())
    }
}

impl engine::Peer for Peer {
    /// The transport has verified it.
    fn end(&self) -> Hash {
        hash(&self.0.to_bytes())
    }
}

/// The same of this node, by the name that [`start`] gives.
pub(crate) fn end_of(name: &str) -> Option<Hash> {
    name.parse().ok().map(|id| engine::Peer::end(&Peer(id)))
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Where the answer to a peer's request goes.
#[derive(Debug)]
pub(crate) struct AnswerChannel {
    request: InboundRequestId,
    channel: ResponseChannel<Response>,
}

/// Where the answer to a peer's proof goes.
#[derive(Debug)]
pub(crate) struct ProofChannel(ResponseChannel<Option<ProofMessage>>);

/// Where the answer to a device that wants to come in goes.
#[derive(Debug)]
pub(crate) struct PairChannel(ResponseChannel<Option<PairMessage>>);

/// A message that waits for its verdict.
#[derive(Debug)]
pub(crate) struct MessageRef {
    id: gossipsub::MessageId,
    source: PeerId,
}

/// Asked of the network.
#[derive(Debug)]
pub(crate) enum NetCommand {
    /// Connect, and stay connected. Answered when the connection stands or has failed.
    Dial(String, oneshot::Sender<Result<(), String>>),
    /// The topics to hear: the whole set, of which the first [`TOPICS_MAX`] are heard.
    Subscribe(BTreeSet<Cell>),
    /// Gossip, to whoever hears the cell's topic. A hint: it may be lost.
    Publish { cell: Cell, data: Vec<u8> },
    /// Ask a peer; answered by an event with the same token.
    Ask { peer: Peer, request: Request, token: u64 },
    /// Answer a peer.
    Answer { channel: AnswerChannel, response: Response },
    /// Say a proof of closed scopes to a peer; answered by an event with the same token.
    Prove { peer: Peer, message: ProofMessage, token: u64 },
    /// Answer a peer's proof; with nothing, if that ends the exchange.
    AnswerProof { channel: ProofChannel, message: Option<ProofMessage> },
    /// Ask a device of the same person to be let in; answered by an event with the same token.
    Pair { peer: Peer, message: PairMessage, token: u64 },
    /// Answer a device that wants to come in.
    AnswerPair { channel: PairChannel, message: PairMessage },
    /// What becomes of a message.
    Verdict { message: MessageRef, verdict: Verdict },
    /// Close the connections with a peer.
    Disconnect(Peer),
}

/// Told by the network.
#[derive(Debug)]
pub(crate) enum NetEvent {
    Listening(String),
    /// Connected now; said again if mDNS finds the peer later.
    Connected {
        peer: Peer,
        address: String,
        /// Found by mDNS.
        local: bool,
    },
    Disconnected {
        peer: Peer,
    },
    Rtt {
        peer: Peer,
        ms: u64,
    },
    Asked {
        peer: Peer,
        request: Request,
        channel: AnswerChannel,
    },
    Answered {
        peer: Peer,
        token: u64,
        response: Response,
    },
    AskFailed {
        peer: Peer,
        token: u64,
        why: &'static str,
    },
    /// A peer proves closed scopes.
    Proving {
        peer: Peer,
        message: ProofMessage,
        channel: ProofChannel,
    },
    /// A proof was not answered.
    ProofFailed {
        peer: Peer,
        token: u64,
    },
    /// It has answered a proof.
    Proved {
        peer: Peer,
        token: u64,
        message: Option<ProofMessage>,
    },
    /// A device wants to come in.
    Pairing {
        peer: Peer,
        message: PairMessage,
        channel: PairChannel,
    },
    /// A device has answered; with nothing, if it did not.
    Paired {
        token: u64,
        message: Option<PairMessage>,
    },
    Gossip {
        peer: Peer,
        message: MessageRef,
        cell: Cell,
        data: Vec<u8>,
    },
    /// Something that broke a rule of the wire: `too_large`, `malformed`, `cut`, `stalled`, `unsupported` (sync),
    /// `requests`, `flood`, `topics`, `connections` (too many of them), `handshake`, `wrong_peer` (another than the
    /// address names answers there), `outside` (mDNS names an address off the local network), `announced` (mDNS names
    /// more than is remembered). Without a peer: before the handshake was through, or nobody knows whose it was.
    Refused {
        peer: Option<Peer>,
        reason: &'static str,
        detail: String,
    },
}

/// [`NetEvent::AskFailed`] for a connection that ended: nobody's fault.
pub(crate) const CLOSED: &str = "closed";

/// The ends of a running network task, and this node's name on the network.
pub(crate) type Started = (mpsc::Sender<NetCommand>, mpsc::Receiver<NetEvent>, String);

/// Start the task on the current runtime. It ends when its command channel is closed.
pub(crate) fn start(config: NetConfig) -> Result<Started, NetError> {
    let (command_in, commands) = mpsc::channel(COMMANDS_MAX);
    let (event_in, events) = mpsc::channel(EVENTS_MAX);
    let task = task::Task::new(config, commands, event_in)?;
    let peer = task.peer().to_string();
    tokio::spawn(task.run());
    Ok((command_in, events, peer))
}
