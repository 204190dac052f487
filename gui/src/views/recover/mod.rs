//! Coming back to an identity that one has already: by a code that another device shows, by its phrase, or by shares.

mod form;

pub use form::{DAY_CHARS_MAX, until};

use crate::{
    logic::{Action, Asked, Page},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        listed::listed,
        tokens::{space, text},
        widgets::{self, chip},
    },
    views::ViewContext,
};
use communaut_node::api::{DeviceInfo, DeviceJoin, Dial, FailureCode, FollowTarget, RecoverRequest, Recovered};
use egui::{Label, RichText, Ui};
use form::{JoinForm, PhraseForm};

/// How one comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Way {
    /// By a code.
    #[default]
    Code,
    /// By the phrase or shares.
    Phrase,
}

/// An attempt whose identity has not arrived yet.
struct Waiting {
    request: RecoverRequest,
    /// The version of the replica for which it was tried last.
    tried: u64,
    /// What the node said.
    why: String,
}

/// The form's state.
pub struct RecoverView {
    way: Way,
    /// Before the first run is done; otherwise a frozen identity is decided.
    first: bool,
    join: JoinForm,
    phrase: PhraseForm,
    /// Asked here, and not answered.
    asked: bool,
    waiting: Option<Waiting>,
    failure: Option<String>,
    done: Option<Box<Recovered>>,
    joining: Asked<DeviceJoin>,
    recovering: Asked<RecoverRequest>,
    dialling: Asked<Dial>,
    following: Asked<FollowTarget>,
}

impl Default for RecoverView {
    fn default() -> Self {
        Self {
            way: Way::Code,
            first: true,
            join: JoinForm::default(),
            phrase: PhraseForm::default(),
            asked: false,
            waiting: None,
            failure: None,
            done: None,
            joining: Asked::default(),
            recovering: Asked::default(),
            dialling: Asked::default(),
            following: Asked::default(),
        }
    }
}

impl RecoverView {
    /// For an identity that this device speaks for and that is frozen.
    #[must_use]
    pub fn to_decide() -> Self {
        Self { way: Way::Phrase, first: false, ..Self::default() }
    }
    /// Whether what came of it is still to be read.
    #[must_use]
    pub const fn shows_result(&self) -> bool {
        self.done.is_some()
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.phrase.take_replies();
        match self.joining.take() {
            Some(Ok(info)) => {
                *self = Self::default();
                cx.notify(cx.tr("recover-joined", &[("name", (&info.name).into())]));
                cx.act(Action::Know(Box::new(info)));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        let ways = [self.dialling.take().and_then(Result::err), self.following.take().and_then(Result::err)];
        if let Some(failure) = ways.into_iter().flatten().last() {
            self.failure = Some(cx.failure(&failure));
        }
        match self.recovering.take().filter(|_| self.asked) {
            Some(Ok(recovered)) => {
                cx.act(Action::Know(Box::new(recovered.identity.clone())));
                *self = Self { first: self.first, way: self.way, done: Some(recovered), ..Self::default() };
            }
            Some(Err(failure)) if failure.code == FailureCode::NotFound => {
                // Its log may still be on its way: tried again with whatever arrives.
                if let Some(waiting) = &mut self.waiting {
                    waiting.why = cx.failure(&failure);
                }
            }
            Some(Err(failure)) => {
                (self.asked, self.waiting) = (false, None);
                self.failure = Some(cx.failure(&failure));
            }
            None => {}
        }
    }

    /// Draw the form, or what came of it.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if let Some(recovered) = &self.done {
            if result_ui(ui, cx, recovered, self.first) {
                *self = Self { first: self.first, way: self.way, ..Self::default() };
            }
            return;
        }
        if self.first {
            widgets::chips(ui, |ui| {
                for (way, key) in [(Way::Code, "recover-by-code"), (Way::Phrase, "recover-by-phrase")] {
                    if chip(ui, cx.tokens, None, &cx.t(key), self.way == way).clicked() {
                        (self.way, self.failure) = (way, None);
                    }
                }
            });
            ui.add_space(space::S);
        }
        match self.way {
            Way::Code => self.join_ui(ui, cx),
            Way::Phrase => self.phrase_ui(ui, cx),
        }
    }

