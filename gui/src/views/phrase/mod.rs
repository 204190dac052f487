//! The recovery phrase: shown until it is written down, then on no device; and shares of it for friends.

mod shares;

use crate::{
    locale::Lang,
    logic::{Action, Asked, Page},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        tokens::{RADIUS, TEXT_WIDTH_MAX, space, text},
        widgets::{self, area, card},
    },
    views::{View, ViewContext},
};
use communaut_node::api::{self, ConfirmPhrase, PhraseState, PhraseWords};
use communaut_protocol::recovery::{PHRASE_MAX, WORDS};
use egui::{Align2, FontId, Label, RichText, Role, Sense, Ui, Vec2, WidgetInfo, vec2};
use shares::SharesPanel;
use zeroize::Zeroizing;

/// Words side by side.
const COLUMNS: usize = 4;
/// Height of a word's field, in points.
const WORD_HEIGHT: f32 = 32.0;

/// The page's state. What is secret in it goes when the page is left.
#[derive(Default)]
pub struct PhraseView {
    /// The words, and in which language they were asked for.
    words: Option<(Lang, Zeroizing<String>)>,
    /// Written down, as the person says: the words are hidden and asked for.
    checking: bool,
    typed: Zeroizing<String>,
    failure: Option<String>,
    shares: SharesPanel,
    asking: Asked<api::Phrase>,
    confirming: Asked<ConfirmPhrase>,
}

impl View for PhraseView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.shares.take_replies(cx);
        match self.asking.take() {
            Some(Ok(PhraseWords { words })) => {
                self.failure = None;
                self.words = Some((cx.texts.lang, Zeroizing::new(words)));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.confirming.take() {
            Some(Ok(info)) => {
                self.close();
                cx.act(Action::Know(Box::new(info)));
                cx.notify(cx.t("phrase-confirmed"));
            }
            // What was typed stays, to be mended.
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::page(ui, "phrase", TEXT_WIDTH_MAX, |ui| {
            if widgets::title_under_back(ui, cx.tokens, &cx.t("back-settings"), &cx.t("page-phrase")) {
                cx.act(Action::Go(Page::Settings));
            }
            let Some(info) = cx.identity else {
                widgets::note(ui, cx.t("searching"));
                return;
            };
            ui.add(Label::new(RichText::new(cx.t("phrase-explain")).color(cx.tokens.ink_soft)).wrap());
            ui.add_space(space::M);
            let here = info.phrase == PhraseState::Unconfirmed;
            card(ui, cx.tokens, |ui| {
                if !here {
                    confirmed_ui(ui, cx);
                } else if self.checking {
                    self.check_ui(ui, cx);
                } else {
                    self.words_ui(ui, cx, &info.id.to_string());
                }
            });
            ui.add_space(space::L);
            self.shares.ui(ui, cx, here);
        });
    }

    fn left(&mut self) {
        self.close();
    }
}

impl PhraseView {
    /// Forget what is secret.
    pub fn close(&mut self) {
        *self = Self { confirming: std::mem::take(&mut self.confirming), ..Self::default() };
    }

    /// The words, once they are asked for: somebody may be looking on.
    fn words_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, id: &str) {
        let lang = cx.texts.lang;
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        let Some((_, words)) = self.words.as_ref().filter(|(held, _)| *held == lang) else {
            ui.add(Label::new(cx.t("phrase-before")).wrap());
            ui.add_space(space::XS);
            let busy = self.asking.is_under_way();
            let shown = self.words.is_some() && self.failure.is_none();
            // In another language the same words are asked for again by themselves.
            if widgets::primary(ui, cx.tokens, &cx.t("phrase-show"), !busy).clicked() || (shown && !busy) {
                self.asking.send(cx.commands, api::Phrase { french: lang == Lang::Fr });
            }
            return;
        };
        ui.add(Label::new(cx.t("phrase-write")).wrap());
        ui.add_space(space::S);
        grid_ui(ui, cx, words);
        ui.add_space(space::S);
        ui.add(Label::new(RichText::new(cx.t("phrase-id")).small().color(cx.tokens.ink_soft)).wrap());
        widgets::letters(ui, cx.tokens, id);
        ui.add_space(space::XS);
        if widgets::primary(ui, cx.tokens, &cx.t("phrase-written"), true).clicked() {
            self.checking = true;
            self.failure = None;
        }
    }

    /// The words are hidden and typed from the paper.
    fn check_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        ui.add(Label::new(cx.t("phrase-check")).wrap());
        words_field(ui, cx, &mut self.typed);
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        ui.horizontal(|ui| {
            let ready = !self.typed.trim().is_empty() && !self.confirming.is_under_way();
            if widgets::primary(ui, cx.tokens, &cx.t("phrase-check-button"), ready).clicked() {
                let words = self.typed.trim().to_owned();
                self.confirming.send(cx.commands, ConfirmPhrase { words });
            }
            if widgets::secondary(ui, &cx.t("phrase-again"), true).clicked() {
                self.checking = false;
                self.failure = None;
            }
        });
    }
}

/// A field for a phrase, and how many of its words stand there.
pub(super) fn words_field(ui: &mut Ui, cx: &ViewContext<'_>, typed: &mut String) {
    area(ui, &cx.t("phrase-field"), typed, &cx.t("phrase-field-hint"), PHRASE_MAX, 3);
    let count = typed.split_whitespace().count();
    widgets::note(ui, cx.tr("phrase-count", &[("count", count.into()), ("all", WORDS.into())]));
}

/// It is on paper, and not here.
fn confirmed_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    ui.horizontal_wrapped(|ui| {
        icons::show(ui, Icon::Check, 18.0, cx.tokens.good);
        ui.label(strong(cx.t("phrase-gone"), text::BODY).color(cx.tokens.good));
    });
    ui.add(Label::new(cx.t("phrase-gone-explain")).wrap());
}

/// The words with their numbers, line by line.
fn grid_ui(ui: &mut Ui, cx: &ViewContext<'_>, words: &str) {
    let words: Vec<&str> = words.split_whitespace().collect();
    let gap = space::S;
    let width = (ui.available_width() - gap * (COLUMNS as f32 - 1.0)) / COLUMNS as f32;
    for (row, line) in words.chunks(COLUMNS).enumerate() {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = gap;
            for (column, word) in line.iter().enumerate() {
                word_ui(ui, cx, row * COLUMNS + column + 1, word, width);
            }
        });
    }
}

fn word_ui(ui: &mut Ui, cx: &ViewContext<'_>, number: usize, word: &str, width: f32) {
    let tokens = cx.tokens;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width.floor(), WORD_HEIGHT), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("{number}. {word}")));
    let painter = ui.painter();
    painter.rect_filled(rect, RADIUS, tokens.hover);
    let at = rect.left_center();
    let (small, body) = (FontId::monospace(text::SMALL), FontId::monospace(text::BODY));
    painter.text(at + vec2(30.0, 0.0), Align2::RIGHT_CENTER, format!("{number}."), small, tokens.ink_soft);
    painter.text(at + vec2(38.0, 0.0), Align2::LEFT_CENTER, word, body, tokens.ink);
}
