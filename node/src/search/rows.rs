//! What a query compares, in memory: one small row for each element, in order of name and of place.

use super::fold::folded;
use crate::{territory::sphere, times::reach};
use communaut_protocol::{Cell, ElementId, fold::ElementView, limits::TERRITORY_CELL_MAX, op::Kind};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::RandomState},
    hash::BuildHasher,
    sync::Arc,
};

/// Where a row stands in [`Rows`]; stays with its element for as long as the index is open.
pub(super) type Slot = u32;
/// The first 16 bytes of an element's id: nobody can make two ids that share them (2^64 hashes).
pub(super) type IdKey = u128;

pub(super) fn id_key(id: ElementId) -> IdKey {
    id.0.iter().take(16).fold(0, |key, byte| key << 8 | u128::from(*byte))
}

/// One element.
#[derive(Debug)]
pub(super) struct Row {
    /// Its place as a unit vector.
    pub unit: [f64; 3],
    /// Its cell of seven characters, as a number that orders like it.
    pub cell: u64,
    /// The first bytes of `name`: they decide nearly every comparison without a further read.
    pub name_start: u128,
    /// Its folded name.
    pub name: Arc<str>,
    /// Of an event that has a date: it takes place between this and `end_ms`; else a time that no query asks for.
    pub start_ms: i64,
    /// As `start_ms`.
    pub end_ms: i64,
    /// One bit for each tag: tells apart most elements that do not have all of the tags asked for.
    pub tag_bits: u64,
    /// Keyed hashes of its folded tags.
    pub tags: Box<[u64]>,
    /// What it is.
    pub kind: Kind,
    /// The element as it was when the row was made.
    pub view: Arc<ElementView>,
}

/// What decides for most rows that they do not pass, side by side in memory.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quick {
    pub cell: u64,
    pub kind: u8,
}

/// A row's place in the order of names.
type NameKey = (u128, Arc<str>, ElementId);

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Option<Row>>,
    quick: Vec<Quick>,
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
        self.rows.len()
    }
    pub fn get(&self, slot: Slot) -> Option<&Row> {
        self.rows.get(slot as usize)?.as_ref()
    }
    /// What is at hand of a row; of none, what passes nothing.
    pub fn quick(&self, slot: Slot) -> Quick {
        self.quick.get(slot as usize).copied().unwrap_or_default()
    }
    pub fn slot(&self, key: IdKey) -> Option<Slot> {
        self.slots.get(&key).copied()
    }
    /// All rows, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Row)> {
        (0..).zip(&self.rows).filter_map(|(slot, row)| Some((slot, row.as_ref()?)))
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
        Some(Row {
            unit: sphere::unit(at),
            cell: cell_number(at.cell(TERRITORY_CELL_MAX)),
            name_start: start(&name),
            name: name.into(),
            start_ms: reach.map_or(i64::MAX, |(start_ms, _)| start_ms),
            end_ms: reach.map_or(i64::MIN, |(_, end_ms)| end_ms),
            tag_bits: tag_bits(&tags),
            tags: tags.into(),
            kind: view.kind,
            view: view.clone(),
        })
    }

    /// Set or take away an element. Returns what it was before.
    pub fn set(&mut self, id: ElementId, view: Option<&Arc<ElementView>>) -> Option<Arc<ElementView>> {
        let key = id_key(id);
        let row = view.and_then(|view| self.row(view));
        if row.is_none() && !self.slots.contains_key(&key) {
            return None;
        }
        let next = Slot::try_from(self.rows.len()).unwrap_or(Slot::MAX);
        let slot = *self.slots.entry(key).or_insert(next);
        if slot == next {
            self.rows.push(None);
            self.quick.push(Quick::default());
        }
        if let Some(quick) = self.quick.get_mut(slot as usize) {
            *quick = row.as_ref().map_or_else(Quick::default, |row| Quick { cell: row.cell, kind: row.kind as u8 });
        }
        if let Some(row) = &row {
            self.by_name.insert((row.name_start, row.name.clone(), id), slot);
            self.by_cell.insert((row.cell, slot));
            self.live += 1;
        }
        let held = self.rows.get_mut(slot as usize)?;
        let before = std::mem::replace(held, row);
        let now = held.as_ref();
        if let Some(before) = &before {
            if now.is_none_or(|now| now.name != before.name) {
                self.by_name.remove(&(before.name_start, before.name.clone(), before.view.id));
            }
            if now.is_none_or(|now| now.cell != before.cell) {
                self.by_cell.remove(&(before.cell, slot));
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
pub(super) fn tag_bits(tags: &[u64]) -> u64 {
    tags.iter().fold(0, |bits, tag| bits | 1 << (tag % 64))
}

/// The first bytes of a folded name, as a number that orders like it.
pub(super) fn start(name: &str) -> u128 {
    let padded = name.bytes().chain(std::iter::repeat(0)).take(16);
    padded.fold(0, |start, byte| start << 8 | u128::from(byte))
}
