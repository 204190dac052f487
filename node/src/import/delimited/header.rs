//! Where a table's columns are named, and what separates them.

use crate::import::{
    FileFault, ImportError,
    columns::stands_in,
    coords,
    mapping::{Columns, Mapping},
    role::{Rank, Role},
    subject, text,
};
use csv::ByteRecord;

/// Rows above the one that names the columns, at the most: a title, a date, a logo's place.
pub(super) const ABOVE_MAX: usize = 30;
/// Separators that are tried, in this order where they do equally well.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Column names that a message repeats.
const SHOWN_COLUMNS: usize = 20;
/// Rows of which the values show what a column is.
const SHOWING_MIN: usize = 2;

/// What separates the columns, and whether the file says it in a line of its own.
pub(super) struct Delimiter {
    pub byte: u8,
    pub is_hinted: bool,
}

pub(super) fn delimiter(text: &str, mapping: &Mapping) -> Delimiter {
    let hint = hint(text);
    let byte = mapping.delimiter.or(hint).unwrap_or_else(|| best_delimiter(text, &mapping.columns));
    Delimiter { byte, is_hinted: hint.is_some() }
}

/// "sep=;", which spreadsheets write before the table.
fn hint(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim_matches('"');
    match line.to_ascii_lowercase().strip_prefix("sep=")?.as_bytes() {
        [delimiter] if delimiter.is_ascii() => Some(*delimiter),
        _ => None,
    }
}

/// The separator with which one of the first rows names the most columns that are known; among those, the most columns.
fn best_delimiter(text: &str, columns: &Columns) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut best = (0, 0, 0);
        let mut row = ByteRecord::new();
        for _ in 0..=ABOVE_MAX {
            if !reader.read_byte_record(&mut row).unwrap_or(false) {
                break;
            }
            let names = names(&row);
            let known = names.iter().filter(|name| columns.role(name).is_some()).count();
            let fits = match fit(&names, columns) {
                Fit::Lacks(_) => 0,
                Fit::Nameless => 1,
                Fit::Named => 2,
            };
            best = best.max((fits, known, row.len()));
        }
        best
    };
    DELIMITERS.into_iter().rev().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// The fields of a row as names of columns.
pub(super) fn names(row: &ByteRecord) -> Vec<String> {
    row.iter()
        .map(|name| {
            let name = String::from_utf8_lossy(name);
            text::one_line(&text::mended(&name))
        })
        .collect()
}

/// Whether a row can be the one that names the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    /// Not, and why.
    Lacks(FileFault),
    /// If no other row can: nothing has a name, but there is what it is, or where.
    Nameless,
    Named,
}

/// How well a row names the columns.
pub(super) fn fit(names: &[String], columns: &Columns) -> Fit {
    if let Some(missing) = columns.missing(names) {
        return Fit::Lacks(FileFault::ColumnNotThere { column: missing.to_owned() });
    }
    let roles: Vec<Role> = names.iter().filter_map(|name| columns.role(name)).map(|(role, _)| role).collect();
    let has = |role: Role| roles.contains(&role);
    let has_place = has(Role::Latitude) && has(Role::Longitude)
        || [Role::LatLon, Role::LonLat, Role::Location, Role::Geometry].into_iter().any(has);
    // The commune of an address is enough to place a record about.
    let has_commune = [Role::City, Role::Address, Role::Postcode].into_iter().any(has);
    if !has_place && !has_commune {
        return Fit::Lacks(FileFault::NoPositionColumn);
    }
    if has(Role::Name) || has(Role::Street) && has(Role::HouseNumber) {
        return Fit::Named;
    }
    let elsewhere = has(Role::Latitude) || has(Role::LatLon) || has(Role::LonLat) || has(Role::Geometry);
    let says_where = has(Role::Location) && (elsewhere || has(Role::City));
    let says_something = says_where
        || [Role::What, Role::Address, Role::Street, Role::OpenDays].into_iter().any(has)
        || names.iter().any(|name| stands_in(name, columns.role(name).map(|(role, _)| role)).is_some())
        || subject::of_columns(names).is_some();
    // A title alone ("Adresse") names no columns.
    if says_something && roles.len() > 1 {
        return Fit::Nameless;
    }
    Fit::Lacks(FileFault::NoNameColumn)
}

