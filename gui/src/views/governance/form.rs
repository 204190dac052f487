//! Writing a proposal.

use crate::{
    logic::Asked,
    ui::{
        tokens::space,
        widgets::{self, area, field},
    },
    views::ViewContext,
};
use communaut_node::api::ProposalDraft;
use communaut_protocol::{
    ElementId,
    limits::{NAME_MAX, TEXT_MAX},
};
use egui::{RichText, Slider, Ui};

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// Days that a vote may be meant to last.
const DAYS_MAX: u64 = 365;

/// What is typed.
pub struct ProposalForm {
    title: String,
    text: String,
    /// Per cent of those who may vote.
    quorum: u16,
    days: u64,
}

impl Default for ProposalForm {
    fn default() -> Self {
        Self { title: String::new(), text: String::new(), quorum: 50, days: 7 }
    }
}

impl ProposalForm {
    /// Draw the form; sends the proposal.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, container: ElementId, proposal: &mut Asked<ProposalDraft>) {
        ui.add_space(space::S);
        field(ui, &cx.t("gov-form-title"), &mut self.title, &cx.t("gov-form-title-hint"), NAME_MAX);
        area(ui, &cx.t("gov-form-text"), &mut self.text, &cx.t("gov-form-text-hint"), TEXT_MAX, 3);
        let name = ui.label(RichText::new(cx.t("gov-form-quorum")).small());
        ui.add(Slider::new(&mut self.quorum, 0..=100).suffix(" %")).labelled_by(name.id);
        let name = ui.label(RichText::new(cx.t("gov-form-days")).small());
        ui.add(egui::DragValue::new(&mut self.days).range(1..=DAYS_MAX)).labelled_by(name.id);
        ui.add_space(space::S);
        let ready = !self.title.trim().is_empty() && !proposal.is_under_way();
        if widgets::primary(ui, cx.tokens, &cx.t("gov-form-send"), ready).clicked() {
            let now = u64::try_from(cx.clock.now_ms()).unwrap_or(0);
            let draft = ProposalDraft {
                container,
                title: self.title.trim().to_owned(),
                text: self.text.trim().to_owned(),
                quorum_permille: self.quorum.saturating_mul(10),
                tellers: Vec::new(),
                agree: 1,
                closes_ms: now.saturating_add(self.days.saturating_mul(DAY_MS)),
                sample: false,
            };
            proposal.send(cx.commands, draft);
        }
    }
}
