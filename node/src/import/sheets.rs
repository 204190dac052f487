//! Spreadsheets (XLSX, ODS): a sheet of them becomes a table of text, which is read as CSV is.
//!
//! * `xlsx`, `ods`: the rows of a sheet as people see them, out of the parts of the archive (`packed`).
//! * `values`: numbers and dates as text. `table`: the rows, written down for the reader of CSV.
//!
//! Nothing is held but one row and, of XLSX, the texts that cells share; all else goes over temporary files that have
//! no name and are gone with the reader.

mod ods;
mod table;
mod values;
mod xlsx;

use super::{
    FileFault, Format, ImportError,
    delimited::CsvSource,
    mapping::Mapping,
    notes::ImportNote,
    packed::{Packed, What},
    record::Builder,
    text,
};
use std::fs::File;
use table::Table;

/// Sheets that are looked at: a directory has a few, and more of them would be unpacked in vain.
const SHEETS_MAX: usize = 30;

/// The first sheet that names its columns in a way that is understood. `builder` makes a new one for each try.
pub(super) fn open(
    file: File,
    format: Format,
    name: String,
    mapping: &Mapping,
    builder: impl Fn() -> Result<Builder, ImportError>,
) -> Result<CsvSource, ImportError> {
    let mut book = Book::open(Packed::open(file, &name, What::Spreadsheet)?, format, &name)?;
    let sheets = book.sheets();
    let (mut refused, mut nameless) = (None, None);
    for (index, sheet) in sheets.iter().enumerate().take(SHEETS_MAX) {
        let mut table = Table::new(&name)?;
        book.read(index, &mut table)?;
        if table.is_blank() {
            continue;
        }
        match CsvSource::of_sheet(table.finish()?, name.clone(), builder()?, mapping) {
            Ok(mut source) => {
                if sheets.len() > 1 {
                    source.tell(ImportNote::Sheet { name: text::shown(sheet) });
                }
                if !source.is_nameless() {
                    return Ok(source);
                }
                // A key to signs may look like one; another sheet may have names.
                nameless = nameless.or(Some(source));
            }
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    if let Some(source) = nameless {
        return Ok(source);
    }
    Err(refused.unwrap_or_else(|| ImportError::unusable(&name, FileFault::SheetsBlank)))
}

/// A spreadsheet of either kind.
enum Book {
    Xlsx(xlsx::Workbook),
    Ods(ods::Document),
}

impl Book {
    fn open(packed: Packed, format: Format, name: &str) -> Result<Self, ImportError> {
        Ok(match format {
            Format::Ods => Self::Ods(ods::Document::open(packed, name)?),
            _ => Self::Xlsx(xlsx::Workbook::open(packed)?),
        })
    }

    /// Their names, in the order of the tabs.
    fn sheets(&self) -> Vec<String> {
        match self {
            Self::Xlsx(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    fn read(&mut self, index: usize, into: &mut Table) -> Result<(), ImportError> {
        match self {
            Self::Xlsx(book) => book.read(index, into),
            Self::Ods(book) => book.read(index, into),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
