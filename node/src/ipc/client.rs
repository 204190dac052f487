//! The client's side of the socket. Blocks: for the command line, never for a frame.

use super::{COMMAND_MAX, CONNECT, OUTCOME_MAX, Reply, TAKE, address, frame};
use crate::{
    failure::{Failure, FailureCode},
    folder_lock,
    modules::Command,
};
use interprocess::{
    ConnectWaitMode,
    local_socket::{
        ConnectOptions, Stream,
        traits::{Stream as _, StreamCommon},
    },
};
use std::{
    io::{self, Read, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// A connection to the node that holds a data folder.
#[derive(Debug)]
pub struct Client {
    stream: Stream,
    /// The folder, to name who holds it.
    data: PathBuf,
    /// How long the node may take until it takes a command.
    pub(super) patience: Duration,
}

/// Connect to the node that holds `data`. None where none does.
pub fn connect(data: &Path) -> io::Result<Option<Client>> {
    let Some(address::Place { name, owner }) = address::find(data)? else { return Ok(None) };
    match ConnectOptions::new().name(name).wait_mode(ConnectWaitMode::Timeout(CONNECT)).connect_sync() {
        Ok(stream) => {
            // Before a word is said: it may be a secret.
            owner.other_end(stream.peer_creds())?;
            Ok(Some(Client { stream, data: data.to_owned(), patience: TAKE }))
        }
        // Left behind by a node that stopped or was killed.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => Ok(None),
        Err(error) => Err(error),
    }
}

impl Client {
    /// Send a command and wait for its outcome, however long it takes once the node has taken it.
    ///
    /// [`FailureCode::Stopped`]: the node ended and did not do it. [`FailureCode::Io`]: the connection broke
    /// after the node had taken the command, so it may have been done or not.
    pub fn call(&mut self, command: &Command) -> Reply {
        let bytes = frame::encode(command, COMMAND_MAX)
            .map_err(|error| Failure::invalid(format!("the command cannot be sent to the running node: {error}")))?;
        self.limit(Some(self.patience))?;
        // A node that closes while we write has perhaps said why: read before giving up.
        let written = self.stream.write_all(&bytes).and_then(|()| self.stream.flush());
        let mut answer = match self.read() {
            Ok(answer) => answer,
            Err(error) if is_late(&error) => return Err(self.late()),
            Err(error) => return Err(untaken(&written.err().unwrap_or(error))),
        };
        if answer.is_empty() {
            self.limit(None)?;
            answer = self.read().map_err(|error| broken(&error))?;
        }
        serde_json::from_slice(&answer).unwrap_or_else(|error| {
            let why = format!("the running node's answer is not understood ({error}); is it another version?");
            Err(Failure::new(FailureCode::Internal, why))
        })
    }

    /// How long a read or a write may take.
    fn limit(&self, limit: Option<Duration>) -> Result<(), Failure> {
        let set = self.stream.set_recv_timeout(limit).and_then(|()| self.stream.set_send_timeout(limit));
        match set {
            // Not on every system.
            Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(untaken(&error)),
            _ => Ok(()),
        }
    }

    /// What was sent is perhaps read later.
    fn late(&self) -> Failure {
        let (seconds, data) = (self.patience.as_secs(), self.data.display());
        let (who, what) = match folder_lock::holder(&self.data) {
            Some(holder) => {
                (holder.to_string(), format!("`kill -CONT {0}` lets it go on, `kill -9 {0}` ends it", holder.process))
            }
            None => ("a process".to_owned(), "its number is not known".to_owned()),
        };
        let why = format!(
            "{who} holds the data folder {data} and took no command within {seconds} s: it is busy or was stopped; \
             look at it ({what}), and try again"
        );
        Failure::new(FailureCode::Io, why)
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

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
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
