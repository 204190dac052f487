//! Language, theme, and who one is.

use crate::{
    locale::Lang,
    logic::{Action, Asked, Page, ThemeChoice, preferences::SIZES},
    ui::{
        fonts::strong,
        tokens::{TEXT_WIDTH_MAX, space, text},
        widgets::{self, area, card, field},
    },
    views::{View, ViewContext, notices::SampleButton},
};
use communaut_node::{
    api::{self, IdentityInfo, OwnWork, PhraseState, SetProfile},
    vault::Protection,
};
use communaut_protocol::limits::{NAME_MAX, TEXT_MAX};
use egui::{Label, RichText, Ui};

/// The page's state.
#[derive(Default)]
pub struct SettingsView {
    /// Who one is, as the node last said.
    me: Option<IdentityInfo>,
    /// For which version of the replica it was asked.
    asked: Option<u64>,
    name: String,
    about: String,
    failure: Option<String>,
    who: Asked<api::Identity>,
    saving: Asked<SetProfile>,
    sample: SampleButton,
}

impl View for SettingsView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.who.take() {
            Some(Ok(me)) => {
                // What is being typed stays.
                let untouched = self.me.as_ref().is_none_or(|held| held.name == self.name && held.about == self.about);
                if untouched {
                    self.name.clone_from(&me.name);
                    self.about.clone_from(&me.about);
                }
                self.me = Some(me.clone());
                cx.act(Action::Know(Box::new(me)));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        self.sample.take_replies(cx);
        match self.saving.take() {
            Some(Ok(_)) => {
                self.failure = None;
                self.asked = None;
                cx.notify(cx.t("me-saved"));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.asked != Some(cx.overview.version) && !self.who.is_under_way() {
            self.asked = Some(cx.overview.version);
            self.who.send(cx.commands, api::Identity);
        }
        widgets::page(ui, "settings", TEXT_WIDTH_MAX, |ui| {
            widgets::title(ui, &cx.t("page-settings"));
            ui.add_space(space::M);
            look_ui(ui, cx);
            ui.add_space(space::L);
            self.me_ui(ui, cx);
            ui.add_space(space::L);
            safety_ui(ui, cx);
            ui.add_space(space::L);
            self.sample_ui(ui, cx);
            keys_ui(ui, cx);
        });
    }
}

impl SettingsView {
    /// What was made to try things with can be thrown away, long after the first steps are over.
    fn sample_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        if cx.read(OwnWork).value.is_none_or(|own| own.samples == 0) {
            return;
        }
        widgets::heading(ui, &cx.t("settings-sample"));
        card(ui, cx.tokens, |ui| self.sample.ui(ui, cx));
        ui.add_space(space::L);
    }

    fn me_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::heading(ui, &cx.t("me-title"));
        let tokens = cx.tokens;
        card(ui, tokens, |ui| {
            field(ui, &cx.t("first-name"), &mut self.name, "", NAME_MAX);
            area(ui, &cx.t("me-about"), &mut self.about, &cx.t("me-about-hint"), TEXT_MAX, 3);
            let changed = self.me.as_ref().is_some_and(|me| me.name != self.name || me.about != self.about);
            let ready = changed && !self.name.trim().is_empty() && !self.saving.is_under_way();
            ui.horizontal(|ui| {
                if widgets::primary(ui, tokens, &cx.t("save"), ready).clicked() {
                    let (name, about) = (self.name.trim().to_owned(), self.about.trim().to_owned());
                    self.saving.send(cx.commands, SetProfile { name, about });
                }
                if let Some(me) = &cx.overview.me {
                    let id = me.id.into();
                    if widgets::secondary(ui, &cx.t("me-wall"), true).clicked() {
                        cx.act(Action::ShowOnMap(id));
                    }
                }
            });
            if let Some(failure) = &self.failure {
                widgets::error(ui, tokens, failure);
            }
            if let Some(me) = &cx.overview.me {
                ui.add_space(space::S);
                ids_ui(ui, &cx.t("me-id"), &me.id.to_string());
                ids_ui(ui, &cx.t("me-device"), &me.device.to_string());
            }
        });
    }
}

fn ids_ui(ui: &mut Ui, name: &str, id: &str) {
    ui.label(RichText::new(name).small().weak());
    ui.add_space(-space::XS);
    ui.add(Label::new(RichText::new(id).monospace().size(11.0)).wrap().selectable(true));
}

