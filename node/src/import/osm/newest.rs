//! Which of several versions of an object counts: extracts with history have many, put together extracts two.
//!
//! Files are usually in order, by kind and by id, with each object once: seen in one pass that keeps nothing. Where it
//! is not so, those that are wanted are found, and of each the newest version; other versions are passed over.

use super::thing::{Next, Of, Thing, Things};
use crate::import::FileFault;

/// Objects of a file in no order whose versions are compared, at most: 32 bytes each.
const WANTED_MAX: usize = 4_000_000;

/// Ids that are held before those that stand there twice are put together.
const FIRST_ROOM: usize = 65_536;

/// Of the objects that stand there more than once, perhaps: which counts.
#[derive(Debug, Default)]
pub(super) struct Newest {
    /// In ascending order; empty: all stand there once.
    ids: Vec<(Of, i64)>,
    /// Of each: version, whether that one is wanted, and its number in the file.
    best: Vec<(i32, bool, u64)>,
}

impl Newest {
    /// Look a file through, from its start. It may be cut or damaged: that is told by who reads it for good.
    ///
    /// # Errors
    /// It is in no order and too large to be sorted here.
    pub fn of(things: &dyn Things, wanted: &dyn Fn(&dyn Thing) -> bool) -> Result<Self, FileFault> {
        Self::of_at_most(things, wanted, WANTED_MAX)
    }

    fn of_at_most(things: &dyn Things, wanted: &dyn Fn(&dyn Thing) -> bool, max: usize) -> Result<Self, FileFault> {
        let mut before = None;
        let mut is_in_order = true;
        each(things, &mut |thing| {
            let key = Some(order(thing));
            is_in_order = is_in_order && key > before;
            before = key;
            is_in_order
        });
        if is_in_order {
            return Ok(Self::default());
        }
        let mut ids: Vec<(Of, i64)> = Vec::new();
        let mut room = FIRST_ROOM;
        each(things, &mut |thing| {
            if wanted(thing) {
                if ids.len() >= room {
                    // Many versions of one object take the room of one.
                    ids.sort_unstable();
                    ids.dedup();
                    room = (ids.len() * 2).max(FIRST_ROOM);
                }
                ids.push((thing.of(), thing.id()));
            }
            ids.len() <= max.saturating_mul(2)
        });
        ids.sort_unstable();
        ids.dedup();
        if ids.len() > max {
            return Err(FileFault::Unsorted);
        }
        let mut newest = Self { best: vec![(i32::MIN, false, 0); ids.len()], ids };
        let mut number = 0;
        each(things, &mut |thing| {
            number += 1;
            if let Some(best) = newest.index(thing).and_then(|index| newest.best.get_mut(index)) {
                // Of two that say no version, one often is a mere outline; else the later one counts.
                *best = (*best).max((thing.version(), wanted(thing), number));
            }
            true
        });
        Ok(newest)
    }

    /// Whether another version than the one of this number in the file counts.
    pub fn outdates(&self, thing: &dyn Thing, number: u64) -> bool {
        self.index(thing).and_then(|index| self.best.get(index)).is_some_and(|(.., best)| *best != number)
    }

    fn index(&self, thing: &dyn Thing) -> Option<usize> {
        if self.ids.is_empty() { None } else { self.ids.binary_search(&(thing.of(), thing.id())).ok() }
    }
}

/// Call with the file's objects until it says that it has enough, or to the end, or to a fault.
fn each(things: &dyn Things, go_on: &mut dyn FnMut(&dyn Thing) -> bool) {
    let Ok(mut again) = things.again(0) else { return };
    let mut on = true;
    while on {
        match again.next(&mut |thing| on = on && go_on(thing)) {
            Ok(Next::Given | Next::Skipped(_)) => {}
            Ok(Next::End) | Err(_) => return,
        }
    }
}

/// Programs put what has a number below zero first, and count away from zero.
fn order(thing: &dyn Thing) -> (Of, bool, u64) {
    (thing.of(), thing.id() >= 0, thing.id().unsigned_abs())
}
