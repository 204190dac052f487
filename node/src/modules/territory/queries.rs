//! Territories followed and known.

use super::{BOUNDARIES_MAX, Boundaries, BoundariesFound, Territories, TerritoryId, TerritoryInfo};
use crate::{
    failure::Failure,
    modules::Read,
    snapshot::Snapshot,
    streets::{self, found::CoverError},
    territory::{self, Inside, cell_number, outline::Outline},
    together::Together,
};
use communaut_protocol::{Cell, Position, fold::ElementView, limits::TERRITORY_CELL_MAX};
use std::{collections::BTreeSet, sync::Arc};

/// Corners of outlines of which one answer says how their cells differ: some seconds. Of further ones nothing is said.
const COVERED_CORNERS_MAX: usize = 500_000;

/// Elements that are shown and lie in a territory.
pub(super) fn count_in<'a>(
    elements: impl Iterator<Item = &'a Arc<ElementView>>,
    together: &Together,
    inside: &Inside,
) -> usize {
    let is_in = |at: Position| inside.holds(cell_number(at.cell(TERRITORY_CELL_MAX)), || at);
    let shown = elements.filter(|element| !together.is_hidden(element.id));
    shown.filter(|element| element.position.is_some_and(is_in)).count()
}

impl Read for Territories {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<TerritoryInfo>, Failure> {
        let count = |cells: &[Cell], outline: &Outline| {
            count_in(snapshot.elements.values(), &snapshot.together, &Inside::new(cells, outline))
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
                elements: count(&t.cells, &t.outline),
            })
            .collect();
        all.extend(snapshot.territories.iter().filter(|(id, _)| !followed.contains(id)).map(|(id, t)| TerritoryInfo {
            id: *id,
            name: t.name.clone(),
            cells: t.cells.clone(),
            centre: t.centre,
            followed: false,
            elements: count(&t.cells, &Outline::default()),
        }));
        Ok(all)
    }
}

impl Read for Boundaries {
    fn read(&self, snapshot: &Snapshot) -> Result<BoundariesFound, Failure> {
        let packs = &snapshot.overview.streets;
        let mut found = streets::find_boundaries(packs, &self.text, self.just_so);
        found.retain(|one| self.level.is_none_or(|level| one.level == Some(level)));
        let more = found.len();
        found.truncate(self.limit.min(BOUNDARIES_MAX));
        let more = more - found.len();
        let mut room = COVERED_CORNERS_MAX;
        for one in found.iter_mut().filter(|one| self.cover && one.incomplete.is_empty()) {
            let Some((_, outline)) = streets::boundary(packs, one.id) else { continue };
            if outline.corners() > room {
                continue;
            }
            room -= outline.corners();
            one.cover = territory::of_outline(&outline).ok().map(|cover| CoverError {
                cells: cover.cells.len(),
                outline_km2: outline.km2(),
                cells_km2: territory::km2(&cover.cells),
            });
        }
        let unread = streets::unread_boundaries(packs);
        let is_read = |name: &String| unread.iter().all(|(other, _)| other != name);
        let maps = packs.iter().map(|pack| pack.name.clone()).filter(is_read).collect();
        Ok(BoundariesFound { found, more, maps, unread })
    }
}

/// Whether one of ascending, disjoint cells holds a position.
pub(crate) fn holds(cells: &[Cell], at: Position) -> bool {
    let finest = at.cell(TERRITORY_CELL_MAX);
    let after = cells.partition_point(|cell| *cell <= finest);
    after.checked_sub(1).and_then(|index| cells.get(index)).is_some_and(|cell| cell.contains(finest))
}

/// The cells of a territory that is followed or known.
pub(crate) fn cells_of(snapshot: &Snapshot, id: TerritoryId) -> Result<Vec<Cell>, Failure> {
    let followed = snapshot.overview.followed(id).map(|t| t.cells.to_vec());
    let known = || snapshot.territories.get(&id).map(|t| t.cells.clone());
    if let Some(cells) = followed.or_else(known) {
        return Ok(cells);
    }
    // An outline of a street map that is here.
    let (_, outline) = streets::boundary(&snapshot.overview.streets, id)
        .ok_or_else(|| Failure::not_found(format!("no territory {} is known here", id.short())))?;
    territory::of_outline(&outline).map(|cover| cover.cells)
}
