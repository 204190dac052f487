//! Who comes to an event: one says so, and where places are limited, who gives them decides. SPEC.md §7.7.

use crate::{
    locale::Arg,
    logic::Asked,
    ui::{icons::Icon, tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{ClaimLine, ClaimsDetail, ClaimsOn, Come, DecideClaims, SetTerms};
use communaut_protocol::{
    ElementId, EntryId,
    fold::{ClaimState, ElementView},
    op::Kind,
};
use egui::Ui;

/// People laid out at once; more are shown on demand.
const SHOWN_MAX: usize = 20;
/// Digits of how many places there are.
const DIGITS_MAX: usize = 6;

/// Who comes to what the open page shows.
#[derive(Default)]
pub struct Coming {
    /// On whose page.
    open: Option<ElementId>,
    failure: Option<String>,
    all: bool,
    /// How many places there are, as it is being typed.
    places: Option<String>,
    come: Asked<Come, ElementId>,
    decide: Asked<DecideClaims, ElementId>,
    terms: Asked<SetTerms, ElementId>,
}

impl Coming {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        let replies = [
            self.come.take_for().map(|(of, reply)| (of, reply.map(drop))),
            self.decide.take_for().map(|(of, reply)| (of, reply.map(drop))),
            self.terms.take_for().map(|(of, reply)| {
                if reply.is_ok() {
                    self.places = None;
                }
                (of, reply.map(drop))
            }),
        ];
        for (of, reply) in replies.into_iter().flatten() {
            match reply {
                Ok(()) if self.open == Some(of) => self.failure = None,
                Err(failure) if self.open == Some(of) => self.failure = Some(cx.failure(&failure)),
                // Of a page that was left meanwhile: said over the window.
                Err(failure) => cx.notify(cx.failure(&failure)),
                Ok(()) => {}
            }
        }
    }

    /// Draw it: on an event, and where places are asked for or given.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView) {
        let on = element.id;
        if self.open != Some(on) {
            (self.open, self.failure, self.all, self.places) = (Some(on), None, false, None);
        }
        let reading = cx.read(ClaimsOn::all(on));
        let unread = reading.failure.as_ref().map(|failure| cx.failure(failure));
        let Some(claims) = reading.value else { return };
        if element.kind != Kind::Event && !claims.confirmed_by_owner && claims.list.is_empty() {
            return;
        }
        ui.add_space(space::M);
        let owns = cx.overview.is_me(element.owner);
        let limit = widgets::line_with(
            ui,
            |ui| drop(widgets::heading(ui, &cx.t("coming-title"))),
            |ui| owns && self.places.is_none() && ui.link(cx.t("coming-limit")).clicked(),
        );
        if limit {
            self.places = Some(claims.capacity.map(|all| all.to_string()).unwrap_or_default());
        }
        for failure in self.failure.iter().chain(&unread) {
            widgets::error(ui, cx.tokens, failure);
        }
        self.terms_ui(ui, cx, on, &claims);
        counts_ui(ui, cx, &claims);
        self.own_ui(ui, cx, on, &claims);
        self.people_ui(ui, cx, on, &claims);
    }

    /// How many places there are.
    fn terms_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, resource: ElementId, claims: &ClaimsDetail) {
        let Some(places) = &mut self.places else { return };
        let busy = self.terms.is_under_way_for(&resource);
        widgets::field(ui, &cx.t("coming-places"), places, &cx.t("coming-places-hint"), DIGITS_MAX);
        let capacity = Some(places.trim()).filter(|text| !text.is_empty()).map(str::parse::<u32>).transpose();
        let mut close = false;
        ui.horizontal(|ui| {
            if widgets::primary(ui, cx.tokens, &cx.t("coming-limit-save"), !busy && capacity.is_ok()).clicked()
                && let Ok(capacity) = capacity
            {
                // The rest stays as it is.
                let (exclusive, confirmers, automatic) =
                    (claims.exclusive, claims.confirmers.clone(), claims.automatic);
                let terms = SetTerms { resource, capacity, exclusive, confirmers, automatic };
                self.terms.send_for(cx.commands, resource, terms);
            }
            close = widgets::secondary(ui, &cx.t("cancel"), !busy).clicked();
        });
        if close {
            (self.places, self.failure) = (None, None);
        }
    }

    /// What one says oneself.
    fn own_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, resource: ElementId, claims: &ClaimsDetail) {
        let own = claims.own.as_ref().filter(|own| own.places > 0);
        if let Some(own) = own {
            ui.label(cx.t(own_words(own.state)));
        }
        let (words, places) = match (own, claims.confirmed_by_owner) {
            (Some(_), _) => ("coming-not", 0),
            (None, true) => ("coming-ask", 1),
            (None, false) => ("coming-me", 1),
        };
        let free = !self.come.is_under_way_for(&resource);
        if widgets::secondary(ui, &cx.t(words), free).clicked() {
            self.come.send_for(cx.commands, resource, Come::own(resource, places));
        }
    }

    /// Everybody, and for who gives places what to decide.
    fn people_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId, claims: &ClaimsDetail) {
        let list: Vec<&ClaimLine> = claims.list.iter().filter(|line| line.places > 0).collect();
        let shown = if self.all { list.len() } else { SHOWN_MAX };
        let decides = claims.may_confirm && claims.confirmed_by_owner;
        for line in list.iter().take(shown) {
            self.person_ui(ui, cx, on, line, decides);
        }
        if list.len() > shown {
            let more = cx.tr("coming-more", &[("count", (list.len() - shown).into())]);
            self.all |= widgets::secondary(ui, &more, true).clicked();
        }
        let free = !self.decide.is_under_way_for(&on);
        if decides && claims.asked > 0 && widgets::secondary(ui, &cx.t("coming-give-all"), free).clicked() {
            self.decide(cx, on, Vec::new(), true);
        }
    }

    fn person_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId, line: &ClaimLine, decides: bool) {
        let name = if line.guest.is_empty() { cx.person(line.person) } else { line.guest.clone() };
        let words = cx.tr("coming-person", &[("name", (&name).into()), ("places", usize::from(line.places).into())]);
        let free = decides && !self.decide.is_under_way_for(&on);
        let decided = widgets::line_with(
            ui,
            |ui| {
                ui.label(format!("{words} · {}", cx.t(state_words(line.state))));
            },
            |ui| {
                let has = matches!(line.state, ClaimState::Confirmed | ClaimState::Lapsed);
                let turn = decides && line.state != ClaimState::Declined;
                let away = cx.tr("coming-decline", &[("name", (&name).into())]);
                let declines = turn && widgets::small_icon_button(ui, cx.tokens, Icon::Close, &away).clicked();
                let give = cx.tr("coming-give", &[("name", (&name).into())]);
                let gives = decides && !has && widgets::small_icon_button(ui, cx.tokens, Icon::Check, &give).clicked();
                (gives || declines).then_some(gives)
            },
        );
        if let Some(given) = decided.filter(|_| free) {
            self.decide(cx, on, vec![line.entry], given);
        }
    }

    /// Of no claims: of all who wait.
    fn decide(&mut self, cx: &ViewContext<'_>, resource: ElementId, claims: Vec<EntryId>, given: bool) {
        let decide = DecideClaims { claims, ..DecideClaims::of(resource, Vec::new(), given) };
        self.decide.send_for(cx.commands, resource, decide);
    }
}

