//! Searching: what passes, in which order, and why.

use super::{
    contacts, facets,
    filter::{self, Filter, zone_of},
    rows::{Row, Rows, Slot, id_key},
    score::{Place, Score},
    text::Generation,
    wanted::Words,
    wish,
    words::{ElementTerms, Stems},
};
use crate::{
    modules::search::{Facets, Found, Hit, How, Query, Why},
    territory::sphere,
    times::Stretch,
};
use communaut_protocol::{Cell, ElementId, fold::ElementView};
use imbl::OrdMap;
use std::{
    cmp::Ordering,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// From this share of all elements on, those found are put in the order of names by walking through all names,
/// not by sorting.
const WALK_SHARE: usize = 8;
/// From this share of the snapshot on, hits take their elements from a table of all.
const TABLE_SHARE: usize = 4;

/// What the index and its searchers share.
#[derive(Debug, Default)]
pub(super) struct State {
    pub rows: Rows,
    /// The words as of the last commit.
    pub generation: Option<Generation>,
    /// The words of what has changed since.
    pub pending: HashMap<Slot, ElementTerms>,
    /// Bytes of these.
    pub pending_bytes: usize,
}

impl State {
    /// Hold the words of an element until they are committed.
    pub fn put(&mut self, slot: Slot, terms: Option<ElementTerms>) {
        let added = terms.as_ref().map_or(0, ElementTerms::len);
        let before = match terms {
            Some(terms) => self.pending.insert(slot, terms),
            None => self.pending.remove(&slot),
        };
        self.pending_bytes += added;
        self.pending_bytes -= before.as_ref().map_or(0, ElementTerms::len);
    }
}

/// Read what is shared; a writer that failed midway leaves nothing that a reader cannot bear.
pub(super) fn read(shared: &RwLock<State>) -> RwLockReadGuard<'_, State> {
    shared.read().unwrap_or_else(PoisonError::into_inner)
}

/// Change what is shared.
pub(super) fn write(shared: &RwLock<State>) -> RwLockWriteGuard<'_, State> {
    shared.write().unwrap_or_else(PoisonError::into_inner)
}

/// Searches from any thread, while the index goes on taking changes.
#[derive(Debug, Clone)]
pub struct Searcher {
    pub(super) shared: Arc<RwLock<State>>,
    pub(super) stems: Arc<Stems>,
}

/// One that passed, with all that decides its place.
#[derive(Debug, Clone, Copy)]
struct Passed {
    /// The less, the earlier.
    tier: u64,
    /// A distance or a date, the less the earlier.
    far: u64,
    name_start: u128,
    slot: Slot,
    place: Option<Place>,
}

/// How what passed is put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Distance,
    Date,
    Name,
}

impl Searcher {
    /// Search. The territory's cells, ascending and disjoint, are those of the query's territories; hits are the
    /// elements of the snapshot handed in. What is found is as of the last change applied. Where no element has the
    /// words as they are typed, those are found that have them nearly.
    ///
    /// The order: by where the words stand (the name as typed, the name in another form, tags, texts), then by
    /// distance if a point or a way is given, or else by date if one is asked for; with a point, all words at the
    /// same place count as equally good. Then by name, and last by id. It depends on what each element says alone,
    /// not on what else is held, nor on the machine.
    #[must_use]
    pub fn search(
        &self,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        territory: Option<&[Cell]>,
        query: &Query,
    ) -> Found {
        let state = read(&self.shared);
        if query.open.is_none()
            && let Some(now) = query.now_ms.and_then(|now_ms| filter::clock(now_ms, &zone_of(query)))
            && let Some((open, text)) = wish::of(&query.text, now.weekday().to_monday_zero_offset().unsigned_abs())
        {
            let found = self.found(&state, elements, territory, &Query { text, open: Some(open), ..query.clone() });
            // Where nothing says its hours so, the words themselves may stand in a text.
            if found.total > 0 {
                return found;
            }
        }
        self.found(&state, elements, territory, query)
    }

