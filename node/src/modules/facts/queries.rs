//! What is known of an element's facts.

use super::{CorrectionDetail, FactChange, Facts, FactsDetail, REPORT_TAG, ReportStatus, Word};
use crate::{
    failure::Failure,
    modules::{
        Read,
        element::{
            fields::{cleared, held_of},
            may_write,
        },
    },
    snapshot::Snapshot,
    together::rule::STILL_RIGHT,
};
use communaut_protocol::{Hash, IdentityId, fold::ElementView, op::Field};
use std::cmp::Reverse;

/// Words of one sort in one answer: more than a page shows.
const WORDS_MAX: usize = 100;

impl Read for Facts {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<FactsDetail>, Failure> {
        let held = snapshot.elements.get(&self.element);
        let held =
            held.ok_or_else(|| Failure::not_found(format!("no element {} is held here", self.element.short())))?;
        let Some(view) = snapshot.scopes.get(&held.scope) else { return Ok(Box::default()) };
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        let role = |who: IdentityId| view.governance.as_deref()?.roles.get(&who).copied();
        let is_space = snapshot.space_of(&held.scope) == held.id;
        let looks_after = |who: IdentityId| may_write(held, who, role(who), is_space);
        let word = |author: IdentityId, at_ms: u64| Word {
            author,
            author_name: snapshot.name_of(author),
            at_ms,
            looks_after: looks_after(author),
        };
        let labels = || view.labels_on(Hash(held.id.0));
        let still = labels().filter(|said| said.label == STILL_RIGHT && said.stamp > held.updated);
        let mut still_right: Vec<Word> = still.map(|said| word(said.author, said.stamp.ms())).collect();
        still_right.sort_by_key(|word| (Reverse(word.at_ms), word.author));
        let fresh_ms = still_right.first().map_or(0, |word| word.at_ms).max(held.updated.ms());
        still_right.truncate(WORDS_MAX);
        let is_report = held.tags.iter().any(|tag| tag == REPORT_TAG);
        let said = labels().filter(|_| is_report).filter_map(|said| {
            let status = ReportStatus::ALL.into_iter().find(|status| status.label() == said.label)?;
            Some((word(said.author, said.stamp.ms()), status))
        });
        let mut statuses: Vec<(Word, ReportStatus)> = said.collect();
        statuses.sort_by_key(|(word, status)| (!word.looks_after, Reverse(word.at_ms), word.author, *status));
        statuses.truncate(WORDS_MAX);
        let corrections = view.corrections_of(held.id).into_iter().filter_map(|(asked, open)| {
            let changes: Vec<FactChange> = changes(held, open);
            (!changes.is_empty()).then(|| CorrectionDetail {
                entry: asked.entry,
                word: word(asked.author, asked.stamp.ms()),
                reason: asked.said.reason.clone(),
                changes,
            })
        });
        Ok(Box::new(FactsDetail {
            ages: held.registers.iter().map(|(key, stamp, _)| (*key, stamp.ms())).collect(),
            still_right,
            fresh_ms,
            corrections: corrections.take(WORDS_MAX).collect(),
            statuses,
            may_answer: me.is_some_and(looks_after),
        }))
    }
}

/// Of what somebody asks for, what a person can be shown and accept.
pub(super) fn changes(held: &ElementView, open: Vec<Field>) -> Vec<FactChange> {
    let open = open.into_iter().filter(is_acceptable);
    let change = open.map(|proposed| FactChange { now: held_of(held, &proposed), proposed });
    let differs = |change: &FactChange| match &change.now {
        Some(now) => *now != change.proposed,
        None => cleared(&change.proposed).as_ref() != Some(&change.proposed),
    };
    change.filter(differs).collect()
}

/// What it is, what it belongs to and where it came from only its owner says; and nothing loses its name or its date.
fn is_acceptable(field: &Field) -> bool {
    match field {
        Field::Name(name) => !name.trim().is_empty(),
        Field::Description(_)
        | Field::Position(_)
        | Field::Address(_)
        | Field::Phone(_)
        | Field::Email(_)
        | Field::Website(_)
        | Field::OpeningHours(_)
        | Field::Tags(_)
        | Field::When(Some(_))
        | Field::Retracted(true) => true,
        _ => false,
    }
}
