//! Peers, sync, and what is missing.

use crate::{
    logic::{Action, Asked, format},
    ui::{
        fonts::strong,
        icons::Icon,
        listed::listed,
        tokens::{TEXT_WIDTH_MAX, space, text},
        widgets::{self, card, field},
    },
    views::{View, ViewContext},
};
use communaut_node::api::{Dial, NetworkStatus, PeerStatus};
use egui::{Label, RichText, Ui};
use std::collections::BTreeMap;

/// Characters of a multiaddr that one may type.
const ADDRESS_CHARS_MAX: usize = 300;

/// The page's state.
#[derive(Default)]
pub struct NetworkView {
    address: String,
    failure: Option<String>,
    dialling: Asked<Dial>,
}

impl View for NetworkView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.dialling.take() {
            Some(Ok(_)) => {
                self.address.clear();
                self.failure = None;
                cx.notify(cx.t("net-dial-done"));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let network = cx.overview.network.clone();
        widgets::page(ui, "network", TEXT_WIDTH_MAX, |ui| {
            widgets::title(ui, &cx.t("page-network"));
            ui.add_space(space::M);
            summary_ui(ui, cx, &network);
            ui.add_space(space::L);
            widgets::heading(ui, &cx.t("net-peers"));
            if network.peers.is_empty() {
                let (what, next) = (cx.t("net-nobody"), cx.t("net-nobody-next"));
                widgets::empty(ui, cx.tokens, Icon::Network, &what, &next, None);
            }
            listed(ui, "peers", cx.texts, network.peers.iter(), |ui, peer| peer_ui(ui, cx, peer));
            ui.add_space(space::M);
            self.dial_ui(ui, cx, &network);
            ui.add_space(space::L);
            widgets::heading(ui, &cx.t("net-me"));
            me_ui(ui, cx, &network);
            ui.add_space(space::L);
            widgets::heading(ui, &cx.t("net-refused"));
            let refused = cx.overview.store.refused.clone();
            card(ui, cx.tokens, |ui| refused_ui(ui, cx, &refused));
        });
    }
}

impl NetworkView {
    fn dial_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, network: &NetworkStatus) {
        let tokens = cx.tokens;
        card(ui, tokens, |ui| {
            let (label, hint) = (cx.t("net-dial-label"), cx.t("net-dial-hint"));
            field(ui, &label, &mut self.address, &hint, ADDRESS_CHARS_MAX);
            let address = self.address.trim().to_owned();
            let ready = !address.is_empty() && !network.peer.is_empty() && !self.dialling.is_under_way();
            if widgets::primary(ui, tokens, &cx.t("net-dial"), ready).clicked() {
                self.failure = None;
                self.dialling.send(cx.commands, Dial { address });
            }
            if let Some(failure) = &self.failure {
                widgets::error(ui, tokens, failure);
            }
        });
    }
}

/// In a few lines: with whom, how fresh, what is missing.
fn summary_ui(ui: &mut Ui, cx: &ViewContext<'_>, network: &NetworkStatus) {
    let store = &cx.overview.store;
    let connected = network.peers.iter().filter(|peer| peer.connected).count();
    let missing = network.peers.iter().map(|peer| peer.missing_logs).sum::<usize>();
    let count = |value: u64| usize::try_from(value).unwrap_or(usize::MAX);
    card(ui, cx.tokens, |ui| {
        let ink = if connected > 0 { cx.tokens.good } else { cx.tokens.notice };
        let words = cx.tr("net-summary-peers", &[("count", connected.into())]);
        ui.label(strong(words, text::BODY).color(ink));
        ui.label(match network.last_sync_ms {
            Some(ms) => cx.tr("net-last-sync", &[("ago", ago(cx, ms).into())]),
            None => cx.t("net-never-synced"),
        });
        ui.label(cx.tr("net-missing", &[("count", missing.into())]));
        if store.pending > 0 {
            ui.label(cx.tr("net-pending", &[("count", count(store.pending).into())]));
        }
        let entries = format::number(cx.texts, store.entries);
        let logs = format::number(cx.texts, store.logs);
        widgets::note(ui, cx.tr("net-held", &[("entries", entries.into()), ("logs", logs.into())]));
    });
}

