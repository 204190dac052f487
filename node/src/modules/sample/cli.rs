//! `sample`.

use super::{MakeSample, RemoveSample, SampleRemoved};
use crate::{
    cli::{
        print::Prints,
        session::{Session, locale},
        shared::{SpotArgs, WRITTEN},
    },
    failure::Failure,
};
use clap::Subcommand;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// A sample.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// A small village to try things with, marked as a sample
    #[command(subcommand)]
    Sample(Word),
}

/// What becomes of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Word {
    /// Make it: an organisation, events, posts and a question to vote on, at home or where you say
    #[command(after_help = WRITTEN)]
    Make {
        #[command(flatten)]
        spot: SpotArgs,
        /// Its language, fr or en; by default the system's
        #[arg(long, value_name = "CODE")]
        language: Option<String>,
    },
    /// Throw it away: everything of yours that is marked as a sample is taken back and erased
    #[command(after_help = "At most 200 things at a time. JSON: {\"removed\":n,\"left\":n}")]
    Remove,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Sample(word) = self;
        Ok(match word {
            Word::Make { spot, language } => {
                let near = spot.spot().map(|spot| session.position(spot)).transpose()?;
                let language = language.unwrap_or_else(|| locale().chars().take(2).collect());
                let zone = TimeZone::system().iana_name().unwrap_or_default().to_owned();
                Box::new(session.ask(MakeSample { near, language, zone })?)
            }
            Word::Remove => Box::new(session.ask(RemoveSample)?),
        })
    }
}

impl Prints for SampleRemoved {
    fn text(&self) -> String {
        let Self { removed, left } = self;
        match left {
            0 => format!("{removed} things of the sample are removed\n"),
            _ => format!("{removed} things of the sample are removed, {left} are left: give the command again\n"),
        }
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
