//! One folder a view. Each has its own state, draws from a [`ViewContext`], owns what it asked of the node
//! ([`Asked`](crate::logic::Asked)) and takes the replies.

pub mod agenda;
pub mod composer;
mod context;
pub mod devices;
pub mod editor;
pub mod element;
pub mod erase;
pub mod erasures;
pub mod first_run;
pub mod governance;
pub mod import;
pub mod list;
pub mod live;
pub mod map;
pub mod mishap;
pub mod network;
pub mod notices;
pub mod pages;
pub mod phrase;
mod post_card;
pub mod rail;
pub mod recover;
pub mod settings;
pub mod simple;
pub mod territory;
pub mod unlock;

pub use context::ViewContext;
pub use pages::{OVER, PAGES, View};

use crate::{
    logic::{Action, Layout, Page},
    ui::{map::Decoding, waker::Waker},
};
use communaut_node::api::Overview;
use communaut_protocol::op::Kind;
use egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui};

/// Width of the list, in points.
const LIST_WIDTH: f32 = 360.0;
/// The same where there is less room.
const LIST_WIDTH_MEDIUM: f32 = 300.0;
/// Width of the element's page and of the editor, in points.
const DETAIL_WIDTH: f32 = 400.0;
/// Parts of a narrow window's height for the list, and for the editor.
const SHEET_SHARE: f32 = 0.5;
const DETAIL_SHARE: f32 = 0.7;
/// The least height of the list and of the map over it, in points.
const SHEET_MIN: f32 = 120.0;

/// All views.
#[derive(Default)]
pub struct AllViews {
    /// The first run.
    pub first_run: first_run::FirstRunView,
    /// The map.
    pub map: map::MapView,
    /// Search field and list.
    pub list: list::ListView,
    /// An element's page.
    pub element: element::ElementPage,
    /// Making and changing an element.
    pub editor: editor::EditorView,
    /// Bringing a file in.
    pub import: import::ImportView,
    /// Following territories.
    pub territory: territory::TerritoryDialogue,
    /// Posts around here.
    pub live: live::LiveView,
    /// Events.
    pub agenda: agenda::AgendaView,
    /// Proposals.
    pub governance: governance::GovernanceView,
    /// Peers.
    pub network: network::NetworkView,
    /// Language, theme, identity.
    pub settings: settings::SettingsView,
    /// My devices.
    pub devices: devices::DevicesView,
    /// My recovery phrase.
    pub phrase: phrase::PhraseView,
    /// What was erased.
    pub erasures: erasures::ErasuresView,
    /// What a person has to know on whichever page.
    pub notices: notices::NoticesView,
    /// Five large choices.
    pub simple: simple::SimpleView,
    /// The keys under a passphrase.
    pub protect: unlock::ProtectView,
}

impl AllViews {
    /// As [`AllViews::default`], the map's marks made apart from the frames or at once.
    #[must_use]
    pub fn new(waker: &Waker, decoding: Decoding) -> Self {
        Self { map: map::MapView::new(waker, decoding), ..Self::default() }
    }

    fn each(&mut self, mut act: impl FnMut(&mut dyn View)) {
        PAGES.iter().map(|entry| entry.view).chain(OVER).for_each(|view| act(view(self)));
    }

    /// Let all take the replies that have come, drawn or not: the pages, and what stands beside and over them.
    pub fn take_all_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.first_run.take_replies(cx);
        self.each(|view| view.take_replies(cx));
    }

    /// Something was asked for: whom it concerns does it.
    pub fn on_action(&mut self, action: &Action, cx: &mut ViewContext<'_>) {
        if let Action::Go(page) = action {
            for entry in PAGES.iter().filter(|entry| entry.page != *page) {
                (entry.view)(self).left();
            }
        }
        self.simple.on(action);
        self.each(|view| view.on(action, cx));
    }

    /// Whether nothing else is shown yet: who one is has to be said first.
    #[must_use]
    pub fn is_first_run(&self, overview: &Overview) -> bool {
        overview.me.is_none() || self.first_run.is_under_way()
    }

    /// Draw the first run.
    pub fn first_run_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        self.first_run.ui(ui, cx);
    }

    /// Draw a page, what has to be known above it, and the dialogues over it.
    pub fn page_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, page: Page) {
        self.notices.lines_ui(ui, cx, page);
        if !cx.preferences.simple || self.simple.ui(ui, cx) {
            let frame = Frame::new().fill(cx.tokens.surface);
            CentralPanel::default().frame(frame).show(ui, |ui| {
                if let Some(entry) = pages::of(page) {
                    (entry.view)(self).ui(ui, cx);
                }
            });
        }
        OVER.iter().for_each(|view| view(self).ui(ui, cx));
    }

    /// One step back in what lies over the page. Whether there was anything.
    pub fn back_over(&mut self, cx: &mut ViewContext<'_>) -> bool {
        OVER.iter().rev().any(|view| view(self).back(cx))
    }

    /// One step back in a page. Whether there was anything.
    pub fn back_in(&mut self, page: Page, cx: &mut ViewContext<'_>) -> bool {
        pages::of(page).is_some_and(|entry| (entry.view)(self).back(cx))
            || (cx.preferences.simple && self.simple.back())
    }

    /// Drawing failed.
    pub fn fell(&mut self) {
        OVER.iter().for_each(|view| view(self).fell());
    }
}

