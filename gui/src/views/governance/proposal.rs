//! A proposal's page: the question, the tally, one's own vote, the certificate.

use super::{GovernanceView, LINE_HEIGHT, certificates::certificates_ui, more_ui, person_line, status_ui};
use crate::{
    logic::{format, governance as model, keys},
    ui::{
        icons::Icon,
        tokens::{RADIUS, space},
        widgets::{self, card},
    },
    views::{ViewContext, erase::Erasing},
};
use communaut_node::api::{CloseVote, CommunityDetail, OpenVote, Vote};
use communaut_protocol::{
    fold::{ProposalStatus, ProposalView},
    op::{Choice, Role},
};
use egui::{Align, Color32, Label, Layout, RichText, Sense, Ui, Vec2};

/// Height of a bar of the tally, in points.
const BAR_HEIGHT: f32 = 10.0;

const fn choice_key(choice: Choice) -> &'static str {
    match choice {
        Choice::Yes => "gov-yes",
        Choice::No => "gov-no",
        Choice::Blank => "gov-blank",
    }
}

impl GovernanceView {
    pub(super) fn proposal_ui(
        &mut self,
        ui: &mut Ui,
        cx: &mut ViewContext<'_>,
        community: &CommunityDetail,
        proposal: &ProposalView,
    ) {
        if widgets::icon_button(ui, cx.tokens, Icon::Back, &cx.t("gov-back")).clicked() {
            self.open(None);
            return;
        }
        widgets::title(ui, &proposal.title);
        ui.horizontal_wrapped(|ui| {
            status_ui(ui, cx, proposal.status);
            let name = cx.person(proposal.author);
            let by = cx.tr("gov-by", &[("name", name.into()), ("community", (&community.name).into())]);
            ui.label(RichText::new(by).color(cx.tokens.ink_soft));
            if proposal.sample {
                widgets::badge(ui, cx.tokens.notice, cx.tokens.notice_surface, &cx.t("sample"));
            }
        });
        if proposal.text_erased {
            ui.add_space(space::S);
            widgets::note(ui, cx.t("gov-text-erased"));
        } else if !proposal.text.is_empty() {
            ui.add_space(space::S);
            ui.add(Label::new(&proposal.text).wrap().selectable(true));
            self.erase_ui(ui, cx, community, proposal);
        }
        ui.add_space(space::M);
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        // One votes before one sees how others did.
        match proposal.status {
            ProposalStatus::Asked => self.open_ui(ui, cx, proposal),
            ProposalStatus::Open => {
                self.vote_ui(ui, cx, proposal);
                ui.add_space(space::M);
            }
            _ => {}
        }
        card(ui, cx.tokens, |ui| tally_ui(ui, cx, proposal));
        ui.add_space(space::M);
        certificates_ui(ui, cx, proposal);
        ballots_ui(ui, cx, proposal, &mut self.limit);
    }

