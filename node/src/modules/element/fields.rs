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
        Field::When(None) | Field::Parent(None) | Field::Sample(false) => false,
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
        Field::When(when) => *when != held.when,
        Field::Parent(parent) => *parent != held.parent,
        Field::Provenance(from) => *from != held.provenance,
        Field::Sample(sample) => *sample != held.sample,
        // Taking back is an act of its own; what is not known here nobody fills in.
        Field::Retracted(_) | Field::Unknown(..) => false,
    });
    fields
}