    fn found(
        &self,
        state: &State,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        territory: Option<&[Cell]>,
        query: &Query,
    ) -> Found {
        let rows = &state.rows;
        let filter = Filter::new(rows, territory, query);
        let by = match (filter.has_distance(), filter.dated()) {
            (true, _) => By::Distance,
            (false, true) => By::Date,
            (false, false) => By::Name,
        };
        let limit = query.limit.unwrap_or(usize::MAX);
        let counted = |slots: &mut dyn Iterator<Item = Slot>| {
            query
                .facets_at_ms
                .map(|now_ms| facets::count(rows, &filter, &Stretch::new(now_ms, i64::MAX, &zone_of(query)), slots))
        };
        let contacts = contacts::asked(&query.text).map(Words::contact);
        let mut reached =
            contacts.map(|words| with_words(state, &filter, by, &words, (&query.text, false))).unwrap_or_default();
        let by_contact = !reached.is_empty();
        let (total, passed, facets) = match Words::of(&query.text, &self.stems) {
            _ if by_contact => {
                let (total, facets) = (reached.len(), counted(&mut reached.iter().map(|passed| passed.slot)));
                best(rows, &mut reached, limit);
                (total, reached, facets)
            }
            Some(words) => {
                let mut passed = with_words(state, &filter, by, &words, (&query.text, false));
                if passed.is_empty() && words.may_err() {
                    passed = with_words(state, &filter, by, &words, (&query.text, true));
                }
                let facets = counted(&mut passed.iter().map(|passed| passed.slot));
                let total = passed.len();
                best(rows, &mut passed, limit);
                (total, passed, facets)
            }
            None => without_words(rows, &filter, by, limit, counted),
        };
        let mut found = finish(rows, elements, &filter, by, total, passed);
        let zone = zone_of(query);
        let now = query.now_ms.and_then(|now_ms| filter::clock(now_ms, &zone));
        if by_contact || now.is_some() {
            for hit in Arc::make_mut(&mut found.hits) {
                if by_contact {
                    hit.why = Why::Contact;
                }
                hit.open = now.and_then(|now| filter::open_now(hit.element.opening_hours.trim(), now, &zone));
            }
        }
        Found { facets, ..found }
    }
}

/// What has all the words and passes. `near`: also words that are nearly as typed.
fn with_words(state: &State, filter: &Filter, by: By, words: &Words, (text, near): (&str, bool)) -> Vec<Passed> {
    let mut passed = Vec::new();
    let whole = Some(super::fold::folded(text)).filter(|_| !words.has_sign());
    let whole = whole.map(|whole| (super::rows::start(&whole), whole));
    let mut take = |slot: Slot, score: Score| {
        if !filter.may_pass(state.rows.quick(slot)) {
            return;
        }
        let Some(row) = state.rows.get(slot).filter(|row| filter.passes(row)) else { return };
        // Far from the point, a better place is still a better hit; of equal places, the nearest is.
        let tier = match by {
            By::Distance => Place::Name as u64 - score.worst() as u64,
            By::Date | By::Name => {
                // The beginnings decide nearly always, and stand in the row.
                let is_whole = |(start, name): &(u128, String)| row.name_start == *start && *row.name == **name;
                tier(score, whole.as_ref().is_some_and(is_whole))
            }
        };
        passed.push(Passed { place: Some(score.worst()), ..ordered(filter, by, slot, row, tier) });
    };
    if let Some(generation) = &state.generation {
        let committed = |slot, score| {
            if !state.pending.contains_key(&slot) {
                take(slot, score);
            }
        };
        if let Err(error) = words.each(generation, near, committed) {
            // What was found is still true; the next commit or start repairs the index.
            tracing::warn!("the search index could not be read to its end: {error}");
        }
    }
    for (slot, terms) in &state.pending {
        if let Some(score) = words.score(terms, near) {
            take(*slot, score);
        }
    }
    passed
}

/// The whole name before the worst place of any word before the places of all words.
fn tier(score: Score, whole_name: bool) -> u64 {
    let worst = Place::Name as u64 - score.worst() as u64;
    u64::from(!whole_name) << 35 | worst << 32 | u64::from(!score.number())
}

fn ordered(filter: &Filter, by: By, slot: Slot, row: &Row, tier: u64) -> Passed {
    let far = match by {
        // Of numbers that are not negative, the bits order like the numbers.
        By::Distance => filter.chord2(row).max(0.0).to_bits(),
        By::Date => (filter.begins(row) as u64) ^ (1 << 63),
        By::Name => 0,
    };
    Passed { tier, far, name_start: row.name_start, slot, place: None }
}

