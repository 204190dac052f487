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
    logic::{Action, Page},
    ui::{map::Decoding, waker::Waker},
};
use communaut_node::api::Overview;
use egui::{CentralPanel, Frame, Margin, Panel, Stroke, Ui};

/// Below this width, in points, the element's page takes the list's place.
const NARROW: f32 = 1_080.0;
/// Width of the list, in points.
const LIST_WIDTH: f32 = 340.0;
/// Width of the element's page and of the editor, in points.
const DETAIL_WIDTH: f32 = 380.0;

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
        let (element, kind) = match action {
            Action::Edit(element) => (element.as_deref(), None),
            Action::New(kind) => (None, Some(*kind)),
            Action::CloseEditor => return self.editor.close(),
            _ => return,
        };
        // What is not saved is not thrown away.
        if self.editor.is_changed() {
            return cx.notify(cx.t("editor-unsaved"));
        }
        self.editor.open(element, kind, self.map.centre(), cx.clock);
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

    /// List, map, and the element's page or the editor beside them.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let narrow = ui.available_width() < NARROW;
        let detail = self.editor.is_open() || cx.selection.element.is_some();
        let frame = Frame::new().fill(cx.tokens.surface).inner_margin(Margin::same(12));
        let line = Stroke::new(1.0, cx.tokens.line);
        if !(narrow && detail) {
            let width = if narrow { LIST_WIDTH - 40.0 } else { LIST_WIDTH };
            Panel::left("list").exact_size(width).resizable(false).frame(frame.stroke(line)).show(ui, |ui| {
                self.list.ui(ui, cx);
            });
        }
        if detail {
            let panel = if narrow { Panel::left("detail") } else { Panel::right("detail") };
            panel.exact_size(DETAIL_WIDTH).resizable(false).frame(frame.stroke(line)).show(ui, |ui| {
                if self.editor.is_open() {
                    self.editor.ui(ui, cx);
                } else {
                    self.element.ui(ui, cx);
                }
            });
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
