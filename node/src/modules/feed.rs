//! `feed`: what is new in a territory, newest first: posts, elements that were made or changed, proposals.

use super::{
    Read,
    territory::{TerritoryId, cells_of, holds},
};
use crate::{
    cli::{
        print::Prints,
        session::Session,
        text::{line, moment, named, short, table},
        time::{self, Moment},
    },
    failure::Failure,
    snapshot::Snapshot,
};
use clap::Subcommand;
use communaut_protocol::{Cell, IdentityId, Position, Stamp, fold::ElementView};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cmp::Reverse;

/// Items of one answer: more than anybody reads at once.
const ITEMS_MAX: usize = 1_000;
/// Characters of a post that stand in a line.
const EXCERPT_CHARS: usize = 80;

/// What is new, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feed {
    /// What lies inside one territory; none: everything held.
    pub territory: Option<TerritoryId>,
    /// Only what is later, milliseconds since 1970 UTC, by the stamps of its authors.
    pub since_ms: Option<u64>,
    /// The most to return, at most 1,000.
    pub limit: usize,
}

/// Something new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    /// When it was written, milliseconds since 1970 UTC, by its author's clock.
    pub at_ms: u64,
    /// What.
    pub what: FeedKind,
    /// Its id: of the entry for a post or a proposal, otherwise of the element.
    pub id: String,
    /// The name of an element, the question of a proposal, the words of a post.
    pub text: String,
    /// Who wrote it; of an element its owner.
    pub author: IdentityId,
    /// Their name; empty until their profile has come.
    pub author_name: String,
}

/// What is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedKind {
    /// A post.
    Post,
    /// An element that was made or changed.
    Element,
    /// A proposal.
    Proposal,
}

impl Read for Feed {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<FeedItem>, Failure> {
        let cells = self.territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let inside = |at: Option<Position>| is_inside(cells.as_deref(), at);
        let later = |stamp: Stamp| self.since_ms.is_none_or(|since| stamp.ms() > since);
        let place_of = |id| snapshot.elements.get(&id).and_then(|element| element.position);
        let item = |what, stamp: Stamp, id: String, text: &str, author| FeedItem {
            at_ms: stamp.ms(),
            what,
            id,
            text: text.to_owned(),
            author,
            author_name: snapshot.name_of(author),
        };
        let elements = snapshot.elements.values();
        let shown = |element: &ElementView| !snapshot.together.is_hidden(element.id);
        let elements = elements.filter(|element| later(element.updated) && inside(element.position) && shown(element));
        let mut items: Vec<FeedItem> = elements
            .map(|held| item(FeedKind::Element, held.updated, held.id.to_string(), &held.name, held.owner))
            .collect();
        let posts = snapshot.talk.feed(None).take_while(|post| later(post.stamp));
        let posts = posts.filter(|post| !snapshot.is_muted(post.author));
        let posts = posts.filter(|post| inside(post.position.or_else(|| place_of(post.wall?))));
        let posts = posts.take(self.limit.min(ITEMS_MAX));
        items.extend(posts.map(|post| item(FeedKind::Post, post.stamp, post.id.to_string(), &post.text, post.author)));
        for (scope, view) in &snapshot.scopes {
            let container = snapshot.closed.get(scope).copied().unwrap_or(scope.container);
            let proposals = view.governance.iter().flat_map(|governance| governance.proposals.iter());
            let proposals = proposals.filter(|asked| later(asked.stamp) && inside(place_of(container)));
            items.extend(
                proposals.map(|asked| {
                    item(FeedKind::Proposal, asked.stamp, asked.id.to_string(), &asked.title, asked.author)
                }),
            );
        }
        items.sort_unstable_by(|a, b| (Reverse(a.at_ms), &a.id).cmp(&(Reverse(b.at_ms), &b.id)));
        items.truncate(self.limit.min(ITEMS_MAX));
        Ok(items)
    }
}

fn is_inside(cells: Option<&[Cell]>, at: Option<Position>) -> bool {
    cells.is_none_or(|cells| at.is_some_and(|at| holds(cells, at)))
}

/// The feed.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// What is new, newest first: posts, elements that were made or changed, proposals
    #[command(
        after_help = "JSON: {\"items\":[{\"at_ms\",\"what\":\"post\", \"element\" or \"proposal\",\"id\",\"text\",\
        \"author\",\"author_name\"}]}"
    )]
    Feed {
        /// Only inside this territory: a name or an id of `territory list`
        #[arg(long, value_name = "T")]
        territory: Option<String>,
        /// Only what was written later: 2026-03-28T14:00, or a day
        #[arg(long, value_name = "TIME", value_parser = time::moment)]
        since: Option<Moment>,
        /// The most to show
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
}

impl Args {
    /// Run it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Feed { territory, since, limit } = self;
        let territory = territory.map(|text| session.territory(&text)).transpose()?;
        let since_ms = since.map(|moment| time::system().start(&moment)).transpose();
        let since_ms = since_ms.map_err(|why| Failure::invalid(format!("--since: {why}")))?;
        let since_ms = since_ms.map(|ms| u64::try_from(ms).unwrap_or(0));
        Ok(Box::new(session.ask(Feed { territory, since_ms, limit })?))
    }
}

impl Prints for Vec<FeedItem> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "nothing is new here; look further back, or follow a territory\n".to_owned();
        }
        let row = |item: &FeedItem| {
            let what = match item.what {
                FeedKind::Post => "post",
                FeedKind::Element => "element",
                FeedKind::Proposal => "proposal",
            };
            let text: String = line(&item.text).chars().take(EXCERPT_CHARS).collect();
            vec![moment(item.at_ms), what.to_owned(), short(&item.id), named(&item.author_name, item.author), text]
        };
        table(self.iter().map(row).collect())
    }
    fn json(&self) -> Value {
        json!({ "items": self })
    }
}
