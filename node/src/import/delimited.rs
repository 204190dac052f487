//! CSV: text in columns whose first row names them.

use super::{
    ImportError, ImportItem, RECORD_MAX, Source,
    encoding::{self, Detected, END_MARK, TextReader},
    mapping::{Columns, Mapping},
    record::{Builder, Said},
    role::{Rank, Role},
    text,
};
use csv::ByteRecord;
use encoding_rs::UTF_8;
use std::{fs::File, io};

/// Separators that are tried, in this order where they do equally well.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Columns at the most: public tables have a few hundred.
const COLUMNS_MAX: usize = 2_000;
/// Column names that a message repeats.
const SHOWN_COLUMNS: usize = 20;

/// Rows of a file.
pub(super) struct CsvSource {
    rows: csv::Reader<TextReader>,
    file: String,
    builder: Builder,
    /// By column.
    roles: Vec<Option<(Role, Rank)>>,
    /// A row read ahead, to know whether the one before it was the last.
    ahead: Option<(u64, ByteRecord)>,
    notes: Vec<String>,
    ended: bool,
}

/// What the reading of one row gives.
enum Row {
    /// With the line at which it begins.
    Row(u64, ByteRecord),
    End,
}

impl CsvSource {
    pub fn open(
        mut file: File,
        head: &[u8],
        name: String,
        builder: Builder,
        mapping: &Mapping,
    ) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let mut detected = encoding::detect(&mut file).map_err(io)?;
        if let Some(encoding) = mapping.encoding {
            detected =
                Detected { encoding, bom: if encoding == detected.encoding { detected.bom } else { 0 }, clean: true };
        }
        let notes = notes(detected, mapping.encoding.is_some());
        let head = head.get(usize::try_from(detected.bom).unwrap_or(0)..).unwrap_or_default();
        let text = detected.encoding.decode_without_bom_handling(head).0.into_owned();
        let (delimiter, has_hint) = match (mapping.delimiter, hint(&text)) {
            (Some(delimiter), hint) => (delimiter, hint.is_some()),
            (None, Some(delimiter)) => (delimiter, true),
            (None, None) => (best_delimiter(&text, &mapping.columns), false),
        };
        let mut reader = TextReader::new(file, detected, true).map_err(io)?;
        reader.allow(RECORD_MAX);
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(64 * 1024)
            .from_reader(reader);
        let mut source = Self { rows, file: name, builder, roles: Vec::new(), ahead: None, notes, ended: false };
        if has_hint {
            source.row()?;
        }
        source.read_header(&mapping.columns)?;
        Ok(source)
    }

    fn read_header(&mut self, columns: &Columns) -> Result<(), ImportError> {
        let Row::Row(line, header) = self.row()? else {
            return Err(ImportError::unusable(&self.file, "has no row that names the columns"));
        };
        let at = line_text(line);
        if header.len() > COLUMNS_MAX {
            let why = format!("{} columns: at most {COLUMNS_MAX}", header.len());
            return Err(ImportError::broken(&self.file, at, why));
        }
        let names: Vec<String> = header.iter().map(|name| text::one_line(&String::from_utf8_lossy(name))).collect();
        let unusable = |why: String| {
            let have: Vec<String> =
                names.iter().take(SHOWN_COLUMNS).map(|name| format!("'{}'", text::shown(name))).collect();
            let more = if names.len() > SHOWN_COLUMNS { ", …" } else { "" };
            ImportError::unusable(&self.file, format!("{why}; {at} names the columns {}{more}", have.join(", ")))
        };
        if let Some(missing) = columns.missing(&names) {
            return Err(unusable(format!("has no column '{missing}', which the mapping names")));
        }
        let roles: Vec<_> = names.iter().map(|name| columns.role(name)).collect();
        let has = |wanted: &[Role]| roles.iter().flatten().any(|(role, _)| wanted.contains(role));
        let has_place =
            has(&[Role::Latitude]) && has(&[Role::Longitude]) || has(&[Role::LatLon, Role::LonLat, Role::Geometry]);
        if !has_place {
            return Err(unusable("has no column recognised as latitude and longitude: name them in a mapping".into()));
        }
        if !has(&[Role::Name]) {
            return Err(unusable("has no column recognised as name: name it in a mapping".into()));
        }
        self.roles = roles;
        Ok(())
    }

    /// The next row of the file, or its end.
    fn row(&mut self) -> Result<Row, ImportError> {
        if let Some((line, row)) = self.ahead.take() {
            return Ok(Row::Row(line, row));
        }
        if self.ended {
            return Ok(Row::End);
        }
        let mut row = ByteRecord::new();
        self.rows.get_mut().allow(RECORD_MAX);
        let before = self.rows.position().line();
        match self.rows.read_byte_record(&mut row) {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return Ok(Row::End);
            }
            Err(_) if self.rows.get_ref().is_spent() => {
                let why = format!(
                    "a row of more than {} MiB: a quote that is opened in it is never closed",
                    RECORD_MAX >> 20
                );
                return Err(ImportError::broken(&self.file, line_text(before), why));
            }
            Err(error) => return Err(ImportError::broken(&self.file, line_text(before), error.to_string())),
        }
        // Counted from the row's end: the crate's own count begins before the blank lines that it passes over.
        let within = row.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = self.rows.position().line().saturating_sub(within);
        let last = row.iter().next_back().unwrap_or_default().trim_ascii_end();
        if last.ends_with(END_MARK.as_bytes()) {
            self.ended = true;
            if row.len() == 1 && last.len() == END_MARK.len() {
                return Ok(Row::End);
            }
            let why = "a quote that is opened in this row is never closed: the file is cut or damaged from here on";
            return Err(ImportError::broken(&self.file, line_text(line), why));
        }
        Ok(Row::Row(line.saturating_sub(1), row))
    }

    fn next_record(&mut self) -> Result<Option<ImportItem>, ImportError> {
        let Row::Row(line, row) = self.row()? else { return Ok(None) };
        let at = line_text(line);
        let extra_is_blank = row.iter().skip(self.roles.len()).all(|field| field.trim_ascii().is_empty());
        if row.len() < self.roles.len() || !extra_is_blank {
            let why = format!("{} columns, where the first row names {}", row.len(), self.roles.len());
            if row.len() < self.roles.len() {
                match self.row()? {
                    Row::Row(line, next) => self.ahead = Some((line, next)),
                    Row::End if !self.rows.get_ref().ended_with_line() => {
                        return Err(ImportError::broken(
                            &self.file,
                            at,
                            format!("the last row has {why}: the file is cut"),
                        ));
                    }
                    Row::End => {}
                }
            }
            return Ok(Some(ImportItem::skipped(at, why)));
        }
        let mut said = Said::default();
        for (field, role) in row.iter().zip(&self.roles) {
            let Some(role) = role else { continue };
            match std::str::from_utf8(field) {
                Ok(text) => said.add(*role, text),
                Err(_) => {
                    return Ok(Some(ImportItem::skipped(
                        at,
                        "bytes that are not UTF-8 text, though most of the file is",
                    )));
                }
            }
        }
        Ok(Some(self.builder.item(&at, None, said, None)))
    }
}

