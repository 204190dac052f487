//! The first run: name yourself, say where you are, done.

use super::{
    map::pane_texts,
    recover::RecoverView,
    territory::{PlaceField, USUAL_RADIUS_M},
};
use crate::{
    locale::Lang,
    logic::{Action, Asked, Preferences, format},
    ui::{
        fonts::strong,
        map::{Claimed, MapPane, from_world, pin, to_world},
        tokens::{space, text},
        widgets::{self, field},
    },
    views::ViewContext,
};
use communaut_node::api::{Area, FollowTarget, Init};
use communaut_protocol::{Position, limits::NAME_MAX};
use egui::{CentralPanel, Frame, Margin, Panel, RichText, ScrollArea, Ui};
use walkers::Projector;

/// Width of the form, in points.
const FORM_WIDTH: f32 = 400.0;
/// A chosen place with its surroundings.
const PLACE_ZOOM: f64 = 11.0;

/// How far the first run has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// The form is being filled in.
    #[default]
    Form,
    /// The identity is being made.
    Identity,
    /// Its territory is being followed.
    Territory,
}

/// The first run's state.
pub struct FirstRunView {
    stage: Stage,
    name: String,
    places: PlaceField,
    home: Option<Position>,
    /// The place's name; empty: the map was clicked.
    home_name: String,
    pane: MapPane,
    failure: Option<String>,
    /// The identity is there, the territory is to be asked for in the next frame.
    follow: bool,
    /// Whether one has an identity already, and how one comes back to it.
    returns: bool,
    recover: RecoverView,
    making: Asked<Init>,
    following: Asked<FollowTarget>,
}

impl Default for FirstRunView {
    fn default() -> Self {
        Self {
            stage: Stage::Form,
            name: String::new(),
            places: PlaceField::default(),
            home: None,
            home_name: String::new(),
            pane: MapPane::world(),
            failure: None,
            follow: false,
            returns: false,
            recover: RecoverView::default(),
            making: Asked::default(),
            following: Asked::default(),
        }
    }
}

impl FirstRunView {
    /// Whether an identity was made and its territory is still on its way, or what came back is to be read.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.stage != Stage::Form || self.recover.shows_result()
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.places.take_replies();
        self.recover.take_replies(cx);
        match self.making.take() {
            Some(Ok(info)) => {
                self.stage = Stage::Territory;
                self.follow = true;
                cx.act(Action::Know(Box::new(info)));
            }
            Some(Err(failure)) => {
                self.stage = Stage::Form;
                self.failure = Some(cx.failure(&failure));
            }
            None => {}
        }
        match self.following.take() {
            Some(Ok(_)) => self.stage = Stage::Form,
            // The identity stands and this page is gone: said over the window, whose own dialogue follows
            // territories.
            Some(Err(failure)) => {
                self.stage = Stage::Form;
                cx.notify(cx.failure(&failure));
                cx.act(Action::OpenTerritories);
            }
            None => {}
        }
    }

    /// Draw the first run.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if std::mem::take(&mut self.follow) {
            self.follow_home(cx);
        }
        let frame = Frame::new().fill(cx.tokens.surface).inner_margin(Margin::symmetric(24, 24));
        Panel::left("first run").exact_size(FORM_WIDTH).resizable(false).frame(frame).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| self.form_ui(ui, cx));
        });
        CentralPanel::default().frame(Frame::new()).show(ui, |ui| self.map_ui(ui, cx));
    }

    fn form_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        languages_ui(ui, cx);
        ui.add_space(space::XL);
        ui.label(strong("Communaut", text::HEADING).color(cx.tokens.accent));
        widgets::title(ui, &cx.t("first-title"));
        ui.add(egui::Label::new(cx.t("first-explain")).wrap());
        ui.add_space(space::M);
        if self.stage == Stage::Form && !self.recover.shows_result() {
            widgets::chips(ui, |ui| {
                for (returns, key) in [(false, "first-new"), (true, "first-returns")] {
                    if widgets::chip(ui, cx.tokens, None, &cx.t(key), self.returns == returns).clicked() {
                        self.returns = returns;
                    }
                }
            });
            ui.add_space(space::S);
        }
        if self.returns {
            return self.recover.ui(ui, cx);
        }

        widgets::heading(ui, &cx.t("first-who"));
        field(ui, &cx.t("first-name"), &mut self.name, &cx.t("first-name-hint"), NAME_MAX);
        ui.add_space(space::L);

        widgets::heading(ui, &cx.t("first-where"));
        let label = cx.t("first-place");
        if let Some(place) = self.places.ui(ui, cx, &label) {
            self.home = Some(place.position);
            self.home_name = place.name;
            self.pane.centre_at(place.position);
            self.pane.set_zoom(PLACE_ZOOM);
        }
        match self.home {
            Some(at) => {
                let place = if self.home_name.is_empty() { format::position(at) } else { self.home_name.clone() };
                ui.label(cx.tr("first-here", &[("place", place.into())]));
            }
            None => {
                widgets::note(ui, cx.t("first-or-click"));
            }
        }
        ui.add_space(space::L);

        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        let busy = self.stage != Stage::Form;
        let ready = !self.name.trim().is_empty() && self.home.is_some() && !busy;
        if widgets::primary(ui, cx.tokens, &cx.t("first-done"), ready).clicked() {
            self.begin(cx);
        }
        if busy {
            widgets::note(ui, cx.t("first-busy"));
        }
        ui.add_space(space::S);
        ui.add(egui::Label::new(RichText::new(cx.t("first-privacy")).small().weak()).wrap());
    }

    fn begin(&mut self, cx: &ViewContext<'_>) {
        let Some(home) = self.home else { return };
        self.failure = None;
        self.stage = Stage::Identity;
        let name = self.name.trim().to_owned();
        self.making.send(cx.commands, Init { name, about: String::new(), home, sample: false, deciding: false });
    }

    fn follow_home(&mut self, cx: &ViewContext<'_>) {
        let Some(centre) = self.home else { return };
        let name = if self.home_name.is_empty() { cx.t("first-around-me") } else { self.home_name.clone() };
        let area = Area::Around { centre, radius_m: USUAL_RADIUS_M };
        self.following.send(cx.commands, FollowTarget::Area { name, area });
    }

    fn map_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let texts = pane_texts(cx);
        let (home, tokens) = (self.home, cx.tokens);
        let claims = |_: &Ui, _: &Projector<'_>| Claimed::default();
        let (response, ()) = self.pane.show(ui, cx.basemap, tokens, &texts, &[], claims, |ui, _, projector| {
            if let Some(at) = home {
                let tip = projector.project(to_world(at)).to_pos2();
                pin(ui.painter(), tip, tokens.danger, tokens.on_danger);
            }
        });
        if self.pane.take_home() {
            self.pane = MapPane::world();
            if let Some(at) = home {
                self.pane.centre_at(at);
                self.pane.set_zoom(PLACE_ZOOM);
            }
        }
        let clicked = response.clicked().then(|| response.interact_pointer_pos()).flatten();
        let at = clicked.and_then(|at| self.pane.unproject(response.rect, at.to_vec2())).and_then(from_world);
        if let Some(at) = at {
            self.home = Some(at);
            self.home_name.clear();
            self.places.settle("");
        }
    }
}

fn languages_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    ui.horizontal(|ui| {
        for lang in Lang::ALL {
            if widgets::chip(ui, cx.tokens, None, lang.own_name(), cx.texts.lang == lang).clicked() {
                cx.act(Action::Prefer(Preferences { lang: Some(lang), ..cx.preferences }));
            }
        }
    });
}
