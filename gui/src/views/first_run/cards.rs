//! The three cards of the welcome, and that of who comes back.

use super::{FirstRunView, RADIUS_KM, Stage, around};
use crate::{
    locale::Lang,
    logic::{Action, Preferences, format},
    ui::{
        fonts::strong,
        icons::Icon,
        tokens::{CARD_MARGIN, CHIP_HEIGHT, SHEET_RADIUS, Tokens, space, text},
        widgets::{self, field},
    },
    views::ViewContext,
};
use communaut_protocol::limits::NAME_MAX;
use egui::{Button, Frame, Key, Label, Margin, Response, Slider, Stroke, TextWrapMode, Ui, Vec2};

/// Above and below a card, with its own margins, in points.
pub(super) const MARGINS: f32 = 136.0;
/// Below this width of a card, in points, its title is smaller.
const NARROW: f32 = 350.0;
/// Room for the number beside a slider, in points.
const VALUE_WIDTH: f32 = 84.0;
/// Room of the map's buttons beside the corner, in points.
pub(super) const BESIDE_CONTROLS: f32 = 60.0;

/// A card over the map.
pub(super) fn frame(tokens: &Tokens) -> Frame {
    Frame::new()
        .fill(tokens.raised)
        .stroke(Stroke::new(1.0, tokens.line))
        .corner_radius(SHEET_RADIUS)
        .inner_margin(Margin::same(CARD_MARGIN))
}

/// A button that stands on the map.
pub(super) fn over_map(ui: &mut Ui, tokens: &Tokens, words: &str) -> Response {
    let button = Button::new(words).fill(tokens.raised).wrap_mode(TextWrapMode::Extend);
    ui.add(button.min_size(Vec2::new(0.0, CHIP_HEIGHT)))
}

pub(super) fn languages_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    for lang in Lang::ALL {
        if widgets::chip(ui, cx.tokens, None, lang.own_name(), cx.texts.lang == lang).clicked() {
            cx.act(Action::Prefer(Preferences { lang: Some(lang), ..cx.preferences }));
        }
    }
}

fn wrapped(ui: &mut Ui, words: String) {
    ui.add(Label::new(words).wrap());
}

impl FirstRunView {
    /// Where?
    pub(super) fn place_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        ui.label(strong("Communaut", text::HEADING).color(cx.tokens.accent));
        let size = if ui.available_width() < NARROW { text::TITLE } else { text::DISPLAY };
        let title = ui.add(Label::new(strong(cx.t("first-title"), size)).wrap());
        title.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, cx.t("first-title")));
        wrapped(ui, cx.t("first-explain"));
        ui.add_space(space::M);
        let label = cx.t("first-place");
        if let Some(place) = self.places.ui(ui, cx, &label) {
            self.choose(place);
        }
        // What is typed anew is another place.
        if !self.places.is_settled() {
            self.home = None;
        }
        let entered = self.places.take_entered();
        match self.home {
            Some(at) if self.home_name.is_empty() => {
                let place = format::position(at);
                widgets::note(ui, cx.tr("first-here", &[("place", place.into())]));
            }
            // What is offered for what is typed says enough.
            None if !self.places.text().trim().is_empty() => {}
            _ => {
                widgets::note(ui, cx.t("first-or-click"));
            }
        }
        ui.add_space(space::M);
        self.lacking_ui(ui, cx);
        if widgets::primary(ui, cx.tokens, &cx.t("first-on"), true).clicked() || entered {
            self.go_on();
        }
    }

    /// What is around there.
    pub(super) fn around_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let name = if self.home_name.is_empty() { cx.t("first-around-me") } else { self.home_name.clone() };
        self.head_ui(ui, cx, &cx.tr("first-here-is", &[("place", name.into())]));
        wrapped(ui, cx.t("first-around-explain"));
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let label = ui.label(cx.t("first-radius"));
            // On a card the rail has no colour of its own.
            ui.visuals_mut().widgets.inactive.bg_fill = cx.tokens.edge;
            ui.visuals_mut().slider_trailing_fill = true;
            ui.visuals_mut().selection.bg_fill = cx.tokens.accent;
            ui.spacing_mut().slider_width = (ui.available_width() - VALUE_WIDTH).max(space::XXL);
            let slider = Slider::new(&mut self.radius_km, RADIUS_KM).logarithmic(true).suffix(" km");
            let slider = ui.add(slider).labelled_by(label.id);
            self.sliding = slider.dragged();
            self.reframe |= slider.changed();
        });
        ui.add_space(space::S);
        around::ui(ui, cx, self.followed, self.home, self.looking_since);
        ui.add_space(space::S);
        ui.checkbox(&mut self.then_import, cx.t("first-import"));
        widgets::note(ui, cx.t("first-import-explain"));
        ui.add_space(space::M);
        self.lacking_ui(ui, cx);
        let entered = nothing_has_focus(ui) && ui.input(|input| input.key_pressed(Key::Enter));
        if widgets::primary(ui, cx.tokens, &cx.t("first-on"), true).clicked() || entered {
            self.go_on();
        }
    }

    /// How one is called.
    pub(super) fn name_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        self.head_ui(ui, cx, &cx.t("first-who"));
        let name = field(ui, &cx.t("first-name"), &mut self.name, &cx.t("first-name-hint"), NAME_MAX);
        if std::mem::take(&mut self.to_name) {
            name.request_focus();
            ui.ctx().request_repaint();
        }
        if name.changed() {
            self.lacking = None;
        }
        let entered = name.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        ui.add_space(space::XS);
        wrapped(ui, cx.t("first-privacy"));
        ui.add_space(space::S);
        let mut simple = cx.preferences.simple;
        if ui.checkbox(&mut simple, cx.t("simple-choose")).changed() {
            cx.act(Action::SetSimple(simple));
        }
        widgets::note(ui, cx.t("first-simple-explain"));
        ui.add_space(space::M);
        self.lacking_ui(ui, cx);
        let busy = self.stage != Stage::Form;
        let pressed = widgets::primary(ui, cx.tokens, &cx.t("first-done"), !busy).clicked();
        if (pressed || entered) && !busy {
            self.begin(cx);
        }
        if busy {
            widgets::note(ui, cx.t("first-busy"));
        }
    }

    /// Who was here before.
    pub(super) fn returning_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        // What came back says so itself.
        if !self.recover.shows_result() {
            self.head_ui(ui, cx, &cx.t("first-returning"));
        }
        self.recover.ui(ui, cx);
    }

    /// A title beside the way back.
    fn head_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, words: &str) {
        let tokens = cx.tokens;
        let pressed = ui.horizontal(|ui| {
            let pressed = widgets::icon_button(ui, tokens, Icon::Back, &cx.t("first-back")).clicked();
            let title = ui.add(Label::new(strong(words, text::TITLE)).wrap());
            title.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, words));
            pressed
        });
        ui.add_space(space::XS);
        if pressed.inner {
            self.back();
        }
    }

    /// What has to be done before one can go on, or what went wrong.
    fn lacking_ui(&self, ui: &mut Ui, cx: &ViewContext<'_>) {
        if let Some(lacking) = self.lacking {
            widgets::error(ui, cx.tokens, &cx.t(lacking));
        }
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
    }
}

/// Whether the enter key means no control.
fn nothing_has_focus(ui: &Ui) -> bool {
    ui.memory(|memory| memory.focused().is_none())
}
