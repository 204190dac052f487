//! The village to try things with: a button that makes it, or throws it away.

use crate::{logic::Asked, ui::widgets, views::ViewContext};
use communaut_node::api::{MakeSample, OwnWork, RemoveSample};
use egui::Ui;

/// What is under way of it.
#[derive(Default)]
pub struct SampleButton {
    making: Asked<MakeSample>,
    removing: Asked<RemoveSample>,
}

impl SampleButton {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.making.take() {
            Some(Ok(_)) => cx.notify(cx.t("village-made")),
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
        match self.removing.take() {
            Some(Ok(_)) => cx.notify(cx.t("village-removed")),
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the button that fits.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let Some(own) = cx.read(OwnWork).value else { return };
        let free = !self.making.is_under_way() && !self.removing.is_under_way();
        if own.samples == 0 {
            let button = widgets::secondary(ui, &cx.t("village-make"), free);
            if button.on_hover_text(cx.t("village-explain")).clicked() {
                let (language, zone) = (cx.texts.lang.code().to_owned(), cx.clock.zone_name().to_owned());
                self.making.send(cx.commands, MakeSample { near: None, language, zone });
            }
        } else if widgets::secondary(ui, &cx.t("village-remove"), free).clicked() {
            self.removing.send(cx.commands, RemoveSample);
        }
    }
}
