//! The first steps of who is new: a short list over the map, each line one press away from what it says.

use super::NoticesView;
use crate::{
    logic::{
        Action, Page,
        steps::{FirstStep, StepsTaken},
    },
    ui::{
        fonts::strong,
        icons::Icon,
        tokens::{CARD_RADIUS, space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{DataSets, OwnWork, PhraseState};
use egui::{Align2, Area, Button, Frame, Margin, Order, Stroke, Ui, vec2};

/// Width of the list, in points.
const WIDTH: f32 = 300.0;
/// What stays free under it for the map's credits, in points.
const FOOT: f32 = 44.0;

impl NoticesView {
    /// What was published first, as far as it matters and is not remembered yet.
    pub(super) fn remember_published(cx: &mut ViewContext<'_>) {
        let steps = cx.preferences.steps;
        let waits = cx.identity.is_some_and(|info| info.phrase == PhraseState::Unconfirmed);
        if steps.published_ms > 0 || !(waits || steps.is_new(cx.clock.now_ms())) {
            return;
        }
        let first = cx.read(OwnWork).value.and_then(|own| own.first_ms);
        if let Some(first) = first.and_then(|ms| i64::try_from(ms).ok()).filter(|ms| *ms > 0) {
            let mut steps = steps;
            steps.published_ms = first;
            cx.act(Action::SetSteps(steps));
        }
    }

    /// Draw the list, if there is anything on it.
    pub fn steps_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>) {
        let (steps, now) = (cx.preferences.steps, cx.clock.now_ms());
        if !steps.is_new(now) {
            return;
        }
        let imported = !cx.overview.streets.is_empty() || cx.read(DataSets).value.is_some_and(|sets| !sets.is_empty());
        let phrase = cx.identity.is_none_or(|info| info.phrase != PhraseState::Unconfirmed);
        let offered = steps.offered(now, StepsTaken { imported, phrase, keys: cx.commands.backend().keys() });
        if offered.is_empty() {
            return;
        }
        let tokens = cx.tokens;
        let room = ui.max_rect();
        let at = room.right_bottom() - vec2(space::L, FOOT);
        let layer = Area::new(egui::Id::unique("first steps")).order(Order::Middle).constrain(true);
        layer.pivot(Align2::RIGHT_BOTTOM).fixed_pos(at).show(ui.ctx(), |ui| {
            let frame = Frame::new()
                .fill(tokens.raised)
                .stroke(Stroke::new(1.0, tokens.line))
                .corner_radius(CARD_RADIUS)
                .inner_margin(Margin::same(12));
            frame.show(ui, |ui| {
                ui.set_width(WIDTH.min(room.width() - 2.0 * space::XL));
                ui.spacing_mut().item_spacing.y = space::XS;
                let head = |ui: &mut Ui| {
                    let words = cx.t("steps-title");
                    let title = ui.label(strong(&words, text::HEADING));
                    title.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, &words));
                };
                let close =
                    |ui: &mut Ui| widgets::small_icon_button(ui, tokens, Icon::Close, &cx.t("steps-hide")).clicked();
                if widgets::line_with(ui, head, close) {
                    cx.act(Action::SetSteps(steps.without_any()));
                }
                for step in offered {
                    line_ui(ui, cx, step);
                }
                self.sample.ui(ui, cx);
            });
        });
    }
}

/// A step, and the way to leave it.
fn line_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, step: FirstStep) {
    let (key, action) = match step {
        FirstStep::Hello => ("steps-hello", Action::Go(Page::Live)),
        FirstStep::Import => ("steps-import", Action::OpenImport(None)),
        FirstStep::Phrase => ("steps-phrase", Action::Go(Page::Phrase)),
        FirstStep::Keys => ("steps-keys", Action::ProtectKeys),
    };
    let (tokens, words) = (cx.tokens, cx.t(key));
    ui.horizontal(|ui| {
        let width = ui.available_width() - 32.0;
        let button = Button::new(&words).min_size(vec2(width, 32.0));
        if ui.add(button).clicked() {
            cx.act(action);
        }
        let name = cx.tr("steps-leave", &[("what", (&words).into())]);
        if widgets::small_icon_button(ui, tokens, Icon::Close, &name).clicked() {
            cx.act(Action::SetSteps(cx.preferences.steps.without(step)));
        }
    });
}
