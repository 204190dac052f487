//! What a view may see: what the node is, what can be read of its replica, texts, tokens, the selection; and where it
//! puts its actions.

use crate::{
    locale::{Arg, Texts},
    logic::{Action, Clock, Commands, Preferences, Reading, Readings, Selection, format},
    ui::{map::Basemap, tokens::Tokens},
};
use communaut_node::api::{Alike, Card, Failure, IdentityInfo, Overview, Request};
use communaut_protocol::{ElementId, IdentityId};
use std::sync::Arc;

/// A view's surroundings, for one frame.
pub struct ViewContext<'a> {
    /// What the node is and does.
    pub overview: &'a Overview,
    /// What was read of the replica.
    pub readings: &'a Readings,
    /// Who one is, with one's devices; none until the node has said it.
    pub identity: Option<&'a IdentityInfo>,
    /// What is asked, found and open.
    pub selection: &'a Selection,
    /// Whose names could be taken for another's.
    pub alike: &'a Alike,
    /// The way to the node.
    pub commands: &'a Commands,
    /// Texts in the language chosen.
    pub texts: Texts,
    /// Language and theme as chosen.
    pub preferences: Preferences,
    /// Colours and distances.
    pub tokens: &'a Tokens,
    /// The time and its zone.
    pub clock: &'a Clock,
    /// The world under a map.
    pub basemap: &'a mut Basemap,
    /// What the view asks for.
    pub actions: &'a mut Vec<Action>,
}

impl ViewContext<'_> {
    /// A name as it is shown: with a part of its id, if it could be taken for another's.
    #[must_use]
    pub fn called(&self, id: ElementId, name: &str) -> String {
        if self.alike.0.contains(&id) { format!("{name} · {}", id.short()) } else { name.to_owned() }
    }
    /// The answer to a question about the replica, as far as it is known. To be read in each frame that draws it.
    #[must_use]
    pub fn read<R: Request>(&self, question: R) -> Reading<R::Reply> {
        self.readings.read(self.commands, question)
    }
    /// What is known of a person or an element; none until it is answered.
    #[must_use]
    pub fn card(&self, id: ElementId) -> Option<Arc<Card>> {
        self.readings.card(id)
    }
    /// A person's name as it is shown: dots until the node has said it, the beginning of their id if it knows none.
    #[must_use]
    pub fn person(&self, id: IdentityId) -> String {
        match self.card(id.into()) {
            Some(card) if card.name.is_empty() => self.called(id.into(), &id.short()),
            Some(card) => self.called(id.into(), &card.name),
            None => "…".to_owned(),
        }
    }
    /// The text of a key.
    #[must_use]
    pub fn t(&self, key: &'static str) -> String {
        self.texts.t(key)
    }
    /// The text of a key with arguments.
    #[must_use]
    pub fn tr(&self, key: &'static str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.texts.tr(key, args)
    }
    /// Ask for something.
    pub fn act(&mut self, action: Action) {
        self.actions.push(action);
    }
    /// A failure in the person's language.
    #[must_use]
    pub fn failure(&self, failure: &Failure) -> String {
        format::failure(self.texts, failure)
    }
    /// Say something for a few seconds at the bottom of the window.
    pub fn notify(&mut self, words: String) {
        self.actions.push(Action::Notify(words));
    }
}
