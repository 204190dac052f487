//! Territories followed and known.

use super::{Territories, TerritoryId, TerritoryInfo};
use crate::{failure::Failure, modules::Read, snapshot::Snapshot};
use communaut_protocol::Cell;
use std::collections::BTreeSet;

impl Read for Territories {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<TerritoryInfo>, Failure> {
        let count = |cells: &[Cell]| {
            let shown = snapshot.elements.values().filter(|e| !snapshot.together.is_hidden(e.id));
            shown.filter(|e| e.position.is_some_and(|at| holds(cells, at))).count()
        };
        let followed: BTreeSet<TerritoryId> = snapshot.overview.followed.iter().map(|territory| territory.id).collect();
        let mut all: Vec<TerritoryInfo> = snapshot
            .overview
            .followed
            .iter()
            .map(|t| TerritoryInfo {
                id: t.id,
                name: t.name.clone(),
                cells: t.cells.to_vec(),
                centre: t.centre,
                followed: true,
                elements: count(&t.cells),
            })
            .collect();
        all.extend(snapshot.territories.iter().filter(|(id, _)| !followed.contains(id)).map(|(id, t)| TerritoryInfo {
            id: *id,
            name: t.name.clone(),
            cells: t.cells.clone(),
            centre: t.centre,
            followed: false,
            elements: count(&t.cells),
        }));
        Ok(all)
    }
}

/// Whether one of ascending, disjoint cells holds a position.
pub(crate) fn holds(cells: &[Cell], at: communaut_protocol::Position) -> bool {
    let finest = at.cell(communaut_protocol::limits::TERRITORY_CELL_MAX);
    let after = cells.partition_point(|cell| *cell <= finest);
    after.checked_sub(1).and_then(|index| cells.get(index)).is_some_and(|cell| cell.contains(finest))
}

/// The cells of a territory that is followed or known.
pub(crate) fn cells_of(snapshot: &Snapshot, id: TerritoryId) -> Result<Vec<Cell>, Failure> {
    let followed = snapshot.overview.followed(id).map(|t| t.cells.to_vec());
    let known = || snapshot.territories.get(&id).map(|t| t.cells.clone());
    followed.or_else(known).ok_or_else(|| Failure::not_found(format!("no territory {} is known here", id.short())))
}
