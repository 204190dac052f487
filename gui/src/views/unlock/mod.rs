//! Before the node starts: the passphrase that opens the keys, or, for new ones, how they are to be kept.

use crate::{
    locale::{Lang, Texts},
    logic::RefusalText,
    ui::{
        fonts::strong,
        tokens::{Tokens, space, text},
        widgets,
    },
};
use communaut_node::{
    Unlock,
    vault::{PASSPHRASE_MAX, PASSPHRASE_MIN, Protection},
};
use egui::{
    CentralPanel, Context, Frame, Id, Key, Label, Margin, Response, RichText, ScrollArea, TextEdit, Ui,
    text_edit::TextEditState,
};
use zeroize::Zeroizing;

/// Width of the column, in points.
const WIDTH: f32 = 440.0;
/// Characters of a passphrase, whatever they are: together no more bytes than it may have.
const CHARS_MAX: usize = PASSPHRASE_MAX / 4;

/// What is asked of the gate.
#[derive(Debug)]
pub enum UnlockAsked {
    /// To open the folder.
    Open(Unlock),
    /// To speak another language.
    Lang(Lang),
}

/// How new keys are to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Passphrase,
    Desktop,
    Unsealed,
}

/// The screen's state.
pub struct UnlockView {
    protection: Option<Protection>,
    way: Way,
    passphrase: Zeroizing<String>,
    again: Zeroizing<String>,
    busy: bool,
    refusal: Option<RefusalText>,
    /// The field was given the focus; until then typing goes nowhere.
    focused: bool,
}

/// Room for all of it at once: a text that grows leaves what it held behind.
fn field_text() -> Zeroizing<String> {
    Zeroizing::new(String::with_capacity(PASSPHRASE_MAX))
}

impl UnlockView {
    /// For a folder whose keys are kept so; none: it has none.
    #[must_use]
    pub fn new(protection: Option<Protection>) -> Self {
        let mut view = Self {
            protection,
            way: Way::Passphrase,
            passphrase: field_text(),
            again: field_text(),
            busy: false,
            refusal: None,
            focused: false,
        };
        view.busy = view.opens_by_itself();
        view
    }

    /// Whether nothing has to be asked.
    #[must_use]
    pub const fn opens_by_itself(&self) -> bool {
        matches!(self.protection, Some(Protection::Desktop | Protection::Unsealed))
    }

    /// The folder was not opened.
    pub fn refused(&mut self, refusal: RefusalText) {
        self.busy = false;
        // Typed again from the beginning, as everywhere.
        self.passphrase = field_text();
        self.again = field_text();
        self.focused = false;
        self.refusal = Some(refusal);
    }

    /// Take what was typed out of memory, egui's as well: it keeps earlier states of a field.
    pub fn forget(&mut self, ctx: &Context) {
        self.passphrase = field_text();
        self.again = field_text();
        for id in [passphrase_id(), again_id()] {
            TextEditState::default().store(ctx, id);
        }
    }

