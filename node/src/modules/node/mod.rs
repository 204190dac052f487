//! The node itself: its state, its peers, its network, a copy of its folder, its end.

mod backup;
pub(crate) mod cli;
mod commands;
mod queries;

use crate::{
    snapshot::{NetworkStatus, Phase, StoreStatus},
    streets::PackInfo,
};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, sync::Arc};

/// What is held, refused, missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status;

/// Peers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers;

/// Connect to a multiaddr, e.g. `/ip4/192.0.2.1/tcp/4001`, with or without `/p2p/…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dial {
    /// The address.
    pub address: String,
}

/// Copy store and keys into a new folder of the node's machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backup {
    /// Absolute.
    pub to: PathBuf,
}

/// Stop the node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop;

/// How a node is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NodeStatus {
    /// Of the program.
    pub version: String,
    /// What it is doing.
    pub phase: Phase,
    /// Its network.
    pub network: Arc<NetworkStatus>,
    /// Its store.
    pub store: Arc<StoreStatus>,
    /// Street maps that are there.
    pub streets: Arc<Vec<PackInfo>>,
}
