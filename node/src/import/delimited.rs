//! CSV: text in columns whose first row names them.

mod header;

use super::{
    FileFault, ImportError, ImportItem, RECORD_MAX, Reason, Source,
    columns::system_of,
    encoding::{self, Detected, END_MARK, TextReader},
    mapping::{Columns, Mapping},
    notes::ImportNote,
    ours,
    preview::Column,
    record::{Builder, Said},
    role::{Rank, Role},
    subject::{self, Subject},
    survey::{SAMPLE, Seen, Told, survey},
    text,
};
use csv::ByteRecord;
use encoding_rs::UTF_8;
use serde_json::{Map, Value};
use std::{collections::VecDeque, fs::File, io};

/// Columns at the most: public tables have a few hundred.
const COLUMNS_MAX: usize = 2_000;

/// Rows of a file.
pub(super) struct CsvSource {
    rows: csv::Reader<TextReader>,
    file: String,
    builder: Builder,
    /// By column.
    roles: Vec<Option<(Role, Rank)>>,
    names: Vec<String>,
    /// Columns up to the last that has a name: the others may be lacking.
    named: usize,
    /// Rows read ahead, the first of them first.
    ahead: VecDeque<(u64, ByteRecord)>,
    notes: Vec<ImportNote>,
    /// The column by which rows are known that this program wrote.
    mark: Option<usize>,
    /// What it is about.
    subject: Option<&'static Subject>,
    /// What was met while the names of the columns were sought: told when what stands before has been read.
    broken: Option<ImportError>,
    /// What its rows are called: a spreadsheet's have numbers, text has lines.
    unit: Unit,
    ended: bool,
}

/// What the place of a row is called, and how it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Line,
    Row,
}

impl Unit {
    fn text(self, number: u64) -> String {
        match self {
            Self::Line => format!("line {number}"),
            Self::Row => format!("row {number}"),
        }
    }
}

/// What the reading of one row gives.
enum Row {
    /// With the line at which it begins.
    Row(u64, ByteRecord),
    End,
}

impl CsvSource {
    /// Of text.
    pub fn open(
        file: File,
        head: &[u8],
        name: String,
        builder: Builder,
        mapping: &Mapping,
    ) -> Result<Self, ImportError> {
        Self::of(file, head, name, builder, mapping, Unit::Line)
    }

    /// Of a spreadsheet's rows, written down one by one, blank ones too.
    pub fn of_sheet(file: File, name: String, builder: Builder, mapping: &Mapping) -> Result<Self, ImportError> {
        let mapping = Mapping { delimiter: Some(b','), encoding: Some(UTF_8), ..mapping.clone() };
        Self::of(file, &[], name, builder, &mapping, Unit::Row)
    }

    /// Whether nothing of it has a name.
    pub fn is_nameless(&self) -> bool {
        self.builder.habits.nameless
    }

    /// Say one thing more of how it was read.
    pub fn tell(&mut self, note: ImportNote) {
        self.notes.push(note);
    }

