#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod closed;
mod hostile;
mod limits;

use super::{CLOSED, NetCommand, NetConfig, NetEvent, Peer, Started, Verdict, start};
use communaut_protocol::{
    Cell,
    replication::message::{RegisterInterests, Request, Response},
};
use std::{collections::BTreeSet, time::Duration};

/// Far longer than anything here takes: it only ends a test that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

fn node(seed: u8, peers: Vec<String>) -> Started {
    node_at("/ip4/127.0.0.1/tcp/0", seed, peers)
}

fn node_at(address: &str, seed: u8, peers: Vec<String>) -> Started {
    start(NetConfig {
        listen: vec![address.into()],
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
    let add = vec![serde_bytes::ByteBuf::from(b"spv2".to_vec())];
    Request::Interests { register: RegisterInterests { anew: true, add } }
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
    let response = Response::Entries { frames: Vec::new(), more: false };
    a.0.send(NetCommand::Answer { channel, response: response.clone() }).await.unwrap();
    let answer = wait(&mut b, |event| match event {
        NetEvent::Answered { token: 7, response, .. } => Some(response),
        _ => None,
    })
    .await;
    assert_eq!(answer, response);
}

/// Publishes until the other hears: a hint can be lost while the topic's mesh forms. Every message that the
/// other hears meanwhile is accepted.
async fn heard(from: &Started, to: &mut Started, cell: Cell, name: &str) {
    let publish_and_listen = async {
        for number in 0_u32.. {
            let said = format!("{name} {number}").into_bytes();
            from.0.send(NetCommand::Publish { cell, data: said }).await.unwrap();
            let listen = async {
                loop {
                    if let NetEvent::Gossip { cell: heard, message, data, .. } = to.1.recv().await.unwrap() {
                        assert_eq!(heard, cell);
                        to.0.send(NetCommand::Verdict { message, verdict: Verdict::Accept }).await.unwrap();
                        if data.starts_with(name.as_bytes()) {
                            return;
                        }
                    }
                }
            };
            if tokio::time::timeout(Duration::from_millis(200), listen).await.is_ok() {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, publish_and_listen).await.unwrap();
}

#[tokio::test]
async fn gossip_goes_both_ways_and_on_only_by_a_verdict() {
    let mut b = node(2, Vec::new());
    let at = address(&mut b).await;
    let (mut a, mut c) = (node(1, vec![at.clone()]), node(3, vec![at]));
    let cell: Cell = "spv2".parse().unwrap();
    for node in [&a, &b, &c] {
        node.0.send(NetCommand::Subscribe(BTreeSet::from([cell]))).await.unwrap();
    }
    // Each neighbour, each way. From here on the topic's mesh stands.
    heard(&a, &mut b, cell, "a to b").await;
    heard(&b, &mut a, cell, "b to a").await;
    heard(&c, &mut b, cell, "c to b").await;
    heard(&b, &mut c, cell, "b to c").await;

    for data in [b"bad".to_vec(), b"known".to_vec(), b"good".to_vec()] {
        a.0.send(NetCommand::Publish { cell, data }).await.unwrap();
    }
    let judge = async {
        loop {
            let NetEvent::Gossip { message, data, .. } = b.1.recv().await.unwrap() else { continue };
            let verdict = match data.as_slice() {
                b"bad" => Verdict::Reject,
                b"known" => Verdict::Ignore,
                _ => Verdict::Accept,
            };
            b.0.send(NetCommand::Verdict { message, verdict }).await.unwrap();
        }
    };
    let mut passed_on = Vec::new();
    let listen = wait(&mut c, |event| {
        if let NetEvent::Gossip { data, .. } = event {
            passed_on.push(data);
        }
        passed_on.iter().any(|data| data == b"good").then_some(())
    });
    tokio::select! {
        () = judge => {}
        () = listen => {}
    }
    assert!(!passed_on.iter().any(|data| data == b"bad" || data == b"known"), "{passed_on:?}");
}

#[tokio::test]
async fn a_peer_that_comes_back_is_connected_with_again_and_one_that_has_gone_is_not_asked() {
    let mut a = node(1, Vec::new());
    let at = address(&mut a).await;
    let mut b = node(2, vec![at.clone()]);
    let peer = connected(&mut b).await;
    // It stops when nobody commands it any more.
    let (commands, mut events, _) = a;
    drop(commands);
    tokio::time::timeout(PATIENCE, async { while events.recv().await.is_some() {} }).await.unwrap();
    wait(&mut b, |event| matches!(event, NetEvent::Disconnected { peer: gone } if gone == peer).then_some(())).await;
    b.0.send(NetCommand::Ask { peer, request: heads(), token: 3 }).await.unwrap();
    let why = wait(&mut b, |event| match event {
        NetEvent::AskFailed { token: 3, why, .. } => Some(why),
        _ => None,
    });
    assert_eq!(why.await, CLOSED);
    let mut a = node_at(&at, 1, Vec::new());
    assert_eq!(connected(&mut b).await, peer);
    connected(&mut a).await;
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
    assert_eq!(dial(&at).await, Ok(()), "connected already, by address");
    assert_eq!(dial(&format!("{at}/p2p/{}", a.2)).await, Ok(()), "connected already, by name");
    let other = libp2p::PeerId::random();
    assert!(dial(&format!("{at}/p2p/{other}")).await.is_err(), "somebody else answers there");
    assert!(dial("nonsense").await.unwrap_err().contains("'nonsense'"));
    assert!(dial("/ip4/127.0.0.1/tcp/1").await.is_err());
}

#[tokio::test]
async fn a_bad_address_names_itself() {
    let refused = start(NetConfig { listen: vec!["4001".into()], ..NetConfig::default() });
    let Err(error) = refused else { panic!("it was taken") };
    assert!(error.to_string().contains("'4001' is not an address to listen on"), "{error}");
}
