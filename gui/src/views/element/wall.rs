//! Posts, newest first.

use crate::{
    ui::{tokens::space, widgets},
    views::{ViewContext, erase::EraseDialog, post_card},
};
use communaut_protocol::fold::PostView;
use egui::Ui;
use std::sync::Arc;

/// Posts laid out at once; more are shown on demand, so that a long wall does not slow a frame.
const SHOWN_STEP: usize = 50;

/// Draw a wall; `may_hide`: one may hide what others wrote on it.
pub fn wall_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, wall: &[Arc<PostView>], may_hide: bool, erase: &mut EraseDialog) {
    if wall.is_empty() {
        widgets::note(ui, cx.t("wall-empty"));
        return;
    }
    let memory = ui.scope_id().with("wall shown");
    let shown = ui.data(|data| data.get_temp::<usize>(memory)).unwrap_or(SHOWN_STEP);
    for post in wall.iter().take(shown) {
        post_card::post_ui(ui, cx, (post, may_hide), erase, |_, _| {});
        ui.add_space(space::XS);
    }
    if wall.len() > shown {
        let more = cx.tr("wall-more", &[("count", (wall.len() - shown).into())]);
        if widgets::secondary(ui, &more, true).clicked() {
            ui.data_mut(|data| data.insert_temp(memory, shown + SHOWN_STEP));
        }
    }
}
