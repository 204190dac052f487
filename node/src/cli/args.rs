//! The arguments, as clap reads them.

use super::{
    choices::{ChoiceArg, KindArg, LinkArg, ReactionArg, RoleArg, StateArg},
    closed::ClosedCommand,
    identity::{IDENTITY, IdentityCommand},
    keys::{KeyArgs, KeysCommand},
    parse::{self, Spot, Territory},
    time::{self, Moment, Zone},
};
use clap::{ArgGroup, Args, Parser, Subcommand};
use communaut_protocol::Position;
use jiff::civil::Date;
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
    /// Make your identity in the data folder
    #[command(group(ArgGroup::new("home").required(true).args(["at", "place"])))]
    Init(Init),
    /// Run a node until it is stopped (SIGINT, SIGTERM, `stop`)
    #[command(after_help = RUN)]
    Run(Run),
    /// What is held, refused and missing
    #[command(
        after_help = "JSON: {\"version\",\"phase\",\"network\":{\"peer\",\"listening\":[…],\"connected\":n,\"peers\":[…],\
        \"topics\",\"last_sync_ms\"},\"store\":{\"entries\",\"logs\",\"pending\",\"refused\":{reason:n},\
        \"forks\":[{\"cell\",\"container\",\"device\",\"epoch\",\"at\",\"since_ms\"}],\"troubles\":[{\"trouble\",\"message\",…}]},\
        \"keys\":\"passphrase\", \"desktop\" or \"unsealed\"}"
    )]
    Status,
    /// Read a file of records: .osm.pbf, GeoJSON (a collection or one a line), CSV
    #[command(
        after_help = "JSON: {\"read\":n,\"created\":n,\"updated\":n,\"unchanged\":n,\"skipped\":[{\"at\",\"why\"}]}, and \
        \"error\" with exit code 1 where the file broke off; what stood before is kept."
    )]
    Import(Import),
    /// Search what is held
    #[command(
        after_help = "JSON: {\"total\":n,\"hits\":[{…element…,\"distance_m\",\"why\"}]}; an element as in `show`."
    )]
    Search(Box<Search>),
    /// One element with its wall, its members and its proposals
    #[command(
        after_help = "JSON: {\"element\":{\"id\",\"kind\",\"name\",\"description\",\"lat\",\"lon\",\"address\",\"phone\",\"email\",\
        \"website\",\"opening_hours\",\"tags\",\"when\":{\"start\",\"end\",\"start_ms\",\"end_ms\",\"zone\"},\"parent\",\"owner\",\
        \"cell\",\"container\",\"closed\":bool,\"provenance\":{\"source\",\"id\",\"licence\"},\"sample\",\"updated_ms\"},\"owner_name\",\
        \"wall\":[post as in `posts`],\
        \"proposals\":[id],\"roles\":[{\"person\",\"role\"}]}"
    )]
    Show {
        /// The element's id, or its first characters
        id: String,
    },
    /// Write a post, an element or an event
    #[command(subcommand, after_help = WRITTEN)]
    Publish(Publish),
    /// Take an element back, visibly
    #[command(after_help = WRITTEN)]
    Retract {
        /// The element
        id: String,
    },
    /// Copy everything that is held, and the keys, into a new folder; a running node goes on meanwhile
    #[command(
        after_help = "Its keys are sealed as those of the data folder are, and opened with the same passphrase. If they are in the desktop's\n\
        keyring, the backup needs a passphrase of its own (--passphrase-file).\n\nJSON: {\"done\":true}"
    )]
    Backup {
        /// A folder that is new or empty
        folder: PathBuf,
    },
    /// Make the data folder from a backup, here or on another machine, beside the original or instead of it
    #[command(after_help = "What was written since comes back from other nodes. JSON: as of `identity show`")]
    Restore {
        /// The backup
        folder: PathBuf,
    },
    /// Look at every entry of the store; of a damaged one, keep what can be read in a fresh one
    #[command(
        after_help = "Nothing is changed where all can be read. Otherwise the damaged store stays beside the fresh one, under another name; what was lost comes\n\
        back from other nodes, and this node goes on in new logs. Where nothing opened at all, territories have to be followed again.\n\n\
        JSON: {\"damaged\":false} or {\"damaged\":true,\"entries\":n,\"without_payload\":n,\"left_out\":n,\"aside\":path}"
    )]
    Fsck,
    /// Erase a post or an element: your own for good; what others wrote, as a moderator
    #[command(
        after_help = "It is gone from this node's disk when the node stops, or at most some hours later; other nodes drop it when they next\n\
        sync. A copy that never syncs again cannot be recalled. A moderator's erasure hides at once and can be voided for 7 days.\n\n\
        JSON: {\"entries\":[id],\"erased\":n,\"own\":bool}"
    )]
    Erase {
        /// The post or element
        id: String,
        /// A few words for those who wrote it
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Take a moderator's erasure back
    #[command(after_help = WRITTEN)]
    Void {
        /// The erasure, or what it erased
        id: String,
    },
    /// React to a post with one word, or withdraw it; who wants to say more answers (`publish post --reply-to`)
    #[command(after_help = WRITTEN)]
    React {
        /// The post
        post: String,
        /// The word; none withdraws what you said
        what: ReactionArg,
    },
    /// Restate what your logs of open cells still say, and drop what stood before
    #[command(after_help = super::prune::HELP)]
    Prune,
    /// Say or unsay that you follow, attend, help… an element
    #[command(after_help = WRITTEN)]
    Link {
        /// The element
        target: String,
        /// What you are to it
        kind: LinkArg,
        /// Where it stands
        #[arg(long, default_value = "requested")]
        state: StateArg,
    },
    /// Events between two days
    #[command(after_help = "JSON: {\"events\":[{\"start\",\"end\",\"start_ms\",\"end_ms\",\"zone\",\"element\":{…}}]}")]
    Agenda(Agenda),
    /// Posts, newest first
    #[command(
        after_help = "JSON: {\"posts\":[{\"id\",\"author\",\"author_name\",\"text\",\"tags\",\"lat\",\"lon\",\"wall\",\"reply_to\",\
        \"sealed\":\"audience\" or \"content\" or null,\"sample\",\"written_ms\",\
        \"reactions\":{\"counts\":{word:n},\"people\":[{\"person\",\"name\",\"what\"}]}}]}"
    )]
    Posts {
        /// Only inside this territory: a name or an id of `territory list`
        #[arg(long, value_name = "T")]
        territory: Option<String>,
        /// The most to show
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Who holds which role in an organisation or project
    #[command(after_help = "JSON: {\"members\":[{\"person\",\"name\",\"role\",\"founder\"}]}")]
    Members {
        /// The organisation or project
        organisation: String,
    },
    /// Every act on roles and every act of moderation, in causal order, and whether it counts
    #[command(
        after_help = "JSON: {\"acts\":[{\"entry\",\"author\",\"author_name\",\"written_ms\",\"act\":{\"role\":{\"person\",\"name\",\"role\"}} or \
        {\"erase\":{\"entries\",\"reason\"}} or {\"void\":{\"erasure\"}},\"counts\"}]}"
    )]
    Audit {
        /// The organisation or project
        organisation: String,
    },
    /// Ask the members of an organisation or project
    #[command(after_help = WRITTEN)]
    Propose(Propose),
    /// Vote on a proposal, or change your vote
    #[command(after_help = WRITTEN)]
    Vote {
        /// The proposal
        proposal: String,
        /// Your choice
        choice: ChoiceArg,
    },
    /// Count and certify, as the proposal's teller
    #[command(after_help = PROPOSAL)]
    Close {
        /// The proposal
        proposal: String,
    },
    /// A proposal and where it stands
    #[command(after_help = PROPOSAL)]
    Proposal {
        /// The proposal
        id: String,
    },
    /// Give a role in an organisation or project, or take it away; into a closed one, this invites
    #[command(after_help = WRITTEN)]
    Role {
        /// The organisation or project
        organisation: String,
        /// The person: id, or "me"
        person: String,
        /// The role; none takes any away
        role: RoleArg,
    },
    /// Peers of the running node
    #[command(
        after_help = "JSON: {\"peer\",\"listening\":[…],\"connected\":n,\"peers\":[{\"peer\",\"address\",\"connected\",\"local\",\
        \"rtt_ms\",\"caught_up_ms\",\"missing_logs\",\"received\",\"refused\":{reason:n}}],\"topics\",\"last_sync_ms\"}"
    )]
    Peers,
    /// Connect the running node to an address, e.g. /ip4/192.0.2.1/tcp/4001
    Dial {
        /// The multiaddr
        address: String,
    },
    /// Territories: which cells this node replicates
    #[command(subcommand)]
    Territory(TerritoryCommand),
    /// Who you are: your devices, your recovery phrase
    #[command(subcommand)]
    Identity(IdentityCommand),
    /// Your secret keys
    #[command(subcommand)]
    Keys(KeysCommand),
    #[command(flatten)]
    Closed(ClosedCommand),
    /// Your card
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Stop the running node
    Stop,
}

