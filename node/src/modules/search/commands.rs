//! A search is answered by the index, off the loop.

use super::Query;
use crate::{
    daemon::{
        core::Core,
        dispatch::Start,
        input::{Answer, Effect},
        replica::Replica,
    },
    failure::Failure,
    modules::territory::TerritoryId,
};
use communaut_protocol::Cell;
use std::sync::Arc;

impl Start for Query {
    fn start(self, core: &mut Core, answer: Answer) {
        match self.territory.map(|id| cells(&core.replica, id)).transpose() {
            Ok(cells) => core.effects.push(Effect::Search(self, cells, answer)),
            Err(failure) => core.answer(answer, Err(failure)),
        }
    }
}

/// The cells of a territory that is followed or known.
fn cells(replica: &Replica, id: TerritoryId) -> Result<Arc<Vec<Cell>>, Failure> {
    if let Some(followed) = replica.followed.iter().find(|territory| territory.id == id) {
        return Ok(followed.cells.clone());
    }
    match replica.views.territories().get(&id) {
        Some(known) => Ok(Arc::new(known.cells.clone())),
        None => Err(Failure::not_found(format!("no territory {} is followed or known here", id.short()))),
    }
}
