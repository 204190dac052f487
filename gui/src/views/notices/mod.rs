//! What a person has to know on whichever page they are: a line over the page, with the way to where it is mended.

use crate::{
    logic::{
        Action, Page, ViewContext,
        identity::{Concern, concern},
    },
    ui::{tokens::space, widgets},
};
use egui::{Frame, Label, Margin, Panel, RichText, Ui};

/// The lines' state.
#[derive(Default)]
pub struct NoticesView {}

impl NoticesView {
    /// Draw the lines, if there are any.
    pub fn ui(&mut self, ui: &mut Ui, cx: &mut ViewContext<'_>, page: Page) {
        let Some(concern) = cx.identity.and_then(concern) else { return };
        let (key, button, leads_to) = match concern {
            Concern::Out => ("notice-out", "notice-look", Page::Devices),
            Concern::Frozen => ("notice-frozen", "notice-look", Page::Devices),
            Concern::Phrase => ("notice-phrase", "notice-phrase-button", Page::Phrase),
        };
        // Where it is mended it is said at length.
        if page == leads_to {
            return;
        }
        let tokens = cx.tokens;
        let frame = Frame::new().fill(tokens.notice_surface).inner_margin(Margin::symmetric(16, 6));
        Panel::top("notices").frame(frame).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let words = cx.t(key);
            let say = |ui: &mut Ui| {
                ui.add(Label::new(RichText::new(words).color(tokens.notice)).wrap());
            };
            if widgets::line_with(ui, say, |ui| widgets::secondary(ui, &cx.t(button), true).clicked()) {
                cx.act(Action::Go(leads_to));
            }
        });
    }
}
