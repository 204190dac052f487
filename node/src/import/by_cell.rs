//! Records of a file, put together by the cell where they lie: what goes into one log goes into few entries.

use super::{ImportItem, ImportRecord};
use communaut_protocol::{Cell, Position, limits::SCOPE_CELL_MAX, op::import_seed};
use std::collections::BTreeMap;

/// Bytes of records that wait for others of their cell: a region of 30,000 places.
const WAITING_MAX: usize = 32 << 20;
/// Bytes that a record takes beside its texts, about.
const RECORD_BYTES: usize = 400;

/// Records that wait for others of their cell.
#[derive(Debug)]
pub(crate) struct ByCell {
    /// Records handed on together, at most.
    batch: usize,
    waiting: BTreeMap<Cell, Waiting>,
    bytes: usize,
    /// What is handed on with the next records, in the order of the file.
    skipped: Vec<Taken>,
}

/// What came of an item of a file: with what it stands for, if that is not what its own id names.
#[derive(Debug)]
pub(crate) struct Taken {
    pub item: ImportItem,
    /// The seed of an element of this node's person.
    pub seed: Option<[u8; 16]>,
}

impl Taken {
    /// What stands for itself.
    pub const fn itself(item: ImportItem) -> Self {
        Self { item, seed: None }
    }
    /// The seed of the element that a record is.
    pub fn seed_of(&self, record: &ImportRecord) -> [u8; 16] {
        self.seed.unwrap_or_else(|| import_seed(&record.source, &record.source_id))
    }
}

#[derive(Debug, Default)]
struct Waiting {
    records: Vec<Taken>,
    bytes: usize,
}

impl ByCell {
    /// Nothing yet; hands on so many records at a time.
    pub fn new(batch: usize) -> Self {
        Self { batch, waiting: BTreeMap::new(), bytes: 0, skipped: Vec::new() }
    }

    /// Take what the file has next; gives what is to be handed on now.
    pub fn take(&mut self, taken: Taken) -> Vec<Taken> {
        let ImportItem::Record(record) = &taken.item else {
            self.skipped.push(taken);
            return self.skipped_if_many();
        };
        let cell = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 }.cell(SCOPE_CELL_MAX);
        let bytes = size(record);
        let waiting = self.waiting.entry(cell).or_default();
        waiting.records.push(taken);
        waiting.bytes += bytes;
        self.bytes += bytes;
        if waiting.records.len() >= self.batch {
            return self.hand_on(cell);
        }
        if self.bytes > WAITING_MAX {
            let fullest = self.waiting.iter().max_by_key(|(_, waiting)| waiting.bytes).map(|(cell, _)| *cell);
            return fullest.map_or_else(Vec::new, |cell| self.hand_on(cell));
        }
        Vec::new()
    }

    /// The file has ended: the rest, cell by cell.
    pub fn rest(mut self) -> impl Iterator<Item = Vec<Taken>> {
        let mut left: Vec<Taken> = std::mem::take(&mut self.skipped);
        left.extend(self.waiting.into_values().flat_map(|waiting| waiting.records));
        let (mut left, batch) = (left.into_iter(), self.batch);
        std::iter::from_fn(move || {
            let next: Vec<Taken> = left.by_ref().take(batch).collect();
            (!next.is_empty()).then_some(next)
        })
    }

    fn hand_on(&mut self, cell: Cell) -> Vec<Taken> {
        let waiting = self.waiting.remove(&cell).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(waiting.bytes);
        let mut items = std::mem::take(&mut self.skipped);
        items.extend(waiting.records);
        items
    }

    /// A file of which nearly all is left out fills no memory.
    fn skipped_if_many(&mut self) -> Vec<Taken> {
        if self.skipped.len() >= self.batch { std::mem::take(&mut self.skipped) } else { Vec::new() }
    }
}

/// Bytes that a record takes, about.
pub(crate) fn size(record: &ImportRecord) -> usize {
    let texts = [
        &record.at,
        &record.source,
        &record.source_id,
        &record.licence,
        &record.name,
        &record.description,
        &record.address,
        &record.phone,
        &record.email,
        &record.website,
        &record.opening_hours,
    ];
    let tags = record.tags.iter().map(String::len);
    texts.into_iter().map(String::len).chain(tags).fold(RECORD_BYTES, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
    use super::*;
    use crate::import::test_support::record;

    fn at(id: &str, lat_e7: i32) -> Taken {
        Taken::itself(ImportItem::Record(Box::new(ImportRecord { source_id: id.into(), lat_e7, ..record() })))
    }

    fn skipped(at: &str) -> Taken {
        Taken::itself(ImportItem::skipped(at, crate::import::Reason::NoName))
    }

    fn ids(items: &[Taken]) -> Vec<String> {
        let said = items.iter().map(|taken| match &taken.item {
            ImportItem::Record(record) => record.source_id.clone(),
            ImportItem::Skipped(skipped) => format!("- {}", skipped.at),
        });
        said.collect()
    }

    #[test]
    fn what_lies_together_is_handed_on_together() {
        let (foix, lens) = (429_650_000, 504_300_000);
        let mut by_cell = ByCell::new(3);
        for (id, lat) in [("1", foix), ("2", lens), ("3", foix), ("4", lens)] {
            assert!(by_cell.take(at(id, lat)).is_empty());
        }
        assert!(by_cell.take(skipped("line 9")).is_empty());
        assert_eq!(ids(&by_cell.take(at("5", lens))), ["- line 9", "2", "4", "5"]);
        by_cell.take(at("6", lens));
        let rest: Vec<Vec<String>> = by_cell.rest().map(|items| ids(&items)).collect();
        assert_eq!(rest, [vec!["1", "3", "6"]]);
    }

    /// However many cells there are, and however much is left out: what waits stays bounded.
    #[test]
    fn what_waits_is_bounded() {
        let mut by_cell = ByCell::new(500);
        let long = "x".repeat(16_000);
        let mut handed = 0;
        for n in 0..6_000_i32 {
            let far =
                ImportRecord { source_id: n.to_string(), lat_e7: n * 100_000, description: long.clone(), ..record() };
            handed += by_cell.take(Taken::itself(ImportItem::Record(Box::new(far)))).len();
            assert!(by_cell.bytes <= WAITING_MAX + 20_000);
        }
        assert!(handed > 3_000, "{handed}");
        for n in 0..2_000 {
            by_cell.take(skipped(&format!("line {n}")));
            assert!(by_cell.skipped.len() < 500);
        }
    }
}
