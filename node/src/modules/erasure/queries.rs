//! What was erased, act by act.

use super::{ErasureGroup, ErasureGroups, ErasureLine};
use crate::{
    failure::Failure,
    modules::{Read, governance::Communities},
    snapshot::Snapshot,
};
use communaut_protocol::{
    DeviceId, EntryId, IdentityId, Scope,
    fold::{ErasureView, ScopeView},
};
use std::collections::BTreeMap;

impl Read for ErasureGroups {
    /// Groups that are not empty: one's communities, others, then what is one's own.
    fn read(&self, snapshot: &Snapshot) -> Result<Vec<ErasureGroup>, Failure> {
        let erased = snapshot.scopes.iter().filter(|(_, view)| !view.erasures.is_empty());
        let mut rest: BTreeMap<Scope, &ScopeView> = erased.map(|(scope, view)| (*scope, view)).collect();
        if rest.is_empty() {
            return Ok(Vec::new());
        }
        let authors = authors(snapshot);
        let mut groups: Vec<ErasureGroup> = Vec::new();
        for community in Communities.read(snapshot)? {
            let Some(view) = rest.remove(&community.scope) else { continue };
            groups.push(ErasureGroup {
                community: Some((community.id, community.name)),
                may_void: snapshot.may_moderate(&community.scope),
                lines: lines(view, &authors, |_| true),
            });
        }
        if let Some(me) = snapshot.overview.me.as_ref().map(|me| me.id) {
            let (mut mine, mut may_void) = (Vec::new(), false);
            for (scope, view) in rest {
                let wall = scope.container == me.into();
                may_void |= wall;
                mine.extend(lines(view, &authors, |line| wall || line.by == me || line.author == Some(me)));
            }
            newest_first(&mut mine);
            groups.push(ErasureGroup { community: None, may_void, lines: mine });
        }
        groups.retain(|group| !group.lines.is_empty());
        Ok(groups)
    }
}

/// Whose a device is or was.
fn authors(snapshot: &Snapshot) -> BTreeMap<DeviceId, IdentityId> {
    let all = snapshot.identities.iter();
    all.flat_map(|(id, view)| view.devices.keys().chain(view.out.keys()).map(|device| (*device, *id))).collect()
}

fn lines(
    view: &ScopeView,
    authors: &BTreeMap<DeviceId, IdentityId>,
    shown: impl Fn(&ErasureLine) -> bool,
) -> Vec<ErasureLine> {
    let mut by_act: BTreeMap<EntryId, ErasureLine> = BTreeMap::new();
    for erased in view.erasures.iter() {
        let line = by_act.entry(erased.erasure).or_insert_with(|| line_of(&erased));
        line.entries += 1;
        let author = if erased.own { Some(erased.by) } else { authors.get(&erased.target.device).copied() };
        line.author = line.author.or(author);
    }
    let mut lines: Vec<ErasureLine> = by_act.into_values().filter(shown).collect();
    newest_first(&mut lines);
    lines
}

fn line_of(erased: &ErasureView) -> ErasureLine {
    ErasureLine {
        erasure: erased.erasure,
        author: None,
        entries: 0,
        by: erased.by,
        own: erased.own,
        reason: erased.reason.clone(),
        at_ms: i64::try_from(erased.stamp.ms()).unwrap_or(i64::MAX),
        voided: erased.voided.is_some(),
    }
}

fn newest_first(lines: &mut [ErasureLine]) {
    lines.sort_by_key(|line| std::cmp::Reverse((line.at_ms, line.erasure)));
}
