//! Other records of what the page is about: who else speaks of it, and what is probably the same.

use crate::{
    logic::{Action, Asked, format, keys},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{AlsoSaid, ElementDetail, LikelySame, SameWord, SaySame};
use communaut_protocol::ElementId;
use egui::{Label, RichText, Ui};

/// Records that are named; the rest is counted.
const SHOWN_MAX: usize = 5;

/// What one says of pairs, under way.
#[derive(Default)]
pub(super) struct Also {
    saying: Asked<SaySame, (ElementId, ElementId)>,
    failure: Option<String>,
}

impl Also {
    pub(super) fn take_replies(&mut self, cx: &ViewContext<'_>) {
        if let Some((_, reply)) = self.saying.take_for() {
            self.failure = reply.err().map(|failure| cx.failure(&failure));
        }
    }

    /// Draw it, where there is something to say.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, detail: &ElementDetail) {
        let id = detail.element.id;
        if let Some(shown) = detail.shown_as {
            ui.add_space(space::S);
            if ui.link(cx.t("also-shown-as")).clicked() {
                cx.act(Action::Select(Some(shown)));
            }
        }
        if !detail.also.is_empty() {
            ui.add_space(space::S);
            ui.label(RichText::new(cx.t("also-title")).small().weak());
        }
        for also in detail.also.iter().take(SHOWN_MAX) {
            also_ui(ui, cx, also);
            if ui.link(cx.tr("also-apart", &[("name", (&also.name).into())])).clicked() {
                self.say(cx, (id, also.id), SameWord::Other);
            }
        }
        more_ui(ui, cx, detail.also.len());
        if !detail.likely.is_empty() {
            ui.add_space(space::S);
            ui.label(RichText::new(cx.t("likely-title")).small().weak());
        }
        for likely in detail.likely.iter().take(SHOWN_MAX) {
            also_ui(ui, cx, &likely.also);
            widgets::note(ui, why(cx, likely));
            ui.horizontal(|ui| {
                let pair = (id, likely.also.id);
                let free = !self.saying.is_under_way_for(&pair);
                if widgets::secondary(ui, &cx.t("likely-same"), free).clicked() {
                    self.say(cx, pair, SameWord::Same);
                }
                if widgets::secondary(ui, &cx.t("likely-other"), free).clicked() {
                    self.say(cx, pair, SameWord::Other);
                }
            });
        }
        more_ui(ui, cx, detail.likely.len());
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
    }

    fn say(&mut self, cx: &ViewContext<'_>, (shown, other): (ElementId, ElementId), word: SameWord) {
        self.saying.send_for(cx.commands, (shown, other), SaySame { shown, other, word });
    }
}

/// One record: its name, which opens it, who says it out of what, and what it says otherwise.
fn also_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, also: &AlsoSaid) {
    if ui.link(&also.name).clicked() {
        cx.act(Action::Select(Some(also.id)));
    }
    let owner = cx.called(also.owner.into(), &also.owner_name);
    let source = if also.source.is_empty() { String::new() } else { format!(" · {}", also.source) };
    let mut words = format!("{owner}{source}");
    if !also.differs.is_empty() {
        let fields =
            also.differs.iter().map(|field| keys::column(field).map_or_else(|| field.clone(), |key| cx.t(key)));
        let fields = fields.collect::<Vec<_>>().join(", ");
        words = format!("{words}\n{}", cx.tr("also-differs", &[("fields", fields.into())]));
    }
    ui.add(Label::new(RichText::new(words).small().weak()).wrap());
}

fn more_ui(ui: &mut Ui, cx: &ViewContext<'_>, count: usize) {
    if count > SHOWN_MAX {
        widgets::note(
            ui,
            cx.tr("also-more", &[("count", format::number(cx.texts, (count - SHOWN_MAX) as u64).into())]),
        );
    }
}

/// Why two are probably the same.
fn why(cx: &ViewContext<'_>, likely: &LikelySame) -> String {
    let likeness = &likely.likeness;
    let mut reasons = vec![cx.t(if likeness.name { "likely-name" } else { "likely-name-nearly" })];
    reasons.extend(likeness.phone.then(|| cx.t("likely-phone")));
    reasons.extend(likeness.website.then(|| cx.t("likely-website")));
    reasons.push(cx.tr("likely-away", &[("distance", format::distance(cx.texts, likeness.metres).into())]));
    reasons.join(" · ")
}
