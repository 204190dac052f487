//! A hostile peer that speaks the wire's protocol and lies in what it sends: refused, counted by name,
//! shown in the status, and the node goes on.

use crate::support::{Host, MONACO};
use communaut_node::api::{self, Command, Snapshot};
use communaut_protocol::{
    AuthorId, Entry, Header, IdentityId, LogId, Scope, SealingKey, Stamp,
    entry::{DeviceKey, Head, RawEntry, hash},
    op::{Inception, Op, schema},
    replication::{
        PROTOCOL,
        message::{Digest, Frame, LogItem, Mode, Range, Request, Response, Seen},
    },
};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::{
    Multiaddr, StreamProtocol, SwarmBuilder, noise,
    request_response::{self, ProtocolSupport},
    swarm::SwarmEvent,
    tcp, yamux,
};
use serde_bytes::ByteBuf;
use std::{io, time::Duration};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(180);

/// What is sent for the entries asked for.
#[derive(Clone)]
enum Lie {
    Entries(Vec<RawEntry>),
    /// These bytes, whatever they are.
    Bytes(Vec<u8>),
    /// A length, and nothing after it.
    Announce(u32),
    /// Nothing.
    Stall,
}

/// Reads frames as they are, writes what it is told to.
#[derive(Clone)]
struct RawCodec;

#[async_trait::async_trait]
impl request_response::Codec for RawCodec {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = Vec<u8>;
    async fn read_request<T: AsyncRead + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
    ) -> io::Result<Vec<u8>> {
        let mut length = [0; 4];
        io.read_exact(&mut length).await?;
        let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
        io.read_exact(&mut bytes).await?;
        Ok(bytes)
    }
    async fn read_response<T: AsyncRead + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        _: &mut T,
    ) -> io::Result<Vec<u8>> {
        std::future::pending().await
    }
    async fn write_request<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        bytes: Vec<u8>,
    ) -> io::Result<()> {
        io.write_all(&bytes).await?;
        io.close().await
    }
    async fn write_response<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        bytes: Vec<u8>,
    ) -> io::Result<()> {
        if bytes.is_empty() {
            std::future::pending::<()>().await;
        }
        io.write_all(&bytes).await?;
        io.close().await
    }
}

/// The answer that carries entries.
fn sent(entries: &[RawEntry]) -> Vec<u8> {
    let frame = |raw: &RawEntry| Frame {
        header: ByteBuf::from(raw.header.clone()),
        payload: Some(ByteBuf::from(raw.payload.clone())),
        erased: None,
    };
    Response::Entries { frames: entries.iter().map(frame).collect(), more: false }.encode().unwrap()
}

