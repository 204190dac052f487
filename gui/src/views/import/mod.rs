//! Bringing a file of records in: what it is, what would become of it, what became of it and why.

mod fault_keys;
mod gone;
mod notes;
mod preview;
mod reason_keys;
mod reasons;
mod report;
mod undo;

use crate::{
    logic::{Action, Asked, format},
    ui::{tokens::space, widgets},
    views::{View, ViewContext},
};
use communaut_node::api::{ImportReport, ImportRequest, PackInfo, StopImport};
use communaut_protocol::limits::FIELD_MAX;
use egui::{Label, RichText, ScrollArea, Ui};
use report::{report_ui, summary};
use std::path::{Path, PathBuf};

/// Characters of a path that one may type: Linux takes 4,096 bytes.
const PATH_CHARS_MAX: usize = 4_096;
/// Street maps that are named.
const PACKS_SHOWN_MAX: usize = 8;
/// Width of the dialogue, in points.
const WIDTH: f32 = 520.0;
/// Height of the window that the dialogue leaves to its edges and buttons, in points.
const AROUND: f32 = 140.0;

/// The dialogue's state.
#[derive(Default)]
pub struct ImportView {
    open: bool,
    path: String,
    licence: String,
    source: String,
    /// What was asked for last: what a preview says holds for this alone.
    asked: Option<ImportRequest>,
    report: Option<ImportReport>,
    failure: Option<String>,
    importing: Asked<ImportRequest>,
    stopping: Asked<StopImport>,
    gone: gone::GoneView,
    undo: undo::UndoView,
}

impl ImportView {
    /// Whether a file is being imported.
    fn is_busy(&self) -> bool {
        self.importing.is_under_way()
    }
    /// Open it, for a file that was dropped on the window, or for one to be named.
    fn open(&mut self, file: Option<&Path>) {
        let path = file.map(|file| file.display().to_string()).unwrap_or_default();
        let (importing, undo) = (std::mem::take(&mut self.importing), std::mem::take(&mut self.undo));
        *self = Self { open: true, path, importing, undo, ..Self::default() };
    }
    /// Close it. An import under way goes on, and so does taking one back.
    fn close(&mut self) {
        let (importing, undo) = (std::mem::take(&mut self.importing), std::mem::take(&mut self.undo));
        *self = Self { importing, undo, ..Self::default() };
    }
    /// What the fields ask for.
    fn request(&self, dry_run: bool) -> ImportRequest {
        let said = |words: &str| Some(words.trim().to_owned()).filter(|words| !words.is_empty());
        ImportRequest {
            path: PathBuf::from(self.path.trim()),
            source: said(&self.source),
            licence: said(&self.licence),
            dry_run,
            ..ImportRequest::default()
        }
    }
    /// Ask for it.
    fn send(&mut self, cx: &ViewContext<'_>, dry_run: bool) {
        (self.failure, self.report) = (None, None);
        let request = self.request(dry_run);
        self.asked = Some(request.clone());
        self.importing.send(cx.commands, request);
    }
    /// Whether the preview of what the fields ask for is shown.
    fn is_previewed(&self) -> bool {
        self.report.as_ref().is_some_and(|report| report.preview.is_some()) && self.asked == Some(self.request(true))
    }
}

impl View for ImportView {
    fn on(&mut self, action: &Action, cx: &mut ViewContext<'_>) {
        match action {
            // A file that is dropped while another is imported is let fall.
            Action::OpenImport(Some(_)) if self.is_busy() => {}
            Action::OpenImport(file) => {
                self.open(file.as_deref());
                self.undo.look(cx.commands);
                // Looking changes nothing: a file that was dropped is looked at right away.
                if file.is_some() && !self.is_busy() {
                    self.send(cx, true);
                }
            }
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
        if let Some(Err(failure)) = self.stopping.take() {
            cx.notify(cx.failure(&failure));
        }
        self.gone.take_replies(cx);
        self.undo.take_replies(cx);
        match self.importing.take() {
            Some(Ok(report)) => {
                self.failure = None;
                if report.preview.is_none() && report.gone.count > 0 {
                    self.gone.look(cx.commands);
                }
                if report.preview.is_none() && self.open {
                    self.undo.look(cx.commands);
                }
                if self.open {
                    self.report = Some(report);
                } else if report.preview.is_none() {
                    cx.notify(summary(cx.texts, &report));
                }
            }
            Some(Err(failure)) if self.open => self.failure = Some(reasons::failure(cx, &failure)),
            Some(Err(failure)) => cx.notify(reasons::failure(cx, &failure)),
            None => {}
        }
    }

    /// Draw the dialogue, if it is open.
    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if !self.open {
            return;
        }
        let leave = widgets::modal(ui, "import", WIDTH, |ui| {
            let room = (ui.ctx().content_rect().height() - AROUND).max(AROUND);
            // All of its height at once: else it grows from frame to frame, under the pointer.
            let area = ScrollArea::vertical().id_salt("import").max_height(room).min_scrolled_height(room);
            area.show(ui, |ui| self.content_ui(ui, cx));
            ui.add_space(space::S);
            self.buttons_ui(ui, cx);
        });
        if leave {
            cx.act(Action::CloseImport);
        }
    }
}

