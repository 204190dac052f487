//! What became of a file, or what would.

use super::{notes, preview, reasons};
use crate::{
    locale::Texts,
    logic::format,
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{ImportError, ImportReport};
use egui::{Label, RichText, ScrollArea, Ui};

/// Records left out that are named; the others are counted.
const SKIPPED_SHOWN_MAX: usize = 50;
/// Height of the list of records left out, in points.
const SKIPPED_HEIGHT: f32 = 140.0;

/// In one line: each record is accounted for.
pub(super) fn summary(texts: Texts, report: &ImportReport) -> String {
    let number = |value: u64| format::number(texts, value).into();
    let key = if report.preview.is_some() { "import-would" } else { "import-done" };
    texts.tr(
        key,
        &[
            ("read", number(report.read)),
            ("created", number(report.created)),
            ("updated", number(report.updated)),
            ("unchanged", number(report.unchanged)),
            ("skipped", number(report.skipped_count)),
        ],
    )
}

/// Draw all of it.
pub(super) fn report_ui(ui: &mut Ui, cx: &ViewContext<'_>, report: &ImportReport) {
    ui.add_space(space::S);
    widgets::card(ui, cx.tokens, |ui| {
        ui.add(Label::new(strong(summary(cx.texts, report), text::BODY)).wrap());
        if let Some(reason) = &report.reason {
            let why = reasons::end(cx.texts, reason);
            let said = match **reason {
                ImportError::Stopped => why,
                _ => cx.tr("import-broke-off", &[("why", why.into())]),
            };
            widgets::error(ui, cx.tokens, &said);
        }
        for note in &report.notes {
            widgets::note(ui, notes::text(cx.texts, note));
        }
        if let Some(preview) = &report.preview {
            preview::ui(ui, cx, preview);
        }
        if report.reopened > 0 {
            let count = format::number(cx.texts, report.reopened);
            widgets::note(ui, cx.tr("import-reopened", &[("count", count.into())]));
        }
        if report.both.count > 0 {
            let names = report.both.first.iter().map(|both| both.name.as_str()).collect::<Vec<_>>().join(", ");
            let count = format::number(cx.texts, report.both.count);
            widgets::note(ui, cx.tr("import-both", &[("count", count.into()), ("names", names.into())]));
        }
        if let Some(edition) = &report.edition {
            widgets::note(ui, cx.tr("import-edition", &[("source", (&edition.source).into())]));
        }
        if report.gone.count > 0 {
            let names = report.gone.names.join(", ");
            let count = format::number(cx.texts, report.gone.count);
            widgets::note(ui, cx.tr("import-gone", &[("count", count.into()), ("names", names.into())]));
        }
        if let Some(streets) = &report.streets {
            let (tiles, size) = (format::number(cx.texts, streets.tiles), format::size(cx.texts, streets.bytes));
            widgets::note(ui, cx.tr("import-streets", &[("tiles", tiles.into()), ("size", size.into())]));
        }
        if let Some(reason) = &report.streets_reason {
            let why = reasons::end(cx.texts, reason);
            widgets::error(ui, cx.tokens, &cx.tr("import-no-streets", &[("why", why.into())]));
        }
        if report.skipped.is_empty() {
            return;
        }
        widgets::note(ui, cx.t("import-skipped"));
        ScrollArea::vertical().id_salt("skipped").max_height(SKIPPED_HEIGHT).show(ui, |ui| {
            for skipped in report.skipped.iter().take(SKIPPED_SHOWN_MAX) {
                let (at, why) = (format::in_file(cx.texts, &skipped.at), reasons::text(cx.texts, &skipped.why));
                let words = format!("{at} · {why}");
                ui.add(Label::new(RichText::new(words).small()).wrap().selectable(true));
            }
            let more = report.skipped_count.saturating_sub(SKIPPED_SHOWN_MAX as u64);
            if more > 0 {
                let count = format::number(cx.texts, more);
                widgets::note(ui, cx.tr("import-skipped-more", &[("count", count.into())]));
            }
        });
    });
}
