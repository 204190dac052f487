//! The node's event loop and its life.

mod calendars;
pub(crate) mod clocks;
pub(crate) mod core;
#[cfg(test)]
pub(crate) mod desk;
pub(crate) mod dispatch;
pub(crate) mod input;
pub(crate) mod keys;
pub(crate) mod opening;
pub(crate) mod patience;
mod reading;
pub(crate) mod replica;
pub(crate) mod run;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod thief;
pub mod vault;

pub(crate) use opening::{RESTORING, STORE, salvage};

use crate::{
    Config, NodeHandle,
    entropy::System,
    files,
    folder_lock::{FolderLock, Holder, LockError, Purpose},
    folder_origin::{self, Arrival},
    handle::Ends,
    index::Index,
    ipc,
    net::{self, NetConfig},
    store::{Store, StoreError, high_water::HighWater},
    streets,
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};
use vault::VaultError;

/// Threads of the runtime that serve the network and reading commands; the loop has its own.
const WORKERS: usize = 2;

/// Why a node did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process holds the folder.
    #[error(
        "the data folder {} is held by {}; {}, or give another folder with --data",
        folder.display(),
        holder.as_ref().map_or_else(|| "another process".to_owned(), Holder::to_string),
        holder.as_ref().map_or("stop it", Holder::advice)
    )]
    Held {
        /// Which.
        folder: PathBuf,
        /// Who, as far as they say.
        holder: Option<Holder>,
    },
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
    /// stored entries fold in the background (see [`crate::snapshot::Phase`]).
    pub fn start(config: Config) -> Result<Self, StartError> {
        Self::start_as(config, Purpose::Node)
    }

    /// As [`Node::start`], for one command alone: who asks for a node to be stopped does not mean this one.
    pub(crate) fn start_for_command(config: Config) -> Result<Self, StartError> {
        Self::start_as(config, Purpose::Command)
    }

    fn start_as(config: Config, purpose: Purpose) -> Result<Self, StartError> {
        let (handle, ends) = NodeHandle::new();
        let (started, start) = mpsc::sync_channel(1);
        let own = handle.clone();
        let path = config.data.clone();
        let thread = std::thread::Builder::new()
            .name("communaut-node".into())
            .spawn(move || live(config, purpose, own, ends, &started))
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
    /// Wait until it stops by itself (by [`crate::modules::Command::Stop`]).
    pub fn join(mut self) -> Result<(), String> {
        self.wait()
    }
    fn shut_down(&mut self) -> Result<(), String> {
        drop(self.handle.send(crate::modules::node::Stop));
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
    purpose: Purpose,
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
        .and_then(|runtime| open(&config, purpose, ends, &runtime).map(|(world, lock)| (runtime, world, lock)));
    let (runtime, mut world, lock) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            drop(started.send(Err(error)));
            return Ok(());
        }
    };
    let folder = config.data.clone();
    let data = config.data;
    let socket = runtime.spawn(async move {
        if let Err(error) = ipc::serve(data.clone(), handle, purpose).await {
            tracing::warn!("commands on {} do not reach this node: {error}", data.display());
        }
    });
    drop(started.send(Ok(())));
    let result = runtime.block_on(run::run(&mut world));
    // Whoever asks from now on is told at once that nobody answers any more, and opens the folder when it is free.
    let run::World { mut core, ends, net, index, .. } = world;
    drop((ends, net));
    let result = result.and_then(|()| leave(&folder, &mut core, index));
    // It ends with the node, after the answers under way were taken: that to `stop` among them.
    if let Err(error) = runtime.block_on(socket) {
        tracing::error!("the thread of the local socket failed: {error}");
    }
    if let Err(error) = &result {
        tracing::error!("the node stops: {error}");
    }
    // Reading commands under way are waited for; they are short.
    drop(runtime);
    let result = result.and_then(|()| {
        let noted = core.replica.store.is_open().then(|| HighWater::at_stop(&core.replica.store)).transpose()?;
        drop(core);
        // So that the next start sees whether anything has changed it meanwhile.
        noted.map_or(Ok(()), |noted| opening::seal(&folder, noted))
    });
    // Only now may another look at the folder.
    drop(lock);
    result
}

