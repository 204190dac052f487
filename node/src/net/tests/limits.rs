//! Peers that speak the protocols well, but too much; and what is never dialled.

use super::{PATIENCE, address, connected, heads, node};
use crate::net::{
    CONNECTIONS_PER_PEER_MAX, NetCommand, NetConfig, NetEvent, Peer, Started,
    behaviour::{self, Behaviour, BehaviourEvent, cell_of, topic_of},
    meter::{GOSSIP_BURST, REMOTE_TOPICS_MAX, REQUESTS_PER_PEER_MAX},
};
use communaut_protocol::{Cell, replication::message::Response};
use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder, gossipsub, noise,
    request_response::{self, OutboundFailure},
    swarm::{NetworkBehaviour, SwarmEvent, dial_opts::DialOpts, dummy},
    tcp, yamux,
};
use std::{collections::BTreeSet, io, net::TcpListener};

/// A swarm of the product's own protocols, without the task that keeps it polite.
fn raw(seed: u8) -> Swarm<Behaviour> {
    behaviour::swarm(&NetConfig { secret: [seed; 32], ..NetConfig::default() }).unwrap()
}

fn dial(raw: &mut Swarm<Behaviour>, at: &str) {
    let options = DialOpts::from(at.parse::<Multiaddr>().unwrap());
    raw.behaviour_mut().gate.open_for(Some(options.connection_id()));
    raw.dial(options).unwrap();
}

/// A node and a raw swarm that is connected with it.
async fn pair(raw: &mut Swarm<Behaviour>) -> (Started, Peer, String) {
    let mut node = node(1, Vec::new());
    let at = address(&mut node).await;
    dial(raw, &at);
    let peer = tokio::select! {
        peer = connected(&mut node) => peer,
        () = async { loop { raw.select_next_some().await; } } => unreachable!(),
    };
    (node, peer, at)
}

#[expect(clippy::large_enum_variant, reason = "one at a time, in tests")]
enum Seen<E> {
    Node(NetEvent),
    Raw(E),
}

