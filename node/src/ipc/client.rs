//! The client's side of the socket. Blocks: for the command line, never for a frame.

use super::{COMMAND_MAX, CONNECT, OUTCOME_MAX, Reply, address, frame};
use crate::api::{Command, Failure, FailureCode};
use interprocess::{
    ConnectWaitMode,
    local_socket::{ConnectOptions, Stream, traits::StreamCommon},
};
use std::{
    io::{self, Read, Write},
    path::Path,
};

/// A connection to the node that holds a data folder.
#[derive(Debug)]
pub struct Client {
    stream: Stream,
}

/// Connect to the node that holds `data`. None where none does.
pub fn connect(data: &Path) -> io::Result<Option<Client>> {
    let Some(address::Place { name, owner }) = address::find(data)? else { return Ok(None) };
    match ConnectOptions::new().name(name).wait_mode(ConnectWaitMode::Timeout(CONNECT)).connect_sync() {
        Ok(stream) => {
            // Before a word is said: it may be a secret.
            owner.other_end(stream.peer_creds())?;
            Ok(Some(Client { stream }))
        }
        // Left behind by a node that stopped or was killed.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Client {
    /// Send a command and wait for its outcome, however long it takes.
    ///
    /// [`FailureCode::Stopped`]: the node ended and did not do it. [`FailureCode::Io`]: the connection broke
    /// after the node had taken the command, so it may have been done or not.
    pub fn call(&mut self, command: &Command) -> Reply {
        let bytes = frame::encode(command, COMMAND_MAX)
            .map_err(|error| Failure::invalid(format!("the command cannot be sent to the running node: {error}")))?;
        // A node that closes while we write has perhaps said why: read before giving up.
        let written = self.stream.write_all(&bytes).and_then(|()| self.stream.flush());
        let mut answer = self.read().map_err(|error| untaken(&written.err().unwrap_or(error)))?;
        if answer.is_empty() {
            answer = self.read().map_err(|error| broken(&error))?;
        }
        serde_json::from_slice(&answer).unwrap_or_else(|error| {
            let why = format!("the running node's answer is not understood ({error}); is it another version?");
            Err(Failure::new(FailureCode::Internal, why))
        })
    }

    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut prefix = [0; frame::PREFIX];
        self.stream.read_exact(&mut prefix)?;
        let len = frame::length(prefix, OUTCOME_MAX)?;
        let mut bytes = Vec::new();
        (&self.stream).take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
        if bytes.len() < len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}

fn untaken(error: &io::Error) -> Failure {
    Failure::new(FailureCode::Stopped, format!("the running node did not take the command: {}", plain(error)))
}

fn broken(error: &io::Error) -> Failure {
    let why = plain(error);
    let why = format!("the running node took the command and did not answer: {why}; look whether it was done");
    Failure::new(FailureCode::Io, why)
}

fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
            "it closed the connection".to_owned()
        }
        _ => error.to_string(),
    }
}
