//! The rows of a sheet, written down for the reader of CSV.

use crate::import::{FileFault, ImportError};
use std::{
    fs::File,
    io::{self, BufWriter, Seek, SeekFrom},
};

/// Columns at the most, as in CSV; a mark far to the right is no column.
pub(super) const COLUMNS_MAX: usize = 2_000;
/// Rows at the most: what programs show.
const ROWS_MAX: u64 = 1 << 20;
/// Bytes of all cells at the most, written to a temporary file: a cell may be said to stand in each row.
const TABLE_MAX: u64 = 512 << 20;

/// A sheet as text.
pub(super) struct Table {
    out: csv::Writer<BufWriter<File>>,
    file: String,
    rows: u64,
    bytes: u64,
    /// Columns of the widest row so far: a row that ends early has as many.
    width: usize,
    any: bool,
}

impl Table {
    pub fn new(name: &str) -> Result<Self, ImportError> {
        let file = tempfile::tempfile().map_err(|error| ImportError::io(name, &error))?;
        let out = csv::WriterBuilder::new().flexible(true).from_writer(BufWriter::new(file));
        Ok(Self { out, file: name.to_owned(), rows: 0, bytes: 0, width: 2, any: false })
    }

    /// Whether nothing stands in it.
    pub fn is_blank(&self) -> bool {
        !self.any
    }

    /// Rows that were written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// `times` rows without anything.
    pub fn blank(&mut self, times: u64) -> Result<(), ImportError> {
        self.check(self.rows.saturating_add(times), self.bytes)?;
        for _ in 0..times {
            // Two cells, so that it is told from a blank line of text.
            self.write(["", ""].into_iter())?;
        }
        Ok(())
    }

    /// One row, so many times.
    pub fn row(&mut self, cells: &[String], times: u64) -> Result<(), ImportError> {
        self.width = self.width.max(cells.len());
        let bytes = cells.iter().map(|cell| cell.len() as u64).sum::<u64>() + self.width as u64;
        self.bytes = self.bytes.saturating_add(bytes.saturating_mul(times));
        self.check(self.rows.saturating_add(times), self.bytes)?;
        self.any = true;
        for _ in 0..times {
            let padding = std::iter::repeat_n("", self.width - cells.len());
            self.write(cells.iter().map(String::as_str).chain(padding))?;
        }
        Ok(())
    }

    fn write<'a>(&mut self, cells: impl Iterator<Item = &'a str>) -> Result<(), ImportError> {
        self.rows += 1;
        self.out.write_record(cells).map_err(|error| ImportError::io(&self.file, &io::Error::other(error)))
    }

    fn check(&self, rows: u64, bytes: u64) -> Result<(), ImportError> {
        let why = if self.width > COLUMNS_MAX {
            FileFault::SheetColumns { count: self.width as u64, max: COLUMNS_MAX as u64 }
        } else if rows > ROWS_MAX {
            FileFault::SheetRows { max: ROWS_MAX }
        } else if bytes > TABLE_MAX {
            FileFault::SheetCells { mib: TABLE_MAX >> 20 }
        } else {
            return Ok(());
        };
        Err(ImportError::unusable(&self.file, why))
    }

    /// The file, at its start.
    pub fn finish(self) -> Result<File, ImportError> {
        let io = |error: io::Error| ImportError::io(&self.file, &error);
        let buffered = self.out.into_inner().map_err(|error| io(io::Error::other(error.to_string())))?;
        let mut file = buffered.into_inner().map_err(|error| io(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        Ok(file)
    }
}
