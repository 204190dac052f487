//! Which door or street is meant.
//!
//! Any number of a text may be the door's: the one is, that neither the street's name nor the town's has. A town that
//! the map does not tell is believed where a place of that name lies there.

use super::{
    super::{
        found::{AddressFound, AddressesFound},
        held::Held,
        read::PackInfo,
    },
    APART,
    index::{Index, Line},
    number::Fits,
    query::{AddressQuery, AskedNumber},
};
use crate::{
    gazetteer::{self, PlaceKind},
    search::names::{NameHas, NameQuery, Reach},
    territory::sphere,
};
use communaut_protocol::Position;
use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
};

/// Addresses in one answer.
pub const ADDRESSES_MAX: usize = 100;
/// Streets of towns that are looked at door by door, the likeliest: more are called so only where next to nothing was
/// typed.
const LOOKED_AT_MAX: usize = 1_000;
/// Names that may have one word in common, which tells them apart all the same: in a village a tenth is less.
const FEW: usize = 10;
/// Metres from a street to the town that it is said to be in.
const TOWN_M: f64 = 30_000.0;

static READ: Held<Index> = Held::new();

/// Which addresses are wanted.
#[derive(Clone, Copy)]
pub struct AddressWish<'a> {
    /// The most.
    pub limit: usize,
    /// Where nothing is found as typed, what is nearly so.
    pub slips: bool,
    /// Of what a street is called something was typed that not every tenth street is called, as "rue" is.
    pub distinctive: bool,
    /// Only there.
    pub within: &'a dyn Fn(Position) -> bool,
}

impl AddressWish<'_> {
    /// All that are meant, wherever.
    #[must_use]
    pub fn all(limit: usize) -> Self {
        Self { limit, slips: true, distinctive: false, within: &|_| true }
    }
}

/// Doors of some maps that a text names: those of just that street first; where there is no such door, the street.
#[must_use]
pub fn find_address(packs: &[PackInfo], text: &str, wish: AddressWish<'_>) -> AddressesFound {
    let mut all = AddressesFound::default();
    let Some(query) = AddressQuery::of(text) else { return all };
    let mut indexes = Vec::new();
    for (pack, read) in READ.of(packs, Index::read) {
        match read {
            Ok(index) => {
                all.maps.push(pack.name.clone());
                indexes.push((pack, index));
            }
            Err(why) => all.unread.push((pack.name.clone(), why)),
        }
    }
    // Slips and towns that no map tells are thought of where nothing is found otherwise.
    for (near, elsewhere) in [(false, false), (false, true), (true, false), (true, true)] {
        if near && !wish.slips {
            break;
        }
        let mut found: Vec<Candidate> = Vec::new();
        for (pack, index) in &indexes {
            let search = Search { index, query: &query, near, elsewhere, wish };
            found.extend(search.all().into_iter().map(|one| one.of(pack)));
        }
        found.sort_by(|a, b| {
            (&a.rank, &a.found.name, &a.found.position).cmp(&(&b.rank, &b.found.name, &b.found.position))
        });
        all.found = once(found, wish.limit.min(ADDRESSES_MAX));
        if !all.found.is_empty() {
            break;
        }
    }
    all
}

/// A street stands in several lines: with towns and without, of several maps.
fn once(found: Vec<Candidate>, limit: usize) -> Vec<AddressFound> {
    let mut kept: Vec<Candidate> = Vec::new();
    for one in found {
        if kept.len() >= limit {
            break;
        }
        let known = |other: &&Candidate| other.street == one.street && near(other.found.position, one.found.position);
        let same = |other: &Candidate| !one.found.exact || other.found.name == one.found.name;
        if !kept.iter().filter(known).any(same) {
            kept.push(one);
        }
    }
    kept.into_iter().map(|one| one.found).collect()
}

fn near(a: Position, b: Position) -> bool {
    let apart = |a: i32, b: i32| i64::from(a.abs_diff(b));
    apart(a.lat_e7, b.lat_e7) < APART && apart(a.lon_e7, b.lon_e7) < APART
}

/// Of two that may be meant the lesser one is likelier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Words of the street's name that were not typed.
    untyped: usize,
    /// How its door is the one that was asked for; 3: there is none.
    door: u8,
    how: NameHas,
    /// The map does not tell its town.
    no_town: bool,
}

/// One that may be meant.
struct Candidate {
    rank: Rank,
    street: Box<str>,
    found: AddressFound,
}

