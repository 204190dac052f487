//! Another way to keep the keys, while the node runs: under a passphrase.

use super::{
    refused,
    secret::{entered, field_text, forget, secret},
    wrapped,
};
use crate::{
    logic::{Action, RefusalText},
    ui::{tokens::space, widgets},
    views::{View, ViewContext},
};
use communaut_node::{
    Unlock,
    vault::{self, PASSPHRASE_MIN, VaultError},
};
use egui::{Id, Ui};
use std::sync::mpsc::{Receiver, TryRecvError};
use zeroize::Zeroizing;

/// Width of the dialogue, in points.
const WIDTH: f32 = 420.0;

/// The dialogue's state.
pub struct ProtectView {
    open: bool,
    passphrase: Zeroizing<String>,
    again: Zeroizing<String>,
    /// What is lacking is said once somebody has tried to go on.
    tried: bool,
    under_way: Option<Receiver<Result<(), VaultError>>>,
    refusal: Option<RefusalText>,
    /// The first field is to be given the keyboard.
    to_focus: bool,
    /// Egui still holds earlier states of the fields.
    to_forget: bool,
}

impl Default for ProtectView {
    fn default() -> Self {
        Self {
            open: false,
            passphrase: field_text(),
            again: field_text(),
            tried: false,
            under_way: None,
            refusal: None,
            to_focus: false,
            to_forget: false,
        }
    }
}

impl View for ProtectView {
    fn on(&mut self, action: &Action, _cx: &mut ViewContext<'_>) {
        if *action == Action::ProtectKeys {
            *self = Self { open: true, to_focus: true, under_way: self.under_way.take(), ..Self::default() };
        }
    }

    fn back(&mut self, _cx: &mut ViewContext<'_>) -> bool {
        let was = self.open;
        self.close();
        was
    }

    fn fell(&mut self) {
        self.close();
    }

    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        let Some(told) = &self.under_way else { return };
        let done = match told.try_recv() {
            Err(TryRecvError::Empty) => return,
            // Its thread failed: how the keys are kept now shows in the settings.
            Err(TryRecvError::Disconnected) => Err(RefusalText::Other(cx.t("protect-broke"))),
            Ok(done) => done.map_err(|why| RefusalText::from(&why)),
        };
        self.under_way = None;
        match done {
            Ok(()) => {
                self.close();
                cx.notify(cx.t("protect-done"));
            }
            Err(refusal) => self.refusal = Some(refusal),
        }
    }

    /// Draw the dialogue, if it is open.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if std::mem::take(&mut self.to_forget) {
            ids().into_iter().for_each(|id| forget(ui.ctx(), id));
        }
        if !self.open {
            return;
        }
        let leave = widgets::modal(ui, "protect", WIDTH, |ui| self.form_ui(ui, cx));
        if leave {
            self.close();
        }
    }
}

impl ProtectView {
    fn close(&mut self) {
        (self.open, self.to_forget) = (false, true);
        (self.passphrase, self.again) = (field_text(), field_text());
    }

    fn form_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        widgets::title(ui, &cx.t("protect-title"));
        wrapped(ui, cx.t("protect-explain"));
        ui.add_space(space::M);
        let busy = self.under_way.is_some();
        let [first, second] = ids();
        let field = secret(ui, first, &cx.t("unlock-passphrase"), &mut self.passphrase, !busy);
        if std::mem::take(&mut self.to_focus) {
            field.request_focus();
            ui.ctx().request_repaint();
        }
        widgets::note(ui, cx.t("protect-hint"));
        let repeated = secret(ui, second, &cx.t("protect-again"), &mut self.again, !busy);
        let entered = entered(ui, &repeated);
        ui.add_space(space::S);
        if self.tried
            && let Some(why) = self.unfit(cx)
        {
            widgets::error(ui, cx.tokens, &why);
        }
        if let Some(refusal) = &self.refusal {
            widgets::error(ui, cx.tokens, &refused(cx.texts, refusal));
        }
        widgets::note(ui, cx.t("unlock-forgotten"));
        ui.add_space(space::S);
        ui.horizontal(|ui| {
            let pressed = widgets::primary(ui, cx.tokens, &cx.t("protect-button"), !busy).clicked();
            if (pressed || entered) && !busy {
                self.begin(cx);
            }
            if widgets::secondary(ui, &cx.t("protect-later"), true).clicked() {
                self.close();
            }
        });
        if busy {
            widgets::note(ui, cx.t("protect-busy"));
        }
    }

    fn begin(&mut self, cx: &ViewContext<'_>) {
        (self.tried, self.refusal) = (true, None);
        if self.unfit(cx).is_none() {
            let new = Unlock::Passphrase(self.passphrase.clone());
            self.under_way = cx.commands.backend().protect(new);
            if self.under_way.is_none() {
                self.refusal = Some(RefusalText::Other(cx.t("protect-not-here")));
            }
        }
    }

    /// What is lacking yet.
    fn unfit(&self, cx: &ViewContext<'_>) -> Option<String> {
        if vault::fit(&self.passphrase).is_err() {
            Some(cx.tr("protect-short", &[("count", PASSPHRASE_MIN.into())]))
        } else if self.passphrase != self.again {
            Some(cx.t("protect-differ"))
        } else {
            None
        }
    }
}

fn ids() -> [Id; 2] {
    [Id::unique("protect passphrase"), Id::unique("protect passphrase again")]
}
