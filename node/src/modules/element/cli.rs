//! Elements on the command line: their page, making and changing them.

use super::{
    ChangedTime, ElementDetail, Retract, Show,
    card_cli::{Card, save},
    event_cli::Event,
};
use crate::{
    cli::{
        choices::KindArg,
        json,
        print::Prints,
        session::{Session, language},
        shared::WRITTEN,
        text::{add, at, blobs, facts, indent, line, lines, moment, role_name, short, table, title},
        when,
    },
    failure::Failure,
    modules::{
        Written,
        post::{self, Reactions},
        same::{self, LikelySame},
    },
    times::date_of,
    vocabulary::{self, WordList},
};
use clap::{Args as ClapArgs, Subcommand};
use communaut_protocol::{
    fold::{ElementView, PostView},
    op::Contact,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Elements.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// One element with its wall, its members and its proposals
    #[command(after_help = "JSON: {\"element\":{\"id\",\"kind\",\"name\",\"description\",\"lat\",\"lon\",\"address\",\
        \"phone\",\"email\",\"website\",\"opening_hours\",\"tags\",\"subkind\",\"stage\",\"languages\",\
        \"contacts\":[{\"kind\",\"value\"}],\"instead\":{\"series\",\"day\"},\
        \"when\":{\"start\",\"end\",\"start_ms\",\"end_ms\",\
        \"zone\",\"first_day\",\"last_day\",\"repeat\":{\"every\",\"interval\",\"times\",\"until\",\"on\",\"except\"},\
        \"next\":{…}},\"parent\",\"files\":[{\"hash\",\"size\",\"type\",\"alt\"}],\"owner\",\"cell\",\
        \"container\",\"closed\":bool,\"provenance\":{\"source\",\"id\",\
        \"licence\"},\"sample\",\"updated_ms\"},\
        \"also\":[{\"id\",\"name\",\"owner\",\"owner_name\",\"source\",\"differs\":[field]}],\"shown_as\":id or \
        null,\"likely\":[{\"also\",\"likeness\":{\"name\",\"phone\",\"website\",\"metres\"}}],\
        \"owner_name\",\"wall\":[post as in `posts`],\"parts\":[element],\"parts_count\",\
        \"changed\":[{\"day\",\"cancelled\",\"element\"}],\"changed_count\",\
        \"proposals\":[id],\"roles\":[{\"person\",\"role\"}]}")]
    Show {
        /// The element's id, or its first characters
        id: String,
    },
    /// Take an element back, visibly
    #[command(after_help = WRITTEN)]
    Retract {
        /// The element
        id: String,
    },
}

/// What is published of them.
#[derive(Debug, Subcommand)]
pub(crate) enum Publish {
    /// An organisation, a project or a place
    #[command(after_help = WRITTEN)]
    Element(Box<Element>),
    /// An event
    #[command(after_help = WRITTEN)]
    Event(Box<Event>),
}

/// An element.
#[derive(Debug, ClapArgs)]
pub(crate) struct Element {
    /// What it is
    #[arg(long, required_unless_present = "edit")]
    pub kind: Option<KindArg>,
    /// An organisation or project that only its members can find and read
    #[arg(long, conflicts_with = "edit")]
    pub closed: bool,
    /// Those who come to it later read what was before
    #[arg(long, requires = "closed")]
    pub history: bool,
    /// Who settles for good what is decided about roles in a new organisation or project. May be given several times
    #[arg(long = "keeper", value_name = "PERSON", conflicts_with = "edit")]
    pub keepers: Vec<String>,
    /// How many of the keepers have to agree; by default more than half
    #[arg(long, value_name = "NUMBER", requires = "keepers")]
    pub agree: Option<u8>,
    #[command(flatten)]
    pub card: Card,
}

impl Args {
    /// Run one.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        Ok(match self {
            Self::Show { id } => {
                let id = if id == "me" { session.me()?.id.to_string() } else { id };
                Box::new(session.ask(Show { id })?)
            }
            Self::Retract { id } => {
                let id = session.element(&id)?;
                Box::new(session.ask(Retract { id })?)
            }
        })
    }
}

impl Publish {
    /// Write it.
    pub(crate) fn run(self, session: &mut Session) -> Result<Box<dyn Prints>, Failure> {
        let written = match self {
            Self::Element(element) => element.save(session)?,
            Self::Event(event) => event.save(session)?,
        };
        Ok(Box::new(written))
    }
}

impl Element {
    fn save(self, session: &mut Session) -> Result<Written, Failure> {
        let Self { kind, closed, history, keepers, agree, card } = self;
        let keepers: Vec<_> = keepers.iter().map(|who| session.person(who)).collect::<Result<_, _>>()?;
        let most = u8::try_from(keepers.len() / 2 + 1).unwrap_or(u8::MAX);
        save(session, card, |draft| {
            (draft.closed, draft.history) = (closed, history);
            draft.keepers_agree = if keepers.is_empty() { 0 } else { agree.unwrap_or(most) };
            draft.keepers = keepers;
            draft.kind = kind.map_or(draft.kind, Into::into);
            Ok(())
        })
    }
}

