//! `run`: a node without a window, until it is stopped.

use super::{
    args,
    keys::{self, KeyArgs},
    output::Output,
    session::Session,
    text,
};
use crate::{
    Config, NetworkConfig, Node, NodeHandle,
    failure::{Failure, FailureCode},
    modules::{node::Stop, territory},
    snapshot::{Phase, Snapshot},
};
use serde_json::json;
use std::{collections::BTreeSet, path::Path, sync::Arc};

/// Bytes of a megabyte.
const MB: u64 = 1_000_000;

/// Run a node and print what happens to it.
pub fn run(data: &Path, run: args::Run, keys: &KeyArgs, out: &mut Output) -> Result<(), Failure> {
    let store_max = run.store_max.map(|mb| mb.saturating_mul(MB));
    let mut network = NetworkConfig { peers: run.peer, mdns: !run.no_mdns, store_max, ..NetworkConfig::default() };
    if !run.listen.is_empty() {
        network.listen = run.listen;
    }
    let listeners = network.listen.len();
    // Heard before anything is printed: who reads "ready" may stop the node at once.
    let signals = Signals::listen().map_err(|error| Failure::internal(format!("signals cannot be heard: {error}")))?;
    let unlock = keys.unlock(data)?;
    let node = Node::start(Config { data: data.to_path_buf(), network: Some(network), unlock })
        .map_err(|error| keys::start_failed(&error))?;
    let handle = node.handle();
    signals.stop(handle.clone())?;
    let mut session = Session::over(data, handle.clone());
    let watched = watch(&handle, listeners, run.territory, &mut session, data, out);
    let stopped = match watched {
        Ok(()) => node.join(),
        Err(_) => node.stop(),
    };
    watched.and(stopped.map_err(|why| Failure::new(FailureCode::Io, why)))?;
    out.event("stopped", json!({}), "stopped");
    Ok(())
}

/// Print addresses as they come, follow what was asked for, and say when all is ready. Ends with the node.
fn watch(
    handle: &NodeHandle,
    listeners: usize,
    territories: Vec<super::parse::Territory>,
    session: &mut Session,
    data: &Path,
    out: &mut Output,
) -> Result<(), Failure> {
    let mut territories = Some(territories);
    let mut listening = BTreeSet::new();
    let (mut started, mut ready) = (false, false);
    let mut version = None;
    while let Some(snapshot) = next(handle, version) {
        version = Some(snapshot.overview.version);
        if snapshot.overview.phase == Phase::Stopping {
            return Ok(());
        }
        let peer = &snapshot.overview.network.peer;
        if !started && !peer.is_empty() {
            started = true;
            let folder = data.display().to_string();
            out.event(
                "starting",
                json!({ "data": folder, "peer": peer }),
                &format!("peer {peer}, data folder {folder}"),
            );
        }
        for address in &snapshot.overview.network.listening {
            if listening.insert(address.clone()) {
                out.event("listening", json!({ "address": address }), &format!("listening on {}", text::line(address)));
            }
        }
        if snapshot.overview.phase == Phase::Ready {
            for wanted in territories.take().unwrap_or_default() {
                let info = territory::cli::follow(session, wanted, None)?;
                let said = format!("following {} ({} cells)", text::line(&info.name), info.cells.len());
                out.event("following", json!({ "territory": territory::cli::json(&info) }), &said);
            }
            if !ready && listening.len() >= listeners {
                ready = true;
                out.event("ready", json!({}), "ready; stop with Ctrl-C, or `communaut-node stop`");
            }
        }
    }
    Ok(())
}

/// The first snapshot after a version; none when the node has stopped.
fn next(handle: &NodeHandle, version: Option<u64>) -> Option<Arc<Snapshot>> {
    futures::executor::block_on(handle.wait_for(|snapshot| Some(snapshot.overview.version) != version))
}

/// What stops a node from outside.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (interrupt, terminate) = {
            let _inside = runtime.enter();
            (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
        };
        Ok(Self { runtime, interrupt, terminate })
    }
    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self { runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()? })
    }

    #[cfg(unix)]
    fn wait(&mut self) {
        let Self { runtime, interrupt, terminate } = self;
        runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
    }
    #[cfg(not(unix))]
    fn wait(&mut self) {
        drop(self.runtime.block_on(tokio::signal::ctrl_c()));
    }

    /// From now on a signal stops the node, and a second one ends the process.
    fn stop(mut self, handle: NodeHandle) -> Result<(), Failure> {
        let thread = std::thread::Builder::new().name("communaut-signals".into()).spawn(move || {
            self.wait();
            drop(handle.send(Stop));
            self.wait();
            tracing::warn!("ended by a second signal; what was acknowledged is on the disk");
            #[expect(clippy::disallowed_methods, reason = "asked for twice: whoever hangs is not waited for")]
            std::process::exit(1);
        });
        thread.map(drop).map_err(|error| Failure::internal(format!("signals cannot be heard: {error}")))
    }
}
