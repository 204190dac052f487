//! Following an element, and how many do.

use crate::{logic::Asked, ui::widgets, views::ViewContext};
use communaut_node::api::{Followers, Link};
use communaut_protocol::{
    ElementId,
    fold::ElementView,
    op::{LinkKind, LinkState},
};
use egui::Ui;

/// Draw the button and the count. One's own needs no following.
pub fn follow_ui(
    ui: &mut Ui,
    cx: &ViewContext<'_>,
    element: &ElementView,
    followers: Followers,
    linking: &mut Asked<Link, ElementId>,
) {
    let own = cx.overview.me.as_ref().is_none_or(|me| me.id == element.owner);
    if own && followers.count == 0 {
        return;
    }
    ui.horizontal(|ui| {
        if !own {
            let free = !linking.is_under_way_for(&element.id);
            let words = cx.t(if followers.me { "element-unfollow" } else { "element-follow" });
            if widgets::secondary(ui, &words, free).clicked() {
                let state = if followers.me { LinkState::Left } else { LinkState::Accepted };
                let link = Link::own(element.id, LinkKind::Follower, state);
                linking.send_for(cx.commands, element.id, link);
            }
        }
        if followers.count > 0 {
            widgets::note(ui, cx.tr("element-followers", &[("count", followers.count.into())]));
        }
    });
}
