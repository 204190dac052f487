//! Identity: devices in and out, the recovery phrase, friends' shares. What can be typed,
//! what it does, what is printed.

use super::{Contested, Identity, IdentityInfo, SetProfile};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        shared::{SpotArgs, WRITTEN, no_place, standard_input},
        text::{at, facts, line, moment, short},
        time::{self, Moment},
    },
    failure::{Failure, FailureCode},
    modules::{
        devices::{DeviceCode, DeviceInfo, DeviceJoin, DeviceOut, ShowDeviceCode},
        identity::PhraseState,
        recovery::{
            ConfirmPhrase, Decide, DecidingPhrase, FriendShares, Phrase, PhraseWords, RecoverRequest, Recovered, Shares,
        },
    },
};
use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use communaut_protocol::{DeviceId, EntryId, IdentityId};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long to wait for an identity's log before `recover` gives up.
const RECOVER_WAIT: Duration = Duration::from_secs(30);
/// Between two tries.
const RECOVER_PAUSE: Duration = Duration::from_millis(250);

const IDENTITY: &str = "JSON: {\"id\",\"name\",\"about\",\"home\":{\"lat\",\"lon\"},\"devices\":[{\"id\",\
    \"did\",\"label\",\"this\":bool,\"out\":bool}],\"frozen\":bool,\"contested\":[{\"entry\",\"device\",\
    \"this\":bool}],\"deciding\":null or as phrase,\"speaks\":bool,\"phrase\":\"unconfirmed\" or \
    \"confirmed\",\"acts\":[{\"entry\",\"by\",\"what\":\"inception\", \"in\", \"out\" or \"recovery\",\
    \"devices\":[…],\"previous\",\"counts\":bool}]}";
const PHRASE: &str = "\
Whoever has these 24 words can become you on a new machine and take all your devices out. Write them on paper, check
them with --check, and this device forgets them. JSON: {\"words\":[24 words]}; with --check as of `identity show`.";
const DECIDE: &str = "\
Two recoveries by one phrase freeze each other: neither counts, and it is as before them. Where the identity was made
with --deciding, a second phrase says which counts; it is read from the standard input. `identity show` names the
recoveries. Said beforehand of the one that counts, no other can freeze it. JSON: as of `identity show`.";
const RECOVER: &str = "\
The phrase, or shares of it one a line, are read from the standard input. The data folder is a new one; a node that
holds your identity's log must be connected (`run --peer …`, `run --territory …`). All other devices go out; what they
wrote and this node holds stays. Keys to what was private come back as far as their entries are held: run it again
when more has come. JSON: {\"identity\":{…},\"out\":n,\"keys\":n}";

/// Identity.
#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// Your id, your name and your devices
    #[command(after_help = IDENTITY)]
    Show,
    /// Your devices: bring one in, take one out
    #[command(subcommand)]
    Device(DeviceCommand),
    /// The recovery phrase, until you have written it down
    #[command(after_help = PHRASE)]
    Phrase {
        /// In French words
        #[arg(long)]
        french: bool,
        /// Read what you wrote down from the standard input; if it is right, this device forgets the phrase
        #[arg(long)]
        check: bool,
        /// The other phrase, which decides between recoveries, if there is one
        #[arg(long)]
        deciding: bool,
    },
    /// Say which of several recoveries counts, by the phrase that decides
    #[command(after_help = DECIDE)]
    Decide {
        /// The recovery
        #[arg(value_name = "ACT")]
        recovery: EntryId,
    },
    /// Become yourself on this device, by the recovery phrase or by shares of it
    #[command(after_help = RECOVER)]
    Recover(Recover),
    /// Shares of the recovery phrase for friends, some of which recover you
    #[command(after_help = "The phrase is read from the standard input, unless this device still holds it. JSON: \
        {\"shares\":[text]}")]
    Shares {
        /// How many shares are enough
        #[arg(long, value_name = "K")]
        any: u8,
        /// How many there are
        #[arg(long, value_name = "N")]
        of: u8,
    },
}

