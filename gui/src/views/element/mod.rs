//! An element's page: what it is, where it comes from, links that are kept there, its wall.

mod also;
mod bookmarks;
mod coming;
mod facts;
mod follow;
mod freshness;
mod hours;
mod wall;

use super::{
    composer::{Composer, Wall},
    erase::{EraseDialog, Erasing},
};
use crate::{
    logic::{Action, Asked, Page, format, keys},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        tokens::{space, text},
        widgets,
    },
    views::ViewContext,
};
use communaut_node::api::{ElementDetail, Failure, FailureCode, Link, Retract, Show};
use communaut_protocol::{ElementId, fold::ElementView};
use egui::{RichText, ScrollArea, Ui};

/// The page's state.
#[derive(Default)]
pub struct ElementPage {
    composer: Composer,
    /// The element that is shown, and why something that was done with it failed.
    shown: Option<ElementId>,
    failure: Option<String>,
    /// Asked whether the element is really to be taken back.
    retracting: Option<ElementId>,
    erase: EraseDialog,
    links: bookmarks::Links,
    coming: coming::Coming,
    freshness: freshness::Freshness,
    also: also::Also,
    hours: hours::Hours,
    linking: Asked<Link, ElementId>,
    taking_back: Asked<Retract, ElementId>,
}

impl ElementPage {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        self.composer.take_replies(cx);
        self.erase.take_replies(cx);
        self.links.take_replies(cx);
        self.coming.take_replies(cx);
        self.freshness.take_replies(cx);
        self.also.take_replies(cx);
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
        if self.shown != Some(id) {
            (self.shown, self.failure) = (Some(id), None);
        }
        let reading = cx.read(Show { id: id.to_string() });
        let Some(detail) = reading.value.filter(|_| !reading.failure.as_ref().is_some_and(is_gone)) else {
            match reading.failure {
                Some(failure) if is_gone(&failure) => gone_ui(ui, cx),
                failure => unread_ui(ui, cx, failure.as_ref()),
            }
            return;
        };
        let element = &detail.element;
        self.bar_ui(ui, cx, &detail);
        ScrollArea::vertical().id_salt(("element", id)).auto_shrink(false).show(ui, |ui| {
            head_ui(ui, cx, element);
            follow::follow_ui(ui, cx, element, detail.followers, &mut self.linking);
            let unread = reading.failure.as_ref().map(|failure| cx.failure(failure));
            for failure in self.failure.iter().chain(&unread) {
                widgets::error(ui, cx.tokens, failure);
            }
            facts::facts_ui(ui, cx, element, &mut self.hours);
            self.also.ui(ui, cx, &detail);
            self.freshness.ui(ui, cx, element);
            decisions_ui(ui, cx, &detail);
            self.coming.ui(ui, cx, element);
            self.links.ui(ui, cx, element.id, detail.may_bookmark);
            ui.add_space(space::M);
            widgets::heading(ui, &cx.t("wall-title"));
            self.composer.ui(ui, cx, id, wall_of(element));
            wall::wall_ui(ui, cx, &detail.wall, detail.may_moderate, &mut self.erase);
            ui.add_space(space::L);
        });
        self.retract_ui(ui, cx, &detail);
        self.erase.ui(ui, cx);
    }

    fn bar_ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, detail: &ElementDetail) {
        let element = &detail.element;
        let own = cx.overview.is_me(element.owner);
        // The card of a space says who founded it: it stays.
        let hides = !own && !detail.has_space && detail.may_moderate;
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
                        cx.act(if card { Action::Go(Page::Settings) } else { Action::Edit(Some(element.clone())) });
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

    fn retract_ui(&mut self, ui: &Ui, cx: &mut ViewContext<'_>, detail: &ElementDetail) {
        let element = &detail.element;
        if self.retracting != Some(element.id) {
            return;
        }
        let mut open = true;
        let leave = widgets::modal(ui, "retract", 380.0, |ui| {
            widgets::heading(ui, &cx.tr("retract-title", &[("name", (&element.name).into())]));
            ui.add(egui::Label::new(cx.t("retract-explain")).wrap());
            // What has a space of its own is taken back and no more: its card says who founded it.
            if !detail.has_space && ui.link(cx.t("erase-instead")).clicked() {
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

fn is_gone(failure: &Failure) -> bool {
    failure.code == FailureCode::NotFound
}

/// Nothing of it is known yet; with why, if there is a reason.
fn unread_ui(ui: &mut Ui, cx: &mut ViewContext<'_>, failure: Option<&Failure>) {
    if widgets::icon_button(ui, cx.tokens, Icon::Back, &cx.t("element-close")).clicked() {
        cx.act(Action::Select(None));
    }
    match failure {
        Some(failure) => widgets::error(ui, cx.tokens, &cx.failure(failure)),
        None => drop(widgets::note(ui, cx.t("wall-loading"))),
    }
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
    let name = ui.add(egui::Label::new(strong(&called, text::TITLE)).wrap());
    name.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Heading, true, &called));
    ui.horizontal_wrapped(|ui| {
        icons::show(ui, Icon::from(element.kind), 16.0, cx.tokens.mark(element.kind));
        ui.label(RichText::new(cx.t(keys::kind(element.kind))).color(cx.tokens.mark(element.kind)));
        if let (Some(me), Some(at)) = (&cx.overview.me, element.position)
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
