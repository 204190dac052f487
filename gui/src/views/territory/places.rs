//! A field in which a place's name is typed, with the gazetteer's proposals under it.

use crate::{
    logic::{Asked, format},
    ui::{
        tokens::{RADIUS, space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{Place, PlaceKind, Places, country_name};
use communaut_protocol::limits::NAME_MAX;
use egui::{
    FontId, Key, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo,
    text::{CCursor, CCursorRange, LayoutJob, TextWrapping},
    text_edit::TextEditState,
    vec2,
};

/// Proposals shown: what one looks through at a glance.
const PROPOSALS_MAX: usize = 6;
/// Height of a proposal, in points: two lines.
const ROW_HEIGHT: f32 = 44.0;

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
    /// The enter key was pressed before the proposals for what is typed had come: the first is chosen when it comes.
    first_wanted: bool,
    /// The enter key was pressed where something was chosen already.
    entered: bool,
    /// The next frame puts the keyboard into the field, with all that stands in it marked.
    to_focus: bool,
    asking: Asked<Places>,
}

impl PlaceField {
    /// What stands in it.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
    /// Whether a place was chosen, and nothing else was typed since.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        self.settled
    }
    /// Choose the first proposal in the next frame, if there is one.
    #[must_use]
    pub fn choose_first(&mut self) -> bool {
        self.first_wanted = !self.settled && !self.proposals.is_empty() && !self.text.trim().is_empty();
        self.first_wanted
    }
    /// Put a text into it, without asking.
    pub fn settle(&mut self, text: &str) {
        self.text = text.to_owned();
        self.asked = self.text.trim().to_owned();
        self.settled = true;
    }
    /// Put the keyboard into it, with all that stands in it marked: what is typed takes its place.
    pub const fn focus(&mut self) {
        self.to_focus = true;
    }
    /// Whether the enter key was pressed since one last asked, where something had been chosen before.
    pub const fn take_entered(&mut self) -> bool {
        std::mem::replace(&mut self.entered, false)
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
            (self.settled, self.first_wanted) = (false, false);
        }
        if std::mem::take(&mut self.to_focus) {
            response.request_focus();
            mark_all(ui, &response, &self.text);
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
        let enter = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if self.settled || wanted.is_empty() {
            self.entered |= enter && self.settled;
            return None;
        }
        if self.proposals.is_empty() && self.answered {
            widgets::note(ui, cx.t("place-unknown"));
        }
        self.first_wanted |= enter;
        let first = self.first_wanted && self.answered && self.asked == wanted;
        let mut chosen = if first { self.proposals.first().cloned() } else { None };
        self.first_wanted &= !first;
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
            self.entered |= first;
        }
        chosen
    }
}

/// Mark all of a field's text.
fn mark_all(ui: &Ui, field: &Response, text: &str) {
    let mut state = TextEditState::load(ui.ctx(), field.id).unwrap_or_default();
    let all = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    state.cursor.set_char_range(Some(all));
    state.store(ui.ctx(), field.id);
    ui.ctx().request_repaint();
}

/// A proposal: its name over where it lies.
fn proposal_ui(ui: &mut Ui, cx: &ViewContext<'_>, place: &Place) -> Response {
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW_HEIGHT), Sense::click());
    let people = format::number(cx.texts, place.population);
    let whereabouts = whereabouts(cx, place);
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
    let line = |words: &str, font: FontId, ink| {
        let mut job = LayoutJob::simple_singleline(words.to_owned(), font, ink);
        job.wrap = TextWrapping::truncate_at_width(rect.width() - 2.0 * space::S);
        ui.painter().layout_job(job)
    };
    let name = line(&place.name, FontId::proportional(text::BODY), tokens.ink);
    let under = line(&under, FontId::proportional(text::SMALL), tokens.ink_soft);
    let at = rect.left_top() + vec2(space::S, (ROW_HEIGHT - name.size().y - under.size().y) / 2.0);
    let below = at + vec2(0.0, name.size().y);
    ui.painter().galley(at, name, tokens.ink);
    ui.painter().galley(below, under, tokens.ink_soft);
    response
}

/// By what namesakes are told apart: "Finistère, Bretagne, France".
#[must_use]
pub fn whereabouts(cx: &ViewContext<'_>, place: &Place) -> String {
    let country = country_name(&place.country, cx.texts.lang.code());
    // A country is in none.
    let country = if place.kind == PlaceKind::Country { "" } else { country };
    let parts = [kind(cx, place), place.region.clone(), country.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
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
