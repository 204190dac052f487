//! When two records say the same place, and which of them is shown.

use crate::{
    search::{fold::folded, is_similar},
    territory::sphere::{EARTH_RADIUS_M, chord2, unit},
};
use communaut_protocol::{
    ElementId, Hash, IdentityId, Position, Scope, Stamp,
    fold::{ElementView, LabelView, ScopeView},
    op::Kind,
};
use imbl::OrdMap;
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

/// Metres within which two of one name are the same: so much may maps differ about where something stands.
pub(crate) const SAME_NAME_M: f64 = 200.0;
/// Metres within which two with nearly the same name are.
pub(crate) const SIMILAR_NAME_M: f64 = 50.0;
/// Before the first half of the other's id, in the label by which somebody says that two are the same (SPEC.md §7.8).
const SAME: &str = "same-";
/// The same for two that are not.
const OTHER: &str = "other-";
/// Bytes of an id that a label names: nobody can make two that share them (2^64 hashes).
const NAMED_BYTES: usize = 16;
/// The label by which somebody says that what an element says was found to be so.
pub(crate) const STILL_RIGHT: &str = "still-right";

/// What the rule looks at.
#[derive(Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub elements: &'a OrdMap<ElementId, Arc<ElementView>>,
    pub scopes: &'a OrdMap<Scope, ScopeView>,
    /// Whose node it is.
    pub me: Option<IdentityId>,
    /// Those for whom they vouch.
    pub trusted: &'a BTreeSet<IdentityId>,
}

/// What somebody says of two elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// They are the same, and this one is to be shown.
    Same(ElementId),
    /// They are not.
    Other,
}

/// How the label names the other of two elements.
pub(crate) fn label(other: ElementId, same: bool) -> String {
    let hex: String = other.to_string().chars().take(2 * NAMED_BYTES).collect();
    format!("{}{hex}", if same { SAME } else { OTHER })
}

/// The ids that a label may name, if it says that two are the same or not.
pub(crate) fn named(label: &str) -> Option<(ElementId, ElementId)> {
    let hex = label.strip_prefix(SAME).or_else(|| label.strip_prefix(OTHER))?;
    let digits: Vec<u8> =
        hex.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    if digits.len() != 2 * NAMED_BYTES {
        return None;
    }
    let mut ends = [[0; 32], [0xff; 32]];
    for (at, pair) in digits.chunks_exact(2).enumerate() {
        let byte = pair.iter().fold(0, |byte, digit| byte << 4 | digit);
        for end in &mut ends {
            *end.get_mut(at)? = byte;
        }
    }
    let [from, to] = ends.map(ElementId);
    Some((from, to))
}

impl<'a> Sight<'a> {
    /// 0: one's own; 1: of somebody for whom one vouches; 2: a stranger's.
    pub fn class(&self, element: &ElementView) -> u8 {
        if Some(element.owner) == self.me {
            0
        } else if self.trusted.contains(&element.owner) {
            1
        } else {
            2
        }
    }

