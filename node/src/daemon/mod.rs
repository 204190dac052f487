//! The node's event loop and its life.

mod allowance;
mod closed;
mod commands;
mod core;
mod cursors;
#[cfg(test)]
mod desk;
mod erasure;
mod input;
mod invited;
mod judged;
mod keys;
mod pairing;
mod peers;
mod private;
mod read;
mod room;
mod run;
mod sync;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod thief;
pub mod vault;
mod witness;
mod write;

pub(crate) use commands::backup::STORE;
pub(crate) use input::Answer;
pub(crate) use keys::random;

use crate::{
    Config, NodeHandle,
    handle::Ends,
    index::Index,
    ipc,
    net::{self, NetConfig},
    place::{self, Arrival},
    store::{Store, StoreError},
};
use std::{
    path::{Path, PathBuf},
    sync::mpsc,
    thread::JoinHandle,
};
use vault::VaultError;

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
    /// The folder's secret keys cannot be had.
    #[error("the data folder {path} was not opened: {why}")]
    Vault {
        /// Which.
        path: PathBuf,
        /// Why: among others that a passphrase is needed, or is wrong.
        why: VaultError,
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
    let (runtime, mut world) = match opened {
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
    let folder = config.data.clone();
    let data = config.data;
    let socket = runtime.spawn(async move {
        if let Err(error) = ipc::serve(data.clone(), handle).await {
            tracing::warn!("commands on {} do not reach this node: {error}", data.display());
        }
    });
    drop(started.send(Ok(())));
    let result = runtime.block_on(run::run(&mut world));
    // Whoever asks from now on is told at once that nobody answers any more, and opens the folder when it is free.
    let run::World { mut core, ends, net, index } = world;
    drop((ends, net));
    // Who erases and leaves wants it gone now; what the index holds is made anew at the next start.
    let result = result.and_then(|()| {
        if core.compact()? {
            index.renew(core.store.arrival());
        }
        Ok(())
    });
    // A copy made from now on is older than what the next start writes; one made before does not have this mark.
    let result = result.and_then(|()| place::mark(&folder, &core.store));
    // It ends with the node, after the answers under way were taken: that to `stop` among them.
    drop(runtime.block_on(socket));
    if let Err(error) = &result {
        tracing::error!("the node stops: {error}");
    }
    // Reading commands under way are waited for; they are short.
    drop(runtime);
    drop((core, index));
    result
}

fn open(config: &Config, ends: Ends, runtime: &tokio::runtime::Runtime) -> Result<run::World, StartError> {
    let folder = &config.data;
    let locked = |why| StartError::Vault { path: folder.clone(), why };
    // Before anything is made, and before the costly try.
    vault::look(folder, &config.unlock).map_err(locked)?;
    make_private(folder).map_err(|error| run::unusable(folder.clone(), error))?;
    let store = Store::open(&folder.join("store")).map_err(|error| match error {
        StoreError::Held(_) => StartError::Held(folder.clone()),
        other => run::unusable(folder.clone(), other),
    })?;
    let vault = vault::open(folder, &config.unlock, keys::Keys::fresh).map_err(locked)?;
    let keys = keys::Keys::open(&vault).map_err(|error| run::unusable(folder.clone(), error))?;
    let moved = place::check(folder, &store).map_err(|error| run::unusable(folder.clone(), error))? == Arrival::Moved;
    let transport =
        transport_of(&store, keys.transport(), moved).map_err(|error| run::unusable(folder.clone(), error))?;
    let mut core =
        core::Core::new(store, &keys, Box::new(vault)).map_err(|error| run::unusable(folder.clone(), error))?;
    core.room = room::Room::new(Some(folder.clone()), config.network.as_ref().and_then(|network| network.store_max));
    if moved {
        tracing::warn!("this data folder was copied, moved or restored: its logs go on in a new epoch");
        core.store
            .rename()
            .and_then(|()| core.cursors.forget(&core.store))
            .and_then(|()| core.close_all())
            .map_err(|error| run::unusable(folder.clone(), error))?;
    }
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
            core.private.end = net::end_of(&peer);
            core.network.peer = peer;
            Some((commands, events))
        }
    };
    Ok(run::World { core, ends, net, index })
}

/// The secret that names this node on the network. Two copies of a folder are two nodes: who was moved takes another name.
fn transport_of(store: &Store, secret: [u8; 32], moved: bool) -> Result<[u8; 32], StoreError> {
    if moved {
        let salt: [u8; 16] = random().map_err(|error| StoreError::Damaged(error.to_string()))?;
        store.set_meta("transport", &salt)?;
        store.flush()?;
    }
    Ok(match store.meta("transport")? {
        None => secret,
        Some(salt) => {
            let material: Vec<u8> = secret.into_iter().chain(salt).collect();
            blake3::derive_key("communaut 2026 transport key", &material)
        }
    })
}

/// Make the data folder, readable by its user alone.
pub(crate) fn make_private(folder: &Path) -> std::io::Result<()> {
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
