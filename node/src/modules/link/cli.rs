//! `link`, `links`.

use super::{Link, LinkLine, LinksDetail, LinksOf};
use crate::{
    cli::{
        choices::{LinkArg, StateArg},
        print::{Prints, Wrote},
        session::{Session, language},
        shared::WRITTEN,
        text::{indent, line, short, table},
    },
    failure::Failure,
    vocabulary::{self, WordList},
};
use clap::Subcommand;
use communaut_protocol::op::{LinkKind, LinkState};
use serde_json::{Value, json};

/// Links.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// Say what one element is to another: that you follow, that your organisation is a partner, that somebody plays
    #[command(after_help = WRITTEN)]
    Link {
        /// What is linked: an element that you own, 'me', or whom you invite
        source: String,
        /// To what
        target: String,
        /// What the first is to the second
        kind: LinkArg,
        /// What it does there, e.g. treasurer: a word of `vocabulary role`, or any. Two roles are two links
        #[arg(long, default_value = "")]
        role: String,
        /// Where it stands: both sides have their word
        #[arg(long, default_value = "requested")]
        state: StateArg,
    },
    /// The links of an element: what is linked to it, and to what it is linked
    #[command(
        after_help = "At most 500 of each. JSON: {\"to\":[link],\"to_count\":n,\"from\":[link],\"from_count\":n} with \
        link {\"other\",\"name\",\"other_kind\",\"kind\",\"role\",\"state\",\"by_source\",\"by_target\",\"confirmed\",\
        \"may_answer\",\"at_ms\",\"entry\"}; not confirmed: what the target says of it is not held"
    )]
    Links {
        /// The element
        element: String,
    },
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Link { source, target, kind, role, state } => {
                let source = Some(session.element(&source)?);
                let target = session.element(&target)?;
                let link = Link { source, target, kind: kind.into(), role, state: state.into() };
                Box::new(Wrote::a("link", session.ask(link)?))
            }
            Self::Links { element } => {
                let element = session.element(&element)?;
                Box::new(session.ask(LinksOf { element })?)
            }
        })
    }
}

const fn kind_word(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Follower => "follower",
        LinkKind::Member => "member",
        LinkKind::Attendee => "attendee",
        LinkKind::Contributor => "contributor",
        LinkKind::Organiser => "organiser",
        LinkKind::Partner => "partner",
    }
}

const fn state_word(state: LinkState) -> &'static str {
    match state {
        LinkState::Invited => "invited",
        LinkState::Requested => "requested",
        LinkState::Accepted => "accepted",
        LinkState::Refused => "refused",
        LinkState::Left => "left",
    }
}

fn row(link: &LinkLine) -> Vec<String> {
    let name = line(&link.name);
    let name = if name.is_empty() { short(&link.other) } else { format!("{name} ({})", short(&link.other)) };
    let state = state_word(link.state);
    let state = if link.confirmed { state.to_owned() } else { format!("{state}, unconfirmed") };
    let role = line(&vocabulary::shown(Some(WordList::Role), &link.role, &language()));
    vec![kind_word(link.kind).to_owned(), role, state, name]
}

impl Prints for LinksDetail {
    fn text(&self) -> String {
        let mut out = String::new();
        for (title, links, count) in [("to it", &self.to, self.to_count), ("from it", &self.from, self.from_count)] {
            if !links.is_empty() {
                let more = if count > links.len() { format!(" ({} of {count})", links.len()) } else { String::new() };
                out += &format!("{title}{more}\n{}", indent(&table(links.iter().map(row).collect())));
            }
        }
        if out.is_empty() { "no links\n".to_owned() } else { out }
    }
    fn json(&self) -> Value {
        json!(self)
    }
}