impl ImportView {
    fn content_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        widgets::title(ui, &cx.t("import-title"));
        if self.report.is_none() {
            ui.add(Label::new(RichText::new(cx.t("import-explain")).color(cx.tokens.ink_soft)).wrap());
        }
        ui.add_space(space::S);
        widgets::field(ui, &cx.t("import-path"), &mut self.path, &cx.t("import-path-hint"), PATH_CHARS_MAX);
        widgets::field(ui, &cx.t("import-licence"), &mut self.licence, &cx.t("import-licence-hint"), FIELD_MAX);
        widgets::field(ui, &cx.t("import-source"), &mut self.source, &cx.t("import-source-hint"), FIELD_MAX);
        ui.add_space(space::XS);
        ui.add(Label::new(RichText::new(cx.t("import-public")).small().weak()).wrap());
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        // A preview of a file that is no longer named says nothing of the one that is.
        let shown = |report: &&ImportReport| report.preview.is_none() || self.is_previewed();
        if let Some(report) = self.report.as_ref().filter(shown) {
            report_ui(ui, cx, report);
            if let Some(edition) = &report.edition
                && ui.link(cx.tr("import-edition-take", &[("source", (&edition.source).into())])).clicked()
            {
                self.source.clone_from(&edition.source);
            }
        }
        self.gone.ui(ui, cx);
        self.undo.ui(ui, cx);
        packs_ui(ui, cx);
    }

    /// Whether what the fields ask for has been done.
    fn is_done(&self) -> bool {
        self.report.is_some() && self.asked == Some(self.request(false))
    }

    /// Before a file was looked at, looking is what is proposed; then bringing it in; then nothing more.
    fn buttons_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let (busy, previewed) = (self.is_busy(), self.is_previewed());
        if self.is_done() {
            if widgets::primary(ui, cx.tokens, &cx.t("close"), true).clicked() {
                cx.act(Action::CloseImport);
            }
            return;
        }
        let ready = !self.path.trim().is_empty() && !busy;
        let (look, begin) = (cx.t("import-look"), cx.t("import-begin"));
        ui.horizontal(|ui| {
            let begins = if previewed {
                widgets::primary(ui, cx.tokens, &begin, ready).clicked()
            } else {
                let looks = widgets::primary(ui, cx.tokens, &look, ready).clicked();
                if looks {
                    self.send(cx, true);
                }
                widgets::secondary(ui, &begin, ready).clicked() && !looks
            };
            if begins {
                self.send(cx, false);
            }
            if widgets::secondary(ui, &cx.t("close"), true).clicked() {
                cx.act(Action::CloseImport);
            }
            if busy {
                if widgets::secondary(ui, &cx.t("import-stop"), !self.stopping.is_under_way()).clicked() {
                    self.stopping.send(cx.commands, StopImport);
                }
                widgets::note(ui, progress(cx));
            }
        });
    }
}

/// How far an import is.
fn progress(cx: &ViewContext<'_>) -> String {
    match &cx.overview.import {
        Some(import) if import.streets => cx.t("import-busy-streets"),
        Some(import) if import.read > 0 => {
            cx.tr("import-busy-read", &[("read", format::number(cx.texts, import.read).into())])
        }
        _ => cx.t("import-busy"),
    }
}

/// The street maps that are here.
fn packs_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let packs = &cx.overview.streets;
    if packs.is_empty() {
        return;
    }
    let (damaged, whole): (Vec<&PackInfo>, Vec<&PackInfo>) = packs.iter().partition(|pack| !pack.damaged.is_empty());
    let one = |pack: &&PackInfo| format!("{} ({})", pack.name, format::size(cx.texts, pack.bytes));
    let mut names: Vec<String> = whole.iter().take(PACKS_SHOWN_MAX).map(one).collect();
    if whole.len() > PACKS_SHOWN_MAX {
        names.push("…".into());
    }
    ui.add_space(space::XS);
    if !names.is_empty() {
        widgets::note(ui, cx.tr("import-packs", &[("names", names.join(", ").into())]));
    }
    for pack in damaged.into_iter().take(PACKS_SHOWN_MAX) {
        let file = pack.file.display().to_string();
        widgets::error(ui, cx.tokens, &cx.tr("import-pack-damaged", &[("file", file.into())]));
    }
}
