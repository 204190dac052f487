//! What narrows a search besides words, kinds and territory, each with how many it would leave.

use crate::{
    logic::{Action, filters::Filters, format, keys, tags},
    ui::{
        icons::Icon,
        tokens::space,
        widgets::{self, chip},
    },
    views::ViewContext,
};
use communaut_node::api::{Ahead, Facets, ShownTag};
use communaut_protocol::op::Kind;
use egui::Ui;

/// Tags that are proposed: about four lines of them.
const TAGS_SHOWN_MAX: usize = 12;
/// Metres around a territory that are proposed: a walk, and a ride.
const RINGS_M: [u32; 2] = [5_000, 20_000];
/// The present at which is counted is rounded down to so many milliseconds, so that the question stays the same.
const MINUTE_MS: i64 = 60_000;

/// The tags that are proposed, made again only where something else was found.
#[derive(Default)]
pub(super) struct FilterView {
    of: Option<(u64, crate::locale::Lang)>,
    tags: Vec<(ShownTag, usize)>,
}

/// The kinds, with how many there are of each where that is counted, and the way to further filters.
pub(super) fn kinds_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let counts = counted(cx).map(|facets| facets.kinds.clone()).unwrap_or_default();
    widgets::chips(ui, |ui| {
        for kind in Kind::ALL {
            let on = cx.selection.kinds.contains(&kind);
            let icon = Some((Icon::from(kind), cx.tokens.mark(kind)));
            let count = counts.iter().find(|(counted, _)| *counted == kind).map(|(_, count)| *count);
            let label = with_count(cx, &cx.t(keys::kinds(kind)), count);
            if chip(ui, cx.tokens, icon, &label, on).clicked() {
                cx.act(Action::ToggleKind(kind));
            }
        }
        let filters = &cx.selection.filters;
        let (open, count) = (filters.counted_at_ms.is_some(), filters.count());
        let label = with_count(cx, &cx.t("filters"), (count > 0).then_some(count));
        if chip(ui, cx.tokens, Some((Icon::Sliders, cx.tokens.ink_soft)), &label, open || count > 0).clicked() {
            let mut filters = filters.clone();
            filters.counted_at_ms = (!open).then(|| cx.clock.now_ms() / MINUTE_MS * MINUTE_MS);
            filters.zone = cx.clock.zone().iana_name().unwrap_or_default().to_owned();
            if open {
                // Events of a time to come are asked as of a present, which is no longer kept.
                filters.ahead = None;
            }
            cx.act(Action::Filter(Box::new(filters)));
        }
    });
}

/// What was counted, if the filters are open.
fn counted<'a>(cx: &'a ViewContext<'_>) -> Option<&'a Facets> {
    cx.selection.filters.counted_at_ms?;
    cx.selection.found.as_ref()?.facets.as_ref()
}

fn with_count(cx: &ViewContext<'_>, label: &str, count: Option<usize>) -> String {
    match count {
        Some(count) => format!("{label} {}", format::number(cx.texts, count as u64)),
        None => label.to_owned(),
    }
}

impl FilterView {
    /// Draw the filters, if they are open.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if cx.selection.filters.counted_at_ms.is_none() {
            return;
        }
        self.count(cx);
        let mut wanted = cx.selection.filters.clone();
        ui.add_space(space::XS);
        self.tags_ui(ui, cx, &mut wanted);
        distances_ui(ui, cx, &mut wanted);
        rings_ui(ui, cx, &mut wanted);
        times_ui(ui, cx, &mut wanted);
        if wanted != cx.selection.filters {
            cx.act(Action::Filter(Box::new(wanted)));
        }
    }

    /// Look at what was counted, if that has changed: up to a thousand tags.
    fn count(&mut self, cx: &ViewContext<'_>) {
        let of = Some((cx.selection.generation, cx.texts.lang));
        let Some(facets) = counted(cx).filter(|_| self.of != of) else { return };
        let names: Vec<String> = facets.tags.iter().map(|(tag, _)| tag.clone()).collect();
        let count = |tag: &str| facets.tags.iter().find(|(name, _)| name == tag).map_or(0, |(_, count)| *count);
        let with_count = |tag: ShownTag| (count(&tag.tag), tag);
        let mut tags: Vec<(usize, ShownTag)> = tags::shown(cx.texts, &names).into_iter().map(with_count).collect();
        tags.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.label.cmp(&other.label)));
        // What is asked for stays in sight.
        let asked = &cx.selection.filters.tags;
        tags.sort_by_key(|(_, tag)| !asked.contains(&tag.tag));
        tags.truncate(TAGS_SHOWN_MAX.max(asked.len()));
        self.tags = tags.into_iter().map(|(count, tag)| (tag, count)).collect();
        self.of = of;
    }

    fn tags_ui(&self, ui: &mut Ui, cx: &ViewContext<'_>, wanted: &mut Filters) {
        if self.tags.is_empty() {
            return;
        }
        widgets::note(ui, cx.t("field-tags"));
        widgets::chips(ui, |ui| {
            for (tag, count) in &self.tags {
                let on = wanted.tags.contains(&tag.tag);
                if chip(ui, cx.tokens, None, &with_count(cx, &tag.label, Some(*count)), on).clicked() {
                    wanted.toggle_tag(&tag.tag);
                }
            }
        });
    }
}

fn distances_ui(ui: &mut Ui, cx: &ViewContext<'_>, wanted: &mut Filters) {
    let Some(facets) = counted(cx).filter(|facets| !facets.distances.is_empty()) else { return };
    widgets::note(ui, cx.t("filter-distance"));
    widgets::chips(ui, |ui| {
        let mut before = 0;
        for (metres, count) in &facets.distances {
            let on = wanted.radius_m == Some(*metres);
            // A wider circle that holds nothing more is no choice.
            if *count == before && !on {
                continue;
            }
            before = *count;
            let label = with_count(cx, &format::distance(cx.texts, *metres), Some(*count));
            if chip(ui, cx.tokens, None, &label, on).clicked() {
                wanted.radius_m = (!on).then_some(*metres);
            }
        }
    });
}

fn rings_ui(ui: &mut Ui, cx: &ViewContext<'_>, wanted: &mut Filters) {
    if cx.selection.territory.is_none() {
        return;
    }
    widgets::note(ui, cx.t("filter-ring"));
    widgets::chips(ui, |ui| {
        for metres in RINGS_M {
            let on = wanted.ring_m == metres;
            if chip(ui, cx.tokens, None, &cx.tr("filter-ring-by", &[("km", (metres as usize / 1_000).into())]), on)
                .clicked()
            {
                wanted.ring_m = if on { 0 } else { metres };
            }
        }
    });
}

fn times_ui(ui: &mut Ui, cx: &ViewContext<'_>, wanted: &mut Filters) {
    let Some(facets) = counted(cx).filter(|facets| !facets.times.is_empty()) else { return };
    widgets::note(ui, cx.t("field-when"));
    widgets::chips(ui, |ui| {
        for (ahead, count) in &facets.times {
            let on = wanted.ahead == Some(*ahead);
            let label = with_count(cx, &cx.t(word(*ahead)), Some(*count));
            if chip(ui, cx.tokens, None, &label, on).clicked() {
                wanted.ahead = (!on).then_some(*ahead);
            }
        }
    });
}

const fn word(ahead: Ahead) -> &'static str {
    match ahead {
        Ahead::Now => "ahead-now",
        Ahead::Day => "ahead-day",
        Ahead::Week => "ahead-week",
        Ahead::Month => "ahead-month",
        Ahead::Later => "ahead-later",
        Ahead::Past => "ahead-past",
    }
}
