//! Who else speaks of what is shown, and what is probably the same.

use super::{AlsoSaid, LikelyFound, LikelyPair, LikelyPairs, LikelySame};
use crate::{
    failure::Failure,
    modules::{
        Read,
        element::fields::name_of,
        search::Hit,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
    together::{
        likely, pairs,
        rule::{Sight, differences},
    },
};
use communaut_protocol::{ElementId, fold::ElementView};
use std::collections::BTreeMap;

/// Other records of one place that one answer names.
const ALSO_MAX: usize = 32;
/// What is probably the same as one element, in one answer.
const LIKELY_MAX: usize = 10;
/// Pairs of one answer: more than anybody looks through.
const PAIRS_MAX: usize = 1_000;

fn sight(snapshot: &Snapshot) -> Sight<'_> {
    Sight {
        elements: &snapshot.elements,
        scopes: &snapshot.scopes,
        me: snapshot.overview.me.as_ref().map(|me| me.id),
        trusted: &snapshot.trusted,
    }
}

fn said(snapshot: &Snapshot, shown: &ElementView, other: &ElementView) -> AlsoSaid {
    let mut differs: Vec<String> = differences(shown, other).into_iter().map(|key| name_of(key).to_owned()).collect();
    if shown.position != other.position {
        differs.push(name_of(3).to_owned());
    }
    AlsoSaid {
        id: other.id,
        name: other.name.clone(),
        owner: other.owner,
        owner_name: snapshot.name_of(other.owner),
        source: other.provenance.as_ref().map(|from| from.source.clone()).unwrap_or_default(),
        differs,
    }
}

/// Who else speaks of an element that is shown.
pub(crate) fn also(snapshot: &Snapshot, shown: &ElementView) -> Vec<AlsoSaid> {
    let others = snapshot.together.others(shown.id).filter_map(|id| snapshot.elements.get(&id));
    others.take(ALSO_MAX).map(|other| said(snapshot, shown, other)).collect()
}

/// Who else speaks of what was found.
pub(crate) fn also_of(snapshot: &Snapshot, hits: &[Hit]) -> BTreeMap<ElementId, Vec<AlsoSaid>> {
    let all = hits.iter().map(|hit| (hit.element.id, also(snapshot, &hit.element)));
    all.filter(|(_, also)| !also.is_empty()).collect()
}

/// What is probably the same as an element.
pub(crate) fn likely_of(snapshot: &Snapshot, element: &ElementView) -> Vec<LikelySame> {
    let found = likely::of_element(&sight(snapshot), &snapshot.together, element, LIKELY_MAX);
    let one = |(likeness, other): (_, std::sync::Arc<ElementView>)| LikelySame {
        also: said(snapshot, element, &other),
        likeness,
    };
    found.into_iter().map(one).collect()
}

impl Read for LikelyPairs {
    fn read(&self, snapshot: &Snapshot) -> Result<LikelyFound, Failure> {
        let cells = self.territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let inside = |at| cells.as_ref().is_none_or(|cells| holds(cells, at));
        let found = pairs::all(&sight(snapshot), &snapshot.together, &inside, PAIRS_MAX);
        let pairs = found.surest.into_iter().map(|(likeness, one, other)| LikelyPair { one, other, likeness });
        Ok(LikelyFound { total: found.total, more: found.more, pairs: pairs.collect() })
    }
}
