//! Labels: of each thing, author and word the latest word, and of each author the latest few. SPEC.md §7.8.

use super::{Context, ScopeView};
use crate::{
    Stamp,
    fold::Record,
    ids::{EntryId, Hash, IdentityId},
    limits::LABELS_MAX,
    op::LabelOp,
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// On what, by whom, which word.
pub type LabelKey = (Hash, IdentityId, String);

/// A word of a third party on something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct LabelView {
    pub on: Hash,
    pub label: String,
    pub withdrawn: bool,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

pub(super) fn fold(op: LabelOp, record: &Record, context: &mut Context<'_>) {
    let (on, author) = (op.on, record.author);
    let key = (on, author, op.label.clone());
    let held = context.view.labels.get(&key);
    if held.is_some_and(|held| record.order() <= (held.stamp, held.entry)) {
        return;
    }
    let (stamp, entry) = record.order();
    let view = LabelView { on, label: op.label, withdrawn: op.withdrawn, author, stamp, entry };
    context.view.labels.insert(key, Arc::new(view));
    // A word that is not among the latest few never comes to be: what is later than it can only be replaced by what is
    // later still. So any order gives the same.
    let own: Vec<&Arc<LabelView>> = context.view.by_on(on, author).collect();
    if own.len() > LABELS_MAX {
        let first = own.iter().min_by_key(|held| (held.stamp, held.entry));
        if let Some(gone) = first.map(|held| (on, author, held.label.clone())) {
            context.view.labels.remove(&gone);
        }
    }
    context.changes.other = true;
}

impl ScopeView {
    fn by_on(&self, on: Hash, author: IdentityId) -> impl Iterator<Item = &Arc<LabelView>> {
        let all = self.labels.range((on, author, String::new())..).map(|(_, held)| held);
        all.take_while(move |held| (held.on, held.author) == (on, author))
    }

    /// The labels that stand on an element, a person or an entry, whoever says them: by author and word.
    pub fn labels_on(&self, on: Hash) -> impl Iterator<Item = &Arc<LabelView>> {
        let all = self.labels.range((on, IdentityId::ZERO, String::new())..).map(|(_, held)| held);
        all.take_while(move |held| held.on == on).filter(|held| !held.withdrawn)
    }
}