    fn join_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let busy = self.joining.is_under_way();
        self.join.ui(ui, cx);
        self.failure_ui(ui, cx);
        if widgets::primary(ui, cx.tokens, &cx.t("recover-join"), !busy).clicked() {
            self.failure = None;
            if self.join.is_filled() {
                self.joining.send(cx.commands, self.join.request());
            } else {
                self.failure = Some(cx.t("recover-lacks-code"));
            }
        }
        if busy {
            busy_ui(ui, &cx.t("recover-joining"));
        }
    }

    fn phrase_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.waiting.is_some() {
            return self.waiting_ui(ui, cx);
        }
        let others: Vec<DeviceInfo> = match cx.identity {
            Some(info) if !self.first => info.devices.iter().filter(|one| !one.this && !one.out).cloned().collect(),
            _ => Vec::new(),
        };
        self.phrase.ui(ui, cx, self.first, &others);
        self.failure_ui(ui, cx);
        if widgets::primary(ui, cx.tokens, &cx.t("recover-button"), true).clicked() {
            match self.phrase.request(cx.clock) {
                _ if !self.phrase.is_filled() => self.failure = Some(cx.t("recover-lacks-secret")),
                Err(key) => self.failure = Some(cx.t(key)),
                Ok(request) => self.begin(cx, request),
            }
        }
    }

    fn begin(&mut self, cx: &ViewContext<'_>, request: RecoverRequest) {
        self.failure = None;
        self.asked = true;
        // So that the identity arrives.
        if let Some(dial) = self.phrase.dial() {
            self.dialling.send(cx.commands, dial);
        }
        if let Some(follow) = self.phrase.follow() {
            self.following.send(cx.commands, follow);
        }
        self.recovering.send(cx.commands, request.clone());
        self.waiting = Some(Waiting { request, tried: cx.overview.version, why: String::new() });
    }

    /// Under way; where the identity is not held yet, with what has been said and who is in sight.
    fn waiting_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let Some(waiting) = &mut self.waiting else { return };
        let busy = self.recovering.is_under_way();
        if waiting.tried != cx.overview.version && !busy {
            waiting.tried = cx.overview.version;
            self.recovering.send(cx.commands, waiting.request.clone());
        }
        busy_ui(ui, &cx.t("recover-busy"));
        if !waiting.why.is_empty() {
            let connected = cx.overview.network.peers.iter().filter(|peer| peer.connected).count();
            ui.add(Label::new(RichText::new(&waiting.why).color(cx.tokens.ink_soft)).wrap());
            widgets::note(ui, cx.tr("net-summary-peers", &[("count", connected.into())]));
            widgets::note(ui, cx.t("recover-waits"));
        }
        self.failure_ui(ui, cx);
        if widgets::secondary(ui, &cx.t("recover-stop"), true).clicked() {
            (self.asked, self.waiting) = (false, None);
        }
    }

    fn failure_ui(&self, ui: &mut Ui, cx: &ViewContext<'_>) {
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        ui.add_space(space::XS);
    }
}

fn busy_ui(ui: &mut Ui, words: &str) {
    let said = ui.add(Label::new(words).wrap());
    said.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, words));
}

/// What came back, and what was taken out. Whether it was read.
fn result_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, recovered: &Recovered, first: bool) -> bool {
    let tokens = cx.tokens;
    ui.horizontal_wrapped(|ui| {
        icons::show(ui, Icon::Check, 18.0, tokens.good);
        let words = cx.tr("recovered-title", &[("name", (&recovered.identity.name).into())]);
        let said = ui.label(strong(&words, text::BODY).color(tokens.good));
        said.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &words));
    });
    ui.add(Label::new(cx.t("recovered-speaks")).wrap());
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    ui.add(Label::new(cx.tr("recovered-out", &[("count", count(recovered.out).into())])).wrap());
    let out: Vec<_> = recovered.identity.devices.iter().filter(|device| device.out).collect();
    if !out.is_empty() {
        widgets::note(ui, cx.t("recovered-all-out"));
    }
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = 18.0;
        listed(ui, "out", cx.texts, out.into_iter(), |ui, device| {
            ui.horizontal(|ui| {
                ui.add_space(space::M);
                ui.label(if device.label.is_empty() { cx.t("device-nameless") } else { device.label.clone() });
                ui.label(RichText::new(device.id.short()).monospace().small().weak());
            });
        });
    });
    ui.add(Label::new(cx.tr("recovered-keys", &[("count", count(recovered.keys).into())])).wrap());
    ui.add_space(space::XS);
    widgets::note(ui, cx.t("recovered-keep"));
    ui.add_space(space::S);
    let read = widgets::primary(ui, tokens, &cx.t("recovered-go"), true).clicked();
    if read && first {
        cx.act(Action::Go(Page::Map));
    }
    read
}
