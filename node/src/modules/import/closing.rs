//! What a data set's file has no longer: listed, and closed in one step.

use super::{CloseGone, Closed, GoneElement, GoneFrom, GoneList};
use crate::{
    daemon::{dispatch::Act, replica::Replica},
    failure::Failure,
    modules::element::element_op,
};
use communaut_protocol::{IdentityId, fold::ElementView, op::Field};
use std::sync::Arc;

/// Elements of one answer: more than anybody reads.
const LISTED_MAX: usize = 1_000;
/// Elements closed at once: others wait for the loop meanwhile, as they do for two batches of an import.
const CLOSED_MAX: usize = 1_000;

impl Act for GoneFrom {
    fn act(self, replica: &mut Replica) -> Result<GoneList, Failure> {
        let me = replica.author()?;
        if let Some(source) = &self.source {
            replica.has_data_set(me, source)?;
        }
        let mut found: Vec<GoneElement> = Vec::new();
        let mut count = 0;
        for element in replica.gone_from(me, self.source.as_deref())? {
            count += 1;
            let source = element.provenance.as_ref().map(|from| from.source.clone()).unwrap_or_default();
            found.push(GoneElement { source, name: element.name.clone(), id: element.id });
            if found.len() >= 2 * LISTED_MAX {
                found.sort_unstable();
                found.truncate(LISTED_MAX);
            }
        }
        found.sort_unstable();
        found.truncate(LISTED_MAX);
        Ok(GoneList { count, first: found })
    }
}

impl Act for CloseGone {
    fn act(self, replica: &mut Replica) -> Result<Closed, Failure> {
        let me = replica.author()?;
        replica.has_data_set(me, &self.source)?;
        let mut gone = replica.gone_from(me, Some(&self.source))?;
        let left = gone.len().saturating_sub(CLOSED_MAX) as u64;
        gone.truncate(CLOSED_MAX);
        let retract = |held: &Arc<ElementView>| element_op(held.owner, held.seed, vec![Field::Retracted(true)]);
        replica.write_batches(me, gone.iter().map(|held| (held.scope, retract(held))).collect())?;
        let mut closed = Vec::new();
        for held in &gone {
            let mut said = replica.file_said(&held.seed).map_err(internal)?.unwrap_or_default();
            said.closed = true;
            closed.push((held.seed, said));
        }
        replica.remember_said(&closed).map_err(internal)?;
        Ok(Closed { closed: gone.len() as u64, left })
    }
}

impl Replica {
    fn gone_from(&self, me: IdentityId, source: Option<&str>) -> Result<Vec<Arc<ElementView>>, Failure> {
        let of_source = |element: &ElementView| {
            let from = element.provenance.as_ref().map(|from| from.source.as_str());
            element.owner == me && from.is_some_and(|from| source.is_none_or(|source| source == from))
        };
        let mut gone = Vec::new();
        for element in self.views.all_said().filter(|element| of_source(element)) {
            if self.file_said(&element.seed).map_err(internal)?.is_some_and(|said| said.gone) {
                gone.push(element.clone());
            }
        }
        Ok(gone)
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::internal(error.to_string())
}
