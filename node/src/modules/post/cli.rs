//! Posts and reactions on the command line.

use super::{EditPost, PostDetail, PostDraft, PostWord, Posts, React, Reactions, SayOfPost, Thread, ThreadShown};
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

/// How far answers are moved to the right: a terminal is narrow.
const DEPTH_SHOWN: usize = 8;

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
        \"reply_to\",\"sealed\":\"audience\" or \"content\" or null,\"sample\",\"written_ms\",\"edited_ms\",\"room\",\
        \"mentions\":[{\"person\",\"name\"}],\"audience\":territory or null,\"pinned\",\"retracted\",\"answers\":n,\
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
    /// What becomes of posts: say one anew, pin it, take it back, see what answers it
    #[command(subcommand)]
    Post(PostCommand),
}

const THREAD_HELP: &str = "JSON: {\"posts\":[…as in `posts`, with \"depth\",\"below\":n…],\"more\",\"muted\":n}, each \
post before what answers it.";

/// What becomes of posts.
#[derive(Debug, Subcommand)]
pub(crate) enum PostCommand {
    /// Say a post of yours anew; it keeps its place, answers and reactions
    #[command(after_help = WRITTEN)]
    Edit {
        /// The post
        post: String,
        /// The text; - reads it from the standard input
        text: String,
        /// Tags in the place of those before
        #[arg(long, value_delimiter = ',')]
        tag: Option<Vec<String>>,
    },
    /// Put a post first on its wall, as its owner or a moderator
    #[command(after_help = WRITTEN)]
    Pin {
        /// The post
        post: String,
    },
    /// Put it first no longer
    #[command(after_help = WRITTEN)]
    Unpin {
        /// The post
        post: String,
    },
    /// Take a post of yours back: it stays to be read, struck out (`erase` makes it go)
    #[command(after_help = WRITTEN)]
    Retract {
        /// The post
        post: String,
    },
    /// Stand by it again
    #[command(after_help = WRITTEN)]
    Unretract {
        /// The post
        post: String,
    },
    /// A post with all that answers it, as a tree
    #[command(after_help = THREAD_HELP)]
    Thread {
        /// The post
        post: String,
        /// The most to show
        #[arg(long, default_value_t = 200)]
        limit: usize,
    },
}

impl PostCommand {
    fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let (post, word, withdrawn) = match self {
            Self::Edit { post, text, tag } => {
                let text = if text == "-" { standard_input()? } else { text };
                session.mentions(&text)?;
                let edit = EditPost { post, text, tags: tag, mentions: Vec::new() };
                return Ok(Box::new(Wrote::a("post", session.ask(edit)?)));
            }
            Self::Thread { post, limit } => return Ok(Box::new(session.ask(Thread { post, limit })?)),
            Self::Pin { post } => (post, PostWord::Pinned, false),
            Self::Unpin { post } => (post, PostWord::Pinned, true),
            Self::Retract { post } => (post, PostWord::Retracted, false),
            Self::Unretract { post } => (post, PostWord::Retracted, true),
        };
        Ok(Box::new(Wrote::a("word on a post", session.ask(SayOfPost { post, word, withdrawn })?)))
    }
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
    /// The territory for which it is meant: a name or an id of `territory list`; it is told, and hides nothing
    #[arg(long, value_name = "T")]
    pub audience: Option<String>,
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
            Self::Post(command) => command.run(session)?,
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
        let audience = self.audience.map(|text| session.territory(&text)).transpose()?;
        session.mentions(&text)?;
        let (tags, to, sample) = (self.tag, to?, self.sample);
        Ok(PostDraft { wall, position, text, reply_to, tags, to, sample, audience, ..PostDraft::default() })
    }
}

impl Prints for Vec<PostDetail> {
    fn text(&self) -> String {
        if self.is_empty() {
            return "no post is held here\n".to_owned();
        }
        self.iter().map(detail_text).collect()
    }
    fn json(&self) -> Value {
        json!({ "posts": self.iter().map(detail_json).collect::<Vec<_>>() })
    }
}

impl Prints for ThreadShown {
    fn text(&self) -> String {
        let one = |post: &super::ThreadPost| {
            (0..post.depth.min(DEPTH_SHOWN)).fold(detail_text(&post.detail), |text, _| indent(&text))
        };
        let mut out: String = self.posts.iter().map(one).collect();
        if self.more {
            out.push_str("there are more; ask for them with --limit\n");
        }
        out + &muted(self.muted)
    }
    fn json(&self) -> Value {
        let posts = self.posts.iter().map(|post| {
            let mut value = detail_json(&post.detail);
            (value["depth"], value["below"]) = (json!(post.depth), json!(post.below));
            value
        });
        json!({ "posts": posts.collect::<Vec<_>>(), "more": self.more, "muted": self.muted })
    }
}

/// How many posts of people who are not heard were left out.
pub(crate) fn muted(count: usize) -> String {
    match count {
        0 => String::new(),
        count => format!("{count} of people whom you muted left out\n"),
    }
}

/// A post with what is shown beside it, as text.
pub(crate) fn detail_text(detail: &PostDetail) -> String {
    let pinned = if detail.pinned { "  (pinned)" } else { "" };
    let back = if detail.retracted { "  (taken back by its author)" } else { "" };
    let answers = match detail.answers {
        0 => String::new(),
        1 => "  1 answer".to_owned(),
        count => format!("  {count} answers"),
    };
    let post = indent(&text(&detail.post, Some(&detail.reactions)));
    format!("{}{pinned}{back}{answers}\n{post}", line(&detail.author_name))
}

/// A post with what is shown beside it, as JSON.
pub(crate) fn detail_json(detail: &PostDetail) -> Value {
    let mut value = json(&detail.post, Some(&detail.reactions));
    value["author_name"] = json!(detail.author_name);
    value["pinned"] = json!(detail.pinned);
    value["retracted"] = json!(detail.retracted);
    value["answers"] = json!(detail.answers);
    let mentioned = detail.mentioned.iter().map(|(person, name)| json!({ "person": person, "name": name }));
    value["mentions"] = mentioned.collect();
    value
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
    let edited =
        post.edited.as_ref().map(|edit| format!(", said anew {}", moment(edit.stamp.ms()))).unwrap_or_default();
    format!(
        "{}  {}, by {}{reply}{edited}{sealed}{sample}\n{}{}{reactions}",
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
        "edited_ms": post.edited.as_ref().map(|edit| edit.stamp.ms()),
        "room": post.room,
        "audience": post.audience,
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
