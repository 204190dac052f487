//! A field in which a place's name is typed, with the gazetteer's proposals under it.

use crate::{
    logic::{Asked, format},
    ui::{
        tokens::{RADIUS, space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{Place, PlaceKind, Places};
use communaut_protocol::limits::NAME_MAX;
use egui::{Align2, FontId, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, vec2};

/// Proposals shown: what one looks through at a glance.
const PROPOSALS_MAX: usize = 6;

/// The field's state.
#[derive(Default)]
pub struct PlaceField {
    text: String,
    /// What the proposals answer.
    asked: String,
    proposals: Vec<Place>,
    /// Chosen: no proposals until something else is typed.
    settled: bool,
    answered: bool,
    asking: Asked<Places>,
}

impl PlaceField {
    /// What stands in it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Put a text into it, without asking.
    pub fn settle(&mut self, text: &str) {
        self.text = text.to_owned();
        self.asked = self.text.trim().to_owned();
        self.settled = true;
    }
    /// Take the reply, if it has come.
    pub fn take_replies(&mut self) {
        if let Some(reply) = self.asking.take() {
            self.answered = true;
            if let Ok(places) = reply {
                self.proposals = places;
            }
        }
    }

    /// Draw it. The place that was chosen, if one was.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, label: &str) -> Option<Place> {
        let response = widgets::field(ui, label, &mut self.text, &cx.t("place-hint"), NAME_MAX);
        if response.changed() {
            self.settled = false;
        }
        let wanted = self.text.trim();
        if wanted != self.asked && !self.asking.is_under_way() {
            self.asked = wanted.to_owned();
            self.answered = false;
            if wanted.is_empty() {
                self.proposals.clear();
            } else {
                let (text, locale) = (self.asked.clone(), cx.texts.lang.with_country());
                self.asking.send(cx.commands, Places { text, limit: PROPOSALS_MAX, locale });
            }
        }
        if self.settled || wanted.is_empty() {
            return None;
        }
        if self.proposals.is_empty() && self.answered {
            widgets::note(ui, cx.t("place-unknown"));
        }
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let mut chosen = if enter { self.proposals.first().cloned() } else { None };
        ui.scope(|ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            for place in self.proposals.iter().take(PROPOSALS_MAX) {
                if proposal_ui(ui, cx, place).clicked() {
                    chosen = Some(place.clone());
                }
            }
        });
        if let Some(place) = &chosen {
            let name = place.name.clone();
            self.settle(&name);
        }
        chosen
    }
}

fn proposal_ui(ui: &mut Ui, cx: &ViewContext<'_>, place: &Place) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 30.0), Sense::click());
    let people = format::number(cx.texts, place.population);
    // Namesakes are told apart by it.
    let parts = [kind(cx, place), place.region.clone(), place.country.clone()];
    let whereabouts = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let under = match place.population {
        0 => whereabouts,
        _ => cx.tr("place-people", &[("country", whereabouts.into()), ("people", people.into())]),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("{}, {under}", place.name)));
    let tokens = cx.tokens;
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, RADIUS, tokens.hover);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, RADIUS, Stroke::new(2.0, tokens.accent), egui::StrokeKind::Inside);
    }
    let (font, small) = (FontId::proportional(text::BODY), FontId::proportional(text::SMALL));
    let left = rect.left_center() + vec2(space::S, 0.0);
    let name = ui.painter().text(left, Align2::LEFT_CENTER, &place.name, font, tokens.ink);
    let at = name.right_center() + vec2(space::S, 1.0);
    ui.painter().text(at, Align2::LEFT_CENTER, under, small, tokens.ink_soft);
    response
}

/// What it is, where its name does not say so.
fn kind(cx: &ViewContext<'_>, place: &Place) -> String {
    match place.kind {
        PlaceKind::Place | PlaceKind::Commune | PlaceKind::Arrondissement | PlaceKind::Postcode => String::new(),
        PlaceKind::Former => cx.t("place-former"),
        PlaceKind::Intercommunality => cx.t("place-intercommunality"),
        PlaceKind::Departement => cx.t("place-departement"),
        PlaceKind::Region => cx.t("place-region"),
        PlaceKind::Country => cx.t("place-country"),
    }
}
