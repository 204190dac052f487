//! Proposals of one's communities: what waits for me, votes, members.

mod audit;
mod certificates;
mod form;
mod members;
mod proposal;
mod roles;

use crate::{
    logic::{Action, Asked, Page, governance as model, keys},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        listed::listed,
        tokens::{TEXT_WIDTH_MAX, space, text},
        widgets::{self, card},
    },
    views::{View, ViewContext, erase::EraseDialog},
};
use communaut_node::api::{CloseVote, Communities, CommunityDetail, OpenVote, ProposalDraft, SetRole, Vote};
use communaut_protocol::{
    ElementId, EntryId,
    fold::{ProposalStatus, ProposalView},
    op::Kind,
};
use egui::{RichText, Ui};

/// Height of a line in a list, in points: what is pressed is never smaller (WCAG 2.2, 2.5.8).
const LINE_HEIGHT: f32 = 24.0;
/// Lines of people or proposals shown before one asks for as many more: each is laid out in every frame.
const LIST_STEP: usize = 50;

/// The page's state.
pub struct GovernanceView {
    /// The proposal whose page is open.
    open: Option<EntryId>,
    /// The proposal of which is asked whether to close it.
    closing: Option<EntryId>,
    /// Lines that a list shows.
    limit: usize,
    /// The community in which a proposal is being written.
    writing: Option<ElementId>,
    form: form::ProposalForm,
    /// The community whose members are shown.
    members: Option<ElementId>,
    admission: members::NewMember,
    /// The change of a role that is being asked about.
    changing: Option<roles::RoleChange>,
    audit: audit::AuditPanel,
    erase: EraseDialog,
    failure: Option<String>,
    asked: Requests,
}

/// What was asked of the node.
#[derive(Default)]
pub(super) struct Requests {
    pub votes: Asked<Vote, EntryId>,
    pub opens: Asked<OpenVote, EntryId>,
    pub closes: Asked<CloseVote, EntryId>,
    pub proposal: Asked<ProposalDraft>,
    pub role: Asked<SetRole>,
}

impl Default for GovernanceView {
    fn default() -> Self {
        Self {
            open: None,
            closing: None,
            limit: LIST_STEP,
            writing: None,
            form: form::ProposalForm::default(),
            members: None,
            admission: members::NewMember::default(),
            changing: None,
            audit: audit::AuditPanel::default(),
            erase: EraseDialog::default(),
            failure: None,
            asked: Requests::default(),
        }
    }
}

impl View for GovernanceView {
    fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.erase.take_replies(cx);
        let mut done = None;
        if let Some((_, reply)) = self.asked.votes.take_for() {
            done = Some(("gov-voted", reply.map(|_| ())));
        } else if let Some((_, reply)) = self.asked.opens.take_for() {
            done = Some(("gov-opened", reply.map(|_| ())));
        } else if let Some((_, reply)) = self.asked.closes.take_for() {
            done = Some(("gov-closed", reply.map(|_| ())));
        } else if let Some(reply) = self.asked.proposal.take() {
            if reply.is_ok() {
                self.writing = None;
                self.form = form::ProposalForm::default();
            }
            done = Some(("gov-proposed", reply.map(|_| ())));
        } else if let Some(reply) = self.asked.role.take() {
            if reply.is_ok() {
                self.admission = members::NewMember::default();
            }
            done = Some(("gov-role-saved", reply.map(|_| ())));
        }
        match done {
            Some((key, Ok(()))) => {
                self.failure = None;
                cx.notify(cx.t(key));
            }
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let reading = cx.read(Communities);
        let (awaited, unread) = (reading.is_awaited(), reading.failure.map(|failure| cx.failure(&failure)));
        widgets::page(ui, "governance", TEXT_WIDTH_MAX, |ui| {
            if let Some(unread) = &unread {
                widgets::error(ui, cx.tokens, unread);
            }
            let Some(communities) = reading.value else {
                widgets::title(ui, &cx.t("page-governance"));
                if awaited {
                    widgets::note(ui, cx.t("wall-loading"));
                }
                return;
            };
            match self.open.and_then(|id| model::find(&communities, id)) {
                Some((community, proposal)) => self.proposal_ui(ui, cx, community, proposal),
                None => self.overview_ui(ui, cx, &communities),
            }
        });
        self.erase.ui(ui, cx);
        if self.changing.as_ref().is_some_and(|change| change.ui(ui, cx, &mut self.asked.role)) {
            self.changing = None;
        }
    }
}

