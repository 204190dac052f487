//! Five hostile peers at once, each as fast as it can: the node stays small, and its owner is answered.

use crate::support::{Folder, LOOPBACK, PATIENCE, skip};
use communaut_protocol::{
    Entry, Header, IdentityId, LogId, Position, Scope, SealingKey, Stamp,
    entry::{DeviceKey, hash},
    ids::{Hash, Signature},
    op::{Inception, Op, PostOp},
    pairing::{self, PairMessage},
    replication::{
        INTERESTS_MAX, PREFIXES_MAX, PROTOCOL, RANGES_MAX, REQUEST_MAX,
        memory::MemoryReplica,
        message::{Digest, Mode, Range, RegisterInterests, Request},
        pull::Pull,
        serve::Serve,
    },
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, SwarmBuilder, noise,
    request_response::{self, ProtocolSupport},
    swarm::{NetworkBehaviour, SwarmEvent},
    tcp, yamux,
};
use serde_bytes::ByteBuf;
use std::{
    io,
    time::{Duration, Instant},
};

/// What the node may have on disk, in megabytes: small, so that it is reached.
const STORE_MAX_MB: u64 = 40;
/// Kilobytes that the five may make it grow by. A tenth of the smallest box that it is meant for.
const GROWTH_MAX_KB: u64 = 200_000;
/// Requests that one of them keeps under way: more than are answered.
const AT_ONCE: usize = 12;
/// People in whose names one of them writes, and posts of each: six times of what one peer may bring here.
const PEOPLE: u16 = 120;
const POSTS: u64 = 100;
const MONACO: Position = Position { lat_e7: 437_311_000, lon_e7: 74_197_000 };

/// Frames as they are: a length and bytes. What begins with nothing announces a frame that never comes.
#[derive(Clone, Default)]
struct Raw;

#[async_trait::async_trait]
impl request_response::Codec for Raw {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;
    async fn read_request<T>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        let mut length = [0; 4];
        io.read_exact(&mut length).await?;
        let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
        io.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
    async fn read_response<T>(&mut self, protocol: &StreamProtocol, io: &mut T) -> io::Result<Vec<u8>>
    where
        T: AsyncRead + Unpin + Send,
    {
        self.read_request(protocol, io).await
    }
    async fn write_request<T>(&mut self, _: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        let announced = if bytes.is_empty() { REQUEST_MAX } else { bytes.len() };
        io.write_all(&u32::try_from(announced).map_err(io::Error::other)?.to_be_bytes()).await?;
        io.write_all(&bytes).await?;
        if bytes.is_empty() {
            io.flush().await?;
            std::future::pending::<()>().await;
        }
        io.close().await
    }
    async fn write_response<T>(&mut self, protocol: &StreamProtocol, io: &mut T, bytes: Vec<u8>) -> io::Result<()>
    where
        T: AsyncWrite + Unpin + Send,
    {
        self.write_request(protocol, io, bytes).await
    }
}

#[derive(NetworkBehaviour)]
struct Wire {
    sync: request_response::Behaviour<Raw>,
    pairing: request_response::Behaviour<Raw>,
}

fn swarm() -> Swarm<Wire> {
    let speaks = |name| {
        let config = request_response::Config::default().with_request_timeout(PATIENCE);
        request_response::Behaviour::with_codec(Raw, [(StreamProtocol::new(name), ProtocolSupport::Full)], config)
    };
    SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| Wire { sync: speaks(PROTOCOL), pairing: speaks(pairing::PROTOCOL) })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build()
}

/// Connected again whenever the node has had enough.
async fn connected(swarm: &mut Swarm<Wire>, address: &Multiaddr) -> PeerId {
    loop {
        if swarm.dial(address.clone()).is_ok() {
            loop {
                match swarm.select_next_some().await {
                    SwarmEvent::ConnectionEstablished { peer_id, .. } => return peer_id,
                    SwarmEvent::OutgoingConnectionError { .. } => break,
                    _ => {}
                }
            }
        }
        tokio::task::yield_now().await;
    }
}

