//! How many of all that was found are of which kind, have which tag, are when, and how far away.

use super::{
    filter::{self, Filter},
    rows::{Row, Rows, Slot},
};
use crate::{
    modules::search::{Ahead, Facets, TAGS_COUNTED_MAX},
    territory::sphere,
    times::{Stretch, times},
};
use communaut_protocol::{fold::ElementView, op::Kind};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

/// Metres up to which what is found is counted.
const DISTANCES_M: [u32; 8] = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
const DAY_MS: i64 = 86_400_000;

/// Count what lies in the slots; of events the next time from now on, where that begins the stretch.
pub(super) fn count(rows: &Rows, filter: &Filter, from_now: &Stretch, slots: impl Iterator<Item = Slot>) -> Facets {
    let mut kinds = [0_usize; Kind::ALL.len()];
    let mut tags: HashMap<u64, (usize, &Arc<ElementView>)> = HashMap::new();
    let mut when: BTreeMap<Ahead, usize> = BTreeMap::new();
    let mut nearer = [0_usize; DISTANCES_M.len()];
    let within = DISTANCES_M.map(|metres| sphere::chord2_of_metres(f64::from(metres)));
    let (mut with_hours, mut open) = (0, 0);
    let clock = filter::clock(from_now.bounds().0, from_now.zone());
    for row in slots.filter_map(|slot| rows.get(slot)) {
        if let Some(count) = kinds.get_mut(row.kind as usize) {
            *count += 1;
        }
        for tag in &row.tags {
            // Written in several ways, a tag is called as the element of the least id has it: the same everywhere.
            let (count, least) = tags.entry(*tag).or_insert((0, &row.view));
            *count += 1;
            if row.view.id < least.id {
                *least = &row.view;
            }
        }
        if let Some(time) = time(row, from_now) {
            *when.entry(time).or_default() += 1;
        }
        if filter.has_distance() {
            let chord2 = filter.chord2(row);
            nearer.iter_mut().zip(within).filter(|(_, within)| chord2 <= *within).for_each(|(count, _)| *count += 1);
        }
        let hours = row.view.opening_hours.trim();
        with_hours += usize::from(!hours.is_empty());
        let now = clock.and_then(|now| filter::open_now(hours, now, from_now.zone()));
        open += usize::from(now.is_some_and(|now| now.open));
    }
    let mut tags: Vec<(String, usize)> =
        tags.into_iter().filter_map(|(tag, (count, view))| Some((name(rows, view, tag)?, count))).collect();
    tags.sort_unstable_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
    let more_tags = tags.len().saturating_sub(TAGS_COUNTED_MAX);
    tags.truncate(TAGS_COUNTED_MAX);
    let distances = DISTANCES_M.into_iter().zip(nearer).filter(|_| filter.has_distance());
    Facets {
        kinds: Kind::ALL.into_iter().zip(kinds).filter(|(_, count)| *count > 0).collect(),
        tags,
        more_tags,
        times: when.into_iter().collect(),
        distances: distances.collect(),
        with_hours,
        open,
    }
}

fn name(rows: &Rows, view: &ElementView, tag: u64) -> Option<String> {
    view.tags.iter().find(|name| rows.tag(name) == tag).cloned()
}

fn time(row: &Row, from_now: &Stretch) -> Option<Ahead> {
    if row.kind != Kind::Event {
        return None;
    }
    let when = row.view.when.as_ref()?;
    let now_ms = from_now.bounds().0;
    let next = if row.end_ms < now_ms { None } else { times(when, from_now, 1).first().copied() };
    let Some(next) = next else { return Some(Ahead::Past) };
    let ahead = next.order_ms.saturating_sub(now_ms);
    Some(match ahead {
        ..=0 => Ahead::Now,
        1..=DAY_MS => Ahead::Day,
        _ if ahead <= 7 * DAY_MS => Ahead::Week,
        _ if ahead <= 30 * DAY_MS => Ahead::Month,
        _ => Ahead::Later,
    })
}
