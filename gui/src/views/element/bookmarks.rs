//! Links of the web kept on an element's page, and a form to keep another.

use crate::{
    logic::{Asked, format},
    ui::{icons::Icon, tokens::space, widgets},
    views::ViewContext,
};
use communaut_node::api::{BookmarkDetail, Bookmarks, KeepBookmark, RemoveBookmark};
use communaut_protocol::{
    ElementId,
    limits::{FIELD_MAX, NAME_MAX},
};
use egui::{Label, RichText, Ui};

/// Links laid out at once; more are shown on demand.
const SHOWN_MAX: usize = 20;

/// The links of the page that is open.
#[derive(Default)]
pub struct Links {
    /// On whose page.
    open: Option<ElementId>,
    /// What is being typed.
    form: Option<Form>,
    failure: Option<String>,
    all: bool,
    keeping: Asked<KeepBookmark, ElementId>,
    removing: Asked<RemoveBookmark, ElementId>,
}

#[derive(Default)]
struct Form {
    url: String,
    title: String,
    note: String,
}

impl Links {
    /// Take the replies that have come.
    pub fn take_replies(&mut self, cx: &mut ViewContext<'_>) {
        let open = self.open;
        match self.keeping.take_for() {
            Some((of, Ok(_))) if open == Some(of) => (self.form, self.failure) = (None, None),
            // What was typed stays.
            Some((of, Err(failure))) if open == Some(of) => self.failure = Some(cx.failure(&failure)),
            // Of a page that was left meanwhile: said over the window.
            Some((_, Err(failure))) => cx.notify(cx.failure(&failure)),
            Some((_, Ok(_))) | None => {}
        }
        match self.removing.take_for() {
            Some((of, Ok(_))) if open == Some(of) => self.failure = None,
            Some((of, Err(failure))) if open == Some(of) => self.failure = Some(cx.failure(&failure)),
            Some((_, Err(failure))) => cx.notify(cx.failure(&failure)),
            Some((_, Ok(_))) | None => {}
        }
    }

    /// Draw them. Nothing where none are kept and one may not keep any.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, on: ElementId, may: bool) {
        if self.open != Some(on) {
            (self.open, self.failure, self.form, self.all) = (Some(on), None, None, false);
        }
        let me = cx.overview.me.as_ref().map(|me| me.id);
        let reading = cx.read(Bookmarks { on });
        let unread = reading.failure.as_ref().map(|failure| cx.failure(failure));
        let awaited = reading.is_awaited();
        let links = reading.value.unwrap_or_default();
        if links.is_empty() && (!may || awaited) {
            return;
        }
        ui.add_space(space::M);
        let add = widgets::line_with(
            ui,
            |ui| drop(widgets::heading(ui, &cx.t("bookmarks-title"))),
            |ui| may && self.form.is_none() && ui.link(cx.t("bookmark-add")).clicked(),
        );
        if add {
            self.form = Some(Form::default());
        }
        for failure in self.failure.iter().chain(&unread) {
            widgets::error(ui, cx.tokens, failure);
        }
        if links.is_empty() && unread.is_none() {
            widgets::note(ui, cx.t("bookmarks-empty"));
        }
        let shown = if self.all { links.len() } else { SHOWN_MAX };
        for link in links.iter().take(shown) {
            self.link_ui(ui, cx, on, link, me == Some(link.author));
        }
        if links.len() > shown {
            let more = cx.tr("wall-more", &[("count", (links.len() - shown).into())]);
            self.all |= widgets::secondary(ui, &more, true).clicked();
        }
        self.form_ui(ui, cx, on);
    }

    fn link_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId, link: &BookmarkDetail, own: bool) {
        widgets::line_with(
            ui,
            |ui| {
                ui.hyperlink_to(&link.title, &link.url).on_hover_text(&link.url);
            },
            |ui| {
                let name = cx.tr("bookmark-remove", &[("title", (&link.title).into())]);
                let free = !self.removing.is_under_way_for(&on);
                if own && widgets::small_icon_button(ui, cx.tokens, Icon::Bin, &name).clicked() && free {
                    self.removing.send_for(cx.commands, on, RemoveBookmark { on, url: link.url.clone() });
                }
            },
        );
        ui.add_space(-space::XS);
        let at = i64::try_from(link.at_ms).unwrap_or(0);
        let ago = format::ago(cx.texts, at, cx.clock.now_ms(), cx.clock.zone());
        let who = if own { cx.t("owner-me") } else { cx.person(link.author) };
        let note = if link.note.is_empty() { String::new() } else { format!("{} — ", link.note) };
        ui.add(Label::new(RichText::new(format!("{note}{who} · {ago}")).small().weak()).wrap().selectable(true));
    }

    fn form_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, on: ElementId) {
        let Some(form) = &mut self.form else { return };
        let busy = self.keeping.is_under_way_for(&on);
        widgets::field(ui, &cx.t("bookmark-url"), &mut form.url, "https://", FIELD_MAX);
        widgets::field(ui, &cx.t("bookmark-name"), &mut form.title, "", NAME_MAX);
        widgets::area(ui, &cx.t("bookmark-note"), &mut form.note, "", FIELD_MAX, 2);
        let filled = !form.url.trim().is_empty() && !form.title.trim().is_empty();
        let mut close = false;
        ui.horizontal(|ui| {
            if widgets::primary(ui, cx.tokens, &cx.t("bookmark-keep"), filled && !busy).clicked() {
                let Form { url, title, note } = &*form;
                let (url, title, note) = (url.clone(), title.clone(), note.clone());
                self.keeping.send_for(cx.commands, on, KeepBookmark { on, url, title, note });
            }
            close = widgets::secondary(ui, &cx.t("cancel"), !busy).clicked();
        });
        if close {
            (self.form, self.failure) = (None, None);
        }
    }
}
