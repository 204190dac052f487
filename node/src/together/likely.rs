//! What is probably the same and nobody has said so: offered to a person, who says yes or no.

use super::{
    Together,
    rule::{SAME_NAME_M, SIMILAR_NAME_M, Sight, Verdict, is_within},
};
use crate::{
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{Position, Scope, fold::ElementView, op::Kind};
use serde::{Deserialize, Serialize};
use std::{cmp::Reverse, collections::BTreeSet, sync::Arc};

/// Digits that a phone number has at the least, by which two places are held to be one.
const PHONE_DIGITS_MIN: usize = 8;
/// Digits of a phone number that are compared: the rest is the country's, or a zero in its place.
const PHONE_DIGITS: usize = 9;
/// 1e-7 degrees around an element in which others are looked for: 222 m, wider than [`SAME_NAME_M`]…
const NORTH: i32 = 20_000;
/// …and to the east and west, up to 70°.
const EAST: i32 = 3 * NORTH;

/// Elements about [`SAME_NAME_M`] around one that share its phone or site, beyond which these say nothing: a town's
/// site stands at all that is the town's. One place is told by a few sources.
pub(super) const SHARED_MAX: usize = 16;

/// Why two are probably the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    /// Whether the names are the same, not only nearly.
    pub name: bool,
    /// Whether the phone numbers are.
    pub phone: bool,
    /// Whether the sites are.
    pub website: bool,
    /// Metres between them.
    pub metres: u32,
}

impl Likeness {
    /// The less, the surer.
    pub(crate) fn order(&self) -> (Reverse<u8>, u32) {
        let reasons = 2 * u8::from(self.name) + u8::from(self.phone) + u8::from(self.website);
        (Reverse(reasons), self.metres)
    }
}

/// What an element says of itself by which it is compared.
pub(super) struct Said<'a> {
    pub element: &'a ElementView,
    pub at: Position,
    /// Folded.
    pub name: String,
    /// Its last digits.
    pub phone: Option<String>,
    pub site: Option<String>,
}

impl<'a> Said<'a> {
    pub fn of(element: &'a ElementView) -> Option<Self> {
        let at = element.position.filter(|_| element.kind != Kind::Person)?;
        let (phone, site) = (phone_of(element), site_of(element));
        Some(Self { element, at, name: folded(&element.name), phone, site })
    }
}

/// Whether two are probably the same: of one kind, by two people or out of two data sets, near each other, under one
/// name; or nearer under nearly one name, or with the phone or the site of the other and a word of its name.
pub(super) fn likeness(a: &Said<'_>, b: &Said<'_>) -> Option<Likeness> {
    let (one, other) = (a.element, b.element);
    if one.id == other.id || one.kind != other.kind || !is_within(a.at, b.at, SAME_NAME_M) {
        return None;
    }
    fn source(of: &ElementView) -> Option<&str> {
        of.provenance.as_ref().map(|from| from.source.as_str())
    }
    if one.owner == other.owner && source(one) == source(other) {
        return None;
    }
    let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let (name, phone, website) = (a.name == b.name, same(&a.phone, &b.phone), same(&a.site, &b.site));
    let similar = || is_within(a.at, b.at, SIMILAR_NAME_M) && is_similar(&a.name, &b.name);
    let word = || a.name.split(' ').any(|word| word.len() > 3 && b.name.split(' ').any(|other| other == word));
    let is_likely = name || (phone || website) && word() || similar();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within some hundred metres")]
    let metres = sphere::metres(a.at, b.at).round() as u32;
    is_likely.then_some(Likeness { name, phone, website, metres })
}

fn phone_of(element: &ElementView) -> Option<String> {
    let digits: Vec<char> = element.phone.chars().filter(char::is_ascii_digit).collect();
    let from = digits.len().saturating_sub(PHONE_DIGITS);
    (digits.len() >= PHONE_DIGITS_MIN).then(|| digits.iter().skip(from).collect())
}

fn site_of(element: &ElementView) -> Option<String> {
    let site = element.website.to_lowercase();
    let site = site.split_once("://").map_or(site.as_str(), |(_, rest)| rest);
    let site = site.strip_prefix("www.").unwrap_or(site).trim_end_matches('/');
    (!site.is_empty()).then(|| site.to_owned())
}

/// Whether an element is offered at all: it is shown, and no other one stands for it.
pub(super) fn is_offered(sight: &Sight<'_>, together: &Together, element: &ElementView) -> bool {
    let open = element.scope.container.is_zero() && !element.sample;
    open && element.is_shown() && !together.is_hidden(element.id) && sight.elements.contains_key(&element.id)
}

/// Whether nobody whom one knows has said anything of a pair.
pub(super) fn is_open(sight: &Sight<'_>, a: &ElementView, b: &ElementView) -> bool {
    !matches!(sight.verdict(a, b), Some(Verdict::Other | Verdict::Same(_)))
}

/// What is probably the same as an element, the surest first.
pub(crate) fn of_element(
    sight: &Sight<'_>,
    together: &Together,
    element: &ElementView,
    most: usize,
) -> Vec<(Likeness, Arc<ElementView>)> {
    let Some(mut said) = Said::of(element) else { return Vec::new() };
    let mut found = Vec::new();
    let scopes = scopes_around(said.at, NORTH, EAST);
    let near = scopes.iter().filter_map(|scope| sight.scopes.get(scope)).flat_map(|view| view.elements.values());
    let near = near.filter(|other| {
        let within = other.position.is_some_and(|at| is_within(at, said.at, SAME_NAME_M));
        within && is_offered(sight, together, other)
    });
    let near: Vec<&Arc<ElementView>> = near.collect();
    let is_shared = |own: &Option<String>, of: fn(&ElementView) -> Option<String>| {
        own.is_some() && near.iter().filter(|other| of(other) == *own).count() > SHARED_MAX + 1
    };
    if is_shared(&said.phone, phone_of) {
        said.phone = None;
    }
    if is_shared(&said.site, site_of) {
        said.site = None;
    }
    for other in near {
        let likeness = Said::of(other).and_then(|other| likeness(&said, &other));
        if let Some(likeness) = likeness.filter(|_| is_open(sight, element, other)) {
            found.push((likeness, other.clone()));
        }
        if found.len() > 4 * most {
            found.sort_by_key(|(likeness, other)| (likeness.order(), other.id));
            found.truncate(most);
        }
    }
    found.sort_by_key(|(likeness, other)| (likeness.order(), other.id));
    found.truncate(most);
    found
}

/// The open cells in which something near a place may lie: so far to the north and to the east at most, in 1e-7
/// degrees. A cell is larger.
pub(crate) fn scopes_around(at: Position, north: i32, east: i32) -> BTreeSet<Scope> {
    let row = |lat_e7: i32| {
        [-east, 0, east].map(|by| {
            let lon_e7 = at.lon_e7.saturating_add(by).clamp(-1_800_000_000, 1_800_000_000);
            Scope::open(Position { lat_e7: lat_e7.clamp(-900_000_000, 900_000_000), lon_e7 })
        })
    };
    [-north, 0, north].into_iter().flat_map(|by| row(at.lat_e7.saturating_add(by))).collect()
}
