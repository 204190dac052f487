//! Doors and streets beside the elements that a search finds.

use super::Query;
use crate::{
    snapshot::Snapshot,
    streets::{self, AddressWish, found::AddressFound},
    territory::{self, Lands, sphere},
};
use communaut_protocol::Position;
use std::sync::Arc;

/// Doors and streets in one answer: what one looks through at a glance, below what was looked for.
const ADDRESSES_MAX: usize = 5;

/// Those that the words of a query name, where it asks for nothing that they have not. `slips`: nothing else was found.
pub(crate) fn find(snapshot: &Snapshot, query: &Query, lands: Option<&Lands>, slips: bool) -> Arc<Vec<AddressFound>> {
    let narrowed = !query.kinds.is_empty() || !query.tags.is_empty() || query.along.is_some();
    if narrowed || query.from_ms.is_some() || query.to_ms.is_some() || snapshot.overview.streets.is_empty() {
        return Arc::default();
    }
    let ringed = lands
        .filter(|_| query.ring_m > 0)
        .map(|lands| Lands::of_cells(&territory::widened(&lands.cells, f64::from(query.ring_m))));
    let lands = ringed.as_ref().or(lands);
    let near = query.near.and_then(|near| Some((near.position, f64::from(near.radius_m?))));
    let within = |at: Position| {
        lands.is_none_or(|lands| lands.holds_at(at))
            && near.is_none_or(|(centre, radius)| sphere::metres(centre, at) <= radius)
    };
    let wish = AddressWish { limit: ADDRESSES_MAX, slips, distinctive: true, within: &within };
    Arc::new(streets::find_address(&snapshot.overview.streets, &query.text, wish).found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::{modules::search::Near, snapshot::Overview, streets::Made};
    use communaut_protocol::{Cell, op::Kind};
    use std::path::Path;

    #[test]
    fn doors_are_found_where_nothing_else_is_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
        let Ok(Made::Pack(pack)) = streets::make(&sample, folder.path(), &mut |_| true) else { unreachable!() };
        let overview = Overview { streets: Arc::new(vec![pack]), ..Overview::default() };
        let snapshot = Snapshot { overview: Arc::new(overview), ..Snapshot::default() };
        let asked = |text: &str| Query { text: text.into(), ..Query::default() };
        let found = |query: &Query, cells: Option<&[Cell]>, slips| {
            find(&snapshot, query, cells.map(Lands::of_cells).as_ref(), slips)
        };
        let door = found(&asked("2 kaivokatu"), None, false);
        let first = door.first().unwrap();
        assert!(first.exact && first.name.starts_with("2 Kaivokatu") && first.map == "sample", "{first:?}");
        assert_eq!(found(&asked("k"), None, true).len(), 0, "a letter that many names begin with");
        assert!(found(&asked("kaivok"), None, true).len() <= ADDRESSES_MAX);
        assert_eq!(found(&asked("2 kaivokattu"), None, false).len(), 0);
        assert!(!found(&asked("2 kaivokattu"), None, true).is_empty(), "where nothing else was found");
        assert_eq!(found(&asked(""), None, true).len(), 0);
        let kinds = Query { kinds: vec![Kind::Event], ..asked("2 kaivokatu") };
        assert_eq!(found(&kinds, None, true).len(), 0);
        let [here, far] = [first.position, Position { lat_e7: 437_300_000, lon_e7: 74_200_000 }];
        assert_eq!(found(&asked("2 kaivokatu"), Some(&[far.cell(4)]), true).len(), 0);
        assert!(!found(&asked("2 kaivokatu"), Some(&[here.cell(5)]), true).is_empty());
        let near = |position| Query { near: Some(Near { position, radius_m: Some(500) }), ..asked("2 kaivokatu") };
        assert!(!found(&near(here), None, true).is_empty() && found(&near(far), None, true).is_empty());
    }
}
