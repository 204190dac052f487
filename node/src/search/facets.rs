//! How many of all that was found are of which kind, have which tag, are when, and how far away.

use super::{
    filter::{self, Filter},
    fold::folded,
    local::alike,
    rows::{RowRef, Rows, Slot},
    tables,
};
use crate::{
    modules::search::{Ahead, Facets, TAGS_COUNTED_MAX},
    osm_words,
    territory::sphere,
    times::{Stretch, times},
};
use communaut_protocol::{fold::ElementView, op::Kind};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

/// Metres up to which what is found is counted.
const DISTANCES_M: [u32; 8] = [500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];
const DAY_MS: i64 = 86_400_000;

/// Counts what is found, one after the other; of events the next time from now on, where that begins the stretch.
pub(super) struct Counter<'a> {
    rows: &'a Rows,
    has_distance: bool,
    from_now: Stretch,
    kinds: [usize; Kind::ALL.len()],
    tags: HashMap<u64, Tag, BuildHasherDefault<AsItIs>>,
    when: BTreeMap<Ahead, usize>,
    /// By the first of the distances within which it lies.
    nearer: [usize; DISTANCES_M.len()],
    /// Squares of the chords of the distances.
    within: [f64; DISTANCES_M.len()],
    with_hours: usize,
    open: usize,
    /// What hours say now, by place: many elements have the same.
    said: HashMap<(&'a str, u64), bool>,
}

/// How often a tag was met. Written in several ways, it is called as the element of the least id has it: the same
/// everywhere.
struct Tag {
    count: usize,
    least: Slot,
    id_start: u64,
}

/// Keeps hashes as they are: those of tags are drawn with a key of chance already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash << 8 | u64::from(*byte));
    }
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl<'a> Counter<'a> {
    pub fn new(rows: &'a Rows, filter: &Filter, from_now: Stretch) -> Self {
        Self {
            rows,
            has_distance: filter.has_distance(),
            from_now,
            kinds: Default::default(),
            tags: HashMap::default(),
            when: BTreeMap::new(),
            nearer: Default::default(),
            within: DISTANCES_M.map(|metres| sphere::chord2_of_metres(f64::from(metres))),
            with_hours: 0,
            open: 0,
            said: HashMap::new(),
        }
    }

    /// Count one more, so far away.
    pub fn take(&mut self, slot: Slot, chord2: f64) {
        let Some(row) = self.rows.get(slot) else { return };
        if let Some(count) = self.kinds.get_mut(usize::from(row.quick.flags.kind())) {
            *count += 1;
        }
        for tag in &row.tags {
            let new = Tag { count: 0, least: slot, id_start: row.id_start };
            let held = self.tags.entry(*tag).or_insert(new);
            held.count += 1;
            let less = row.id_start < held.id_start
                || row.id_start == held.id_start
                    && self.rows.get(held.least).is_some_and(|least| row.view.id < least.view.id);
            if less {
                (held.least, held.id_start) = (slot, row.id_start);
            }
        }
        if row.quick.flags.kind() == Kind::Event as u8
            && let Some(time) = time(row, &self.from_now)
        {
            *self.when.entry(time).or_default() += 1;
        }
        if self.has_distance {
            let first = self.within.partition_point(|within| *within < chord2);
            self.nearer.iter_mut().skip(first).take(1).for_each(|count| *count += 1);
        }
        if row.quick.flags.has_hours() {
            self.with_hours += 1;
            let hours: &'a str = row.rest().view.opening_hours.trim();
            let (now_ms, zone, cell) = (self.from_now.bounds().0, self.from_now.zone(), row.quick.cell);
            let is_open = || filter::open_now(hours, cell, now_ms, zone).is_some_and(|now| now.open);
            self.open += usize::from(*self.said.entry((hours, alike(cell))).or_insert_with(is_open));
        }
    }

    /// What was counted.
    pub fn finish(self) -> Facets {
        let called = |(tag, Tag { count, least, .. }): (u64, Tag)| {
            Some((name(self.rows, &self.rows.get(least)?.view, tag)?, count))
        };
        let mut tags: Vec<(String, usize)> = self.tags.into_iter().filter_map(called).collect();
        tags.sort_unstable_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
        let subkinds = subkinds(&tags);
        let more_tags = tags.len().saturating_sub(TAGS_COUNTED_MAX);
        tags.truncate(TAGS_COUNTED_MAX);
        let mut nearer = self.nearer;
        // Each distance counts what is nearer too.
        let mut all = 0;
        for count in &mut nearer {
            all += *count;
            *count = all;
        }
        Facets {
            kinds: Kind::ALL.into_iter().zip(self.kinds).filter(|(_, count)| *count > 0).collect(),
            subkinds,
            tags,
            more_tags,
            times: self.when.into_iter().collect(),
            distances: DISTANCES_M.into_iter().zip(nearer).filter(|_| self.has_distance).collect(),
            with_hours: self.with_hours,
            open: self.open,
        }
    }
}

/// Of tags, the most frequent first, those that are kinds of things; each kind once, whatever it is called.
fn subkinds(tags: &[(String, usize)]) -> Vec<(String, usize)> {
    let mut told: HashSet<String> = HashSet::new();
    let mut found = Vec::new();
    for (tag, count) in tags {
        let word = folded(tag).replace(' ', "");
        let alike = tables::same_kind(&word).iter().map(|other| (*other).to_owned());
        let mut names: Vec<String> = alike.collect();
        if names.is_empty() && !osm_words::is_thing(&word) {
            continue;
        }
        names.extend(osm_words::meant(&word).iter().cloned());
        names.push(word);
        if !names.iter().any(|name| told.contains(name)) && found.len() < TAGS_COUNTED_MAX {
            found.push((tag.clone(), *count));
        }
        told.extend(names);
    }
    found
}

fn name(rows: &Rows, view: &ElementView, tag: u64) -> Option<String> {
    view.tags.iter().find(|name| rows.tag(name) == tag).cloned()
}

fn time(row: RowRef<'_>, from_now: &Stretch) -> Option<Ahead> {
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
