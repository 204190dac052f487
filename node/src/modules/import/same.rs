//! The same thing once, where a file gives no ids: last year's and this year's directory name a place by nearly the
//! same name, nearly where it was. Such a record is taken for what is held of its data set, which is then brought up
//! to date.
//!
//! What the file names as it did before is the same as before: so a record that lies near something held waits for the
//! end of the file, and only what nothing else stands for is taken for it, the nearest first. Which records come first
//! makes no difference.

use crate::{
    daemon::replica::Replica,
    import::{ImportItem, ImportRecord},
    search::{fold::folded, is_similar},
    territory::sphere,
};
use communaut_protocol::{ElementId, IdentityId, Position, fold::ElementView};
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Names that a report repeats: the others are counted.
pub(super) const NAMES_SHOWN: usize = 20;

/// Metres within which two of the same name are the same: so much may maps differ about where something stands.
const SAME_NAME_M: f64 = 200.0;
/// Metres within which two of the same name and address are: so much may those differ who look up addresses.
const SAME_ADDRESS_M: f64 = 5_000.0;
/// Metres within which two with nearly the same name are, if they do not have different addresses.
const SIMILAR_NAME_M: f64 = 50.0;
/// 1e-7 degrees of the squares by which names are looked up: 11 km, wider than [`SAME_ADDRESS_M`] up to 60° north.
const NAME_SQUARE: i32 = 1_000_000;
/// 1e-7 degrees of the squares by which places are looked up: 111 m, wider than [`SIMILAR_NAME_M`] up to 60° north.
const PLACE_SQUARE: i32 = 10_000;
/// What is held in one square that is looked at: in a file of one name a hundred thousand times it is not all.
const SQUARE_MAX: usize = 512;
/// What is held that a record may stand for, the nearest.
const NEAR_MAX: usize = 16;
/// Records that wait: each with what it may stand for, of which all are ordered at the end of the file.
const RECORDS_MAX: usize = 20_000;
/// Bytes of records that wait for the end of the file. What finds no room is taken as new.
const WAITING_MAX: usize = 32 << 20;

type Square = (i32, i32);

/// What is held of a data set, and the records that may stand for it.
#[derive(Debug, Default)]
pub(crate) struct Same {
    /// Of which data set; none: nothing was looked up yet.
    source: Option<String>,
    ids: Vec<ElementId>,
    by_name: HashMap<(u64, Square), Vec<usize>>,
    by_place: HashMap<Square, Vec<usize>>,
    waiting: Vec<Waiting>,
    bytes: usize,
    /// Records that were taken for something held, by the names that they have now: the first of them, and how many.
    pub names: Vec<String>,
    pub count: u64,
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
    id: ElementId,
}

impl Same {
    /// Take a record of which nothing is held by its id. Gives it back if it stands for nothing that is held.
    pub fn take(&mut self, replica: &Replica, me: IdentityId, record: Box<ImportRecord>) -> Option<Box<ImportRecord>> {
        if self.source.as_ref() != Some(&record.source) {
            self.look_at(replica, me, &record.source);
        }
        let near = if record.has_id { Vec::new() } else { self.near(replica, &record) };
        let bytes = crate::import::size(&record);
        if near.is_empty() || self.bytes.saturating_add(bytes) > WAITING_MAX || self.waiting.len() >= RECORDS_MAX {
            return Some(record);
        }
        self.bytes += bytes;
        self.waiting.push(Waiting { record, near });
        None
    }

    /// The file has ended, in which records had these seeds: what waited, as it is to be taken.
    pub fn take_waiting(&mut self, replica: &Replica, seen: &mut HashSet<[u8; 16]>) -> Vec<ImportItem> {
        let waiting = std::mem::take(&mut self.waiting);
        let mut pairs: Vec<(Near, usize)> =
            waiting.iter().enumerate().flat_map(|(at, one)| one.near.iter().map(move |near| (*near, at))).collect();
        pairs.sort_unstable();
        let (mut held, mut stands_for) = (BTreeSet::new(), HashMap::new());
        for (near, at) in pairs {
            let Some(element) = replica.views.elements().get(&near.id) else { continue };
            if stands_for.contains_key(&at) || seen.contains(&element.seed) || !held.insert(near.id) {
                continue;
            }
            stands_for.insert(at, element);
        }
        seen.extend(stands_for.values().map(|element| element.seed));
        let taken = waiting.into_iter().enumerate().map(|(at, Waiting { mut record, .. })| {
            let held = stands_for.get(&at).and_then(|element| element.provenance.as_ref());
            if let Some(provenance) = held {
                record.source_id.clone_from(&provenance.id);
                self.count += 1;
                let before = stands_for.get(&at).map_or("", |element| element.name.as_str());
                if self.names.len() < NAMES_SHOWN {
                    let changed = before != record.name;
                    self.names.push(if changed {
                        format!("{before} → {}", record.name)
                    } else {
                        record.name.clone()
                    });
                }
            }
            ImportItem::Record(record)
        });
        taken.collect()
    }

