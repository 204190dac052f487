//! The audit trail: who did what when, and whether it counts.

use super::more_ui;
use crate::{
    logic::{Asked, format, keys},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{self, AuditAct, AuditLine};
use communaut_protocol::ElementId;
use egui::{Label, RichText, Ui};

/// What was asked, and the answer.
#[derive(Default)]
pub struct AuditPanel {
    /// The community whose trail is open.
    of: Option<ElementId>,
    /// For which version of the replica it was asked.
    asked: Option<u64>,
    lines: Option<Vec<AuditLine>>,
    failure: Option<String>,
    asking: Asked<api::Audit, ElementId>,
}

impl AuditPanel {
    /// Open a community's trail, or close it.
    pub fn toggle(&mut self, id: ElementId) {
        *self = Self { of: (self.of != Some(id)).then_some(id), ..Self::default() };
    }
    /// Whether a community's is open.
    pub fn is_open(&self, id: ElementId) -> bool {
        self.of == Some(id)
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &ViewContext<'_>) {
        let Some((id, reply)) = self.asking.take_for() else { return };
        if self.of != Some(id) {
            return;
        }
        match reply {
            Ok(lines) => (self.lines, self.failure) = (Some(lines), None),
            Err(failure) => self.failure = Some(cx.failure(&failure)),
        }
    }

    /// Draw the trail, the newest act first.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, limit: &mut usize) {
        let Some(id) = self.of else { return };
        if self.asked != Some(cx.snapshot.version) && !self.asking.is_under_way_for(&id) {
            self.asked = Some(cx.snapshot.version);
            self.asking.send_for(cx.commands, id, api::Audit { container: id });
        }
        ui.add_space(space::S);
        widgets::heading(ui, &cx.t("audit-title"));
        widgets::note(ui, cx.t("audit-explain"));
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        match &self.lines {
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
        AuditAct::Role { person, role: None, .. } if *person == line.author => cx.tr("audit-left", &[by]),
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
