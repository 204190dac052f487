//! `timeline`: posts a page at a time, and what is new.

use super::{SeeTimeline, Timeline, TimelineKind, TimelineNew, TimelineNews, TimelinePage};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{add, indent},
        time::{self, Moment},
    },
    failure::Failure,
    modules::{
        post::{
            PostDetail,
            cli::{detail_json, detail_text, muted},
        },
        search::Query,
    },
    snapshot::PostCursor,
};
use clap::{Args as ClapArgs, Subcommand};
use serde_json::{Value, json};

const HELP: &str = "JSON: {\"pinned\":[…],\"posts\":[…as in `posts`],\"before\":cursor or null,\"newest\":cursor or \
null,\"read\":cursor or null,\"muted\":n}; with --new {\"posts\":n,\"more\"}: how much is new. What was shown is seen \
then; nobody is told.";

/// Timelines.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Posts newest first, a page at a time; what you mute is left out
    #[command(after_help = HELP)]
    Timeline(TimelineArgs),
}

/// Which posts, and which page.
#[derive(Debug, ClapArgs)]
pub(crate) struct TimelineArgs {
    /// Words that a post says, has as tags, or that its wall is called; with nothing said: what you follow
    text: Vec<String>,
    /// Of this element; "me": your own wall
    #[arg(long, value_name = "ID", conflicts_with_all = ["text", "cell", "territory", "tag", "from", "to"])]
    wall: Option<String>,
    /// About places in this cell of the geohash grid
    #[arg(long, value_name = "CELL", conflicts_with_all = ["text", "territory", "tag", "from", "to"])]
    cell: Option<String>,
    /// About places in this territory: a name or an id of `territory list`
    #[arg(long, value_name = "T")]
    territory: Vec<String>,
    /// With all of these tags
    #[arg(long, value_delimiter = ',')]
    tag: Vec<String>,
    /// Written then or later: 2026-03-28T14:00, or a day
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    from: Option<Moment>,
    /// Written before
    #[arg(long, value_name = "TIME", value_parser = time::moment)]
    to: Option<Moment>,
    /// The page after this place: the cursor that the last answer told
    #[arg(long, value_name = "CURSOR")]
    before: Option<PostCursor>,
    /// Only how much is new since a place, or since it was seen last; what was seen stays
    #[arg(long, value_name = "CURSOR", num_args = 0..=1, conflicts_with = "before")]
    new: Option<Option<PostCursor>>,
    /// The most to show
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// Leave it unseen
    #[arg(long)]
    unseen: bool,
}

impl Args {
    /// Run it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Timeline(args) = self;
        let kind = args.kind(session)?;
        if let Some(since) = args.new {
            return Ok(Box::new(session.ask(TimelineNews { kind, since })?));
        }
        let page = session.ask(Timeline { kind: kind.clone(), before: args.before, limit: args.limit })?;
        if let Some(to) = page.newest.filter(|_| !args.unseen) {
            session.ask(SeeTimeline { kind, to })?;
        }
        Ok(Box::new(page))
    }
}

impl TimelineArgs {
    fn kind(&self, session: &mut Session) -> Result<TimelineKind, Failure> {
        if let Some(wall) = &self.wall {
            return Ok(TimelineKind::Wall(session.element(wall)?));
        }
        if let Some(cell) = &self.cell {
            let cell = cell.parse().map_err(|error| Failure::invalid(format!("--cell {cell}: {error}")))?;
            return Ok(TimelineKind::Cell(cell));
        }
        let moment = |moment: &Option<Moment>, what: &str| {
            let ms = moment.as_ref().map(|moment| time::system().start(moment)).transpose();
            ms.map_err(|why| Failure::invalid(format!("{what}: {why}")))
        };
        let territories: Result<_, Failure> = self.territory.iter().map(|text| session.territory(text)).collect();
        let query = Query {
            text: self.text.join(" "),
            tags: self.tag.clone(),
            territories: territories?,
            from_ms: moment(&self.from, "--from")?,
            to_ms: moment(&self.to, "--to")?,
            ..Query::default()
        };
        Ok(if query == Query::default() { TimelineKind::Home } else { TimelineKind::Selection(Box::new(query)) })
    }
}

impl Prints for Box<TimelinePage> {
    fn text(&self) -> String {
        let mut out: String = self.pinned.iter().chain(&self.posts).map(|post| mark_new(post, self.read)).collect();
        if self.posts.is_empty() {
            out.push_str("no post is held here\n");
        }
        if let Some(before) = self.before {
            add(&mut out, format_args!("there may be more: --before {before}\n"));
        }
        out + &muted(self.muted)
    }
    fn json(&self) -> Value {
        let cursor = |at: Option<PostCursor>| at.map(|cursor| cursor.to_string());
        let posts = |posts: &[PostDetail]| posts.iter().map(detail_json).collect::<Vec<_>>();
        json!({
            "pinned": posts(&self.pinned),
            "posts": posts(&self.posts),
            "before": cursor(self.before),
            "newest": cursor(self.newest),
            "read": cursor(self.read),
            "muted": self.muted,
        })
    }
}

/// What was not seen yet is said to be new.
fn mark_new(detail: &PostDetail, read: Option<PostCursor>) -> String {
    let new = read.is_some_and(|read| PostCursor::of(&detail.post) > read);
    if new { format!("new:\n{}", indent(&detail_text(detail))) } else { detail_text(detail) }
}

impl Prints for TimelineNew {
    fn text(&self) -> String {
        let more = if self.more { " or more" } else { "" };
        match self.posts {
            0 if !self.more => "nothing new\n".to_owned(),
            count => format!("{count}{more} new\n"),
        }
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
