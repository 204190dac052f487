//! The command line: `communaut-node`.
//!
//! What a capability can be told, and what it prints, stands with it in `modules`. Here is what they share:
//!
//! * `args`: the list of all commands; `choices`, `parse`, `time`: words, places, distances, dates
//! * `keys`: what opens the secret keys; `session`: the node that a command goes to
//! * `print`: what a reply is as text and as JSON; `json`, `text`, `when`: pieces of it; `notes`: what is told beside
//!   it, as how a name was taken (`place`)
//! * `run`, `fsck`, `restore`: what is no request to a node

pub(crate) mod args;
pub(crate) mod choices;
mod fsck;
mod hours;
pub(crate) mod json;
pub(crate) mod keys;
mod notes;
mod output;
pub(crate) mod parse;
pub(crate) mod place;
pub(crate) mod print;
pub(crate) mod restore;
mod run;
pub(crate) mod session;
pub(crate) mod shared;
mod swapped;
#[cfg(test)]
mod tests;
pub(crate) mod text;
pub(crate) mod time;
pub(crate) mod when;

use crate::{
    failure::{Failure, FailureCode},
    ipc,
    modules::{
        identity::cli::{Args as Identity, begins},
        node::cli::Args as Node,
    },
};
use args::{Cli, Command};
use clap::{Parser, error::ErrorKind};
use output::Output;
use session::{Opener, Session};
use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};
use tracing_subscriber::EnvFilter;

/// Refused or failed.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// How long `stop` waits until the node has let go of its socket.
const STOP_WAIT: Duration = Duration::from_secs(10);
/// Between two looks at it.
const STOP_PAUSE: Duration = Duration::from_millis(20);

/// Where a node keeps its data unless it is told otherwise. None: the system names no home.
#[must_use]
pub fn default_data_folder() -> Option<PathBuf> {
    directories::ProjectDirs::from("", "", "communaut").map(|folders| folders.data_dir().to_path_buf())
}

/// Run the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let given: Vec<OsString> = std::env::args_os().collect();
    let cli = match Cli::try_parse_from(&given) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, &given),
    };
    log(matches!(cli.command, Command::Run(_)));
    let mut out = Output::new(cli.json);
    let done = execute(cli, &mut out);
    let done = done.and_then(|()| {
        out.finish().map_err(|error| Failure::new(FailureCode::Io, format!("the output cannot be written: {error}")))
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure.message);
            ExitCode::from(FAILED)
        }
    }
}

/// Do what was asked and print it. The failure that comes back has been printed as JSON, where that was asked for.
fn execute(cli: Cli, out: &mut Output) -> Result<(), Failure> {
    let done = attempt(cli, out);
    match done {
        Err(Broken::Off(failure)) => Err(failure),
        Err(Broken::Refused(failure)) => {
            if out.json() {
                out.print(&format!("{}\n", json::failure(&failure)));
            }
            Err(failure)
        }
        Ok(()) => Ok(()),
    }
}

/// Why a command ended with a failure.
enum Broken {
    /// It was refused, or it failed.
    Refused(Failure),
    /// It did a part, and its report is printed.
    Off(Failure),
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

fn attempt(cli: Cli, out: &mut Output) -> Result<(), Broken> {
    let data = match cli.data {
        Some(data) => data,
        None => default_data_folder()
            .ok_or_else(|| Failure::invalid("this system names no data folder for its user; give one with --data"))?,
    };
    let command = match cli.command {
        Command::Run(run) => return Ok(run::run(&data, run, &cli.keys, out)?),
        Command::Keys(command) => return Ok(keys::run(&data, &cli.keys, command, out)?),
        command => command,
    };
    if matches!(command, Command::Fsck) {
        let salvaged = fsck::fsck(&data)?;
        out.print(&fsck::told(salvaged.as_ref(), out.json()));
        return Ok(());
    }
    let mut given = cli.keys;
    let mut of_backup = None;
    let mut session = match &command {
        Command::Node(Node::Stop | Node::Dial { .. }) => Session::reach(&data)?,
        Command::Restore { folder } => {
            let unlock = restore::restore(folder, &data, &given)?;
            Session::open(&data, false, false, Opener::Known(unlock))?
        }
        Command::Identity(Identity::Identity(command)) if begins(command) => {
            Session::open(&data, true, true, Opener::Given(given))?
        }
        other => {
            if let Command::Node(Node::Backup { folder }) = other {
                of_backup = given.of_backup(&data)?.map(|passphrase| (folder.clone(), passphrase));
            }
            let make = matches!(other, Command::Identity(Identity::Init(_)));
            Session::open(&data, make, false, Opener::Given(given))?
        }
    };
    let stop = matches!(command, Command::Node(Node::Stop));
    let replied = command.run(&mut session);
    let notes = session.notes();
    let closed = session.close();
    let replied = replied?;
    closed?;
    if let Some((backup, passphrase)) = of_backup {
        keys::seal_backup(&backup, passphrase)?;
    }
    if stop {
        gone(&data)?;
    }
    let (mut line, mut text) = (replied.line(), replied.text());
    for note in notes {
        line = note.with_json(line);
        text.push_str(&note.told());
    }
    out.print(&if out.json() { format!("{line}\n") } else { text });
    match replied.broke_off() {
        Some(failure) => Err(Broken::Off(failure)),
        None => Ok(()),
    }
}

/// Wait until the node that was told to stop answers no longer.
fn gone(data: &Path) -> Result<(), Failure> {
    let until = Instant::now() + STOP_WAIT;
    while ipc::connect(data).is_ok_and(|client| client.is_some()) {
        if Instant::now() > until {
            let why = format!("the node on {} was told to stop and still answers; look at its log", data.display());
            return Err(Failure::new(FailureCode::Busy, why));
        }
        std::thread::sleep(STOP_PAUSE);
    }
    Ok(())
}

fn usage(error: &clap::Error, given: &[OsString]) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A reader that leaves in the middle of the help is no failure.
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    let message = usage_line(error);
    let json = given.iter().take_while(|arg| *arg != "--").any(|arg| arg == "--json");
    if json {
        Output::new(true).print(&format!("{}\n", json::usage(&message)));
    }
    complain(&message);
    ExitCode::from(USAGE)
}

/// clap's message in one line, without its advice.
fn usage_line(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "what to do is missing; see --help".to_owned();
    }
    let text = error.render().to_string();
    let text = text.split("\n\nUsage:").next().unwrap_or_default();
    let text = text.split("\n\nFor more information").next().unwrap_or_default();
    text::line(text.strip_prefix("error: ").unwrap_or(text))
}

/// One line on the standard error.
fn complain(message: &str) {
    // Nobody is left to tell if this fails.
    drop(writeln!(std::io::stderr(), "communaut-node: {}", text::line(message)));
}

/// Messages of the node: warnings of a daemon, and for the rest what RUST_LOG asks for.
fn log(daemon: bool) {
    let asked = std::env::var_os("RUST_LOG").is_some();
    if daemon || asked {
        let filter = if asked { EnvFilter::from_default_env() } else { EnvFilter::new("warn") };
        // Another subscriber is there already: then it has the say.
        drop(tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init());
    }
}
