//! An element's page.

use super::{CHANGED_MAX, ChangedTime, ElementDetail, Followers, PARTS_MAX, Show};
use crate::{
    failure::Failure,
    modules::{Read, bounds, one, post::Reactions, same},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::{ElementView, PostView, ScopeView},
    op::{LinkKind, LinkState, Role},
};
use std::{collections::BTreeMap, sync::Arc};

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
            let posts = view.posts.values().rev().filter(|post| post.wall == Some(element.id) && !post.room);
            wall.extend(posts.take(WALL_MAX).cloned());
        }
        let reactions = wall.iter().map(|post| (post.id, Reactions::of(snapshot, post)));
        let reactions = reactions.filter(|(_, said)| !said.is_empty()).collect();
        let own_space = snapshot.container(&element);
        let governance = own_space.and_then(|view| view.governance.clone());
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        let (parts, parts_count) = parts(snapshot, &element);
        let (changed, changed_count) = changed(snapshot, &element);
        Ok(Box::new(ElementDetail {
            part_of: element.parent.and_then(|parent| snapshot.elements.get(&parent)).cloned(),
            parts,
            parts_count,
            changed,
            changed_count,
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

/// What is a part of an element, and may be: of the same owner, in the same space, or by who contributes to it.
fn parts(snapshot: &Snapshot, element: &ElementView) -> (Vec<Arc<ElementView>>, usize) {
    let roles = snapshot.container(element).and_then(|view| view.governance.as_ref());
    let contributes = |who| roles.is_some_and(|held| held.roles.get(&who) >= Some(&Role::Contributor));
    let counts = |part: &ElementView| {
        let inside = !element.scope.container.is_zero() && part.scope == element.scope;
        part.owner == element.owner || inside || contributes(part.owner)
    };
    let all = snapshot.scopes.values().flat_map(|view| view.children_of(element.id));
    // What stands in two scopes while it moves is one.
    let shown = all.filter_map(|part| snapshot.elements.get(&part.id).filter(|shown| shown.scope == part.scope));
    // What takes the place of one time is told with the times.
    let shown = shown.filter(|part| part.id != element.id && part.instead.is_none() && counts(part));
    let mut parts: Vec<Arc<ElementView>> = shown.cloned().collect();
    let start = |part: &ElementView| part.when.as_ref().map_or(i64::MAX, |when| when.start_ms);
    parts.sort_by(|a, b| (start(a), &a.name, a.id).cmp(&(start(b), &b.name, b.id)));
    let count = parts.len();
    parts.truncate(PARTS_MAX);
    (parts, count)
}

/// The times of a series of which something else takes the place.
fn changed(snapshot: &Snapshot, series: &ElementView) -> (Vec<ChangedTime>, usize) {
    if series.when.as_ref().is_none_or(|when| when.repeat.is_none()) {
        return (Vec::new(), 0);
    }
    let mut all: BTreeMap<i32, Arc<ElementView>> = BTreeMap::new();
    for (scope, view) in &snapshot.scopes {
        for (day, element) in view.instead_of(series.id, series.owner) {
            let slot = all.entry(day).or_insert_with(|| element.clone());
            // Of several, what stands with the series.
            if *scope == series.scope {
                *slot = element;
            }
        }
    }
    let count = all.len();
    (all.into_iter().take(CHANGED_MAX).map(|(day, element)| ChangedTime { day, element }).collect(), count)
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
