//! Starts the window's own node, on a thread of its own: what makes a key of a passphrase takes its time.

use crate::{
    backend::Backend,
    gate::{Keeper, Wake},
    logic::RefusalText,
};
use communaut_node::{
    Config, NetworkConfig, Node, Unlock,
    vault::{self, Protection},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
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
        let config = Config { data: self.data.clone(), network: self.network.clone(), unlock };
        let state = self.state.clone();
        let opens = std::thread::Builder::new().name("communaut-start".into()).spawn(move || {
            let opened = match Node::start(config) {
                Ok(node) => {
                    let handle = node.handle();
                    let news = wake.clone();
                    handle.on_change(move || news());
                    lock(&state).node = Some(node);
                    let backend: Arc<dyn Backend> = Arc::new(handle);
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
