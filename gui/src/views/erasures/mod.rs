//! What was erased: by whom, when, why, and whether it was taken back.

use crate::{
    logic::{Action, Asked, Page, erasures::voidable_until, format},
    ui::{
        fonts::strong,
        icons::Icon,
        listed::listed,
        tokens::{TEXT_WIDTH_MAX, space, text},
        widgets::{self, card},
    },
    views::{View, ViewContext},
};
use communaut_node::api::{ErasureGroups, ErasureLine, Void};
use communaut_protocol::EntryId;
use egui::{Label, RichText, Ui};

/// Lines shown before one asks for as many more: each is laid out in every frame.
const LIST_STEP: usize = 50;

/// The page's state.
pub struct ErasuresView {
    limit: usize,
    failure: Option<String>,
    voids: Asked<Void, EntryId>,
}

impl Default for ErasuresView {
    fn default() -> Self {
        Self { limit: LIST_STEP, failure: None, voids: Asked::default() }
    }
}

impl View for ErasuresView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.voids.take_for() {
            Some((_, Ok(_))) => {
                self.failure = None;
                cx.notify(cx.t("erased-void-done"));
            }
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let reading = cx.read(ErasureGroups);
        let unread = reading.failure.as_ref().map(|failure| cx.failure(failure));
        widgets::page(ui, "erasures", TEXT_WIDTH_MAX, |ui| {
            if widgets::title_under_back(ui, cx.tokens, &cx.t("back-settings"), &cx.t("page-erasures")) {
                cx.act(Action::Go(Page::Settings));
            }
            ui.add(Label::new(RichText::new(cx.t("erased-explain")).color(cx.tokens.ink_soft)).wrap());
            ui.add_space(space::S);
            for failure in self.failure.iter().chain(&unread) {
                widgets::error(ui, cx.tokens, failure);
            }
            if reading.is_awaited() {
                widgets::note(ui, cx.t("wall-loading"));
            }
            let Some(groups) = reading.value else { return };
            if groups.is_empty() {
                let (what, next) = (cx.t("erased-none"), cx.t("erased-none-next"));
                widgets::empty(ui, cx.tokens, Icon::Bin, &what, &next, None);
            }
            listed(ui, "groups", cx.texts, groups.iter(), |ui, group| {
                ui.add_space(space::S);
                let title = group.community.as_ref().map_or_else(|| cx.t("erased-mine"), |(_, name)| name.clone());
                widgets::heading(ui, &title);
                card(ui, cx.tokens, |ui| {
                    for (index, line) in group.lines.iter().take(self.limit).enumerate() {
                        if index > 0 {
                            ui.separator();
                        }
                        line_ui(ui, cx, line, group.may_void, &mut self.voids);
                    }
                    let more = group.lines.len().saturating_sub(self.limit);
                    let words = cx.tr("gov-more", &[("count", more.into())]);
                    if more > 0 && widgets::secondary(ui, &words, true).clicked() {
                        self.limit = self.limit.saturating_add(LIST_STEP);
                    }
                });
            });
        });
    }
}

fn line_ui(ui: &mut Ui, cx: &ViewContext<'_>, line: &ErasureLine, may_void: bool, voids: &mut Asked<Void, EntryId>) {
    let tokens = cx.tokens;
    let who = |id| cx.person(id);
    let author = line.author.map_or_else(|| cx.t("erased-somebody"), who);
    let what = cx.tr("erased-what", &[("count", line.entries.into()), ("name", author.into())]);
    let ago = format::ago(cx.texts, line.at_ms, cx.clock.now_ms(), cx.clock.zone());
    let by = cx.tr("erased-by", &[("name", who(line.by).into()), ("ago", ago.into())]);
    let until = voidable_until(line, cx.clock.now_ms());
    let day = until.and_then(|ms| cx.clock.here(ms)).map(|at| format::day(cx.texts, &at));
    let (state, ink, fill) = if line.voided {
        ("erased-voided", tokens.accent, tokens.selected)
    } else if line.own {
        ("erased-for-good", tokens.ink_soft, tokens.hover)
    } else {
        ("erased-hidden", tokens.notice, tokens.notice_surface)
    };
    let state = cx.t(state);
    let said = |ui: &mut Ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            ui.spacing_mut().interact_size.y = 18.0;
            ui.horizontal_wrapped(|ui| {
                ui.label(strong(&what, text::BODY));
                widgets::badge(ui, ink, fill, &state);
            });
            widgets::note(ui, &by);
            if !line.reason.is_empty() {
                ui.add(Label::new(cx.tr("erased-reason", &[("reason", (&line.reason).into())])).wrap());
            }
            if let Some(day) = day {
                widgets::note(ui, cx.tr("erased-until", &[("day", day.into())]));
            }
        });
    };
    let free = !voids.is_under_way_for(&line.erasure);
    let pressed = widgets::line_with(ui, said, |ui| {
        until.is_some() && may_void && widgets::secondary(ui, &cx.t("erased-void"), free).clicked()
    });
    if pressed {
        voids.send_for(cx.commands, line.erasure, Void { id: line.erasure.to_string() });
    }
}
