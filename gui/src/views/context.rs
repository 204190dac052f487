//! What a view may see: a snapshot, texts, tokens, the selection; and where it puts its actions.

use crate::{
    locale::{Arg, Texts},
    logic::{Action, Clock, Commands, Preferences, Selection, format, governance::name_of},
    ui::{map::Basemap, tokens::Tokens},
};
use communaut_node::api::{Failure, IdentityInfo, Snapshot};
use communaut_protocol::{ElementId, IdentityId};
use std::collections::HashSet;

/// A view's surroundings, for one frame.
pub struct ViewContext<'a> {
    /// The replica.
    pub snapshot: &'a Snapshot,
    /// Who one is, with one's devices; none until the node has said it.
    pub identity: Option<&'a IdentityInfo>,
    /// What is asked, found and open.
    pub selection: &'a Selection,
    /// Whose names could be taken for another's.
    pub alike: &'a HashSet<ElementId>,
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
        if self.alike.contains(&id) { format!("{name} · {}", id.short()) } else { name.to_owned() }
    }
    /// A person's name as it is shown; until it is known, the beginning of their id.
    #[must_use]
    pub fn person(&self, id: IdentityId) -> String {
        self.called(id.into(), &name_of(self.snapshot, id))
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
