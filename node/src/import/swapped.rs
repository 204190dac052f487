//! Records whose latitude and longitude were swapped, though both orders lie on Earth.
//!
//! The rule, so that it can be explained: a record is left out if almost none of the file lies around it, and more
//! than half of the file lies around the place that one gets by swapping its coordinates. "Around" is a square of
//! 15 degrees, made of nine of 5. A file that is swapped as a whole is found out by `survey`, and read the other way
//! round before it comes here.

use super::{ImportError, ImportItem, Reason, Source, notes::ImportNote, preview::Column};
use communaut_protocol::Position;
use std::collections::{HashMap, VecDeque};

/// Records read ahead, so that the first ones are judged by those that follow.
const AHEAD: usize = 512;
/// Records below which a file shows no habit.
const HABIT_MIN: u64 = 20;
/// Side of a square, 1e-7 degree: nine of them hold a large country or a part of one.
const SQUARE_E7: i32 = 50_000_000;
/// Squares around the Earth.
const SQUARES_ROUND: i32 = 72;

/// How many records lie where.
#[derive(Debug, Default)]
pub(super) struct Squares {
    counts: HashMap<(i32, i32), u64>,
    total: u64,
}

impl Squares {
    pub fn add(&mut self, at: Position) {
        *self.counts.entry(square(at)).or_default() += 1;
        self.total += 1;
    }

    /// Records in the square of a place, and in the eight around it.
    pub fn around(&self, at: Position) -> u64 {
        let (row, column) = square(at);
        let near =
            |row: i32, column: i32| self.counts.get(&(row, column.rem_euclid(SQUARES_ROUND))).copied().unwrap_or(0);
        (row - 1..=row + 1)
            .flat_map(|row| (column - 1..=column + 1).map(move |column| (row, column)))
            .map(|(row, column)| near(row, column))
            .sum()
    }
}

/// A reader whose records are checked for it.
pub(super) struct SwapCheck<S> {
    inner: S,
    ahead: VecDeque<ImportItem>,
    ended: Option<Option<ImportError>>,
    squares: Squares,
}

impl<S: Source> SwapCheck<S> {
    pub fn new(inner: S) -> Self {
        Self { inner, ahead: VecDeque::with_capacity(AHEAD), ended: None, squares: Squares::default() }
    }

    fn read_ahead(&mut self) {
        while self.ended.is_none() && self.ahead.len() < AHEAD {
            match self.inner.next_item() {
                Some(Ok(item)) => {
                    if let ImportItem::Record(record) = &item {
                        self.squares.add(Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 });
                    }
                    self.ahead.push_back(item);
                }
                Some(Err(error)) => self.ended = Some(Some(error)),
                None => self.ended = Some(None),
            }
        }
    }

    fn looks_swapped(&self, lat_e7: i32, lon_e7: i32) -> bool {
        if self.squares.total < HABIT_MIN || lon_e7.unsigned_abs() > 900_000_000 {
            return false;
        }
        let around = |lat_e7, lon_e7| self.squares.around(Position { lat_e7, lon_e7 });
        let (here, there) = (around(lat_e7, lon_e7), around(lon_e7, lat_e7));
        there > self.squares.total / 2 && here * 10 < there
    }
}

fn square(at: Position) -> (i32, i32) {
    (at.lat_e7.div_euclid(SQUARE_E7), at.lon_e7.div_euclid(SQUARE_E7).rem_euclid(SQUARES_ROUND))
}

impl<S: Source> Source for SwapCheck<S> {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.read_ahead();
        match self.ahead.pop_front() {
            Some(ImportItem::Record(record))
                if !self.inner.is_ours() && self.looks_swapped(record.lat_e7, record.lon_e7) =>
            {
                let degrees = |e7: i32| f64::from(e7) / 1e7;
                let (lat, lon) = (degrees(record.lat_e7), degrees(record.lon_e7));
                let why = Reason::FarSwapped { lat: lat.to_string(), lon: lon.to_string() };
                Some(Ok(ImportItem::skipped(record.at, why)))
            }
            Some(item) => Some(Ok(item)),
            None => self.ended.as_mut().and_then(Option::take).map(Err),
        }
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.inner.notes()
    }
    fn columns(&self) -> Vec<Column> {
        self.inner.columns()
    }
    fn is_ours(&self) -> bool {
        self.inner.is_ours()
    }
}