/// Comparisons that cost as much as one can ask for, again and again.
async fn compares(address: Multiaddr) {
    let prefixes: Vec<ByteBuf> = (0..INTERESTS_MAX)
        .map(|n| ByteBuf::from([&b"s"[..], &u16::try_from(n).unwrap().to_be_bytes()].concat()))
        .collect();
    let registers = prefixes.chunks(PREFIXES_MAX).enumerate().map(|(at, some)| {
        Request::Interests { register: RegisterInterests { anew: at == 0, add: some.to_vec() } }.encode().unwrap()
    });
    let registers: Vec<Vec<u8>> = registers.collect();
    let mode = Mode::Fingerprint { digest: Digest([7; 16]) };
    let mut ranges: Vec<Range> = (1..RANGES_MAX)
        .map(|n| {
            let upper = [&b"t"[..], &u16::try_from(n).unwrap().to_be_bytes()].concat();
            let shared = u8::from(n > 1);
            Range { shared, rest: ByteBuf::from(&upper[usize::from(shared)..]), mode: mode.clone() }
        })
        .collect();
    ranges.push(Range { shared: 0, rest: ByteBuf::new(), mode });
    let compare = Request::Ranges { under: None, ranges }.encode().unwrap();
    let mut swarm = swarm();
    loop {
        let peer = connected(&mut swarm, &address).await;
        let ask =
            |swarm: &mut Swarm<Wire>, bytes: &[u8]| swarm.behaviour_mut().sync.send_request(&peer, bytes.to_vec());
        for bytes in registers.iter().chain(std::iter::repeat_n(&compare, AT_ONCE)) {
            ask(&mut swarm, bytes);
        }
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(WireEvent::Sync(
                    request_response::Event::Message { message: request_response::Message::Response { .. }, .. }
                    | request_response::Event::OutboundFailure { .. },
                )) => {
                    ask(&mut swarm, &compare);
                }
                SwarmEvent::ConnectionClosed { .. } => break,
                _ => {}
            }
        }
    }
}

/// Requests that are announced and never come.
async fn announces(address: Multiaddr) {
    let mut swarm = swarm();
    loop {
        let peer = connected(&mut swarm, &address).await;
        for _ in 0..100 {
            swarm.behaviour_mut().sync.send_request(&peer, Vec::new());
        }
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(WireEvent::Sync(request_response::Event::OutboundFailure { .. })) => {
                    swarm.behaviour_mut().sync.send_request(&peer, Vec::new());
                }
                SwarmEvent::ConnectionClosed { .. } => break,
                _ => {}
            }
        }
    }
}

/// Wants to come in as a device, with codes that it makes up.
async fn guesses(address: Multiaddr) {
    let device = DeviceKey::from_seed(&[88; 32]).id();
    let join = PairMessage::Join {
        device,
        sealing_key: SealingKey([3; 32]),
        label: "laptop".into(),
        consent: Signature([1; 64]),
        tag: Hash::ZERO,
    };
    let join = join.encode().unwrap();
    let mut swarm = swarm();
    loop {
        let peer = connected(&mut swarm, &address).await;
        let ask = |swarm: &mut Swarm<Wire>| swarm.behaviour_mut().pairing.send_request(&peer, join.clone());
        for _ in 0..2 {
            ask(&mut swarm);
        }
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(WireEvent::Pairing(
                    request_response::Event::Message { message: request_response::Message::Response { .. }, .. }
                    | request_response::Event::OutboundFailure { .. },
                )) => {
                    ask(&mut swarm);
                }
                SwarmEvent::ConnectionClosed { .. } => break,
                _ => {}
            }
        }
    }
}

/// Comes under a new name each time, says something that nobody understands, and comes again.
async fn comes_and_goes(address: Multiaddr) {
    loop {
        let mut swarm = swarm();
        let peer = connected(&mut swarm, &address).await;
        swarm.behaviour_mut().sync.send_request(&peer, vec![0xff; 60_000]);
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(WireEvent::Sync(request_response::Event::OutboundFailure { .. }))
                | SwarmEvent::ConnectionClosed { .. } => break,
                _ => {}
            }
        }
    }
}

/// Has far more to tell of a cell than anybody wants to hold, all of it well made.
async fn fills(address: Multiaddr, replica: std::sync::Arc<MemoryReplica>) {
    let mut swarm = swarm();
    loop {
        connected(&mut swarm, &address).await;
        let mut serve = Serve::default();
        loop {
            match swarm.select_next_some().await {
                SwarmEvent::Behaviour(WireEvent::Sync(request_response::Event::Message {
                    message: request_response::Message::Request { request, channel, .. },
                    ..
                })) => {
                    let request = Request::decode(&request).unwrap();
                    let Ok(answer) = serve.answer(&*replica, request, &Pull::default());
                    drop(swarm.behaviour_mut().sync.send_response(channel, answer.encode().unwrap()));
                }
                SwarmEvent::ConnectionClosed { .. } => break,
                _ => {}
            }
        }
    }
}