/// Give the column that stands in for a name that role, where none has it: the best by its name, of words that are not
/// all the same.
pub(super) fn stand_in(names: &[String], roles: &mut [Option<(Role, Rank)>], rows: &[ByteRecord]) {
    if roles.iter().flatten().any(|(role, _)| *role == Role::Name) {
        return;
    }
    let is_name = |column: usize| {
        let mut words: Vec<&str> = Vec::new();
        let cells = rows.iter().filter_map(|row| std::str::from_utf8(row.get(column)?).ok()).map(str::trim);
        for cell in cells.filter(|cell| !text::is_absent(cell)) {
            if cell.contains("://") || cell.contains('@') || !cell.chars().any(char::is_alphabetic) {
                return false;
            }
            if !words.contains(&cell) {
                words.push(cell);
            }
        }
        words.len() > 1 || words.len() == rows.len()
    };
    let columns = names.iter().zip(roles.iter()).enumerate();
    let mut found: Vec<(usize, usize)> = columns
        .filter_map(|(column, (name, role))| Some((stands_in(name, role.map(|(role, _)| role))?, column)))
        .collect();
    found.sort_unstable();
    if let Some(slot) = found.iter().find(|(_, column)| is_name(*column)).and_then(|(_, column)| roles.get_mut(*column))
    {
        *slot = Some((Role::Name, Rank::MAX));
    }
}

/// What is told of a file in which no row names the columns: of the row that names most.
pub(super) fn refusal(
    file: &str,
    rows: &[(u64, Vec<String>)],
    columns: &Columns,
    at: impl Fn(u64) -> String,
) -> ImportError {
    let known = |names: &[String]| names.iter().filter(|name| columns.role(name).is_some()).count();
    let Some((line, names)) = rows.iter().rev().max_by_key(|(_, names)| known(names)) else {
        return ImportError::unusable(file, FileFault::NoHeader);
    };
    let have: Vec<String> = names.iter().take(SHOWN_COLUMNS).map(|name| format!("'{}'", text::shown(name))).collect();
    let more = if names.len() > SHOWN_COLUMNS { ", …" } else { "" };
    let why = match fit(names, columns) {
        Fit::Lacks(why) => why.boxed(),
        Fit::Nameless | Fit::Named => FileFault::NoHeader.boxed(),
    };
    let columns = format!("{}{more}", have.join(", "));
    ImportError::unusable(file, FileFault::ColumnsAre { why, at: at(*line), columns })
}

/// Whether a cell is of a kind.
type Test = fn(&str) -> bool;

/// Give columns whose name says nothing a role by what stands in all their cells, where no column has that role.
pub(super) fn roles_by_content(roles: &mut [Option<(Role, Rank)>], rows: &[ByteRecord]) {
    let tests: [(Role, Test); 3] = [
        (Role::Geometry, coords::looks_like_one),
        (Role::Email, |text| text.contains('@') && !text.contains(' ') && text.contains('.')),
        (Role::Website, |text| text.starts_with("https://") || text.starts_with("http://")),
    ];
    for (role, test) in tests {
        let taken = |(have, _): &(Role, Rank)| *have == role || role.is_position() && have.is_position();
        if roles.iter().flatten().any(taken) {
            continue;
        }
        let column = (0..roles.len()).find(|column| {
            let mut cells = rows
                .iter()
                .filter_map(|row| std::str::from_utf8(row.get(*column)?).ok())
                .filter(|cell| !text::is_absent(cell));
            roles.get(*column).is_some_and(Option::is_none)
                && cells.clone().count() >= SHOWING_MIN
                && cells.all(|cell| test(cell.trim()))
        });
        if let Some(slot) = column.and_then(|column| roles.get_mut(column)) {
            *slot = Some((role, Rank::MAX));
        }
    }
}
