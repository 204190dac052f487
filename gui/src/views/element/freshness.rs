//! Whether what the page says still holds: how old it is, who found it to be so, what somebody would correct, and what
//! becomes of a report. SPEC.md §7.8.

use crate::{
    logic::{Asked, format, keys, tags as shown_tags},
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{
    AnswerCorrection, Correct, CorrectionDetail, ElementDraft, FactChange, Facts, FactsDetail, REPORT_TAG,
    ReportStatus, SayStatus, SayStillRight, Word,
};
use communaut_protocol::{
    ElementId,
    fold::ElementView,
    limits::{FIELD_MAX, NAME_MAX, TEXT_MAX},
    op::Field,
};
use egui::{ComboBox, Label, RichText, Ui};

/// Corrections, and people who say something, laid out at once; what is beyond is said in a number.
const SHOWN_MAX: usize = 5;

/// What is said of the facts of the page that is open.
#[derive(Default)]
pub struct Freshness {
    /// On whose page.
    open: Option<ElementId>,
    failure: Option<String>,
    /// What is being corrected.
    form: Option<Form>,
    still: Asked<SayStillRight, ElementId>,
    status: Asked<SayStatus, ElementId>,
    correct: Asked<Correct, ElementId>,
    answer: Asked<AnswerCorrection, ElementId>,
}

/// A correction as it is being typed.
struct Form {
    draft: Box<ElementDraft>,
    gone: bool,
    reason: String,
}

impl Freshness {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        let replies = [
            self.still.take_for().map(|(of, reply)| (of, reply.map(drop), false)),
            self.status.take_for().map(|(of, reply)| (of, reply.map(drop), false)),
            self.answer.take_for().map(|(of, reply)| (of, reply.map(drop), false)),
            self.correct.take_for().map(|(of, reply)| (of, reply.map(drop), true)),
        ];
        for (of, reply, corrected) in replies.into_iter().flatten() {
            match reply {
                Ok(()) if self.open == Some(of) => {
                    self.failure = None;
                    // What was typed stays until it is said.
                    self.form = self.form.take().filter(|_| !corrected);
                }
                Err(failure) if self.open == Some(of) => self.failure = Some(cx.failure(&failure)),
                // Of a page that was left meanwhile: said over the window.
                Err(failure) => cx.notify(cx.failure(&failure)),
                Ok(()) => {}
            }
        }
    }

    /// Draw it, under the facts.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, element: &ElementView) {
        let on = element.id;
        if self.open != Some(on) {
            (self.open, self.failure, self.form) = (Some(on), None, None);
        }
        let reading = cx.read(Facts { element: on });
        let unread = reading.failure.as_ref().map(|failure| cx.failure(failure));
        for failure in self.failure.iter().chain(&unread) {
            widgets::error(ui, cx.tokens, failure);
        }
        let Some(facts) = reading.value else { return };
        self.status_ui(ui, cx, element, &facts);
        age_ui(ui, cx, element, &facts);
        self.words_ui(ui, cx, element, &facts);
        for asked in facts.corrections.iter().take(SHOWN_MAX) {
            self.correction_ui(ui, cx, on, asked, facts.may_answer);
        }
        let beyond = facts.corrections.len().saturating_sub(SHOWN_MAX);
        if beyond > 0 {
            widgets::note(ui, cx.tr("corrections-beyond", &[("count", beyond.into())]));
        }
        self.form_ui(ui, cx, on);
    }

    /// What becomes of a report, and to say it.
    fn status_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView, facts: &FactsDetail) {
        if !element.tags.iter().any(|tag| tag == REPORT_TAG) {
            return;
        }
        ui.add_space(space::XS);
        ui.label(RichText::new(cx.t("status-say")).small().weak());
        for (word, status) in facts.statuses.iter().take(SHOWN_MAX) {
            let said = format!("{} — {}", cx.t(keys::report_status(*status)), by(cx, word));
            ui.add(Label::new(said).wrap());
        }
        if facts.statuses.is_empty() {
            widgets::note(ui, cx.t("status-none"));
        }
        let Some(me) = cx.overview.me.as_ref().map(|me| me.id) else { return };
        let own = facts.statuses.iter().find(|(word, _)| word.author == me).map(|(_, status)| *status);
        let mut chosen = own;
        let (name, shown) = (cx.t("status-say"), cx.t(own.map_or("status-choose", keys::report_status)));
        let combo = ComboBox::from_id_salt("report-status").selected_text(&shown).show_ui(ui, |ui| {
            for status in ReportStatus::ALL {
                ui.selectable_value(&mut chosen, Some(status), cx.t(keys::report_status(status)));
            }
            // Only what was said can be taken back.
            if own.is_some() {
                ui.selectable_value(&mut chosen, None, cx.t("status-nothing"));
            }
        });
        widgets::name_combo(&combo.response, &name, &shown);
        if chosen != own && !self.status.is_under_way_for(&element.id) {
            self.status.send_for(cx.commands, element.id, SayStatus { element: element.id, status: chosen });
        }
    }

    /// That it is still right, and what should be otherwise.
    fn words_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView, facts: &FactsDetail) {
        let on = element.id;
        let me = cx.overview.me.as_ref().map(|me| me.id);
        let own = element.id == element.owner.into() && me == Some(element.owner);
        if me.is_none() || own || self.form.is_some() {
            return;
        }
        let said = facts.still_right.iter().any(|word| Some(word.author) == me);
        ui.horizontal_wrapped(|ui| {
            let free = !said && !self.still.is_under_way_for(&on);
            let words = if said { "still-right-said" } else { "still-right-say" };
            if widgets::secondary(ui, &cx.t(words), free).clicked() {
                self.still.send_for(cx.commands, on, SayStillRight { element: on });
            }
            if !facts.may_answer && ui.link(cx.t("correct-open")).clicked() {
                let draft = Box::new(ElementDraft::of(element));
                self.form = Some(Form { draft, gone: false, reason: String::new() });
            }
        });
    }

    fn correction_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId, asked: &CorrectionDetail, may: bool) {
        widgets::card(ui, cx.tokens, |ui| {
            let reason = if asked.reason.is_empty() { String::new() } else { format!(" · {}", asked.reason) };
            let who = cx.tr("correction-by", &[("who", by(cx, &asked.word).into())]);
            ui.add(Label::new(RichText::new(format!("{who}{reason}")).small().weak()).wrap());
            for change in &asked.changes {
                change_ui(ui, cx, change);
            }
            if !may {
                return;
            }
            let free = !self.answer.is_under_way_for(&on);
            let answer = |accept| AnswerCorrection { element: on, correction: asked.entry.to_string(), accept };
            ui.horizontal_wrapped(|ui| {
                if widgets::primary(ui, cx.tokens, &cx.t("correction-accept"), free).clicked() {
                    self.answer.send_for(cx.commands, on, answer(true));
                }
                if widgets::secondary(ui, &cx.t("correction-decline"), free).clicked() {
                    self.answer.send_for(cx.commands, on, answer(false));
                }
            });
        });
    }

    fn form_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId) {
        let Some(form) = &mut self.form else { return };
        let busy = self.correct.is_under_way_for(&on);
        ui.add_space(space::S);
        widgets::heading(ui, &cx.t("correct-title"));
        widgets::note(ui, cx.t("correct-explain"));
        let draft = &mut form.draft;
        widgets::field(ui, &cx.t("field-name"), &mut draft.name, "", NAME_MAX);
        for (key, value) in [
            ("field-address", &mut draft.address),
            ("field-hours", &mut draft.opening_hours),
            ("field-phone", &mut draft.phone),
            ("field-email", &mut draft.email),
            ("field-website", &mut draft.website),
        ] {
            widgets::field(ui, &cx.t(key), value, "", FIELD_MAX);
        }
        widgets::area(ui, &cx.t("field-description"), &mut draft.description, "", TEXT_MAX, 3);
        ui.checkbox(&mut form.gone, cx.t("correct-gone"));
        widgets::field(ui, &cx.t("correct-reason"), &mut form.reason, &cx.t("correct-reason-hint"), NAME_MAX);
        let mut close = false;
        ui.horizontal(|ui| {
            if widgets::primary(ui, cx.tokens, &cx.t("correct-send"), !busy).clicked() {
                let (draft, gone, reason) = (form.draft.clone(), form.gone, form.reason.clone());
                self.correct.send_for(cx.commands, on, Correct { element: on, draft, gone, reason });
            }
            close = widgets::secondary(ui, &cx.t("cancel"), !busy).clicked();
        });
        if close {
            (self.form, self.failure) = (None, None);
        }
    }
}

