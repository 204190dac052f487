//! Operations of programs of another year: kept whole, relayed, restated, erased as their number says, and folded to
//! nothing. SPEC.md §6.3.

use super::{Leafage, Restating, Rule, ScopeKind, Sealing};
use crate::codec::Raw;
use serde::Serialize;
use std::ops::RangeInclusive;

/// The number of a structure's field that says what a program has to know in order to understand the operation.
pub const NEEDS: u8 = 23;
/// The number of a structure's field that names the act in whose past its author writes: SPEC.md §6.5.
pub const UNDER: u8 = 22;
/// Features that this program knows. None has been needed yet.
pub const FEATURES: [u16; 0] = [];

/// An operation that is not understood here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnknownOp {
    /// Its number in headers.
    pub schema: u16,
    /// Its version.
    pub version: u8,
    /// What it says.
    pub said: Raw,
}

/// Numbers, and what holds of those of them that are not understood here. Ascending, without a gap.
pub const RANGES: [(RangeInclusive<u16>, Rule); 6] = [
    (0..=9, governing("identities", &[ScopeKind::Identity])),
    (10..=19, content("elements and posts")),
    (20..=39, governing("governance and keys", &[ScopeKind::Container])),
    (40..=1_023, content("content")),
    (1_024..=2_047, governing("governance of modules", &[ScopeKind::Container])),
    (2_048..=u16::MAX, content("content of modules and plugins")),
];

const fn content(name: &'static str) -> Rule {
    Rule {
        schema: 0,
        name,
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Kept,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    }
}

/// What rights may follow from: nothing of it is erased, or said again in a place where nothing governs.
const fn governing(name: &'static str, counts_in: &'static [ScopeKind]) -> Rule {
    Rule {
        schema: 0,
        name,
        counts_in,
        sealing: Sealing::Roster,
        for_persons: false,
        restating: Restating::Never,
        leaves: Leafage::Several,
        erasable: false,
        governs: false,
    }
}

/// What holds of a number that is not understood here.
#[must_use]
pub fn rule_of_range(schema: u16) -> &'static Rule {
    static ALL: [(RangeInclusive<u16>, Rule); 6] = RANGES;
    static REST: Rule = content("content of modules and plugins");
    ALL.iter().find(|(numbers, _)| numbers.contains(&schema)).map_or(&REST, |(_, rule)| rule)
}
