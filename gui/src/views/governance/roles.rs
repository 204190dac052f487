//! A change of a role, asked with what it means before it is written.

use crate::{
    logic::{Asked, keys},
    ui::{tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{CommunityDetail, SetRole};
use communaut_protocol::{ElementId, IdentityId, op::Role};
use egui::{Label, Ui};

/// Width of the question, in points.
const WIDTH: f32 = 420.0;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleChange {
    container: ElementId,
    community: String,
    person: IdentityId,
    before: Option<Role>,
    after: Option<Role>,
    /// Whether it is one's own.
    own: bool,
    /// Whether nobody could give roles afterwards.
    last_leader: bool,
    closed: bool,
}

impl RoleChange {
    /// Of a person's role in a community.
    pub fn new(community: &CommunityDetail, person: IdentityId, after: Option<Role>, own: bool) -> Self {
        let roles = &community.governance.roles;
        let before = roles.get(&person).copied();
        let leaders = roles.values().filter(|role| **role == Role::Leader).count();
        let lowered = before == Some(Role::Leader) && after < Some(Role::Leader);
        Self {
            container: community.id,
            community: community.name.clone(),
            person,
            before,
            after,
            own,
            last_leader: leaders == 1 && lowered,
            closed: community.scope.is_closed(),
        }
    }

    /// Draw the question. Whether it is answered.
    pub fn ui(&self, ui: &Ui, cx: &ViewContext<'_>, asked: &mut Asked<SetRole>) -> bool {
        let mut open = true;
        let leave = widgets::modal(ui, "role", WIDTH, |ui| {
            let named = |role: Option<Role>| role.map_or_else(|| cx.t("gov-role-take"), |role| cx.t(keys::role(role)));
            let title = if self.own && self.after.is_none() {
                cx.tr("role-leave-title", &[("name", (&self.community).into())])
            } else {
                let (before, after) = (named(self.before), named(self.after));
                let who = ("name", cx.person(self.person).into());
                cx.tr("role-title", &[who, ("before", before.into()), ("after", after.into())])
            };
            widgets::heading(ui, &title);
            ui.add(Label::new(cx.t(meaning(self.after))).wrap());
            if self.closed && self.after.is_none() {
                ui.add(Label::new(cx.t("role-closed")).wrap());
            }
            if self.last_leader {
                widgets::strip(ui, cx.tokens, &cx.t("role-last-leader"));
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                let lowers = self.after < self.before;
                let words = cx.t(match (self.own, self.after) {
                    (true, None) => "role-leave",
                    (false, None) => "role-let-go",
                    _ => "role-confirm",
                });
                let button = if lowers { widgets::dangerous } else { widgets::primary };
                if button(ui, cx.tokens, &words, true).clicked() {
                    let (container, person, role) = (self.container, self.person, self.after);
                    asked.send(cx.commands, SetRole { container, person, role });
                    open = false;
                }
                if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
                    open = false;
                }
            });
        });
        leave || !open
    }
}

/// What somebody with a role may do (SPEC.md §7.2, §8.1).
const fn meaning(role: Option<Role>) -> &'static str {
    match role {
        None => "role-means-none",
        Some(Role::Member) => "role-means-member",
        Some(Role::Contributor) => "role-means-contributor",
        Some(Role::Moderator) => "role-means-moderator",
        Some(Role::Leader) => "role-means-leader",
    }
}
