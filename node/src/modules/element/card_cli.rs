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

/// What elements and events have in common. With --edit, what is not given stays as it is.
#[derive(Debug, ClapArgs)]
pub(crate) struct Card {
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

/// Make an element, or change one as far as something was said.
pub(super) fn save(
    session: &mut Session,
    card: Card,
    finish: impl FnOnce(&mut ElementDraft) -> Result<(), Failure>,
) -> Result<Written, Failure> {
    let (id, mut draft) = match &card.edit {
        None => (None, ElementDraft::default()),
        Some(id) => {
            let held = session.show(id)?.element;
            let draft = ElementDraft {
                kind: held.kind,
                name: held.name.clone(),
                description: held.description.clone(),
                position: held.position,
                address: held.address.clone(),
                phone: held.phone.clone(),
                email: held.email.clone(),
                website: held.website.clone(),
                opening_hours: held.opening_hours.clone(),
                tags: held.tags.clone(),
                when: held.when.clone(),
                parent: held.parent,
                closed: false,
                history: false,
                keepers: Vec::new(),
                keepers_agree: 0,
                sample: held.sample,
            };
            (Some(held.id), draft)
        }
    };
    if let Some(spot) = card.spot.spot() {
        draft.position = Some(session.position(spot)?);
    }
    if let Some(parent) = card.parent {
        let parent = session.show(&parent)?.element;
        draft.parent = Some(parent.id);
        // What belongs to an organisation is where the organisation is, unless it says otherwise.
        draft.position = draft.position.or(parent.position);
    }
    let given = [
        (&mut draft.name, card.name),
        (&mut draft.description, card.description),
        (&mut draft.address, card.address),
        (&mut draft.phone, card.phone),
        (&mut draft.email, card.email),
        (&mut draft.website, card.website),
        (&mut draft.opening_hours, card.opening_hours),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            *field = value;
        }
    }
    if let Some(tags) = card.tag {
        draft.tags = tags.into_iter().filter(|tag| !tag.is_empty()).collect();
    }
    draft.sample |= card.sample;
    finish(&mut draft)?;
    if draft.position.is_none() {
        return Err(no_place());
    }
    session.ask(SaveElement { id, draft: Box::new(draft) })
}