fn ago(cx: &ViewContext<'_>, ms: i64) -> String {
    format::ago(cx.texts, ms, cx.clock.now_ms(), cx.clock.zone())
}

fn peer_ui(ui: &mut Ui, cx: &ViewContext<'_>, peer: &PeerStatus) {
    let tokens = cx.tokens;
    card(ui, tokens, |ui| {
        ui.horizontal_wrapped(|ui| {
            let ink = if peer.connected { tokens.good } else { tokens.ink_soft };
            let (dot, _) = ui.allocate_exact_size(egui::Vec2::splat(10.0), egui::Sense::hover());
            ui.painter().circle_filled(dot.center(), 5.0, ink);
            ui.label(RichText::new(short(&peer.peer)).monospace()).on_hover_text(&peer.peer);
            if !peer.connected {
                ui.label(RichText::new(cx.t("net-peer-gone")).color(tokens.ink_soft));
            } else if let Some(ms) = peer.rtt_ms {
                let ms = usize::try_from(ms).unwrap_or(usize::MAX);
                let far = if ms == 0 { cx.t("net-peer-near") } else { cx.tr("net-peer-rtt", &[("ms", ms.into())]) };
                ui.label(RichText::new(far).color(tokens.ink_soft));
            }
            if peer.local {
                widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("net-peer-here"));
            }
        });
        ui.add(Label::new(RichText::new(&peer.address).monospace().size(11.0).color(tokens.ink_soft)).wrap());
        let received = usize::try_from(peer.received).unwrap_or(usize::MAX);
        let fresh = match peer.caught_up_ms {
            Some(ms) => cx.tr("net-peer-caught-up", &[("ago", ago(cx, ms).into())]),
            None => cx.t("net-peer-never"),
        };
        let shown = format::number(cx.texts, peer.received);
        let received = cx.tr("net-peer-received", &[("count", received.into()), ("shown", shown.into())]);
        ui.label(format!("{fresh} · {received}"));
        if peer.missing_logs > 0 {
            ui.label(cx.tr("net-missing", &[("count", peer.missing_logs.into())]));
        }
        if !peer.refused.is_empty() {
            refused_ui(ui, cx, &peer.refused);
        }
    });
    ui.add_space(space::S);
}

/// Reasons by their stable names, as in SPEC.md and in `status`.
fn refused_ui(ui: &mut Ui, cx: &ViewContext<'_>, refused: &BTreeMap<String, u64>) {
    if refused.is_empty() {
        widgets::note(ui, cx.t("net-refused-none"));
        return;
    }
    let listed: Vec<String> = refused.iter().map(|(reason, count)| format!("{reason} × {count}")).collect();
    ui.add(Label::new(RichText::new(listed.join(" · ")).color(cx.tokens.danger)).wrap());
}

fn me_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, network: &NetworkStatus) {
    let tokens = cx.tokens;
    card(ui, tokens, |ui| {
        if network.peer.is_empty() {
            ui.label(cx.t("net-offline"));
            return;
        }
        widgets::note(ui, cx.t("net-me-id"));
        copied_ui(ui, cx, &network.peer);
        ui.add_space(space::S);
        widgets::note(ui, cx.t("net-me-addresses"));
        let (texts, addresses) = (cx.texts, network.listening.iter());
        listed(ui, "addresses", texts, addresses, |ui, address| copied_ui(ui, cx, address));
    });
}

/// A word to pass on, with the button that copies it.
fn copied_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, word: &str) {
    ui.horizontal(|ui| {
        let name = format!("{} {word}", cx.t("net-copy"));
        let button = widgets::secondary(ui, &cx.t("net-copy"), true);
        button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &name));
        if button.clicked() {
            ui.ctx().copy_text(word.to_owned());
            let done = cx.t("net-copied");
            cx.act(Action::Notify(done));
        }
        ui.add(Label::new(RichText::new(word).monospace().size(11.0)).truncate().selectable(true));
    });
}

/// A peer id's end: its beginning is the same for all.
fn short(peer: &str) -> String {
    let skip = peer.chars().count().saturating_sub(10);
    format!("…{}", peer.chars().skip(skip).collect::<String>())
}
