//! What is probably the same and nobody has said so: offered to a person, who says yes or no.

use super::{
    Together,
    rule::{SAME_NAME_M, SIMILAR_NAME_M, Sight, Verdict, is_within},
};
use crate::{
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{Cell, Position, Scope, fold::ElementView, limits::SCOPE_CELL_MAX, op::Kind};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Digits that a phone number has at the least, by which two places are held to be one.
const PHONE_DIGITS_MIN: usize = 8;
/// Digits of a phone number that are compared: the rest is the country's, or a zero in its place.
const PHONE_DIGITS: usize = 9;
/// 1e-7 degrees of the squares in which neighbours are looked for: 222 m, wider than [`SAME_NAME_M`] up to 25°…
const SQUARE: i32 = 20_000;
/// …and so many squares to either side further north and south, up to 75°.
const ASIDE: i32 = 3;
/// Elements of one square that are held against each other: of a thousand in one house it is not all.
const SQUARE_MAX: usize = 64;
/// Pairs that are held against each other for one answer.
const PAIRS_MAX: usize = 4_000_000;

/// Two that are probably the same, and why.
pub(crate) type Pair = (Likeness, Arc<ElementView>, Arc<ElementView>);

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

/// Whether two are probably the same: of one kind, by two people or out of two data sets, near each other, under one
/// name; or nearer under nearly one name, or with the phone or the site of the other and a word of its name.
pub(crate) fn likeness(a: &ElementView, b: &ElementView) -> Option<Likeness> {
    let (at_a, at_b) = (a.position?, b.position?);
    if a.id == b.id || a.kind != b.kind || a.kind == Kind::Person || !is_within(at_a, at_b, SAME_NAME_M) {
        return None;
    }
    let source = |element: &ElementView| element.provenance.as_ref().map(|from| from.source.clone());
    if a.owner == b.owner && source(a) == source(b) {
        return None;
    }
    let (name_a, name_b) = (folded(&a.name), folded(&b.name));
    let (phone, website) = (same(phone_of(a), phone_of(b)), same(site_of(a), site_of(b)));
    let name = name_a == name_b;
    let similar = || is_within(at_a, at_b, SIMILAR_NAME_M) && is_similar(&name_a, &name_b);
    let word = || name_a.split(' ').any(|word| word.len() > 3 && name_b.split(' ').any(|other| other == word));
    let is_likely = name || similar() || (phone || website) && word();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within some hundred metres")]
    let metres = sphere::metres(at_a, at_b).round() as u32;
    is_likely.then_some(Likeness { name, phone, website, metres })
}

fn same(a: Option<String>, b: Option<String>) -> bool {
    a.is_some() && a == b
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

/// Whether a pair is to be offered: shown apart, in the open, and of which nobody whom one knows has said anything.
fn is_open(sight: &Sight<'_>, a: &ElementView, b: &ElementView) -> bool {
    let open = |element: &ElementView| element.scope.container.is_zero() && !element.sample;
    open(a) && open(b) && !matches!(sight.verdict(a, b), Some(Verdict::Other | Verdict::Same(_)))
}

/// What is probably the same as an element, the surest first.
pub(crate) fn of_element(
    sight: &Sight<'_>,
    together: &Together,
    element: &ElementView,
    most: usize,
) -> Vec<(Likeness, Arc<ElementView>)> {
    let Some(at) = element.position else { return Vec::new() };
    let mut found = Vec::new();
    let scopes = scopes_around(at, SQUARE, ASIDE * SQUARE);
    let near = scopes.iter().filter_map(|scope| sight.scopes.get(scope));
    for other in near.flat_map(|view| view.elements.values()) {
        let shown = other.is_shown() && !together.is_hidden(other.id) && sight.elements.contains_key(&other.id);
        if let Some(likeness) = likeness(element, other).filter(|_| shown && is_open(sight, element, other)) {
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

/// Pairs that are probably the same, in these cells (none: everywhere), the surest first; and how many there are. Pairs
/// across the border of two cells are on the pages of their elements alone.
pub(crate) fn all(
    sight: &Sight<'_>,
    together: &Together,
    inside: &dyn Fn(Position) -> bool,
    most: usize,
) -> (usize, Vec<Pair>) {
    let (mut total, mut found, mut pairs) = (0, Vec::new(), 0);
    for (scope, view) in sight.scopes {
        if !scope.container.is_zero() || Cell::len(scope.cell) != SCOPE_CELL_MAX {
            continue;
        }
        let mut squares: HashMap<(i32, i32), Vec<&Arc<ElementView>>> = HashMap::new();
        for element in view.elements.values().filter(|element| element.is_shown()) {
            let Some(at) = element.position.filter(|at| inside(*at)) else { continue };
            let (north, east) = (at.lat_e7.div_euclid(SQUARE), at.lon_e7.div_euclid(SQUARE));
            if together.is_hidden(element.id) || !sight.elements.contains_key(&element.id) {
                continue;
            }
            for other in (-1..=1).flat_map(|y| (-ASIDE..=ASIDE).map(move |x| (north + y, east + x))) {
                for other in squares.get(&other).into_iter().flatten().take(SQUARE_MAX) {
                    pairs += 1;
                    let likeness = likeness(element, other).filter(|_| is_open(sight, element, other));
                    if let Some(likeness) = likeness {
                        total += 1;
                        let (a, b) = if element.id < other.id { (element, *other) } else { (*other, element) };
                        found.push((likeness, a.clone(), b.clone()));
                    }
                }
            }
            squares.entry((north, east)).or_default().push(element);
            if pairs > PAIRS_MAX {
                break;
            }
            if found.len() > 4 * most {
                found.sort_by_key(|(likeness, a, b)| (likeness.order(), a.id, b.id));
                found.truncate(most);
            }
        }
    }
    found.sort_by_key(|(likeness, a, b)| (likeness.order(), a.id, b.id));
    found.truncate(most);
    (total, found)
}
