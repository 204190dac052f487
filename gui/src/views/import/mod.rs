//! Bringing a file of records in: what it is, what becomes of it, what was left out and why.

mod notes;

use crate::{
    locale::Texts,
    logic::{Action, Asked, format},
    ui::{tokens::space, widgets},
    views::{View, ViewContext},
};
use communaut_node::api::{ImportReport, ImportRequest, PackInfo};
use communaut_protocol::limits::FIELD_MAX;
use egui::{Label, RichText, ScrollArea, Ui};
use std::path::{Path, PathBuf};

/// Characters of a path that one may type: Linux takes 4,096 bytes.
const PATH_CHARS_MAX: usize = 4_096;
/// Records left out that are named; the others are counted.
const SKIPPED_SHOWN_MAX: usize = 50;
/// Street maps that are named.
const PACKS_SHOWN_MAX: usize = 8;
/// Width of the dialogue, in points.
const WIDTH: f32 = 480.0;

/// The dialogue's state.
#[derive(Default)]
pub struct ImportView {
    open: bool,
    path: String,
    licence: String,
    report: Option<ImportReport>,
    failure: Option<String>,
    importing: Asked<ImportRequest>,
}

impl ImportView {
    /// Whether a file is being imported.
    fn is_busy(&self) -> bool {
        self.importing.is_under_way()
    }
    /// Open it, for a file that was dropped on the window, or for one to be named.
    fn open(&mut self, file: Option<&Path>) {
        let path = file.map(|file| file.display().to_string()).unwrap_or_default();
        let importing = std::mem::take(&mut self.importing);
        *self = Self { open: true, path, importing, ..Self::default() };
    }
    /// Close it. An import under way goes on.
    fn close(&mut self) {
        *self = Self { importing: std::mem::take(&mut self.importing), ..Self::default() };
    }
}

impl View for ImportView {
    fn on(&mut self, action: &Action, _cx: &mut ViewContext<'_>) {
        match action {
            // A file that is dropped while another is imported is let fall.
            Action::OpenImport(Some(_)) if self.is_busy() => {}
            Action::OpenImport(file) => self.open(file.as_deref()),
            Action::CloseImport => self.close(),
            _ => {}
        }
    }

    fn back(&mut self, _cx: &mut ViewContext<'_>) -> bool {
        let open = self.open;
        if open {
            self.close();
        }
        open
    }

    fn fell(&mut self) {
        self.close();
    }

    /// Closed meanwhile, what became of the file is said over the window.
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.importing.take() {
            Some(Ok(report)) => {
                self.failure = None;
                if self.open {
                    self.report = Some(report);
                } else {
                    cx.notify(summary(cx.texts, &report));
                }
            }
            Some(Err(failure)) if self.open => self.failure = Some(cx.failure(&failure)),
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the dialogue, if it is open.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if !self.open {
            return;
        }
        let leave = widgets::modal(ui, "import", WIDTH, |ui| {
            widgets::title(ui, &cx.t("import-title"));
            ui.add(Label::new(RichText::new(cx.t("import-explain")).color(cx.tokens.ink_soft)).wrap());
            ui.add_space(space::S);
            widgets::field(ui, &cx.t("import-path"), &mut self.path, &cx.t("import-path-hint"), PATH_CHARS_MAX);
            widgets::field(ui, &cx.t("import-licence"), &mut self.licence, &cx.t("import-licence-hint"), FIELD_MAX);
            ui.add_space(space::XS);
            ui.add(Label::new(RichText::new(cx.t("import-public")).small().weak()).wrap());
            if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            if let Some(report) = &self.report {
                report_ui(ui, cx, report);
            }
            packs_ui(ui, cx);
            ui.add_space(space::S);
            self.buttons_ui(ui, cx);
        });
        if leave {
            cx.act(Action::CloseImport);
        }
    }
}

impl ImportView {
    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let busy = self.is_busy();
        ui.horizontal(|ui| {
            let ready = !self.path.trim().is_empty() && !busy;
            if widgets::primary(ui, cx.tokens, &cx.t("import-begin"), ready).clicked() {
                (self.failure, self.report) = (None, None);
                let licence = Some(self.licence.trim().to_owned()).filter(|licence| !licence.is_empty());
                let path = PathBuf::from(self.path.trim());
                self.importing.send(cx.commands, ImportRequest { path, licence, ..ImportRequest::default() });
            }
            if widgets::secondary(ui, &cx.t("close"), true).clicked() {
                cx.act(Action::CloseImport);
            }
            if busy {
                let streets = cx.overview.import.as_ref().is_some_and(|import| import.streets);
                widgets::note(ui, cx.t(if streets { "import-busy-streets" } else { "import-busy" }));
            }
        });
    }
}

/// In one line: each record is accounted for.
fn summary(texts: Texts, report: &ImportReport) -> String {
    let number = |value: u64| format::number(texts, value).into();
    texts.tr(
        "import-done",
        &[
            ("read", number(report.read)),
            ("created", number(report.created)),
            ("updated", number(report.updated)),
            ("unchanged", number(report.unchanged)),
            ("skipped", number(report.skipped.len() as u64)),
        ],
    )
}

/// The street maps that are here.
fn packs_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let packs = &cx.overview.streets;
    if packs.is_empty() {
        return;
    }
    let one = |pack: &PackInfo| format!("{} ({})", pack.name, format::size(cx.texts, pack.bytes));
    let mut names: Vec<String> = packs.iter().take(PACKS_SHOWN_MAX).map(one).collect();
    if packs.len() > PACKS_SHOWN_MAX {
        names.push("…".into());
    }
    ui.add_space(space::XS);
    widgets::note(ui, cx.tr("import-packs", &[("names", names.join(", ").into())]));
}

fn report_ui(ui: &mut Ui, cx: &ViewContext<'_>, report: &ImportReport) {
    ui.add_space(space::S);
    widgets::card(ui, cx.tokens, |ui| {
        ui.add(Label::new(RichText::new(summary(cx.texts, report)).strong()).wrap());
        if let Some(error) = &report.error {
            widgets::error(ui, cx.tokens, &cx.tr("import-broke-off", &[("why", error.into())]));
        }
        for note in &report.notes {
            widgets::note(ui, notes::text(cx.texts, note));
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
        if let Some(why) = &report.streets_error {
            widgets::error(ui, cx.tokens, &cx.tr("import-no-streets", &[("why", why.into())]));
        }
        if report.skipped.is_empty() {
            return;
        }
        widgets::note(ui, cx.t("import-skipped"));
        ScrollArea::vertical().id_salt("skipped").max_height(140.0).show(ui, |ui| {
            for skipped in report.skipped.iter().take(SKIPPED_SHOWN_MAX) {
                let words = format!("{} · {}", skipped.at, skipped.why);
                ui.add(Label::new(RichText::new(words).small()).wrap().selectable(true));
            }
            let more = report.skipped.len().saturating_sub(SKIPPED_SHOWN_MAX);
            if more > 0 {
                widgets::note(ui, cx.tr("import-skipped-more", &[("count", more.into())]));
            }
        });
    });
}
