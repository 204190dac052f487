//! The task that owns the swarm.

use super::{
    AnswerChannel, CLOSED, MessageRef, NetCommand, NetConfig, NetError, NetEvent, PairChannel, Peer, ProofChannel,
    TOPICS_MAX, Verdict,
    behaviour::{self, Behaviour, BehaviourEvent},
    codec::Fault,
    links::{Links, bare, named},
    local::Local,
    meter::Meter,
};
use communaut_protocol::{
    Cell,
    pairing::PairMessage,
    private::proof::ProofMessage,
    replication::message::{Request, Response},
};
use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm,
    core::transport::ListenerId,
    gossipsub, mdns, ping,
    request_response::{self, InboundFailure, InboundRequestId, OutboundFailure, OutboundRequestId},
    swarm::{
        ConnectionId, DialError, FromSwarm, ListenError, NetworkBehaviour, NewListenAddr, SwarmEvent,
        dial_opts::{DialOpts, PeerCondition},
    },
};
use std::{
    collections::{BTreeSet, HashMap},
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Between two looks at whom to dial.
const LOOK: Duration = Duration::from_secs(1);
/// How long an attempt to connect takes at most (libp2p's own bound for TCP).
const ATTEMPT: Duration = Duration::from_secs(10);
/// Addresses that libp2p's mDNS remembers of others, each as long as its packet says, which may be years: beyond, it is
/// begun anew. More than a mesh of 300 boxes announces, and about 300 KB.
const FOUND_MAX: usize = 1_024;
/// Dials whose answer somebody waits for.
const DIALS_MAX: usize = 64;
/// Characters of what is said about a refusal, part of which may come from the peer.
const DETAIL_MAX: usize = 200;

/// The swarm and what is remembered beside it.
pub(super) struct Task {
    swarm: Swarm<Behaviour>,
    commands: mpsc::Receiver<NetCommand>,
    events: mpsc::Sender<NetEvent>,
    links: Links,
    /// What mDNS finds is only believed inside of it.
    local: Local,
    topics: BTreeSet<Cell>,
    asked: HashMap<OutboundRequestId, u64>,
    proving: HashMap<OutboundRequestId, u64>,
    pairing: HashMap<OutboundRequestId, u64>,
    dials: HashMap<ConnectionId, oneshot::Sender<Result<(), String>>>,
    /// What the connected peers ask and gossip.
    meter: Meter<InboundRequestId>,
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
        // Before mDNS listens, so that what it finds can be judged.
        let local = Local::watch(config.mdns)
            .map_err(|error| NetError::Other(format!("this machine's interfaces cannot be watched: {error}")))?;
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
            local,
            topics: BTreeSet::new(),
            asked: HashMap::new(),
            proving: HashMap::new(),
            pairing: HashMap::new(),
            dials: HashMap::new(),
            meter: Meter::default(),
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
                () = self.local.changed() => {
                    let now_inside = self.local.come_in();
                    self.found(now_inside);
                }
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
            // Not even tried: libp2p would dial whatever address somebody told it.
            NetCommand::Ask { peer, token, .. } if !self.swarm.is_connected(&peer.0) => {
                self.out.push(NetEvent::AskFailed { peer, token, why: CLOSED });
            }
            NetCommand::Ask { peer, request, token } => {
                let id = self.swarm.behaviour_mut().sync.send_request(&peer.0, Ok(request));
                self.asked.insert(id, token);
            }
            NetCommand::Answer { channel, response } => {
                self.meter.answered(&channel.request);
                // The peer may have gone meanwhile.
                drop(self.swarm.behaviour_mut().sync.send_response(channel.channel, response));
            }
            NetCommand::Prove { peer, message, token } => {
                // As above: a peer that has gone is not dialled for it.
                if self.swarm.is_connected(&peer.0) {
                    let id = self.swarm.behaviour_mut().closed.send_request(&peer.0, Ok(message));
                    self.proving.insert(id, token);
                }
            }
            NetCommand::AnswerProof { channel, message } => {
                drop(self.swarm.behaviour_mut().closed.send_response(channel.0, message));
            }
            NetCommand::Pair { token, peer, .. } if !self.swarm.is_connected(&peer.0) => {
                self.out.push(NetEvent::Paired { token, message: None });
            }
            NetCommand::Pair { peer, message, token } => {
                let id = self.swarm.behaviour_mut().pairing.send_request(&peer.0, Ok(message));
                self.pairing.insert(id, token);
            }
            NetCommand::AnswerPair { channel, message } => {
                drop(self.swarm.behaviour_mut().pairing.send_response(channel.0, Some(message)));
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
        // After the attempt that is made here, should it fail.
        let next = Instant::now() + ATTEMPT;
        if self.links.peer_at(&address).is_some_and(|peer| self.swarm.is_connected(&peer)) {
            self.links.keep(&address, None, false, next);
            return drop(answer.send(Ok(())));
        }
        // Whatever else is being tried, the answer is about this address.
        let options = match named(&address) {
            Some(peer) => {
                DialOpts::peer_id(peer).condition(PeerCondition::Always).addresses(vec![address.clone()]).build()
            }
            None => DialOpts::from(address.clone()),
        };
        let id = options.connection_id();
        match self.dial_now(options) {
            Ok(()) => {
                self.links.keep(&address, None, false, next);
                self.dials.insert(id, answer);
            }
            Err(error) => drop(answer.send(Err(format!("{address} was not reached: {error}")))),
        }
    }

    /// The only way out: see [`super::gate`].
    fn dial_now(&mut self, options: DialOpts) -> Result<(), DialError> {
        self.swarm.behaviour_mut().gate.open_for(Some(options.connection_id()));
        let begun = self.swarm.dial(options);
        self.swarm.behaviour_mut().gate.open_for(None);
        begun
    }

    fn dial_due(&mut self) {
        let swarm = &self.swarm;
        let local = &self.local;
        let due = self.links.due(Instant::now(), |peer| swarm.is_connected(peer), |address| local.holds(address));
        for (address, peer) in due {
            let options = match peer {
                Some(peer) => DialOpts::peer_id(peer).addresses(vec![address.clone()]).build(),
                None => DialOpts::from(address.clone()),
            };
            match self.dial_now(options) {
                Ok(()) => {}
                Err(DialError::DialPeerConditionFalse(_)) => self.links.passed_over(&address, Instant::now() + LOOK),
                Err(error) => tracing::debug!(%address, "not dialled: {error}"),
            }
        }
    }

    fn refuse(&mut self, peer: Option<PeerId>, reason: &'static str, detail: impl std::fmt::Display) {
        let detail = detail.to_string().chars().take(DETAIL_MAX).collect();
        self.out.push(NetEvent::Refused { peer: peer.map(Peer), reason, detail });
    }

    fn subscribe(&mut self, topics: BTreeSet<Cell>) {
        let topics: BTreeSet<Cell> = topics.into_iter().take(TOPICS_MAX).collect();
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
                self.meter.gone(&peer_id);
                self.out.push(NetEvent::Disconnected { peer: Peer(peer_id) });
            }
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                if let DialError::WrongPeerId { obtained, address } = &error {
                    let detail = format!("{obtained} answers at {address}, which was given for another peer");
                    self.refuse(None, "wrong_peer", detail);
                }
                match self.dials.remove(&connection_id) {
                    Some(answer) => drop(answer.send(Err(format!("not reached: {error}")))),
                    None => tracing::debug!("not reached: {error}"),
                }
            }
            SwarmEvent::IncomingConnectionError { send_back_addr, error, peer_id, .. } => {
                let reason = match &error {
                    ListenError::Denied { .. } => "connections",
                    ListenError::Transport(_) | ListenError::WrongPeerId { .. } => "handshake",
                    // This node itself, or it has thought better of it.
                    ListenError::LocalPeerId { .. } | ListenError::Aborted => return,
                };
                self.refuse(peer_id, reason, format_args!("{send_back_addr}: {error}"));
            }
            SwarmEvent::Behaviour(event) => self.hear_behaviour(event),
            _ => {}
        }
    }

    fn hear_behaviour(&mut self, event: BehaviourEvent) {
        match event {
            BehaviourEvent::Sync(event) => self.hear_sync(event),
            BehaviourEvent::Closed(event) => self.hear_closed(event),
            BehaviourEvent::Pairing(event) => self.hear_pairing(event),
            BehaviourEvent::Gossip(gossipsub::Event::Message { propagation_source, message_id, message }) => {
                self.hear_gossip(propagation_source, message_id, message);
            }
            BehaviourEvent::Gossip(gossipsub::Event::Subscribed { peer_id, topic }) => {
                let within = behaviour::cell_of(&topic).is_none_or(|cell| self.meter.subscribed(peer_id, cell));
                if !within {
                    self.refuse(Some(peer_id), "topics", "it hears more topics than are remembered of one peer");
                }
            }
            BehaviourEvent::Gossip(gossipsub::Event::Unsubscribed { peer_id, topic }) => {
                if let Some(cell) = behaviour::cell_of(&topic) {
                    self.meter.unsubscribed(&peer_id, cell);
                }
            }
            BehaviourEvent::Mdns(mdns::Event::Discovered(found)) => {
                self.local.look();
                let (inside, outside): (Vec<_>, Vec<_>) =
                    found.into_iter().partition(|(_, address)| self.local.holds(address));
                if let [(_, first), more @ ..] = outside.as_slice() {
                    let detail = format!("mDNS names {first}, off the local network, and {} more", more.len());
                    self.refuse(None, "outside", detail);
                }
                outside.into_iter().for_each(|(peer, address)| self.local.put_away(address, peer));
                self.found(inside);
                self.bound_mdns();
            }
            BehaviourEvent::Mdns(mdns::Event::Expired(gone)) => {
                for (_, address) in gone {
                    self.links.expired(&address);
                    self.local.expired(&address);
                }
            }
            BehaviourEvent::Ping(ping::Event { peer, result: Ok(rtt), .. }) => {
                let ms = u64::try_from(rtt.as_millis()).unwrap_or(u64::MAX);
                self.out.push(NetEvent::Rtt { peer: Peer(peer), ms });
            }
            _ => {}
        }
    }

    /// Somebody announces peers without end: forget them all, and look around anew. Who is there is found again.
    fn bound_mdns(&mut self) {
        let found = self.swarm.behaviour().mdns.as_ref().map_or(0, |mdns| mdns.discovered_nodes().len());
        if found <= FOUND_MAX {
            return;
        }
        self.refuse(None, "announced", format!("mDNS names {found} addresses, more than are remembered"));
        let mut fresh = match behaviour::looking_around(self.peer()) {
            Ok(fresh) => fresh,
            // The old one stays, and this is tried again with the next packet.
            Err(error) => return tracing::warn!("{error}"),
        };
        let listening: Vec<Multiaddr> = self.swarm.listeners().cloned().collect();
        for addr in &listening {
            let listening = NewListenAddr { listener_id: ListenerId::next(), addr };
            fresh.on_swarm_event(FromSwarm::NewListenAddr(listening));
        }
        self.swarm.behaviour_mut().mdns = Some(fresh).into();
        let swarm = &self.swarm;
        self.links.forget_local(|peer| swarm.is_connected(peer));
    }

    /// Peers on the local network.
    fn found(&mut self, peers: Vec<(PeerId, Multiaddr)>) {
        for (peer, address) in peers {
            let news = !self.links.is_local(peer);
            self.links.keep(&address, Some(peer), true, Instant::now());
            // It was faster than mDNS.
            if news && self.links.is_local(peer) && self.swarm.is_connected(&peer) {
                let address = bare(&address).to_string();
                self.out.push(NetEvent::Connected { peer: Peer(peer), address, local: true });
            }
        }
        self.dial_due();
    }

    fn hear_gossip(&mut self, peer: PeerId, id: gossipsub::MessageId, message: gossipsub::Message) {
        let taken = self.meter.gossip(peer, Instant::now());
        match behaviour::cell_of(&message.topic) {
            Some(cell) if taken => {
                let message_ref = MessageRef { id, source: peer };
                self.out.push(NetEvent::Gossip { peer: Peer(peer), message: message_ref, cell, data: message.data });
            }
            _ => {
                let gossip = &mut self.swarm.behaviour_mut().gossip;
                gossip.report_message_validation_result(&id, &peer, gossipsub::MessageAcceptance::Ignore);
                self.refuse(Some(peer), "flood", "more gossip than is taken from one peer");
            }
        }
    }

    fn hear_closed(&mut self, event: request_response::Event<Result<ProofMessage, Fault>, Option<ProofMessage>>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request: Ok(message), channel, .. } => {
                    self.out.push(NetEvent::Proving { peer: Peer(peer), message, channel: ProofChannel(channel) });
                }
                request_response::Message::Request { request: Err(fault), .. } => {
                    self.refuse(Some(peer), fault.name(), format_args!("a proof: {fault}"));
                }
                request_response::Message::Response { request_id, response: message } => {
                    let token = self.proving.remove(&request_id);
                    self.out.extend(token.map(|token| NetEvent::Proved { peer: Peer(peer), token, message }));
                }
            },
            // Nothing is proved then: the peer is offered what everybody is.
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                tracing::debug!("a proof failed: {error}");
                let token = self.proving.remove(&request_id);
                self.out.extend(token.map(|token| NetEvent::ProofFailed { peer: Peer(peer), token }));
            }
            request_response::Event::InboundFailure { .. } | request_response::Event::ResponseSent { .. } => {}
        }
    }

    fn hear_pairing(&mut self, event: request_response::Event<Result<PairMessage, Fault>, Option<PairMessage>>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request: Ok(message), channel, .. } => {
                    self.out.push(NetEvent::Pairing { peer: Peer(peer), message, channel: PairChannel(channel) });
                }
                request_response::Message::Request { request: Err(fault), .. } => {
                    self.refuse(Some(peer), fault.name(), format_args!("a device: {fault}"));
                }
                request_response::Message::Response { request_id, response } => {
                    let token = self.pairing.remove(&request_id);
                    self.out.extend(token.map(|token| NetEvent::Paired { token, message: response }));
                }
            },
            request_response::Event::OutboundFailure { request_id, error, .. } => {
                tracing::debug!("a device did not answer: {error}");
                let token = self.pairing.remove(&request_id);
                self.out.extend(token.map(|token| NetEvent::Paired { token, message: None }));
            }
            request_response::Event::InboundFailure { .. } | request_response::Event::ResponseSent { .. } => {}
        }
    }

    fn hear_sync(&mut self, event: request_response::Event<Result<Request, Fault>, Response>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                request_response::Message::Request { request: Ok(request), channel, request_id } => {
                    if self.meter.begin(peer, request_id) {
                        let channel = AnswerChannel { request: request_id, channel };
                        self.out.push(NetEvent::Asked { peer: Peer(peer), request, channel });
                    } else {
                        self.refuse(Some(peer), "requests", "more requests at once than are answered to one peer");
                    }
                }
                // Its channel is dropped: what cannot be read gets no answer.
                request_response::Message::Request { request: Err(fault), .. } => {
                    self.refuse(Some(peer), fault.name(), format_args!("a request: {fault}"));
                }
                request_response::Message::Response { request_id, response } => {
                    let token = self.asked.remove(&request_id);
                    self.out.extend(token.map(|token| NetEvent::Answered { peer: Peer(peer), token, response }));
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
                self.out.extend(token.map(|token| NetEvent::AskFailed { peer: Peer(peer), token, why }));
            }
            request_response::Event::InboundFailure { peer, request_id, error, .. } => {
                let answered = self.meter.end(&request_id);
                let reason = match &error {
                    // It was this node that did not answer in time: nothing against the peer.
                    InboundFailure::Timeout if answered == Some(false) => return,
                    InboundFailure::Timeout => "stalled",
                    InboundFailure::UnsupportedProtocols => "unsupported",
                    InboundFailure::Io(error) => Fault::of(error).name(),
                    // The peer has gone, or this node is stopping.
                    InboundFailure::ConnectionClosed | InboundFailure::ResponseOmission => return,
                };
                self.refuse(Some(peer), reason, error);
            }
            request_response::Event::ResponseSent { request_id, .. } => drop(self.meter.end(&request_id)),
        }
    }
}
