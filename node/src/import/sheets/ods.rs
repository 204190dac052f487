//! ODS (OpenDocument 1.3): one part with all sheets, in which a cell says what it shows, and how often it stands there.

use super::table::{COLUMNS_MAX, Table};
use crate::import::{
    FileFault, ImportError,
    packed::Packed,
    text,
    xml::{Step, Tag, Xml},
};

const CONTENT: &str = "content.xml";
/// Sheets that are listed.
const LISTED_MAX: usize = 1_000;
/// Blanks that one mark stands for, at the most.
const BLANKS_MAX: usize = 100;

/// A document.
pub(super) struct Document {
    packed: Packed,
    sheets: Vec<String>,
}

/// A row that is read: its cells up to the last in which something stands.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    /// Empty cells after those.
    blanks: usize,
}

impl Row {
    fn add(&mut self, text: &str, times: usize) -> Result<(), usize> {
        if text.is_empty() {
            self.blanks = self.blanks.saturating_add(times);
            return Ok(());
        }
        let end = self.cells.len().saturating_add(self.blanks);
        // What is said to fill the rest of the row stands there once.
        if end >= COLUMNS_MAX {
            return Err(end + 1);
        }
        self.cells.resize(end, String::new());
        self.blanks = 0;
        let times = times.min(COLUMNS_MAX - end);
        self.cells.extend(std::iter::repeat_n(text.to_owned(), times));
        Ok(())
    }
}

impl Document {
    pub fn open(mut packed: Packed, name: &str) -> Result<Self, ImportError> {
        let Some(mut xml) = packed.xml(CONTENT)? else {
            return Err(ImportError::unusable(name, FileFault::NoSheet));
        };
        let mut sheets = Vec::new();
        loop {
            match xml.next()? {
                Step::Open(tag) if tag.name() == "table" && sheets.len() < LISTED_MAX => {
                    sheets.push(tag.attribute("name").unwrap_or_default());
                }
                Step::End => break,
                _ => {}
            }
        }
        Ok(Self { packed, sheets })
    }

    pub fn sheets(&self) -> Vec<String> {
        self.sheets.clone()
    }

    pub fn read(&mut self, index: usize, into: &mut Table) -> Result<(), ImportError> {
        let Some(mut xml) = self.packed.xml(CONTENT)? else { return Ok(()) };
        let mut before = 0;
        loop {
            match xml.next()? {
                Step::Open(tag) if tag.name() == "table" && before == index => break,
                Step::Open(tag) if tag.name() == "table" => before += 1,
                Step::End => return Ok(()),
                _ => {}
            }
        }
        let (mut row, mut times) = (Row::default(), 1);
        // Empty rows are written when something follows: a sheet ends in a million of them.
        let mut blank = 0_u64;
        loop {
            match xml.next()? {
                Step::Open(tag) => match tag.name().as_str() {
                    "table-row" => (row, times) = (Row::default(), tag.number("number-rows-repeated").unwrap_or(1)),
                    "table-cell" | "covered-table-cell" => {
                        let text = cell(&mut xml, &tag)?;
                        let repeated = tag.number("number-columns-repeated").unwrap_or(1);
                        row.add(&text, repeated).map_err(|column| {
                            let why = FileFault::CellColumn { column: column as u64, max: COLUMNS_MAX as u64 };
                            ImportError::unusable(self.packed.file(), why)
                        })?;
                    }
                    _ => {}
                },
                Step::Close(name) if name == "table-row" => {
                    if row.cells.is_empty() {
                        blank = blank.saturating_add(times);
                        continue;
                    }
                    into.blank(blank)?;
                    blank = 0;
                    into.row(&row.cells, times)?;
                }
                Step::Close(name) if name == "table" => return Ok(()),
                Step::End => return Ok(()),
                _ => {}
            }
        }
    }
}

/// What a cell shows; a date, and a number that is shown rounded, as it is.
fn cell(xml: &mut Xml, tag: &Tag) -> Result<String, ImportError> {
    let own = tag.name();
    let (mut shown, mut any, mut note) = (String::new(), false, 0_usize);
    loop {
        match xml.next()? {
            Step::Open(tag) => match tag.name().as_str() {
                "annotation" | "shape" | "frame" => note += 1,
                "p" if note == 0 => {
                    if any {
                        xml.gather(&mut shown, "\n")?;
                    }
                    any = true;
                }
                "s" if note == 0 => {
                    let blanks = tag.number::<usize>("c").unwrap_or(1).min(BLANKS_MAX);
                    xml.gather(&mut shown, &" ".repeat(blanks))?;
                }
                "line-break" | "tab" if note == 0 => xml.gather(&mut shown, "\n")?,
                _ => {}
            },
            // Between the paragraphs stand line ends of the file alone.
            Step::Text(piece) if note == 0 && any => xml.gather(&mut shown, &piece)?,
            Step::Text(_) => {}
            Step::Close(name) if matches!(name.as_str(), "annotation" | "shape" | "frame") => {
                note = note.saturating_sub(1);
            }
            Step::Close(name) if name == own => break,
            Step::Close(_) => {}
            Step::End => break,
        }
    }
    let shown = shown.trim().to_owned();
    let of = tag.attribute("value-type").unwrap_or_default();
    Ok(match of.as_str() {
        "date" => date(tag).unwrap_or(shown),
        "float" => number(tag, &shown).unwrap_or(shown),
        "boolean" => match tag.attribute("boolean-value").as_deref() {
            Some("true") => "yes".to_owned(),
            Some("false") => "no".to_owned(),
            _ => shown,
        },
        _ => shown,
    })
}

/// "2026-03-01T18:30:00" as "2026-03-01 18:30".
fn date(tag: &Tag) -> Option<String> {
    let value = tag.attribute("date-value")?;
    let (day, time) = value.split_once('T').unwrap_or((&value, ""));
    let time = time.get(..5).filter(|time| *time != "00:00").unwrap_or_default();
    Some(text::one_line(&format!("{day} {time}")))
}

/// The whole number where the cell shows it shortened or grouped; zeros that are shown before it stay.
fn number(tag: &Tag, shown: &str) -> Option<String> {
    let value = tag.attribute("value")?;
    let digits_alone = shown.chars().all(|c| c.is_ascii_digit() || c == ' ');
    (!digits_alone || !shown.starts_with('0')).then_some(value)
}
