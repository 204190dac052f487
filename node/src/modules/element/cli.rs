//! Elements on the command line: their page, making and changing them.

use super::{ElementDetail, ElementDraft, Retract, SaveElement, Show};
use crate::{
    cli::{
        choices::KindArg,
        json,
        print::Prints,
        session::Session,
        shared::{SpotArgs, WRITTEN, no_place},
        text::{add, at, blobs, facts, indent, line, lines, moment, role_name, short, table, title, when as when_text},
        time::{self, Moment, Zone},
    },
    failure::Failure,
    modules::{
        Written,
        post::{self, Reactions},
    },
};
use clap::{Args as ClapArgs, Subcommand};
use communaut_protocol::{
    fold::PostView,
    op::{Kind, When},
};
use serde_json::{Value, json};

/// How long an event lasts if nothing is said.
const EVENT_MS: i64 = 60 * 60 * 1_000;

/// Elements.
#[derive(Debug, Subcommand)]
pub(crate) enum Args {
    /// One element with its wall, its members and its proposals
    #[command(after_help = "JSON: {\"element\":{\"id\",\"kind\",\"name\",\"description\",\"lat\",\"lon\",\"address\",\
        \"phone\",\"email\",\"website\",\"opening_hours\",\"tags\",\"when\":{\"start\",\"end\",\"start_ms\",\"end_ms\",\
        \"zone\"},\"parent\",\"files\":[{\"hash\",\"size\",\"type\",\"alt\"}],\"owner\",\"cell\",\
        \"container\",\"closed\":bool,\"provenance\":{\"source\",\"id\",\
        \"licence\"},\"sample\",\"updated_ms\"},\"owner_name\",\"wall\":[post as in `posts`],\
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

/// What is said of an element. Of one that is there, what is not given stays as it is.
#[derive(Debug, ClapArgs)]
pub(crate) struct Said {
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
}

impl Said {
    /// Put it into a draft.
    pub fn put(self, session: &mut Session, draft: &mut ElementDraft) -> Result<(), Failure> {
        if let Some(spot) = self.spot.spot() {
            draft.position = Some(session.position(spot)?);
        }
        let given = [
            (&mut draft.description, self.description),
            (&mut draft.address, self.address),
            (&mut draft.phone, self.phone),
            (&mut draft.email, self.email),
            (&mut draft.website, self.website),
            (&mut draft.opening_hours, self.opening_hours),
        ];
        for (field, value) in given {
            if let Some(value) = value {
                *field = value;
            }
        }
        if let Some(tags) = self.tag {
            draft.tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
        }
        Ok(())
    }
}

/// What elements and events have in common.
#[derive(Debug, ClapArgs)]
pub(crate) struct Card {
    /// Its name
    #[arg(long, required_unless_present = "edit")]
    pub name: Option<String>,
    #[command(flatten)]
    pub said: Said,
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

/// An event.
#[derive(Debug, ClapArgs)]
pub(crate) struct Event {
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

impl Event {
    fn save(self, session: &mut Session) -> Result<Written, Failure> {
        let Self { start, end, zone, card } = self;
        let edit = card.edit.is_some();
        save(session, card, |draft| {
            if edit && draft.kind != Kind::Event {
                return Err(Failure::invalid(format!("'{}' is a {} and not an event", draft.name, draft.kind.name())));
            }
            draft.kind = Kind::Event;
            if let Some(start) = &start {
                draft.when = Some(when(start, end.as_ref(), zone)?);
            } else if zone.is_some() {
                return Err(Failure::invalid("--zone says nothing without --start"));
            }
            Ok(())
        })
    }
}

/// Make an element, or change one as far as something was said.
fn save(
    session: &mut Session,
    card: Card,
    finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
) -> Result<Written, Failure> {
    let (id, mut draft) = match &card.edit {
        None => (None, ElementDraft::default()),
        Some(id) => {
            let held = session.show(id)?.element;
            (Some(held.id), ElementDraft::of(&held))
        }
    };
    let parent = match card.parent {
        Some(parent) => Some(session.show(&parent)?.element),
        None => None,
    };
    card.said.put(session, &mut draft)?;
    if let Some(parent) = parent {
        draft.parent = Some(parent.id);
        // What belongs to an organisation is where the organisation is, unless it says otherwise.
        draft.position = draft.position.or(parent.position);
    }
    draft.name = card.name.unwrap_or(draft.name);
    draft.sample |= card.sample;
    finish(&mut draft)?;
    if draft.position.is_none() {
        return Err(no_place());
    }
    session.ask(SaveElement { id, draft: Box::new(draft) })
}

fn when(start: &Moment, end: Option<&Moment>, zone: Option<Zone>) -> Result<When, Failure> {
    let zone = zone.unwrap_or_else(time::system);
    let start_ms = zone.start(start).map_err(|why| Failure::invalid(format!("--start: {why}")))?;
    let end_ms = match (end, start) {
        (Some(end), _) => zone.end(end).map_err(|why| Failure::invalid(format!("--end: {why}")))?,
        (None, Moment::Day(_)) => zone.end(start).map_err(|why| Failure::invalid(format!("--start: {why}")))?,
        (None, _) => start_ms.saturating_add(EVENT_MS),
    };
    if end_ms < start_ms {
        return Err(Failure::invalid("--end: the event would end before it begins"));
    }
    Ok(When { start_ms, end_ms, zone: zone.name, offset: None, whole_days: false, repeat: None })
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
            ("kind", element.kind.name().to_owned()),
            ("id", element.id.to_string()),
            ("owner", owner),
            ("when", element.when.as_ref().map(when_text).unwrap_or_default()),
            ("place", at(element.position)),
            ("address", line(&element.address)),
            ("phone", line(&element.phone)),
            ("email", line(&element.email)),
            ("website", line(&element.website)),
            ("hours", line(&element.opening_hours)),
            ("tags", line(&element.tags.join(", "))),
            ("part of", element.parent.as_ref().map(short).unwrap_or_default()),
            ("source", provenance.map(|from| line(&format!("{} {}", from.source, from.id))).unwrap_or_default()),
            ("licence", provenance.map(|from| line(&from.licence)).unwrap_or_default()),
            ("updated", moment(element.updated.ms())),
        ]);
        if !element.description.is_empty() {
            add(&mut out, format_args!("\n{}\n", lines(&element.description).trim()));
        }
        if !element.blobs.is_empty() {
            out += "\nfiles\n";
            out += &indent(&blobs(&element.blobs));
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
            "proposals": self.proposals,
            "roles": self.roles.iter().map(|(person, role)| {
                json!({ "person": person, "role": role })
            }).collect::<Vec<_>>(),
        })
    }
}

/// What is said of a post of the wall.
fn said<'a>(detail: &'a ElementDetail, post: &PostView) -> Option<&'a Reactions> {
    detail.reactions.iter().find(|(id, _)| *id == post.id).map(|(_, said)| said)
}
