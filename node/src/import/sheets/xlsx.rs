//! XLSX (ECMA-376): a list of sheets, texts that cells share, formats of numbers, and a part for each sheet.

use super::{
    table::{COLUMNS_MAX, Table},
    values::Look,
};
use crate::import::{
    FileFault, ImportError,
    packed::Packed,
    xml::{Step, Tag, Xml},
};
use std::collections::HashMap;

/// Bytes of all texts that cells share, held in memory while a sheet is read.
const SHARED_MAX: usize = 128 << 20;
/// Texts that cells share; each has an end of eight bytes.
const SHARED_COUNT_MAX: usize = 4 << 20;
/// Formats of cells: what the programs allow.
const FORMATS_MAX: usize = 65_536;
/// Sheets that are listed.
const LISTED_MAX: usize = 1_000;

/// A workbook.
pub(super) struct Workbook {
    packed: Packed,
    sheets: Vec<Sheet>,
    shared: Shared,
    looks: Vec<Look>,
    since_1904: bool,
}

struct Sheet {
    name: String,
    part: String,
}

/// Texts one after the other, and where each ends.
#[derive(Default)]
struct Shared {
    text: String,
    ends: Vec<usize>,
}

impl Shared {
    fn get(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(index)?)
    }
}

impl Workbook {
    pub fn open(mut packed: Packed) -> Result<Self, ImportError> {
        let Some(mut xml) = packed.xml("xl/workbook.xml")? else {
            return Err(ImportError::unusable(packed.file(), FileFault::NoWorkbook));
        };
        let (mut listed, mut since_1904) = (Vec::new(), false);
        loop {
            match xml.next()? {
                Step::Open(tag) => match tag.name().as_str() {
                    "workbookPr" => since_1904 = is_true(tag.attribute("date1904").as_deref()),
                    "sheet" if listed.len() < LISTED_MAX => {
                        listed.push((tag.attribute("name").unwrap_or_default(), tag.attribute("id")));
                    }
                    _ => {}
                },
                Step::End => break,
                _ => {}
            }
        }
        let parts = parts(&mut packed)?;
        let sheets = (1..).zip(listed).map(|(number, (name, id))| Sheet {
            name,
            part: id
                .and_then(|id| parts.get(&id).cloned())
                .unwrap_or_else(|| format!("xl/worksheets/sheet{number}.xml")),
        });
        let sheets = sheets.collect();
        let looks = looks(&mut packed)?;
        let shared = shared(&mut packed)?;
        Ok(Self { packed, sheets, shared, looks, since_1904 })
    }

    pub fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|sheet| sheet.name.clone()).collect()
    }

    /// The rows of a sheet; a sheet of pictures alone has none.
    pub fn read(&mut self, index: usize, into: &mut Table) -> Result<(), ImportError> {
        let Some(part) = self.sheets.get(index).map(|sheet| sheet.part.clone()) else { return Ok(()) };
        let Some(mut xml) = self.packed.xml(&part)? else { return Ok(()) };
        let (mut row, mut column) = (Vec::new(), 0);
        loop {
            match xml.next()? {
                Step::Open(tag) if tag.name() == "row" => {
                    (row, column) = (Vec::new(), 0);
                    // Rows without cells are not written in it.
                    let number = tag.number::<u64>("r").unwrap_or(into.rows() + 1);
                    into.blank(number.saturating_sub(into.rows() + 1))?;
                }
                Step::Open(tag) if tag.name() == "c" => {
                    column = tag.attribute("r").and_then(|at| column_of(&at)).unwrap_or(column);
                    let text = self.cell(&mut xml, &tag)?;
                    if !text.is_empty() {
                        if column >= COLUMNS_MAX {
                            let (column, max) = (column as u64 + 1, COLUMNS_MAX as u64);
                            let why = FileFault::CellColumn { column, max };
                            return Err(ImportError::unusable(self.packed.file(), why));
                        }
                        if row.len() <= column {
                            row.resize(column + 1, String::new());
                        }
                        if let Some(cell) = row.get_mut(column) {
                            *cell = text;
                        }
                    }
                    column += 1;
                }
                Step::Close(name) if name == "row" => match row.is_empty() {
                    true => into.blank(1)?,
                    false => into.row(&row, 1)?,
                },
                Step::Close(name) if name == "sheetData" => return Ok(()),
                Step::End => return Ok(()),
                _ => {}
            }
        }
    }

    /// What a cell shows; of a formula, what it gave when the file was saved.
    fn cell(&self, xml: &mut Xml, tag: &Tag) -> Result<String, ImportError> {
        let (mut value, mut inline) = (String::new(), String::new());
        loop {
            match xml.next()? {
                Step::Open(tag) if tag.name() == "v" => value = text(xml, "v")?,
                Step::Open(tag) if tag.name() == "is" => inline = rich(xml, "is")?,
                Step::Close(name) if name == "c" => break,
                Step::End => break,
                _ => {}
            }
        }
        let look = || tag.number::<usize>("s").and_then(|style| self.looks.get(style)).copied().unwrap_or(Look::Number);
        Ok(match tag.attribute("t").as_deref() {
            Some("s") => value.trim().parse().ok().and_then(|at| self.shared.get(at)).unwrap_or_default().to_owned(),
            Some("inlineStr") => inline,
            Some("str") => unescaped(value),
            Some("d") => value,
            Some("b") => (if is_true(Some(value.trim())) { "yes" } else { "no" }).to_owned(),
            Some("e") => String::new(),
            _ => match value.trim().parse::<f64>() {
                Ok(number) => look().text(number, self.since_1904),
                Err(_) => value,
            },
        })
    }
}

