//! An element's page.

use super::{ElementDetail, Show};
use crate::{
    failure::Failure,
    modules::{Read, bounds, one, post::Reactions},
    snapshot::Snapshot,
};
use communaut_protocol::{ElementId, fold::PostView};
use std::sync::Arc;

/// Posts of a wall that one answer carries: the window reads on in the snapshot.
const WALL_MAX: usize = 1_000;

impl Read for Show {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<ElementDetail>, Failure> {
        let (from, to) = bounds(&self.id, "an element")?;
        let range = snapshot.elements.range(ElementId(from)..=ElementId(to));
        let element = one(&self.id, "element", range.map(|(_, element)| element.clone()))?;
        let scope = snapshot.scopes.get(&element.scope);
        let mut wall: Vec<Arc<PostView>> = Vec::new();
        if let Some(view) = scope {
            let posts = view.posts.values().rev().filter(|post| post.wall == Some(element.id));
            wall.extend(posts.take(WALL_MAX).cloned());
        }
        let reactions = wall.iter().map(|post| (post.id, Reactions::of(snapshot, post)));
        let reactions = reactions.filter(|(_, said)| !said.is_empty()).collect();
        let governance = snapshot.container(&element).and_then(|view| view.governance.clone());
        Ok(Box::new(ElementDetail {
            owner_name: snapshot.person(element.owner).map(|person| person.name.clone()).unwrap_or_default(),
            wall,
            reactions,
            proposals: governance.iter().flat_map(|g| g.proposals.iter().map(|proposal| proposal.id)).collect(),
            roles: governance.iter().flat_map(|g| g.roles.iter().map(|(id, role)| (*id, *role))).collect(),
            element,
        }))
    }
}