/// The map's page.
impl View for AllViews {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.element.take_replies(cx);
        self.editor.take_replies(cx);
        self.map.take_replies(cx);
        self.list.take_replies(cx);
    }

    fn on(&mut self, action: &Action, cx: &mut ViewContext<'_>) {
        self.map.on(action, cx);
        self.list.on(action);
        let (element, kind, span) = match action {
            Action::Edit(element) => (element.as_deref(), None, None),
            Action::New(kind) => (None, Some(*kind), None),
            Action::Plan(element, start, end) => (element.as_deref(), Some(Kind::Event), Some((*start, *end))),
            Action::CloseEditor => return self.editor.close(),
            _ => return,
        };
        // What is not saved is not thrown away.
        if self.editor.is_changed() {
            return cx.notify(cx.t("editor-unsaved"));
        }
        self.editor.open(element, kind, self.map.centre(), cx.clock);
        if let Some((form, (start_ms, end_ms))) = self.editor.form_mut().zip(span) {
            form.plan(start_ms, end_ms);
        }
    }

    fn back(&mut self, cx: &mut ViewContext<'_>) -> bool {
        if self.map.back(cx) {
            return true;
        }
        if self.editor.is_changed() {
            // A key that slips must not cost what was typed.
            cx.notify(cx.t("editor-unsaved"));
            return true;
        }
        let open = self.editor.is_open();
        self.editor.close();
        open
    }

    /// List, map, and the element's page or the editor beside them; in a narrow window, a sheet with the list over the
    /// map, or the element's page alone.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let layout = Layout::of(ui.ctx().content_rect().width());
        let detail = self.editor.is_open() || cx.selection.element.is_some();
        let frame = Frame::new().fill(cx.tokens.surface).inner_margin(Margin::same(12));
        let framed = frame.stroke(Stroke::new(1.0, cx.tokens.line));
        match layout {
            Layout::Narrow if detail => {
                // Where something lies is told on the map: while a place is asked for, it stays in sight.
                let height = ui.available_height() * if self.editor.is_open() { DETAIL_SHARE } else { 1.0 };
                let sheet = Panel::bottom("detail sheet").exact_size(height).resizable(false);
                sheet.frame(frame).show(ui, |ui| self.detail_ui(ui, cx));
            }
            Layout::Narrow => {
                let room = ui.available_height();
                let sheet = Panel::bottom("list sheet").resizable(true).default_size(room * SHEET_SHARE);
                let sheet = sheet.size_range(SHEET_MIN..=(room - SHEET_MIN).max(SHEET_MIN));
                sheet.frame(framed).show(ui, |ui| self.list.ui(ui, cx));
            }
            Layout::Medium if detail => {
                Panel::left("detail").exact_size(DETAIL_WIDTH).resizable(false).frame(framed).show(ui, |ui| {
                    self.detail_ui(ui, cx);
                });
            }
            Layout::Medium | Layout::Wide => {
                let width = if layout == Layout::Wide { LIST_WIDTH } else { LIST_WIDTH_MEDIUM };
                Panel::left("list").exact_size(width).resizable(false).frame(framed).show(ui, |ui| {
                    self.list.ui(ui, cx);
                });
                if detail {
                    Panel::right("detail").exact_size(DETAIL_WIDTH).resizable(false).frame(framed).show(ui, |ui| {
                        self.detail_ui(ui, cx);
                    });
                }
            }
        }
        if ui.available_height() < 1.0 {
            return;
        }
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| {
            if !detail {
                self.notices.steps_ui(ui, cx);
            }
            let picked = self.map.ui(ui, cx, self.editor.place());
            if let Some(at) = picked {
                self.editor.place_at(at);
            }
        });
    }
}

impl AllViews {
    fn detail_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.editor.is_open() {
            self.editor.ui(ui, cx);
        } else {
            self.element.ui(ui, cx);
        }
    }
}
