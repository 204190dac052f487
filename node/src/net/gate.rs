//! The gate to the outside: nothing is dialled but what the task itself chose to dial.
//!
//! Several of libp2p's behaviours dial by themselves, at addresses that other peers told them (a request to a
//! peer that has gone, gossipsub's peer exchange). A peer could so send this node to any address. Here the
//! promise is held in one place: only what is configured, asked for, or found by mDNS is contacted.

use libp2p::{
    Multiaddr, PeerId,
    core::{Endpoint, transport::PortUse},
    swarm::{
        ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
        ToSwarm, dummy,
    },
};
use std::{
    convert::Infallible,
    task::{Context, Poll},
};

/// A behaviour that lets through the one dial that was announced to it.
#[derive(Debug, Default)]
pub(super) struct Gate {
    open: Option<ConnectionId>,
}

#[derive(Debug, thiserror::Error)]
#[error("only addresses that were configured, asked for or found by mDNS are dialled")]
struct NotChosen;

impl Gate {
    /// Let one dial through; with none, let nothing through again.
    pub fn open_for(&mut self, dial: Option<ConnectionId>) {
        self.open = dial;
    }
}

impl NetworkBehaviour for Gate {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_outbound_connection(
        &mut self,
        id: ConnectionId,
        _: Option<PeerId>,
        _: &[Multiaddr],
        _: Endpoint,
    ) -> Result<Vec<Multiaddr>, ConnectionDenied> {
        if self.open == Some(id) { Ok(Vec::new()) } else { Err(ConnectionDenied::new(NotChosen)) }
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, _: FromSwarm<'_>) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}
