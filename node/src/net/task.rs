//! The task that owns the swarm.

use super::{
    AnswerChannel, CLOSED, MessageRef, NetCommand, NetConfig, NetError, NetEvent, Peer, Verdict,
    behaviour::{self, Behaviour, BehaviourEvent},
    codec::Fault,
    links::{Links, bare},
};
use communaut_protocol::{
    Cell,
    replication::sync0::{Request, Response},
};
use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, gossipsub, mdns, ping,
    request_response::{self, InboundFailure, OutboundFailure, OutboundRequestId},
    swarm::{ConnectionId, SwarmEvent, dial_opts::DialOpts},
};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Between two looks at whom to dial.
const LOOK: Duration = Duration::from_secs(1);
/// Dials whose answer somebody waits for.
const DIALS_MAX: usize = 64;

/// The swarm and what is remembered beside it.
pub(super) struct Task {
    swarm: Swarm<Behaviour>,
    commands: mpsc::Receiver<NetCommand>,
    events: mpsc::Sender<NetEvent>,
    links: Links,
    topics: BTreeSet<Cell>,
    asked: HashMap<OutboundRequestId, u64>,
    dials: HashMap<ConnectionId, oneshot::Sender<Result<(), String>>>,
    /// Events that were not yet sent on.
    out: Vec<NetEvent>,
}

fn parse(address: &str, what: &'static str) -> Result<Multiaddr, NetError> {
    let refuse = |error: &dyn std::fmt::Display| NetError::Address {
        address: address.chars().take(120).collect(),
        what,
        why: error.to_string(),
    };
    address.parse().map_err(|error: libp2p::multiaddr::Error| refuse(&error))
}

impl Task {
    /// Listen, and note whom to dial.
    pub fn new(
        config: NetConfig,
        commands: mpsc::Receiver<NetCommand>,
        events: mpsc::Sender<NetEvent>,
    ) -> Result<Self, NetError> {
        let mut swarm = behaviour::swarm(&config)?;
        for address in &config.listen {
            let parsed = parse(address, "listen on")?;
            swarm.listen_on(parsed).map_err(|error| NetError::Address {
                address: address.clone(),
                what: "listen on",
                why: error.to_string(),
            })?;
        }
        let mut links = Links::default();
        for address in &config.peers {
            links.keep(&parse(address, "connect to")?, None, false, Instant::now());
        }
        Ok(Self {
            swarm,
            commands,
            events,
            links,
            topics: BTreeSet::new(),
            asked: HashMap::new(),
            dials: HashMap::new(),
            out: Vec::new(),
        })
    }

    /// This node's name on the network.
    pub fn peer(&self) -> PeerId {
        *self.swarm.local_peer_id()
    }

