//! Shares of the phrase for friends, some of which together recover.

use super::words_field;
use crate::{
    logic::{Action, Asked},
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets::{self, card, letters},
    },
    views::ViewContext,
};
use communaut_node::api;
use communaut_protocol::recovery::SHARES_MAX;
use egui::{DragValue, Label, Ui};
use zeroize::Zeroizing;

/// The fewest that may be enough (SPEC.md §7.1).
const ENOUGH_MIN: u8 = 2;

/// How many, and what came of it.
pub struct SharesPanel {
    enough: u8,
    count: u8,
    /// The phrase, where the device no longer holds it.
    typed: Zeroizing<String>,
    made: Vec<Zeroizing<String>>,
    /// How many of those made are enough.
    made_enough: u8,
    failure: Option<String>,
    making: Asked<api::Shares>,
}

impl Default for SharesPanel {
    fn default() -> Self {
        Self {
            enough: 3,
            count: 5,
            typed: Zeroizing::default(),
            made: Vec::new(),
            made_enough: 0,
            failure: None,
            making: Asked::default(),
        }
    }
}

impl SharesPanel {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &ViewContext<'_>) {
        match self.making.take() {
            Some(Ok(api::FriendShares(shares))) => {
                self.failure = None;
                self.typed = Zeroizing::default();
                self.made = shares.into_iter().map(Zeroizing::new).collect();
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the form, and the shares made. `here`: the device still holds the phrase.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, here: bool) {
        widgets::heading(ui, &cx.t("shares-title"));
        let tokens = cx.tokens;
        card(ui, tokens, |ui| {
            ui.add(Label::new(cx.t("shares-explain")).wrap());
            ui.add_space(space::XS);
            ui.horizontal_wrapped(|ui| {
                let name = ui.label(cx.t("shares-enough"));
                ui.add(DragValue::new(&mut self.enough).range(ENOUGH_MIN..=self.count)).labelled_by(name.id);
                ui.add_space(space::S);
                let name = ui.label(cx.t("shares-count"));
                ui.add(DragValue::new(&mut self.count).range(self.enough..=SHARES_MAX)).labelled_by(name.id);
            });
            if !here {
                words_field(ui, cx, &mut self.typed);
            }
            if let Some(failure) = &self.failure {
                widgets::error(ui, tokens, failure);
            }
            ui.add_space(space::XS);
            let ready = (here || !self.typed.trim().is_empty()) && !self.making.is_under_way();
            if widgets::secondary(ui, &cx.t("shares-make"), ready).clicked() {
                let words = (!here).then(|| self.typed.trim().to_owned());
                self.made_enough = self.enough;
                let request = api::Shares { words, threshold: self.enough, count: self.count };
                self.making.send(cx.commands, request);
            }
            self.made_ui(ui, cx);
        });
    }

    fn made_ui(&self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.made.is_empty() {
            return;
        }
        ui.add_space(space::S);
        let words = cx.tr("shares-give", &[("enough", usize::from(self.made_enough).into())]);
        widgets::strip(ui, cx.tokens, &words);
        for (index, share) in self.made.iter().enumerate() {
            ui.add_space(space::S);
            let number = cx.tr("shares-one", &[("number", (index + 1).into()), ("all", self.made.len().into())]);
            let name = |ui: &mut Ui| {
                ui.label(strong(&number, text::BODY));
            };
            let copied = widgets::line_with(ui, name, |ui| {
                let button = widgets::secondary(ui, &cx.t("net-copy"), true);
                let named = format!("{} · {number}", cx.t("net-copy"));
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &named));
                button.clicked()
            });
            if copied {
                ui.ctx().copy_text(share.as_str().to_owned());
                let done = cx.t("net-copied");
                cx.act(Action::Notify(done));
            }
            letters(ui, cx.tokens, share);
        }
    }
}
