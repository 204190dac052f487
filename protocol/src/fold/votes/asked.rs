//! What was said of a proposal: in logs, and by tellers again. SPEC.md §8.6.

use super::{
    Records,
    certify::{Recounts, Said},
};
use crate::{
    fold::Record,
    ids::EntryId,
    op::{Op, ProposalOp},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A proposal, once it is held, with what was said of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Asked {
    /// From its log.
    pub record: Option<Arc<Record>>,
    pub opens: Records,
    pub ballots: Records,
    pub closes: Records,
    /// What witnesses say again of it: by its own entry and theirs.
    pub again: BTreeMap<(EntryId, EntryId), Arc<Record>>,
    pub recounts: Recounts,
    /// Whether acts that come change nothing of it: it is open, and all acts that its openings name are held.
    pub fixed: bool,
}

impl Asked {
    /// The proposal, from its log or as a teller of it says it again; with its reasons, if they are held.
    pub fn proposal(&self, witnesses: &BTreeSet<EntryId>) -> Option<Arc<Record>> {
        let again = self.again.iter().filter(|((_, by), _)| witnesses.contains(by)).map(|(_, record)| record);
        let stands = again.filter(|record| matches!(&record.op, Op::Proposal(op) if is_by_teller(record, op)));
        let all = self.record.iter().chain(stands);
        let reasons = |record: &&Arc<Record>| matches!(&record.op, Op::Proposal(op) if !op.text.is_empty());
        all.clone().find(reasons).or_else(|| all.clone().next()).cloned()
    }

    /// Openings and closes from their logs, and as tellers say them again.
    pub fn said(&self, op: &ProposalOp, witnesses: &BTreeSet<EntryId>) -> Said {
        let mut said = Said { opens: self.opens.clone(), closes: self.closes.clone(), again: BTreeSet::new() };
        for ((id, by), record) in &self.again {
            if !witnesses.contains(by) || !is_by_teller(record, op) {
                continue;
            }
            if record.witness.is_some_and(|witness| witness.by != record.author) {
                said.again.insert(*id);
            }
            let kept = match record.op {
                Op::Open(_) => &mut said.opens,
                Op::Close(_) => &mut said.closes,
                _ => continue,
            };
            kept.entry(*id).or_insert_with(|| record.clone());
        }
        said
    }

    /// The proposal, openings and closes, each as often as it is said.
    pub fn all(&self, witnesses: &BTreeSet<EntryId>) -> impl Iterator<Item = &Arc<Record>> {
        let again = self.again.iter().filter(|((_, by), _)| witnesses.contains(by)).map(|(_, record)| record);
        self.record.iter().chain(self.opens.values()).chain(self.closes.values()).chain(again)
    }

    /// Forget what closes come to that name such parts; whether there are any.
    pub fn forget(&mut self, parts: &BTreeSet<EntryId>) -> bool {
        let mut any = false;
        let closes = self.closes.values().chain(self.again.values());
        for close in closes.filter(|_| !parts.is_empty()) {
            let Op::Close(op) = &close.op else { continue };
            if parts.iter().any(|part| op.parts.binary_search(part).is_ok()) {
                self.recounts.forget(close.id);
                any = true;
            }
        }
        any
    }
}

/// Whether a teller of a proposal says something again.
fn is_by_teller(record: &Record, op: &ProposalOp) -> bool {
    record.witness.is_some_and(|witness| op.tellers.contains(&witness.by))
}
