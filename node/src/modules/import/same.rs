//! The same thing once: what a record of a file stands for of what is held of its data set. It is decided where the
//! file is read, off the node's loop, over what was held when the reading began.
//!
//! A record is known by its id. Where the file gives none, or gave none before, last year's and this year's directory
//! name a place by nearly the same name, nearly where it was. What the file names as it did before is the same as
//! before: so a record that lies near something held waits for the end of the file, and only what nothing else stands
//! for is taken for it, the nearest first. Which records come first makes no difference.

use super::{
    editions::Editions,
    held::{Held, PLACE_SQUARE, Square, around, hash, square},
};
use crate::{
    import::{ImportItem, ImportNote, ImportRecord, Reason, Taken, size},
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{
    IdentityId, Position, Scope,
    fold::ElementView,
    op::{When, element_id, import_seed},
};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

/// Names that a report repeats: the others are counted.
pub(super) const NAMES_SHOWN: usize = 20;

/// Metres within which two of the same name are the same: so much may maps differ about where something stands.
pub(crate) const SAME_NAME_M: f64 = 200.0;
/// Metres within which two of the same name and address are: so much may those differ who look up addresses.
const SAME_ADDRESS_M: f64 = 5_000.0;
/// Metres within which two with nearly the same name are, if they do not have different addresses.
pub(crate) const SIMILAR_NAME_M: f64 = 50.0;
/// 1e-7 degrees of the squares by which names are looked up: 11 km, wider than [`SAME_ADDRESS_M`] up to 60° north.
const NAME_SQUARE: i32 = 1_000_000;
/// What is held of one name around a record that is looked at: of a bench a hundred thousand times it is not all.
const NAMED_MAX: usize = 64;
/// What is held around a record that is looked at, whatever its name: all associations of one house.
const PLACED_MAX: usize = 512;
/// Steps of one record at the most.
#[cfg(test)]
pub(super) const STEPS_MAX: u64 = (NAMED_MAX + PLACED_MAX) as u64;
/// What is held that a record may stand for, the nearest.
const NEAR_MAX: usize = 16;
/// Records that wait together: when there are more, what waits is decided at once, and not at the end of the file.
const RECORDS_MAX: usize = 100_000;
/// Bytes of records that wait together, likewise.
const WAITING_MAX: usize = 64 << 20;
/// Letters by which names that are nearly the same differ in length, at most.
const LETTERS_APART: u16 = 2;

/// What is held of a data set, and the records that may stand for it.
#[derive(Debug)]
pub(crate) struct Same {
    held: Held,
    me: IdentityId,
    /// Whether it was looked up: for the first record.
    looked: bool,
    all: Vec<One>,
    by_seed: HashMap<[u8; 16], u32>,
    // By data set first: a file of ours has records of several.
    by_id: HashMap<(u64, u64), u32>,
    by_name: HashMap<(u64, u64, Square), Vec<u32>>,
    by_place: HashMap<(u64, Square), Vec<u32>>,
    waiting: Vec<Waiting>,
    bytes: usize,
    /// The seeds that records of the file have, or stand for.
    seen: HashSet<[u8; 16]>,
    /// Records that were taken for something held, by the names that they have now: the first of them, and how many.
    names: Vec<String>,
    count: u64,
    /// Whether the file may be a newer edition of another data set.
    pub editions: Editions,
    /// What was held against records, one by one.
    pub steps: u64,
}

/// Something held.
#[derive(Debug)]
struct One {
    element: Arc<ElementView>,
    name: u64,
    /// Words and letters of its folded name: they tell apart most names that are not nearly the same.
    shape: (u16, u16),
}

#[derive(Debug)]
struct Waiting {
    record: Box<ImportRecord>,
    near: Vec<Near>,
}

/// How near something held is to a record: the better the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Near {
    /// Whether the name is not quite the same.
    similar: bool,
    decimetres: u64,
    /// What nobody can choose the order of, since it is of one's own elements.
    seed: [u8; 16],
    number: u32,
}

impl Same {
    /// For a file of this person's; `named`: whoever imports it has said which data set it is.
    pub fn new(held: Held, me: IdentityId, named: bool) -> Self {
        Self {
            me,
            looked: false,
            all: Vec::new(),
            by_seed: HashMap::new(),
            by_id: HashMap::new(),
            by_name: HashMap::new(),
            by_place: HashMap::new(),
            waiting: Vec::new(),
            bytes: 0,
            seen: HashSet::new(),
            names: Vec::new(),
            count: 0,
            editions: Editions::new(named),
            steps: 0,
            held,
        }
    }

