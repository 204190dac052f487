//! Members of a community and their roles.

use crate::{
    logic::{
        Purpose, ViewContext,
        governance::{Community, name_of},
        keys,
    },
    ui::{tokens::space, widgets},
};
use communaut_node::api::Command;
use communaut_protocol::{IdentityId, fold::may_grant, op::Role};
use egui::{ComboBox, RichText, Ui};

/// What a role may be set to; none takes it away.
const ROLES: [Option<Role>; 5] =
    [Some(Role::Leader), Some(Role::Moderator), Some(Role::Contributor), Some(Role::Member), None];

/// Everyone with a role; those who may, change it and admit others.
pub fn members_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, community: &Community, admit: &mut Option<IdentityId>) {
    let me = cx.snapshot.me.as_ref().map(|me| me.id);
    ui.add_space(space::S);
    widgets::heading(ui, &cx.t("gov-members"));
    for (person, role) in &community.governance.roles {
        ui.horizontal(|ui| {
            let mut name = name_of(cx.snapshot, *person);
            if Some(*person) == me {
                name = format!("{name} ({})", cx.t("gov-me"));
            }
            ui.label(&name);
            let may = |to| may_grant(community.role, Some(*person) == me, Some(*role), to) && to != Some(*role);
            if !ROLES.into_iter().any(may) {
                ui.label(RichText::new(cx.t(keys::role(*role))).color(cx.tokens.ink_soft));
                return;
            }
            let held = cx.t(keys::role(*role));
            let shown = ComboBox::from_id_salt(("role", person.0)).selected_text(&held);
            let shown = shown.show_ui(ui, |ui| {
                for to in ROLES.into_iter().filter(|to| may(*to)) {
                    let label = to.map_or_else(|| cx.t("gov-role-take"), |role| cx.t(keys::role(role)));
                    if ui.selectable_label(false, label).clicked() {
                        let command = Command::SetRole { container: community.id, person: *person, role: to };
                        cx.send(Purpose::Role, command);
                    }
                }
            });
            let label = cx.tr("gov-role-of", &[("name", name.into())]);
            widgets::name_combo(&shown.response, &label, &held);
        });
    }
    if may_grant(community.role, false, None, Some(Role::Member)) {
        admit_ui(ui, cx, community, admit);
    }
}

fn admit_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, community: &Community, admit: &mut Option<IdentityId>) {
    ui.horizontal(|ui| {
        let chosen = admit.map_or_else(|| cx.t("gov-admit-who"), |id| name_of(cx.snapshot, id));
        let shown = ComboBox::from_id_salt(("admit", community.id.0)).selected_text(&chosen).show_ui(ui, |ui| {
            let strangers = cx.snapshot.identities.keys().filter(|id| !community.governance.roles.contains_key(*id));
            for id in strangers {
                ui.selectable_value(admit, Some(*id), name_of(cx.snapshot, *id));
            }
        });
        widgets::name_combo(&shown.response, &cx.t("gov-admit"), &chosen);
        let ready = admit.is_some() && !cx.is_under_way(&Purpose::Role);
        if widgets::secondary(ui, &cx.t("gov-admit"), ready).clicked()
            && let Some(person) = *admit
        {
            let command = Command::SetRole { container: community.id, person, role: Some(Role::Member) };
            cx.send(Purpose::Role, command);
        }
    });
}
