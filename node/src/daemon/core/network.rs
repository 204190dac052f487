//! Between the network's task and the engine of replication: events go in, commands come out.

use super::Core;
use crate::{
    daemon::input::Effect,
    net::{self, AnswerChannel, NetCommand, NetEvent, Peer},
    snapshot::{NetworkStatus, PeerStatus},
    store::StoreError,
};
use communaut_protocol::engine::{self, Engine, PeerReport};
use std::collections::BTreeMap;

/// What the transport knows of the network.
#[derive(Debug, Default)]
pub(crate) struct Network {
    /// This node's name; empty when it runs without network.
    pub peer: String,
    /// Addresses at which others reach it.
    pub listening: Vec<String>,
    /// Gossip topics heard.
    pub topics: usize,
    /// How each peer is reached, of those that the engine remembers.
    links: BTreeMap<Peer, Link>,
}

/// How a peer is reached.
#[derive(Debug, Clone, Default)]
struct Link {
    address: String,
    /// Whether mDNS found it.
    local: bool,
    rtt_ms: Option<u64>,
}

impl Network {
    fn heard_at(&mut self, address: String) {
        if !self.listening.contains(&address) {
            self.listening.push(address);
        }
    }

    fn connected(&mut self, peer: Peer, address: String, local: bool) {
        let link = self.links.entry(peer).or_default();
        link.address = address;
        link.local |= local;
    }

    /// What the engine wants done, as the network's task is told.
    pub fn command(&mut self, effect: engine::Effect<Peer, AnswerChannel>) -> Option<NetCommand> {
        Some(match effect {
            engine::Effect::Ask { peer, token, request } => NetCommand::Ask { peer, request, token },
            engine::Effect::Answer { to, response } => NetCommand::Answer { channel: to, response },
            engine::Effect::Prove { peer, token, message } => NetCommand::Prove { peer, message, token },
            engine::Effect::Disconnect(peer) => {
                tracing::info!(%peer, "too much of it was refused: it is not connected with for a while");
                NetCommand::Disconnect(peer)
            }
            engine::Effect::Subscribe(topics) => {
                self.topics = topics.len();
                NetCommand::Subscribe(topics)
            }
            engine::Effect::Publish(entry) => match entry.to_raw().encode() {
                Ok(data) => NetCommand::Publish { cell: entry.header().log.scope.cell, data },
                Err(error) => {
                    tracing::error!("an own entry does not encode: {error}");
                    return None;
                }
            },
        })
    }

    /// The network as it is shown. Connected peers first, then by id.
    pub fn status(&mut self, engine: &Engine<Peer, AnswerChannel>) -> NetworkStatus {
        let reports: BTreeMap<Peer, PeerReport> = engine.reports().collect();
        // Whom the engine forgets is forgotten here.
        self.links.retain(|peer, _| reports.contains_key(peer));
        let status = |(peer, report): (Peer, PeerReport)| {
            let Link { address, local, rtt_ms } = self.links.get(&peer).cloned().unwrap_or_default();
            let PeerReport { connected, caught_up_ms, received, missing, refused } = report;
            PeerStatus {
                peer: peer.to_string(),
                address,
                connected,
                local,
                rtt_ms,
                caught_up_ms: caught_up_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
                missing_logs: missing,
                received,
                refused,
            }
        };
        let shown = reports.into_iter().filter(|(peer, _)| Some(*peer) != Peer::of_files());
        let mut peers: Vec<PeerStatus> = shown.map(status).collect();
        peers.sort_by_key(|status| !status.connected);
        NetworkStatus {
            peer: self.peer.clone(),
            listening: self.listening.clone(),
            last_sync_ms: peers.iter().filter_map(|status| status.caught_up_ms).max(),
            peers,
            topics: self.topics,
        }
    }
}

impl Core {
    /// Take what the network says.
    pub(crate) fn on_net(&mut self, event: NetEvent) -> Result<(), StoreError> {
        let (engine, replica) = (&mut self.engine, &mut self.replica);
        match event {
            NetEvent::Listening(address) => self.network.heard_at(address),
            NetEvent::Connected { peer, address, local } => {
                self.network.connected(peer, address, local);
                if engine.on_connected(replica, &peer)? {
                    self.ask_to_join(&peer);
                }
            }
            NetEvent::Disconnected { peer } => engine.on_disconnected(&peer),
            NetEvent::Rtt { peer, ms } => {
                if let Some(link) = self.network.links.get_mut(&peer) {
                    link.rtt_ms = Some(ms);
                }
            }
            // What is asked and what is gossiped changes nothing that is shown but what is counted by name.
            NetEvent::Asked { peer, channel, request } => return engine.on_asked(replica, peer, channel, request),
            NetEvent::Gossip { peer, message, cell, data } => {
                let verdict = engine.on_gossip(replica, &peer, cell, &data)?;
                self.effects.push(Effect::Net(NetCommand::Verdict { message, verdict }));
                return Ok(());
            }
            NetEvent::Answered { peer, token, response } => engine.on_answer(replica, &peer, token, response)?,
            NetEvent::AskFailed { peer, token, why } => {
                engine.on_ask_failed(replica, &peer, token, (why != net::CLOSED).then_some(why));
            }
            NetEvent::Pairing { peer, message, channel } => self.on_pairing(&peer, message, channel),
            NetEvent::Paired { token, message } => self.on_paired(token, message)?,
            NetEvent::Proving { peer, message, channel } => {
                if let Some(message) = engine.on_proving(replica, &peer, &message)? {
                    self.effects.push(Effect::Net(NetCommand::AnswerProof { channel, message }));
                }
            }
            NetEvent::ProofFailed { peer, token } => engine.on_proof_failed(&peer, token),
            NetEvent::Proved { peer, token, message } => engine.on_proved(replica, &peer, token, message)?,
            NetEvent::Refused { peer, reason, detail } => {
                tracing::info!(reason, "refused from the network: {detail}");
                engine.refuse(replica, peer.as_ref(), reason, &detail);
            }
        }
        self.replica.changed = true;
        Ok(())
    }

    /// What the network says while the store is away: who is there, and nothing that has to be looked
    /// up or kept. Peers ask again.
    pub(super) fn on_net_without_store(&mut self, event: NetEvent) {
        match event {
            NetEvent::Listening(address) => self.network.heard_at(address),
            NetEvent::Connected { peer, address, local } => {
                self.network.connected(peer, address, local);
                self.engine.note_connected(&peer);
            }
            NetEvent::Disconnected { peer } => self.engine.on_disconnected(&peer),
            NetEvent::Gossip { message, .. } => {
                let verdict = net::Verdict::Ignore;
                self.effects.push(Effect::Net(NetCommand::Verdict { message, verdict }));
            }
            NetEvent::Refused { peer, reason, detail } => {
                self.engine.refuse(&mut self.replica, peer.as_ref(), reason, &detail);
            }
            NetEvent::Rtt { .. }
            | NetEvent::Asked { .. }
            | NetEvent::Answered { .. }
            | NetEvent::AskFailed { .. }
            | NetEvent::Pairing { .. }
            | NetEvent::Paired { .. }
            | NetEvent::Proving { .. }
            | NetEvent::ProofFailed { .. }
            | NetEvent::Proved { .. } => {}
        }
        self.replica.changed = true;
    }
}
