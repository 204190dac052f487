//! The audit trail: who did what when, and whether it counts.

use super::more_ui;
use crate::{
    logic::{format, keys},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{self, AuditAct, AuditLine};
use communaut_protocol::{ElementId, op::Role};
use egui::{Label, RichText, Ui};

/// The community whose trail is open.
#[derive(Default)]
pub struct AuditPanel(Option<ElementId>);

impl AuditPanel {
    /// Open a community's trail, or close it.
    pub fn toggle(&mut self, id: ElementId) {
        self.0 = (self.0 != Some(id)).then_some(id);
    }
    /// Whether a community's is open.
    pub fn is_open(&self, id: ElementId) -> bool {
        self.0 == Some(id)
    }

    /// Draw the trail, the newest act first.
    pub fn ui(&self, ui: &mut Ui, cx: &ViewContext<'_>, limit: &mut usize) {
        let Some(container) = self.0 else { return };
        let reading = cx.read(api::Audit { container });
        ui.add_space(space::S);
        widgets::heading(ui, &cx.t("audit-title"));
        widgets::note(ui, cx.t("audit-explain"));
        if let Some(failure) = &reading.failure {
            widgets::error(ui, cx.tokens, &cx.failure(failure));
        }
        match &reading.value {
            None if reading.failure.is_some() => {}
            None => {
                widgets::note(ui, cx.t("searching"));
            }
            Some(lines) if lines.is_empty() => {
                widgets::note(ui, cx.t("audit-none"));
            }
            Some(lines) => {
                for line in lines.iter().rev().take(*limit) {
                    line_ui(ui, cx, line);
                }
                more_ui(ui, cx, lines.len(), limit);
            }
        }
    }
}

fn line_ui(ui: &mut Ui, cx: &ViewContext<'_>, line: &AuditLine) {
    let tokens = cx.tokens;
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal_wrapped(|ui| {
            let ink = if line.counts { tokens.ink } else { tokens.ink_soft };
            ui.add(Label::new(RichText::new(words(cx, line)).color(ink)).wrap());
            let at = i64::try_from(line.written_ms).unwrap_or(i64::MAX);
            widgets::note(ui, format::ago(cx.texts, at, cx.clock.now_ms(), cx.clock.zone()));
            if line.settled {
                widgets::badge(ui, tokens.ink_soft, tokens.selected, &cx.t("audit-settled"))
                    .on_hover_text(cx.t("audit-settled-explain"));
            }
            if !line.counts {
                widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("audit-void"))
                    .on_hover_text(cx.t("audit-void-explain"));
            }
        });
    });
}

/// What was done, in one sentence.
fn words(cx: &ViewContext<'_>, line: &AuditLine) -> String {
    let by = ("by", cx.person(line.author).into());
    match &line.act {
        AuditAct::Role { person, role, .. } if *person == line.author => match role {
            None => cx.tr("audit-left", &[by]),
            Some(Role::Leader) => cx.tr("audit-confirmed", &[by]),
            Some(role) => cx.tr("audit-stepped", &[by, ("role", cx.t(keys::role(*role)).into())]),
        },
        AuditAct::Role { person, role, .. } => {
            let name = ("name", cx.person(*person).into());
            match role {
                Some(role) => cx.tr("audit-gave", &[by, name, ("role", cx.t(keys::role(*role)).into())]),
                None => cx.tr("audit-took", &[by, name]),
            }
        }
        AuditAct::Erase { entries, reason } => {
            let count = usize::try_from(*entries).unwrap_or(usize::MAX);
            let said = if reason.is_empty() { cx.t("audit-no-reason") } else { reason.clone() };
            cx.tr("audit-hid", &[by, ("count", count.into()), ("reason", said.into())])
        }
        AuditAct::Void { .. } => cx.tr("audit-void-act", &[by]),
    }
}