/// Drives both until what is wanted was seen.
async fn watch<B: NetworkBehaviour, T>(
    node: &mut Started,
    raw: &mut Swarm<B>,
    mut wanted: impl FnMut(&mut Swarm<B>, Seen<B::ToSwarm>) -> Option<T>,
) -> T {
    let search = async {
        loop {
            let next = tokio::select! {
                event = node.1.recv() => Some(Seen::Node(event.unwrap())),
                event = raw.select_next_some() => match event {
                    SwarmEvent::Behaviour(event) => Some(Seen::Raw(event)),
                    _ => None,
                },
            };
            if let Some(found) = next.and_then(|next| wanted(raw, next)) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap()
}

fn ask(raw: &mut Swarm<Behaviour>, node: &Started) {
    raw.behaviour_mut().sync.send_request(&node.2.parse().unwrap(), Ok(heads()));
}

#[tokio::test]
async fn one_peer_has_only_so_many_requests_under_way() {
    let mut raw = raw(9);
    let (mut node, peer, _) = pair(&mut raw).await;
    for _ in 0..REQUESTS_PER_PEER_MAX + 3 {
        ask(&mut raw, &node);
    }
    let (mut channels, mut refused) = (Vec::new(), 0);
    watch(&mut node, &mut raw, |_, seen| {
        match seen {
            Seen::Node(NetEvent::Asked { channel, .. }) => channels.push(channel),
            Seen::Node(NetEvent::Refused { peer: of, reason, .. }) => {
                assert_eq!((of, reason), (Some(peer), "requests"));
                refused += 1;
            }
            _ => {}
        }
        (channels.len() + refused == REQUESTS_PER_PEER_MAX + 3).then_some(())
    })
    .await;
    assert_eq!((channels.len(), refused), (REQUESTS_PER_PEER_MAX, 3));
    // Once one is answered there is room for another; until the answer has left, one more may be refused.
    let channel = channels.pop().unwrap();
    let response = Response::Entries { frames: Vec::new(), more: false };
    node.0.send(NetCommand::Answer { channel, response }).await.unwrap();
    let to: PeerId = node.2.parse().unwrap();
    watch(&mut node, &mut raw, |raw, seen| match seen {
        Seen::Node(NetEvent::Asked { .. }) => Some(()),
        Seen::Node(NetEvent::Refused { .. })
        | Seen::Raw(BehaviourEvent::Sync(request_response::Event::Message { .. })) => {
            raw.behaviour_mut().sync.send_request(&to, Ok(heads()));
            None
        }
        _ => None,
    })
    .await;
}

#[tokio::test]
async fn a_peer_is_not_blamed_for_an_answer_that_this_node_does_not_give() {
    let mut raw = raw(9);
    let (mut node, _, _) = pair(&mut raw).await;
    ask(&mut raw, &node);
    let to: PeerId = node.2.parse().unwrap();
    let (mut held, mut failed) = (Vec::new(), false);
    watch(&mut node, &mut raw, |raw, seen| match seen {
        Seen::Node(NetEvent::Asked { channel, .. }) => {
            held.push(channel);
            failed.then_some(())
        }
        Seen::Node(NetEvent::Refused { reason, .. }) => panic!("blamed: {reason}"),
        // The node gave up on itself. What it says next comes after what it would say about that.
        Seen::Raw(BehaviourEvent::Sync(request_response::Event::OutboundFailure { .. })) => {
            failed = true;
            raw.behaviour_mut().sync.send_request(&to, Ok(heads()));
            None
        }
        _ => None,
    })
    .await;
    assert_eq!(held.len(), 2);
}

#[tokio::test]
async fn gossip_beyond_the_rate_of_one_peer_is_refused() {
    let mut raw = raw(9);
    let cell: Cell = "spv2".parse().unwrap();
    raw.behaviour_mut().gossip.subscribe(&topic_of(cell)).unwrap();
    let (mut node, peer, at) = pair(&mut raw).await;
    node.0.send(NetCommand::Subscribe(BTreeSet::from([cell]))).await.unwrap();
    let (mut taken, mut said) = (0, 0_u64);
    let flood = async {
        loop {
            tokio::select! {
                biased;
                event = node.1.recv() => match event.unwrap() {
                    NetEvent::Gossip { .. } => taken += 1,
                    NetEvent::Refused { peer: of, reason, .. } => return (of, reason),
                    _ => {}
                },
                _ = raw.select_next_some() => {}
                () = tokio::task::yield_now() => {
                    // Fails while nobody hears and while the queue is full: the next turn says it.
                    let data = said.to_be_bytes().to_vec();
                    said += u64::from(raw.behaviour_mut().gossip.publish(topic_of(cell), data).is_ok());
                }
            }
        }
    };
    let refused = tokio::time::timeout(PATIENCE, flood).await.unwrap();
    assert_eq!(refused, (Some(peer), "flood"));
    assert!(taken >= GOSSIP_BURST, "{taken} of {said} were taken");
    let mut b = super::node(2, vec![at]);
    connected(&mut b).await;
}

/// Cells of at most four characters, as many as wanted.
fn cells(count: usize) -> Vec<Cell> {
    let alphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
    let names = alphabet.chars().flat_map(|a| alphabet.chars().map(move |b| format!("{a}{b}")));
    names.take(count).map(|name| name.parse().unwrap()).collect()
}

#[tokio::test]
async fn topics_beyond_the_bound_are_counted() {
    let mut raw = raw(9);
    for cell in cells(REMOTE_TOPICS_MAX + 20) {
        raw.behaviour_mut().gossip.subscribe(&topic_of(cell)).unwrap();
    }
    let (mut node, peer, _) = pair(&mut raw).await;
    let mut refused = 0;
    watch(&mut node, &mut raw, |_, seen| {
        if let Seen::Node(NetEvent::Refused { peer: of, reason, .. }) = seen {
            assert_eq!((of, reason), (Some(peer), "topics"));
            refused += 1;
        }
        (refused == 20).then_some(())
    })
    .await;
}

#[tokio::test]
async fn only_the_difference_of_topics_is_told() {
    let mut raw = raw(9);
    let (mut node, _, _) = pair(&mut raw).await;
    let cell = |name: &str| -> Cell { name.parse().unwrap() };
    let (world, town, next) = (cell(""), cell("spv2"), cell("spv3"));
    let mut held = BTreeSet::new();
    for wanted in [BTreeSet::from([world, town]), BTreeSet::from([world, next]), BTreeSet::new()] {
        node.0.send(NetCommand::Subscribe(wanted.clone())).await.unwrap();
        let begun = wanted.difference(&held).map(|cell| (*cell, true));
        let ended = held.difference(&wanted).map(|cell| (*cell, false));
        let told: BTreeSet<(Cell, bool)> = begun.chain(ended).collect();
        let mut heard = BTreeSet::new();
        watch(&mut node, &mut raw, |_, seen| {
            let new = match seen {
                Seen::Raw(BehaviourEvent::Gossip(event)) => match event {
                    gossipsub::Event::Subscribed { topic, .. } => (cell_of(&topic).unwrap(), true),
                    gossipsub::Event::Unsubscribed { topic, .. } => (cell_of(&topic).unwrap(), false),
                    _ => return None,
                },
                _ => return None,
            };
            assert!(told.contains(&new) && heard.insert(new), "{new:?} was told without need");
            (heard == told).then_some(())
        })
        .await;
        held = wanted;
    }
}

fn swarm_of<B: NetworkBehaviour>(behaviour: impl FnOnce() -> B) -> Swarm<B> {
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| behaviour())
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build()
}

#[tokio::test]
async fn connections_beyond_the_bound_of_one_peer_are_refused() {
    let mut node = node(1, Vec::new());
    let at: Multiaddr = address(&mut node).await.parse().unwrap();
    let mut greedy = swarm_of(|| dummy::Behaviour);
    for _ in 0..CONNECTIONS_PER_PEER_MAX + 2 {
        greedy.dial(at.clone()).unwrap();
    }
    let (mut peers, mut refused) = (0, 0);
    watch(&mut node, &mut greedy, |_, seen| {
        match seen {
            Seen::Node(NetEvent::Connected { .. }) => peers += 1,
            Seen::Node(NetEvent::Refused { reason, .. }) => {
                assert_eq!(reason, "connections");
                refused += 1;
            }
            _ => {}
        }
        (refused == 2).then_some(())
    })
    .await;
    assert_eq!(peers, 1, "one peer, told once");
}

#[tokio::test]
async fn nothing_is_dialled_that_was_not_chosen() {
    let door = TcpListener::bind("127.0.0.1:0").unwrap();
    door.set_nonblocking(true).unwrap();
    let at: Multiaddr = format!("/ip4/127.0.0.1/tcp/{}", door.local_addr().unwrap().port()).parse().unwrap();
    let mut raw = raw(9);
    // As a behaviour does that heard of an address from somebody.
    raw.behaviour_mut().sync.send_request_with_addresses(&PeerId::random(), Ok(heads()), vec![at]);
    let failed = async {
        loop {
            let event = raw.select_next_some().await;
            if let SwarmEvent::Behaviour(BehaviourEvent::Sync(request_response::Event::OutboundFailure {
                error, ..
            })) = event
            {
                return error;
            }
        }
    };
    // Denied at once: let through, it would wait for the handshake of a door that never answers.
    let error = tokio::time::timeout(PATIENCE, failed).await.unwrap();
    assert!(matches!(error, OutboundFailure::DialFailure), "{error}");
    assert_eq!(door.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock, "somebody knocked");
}

#[tokio::test]
async fn without_mdns_nobody_is_looked_for_and_topics_are_cells() {
    let raw = raw(9);
    assert!(!raw.behaviour().mdns.is_enabled());
    let cell_of = |name: &str| cell_of(&gossipsub::IdentTopic::new(name).hash());
    assert_eq!(cell_of("communaut/dev/"), Some("".parse().unwrap()));
    assert_eq!(cell_of("communaut/dev/spv2"), Some("spv2".parse().unwrap()));
    for strange in ["communaut/dev/SPV2", "communaut/dev/spv2j", "communaut/dev", "communaut/other/spv2", "chat"] {
        assert_eq!(cell_of(strange), None, "{strange}");
    }
}
