//! The application: takes answers (`logic`), then lets the views draw (`ui`).

mod keys;
mod shell;

use crate::{
    args::Args,
    backend::Backend,
    logic::{
        Action, Asked, Clock, Commands, History, Page, Preferences, Readings, Search, Selection, Visit,
        filters::Filters, format, preferences::STORAGE_KEY, search::Step,
    },
    report::guarded,
    ui::{
        ceiling::Ceiling,
        map::{Basemap, Decoding},
        theme,
        tokens::Tokens,
        waker::Waker,
    },
    views::{AllViews, ViewContext, mishap},
};
use communaut_node::api::{self, Alike, Failure, IdentityInfo, Lookalikes, Overview, Query};
use egui::{Context, Ui};
use std::sync::Arc;

/// Seconds for which a note stays at the bottom of the window.
const NOTE_SECS: f64 = 6.0;
/// Seconds between two comparisons of all names with all.
const LOOKALIKES_REST_SECS: f64 = 10.0;
/// The present by which what is open is judged goes on by so many milliseconds: else each frame would ask anew.
const PRESENT_MS: i64 = 60_000;

/// What failed, and is not drawn until it is asked for again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Fallen {
    #[default]
    Nothing,
    /// The page, or a dialogue over it.
    Page,
    /// What stands around it as well.
    All,
}

/// The window's state.
pub struct App {
    commands: Commands,
    clock: Clock,
    preferences: Preferences,
    basemap: Basemap,
    overview: Arc<Overview>,
    readings: Readings,
    /// Who one is, with one's devices and one's phrase, as the node last said.
    identity: Option<Arc<IdentityInfo>>,
    /// Whose names could be taken for another's.
    alike: Arc<Alike>,
    found: Asked<Query>,
    selection: Selection,
    search: Search,
    page: Page,
    history: History,
    views: AllViews,
    note: Option<(String, f64)>,
    waker: Waker,
    fallen: Fallen,
    /// Whether the selection was given a territory and a place to measure from.
    oriented: bool,
    /// Whether the map was put where one lives, since no territory is followed.
    at_home: bool,
}

impl App {
    /// Make the window's state. `args` win over what was stored.
    #[must_use]
    pub fn new(cc: &eframe::CreationContext<'_>, backend: Arc<dyn Backend>, clock: Clock, args: &Args) -> Self {
        let preferences = Self::prepare(cc, args);
        Self::with(&cc.egui_ctx, backend, clock, preferences, Decoding::Apart)
    }

    /// What was stored and what `args` say, which win; the map can be drawn from then on.
    #[must_use]
    pub fn prepare(cc: &eframe::CreationContext<'_>, args: &Args) -> Preferences {
        let stored: Option<Preferences> = cc.storage.and_then(|storage| eframe::get_value(storage, STORAGE_KEY));
        let mut preferences = stored.unwrap_or_default().checked();
        preferences.lang = args.lang.or(preferences.lang);
        preferences.theme = args.theme.unwrap_or(preferences.theme);
        if let Some(state) = &cc.wgpu_render_state {
            crate::ui::map::install(state);
        }
        preferences
    }

    /// Make the window's state with everything given, for tests and pictures too.
    #[must_use]
    pub fn with(
        ctx: &Context,
        backend: Arc<dyn Backend>,
        clock: Clock,
        preferences: Preferences,
        decoding: Decoding,
    ) -> Self {
        theme::prefer(ctx, &preferences);
        Ceiling::install(ctx);
        let waker = Waker::new(ctx);
        let waker_of_commands = waker.clone();
        let overview = backend.overview();
        let mut app = Self {
            commands: Commands::new(backend, move || waker_of_commands.wake()),
            clock,
            preferences,
            basemap: Basemap::new(&waker, decoding),
            overview,
            readings: Readings::default(),
            identity: None,
            alike: Arc::default(),
            found: Asked::default(),
            selection: Selection::default(),
            search: Search::default(),
            page: Page::Map,
            history: History::default(),
            views: AllViews::new(&waker, decoding),
            note: None,
            waker,
            fallen: Fallen::Nothing,
            oriented: false,
            at_home: false,
        };
        app.orient(ctx);
        app
    }

    /// The window was opened anew: everything is as it was, and it is said why.
    pub fn turn_to(&mut self, ctx: &Context) {
        theme::prefer(ctx, &self.preferences);
        Ceiling::install(ctx);
        self.waker.turn_to(ctx);
        let words = self.preferences.texts().t("graphics-failed");
        self.perform(ctx, Action::Notify(words));
    }