/// Devices.
#[derive(Debug, Subcommand)]
pub(crate) enum DeviceCommand {
    /// A code by which one other device comes in; the node has to be running
    #[command(after_help = "JSON: {\"code\",\"until_ms\"}")]
    Add,
    /// On the other device: come in by the code, into a new data folder
    #[command(after_help = IDENTITY)]
    Join {
        /// The code that the first device shows
        code: String,
        /// What to call this device; anyone can read it
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Take a device out for good; what it wrote stays as far as it is held here, and nothing
    /// that it writes later counts
    #[command(after_help = IDENTITY)]
    Out {
        /// The device's key, or its first characters
        device: String,
        /// Accept only what says to be no later than this: 2026-03-28T14:00, or a day. A thief can write any date
        #[arg(long, value_name = "TIME", value_parser = time::moment)]
        until: Option<Moment>,
    },
    /// Your devices
    #[command(after_help = IDENTITY)]
    List,
}

/// How to recover.
#[derive(Debug, ClapArgs)]
pub(crate) struct Recover {
    /// Whose identity; by default the one held here that the phrase fits
    #[arg(long, value_name = "ID")]
    pub id: Option<IdentityId>,
    /// What to call this device; anyone can read it
    #[arg(long, default_value = "")]
    pub label: String,
    /// Go on from this act of the identity's log instead of where it stands
    #[arg(long, value_name = "ACT")]
    pub after: Option<EntryId>,
    /// Of what your other devices wrote accept only what says to be no later than this: 2026-03-28T14:00, or a day
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    pub until: Option<Moment>,
    /// Accept nothing of this device: it was stolen, and never yours to write with
    #[arg(long, value_name = "DEVICE")]
    pub reject: Vec<DeviceId>,
}

/// Whether a command makes the data folder, and needs the network where no node runs.
pub(crate) fn begins(command: &IdentityCommand) -> bool {
    matches!(command, IdentityCommand::Device(DeviceCommand::Join { .. }) | IdentityCommand::Recover(_))
}

/// Who you are.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Make your identity in the data folder
    #[command(group(ArgGroup::new("home").required(true).args(["at", "place"])))]
    Init(Init),
    /// Who you are: your devices, your recovery phrase
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Your card
    #[command(subcommand)]
    Profile(ProfileCommand),
}

/// Who and where.
#[derive(Debug, ClapArgs)]
#[command(after_help = IDENTITY)]
pub(crate) struct Init {
    /// How you want to be called
    #[arg(long)]
    pub name: String,
    /// A few lines about you
    #[arg(long, default_value = "")]
    pub about: String,
    #[command(flatten)]
    pub spot: SpotArgs,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
    /// With a second phrase, for another place than the first: it decides if somebody who has found the first recovers
    /// you beside you. It cannot be added later
    #[arg(long)]
    pub deciding: bool,
}

/// Profile.
#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Change your name, or the text about you
    #[command(after_help = WRITTEN, group(ArgGroup::new("what").required(true).multiple(true).args(["name", "about"])))]
    Set {
        /// How you want to be called
        #[arg(long)]
        name: Option<String>,
        /// A few lines about you
        #[arg(long)]
        about: Option<String>,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let command = match self {
            Self::Init(init) => {
                let home = session.position(init.spot.spot().ok_or_else(no_place)?)?;
                let Init { name, about, sample, deciding, .. } = init;
                return Ok(Box::new(session.ask(super::Init { name, about, home, sample, deciding })?));
            }
            Self::Profile(ProfileCommand::Set { name, about }) => {
                let me = session.me()?;
                let (name, about) = (name.unwrap_or(me.name), about.unwrap_or(me.about));
                return Ok(Box::new(session.ask(SetProfile { name, about })?));
            }
            Self::Identity(command) => command,
        };
        Ok(match command {
            IdentityCommand::Show | IdentityCommand::Device(DeviceCommand::List) => Box::new(session.ask(Identity)?),
            IdentityCommand::Device(DeviceCommand::Add) => Box::new(session.ask(ShowDeviceCode)?),
            IdentityCommand::Device(DeviceCommand::Join { code, label }) => {
                Box::new(session.ask(DeviceJoin { code, label })?)
            }
            IdentityCommand::Device(DeviceCommand::Out { device, until }) => {
                let until_ms = moment_ms(until.as_ref())?;
                Box::new(session.ask(DeviceOut { device, until_ms })?)
            }
            IdentityCommand::Phrase { french, check: false, deciding: true } => {
                Box::new(session.ask(DecidingPhrase { french })?)
            }
            IdentityCommand::Phrase { french, check: false, .. } => Box::new(session.ask(Phrase { french })?),
            IdentityCommand::Decide { recovery } => {
                Box::new(session.ask(Decide { words: standard_input()?, recovery })?)
            }
            IdentityCommand::Phrase { check: true, .. } => {
                Box::new(session.ask(ConfirmPhrase { words: standard_input()? })?)
            }
            IdentityCommand::Shares { any, of } => {
                let here = session.me()?.phrase == PhraseState::Unconfirmed;
                let words = if here { None } else { Some(standard_input()?) };
                Box::new(session.ask(Shares { words, threshold: any, count: of })?)
            }
            IdentityCommand::Recover(recover) => Box::new(recover.run(session)?),
        })
    }
}

impl Recover {
    fn run(self, session: &mut Session) -> Result<Box<Recovered>, Failure> {
        let Self { id, label, after, until, reject } = self;
        let (secret, until_ms) = (standard_input()?, moment_ms(until.as_ref())?);
        let request = RecoverRequest { secret, identity: id, label, after, until_ms, reject };
        // The identity's log may still be on its way.
        let until = Instant::now() + RECOVER_WAIT;
        loop {
            match session.ask(request.clone()) {
                Err(failure) if failure.code == FailureCode::NotFound && Instant::now() < until => {
                    std::thread::sleep(RECOVER_PAUSE);
                }
                answer => return answer,
            }
        }
    }
}

