//! Posts, newest first.

use crate::{
    logic::{Action, ViewContext, format},
    ui::{tokens::space, widgets},
};
use communaut_protocol::{ElementId, fold::PostView};
use egui::{Label, RichText, Ui};
use std::sync::Arc;

/// Posts laid out at once; more are shown on demand, so that a long wall does not slow a frame.
const SHOWN_STEP: usize = 50;

/// Draw a wall.
pub fn wall_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, wall: &[Arc<PostView>]) {
    if wall.is_empty() {
        widgets::note(ui, cx.t("wall-empty"));
        return;
    }
    let memory = ui.scope_id().with("wall shown");
    let shown = ui.data(|data| data.get_temp::<usize>(memory)).unwrap_or(SHOWN_STEP);
    for post in wall.iter().take(shown) {
        post_ui(ui, cx, post);
        ui.add_space(space::XS);
    }
    if wall.len() > shown {
        let more = cx.tr("wall-more", &[("count", (wall.len() - shown).into())]);
        if widgets::secondary(ui, &more, true).clicked() {
            ui.data_mut(|data| data.insert_temp(memory, shown + SHOWN_STEP));
        }
    }
}

fn post_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, post: &PostView) {
    let tokens = cx.tokens;
    widgets::card(ui, tokens, |ui| {
        // A line of text, not of controls.
        ui.spacing_mut().interact_size.y = 18.0;
        ui.horizontal_wrapped(|ui| {
            let me = cx.snapshot.me.as_ref().is_some_and(|me| me.id == post.author);
            let known = cx.snapshot.person(post.author).map(|person| person.name.clone());
            let name = if me { cx.t("owner-me") } else { known.unwrap_or_else(|| post.author.short()) };
            if cx.snapshot.elements.contains_key(&ElementId::from(post.author)) {
                if ui.link(RichText::new(name).strong()).clicked() {
                    cx.act(Action::Select(Some(post.author.into())));
                }
            } else {
                ui.label(RichText::new(name).strong());
            }
            let at = i64::try_from(post.stamp.ms()).unwrap_or(0);
            widgets::note(ui, format::ago(cx.texts, at, cx.clock.now_ms(), cx.clock.zone()));
            if post.sample {
                widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("sample"));
            }
        });
        ui.add(Label::new(&post.text).wrap().selectable(true));
    });
}
