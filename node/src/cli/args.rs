//! The arguments, as clap reads them: what all commands share. Those of a capability stand with it, in `modules`.

use super::{
    keys::{KeyArgs, KeysCommand},
    parse::{self, Territory},
    print::Prints,
    session::Session,
    shared::WRITTEN,
};
use crate::{
    failure::Failure,
    modules::{
        address, agenda, bookmark, bundle, calendar, chat, claim, communities, element, erasure, export, facts, feed,
        governance, identity, import, link, marks, node, post, pruning, reminders, same, sample, saved, search,
        territory, timeline, vocabulary,
    },
};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

const AFTER: &str = "\
Exit codes: 0 done; 1 refused or failed; 2 wrong usage.
Errors are one line on stderr. With --json an object stands on stdout as well:
  {\"error\":{\"code\":…,\"message\":…,\"rule\":…}}
with code one of invalid, not_found, not_allowed, no_identity, already_initialised, io, busy, stopped, internal,
usage, and rule the name of the numbered rule that forbids it, or null.

A command on a data folder that a running node (`run`, or the window) holds goes to that node; otherwise the
command opens the folder itself. Ids may be shortened to their first characters (4, and 8 for territories), as
long as only one begins so.";

/// A Communaut node: import, search, publish, vote; or run one.
#[derive(Debug, Parser)]
#[command(name = "communaut-node", version, after_help = AFTER, max_term_width = 110)]
pub struct Cli {
    /// The data folder; by default the user's data folder of this system
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    #[command(flatten)]
    pub keys: KeyArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    Identity(identity::cli::Args),
    /// Run a node until it is stopped (SIGINT, SIGTERM, `stop`)
    #[command(after_help = RUN)]
    Run(Run),
    #[command(flatten)]
    Node(node::cli::Args),
    #[command(flatten)]
    Territory(territory::cli::Args),
    #[command(flatten)]
    Import(import::cli::Args),
    #[command(flatten)]
    Export(export::cli::Args),
    #[command(flatten)]
    Calendar(calendar::cli::Args),
    #[command(flatten)]
    Bundle(bundle::cli::Args),
    #[command(flatten)]
    Search(search::cli::Args),
    #[command(flatten)]
    Saved(saved::cli::Args),
    #[command(flatten)]
    Element(element::cli::Args),
    /// Write a post, an element or an event
    #[command(subcommand, after_help = WRITTEN)]
    Publish(Publish),
    #[command(flatten)]
    Agenda(agenda::cli::Args),
    #[command(flatten)]
    Vocabulary(vocabulary::cli::Args),
    #[command(flatten)]
    Feed(feed::Args),
    #[command(flatten)]
    Address(address::Args),
    #[command(flatten)]
    Post(post::cli::Args),
    #[command(flatten)]
    Chat(chat::cli::Args),
    #[command(flatten)]
    Timeline(timeline::cli::Args),
    #[command(flatten)]
    Marks(marks::cli::Args),
    #[command(flatten)]
    Bookmark(bookmark::Args),
    #[command(flatten)]
    Facts(facts::cli::Args),
    #[command(flatten)]
    Same(same::cli::Args),
    #[command(flatten)]
    Sample(sample::cli::Args),
    #[command(flatten)]
    Claim(claim::cli::Args),
    #[command(flatten)]
    Reminders(reminders::cli::Args),
    #[command(flatten)]
    Link(link::cli::Args),
    #[command(flatten)]
    Governance(governance::cli::Args),
    #[command(flatten)]
    Communities(communities::cli::Args),
    #[command(flatten)]
    Erasure(erasure::cli::Args),
    #[command(flatten)]
    Pruning(pruning::cli::Args),
    /// Your secret keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make the data folder from a backup, here or on another machine, beside the original or instead of it
    #[command(after_help = "What was written since comes back from other nodes. JSON: as of `identity show`")]
    Restore {
        /// The backup
        folder: PathBuf,
    },
    /// Look at every entry of the store; of a damaged one, keep what can be read in a fresh one
    #[command(
        after_help = "Nothing is changed where all can be read. Otherwise the damaged store stays beside the fresh \
        one, under another name; what was lost comes\n\
        back from other nodes, and this node goes on in new logs. Where nothing opened at all, territories have to be \
        followed again.\n\n\
        JSON: {\"damaged\":false} or {\"damaged\":true,\"entries\":n,\"without_payload\":n,\"left_out\":n,\
        \"aside\":path}"
    )]
    Fsck,
}

impl Command {
    /// Run one on a node.
    pub fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        match self {
            Self::Node(args) => args.run(session),
            Self::Identity(args) => args.run(session),
            Self::Communities(args) => args.run(session),
            Self::Element(args) => args.run(session),
            Self::Bookmark(args) => args.run(session),
            Self::Chat(args) => args.run(session),
            Self::Timeline(args) => args.run(session),
            Self::Marks(args) => args.run(session),
            Self::Facts(args) => args.run(session),
            Self::Same(args) => args.run(session),
            Self::Sample(args) => args.run(session),
            Self::Claim(args) => args.run(session),
            Self::Reminders(args) => args.run(session),
            Self::Link(args) => args.run(session),
            Self::Vocabulary(args) => args.run(session),
            Self::Feed(args) => args.run(session),
            Self::Address(args) => args.run(session),
            Self::Post(args) => args.run(session),
            Self::Erasure(args) => args.run(session),
            Self::Pruning(args) => args.run(session),
            Self::Governance(args) => args.run(session),
            Self::Territory(args) => args.run(session),
            Self::Agenda(args) => args.run(session),
            Self::Search(args) => args.run(session),
            Self::Saved(args) => args.run(session),
            Self::Import(args) => args.run(session),
            Self::Export(args) => args.run(session),
            Self::Calendar(args) => args.run(session),
            Self::Bundle(args) => args.run(session),
            Self::Publish(Publish::Post(publish)) => publish.run(session),
            Self::Publish(Publish::Element(publish)) => publish.run(session),
            // Its files lie there already (see `restore`): whose they are shows that they open.
            Self::Restore { .. } => Ok(Box::new(session.me()?)),
            Self::Run(_) | Self::Fsck | Self::Keys(_) => Err(Failure::internal("this is not a command for a node")),
        }
    }
}

const RUN: &str = "\
JSON: one object a line: {\"event\":\"starting\",\"data\",\"peer\"}, {\"event\":\"listening\",\"address\"} for each \
address,
{\"event\":\"ready\"} once everything held is shown and all addresses listen, {\"event\":\"following\",\
\"territory\":{…}} for each
--territory, {\"event\":\"stopped\"}.";

/// How the node reaches others.
#[derive(Debug, Args)]
pub struct Run {
    /// Listen at this multiaddr, e.g. /ip4/0.0.0.0/tcp/4001; by default everywhere, TCP and QUIC, free ports
    #[arg(long, value_name = "MULTIADDR")]
    pub listen: Vec<String>,
    /// Stay connected with this peer
    #[arg(long, value_name = "MULTIADDR")]
    pub peer: Vec<String>,
    /// Follow this territory (see `territory follow --help`)
    #[arg(long, value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
    pub territory: Vec<Territory>,
    /// Do not look for peers on the local network
    #[arg(long)]
    pub no_mdns: bool,
    /// Take nothing from strangers any more once the store has so many megabytes; 2000 by default
    #[arg(long, value_name = "MB")]
    pub store_max: Option<u64>,
}

/// What is written.
#[derive(Debug, Subcommand)]
pub enum Publish {
    #[command(flatten)]
    Post(post::cli::Publish),
    #[command(flatten)]
    Element(element::cli::Publish),
}