/// A moment in the system's zone.
fn moment_ms(moment: Option<&Moment>) -> Result<Option<u64>, Failure> {
    let ms = moment.map(|moment| time::system().end(moment)).transpose();
    let ms = ms.map_err(|why| Failure::invalid(format!("--until: {why}")))?;
    Ok(ms.map(|ms| u64::try_from(ms).unwrap_or(0)))
}

impl Prints for IdentityInfo {
    fn text(&self) -> String {
        let info = self;
        let named = |device: &DeviceInfo| {
            let label = line(&device.label);
            let key = short(&device.id);
            let called = if label.is_empty() { key } else { format!("{label} ({key})") };
            if device.this { format!("{called}, this one") } else { called }
        };
        let list = |out: bool| {
            let those: Vec<String> = info.devices.iter().filter(|device| device.out == out).map(named).collect();
            those.join("; ")
        };
        let mut rows = vec![
            ("name", line(&info.name)),
            ("id", info.id.to_string()),
            ("about", line(&info.about)),
            ("home", at(info.home)),
            ("devices", list(false)),
            ("taken out", list(true)),
            (
                "did:key",
                info.devices.iter().find(|device| device.this).map(|device| device.did.clone()).unwrap_or_default(),
            ),
        ];
        if info.phrase == PhraseState::Unconfirmed {
            rows.push(("phrase", "not written down yet: see `communaut-node identity phrase`".to_owned()));
        }
        if info.deciding == Some(PhraseState::Unconfirmed) {
            let why = "not written down yet: see `communaut-node identity phrase --deciding`";
            rows.push(("deciding phrase", why.to_owned()));
        }
        if !info.contested.is_empty() {
            rows.push(("recovery frozen", contested(info)));
        }
        if info.frozen {
            let why = "two devices have changed it at the same time; `communaut-node identity recover` decides";
            rows.push(("frozen", why.to_owned()));
        }
        if !info.speaks {
            let out = info.devices.iter().any(|device| device.this && device.out);
            let why = if out { "was taken out: nothing that it writes counts" } else { "does not speak for it now" };
            rows.push(("this device", why.to_owned()));
        }
        facts(&rows)
    }
    fn json(&self) -> Value {
        let info = self;
        json!({
            "id": info.id,
            "name": info.name,
            "about": info.about,
            "home": info.home.map(|at| json!({ "lat": at.lat(), "lon": at.lon() })),
            "devices": info.devices,
            "frozen": info.frozen,
            "contested": info.contested,
            "deciding": info.deciding,
            "speaks": info.speaks,
            "phrase": info.phrase,
            "acts": info.acts,
        })
    }
}

/// What it means that recoveries compete, and what to do.
fn contested(info: &IdentityInfo) -> String {
    let named = |one: &Contested| {
        format!("{} (device {}{})", one.entry, short(&one.device), if one.this { ", this one" } else { "" })
    };
    let acts: Vec<String> = info.contested.iter().map(named).collect();
    let what = if info.deciding.is_some() {
        "the phrase that decides says which counts: communaut-node identity decide ACT"
    } else {
        "this identity has no phrase that decides, so nobody can say which counts"
    };
    format!(
        "recovered more than once by one phrase, by {}: none of them counts, and all is as it was before; {what}",
        acts.join(" and ")
    )
}

impl Prints for PhraseWords {
    /// In lines of six words, each with its number.
    fn text(&self) -> String {
        let words = &self.words;
        let words: Vec<&str> = words.split_whitespace().collect();
        let numbered: Vec<String> =
            words.iter().enumerate().map(|(at, word)| format!("{:2} {word:<10}", at + 1)).collect();
        let lines: Vec<String> = numbered.chunks(6).map(|row| row.join(" ").trim_end().to_owned()).collect();
        format!(
            "{}\nwrite these words down on paper, then check them: communaut-node identity phrase --check\n",
            lines.join("\n")
        )
    }
    fn json(&self) -> Value {
        json!({ "words": self.words.split_whitespace().collect::<Vec<_>>() })
    }
}

impl Prints for FriendShares {
    /// Shares, one a line.
    fn text(&self) -> String {
        self.0.iter().map(|share| format!("{share}\n")).collect()
    }
    fn json(&self) -> Value {
        json!({ "shares": self.0 })
    }
}

impl Prints for DeviceCode {
    fn text(&self) -> String {
        let code = self;
        format!(
            "{}\ngood for one device until {}; type there: communaut-node identity device join CODE\n",
            code.code,
            moment(code.until_ms)
        )
    }
    fn json(&self) -> Value {
        json!(self)
    }
}

impl Prints for Box<Recovered> {
    fn text(&self) -> String {
        let recovered = self;
        let many =
            |count: u64, one: &str, more: &str| if count == 1 { one.to_owned() } else { format!("{count} {more}") };
        format!(
            "recovered; taken out: {}; keys to what was private: {}\n{}",
            many(recovered.out, "one device", "devices"),
            recovered.keys,
            recovered.identity.text()
        )
    }
    fn json(&self) -> Value {
        json!({ "identity": self.identity.json(), "out": self.out, "keys": self.keys })
    }
}
