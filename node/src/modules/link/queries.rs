//! The links of a page, of all that is held: what stands at the target counts, and where that is not held the copy at
//! the source.

use super::{LINKS_MAX, LinkLine, LinksDetail, LinksOf};
use crate::{
    failure::Failure,
    modules::{Read, element::may_write},
    snapshot::Snapshot,
};
use communaut_protocol::{
    ElementId, IdentityId, Scope,
    fold::{LinkKey, LinkView},
    op::{Kind, LinkKind, LinkState},
};
use std::{collections::BTreeMap, sync::Arc};

/// Words on links by what these are known by, with the scope in which they stand.
type Found = BTreeMap<LinkKey, (Scope, Arc<LinkView>)>;

impl Read for LinksOf {
    fn read(&self, snapshot: &Snapshot) -> Result<LinksDetail, Failure> {
        let (mut to, mut from) = (Found::new(), Found::new());
        for (scope, view) in &snapshot.scopes {
            view.links_to(self.element).for_each(|link| put(snapshot, &mut to, scope, link));
            view.links_from(self.element).for_each(|link| put(snapshot, &mut from, scope, link));
        }
        let speaks = Speaks::of(snapshot);
        let (to, to_count) = lines(snapshot, &speaks, to, |link| link.source);
        let (from, from_count) = lines(snapshot, &speaks, from, |link| link.target);
        Ok(LinksDetail { to, to_count, from, from_count })
    }
}

/// Whether a link is told where its target stands.
fn at_target(snapshot: &Snapshot, scope: &Scope, link: &LinkView) -> bool {
    snapshot.scopes.get(scope).is_some_and(|view| view.elements.contains_key(&link.target))
}

fn put(snapshot: &Snapshot, found: &mut Found, scope: &Scope, link: &Arc<LinkView>) {
    let better = |held: &(Scope, Arc<LinkView>)| {
        let rank = |scope: &Scope, link: &LinkView| (at_target(snapshot, scope, link), link.stamp, link.entry);
        rank(scope, link) > rank(&held.0, &held.1)
    };
    if found.get(&link.key()).is_none_or(better) {
        found.insert(link.key(), (*scope, link.clone()));
    }
}

/// For what this node's person speaks.
struct Speaks<'s> {
    snapshot: &'s Snapshot,
    me: Option<IdentityId>,
}

impl<'s> Speaks<'s> {
    fn of(snapshot: &'s Snapshot) -> Self {
        Self { snapshot, me: snapshot.overview.me.as_ref().map(|me| me.id) }
    }
    fn for_element(&self, id: ElementId, at: &Scope) -> bool {
        let Some(me) = self.me else { return false };
        let writes = || {
            let held = self.snapshot.elements.get(&id)?;
            let is_space = self.snapshot.space_of(&held.scope) == held.id;
            let role = self.snapshot.my_role(&held.scope);
            Some(held.owner == me || held.scope == *at && may_write(held, me, role, is_space))
        };
        ElementId::from(me) == id || writes() == Some(true)
    }
}

fn lines(
    snapshot: &Snapshot,
    speaks: &Speaks<'_>,
    found: Found,
    other: impl Fn(&LinkView) -> ElementId,
) -> (Vec<LinkLine>, usize) {
    let ended = |link: &LinkView| matches!(link.state, LinkState::Refused | LinkState::Left);
    // A claim says that somebody comes; of a person with one the link of an attendee is passed over (SPEC.md §7.7).
    let claims = |scope: &Scope, link: &LinkView| {
        let view = snapshot.scopes.get(scope).filter(|_| link.kind == LinkKind::Attendee);
        view.is_some_and(|view| view.claim_of(link.target, IdentityId(link.source.0), None).is_some())
    };
    let shown = found.into_values().filter(|(scope, link)| !ended(link) && !claims(scope, link));
    let lines = shown.map(|(scope, link)| {
        let other = other(&link);
        let (name, other_kind) = known(snapshot, other, &scope);
        let [by_source, by_target] = [link.by_source, link.by_target].map(|word| word.map(|word| word.state));
        let may_answer = match link.state {
            LinkState::Invited => speaks.for_element(link.source, &scope),
            LinkState::Requested => speaks.for_element(link.target, &scope),
            LinkState::Accepted | LinkState::Refused | LinkState::Left => false,
        };
        LinkLine {
            other,
            name,
            other_kind,
            kind: link.kind,
            role: link.role.clone(),
            state: link.state,
            by_source,
            by_target,
            confirmed: at_target(snapshot, &scope, &link),
            may_answer,
            at_ms: link.stamp.ms(),
            entry: link.entry,
        }
    });
    let mut lines: Vec<LinkLine> = lines.collect();
    lines.sort_by(|a, b| (a.kind, &a.role, &a.name, a.other).cmp(&(b.kind, &b.role, &b.name, b.other)));
    let count = lines.len();
    lines.truncate(LINKS_MAX);
    (lines, count)
}

/// What is known of an element: itself, a person's profile, or what somebody said of it where the link stands.
fn known(snapshot: &Snapshot, id: ElementId, at: &Scope) -> (String, Option<Kind>) {
    if let Some(held) = snapshot.elements.get(&id) {
        return (held.name.clone(), Some(held.kind));
    }
    let profile = snapshot.name_of(IdentityId(id.0));
    if !profile.is_empty() {
        return (profile, Some(Kind::Person));
    }
    let stubs = snapshot.scopes.get(at).into_iter().flat_map(|view| view.stubs.range((id, IdentityId::ZERO)..));
    let of_it = stubs.take_while(|((of, _), _)| *of == id).map(|(_, stub)| stub);
    let best = of_it.max_by_key(|stub| (stub.is_of_owner(), stub.stamp, stub.entry));
    best.map(|stub| (stub.stub.name.clone(), Some(stub.stub.kind))).unwrap_or_default()
}
