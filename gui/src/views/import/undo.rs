//! What was brought in so far, by data set, and taking one back: what would be done is said first.

use crate::{
    logic::{Asked, Commands, format},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{DataSet, DataSets, StopImport, UndoImport};
use egui::Ui;

/// Data sets that are named: whoever has more takes them back on the command line.
const SOURCES_SHOWN_MAX: usize = 8;

/// The data sets that are here, and what is asked of one.
#[derive(Default)]
pub(super) struct UndoView {
    all: Vec<DataSet>,
    looking: Asked<DataSets>,
    asking: Asked<UndoImport>,
    /// What is asked for last.
    asked: Option<UndoImport>,
    /// Of which data set it was said what would be taken back, and how many, and how many would stay.
    would: Option<(String, u64, u64)>,
    stopping: Asked<StopImport>,
}

impl UndoView {
    /// Look at what is here.
    pub(super) fn look(&mut self, commands: &Commands) {
        self.looking.send(commands, DataSets);
    }

    fn ask(&mut self, commands: &Commands, source: String, dry_run: bool) {
        let request = UndoImport { source, dry_run };
        self.asked = Some(request.clone());
        self.asking.send(commands, request);
    }

    pub(super) fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.looking.take() {
            Some(Ok(all)) => self.all = all,
            Some(Err(failure)) => cx.notify(cx.failure(&failure)),
            None => {}
        }
        if let Some(Err(failure)) = self.stopping.take() {
            cx.notify(cx.failure(&failure));
        }
        match (self.asking.take(), self.asked.take()) {
            (Some(Ok(undone)), Some(UndoImport { source, dry_run: true })) => {
                self.would = Some((source, undone.closed, undone.kept));
            }
            (Some(Ok(undone)), _) => {
                let number = |count| format::number(cx.texts, count).into();
                let mut args = vec![("count", number(undone.closed)), ("kept", number(undone.kept))];
                cx.notify(if undone.left > 0 {
                    args.push(("left", number(undone.left)));
                    cx.tr("import-undo-stopped", &args)
                } else {
                    cx.tr("import-undone", &args)
                });
                self.look(cx.commands);
            }
            (Some(Err(failure)), _) => cx.notify(cx.failure(&failure)),
            (None, asked) => self.asked = asked,
        }
    }

    /// Draw a button for each data set; of the one that was asked for, what would be done.
    pub(super) fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        if self.all.is_empty() {
            return;
        }
        ui.add_space(space::S);
        widgets::note(ui, cx.t("import-sources"));
        if self.asked.as_ref().is_some_and(|asked| !asked.dry_run) && self.asking.is_under_way() {
            ui.horizontal(|ui| {
                if widgets::secondary(ui, &cx.t("import-stop"), !self.stopping.is_under_way()).clicked() {
                    self.stopping.send(cx.commands, StopImport);
                }
                widgets::note(ui, progress(cx));
            });
            return;
        }
        let free = !self.asking.is_under_way() && !self.looking.is_under_way();
        let (mut wanted, mut leave) = (None, false);
        for set in self.all.iter().take(SOURCES_SHOWN_MAX) {
            let count = format::number(cx.texts, set.count);
            let label = cx.tr("import-undo", &[("source", (&set.source).into()), ("count", count.into())]);
            match &self.would {
                Some((source, closed, kept)) if *source == set.source => {
                    let number = |count| format::number(cx.texts, count).into();
                    let args = [("source", source.into()), ("count", number(*closed)), ("kept", number(*kept))];
                    widgets::note(ui, cx.tr("import-undo-would", &args));
                    ui.horizontal(|ui| {
                        if widgets::dangerous(ui, cx.tokens, &cx.t("import-undo-sure"), free && *closed > 0).clicked() {
                            wanted = Some((set.source.clone(), false));
                        }
                        leave = widgets::secondary(ui, &cx.t("cancel"), free).clicked();
                    });
                }
                _ if widgets::secondary(ui, &label, free).clicked() => wanted = Some((set.source.clone(), true)),
                _ => {}
            }
        }
        if leave {
            self.would = None;
        }
        if let Some((source, dry_run)) = wanted {
            self.would = None;
            self.ask(cx.commands, source, dry_run);
        }
    }
}

/// How far the taking back is.
fn progress(cx: &ViewContext<'_>) -> String {
    match &cx.overview.undo {
        Some(undo) => format::undoing(cx.texts, undo),
        None => cx.t("import-undo-begun"),
    }
}