/// How many come, and how many wait.
fn counts_ui(ui: &mut Ui, cx: &ViewContext<'_>, claims: &ClaimsDetail) {
    let taken = match claims.capacity {
        Some(all) => cx.tr("coming-taken-of", &[("count", shown(claims.taken)), ("all", shown(all.into()))]),
        None => cx.tr("coming-taken", &[("count", shown(claims.taken))]),
    };
    let waiting = cx.tr("coming-waiting", &[("count", shown(claims.asked))]);
    widgets::note(ui, if claims.asked > 0 { format!("{taken} · {waiting}") } else { taken });
    if claims.overbooked > 0 {
        widgets::note(ui, cx.tr("coming-overbooked", &[("count", shown(claims.overbooked))]));
    }
}

/// A number of places in a text.
fn shown(places: u64) -> Arg<'static> {
    usize::try_from(places).unwrap_or(usize::MAX).into()
}

/// Where one's own claim stands.
const fn own_words(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Coming => "coming-own",
        ClaimState::Confirmed => "coming-own-confirmed",
        ClaimState::Asked => "coming-own-asked",
        ClaimState::Lapsed => "coming-own-lapsed",
        ClaimState::Declined => "coming-own-declined",
    }
}

/// Where somebody's claim stands.
const fn state_words(state: ClaimState) -> &'static str {
    match state {
        ClaimState::Coming => "coming-state",
        ClaimState::Confirmed => "coming-state-confirmed",
        ClaimState::Asked => "coming-state-asked",
        ClaimState::Lapsed => "coming-state-lapsed",
        ClaimState::Declined => "coming-state-declined",
    }
}
