//! Searches that are kept: what is new in them, looked up one after another while nobody waits for anything.

use crate::{
    logic::{Action, Asked, Selection, format},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{ForgetSearch, News, Query, SaveSearch, SavedSearch, SavedSearches, SeeSearch, SeenHit};
use communaut_protocol::{ElementId, limits::NAME_MAX};
use egui::{Align2, FontId, Ui, vec2};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Seconds between two looks for what is new in all of them: each is a search without a limit.
const REST_SECS: f64 = 30.0;

/// What is kept, and what of it is open.
#[derive(Default)]
pub(super) struct KeptView {
    /// Whether the list is in sight.
    shown: bool,
    all: Option<Arc<Vec<SavedSearch>>>,
    /// How much is new in each, of those that were looked at since the last rest.
    news: BTreeMap<String, usize>,
    /// Still to be looked at.
    waiting: Vec<String>,
    /// Of which version of the replica the last look was, and when.
    looked: Option<(u64, f64)>,
    open: Option<Opened>,
    /// The name under which one keeps what is asked now.
    name: String,
    /// To be kept, once all that it finds now is known: that is seen.
    keeping: Option<SavedSearch>,
    failure: Option<String>,
    listing: Asked<SavedSearches>,
    running: Asked<Query, String>,
    saving: Asked<SaveSearch>,
    seeing: Asked<SeeSearch, String>,
    forgetting: Asked<ForgetSearch>,
}

/// The search that one looks at.
struct Opened {
    name: String,
    /// What is asked as long as nothing else is.
    query: Option<Query>,
    /// What is new in it, once it is known.
    news: Option<(BTreeSet<ElementId>, BTreeSet<ElementId>)>,
}

/// What is said of a hit of the search that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fresh {
    New,
    Changed,
}

