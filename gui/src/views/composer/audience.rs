//! Who reads a post: everyone who reads the wall, or named persons.

use crate::{
    ui::{
        icons::Icon,
        tokens::space,
        widgets::{self, chip, field},
    },
    views::ViewContext,
};
use communaut_node::api::{People, PeopleFound};
use communaut_protocol::{IdentityId, limits::NAME_MAX};
use egui::{RichText, Ui};
use std::sync::Arc;

/// People offered at once: whoever is not among them is found by typing more of the name.
const OFFERED_MAX: usize = 6;
/// Persons who may be named: with more, it is a community.
const NAMED_MAX: usize = 64;

/// Where a post stands, as far as it matters who reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// Of something that has no space of its own: everyone reads.
    Open,
    /// In an open space: everyone, or named persons.
    Space,
    /// In a closed community: its members.
    Closed,
}

/// Who is chosen.
#[derive(Default)]
pub struct Audience {
    named: bool,
    chosen: Vec<(IdentityId, String)>,
    typed: String,
    /// Who fitted last: shown until it is known who does now.
    found: Arc<PeopleFound>,
}

impl Audience {
    /// Whether it is said who reads.
    pub fn is_said(&self) -> bool {
        !self.named || !self.chosen.is_empty()
    }
    /// For whom; empty: for everyone who can read where it stands.
    pub fn to(&self) -> Vec<IdentityId> {
        if self.named { self.chosen.iter().map(|(id, _)| *id).collect() } else { Vec::new() }
    }
    /// Whether anybody is chosen, or about to be.
    pub fn is_begun(&self) -> bool {
        self.named
    }

    /// Draw it.
    pub fn ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>, wall: Wall) {
        ui.label(RichText::new(cx.t("audience-title")).small());
        ui.add_space(-space::XS);
        let tokens = cx.tokens;
        if wall != Wall::Space {
            let key = if wall == Wall::Closed { "audience-members" } else { "audience-everyone" };
            widgets::note(ui, cx.t(key));
            return;
        }
        widgets::chips(ui, |ui| {
            if chip(ui, tokens, None, &cx.t("audience-everyone"), !self.named).clicked() {
                self.named = false;
            }
            let lock = Some((Icon::Lock, tokens.ink_soft));
            if chip(ui, tokens, lock, &cx.t("audience-named"), self.named).clicked() {
                self.named = true;
            }
        });
        if self.named {
            self.people_ui(ui, cx);
        }
    }

    fn people_ui(&mut self, ui: &mut Ui, cx: &ViewContext<'_>) {
        field(ui, &cx.t("audience-who"), &mut self.typed, &cx.t("gov-admit-who-hint"), NAME_MAX);
        let reading = cx.read(People { text: self.typed.clone(), outside: None, limit: OFFERED_MAX });
        let awaited = reading.is_awaited();
        if let Some(failure) = &reading.failure {
            widgets::error(ui, cx.tokens, &cx.failure(failure));
        }
        let told = awaited || reading.failure.is_some();
        self.found = reading.value.unwrap_or_else(|| self.found.clone());
        let found = self.found.clone();
        let mut toggled = None;
        widgets::chips(ui, |ui| {
            for (id, name) in &self.chosen {
                if chip(ui, cx.tokens, None, &cx.called((*id).into(), name), true)
                    .on_hover_text(id.to_string())
                    .clicked()
                {
                    toggled = Some((*id, name.clone()));
                }
            }
            for (id, name) in found.people.iter().filter(|(id, _)| !self.chosen.iter().any(|(held, _)| held == id)) {
                // Two may bear one name: the id tells them apart.
                if chip(ui, cx.tokens, None, &cx.called((*id).into(), name), false)
                    .on_hover_text(id.to_string())
                    .clicked()
                {
                    toggled = Some((*id, name.clone()));
                }
            }
        });
        if let Some((id, name)) = toggled {
            let before = self.chosen.len();
            self.chosen.retain(|(held, _)| *held != id);
            if self.chosen.len() == before && before < NAMED_MAX {
                self.chosen.push((id, name));
                self.typed.clear();
            }
        }
        if found.people.is_empty() && !told {
            widgets::note(ui, cx.t("gov-admit-nobody"));
        } else if found.more > 0 {
            widgets::note(ui, cx.tr("gov-admit-more", &[("count", found.more.into())]));
        }
        widgets::note(ui, cx.t("audience-explain"));
    }
}