impl Candidate {
    fn of(mut self, pack: &PackInfo) -> Self {
        (self.found.map, self.found.credit) = (pack.name.clone(), pack.credit.clone());
        self
    }
}

/// A look into one map.
struct Search<'a> {
    index: &'a Index,
    query: &'a AddressQuery,
    near: bool,
    /// Words may name a town of which the map knows nothing.
    elsewhere: bool,
    wish: AddressWish<'a>,
}

type Having = BTreeMap<u32, NameHas>;

/// Streets and towns that have one word.
struct Word {
    text: String,
    streets: Having,
    towns: Having,
}

impl Search<'_> {
    fn word(&self, query: &NameQuery, at: usize, text: &str, [streets, towns]: [Reach; 2]) -> Word {
        let streets = self.index.streets.table.having(query, at, streets);
        Word { text: text.to_owned(), streets, towns: self.index.towns.table.having(query, at, towns) }
    }

    fn words(&self) -> Vec<Word> {
        let reach = if self.near { Reach::Near } else { Reach::Begun };
        let Some(query) = &self.query.words else { return Vec::new() };
        let needed = query.words().enumerate().filter(|(_, (_, needed))| *needed);
        needed.map(|(at, (text, _))| self.word(query, at, text, [reach; 2])).collect()
    }

    /// Each number, with what has it for a name or postcode.
    fn numbers(&self) -> Vec<(&AskedNumber, Vec<Word>)> {
        let words = |(index, number): (usize, &AskedNumber)| {
            // Of what is typed last, a postcode is not whole yet; a number is the name of no other number.
            let town = if number.last && index > 0 { Reach::Begun } else { Reach::Whole };
            let Some(query) = &number.words else { return Vec::new() };
            let words = query.words().enumerate();
            words.map(|(at, (text, _))| self.word(query, at, text, [Reach::Whole, town])).collect()
        };
        self.query.numbers.iter().enumerate().map(|(index, number)| (number, words((index, number)))).collect()
    }

    fn all(&self) -> Vec<Candidate> {
        let (words, numbers) = (self.words(), self.numbers());
        // A street of numbers alone is found by them.
        let mut typed: HashMap<u32, usize> = HashMap::new();
        let of_numbers = numbers.iter().filter(|_| words.is_empty()).flat_map(|(_, words)| words);
        for street in words.iter().chain(of_numbers).flat_map(|word| word.streets.keys()) {
            *typed.entry(*street).or_default() += 1;
        }
        let of_towns = words.iter().filter(|word| self.elsewhere || !word.towns.is_empty()).count();
        let mut likely: Vec<(usize, u32)> = typed.into_iter().map(|(street, words)| (words, street)).collect();
        likely.retain(|(typed, _)| typed + of_towns >= words.len());
        let size = |street: u32| self.index.streets.table.size(street);
        likely.sort_unstable_by_key(|(typed, street)| (Reverse(*typed), size(*street), *street));
        let (mut looked_at, mut found) = (0, Vec::new());
        for line in likely.iter().flat_map(|(_, street)| self.index.lines_of(*street)) {
            if looked_at >= LOOKED_AT_MAX {
                break;
            }
            if let Some(one) = self.look(line, &words, &numbers) {
                looked_at += 1;
                found.push(one);
            }
        }
        found
    }

    /// Whether a word of the street's name was typed that few others have.
    fn is_distinctive(&self, line: &Line, words: &[Word]) -> bool {
        let most = (self.index.streets.table.len() / 10).max(FEW);
        words.iter().any(|word| word.streets.contains_key(&line.street) && word.streets.len() <= most)
    }

    fn look(&self, line: &Line, words: &[Word], numbers: &[(&AskedNumber, Vec<Word>)]) -> Option<Candidate> {
        let (mut how, mut in_street, mut unknown) = (NameHas::Typed, 0, Vec::new());
        for word in words {
            match (word.streets.get(&line.street), word.towns.get(&line.town)) {
                (Some(here), _) => {
                    in_street += 1;
                    how = how.max(*here);
                }
                (None, Some(here)) => how = how.max(*here),
                (None, None) if self.elsewhere => unknown.push(word.text.as_str()),
                (None, None) => return None,
            }
        }
        let (named, of_door) = sorted(line, numbers);
        in_street += named;
        if in_street == 0 || self.wish.distinctive && !self.is_distinctive(line, words) {
            return None;
        }
        let (name, place) = (self.index.streets.shown(line.street), self.index.towns.shown(line.town));
        let (postcode, city) = place.split_once(' ').unwrap_or_default();
        let untyped = self.index.streets.table.size(line.street).saturating_sub(in_street);
        if !unknown.is_empty() && (untyped > 0 || !lies_there(&unknown, line.at, !city.is_empty())) {
            return None;
        }
        let doors =
            of_door.iter().enumerate().filter_map(|(at, number)| Some((self.index.door(line, &number.door)?, at)));
        let door = doors.min_by_key(|((fits, ..), at)| (*fits, *at));
        // Another number is a postcode that the map does not tell, or means that this is not the street.
        let asked = door.map(|(_, at)| at).or_else(|| of_door.iter().position(|number| !number.maybe_postcode));
        let is_odd = |number: &AskedNumber| {
            let untold = number.maybe_postcode && postcode.is_empty();
            !(untold && may_be_there(number.door.from.value, line.at))
        };
        if of_door.iter().enumerate().any(|(at, number)| Some(at) != asked && is_odd(number)) {
            return None;
        }
        if !(self.wish.within)(door.map_or(line.at, |((_, _, at), _)| at)) {
            return None;
        }
        let exact = door.is_some_and(|((fits, ..), _)| fits < Fits::Beside);
        let beside = door.is_some() && !exact;
        let rank = match door {
            Some(((Fits::Same, ..), _)) => 0,
            Some(((Fits::Like, ..), _)) => 1,
            Some(((Fits::Beside, ..), _)) => 2,
            None if asked.is_some() => 3,
            None => 0,
        };
        let rank = Rank { untyped, door: rank, how, no_town: place.trim().is_empty() };
        let town = if place.trim().is_empty() { String::new() } else { format!(", {}", place.trim()) };
        let (number, position) =
            door.map_or((String::new(), line.at), |((_, number, at), _)| (format!("{number} "), at));
        let found =
            AddressFound { name: format!("{number}{name}{town}"), position, exact, beside, ..AddressFound::default() };
        Some(Candidate { rank, street: name.into(), found })
    }
}

