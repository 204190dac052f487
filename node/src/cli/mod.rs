//! The command line: `communaut-node`.
//!
//! * `args`: what can be typed; `parse`, `time`: places, distances, dates
//! * `keys`: what opens the secret keys; `session`: the node that a command goes to
//! * `commands`, `identity`, `closed`, `run`: what each does
//! * `json`, `text`: what is printed

mod args;
mod choices;
mod closed;
mod commands;
mod fsck;
mod identity;
mod json;
mod keys;
mod output;
mod parse;
mod prune;
pub(crate) mod restore;
mod roles;
mod run;
mod session;
#[cfg(test)]
mod tests;
mod text;
mod time;

use crate::{
    api::{Failure, FailureCode, NodeStatus, Outcome},
    ipc,
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
        Command::Stop | Command::Dial { .. } => Session::reach(&data)?,
        Command::Restore { folder } => {
            let unlock = restore::restore(folder, &data, &given)?;
            Session::open(&data, false, false, Opener::Known(unlock))?
        }
        Command::Identity(command) if identity::begins(command) => {
            Session::open(&data, true, true, Opener::Given(given))?
        }
        other => {
            if let Command::Backup { folder } = other {
                of_backup = given.of_backup(&data)?.map(|passphrase| (folder.clone(), passphrase));
            }
            Session::open(&data, matches!(other, Command::Init(_)), false, Opener::Given(given))?
        }
    };
    let stop = matches!(command, Command::Stop);
    let label = label(&command);
    let file = if let Command::Import(import) = &command { import.file.clone() } else { PathBuf::new() };
    let outcome = commands::run(&mut session, command);
    let closed = session.close();
    let outcome = outcome?;
    closed?;
    if let Some((backup, passphrase)) = of_backup {
        keys::seal_backup(&backup, passphrase)?;
    }
    if stop {
        gone(&data)?;
    }
    let printed = match (&outcome, out.json()) {
        // How keys are kept is read here, where the folder lies: it can change while a node runs.
        (Outcome::Status(NodeStatus { version, phase, network, store }), true) => {
            let mut value = json::status(version, *phase, network, store);
            value["keys"] = keys::of(&data).map(|keys| keys::json(keys)["keys"].take()).unwrap_or_default();
            format!("{value}\n")
        }
        (Outcome::Status(NodeStatus { version, phase, network, store }), false) => {
            let keys = keys::of(&data).map_or_else(|failure| failure.message, keys::words);
            text::status(version, *phase, network, store, keys)
        }
        (outcome, true) => format!("{}\n", json::outcome(outcome)),
        (outcome, false) => text::outcome(outcome, label),
    };
    out.print(&printed);
    match outcome {
        Outcome::Imported(report) => match report.error {
            Some(why) => Err(Broken::Off(Failure::new(FailureCode::Io, broke_off(&file, &why)))),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The file is named once.
fn broke_off(file: &Path, why: &str) -> String {
    let file = file.display().to_string();
    if why.contains(&file) { why.to_owned() } else { format!("{file}: {why}") }
}

/// What an entry that was written is called.
fn label(command: &Command) -> Option<&'static str> {
    match command {
        Command::Publish(args::Publish::Post(_)) => Some("post"),
        Command::Propose(_) => Some("proposal"),
        Command::Vote { .. } => Some("ballot"),
        Command::Link { .. } => Some("link"),
        Command::React { .. } => Some("reaction"),
        Command::Role { .. } => Some("role"),
        _ => None,
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
