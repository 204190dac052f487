//! Closed communities: invitations, and boxes that keep one without reading it.

use super::{
    roles::name,
    session::Session,
    text::{short, table},
};
use crate::api::{self, Command, Failure, Outcome, SeedRequest};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const INVITED: &str = "\
Somebody makes a closed community with `publish element --kind organisation --closed`, and invites with
`role COMMUNITY PERSON member`. JSON: {\"invitations\":[{\"community\",\"from\",\"from_name\",\"entry\"}]}";
const SEED: &str = "\
DEVICE is the key that `identity show` says on the box. The box's owner then sees the request in `seeds list`, and nothing
is kept before they accept it. Who is removed keeps what is there, and is let in no longer when the next key is made: at once,
unless the last one was made within a day. JSON: {\"element\":id or null,\"entries\":[id]}";

/// Closed communities.
#[derive(Debug, Subcommand)]
pub enum ClosedCommand {
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
pub enum SeedsCommand {
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
pub enum SeedArg {
    Add,
    Remove,
}

/// Run one.
pub fn run(session: &mut Session, command: ClosedCommand) -> Result<Outcome, Failure> {
    session_command(session, command).and_then(|command| session.call(command))
}

fn session_command(session: &mut Session, command: ClosedCommand) -> Result<Command, Failure> {
    Ok(match command {
        ClosedCommand::Invitations => Command::Invitations(api::Invitations),
        ClosedCommand::Join { community } => Command::Join(api::Join { community }),
        ClosedCommand::Seed { community, what, device } => {
            Command::Seed(api::Seed { community: session.element(&community)?, device, on: what == SeedArg::Add })
        }
        ClosedCommand::Seeds(SeedsCommand::List) => Command::Seeds(api::Seeds),
        ClosedCommand::Seeds(SeedsCommand::Accept { request }) => Command::AcceptSeed(api::AcceptSeed { request }),
    })
}

/// Requests, as text.
pub fn seeds_text(all: &[SeedRequest]) -> String {
    if all.is_empty() {
        return "nobody asks this node to keep a closed community\n".to_owned();
    }
    let row = |request: &SeedRequest| {
        let state = if request.accepted { "kept" } else { "asked" };
        vec![short(&request.entry), format!("from {}", name(&request.from_name, request.from)), state.to_owned()]
    };
    table(all.iter().map(row).collect())
}

/// The same as JSON.
pub fn seeds_json(all: &[SeedRequest]) -> Value {
    json!({ "seeds": all })
}