impl Source for CsvSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_record().transpose()
    }
    fn notes(&self) -> Vec<String> {
        self.notes.iter().cloned().chain(self.builder.notes()).collect()
    }
}

fn line_text(line: u64) -> String {
    format!("line {line}")
}

fn notes(detected: Detected, is_told: bool) -> Vec<String> {
    if !detected.clean {
        vec!["most of the file is UTF-8, but some bytes are not: rows with such bytes are left out".to_owned()]
    } else if detected.encoding != UTF_8 && !is_told {
        vec![format!("read as {}, since its bytes are not UTF-8: look at the accents", detected.encoding.name())]
    } else {
        Vec::new()
    }
}

/// "sep=;", which spreadsheets write before the table.
fn hint(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    match line.to_ascii_lowercase().strip_prefix("sep=")?.as_bytes() {
        [delimiter] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// The separator with which the first row names the most columns that are known; among those, the most columns.
fn best_delimiter(text: &str, columns: &Columns) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut row = ByteRecord::new();
        if !reader.read_byte_record(&mut row).unwrap_or(false) {
            return (0, 0);
        }
        let known =
            row.iter().filter_map(|name| std::str::from_utf8(name).ok()).filter(|name| columns.role(name).is_some());
        (known.count(), row.len())
    };
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests;
