//! What a query compares, in memory: one small row for each element, in order of name and of place.

use super::fold::folded;
use crate::{
    territory::{cell_number, sphere},
    times::reach,
};
use communaut_protocol::{ElementId, fold::ElementView, limits::TERRITORY_CELL_MAX, op::Kind};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::RandomState},
    hash::BuildHasher,
    num::NonZeroU32,
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

/// What decides for most rows that they do not pass, or stand behind others. Each part is a column of its own, as
/// narrow as can be: of what has a frequent word nearly all is told by a few of them, which stay in the processor's
/// cache.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Quick {
    pub flags: Flags,
    /// One bit for each tag: tells apart most elements that do not have all of the tags asked for.
    pub tag_bits: u32,
    /// Its cell of seven characters, as a number that orders like it.
    pub cell: u64,
}

/// Whether there is an element, of which kind it is, whether it says when it is open, and in which region it lies: four
/// bytes, of which most searches need no more of most elements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags(u32);

/// Bits of a region: cells of three characters, each in four.
const REGION_BITS: u32 = 17;
/// Regions on Earth.
pub(super) const REGIONS: usize = 1 << REGION_BITS;

/// The region of a cell, by the cell's number.
pub(super) fn region(cell: u64) -> u32 {
    // Geohash's alphabet, as bytes in ascending order.
    const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
    let [first, second, third, fourth, ..] = cell.to_be_bytes();
    let code = [first, second, third, fourth].into_iter().fold(0, |code, byte| {
        // Behind the end of a cell nothing stands, behind the end of a range all bits.
        let digit = LETTERS.partition_point(|letter| *letter < byte).min(LETTERS.len() - 1);
        code << 5 | u32::try_from(digit).unwrap_or(0)
    });
    code >> (20 - REGION_BITS)
}

impl Flags {
    const THERE: u32 = 1 << 7;
    const HOURS: u32 = 1 << 6;
    const KIND: u32 = (1 << 6) - 1;
    const REGION: u32 = u32::BITS - REGION_BITS;

    fn of(view: &ElementView, cell: u64) -> Self {
        let hours = if view.opening_hours.trim().is_empty() { 0 } else { Self::HOURS };
        Self(region(cell) << Self::REGION | Self::THERE | hours | view.kind as u32)
    }
    pub fn is_there(self) -> bool {
        self.0 & Self::THERE != 0
    }
    pub fn has_hours(self) -> bool {
        self.0 & Self::HOURS != 0
    }
    /// The kind as a number.
    pub fn kind(self) -> u8 {
        (self.0 & Self::KIND) as u8
    }
    pub fn region(self) -> u32 {
        self.0 >> Self::REGION
    }
}

/// Where a row stands among all in the order of names; none where it has changed since that was last looked at.
pub(super) type Rank = Option<NonZeroU32>;
/// From one part in so many on that have no rank, all are ranked anew.
const UNRANKED_SHARE: usize = 32;

/// What is read of those rows alone that may pass.
#[derive(Debug)]
pub(super) struct Rest {
    /// The first bytes of `name`: they decide nearly every comparison without a further read.
    pub name_start: u128,
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
    pub quick: Quick,
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
        RowRef { quick: self.quick, unit: &self.unit, rest: &self.rest }
    }
}

/// A row's place in the order of names.
type NameKey = (u128, Arc<str>, ElementId);