/// Before the store is closed for good: what was erased goes from the disk, and the folder is marked.
fn leave(folder: &Path, core: &mut core::Core, index: Index) -> Result<(), StoreError> {
    if !core.replica.store.is_open() {
        // It has failed and was not back yet. What was acknowledged is on the disk, and the next start mends it.
        return Ok(());
    }
    // Who erases and leaves wants it gone now; what the index holds is made anew at the next start.
    if core.replica.compact()? {
        index.renew(core.replica.store.arrival());
    }
    // Ends with the changes committed.
    if index.finish() && !core.replica.store.is_to_compact()? {
        core.replica.store.unset_meta(replica::erasure::TO_RENEW)?;
    }
    core.note_high_water(true);
    // A copy made from now on is older than what the next start writes; one made before does not have this mark.
    folder_origin::mark(folder, &core.replica.store)
}

fn open(
    config: &Config,
    purpose: Purpose,
    ends: Ends,
    runtime: &tokio::runtime::Runtime,
) -> Result<(run::World, FolderLock), StartError> {
    let folder = &config.data;
    let locked = |why| StartError::Vault { path: folder.clone(), why };
    let unusable = |why: &dyn std::fmt::Display| run::unusable(folder.clone(), why);
    if !folder.is_dir() {
        // Before anything is made.
        vault::look(folder, &config.unlock).map_err(locked)?;
    }
    files::make_folder(folder).map_err(|error| unusable(&error))?;
    files::refuse_others(folder).map_err(|error| unusable(&error))?;
    let lock = FolderLock::take(folder, purpose).map_err(|error| match error {
        LockError::Held(folder, holder) => StartError::Held { folder, holder },
        LockError::Io(_, why) => unusable(&why),
    })?;
    // Before the costly try.
    vault::look(folder, &config.unlock).map_err(locked)?;
    if folder.join(RESTORING).exists() {
        return Err(unusable(&"a restore into it was broken off; give `communaut-node restore` again"));
    }
    let mut store = opening::open(folder).map_err(|error| match error {
        StoreError::Held(folder) => StartError::Held { folder, holder: None },
        other => unusable(&other),
    })?;
    if store.entries() > 0 && !folder.join(vault::FOLDER).is_dir() {
        let why = format!(
            "its secret keys are gone: put the folder {} back from a backup, or recover the identity by its phrase in \
             a new folder",
            vault::FOLDER
        );
        return Err(unusable(&why));
    }
    let vault = vault::open(folder, &config.unlock, keys::Keys::fresh).map_err(locked)?;
    let keys = keys::Keys::open(&vault).map_err(|error| unusable(&error))?;
    let index_folder = folder.join(opening::INDEX);
    let moved = settle_in(folder, &mut store).map_err(|error| unusable(&error))?;
    let transport = transport_of(&store, keys.transport(), moved).map_err(|error| unusable(&error))?;
    let mut core = replica::Replica::new(store, &keys, Box::new(vault.clone()), Box::new(System))
        .and_then(core::Core::new)
        .map_err(|error| unusable(&error))?;
    core.replica.streets = Arc::new(streets::packs(&folder.join(streets::FOLDER)));
    core.set_room(Some(folder.clone()), config.network.as_ref().and_then(|network| network.store_max));
    if moved {
        tracing::warn!("this data folder was copied, moved or restored: its logs go on in a new epoch");
    }
    if core.replica.store.meta(replica::erasure::TO_RENEW).map_err(|error| unusable(&error))?.is_some() {
        // A node before could not see to it: nothing that was erased stays in the files of the index.
        files::remove_folder(&index_folder).map_err(|error| unusable(&error))?;
    }
    let index = Index::open(index_folder).map_err(|error| unusable(&error))?;
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
            core.engine.set_end(net::end_of(&peer));
            core.network.peer = peer;
            Some((commands, events))
        }
    };
    Ok((run::World { core, ends, net, index, keys, vault, folder: folder.clone() }, lock))
}

/// See whether a store is where it was left. If not, it takes another name, and its logs are closed when the state is
/// built ([`core::Core::new`]). Gives whether it was moved.
fn settle_in(folder: &Path, store: &mut Store) -> Result<bool, StoreError> {
    if folder_origin::check(folder, store)? != Arrival::Moved {
        return Ok(false);
    }
    store.set_meta(replica::MOVED, &[1])?;
    store.rename()?;
    store.flush()?;
    Ok(true)
}

/// The secret that names this node on the network. Two copies of a folder are two nodes: who
/// was moved takes another name.
fn transport_of(store: &Store, secret: [u8; 32], moved: bool) -> Result<[u8; 32], StoreError> {
    if moved {
        let salt: [u8; 16] = crate::entropy::random().map_err(|error| StoreError::System(error.to_string()))?;
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
