//! The fields of an element: of a draft, those that say something, those in which an element differs.

use super::ElementDraft;
use communaut_protocol::{fold::ElementView, op::Field};

/// Every field of a draft, in ascending order of their keys.
pub(crate) fn of_draft(draft: &ElementDraft) -> Vec<Field> {
    let mut fields =
        vec![Field::Kind(draft.kind), Field::Name(draft.name.clone()), Field::Description(draft.description.clone())];
    fields.extend(draft.position.map(Field::Position));
    fields.extend([
        Field::Address(draft.address.clone()),
        Field::Phone(draft.phone.clone()),
        Field::Email(draft.email.clone()),
        Field::Website(draft.website.clone()),
        Field::OpeningHours(draft.opening_hours.clone()),
        Field::Tags(draft.tags.clone()),
        Field::When(draft.when.clone()),
        Field::Parent(draft.parent),
        Field::Sample(draft.sample),
        Field::Subkind(draft.subkind.clone()),
        Field::Stage(draft.stage.clone()),
        Field::Languages(draft.languages.clone()),
        Field::Contacts(draft.contacts.clone()),
        Field::Instead(draft.instead),
        Field::Foreign(draft.foreign.clone()),
    ]);
    fields
}

/// Only those that say something, for a new element.
pub(crate) fn only_said(mut fields: Vec<Field>) -> Vec<Field> {
    fields.retain(|field| match field {
        Field::Description(text)
        | Field::Address(text)
        | Field::Phone(text)
        | Field::Email(text)
        | Field::Website(text)
        | Field::OpeningHours(text) => !text.is_empty(),
        Field::Tags(tags) => !tags.is_empty(),
        Field::Blobs(blobs) => !blobs.is_empty(),
        Field::Subkind(text) | Field::Stage(text) | Field::Foreign(text) => !text.is_empty(),
        Field::Languages(languages) => !languages.is_empty(),
        Field::Contacts(contacts) => !contacts.is_empty(),
        Field::When(None) | Field::Instead(None) | Field::Parent(None) | Field::Sample(false) => false,
        _ => true,
    });
    fields
}

/// Only those in which an element that is held differs.
pub(crate) fn only_changed(mut fields: Vec<Field>, held: &ElementView) -> Vec<Field> {
    fields.retain(|field| match field {
        Field::Kind(kind) => *kind != held.kind,
        Field::Name(text) => *text != held.name,
        Field::Description(text) => *text != held.description,
        Field::Position(position) => Some(*position) != held.position,
        Field::Address(text) => *text != held.address,
        Field::Phone(text) => *text != held.phone,
        Field::Email(text) => *text != held.email,
        Field::Website(text) => *text != held.website,
        Field::OpeningHours(text) => *text != held.opening_hours,
        Field::Tags(tags) => *tags != held.tags,
        Field::Blobs(blobs) => *blobs != held.blobs,
        Field::Subkind(word) => *word != held.subkind,
        Field::Stage(word) => *word != held.stage,
        Field::Languages(languages) => *languages != held.languages,
        Field::Contacts(contacts) => *contacts != held.contacts,
        Field::Instead(said) => *said != held.instead.as_ref().map(|view| view.said),
        Field::Foreign(text) => *text != held.foreign,
        Field::When(when) => *when != held.when,
        Field::Parent(parent) => *parent != held.parent,
        Field::Provenance(from) => *from != held.provenance,
        Field::Sample(sample) => *sample != held.sample,
        // Taking back is an act of its own; what is not known here nobody fills in.
        Field::Retracted(_) | Field::Unknown(..) => false,
    });
    fields
}

/// What an element that is held says in the field of another value; none: nothing.
pub(crate) fn held_of(held: &ElementView, like: &Field) -> Option<Field> {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    Some(match like {
        Field::Kind(_) => Field::Kind(held.kind),
        Field::Name(_) => Field::Name(text(&held.name)?),
        Field::Description(_) => Field::Description(text(&held.description)?),
        Field::Position(_) => Field::Position(held.position?),
        Field::Address(_) => Field::Address(text(&held.address)?),
        Field::Phone(_) => Field::Phone(text(&held.phone)?),
        Field::Email(_) => Field::Email(text(&held.email)?),
        Field::Website(_) => Field::Website(text(&held.website)?),
        Field::OpeningHours(_) => Field::OpeningHours(text(&held.opening_hours)?),
        Field::Tags(_) => Field::Tags((!held.tags.is_empty()).then(|| held.tags.clone())?),
        Field::When(_) => Field::When(Some(held.when.clone()?)),
        Field::Parent(_) => Field::Parent(Some(held.parent?)),
        Field::Provenance(_) => Field::Provenance(Some(held.provenance.clone()?)),
        Field::Retracted(_) => Field::Retracted(held.retracted),
        Field::Sample(_) => Field::Sample(held.sample),
        Field::Blobs(_) => Field::Blobs(held.blobs.clone()),
        Field::Subkind(_) => Field::Subkind(text(&held.subkind)?),
        Field::Stage(_) => Field::Stage(text(&held.stage)?),
        Field::Languages(_) => Field::Languages((!held.languages.is_empty()).then(|| held.languages.clone())?),
        Field::Contacts(_) => Field::Contacts((!held.contacts.is_empty()).then(|| held.contacts.clone())?),
        Field::Instead(_) => Field::Instead(Some(held.instead.as_ref()?.said)),
        Field::Foreign(_) => Field::Foreign(text(&held.foreign)?),
        Field::Unknown(..) => None?,
    })
}