/// All rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rests: Vec<Option<Rest>>,
    flags: Vec<Flags>,
    tag_bits: Vec<u32>,
    cells: Vec<u64>,
    ranks: Vec<Rank>,
    unranked: usize,
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
        let rest = self.rests.get(at)?.as_ref()?;
        let quick =
            Quick { flags: *self.flags.get(at)?, tag_bits: *self.tag_bits.get(at)?, cell: *self.cells.get(at)? };
        Some(RowRef { quick, unit: self.units.get(at)?, rest })
    }
    /// The rest of a row alone.
    pub fn rest(&self, slot: Slot) -> Option<&Rest> {
        self.rests.get(slot as usize)?.as_ref()
    }
    pub fn flags(&self, slot: Slot) -> Flags {
        self.flags.get(slot as usize).copied().unwrap_or_default()
    }
    pub fn tag_bits(&self, slot: Slot) -> u32 {
        self.tag_bits.get(slot as usize).copied().unwrap_or_default()
    }
    pub fn cell(&self, slot: Slot) -> u64 {
        self.cells.get(slot as usize).copied().unwrap_or_default()
    }
    pub fn unit(&self, slot: Slot) -> [f64; 3] {
        self.units.get(slot as usize).copied().unwrap_or_default()
    }
    pub fn rank(&self, slot: Slot) -> Rank {
        self.ranks.get(slot as usize).copied().flatten()
    }
    /// Between which ranks the rows stand that have a folded name: of those that have one.
    pub fn ranks_of(&self, name: &str) -> Option<(NonZeroU32, NonZeroU32)> {
        let key = |id: u8| (start(name), Arc::<str>::from(name), ElementId([id; 32]));
        let (first, last) = (key(0), key(u8::MAX));
        let from = self.by_name.range(first..).find_map(|(_, slot)| self.rank(*slot))?;
        let to = self.by_name.range(..=last).rev().find_map(|(_, slot)| self.rank(*slot))?;
        Some((from, to))
    }
    /// Whether each has its rank.
    pub fn all_ranked(&self) -> bool {
        self.unranked == 0
    }
    /// Which of two stands first by name, and of equal names by id.
    pub fn compare(&self, a: Slot, b: Slot) -> Ordering {
        if let (Some(a), Some(b)) = (self.rank(a), self.rank(b)) {
            return a.cmp(&b);
        }
        let (Some(a), Some(b)) = (self.rest(a), self.rest(b)) else { return a.cmp(&b) };
        let names = a.name_start.cmp(&b.name_start).then_with(|| a.name.cmp(&b.name));
        names.then_with(|| a.view.id.cmp(&b.view.id))
    }
    /// Rank all by name, where many are not: else it costs more than it saves.
    pub fn rank_all(&mut self) {
        if self.unranked <= self.live / UNRANKED_SHARE {
            return;
        }
        for (rank, slot) in (1..).map(NonZeroU32::new).zip(self.by_name.values()) {
            if let Some(held) = self.ranks.get_mut(*slot as usize) {
                *held = rank;
            }
        }
        self.unranked = 0;
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
        let cell = cell_number(at.cell(TERRITORY_CELL_MAX));
        let quick = Quick { flags: Flags::of(view, cell), tag_bits: tag_bits(&tags), cell };
        let rest = Rest {
            name_start: start(&name),
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
            self.flags.push(Flags::default());
            self.tag_bits.push(0);
            self.cells.push(0);
            self.ranks.push(None);
            self.units.push([0.0; 3]);
        }
        let at = slot as usize;
        let (quick, unit, rest) = match row {
            Some(Row { quick, unit, rest }) => (quick, unit, Some(rest)),
            None => (Quick::default(), [0.0; 3], None),
        };
        if let Some(rest) = &rest {
            self.by_name.insert((rest.name_start, rest.name.clone(), id), slot);
            self.by_cell.insert((quick.cell, slot));
            self.live += 1;
        }
        *self.flags.get_mut(at)? = quick.flags;
        *self.tag_bits.get_mut(at)? = quick.tag_bits;
        *self.units.get_mut(at)? = unit;
        let cell_before = std::mem::replace(self.cells.get_mut(at)?, quick.cell);
        let held = self.rests.get_mut(at)?;
        let before = std::mem::replace(held, rest);
        let now = held.as_ref();
        if now.map(|now| &now.name) != before.as_ref().map(|before| &before.name) {
            // One more that has none, if it had one or is new.
            let unranked = self.ranks.get_mut(at)?.take().is_some() || before.is_none();
            self.unranked += usize::from(unranked);
        }
        if let Some(before) = &before {
            if now.is_none_or(|now| now.name != before.name) {
                self.by_name.remove(&(before.name_start, before.name.clone(), before.view.id));
            }
            if now.is_none() || quick.cell != cell_before {
                self.by_cell.remove(&(cell_before, slot));
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

/// Bytes of a cell's number: one for each of its characters.
pub(super) const CELL_CHARS: usize = 8;

/// One bit for each hash.
pub(super) fn tag_bits(tags: &[u64]) -> u32 {
    tags.iter().fold(0, |bits, tag| bits | 1 << (tag % 32))
}

/// The first bytes of a folded name, as a number that orders like it.
pub(super) fn start(name: &str) -> u128 {
    let padded = name.bytes().chain(std::iter::repeat(0)).take(16);
    padded.fold(0, |start, byte| start << 8 | u128::from(byte))
}
