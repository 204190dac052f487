//! An element's page: what it is, where it comes from, links that are kept there, its wall.

mod bookmarks;
mod facts;
mod follow;
mod wall;

use super::{
    composer::{Composer, Wall},
    erase::{EraseDialog, Erasing},
};
use crate::{
    logic::{
        Action, Asked, Page,
        follow::{Followers, followers},
        format, keys,
        spaces::may_moderate,
    },
    ui::{
        icons::{self, Icon},
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{ElementDetail, Link, Retract, Show};
use communaut_protocol::{ElementId, fold::ElementView};
use egui::{RichText, ScrollArea, Ui};

/// The page's state.
#[derive(Default)]
pub struct ElementPage {
    composer: Composer,
    /// The element with its wall, as the node last said.
    detail: Option<ElementDetail>,
    /// For which element and which version of the replica it was asked.
    asked: Option<(ElementId, u64)>,
    failure: Option<String>,
    /// Its followers, for an element and a version of the replica.
    followers: Option<((ElementId, u64), Followers)>,
    /// Asked whether the element is really to be taken back.
    retracting: Option<ElementId>,
    erase: EraseDialog,
    links: bookmarks::Links,
    shown: Asked<Show, ElementId>,
    linking: Asked<Link, ElementId>,
    taking_back: Asked<Retract, ElementId>,
}

impl ElementPage {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.composer.take_replies(cx);
        self.erase.take_replies(cx);
        self.links.take_replies(cx);
        match self.shown.take_for() {
            Some((_, Ok(detail))) => (self.detail, self.failure) = (Some(*detail), None),
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.linking.take_for() {
            Some((_, Ok(_))) => self.failure = None,
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
        match self.taking_back.take_for() {
            Some((_, Ok(_))) => {
                cx.act(Action::Select(None));
                cx.notify(cx.t("retract-done"));
            }
            Some((_, Err(failure))) => self.failure = Some(cx.failure(&failure)),
            None => {}
        }
    }

    /// Draw the page of the selected element.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>) {
        let Some(id) = cx.selection.element else { return };
        self.ask(cx, id);
        let Some(element) = cx.snapshot.elements.get(&id).cloned() else {
            gone_ui(ui, cx);
            return;
        };
        self.bar_ui(ui, cx, &element);
        ScrollArea::vertical().id_salt(("element", id)).auto_shrink(false).show(ui, |ui| {
            head_ui(ui, cx, &element);
            let followers = self.followers(cx, &element);
            follow::follow_ui(ui, cx, &element, followers, &mut self.linking);
            if let Some(failure) = &self.failure {
                widgets::error(ui, cx.tokens, failure);
            }
            facts::facts_ui(ui, cx, &element);
            let detail = self.detail.as_ref().filter(|detail| detail.element.id == id);
            if let Some(detail) = detail {
                decisions_ui(ui, cx, detail);
            }
            self.links.ui(ui, cx, &element);
            ui.add_space(space::M);
            widgets::heading(ui, &cx.t("wall-title"));
            self.composer.ui(ui, cx, id, wall_of(&element));
            match detail {
                Some(detail) => wall::wall_ui(ui, cx, &detail.wall, &mut self.erase),
                None => {
                    widgets::note(ui, cx.t("wall-loading"));
                }
            }
            ui.add_space(space::L);
        });
        self.retract_ui(ui, cx, &element);
        self.erase.ui(ui, cx);
    }

    /// Ask for the wall when another element is open or the replica has changed.
    fn ask(&mut self, cx: &ViewContext<'_>, id: ElementId) {
        let wanted = (id, cx.snapshot.version);
        if self.asked == Some(wanted) || self.shown.is_under_way_for(&id) {
            return;
        }
        if self.asked.is_none_or(|(before, _)| before != id) {
            self.failure = None;
        }
        self.asked = Some(wanted);
        self.shown.send_for(cx.commands, id, Show { id: id.to_string() });
    }

    /// The followers, counted once for each version of the replica.
    fn followers(&mut self, cx: &ViewContext<'_>, element: &ElementView) -> Followers {
        let of = (element.id, cx.snapshot.version);
        match self.followers {
            Some((held, followers)) if held == of => followers,
            _ => {
                let found = followers(cx.snapshot, element);
                self.followers = Some((of, found));
                found
            }
        }
    }

    fn bar_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, element: &ElementView) {
        let own = cx.snapshot.me.as_ref().is_some_and(|me| me.id == element.owner);
        // The card of a space says who founded it: it stays.
        let hides = !own && cx.snapshot.container(element).is_none() && may_moderate(cx.snapshot, &element.scope);
        ui.horizontal(|ui| {
            if widgets::icon_button(ui, cx.tokens, Icon::Back, &cx.t("element-close")).clicked() {
                cx.act(Action::Select(None));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if own {
                    let card = element.id == element.owner.into();
                    if !card && widgets::icon_button(ui, cx.tokens, Icon::Bin, &cx.t("retract")).clicked() {
                        self.retracting = Some(element.id);
                    }
                    if widgets::icon_button(ui, cx.tokens, Icon::Pencil, &cx.t("element-edit")).clicked() {
                        cx.act(if card { Action::Go(Page::Settings) } else { Action::Edit(Some(element.id)) });
                    }
                }
                if hides && widgets::icon_button(ui, cx.tokens, Icon::Hide, &cx.t("hide")).clicked() {
                    self.erase.ask(erasing(element, false));
                }
                if let Some(at) = element.position
                    && widgets::icon_button(ui, cx.tokens, Icon::Target, &cx.t("element-on-map")).clicked()
                {
                    cx.act(Action::CentreMap(at));
                }
            });
        });
    }

    fn retract_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>, element: &ElementView) {
        if self.retracting != Some(element.id) {
            return;
        }
        let mut open = true;
        let leave = widgets::modal(ui, "retract", 380.0, |ui| {
            widgets::heading(ui, &cx.tr("retract-title", &[("name", (&element.name).into())]));
            ui.add(egui::Label::new(cx.t("retract-explain")).wrap());
            // What has a space of its own is taken back and no more: its card says who founded it.
            if cx.snapshot.container(element).is_none() && ui.link(cx.t("erase-instead")).clicked() {
                self.erase.ask(erasing(element, true));
                open = false;
            }
            ui.add_space(space::S);
            ui.horizontal(|ui| {
                if widgets::dangerous(ui, cx.tokens, &cx.t("retract-confirm"), true).clicked() {
                    self.taking_back.send_for(cx.commands, element.id, Retract { id: element.id });
                    open = false;
                }
                if widgets::secondary(ui, &cx.t("cancel"), true).clicked() {
                    open = false;
                }
            });
        });
        if !open || leave {
            self.retracting = None;
        }
    }
}