const RUN: &str = "\
JSON: one object a line: {\"event\":\"starting\",\"data\",\"peer\"}, {\"event\":\"listening\",\"address\"} for each address,
{\"event\":\"ready\"} once everything held is shown and all addresses listen, {\"event\":\"following\",\"territory\":{…}} for each
--territory, {\"event\":\"stopped\"}.";
const WRITTEN: &str = "JSON: {\"element\":id or null,\"entries\":[id]}";
const PROPOSAL: &str = "JSON: {\"id\",\"title\",\"text\",\"container\",\"container_name\",\"author\",\"teller\",\"status\",\"estimate\":bool,\
    \"tally\":{\"yes\",\"no\",\"blank\",\"turnout\",\"electorate\",\"quorate\"},\"quorum_percent\",\"closes_ms\",\"may_vote\",\
    \"electorate\":[id],\"electorate_complete\",\"ballots\":[{\"person\",\"choice\",\"entries\":[id]}],\
    \"refused\":[{\"entry\",\"person\",\"rule\",\"why\"}],\"certificates\":[{\"entry\",\"teller\",\"tally\",\"problem\",\"missing\"}],\"sample\"}";
const TERRITORY: &str = "\
T is one of:
  a name or an id of a territory in `territory list`
  u0m7,u0m6         cells (geohash, 1 to 7 characters)
  Lyon:20           a place and kilometres around it; also \"Lyon, FR:20\"
  45.76,4.84:20     a point and kilometres around it
  @commune.geojson  a boundary, at most 768 KiB

JSON: {\"id\",\"name\",\"cells\":[…],\"lat\",\"lon\",\"followed\":bool,\"elements\":n}";

/// Who and where.
#[derive(Debug, Args)]
#[command(after_help = IDENTITY)]
pub struct Init {
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
}

/// A place by name or by coordinates.
#[derive(Debug, Args)]
pub struct SpotArgs {
    /// A place by name, e.g. "Lyon" or "Lyon, FR"
    #[arg(long, value_name = "NAME", conflicts_with = "at")]
    pub place: Option<String>,
    /// A place by coordinates in degrees, e.g. 45.764,4.8357
    #[arg(long, value_name = "LAT,LON", value_parser = parse::coordinates, allow_hyphen_values = true)]
    pub at: Option<Position>,
}

impl SpotArgs {
    /// What was given, if anything.
    pub fn spot(&self) -> Option<Spot> {
        self.at.map(Spot::At).or_else(|| self.place.clone().map(Spot::Place))
    }
}

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

/// A file of records.
#[derive(Debug, Args)]
pub struct Import {
    /// The file
    pub file: PathBuf,
    /// A TOML that names the columns
    #[arg(long, value_name = "TOML")]
    pub mapping: Option<PathBuf>,
    /// Name of the data set
    #[arg(long)]
    pub source: Option<String>,
    /// Licence and credit
    #[arg(long, visible_alias = "license")]
    pub licence: Option<String>,
}

/// What is looked for.
#[derive(Debug, Args)]
pub struct Search {
    /// Words; accents and case apart
    pub text: Vec<String>,
    /// Around coordinates or a place, nearest first
    #[arg(long, value_name = "LAT,LON|PLACE", value_parser = parse::spot, allow_hyphen_values = true)]
    pub near: Option<Spot>,
    /// Kilometres around it
    #[arg(long, value_name = "KM", value_parser = parse::kilometres, requires = "near", allow_hyphen_values = true)]
    pub radius: Option<u32>,
    /// Only these kinds
    #[arg(long, value_delimiter = ',')]
    pub kind: Vec<KindArg>,
    /// Only with all these tags
    #[arg(long, value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Only inside this territory: a name or an id of `territory list`
    #[arg(long, value_name = "T")]
    pub territory: Option<String>,
    /// Only events that end on or after this day
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub from: Option<Date>,
    /// Only events that begin on or before this day
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub to: Option<Date>,
    /// The most to print; 0: all
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// What is written.
#[derive(Debug, Subcommand)]
pub enum Publish {
    /// A post, on a wall or in the open where it concerns
    #[command(after_help = WRITTEN, group(ArgGroup::new("where").required(true).multiple(true).args(["on", "at", "place", "to", "reply_to"])))]
    Post(Post),
    /// An organisation, a project or a place
    #[command(after_help = WRITTEN)]
    Element(Box<Element>),
    /// An event
    #[command(after_help = WRITTEN)]
    Event(Box<Event>),
}

/// A post.
#[derive(Debug, Args)]
pub struct Post {
    /// The text; - reads it from the standard input
    pub text: String,
    /// The element on whose wall it stands; "me": your own
    #[arg(long, value_name = "ID")]
    pub on: Option<String>,
    #[command(flatten)]
    pub spot: SpotArgs,
    /// The post of the same wall that it answers; of a private one, to those who got it
    #[arg(long, value_name = "POST")]
    pub reply_to: Option<String>,
    /// Only for these persons (ids), sealed; without --on it stands in your own space
    #[arg(long, value_name = "PERSON", value_delimiter = ',')]
    pub to: Vec<String>,
    /// Tags
    #[arg(long, value_delimiter = ',')]
    pub tag: Vec<String>,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
}

/// What elements and events have in common. With --edit, what is not given stays as it is.
#[derive(Debug, Args)]
pub struct Card {
    /// Its name
    #[arg(long, required_unless_present = "edit")]
    pub name: Option<String>,
    #[command(flatten)]
    pub spot: SpotArgs,
    /// A text
    #[arg(long)]
    pub description: Option<String>,
    /// One line
    #[arg(long)]
    pub address: Option<String>,
    /// Telephone
    #[arg(long)]
    pub phone: Option<String>,
    /// Mail address
    #[arg(long)]
    pub email: Option<String>,
    /// A link
    #[arg(long)]
    pub website: Option<String>,
    /// As in OpenStreetMap, e.g. "Mo-Fr 09:00-18:00"
    #[arg(long)]
    pub opening_hours: Option<String>,
    /// Tags
    #[arg(long, value_delimiter = ',')]
    pub tag: Option<Vec<String>>,
    /// The organisation or project that it belongs to
    #[arg(long = "in", value_name = "ID", conflicts_with = "edit")]
    pub parent: Option<String>,
    /// Change this one instead of making a new one
    #[arg(long, value_name = "ID")]
    pub edit: Option<String>,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
}

/// An element.
#[derive(Debug, Args)]
pub struct Element {
    /// What it is
    #[arg(long, required_unless_present = "edit")]
    pub kind: Option<KindArg>,
    /// An organisation or project that only its members can find and read
    #[arg(long, conflicts_with = "edit")]
    pub closed: bool,
    /// Those who come to it later read what was before
    #[arg(long, requires = "closed")]
    pub history: bool,
    #[command(flatten)]
    pub card: Card,
}

/// An event.
#[derive(Debug, Args)]
pub struct Event {
    /// When it begins: 2026-03-28T14:00 in --zone, or a whole day
    #[arg(long, value_name = "TIME", value_parser = time::moment, required_unless_present = "edit")]
    pub start: Option<Moment>,
    /// When it ends; by default an hour after it begins, or with the day
    #[arg(long, value_name = "TIME", value_parser = time::moment, requires = "start")]
    pub end: Option<Moment>,
    /// IANA time zone, e.g. Europe/Paris; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    #[command(flatten)]
    pub card: Card,
}

/// Days.
#[derive(Debug, Args)]
pub struct Agenda {
    /// The first day; by default today
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub from: Option<Date>,
    /// The last day; by default 30 days later
    #[arg(long, value_name = "DATE", value_parser = time::date)]
    pub to: Option<Date>,
    /// IANA time zone of the days; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// Only inside this territory: a name or an id of `territory list`
    #[arg(long, value_name = "T")]
    pub territory: Option<String>,
}

/// A question.
#[derive(Debug, Args)]
pub struct Propose {
    /// The organisation or project
    #[arg(long = "in", value_name = "ID")]
    pub container: String,
    /// The question
    #[arg(long)]
    pub title: String,
    /// The reasons
    #[arg(long, default_value = "")]
    pub text: String,
    /// Share of the members that must take part
    #[arg(long, value_name = "PERCENT", value_parser = parse::percent, allow_hyphen_values = true)]
    pub quorum: u16,
    /// When you mean to close: a day (its end) or a time
    #[arg(long, value_name = "DATE", value_parser = time::moment)]
    pub closes: Moment,
    /// IANA time zone of --closes; by default the system's
    #[arg(long, value_parser = time::zone)]
    pub zone: Option<Zone>,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
}

/// Territories.
#[derive(Debug, Subcommand)]
pub enum TerritoryCommand {
    /// Those followed and those known
    #[command(
        after_help = "JSON: {\"territories\":[{\"id\",\"name\",\"cells\":[…],\"lat\",\"lon\",\"followed\":bool,\"elements\":n}]}"
    )]
    List,
    /// Replicate a territory
    #[command(after_help = TERRITORY)]
    Follow {
        /// Which
        #[arg(value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
        territory: Territory,
        /// Its name here, where T is an area; by default from T
        #[arg(long)]
        name: Option<String>,
    },
    /// Publish a territory and follow it
    #[command(after_help = TERRITORY)]
    Create {
        /// Where: as for `follow`, but no known one
        #[arg(value_name = "T", value_parser = parse::territory, allow_hyphen_values = true)]
        territory: Territory,
        /// Its name
        #[arg(long)]
        name: String,
    },
    /// Replicate a territory no longer; what is held is kept
    Unfollow {
        /// A name or an id of `territory list`
        #[arg(value_name = "T")]
        territory: String,
    },
}

/// Profile.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
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
