//! How a file was understood, to be looked at before it is brought in.

use crate::{
    logic::keys,
    ui::{
        fonts::strong,
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{Preview, PreviewRow};
use communaut_protocol::op::Kind;
use egui::{Grid, Label, RichText, Ui};

/// Columns of a file that are named with their meaning: more than most files have.
const COLUMNS_SHOWN_MAX: usize = 40;
/// Columns that are not used and are named.
const UNUSED_SHOWN_MAX: usize = 20;
/// Records that are shown as they were read.
const ROWS_SHOWN_MAX: usize = 3;
/// Names of records that would be new or would change.
const NAMES_SHOWN_MAX: usize = 6;
/// Characters of a value of a record: about a line of the dialogue.
const VALUE_CHARS_MAX: usize = 120;

/// The word for what a column means.
fn meaning(cx: &ViewContext<'_>, name: &str) -> String {
    keys::column(name).map_or_else(|| name.to_owned(), |key| cx.t(key))
}

/// The first line of a value, as far as it fits.
fn shortened(value: &str) -> String {
    let mut letters = value.lines().next().unwrap_or_default().chars();
    let shown: String = letters.by_ref().take(VALUE_CHARS_MAX).collect();
    if letters.next().is_some() { shown + "…" } else { shown }
}

/// Draw it: the columns, the first records, and what would become of them.
pub(super) fn ui(ui: &mut Ui, cx: &ViewContext<'_>, preview: &Preview) {
    columns_ui(ui, cx, preview);
    if !preview.rows.is_empty() {
        ui.add_space(space::XS);
        ui.label(strong(cx.t("import-rows"), text::BODY));
    }
    for row in preview.rows.iter().take(ROWS_SHOWN_MAX) {
        row_ui(ui, cx, row);
    }
    names_ui(ui, cx, "import-would-create", &preview.created);
    names_ui(ui, cx, "import-would-change", &preview.updated);
}

fn columns_ui(ui: &mut Ui, cx: &ViewContext<'_>, preview: &Preview) {
    if preview.columns.is_empty() {
        return;
    }
    ui.add_space(space::XS);
    ui.label(strong(cx.t("import-columns"), text::BODY));
    let used = preview.columns.iter().filter_map(|column| Some((&column.name, column.meaning.as_deref()?)));
    Grid::new("import-columns").num_columns(2).spacing([space::L, space::XS]).min_row_height(0.0).show(ui, |ui| {
        for (name, means) in used.take(COLUMNS_SHOWN_MAX) {
            ui.label(RichText::new(shortened(name)).monospace());
            ui.label(meaning(cx, means));
            ui.end_row();
        }
    });
    let unused: Vec<&str> = preview
        .columns
        .iter()
        .filter(|column| column.meaning.is_none() && !column.name.is_empty())
        .map(|column| column.name.as_str())
        .collect();
    if !unused.is_empty() {
        let more = if unused.len() > UNUSED_SHOWN_MAX { ", …" } else { "" };
        let shown: Vec<String> = unused.iter().take(UNUSED_SHOWN_MAX).map(|name| shortened(name)).collect();
        let names = format!("{}{more}", shown.join(", "));
        widgets::note(ui, cx.tr("import-unused", &[("names", names.into())]));
    }
}

/// A record as it was read: its name and kind, and what else is known of it.
fn row_ui(ui: &mut Ui, cx: &ViewContext<'_>, row: &PreviewRow) {
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == row.kind);
    let kind = kind.map_or_else(|| row.kind.clone(), |kind| cx.t(keys::kind(kind)));
    let words = format!("{} · {kind} · {}, {}", shortened(&row.name), row.lat, row.lon);
    ui.add(Label::new(words).wrap());
    let said = row.fields.iter().map(|(name, value)| {
        let value = shortened(value);
        cx.tr("import-said", &[("field", meaning(cx, name).into()), ("value", value.into())])
    });
    widgets::note(ui, said.collect::<Vec<_>>().join("\n"));
}

fn names_ui(ui: &mut Ui, cx: &ViewContext<'_>, key: &'static str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let more = if names.len() > NAMES_SHOWN_MAX { ", …" } else { "" };
    let shown: Vec<String> = names.iter().take(NAMES_SHOWN_MAX).map(|name| shortened(name)).collect();
    let names = format!("{}{more}", shown.join(", "));
    widgets::note(ui, cx.tr(key, &[("names", names.into())]));
}
