//! Taking an import back: what it made and nobody has changed since is closed; what its owner has changed stays, and
//! what somebody has written about.

use super::{
    DataSet, DataSets, UndoImport, Undone,
    said::{FileSaid, is_as_imported},
};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::element::element_op,
    search::{fold::folded, is_similar},
};
use communaut_protocol::{ElementId, IdentityId, fold::ElementView, op::Field};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Elements closed at once: others wait for the loop meanwhile, as they do for two batches of an import. What is closed
/// is not looked at again, so that a run that was ended goes on where it was.
const CLOSED_MAX: usize = 1_000;
/// Data sets of one answer: more are those of a machine.
const LISTED_MAX: usize = 1_000;

impl Act for DataSets {
    fn act(self, replica: &mut Replica) -> Result<Vec<DataSet>, Failure> {
        let me = replica.author()?;
        let all = replica.data_sets(me).into_iter().take(LISTED_MAX);
        Ok(all.map(|(source, count)| DataSet { source, count }).collect())
    }
}

impl Act for UndoImport {
    fn act(self, replica: &mut Replica) -> Result<Undone, Failure> {
        let me = replica.author()?;
        replica.has_data_set(me, &self.source)?;
        let mut undone = Undone::default();
        let mut closing: Vec<(Arc<ElementView>, FileSaid)> = Vec::new();
        let of_source: Vec<Arc<ElementView>> = replica.of_data_set(me, &self.source).cloned().collect();
        let mut left = of_source.len() as u64;
        let key = replica.said_key();
        let bearing = replica.bearing_words();
        for held in of_source {
            if closing.len() == CLOSED_MAX && !self.dry_run {
                break;
            }
            left -= 1;
            let said = replica.file_said(&held.seed).map_err(internal)?;
            if bearing.contains(&held.id) || !is_as_imported(&held, said.as_ref(), &key) {
                undone.kept += 1;
            } else if self.dry_run {
                undone.closed += 1;
            } else {
                closing.push((held, said.unwrap_or_default()));
            }
        }
        if self.dry_run {
            return Ok(undone);
        }
        let retract = |held: &ElementView| element_op(held.owner, held.seed, vec![Field::Retracted(true)]);
        replica.write_batches(me, closing.iter().map(|(held, _)| (held.scope, retract(held))).collect())?;
        // Imported under this name once more, it comes back.
        let close = |(held, mut said): (Arc<ElementView>, FileSaid)| {
            (said.closed, said.gone) = (true, false);
            (held.seed, said)
        };
        let closed: Vec<_> = closing.into_iter().map(close).collect();
        replica.remember_said(&closed).map_err(internal)?;
        Ok(Undone { closed: closed.len() as u64, left, ..undone })
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
        self.views.elements().values().filter(move |held| of_source(held))
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
