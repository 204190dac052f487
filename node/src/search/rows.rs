//! What a query compares, in memory: one small row for each element, in order of name and of place.

use super::fold::folded;
use crate::{territory::sphere, times::reach};
use communaut_protocol::{Cell, ElementId, fold::ElementView, limits::TERRITORY_CELL_MAX, op::Kind};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::RandomState},
    hash::BuildHasher,
    ops::Deref,
    sync::Arc,
};

/// Where a row stands in [`Rows`]; stays with its element for as long as the index is open.
pub(super) type Slot = u32;
/// The first 16 bytes of an element's id: nobody can make two ids that share them (2^64 hashes).
pub(super) type IdKey = u128;

pub(super) fn id_key(id: ElementId) -> IdKey {
    id.0.iter().take(16).fold(0, |key, byte| key << 8 | u128::from(*byte))
}

/// One element, as it is made; what is held of it lies in three columns.
#[derive(Debug)]
pub(super) struct Row {
    pub quick: Quick,
    /// Its place as a unit vector.
    pub unit: [f64; 3],
    pub rest: Rest,
}

/// What decides for most rows that they do not pass, or stand behind others: side by side in memory, so that nearly
/// all of what has a frequent word is told by it alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quick {
    /// The first bytes of its folded name: they decide nearly every comparison without a further read.
    pub name_start: u128,
    /// Its cell of seven characters, as a number that orders like it.
    pub cell: u64,
    /// Its [`Kind`] as a number; [`GONE`] where there is no element.
    pub kind: u8,
    /// Whether it says when it is open.
    pub has_hours: bool,
    /// One bit for each tag: tells apart most elements that do not have all of the tags asked for.
    pub tag_bits: u32,
}

/// The kind of a row that has no element.
pub(super) const GONE: u8 = u8::MAX;

impl Default for Quick {
    fn default() -> Self {
        Self { name_start: 0, cell: 0, kind: GONE, has_hours: false, tag_bits: 0 }
    }
}

/// What is read of those rows alone that may pass.
#[derive(Debug)]
pub(super) struct Rest {
    /// Its folded name.
    pub name: Arc<str>,
    /// Of an event that has a date: it takes place between this and `end_ms`; else a time that no query asks for.
    pub start_ms: i64,
    /// As `start_ms`.
    pub end_ms: i64,
    /// Keyed hashes of its folded tags.
    pub tags: Box<[u64]>,
    /// The first 8 bytes of its id, as a number that orders like it.
    pub id_start: u64,
    /// The element as it was when the row was made.
    pub view: Arc<ElementView>,
}

/// A row, wherever its columns lie. What is not asked of it is not read.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowRef<'a> {
    pub quick: &'a Quick,
    pub unit: &'a [f64; 3],
    rest: &'a Rest,
}

impl Deref for RowRef<'_> {
    type Target = Rest;
    fn deref(&self) -> &Rest {
        self.rest
    }
}

impl<'a> RowRef<'a> {
    /// The rest of it, for as long as the rows are held.
    pub fn rest(self) -> &'a Rest {
        self.rest
    }
}

impl Row {
    pub fn as_ref(&self) -> RowRef<'_> {
        RowRef { quick: &self.quick, unit: &self.unit, rest: &self.rest }
    }
}

/// A row's place in the order of names.
type NameKey = (u128, Arc<str>, ElementId);

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rests: Vec<Option<Rest>>,
    quick: Vec<Quick>,
    units: Vec<[f64; 3]>,
    slots: HashMap<IdKey, Slot>,
    by_name: BTreeMap<NameKey, Slot>,
    by_cell: BTreeSet<(u64, Slot)>,
    live: usize,
    /// Its key is drawn at random: nobody can choose tags that collide.
    hasher: RandomState,
}

