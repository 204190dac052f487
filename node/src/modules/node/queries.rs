//! How a node is.

use super::{NodeStatus, Peers, Status};
use crate::{
    failure::Failure,
    modules::Read,
    snapshot::{NetworkStatus, Snapshot},
};
use std::sync::Arc;

impl Read for Status {
    fn read(&self, snapshot: &Snapshot) -> Result<NodeStatus, Failure> {
        Ok(NodeStatus {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            phase: snapshot.overview.phase,
            network: snapshot.overview.network.clone(),
            store: snapshot.overview.store.clone(),
            streets: snapshot.overview.streets.clone(),
        })
    }
}

impl Read for Peers {
    fn read(&self, snapshot: &Snapshot) -> Result<Arc<NetworkStatus>, Failure> {
        Ok(snapshot.overview.network.clone())
    }
}
