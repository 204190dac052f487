//! Corrections: of each element and author the latest, and of it what the element's own word has not answered.
//! SPEC.md §7.8.

use super::{Context, ScopeView};
use crate::{
    Stamp,
    fold::Record,
    ids::{ElementId, EntryId, IdentityId},
    op::{CorrectionOp, Field},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A change that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct CorrectionView {
    pub element: ElementId,
    pub said: CorrectionOp,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

pub(super) fn fold(op: CorrectionOp, record: &Record, context: &mut Context<'_>) {
    let (element, author) = (op.element, record.author);
    let held = context.view.corrections.get(&(element, author));
    if held.is_none_or(|held| record.order() > (held.stamp, held.entry)) {
        let (stamp, entry) = record.order();
        let view = CorrectionView { element, said: op, author, stamp, entry };
        context.view.corrections.insert((element, author), Arc::new(view));
    }
    context.changes.other = true;
}

impl ScopeView {
    /// What is asked of an element that is held here and has not been answered: each correction with those of its
    /// fields of which no later word stands, the latest first. Whoever may write a field answers by writing it: as
    /// proposed, or again as it was.
    #[must_use]
    pub fn corrections_of(&self, element: ElementId) -> Vec<(Arc<CorrectionView>, Vec<Field>)> {
        let Some(held) = self.elements.get(&element) else { return Vec::new() };
        let all = self.corrections.range((element, IdentityId::ZERO)..).map(|(_, asked)| asked);
        let open = |asked: &Arc<CorrectionView>, field: &Field| {
            let word = held.registers.iter().find(|(key, ..)| *key == field.key());
            word.is_none_or(|(_, stamp, entry)| (*stamp, *entry) < (asked.stamp, asked.entry))
        };
        let mut standing: Vec<(Arc<CorrectionView>, Vec<Field>)> = all
            .take_while(|asked| asked.element == element)
            .map(|asked| {
                (asked.clone(), asked.said.fields.iter().filter(|field| open(asked, field)).cloned().collect())
            })
            .filter(|(_, fields): &(_, Vec<Field>)| !fields.is_empty())
            .collect();
        standing.sort_by_key(|(asked, _)| std::cmp::Reverse((asked.stamp, asked.entry)));
        standing
    }
}
