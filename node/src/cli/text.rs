//! How the command line writes for people. Everything from outside loses its control characters first: a
//! name must not move the cursor or set the terminal's title.

use super::time;
use communaut_protocol::{
    IdentityId, Position,
    fold::ElementView,
    op::{BlobRef, Role},
};
use std::fmt::{Arguments, Write};

/// One line without control characters.
pub(crate) fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| shown(*c)).collect()
}

pub(crate) fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| *c == '\n' || shown(*c)).collect()
}

/// Neither a control character nor one that turns the direction of what follows.
fn shown(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{2028}' | '\u{2029}')
}

/// Columns of equal width, two spaces apart.
pub(crate) fn table(rows: Vec<Vec<String>>) -> String {
    let mut widths: Vec<usize> = Vec::new();
    for row in &rows {
        for (index, cell) in row.iter().enumerate() {
            let width = cell.chars().count();
            match widths.get_mut(index) {
                Some(held) => *held = (*held).max(width),
                None => widths.push(width),
            }
        }
    }
    let mut out = String::new();
    for row in rows {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            add(&mut text, format_args!("{cell:width$}  "));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// `name  value` for each value that is not empty.
pub(crate) fn facts(all: &[(&str, String)]) -> String {
    table(
        all.iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| vec![(*name).into(), value.clone()])
            .collect(),
    )
}

pub(crate) fn short(id: &impl ToString) -> String {
    id.to_string().chars().take(12).collect()
}

pub(crate) fn at(position: Option<Position>) -> String {
    position.map(|at| format!("{:.5},{:.5}", at.lat(), at.lon())).unwrap_or_default()
}

pub(crate) fn distance(metres: u32) -> String {
    if metres < 1_000 { format!("{metres} m") } else { format!("{:.1} km", f64::from(metres) / 1_000.0) }
}

pub(crate) fn moment(ms: u64) -> String {
    let zone = time::system();
    format!("{} {}", zone.show(i64::try_from(ms).unwrap_or(i64::MAX)), zone.name)
}

pub(crate) fn title(element: &ElementView) -> String {
    let name = if element.name.is_empty() { "(without name)".to_owned() } else { line(&element.name) };
    if element.sample { format!("{name} (sample)") } else { name }
}

/// Writes at the end of `out`. A `String` takes whatever is written to it, so there is no error to tell of.
pub(crate) fn add(out: &mut String, what: Arguments<'_>) {
    let _ = out.write_fmt(what);
}

/// Pictures and files that something points at, one a line.
pub(crate) fn blobs(blobs: &[BlobRef]) -> String {
    let row = |blob: &BlobRef| {
        vec![short(&blob.hash), line(&blob.media_type), format!("{} bytes", blob.size), line(&blob.alt)]
    };
    table(blobs.iter().map(row).collect())
}

pub(crate) fn indent(text: &str) -> String {
    text.lines().fold(String::new(), |mut out, line| {
        add(&mut out, format_args!("  {line}\n"));
        out
    })
}

pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Member => "member",
        Role::Contributor => "contributor",
        Role::Moderator => "moderator",
        Role::Leader => "leader",
    }
}

/// A person by name; by the beginning of their id until their profile has come.
pub(crate) fn named(name: &str, person: IdentityId) -> String {
    let name = line(name);
    if name.is_empty() { short(&person) } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_reaches_the_terminal_as_a_command() {
        assert_eq!(line("a\x1b[31mb\r\nc\u{202e}d\u{9b}"), "a[31mb cd");
        assert_eq!(lines("a\x1b]0;x\x07\nb\tc\r"), "a]0;x\nb c");
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = vec![vec!["é".into(), "x".into()], vec!["abc".into(), "y".into()], vec!["a".into(), String::new()]];
        assert_eq!(table(rows), "é    x\nabc  y\na\n");
    }

    #[test]
    fn distances_are_short() {
        assert_eq!(distance(999), "999 m");
        assert_eq!(distance(2_449), "2.4 km");
    }
}