/// All that an element that is held says, in ascending order of the keys; that it was taken back and its pictures
/// apart.
pub(crate) fn all(held: &ElementView) -> Vec<Field> {
    let mut all = of_draft(&ElementDraft::of(held));
    all.push(Field::Provenance(held.provenance.clone()));
    all.sort_by_key(Field::key);
    let mut all = only_said(all);
    all.retain(|field| !matches!(field, Field::Provenance(None)));
    all
}

/// A field's name on the command line, and in what is told to programs.
pub(crate) const fn name_of(key: u8) -> &'static str {
    match key {
        0 => "kind",
        1 => "name",
        2 => "description",
        3 => "place",
        4 => "address",
        5 => "phone",
        6 => "email",
        7 => "website",
        8 => "opening_hours",
        9 => "tags",
        10 => "when",
        11 => "parent",
        12 => "provenance",
        13 => "gone",
        14 => "sample",
        15 => "files",
        16 => "subkind",
        17 => "stage",
        18 => "languages",
        19 => "contacts",
        20 => "instead",
        21 => "foreign",
        _ => "unknown",
    }
}

/// Put one field into a draft. What a draft does not say is passed over.
pub(crate) fn put(draft: &mut ElementDraft, field: Field) {
    match field {
        Field::Kind(kind) => draft.kind = kind,
        Field::Name(text) => draft.name = text,
        Field::Description(text) => draft.description = text,
        Field::Position(position) => draft.position = Some(position),
        Field::Address(text) => draft.address = text,
        Field::Phone(text) => draft.phone = text,
        Field::Email(text) => draft.email = text,
        Field::Website(text) => draft.website = text,
        Field::OpeningHours(text) => draft.opening_hours = text,
        Field::Tags(tags) => draft.tags = tags,
        Field::When(when) => draft.when = when,
        Field::Parent(parent) => draft.parent = parent,
        Field::Sample(sample) => draft.sample = sample,
        Field::Provenance(_) | Field::Retracted(_) | Field::Blobs(_) | Field::Unknown(..) => {}
        Field::Subkind(word) => draft.subkind = word,
        Field::Stage(word) => draft.stage = word,
        Field::Languages(languages) => draft.languages = languages,
        Field::Contacts(contacts) => draft.contacts = contacts,
        Field::Instead(instead) => draft.instead = instead,
        Field::Foreign(text) => draft.foreign = text,
    }
}

/// The same field with nothing in it; none: it always says something.
pub(crate) fn cleared(field: &Field) -> Option<Field> {
    Some(match field {
        Field::Description(_) => Field::Description(String::new()),
        Field::Address(_) => Field::Address(String::new()),
        Field::Phone(_) => Field::Phone(String::new()),
        Field::Email(_) => Field::Email(String::new()),
        Field::Website(_) => Field::Website(String::new()),
        Field::OpeningHours(_) => Field::OpeningHours(String::new()),
        Field::Tags(_) => Field::Tags(Vec::new()),
        Field::When(_) => Field::When(None),
        Field::Parent(_) => Field::Parent(None),
        Field::Provenance(_) => Field::Provenance(None),
        Field::Kind(_) | Field::Name(_) | Field::Position(_) | Field::Retracted(_) | Field::Sample(_) => None?,
        Field::Subkind(_) => Field::Subkind(String::new()),
        Field::Stage(_) => Field::Stage(String::new()),
        Field::Languages(_) => Field::Languages(Vec::new()),
        Field::Contacts(_) => Field::Contacts(Vec::new()),
        Field::Instead(_) => Field::Instead(None),
        Field::Foreign(_) => Field::Foreign(String::new()),
        Field::Blobs(_) | Field::Unknown(..) => None?,
    })
}
