//! The code by which another device comes in.

use crate::{
    logic::{Action, Asked, format},
    ui::{
        qr::Qr,
        tokens::space,
        widgets::{self, card},
    },
    views::ViewContext,
};
use communaut_node::api::{DeviceCode, IdentityInfo, ShowDeviceCode};
use communaut_protocol::DeviceId;
use egui::{Label, RichText, Ui};
use std::{collections::BTreeSet, time::Duration};

/// The code shown, and the devices that were in when it was asked for.
#[derive(Default)]
pub struct CodeCard {
    shown: Option<(DeviceCode, Option<Qr>)>,
    before: BTreeSet<DeviceId>,
    failure: Option<String>,
    asking: Asked<ShowDeviceCode>,
}

impl CodeCard {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.asking.take() {
            Some(Ok(code)) => {
                self.failure = None;
                let qr = Qr::of_letters(&code.code);
                self.shown = Some((code, qr));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        // A code is good for one device: with it, the code is over.
        let new = |info: &IdentityInfo| info.devices.iter().find(|device| !self.before.contains(&device.id)).cloned();
        if self.shown.is_some()
            && let Some(new) = cx.identity.and_then(new)
        {
            let name = super::name(cx.texts, &new);
            cx.notify(cx.tr("device-came-in", &[("name", name.into())]));
            self.shown = None;
        }
    }

    /// Draw it.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, info: &IdentityInfo) {
        widgets::heading(ui, &cx.t("device-add"));
        let tokens = cx.tokens;
        card(ui, tokens, |ui| {
            ui.add(Label::new(cx.t("device-add-explain")).wrap());
            if let Some(failure) = &self.failure {
                widgets::error(ui, tokens, failure);
            }
            let now_ms = u64::try_from(cx.clock.now_ms()).unwrap_or(0);
            let good = self.shown.as_ref().filter(|(code, _)| code.until_ms > now_ms);
            match good {
                Some((code, qr)) => {
                    ui.ctx().request_repaint_after(Duration::from_millis(code.until_ms.saturating_sub(now_ms)));
                    code_ui(ui, cx, code, qr.as_ref());
                }
                None => {
                    if self.shown.is_some() {
                        widgets::note(ui, cx.t("device-code-over"));
                    }
                    ui.add_space(space::XS);
                    let ready = !self.asking.is_under_way();
                    if widgets::primary(ui, tokens, &cx.t("device-code-show"), ready).clicked() {
                        self.before = info.devices.iter().map(|device| device.id).collect();
                        self.asking.send(cx.commands, ShowDeviceCode);
                    }
                }
            }
        });
    }
}

/// The code in letters and in squares, side by side.
fn code_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, code: &DeviceCode, qr: Option<&Qr>) {
    ui.add_space(space::S);
    ui.horizontal_top(|ui| {
        if let Some(qr) = qr {
            qr.show(ui, &cx.t("device-code-squares"));
            ui.add_space(space::S);
        }
        ui.vertical(|ui| {
            widgets::letters(ui, cx.tokens, &code.code);
            ui.horizontal_wrapped(|ui| {
                if widgets::secondary(ui, &cx.t("device-code-copy"), true).clicked() {
                    ui.ctx().copy_text(code.code.clone());
                    let done = cx.t("net-copied");
                    cx.act(Action::Notify(done));
                }
                let until = i64::try_from(code.until_ms).ok().and_then(|ms| cx.clock.here(ms));
                let until = until.map(|at| format::time(cx.texts, &at)).unwrap_or_default();
                let words = cx.tr("device-code-until", &[("time", until.into())]);
                ui.label(RichText::new(words).small().color(cx.tokens.ink_soft));
            });
        });
    });
    ui.add_space(space::XS);
    widgets::note(ui, cx.t("device-code-secret"));
}
