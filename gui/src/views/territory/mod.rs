//! Following territories: what is followed, and another one by its name.

mod places;

use crate::{
    app::failure_text,
    locale::Texts,
    logic::{Action, Answer, Purpose, ViewContext, format},
    ui::{listed::listed, tokens::space, widgets},
};
use communaut_node::api::{self, Area, Command, FollowTarget, Followed, Outcome, Place, TerritoryInfo};
use egui::{RichText, ScrollArea, Slider, Ui};
pub use places::PlaceField;

/// Metres around a place that are followed unless one says otherwise: a town and its edges.
pub const USUAL_RADIUS_M: u32 = 10_000;
/// Height of the list of followed territories, in points: what stands below it stays in the window.
const FOLLOWED_HEIGHT_MAX: f32 = 160.0;
const RADIUS_KM: std::ops::RangeInclusive<u32> = 1..=50;

/// The dialogue's state.
pub struct TerritoryView {
    open: bool,
    places: PlaceField,
    chosen: Option<Place>,
    radius_km: u32,
    known: Vec<TerritoryInfo>,
    failure: Option<String>,
}

impl Default for TerritoryView {
    fn default() -> Self {
        Self {
            open: false,
            places: PlaceField::new(Purpose::TerritoryPlaces),
            chosen: None,
            radius_km: USUAL_RADIUS_M / 1_000,
            known: Vec::new(),
            failure: None,
        }
    }
}

impl TerritoryView {
    /// Whether it is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }
    /// Open it.
    pub fn open(&mut self) {
        *self = Self { open: true, ..Self::default() };
    }
    /// Close it.
    pub const fn close(&mut self) {
        self.open = false;
    }

    /// Take an answer.
    pub fn answered(&mut self, answer: &Answer, texts: Texts, actions: &mut Vec<Action>) {
        self.places.answered(answer);
        match (&answer.purpose, &answer.result) {
            (Purpose::Territories, Ok(Outcome::Territories(known))) => self.known.clone_from(known),
            (Purpose::Follow, Ok(Outcome::Territory(info))) => {
                self.close();
                actions.push(Action::SetTerritory(Some(info.id)));
                actions.push(Action::Notify(texts.tr("territory-followed", &[("name", (&info.name).into())])));
            }
            (Purpose::Unfollow, Ok(_)) => actions.push(Action::Notify(texts.t("territory-unfollowed"))),
            (Purpose::Follow | Purpose::Unfollow | Purpose::Territories, Err(failure)) => {
                self.failure = Some(failure_text(texts, failure));
            }
            _ => {}
        }
    }

    /// Draw the dialogue, if it is open.
    pub fn ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>) {
        if !self.open {
            return;
        }
        let leave = widgets::modal(ui, "territories", 440.0, |ui| {
            widgets::title(ui, &cx.t("territory-title"));
            ui.add(egui::Label::new(RichText::new(cx.t("territory-explain")).color(cx.tokens.ink_soft)).wrap());
            ui.add_space(space::S);
            self.followed_ui(ui, cx);
            ui.separator();
            self.follow_ui(ui, cx);
            self.known_ui(ui, cx);
            if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            ui.add_space(space::S);
            if widgets::secondary(ui, &cx.t("close"), true).clicked() {
                cx.act(Action::CloseTerritories);
            }
        });
        if leave {
            cx.act(Action::CloseTerritories);
        }
    }

    fn followed_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if cx.snapshot.followed.is_empty() {
            widgets::note(ui, cx.t("nothing-followed"));
        }
        let (texts, followed) = (cx.texts, cx.snapshot.followed.clone());
        let line = |ui: &mut Ui, territory: &Followed| {
            ui.horizontal(|ui| {
                ui.label(&territory.name);
                if let Some(info) = self.known.iter().find(|info| info.id == territory.id) {
                    let shown = format::number(cx.texts, info.elements as u64);
                    let args = [("count", info.elements.into()), ("shown", shown.into())];
                    widgets::note(ui, cx.tr("territory-elements", &args));
                }
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                    let name = cx.tr("territory-unfollow-name", &[("name", (&territory.name).into())]);
                    let button = widgets::secondary(ui, &cx.t("territory-unfollow"), true);
                    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
                    if button.clicked() {
                        cx.send(Purpose::Unfollow, Command::Unfollow(api::Unfollow { id: territory.id }));
                    }
                });
            });
        };
        ScrollArea::vertical().id_salt("followed").max_height(FOLLOWED_HEIGHT_MAX).show(ui, |ui| {
            listed(ui, "followed", texts, followed.iter(), line);
        });
    }

    fn follow_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::heading(ui, &cx.t("territory-another"));
        if let Some(place) = self.places.ui(ui, cx, &cx.t("territory-place")) {
            self.chosen = Some(place);
        }
        let Some(place) = &self.chosen else { return };
        ui.horizontal(|ui| {
            let label = ui.label(cx.t("territory-radius"));
            ui.add(Slider::new(&mut self.radius_km, RADIUS_KM).suffix(" km")).labelled_by(label.id);
        });
        let busy = cx.is_under_way(&Purpose::Follow);
        let words = cx.tr("territory-follow", &[("name", (&place.name).into())]);
        if widgets::primary(ui, cx.tokens, &words, !busy).clicked() {
            let area = Area::Around { centre: place.position, radius_m: self.radius_km * 1_000 };
            let target = FollowTarget::Area { name: place.name.clone(), area };
            cx.send(Purpose::Follow, Command::Follow(target));
        }
    }

    /// Territories that others have published and that are known here.
    fn known_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let open: Vec<&TerritoryInfo> =
            self.known.iter().filter(|info| cx.snapshot.followed(info.id).is_none() && !info.followed).collect();
        if open.is_empty() {
            return;
        }
        ui.add_space(space::S);
        widgets::heading(ui, &cx.t("territory-known"));
        ScrollArea::vertical().max_height(160.0).show(ui, |ui| {
            let (texts, open) = (cx.texts, open.into_iter());
            listed(ui, "known", texts, open, |ui, info| {
                ui.horizontal(|ui| {
                    ui.label(&info.name);
                    let words = cx.tr("territory-follow", &[("name", (&info.name).into())]);
                    if widgets::secondary(ui, &words, true).clicked() {
                        cx.send(Purpose::Follow, Command::Follow(FollowTarget::Known(info.id)));
                    }
                });
            });
        });
    }
}
