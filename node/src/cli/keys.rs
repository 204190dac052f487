//! What opens the secret keys, where it comes from, and the command `keys`.

use super::output::Output;
use crate::{
    StartError, Unlock,
    failure::{Failure, FailureCode},
    vault::{self, Protection, VaultError},
};
use clap::{ArgGroup, Args, Subcommand};
use serde_json::{Value, json};
use std::{
    fs::File,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Names a file with the passphrase, where no option does.
const VARIABLE: &str = "COMMUNAUT_PASSPHRASE_FILE";
/// The folder in which systemd hands credentials to a service.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";
/// What the passphrase is called there (`LoadCredential=communaut-passphrase:FILE`).
const CREDENTIAL: &str = "communaut-passphrase";

/// What opens the keys of a data folder, and how those that are made are kept.
#[derive(Debug, Clone, Default, Args)]
pub struct KeyArgs {
    /// The first line of FILE is the passphrase; also $COMMUNAUT_PASSPHRASE_FILE, systemd's communaut-passphrase
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// New keys are sealed under a key in the desktop's keyring
    #[arg(long, global = true)]
    pub desktop_keyring: bool,
    /// New keys are not sealed: whoever reads the data folder has them
    #[arg(long, global = true)]
    pub unsealed: bool,
}

/// The secret keys of the data folder.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// How they are kept
    #[command(after_help = STATUS)]
    Status,
    /// Keep them in another way: under a new passphrase, in the desktop's keyring, or unsealed; a running node goes on
    #[command(
        after_help = SEAL,
        group(ArgGroup::new("new").multiple(false).args(["new_passphrase_file", "desktop_keyring", "unsealed"]))
    )]
    Seal {
        /// The new passphrase is the first line of FILE; by default it is asked for at a terminal
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
}

const STATUS: &str = "JSON: {\"keys\":\"passphrase\",\"argon2id\":{\"memory_kib\":n,\"passes\":n,\"lanes\":n}}, \
    {\"keys\":\"desktop\"} or {\"keys\":\"unsealed\"}";
const SEAL: &str = "\
The old passphrase comes as for all commands; --desktop-keyring and --unsealed say how the keys are kept from now on. \
Copies that were made of the folder before still open as they did then.
JSON: as of `keys status`";

impl KeyArgs {
    /// What opens the keys of a folder, or protects them where there are none. Asks for it at a terminal if need be.
    pub fn unlock(&self, data: &Path) -> Result<Unlock, Failure> {
        match vault::protection(data).map_err(|why| failed(data, why))? {
            None => self.choice(),
            Some(there) => {
                self.agree(data, there)?;
                match there {
                    Protection::Desktop | Protection::Unsealed => Ok(Unlock::Nothing),
                    Protection::Passphrase(_) => match self.passphrase()? {
                        None if at_terminal() => ask("Passphrase: ").map(Unlock::Passphrase),
                        // The node says what is lacking.
                        given => Ok(given.map_or(Unlock::Nothing, Unlock::Passphrase)),
                    },
                }
            }
        }
    }

    /// Refuse options that would seem to change how keys are kept.
    pub fn agree(&self, data: &Path, there: Protection) -> Result<(), Failure> {
        let at_odds = match there {
            Protection::Passphrase(_) => self.desktop_keyring || self.unsealed,
            Protection::Desktop => self.passphrase_file.is_some() || self.unsealed,
            Protection::Unsealed => self.passphrase_file.is_some() || self.desktop_keyring,
        };
        if !at_odds {
            return Ok(());
        }
        let why = format!(
            "the keys of the data folder {} are kept already, {}; leave that option away, or change it with \
             `communaut-node keys seal`",
            data.display(),
            words(there)
        );
        Err(Failure::invalid(why))
    }

    /// How new keys are to be protected.
    fn choice(&self) -> Result<Unlock, Failure> {
        match (&self.passphrase_file, self.desktop_keyring, self.unsealed) {
            (None, true, false) => Ok(Unlock::Desktop),
            (None, false, true) => Ok(Unlock::Unsealed),
            (_, false, false) => match self.passphrase()? {
                None if at_terminal() => ask_twice().map(Unlock::Passphrase),
                given => Ok(given.map_or(Unlock::Nothing, Unlock::Passphrase)),
            },
            _ => Err(Failure::invalid("give one of --passphrase-file, --desktop-keyring and --unsealed")),
        }
    }

    /// The passphrase, from wherever a file of it is named.
    fn passphrase(&self) -> Result<Option<Zeroizing<String>>, Failure> {
        if let Some(file) = &self.passphrase_file {
            return read(file).map(Some);
        }
        if let Some(file) = std::env::var_os(VARIABLE).filter(|file| !file.is_empty()) {
            return read(Path::new(&file)).map(Some);
        }
        let credential = std::env::var_os(CREDENTIALS).map(|folder| Path::new(&folder).join(CREDENTIAL));
        credential.filter(|file| file.is_file()).map(|file| read(&file)).transpose()
    }

