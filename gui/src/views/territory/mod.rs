//! Following territories: what is followed, and another one by its name.

mod places;

use crate::{
    logic::{Action, Asked, format},
    ui::{icons::Icon, listed::listed, tokens::space, widgets},
    views::{View, ViewContext},
};
use communaut_node::api::{
    Area, Boundaries, BoundaryFound, FollowTarget, Followed, Place, Territories, TerritoryId, TerritoryInfo, Unfollow,
};
use egui::{RichText, ScrollArea, Slider, Ui};
pub use places::PlaceField;

/// Metres around a place that are followed unless one says otherwise: a town and its edges.
pub const USUAL_RADIUS_M: u32 = 10_000;
/// Height of the list of followed territories, in points: what stands below it stays in the window.
const FOLLOWED_HEIGHT_MAX: f32 = 160.0;
/// Outlines shown: what one looks through at a glance.
const OUTLINES_MAX: usize = 6;
const RADIUS_KM: std::ops::RangeInclusive<u32> = 1..=50;

/// The dialogue's state.
pub struct TerritoryDialogue {
    open: bool,
    places: PlaceField,
    chosen: Option<Place>,
    radius_km: u32,
    known: Vec<TerritoryInfo>,
    /// What the outlines are called that are shown.
    outlined: String,
    outlines: Vec<BoundaryFound>,
    outlining: Asked<Boundaries>,
    failure: Option<String>,
    /// Whether those known are still to be asked for.
    to_list: bool,
    listing: Asked<Territories>,
    following: Asked<FollowTarget>,
    unfollowing: Asked<Unfollow, TerritoryId>,
}

impl Default for TerritoryDialogue {
    fn default() -> Self {
        Self {
            open: false,
            places: PlaceField::default(),
            chosen: None,
            radius_km: USUAL_RADIUS_M / 1_000,
            known: Vec::new(),
            outlined: String::new(),
            outlines: Vec::new(),
            outlining: Asked::default(),
            failure: None,
            to_list: false,
            listing: Asked::default(),
            following: Asked::default(),
            unfollowing: Asked::default(),
        }
    }
}

impl TerritoryDialogue {
    fn open(&mut self) {
        let (following, unfollowing) = (std::mem::take(&mut self.following), std::mem::take(&mut self.unfollowing));
        *self = Self { open: true, to_list: true, following, unfollowing, ..Self::default() };
    }
    const fn close(&mut self) {
        self.open = false;
    }
}

impl View for TerritoryDialogue {
    fn on(&mut self, action: &Action, _cx: &mut ViewContext<'_>) {
        match action {
            Action::OpenTerritories => self.open(),
            Action::CloseTerritories | Action::DrawTerritory(_) => self.close(),
            _ => {}
        }
    }

    fn back(&mut self, _cx: &mut ViewContext<'_>) -> bool {
        std::mem::take(&mut self.open)
    }