/// What passes, when no word is asked for.
fn without_words(
    rows: &Rows,
    filter: &Filter,
    by: By,
    limit: usize,
    counted: impl Fn(&mut dyn Iterator<Item = Slot>) -> Option<Facets>,
) -> (usize, Vec<Passed>, Option<Facets>) {
    let named = |slot: Slot| rows.get(slot).map(|row| ordered(filter, By::Name, slot, row, 0));
    if by == By::Name && filter.passes_all() {
        let facets = counted(&mut rows.iter().map(|(slot, _)| slot));
        return (rows.len(), rows.by_name().take(limit).filter_map(named).collect(), facets);
    }
    let mut slots: Vec<Slot> = Vec::new();
    match filter.ranges() {
        Some(ranges) if filter.only_territory() => rows.in_cells(ranges, |slot| slots.push(slot)),
        Some(ranges) => rows.in_cells(ranges, |slot| {
            if rows.get(slot).is_some_and(|row| filter.passes(row)) {
                slots.push(slot);
            }
        }),
        None => slots.extend(rows.iter().filter(|(_, row)| filter.passes(row)).map(|(slot, _)| slot)),
    }
    let (total, facets) = (slots.len(), counted(&mut slots.iter().copied()));
    if by == By::Name && total > rows.len() / WALK_SHARE {
        let mut passes = vec![0_u64; rows.slots().div_ceil(64)];
        for slot in slots {
            if let Some(word) = passes.get_mut(slot as usize / 64) {
                *word |= 1 << (slot % 64);
            }
        }
        let holds = |slot: &Slot| passes.get(*slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1);
        return (total, rows.by_name().filter(holds).take(limit).filter_map(named).collect(), facets);
    }
    let order = |slot| rows.get(slot).map(|row| ordered(filter, by, slot, row, 0));
    let mut passed: Vec<Passed> = slots.into_iter().filter_map(order).collect();
    best(rows, &mut passed, limit);
    (total, passed, facets)
}

/// Keep the first `limit`, in order.
fn best(rows: &Rows, passed: &mut Vec<Passed>, limit: usize) {
    let compare = |a: &Passed, b: &Passed| {
        let keys = (a.tier, a.far, a.name_start).cmp(&(b.tier, b.far, b.name_start));
        keys.then_with(|| match (rows.get(a.slot), rows.get(b.slot)) {
            (Some(a), Some(b)) => a.name.cmp(&b.name).then_with(|| a.view.id.cmp(&b.view.id)),
            _ => Ordering::Equal,
        })
    };
    if limit < passed.len() {
        if limit > 0 {
            passed.select_nth_unstable_by(limit - 1, compare);
        }
        passed.truncate(limit);
    }
    passed.sort_unstable_by(compare);
}

/// Hits with the elements of the snapshot. What has changed since its row was made is compared once more.
fn finish(
    rows: &Rows,
    elements: &OrdMap<ElementId, Arc<ElementView>>,
    filter: &Filter,
    by: By,
    total: usize,
    passed: Vec<Passed>,
) -> Found {
    let count = passed.len();
    // For many hits, going once through the snapshot costs less than looking each of them up.
    let mut table: Vec<Option<&Arc<ElementView>>> = Vec::new();
    if count > elements.len() / TABLE_SHARE {
        table.resize(rows.slots(), None);
        for (id, element) in elements {
            if let Some(entry) = rows.slot(id_key(*id)).and_then(|slot| table.get_mut(slot as usize)) {
                *entry = Some(element);
            }
        }
    }
    let hits: Vec<Hit> = passed
        .into_iter()
        .filter_map(|passed| {
            let row = rows.get(passed.slot)?;
            let element = match table.get(passed.slot as usize) {
                Some(entry) => (*entry)?,
                None => elements.get(&row.view.id)?,
            };
            let newer = if Arc::ptr_eq(element, &row.view) { None } else { Some(rows.row(element)?) };
            let row = newer.as_ref().unwrap_or(row);
            if newer.is_some() && !filter.passes(row) {
                return None;
            }
            let metres = sphere::metres_of_chord2(filter.chord2(row)).round();
            let distance_m = filter.has_distance().then_some(metres as u32);
            let why = match (passed.place, by, distance_m) {
                (Some(Place::Name), ..) => Why::Name(How::Typed),
                (Some(Place::NameLike), ..) => Why::Name(How::Form),
                (Some(Place::NameMeant), ..) => Why::Name(How::Meaning),
                (Some(Place::NameNear), ..) => Why::Name(How::Nearly),
                (Some(Place::Tag), ..) => Why::Tag,
                (Some(Place::Text), ..) => Why::Text(How::Typed),
                (Some(Place::TextNear), ..) => Why::Text(How::Nearly),
                (None, By::Distance, Some(metres)) => Why::Distance(metres),
                (None, By::Date, _) => Why::Date,
                (None, ..) => Why::Alphabetical,
            };
            Some(Hit { element: element.clone(), distance_m, around: filter.is_around(row), why, open: None })
        })
        .collect();
    Found { total: total - (count - hits.len()), hits: Arc::new(hits), facets: None, addresses: Arc::default() }
}