impl GovernanceView {
    /// Show a proposal's page.
    pub fn open(&mut self, proposal: Option<EntryId>) {
        self.open = proposal;
        self.closing = None;
        self.limit = LIST_STEP;
        self.failure = None;
    }

    fn overview_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, communities: &[CommunityDetail]) {
        widgets::title(ui, &cx.t("page-governance"));
        ui.add_space(space::M);
        if communities.is_empty() {
            let (what, next, button) = (cx.t("gov-nobody"), cx.t("gov-nobody-next"), cx.t("gov-nobody-button"));
            if widgets::empty(ui, cx.tokens, Icon::Ballot, &what, &next, Some(&button)) {
                cx.act(Action::New(Kind::Organisation));
            }
            return;
        }
        if let Some(failure) = &self.failure {
            widgets::error(ui, cx.tokens, failure);
        }
        if let Some(me) = cx.overview.me.as_ref().map(|me| me.id) {
            widgets::heading(ui, &cx.t("gov-waiting"));
            let waiting = model::waiting(communities, me);
            if waiting.is_empty() {
                widgets::note(ui, cx.t("gov-waiting-none"));
            }
            listed(ui, "waiting", cx.texts, waiting.into_iter(), |ui, (at, id)| {
                let Some(community) = communities.get(at) else { return };
                let found = community.governance.proposals.iter().find(|proposal| proposal.id == id);
                if let Some(proposal) = found {
                    card(ui, cx.tokens, |ui| {
                        self.line_ui(ui, cx, proposal);
                        widgets::note(ui, cx.called(community.id, &community.name));
                    });
                    ui.add_space(space::S);
                }
            });
            ui.add_space(space::L);
        }
        let mine = communities.iter().filter(|community| community.role.is_some());
        let others = communities.iter().filter(|community| community.role.is_none());
        for (title, list) in [("gov-mine", mine.collect::<Vec<_>>()), ("gov-others", others.collect())] {
            if list.is_empty() {
                continue;
            }
            widgets::heading(ui, &cx.t(title));
            listed(ui, title, cx.texts, list.into_iter(), |ui, community| {
                self.community_ui(ui, cx, community);
                ui.add_space(space::S);
            });
            ui.add_space(space::L);
        }
    }

    fn community_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, community: &CommunityDetail) {
        let tokens = cx.tokens;
        card(ui, tokens, |ui| {
            line(ui, |ui| {
                if ui.link(strong(cx.called(community.id, &community.name), text::BODY).color(tokens.ink)).clicked() {
                    cx.act(Action::ShowOnMap(community.id));
                }
                let role = match community.role {
                    Some(role) => cx.tr("gov-role", &[("role", cx.t(keys::role(role)).into())]),
                    None => cx.t("gov-role-none"),
                };
                ui.label(RichText::new(role).small().color(tokens.ink_soft));
                if community.scope.is_closed() {
                    icons::mark(ui, Icon::Lock, 14.0, tokens.accent, &cx.t("private-members"));
                }
            });
            if community.governance.proposals.is_empty() {
                widgets::note(ui, cx.t("gov-proposals-none"));
            }
            let me = cx.overview.me.as_ref().map(|me| me.id);
            let waiting = me.map(|me| model::waiting(std::slice::from_ref(community), me)).unwrap_or_default();
            // What waits for one stands above.
            let others = |proposal: &&std::sync::Arc<ProposalView>| !waiting.iter().any(|(_, id)| *id == proposal.id);
            for proposal in community.governance.proposals.iter().rev().filter(others).take(self.limit) {
                self.line_ui(ui, cx, proposal);
            }
            more_ui(ui, cx, community.governance.proposals.len(), &mut self.limit);
            ui.add_space(space::S);
            ui.horizontal_wrapped(|ui| {
                if community.role.is_some() && widgets::secondary(ui, &cx.t("gov-propose"), true).clicked() {
                    self.writing = if self.writing == Some(community.id) { None } else { Some(community.id) };
                }
                let count = cx.tr("gov-members-count", &[("count", community.governance.roles.len().into())]);
                if widgets::secondary(ui, &count, true).clicked() {
                    self.members = if self.members == Some(community.id) { None } else { Some(community.id) };
                    self.admission = members::NewMember::default();
                }
                if widgets::secondary(ui, &cx.t("audit-title"), true).clicked() {
                    self.audit.toggle(community.id);
                    self.limit = LIST_STEP;
                }
                if community.has_erasures && widgets::secondary(ui, &cx.t("page-erasures"), true).clicked() {
                    cx.act(Action::Go(Page::Erasures));
                }
            });
            if self.writing == Some(community.id) {
                self.form.ui(ui, cx, community.id, &mut self.asked.proposal);
            }
            if self.members == Some(community.id) {
                let Self { admission, changing, limit, asked, .. } = self;
                let acts = (admission, changing, &mut asked.role);
                members::members_ui(ui, cx, community, acts, limit);
            }
            if self.audit.is_open(community.id) {
                self.audit.ui(ui, cx, &mut self.limit);
            }
        });
    }

    /// One proposal in a list: its question and where it stands.
    fn line_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, proposal: &ProposalView) {
        line(ui, |ui| {
            status_ui(ui, cx, proposal.status);
            if ui.link(&proposal.title).clicked() {
                self.open(Some(proposal.id));
            }
            if proposal.sample {
                widgets::badge(ui, cx.tokens.notice, cx.tokens.notice_surface, &cx.t("sample"));
            }
        });
    }
}

