//! An operation as whoever writes it signs it: its texts made such as are taken. SPEC.md §6.1.

use super::{
    Field, Op, Stub,
    element::When,
    text::{Lines, clean},
};

fn line(text: &mut String) {
    *text = clean(text, Lines::One);
}

fn lines(text: &mut String) {
    *text = clean(text, Lines::Many);
}

fn when(when: Option<&mut When>) {
    if let Some(when) = when {
        line(&mut when.zone);
    }
}

fn field(field: &mut Field) {
    match field {
        Field::Description(text) => lines(text),
        Field::Name(text)
        | Field::Address(text)
        | Field::Phone(text)
        | Field::Email(text)
        | Field::Website(text)
        | Field::OpeningHours(text) => line(text),
        Field::Tags(tags) => tags.iter_mut().for_each(line),
        Field::When(at) => when(at.as_mut()),
        Field::Provenance(Some(from)) => [&mut from.source, &mut from.id, &mut from.licence].into_iter().for_each(line),
        Field::Kind(_)
        | Field::Position(_)
        | Field::Parent(_)
        | Field::Provenance(None)
        | Field::Retracted(_)
        | Field::Sample(_) => {}
    }
}

fn stub(stub: &mut Stub) {
    line(&mut stub.name);
    stub.tags.iter_mut().for_each(line);
    when(stub.when.as_mut());
}

impl Op {
    /// The same, its texts such as are taken. What a key has signed already stays as it is: the terms of a recovery.
    pub fn tidy(&mut self) {
        match self {
            Self::Device(op) => line(&mut op.label),
            Self::Profile(op) => {
                line(&mut op.name);
                lines(&mut op.about);
            }
            Self::Element(op) => op.fields.iter_mut().for_each(field),
            Self::Link(op) => {
                line(&mut op.role);
                op.mirror.iter_mut().for_each(stub);
            }
            Self::Post(op) => {
                lines(&mut op.text);
                op.tags.iter_mut().for_each(line);
            }
            Self::Territory(op) => line(&mut op.name),
            Self::Stub(op) => stub(&mut op.stub),
            Self::Erase(op) => line(&mut op.reason),
            Self::Proposal(op) => {
                line(&mut op.title);
                lines(&mut op.text);
            }
            Self::Inception(_)
            | Self::Out(_)
            | Self::Recovery(_)
            | Self::Witness(_)
            | Self::Void(_)
            | Self::Reaction(_)
            | Self::Restate(_)
            | Self::Role(_)
            | Self::Ballot(_)
            | Self::Close(_)
            | Self::Wraps(_)
            | Self::KeyEpoch(_)
            | Self::Seed(_) => {}
        }
    }
}