fn is_true(value: Option<&str>) -> bool {
    matches!(value, Some("1" | "true"))
}

/// "BC12": column 54. None: it names no column.
fn column_of(at: &str) -> Option<usize> {
    let letters = at.bytes().take_while(u8::is_ascii_alphabetic);
    let count = letters.clone().count();
    // Four letters and more are beyond what any program has.
    (1..=3)
        .contains(&count)
        .then(|| letters.fold(0, |sum, letter| sum * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1) - 1)
}

/// The parts that the workbook names by ids.
fn parts(packed: &mut Packed) -> Result<HashMap<String, String>, ImportError> {
    let mut parts = HashMap::new();
    let Some(mut xml) = packed.xml("xl/_rels/workbook.xml.rels")? else { return Ok(parts) };
    loop {
        match xml.next()? {
            Step::Open(tag) if tag.name() == "Relationship" && parts.len() < LISTED_MAX * 2 => {
                if let (Some(id), Some(target)) = (tag.attribute("Id"), tag.attribute("Target")) {
                    let whole = target.starts_with('/');
                    parts.insert(id, if whole { target } else { format!("xl/{target}") });
                }
            }
            Step::End => return Ok(parts),
            _ => {}
        }
    }
}

/// How the numbers of cells are to be read, by the number of their style.
fn looks(packed: &mut Packed) -> Result<Vec<Look>, ImportError> {
    let mut looks = Vec::new();
    let Some(mut xml) = packed.xml("xl/styles.xml")? else { return Ok(looks) };
    let mut codes: HashMap<u32, Look> = HashMap::new();
    let mut of_cells = false;
    loop {
        match xml.next()? {
            Step::Open(tag) => match tag.name().as_str() {
                "numFmt" if codes.len() < FORMATS_MAX => {
                    if let (Some(id), Some(code)) = (tag.number("numFmtId"), tag.attribute("formatCode")) {
                        codes.insert(id, Look::of_code(&code));
                    }
                }
                "cellXfs" => of_cells = true,
                "xf" if of_cells && looks.len() < FORMATS_MAX => {
                    let id = tag.number("numFmtId").unwrap_or(0);
                    looks.push(codes.get(&id).copied().unwrap_or_else(|| Look::of_number(id)));
                }
                _ => {}
            },
            Step::Close(name) if name == "cellXfs" => of_cells = false,
            Step::End => return Ok(looks),
            _ => {}
        }
    }
}

/// The texts that cells share.
fn shared(packed: &mut Packed) -> Result<Shared, ImportError> {
    let mut shared = Shared::default();
    let Some(mut xml) = packed.xml("xl/sharedStrings.xml")? else { return Ok(shared) };
    loop {
        match xml.next()? {
            Step::Open(tag) if tag.name() == "si" => {
                shared.text.push_str(&rich(&mut xml, "si")?);
                shared.ends.push(shared.text.len());
                if shared.text.len() > SHARED_MAX || shared.ends.len() > SHARED_COUNT_MAX {
                    let why = FileFault::SheetTexts { mib: (SHARED_MAX >> 20) as u64 };
                    return Err(ImportError::unusable(packed.file(), why));
                }
            }
            Step::End => return Ok(shared),
            _ => {}
        }
    }
}

/// All text up to the end of a tag.
fn text(xml: &mut Xml, until: &str) -> Result<String, ImportError> {
    let mut all = String::new();
    loop {
        match xml.next()? {
            Step::Text(piece) => xml.gather(&mut all, &piece)?,
            Step::Close(name) if name == until => return Ok(all),
            Step::End => return Ok(all),
            _ => {}
        }
    }
}

/// The text of pieces that look differently, without how it is spoken (rPh).
fn rich(xml: &mut Xml, until: &str) -> Result<String, ImportError> {
    let mut all = String::new();
    let mut spoken = false;
    loop {
        match xml.next()? {
            Step::Open(tag) if tag.name() == "rPh" => spoken = true,
            Step::Open(tag) if tag.name() == "t" => {
                let piece = text(xml, "t")?;
                if !spoken {
                    xml.gather(&mut all, &piece)?;
                }
            }
            Step::Close(name) if name == "rPh" => spoken = false,
            Step::Close(name) if name == until => return Ok(unescaped(all)),
            Step::End => return Ok(unescaped(all)),
            _ => {}
        }
    }
}

/// Line ends are written as signs that XML has no way to write.
fn unescaped(text: String) -> String {
    if text.contains("_x000") { text.replace("_x000D_", "").replace("_x000A_", "\n") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_letters() {
        for (at, column) in [("A1", Some(0)), ("z9", Some(25)), ("AA1", Some(26)), ("XFD7", Some(16_383))] {
            assert_eq!(column_of(at), column, "{at}");
        }
        assert_eq!((column_of("7"), column_of("ABCD1"), column_of("")), (None, None, None));
    }
}