    /// The reasons can go, what decides stays; sealed they are one.
    fn erase_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, community: &CommunityDetail, proposal: &ProposalView) {
        let own = cx.overview.is_me(proposal.author);
        let may = own || community.role >= Some(Role::Moderator);
        if community.scope.is_closed() || !may {
            return;
        }
        let label = cx.t(if own { "gov-text-erase" } else { "gov-text-hide" });
        if ui.link(label).clicked() {
            let what = proposal.text.clone();
            self.erase.ask(Erasing { id: proposal.id.to_string(), what, own, page: false });
        }
    }

    /// A teller opens the vote.
    fn open_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, proposal: &ProposalView) {
        let me = cx.overview.me.as_ref().map(|me| me.id);
        let waits = |me| proposal.tellers.contains(&me) && !proposal.opening.tellers.contains(&me);
        if !me.is_some_and(waits) {
            return;
        }
        widgets::note(ui, cx.t("gov-open-explain"));
        let free = !self.asked.opens.is_under_way_for(&proposal.id);
        if widgets::primary(ui, cx.tokens, &cx.t("gov-open-vote"), free).clicked() {
            let open = OpenVote { proposal: proposal.id.to_string() };
            self.asked.opens.send_for(cx.commands, proposal.id, open);
        }
        ui.add_space(space::M);
    }

    fn vote_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, proposal: &ProposalView) {
        let Some(me) = cx.overview.me.as_ref().map(|me| me.id) else { return };
        let tokens = cx.tokens;
        if !proposal.electorate.contains(&me) {
            widgets::note(ui, cx.t("gov-no-vote"));
            return;
        }
        let mine = model::my_choice(proposal, me);
        let free = !self.asked.votes.is_under_way_for(&proposal.id);
        card(ui, tokens, |ui| {
            widgets::heading(ui, &cx.t("gov-my-vote"));
            ui.horizontal(|ui| {
                for choice in [Choice::Yes, Choice::No, Choice::Blank] {
                    let label = cx.t(choice_key(choice));
                    let pressed = if mine == Some(choice) {
                        widgets::primary(ui, tokens, &label, free).clicked()
                    } else {
                        widgets::secondary(ui, &label, free).clicked()
                    };
                    if pressed && mine != Some(choice) {
                        let vote = Vote { proposal: proposal.id.to_string(), choice };
                        self.asked.votes.send_for(cx.commands, proposal.id, vote);
                    }
                }
            });
            if let Some(choice) = mine {
                let said = cx.t(choice_key(choice));
                widgets::note(ui, cx.tr("gov-my-vote-said", &[("choice", said.into())]));
            }
        });
        let closed = proposal.certificates.iter().any(|held| held.teller == me && held.problem.is_none());
        if proposal.tellers.contains(&me) && !closed {
            ui.add_space(space::S);
            let ready = !self.asked.closes.is_under_way_for(&proposal.id);
            if widgets::secondary(ui, &cx.t("gov-close"), ready).clicked() {
                self.closing = Some(proposal.id);
            }
            self.close_ui(ui, cx, proposal);
        }
    }

    fn close_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>, proposal: &ProposalView) {
        /// Width of the question, in points.
        const WIDTH: f32 = 360.0;
        if self.closing != Some(proposal.id) {
            return;
        }
        let mut open = true;
        let dismissed = widgets::modal(ui, "close-vote", WIDTH, |ui| {
            widgets::heading(ui, &cx.t("gov-close-title"));
            tally_line(ui, cx, proposal);
            ui.add(Label::new(cx.t("gov-close-explain")).wrap());
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if widgets::primary(ui, cx.tokens, &cx.t("gov-close"), true).clicked() {
                    let close = CloseVote { proposal: proposal.id.to_string() };
                    self.asked.closes.send_for(cx.commands, proposal.id, close);
                    open = false;
                }
                if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
                    open = false;
                }
            });
        });
        if !open || dismissed {
            self.closing = None;
        }
    }
}

/// The count with what it is worth.
fn tally_ui(ui: &mut Ui, cx: &ViewContext<'_>, proposal: &ProposalView) {
    let (tokens, tally) = (cx.tokens, proposal.tally);
    ui.spacing_mut().interact_size.y = LINE_HEIGHT;
    for (choice, count, ink) in [
        (Choice::Yes, tally.yes, tokens.good),
        // No is no fault: it has no colour of one.
        (Choice::No, tally.no, tokens.ink_soft),
        (Choice::Blank, tally.blank, tokens.edge),
    ] {
        bar_ui(ui, cx, &cx.t(choice_key(choice)), count, tally.electorate, ink);
    }
    ui.add_space(space::XS);
    tally_line(ui, cx, proposal);
    let names: Vec<String> = proposal.tellers.iter().map(|teller| cx.person(*teller)).collect();
    let teller = names.join(", ");
    match proposal.status {
        ProposalStatus::Asked => drop(widgets::note(ui, cx.tr("gov-asked", &[("teller", teller.into())]))),
        ProposalStatus::Open => {
            widgets::note(ui, cx.tr("gov-estimate", &[("teller", teller.into())]));
            let closes = i64::try_from(proposal.closes_ms).ok().filter(|ms| *ms > 0).and_then(|ms| cx.clock.here(ms));
            if let Some(closes) = closes {
                widgets::note(ui, cx.tr("gov-closes", &[("day", format::day(cx.texts, &closes).into())]));
            }
        }
        ProposalStatus::Accepted | ProposalStatus::Rejected => {
            let words = cx.tr("gov-certified", &[("teller", teller.into())]);
            ui.add(Label::new(RichText::new(words).color(tokens.good)).wrap());
        }
        ProposalStatus::Disputed => {
            let key = if model::certificates_disagree(proposal) { "gov-disputed-two" } else { "gov-disputed" };
            widgets::error(ui, tokens, &cx.tr(key, &[("teller", teller.into())]));
            widgets::note(ui, cx.t("gov-disputed-here"));
        }
    }
}

