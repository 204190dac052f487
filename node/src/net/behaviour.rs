//! What the swarm speaks, with its bounds.

use super::{
    ANSWER_TIMEOUT, CONNECTIONS_MAX, CONNECTIONS_PER_PEER_MAX, INCOMING_MAX, NetConfig, NetError, PENDING_MAX,
    codec::SyncCodec, exchange::ExchangeCodec, gate::Gate,
};
use communaut_protocol::{
    Cell,
    entry::{ENTRY_MAX, hash},
    limits::{NETWORK, SCOPE_CELL_MAX},
    pairing::{self, PairMessage},
    private::proof::{self, ProofMessage},
    replication::PROTOCOL,
};
use libp2p::{
    PeerId, StreamProtocol, Swarm, SwarmBuilder,
    connection_limits::{self, ConnectionLimits},
    gossipsub::{self, MessageAuthenticity, TopicHash, ValidationMode},
    identify,
    identity::Keypair,
    mdns, noise, ping,
    request_response::{self, ProtocolSupport},
    swarm::{NetworkBehaviour, behaviour::toggle::Toggle},
    tcp, yamux,
};
use std::time::Duration;

/// Topics remembered of one peer, whatever it says: about 100 B each. What is above
/// [`super::meter::REMOTE_TOPICS_MAX`] is counted as refused, and ends the connection long before this. It is
/// not left to gossipsub's own filter (100), which ignores all topics of a peer that has more, without a word.
const REMOTE_TOPICS_HARD_MAX: usize = 4_096;
/// Bytes of a gossip message: an entry and gossipsub's framing.
const GOSSIP_MAX: usize = ENTRY_MAX + 1_024;
/// Requests of one connection being read at once: more than are answered, so that what is too much is counted.
const STREAMS_MAX: usize = 64;
/// Proofs of one connection being read at once: an exchange has one under way.
const PROOF_STREAMS_MAX: usize = 4;
/// Messages of one connection by which a device wants to come in, being read at once: one is under way.
const PAIR_STREAMS_MAX: usize = 2;
/// A message heard within this is not passed on again. Bounds memory, with the rate that a peer is allowed.
const DUPLICATE_CACHE: Duration = Duration::from_secs(60);
/// Messages that wait for one slow peer, half of them our own and half passed on: at worst 66 MB, usually
/// below 1. What is too much is dropped, and sync brings it.
const SEND_QUEUE: usize = 1_024;
/// Before the mesh of a topic is looked after for the first time: at once, for people who have just started.
const FIRST_HEARTBEAT: Duration = Duration::from_secs(1);
/// Between two looks around on the local network: a mesh loses packets.
const MDNS_QUERY: Duration = Duration::from_secs(20);
/// A connection over which nothing at all went is closed. Nodes that serve each other ask every few seconds.
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
/// Between two pings.
const PING_EVERY: Duration = Duration::from_secs(15);

/// Hears and lets hear only topics of this network.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OwnTopics;

impl gossipsub::TopicSubscriptionFilter for OwnTopics {
    fn can_subscribe(&mut self, topic: &TopicHash) -> bool {
        cell_of(topic).is_some()
    }
}

type Filter = gossipsub::MaxCountSubscriptionFilter<OwnTopics>;
type Gossip = gossipsub::Behaviour<gossipsub::IdentityTransform, Filter>;

/// All protocols of a node.
#[derive(NetworkBehaviour)]
pub(super) struct Behaviour {
    pub gate: Gate,
    pub limits: connection_limits::Behaviour,
    pub identify: identify::Behaviour,
    pub ping: ping::Behaviour,
    pub mdns: Toggle<mdns::tokio::Behaviour>,
    pub gossip: Gossip,
    pub sync: request_response::Behaviour<SyncCodec>,
    pub closed: request_response::Behaviour<ExchangeCodec<ProofMessage>>,
    pub pairing: request_response::Behaviour<ExchangeCodec<PairMessage>>,
}

/// The topic of a cell. SPEC.md §9.
pub(super) fn topic_of(cell: Cell) -> gossipsub::IdentTopic {
    gossipsub::IdentTopic::new(format!("communaut/{NETWORK}/{cell}"))
}

/// The cell of a topic.
pub(super) fn cell_of(topic: &TopicHash) -> Option<Cell> {
    let name = topic.as_str().strip_prefix("communaut/")?.strip_prefix(NETWORK)?.strip_prefix('/')?;
    let cell: Cell = name.parse().ok()?;
    // One name for each topic, and none for cells finer than a scope's, nor for what is not a place.
    (cell.is_place() && cell.len() <= SCOPE_CELL_MAX && topic_of(cell).hash() == *topic).then_some(cell)
}

