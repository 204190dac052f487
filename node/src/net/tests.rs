#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use super::{NetCommand, NetConfig, NetEvent, Peer, Started, Verdict, start};
use communaut_protocol::{
    Cell,
    replication::sync0::{PROTOCOL, REQUEST_MAX, RESPONSE_MAX, Request, Response},
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::{
    Multiaddr, StreamProtocol, Swarm, SwarmBuilder, noise,
    request_response::{self, ProtocolSupport},
    swarm::SwarmEvent,
    tcp, yamux,
};
use std::{collections::BTreeSet, io, time::Duration};
use tokio::io::AsyncWriteExt as _;

/// Far longer than anything here takes: it only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn node(seed: u8, peers: Vec<String>) -> Started {
    start(NetConfig {
        listen: vec!["/ip4/127.0.0.1/tcp/0".into()],
        peers,
        mdns: false,
        secret: [seed; 32],
        answer_timeout: Duration::from_secs(2),
    })
    .unwrap()
}

async fn wait<T>(node: &mut Started, mut wanted: impl FnMut(NetEvent) -> Option<T>) -> T {
    let search = async {
        loop {
            if let Some(found) = wanted(node.1.recv().await.unwrap()) {
                return found;
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.unwrap()
}

async fn address(node: &mut Started) -> String {
    wait(node, |event| if let NetEvent::Listening(address) = event { Some(address) } else { None }).await
}

async fn connected(node: &mut Started) -> Peer {
    wait(node, |event| if let NetEvent::Connected { peer, .. } = event { Some(peer) } else { None }).await
}

fn heads() -> Request {
    Request::Heads { prefixes: vec![serde_bytes::ByteBuf::from(b"spv2".to_vec())], after: None }
}

#[tokio::test]
async fn two_nodes_ask_answer_and_gossip() {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let mut b = node(2, vec![at]);
    let peer_a = connected(&mut b).await;
    assert_eq!(peer_a.to_string(), a.2);
    connected(&mut a).await;

    b.0.send(NetCommand::Ask { peer: peer_a, request: heads(), token: 7 }).await.unwrap();
    let channel = wait(&mut a, |event| match event {
        NetEvent::Asked { request, channel, .. } => {
            assert_eq!(request, heads());
            Some(channel)
        }
        _ => None,
    })
    .await;
    let response = Response::Heads { heads: Vec::new(), more: false };
    a.0.send(NetCommand::Answer { channel, response: response.clone() }).await.unwrap();
    let answer = wait(&mut b, |event| match event {
        NetEvent::Answered { token: 7, response, .. } => Some(response),
        _ => None,
    })
    .await;
    assert_eq!(answer, response);

    let cell: Cell = "spv2".parse().unwrap();
    for node in [&a, &b] {
        node.0.send(NetCommand::Subscribe(BTreeSet::from([cell]))).await.unwrap();
    }
    // A hint can be lost while the topic's mesh forms: it is said until it is heard.
    let mut number: u8 = 0;
    let (heard, message) = loop {
        number += 1;
        a.0.send(NetCommand::Publish { cell, data: vec![number] }).await.unwrap();
        let next = tokio::time::timeout(Duration::from_millis(200), async {
            loop {
                if let NetEvent::Gossip { cell: heard, message, .. } = b.1.recv().await.unwrap() {
                    return (heard, message);
                }
            }
        });
        if let Ok(found) = next.await {
            break found;
        }
        assert!(number < 200, "nothing was heard");
    };
    assert_eq!(heard, cell);
    b.0.send(NetCommand::Verdict { message, verdict: Verdict::Accept }).await.unwrap();
}

#[tokio::test]
async fn a_dial_is_answered_with_what_came_of_it() {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let b = node(2, Vec::new());
    let dial = async |address: &str| {
        let (answer, outcome) = tokio::sync::oneshot::channel();
        b.0.send(NetCommand::Dial(address.to_owned(), answer)).await.unwrap();
        tokio::time::timeout(PATIENCE, outcome).await.unwrap().unwrap()
    };
    assert_eq!(dial(&at).await, Ok(()));
    assert!(dial("nonsense").await.unwrap_err().contains("'nonsense'"));
    assert!(dial("/ip4/127.0.0.1/tcp/1").await.is_err());
}

/// What a hostile peer says instead of a message.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Junk {
    /// A length beyond the bound.
    Oversize,
    /// Bytes that are no CBOR.
    Garbage,
    /// Nothing at all.
    Stall,
}

#[derive(Debug, Clone)]
struct JunkCodec(Junk);

impl JunkCodec {
    async fn say<T: AsyncWrite + Unpin + Send>(&self, io: &mut T, max: usize) -> io::Result<()> {
        match self.0 {
            Junk::Oversize => io.write_all(&u32::try_from(max + 1).unwrap().to_be_bytes()).await?,
            Junk::Garbage => io.write_all(&[0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff]).await?,
            Junk::Stall => std::future::pending().await,
        }
        io.close().await
    }
}

#[async_trait::async_trait]
impl request_response::Codec for JunkCodec {
    type Protocol = StreamProtocol;
    type Request = ();
    type Response = ();
    async fn read_request<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<()> {
        let mut bytes = Vec::new();
        io.take(8).read_to_end(&mut bytes).await?;
        Ok(())
    }
    async fn read_response<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, _: &mut T) -> io::Result<()> {
        std::future::pending().await
    }
    async fn write_request<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        (): (),
    ) -> io::Result<()> {
        self.say(io, REQUEST_MAX).await
    }
    async fn write_response<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        (): (),
    ) -> io::Result<()> {
        self.say(io, RESPONSE_MAX).await
    }
}