/// Posts of many people in one cell.
fn many() -> MemoryReplica {
    let mut replica = MemoryReplica::new([6; 16]);
    for person in 0..PEOPLE {
        let mut seed = [77; 32];
        seed[..2].copy_from_slice(&person.to_be_bytes());
        let key = DeviceKey::from_seed(&seed);
        let inception = Op::Inception(Inception {
            device: key.id(),
            sealing_key: SealingKey(seed),
            recovery: hash(&seed),
            recovery_sealing: SealingKey(seed),
            deciding: None,
        });
        let payload = inception.encode([1; 16]).unwrap();
        let id = IdentityId(hash(&payload).0);
        let mut write = |scope, seq, backlink, op: &Op, payload: Vec<u8>| {
            let log = LogId { scope, author: id.into(), device: key.id(), epoch: 1 };
            let header =
                Header { seq, backlink, ..Header::following(log, None, Stamp::from_ms(1_000 + seq), op.schema()) };
            let entry = Entry::sign(&key, header.over(&payload).unwrap(), payload).unwrap();
            let head = entry.id();
            replica.take(communaut_protocol::entry::HeldEntry::from(entry), false).unwrap();
            head
        };
        write(Scope::identity(id), 0, None, &inception, payload);
        let mut before = None;
        for seq in 0..POSTS {
            let post = Op::Post(PostOp {
                text: format!("{person} {seq}: buy here"),
                position: Some(MONACO),
                ..PostOp::default()
            });
            let payload = post.encode([2; 16]).unwrap();
            before = Some(write(Scope::open(MONACO), seq, before, &post, payload));
        }
    }
    replica
}

/// The most memory that a process has had so far, in kilobytes.
fn most_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[test]
fn five_hostile_peers_make_a_node_neither_large_nor_silent() {
    let replica = std::sync::Arc::new(many());
    let folder = Folder::of("Vera");
    let most = STORE_MAX_MB.to_string();
    let node = folder.serve(&[&LOOPBACK[..], &["--territory", "spv2", "--store-max", &most]].concat());
    let Some(before) = most_memory(node.id()) else {
        return skip("memory under flood", "this system does not say how much memory a process has had (/proc)");
    };
    let address: Multiaddr = node.address().parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.spawn(compares(address.clone()));
    runtime.spawn(announces(address.clone()));
    runtime.spawn(guesses(address.clone()));
    runtime.spawn(comes_and_goes(address.clone()));
    runtime.spawn(fills(address, replica));
    // Until each of them has met its bound.
    let mut slowest = Duration::ZERO;
    let mut asked = Instant::now();
    let wanted = ["share", "stalled", "pairing", "malformed"];
    let status = folder.wait_for(&["status"], "each of the five refused by name", |status| {
        slowest = slowest.max(asked.elapsed());
        asked = Instant::now();
        let refused = |name: &str| status["store"]["refused"][name].as_u64().unwrap_or_default() > 0;
        wanted.iter().all(|name| refused(name)) && (refused("work") || refused("requests"))
    });
    // In the middle of it: written, kept, found.
    let began = Instant::now();
    folder.json(&["publish", "post", "toujours là", "--at", "43.7311,7.4197"]);
    let wrote = began.elapsed();
    let posts = folder.json(&["posts", "--limit", "5000"]);
    let texts: Vec<&str> = posts["posts"].as_array().unwrap().iter().filter_map(|post| post["text"].as_str()).collect();
    assert!(texts.contains(&"toujours là"));
    let entries = folder.json(&["status"])["store"]["entries"].as_u64().unwrap();
    assert!(entries < u64::from(PEOPLE) * POSTS / 2, "a quarter of the ceiling is one peer's share: {entries}");
    let after = most_memory(node.id()).unwrap();
    eprintln!(
        "{before} kB at first, {after} kB at most; {entries} entries; slowest answer {slowest:?}, written in \
         {wrote:?}; refused: {}",
        status["store"]["refused"]
    );
    assert!(after - before < GROWTH_MAX_KB, "it grew from {before} to {after} kB");
    runtime.shutdown_background();
}
