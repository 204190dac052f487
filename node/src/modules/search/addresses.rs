//! Doors and streets beside the elements that a search finds.

use super::Query;
use crate::{
    modules::territory::holds,
    snapshot::Snapshot,
    streets::{self, AddressWish, found::AddressFound},
    territory::{self, sphere},
};
use communaut_protocol::{Cell, Position};
use std::sync::Arc;

/// Doors and streets in one answer: what one looks through at a glance, below what was looked for.
const ADDRESSES_MAX: usize = 5;

/// Those that the words of a query name, where it asks for nothing that they have not. `slips`: nothing else was found.
pub(crate) fn find(snapshot: &Snapshot, query: &Query, cells: Option<&[Cell]>, slips: bool) -> Arc<Vec<AddressFound>> {
    let narrowed = !query.kinds.is_empty() || !query.tags.is_empty() || query.along.is_some();
    if narrowed || query.from_ms.is_some() || query.to_ms.is_some() || snapshot.overview.streets.is_empty() {
        return Arc::default();
    }
    let cells = cells.map(|cells| match query.ring_m {
        0 => cells.to_vec(),
        ring => territory::widened(cells, f64::from(ring)),
    });
    let near = query.near.and_then(|near| Some((near.position, f64::from(near.radius_m?))));
    let within = |at: Position| {
        cells.as_ref().is_none_or(|cells| holds(cells, at))
            && near.is_none_or(|(centre, radius)| sphere::metres(centre, at) <= radius)
    };
    let wish = AddressWish { limit: ADDRESSES_MAX, slips, distinctive: true, within: &within };
    Arc::new(streets::find_address(&snapshot.overview.streets, &query.text, wish).found)
}
