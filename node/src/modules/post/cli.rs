//! Posts and reactions on the command line.

use super::{PostDetail, PostDraft, Posts, React, Reactions};
use crate::{
    cli::{
        choices::ReactionArg,
        print::{Prints, Wrote},
        session::Session,
        shared::{SpotArgs, WRITTEN, standard_input},
        text::{blobs, indent, line, lines, moment, short},
    },
    failure::Failure,
};
use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use communaut_protocol::{IdentityId, Position, fold::PostView, private::Class};
use serde_json::{Map, Value, json};

/// People who reacted that a line names.
const REACTED_SHOWN: usize = 5;

/// Posts.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// React to a post with one word, or withdraw it; who wants to say more answers (`publish post --reply-to`)
    #[command(after_help = WRITTEN)]
    React {
        /// The post
        post: String,
        /// The word; none withdraws what you said
        what: ReactionArg,
    },
    /// Posts, newest first
    #[command(
        after_help = "JSON: {\"posts\":[{\"id\",\"author\",\"author_name\",\"text\",\"tags\",\"lat\",\"lon\",\"wall\",\
        \"reply_to\",\"sealed\":\"audience\" or \"content\" or null,\"sample\",\"written_ms\",\
        \"files\":[{\"hash\",\"size\",\"type\",\"alt\"}],\
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
}

/// What is published of them.
#[derive(Debug, Subcommand)]
pub(crate) enum Publish {
    /// A post, on a wall or in the open where it concerns
    #[command(
        after_help = WRITTEN,
        group(ArgGroup::new("where").required(true).multiple(true).args(["on", "at", "place", "to", "reply_to"]))
    )]
    Post(Post),
}

/// A post.
#[derive(Debug, ClapArgs)]
pub(crate) struct Post {
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

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::React { post, what } => {
                Box::new(Wrote::a("reaction", session.ask(React { post, what: what.into() })?))
            }
            Self::Posts { territory, limit } => {
                let territory = territory.map(|text| session.territory(&text)).transpose()?;
                Box::new(session.ask(Posts { territory, limit })?)
            }
        })
    }
}

impl Publish {
    /// Write it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let Self::Post(post) = self;
        let draft = post.draft(session)?;
        Ok(Box::new(Wrote::a("post", session.ask(draft)?)))
    }
}

impl Post {
    fn draft(self, session: &mut Session) -> Result<PostDraft, Failure> {
        let wall = self.on.map(|id| session.element(&id)).transpose()?;
        let position = self.spot.spot().map(|spot| session.position(spot)).transpose()?;
        let reply_to = self.reply_to.map(|id| session.post(&id, wall)).transpose()?;
        let text = if self.text == "-" { standard_input()? } else { self.text };
        let to: Result<Vec<IdentityId>, Failure> = self.to.iter().map(|person| session.person(person)).collect();
        Ok(PostDraft { wall, position, text, reply_to, tags: self.tag, to: to?, sample: self.sample })
    }
}

impl Prints for Vec<PostDetail> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no post is held here\n".to_owned();
        }
        let one = |detail: &PostDetail| {
            format!("{}\n{}", line(&detail.author_name), indent(&text(&detail.post, Some(&detail.reactions))))
        };
        self.iter().map(one).collect()
    }
    fn json(&self) -> Value {
        let posts = self.iter().map(|detail| {
            let mut value = json(&detail.post, Some(&detail.reactions));
            value["author_name"] = json!(detail.author_name);
            value
        });
        json!({ "posts": posts.collect::<Vec<_>>() })
    }
}

/// A post, as text.
pub(crate) fn text(post: &PostView, said: Option<&Reactions>) -> String {
    let reply = post.reply_to.map(|id| format!(", answers {}", short(&id))).unwrap_or_default();
    let sample = if post.sample { " (sample)" } else { "" };
    let reactions = said.filter(|said| !said.is_empty()).map(|said| indent(&reactions(said))).unwrap_or_default();
    let sealed = match post.sealed.map(|by| by.class) {
        Some(Class::Audience) => ", for named persons",
        Some(_) => ", in a closed community",
        None => "",
    };
    format!(
        "{}  {}, by {}{reply}{sealed}{sample}\n{}{}{reactions}",
        short(&post.id),
        moment(post.stamp.ms()),
        short(&post.author),
        indent(lines(&post.text).trim()),
        indent(&blobs(&post.blobs))
    )
}

/// A post, as JSON.
pub(crate) fn json(post: &PostView, reactions: Option<&Reactions>) -> Value {
    let counts = reactions.into_iter().flat_map(|said| &said.counts);
    let people = reactions.into_iter().flat_map(|said| &said.people);
    json!({
        "id": post.id,
        "author": post.author,
        "text": post.text,
        "tags": post.tags,
        "lat": post.position.map(Position::lat),
        "lon": post.position.map(Position::lon),
        "wall": post.wall,
        "reply_to": post.reply_to,
        "sealed": post.sealed.map(|by| by.class),
        "sample": post.sample,
        "written_ms": post.stamp.ms(),
        "files": crate::cli::json::blobs(&post.blobs),
        "reactions": {
            "counts": counts.map(|(what, count)| (what.name().to_owned(), json!(count))).collect::<Map<_, _>>(),
            "people": people.map(|said| json!({
                "person": said.person,
                "name": said.name,
                "what": said.what,
            })).collect::<Vec<_>>(),
        },
    })
}

/// "thanks 2, agree 1 (Ada, Bob, Cléo)".
fn reactions(said: &Reactions) -> String {
    let counts: Vec<String> = said.counts.iter().map(|(what, count)| format!("{} {count}", what.name())).collect();
    let named = said.people.iter().take(REACTED_SHOWN);
    let mut people: Vec<String> = named
        .map(|one| match line(&one.name) {
            name if name.is_empty() => short(&one.person),
            name => name,
        })
        .collect();
    let all: usize = said.counts.iter().map(|(_, count)| count).sum();
    if all > people.len() {
        people.push(format!("{} more", all - people.len()));
    }
    format!("{} ({})\n", counts.join(", "), people.join(", "))
}