/// When it was changed, and who found it to be so since.
fn age_ui(ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView, facts: &FactsDetail) {
    let updated = element.updated.ms();
    if updated == 0 {
        return;
    }
    ui.add_space(space::XS);
    widgets::note(ui, cx.tr("element-updated", &[("ago", ago(cx, updated).into())]));
    let Some(last) = facts.still_right.first() else { return };
    let others = facts.still_right.len().saturating_sub(1);
    let said = cx.tr("still-right-by", &[("who", by(cx, last).into()), ("others", others.into())]);
    ui.add_space(-space::XS);
    widgets::note(ui, said);
}

fn ago(cx: &ViewContext<'_>, at_ms: u64) -> String {
    format::ago(cx.texts, i64::try_from(at_ms).unwrap_or(0), cx.clock.now_ms(), cx.clock.zone())
}

/// Who, and how long ago.
fn by(cx: &ViewContext<'_>, word: &Word) -> String {
    let who = if cx.overview.is_me(word.author) { cx.t("owner-me") } else { cx.person(word.author) };
    format!("{who}, {}", ago(cx, word.at_ms))
}

/// One field, as it is and as it should be.
fn change_ui(ui: &mut Ui, cx: &ViewContext<'_>, change: &FactChange) {
    if change.proposed == Field::Retracted(true) {
        ui.add(Label::new(cx.t("correction-gone")).wrap());
        return;
    }
    let Some((key, proposed)) = shown(cx, &change.proposed) else { return };
    let now = change.now.as_ref().and_then(|now| shown(cx, now)).map(|(_, now)| now).unwrap_or_default();
    ui.label(RichText::new(cx.t(key)).small().weak());
    ui.add_space(-space::XS);
    ui.horizontal_wrapped(|ui| {
        if !now.is_empty() {
            ui.add(Label::new(RichText::new(now).strikethrough().weak()).wrap());
        }
        if proposed.is_empty() {
            ui.label(cx.t("correction-nothing"));
        } else {
            ui.add(Label::new(strong(proposed, text::BODY)).wrap().selectable(true));
        }
    });
}

fn labels(cx: &ViewContext<'_>, tags: &[String]) -> String {
    shown_tags::shown(cx.texts, tags).into_iter().map(|tag| tag.label).collect::<Vec<_>>().join(", ")
}

/// The name of a field, and what it says.
fn shown(cx: &ViewContext<'_>, field: &Field) -> Option<(&'static str, String)> {
    Some(match field {
        Field::Name(text) => ("field-name", text.clone()),
        Field::Description(text) => ("field-description", text.clone()),
        Field::Position(at) => ("field-place", format!("{:.5}, {:.5}", at.lat(), at.lon())),
        Field::Address(text) => ("field-address", text.clone()),
        Field::Phone(text) => ("field-phone", text.clone()),
        Field::Email(text) => ("field-email", text.clone()),
        Field::Website(text) => ("field-website", text.clone()),
        Field::OpeningHours(text) => ("field-hours", text.clone()),
        Field::Tags(tags) => ("field-tags", labels(cx, tags)),
        Field::When(Some(when)) => ("field-when", format::span(cx.texts, when.start_ms, when.end_ms, cx.clock.zone())),
        _ => return None,
    })
}
