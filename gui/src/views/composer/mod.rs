//! Writing a post on a wall.

mod audience;

pub use audience::Wall;

use crate::{
    logic::Asked,
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use audience::Audience;
use communaut_node::api::PostDraft;
use communaut_protocol::{ElementId, limits::TEXT_MAX};
use egui::Ui;
use std::collections::HashMap;

/// Walls on which something unfinished is kept: more than a person leaves unfinished at once.
const DRAFTS_MAX: usize = 32;
/// From so many bytes before the limit on, it is said how many are left.
const WARN_BYTES: usize = 500;

/// What was begun on a wall.
#[derive(Default)]
struct Draft {
    text: String,
    audience: Audience,
}

/// The composer's state: what was begun, by wall.
#[derive(Default)]
pub struct Composer {
    drafts: HashMap<ElementId, Draft>,
    failure: Option<(ElementId, String)>,
    posting: Asked<PostDraft, ElementId>,
}

impl Composer {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        match self.posting.take_for() {
            Some((wall, Ok(_))) => {
                self.drafts.remove(&wall);
                self.failure = None;
                cx.notify(cx.t("post-written"));
            }
            Some((wall, Err(failure))) => self.failure = Some((wall, cx.failure(&failure))),
            None => {}
        }
    }

    /// Forget walls that were only looked at; what was begun goes only when there is too much of it.
    fn make_room(&mut self) {
        self.drafts.retain(|_, draft| !draft.text.trim().is_empty() || draft.audience.is_begun());
        if self.drafts.len() >= DRAFTS_MAX
            && let Some(any) = self.drafts.keys().next().copied()
        {
            self.drafts.remove(&any);
        }
    }

    /// Draw the composer of a wall.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, wall: ElementId, of: Wall) {
        if self.drafts.len() >= DRAFTS_MAX && !self.drafts.contains_key(&wall) {
            self.make_room();
        }
        let Draft { text, audience } = self.drafts.entry(wall).or_default();
        let private = of == Wall::Closed || audience.is_begun();
        let hint = cx.t(if private { "post-hint-private" } else { "post-hint" });
        widgets::area(ui, &cx.t("post-label"), text, &hint, TEXT_MAX, 2);
        audience.ui(ui, cx, of);
        let busy = self.posting.is_under_way_for(&wall);
        let room = TEXT_MAX.saturating_sub(text.len());
        let ready = !text.trim().is_empty() && text.len() <= TEXT_MAX && audience.is_said() && !busy;
        ui.horizontal(|ui| {
            if widgets::primary(ui, cx.tokens, &cx.t("post-send"), ready).clicked() {
                let (text, to) = (text.trim().to_owned(), audience.to());
                let draft = PostDraft { wall: Some(wall), text, to, ..PostDraft::default() };
                self.posting.send_for(cx.commands, wall, draft);
            }
            if busy {
                widgets::note(ui, cx.t("post-busy"));
            } else if room < WARN_BYTES {
                widgets::note(ui, cx.tr("post-room", &[("count", room.into())]));
            }
        });
        if let Some((_, words)) = self.failure.as_ref().filter(|(on, _)| *on == wall) {
            widgets::error(ui, cx.tokens, words);
        }
        ui.add_space(space::XS);
    }
}
