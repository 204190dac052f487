//! What this node's person goes to: what they claim places of, and where they are an organiser, say; and what of it is
//! at the same time as something else.

use super::{Agenda, Conflicts, Occurrence, told::occurrence};
use crate::{
    failure::Failure,
    modules::Read,
    snapshot::Snapshot,
    times::{DAY_MS, Stretch, Time, single, times},
};
use communaut_protocol::{
    ElementId, IdentityId,
    fold::{ClaimState, ElementView, Right, ScopeView},
    op::{LinkKind, LinkState, When},
};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

/// What an answer tells of at the same time: more than anybody weighs against each other.
const CONFLICTS_MAX: usize = 20;
/// Of a series without a day so many of the times to come are looked at, and so far ahead.
const LOOKED_AT: usize = 20;
const AHEAD_MS: i64 = 60 * DAY_MS;

/// To which times of an event somebody goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Goes {
    /// To every one.
    Always,
    /// To those that these days name.
    On(BTreeSet<i32>),
}

/// All that this node's person goes to, as far as it is held.
pub(crate) fn own(snapshot: &Snapshot) -> BTreeMap<ElementId, Goes> {
    let mut all = BTreeMap::new();
    let Some(me) = snapshot.overview.me.as_ref().map(|me| me.id) else { return all };
    for view in snapshot.scopes.values() {
        let goes = |kind| matches!(kind, LinkKind::Attendee | LinkKind::Organiser | LinkKind::Contributor);
        let links = view.links_from(me.into()).filter(|link| link.state == LinkState::Accepted && goes(link.kind));
        links.for_each(|link| drop(all.insert(link.target, Goes::Always)));
        for resource in claimed(view, me) {
            all.extend(claims(view, resource, me).map(|goes| (resource, goes)));
        }
    }
    all
}

/// Of what somebody has asked for places for themselves, whether they still do or not.
fn claimed(view: &ScopeView, me: IdentityId) -> Vec<ElementId> {
    let all = &view.claims.claims;
    let mut found = Vec::new();
    let mut next = all.get_min().map(|(key, _)| key.0);
    // From one resource to the next, whoever else asks for it.
    while let Some(resource) = next {
        let from = (resource, me, None, String::new(), Right::None);
        let own = all.range(from..).next().is_some_and(|(key, _)| (key.0, key.1) == (resource, me));
        found.extend(own.then_some(resource));
        let last = (resource, IdentityId([0xff; 32]), Some(i32::MAX), String::new(), Right::None);
        next = all.range(last..).map(|(key, _)| key.0).find(|other| *other != resource);
    }
    found
}

fn claims(view: &ScopeView, resource: ElementId, me: IdentityId) -> Option<Goes> {
    let claims = view.claims_on(resource);
    let has = |state| matches!(state, ClaimState::Coming | ClaimState::Confirmed | ClaimState::Asked);
    let own = claims.list.iter().filter(|one| one.claim.person == me && one.claim.said.guest.is_empty());
    let days: Vec<Option<i32>> = own.filter(|one| has(one.state)).map(|one| one.claim.said.occurrence).collect();
    if days.contains(&None) {
        return Some(Goes::Always);
    }
    (!days.is_empty()).then(|| Goes::On(days.into_iter().flatten().collect()))
}

/// The times of an event in a stretch to which somebody goes.
pub(super) fn times_of(when: &When, goes: &Goes, stretch: &Stretch, most: usize) -> Vec<Time> {
    let Goes::On(days) = goes else { return times(when, stretch, most) };
    let except = when.repeat.as_ref().map_or(&[][..], |repeat| &repeat.except);
    let there = days.iter().filter(|day| except.binary_search(day).is_err());
    there.filter_map(|day| single(when, *day)).flat_map(|one| times(&one, stretch, 1)).take(most).collect()
}

impl Read for Conflicts {
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<Occurrence>, Failure> {
        let held = snapshot.elements.get(&self.resource);
        let held =
            held.ok_or_else(|| Failure::not_found(format!("no element {} is held here", self.resource.short())))?;
        let Some(when) = &held.when else { return Ok(Vec::new()) };
        let all = own(snapshot);
        let mut found: Vec<(i64, ElementId, Occurrence)> = Vec::new();
        for time in self.times(when) {
            // What touches it, but does not end as it begins.
            let stretch = Stretch::new(time.start_ms, time.end_ms.max(time.start_ms.saturating_add(1)), &TimeZone::UTC);
            for (id, goes) in &all {
                let Some(element) = snapshot.elements.get(id).filter(|element| !belongs(element, held)) else {
                    continue;
                };
                let Some(other) = &element.when else { continue };
                let times = times_of(other, goes, &stretch, CONFLICTS_MAX).into_iter();
                let told = times.filter_map(|time| occurrence(snapshot, element, time));
                found.extend(told.map(|one| (one.start_ms, *id, one)));
            }
        }
        found.sort_by_key(|(start_ms, id, _)| (*start_ms, *id));
        found.dedup_by_key(|(start_ms, id, _)| (*start_ms, *id));
        Ok(found.into_iter().map(|(.., one)| one).take(CONFLICTS_MAX).collect())
    }
}

impl Conflicts {
    /// The times that are asked about.
    fn times(&self, when: &When) -> Vec<Time> {
        let to_ms = self.from_ms.saturating_add(AHEAD_MS);
        match (self.on, &when.repeat) {
            (Some(day), Some(_)) => {
                let one = single(when, day);
                let all = Stretch::new(i64::MIN, i64::MAX, &TimeZone::UTC);
                one.map(|one| times(&one, &all, 1)).unwrap_or_default()
            }
            (_, None) => times(when, &Stretch::new(i64::MIN, i64::MAX, &TimeZone::UTC), 1),
            (None, Some(_)) => times(when, &Stretch::new(self.from_ms, to_ms, &TimeZone::UTC), LOOKED_AT),
        }
    }
}

/// Whether both are one thing, or one a part of the other: a concert of the festival to which one goes.
fn belongs(element: &ElementView, held: &ElementView) -> bool {
    element.id == held.id || element.parent == Some(held.id) || held.parent == Some(element.id)
}

impl Agenda {
    /// What is shown of an event: all of its times, or those to which this node's person goes.
    pub(super) fn shown(
        &self,
        own: Option<&BTreeMap<ElementId, Goes>>,
        element: &ElementView,
        stretch: &Stretch,
        most: usize,
    ) -> Vec<Time> {
        let Some(when) = &element.when else { return Vec::new() };
        match own {
            None => times(when, stretch, most),
            Some(own) => own.get(&element.id).map(|goes| times_of(when, goes, stretch, most)).unwrap_or_default(),
        }
    }
}
