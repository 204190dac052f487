//! One time of an event as it is told.

use super::Occurrence;
use crate::{snapshot::Snapshot, times::Time};
use communaut_protocol::{fold::ElementView, op::Kind};
use std::sync::Arc;

/// With the event that it is a part of.
pub(super) fn occurrence(snapshot: &Snapshot, element: &Arc<ElementView>, time: Time) -> Option<Occurrence> {
    let zone = element.when.as_ref()?.zone.clone();
    let Time { start_ms, end_ms, days, .. } = time;
    let parent = element.parent.and_then(|parent| snapshot.elements.get(&parent));
    let part_of = parent.filter(|parent| parent.kind == Kind::Event).map(|parent| parent.name.clone());
    let part_of = part_of.unwrap_or_default();
    Some(Occurrence { start_ms, end_ms, zone, days, part_of, element: element.clone() })
}
