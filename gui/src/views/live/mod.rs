//! What is said around here: posts of open cells and of the walls of the selection, newest first, with what others
//! say of them.

use crate::{
    logic::{Action, Asked, Page, keys},
    ui::{
        icons::Icon,
        listed::listed,
        tokens::{TEXT_WIDTH_MAX, space},
        widgets,
    },
    views::{View, ViewContext, erase::EraseDialog, post_card::post_ui},
};
use communaut_node::api::{POSTS_MAX, PostDetail, PostDraft, Posts, React};
use communaut_protocol::{EntryId, Position, limits::TEXT_MAX, op::Reaction};
use egui::Ui;

/// The page's state.
#[derive(Default)]
pub struct LiveView {
    /// What is being written.
    text: String,
    /// What is on its way.
    sent: String,
    failure: Option<String>,
    erase: EraseDialog,
    posting: Asked<PostDraft>,
    reacting: Asked<React, EntryId>,
}

impl View for LiveView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.erase.take_replies(cx);
        match self.posting.take() {
            Some(Ok(_)) => {
                // What was typed meanwhile stays.
                if self.text.trim() == self.sent {
                    self.text.clear();
                }
                self.failure = None;
                cx.notify(cx.t("post-written"));
            }
            Some(Err(failure)) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.reacting.take_for() {
            Some((_, Ok(_))) => self.failure = None,
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let reading = cx.read(Posts { territory: cx.selection.territory, limit: POSTS_MAX });
        widgets::page(ui, "live", TEXT_WIDTH_MAX, |ui| {
            widgets::title(ui, &cx.t("page-live"));
            ui.add_space(space::M);
            self.write_ui(ui, cx);
            ui.add_space(space::L);
            if let Some(failure) = &reading.failure {
                widgets::error(ui, cx.tokens, &cx.failure(failure));
            }
            if reading.is_awaited() {
                widgets::note(ui, cx.t("wall-loading"));
            }
            let Some(posts) = reading.value else { return };
            if posts.is_empty() && reading.failure.is_none() {
                widgets::empty(ui, cx.tokens, Icon::Talk, &cx.t("live-none"), &cx.t("live-none-next"), None);
            }
            let Self { erase, reacting, .. } = self;
            listed(ui, "posts", cx.texts, posts.iter(), |ui, detail| {
                let post = (&*detail.post, detail.may_hide);
                post_ui(ui, cx, post, erase, |ui, cx| under_ui(ui, cx, detail, reacting));
                ui.add_space(space::S);
            });
        });
        self.erase.ui(ui, cx);
    }
}

impl LiveView {
    /// A post in the open, around the middle of the territory that is looked at, or around home.
    fn write_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        let Some((name, position)) = around(cx) else { return };
        let label = cx.tr("live-write", &[("place", name.into())]);
        widgets::area(ui, &label, &mut self.text, &cx.t("post-hint"), TEXT_MAX, 2);
        let ready = !self.text.trim().is_empty() && self.text.len() <= TEXT_MAX && !self.posting.is_under_way();
        if widgets::primary(ui, cx.tokens, &cx.t("post-send"), ready).clicked() {
            let text = self.text.trim().to_owned();
            self.sent.clone_from(&text);
            self.posting.send(cx.commands, PostDraft { position: Some(position), text, ..PostDraft::default() });
        }
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
    }
}

/// The place about which one writes, with its name.
fn around(cx: &ViewContext<'_>) -> Option<(String, Position)> {
    let territory = cx.selection.territory.and_then(|id| cx.overview.followed(id));
    match (territory, &cx.overview.me) {
        (Some(followed), _) => Some((followed.name.clone(), followed.centre)),
        (None, Some(me)) => Some((cx.t("live-home"), me.home)),
        (None, None) => None,
    }
}

/// Where it stands, and what others say of it.
fn under_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, detail: &PostDetail, reacting: &mut Asked<React, EntryId>) {
    let post = &detail.post;
    let me = cx.overview.me.as_ref().map(|me| me.id);
    let mine = detail.reactions.people.iter().find(|said| Some(said.person) == me).map(|said| said.what);
    let free = !reacting.is_under_way_for(&post.id);
    widgets::chips(ui, |ui| {
        for what in Reaction::ALL {
            let count = detail.reactions.counts.iter().find(|(said, _)| *said == what).map_or(0, |(_, count)| *count);
            let word = cx.t(keys::reaction(what));
            let label = if count == 0 { word } else { format!("{word} {count}") };
            if widgets::chip(ui, cx.tokens, None, &label, mine == Some(what)).clicked() && free {
                let what = (mine != Some(what)).then_some(what);
                reacting.send_for(cx.commands, post.id, React { post: post.id.to_string(), what });
            }
        }
        ui.add_space(space::S);
        let wall = post.wall.and_then(|id| cx.card(id)?.element.clone());
        match (wall, post.position) {
            (Some(element), _) => {
                let words = cx.tr("live-on", &[("name", (&element.name).into())]);
                if ui.link(words).clicked() {
                    cx.act(Action::ShowOnMap(element.id));
                }
            }
            (None, Some(at)) if ui.link(cx.t("live-where")).clicked() => {
                cx.act(Action::Go(Page::Map));
                cx.act(Action::CentreMap(at));
            }
            _ => {}
        }
    });
}