impl KeptView {
    /// The button beside the search field, with how much is new.
    pub(super) fn button_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let new: usize = self.news.values().sum();
        let shown = format::number(cx.texts, new as u64);
        let name = match new {
            0 => cx.t("kept-title"),
            _ => cx.tr("kept-with-new", &[("count", new.into()), ("shown", shown.as_str().into())]),
        };
        let button = widgets::icon_button(ui, cx.tokens, Icon::Bookmark, &name);
        if button.clicked() {
            (self.shown, self.failure) = (!self.shown, None);
        }
        if new > 0 {
            let at = button.rect.right_top() + vec2(-8.0, 8.0);
            ui.painter().circle_filled(at, 7.0, cx.tokens.accent);
            let words = if new > 9 { "9+".to_owned() } else { shown };
            ui.painter().text(at, Align2::CENTER_CENTER, words, FontId::proportional(10.0), cx.tokens.on_accent);
        }
    }

    /// Take the replies that have come.
    pub(super) fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.listing.take() {
            Some(Ok(all)) => {
                self.news.retain(|name, _| all.iter().any(|saved| saved.name == *name));
                self.waiting = all.iter().map(|saved| saved.name.clone()).collect();
                self.all = Some(Arc::new(all));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.running.take_for() {
            Some((name, reply)) if self.keeping.as_ref().is_some_and(|new| new.name == name) => {
                let new = self.keeping.take();
                match reply.map(|found| new.map(|new| (new.news(&found).seen, new))) {
                    Ok(new) => new.into_iter().for_each(|(seen, new)| self.save(cx, new, seen)),
                    Err(failure) => self.failure = Some(cx.failure(&failure)),
                }
            }
            Some((name, Ok(found))) => {
                let saved = self.all.iter().flat_map(|all| all.iter()).find(|saved| saved.name == name);
                if let Some(news) = saved.map(|saved| saved.news(&found)) {
                    self.told(cx, &name, news);
                }
            }
            Some((name, Err(failure))) => {
                // What cannot be looked for now has nothing new.
                self.news.remove(&name);
                if self.open.as_ref().is_some_and(|open| open.name == name) {
                    self.failure = Some(cx.failure(&failure));
                }
            }
            None => {}
        }
        let seen = self.seeing.take_for().map(|(_, reply)| reply);
        match seen.or_else(|| self.saving.take()).or_else(|| self.forgetting.take()) {
            Some(Ok(_)) => self.listing.send(cx.commands, SavedSearches),
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// What is new in one of them: seen, if it is the one that is open.
    fn told(&mut self, cx: &ViewContext<'_>, name: &str, news: News) {
        self.news.insert(name.to_owned(), news.new.len());
        let Some(open) = self.open.as_mut().filter(|open| open.name == name && open.news.is_none()) else { return };
        let ids = |hits: &[communaut_node::api::Hit]| hits.iter().map(|hit| hit.element.id).collect();
        open.news = Some((ids(&news.new), ids(&news.changed)));
        self.news.insert(name.to_owned(), 0);
        self.seeing.send_for(cx.commands, name.to_owned(), SeeSearch { name: name.to_owned(), seen: news.seen });
    }
    fn save(&mut self, cx: &ViewContext<'_>, new: SavedSearch, seen: Vec<SeenHit>) {
        let SavedSearch { name, query, ahead, .. } = new;
        self.saving.send(cx.commands, SaveSearch { name, query, ahead, seen, replace: false });
    }

    /// Look for what is new, if it is time.
    pub(super) fn look(&mut self, ui: &Ui, cx: &ViewContext<'_>) {
        if self.all.is_none() {
            if !self.listing.is_under_way() && self.failure.is_none() {
                self.listing.send(cx.commands, SavedSearches);
            }
            return;
        }
        let now_secs = ui.input(|input| input.time);
        let version = cx.overview.version;
        let rest = self.looked.map_or(0.0, |(_, at)| REST_SECS - (now_secs - at));
        if self.looked.is_some_and(|(of, _)| of == version) {
            // Nothing has changed.
        } else if rest > 0.0 && rest <= REST_SECS {
            ui.ctx().request_repaint_after_secs(rest as f32);
        } else {
            // Those that are kept may have changed too: on the command line, say.
            self.looked = Some((version, now_secs));
            self.listing.send(cx.commands, SavedSearches);
        }
        let Some(name) = self.waiting.last().filter(|_| !self.is_running()) else { return };
        let saved = self.all.iter().flat_map(|all| all.iter()).find(|saved| saved.name == *name);
        if let Some(query) = saved.map(|saved| saved.asked(cx.clock.now_ms())) {
            self.running.send_for(cx.commands, name.clone(), query);
        }
        self.waiting.pop();
    }
    fn is_running(&self) -> bool {
        self.all.iter().flat_map(|all| all.iter()).any(|saved| self.running.is_under_way_for(&saved.name))
    }

    /// Whether a hit is new in the search that is open.
    pub(super) fn fresh(&self, id: ElementId) -> Option<Fresh> {
        let (new, changed) = self.open.as_ref()?.news.as_ref()?;
        new.contains(&id).then_some(Fresh::New).or_else(|| changed.contains(&id).then_some(Fresh::Changed))
    }

    /// The list of what is kept, and the one that is open.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        self.look(ui, cx);
        self.keep_open(cx.selection);
        if self.shown {
            ui.add_space(space::XS);
            egui::Frame::group(ui.style()).show(ui, |ui| {
                ui.set_width(ui.available_width());
                self.list_ui(ui, cx);
                if self.open.is_none() {
                    self.keep_ui(ui, cx);
                }
                if let Some(failure) = &self.failure {
                    widgets::error(ui, cx.tokens, failure);
                }
            });
        }
        self.open_ui(ui, cx);
    }

    /// Once something else is asked, it is not the kept search any more.
    fn keep_open(&mut self, selection: &Selection) {
        let Some(open) = self.open.as_mut() else { return };
        // The present goes on, and what is shown of it may change.
        let now = Query { now_ms: None, from_ms: None, to_ms: None, facets_at_ms: None, ..selection.query() };
        match &open.query {
            None => open.query = Some(now),
            Some(query) if *query != now => self.open = None,
            Some(_) => {}
        }
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let all = self.all.clone().unwrap_or_default();
        if all.is_empty() {
            widgets::note(ui, cx.t("kept-none"));
        }
        egui::ScrollArea::vertical().id_salt("kept").max_height(160.0).show(ui, |ui| {
            for saved in all.iter() {
                ui.horizontal(|ui| {
                    if ui.link(&saved.name).clicked() {
                        self.open(cx, saved);
                    }
                    if let Some(new) = self.news.get(&saved.name).filter(|new| **new > 0) {
                        let shown = format::number(cx.texts, *new as u64);
                        let words = cx.tr("kept-new", &[("count", (*new).into()), ("shown", shown.into())]);
                        widgets::badge(ui, cx.tokens.on_accent, cx.tokens.accent, &words);
                    }
                    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                        let name = cx.tr("kept-forget", &[("name", (&saved.name).into())]);
                        if widgets::small_icon_button(ui, cx.tokens, Icon::Bin, &name).clicked() {
                            self.forgetting.send(cx.commands, ForgetSearch { name: saved.name.clone() });
                        }
                    });
                });
            }
        });
    }

    fn open(&mut self, cx: &mut ViewContext<'_>, saved: &SavedSearch) {
        let query = saved.asked(cx.clock.now_ms());
        self.open = Some(Opened { name: saved.name.clone(), query: None, news: None });
        self.running.send_for(cx.commands, saved.name.clone(), query.clone());
        cx.act(Action::Look(Box::new(query), saved.ahead));
    }

    /// Keep what is asked now, if anything is.
    fn keep_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if !cx.selection.is_filtered() {
            widgets::note(ui, cx.t("kept-hint"));
            return;
        }
        widgets::field(ui, &cx.t("kept-name"), &mut self.name, &cx.selection.text, NAME_MAX);
        let typed = self.name.trim();
        let name = if typed.is_empty() { cx.selection.text.trim() } else { typed }.to_owned();
        let held = self.all.iter().flat_map(|all| all.iter()).any(|saved| saved.name == name);
        let ready = !name.is_empty() && !held && self.keeping.is_none();
        if held {
            widgets::note(ui, cx.tr("kept-already", &[("name", (&name).into())]));
        }
        if widgets::secondary(ui, &cx.t("kept-keep"), ready).clicked() {
            let ahead = cx.selection.filters.ahead;
            let query = Query { now_ms: None, ..cx.selection.query() };
            let new = SavedSearch { name, query, ahead, seen: Vec::new() };
            self.failure = None;
            self.running.send_for(cx.commands, new.name.clone(), new.asked(cx.clock.now_ms()));
            self.keeping = Some(new);
            self.name.clear();
        }
    }

    /// What is new in the one that is open.
    fn open_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let Some(open) = &self.open else { return };
        let words = open.news.as_ref().map(|(new, changed)| match (new.len(), changed.len()) {
            (0, 0) => cx.t("kept-nothing-new"),
            (new, 0) => count(cx, "kept-new", new),
            (0, changed) => count(cx, "kept-changed", changed),
            (new, changed) => format!("{}, {}", count(cx, "kept-new", new), count(cx, "kept-changed", changed)),
        });
        let name = open.name.clone();
        let mut close = false;
        ui.add_space(space::XS);
        ui.horizontal(|ui| {
            icons::show(ui, Icon::Bookmark, 14.0, cx.tokens.accent);
            ui.label(strong(&name, text::SMALL));
            widgets::note(ui, words.unwrap_or_default());
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let leave = cx.tr("kept-leave", &[("name", (&name).into())]);
                close = widgets::small_icon_button(ui, cx.tokens, Icon::Close, &leave).clicked();
            });
        });
        if close {
            self.open = None;
            cx.act(Action::ClearFilters);
        }
    }
}

fn count(cx: &ViewContext<'_>, key: &'static str, count: usize) -> String {
    let shown = format::number(cx.texts, count as u64);
    cx.tr(key, &[("count", count.into()), ("shown", shown.into())])
}