impl Rows {
    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.live
    }
    /// How many slots there are, those of elements taken back included.
    pub fn slots(&self) -> usize {
        self.rests.len()
    }
    pub fn get(&self, slot: Slot) -> Option<RowRef<'_>> {
        let at = slot as usize;
        // The rest is read last: whoever asks for the other columns alone does not wait for it.
        Some(RowRef { quick: self.quick.get(at)?, unit: self.units.get(at)?, rest: self.rests.get(at)?.as_ref()? })
    }
    /// What is at hand of all rows, by slot.
    pub fn quick(&self) -> &[Quick] {
        &self.quick
    }
    /// The places of all rows, by slot.
    pub fn units(&self) -> &[[f64; 3]] {
        &self.units
    }
    pub fn slot(&self, key: IdKey) -> Option<Slot> {
        self.slots.get(&key).copied()
    }
    /// All rows, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, RowRef<'_>)> {
        (0..).zip(&self.rests).filter_map(|(slot, _)| Some((slot, self.get(slot)?)))
    }
    /// All slots by folded name, then by id.
    pub fn by_name(&self) -> impl Iterator<Item = Slot> {
        self.by_name.values().copied()
    }

    /// The hash by which a tag is compared: its words without spaces.
    pub fn tag(&self, tag: &str) -> u64 {
        self.hasher.hash_one(folded(tag).replace(' ', ""))
    }

    /// The row that an element has or would have.
    pub fn row(&self, view: &Arc<ElementView>) -> Option<Row> {
        let at = view.position.filter(|_| view.is_shown())?;
        let mut tags: Vec<u64> = view.tags.iter().map(|tag| self.tag(tag)).collect();
        tags.sort_unstable();
        tags.dedup();
        let name = folded(&view.name);
        let reach = view.when.as_ref().filter(|_| view.kind == Kind::Event).map(reach);
        let quick = Quick {
            name_start: start(&name),
            cell: cell_number(at.cell(TERRITORY_CELL_MAX)),
            kind: view.kind as u8,
            has_hours: !view.opening_hours.trim().is_empty(),
            tag_bits: tag_bits(&tags),
        };
        let rest = Rest {
            name: name.into(),
            start_ms: reach.map_or(i64::MAX, |(start_ms, _)| start_ms),
            end_ms: reach.map_or(i64::MIN, |(_, end_ms)| end_ms),
            tags: tags.into(),
            id_start: view.id.0.iter().take(8).fold(0, |id, byte| id << 8 | u64::from(*byte)),
            view: view.clone(),
        };
        Some(Row { quick, unit: sphere::unit(at), rest })
    }

    /// Set or take away an element. Returns what it was before.
    pub fn set(&mut self, id: ElementId, view: Option<&Arc<ElementView>>) -> Option<Arc<ElementView>> {
        let key = id_key(id);
        let row = view.and_then(|view| self.row(view));
        if row.is_none() && !self.slots.contains_key(&key) {
            return None;
        }
        let next = Slot::try_from(self.rests.len()).unwrap_or(Slot::MAX);
        let slot = *self.slots.entry(key).or_insert(next);
        if slot == next {
            self.rests.push(None);
            self.quick.push(Quick::default());
            self.units.push([0.0; 3]);
        }
        let at = slot as usize;
        let (quick, unit, rest) = match row {
            Some(Row { quick, unit, rest }) => (quick, unit, Some(rest)),
            None => (Quick::default(), [0.0; 3], None),
        };
        if let Some(rest) = &rest {
            self.by_name.insert((quick.name_start, rest.name.clone(), id), slot);
            self.by_cell.insert((quick.cell, slot));
            self.live += 1;
        }
        let quick_before = std::mem::replace(self.quick.get_mut(at)?, quick);
        *self.units.get_mut(at)? = unit;
        let held = self.rests.get_mut(at)?;
        let before = std::mem::replace(held, rest);
        let now = held.as_ref();
        if let Some(before) = &before {
            if now.is_none_or(|now| now.name != before.name) {
                self.by_name.remove(&(quick_before.name_start, before.name.clone(), before.view.id));
            }
            if now.is_none() || quick.cell != quick_before.cell {
                self.by_cell.remove(&(quick_before.cell, slot));
            }
            self.live -= 1;
        }
        before.map(|row| row.view)
    }

    /// The slots of what lies in ascending, disjoint ranges of cell numbers.
    pub fn in_cells(&self, ranges: &[(u64, u64)], mut take: impl FnMut(Slot)) {
        // A walk over both sides that skips on each what the other does not have.
        let mut ranges = ranges;
        while let Some(&(low, high)) = ranges.first() {
            let mut beyond = None;
            for &(cell, slot) in self.by_cell.range((low, 0)..) {
                if cell > high {
                    beyond = Some(cell);
                    break;
                }
                take(slot);
            }
            let Some(beyond) = beyond else { return };
            let skip = ranges.partition_point(|(_, high)| *high < beyond);
            ranges = ranges.get(skip..).unwrap_or_default();
        }
    }
}

/// A cell as a number: cells within another are a range of numbers.
pub(super) fn cell_number(cell: Cell) -> u64 {
    u64::from_be_bytes(cell.bytes())
}

/// The numbers of a cell and of everything that lies in it.
pub(super) fn cell_range(cell: Cell) -> (u64, u64) {
    let low = cell_number(cell);
    let free = 64_u32.saturating_sub(u32::try_from(cell.len()).unwrap_or(8).saturating_mul(8));
    (low, low | u64::MAX.checked_shr(64 - free).unwrap_or(0))
}

/// One bit for each hash.
pub(super) fn tag_bits(tags: &[u64]) -> u32 {
    tags.iter().fold(0, |bits, tag| bits | 1 << (tag % 32))
}

/// The first bytes of a folded name, as a number that orders like it.
pub(super) fn start(name: &str) -> u128 {
    let padded = name.bytes().chain(std::iter::repeat(0)).take(16);
    padded.fold(0, |start, byte| start << 8 | u128::from(byte))
}
