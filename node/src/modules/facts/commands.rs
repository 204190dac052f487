//! Words on what others say, and answers to them.

use super::{AnswerCorrection, Correct, ReportStatus, SayStatus, SayStillRight, queries::changes};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::{
        Written,
        element::{
            ElementDraft, checked, element_op,
            fields::{cleared, held_of, of_draft, only_changed, only_said, put},
        },
        id_range, one,
    },
    together::rule::STILL_RIGHT,
};
use communaut_protocol::{
    ElementId, EntryId, Hash, IdentityId,
    fold::ElementView,
    op::{CorrectionOp, Field, Kind, LabelOp, Op},
};

impl Act for SayStillRight {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let (me, held) = (replica.author()?, replica.element(self.element)?);
        // Said again, it is as of now.
        let entries = replica.write(me, vec![(held.scope, label(held.id, STILL_RIGHT, false))])?;
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Act for SayStatus {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { element, status } = self;
        let (me, held) = (replica.author()?, replica.element(element)?);
        if !held.tags.iter().any(|tag| tag == super::REPORT_TAG) {
            let why = format!("'{}' is no report: a report is a place with the tag '{}'", held.name, super::REPORT_TAG);
            return Err(Failure::invalid(why));
        }
        let standing = replica.standing_labels(&held, me);
        let said = |status: ReportStatus| standing.iter().any(|label| label == status.label());
        let mut ops = Vec::new();
        for other in ReportStatus::ALL.into_iter().filter(|other| Some(*other) != status && said(*other)) {
            ops.push((held.scope, label(held.id, other.label(), true)));
        }
        if let Some(status) = status.filter(|status| !said(*status)) {
            ops.push((held.scope, label(held.id, status.label(), false)));
        }
        let entries = replica.write(me, ops)?;
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Act for Correct {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { element, draft, gone, reason } = self;
        let (me, held) = (replica.author()?, replica.element(element)?);
        if replica.may_edit(&held, me).is_ok() {
            let why = format!("'{}' is yours to change: change it, rather than asking for it", held.name);
            return Err(Failure::invalid(why));
        }
        let mut asked = only_changed(of_draft(&replica.as_said(held.id, checked(*draft)?)), &held);
        asked.extend(gone.then_some(Field::Retracted(true)));
        asked.sort_by_key(Field::key);
        let acceptable = changes(&held, asked.clone());
        if let Some(field) = asked.iter().find(|field| acceptable.iter().all(|change| change.proposed != **field)) {
            let why = match field {
                Field::Kind(_) => format!("'{}' is a {} and stays one", held.name, held.kind.name()),
                _ => format!("only who made '{}' changes what it belongs to", held.name),
            };
            return Err(Failure::invalid(why));
        }
        let before = replica.views.scopes().get(&held.scope).and_then(|view| view.corrections.get(&(held.id, me)));
        if before.map_or(asked.is_empty(), |before| before.said.fields == asked && before.said.reason == reason) {
            let why = "nothing in it differs from what is said already, or from what you asked for";
            return Err(Failure::invalid(why));
        }
        let op = CorrectionOp { element: held.id, fields: asked, reason };
        let entries = replica.write(me, vec![(held.scope, Op::Correction(Box::new(op)))])?;
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Act for AnswerCorrection {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { element, correction: text, accept } = self;
        let (me, held) = (replica.author()?, replica.element(element)?);
        replica.may_edit(&held, me)?;
        let range = id_range(&text, "a correction")?;
        let open = replica.views.scopes().get(&held.scope).map(|view| view.corrections_of(held.id));
        let open = open.into_iter().flatten().filter(|(asked, _)| range.contains(&asked.entry.0));
        let fields = one(&text, "open correction", open.map(|(_, fields)| fields))?;
        let entries =
            if accept { replica.accept(me, &held, fields)? } else { replica.keep_as_it_was(me, &held, &fields)? };
        Ok(Written { element: Some(held.id), entries })
    }
}

impl Replica {
    /// Write what is proposed.
    fn accept(&mut self, me: IdentityId, held: &ElementView, fields: Vec<Field>) -> Result<Vec<EntryId>, Failure> {
        let fields: Vec<Field> = changes(held, fields).into_iter().map(|change| change.proposed).collect();
        if fields.contains(&Field::Retracted(true)) && held.kind == Kind::Person {
            return Err(Failure::invalid("a person's card belongs to their identity and stays"));
        }
        let mut draft = ElementDraft::of(held);
        fields.iter().cloned().for_each(|field| put(&mut draft, field));
        let draft = checked(draft)?;
        let moved = draft.position.filter(|position| !held.scope.holds(*position));
        let ops = match moved {
            Some(to) => self.move_ops(held, to, only_said(of_draft(&draft)))?,
            None => vec![(held.scope, element_op(held.owner, held.seed, fields))],
        };
        self.write(me, ops)
    }

    /// Write again what stands there: a later word than what was asked for.
    fn keep_as_it_was(&mut self, me: IdentityId, held: &ElementView, asked: &[Field]) -> Result<Vec<EntryId>, Failure> {
        let again: Vec<Field> =
            asked.iter().filter_map(|field| held_of(held, field).or_else(|| cleared(field))).collect();
        self.write(me, vec![(held.scope, element_op(held.owner, held.seed, again))])
    }

    /// Which labels of somebody stand on an element.
    fn standing_labels(&self, held: &ElementView, author: IdentityId) -> Vec<String> {
        let view = self.views.scopes().get(&held.scope);
        let all = view.into_iter().flat_map(|view| view.labels_on(Hash(held.id.0)));
        all.filter(|said| said.author == author).map(|said| said.label.clone()).collect()
    }
}

fn label(on: ElementId, label: &str, withdrawn: bool) -> Op {
    Op::Label(LabelOp { on: Hash(on.0), label: label.to_owned(), withdrawn })
}
