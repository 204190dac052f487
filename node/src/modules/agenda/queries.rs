//! Events of the snapshot.

use super::{Agenda, Planned, own::own, told::occurrence};
use crate::{
    failure::Failure,
    modules::{
        Read,
        territory::{cells_of, holds},
    },
    snapshot::Snapshot,
    times::{Stretch, TIMES_MAX, TIMES_TOTAL_MAX, Time},
};
use communaut_protocol::fold::ElementView;
use jiff::tz::TimeZone;
use std::sync::Arc;

impl Read for Agenda {
    fn read(&self, snapshot: &Snapshot) -> Result<Planned, Failure> {
        let Self { from_ms, to_ms, zone, territory, mine } = self;
        if to_ms < from_ms {
            return Err(Failure::invalid("the agenda ends before it begins"));
        }
        let zone = TimeZone::get(zone).map_err(|_| Failure::invalid(format!("no time zone '{zone}' is known here")))?;
        let stretch = Stretch::new(*from_ms, *to_ms, &zone);
        let cells = territory.map(|id| cells_of(snapshot, id)).transpose()?;
        let own = mine.then(|| own(snapshot));
        let (mut total, mut cut, mut found) = (0, 0, Vec::new());
        for element in snapshot.elements.values() {
            if element.when.is_none() || snapshot.together.is_hidden(element.id) {
                continue;
            }
            if cells.as_ref().is_none_or(|cells| element.position.is_some_and(|at| holds(cells, at))) {
                // One more than is shown tells that there are more.
                let mut times = self.shown(own.as_ref(), element, &stretch, TIMES_MAX + 1);
                cut += usize::from(times.len() > TIMES_MAX);
                times.truncate(TIMES_MAX);
                total += times.len();
                found.extend(times.into_iter().map(|time| (time, element)));
                // Many events that repeat do not fill the memory: of twice as many the later half goes.
                if found.len() > 2 * TIMES_TOTAL_MAX {
                    first_ones(&mut found);
                }
            }
        }
        first_ones(&mut found);
        let events = found.into_iter().filter_map(|(time, element)| occurrence(snapshot, element, time));
        Ok(Planned { total, cut, events: events.collect() })
    }
}

fn first_ones(found: &mut Vec<(Time, &Arc<ElementView>)>) {
    found.sort_unstable_by_key(|(time, element)| (time.order_ms, time.end_ms, element.id));
    found.truncate(TIMES_TOTAL_MAX);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
    use super::*;
    use crate::{
        daemon::desk::{Desk, MONACO},
        modules::element::{ElementDraft, SaveElement},
        times::DAY_MS,
    };
    use communaut_protocol::op::{Every, Kind, Repeat, When};

    /// A year and a half of a daily event is cut, and it is told; what has few times is not.
    #[test]
    fn what_is_cut_is_told() {
        let mut ada = Desk::of("Ada");
        let daily =
            Repeat { every: Every::Day, interval: 1, count: None, until: None, weekdays: 0, except: Vec::new() };
        let begin = 1_780_000_000_000 / DAY_MS * DAY_MS;
        for (name, repeat) in [("Soupe", Some(daily)), ("Bal", None)] {
            let when = When {
                start_ms: begin,
                end_ms: begin + 3_600_000,
                zone: "UTC".into(),
                offset: Some(0),
                whole_days: false,
                repeat,
            };
            let draft = ElementDraft {
                kind: Kind::Event,
                name: name.into(),
                position: Some(MONACO),
                when: Some(when),
                ..ElementDraft::default()
            };
            ada.ask(SaveElement { id: None, draft: Box::new(draft) }).unwrap();
        }
        ada.core.replica.changed = true;
        let snapshot = ada.core.snapshot().unwrap();
        let of_days = |days: i64| {
            let ask = Agenda {
                from_ms: begin,
                to_ms: begin + days * DAY_MS,
                zone: "UTC".into(),
                territory: None,
                mine: false,
            };
            let planned = ask.read(&snapshot).unwrap();
            (planned.total, planned.cut)
        };
        assert_eq!(of_days(TIMES_MAX as i64), (TIMES_MAX + 1, 0));
        assert_eq!(of_days(TIMES_MAX as i64 + 1), (TIMES_MAX + 1, 1));
    }
}