    /// The file is read twice: its first rows to see what they have in common, then all.
    fn of(
        mut file: File,
        head: &[u8],
        name: String,
        builder: Builder,
        mapping: &Mapping,
        unit: Unit,
    ) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(&name, &error);
        let mut detected = encoding::detect(&mut file).map_err(io)?;
        if let Some(encoding) = mapping.encoding {
            detected =
                Detected { encoding, bom: if encoding == detected.encoding { detected.bom } else { 0 }, clean: true };
        }
        let notes = notes(detected, mapping.encoding.is_some());
        let again = file.try_clone().map_err(io)?;
        let first = TextReader::new(file, detected, true).map_err(io)?;
        let head = head.get(usize::try_from(detected.bom).unwrap_or(0)..).unwrap_or_default();
        let text = detected.encoding.decode_without_bom_handling(head).0.into_owned();
        let delimiter = header::delimiter(&text, mapping);
        let mut source = Self::begin(first, &delimiter, name.clone(), builder, notes, unit);
        source.read_header(&mapping.columns)?;
        if source.mark.is_none() {
            source.look_at_rows(mapping);
        }
        // From the start again, with what was found.
        let found = source;
        let second = TextReader::new(again, detected, true).map_err(io)?;
        let mut source = Self::begin(second, &delimiter, name, found.builder, found.notes, unit);
        source.read_header(&mapping.columns)?;
        source.roles = found.roles;
        Ok(source)
    }

    fn begin(
        mut reader: TextReader,
        delimiter: &header::Delimiter,
        file: String,
        builder: Builder,
        notes: Vec<ImportNote>,
        unit: Unit,
    ) -> Self {
        reader.allow(RECORD_MAX);
        let rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter.byte)
            .buffer_capacity(64 * 1024)
            .from_reader(reader);
        let (roles, names, ahead) = (Vec::new(), Vec::new(), VecDeque::new());
        let mut source = Self {
            rows,
            file,
            builder,
            roles,
            names,
            named: 0,
            ahead,
            notes,
            mark: None,
            subject: None,
            broken: None,
            unit,
            ended: false,
        };
        if delimiter.is_hinted {
            // The hint is no row of the table; what is wrong with it is told when the header is looked for.
            drop(source.row());
        }
        source
    }

    /// The columns' names stand in the first row that names what is needed; titles may stand above it. Where none does,
    /// in the first that says at least what there is and where.
    fn read_header(&mut self, columns: &Columns) -> Result<(), ImportError> {
        let mut above: Vec<(u64, Vec<String>)> = Vec::new();
        // From the row on that may do where no other does.
        let mut kept: VecDeque<(u64, ByteRecord)> = VecDeque::new();
        let mut bytes = 0;
        let (line, names) = loop {
            let row = match self.row() {
                Ok(Row::Row(line, row)) if row.len() > COLUMNS_MAX => {
                    let why = FileFault::ColumnsTooMany { count: row.len() as u64, max: COLUMNS_MAX as u64 };
                    Err(ImportError::broken(&self.file, self.unit.text(line), why))
                }
                Ok(Row::Row(line, row)) => Ok(Some((line, row))),
                Ok(Row::End) => Ok(None),
                Err(error) => Err(error),
            };
            let is_last = bytes > RECORD_MAX || above.len() >= header::ABOVE_MAX;
            match row {
                Ok(Some((line, row))) => {
                    let names = header::names(&row);
                    let fit = header::fit(&names, columns);
                    if fit == header::Fit::Named {
                        break (line, names);
                    }
                    if fit == header::Fit::Nameless || !kept.is_empty() {
                        bytes += row.as_slice().len();
                        kept.push_back((line, row));
                    }
                    if !is_last {
                        above.push((line, names));
                        continue;
                    }
                }
                Ok(None) => {}
                Err(error) if above.is_empty() => return Err(error),
                // It is told where the row is read as a record; the reader is at its end.
                Err(error) => self.broken = Some(error),
            }
            let Some((line, row)) = kept.pop_front() else {
                // Nothing could be used: what the likeliest row lacks is told.
                return Err(header::refusal(&self.file, &above, columns, |line| self.unit.text(line)));
            };
            above.retain(|(other, _)| *other < line);
            self.ahead = kept;
            break (line, header::names(&row));
        };
        let is_first = above.iter().all(|(_, names)| names.iter().all(String::is_empty));
        let note = ImportNote::Header { line };
        if !is_first && !self.notes.contains(&note) {
            self.notes.push(note);
        }
        let titles: Vec<String> = above.into_iter().flat_map(|(_, names)| names).collect();
        self.subject = subject::of_columns(&names).or_else(|| self.builder.subject(&titles));
        self.roles = names.iter().map(|name| columns.role(name)).collect();
        self.named = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        self.mark = names.iter().position(|name| ours::is_mark(name));
        self.names = names;
        Ok(())
    }

    /// See what the first rows have in common. What is broken is told when it is read again.
    fn look_at_rows(&mut self, mapping: &Mapping) {
        let mut rows: Vec<ByteRecord> = Vec::new();
        let mut bytes = 0;
        while rows.len() < SAMPLE
            && bytes < RECORD_MAX
            && let Ok(Row::Row(_, row)) = self.row()
        {
            bytes += row.as_slice().len();
            rows.push(row);
        }
        header::roles_by_content(&mut self.roles, &rows);
        header::stand_in(&self.names, &mut self.roles, &rows);
        let seen: Vec<Seen> = rows.iter().filter_map(|row| Some(Seen::of(self.said(row)?, None))).collect();
        let positions = self.names.iter().zip(&self.roles);
        let hint = positions.filter(|(_, role)| role.is_some_and(|(role, _)| role.is_position()));
        let hint = hint.filter_map(|(name, _)| system_of(name)).next();
        let told = Told { system: mapping.system, hint, kind: mapping.kind };
        let found = survey(&seen, told, self.builder.addresses());
        self.notes.extend(found.notes);
        self.builder.habits = found.habits;
        let has = |wanted: Role| self.roles.iter().flatten().any(|(role, _)| *role == wanted);
        let nameless = !has(Role::Name);
        self.builder.habits.nameless = nameless;
        self.builder.habits.subject = self.subject;
        self.builder.habits.thing = self.builder.thing().filter(|_| nameless && self.subject.is_none());
        if found.ids_repeat && mapping.columns.is_unnamed(Role::Id) {
            for (name, role) in self.names.iter().zip(&mut self.roles) {
                if matches!(role, Some((Role::Id, _))) {
                    self.notes.push(ImportNote::NotIds { column: name.clone() });
                    *role = None;
                }
            }
        }
    }

    /// The values of a row; none where some of its bytes are no text.
    fn said(&self, row: &ByteRecord) -> Option<Said> {
        let mut said = Said::default();
        for (field, role) in row.iter().zip(&self.roles) {
            if let Some(role) = role {
                said.add(*role, std::str::from_utf8(field).ok()?);
            }
        }
        Some(said)
    }

    /// A row that this program wrote, by its columns; none: it did not, or some of its bytes are no text.
    fn ours(&self, row: &ByteRecord) -> Option<Map<String, Value>> {
        row.get(self.mark?).filter(|mark| !mark.is_empty())?;
        let cell = |(name, cell): (&String, &[u8])| {
            Some((name.clone(), ours::unguarded(std::str::from_utf8(cell).ok()?).into()))
        };
        self.names.iter().zip(row).map(cell).collect()
    }

    /// The next row of the file, or its end.
    fn row(&mut self) -> Result<Row, ImportError> {
        if let Some((line, row)) = self.ahead.pop_front() {
            return Ok(Row::Row(line, row));
        }
        if let Some(error) = self.broken.take() {
            return Err(error);
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
                let why = FileFault::RowTooLong { mib: (RECORD_MAX >> 20) as u64 };
                return Err(ImportError::broken(&self.file, self.unit.text(before), why));
            }
            Err(error) => {
                let why = FileFault::NotRead { said: text::one_line(&error.to_string()) };
                return Err(ImportError::broken(&self.file, self.unit.text(before), why));
            }
        }
        // Counted from the row's end: the crate's own count begins before the blank lines that it passes over.
        let within = row.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let line = match self.unit {
            Unit::Line => self.rows.position().line().saturating_sub(within),
            Unit::Row => self.rows.position().record() + 1,
        };
        let last = row.iter().next_back().unwrap_or_default().trim_ascii_end();
        if last.ends_with(END_MARK.as_bytes()) {
            self.ended = true;
            if row.len() == 1 && last.len() == END_MARK.len() {
                return Ok(Row::End);
            }
            return Err(ImportError::broken(&self.file, self.unit.text(line), FileFault::QuoteOpen));
        }
        Ok(Row::Row(line.saturating_sub(1), row))
    }

    fn next_record(&mut self) -> Result<Option<ImportItem>, ImportError> {
        let is_blank = |row: &ByteRecord| row.iter().all(|field| field.trim_ascii().is_empty());
        let (line, row) = loop {
            match self.row()? {
                Row::End => return Ok(None),
                // Rows of separators alone, which spreadsheets write below a table, are no records.
                Row::Row(_, row) if row.len() > 1 && is_blank(&row) => {}
                Row::Row(line, row) => break (line, row),
            }
        };
        let at = self.unit.text(line);
        let extra_is_blank = row.iter().skip(self.roles.len()).all(|field| field.trim_ascii().is_empty());
        if row.len() < self.named || !extra_is_blank {
            let why = Reason::ColumnsOther { found: row.len() as u64, named: self.roles.len() as u64 };
            if row.len() < self.named {
                match self.row()? {
                    Row::Row(line, next) => self.ahead.push_front((line, next)),
                    Row::End if !self.rows.get_ref().ended_with_line() => {
                        let why = FileFault::LastRow { why: why.boxed() };
                        return Err(ImportError::broken(&self.file, at, why));
                    }
                    Row::End => {}
                }
            }
            return Ok(Some(ImportItem::skipped(at, why)));
        }
        if let Some(ours) = self.ours(&row) {
            return Ok(Some(self.builder.ours(&at, &ours, None)));
        }
        Ok(Some(match self.said(&row) {
            Some(said) => self.builder.item(&at, None, said, None),
            None => ImportItem::skipped(at, Reason::NotUtf8),
        }))
    }
}

impl Source for CsvSource {
    fn next_item(&mut self) -> Option<Result<ImportItem, ImportError>> {
        self.next_record().transpose()
    }
    fn notes(&self) -> Vec<ImportNote> {
        self.notes.iter().cloned().chain(self.builder.notes()).collect()
    }
    fn columns(&self) -> Vec<Column> {
        self.names
            .iter()
            .zip(&self.roles)
            .filter(|(name, role)| !name.is_empty() || role.is_some())
            .map(|(name, role)| Column::new(name, role.map(|(role, _)| role)))
            .collect()
    }
    fn is_ours(&self) -> bool {
        self.mark.is_some()
    }
}

fn notes(detected: Detected, is_told: bool) -> Vec<ImportNote> {
    if !detected.clean {
        vec![ImportNote::MixedEncoding]
    } else if detected.encoding != UTF_8 && detected.bom == 0 && !is_told {
        vec![ImportNote::Encoding { encoding: detected.encoding.name().to_owned() }]
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests;
