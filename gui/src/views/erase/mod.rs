//! Erasing what one wrote, or hiding what others did: asked with what it does, where it reaches, and what it cannot.

use crate::{
    logic::{Action, Asked},
    ui::{
        tokens::space,
        widgets::{self, field},
    },
    views::ViewContext,
};
use communaut_node::api::Erase;
use communaut_protocol::limits::NAME_MAX;
use egui::{Label, RichText, Ui};

/// Width of the question, in points.
const WIDTH: f32 = 440.0;
/// Characters of what is to be erased that are shown again.
const EXCERPT_CHARS_MAX: usize = 80;

/// What is to be erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasing {
    /// Its id.
    pub id: String,
    /// Its name, or its first words.
    pub what: String,
    /// Whether I wrote it: erased for good; otherwise hidden, as a moderator.
    pub own: bool,
    /// Whether its page is to be left then.
    pub page: bool,
}

/// The question's state.
#[derive(Default)]
pub struct EraseDialog {
    asked: Option<Erasing>,
    reason: String,
    failure: Option<String>,
    erasing: Asked<Erase>,
}

impl EraseDialog {
    /// Ask.
    pub fn ask(&mut self, erasing: Erasing) {
        *self = Self { asked: Some(erasing), erasing: std::mem::take(&mut self.erasing), ..Self::default() };
    }

    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.erasing.take() {
            Some(Ok(erased)) => {
                cx.notify(cx.t(if erased.own { "erase-done" } else { "hide-done" }));
                if self.asked.take().is_some_and(|asked| asked.page) {
                    cx.act(Action::Select(None));
                }
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the question, if one is asked.
    pub fn ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>) {
        let Some(asked) = &self.asked else { return };
        let mut open = true;
        let leave = widgets::modal(ui, "erase", WIDTH, |ui| {
            let excerpt = ("what", excerpt(&asked.what).into());
            let (title, explain, recall, confirm) = if asked.own {
                ("erase-title", "erase-explain", "erase-recall", "erase-confirm")
            } else {
                ("hide-title", "hide-explain", "hide-recall", "hide-confirm")
            };
            ui.add(Label::new(RichText::new(cx.tr(title, &[excerpt])).heading()).wrap());
            ui.add(Label::new(cx.t(explain)).wrap());
            widgets::strip(ui, cx.tokens, &cx.t(recall));
            if !asked.own {
                field(ui, &cx.t("hide-reason"), &mut self.reason, &cx.t("hide-reason-hint"), NAME_MAX);
            }
            if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let said = asked.own || !self.reason.trim().is_empty();
                let ready = said && !self.erasing.is_under_way();
                if widgets::dangerous(ui, cx.tokens, &cx.t(confirm), ready).clicked() {
                    let reason = self.reason.trim().to_owned();
                    self.erasing.send(cx.commands, Erase { id: asked.id.clone(), reason });
                }
                if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
                    open = false;
                }
            });
        });
        if leave || !open {
            self.asked = None;
        }
    }
}

/// The first words, on one line.
fn excerpt(what: &str) -> String {
    let words = what.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= EXCERPT_CHARS_MAX {
        return words;
    }
    let cut: String = words.chars().take(EXCERPT_CHARS_MAX).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_long_is_cut_on_one_line() {
        assert_eq!(excerpt(" two\n lines "), "two lines");
        assert_eq!(excerpt(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(excerpt(&"é".repeat(81)), format!("{}…", "é".repeat(80)));
    }
}
