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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::{
        ids::IdentityId,
        op::{ElementOp, PostOp, Profile},
    };

    /// Refused as it was typed, taken when it is tidy, and then the same however often.
    fn becomes(mut op: Op) -> Op {
        assert!(op.encode([1; 16], IdentityId::ZERO).is_err());
        op.tidy();
        assert!(op.encode([1; 16], IdentityId::ZERO).is_ok());
        let once = op.clone();
        op.tidy();
        assert_eq!(op, once);
        op
    }

    #[test]
    fn what_was_typed_or_pasted_becomes_what_is_taken() {
        let about = "One\r\nTwo\u{202e}".to_owned();
        let profile = Profile { name: "Cami\u{ad}lle\nM.".into(), about, home: None };
        let tidy = Profile { name: "Camille M.".into(), about: "One\nTwo".into(), home: None };
        assert_eq!(becomes(Op::Profile(profile)), Op::Profile(tidy));
        let fields = |name: &str, tag: &str| vec![Field::Name(name.into()), Field::Tags(vec![tag.into()])];
        let element =
            |fields| Op::Element(Box::new(ElementOp { owner: IdentityId([1; 32]), seed: vec![2; 16], fields }));
        assert_eq!(becomes(element(fields("Cafe\u{301}", "x\u{200b}y"))), element(fields("Café", "xy")));
        let post = |text: &str| PostOp {
            wall: None,
            text: text.into(),
            reply_to: None,
            tags: Vec::new(),
            position: None,
            sample: false,
        };
        assert_eq!(becomes(Op::Post(post("\u{feff}Soup\ton\u{2029}Friday"))), Op::Post(post("Soup\ton\nFriday")));
        // Nothing but signs that are not seen is nothing.
        let mut empty = Op::Post(post("\u{200b}\u{feff}"));
        empty.tidy();
        assert!(empty.encode([1; 16], IdentityId::ZERO).is_err());
    }
}