/// Who can be said to read what is written on its wall.
fn wall_of(element: &ElementView) -> Wall {
    if element.scope.is_closed() {
        Wall::Closed
    } else if element.scope.container == element.id {
        Wall::Space
    } else {
        Wall::Open
    }
}

fn erasing(element: &ElementView, own: bool) -> Erasing {
    Erasing { id: element.id.to_string(), what: element.name.clone(), own, page: true }
}

fn gone_ui(ui: &mut Ui, cx: &mut ViewContext<'_>) {
    let (what, next, back) = (cx.t("element-gone"), cx.t("element-gone-next"), cx.t("element-close"));
    if widgets::empty(ui, cx.tokens, Icon::Pin, &what, &next, Some(&back)) {
        cx.act(Action::Select(None));
    }
}

/// Name, kind, distance, and that it is a sample.
fn head_ui(ui: &mut Ui, cx: &ViewContext<'_>, element: &ElementView) {
    let called = cx.called(element.id, &element.name);
    let name = ui.add(egui::Label::new(RichText::new(&called).size(text::TITLE)).wrap());
    name.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, &called));
    ui.horizontal_wrapped(|ui| {
        icons::show(ui, Icon::from(element.kind), 16.0, cx.tokens.mark(element.kind));
        ui.label(RichText::new(cx.t(keys::kind(element.kind))).color(cx.tokens.mark(element.kind)));
        if let (Some(me), Some(at)) = (&cx.snapshot.me, element.position)
            && element.id != me.id.into()
        {
            let away = format::distance(cx.texts, format::metres(me.home, at));
            ui.label(RichText::new(cx.tr("element-away", &[("distance", away.into())])).color(cx.tokens.ink_soft));
        }
        if element.scope.is_closed() {
            icons::mark(ui, Icon::Lock, 14.0, cx.tokens.accent, &cx.t("private-members"));
        }
        if element.sample {
            widgets::badge(ui, cx.tokens.notice, cx.tokens.notice_surface, &cx.t("sample"))
                .on_hover_text(cx.t("sample-explain"));
        }
    });
    ui.add_space(space::S);
}

/// For an organisation or project: its members and proposals, and the way to them.
fn decisions_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, detail: &ElementDetail) {
    if detail.roles.is_empty() && detail.proposals.is_empty() {
        return;
    }
    ui.add_space(space::S);
    ui.horizontal_wrapped(|ui| {
        let members = cx.tr("element-members", &[("count", detail.roles.len().into())]);
        let proposals = cx.tr("element-proposals", &[("count", detail.proposals.len().into())]);
        ui.label(format!("{members} · {proposals}"));
        if ui.link(cx.t("element-decisions")).clicked() {
            cx.act(Action::Go(Page::Governance));
        }
    });
}