fn gossip() -> Result<Gossip, NetError> {
    let other = |error: &dyn std::fmt::Display| NetError::Other(format!("gossip: {error}"));
    let config = gossipsub::ConfigBuilder::default()
        .validation_mode(ValidationMode::Anonymous)
        .validate_messages()
        .message_id_fn(|message: &gossipsub::Message| gossipsub::MessageId::from(hash(&message.data).0.to_vec()))
        .max_transmit_size(GOSSIP_MAX)
        .duplicate_cache_time(DUPLICATE_CACHE)
        .flood_publish(false)
        .connection_handler_queue_len(SEND_QUEUE)
        // The mesh's own numbers (6, 5 to 12) stay: with fewer neighbours than that, all of them are in the mesh.
        .heartbeat_initial_delay(FIRST_HEARTBEAT)
        .build()
        .map_err(|error| other(&error))?;
    let filter = gossipsub::MaxCountSubscriptionFilter {
        filter: OwnTopics,
        max_subscribed_topics: REMOTE_TOPICS_HARD_MAX,
        // The size of a message bounds them already (at about 3,000): one too many must not go uncounted.
        max_subscriptions_per_request: REMOTE_TOPICS_HARD_MAX,
    };
    // Entries carry their author's signature: one of the passing peer would only tell who passed it on.
    gossipsub::Behaviour::new_with_subscription_filter(MessageAuthenticity::Anonymous, config, filter)
        .map_err(|error| other(&error))
}

impl Behaviour {
    fn new(config: &NetConfig, key: &Keypair) -> Result<Self, NetError> {
        let id = key.public().to_peer_id();
        let limits = ConnectionLimits::default()
            .with_max_established(Some(CONNECTIONS_MAX))
            .with_max_established_incoming(Some(INCOMING_MAX))
            .with_max_established_per_peer(Some(CONNECTIONS_PER_PEER_MAX))
            .with_max_pending_incoming(Some(PENDING_MAX))
            .with_max_pending_outgoing(Some(PENDING_MAX));
        let agent = format!("communaut/{}", env!("CARGO_PKG_VERSION"));
        // Nobody dials by what identify tells, so addresses are neither told nor remembered.
        let identify = identify::Config::new(format!("/communaut/{NETWORK}"), key.public())
            .with_agent_version(agent)
            .with_hide_listen_addrs(true)
            .with_cache_size(0);
        let mdns = config.mdns.then(|| looking_around(id)).transpose()?;
        let sync = request_response::Config::default()
            .with_request_timeout(config.answer_timeout)
            .with_max_concurrent_streams(STREAMS_MAX);
        let closed = request_response::Config::default()
            .with_request_timeout(config.answer_timeout)
            .with_max_concurrent_streams(PROOF_STREAMS_MAX);
        let pairing_config = request_response::Config::default()
            .with_request_timeout(config.answer_timeout)
            .with_max_concurrent_streams(PAIR_STREAMS_MAX);
        Ok(Self {
            pairing: request_response::Behaviour::with_codec(
                ExchangeCodec::new(config.answer_timeout / 2),
                [(StreamProtocol::new(pairing::PROTOCOL), ProtocolSupport::Full)],
                pairing_config,
            ),
            closed: request_response::Behaviour::with_codec(
                ExchangeCodec::new(config.answer_timeout / 2),
                [(StreamProtocol::new(proof::PROTOCOL), ProtocolSupport::Full)],
                closed,
            ),
            gate: Gate::default(),
            limits: connection_limits::Behaviour::new(limits),
            identify: identify::Behaviour::new(identify),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_EVERY)),
            mdns: mdns.into(),
            gossip: gossip()?,
            sync: request_response::Behaviour::with_codec(
                // Well before libp2p gives up on the stream without a word.
                SyncCodec { request_timeout: config.answer_timeout / 2 },
                [(StreamProtocol::new(PROTOCOL), ProtocolSupport::Full)],
                sync,
            ),
        })
    }
}

/// Looks for others on the local network.
pub(super) fn looking_around(id: PeerId) -> Result<mdns::tokio::Behaviour, NetError> {
    let config = mdns::Config { query_interval: MDNS_QUERY, ..mdns::Config::default() };
    mdns::tokio::Behaviour::new(config, id).map_err(|error| NetError::Other(format!("mDNS: {error}")))
}

/// A swarm over TCP and QUIC.
pub(super) fn swarm(config: &NetConfig) -> Result<Swarm<Behaviour>, NetError> {
    let other = |error: &dyn std::fmt::Display| NetError::Other(error.to_string());
    let key = Keypair::ed25519_from_bytes(config.secret).map_err(|error| other(&error))?;
    let behaviour = Behaviour::new(config, &key)?;
    let builder = SwarmBuilder::with_existing_identity(key)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .map_err(|error| other(&error))?
        .with_quic()
        .with_behaviour(|_| behaviour)
        .map_err(|error| other(&error))?;
    Ok(builder.with_swarm_config(|config| config.with_idle_connection_timeout(IDLE_TIMEOUT)).build())
}

impl Default for NetConfig {
    fn default() -> Self {
        Self { listen: Vec::new(), peers: Vec::new(), mdns: false, secret: [0; 32], answer_timeout: ANSWER_TIMEOUT }
    }
}
