//! The node's event loop and its life.

mod commands;
mod core;
mod input;
mod keys;
mod peers;
mod read;
mod run;
mod sync;
mod write;

pub(crate) use input::Answer;

use crate::{
    Config, NodeHandle,
    handle::Ends,
    index::Index,
    ipc,
    net::{self, NetConfig},
    store::{Store, StoreError},
};
use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    thread::JoinHandle,
};

/// Threads of the runtime that serve the network and reading commands; the loop has its own.
const WORKERS: usize = 2;

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process holds the folder.
    #[error("the data folder {0} is held by another node; stop it, or give another folder with --data")]
    Held(PathBuf),
    /// The folder cannot be used.
    #[error("the data folder {path} cannot be used: {why}")]
    Data {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The network cannot be used.
    #[error("the network did not start: {0}")]
    Network(String),
}

/// A running node. Dropping it stops the node and waits for it.
#[derive(Debug)]
pub struct Node {
    handle: NodeHandle,
    thread: Option<JoinHandle<Result<(), StoreError>>>,
}

impl Node {
    /// Open the data folder and start. Returns once the folder is held and the network listens;
    /// stored entries fold in the background (see [`crate::api::Phase`]).
    pub fn start(config: Config) -> Result<Self, StartError> {
        let (handle, ends) = NodeHandle::new();
        let (started, start) = mpsc::sync_channel(1);
        let own = handle.clone();
        let path = config.data.clone();
        let thread = std::thread::Builder::new()
            .name("communaut-node".into())
            .spawn(move || live(config, own, ends, &started))
            .map_err(|error| run::unusable(path.clone(), error))?;
        match start.recv() {
            Ok(Ok(())) => Ok(Self { handle, thread: Some(thread) }),
            Ok(Err(error)) => {
                drop(thread.join());
                Err(error)
            }
            Err(_) => Err(run::unusable(path, "the node's thread ended before it began")),
        }
    }
    /// A handle to it.
    #[must_use]
    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }
    /// Stop, and wait until everything is flushed.
    pub fn stop(mut self) -> Result<(), String> {
        self.shut_down()
    }
    /// Wait until it stops by itself (by [`crate::api::Command::Stop`]).
    pub fn join(mut self) -> Result<(), String> {
        self.wait()
    }
    fn shut_down(&mut self) -> Result<(), String> {
        drop(self.handle.send(crate::api::Command::Stop));
        self.wait()
    }
    fn wait(&mut self) -> Result<(), String> {
        match self.thread.take().map(JoinHandle::join) {
            None | Some(Ok(Ok(()))) => Ok(()),
            Some(Ok(Err(error))) => Err(error.to_string()),
            Some(Err(_)) => Err("the node's thread failed; its messages are in the log".into()),
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Err(error) = self.shut_down() {
            tracing::error!("{error}");
        }
    }
}

/// The node's thread, from the opened folder to the last flush.
fn live(
    config: Config,
    handle: NodeHandle,
    ends: Ends,
    started: &mpsc::SyncSender<Result<(), StartError>>,
) -> Result<(), StoreError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("communaut-io")
        .enable_all()
        .build();
    let opened = runtime
        .map_err(|error| run::unusable(config.data.clone(), error))
        .and_then(|runtime| open(&config, ends, &runtime).map(|world| (runtime, world)));
    let (runtime, world) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            drop(started.send(Err(error)));
            return Ok(());
        }
    };
    if config.network.is_some() {
        // A running node is asked for places sooner or later: who types the first one need not wait for the gazetteer.
        runtime.spawn_blocking(crate::gazetteer::bundled);
    }
    let data = config.data;
    let socket = runtime.spawn(async move {
        if let Err(error) = ipc::serve(data.clone(), handle).await {
            tracing::warn!("commands on {} do not reach this node: {error}", data.display());
        }
    });
    drop(started.send(Ok(())));
    let result = runtime.block_on(run::run(world));
    // It ends with the node, after the answers under way were taken: that to `stop` among them.
    drop(runtime.block_on(socket));
    if let Err(error) = &result {
        tracing::error!("the node stops: {error}");
    }
    // Reading commands under way are waited for; they are short.
    drop(runtime);
    result
}

fn open(config: &Config, ends: Ends, runtime: &tokio::runtime::Runtime) -> Result<run::World, StartError> {
    let folder = &config.data;
    make_private(folder).map_err(|error| run::unusable(folder.clone(), error))?;
    let store = Store::open(&folder.join("store")).map_err(|error| match error {
        StoreError::Held(_) => StartError::Held(folder.clone()),
        other => run::unusable(folder.clone(), other),
    })?;
    let keys = keys::Keys::open(folder).map_err(|error| run::unusable(folder.clone(), error))?;
    let transport = keys.transport().map_err(|error| run::unusable(folder.clone(), error))?;
    let mut core = core::Core::new(store, keys).map_err(|error| run::unusable(folder.clone(), error))?;
    let index = Index::open(folder.join("index")).map_err(|error| run::unusable(folder.clone(), error))?;
    let net = match &config.network {
        None => None,
        Some(network) => {
            let config = NetConfig {
                listen: network.listen.clone(),
                peers: network.peers.clone(),
                mdns: network.mdns,
                secret: transport,
                answer_timeout: net::ANSWER_TIMEOUT,
            };
            let _inside = runtime.enter();
            let (commands, events, peer) =
                net::start(config).map_err(|error| StartError::Network(error.to_string()))?;
            core.network.peer = peer;
            Some((commands, events))
        }
    };
    Ok(run::World { core, ends, net, index })
}

/// Make the data folder, readable by its user alone.
fn make_private(folder: &Path) -> std::io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