    /// All that somebody has imported of a data set.
    fn look_at(&mut self, replica: &Replica, me: IdentityId, source: &str) {
        (self.ids, self.by_name, self.by_place) = Default::default();
        self.source = Some(source.to_owned());
        let of_source = |element: &ElementView| {
            element.owner == me && element.provenance.as_ref().is_some_and(|provenance| provenance.source == source)
        };
        for element in replica.views.elements().values().filter(|element| of_source(element)) {
            let Some(position) = element.position else { continue };
            let number = self.ids.len();
            self.ids.push(element.id);
            let name = (name_hash(&element.name), square(position, NAME_SQUARE));
            self.by_name.entry(name).or_default().push(number);
            self.by_place.entry(square(position, PLACE_SQUARE)).or_default().push(number);
        }
    }

    /// What is held that a record may stand for.
    fn near(&self, replica: &Replica, record: &ImportRecord) -> Vec<Near> {
        let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
        let name = name_hash(&record.name);
        let of_name = around(position, NAME_SQUARE).filter_map(|square| self.by_name.get(&(name, square)));
        let of_place = around(position, PLACE_SQUARE).filter_map(|square| self.by_place.get(&square));
        let numbers: BTreeSet<usize> =
            of_name.chain(of_place).flat_map(|numbers| numbers.iter().take(SQUARE_MAX)).copied().collect();
        let ids = numbers.into_iter().filter_map(|number| self.ids.get(number));
        let elements = ids.filter_map(|id| replica.views.elements().get(id));
        let mut near: Vec<Near> = elements.filter_map(|element| nearness(element, record, position)).collect();
        near.sort_unstable();
        near.truncate(NEAR_MAX);
        near
    }
}

/// Whether something held may be what a record says, and how near it is.
fn nearness(held: &ElementView, record: &ImportRecord, position: Position) -> Option<Near> {
    let metres = sphere::metres(held.position?, position);
    let [held_name, name] = [&held.name, &record.name].map(|name| folded(name));
    let [held_address, address] = [&held.address, &record.address].map(|address| folded(address));
    let same_address = held_address == address;
    let (similar, most) = if held_name == name {
        (false, if same_address && !address.is_empty() { SAME_ADDRESS_M } else { SAME_NAME_M })
    } else {
        let may_be =
            (same_address || held_address.is_empty() || address.is_empty()) && !reached_otherwise(held, record);
        (true, if may_be && is_similar(&held_name, &name) { SIMILAR_NAME_M } else { return None })
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "metres on the Earth fit")]
    let decimetres = (metres * 10.0).round() as u64;
    (metres <= most).then_some(Near { similar, decimetres, id: held.id })
}

/// Whether another phone, mail or site leads there: then a name that is nearly the same is another one.
fn reached_otherwise(held: &ElementView, record: &ImportRecord) -> bool {
    let ways = [(&held.phone, &record.phone), (&held.email, &record.email), (&held.website, &record.website)];
    let plain = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    ways.iter().any(|(before, now)| !before.is_empty() && !now.is_empty() && plain(before) != plain(now))
}

fn name_hash(name: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    folded(name).hash(&mut hasher);
    hasher.finish()
}

const fn square(position: Position, size: i32) -> Square {
    (position.lat_e7.div_euclid(size), position.lon_e7.div_euclid(size))
}

/// A square with those around it, also over 180°.
fn around(position: Position, size: i32) -> impl Iterator<Item = Square> {
    let (lat, lon) = square(position, size);
    let [first, count] = [-1_800_000_000, 3_600_000_000_i64].map(|e7| e7 / i64::from(size));
    let turned = move |lon: i32| {
        let beyond = (i64::from(lon) - first).rem_euclid(count) + first;
        i32::try_from(beyond).unwrap_or(lon)
    };
    (-1..=1).flat_map(move |north| (-1..=1).map(move |east| (lat + north, turned(lon + east))))
}

#[cfg(test)]
mod tests;
