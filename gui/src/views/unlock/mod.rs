//! The passphrase that opens the keys, before the node starts; and another way to keep them, while it runs.

mod protect;
mod secret;

pub use protect::ProtectView;

use crate::{
    locale::{Lang, Texts},
    logic::RefusalText,
    ui::{
        fonts::strong,
        tokens::{Tokens, space, text},
        widgets,
    },
};
use communaut_node::{Unlock, vault::Protection};
use egui::{CentralPanel, Context, Frame, Id, Label, Margin, Response, RichText, ScrollArea, Ui};
use secret::{entered, field_text, forget, secret};
use zeroize::Zeroizing;

/// Width of the column, in points.
const WIDTH: f32 = 440.0;

/// What is asked of the gate.
#[derive(Debug)]
pub enum UnlockAsked {
    /// To open the folder.
    Open(Unlock),
    /// To try again what was tried.
    Again,
    /// To speak another language.
    Lang(Lang),
}

/// The screen's state.
pub struct UnlockView {
    protection: Option<Protection>,
    passphrase: Zeroizing<String>,
    busy: bool,
    refusal: Option<RefusalText>,
    /// The field was given the focus; until then typing goes nowhere.
    focused: bool,
    /// It was to be opened with nothing typed.
    lacking: bool,
}

impl UnlockView {
    /// For a folder whose keys are kept so; none: it has none.
    #[must_use]
    pub fn new(protection: Option<Protection>) -> Self {
        let mut view =
            Self { protection, passphrase: field_text(), busy: false, refusal: None, focused: false, lacking: false };
        // A new one is opened without a question too.
        view.busy = view.protection.is_none() || view.opens_by_itself();
        view
    }

    /// Whether a folder that is there needs nothing to be opened.
    #[must_use]
    pub const fn opens_by_itself(&self) -> bool {
        matches!(self.protection, Some(Protection::Desktop | Protection::Unsealed))
    }

    /// The folder was not opened.
    pub fn refused(&mut self, refusal: RefusalText) {
        self.busy = false;
        // Typed again from the beginning, as everywhere.
        self.passphrase = field_text();
        self.focused = false;
        self.refusal = Some(refusal);
    }

    /// Take what was typed out of memory, egui's as well: it keeps earlier states of a field.
    pub fn forget(&mut self, ctx: &Context) {
        self.passphrase = field_text();
        forget(ctx, passphrase_id());
    }

    /// Draw the screen.
    pub fn ui(&mut self, ui: &mut Ui, texts: Texts, tokens: &Tokens) -> Option<UnlockAsked> {
        let mut asked = None;
        let frame = Frame::new().fill(tokens.surface).inner_margin(Margin::symmetric(24, 24));
        CentralPanel::default().frame(frame).show(ui, |ui| {
            ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                let room = ui.available_rect_before_wrap();
                let side = ((room.width() - WIDTH) / 2.0).max(0.0);
                let middle = room.with_min_x(room.left() + side).with_max_x(room.right() - side);
                ui.scope_builder(egui::UiBuilder::new().max_rect(middle), |ui| {
                    let lang = languages_ui(ui, texts, tokens).map(UnlockAsked::Lang);
                    ui.add_space(space::XL);
                    ui.label(strong("Communaut", text::HEADING).color(tokens.accent));
                    let open = match self.protection {
                        Some(Protection::Passphrase(_)) => self.locked_ui(ui, texts, tokens).map(UnlockAsked::Open),
                        None | Some(Protection::Desktop | Protection::Unsealed) => self.waiting_ui(ui, texts, tokens),
                    };
                    if open.is_some() {
                        self.busy = true;
                        self.refusal = None;
                    }
                    asked = open.or(lang);
                });
            });
        });
        asked
    }

    fn locked_ui(&mut self, ui: &mut Ui, texts: Texts, tokens: &Tokens) -> Option<Unlock> {
        widgets::title(ui, &texts.t("unlock-title"));
        wrapped(ui, texts.t("unlock-explain"));
        ui.add_space(space::L);
        let field = self.passphrase_ui(ui, &texts.t("unlock-passphrase"));
        let entered = entered(ui, &field);
        ui.add_space(space::S);
        self.refusal_ui(ui, texts, tokens);
        if self.lacking {
            widgets::error(ui, tokens, &texts.t("unlock-lacks"));
        }
        let pressed = widgets::primary(ui, tokens, &texts.t("unlock-open"), !self.busy).clicked();
        let asked = (pressed || entered) && !self.busy;
        if asked && self.passphrase.is_empty() {
            (self.lacking, self.focused, self.refusal) = (true, false, None);
        }
        self.lacking &= self.passphrase.is_empty();
        self.busy_ui(ui, texts);
        ui.add_space(space::S);
        weak(ui, texts.t("unlock-forgotten"));
        (asked && !self.passphrase.is_empty()).then(|| self.given())
    }

    /// The keyring is asked, or a new folder made.
    fn waiting_ui(&self, ui: &mut Ui, texts: Texts, tokens: &Tokens) -> Option<UnlockAsked> {
        match self.protection {
            Some(Protection::Desktop) => widgets::title(ui, &texts.t("unlock-waiting")),
            _ => widgets::title(ui, &texts.t("unlock-welcome")),
        };
        ui.add_space(space::L);
        self.refusal_ui(ui, texts, tokens);
        self.busy_ui(ui, texts);
        let again = !self.busy && widgets::primary(ui, tokens, &texts.t("unlock-again"), true).clicked();
        again.then_some(UnlockAsked::Again)
    }

    /// The first field; it has the focus when the screen comes.
    fn passphrase_ui(&mut self, ui: &mut Ui, label: &str) -> Response {
        let field = secret(ui, passphrase_id(), label, &mut self.passphrase, !self.busy);
        if !self.focused && !self.busy {
            self.focused = true;
            field.request_focus();
            // Shown in the next frame.
            ui.ctx().request_repaint();
        }
        field
    }

    fn given(&self) -> Unlock {
        Unlock::Passphrase(self.passphrase.clone())
    }

    fn refusal_ui(&self, ui: &mut Ui, texts: Texts, tokens: &Tokens) {
        if let Some(refusal) = &self.refusal {
            widgets::error(ui, tokens, &refused(texts, refusal));
            ui.add_space(space::S);
        }
    }

    fn busy_ui(&self, ui: &mut Ui, texts: Texts) {
        if self.busy {
            widgets::note(ui, texts.t("unlock-busy"));
        }
    }
}

fn passphrase_id() -> Id {
    Id::unique("unlock passphrase")
}

/// Why keys are not opened, or not kept otherwise.
fn refused(texts: Texts, refusal: &RefusalText) -> String {
    match refusal {
        RefusalText::Wrong => texts.t("unlock-wrong"),
        RefusalText::Held => texts.t("unlock-held"),
        RefusalText::Desktop(why) => texts.tr("unlock-desktop", &[("why", why.into())]),
        RefusalText::Other(why) => texts.tr("unlock-failed", &[("why", why.into())]),
    }
}

fn wrapped(ui: &mut Ui, words: String) {
    ui.add(Label::new(words).wrap());
}

fn weak(ui: &mut Ui, words: String) {
    ui.add(Label::new(RichText::new(words).small().weak()).wrap());
}

fn languages_ui(ui: &mut Ui, texts: Texts, tokens: &Tokens) -> Option<Lang> {
    ui.horizontal(|ui| {
        let chosen = |lang: &Lang| widgets::chip(ui, tokens, None, lang.own_name(), texts.lang == *lang).clicked();
        Lang::ALL.into_iter().filter(chosen).last()
    })
    .inner
}