    /// Whose word on two elements counts: one's own, then that of those for whom one vouches.
    fn heard(&self) -> impl Iterator<Item = IdentityId> + use<'a> {
        self.me.into_iter().chain(self.trusted.iter().copied())
    }

    fn standing(&self, on: &ElementView, by: IdentityId, word: &str) -> Option<&'a Arc<LabelView>> {
        let said = self.scopes.get(&on.scope)?.labels.get(&(Hash(on.id.0), by, word.to_owned()))?;
        Some(said).filter(|said| !said.withdrawn)
    }

    /// Whether anybody has put any label on it.
    fn is_spoken_of(&self, on: &ElementView) -> bool {
        let hash = Hash(on.id.0);
        let labels = self.scopes.get(&on.scope).map(|view| &view.labels);
        let first = labels.and_then(|all| all.range((hash, IdentityId([0; 32]), String::new())..).next());
        first.is_some_and(|((of, ..), _)| *of == hash)
    }

    /// What one person says of two elements: their latest word.
    fn says(&self, by: IdentityId, a: &ElementView, b: &ElementView) -> Option<(Stamp, Verdict)> {
        let words =
            [(a, b, true), (b, a, true), (a, b, false), (b, a, false)].into_iter().filter_map(|(on, of, same)| {
                let said = self.standing(on, by, &label(of.id, same))?;
                let verdict = if same { Verdict::Same(on.id) } else { Verdict::Other };
                Some((said.stamp, said.entry, verdict))
            });
        words.max_by_key(|(stamp, entry, _)| (*stamp, *entry)).map(|(stamp, _, verdict)| (stamp, verdict))
    }

    /// What is said of two elements: one's own word, or else that of those for whom one vouches. Among these a doubt
    /// weighs more, since to show one for two hides one.
    pub fn verdict(&self, a: &ElementView, b: &ElementView) -> Option<Verdict> {
        // Of most nobody says anything, and that is told by one look at each.
        if !self.is_spoken_of(a) && !self.is_spoken_of(b) {
            return None;
        }
        if let Some((_, own)) = self.me.and_then(|me| self.says(me, a, b)) {
            return Some(own);
        }
        let mut found: Option<Verdict> = None;
        for (_, verdict) in self.trusted.iter().filter_map(|by| self.says(*by, a, b)) {
            found = match (found, verdict) {
                (_, Verdict::Other) => return Some(Verdict::Other),
                (Some(Verdict::Same(one)), Verdict::Same(other)) => Some(Verdict::Same(one.min(other))),
                (_, verdict) => Some(verdict),
            };
        }
        found
    }

    /// The less, the sooner it is shown, of records that may stand for each other: one's own; then of people whom one
    /// knows what more of these have found to be right, then what was written last.
    pub fn rank(&self, element: &ElementView) -> (u8, Reverse<usize>, Reverse<Stamp>, ElementId) {
        let right =
            |by: &IdentityId| self.standing(element, *by, STILL_RIGHT).is_some_and(|said| said.stamp > element.updated);
        let found = self.heard().filter(right).count();
        (self.class(element), Reverse(found), Reverse(element.updated), element.id)
    }
}

/// Whether it can be one of several records: imported, in the open, and no person's card.
pub(crate) fn may_be_one_of_several(element: &ElementView) -> bool {
    element.scope.container.is_zero() && !element.sample && element.kind != Kind::Person && !id_of(element).is_empty()
}

/// The id that its data set gives it.
pub(crate) fn id_of(element: &ElementView) -> &str {
    element.provenance.as_ref().map_or("", |from| from.id.as_str())
}

/// Whether two records of one id are of one thing: of one kind, with nearly one name, near each other. What a data set
/// is called does not matter: that is mostly a file's name. Not the id alone: files count from one.
pub(crate) fn is_same_record(a: &ElementView, b: &ElementView) -> bool {
    let (Some(at_a), Some(at_b)) = (a.position, b.position) else { return false };
    id_of(a) == id_of(b)
        && a.kind == b.kind
        && is_within(at_a, at_b, SAME_NAME_M)
        && match (folded(&a.name), folded(&b.name)) {
            (a, b) if a == b => true,
            (a, b) => is_within(at_a, at_b, SIMILAR_NAME_M) && is_similar(&a, &b),
        }
}

/// Whether two records say the same, word for word, so that it does not matter which of them is shown: their licence
/// too, or a copy would take the credit. What the data set is called apart: that is mostly a file's name.
pub(crate) fn says_the_same(a: &ElementView, b: &ElementView) -> bool {
    let from = |element: &ElementView| element.provenance.as_ref().map(|from| (from.id.clone(), from.licence.clone()));
    let same = differences(a, b).is_empty() && a.position == b.position && from(a) == from(b);
    same && a.unknown == b.unknown
}

/// The fields in which two records differ, by their numbers (SPEC.md §6); where each came from, and where they lie,
/// apart.
pub(crate) fn differences(a: &ElementView, b: &ElementView) -> Vec<u8> {
    let all = [
        (0, a.kind == b.kind),
        (1, a.name == b.name),
        (2, a.description == b.description),
        (4, a.address == b.address),
        (5, a.phone == b.phone),
        (6, a.email == b.email),
        (7, a.website == b.website),
        (8, a.opening_hours == b.opening_hours),
        (9, a.tags == b.tags),
        (10, a.when == b.when),
        (11, a.parent == b.parent),
        (15, a.blobs == b.blobs),
    ];
    all.into_iter().filter(|(_, same)| !same).map(|(key, _)| key).collect()
}

/// Whether two places lie within so many metres: the same answer on every machine.
pub(crate) fn is_within(a: Position, b: Position, metres: f64) -> bool {
    // Most lie further north or south, which needs no sines: 1e-7 degrees are 11.1 mm.
    if f64::from(a.lat_e7.abs_diff(b.lat_e7)) * 0.0111 > metres {
        return false;
    }
    let chord = metres / EARTH_RADIUS_M;
    chord2(unit(a), unit(b)) <= chord * chord
}