impl Prints for Box<ElementDetail> {
    fn text(&self) -> String {
        let element = &self.element;
        let owner = match line(&self.owner_name) {
            name if name.is_empty() => short(&element.owner),
            name => format!("{name} ({})", short(&element.owner)),
        };
        let mut out = format!("{}\n", title(element));
        let provenance = element.provenance.as_ref();
        out += &facts(&[
            ("kind", kind_words(element)),
            ("stage", line(&vocabulary::shown(Some(WordList::Stage), &element.stage, &language()))),
            ("id", element.id.to_string()),
            ("owner", owner),
            ("when", element.when.as_ref().map(when::text).unwrap_or_default()),
            ("place", at(element.position)),
            ("address", line(&element.address)),
            ("phone", line(&element.phone)),
            ("email", line(&element.email)),
            ("website", line(&element.website)),
            ("hours", line(&element.opening_hours)),
            ("languages", line(&element.languages.join(", "))),
            ("tags", line(&element.tags.join(", "))),
            ("part of", self.part_of_words()),
            ("source", provenance.map(|from| line(&format!("{} {}", from.source, from.id))).unwrap_or_default()),
            ("licence", provenance.map(|from| line(&from.licence)).unwrap_or_default()),
            ("updated", moment(element.updated.ms())),
        ]);
        if !element.contacts.is_empty() {
            let kind = |kind: &str| line(&vocabulary::shown(Some(WordList::Contact), kind, &language()));
            let row = |contact: &Contact| vec![kind(&contact.kind), line(&contact.value)];
            out += "\ncontacts\n";
            out += &indent(&table(element.contacts.iter().map(row).collect()));
        }
        if !element.description.is_empty() {
            add(&mut out, format_args!("\n{}\n", lines(&element.description).trim()));
        }
        if !element.blobs.is_empty() {
            out += "\nfiles\n";
            out += &indent(&blobs(&element.blobs));
        }
        if let Some(shown) = &self.shown_as {
            add(&mut out, format_args!("\nanother record of it is shown: {}\n", short(shown)));
        }
        if !self.also.is_empty() {
            out += "\nalso said by\n";
            out += &indent(&table(self.also.iter().map(|also| vec![same::cli::by(also)]).collect()));
        }
        if !self.likely.is_empty() {
            out += "\nprobably the same (`same yes` or `same no`)\n";
            let row = |likely: &LikelySame| {
                vec![same::cli::by(&likely.also), line(&likely.also.name), same::cli::because(&likely.likeness)]
            };
            out += &indent(&table(self.likely.iter().map(row).collect()));
        }
        if !self.parts.is_empty() {
            out += &format!("\nparts{}\n", more(self.parts.len(), self.parts_count));
            let when = |part: &ElementView| part.when.as_ref().map(when::text).unwrap_or_default();
            let row = |part: &Arc<ElementView>| vec![short(&part.id), kind_words(part), title(part), when(part)];
            out += &indent(&table(self.parts.iter().map(row).collect()));
        }
        if !self.changed.is_empty() {
            out += &format!("\ntimes that are otherwise{}\n", more(self.changed.len(), self.changed_count));
            let when = |element: &ElementView| match &element.when {
                _ if element.retracted => "cancelled".to_owned(),
                Some(when) => format!("{}, {}", title(element), when::text(when)),
                None => title(element),
            };
            let row = |changed: &ChangedTime| {
                let day = date_of(changed.day).map(|day| day.to_string()).unwrap_or_default();
                vec![day, short(&changed.element.id), when(&changed.element)]
            };
            out += &indent(&table(self.changed.iter().map(row).collect()));
        }
        if !self.roles.is_empty() {
            out += "\nmembers\n";
            out +=
                &indent(&table(self.roles.iter().map(|(id, role)| vec![short(id), role_name(*role).into()]).collect()));
        }
        if !self.proposals.is_empty() {
            out += "\nproposals\n";
            out += &indent(&table(self.proposals.iter().map(|id| vec![short(id)]).collect()));
        }
        if !self.wall.is_empty() {
            out += "\nwall\n";
            for entry in &self.wall {
                out += &indent(&post::cli::text(entry, said(self, entry)));
            }
        }
        out
    }
    fn json(&self) -> Value {
        json!({
            "element": json::element(&self.element),
            "owner_name": self.owner_name,
            "wall": self.wall.iter().map(|post| post::cli::json(post, said(self, post))).collect::<Vec<_>>(),
            "also": self.also,
            "shown_as": self.shown_as,
            "likely": self.likely,
            "parts": self.parts.iter().map(|part| json::element(part)).collect::<Vec<_>>(),
            "parts_count": self.parts_count,
            "changed": self.changed.iter().map(|changed| json!({
                "day": date_of(changed.day).map(|day| day.to_string()),
                "cancelled": changed.element.retracted,
                "element": json::element(&changed.element),
            })).collect::<Vec<_>>(),
            "changed_count": self.changed_count,
            "proposals": self.proposals,
            "roles": self.roles.iter().map(|(person, role)| {
                json!({ "person": person, "role": role })
            }).collect::<Vec<_>>(),
        })
    }
}

impl ElementDetail {
    fn part_of_words(&self) -> String {
        match &self.part_of {
            Some(parent) => format!("{} ({})", title(parent), short(&parent.id)),
            None => self.element.parent.as_ref().map(short).unwrap_or_default(),
        }
    }
}

/// " (500 of 612)".
fn more(shown: usize, count: usize) -> String {
    if count > shown { format!(" ({shown} of {count})") } else { String::new() }
}

/// "organisation, cooperative".
fn kind_words(element: &ElementView) -> String {
    let kind = element.kind.name();
    if element.subkind.is_empty() {
        return kind.to_owned();
    }
    format!("{kind}, {}", line(&vocabulary::shown(WordList::of_kind(element.kind), &element.subkind, &language())))
}

/// What is said of a post of the wall.
fn said<'a>(detail: &'a ElementDetail, post: &PostView) -> Option<&'a Reactions> {
    detail.reactions.iter().find(|(id, _)| *id == post.id).map(|(_, said)| said)
}