/// What holds one's identity together, each on a page of its own.
fn safety_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    widgets::heading(ui, &cx.t("safety-title"));
    let live = cx.identity.map_or(0, |me| me.devices.iter().filter(|device| !device.out).count());
    let phrase = match cx.identity.map(|me| me.phrase) {
        Some(PhraseState::Confirmed) => "safety-phrase-written",
        _ => "safety-phrase-waits",
    };
    card(ui, cx.tokens, |ui| {
        for (page, title, words) in [
            (Page::Devices, "page-devices", cx.tr("me-devices", &[("count", live.into())])),
            (Page::Phrase, "page-phrase", cx.t(phrase)),
            (Page::Erasures, "page-erasures", cx.t("safety-erasures")),
        ] {
            let title = cx.t(title);
            let said = |ui: &mut Ui| {
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 0.0;
                    ui.label(strong(&title, text::BODY));
                    widgets::note(ui, words);
                });
            };
            let pressed = widgets::line_with(ui, said, |ui| {
                let button = widgets::secondary(ui, &cx.t("safety-open"), true);
                button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &title));
                button.clicked()
            });
            if pressed {
                cx.act(Action::Go(page));
            }
        }
        protection_ui(ui, cx);
    });
}

/// How the keys are kept on this computer, and the way to a passphrase.
fn protection_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let Some(keys) = cx.commands.backend().keys() else { return };
    let words = cx.t(match keys {
        Protection::Passphrase(_) => "safety-keys-passphrase",
        Protection::Desktop => "safety-keys-desktop",
        Protection::Unsealed => "safety-keys-unsealed",
    });
    let said = |ui: &mut Ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            ui.label(strong(cx.t("safety-keys"), text::BODY));
            widgets::note(ui, words);
        });
    };
    let open = !matches!(keys, Protection::Passphrase(_));
    if widgets::line_with(ui, said, |ui| open && widgets::secondary(ui, &cx.t("safety-protect"), true).clicked()) {
        cx.act(Action::ProtectKeys);
    }
}

/// Choices under their name, of which one holds. Which was chosen.
fn choices_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    cx: &ViewContext<'_>,
    name: &'static str,
    here: T,
    choices: impl IntoIterator<Item = (T, String)>,
) -> Option<T> {
    ui.label(RichText::new(cx.t(name)).small());
    let chosen = widgets::chips(ui, |ui| {
        let pressed = choices.into_iter().filter(|(choice, label)| {
            // All are drawn.
            widgets::choice(ui, cx.tokens, label, *choice == here).clicked()
        });
        pressed.last().map(|(choice, _)| choice)
    });
    ui.add_space(space::S);
    chosen
}

/// Language, theme, size of letters, motion.
fn look_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    widgets::heading(ui, &cx.t("settings-look"));
    let mut wanted = cx.preferences;
    card(ui, cx.tokens, |ui| {
        let languages = Lang::ALL.map(|lang| (lang, lang.own_name().to_owned()));
        if let Some(lang) = choices_ui(ui, cx, "settings-language", cx.texts.lang, languages) {
            wanted.lang = Some(lang);
        }
        let themes = [
            (ThemeChoice::System, "settings-theme-system"),
            (ThemeChoice::Light, "settings-theme-light"),
            (ThemeChoice::Dark, "settings-theme-dark"),
        ];
        let themes = themes.map(|(theme, key)| (theme, cx.t(key)));
        if let Some(theme) = choices_ui(ui, cx, "settings-theme", wanted.theme, themes) {
            wanted.theme = theme;
        }
        let sizes = SIZES.map(|size| (size, cx.tr("settings-percent", &[("size", usize::from(size).into())])));
        if let Some(size) = choices_ui(ui, cx, "settings-size", wanted.size, sizes) {
            wanted.size = size;
        }
        ui.checkbox(&mut wanted.still, cx.t("settings-still"));
        ui.checkbox(&mut wanted.simple, cx.t("simple-choose"));
    });
    if wanted != cx.preferences {
        cx.act(Action::Prefer(wanted));
    }
}

/// What the keyboard does.
fn keys_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    widgets::heading(ui, &cx.t("settings-keys"));
    card(ui, cx.tokens, |ui| {
        egui::Grid::new("keys").num_columns(2).spacing([space::XL, space::S]).show(ui, |ui| {
            let home = cx.t("keys-home-key");
            for (keys, what) in [
                ("Ctrl+1 … 5", cx.t("keys-pages")),
                ("Ctrl+F, /", cx.t("keys-search")),
                (&home, cx.t("keys-home")),
                ("Alt+← →", cx.t("keys-history")),
                ("Ctrl++ −", cx.t("keys-size")),
                ("F1, ?", cx.t("keys-help")),
                ("Esc", cx.t("keys-back")),
                ("Tab", cx.t("keys-next")),
            ] {
                ui.label(RichText::new(keys).monospace());
                ui.label(what);
                ui.end_row();
            }
        });
    });
}
