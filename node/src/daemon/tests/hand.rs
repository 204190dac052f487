//! A core that is driven by hand: no network, no threads, the time as the test wants it.

use super::super::{
    clocks::Now,
    core::Core,
    input::{Effect, Input},
    keys::Keys,
};
use crate::{
    net::{NetCommand, NetEvent, Peer},
    store::Store,
};
use communaut_protocol::clock::Monotonic;
use communaut_protocol::replication::{
    message::{Request, Response},
    pull::Pull,
    serve::Serve,
};
use std::path::Path;

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
    /// Let a peer with this store answer until nothing more is asked; gives the requests and how many entries came.
    pub fn round(&mut self, peer: Peer, theirs: &Store, serve: &mut Serve) -> (Vec<Request>, usize) {
        let (mut requests, mut entries) = (Vec::new(), 0);
        while let Some((request, token)) = self.asked(peer) {
            let response = serve.answer(theirs, request.clone(), &Pull::default()).unwrap();
            if let Response::Since { frames, .. } | Response::Entries { frames, .. } = &response {
                entries += frames.len();
            }
            requests.push(request);
            self.net(NetEvent::Answered { peer, token, response });
        }
        (requests, entries)
    }
}
