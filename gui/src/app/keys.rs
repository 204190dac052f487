//! Keys that work everywhere, and one step back.

use super::App;
use crate::{
    logic::{Action, Page, Preferences, preferences::SIZES},
    views::{AllViews, pages},
};
use egui::{Context, Key, Modifiers, PointerButton};

impl App {
    /// Keys that work everywhere.
    pub(super) fn shortcuts(&mut self, ctx: &Context) {
        const DIGITS: [Key; 9] =
            [Key::Num1, Key::Num2, Key::Num3, Key::Num4, Key::Num5, Key::Num6, Key::Num7, Key::Num8, Key::Num9];
        for (key, (entry, _)) in DIGITS.into_iter().zip(pages::of_rail()) {
            if ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, key)) {
                self.perform(ctx, Action::Go(entry.page));
            }
        }
        let (back, forward) = ctx.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::ALT, key);
            let (back, forward) = (pressed(Key::ArrowLeft), pressed(Key::ArrowRight));
            let clicked = |button| input.pointer.button_pressed(button);
            (back || clicked(PointerButton::Extra1), forward || clicked(PointerButton::Extra2))
        });
        if back {
            self.perform(ctx, Action::Back);
        } else if forward {
            self.perform(ctx, Action::Forward);
        }
        let size = ctx.input_mut(|input| {
            let mut pressed = |key| input.consume_key(Modifiers::COMMAND, key);
            match (pressed(Key::Plus) || pressed(Key::Equals), pressed(Key::Minus), pressed(Key::Num0)) {
                (true, ..) => Some(self.preferences.sized(true)),
                (_, true, _) => Some(self.preferences.sized(false)),
                (.., true) => Some(Preferences { size: SIZES[0], ..self.preferences }),
                _ => None,
            }
        });
        if let Some(preferences) = size {
            self.perform(ctx, Action::Prefer(preferences));
        }
        let dropped = ctx.input(|input| input.raw.dropped_files.first().map(|file| file.path().to_owned()));
        if dropped.is_some() {
            self.perform(ctx, Action::OpenImport(dropped));
        }
        let typing = ctx.egui_wants_keyboard_input();
        let find = ctx.input_mut(|input| {
            input.consume_key(Modifiers::COMMAND, Key::F) || (!typing && input.consume_key(Modifiers::NONE, Key::Slash))
        });
        if find {
            self.perform(ctx, Action::Go(Page::Map));
            self.perform(ctx, Action::FocusSearch);
        }
        if !typing && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Home)) {
            self.perform(ctx, Action::Go(Page::Map));
            self.perform(ctx, Action::GoHome { only_at_first: false });
        }
        if !typing && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape)) {
            self.leave(ctx);
        }
    }

    /// Leave what lies on top; at last, what is chosen.
    fn leave(&mut self, ctx: &Context) {
        let page = self.page;
        if self.with_views(ctx, AllViews::back_over) {
            ctx.request_repaint();
        } else if page != pages::rail_page(page) {
            self.perform(ctx, Action::Go(pages::rail_page(page)));
        } else if page != Page::default() {
            self.perform(ctx, Action::Go(Page::default()));
        } else if self.with_views(ctx, |views, cx| views.back_in(page, cx)) {
            ctx.request_repaint();
        } else if self.selection.element.is_some() {
            self.perform(ctx, Action::Select(None));
        }
    }
}
