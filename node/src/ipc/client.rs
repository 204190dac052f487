//! The client's side of the socket. Blocks: for the command line, never for a frame.

use super::{COMMAND_MAX, CONNECT, OUTCOME_MAX, Reply, address, frame};
use crate::api::{Command, Failure, FailureCode};
use interprocess::{
    ConnectWaitMode,
    local_socket::{ConnectOptions, Stream},
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
    let Some(name) = address::find(data)? else { return Ok(None) };
    match ConnectOptions::new().name(name).wait_mode(ConnectWaitMode::Timeout(CONNECT)).connect_sync() {
        Ok(stream) => Ok(Some(Client { stream })),
        // Left behind by a node that stopped or was killed.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Client {
    /// Send a command and wait for its outcome, however long it takes.
    ///
    /// [`FailureCode::Stopped`]: the node ended. `Err` with [`FailureCode::Io`]: the connection broke
    /// before the answer, so the command may have been done or not.
    pub fn call(&mut self, command: &Command) -> Reply {
        let bytes = frame::encode(command, COMMAND_MAX)
            .map_err(|error| Failure::invalid(format!("the command cannot be sent to the running node: {error}")))?;
        // A node that closes while we write has perhaps said why: read before giving up.
        let written = self.stream.write_all(&bytes).and_then(|()| self.stream.flush());
        let answer = self.read().map_err(|error| broken(&written.err().unwrap_or(error)))?;
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

fn broken(error: &io::Error) -> Failure {
    let why = match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
            "the running node closed the connection before it answered; look whether the command was done, and try again".to_owned()
        }
        _ => format!("the connection to the running node broke ({error}); look whether the command was done, and try again"),
    };
    Failure::new(FailureCode::Io, why)
}
