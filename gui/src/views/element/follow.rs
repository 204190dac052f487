//! Following an element, and how many do.

use crate::{
    logic::{Purpose, ViewContext, follow::Followers},
    ui::widgets,
};
use communaut_node::api::{self, Command};
use communaut_protocol::{
    fold::ElementView,
    op::{LinkKind, LinkState},
};
use egui::Ui;

/// Draw the button and the count. One's own needs no following.
pub fn follow_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, element: &ElementView, followers: Followers) {
    let own = cx.snapshot.me.as_ref().is_none_or(|me| me.id == element.owner);
    if own && followers.count == 0 {
        return;
    }
    ui.horizontal(|ui| {
        if !own {
            let free = !cx.is_under_way(&Purpose::Link(element.id));
            let words = cx.t(if followers.me { "element-unfollow" } else { "element-follow" });
            if widgets::secondary(ui, &words, free).clicked() {
                let state = if followers.me { LinkState::Left } else { LinkState::Accepted };
                let command = Command::Link(api::Link { target: element.id, kind: LinkKind::Follower, state });
                cx.send(Purpose::Link(element.id), command);
            }
        }
        if followers.count > 0 {
            widgets::note(ui, cx.tr("element-followers", &[("count", followers.count.into())]));
        }
    });
}