    fn fell(&mut self) {
        self.close();
    }

    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.places.take_replies();
        if let Some(Ok(found)) = self.outlining.take() {
            self.outlines = found.found;
        }
        match self.listing.take() {
            Some(Ok(known)) => self.known = known,
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.following.take() {
            Some(Ok(info)) => {
                self.close();
                cx.act(Action::SetTerritory(Some(info.id)));
                cx.notify(cx.tr("territory-followed", &[("name", (&info.name).into())]));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.unfollowing.take_for() {
            Some((_, Ok(_))) => cx.notify(cx.t("territory-unfollowed")),
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the dialogue, if it is open.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if !self.open {
            return;
        }
        if std::mem::take(&mut self.to_list) {
            self.listing.send(cx.commands, Territories);
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
}

impl TerritoryDialogue {
    fn followed_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if cx.overview.followed.is_empty() {
            widgets::note(ui, cx.t("nothing-followed"));
        }
        let (texts, followed) = (cx.texts, cx.overview.followed.clone());
        let mut draw = None;
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
                        self.unfollowing.send_for(cx.commands, territory.id, Unfollow { id: territory.id });
                    }
                    if !territory.outline.is_empty() {
                        let name = cx.tr("territory-draw-name", &[("name", (&territory.name).into())]);
                        if widgets::icon_button(ui, cx.tokens, Icon::Pencil, &name).clicked() {
                            draw = Some(territory.id);
                        }
                    }
                });
            });
        };
        ScrollArea::vertical().id_salt("followed").max_height(FOLLOWED_HEIGHT_MAX).show(ui, |ui| {
            listed(ui, "followed", texts, followed.iter(), line);
        });
        if draw.is_some() {
            cx.act(Action::DrawTerritory(draw));
        }
    }

    fn follow_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::heading(ui, &cx.t("territory-another"));
        if let Some(place) = self.places.ui(ui, cx, &cx.t("territory-place")) {
            self.chosen = Some(place);
        }
        self.outlines_ui(ui, cx);
        if widgets::secondary(ui, &cx.t("territory-draw"), true).clicked() {
            cx.act(Action::DrawTerritory(None));
        }
        let Some(place) = &self.chosen else { return };
        ui.horizontal(|ui| {
            let label = ui.label(cx.t("territory-radius"));
            ui.add(Slider::new(&mut self.radius_km, RADIUS_KM).suffix(" km")).labelled_by(label.id);
        });
        let busy = self.following.is_under_way();
        let words = cx.tr("territory-follow", &[("name", (&place.name).into())]);
        if widgets::primary(ui, cx.tokens, &words, !busy).clicked() {
            let area = Area::Around { centre: place.position, radius_m: self.radius_km * 1_000 };
            let target = FollowTarget::Area { name: place.name.clone(), area };
            self.following.send(cx.commands, target);
        }
    }

    /// Outlines of the street maps that are here, by the name that is typed.
    fn outlines_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let wanted = self.places.text().trim();
        if cx.overview.streets.is_empty() {
            return;
        }
        if wanted != self.outlined && !self.outlining.is_under_way() {
            self.outlined = wanted.to_owned();
            if wanted.is_empty() {
                self.outlines.clear();
            } else {
                let text = self.outlined.clone();
                let ask = Boundaries { text, just_so: false, level: None, limit: OUTLINES_MAX, cover: false };
                self.outlining.send(cx.commands, ask);
            }
        }
        if self.outlines.is_empty() {
            return;
        }
        ui.add_space(space::XS);
        widgets::heading(ui, &cx.t("territory-outlines"));
        let busy = self.following.is_under_way();
        for found in self.outlines.iter().take(OUTLINES_MAX) {
            let map = [("name", (&found.name).into()), ("map", (&found.map).into())];
            if !found.incomplete.is_empty() {
                widgets::note(ui, cx.tr("territory-outline-incomplete", &map));
                continue;
            }
            let what = match found.level {
                Some(level) => cx.tr(
                    "territory-outline-level",
                    &[("level", usize::from(level).into()), ("map", (&found.map).into())],
                ),
                None => cx.tr("territory-outline-place", &map),
            };
            ui.horizontal_wrapped(|ui| {
                let words = cx.tr("territory-follow", &[("name", (&found.name).into())]);
                if widgets::secondary(ui, &words, !busy).clicked() {
                    let area = Area::Boundary { id: found.id };
                    self.following.send(cx.commands, FollowTarget::Area { name: found.name.clone(), area });
                }
                widgets::note(ui, what);
            });
        }
    }

    /// Territories that others have published and that are known here.
    fn known_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let open: Vec<&TerritoryInfo> =
            self.known.iter().filter(|info| cx.overview.followed(info.id).is_none() && !info.followed).collect();
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
                        self.following.send(cx.commands, FollowTarget::Known(info.id));
                    }
                });
            });
        });
    }
}