type Hostile = Swarm<request_response::Behaviour<JunkCodec>>;

fn hostile(junk: Junk) -> Hostile {
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| {
            let protocols = [(StreamProtocol::new(PROTOCOL), ProtocolSupport::Full)];
            let config = request_response::Config::default().with_request_timeout(PATIENCE);
            request_response::Behaviour::with_codec(JunkCodec(junk), protocols, config)
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build()
}

/// Drives a hostile swarm: it answers every request with its junk, and asks with it when it connects.
async fn drive(mut swarm: Hostile) {
    loop {
        match swarm.select_next_some().await {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                swarm.behaviour_mut().send_request(&peer_id, ());
            }
            SwarmEvent::Behaviour(request_response::Event::Message {
                message: request_response::Message::Request { channel, .. },
                ..
            }) => drop(swarm.behaviour_mut().send_response(channel, ())),
            _ => {}
        }
    }
}

async fn refused_for(junk: Junk, reason: &str) {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let mut swarm = hostile(junk);
    swarm.dial(at.parse::<Multiaddr>().unwrap()).unwrap();
    let hostile = tokio::spawn(drive(swarm));
    let peer = connected(&mut a).await;
    // As an asker.
    let refused = wait(&mut a, |event| match event {
        NetEvent::Refused { peer, reason, .. } => Some((peer, reason)),
        _ => None,
    })
    .await;
    assert_eq!(refused, (Some(peer), reason), "{junk:?} as a request");
    // As an answerer.
    a.0.send(NetCommand::Ask { peer, request: heads(), token: 1 }).await.unwrap();
    let failed = wait(&mut a, |event| match event {
        NetEvent::AskFailed { token: 1, why, .. } => Some(why),
        _ => None,
    })
    .await;
    assert_eq!(failed, reason, "{junk:?} as a response");
    hostile.abort();
    // And the node goes on.
    let mut b = node(2, vec![at]);
    connected(&mut b).await;
}

#[tokio::test]
async fn oversize_messages_are_refused_and_counted_by_name() {
    refused_for(Junk::Oversize, "too_large").await;
}

#[tokio::test]
async fn garbage_is_refused_and_counted_by_name() {
    refused_for(Junk::Garbage, "malformed").await;
}

#[tokio::test]
async fn a_peer_that_stalls_is_not_waited_for() {
    refused_for(Junk::Stall, "stalled").await;
}

#[tokio::test]
async fn what_is_no_libp2p_at_all_is_refused_at_the_door() {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let port: u16 = at.rsplit('/').next().unwrap().parse().unwrap();
    let mut stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let reason = wait(&mut a, |event| match event {
        NetEvent::Refused { peer: None, reason, .. } => Some(reason),
        _ => None,
    })
    .await;
    assert_eq!(reason, "handshake");
    let mut b = node(2, vec![at]);
    connected(&mut b).await;
}

#[tokio::test]
async fn a_bad_address_names_itself() {
    let refused = start(NetConfig { listen: vec!["4001".into()], ..NetConfig::default() });
    let Err(error) = refused else { panic!("it was taken") };
    assert!(error.to_string().contains("'4001' is not an address to listen on"), "{error}");
}
