//! Searching: what passes, in which order, and why.

use super::{
    best::{By, Passed, Taker},
    contacts,
    facets::Counter,
    filter::{self, Filter, zone_of},
    rows::{Row, Rows, Slot, id_key},
    score::{Place, Score},
    text::Generation,
    wanted::Words,
    wish,
    words::{ElementTerms, Stems},
};
use crate::{
    modules::search::{Called, Found, Hit, How, Query, Why},
    other_names::{self, OtherName},
    territory::{Lands, cell_number, sphere},
    times::Stretch,
};
use communaut_protocol::{Cell, ElementId, fold::ElementView, limits::TERRITORY_CELL_MAX};
use imbl::OrdMap;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// Found, at the most, where slips are looked for beside what has the words in another form: "farmacie" is the stem of
/// somebody's name too.
const FEW: usize = 20;
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

impl Searcher {
    /// Search. The territory's cells, ascending and disjoint, are those of the query's territories; hits are the
    /// elements of the snapshot handed in. What is found is as of the last change applied. Where no element has the
    /// words as they are typed, those are found that have them nearly.
    ///
    /// The order: by where the words stand (what it is, the name as typed, the name in another form, tags, texts), then
    /// by distance if a point or a way is given, or else by date if one is asked for; with a point, all words at the
    /// same place count as equally good. Then by name, and last by id. It depends on what each element says alone,
    /// not on what else is held, nor on the machine.
    #[must_use]
    pub fn search(
        &self,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        territory: Option<&[Cell]>,
        query: &Query,
    ) -> Found {
        self.search_in(elements, territory.map(|cells| Arc::new(Lands::of_cells(cells))).as_ref(), query)
    }

    /// The same, in territories whose outlines are known, as far as they are.
    #[must_use]
    pub fn search_in(
        &self,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        lands: Option<&Arc<Lands>>,
        query: &Query,
    ) -> Found {
        let state = read(&self.shared);
        let found = |query: &Query| self.found(&state, elements, lands, query);
        let wish = query.now_ms.filter(|_| query.open.is_none()).and_then(|now_ms| {
            let today = filter::clock(now_ms, &zone_of(query))?.weekday().to_monday_zero_offset().unsigned_abs();
            wish::of(&query.text, today)
        });
        let wished = wish.map(|(open, text)| Query { text, open: Some(open), ..query.clone() });
        if let Some(open) = wished.as_ref().map(found).filter(|open| open.total > 0) {
            return open;
        }
        // Where nothing says its hours so, the words themselves may stand in a text.
        let mut answer = found(query);
        if answer.total == 0
            && let Some(asked) = wished.as_ref().or(Some(query).filter(|query| query.open.is_some()))
        {
            // All that there is but for the hours, without a list of it.
            answer.shut = found(&Query { open: None, facets_at_ms: None, limit: Some(0), ..asked.clone() }).total;
        }
        answer
    }

    fn found(
        &self,
        state: &State,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        lands: Option<&Arc<Lands>>,
        query: &Query,
    ) -> Found {
        let rows = &state.rows;
        let filter = Filter::new(rows, lands, query);
        let limit = query.limit.unwrap_or(usize::MAX);
        let counter = || {
            let from_now = |now_ms| Stretch::new(now_ms, i64::MAX, &zone_of(query));
            query.facets_at_ms.map(|now_ms| Counter::new(rows, &filter, from_now(now_ms)))
        };
        let having = |words: &Words, near: bool| {
            let whole = Some(super::fold::folded(&query.text)).filter(|_| !words.has_sign());
            let mut taker = Taker::new(rows, &filter, limit, counter()).with_whole(whole);
            with_words(state, words, near, &mut taker);
            taker
        };
        let mut words = Words::of(&query.text, &self.stems);
        let mut near = false;
        let reached = contacts::asked(&query.text).map(|words| having(&Words::contact(words), false));
        let reached = reached.filter(|taker| taker.total > 0);
        let by_contact = reached.is_some();
        let taker = match (reached, &mut words) {
            (Some(taker), _) => taker,
            (None, Some(words)) => {
                let mut taker = having(words, false);
                let in_a_form = (1..=FEW).contains(&taker.total) && !taker.as_typed && words.may_be_kinds();
                if (taker.total == 0 || in_a_form) && words.may_err() {
                    words.mean_nearly(&self.stems);
                    near = true;
                    taker = having(words, true);
                }
                taker
            }
            (None, None) => without_words(rows, &filter, limit, counter()),
        };
        let (total, passed, counter) = taker.finish();
        let asked = words.as_ref().map(|words| (words, near));
        let mut found = self.finish(rows, elements, &filter, asked, total, passed);
        self.call(&mut found, query);
        let zone = zone_of(query);
        if by_contact || query.now_ms.is_some() {
            for hit in Arc::make_mut(&mut found.hits) {
                if by_contact {
                    hit.why = Why::Contact;
                }
                let at = hit.element.position.map(|at| cell_number(at.cell(TERRITORY_CELL_MAX)));
                hit.open = at
                    .zip(query.now_ms)
                    .and_then(|(cell, now_ms)| filter::open_now(hit.element.opening_hours.trim(), cell, now_ms, &zone));
            }
        }
        Found { facets: counter.map(Counter::finish), ..found }
    }
}

impl Searcher {
    /// Where all the words stand in a name, if they do.
    fn in_name(&self, asked: Option<(&Words, bool)>, name: &str) -> Option<Place> {
        let (words, near) = asked?;
        words.score(&ElementTerms::of_name(name, &self.stems), near).map(Score::worst)
    }

