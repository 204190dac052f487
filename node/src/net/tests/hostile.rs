//! Peers that break the rules of the wire: refused by name, and the node goes on.

use super::{PATIENCE, address, connected, heads, node, wait};
use crate::net::{NetCommand, NetEvent};
use communaut_protocol::replication::{PROTOCOL, REQUEST_MAX, RESPONSE_MAX};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::{
    Multiaddr, StreamProtocol, Swarm, SwarmBuilder, noise,
    request_response::{self, ProtocolSupport},
    swarm::SwarmEvent,
    tcp, yamux,
};
use std::io;
use tokio::io::AsyncWriteExt as _;

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
