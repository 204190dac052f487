//! The node's side of the socket.

use super::{COMMAND_MAX, CONNECTIONS_MAX, GRACE, IDLE, OUTCOME_MAX, Reply, WRITE, address, frame, owner::Owner};
use crate::{
    NodeHandle, api,
    failure::{Failure, FailureCode},
    folder_lock::Purpose,
    modules::Command,
    snapshot::Phase,
};
use interprocess::local_socket::{
    ListenerOptions,
    tokio::{Listener, Stream, prelude::*},
};
use std::{io, path::PathBuf, process, sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};

/// How long the name may be contended while the socket of a killed node is replaced.
const REPLACE: Duration = Duration::from_secs(1);
/// After a connection could not be taken (out of file handles): others may end meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// Answer commands for a data folder until its node stops.
///
/// Only for the holder of the folder's store: the socket of a node that was killed is replaced.
/// Ends by itself when the node stops, after the answers under way were taken.
pub(crate) async fn serve(data: PathBuf, handle: NodeHandle, purpose: Purpose) -> io::Result<()> {
    let (listener, owner) = listen(&data)?;
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (closing, closed) = watch::channel(false);
    let mut connections = JoinSet::new();
    let stop = stopping(&handle);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            taken = take(&listener, &places) => match taken {
                Ok((stream, place)) => {
                    if let Err(error) = owner.other_end(stream.peer_creds()) {
                        tracing::warn!("a local connection was refused: {error}");
                        continue;
                    }
                    let (handle, closed) = (handle.clone(), closed.clone());
                    connections.spawn(async move {
                        if let Err(error) = converse(stream, &handle, purpose, closed).await {
                            tracing::debug!("a local connection ended: {error}");
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!("the local socket took no connection: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    closing.send_replace(true);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, all).await.is_err() {
        tracing::debug!("local connections still open after {GRACE:?} are dropped");
    }
    Ok(())
}

fn listen(data: &std::path::Path) -> io::Result<(Listener, Owner)> {
    let address::Place { name, owner } = address::bind(data)?;
    let options = || {
        ListenerOptions::new()
            .name(name.clone())
            .try_overwrite(true)
            .max_spin_time(REPLACE)
            // The next node may have bound the name already when this one lets go of it.
            .reclaim_name(false)
    };
    #[cfg(unix)]
    {
        use interprocess::os::unix::local_socket::ListenerOptionsExt;
        match options().mode(0o600).create_tokio() {
            // Not settable before the bind on this system: the folder's own mode keeps others out.
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
            made => return made.map(|listener| (listener, owner)),
        }
    }
    options().create_tokio().map(|listener| (listener, owner))
}

/// Until the node stops, or has stopped.
async fn stopping(handle: &NodeHandle) {
    handle.wait_for(|snapshot| snapshot.overview.phase == Phase::Stopping).await;
}

/// A connection and its place, once there is one of each.
async fn take(listener: &Listener, places: &Arc<Semaphore>) -> io::Result<(Stream, tokio::sync::OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.map_err(io::Error::other)?;
    Ok((listener.accept().await?, place))
}

/// One command after the other, until either side has enough.
async fn converse(
    mut stream: Stream,
    handle: &NodeHandle,
    purpose: Purpose,
    mut closed: watch::Receiver<bool>,
) -> io::Result<()> {
    loop {
        let asked = tokio::select! {
            _ = closed.wait_for(|closed| *closed) => return Ok(()),
            asked = timeout(IDLE, frame::read(&mut stream, COMMAND_MAX)) => asked,
        };
        let asked = match asked {
            Err(_) => return refuse(&mut stream, &format!("no whole command came in {IDLE:?}")).await,
            Ok(Err(error)) => return refuse(&mut stream, &error.to_string()).await,
            Ok(Ok(None)) => return Ok(()),
            Ok(Ok(Some(bytes))) => bytes,
        };
        let command: Command = match serde_json::from_slice(&asked) {
            Ok(command) => command,
            Err(error) => {
                return refuse(&mut stream, &format!("not a command: {error}; is it of another version?")).await;
            }
        };
        drop(asked);
        put(&mut stream, &frame::TAKEN).await?;
        let reply = run(handle, purpose, command).await;
        write(&mut stream, &reply).await?;
    }
}

async fn run(handle: &NodeHandle, purpose: Purpose, command: Command) -> Reply {
    if purpose == Purpose::Command && command == Command::Stop(api::Stop) {
        // Whoever has given that command waits for its answer.
        let why =
            format!("no node is running here but that of a command (process {}), which ends by itself", process::id());
        return Err(Failure::not_found(why));
    }
    // While the views fold, an element that is held would be said not to be.
    if !command.runs().while_loading() {
        handle.wait_for(|snapshot| snapshot.overview.phase != Phase::Loading).await;
    }
    handle.call(command).await
}

/// Say why in one line, and end the connection.
async fn refuse(stream: &mut Stream, why: &str) -> io::Result<()> {
    tracing::debug!("the local socket refused what came in: {why}");
    write(stream, &Err(Failure::invalid(format!("the local socket refused what came in: {why}")))).await
}

async fn write(stream: &mut Stream, reply: &Reply) -> io::Result<()> {
    let bytes = match frame::encode(reply, OUTCOME_MAX) {
        Ok(bytes) => bytes,
        Err(_) => frame::encode(&Reply::Err(too_much()), OUTCOME_MAX)?,
    };
    put(stream, &bytes).await
}

async fn put(stream: &mut Stream, bytes: &[u8]) -> io::Result<()> {
    let written = timeout(WRITE, async {
        stream.write_all(bytes).await?;
        stream.flush().await
    });
    written.await.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "the answer was not taken")))
}

fn too_much() -> Failure {
    let why = format!("the answer is larger than {} MiB; ask for less, e.g. with a limit", OUTCOME_MAX / (1024 * 1024));
    Failure::new(FailureCode::Invalid, why)
}