/// How many took part, and how many must.
fn tally_line(ui: &mut Ui, cx: &ViewContext<'_>, proposal: &ProposalView) {
    let number = |value: u32| usize::try_from(value).unwrap_or(usize::MAX);
    let tally = proposal.tally;
    ui.label(cx.tr(
        "gov-turnout",
        &[
            ("turnout", number(tally.turnout()).into()),
            ("electorate", number(tally.electorate).into()),
            ("needed", number(model::needed(proposal)).into()),
        ],
    ));
}

fn bar_ui(ui: &mut Ui, cx: &ViewContext<'_>, label: &str, count: u32, of: u32, ink: Color32) {
    ui.horizontal(|ui| {
        ui.allocate_ui_with_layout(Vec2::new(64.0, 20.0), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(64.0);
            ui.label(label);
        });
        let width = (ui.available_width() - 48.0).max(40.0);
        let (place, response) = ui.allocate_exact_size(Vec2::new(width, BAR_HEIGHT), Sense::hover());
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, format!("{label}: {count} / {of}"))
        });
        ui.painter().rect_filled(place, RADIUS, cx.tokens.line);
        let mut filled = place;
        filled.set_width(place.width() * (count as f32 / of.max(1) as f32).min(1.0));
        if count > 0 {
            ui.painter().rect_filled(filled, RADIUS, ink);
        }
        ui.label(count.to_string());
    });
}

/// Who voted what, and what does not count.
fn ballots_ui(ui: &mut Ui, cx: &ViewContext<'_>, proposal: &ProposalView, limit: &mut usize) {
    let tokens = cx.tokens;
    widgets::heading(ui, &cx.t("gov-ballots"));
    card(ui, tokens, |ui| {
        ui.spacing_mut().interact_size.y = LINE_HEIGHT;
        ui.spacing_mut().item_spacing.y = space::XS;
        if proposal.ballots.is_empty() {
            widgets::note(ui, cx.t("gov-ballots-none"));
        }
        for ballot in proposal.ballots.iter().take(*limit) {
            person_line(ui, &cx.person(ballot.person), |ui| {
                let (said, ink) = match ballot.choice {
                    Some(choice) => (choice_key(choice), tokens.ink_soft),
                    None => ("gov-conflicting", tokens.danger),
                };
                ui.add(Label::new(RichText::new(cx.t(said)).color(ink)).wrap());
            });
        }
        if !proposal.late.is_empty() {
            widgets::note(ui, cx.tr("gov-late", &[("count", proposal.late.len().into())]));
        }
        if !proposal.refused.is_empty() {
            ui.add_space(space::S);
            widgets::heading(ui, &cx.t("gov-refused"));
        }
        for refused in proposal.refused.iter().take(*limit) {
            person_line(ui, &cx.person(refused.person), |ui| {
                ui.add(Label::new(RichText::new(cx.t(keys::rule(refused.rule))).color(tokens.danger)).wrap());
            });
        }
        more_ui(ui, cx, proposal.ballots.len().max(proposal.refused.len()), limit);
    });
}
