//! What of an element and of an event is typed alike, and what becomes of it.

use super::{ElementDraft, SaveElement};
use crate::{
    cli::{
        session::Session,
        shared::{SpotArgs, no_place},
    },
    failure::Failure,
    modules::Written,
};
use clap::Args as ClapArgs;
use communaut_protocol::op::Contact;

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
    /// In words, "du lundi au vendredi de 9h à 18h", or as in OpenStreetMap, "Mo-Fr 09:00-18:00"; the reply says how
    /// it was understood
    #[arg(long)]
    pub opening_hours: Option<String>,
    /// Tags
    #[arg(long, value_delimiter = ',')]
    pub tag: Option<Vec<String>>,
    /// Which kind of organisation, event or place: a word of `vocabulary`, or any
    #[arg(long)]
    pub subkind: Option<String>,
    /// How far a project has come: a word of `vocabulary stage`, or any
    #[arg(long)]
    pub stage: Option<String>,
    /// Languages in which one is understood there, e.g. fr,de
    #[arg(long, value_delimiter = ',')]
    pub language: Option<Vec<String>>,
    /// Another way to reach it, e.g. matrix=@ada:example.org; the kinds are those of `vocabulary contact`, or any.
    /// May be given several times; an empty one takes all of them away
    #[arg(long, value_name = "KIND=VALUE")]
    pub contact: Option<Vec<String>>,
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
            (&mut draft.opening_hours, self.opening_hours.map(|hours| session.typed_hours(hours))),
        ];
        for (field, value) in given {
            if let Some(value) = value {
                *field = value;
            }
        }
        if let Some(tags) = self.tag {
            draft.tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
        }
        draft.subkind = self.subkind.unwrap_or(std::mem::take(&mut draft.subkind));
        draft.stage = self.stage.unwrap_or(std::mem::take(&mut draft.stage));
        draft.languages = self.language.unwrap_or(std::mem::take(&mut draft.languages));
        if let Some(all) = self.contact {
            let all = all.iter().filter(|text| !text.trim().is_empty()).map(|text| contact(text));
            draft.contacts = all.collect::<Result<_, _>>()?;
        }
        Ok(())
    }
}

/// `KIND=VALUE`.
fn contact(text: &str) -> Result<Contact, Failure> {
    let (kind, value) = text.split_once('=').ok_or_else(|| {
        Failure::invalid(format!("--contact: '{text}' has no '='; write KIND=VALUE, e.g. signal=+377 93 00 00 00"))
    })?;
    Ok(Contact { kind: kind.to_owned(), value: value.to_owned() })
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
    /// The event, project or place that it is a part of: a concert of a festival
    #[arg(long, value_name = "ID", conflicts_with = "edit")]
    pub under: Option<String>,
    /// Change this one instead of making a new one
    #[arg(long, value_name = "ID")]
    pub edit: Option<String>,
    /// Mark it as made for a demonstration
    #[arg(long)]
    pub sample: bool,
}

/// Make an element, or change one as far as something was said.
pub(super) fn save(
    session: &mut Session,
    card: Card,
    finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
) -> Result<Written, Failure> {
    let (id, draft) = match &card.edit {
        None => (None, ElementDraft::default()),
        Some(id) => {
            let held = session.show(id)?.element;
            (Some(held.id), ElementDraft::of(&held))
        }
    };
    let draft = Box::new(filled(session, card, draft, finish)?);
    session.ask(SaveElement { id, draft })
}

/// A draft with what was said put into it.
pub(super) fn filled(
    session: &mut Session,
    card: Card,
    mut draft: ElementDraft,
    finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
) -> Result<ElementDraft, Failure> {
    let mut named = |id: Option<String>| id.map(|id| Ok(session.show(&id)?.element)).transpose();
    let (space, under) = (named(card.parent)?, named(card.under)?);
    if under.is_some() {
        draft.space = space.as_ref().map(|space| space.id);
    }
    card.said.put(session, &mut draft)?;
    for parent in under.into_iter().chain(space).take(1) {
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
    Ok(draft)
}
