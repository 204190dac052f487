//! What was erased, in each community and on one's own behalf.

use super::{governance::communities, spaces::may_moderate};
use communaut_node::api::Snapshot;
use communaut_protocol::{
    DeviceId, ElementId, EntryId, IdentityId, Scope,
    fold::{ErasureView, ScopeView},
};
use std::collections::BTreeMap;

/// Milliseconds for which a moderator's erasure is only hidden (SPEC.md §7.5).
const HIDDEN_MS: i64 = 7 * 24 * 3_600_000;

/// One act of erasing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedItem {
    /// The entry that erases.
    pub erasure: EntryId,
    /// Who wrote what was erased; unknown until their identity has come.
    pub author: Option<IdentityId>,
    /// How many entries.
    pub entries: usize,
    /// Who erased.
    pub by: IdentityId,
    /// Whether its own author did; otherwise a moderator.
    pub own: bool,
    /// A few words; may be empty.
    pub reason: String,
    /// When, as who erased says: milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// Whether it was taken back.
    pub voided: bool,
}

impl ErasedItem {
    /// Until when it can be taken back; none: it cannot any more, or never could.
    #[must_use]
    pub fn voidable_until(&self, now_ms: i64) -> Option<i64> {
        let until = self.at_ms.saturating_add(HIDDEN_MS);
        (!self.own && !self.voided && now_ms < until).then_some(until)
    }
}

/// What was erased in one community; or, without one, elsewhere and by me or on my wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id and name.
    pub community: Option<(ElementId, String)>,
    /// Whether I may take a moderator's erasure back.
    pub may_void: bool,
    /// The newest first.
    pub lines: Vec<ErasedItem>,
}

/// All groups that are not empty: my communities, others, then what is mine.
#[must_use]
pub fn groups(snapshot: &Snapshot) -> Vec<Group> {
    if snapshot.scopes.values().all(|view| view.erasures.is_empty()) {
        return Vec::new();
    }
    let authors = authors(snapshot);
    let mut rest: BTreeMap<Scope, &ScopeView> = snapshot.scopes.iter().map(|(scope, view)| (*scope, view)).collect();
    let mut groups: Vec<Group> = Vec::new();
    for community in communities(snapshot) {
        let Some(view) = rest.remove(&community.scope) else { continue };
        let may_void = may_moderate(snapshot, &community.scope);
        groups.push(Group {
            community: Some((community.id, community.name)),
            may_void,
            lines: lines(view, &authors, |_| true),
        });
    }
    if let Some(me) = snapshot.me.as_ref().map(|me| me.id) {
        let (mut mine, mut may_void) = (Vec::new(), false);
        for (scope, view) in rest {
            let wall = scope.container == me.into();
            may_void |= wall;
            mine.extend(lines(view, &authors, |line| wall || line.by == me || line.author == Some(me)));
        }
        newest_first(&mut mine);
        groups.push(Group { community: None, may_void, lines: mine });
    }
    groups.retain(|group| !group.lines.is_empty());
    groups
}

/// Whose a device is or was.
fn authors(snapshot: &Snapshot) -> BTreeMap<DeviceId, IdentityId> {
    let all = snapshot.identities.iter();
    all.flat_map(|(id, view)| view.devices.keys().chain(view.out.keys()).map(|device| (*device, *id))).collect()
}

fn lines(
    view: &ScopeView,
    authors: &BTreeMap<DeviceId, IdentityId>,
    shown: impl Fn(&ErasedItem) -> bool,
) -> Vec<ErasedItem> {
    let mut by_act: BTreeMap<EntryId, ErasedItem> = BTreeMap::new();
    for (target, erased) in &view.erasures {
        let line = by_act.entry(erased.erasure).or_insert_with(|| line_of(erased));
        line.entries += 1;
        let author = if erased.own { Some(erased.by) } else { authors.get(&target.device).copied() };
        line.author = line.author.or(author);
    }
    let mut lines: Vec<ErasedItem> = by_act.into_values().filter(shown).collect();
    newest_first(&mut lines);
    lines
}

fn line_of(erased: &ErasureView) -> ErasedItem {
    ErasedItem {
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

fn newest_first(lines: &mut [ErasedItem]) {
    lines.sort_by_key(|line| std::cmp::Reverse((line.at_ms, line.erasure)));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture::{self, ME, NOW};

    #[test]
    fn what_was_erased_is_told_act_by_act() {
        let found = groups(&fixture::private());
        assert_eq!(found.len(), 2);
        let (id, name) = found[0].community.clone().unwrap();
        assert_eq!((name.as_str(), found[0].may_void), ("Community garden Kumpula", true));
        assert!(fixture::private().elements.contains_key(&id));
        let told: Vec<(usize, bool, bool, &str)> =
            found[0].lines.iter().map(|line| (line.entries, line.own, line.voided, line.reason.as_str())).collect();
        let wanted = [(1, false, false, "advertising"), (2, true, false, ""), (1, false, true, "a mistake")];
        assert_eq!(told, wanted, "two targets of one act are one line");
        assert!(found[0].lines[1].author == Some(found[0].lines[1].by));
        assert_eq!(found[1].community, None);
        assert_eq!(found[1].lines.len(), 1);
        assert_eq!(found[1].lines[0].by, ME);
        assert_eq!(groups(&fixture::helsinki()), []);
    }

    #[test]
    fn it_can_be_taken_back_for_seven_days() {
        let found = groups(&fixture::private());
        let hidden = &found[0].lines[0];
        assert_eq!(hidden.voidable_until(NOW), Some(hidden.at_ms + 604_800_000));
        assert_eq!(hidden.voidable_until(hidden.at_ms + 604_799_999), Some(hidden.at_ms + 604_800_000));
        assert_eq!(hidden.voidable_until(hidden.at_ms + 604_800_000), None);
        assert_eq!(found[0].lines[1].voidable_until(NOW), None, "an author's is for good");
        assert_eq!(found[0].lines[2].voidable_until(NOW), None, "taken back already");
    }
}
