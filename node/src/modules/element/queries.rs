//! An element's page.

use super::{ElementDetail, Followers, Show};
use crate::{
    failure::Failure,
    modules::{Read, bounds, one, post::Reactions, same},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::{ElementView, PostView, ScopeView},
    op::{LinkKind, LinkState},
};
use std::sync::Arc;

/// Posts of a wall that one answer carries: more than anybody reads on.
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
        let own_space = snapshot.container(&element);
        let governance = own_space.and_then(|view| view.governance.clone());
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        Ok(Box::new(ElementDetail {
            owner_name: snapshot.name_of(element.owner),
            wall,
            reactions,
            proposals: governance.iter().flat_map(|g| g.proposals.iter().map(|proposal| proposal.id)).collect(),
            roles: governance.iter().flat_map(|g| g.roles.iter().map(|(id, role)| (*id, *role))).collect(),
            followers: scope.map(|scope| followers(scope, &element, me)).unwrap_or_default(),
            has_space: own_space.is_some(),
            may_moderate: snapshot.may_moderate(&element.scope),
            also: same::also(snapshot, &element),
            shown_as: snapshot.together.shown_as(element.id),
            likely: same::likely_of(snapshot, &element),
            may_bookmark: me.is_some_and(|me| scope.is_some_and(|scope| scope.may_bookmark(element.id, me))),
            element,
        }))
    }
}

/// Who follows an element, of all who are linked in its scope.
fn followers(scope: &ScopeView, element: &ElementView, me: Option<IdentityId>) -> Followers {
    let follows = |kind, state| kind == LinkKind::Follower && state == LinkState::Accepted;
    let links = scope.links.values().filter(|link| link.target == element.id && follows(link.kind, link.state));
    links.fold(Followers::default(), |found, link| Followers {
        count: found.count + 1,
        me: found.me || me.is_some_and(|me| link.source == me.into()),
    })
}
