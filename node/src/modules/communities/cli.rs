//! `invitations`, `join`, `seed` and `seeds`.

use super::{AcceptSeed, Invitation, Invitations, Join, Seed, SeedRequest, Seeds};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{named, short, table},
    },
    failure::Failure,
};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const INVITED: &str = "\
Somebody makes a closed community with `publish element --kind organisation --closed`, and invites with
`role COMMUNITY PERSON member`. JSON: {\"invitations\":[{\"community\",\"from\",\"from_name\",\"entry\"}]}";
const SEED: &str = "\
DEVICE is the key that `identity show` says on the box. The box's owner then sees the request in `seeds list`, and \
nothing
is kept before they accept it. Who is removed keeps what is there, and is let in no longer when the next key is made: \
at once,
unless the last one was made within a day. JSON: {\"element\":id or null,\"entries\":[id]}";

/// Closed communities.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Invitations into closed communities that wait for an answer
    #[command(after_help = INVITED)]
    Invitations,
    /// Belong to a closed community to which you were invited, on all your devices
    #[command(after_help = "JSON: {\"done\":true}")]
    Join {
        /// The community, as `invitations` says
        community: String,
    },
    /// Let a box keep a closed community without reading it, or no longer
    #[command(after_help = SEED)]
    Seed {
        /// The community
        community: String,
        /// From now on, or no longer
        what: SeedArg,
        /// The key of the box's device, or its first characters
        device: String,
    },
    /// On a box: closed communities that others ask it to keep
    #[command(subcommand)]
    Seeds(SeedsCommand),
}

/// What a box does.
#[derive(Debug, Subcommand)]
pub(crate) enum SeedsCommand {
    /// What others ask
    #[command(after_help = "JSON: {\"seeds\":[{\"entry\",\"from\",\"from_name\",\"accepted\":bool}]}")]
    List,
    /// Keep one of them: its entries are stored and passed on to its members, and cannot be read
    #[command(after_help = "JSON: {\"done\":true}")]
    Accept {
        /// The request, as `seeds list` says
        request: String,
    },
}

/// From now on, or no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SeedArg {
    Add,
    Remove,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Invitations => Box::new(session.ask(Invitations)?),
            Self::Join { community } => Box::new(session.ask(Join { community })?),
            Self::Seed { community, what, device } => {
                let community = session.element(&community)?;
                Box::new(session.ask(Seed { community, device, on: what == SeedArg::Add })?)
            }
            Self::Seeds(SeedsCommand::List) => Box::new(session.ask(Seeds)?),
            Self::Seeds(SeedsCommand::Accept { request }) => Box::new(session.ask(AcceptSeed { request })?),
        })
    }
}

impl Prints for Vec<Invitation> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nobody has invited you\n".to_owned();
        }
        let row = |one: &Invitation| vec![short(&one.community), format!("from {}", named(&one.from_name, one.from))];
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "invitations": self })
    }
}

impl Prints for Vec<SeedRequest> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nobody asks this node to keep a closed community\n".to_owned();
        }
        let row = |request: &SeedRequest| {
            let state = if request.accepted { "kept" } else { "asked" };
            vec![short(&request.entry), format!("from {}", named(&request.from_name, request.from)), state.to_owned()]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "seeds": self })
    }
}