    /// Draw the screen.
    pub fn ui(&mut self, ui: &mut Ui, texts: Texts, tokens: &Tokens, desktop: Option<bool>) -> Option<UnlockAsked> {
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
                        None => self.choice_ui(ui, texts, tokens, desktop),
                        Some(Protection::Passphrase(_)) => self.locked_ui(ui, texts, tokens),
                        Some(Protection::Desktop | Protection::Unsealed) => self.waiting_ui(ui, texts, tokens),
                    };
                    if open.is_some() {
                        self.busy = true;
                        self.refusal = None;
                    }
                    asked = open.map(UnlockAsked::Open).or(lang);
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
        let ready = !self.busy && !self.passphrase.is_empty();
        let pressed = widgets::primary(ui, tokens, &texts.t("unlock-open"), ready).clicked();
        self.busy_ui(ui, texts);
        ui.add_space(space::S);
        weak(ui, texts.t("unlock-forgotten"));
        (ready && (pressed || entered)).then(|| self.given())
    }

    /// The keyring is asked.
    fn waiting_ui(&mut self, ui: &mut Ui, texts: Texts, tokens: &Tokens) -> Option<Unlock> {
        if self.protection == Some(Protection::Desktop) {
            widgets::title(ui, &texts.t("unlock-waiting"));
        }
        ui.add_space(space::L);
        self.refusal_ui(ui, texts, tokens);
        self.busy_ui(ui, texts);
        let again = !self.busy && widgets::primary(ui, tokens, &texts.t("unlock-again"), true).clicked();
        again.then_some(Unlock::Nothing)
    }

    fn choice_ui(&mut self, ui: &mut Ui, texts: Texts, tokens: &Tokens, desktop: Option<bool>) -> Option<Unlock> {
        widgets::title(ui, &texts.t("keep-title"));
        wrapped(ui, texts.t("keep-explain"));
        ui.add_space(space::L);
        let mut return_pressed = false;
        self.way_ui(ui, texts, Way::Passphrase, "keep-passphrase", "keep-passphrase-explain");
        if self.way == Way::Passphrase {
            ui.add_space(space::XS);
            self.passphrase_ui(ui, &texts.t("unlock-passphrase"));
            let repeated = secret(ui, again_id(), &texts.t("keep-again"), &mut self.again, !self.busy);
            return_pressed = entered(ui, &repeated);
            if let Some(why) = self.unfit(texts) {
                weak(ui, why);
            }
        }
        ui.add_space(space::M);
        // Where none answers it is no choice.
        if desktop == Some(true) {
            self.way_ui(ui, texts, Way::Desktop, "keep-desktop", "keep-desktop-explain");
            ui.add_space(space::M);
        }
        self.way_ui(ui, texts, Way::Unsealed, "keep-unsealed", "keep-unsealed-explain");
        if self.way == Way::Unsealed {
            widgets::strip(ui, tokens, &texts.t("keep-unsealed-warning"));
        }
        ui.add_space(space::L);
        self.refusal_ui(ui, texts, tokens);
        let fit = self.way != Way::Passphrase || self.is_fit();
        let ready = fit && !self.busy;
        let pressed = widgets::primary(ui, tokens, &texts.t("keep-done"), ready).clicked();
        self.busy_ui(ui, texts);
        (ready && (pressed || return_pressed)).then(|| match self.way {
            Way::Passphrase => self.given(),
            Way::Desktop => Unlock::Desktop,
            Way::Unsealed => Unlock::Unsealed,
        })
    }

    fn way_ui(&mut self, ui: &mut Ui, texts: Texts, way: Way, name: &'static str, explain: &'static str) {
        let radio = egui::RadioButton::new(self.way == way, strong(texts.t(name), text::HEADING));
        if ui.add_enabled(!self.busy, radio).clicked() {
            self.way = way;
        }
        ui.add_space(-space::S);
        weak(ui, texts.t(explain));
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

    fn is_fit(&self) -> bool {
        self.passphrase == self.again && communaut_node::vault::fit(&self.passphrase).is_ok()
    }

    /// What is lacking yet; nothing while nothing was typed.
    fn unfit(&self, texts: Texts) -> Option<String> {
        if self.passphrase.is_empty() || self.is_fit() {
            None
        } else if communaut_node::vault::fit(&self.passphrase).is_err() {
            Some(texts.tr("keep-short", &[("count", PASSPHRASE_MIN.into())]))
        } else {
            Some(texts.t("keep-differ"))
        }
    }

    fn given(&self) -> Unlock {
        Unlock::Passphrase(self.passphrase.clone())
    }

    fn refusal_ui(&self, ui: &mut Ui, texts: Texts, tokens: &Tokens) {
        let words = match &self.refusal {
            None => return,
            Some(RefusalText::Wrong) => texts.t("unlock-wrong"),
            Some(RefusalText::Held) => texts.t("unlock-held"),
            Some(RefusalText::Desktop(why)) => texts.tr("unlock-desktop", &[("why", why.into())]),
            Some(RefusalText::Other(why)) => texts.tr("unlock-failed", &[("why", why.into())]),
        };
        widgets::error(ui, tokens, &words);
        ui.add_space(space::S);
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

fn again_id() -> Id {
    Id::unique("unlock passphrase again")
}

/// A field whose text is not shown, under its name.
fn secret(ui: &mut Ui, id: Id, label: &str, value: &mut String, enabled: bool) -> Response {
    let name = ui.label(RichText::new(label).small());
    ui.add_space(-space::XS);
    let edit = TextEdit::singleline(value)
        .id(id)
        .password(true)
        .char_limit(CHARS_MAX)
        .margin(Margin::symmetric(8, 7))
        .desired_width(f32::INFINITY);
    ui.add_enabled(enabled, edit).labelled_by(name.id)
}

/// Whether the field was left with the enter key.
fn entered(ui: &Ui, field: &Response) -> bool {
    field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter))
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
