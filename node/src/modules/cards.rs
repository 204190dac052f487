//! Who and what ids stand for: names and elements, many with one request. A list of posts or votes holds ids alone.

use super::Read;
use crate::{failure::Failure, snapshot::Snapshot};
use communaut_protocol::{ElementId, IdentityId, fold::ElementView};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Ids of one request: more than a window shows at once.
pub const CARDS_MAX: usize = 1_000;

/// What is known of people and elements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// Which; a person by the id of their card. At most [`CARDS_MAX`].
    pub ids: Vec<ElementId>,
}

/// What is known of a person or an element.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which.
    pub id: ElementId,
    /// A person's name by their profile, otherwise the element's; empty: not known yet.
    pub name: String,
    /// The element, where it is shown.
    pub element: Option<Arc<ElementView>>,
}

impl Read for Cards {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<Card>, Failure> {
        if self.ids.len() > CARDS_MAX {
            return Err(Failure::invalid(format!("{} ids are asked for, at most {CARDS_MAX} may be", self.ids.len())));
        }
        let card = |id: &ElementId| {
            let element = snapshot.elements.get(id).cloned();
            let profile = snapshot.name_of(IdentityId(id.0));
            let named = || element.as_ref().map(|element| element.name.clone()).unwrap_or_default();
            let name = if profile.is_empty() { named() } else { profile };
            Card { id: *id, name, element }
        };
        Ok(self.ids.iter().map(card).collect())
    }
}
