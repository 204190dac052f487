//! Taking an import back: what it made and nobody has changed since is closed; what its owner has changed stays, and
//! what somebody has written about.

use super::{
    DataSet, DataSets, UndoImport, Undone,
    said::{FileSaid, is_as_imported},
};
use crate::{
    daemon::{
        core::Core,
        dispatch::{Act, Start},
        input::{Answer, Effect, Input, UndoJob, WORK_BATCH},
        replica::Replica,
    },
    failure::Failure,
    modules::element::element_op,
    search::{fold::folded, is_similar},
};
use communaut_protocol::{ElementId, IdentityId, fold::ElementView, op::Field};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Elements looked at at once: others wait for the loop meanwhile, as they do for a batch of an import. What is closed
/// is not looked at again, so that a run that was ended goes on where it was.
const PART: usize = WORK_BATCH;
/// Data sets of one answer: more are those of a machine.
const LISTED_MAX: usize = 1_000;

impl Act for DataSets {
    fn act(self, replica: &mut Replica) -> Result<Vec<DataSet>, Failure> {
        let me = replica.author()?;
        let all = replica.data_sets(me).into_iter().take(LISTED_MAX);
        Ok(all.map(|(source, count)| DataSet { source, count }).collect())
    }
}

impl Start for UndoImport {
    fn start(self, core: &mut Core, answer: Answer) {
        let busy = if self.dry_run { None } else { core.imports() };
        let found = busy.map_or_else(|| core.replica.may_undo(&self.source), Err);
        match found {
            Err(failure) => core.answer(answer, Err(failure)),
            Ok(rest) if self.dry_run => {
                let would = core.replica.may_close(&rest).map(|(closing, kept)| Undone {
                    closed: closing.len() as u64,
                    kept,
                    left: 0,
                });
                core.answer(answer, would.map(Into::into));
            }
            Ok(rest) => {
                core.undo = Some(UndoJob { answer, source: self.source, undone: Undone::default(), rest, stop: false });
                core.undo_part();
            }
        }
    }
}

impl Core {
    /// Take the next part back; the rest comes after what others want done.
    pub(crate) fn undo_part(&mut self) {
        let Some(mut job) = self.undo.take() else { return };
        self.replica.changed = true;
        let part = if job.stop { Vec::new() } else { job.rest.split_off(job.rest.len().saturating_sub(PART)) };
        match self.replica.take_back(&part) {
            Ok((closed, kept)) => {
                job.undone.closed += closed;
                job.undone.kept += kept;
            }
            Err(failure) => {
                let message = match job.undone.closed {
                    0 => failure.message,
                    closed => format!("{}; {closed} were taken back before", failure.message),
                };
                return self.answer(job.answer, Err(Failure { message, ..failure }));
            }
        }
        if job.stop || job.rest.is_empty() {
            let undone = Undone { left: job.rest.len() as u64, ..job.undone };
            return self.answer(job.answer, Ok(undone.into()));
        }
        self.undo = Some(job);
        self.effects.push(Effect::Then(Input::UndoPart));
    }
}

/// What is to be closed, with what its file said of it last, and how many stay.
type ToClose = (Vec<(Arc<ElementView>, FileSaid)>, u64);

impl Replica {
    /// What is here of a data set.
    fn may_undo(&self, source: &str) -> Result<Vec<ElementId>, Failure> {
        let me = self.author()?;
        self.has_data_set(me, source)?;
        Ok(self.of_data_set(me, source).map(|held| held.id).collect())
    }

    /// Of these what stands as it was imported, and how many stay. What has gone meanwhile is neither.
    fn may_close(&self, these: &[ElementId]) -> Result<ToClose, Failure> {
        let (key, bearing) = (self.said_key(), self.bearing_words());
        let (mut closing, mut kept) = (Vec::new(), 0);
        let there = these.iter().filter_map(|id| self.views.said(id)).filter(|held| !held.retracted);
        for held in there {
            let said = self.file_said(&held.seed).map_err(internal)?;
            if bearing.contains(&held.id) || !is_as_imported(held, said.as_ref(), &key) {
                kept += 1;
            } else {
                closing.push((held.clone(), said.unwrap_or_default()));
            }
        }
        Ok((closing, kept))
    }

    /// Close what may be; how many, and how many stay.
    fn take_back(&mut self, these: &[ElementId]) -> Result<(u64, u64), Failure> {
        let me = self.author()?;
        let (closing, kept) = self.may_close(these)?;
        let retract = |held: &ElementView| element_op(held.owner, held.seed, vec![Field::Retracted(true)]);
        self.write_batches(me, closing.iter().map(|(held, _)| (held.scope, retract(held))).collect())?;
        // Imported under this name once more, it comes back.
        let close = |(held, mut said): (Arc<ElementView>, FileSaid)| {
            (said.closed, said.gone) = (true, false);
            (held.seed, said)
        };
        let closed: Vec<_> = closing.into_iter().map(close).collect();
        self.remember_said(&closed).map_err(internal)?;
        Ok((closed.len() as u64, kept))
    }
}

impl Replica {
    /// What this person has imported and is shown here, by data set.
    fn data_sets(&self, me: IdentityId) -> BTreeMap<String, u64> {
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        let own = self.views.elements().values().filter(|held| held.owner == me && !held.retracted);
        for from in own.filter_map(|held| held.provenance.as_ref()) {
            match found.get_mut(&from.source) {
                Some(count) => *count += 1,
                None => drop(found.insert(from.source.clone(), 1)),
            }
        }
        found
    }

    /// Elements with posts on their walls, or with words of this person: who takes them away takes these away too.
    fn bearing_words(&self) -> BTreeSet<ElementId> {
        let scopes = || self.views.scopes().values();
        let walls = scopes().flat_map(|view| view.posts.values()).filter_map(|post| post.wall);
        let own = |by: &IdentityId| Some(*by) == self.me;
        let labels = scopes().flat_map(|view| view.labels.keys()).filter(|(_, by, _)| own(by));
        walls.chain(labels.map(|(on, ..)| ElementId(on.0))).collect()
    }

    fn of_data_set(&self, me: IdentityId, source: &str) -> impl Iterator<Item = &Arc<ElementView>> {
        let of_source = move |held: &ElementView| {
            let from = held.provenance.as_ref();
            held.owner == me && !held.retracted && from.is_some_and(|from| from.source == source)
        };
        self.views.all_said().filter(move |held| of_source(held))
    }

    /// An error where nothing of that name is here; it names what may be meant.
    pub(super) fn has_data_set(&self, me: IdentityId, source: &str) -> Result<(), Failure> {
        if self.of_data_set(me, source).next().is_some() {
            return Ok(());
        }
        let known = self.data_sets(me);
        let meant = known.keys().find(|known| is_nearly(known, source));
        let hint = match meant {
            Some(meant) => format!("did you mean '{meant}'?"),
            None => "`import-sources` lists what was imported".to_owned(),
        };
        Err(Failure::not_found(format!("nothing that was imported as '{source}' is here; {hint}")))
    }
}

/// Whether two names of data sets are the same but for capitals, accents, signs or a slip.
pub(super) fn is_nearly(known: &str, source: &str) -> bool {
    let plain = |name: &str| folded(&name.replace(|c: char| !c.is_alphanumeric(), " "));
    let (known, source) = (plain(known), plain(source));
    let joined = |name: &str| name.replace(' ', "");
    known == source || joined(&known) == joined(&source) || is_similar(&known, &source)
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::internal(error.to_string())
}

#[cfg(test)]
mod tests;
