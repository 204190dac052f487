//! Starts the window's own node, on a thread of its own: what makes a key of a passphrase takes its time.

use crate::{
    backend::{Backend, ONE_ANSWER, Pending},
    gate::{Keeper, Wake},
    logic::RefusalText,
};
use communaut_node::{
    Config, NetworkConfig, Node, NodeHandle, Unlock,
    api::{Command, Overview},
    vault::{self, Protection, VaultError},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread::JoinHandle,
};

/// The node of a window, before it starts and while it runs.
pub struct Starter {
    data: PathBuf,
    network: Option<NetworkConfig>,
    protection: Option<Protection>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    desktop: Option<bool>,
    opening: Option<JoinHandle<()>>,
    opened: Option<Result<Arc<dyn Backend>, RefusalText>>,
    node: Option<Node>,
}

impl Starter {
    /// On a data folder.
    ///
    /// # Errors
    /// One line, when its keys cannot be read, or the folder cannot be made.
    pub fn new(data: &Path, network: Option<NetworkConfig>) -> Result<Self, String> {
        let refused = |why: &dyn std::fmt::Display| format!("the data folder {} cannot be used: {why}", data.display());
        let protection = vault::protection(data).map_err(|why| refused(&why))?;
        // Before the window keeps its preferences in it: it is to be its user's alone.
        vault::make_folder(data).map_err(|why| refused(&why))?;
        Ok(Self { data: data.to_owned(), network, protection, state: Arc::default() })
    }

    /// Stop the node, after the start that is under way, and wait until everything is flushed.
    ///
    /// # Errors
    /// One line, when something was not flushed.
    pub fn stop(&self) -> Result<(), String> {
        let opening = lock(&self.state).opening.take();
        if let Some(Err(_)) = opening.map(JoinHandle::join) {
            return Err("the thread that starts the node failed; its messages are in the log".into());
        }
        let node = lock(&self.state).node.take();
        node.map_or(Ok(()), Node::stop)
    }
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Keeper for Starter {
    fn protection(&self) -> Option<Protection> {
        self.protection
    }

    fn look(&self, wake: Wake) {
        let state = self.state.clone();
        let looks = std::thread::Builder::new().name("communaut-keyring".into()).spawn(move || {
            let answers = vault::desktop_answers();
            lock(&state).desktop = Some(answers);
            wake();
        });
        if looks.is_err() {
            lock(&self.state).desktop = Some(false);
        }
    }

    fn desktop(&self) -> Option<bool> {
        lock(&self.state).desktop
    }

    fn open(&self, unlock: Unlock, wake: Wake) {
        let data = self.data.clone();
        let config = Config { data: data.clone(), network: self.network.clone(), unlock };
        let state = self.state.clone();
        let opens = std::thread::Builder::new().name("communaut-start".into()).spawn(move || {
            let opened = match Node::start(config) {
                Ok(node) => {
                    let handle = node.handle();
                    let news = wake.clone();
                    handle.on_change(move || news());
                    lock(&state).node = Some(node);
                    // Told by its file, which says what is; what was asked for only made new ones.
                    let keys = Arc::new(Mutex::new(vault::protection(&data).ok().flatten()));
                    let backend: Arc<dyn Backend> = Arc::new(Own { handle, data, keys, wake: wake.clone() });
                    Ok(backend)
                }
                Err(error) => Err(RefusalText::from(&error)),
            };
            lock(&state).opened = Some(opened);
            wake();
        });
        let mut state = lock(&self.state);
        match opens {
            Ok(thread) => state.opening = Some(thread),
            Err(error) => state.opened = Some(Err(RefusalText::Other(error.to_string()))),
        }
    }

    fn poll(&self) -> Option<Result<Arc<dyn Backend>, RefusalText>> {
        lock(&self.state).opened.take()
    }
}

/// The window's own node, whose keys lie in a folder that the window was given.
struct Own {
    handle: NodeHandle,
    data: PathBuf,
    keys: Arc<Mutex<Option<Protection>>>,
    wake: Wake,
}

impl Backend for Own {
    fn send(&self, command: Command) -> Box<dyn Pending> {
        Backend::send(&self.handle, command)
    }
    fn overview(&self) -> Arc<Overview> {
        Backend::overview(&self.handle)
    }
    fn keys(&self) -> Option<Protection> {
        *lock(&self.keys)
    }
    fn protect(&self, new: Unlock) -> Option<mpsc::Receiver<Result<(), VaultError>>> {
        // What needs a passphrase to be opened needs it to be changed: by the command `keys seal`.
        if matches!(self.keys(), None | Some(Protection::Passphrase(_))) {
            return None;
        }
        let (tell, told) = mpsc::sync_channel(ONE_ANSWER);
        let (data, keys, wake) = (self.data.clone(), self.keys.clone(), self.wake.clone());
        let failed = tell.clone();
        let seals = std::thread::Builder::new().name("communaut-seal".into()).spawn(move || {
            let done = vault::seal(&data, &Unlock::Nothing, &new);
            if let Ok(now) = vault::protection(&data) {
                *lock(&keys) = now;
            }
            drop(tell.send(done));
            wake();
        });
        if let Err(error) = seals {
            drop(failed.send(Err(VaultError::Io(error))));
        }
        Some(told)
    }
}
