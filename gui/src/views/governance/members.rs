//! Members of a community and their roles.

use super::{more_ui, person_line, roles::RoleChange};
use crate::{
    logic::{Asked, format, keys},
    ui::{
        tokens::space,
        widgets::{self, chip, field},
    },
    views::ViewContext,
};
use communaut_node::api::{CommunityDetail, People, PeopleFound, SetRole};
use communaut_protocol::{IdentityId, fold::Governance, limits::NAME_MAX, op::Role};
use egui::{ComboBox, RichText, Ui};
use std::sync::Arc;

/// People offered at once: whoever is not among them is found by typing more of the name.
const OFFERED_MAX: usize = 8;

/// Admitting somebody: what is typed, who fits, who is chosen.
#[derive(Default)]
pub struct NewMember {
    typed: String,
    chosen: Option<IdentityId>,
    /// Who fitted last: shown until it is known who does now.
    found: Option<Arc<PeopleFound>>,
}

/// What a role may be set to; none takes it away.
const ROLES: [Option<Role>; 5] =
    [Some(Role::Leader), Some(Role::Moderator), Some(Role::Contributor), Some(Role::Member), None];

/// Everyone with a role; those who may, change it and admit others.
pub fn members_ui(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    community: &CommunityDetail,
    (admission, changing, role): (&mut NewMember, &mut Option<RoleChange>, &mut Asked<SetRole>),
    limit: &mut usize,
) {
    let me = cx.overview.me.as_ref().map(|me| me.id);
    ui.add_space(space::S);
    widgets::heading(ui, &cx.t("gov-members"));
    for (person, role) in community.governance.roles.iter().take(*limit) {
        let own = Some(*person) == me;
        let mut name = cx.person(*person);
        if own {
            name = format!("{name} ({})", cx.t("gov-me"));
        }
        person_line(ui, &name, |ui| {
            let may = |to| me.is_some_and(|me| community.governance.may_give(me, *person, to));
            let offered: Vec<Option<Role>> =
                ROLES.into_iter().filter(|to| may(*to) && !(own && to.is_none())).collect();
            if offered.is_empty() {
                ui.label(RichText::new(cx.t(keys::role(*role))).color(cx.tokens.ink_soft));
                if own && widgets::secondary(ui, &cx.t("role-leave"), true).clicked() {
                    *changing = Some(RoleChange::new(community, *person, None, true));
                }
                return;
            }
            let held = cx.t(keys::role(*role));
            let shown = ComboBox::from_id_salt(("role", person.0)).selected_text(&held);
            let shown = shown.show_ui(ui, |ui| {
                for to in offered {
                    let label = to.map_or_else(|| cx.t("gov-role-take"), |role| cx.t(keys::role(role)));
                    if ui.selectable_label(false, label).clicked() {
                        *changing = Some(RoleChange::new(community, *person, to, own));
                    }
                }
            });
            let label = cx.tr("gov-role-of", &[("name", (&name).into())]);
            widgets::name_combo(&shown.response, &label, &held);
            if own && widgets::secondary(ui, &cx.t("role-leave"), true).clicked() {
                *changing = Some(RoleChange::new(community, *person, None, true));
            }
        });
    }
    more_ui(ui, cx, community.governance.roles.len(), limit);
    settled_ui(ui, cx, &community.governance);
    if community.role >= Some(Role::Moderator) {
        admission.ui(ui, cx, community, role);
    }
}

/// What keepers have settled, so that nobody undoes it; nothing where there are none.
fn settled_ui(ui: &mut Ui, cx: &ViewContext<'_>, governance: &Governance) {
    if governance.keepers.is_empty() {
        return;
    }
    let names = |people: &[IdentityId]| people.iter().map(|person| cx.person(*person)).collect::<Vec<_>>().join(", ");
    ui.add_space(space::S);
    if !governance.split.is_empty() {
        let words = cx.tr("gov-split", &[("names", names(&governance.split).into())]);
        widgets::error(ui, cx.tokens, &words);
        return;
    }
    let words = match &governance.settled {
        Some(settled) => {
            let by: Vec<IdentityId> = settled.by.keys().copied().collect();
            let last = settled.by.values().max().and_then(|at| i64::try_from(at.ms()).ok());
            let day = last.and_then(|ms| cx.clock.here(ms)).map(|at| format::day(cx.texts, &at)).unwrap_or_default();
            cx.tr("gov-settled", &[("day", day.into()), ("names", names(&by).into())])
        }
        None => cx.tr("gov-settled-nothing", &[("names", names(&governance.keepers).into())]),
    };
    widgets::note(ui, words);
}

impl NewMember {
    fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, community: &CommunityDetail, role: &mut Asked<SetRole>) {
        ui.add_space(space::S);
        field(ui, &cx.t("gov-admit-who"), &mut self.typed, &cx.t("gov-admit-who-hint"), NAME_MAX);
        let (text, outside) = (self.typed.clone(), Some(community.id));
        let reading = cx.read(People { text, outside, limit: OFFERED_MAX });
        if let Some(failure) = &reading.failure {
            widgets::error(ui, cx.tokens, &cx.failure(failure));
        }
        self.found = reading.value.or(self.found.take());
        let Some(found) = self.found.clone() else { return };
        // Nobody is admitted whom one does not see chosen.
        self.chosen = self.chosen.filter(|id| found.people.iter().any(|(offered, _)| offered == id));
        if found.people.is_empty() {
            let nobody = if self.typed.trim().is_empty() { "gov-admit-all" } else { "gov-admit-nobody" };
            widgets::note(ui, cx.t(nobody));
            return;
        }
        widgets::chips(ui, |ui| {
            for (id, name) in &found.people {
                let on = self.chosen == Some(*id);
                // Two may bear one name: the id tells them apart.
                if chip(ui, cx.tokens, None, &cx.called((*id).into(), name), on).on_hover_text(id.to_string()).clicked()
                {
                    self.chosen = if on { None } else { Some(*id) };
                }
            }
        });
        if found.more > 0 {
            widgets::note(ui, cx.tr("gov-admit-more", &[("count", found.more.into())]));
        }
        ui.add_space(space::XS);
        let ready = self.chosen.is_some() && !role.is_under_way();
        if widgets::primary(ui, cx.tokens, &cx.t("gov-admit"), ready).clicked()
            && let Some(person) = self.chosen
        {
            role.send(cx.commands, SetRole { container: community.id, person, role: Some(Role::Member) });
        }
    }
}
