//! A post, wherever it is shown: who, when, for whom, and what its author or a moderator may do with it.

use crate::{
    logic::{Action, format},
    ui::{
        fonts::strong,
        icons::{self, Icon},
        tokens::text,
        widgets,
    },
    views::{
        ViewContext,
        erase::{EraseDialog, Erasing},
    },
};
use communaut_protocol::{ElementId, fold::PostView, private::Class};
use egui::{Label, Ui};

/// Draw a post, which one may hide or not; `under` draws what stands under its text.
pub fn post_ui(
    ui: &mut Ui,
    cx: &mut ViewContext<'_>,
    (post, may_hide): (&PostView, bool),
    erase: &mut EraseDialog,
    under: impl FnOnce(&mut Ui, &mut ViewContext<'_>),
) {
    let tokens = cx.tokens;
    widgets::card(ui, tokens, |ui| {
        // A line of text, not of controls.
        ui.spacing_mut().interact_size.y = 18.0;
        let own = cx.overview.is_me(post.author);
        let hides = !own && may_hide;
        let mut author = None;
        let pressed = widgets::line_with(
            ui,
            |ui| author = head_ui(ui, cx, post, own),
            |ui| {
                let (icon, name) = if own { (Icon::Bin, "erase") } else { (Icon::Hide, "hide") };
                (own || hides) && widgets::small_icon_button(ui, tokens, icon, &cx.t(name)).clicked()
            },
        );
        if let Some(author) = author {
            cx.act(Action::Select(Some(author)));
        }
        if pressed {
            erase.ask(Erasing { id: post.id.to_string(), what: post.text.clone(), own, page: false });
        }
        ui.add(Label::new(&post.text).wrap().selectable(true));
        under(ui, cx);
    });
}

/// Who, when, for whom. The author's card, if it is to be shown.
fn head_ui(ui: &mut Ui, cx: &ViewContext<'_>, post: &PostView, own: bool) -> Option<ElementId> {
    let tokens = cx.tokens;
    let name = if own { cx.t("owner-me") } else { cx.person(post.author) };
    let card = ElementId::from(post.author);
    let mut pressed = false;
    if cx.card(card).is_some_and(|card| card.element.is_some()) {
        pressed = ui.link(strong(name, text::BODY)).clicked();
    } else {
        ui.label(strong(name, text::BODY));
    }
    let at = i64::try_from(post.stamp.ms()).unwrap_or(0);
    widgets::note(ui, format::ago(cx.texts, at, cx.clock.now_ms(), cx.clock.zone()));
    if let Some(by) = post.sealed {
        let key = if by.class == Class::Audience { "private-named" } else { "private-members" };
        icons::mark(ui, Icon::Lock, 14.0, tokens.accent, &cx.t(key));
    }
    if post.sample {
        widgets::badge(ui, tokens.notice, tokens.notice_surface, &cx.t("sample"));
    }
    pressed.then_some(card)
}
