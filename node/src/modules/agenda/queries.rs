//! Events of the snapshot.

use super::{Agenda, Occurrence};
use crate::{
    failure::Failure,
    modules::{
        Read,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
};

impl Read for Agenda {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<Occurrence>, Failure> {
        let Self { from_ms, to_ms, territory } = *self;
        if to_ms < from_ms {
            return Err(Failure::invalid("the agenda ends before it begins"));
        }
        let cells = territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let mut events: Vec<Occurrence> = snapshot
            .elements
            .values()
            .filter_map(|element| {
                let when = element.when.as_ref().filter(|when| when.end_ms >= from_ms && when.start_ms <= to_ms)?;
                let inside = cells.as_ref().is_none_or(|cells| element.position.is_some_and(|at| holds(cells, at)));
                inside.then(|| Occurrence {
                    start_ms: when.start_ms,
                    end_ms: when.end_ms,
                    zone: when.zone.clone(),
                    element: element.clone(),
                })
            })
            .collect();
        events.sort_by_key(|event| (event.start_ms, event.end_ms, event.element.id));
        Ok(events)
    }
}
