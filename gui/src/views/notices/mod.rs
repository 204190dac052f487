//! What a person has to know on whichever page they are: a line over the page, with the way to where it is mended.

mod first_steps;
mod help;
mod sample;

pub use sample::SampleButton;

use crate::{
    logic::{
        Action, Asked, Page, format,
        identity::{Concern, concern},
        steps::{LATER_MS, Urgency},
        troubles,
    },
    ui::{
        icons::{self, Icon},
        tokens::space,
        widgets,
    },
    views::{View, ViewContext},
};
use communaut_node::api::{Invitation, Invitations, Join};
use communaut_protocol::ElementId;
use egui::{Frame, Label, Margin, Panel, RichText, Ui};
use std::collections::BTreeSet;

/// Invitations that are shown: more than a person answers at once.
const INVITATIONS_MAX: usize = 3;

/// The lines' state.
#[derive(Default)]
pub struct NoticesView {
    /// Put off until the next start.
    later: BTreeSet<ElementId>,
    joining: Asked<Join, ElementId>,
    sample: SampleButton,
    /// What can be done on this page is said.
    help: Option<Page>,
    /// It was asked for, by a button.
    help_asked: bool,
}

/// What one can do here, over each page.
impl View for NoticesView {
    fn on(&mut self, action: &Action, _cx: &mut ViewContext<'_>) {
        self.help_asked |= *action == Action::Help;
    }

    fn back(&mut self, _cx: &mut ViewContext<'_>) -> bool {
        self.help.take().is_some()
    }

    fn fell(&mut self) {
        self.help = None;
    }

    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.take_joined(cx);
        self.sample.take_replies(cx);
        Self::remember_published(cx);
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        if self.help.is_some_and(|page| help::ui(ui, cx, page)) {
            self.help = None;
        }
    }
}

impl NoticesView {
    fn take_joined(&mut self, cx: &mut ViewContext<'_>) {
        match self.joining.take_for() {
            Some((id, Ok(_))) => {
                // It is answered: nobody waits for the node to say so.
                if let Some(all) = cx.read(Invitations).value {
                    let rest = all.iter().filter(|one| one.community != id).cloned().collect();
                    cx.readings.put(Invitations, rest);
                }
                cx.notify(cx.t("invited-joined"));
            }
            Some((_, Err(failure))) => cx.notify(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the lines, if there are any.
    pub fn lines_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, page: Page) {
        if help::asked(ui) || std::mem::take(&mut self.help_asked) {
            self.help = Some(page);
        }
        troubles_ui(ui, cx);
        if page == Page::Map {
            self.invitations_ui(ui, cx);
        }
        let Some(info) = cx.identity else { return };
        let Some(concern) = concern(info) else { return };
        let now = cx.clock.now_ms();
        let urgency = cx.preferences.steps.phrase(info, now);
        let (key, button, leads_to) = match (concern, urgency) {
            (Concern::Out, _) => ("notice-out", "notice-look", Page::Devices),
            (Concern::Contested, _) => ("notice-contested", "notice-look", Page::Devices),
            (Concern::Frozen, _) => ("notice-frozen", "notice-look", Page::Devices),
            // There is nothing to lose yet, or it is put off.
            (Concern::Phrase, None) => return,
            (Concern::Phrase, Some(Urgency::Plain)) => ("notice-phrase", "notice-phrase-button", Page::Phrase),
            (Concern::Phrase, Some(Urgency::Insistent)) => {
                ("notice-phrase-insist", "notice-phrase-button", Page::Phrase)
            }
        };
        // Where it is mended it is said at length.
        if page == leads_to {
            return;
        }
        let tokens = cx.tokens;
        let frame = Frame::new().fill(tokens.notice_surface).inner_margin(Margin::symmetric(16, 6));
        Panel::top("notices").frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let words = cx.t(key);
            let say = |ui: &mut Ui| {
                ui.add(Label::new(RichText::new(words).color(tokens.notice)).wrap());
            };
            let (go, later) = widgets::line_with(ui, say, |ui| {
                let go = widgets::secondary(ui, &cx.t(button), true).clicked();
                let later =
                    concern == Concern::Phrase && widgets::secondary(ui, &cx.t("notice-phrase-later"), true).clicked();
                (go, later)
            });
            if go {
                cx.act(Action::Go(leads_to));
            }
            if later {
                let mut steps = cx.preferences.steps;
                steps.phrase_later_ms = now + LATER_MS;
                cx.act(Action::SetSteps(steps));
            }
        });
    }

    /// Who invites into a closed community. What it is called one reads inside only.
    fn invitations_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        // Read again and again: why it cannot be had is no matter here.
        let Some(invitations) = cx.read(Invitations).value else { return };
        let waiting = invitations.iter().filter(|one| !self.later.contains(&one.community));
        let waiting: Vec<&Invitation> = waiting.take(INVITATIONS_MAX).collect();
        if waiting.is_empty() {
            return;
        }
        let tokens = cx.tokens;
        let frame = Frame::new().fill(tokens.selected).inner_margin(Margin::symmetric(16, 6));
        let mut later = None;
        Panel::top("invitations").frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            for one in waiting {
                let known = Some(one.from_name.clone()).filter(|name| !name.is_empty());
                let name = known.unwrap_or_else(|| cx.person(one.from));
                let words = cx.tr("invited", &[("name", name.into()), ("id", one.community.short().into())]);
                let say = |ui: &mut Ui| {
                    icons::show(ui, Icon::Lock, 16.0, tokens.accent);
                    ui.add(Label::new(RichText::new(words).color(tokens.ink)).wrap());
                };
                let free = !self.joining.is_under_way_for(&one.community);
                let (join, wait) = widgets::line_with(ui, say, |ui| {
                    let wait = widgets::secondary(ui, &cx.t("invited-later"), true).clicked();
                    (widgets::primary(ui, tokens, &cx.t("invited-join"), free).clicked(), wait)
                });
                if join {
                    let join = Join { community: one.community.to_string() };
                    self.joining.send_for(cx.commands, one.community, join);
                }
                if wait {
                    later = Some(one.community);
                }
            }
        });
        self.later.extend(later);
    }
}

/// What is wrong with the store: on every page, since whatever one does there may not be kept.
fn troubles_ui(ui: &mut Ui, cx: &ViewContext<'_>) {
    let (lines, more) = troubles::lines(cx.texts, cx.overview);
    if lines.is_empty() {
        return;
    }
    let tokens = cx.tokens;
    let frame = Frame::new().fill(tokens.notice_surface).inner_margin(Margin::symmetric(16, 8));
    Panel::top("troubles").frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.spacing_mut().interact_size.y = 18.0;
        for line in lines {
            ui.horizontal(|ui| {
                icons::show(ui, Icon::Warning, 16.0, tokens.notice);
                let label = ui.add(Label::new(RichText::new(&line.words).color(tokens.notice)).wrap());
                label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, &line.words));
                if !line.why.is_empty() {
                    label.on_hover_text(&line.why);
                }
            });
        }
        if more > 0 {
            let shown = format::number(cx.texts, more as u64);
            let words = cx.tr("and-more", &[("count", more.into()), ("shown", shown.into())]);
            ui.label(RichText::new(words).small().color(tokens.notice));
        }
    });
}
