//! Looking around a place that the words name: offered, and never done in silence.

use crate::{
    logic::{Action, format, selection::AROUND_PLACE_M},
    ui::{
        icons::{self, Icon},
        tokens::space,
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::Offered;
use egui::{Label, Ui};

/// Other places of the same name that are offered: what one looks through at a glance.
const OTHERS_MAX: usize = 3;

/// The place around which one looks, or those that are offered.
pub(super) fn ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    if let Some(place) = cx.selection.place.clone() {
        around_ui(ui, cx, &place.name);
    } else if let Some(offered) = cx.selection.found.as_ref().and_then(|found| found.offered.clone()) {
        offered_ui(ui, cx, &offered);
    }
}

fn around_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, place: &str) {
    let distance = format::distance(cx.texts, AROUND_PLACE_M);
    ui.horizontal(|ui| {
        icons::show(ui, Icon::Target, 14.0, cx.tokens.accent);
        let words = cx.tr("around-place", &[("place", place.into()), ("distance", distance.into())]);
        ui.add(Label::new(words).truncate());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let name = cx.tr("around-leave", &[("place", place.into())]);
            if widgets::small_icon_button(ui, cx.tokens, Icon::Close, &name).clicked() {
                cx.act(Action::LeavePlace);
            }
        });
    });
}

fn offered_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, offered: &Offered) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        widgets::note(ui, cx.t("offered"));
        for place in std::iter::once(&offered.place.place).chain(offered.place.others.iter().take(OTHERS_MAX)) {
            let region = if place.region.is_empty() { &place.country } else { &place.region };
            let words = format!("{} ({region})", place.name);
            if ui.link(words).clicked() {
                let mut taken = offered.clone();
                taken.place.place = place.clone();
                cx.act(Action::LookAround(Box::new(taken)));
            }
        }
    });
}