    /// Which page is shown.
    #[must_use]
    pub const fn page(&self) -> Page {
        self.page
    }
    /// Go to a page.
    pub const fn go(&mut self, page: Page) {
        self.page = page;
        self.fallen = Fallen::Nothing;
    }
    const fn visit(&self) -> Visit {
        Visit { page: self.page, element: self.selection.element }
    }
    /// The shared selection.
    #[must_use]
    pub const fn selection(&self) -> &Selection {
        &self.selection
    }
    /// Whether an answer is still awaited.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.commands.any_under_way()
    }
    /// The views and their own state.
    pub const fn views(&mut self) -> &mut AllViews {
        &mut self.views
    }
    /// Do what a view would ask.
    pub fn act(&mut self, ctx: &Context, action: Action) {
        self.perform(ctx, action);
    }

    /// Once it is known who and where one is: look at the first territory, measure from home.
    fn orient(&mut self, ctx: &Context) {
        let Some(me) = &self.overview.me else { return };
        self.selection.near = Some(me.home);
        if self.oriented {
            // A territory that is followed no longer is asked no longer.
            if self.selection.territory.is_some_and(|id| self.overview.followed(id).is_none()) {
                self.selection.territory = None;
            }
            return;
        }
        if let Some(first) = self.overview.followed.first().map(|first| first.id) {
            self.oriented = true;
            self.perform(ctx, Action::SetTerritory(Some(first)));
        } else if !self.at_home {
            self.at_home = true;
            self.perform(ctx, Action::GoHome { only_at_first: true });
        }
    }

    /// Take the replies that have come: one's own, then those of the views, drawn or not.
    fn take_replies(&mut self, ctx: &Context) {
        match self.found.take() {
            Some(Ok(found)) => {
                self.search.answered();
                self.selection.set_found(found);
            }
            Some(Err(failure)) => self.search_failed(ctx, &failure),
            None => {}
        }
        self.with_views(ctx, AllViews::take_all_replies);
    }

    /// What every page shows of what was read.
    fn read(&mut self) {
        if self.overview.me.is_none() {
            return;
        }
        let (readings, commands) = (&self.readings, &self.commands);
        self.identity = readings.read(commands, api::Identity).value.or(self.identity.take());
        let alike = readings.read_resting(commands, Lookalikes, LOOKALIKES_REST_SECS).value;
        self.alike = alike.unwrap_or_default();
    }

    fn search_failed(&mut self, ctx: &Context, failure: &Failure) {
        if self.search.failed(&self.selection.query()) {
            let words = format::failure(self.preferences.texts(), failure);
            self.perform(ctx, Action::Notify(words));
        }
    }

    fn ask(&mut self, ctx: &Context) {
        if self.overview.me.is_none() {
            return;
        }
        let now_secs = ctx.input(|input| input.time);
        let now_ms = self.clock.now_ms();
        self.selection.now = Some((now_ms - now_ms.rem_euclid(PRESENT_MS), self.clock.zone_name().to_owned()));
        self.preferences.texts().lang.code().clone_into(&mut self.selection.language);
        match self.search.step(&self.selection.query(), self.overview.version, now_secs) {
            Step::Rest => {}
            Step::Wait(secs) => ctx.request_repaint_after_secs(secs as f32),
            Step::Ask(query) => {
                self.found.send(&self.commands, *query);
            }
        }
    }

    fn perform(&mut self, ctx: &Context, action: Action) {
        ctx.request_repaint();
        // What is asked by its fields is not what was kept any more.
        if let Action::SetText(_) | Action::ToggleKind(_) | Action::SetTerritory(_) = action {
            self.selection.forget_kept();
        }
        let before = self.visit();
        match &action {
            Action::Go(page) => self.go(*page),
            Action::Back | Action::Forward => {
                let back = matches!(action, Action::Back);
                let place = if back { self.history.back(before) } else { self.history.forward(before) };
                let Some(place) = place else { return };
                self.selection.element = place.element;
                self.go(place.page);
            }
            Action::Select(id) => self.selection.element = *id,
            Action::ShowOnMap(id) => {
                self.page = Page::Map;
                self.selection.element = Some(*id);
            }
            Action::PointAt(_) | Action::DrawTerritory(_) => self.page = Page::Map,
            // What is being edited waits on the map's page.
            Action::Edit(_) | Action::New(_) | Action::Plan(..) => self.page = Page::Map,
            Action::SetText(text) => self.selection.text.clone_from(text),
            Action::ToggleKind(kind) => self.selection.toggle_kind(*kind),
            Action::SetTerritory(territory) => self.selection.territory = *territory,
            Action::Filter(filters) => {
                let shown = Filters { shown: self.selection.filters.shown, ..*filters.clone() };
                // To see how many there are of each changes nothing.
                if shown != self.selection.filters {
                    self.selection.forget_kept();
                }
                self.selection.filters.clone_from(filters);
            }
            Action::LookAround(offered) => self.selection.take_offered(offered),
            Action::LeavePlace => self.selection.leave_place(),
            Action::Look(query, ahead) => {
                let overview = &self.overview;
                self.selection.take(*query.clone(), *ahead, |id| overview.followed(id).is_some());
            }
            Action::ClearFilters => self.selection.clear_filters(),
            Action::Know(info) => {
                self.identity = Some(Arc::new(*info.clone()));
                self.readings.put(api::Identity, *info.clone());
            }
            Action::Prefer(preferences) => {
                self.preferences = *preferences;
                theme::prefer(ctx, preferences);
            }
            Action::SetSimple(on) => self.preferences.simple = *on,
            Action::SetSteps(steps) => self.preferences.steps = *steps,
            Action::Notify(note) => self.note = Some((note.clone(), ctx.input(|input| input.time) + NOTE_SECS)),
            // What follows concerns views alone.
            Action::CentreMap(_)
            | Action::GoHome { .. }
            | Action::FocusSearch
            | Action::CloseEditor
            | Action::OpenTerritories
            | Action::CloseTerritories
            | Action::OpenImport(_)
            | Action::ProtectKeys
            | Action::Help
            | Action::CloseImport => {}
        }
        if self.visit() != before && !matches!(action, Action::Back | Action::Forward) {
            self.history.left(before);
        }
        self.with_views(ctx, |views, cx| views.on_action(&action, cx));
    }

    /// Let the views do something, then what they ask for.
    fn with_views<R>(&mut self, ctx: &Context, act: impl FnOnce(&mut AllViews, &mut ViewContext<'_>) -> R) -> R {
        let (tokens, mut actions) = (theme::current(ctx), Vec::new());
        let (mut cx, views) = self.context(tokens, &mut actions);
        let done = act(views, &mut cx);
        for action in actions {
            self.perform(ctx, action);
        }
        done
    }

    fn context<'a>(
        &'a mut self,
        tokens: &'a Tokens,
        actions: &'a mut Vec<Action>,
    ) -> (ViewContext<'a>, &'a mut AllViews) {
        let cx = ViewContext {
            overview: &self.overview,
            readings: &self.readings,
            identity: self.identity.as_deref(),
            selection: &self.selection,
            alike: &self.alike,
            commands: &self.commands,
            texts: self.preferences.texts(),
            preferences: self.preferences,
            tokens,
            clock: &self.clock,
            basemap: &mut self.basemap,
            actions,
        };
        (cx, &mut self.views)
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        if guarded(|| self.think(ctx)).is_none() {
            self.fell(ctx);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if self.fallen == Fallen::All {
            // By itself: what stands around it failed too.
            if mishap::ui(ui, self.preferences.texts(), theme::current(&ctx)) {
                self.fallen = Fallen::Nothing;
            }
        } else if guarded(|| self.draw(ui)).is_none() {
            self.fell(&ctx);
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, STORAGE_KEY, &self.preferences);
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

impl App {
    /// A part of the window failed. What was typed is still here; what failed is not drawn until it is asked for again,
    /// since it would fail in every frame.
    fn fell(&mut self, ctx: &Context) {
        self.fallen = if self.fallen == Fallen::Nothing { Fallen::Page } else { Fallen::All };
        self.views.fell();
        ctx.request_repaint();
    }

    fn think(&mut self, ctx: &Context) {
        self.overview = self.commands.backend().overview();
        if self.commands.take_wrote() {
            self.readings.hurry();
        }
        self.readings.begin(&self.commands, self.overview.version, ctx.input(|input| input.time));
        self.read();
        self.orient(ctx);
        self.take_replies(ctx);
        self.ask(ctx);
        if Ceiling::take_cut(ctx) {
            let words = self.preferences.texts().t("frame-cut");
            self.perform(ctx, Action::Notify(words));
        }
    }

    fn draw(&mut self, ui: &mut Ui) {
        let tokens = theme::current(ui.ctx());
        self.basemap.begin_frame(tokens, &self.overview.streets, self.preferences.texts().lang.code());
        if self.overview.me.is_some() {
            let ctx = ui.ctx().clone();
            self.shortcuts(&ctx);
        }
        self.shell_ui(ui, tokens);
        if let Some(secs) = self.readings.take_due_secs() {
            ui.ctx().request_repaint_after_secs(secs as f32);
        }
    }
}
