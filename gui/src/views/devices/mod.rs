//! The devices that speak for a person, how another comes in, and how one goes.

mod code;

use super::recover::{DAY_CHARS_MAX, RecoverView, until};
use crate::{
    locale::Texts,
    logic::{Action, Asked, Page},
    ui::{
        listed::listed,
        tokens::{CONTROL_HEIGHT, TEXT_WIDTH_MAX, space},
        widgets::{self, card},
    },
    views::{View, ViewContext},
};
use code::CodeCard;
use communaut_node::api::{DeviceInfo, DeviceOut, IdentityInfo};
use communaut_protocol::DeviceId;
use egui::{Label, RichText, Ui};

/// Width of the question, in points.
const QUESTION_WIDTH: f32 = 420.0;

/// The page's state.
pub struct DevicesView {
    code: CodeCard,
    /// Asked whether this one is really to go.
    taking: Option<DeviceInfo>,
    /// Since when somebody else holds it, as typed.
    since: String,
    /// How a frozen identity is decided.
    recover: RecoverView,
    failure: Option<String>,
    taking_out: Asked<DeviceOut>,
}

impl Default for DevicesView {
    fn default() -> Self {
        Self {
            code: CodeCard::default(),
            taking: None,
            since: String::new(),
            recover: RecoverView::to_decide(),
            failure: None,
            taking_out: Asked::default(),
        }
    }
}

impl View for DevicesView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.recover.take_replies(cx);
        self.code.take_replies(cx);
        match self.taking_out.take() {
            Some(Ok(info)) => {
                self.failure = None;
                cx.notify(cx.t("device-out-done"));
                cx.act(Action::Know(Box::new(info)));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        widgets::page(ui, "devices", TEXT_WIDTH_MAX, |ui| {
            if widgets::title_under_back(ui, cx.tokens, &cx.t("back-settings"), &cx.t("page-devices")) {
                cx.act(Action::Go(Page::Settings));
            }
            let Some(info) = cx.identity else {
                widgets::note(ui, cx.t("searching"));
                return;
            };
            ui.add(Label::new(RichText::new(cx.t("devices-explain")).color(cx.tokens.ink_soft)).wrap());
            ui.add_space(space::M);
            if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            if !info.contested.is_empty() {
                widgets::strip(ui, cx.tokens, &cx.t("devices-contested-explain"));
                let decided =
                    if info.deciding.is_some() { "devices-contested-decided" } else { "devices-contested-nobody" };
                widgets::note(ui, cx.t(decided));
            } else if !info.speaks {
                widgets::strip(ui, cx.tokens, &cx.t("devices-out-explain"));
            } else if info.frozen || self.recover.shows_result() {
                self.frozen_ui(ui, cx, info.frozen);
            }
            self.list_ui(ui, cx, info);
            if info.speaks && !info.frozen {
                ui.add_space(space::L);
                self.code.ui(ui, cx, info);
            }
        });
        self.question_ui(ui, cx);
    }
}

impl DevicesView {
    /// Two branches compete: what that means, and the phrase that decides; or what it has decided.
    fn frozen_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, frozen: bool) {
        if frozen {
            widgets::strip(ui, cx.tokens, &cx.t("devices-frozen-explain"));
            ui.add_space(space::S);
        }
        widgets::heading(ui, &cx.t("devices-decide"));
        card(ui, cx.tokens, |ui| self.recover.ui(ui, cx));
        ui.add_space(space::L);
    }

    fn list_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, info: &IdentityInfo) {
        let live = info.devices.iter().filter(|device| !device.out).count();
        let may_go = info.speaks && !info.frozen && live > 1 && !self.taking_out.is_under_way();
        for (out, title) in [(false, "devices-speak"), (true, "devices-out")] {
            let those: Vec<_> = info.devices.iter().filter(|device| device.out == out).collect();
            if those.is_empty() {
                continue;
            }
            ui.add_space(space::S);
            widgets::heading(ui, &cx.t(title));
            card(ui, cx.tokens, |ui| {
                listed(ui, title, cx.texts, those.into_iter(), |ui, device| {
                    if device_ui(ui, cx, device, !out && may_go) {
                        self.taking = Some(device.clone());
                    }
                });
                if out {
                    widgets::note(ui, cx.t("devices-out-note"));
                }
            });
        }
    }

    /// Taking a device out is asked before it is done: it is for good.
    fn question_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>) {
        let Some(device) = &self.taking else { return };
        let mut open = true;
        let leave = widgets::modal(ui, "device out", QUESTION_WIDTH, |ui| {
            let name = name(cx.texts, device);
            widgets::heading(ui, &cx.tr("device-out-title", &[("name", name.into())]));
            ui.add(Label::new(cx.t("device-out-keeps")).wrap());
            ui.add(Label::new(cx.t("device-out-ends")).wrap());
            widgets::field(ui, &cx.t("since"), &mut self.since, &cx.t("since-hint"), DAY_CHARS_MAX);
            widgets::note(ui, cx.t("since-out"));
            let until = until(&self.since, cx.clock);
            if let Err(key) = until {
                widgets::error(ui, cx.tokens, &cx.t(key));
            }
            if device.this {
                widgets::strip(ui, cx.tokens, &cx.t("device-out-this"));
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if widgets::dangerous(ui, cx.tokens, &cx.t("device-out-confirm"), until.is_ok()).clicked()
                    && let Ok(until_ms) = until
                {
                    let request = DeviceOut { device: device.id.to_string(), until_ms };
                    self.taking_out.send(cx.commands, request);
                    open = false;
                }
                if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
                    open = false;
                }
            });
        });
        if leave || !open {
            self.taking = None;
            self.since.clear();
        }
    }
}

/// What a device is called.
fn name(texts: Texts, device: &DeviceInfo) -> String {
    if device.label.is_empty() { texts.t("device-nameless") } else { device.label.clone() }
}

/// The beginning of its key, by which two of one name are told apart.
fn key(id: DeviceId) -> RichText {
    RichText::new(id.short()).monospace().small().weak()
}

/// One device. Whether it is to be taken out.
fn device_ui(ui: &mut Ui, cx: &ViewContext<'_>, device: &DeviceInfo, may_go: bool) -> bool {
    let tokens = cx.tokens;
    let called = name(cx.texts, device);
    let words = |ui: &mut Ui| {
        ui.set_min_height(CONTROL_HEIGHT);
        let ink = if device.out { tokens.ink_soft } else { tokens.ink };
        ui.add(Label::new(RichText::new(&called).color(ink)).truncate());
        ui.label(key(device.id)).on_hover_text(&device.did);
        if device.this {
            widgets::badge(ui, tokens.accent, tokens.selected, &cx.t("device-this"));
        }
    };
    widgets::line_with(ui, words, |ui| {
        if !may_go {
            return false;
        }
        let button = widgets::secondary(ui, &cx.t("device-out"), true);
        let named = cx.tr("device-out-name", &[("name", (&called).into())]);
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &named));
        button.clicked()
    })
}
