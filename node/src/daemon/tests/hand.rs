//! A core that is driven by hand: no network, no threads, the time as the test wants it.

use super::super::{
    clocks::Now,
    core::Core,
    input::{Effect, Input},
    keys::Keys,
};
use crate::{
    net::{NetCommand, NetEvent, Peer},
    snapshot::Followed,
    store::Store,
};
use communaut_protocol::{
    ElementId, Entry,
    clock::Monotonic,
    entry::HeldEntry,
    fold::Record,
    replication::{
        memory::MemoryReplica,
        message::{Request, Response},
        pull::Pull,
        replica::Replica,
        serve::Serve,
    },
};
use std::{fmt::Debug, path::Path, sync::Arc};
use tempfile::TempDir;

/// After the day on which the program was made.
pub const NOW_MS: u64 = 1_800_000_000_000;

/// A core, and what its clocks show.
pub struct Hand {
    pub core: Core,
    pub now: Now,
}

impl Hand {
    /// On a folder, with everything loaded.
    pub fn on(data: &Path) -> Self {
        crate::files::make_folder(data).unwrap();
        let store = Store::open(&data.join("store")).unwrap();
        let keys = Keys::open(&super::secrets(data)).unwrap();
        let core = Core::new(super::replica(store, &keys, super::secrets(data))).unwrap();
        let mut hand = Self { core, now: Now { system_ms: NOW_MS, monotonic: Monotonic::from_ms(1_000) } };
        hand.input(Input::Loaded(0, crate::daemon::input::Loaded::End(Ok(()))));
        drop(hand.core.take_effects());
        hand
    }
    /// A node that follows Monaco.
    pub fn follower(data: &Path) -> Self {
        let mut hand = Self::on(data);
        hand.core.replica.followed = Arc::new(vec![Followed {
            id: ElementId([1; 32]),
            name: "Monaco".into(),
            cells: Arc::new(vec![super::MONACO.cell(4)]),
            centre: super::MONACO,
            outline: Arc::default(),
        }]);
        hand
    }
    /// The same on a folder that was used before: whom it has met, and what they said, it reads when it loads.
    pub fn restarted(data: &Path) -> Self {
        let mut hand = Self::follower(data);
        let records = hand.core.replica.store.reader();
        let records = records.entries().map(|entry| Record::of(&entry.unwrap()).unwrap()).collect();
        hand.input(Input::Loaded(0, crate::daemon::input::Loaded::Records(records)));
        hand
    }
    pub fn input(&mut self, input: Input) {
        self.core.handle(input, self.now).unwrap();
    }
    pub fn net(&mut self, event: NetEvent) {
        self.input(Input::Net(event));
    }
    pub fn connect(&mut self, peer: Peer) {
        self.net(NetEvent::Connected { peer, address: "/memory/1".into(), local: false });
    }
    /// The request that waits to be sent to a peer.
    pub fn asked(&mut self, to: Peer) -> Option<(Request, u64)> {
        let mut asked = self.core.take_effects().into_iter().filter_map(|effect| match effect {
            Effect::Net(NetCommand::Ask { peer, request, token }) if peer == to => Some((request, token)),
            _ => None,
        });
        asked.next()
    }
    /// Begin a round with somebody, who answers until nothing more is asked; gives the requests and how many entries
    /// came.
    pub fn round<R: Replica<Error: Debug>>(&mut self, with: &mut Other<R>) -> (Vec<Request>, usize) {
        self.core.engine.begin_round(&mut self.core.replica, &with.peer).unwrap();
        self.answer(with)
    }
    /// The same of a round that has begun.
    pub fn answer<R: Replica<Error: Debug>>(&mut self, with: &mut Other<R>) -> (Vec<Request>, usize) {
        let (mut requests, mut entries) = (Vec::new(), 0);
        while let Some((request, token)) = self.asked(with.peer) {
            let response = with.serve.answer(&with.replica, request.clone(), &Pull::default()).unwrap();
            if let Response::Since { frames, .. } | Response::Entries { frames, .. } = &response {
                entries += frames.len();
            }
            requests.push(request);
            self.net(NetEvent::Answered { peer: with.peer, token, response });
        }
        (requests, entries)
    }
}

/// Somebody else, with a replica of their own.
pub struct Other<R> {
    pub replica: R,
    pub serve: Serve,
    pub peer: Peer,
    /// Of a store: it goes with them.
    _folder: Option<TempDir>,
}

impl Other<Store> {
    /// With entries in a store.
    pub fn holding(number: u8, entries: &[Entry]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        super::fill(folder.path(), entries, None);
        let replica = Store::open(&folder.path().join("store")).unwrap();
        Self { replica, serve: Serve::default(), peer: Peer::of_number(number), _folder: Some(folder) }
    }
}

impl Other<MemoryReplica> {
    /// With entries in memory, that may lack what they like.
    pub fn lacking(number: u8, entries: impl IntoIterator<Item = HeldEntry>) -> Self {
        let mut replica = MemoryReplica::new([9; 16]);
        for entry in entries {
            replica.take(entry, false).unwrap();
        }
        Self { replica, serve: Serve::default(), peer: Peer::of_number(number), _folder: None }
    }
}