fn framed(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

/// Dial a node, say that a log is held, of somebody who is what they say, and send `lie` when it is asked for.
async fn lie_to(address: Multiaddr, inception: Entry, log: LogId, head: Head, lie: Lie) {
    let mut swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
        .unwrap()
        .with_behaviour(|_| {
            let config = request_response::Config::default().with_request_timeout(PATIENCE);
            request_response::Behaviour::with_codec(
                RawCodec,
                [(StreamProtocol::new(PROTOCOL), ProtocolSupport::Full)],
                config,
            )
        })
        .unwrap()
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build();
    swarm.dial(address).unwrap();
    loop {
        let SwarmEvent::Behaviour(request_response::Event::Message {
            message: request_response::Message::Request { request, channel, .. },
            ..
        }) = swarm.select_next_some().await
        else {
            continue;
        };
        let answer = match Request::decode(&request).unwrap() {
            Request::Hello { .. } => {
                let item = LogItem {
                    log,
                    floor: 0,
                    tips: vec![head],
                    fork: None,
                    newest: Stamp::from_ms(1_000),
                    identity: Digest([8; 16]),
                };
                let mode = Mode::Items { items: vec![item], unknown: Vec::new() };
                let ranges = vec![Range { shared: 0, rest: ByteBuf::new(), mode }];
                let own = Seen { instance: Digest([7; 16]), arrival: 1 };
                framed(&Response::Anew { own, registered: true, ranges, clock: None }.encode().unwrap())
            }
            Request::People { .. } => {
                let Header { log, stamp, .. } = *inception.header();
                let tips = vec![Head { seq: 0, id: inception.id() }];
                let item = LogItem { log, floor: 0, tips, fork: None, newest: stamp, identity: Digest::ZERO };
                framed(&Response::People { items: vec![item], through: 1 }.encode().unwrap())
            }
            Request::Entries { wants } if wants.iter().all(|want| want.log.scope.is_identity()) => {
                framed(&sent(&[inception.to_raw()]))
            }
            Request::Entries { wants } => match &lie {
                Lie::Entries(entries) if wants.iter().any(|want| want.log.scope.is_identity()) => {
                    let both: Vec<RawEntry> = [inception.to_raw()].iter().chain(entries).cloned().collect();
                    framed(&sent(&both))
                }
                Lie::Entries(entries) => framed(&sent(entries)),
                Lie::Bytes(bytes) => framed(bytes),
                Lie::Announce(length) => length.to_be_bytes().to_vec(),
                Lie::Stall => Vec::new(),
            },
            other => panic!("a node that has just met somebody asks {other:?}"),
        };
        drop(swarm.behaviour_mut().send_response(channel, answer));
    }
}

/// Somebody real, of this one device.
fn incepted(key: &DeviceKey) -> (AuthorId, Entry) {
    let op = Op::Inception(Inception {
        device: key.id(),
        sealing_key: SealingKey([1; 32]),
        recovery: hash(b"recovery"),
        recovery_sealing: SealingKey([2; 32]),
        deciding: None,
    });
    let payload = op.encode([1; 16]).unwrap();
    let id = IdentityId(hash(&payload).0);
    let log = LogId { scope: Scope::identity(id), author: id.into(), device: key.id(), epoch: 1 };
    let header = Header::following(log, None, Stamp::from_ms(1_000), op.schema()).over(&payload).unwrap();
    (id.into(), Entry::sign(key, header, payload).unwrap())
}

fn signed(
    key: &DeviceKey,
    log: LogId,
    seq: u64,
    backlink: Option<communaut_protocol::EntryId>,
    payload: &[u8],
) -> Entry {
    let header = Header { seq, backlink, ..Header::following(log, None, Stamp::from_ms(1_000 + seq), schema::POST) }
        .over(payload)
        .unwrap();
    Entry::sign(key, header, payload.to_vec()).unwrap()
}

fn refused(snapshot: &Snapshot, reason: &str) -> u64 {
    snapshot.overview.store.refused.get(reason).copied().unwrap_or(0)
}

#[test]
fn every_lie_is_refused_counted_and_survived() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let victim = Host::new("Vera");
    victim.follow("Rock", &[MONACO.cell(4).to_string()]);
    let address: Multiaddr = victim.address().parse().unwrap();
    let (key, other) = (DeviceKey::from_seed(&[66; 32]), DeviceKey::from_seed(&[67; 32]));
    let (author, inception) = incepted(&key);
    let log = |epoch| LogId { scope: Scope::open(MONACO), author, device: key.id(), epoch };
    let held_before = victim.snapshot().overview.store.entries;

    let good = signed(&key, log(1), 0, None, b"a payload that nobody understands").to_raw();
    // A header that says one device, signed by another.
    let forged = {
        let real = signed(&key, log(2), 0, None, b"mine");
        let (header, _) = Header::decode(real.header_bytes()).unwrap();
        let signature = other.sign(&header.signing_bytes().unwrap());
        RawEntry { header: header.encode(signature).unwrap(), payload: b"mine".to_vec() }
    };
    // A second entry that names another past.
    let first = signed(&key, log(3), 0, None, b"first");
    let elsewhere = signed(&key, log(4), 0, None, b"another log");
    let unlinked = signed(&key, log(3), 1, Some(elsewhere.id()), b"second");
    let huge = RawEntry { header: good.header.clone(), payload: vec![0; 10 * 1024 * 1024] };

    let head = |seq| Head { seq, id: elsewhere.id() };
    let lies: Vec<(&str, LogId, Head, Lie)> = vec![
        ("signature", log(2), head(0), Lie::Entries(vec![forged])),
        ("backlink", log(3), head(1), Lie::Entries(vec![first.to_raw(), unlinked.to_raw()])),
        ("too_large", log(5), head(0), Lie::Bytes(sent(&[huge]))),
        ("too_large", log(5), head(0), Lie::Announce(u32::MAX)),
        ("malformed", log(6), head(0), Lie::Bytes(b"GET / HTTP/1.1\r\n\r\n".to_vec())),
        ("stalled", log(7), head(0), Lie::Stall),
    ];
    for (reason, log, head, lie) in lies {
        let before = refused(&victim.snapshot(), reason);
        let liar = runtime.spawn(lie_to(address.clone(), inception.clone(), log, head, lie));
        let snapshot = victim.wait_until(reason, |snapshot| refused(snapshot, reason) > before);
        let told =
            snapshot.overview.network.peers.iter().any(|peer| peer.refused.get(reason).is_some_and(|count| *count > 0));
        assert!(told, "{reason} is shown with the peer that sent it: {:?}", snapshot.overview.network.peers);
        liar.abort();
    }
    // A flipped byte, here and there (protocol/tests flips each one): whatever it hits, it is not taken.
    let (header, all) = (good.header.len(), good.header.len() + good.payload.len());
    for at in [0, header / 3, header / 2, header - 1, header, all - 1] {
        let mut raw = good.clone();
        match raw.header.get_mut(at) {
            Some(byte) => *byte ^= 1,
            None => raw.payload[at - header] ^= 1,
        }
        let refusals = |snapshot: &Snapshot| snapshot.overview.store.refused.values().sum::<u64>();
        let before = refusals(&victim.snapshot());
        let liar = runtime.spawn(lie_to(address.clone(), inception.clone(), log(1), head(0), Lie::Entries(vec![raw])));
        victim.wait_until("a flipped byte refused", |snapshot| refusals(snapshot) > before);
        liar.abort();
    }

    // Of all this only who it is and the one good entry of log 3 were kept, and the node goes on.
    assert_eq!(victim.snapshot().overview.store.entries, held_before + 2);
    let friend = Host::new("Fred");
    friend.follow("Rock", &[MONACO.cell(4).to_string()]);
    friend.ask(Command::Dial(api::Dial { address: address.to_string() }));
    friend.ask(Command::Post(communaut_node::api::PostDraft {
        text: "still there?".into(),
        position: Some(MONACO),
        ..Default::default()
    }));
    victim.wait_until("a friend's post", |snapshot| {
        snapshot.scopes.values().any(|view| view.posts.values().any(|post| post.text == "still there?"))
    });
}