    /// Take the next item of the file. What may stand for something that is held waits.
    pub fn take(&mut self, item: ImportItem) -> Vec<Taken> {
        let mut record = match item {
            ImportItem::Record(record) => record,
            ImportItem::Skipped(skipped) => {
                self.seen.extend(skipped.seed);
                return vec![Taken::itself(ImportItem::Skipped(skipped))];
            }
        };
        if !std::mem::replace(&mut self.looked, true) {
            self.look_at(&record.source);
        }
        let own = import_seed(&record.source, &record.source_id);
        if !self.seen.insert(own) {
            let why = if record.has_id {
                Reason::IdTwice { id: record.source_id }
            } else {
                Reason::PlaceTwice { name: record.name }
            };
            return vec![Taken::itself(ImportItem::skipped(std::mem::take(&mut record.at), why))];
        }
        self.editions.saw(&record);
        if self.holds(own, &record) {
            return vec![Taken::itself(ImportItem::Record(record))];
        }
        // It was known by its name and place when it was imported first, and has had this id since.
        let known =
            self.by_id.get(&(hash(&record.source), hash(&record.source_id))).and_then(|number| self.one(*number));
        let known = known.filter(|held| record.has_id && id_of(&held.element) == record.source_id);
        if let Some(seed) = known.map(|held| held.element.seed).filter(|seed| !self.seen.contains(seed)) {
            self.seen.insert(seed);
            return vec![Taken { item: ImportItem::Record(record), seed: Some(seed) }];
        }
        let near = self.near(&record);
        if near.is_empty() {
            return vec![Taken::itself(ImportItem::Record(record))];
        }
        self.bytes += size(&record);
        self.waiting.push(Waiting { record, near });
        if self.bytes > WAITING_MAX || self.waiting.len() >= RECORDS_MAX { self.settle() } else { Vec::new() }
    }

    /// The file has ended, or no more can wait: what waited, as it is to be taken.
    pub fn settle(&mut self) -> Vec<Taken> {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        let mut pairs: Vec<(Near, usize)> =
            waiting.iter().enumerate().flat_map(|(at, one)| one.near.iter().map(move |near| (*near, at))).collect();
        pairs.sort_unstable();
        let mut stands_for: HashMap<usize, Arc<ElementView>> = HashMap::new();
        for (near, at) in pairs {
            let Some(held) = self.one(near.number).map(|held| held.element.clone()) else { continue };
            if !stands_for.contains_key(&at) && self.seen.insert(held.seed) {
                stands_for.insert(at, held);
            }
        }
        let mut taken = Vec::with_capacity(waiting.len());
        for (at, Waiting { mut record, .. }) in waiting.into_iter().enumerate() {
            let held = stands_for.remove(&at);
            if let Some(held) = &held {
                // An id that the file gives is worth more than one made of name and place.
                if !record.has_id {
                    record.source_id = id_of(held).to_owned();
                }
                self.note(&held.name, &record.name);
            }
            taken.push(Taken { item: ImportItem::Record(record), seed: held.map(|held| held.seed) });
        }
        taken
    }

    /// The seeds of all that the file has.
    pub fn take_seen(&mut self) -> HashSet<[u8; 16]> {
        std::mem::take(&mut self.seen)
    }

    /// What was taken for something else than its id says, to be told.
    pub fn note_of_all(&mut self) -> Option<ImportNote> {
        let (count, names) = (self.count, std::mem::take(&mut self.names));
        (count > 0).then_some(ImportNote::Same { count, names })
    }

    fn note(&mut self, before: &str, now: &str) {
        self.count += 1;
        if self.names.len() < NAMES_SHOWN {
            self.names.push(if before == now { now.to_owned() } else { format!("{before} → {now}") });
        }
    }

    fn one(&self, number: u32) -> Option<&One> {
        self.all.get(number as usize)
    }