    /// Until the command channel closes.
    pub async fn run(mut self) {
        let mut look = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                event = self.swarm.select_next_some() => self.hear(event),
                _ = look.tick() => self.dial_due(),
            }
            for event in std::mem::take(&mut self.out) {
                if self.events.send(event).await.is_err() {
                    return;
                }
            }
        }
    }

    fn obey(&mut self, command: NetCommand) {
        match command {
            NetCommand::Dial(address, answer) => self.dial(&address, answer),
            NetCommand::Subscribe(topics) => self.subscribe(topics),
            NetCommand::Publish { cell, data } => {
                let topic = behaviour::topic_of(cell);
                // A hint: with nobody there to hear it, sync will bring it.
                if let Err(error) = self.swarm.behaviour_mut().gossip.publish(topic, data) {
                    tracing::debug!(%cell, "not gossiped: {error}");
                }
            }
            NetCommand::Ask { peer, request, token } => {
                let id = self.swarm.behaviour_mut().sync.send_request(&peer.0, Ok(request));
                self.asked.insert(id, token);
            }
            NetCommand::Answer { channel, response } => {
                // The peer may have gone meanwhile.
                drop(self.swarm.behaviour_mut().sync.send_response(channel.0, response));
            }
            NetCommand::Verdict { message, verdict } => {
                let acceptance = match verdict {
                    Verdict::Accept => gossipsub::MessageAcceptance::Accept,
                    Verdict::Reject => gossipsub::MessageAcceptance::Reject,
                    Verdict::Ignore => gossipsub::MessageAcceptance::Ignore,
                };
                let gossip = &mut self.swarm.behaviour_mut().gossip;
                gossip.report_message_validation_result(&message.id, &message.source, acceptance);
            }
            NetCommand::Disconnect(peer) => drop(self.swarm.disconnect_peer_id(peer.0)),
        }
    }

    fn dial(&mut self, address: &str, answer: oneshot::Sender<Result<(), String>>) {
        let address = match parse(address, "connect to") {
            Ok(address) => address,
            Err(error) => return drop(answer.send(Err(error.to_string()))),
        };
        if self.dials.len() >= DIALS_MAX {
            return drop(answer.send(Err(format!("{DIALS_MAX} connections are being made; try again"))));
        }
        let options = DialOpts::from(address.clone());
        let id = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => {
                self.links.keep(&address, None, false, Instant::now() + LOOK);
                self.dials.insert(id, answer);
            }
            Err(error) => drop(answer.send(Err(format!("{address} was not reached: {error}")))),
        }
    }

    fn dial_due(&mut self) {
        let swarm = &self.swarm;
        let due = self.links.due(Instant::now(), |peer| swarm.is_connected(peer));
        for (address, peer) in due {
            let options = match peer {
                Some(peer) => DialOpts::peer_id(peer).addresses(vec![address.clone()]).build(),
                None => DialOpts::from(address.clone()),
            };
            if let Err(error) = self.swarm.dial(options) {
                tracing::debug!(%address, "not dialled: {error}");
            }
        }
    }

    fn subscribe(&mut self, topics: BTreeSet<Cell>) {
        let gossip = &mut self.swarm.behaviour_mut().gossip;
        for cell in self.topics.difference(&topics) {
            gossip.unsubscribe(&behaviour::topic_of(*cell));
        }
        for cell in topics.difference(&self.topics) {
            if let Err(error) = gossip.subscribe(&behaviour::topic_of(*cell)) {
                tracing::warn!(%cell, "not subscribed: {error}");
            }
        }
        self.topics = topics;
    }

    fn hear(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::NewListenAddr { address, .. } => self.out.push(NetEvent::Listening(address.to_string())),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, num_established, .. } => {
                let address = endpoint.get_remote_address();
                if endpoint.is_dialer() {
                    self.links.answered(address, peer_id);
                }
                if let Some(answer) = self.dials.remove(&connection_id) {
                    drop(answer.send(Ok(())));
                }
                if num_established.get() == 1 {
                    let local = self.links.is_local(peer_id);
                    self.out.push(NetEvent::Connected {
                        peer: Peer(peer_id),
                        address: bare(address).to_string(),
                        local,
                    });
                }
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => {
                self.out.push(NetEvent::Disconnected { peer: Peer(peer_id) });
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                match self.dials.remove(&connection_id) {
                    Some(answer) => drop(answer.send(Err(format!("not reached: {error}")))),
                    None => tracing::debug!("not reached: {error}"),
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, .. } => {
                let detail = format!("{send_back_addr}: {error}");
                self.out.push(NetEvent::Refused { peer: None, reason: "handshake", detail });
            }
            SwarmEvent::Behaviour(event) => self.hear_behaviour(event),
            _ => {}
        }
    }

    fn hear_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Sync(event) => self.hear_sync(event),
            BehaviourEvent::Gossip(gossipsub::Event::Message { propagation_source, message_id, message }) => {
                let Some(cell) = behaviour::cell_of(&message.topic) else { return };
                self.out.push(NetEvent::Gossip {
                    peer: Peer(propagation_source),
                    message: MessageRef { id: message_id, source: propagation_source },
                    cell,
                    data: message.data,
                });
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                for (peer, address) in found {
                    self.links.keep(&address, Some(peer), true, Instant::now());
                }
                self.dial_due();
            }
            BehaviourEvent::Mdns(mdns::Event::Expired(gone)) => {
                gone.iter().for_each(|(_, address)| self.links.expired(address));
            }
            BehaviourEvent::Ping(ping::Event { peer, result: Ok(rtt), .. }) => {
                let ms = u64::try_from(rtt.as_millis()).unwrap_or(u64::MAX);
                self.out.push(NetEvent::Rtt { peer: Peer(peer), ms });
            }
            _ => {}
        }
    }

    fn hear_sync(&mut self, event: request_response::Event<Result<Request, Fault>, Response>) {
        let heard = match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request: Ok(request), channel, .. } => {
                    Some(NetEvent::Asked { peer: Peer(peer), request, channel: AnswerChannel(channel) })
                }
                // Its channel is dropped: what cannot be read gets no answer.
                request_response::Message::Request { request: Err(fault), .. } => {
                    let detail = format!("a request: {fault}");
                    Some(NetEvent::Refused { peer: Some(Peer(peer)), reason: fault.name(), detail })
                }
                request_response::Message::Response { request_id, response } => {
                    let token = self.asked.remove(&request_id);
                    token.map(|token| NetEvent::Answered { peer: Peer(peer), token, response })
                }
            },
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                let why = match &error {
                    OutboundFailure::Timeout => "stalled",
                    OutboundFailure::UnsupportedProtocols => "unsupported",
                    OutboundFailure::Io(error) => Fault::of(error).name(),
                    OutboundFailure::DialFailure | OutboundFailure::ConnectionClosed => CLOSED,
                };
                tracing::debug!(%peer, "a request failed: {error}");
                let token = self.asked.remove(&request_id);
                token.map(|token| NetEvent::AskFailed { peer: Peer(peer), token, why })
            }
            request_response::Event::InboundFailure { peer, error, .. } => {
                let reason = match &error {
                    InboundFailure::Timeout => Some("stalled"),
                    InboundFailure::UnsupportedProtocols => Some("unsupported"),
                    InboundFailure::Io(error) => Some(Fault::of(error).name()),
                    // The peer has gone, or this node is stopping.
                    InboundFailure::ConnectionClosed | InboundFailure::ResponseOmission => None,
                };
                reason.map(|reason| NetEvent::Refused { peer: Some(Peer(peer)), reason, detail: error.to_string() })
            }
            request_response::Event::ResponseSent { .. } => None,
        };
        self.out.extend(heard);
    }
}