/// One line of a list.
fn line<R>(ui: &mut Ui, content: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.y = LINE_HEIGHT;
        ui.spacing_mut().item_spacing.y = space::XS;
        ui.horizontal_wrapped(content).inner
    })
    .inner
}

/// One line of a list that begins with a person's name, in a column of its own.
fn person_line<R>(ui: &mut Ui, name: &str, content: impl FnOnce(&mut Ui) -> R) -> R {
    /// Width of the column, in points.
    const WIDTH: f32 = 200.0;
    ui.horizontal(|ui| {
        let size = egui::Vec2::new(WIDTH, ui.spacing().interact_size.y);
        ui.allocate_ui_with_layout(size, egui::Layout::left_to_right(egui::Align::Center), |ui| {
            ui.set_min_width(WIDTH);
            ui.add(egui::Label::new(name).truncate());
        });
        content(ui)
    })
    .inner
}

/// Offers what a list of so many lines does not show yet.
fn more_ui(ui: &mut Ui, cx: &ViewContext<'_>, all: usize, limit: &mut usize) {
    let more = all.saturating_sub(*limit);
    if more > 0 && widgets::secondary(ui, &cx.tr("gov-more", &[("count", more.into())]), true).clicked() {
        *limit = limit.saturating_add(LIST_STEP);
    }
}

/// Where a proposal stands, in a badge.
fn status_ui(ui: &mut Ui, cx: &ViewContext<'_>, status: ProposalStatus) {
    let tokens = cx.tokens;
    let (key, ink, fill) = match status {
        ProposalStatus::Asked => ("gov-status-asked", tokens.ink_soft, tokens.selected),
        ProposalStatus::Open => ("gov-status-open", tokens.accent, tokens.selected),
        ProposalStatus::Accepted => ("gov-status-accepted", tokens.surface, tokens.good),
        ProposalStatus::Rejected => ("gov-status-rejected", tokens.on_danger, tokens.danger),
        ProposalStatus::Disputed => ("gov-status-disputed", tokens.notice, tokens.notice_surface),
    };
    widgets::badge(ui, ink, fill, &cx.t(key));
}