    /// Whether what was found in its tags stands there, and does not only mean what stands there.
    fn is_said(&self, asked: Option<(&Words, bool)>, element: &ElementView) -> bool {
        let terms = || ElementTerms::of_name_and_tags(element, &self.stems);
        asked.is_none_or(|(words, near)| words.is_said(&terms(), near))
    }

    /// Say by which other name something was found, or else what it is called in the language of who asks.
    fn call(&self, found: &mut Found, query: &Query) {
        let words = Words::of(&query.text, &self.stems);
        for hit in Arc::make_mut(&mut found.hits) {
            let (_, names) = other_names::split(&hit.element.description);
            let beside = match hit.why {
                Why::Tag | Why::Kind => true,
                // Nearly: unless that is its own name.
                Why::Name(How::Nearly) => {
                    let own = ElementTerms::of_name(&hit.element.name, &self.stems);
                    words.as_ref().is_some_and(|words| words.score(&own, true).is_none())
                }
                _ => false,
            };
            if !other_names::is_list(names) || !beside && query.language.is_empty() {
                continue;
            }
            let mut names: Vec<OtherName> = other_names::of_line(names).collect();
            let asked = words.as_ref().filter(|_| beside).and_then(|words| {
                let score = |name: &OtherName| {
                    let terms = ElementTerms::of_name(&name.name, &self.stems);
                    words.score(&terms, false).or_else(|| words.score(&terms, true))
                };
                let scored = names.iter().enumerate().filter_map(|(at, name)| Some((score(name)?, at)));
                scored.max_by(|(a, first), (b, second)| a.cmp(b).then(second.cmp(first))).map(|(_, at)| at)
            });
            if asked.is_some() {
                hit.why = Why::OtherName;
            }
            let in_language =
                || names.iter().position(|name| name.language == query.language && !name.language.is_empty());
            if let Some(at) = asked.or_else(in_language) {
                let OtherName { name, language } = names.swap_remove(at);
                hit.called = Some(Called { name, language, asked: asked.is_some() });
            }
        }
    }
}

/// Hand on what has all the words. `near`: also words that are nearly as typed.
fn with_words(state: &State, words: &Words, near: bool, taker: &mut Taker<'_>) {
    if let Some(generation) = &state.generation {
        // What has changed since is told by what is held of it.
        let mut changed = vec![0_u64; if state.pending.is_empty() { 0 } else { state.rows.slots().div_ceil(64) }];
        for slot in state.pending.keys() {
            changed.get_mut(*slot as usize / 64).into_iter().for_each(|word| *word |= 1 << (slot % 64));
        }
        let is_changed = |slot: Slot| changed.get(slot as usize / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1);
        let committed = |slot, score| {
            if !is_changed(slot) {
                taker.take(slot, Some(score));
            }
        };
        if let Err(error) = words.each(generation, near, committed) {
            // What was found is still true; the next commit or start repairs the index.
            tracing::warn!("the search index could not be read to its end: {error}");
        }
    }
    for (slot, terms) in &state.pending {
        if let Some(score) = words.score(terms, near) {
            taker.take(*slot, Some(score));
        }
    }
}

/// What passes, when no word is asked for.
fn without_words<'a>(rows: &'a Rows, filter: &'a Filter, limit: usize, counter: Option<Counter<'a>>) -> Taker<'a> {
    let mut taker = Taker::new(rows, filter, limit, counter);
    match filter.ranges() {
        Some(ranges) => {
            let mut there = Vec::new();
            rows.in_cells(ranges, |slot| there.push(slot));
            taker.take_many(&there);
        }
        None if filter.passes_all() => taker.take_all(),
        None => taker.take_many(&(0..).take(rows.slots()).collect::<Vec<Slot>>()),
    }
    taker
}

/// Why a hit is there, by where its words stand.
fn why(place: Place) -> Why {
    match place {
        Place::Name => Why::Name(How::Typed),
        Place::NameLike => Why::Name(How::Form),
        Place::NameMeant => Why::Name(How::Meaning),
        Place::NameNear => Why::Name(How::Nearly),
        Place::Is | Place::IsNear | Place::Tag => Why::Tag,
        Place::Address | Place::Text => Why::Text(How::Typed),
        Place::TextNear => Why::Text(How::Nearly),
    }
}

impl Searcher {
    /// Hits with the elements of the snapshot. What has changed since its row was made is compared once more.
    fn finish(
        &self,
        rows: &Rows,
        elements: &OrdMap<ElementId, Arc<ElementView>>,
        filter: &Filter,
        asked: Option<(&Words, bool)>,
        total: usize,
        passed: Vec<Passed>,
    ) -> Found {
        let by = By::of(filter);
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
                let row = newer.as_ref().map_or(row, Row::as_ref);
                if newer.is_some() && !filter.passes(row) {
                    return None;
                }
                let metres = sphere::metres_of_chord2(filter.chord2(row.unit)).round();
                let distance_m = filter.has_distance().then_some(metres as u32);
                let why = match (passed.place, by, distance_m) {
                    // Most of what is something says so in its name too.
                    (Some(Place::Is | Place::IsNear), ..) => {
                        why(self.in_name(asked, &element.name).unwrap_or(Place::Tag))
                    }
                    (Some(Place::Tag), ..) if !self.is_said(asked, element) => Why::Kind,
                    (Some(place), ..) => why(place),
                    (None, By::Distance, Some(metres)) => Why::Distance(metres),
                    (None, By::Date, _) => Why::Date,
                    (None, ..) => Why::Alphabetical,
                };
                Some(Hit {
                    element: element.clone(),
                    distance_m,
                    around: filter.is_around(row),
                    why,
                    called: None,
                    open: None,
                })
            })
            .collect();
        Found { total: total - (count - hits.len()), hits: Arc::new(hits), ..Found::default() }
    }
}