    /// The passphrase under which a backup is to be sealed, if its folder opens on this desktop alone.
    pub fn of_backup(&mut self, data: &Path) -> Result<Option<Zeroizing<String>>, Failure> {
        if vault::protection(data).map_err(|why| failed(data, why))? != Some(Protection::Desktop) {
            return Ok(None);
        }
        let passphrase = match self.passphrase()? {
            None if at_terminal() => ask_twice()?,
            None => {
                let why = "the keys are in this desktop's keyring, which a backup cannot hold: give the passphrase \
                           under which the backup is to be sealed, with --passphrase-file FILE";
                return Err(Failure::invalid(why));
            }
            Some(given) => given,
        };
        vault::fit(&passphrase).map_err(|why| Failure::invalid(why.to_string()))?;
        // It is the backup's and not the folder's.
        self.passphrase_file = None;
        Ok(Some(passphrase))
    }
}

/// Seal a fresh backup under its passphrase.
pub fn seal_backup(backup: &Path, passphrase: Zeroizing<String>) -> Result<(), Failure> {
    vault::seal(backup, &Unlock::Desktop, &Unlock::Passphrase(passphrase)).map_err(|why| {
        let why = format!(
            "the backup {} is not sealed under its passphrase, and opens on this desktop alone: {why}; take another \
             one",
            backup.display()
        );
        Failure::new(FailureCode::Io, why)
    })
}

/// `keys`.
pub fn run(data: &Path, given: &KeyArgs, command: KeysCommand, out: &mut Output) -> Result<(), Failure> {
    of(data)?;
    if let KeysCommand::Seal { new_passphrase_file } = command {
        // --desktop-keyring and --unsealed say here what is to be.
        let old = KeyArgs { desktop_keyring: false, unsealed: false, ..given.clone() }.unlock(data)?;
        // A passphrase that is wrong is said before a new one is asked for.
        vault::try_open(data, &old).map_err(|why| failed(data, why))?;
        let new = match (given.desktop_keyring, given.unsealed, new_passphrase_file) {
            (false, false, Some(file)) => Unlock::Passphrase(read(&file)?),
            (true, false, None) => Unlock::Desktop,
            (false, true, None) => Unlock::Unsealed,
            (false, false, None) if at_terminal() => Unlock::Passphrase(ask_twice()?),
            (false, false, None) => {
                let why =
                    "say how the keys are to be kept: --new-passphrase-file FILE, --desktop-keyring or --unsealed";
                return Err(Failure::invalid(why));
            }
            _ => {
                return Err(Failure::invalid("give one of --new-passphrase-file, --desktop-keyring and --unsealed"));
            }
        };
        vault::seal(data, &old, &new).map_err(|why| failed(data, why))?;
    }
    let now = of(data)?;
    let line = if out.json() { json(now).to_string() } else { words(now) };
    out.print(&format!("{line}\n"));
    Ok(())
}

/// How the keys of a folder are kept, which has some.
pub fn of(data: &Path) -> Result<Protection, Failure> {
    vault::protection(data).map_err(|why| failed(data, why))?.ok_or_else(|| none(data))
}

/// There are no keys to open.
pub fn none(data: &Path) -> Failure {
    let why = format!(
        "{} is no data folder; make an identity in it with `communaut-node init`, or give another with --data",
        data.display()
    );
    Failure::new(FailureCode::NoIdentity, why)
}

/// For a person, without a line break.
pub fn words(keys: Protection) -> String {
    match keys {
        Protection::Passphrase(costs) => {
            format!("sealed under a passphrase (Argon2id: {} MiB, {} passes)", costs.memory_kib / 1_024, costs.passes)
        }
        Protection::Desktop => "sealed under a key in the desktop's keyring".to_owned(),
        Protection::Unsealed => "unsealed: whoever reads the data folder has them".to_owned(),
    }
}

/// For a program.
pub fn json(keys: Protection) -> Value {
    match keys {
        Protection::Passphrase(costs) => json!({ "keys": "passphrase", "argon2id": costs }),
        Protection::Desktop => json!({ "keys": "desktop" }),
        Protection::Unsealed => json!({ "keys": "unsealed" }),
    }
}

/// Why a folder was not opened.
pub fn failed(data: &Path, why: VaultError) -> Failure {
    start_failed(&StartError::Vault { path: data.to_owned(), why })
}

/// Why a node did not start.
pub fn start_failed(error: &StartError) -> Failure {
    let code = match error {
        StartError::Vault { why: VaultError::Io(_) | VaultError::Damaged(_) | VaultError::Desktop(_), .. } => {
            FailureCode::Io
        }
        StartError::Vault { .. } => FailureCode::Invalid,
        _ => FailureCode::Io,
    };
    Failure::new(code, error.to_string())
}

fn read(file: &Path) -> Result<Zeroizing<String>, Failure> {
    File::open(file).and_then(vault::first_line).map_err(|error| {
        Failure::new(FailureCode::Io, format!("the passphrase in {} cannot be read: {error}", file.display()))
    })
}

/// Whether somebody can be asked.
fn at_terminal() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
    typed.map_err(|error| Failure::new(FailureCode::Io, format!("no passphrase can be read at this terminal: {error}")))
}

fn ask_twice() -> Result<Zeroizing<String>, Failure> {
    let first = ask("New passphrase: ")?;
    vault::fit(&first).map_err(|why| Failure::invalid(why.to_string()))?;
    if ask("The same again: ")? == first {
        Ok(first)
    } else {
        Err(Failure::invalid("the two passphrases are not the same; nothing was done"))
    }
}
