//! Events of the snapshot.

use super::{Agenda, Occurrence, Planned};
use crate::{
    failure::Failure,
    modules::{
        Read,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
    times::{Stretch, TIMES_MAX, TIMES_TOTAL_MAX, Time, times},
};
use communaut_protocol::fold::ElementView;
use jiff::tz::TimeZone;
use std::sync::Arc;

impl Read for Agenda {
    fn read(&self, snapshot: &Snapshot) -> Result<Planned, Failure> {
        let Self { from_ms, to_ms, zone, territory } = self;
        if to_ms < from_ms {
            return Err(Failure::invalid("the agenda ends before it begins"));
        }
        let zone = TimeZone::get(zone).map_err(|_| Failure::invalid(format!("no time zone '{zone}' is known here")))?;
        let stretch = Stretch::new(*from_ms, *to_ms, &zone);
        let cells = territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let (mut total, mut found) = (0, Vec::new());
        for element in snapshot.elements.values() {
            let Some(when) = element.when.as_ref().filter(|_| !snapshot.together.is_hidden(element.id)) else {
                continue;
            };
            if cells.as_ref().is_none_or(|cells| element.position.is_some_and(|at| holds(cells, at))) {
                let times = times(when, &stretch, TIMES_MAX);
                total += times.len();
                found.extend(times.into_iter().map(|time| (time, element)));
                // Many events that repeat do not fill the memory: of twice as many the later half goes.
                if found.len() > 2 * TIMES_TOTAL_MAX {
                    first_ones(&mut found);
                }
            }
        }
        first_ones(&mut found);
        let events = found.into_iter().filter_map(|(time, element)| {
            let zone = element.when.as_ref()?.zone.clone();
            let Time { start_ms, end_ms, days, .. } = time;
            Some(Occurrence { start_ms, end_ms, zone, days, element: element.clone() })
        });
        Ok(Planned { total, events: events.collect() })
    }
}

fn first_ones(found: &mut Vec<(Time, &Arc<ElementView>)>) {
    found.sort_unstable_by_key(|(time, element)| (time.order_ms, time.end_ms, element.id));
    found.truncate(TIMES_TOTAL_MAX);
}
