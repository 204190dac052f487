//! What is typed to come back.

use crate::{
    logic::{Clock, draft::parse_day},
    ui::{
        listed::listed,
        tokens::space,
        widgets::{self, area, chip, field},
    },
    views::{
        ViewContext,
        territory::{PlaceField, USUAL_RADIUS_M},
    },
};
use communaut_node::api::{Area, DeviceInfo, DeviceJoin, Dial, FollowTarget, Place, RecoverRequest};
use communaut_protocol::{
    DeviceId,
    limits::LABEL_MAX,
    recovery::{PHRASE_MAX, SHARES_MAX},
};
use egui::{RichText, Ui};
use std::collections::BTreeSet;
use zeroize::Zeroizing;

/// Characters of a code: with the most and longest addresses it has fewer (SPEC.md §9.4).
const CODE_CHARS_MAX: usize = 4_096;
/// Characters of a share: a few more than its 70 bytes take (SPEC.md §7.1).
const SHARE_CHARS_MAX: usize = 160;
/// Characters of a phrase or of as many shares as there can be.
const SECRET_CHARS_MAX: usize = PHRASE_MAX + SHARES_MAX as usize * SHARE_CHARS_MAX;
/// Characters of an identity: 64, and some room for what is pasted with it.
const ID_CHARS_MAX: usize = 80;
/// Characters of a day: "2026-09-12", and some room.
pub const DAY_CHARS_MAX: usize = 20;
/// Characters of an address.
const ADDRESS_CHARS_MAX: usize = 300;

/// A code, and what to call this device.
#[derive(Default)]
pub struct JoinForm {
    code: Zeroizing<String>,
    label: String,
}

impl JoinForm {
    /// Draw it.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        widgets::note(ui, cx.t("recover-code-explain"));
        area(ui, &cx.t("recover-code"), &mut self.code, &cx.t("recover-code-hint"), CODE_CHARS_MAX, 4);
        label_ui(ui, cx, &mut self.label);
    }
    /// Whether there is a code.
    pub fn is_filled(&self) -> bool {
        !self.code.trim().is_empty()
    }
    /// What is asked. A code that was copied over several lines is one.
    pub fn request(&self) -> DeviceJoin {
        DeviceJoin { code: self.code.split_whitespace().collect(), label: self.label.trim().to_owned() }
    }
}

/// A phrase or shares, and where the identity is found.
#[derive(Default)]
pub struct PhraseForm {
    secret: Zeroizing<String>,
    label: String,
    identity: String,
    address: String,
    place: PlaceField,
    chosen: Option<Place>,
    /// Since when somebody else holds the other devices, as typed.
    since: String,
    /// Those of which nothing is accepted.
    reject: BTreeSet<DeviceId>,
}

impl PhraseForm {
    /// Take the replies that have come.
    pub fn take_replies(&mut self) {
        self.place.take_replies();
    }
    /// Draw it. `others`: devices that speak, of which one may say that they are not trusted.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, first: bool, others: &[DeviceInfo]) {
        area(ui, &cx.t("recover-secret"), &mut self.secret, &cx.t("recover-secret-hint"), SECRET_CHARS_MAX, 4);
        if first {
            label_ui(ui, cx, &mut self.label);
            ui.add_space(space::S);
            widgets::heading(ui, &cx.t("recover-where"));
            widgets::note(ui, cx.t("recover-where-explain"));
            let label = cx.t("recover-place");
            if let Some(place) = self.place.ui(ui, cx, &label) {
                self.chosen = Some(place);
            }
            field(ui, &cx.t("recover-id"), &mut self.identity, &cx.t("recover-id-hint"), ID_CHARS_MAX);
            field(ui, &cx.t("recover-address"), &mut self.address, &cx.t("net-dial-hint"), ADDRESS_CHARS_MAX);
        }
        if !others.is_empty() {
            ui.label(RichText::new(cx.t("recover-reject")).small());
            widgets::chips(ui, |ui| {
                listed(ui, "others", cx.texts, others.iter(), |ui, device| {
                    let name = if device.label.is_empty() { cx.t("device-nameless") } else { device.label.clone() };
                    let name = format!("{name} · {}", device.id.short());
                    let on = self.reject.contains(&device.id);
                    if chip(ui, cx.tokens, None, &name, on).clicked() && !self.reject.remove(&device.id) {
                        self.reject.insert(device.id);
                    }
                });
            });
        }
        field(ui, &cx.t("since"), &mut self.since, &cx.t("since-hint"), DAY_CHARS_MAX);
        widgets::note(ui, cx.t("since-recover"));
    }
    /// Whether there is a phrase or a share.
    pub fn is_filled(&self) -> bool {
        !self.secret.trim().is_empty()
    }
    /// What is asked, or the key of what is wrong with what was typed.
    pub fn request(&self, clock: &Clock) -> Result<RecoverRequest, &'static str> {
        let id = self.identity.trim();
        let parsed = (!id.is_empty()).then(|| id.to_lowercase().parse());
        let identity = parsed.transpose().map_err(|_| "recover-bad-id")?;
        Ok(RecoverRequest {
            secret: self.secret.trim().to_owned(),
            identity,
            label: self.label.trim().to_owned(),
            after: None,
            until_ms: until(&self.since, clock)?,
            reject: self.reject.iter().copied().collect(),
        })
    }
    /// The connection that is made first, if an address was given.
    pub fn dial(&self) -> Option<Dial> {
        let address = self.address.trim();
        (!address.is_empty()).then(|| Dial { address: address.to_owned() })
    }
    /// The territory that is followed first, if a place was chosen.
    pub fn follow(&self) -> Option<FollowTarget> {
        let place = self.chosen.as_ref()?;
        let area = Area::Around { centre: place.position, radius_m: USUAL_RADIUS_M };
        Some(FollowTarget::Area { name: place.name.clone(), area })
    }
}

/// The moment that a day typed stands for; empty: none. Otherwise the key of what is wrong with it.
pub fn until(since: &str, clock: &Clock) -> Result<Option<u64>, &'static str> {
    if since.trim().is_empty() {
        return Ok(None);
    }
    parse_day(since, clock).map(Some).ok_or("editor-bad-date")
}

fn label_ui(ui: &mut Ui, cx: &ViewContext<'_>, label: &mut String) {
    field(ui, &cx.t("recover-label"), label, &cx.t("recover-label-hint"), LABEL_MAX);
}