/// How many numbers stand in the street's name, and those that stand neither there nor in the town's: the door's.
fn sorted<'a>(line: &Line, numbers: &[(&'a AskedNumber, Vec<Word>)]) -> (usize, Vec<&'a AskedNumber>) {
    // Of two that are equal the name has one: the other is the door's, rather the one with a letter.
    let lettered = |number: &AskedNumber| number.door.to.is_some() || !number.door.from.more.is_empty();
    let mut in_order: Vec<usize> = (0..numbers.len()).collect();
    in_order.sort_by_key(|at| numbers.get(*at).is_some_and(|(number, _)| lettered(number)));
    let (mut taken, mut named, mut left) = (Vec::new(), 0, Vec::new());
    for at in in_order {
        let Some((number, words)) = numbers.get(at) else { continue };
        let value = number.door.from.value;
        let is_named = !words.is_empty() && words.iter().all(|word| word.streets.contains_key(&line.street));
        let of_town = !words.is_empty() && words.iter().all(|word| word.towns.contains_key(&line.town));
        if (is_named || of_town) && !taken.contains(&value) {
            taken.push(value);
            named += usize::from(is_named);
        } else {
            left.push((at, *number));
        }
    }
    left.sort_by_key(|(at, _)| *at);
    (named, left.into_iter().map(|(_, number)| number).collect())
}

/// Whether a number may be the postcode of a place: it is none that is known elsewhere.
fn may_be_there(code: u32, at: Position) -> bool {
    let places = gazetteer::bundled();
    let found = places.find(&format!("{code:05}"), &places.wish("", Some(at)));
    found.is_none_or(|found| sphere::metres(found.place.position, at) <= TOWN_M)
}

/// Whether words name the place, or its country, in which something lies. `in_town`: its town is known, so they can only
/// be the country's, or a region's.
fn lies_there(words: &[&str], at: Position, in_town: bool) -> bool {
    let places = gazetteer::bundled();
    let wish = places.wish("", Some(at));
    let here = || places.nearest(at).map(|(place, _)| place.country);
    let lies = |name: &str| {
        let Some(found) = places.find(name, &wish).filter(|found| !found.mentioned) else { return false };
        match found.place.kind {
            PlaceKind::Country | PlaceKind::Region | PlaceKind::Departement => Some(found.place.country) == here(),
            _ if in_town => false,
            _ => sphere::metres(found.place.position, at) <= TOWN_M,
        }
    };
    lies(&words.join(" ")) || words.iter().all(|word| lies(word))
}
