//! Ctrl-C in the middle of the demonstration: what it made goes away with it.

use communaut_node::{NodeHandle, api::Stop};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// What a shell reads as "ended by Ctrl-C" (128 + SIGINT).
const EXIT_CODE: i32 = 130;
/// How often the folder is taken away: a thread that still writes may put a file back.
const ATTEMPTS: usize = 20;
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// The nodes that run at this moment.
#[derive(Clone, Default)]
pub struct Running(Arc<Mutex<Vec<NodeHandle>>>);

impl Running {
    /// Another one runs.
    pub fn add(&self, node: NodeHandle) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(node);
    }

    fn stop(&self) {
        let nodes: Vec<NodeHandle> = self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..).collect();
        for node in &nodes {
            drop(node.send(Stop));
        }
        for node in nodes {
            // No snapshot is waited for: it ends when the node has.
            drop(futures::executor::block_on(node.wait_for(|_| false)));
        }
    }

    /// From now on an interruption stops the nodes, takes their folder away and ends the process.
    pub fn end_on_interruption(&self, folder: PathBuf) -> Result<(), String> {
        let running = self.clone();
        let signals = Signals::listen().map_err(|error| format!("signals cannot be heard: {error}"))?;
        let thread = std::thread::Builder::new().name("communaut-demo-signals".into()).spawn(move || {
            signals.wait();
            running.stop();
            for _ in 0..ATTEMPTS {
                if std::fs::remove_dir_all(&folder).is_ok() || !folder.exists() {
                    break;
                }
                std::thread::sleep(PAUSE);
            }
            #[expect(
                clippy::disallowed_methods,
                reason = "all nodes have stopped, and a window may not want to close"
            )]
            std::process::exit(EXIT_CODE);
        });
        thread.map(drop).map_err(|error| format!("signals cannot be heard: {error}"))
    }
}

/// Ctrl-C and, where there is such a thing, what `kill` sends.
struct Signals {
    runtime: tokio::runtime::Runtime,
    #[cfg(unix)]
    of_unix: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        #[cfg(unix)]
        let of_unix = {
            use tokio::signal::unix::{SignalKind, signal};
            let _inside = runtime.enter();
            [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]
        };
        Ok(Self {
            runtime,
            #[cfg(unix)]
            of_unix,
        })
    }

    #[cfg(unix)]
    fn wait(self) {
        let [mut interrupt, mut terminate] = self.of_unix;
        self.runtime.block_on(async {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        });
    }
    #[cfg(not(unix))]
    fn wait(self) {
        drop(self.runtime.block_on(tokio::signal::ctrl_c()));
    }
}