    /// Whether something is held by the id of a record: shown, or taken back where it lies.
    fn holds(&self, seed: [u8; 16], record: &ImportRecord) -> bool {
        let scope = Scope::open(Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 });
        let id = element_id(self.me, &seed);
        let here = || self.held.scopes.get(&scope).is_some_and(|view| view.elements.contains_key(&id));
        self.by_seed.contains_key(&seed) || self.held.elements.contains_key(&id) || here()
    }

    /// All that somebody has imported. `first`: the data set of the first record.
    fn look_at(&mut self, first: &str) {
        let mut of_first = false;
        for element in self.held.imported(self.me) {
            let source = element.provenance.as_ref().map_or("", |provenance| provenance.source.as_str());
            of_first |= source == first;
            let source = hash(source);
            let (Some(position), Ok(number)) = (element.position, u32::try_from(self.all.len())) else { continue };
            let folded = folded(&element.name);
            let name = hash(&folded);
            self.by_seed.insert(element.seed, number);
            self.by_id.insert((source, hash(id_of(element))), number);
            self.by_name.entry((source, name, square(position, NAME_SQUARE))).or_default().push(number);
            self.by_place.entry((source, square(position, PLACE_SQUARE))).or_default().push(number);
            self.all.push(One { element: element.clone(), name, shape: shape(&folded) });
        }
        self.editions.look_at(&self.held, self.me, first, !of_first);
    }

    /// What is held that a record may stand for. One with an id is no other that has one; but calendars give an event
    /// another id when it comes out of another program.
    fn near(&mut self, record: &ImportRecord) -> Vec<Near> {
        let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
        let folded = folded(&record.name);
        let (name, shape) = (hash(&folded), shape(&folded));
        let source = hash(&record.source);
        let of_name = around(position, NAME_SQUARE).filter_map(|square| self.by_name.get(&(source, name, square)));
        let of_place = around(position, PLACE_SQUARE).filter_map(|square| self.by_place.get(&(source, square)));
        let numbers: BTreeSet<u32> =
            of_name.flatten().take(NAMED_MAX).chain(of_place.flatten().take(PLACED_MAX)).copied().collect();
        self.steps += numbers.len() as u64;
        let near = numbers.into_iter().filter_map(|number| {
            let held = self.one(number)?;
            let metres = sphere::metres(held.element.position?, position);
            // Most are told apart by their distance, and by the length of their names.
            let far = if held.name == name { SAME_ADDRESS_M } else { SIMILAR_NAME_M };
            let may_be = metres <= far && (held.name == name || are_near(held.shape, shape));
            let free = !record.has_id
                || is_made(id_of(&held.element))
                || held.name == name && begins_with(&held.element, record);
            (may_be && free).then(|| nearness(&held.element, record, &folded, metres, number))?
        });
        let mut near: Vec<Near> = near.collect();
        near.sort_unstable();
        near.truncate(NEAR_MAX);
        near
    }
}

/// Whether both are events that begin at one moment.
fn begins_with(held: &ElementView, record: &ImportRecord) -> bool {
    let begin = |when: &Option<When>| when.as_ref().map(|when| when.start_ms);
    begin(&held.when).is_some() && begin(&held.when) == begin(&record.when)
}

/// Words and letters of a folded name.
fn shape(folded: &str) -> (u16, u16) {
    let count = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    (count(folded.split(' ').count()), count(folded.chars().count()))
}

/// Whether names of such shapes may be nearly the same.
fn are_near(one: (u16, u16), other: (u16, u16)) -> bool {
    one.0 == other.0 && one.1.abs_diff(other.1) <= LETTERS_APART
}

/// The id that the data set gives something.
fn id_of(element: &ElementView) -> &str {
    element.provenance.as_ref().map_or("", |provenance| provenance.id.as_str())
}

/// Whether an id was made of name and place, since the file gave none.
fn is_made(id: &str) -> bool {
    id.strip_prefix("hash:").is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether something held may be what a record says, and how near it is.
fn nearness(held: &ElementView, record: &ImportRecord, name: &str, metres: f64, number: u32) -> Option<Near> {
    let held_name = folded(&held.name);
    let [held_address, address] = [&held.address, &record.address].map(|address| folded(address));
    let same_address = held_address == address;
    let (similar, most) = if held_name == name {
        (false, if same_address && !address.is_empty() { SAME_ADDRESS_M } else { SAME_NAME_M })
    } else {
        let may_be =
            (same_address || held_address.is_empty() || address.is_empty()) && !reached_otherwise(held, record);
        (true, if may_be && is_similar(&held_name, name) { SIMILAR_NAME_M } else { return None })
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "metres on the Earth fit")]
    let decimetres = (metres * 10.0).round() as u64;
    (metres <= most).then_some(Near { similar, decimetres, seed: held.seed, number })
}

/// Whether another phone, mail or site leads there: then a name that is nearly the same is another one.
fn reached_otherwise(held: &ElementView, record: &ImportRecord) -> bool {
    let ways = [(&held.phone, &record.phone), (&held.email, &record.email), (&held.website, &record.website)];
    let plain = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    ways.iter().any(|(before, now)| !before.is_empty() && !now.is_empty() && plain(before) != plain(now))
}

#[cfg(test)]
mod tests;
