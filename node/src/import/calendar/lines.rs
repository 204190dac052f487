//! Components of an iCalendar file, one at a time: content lines, unfolded, within bounds.

use super::super::json_split::{Line, Lines};
use std::io;

/// Bytes of one component: a description may be long, and an event that never ends does not fill the memory.
const COMPONENT_MAX: usize = 256 * 1024;
/// Bytes of one line.
const LINE_MAX: usize = 64 * 1024;
/// Lines of one component: people write some twenty.
const LINES_MAX: usize = 2_000;
/// Components within one another: an alarm in an event is the second.
const DEPTH_MAX: usize = 4;
/// The lines of a file, with one ahead: only there it shows whether a line goes on.
pub(super) struct Components<R> {
    lines: Lines<R>,
    ahead: Option<Line>,
}

/// What was read.
pub(super) enum Part {
    /// A component that was asked for.
    Component(Raw),
    /// A line of the calendar itself.
    Line(String),
    /// The file ends within a component that begins at this line.
    Cut(u64),
}

/// A component as it stands in the file, unfolded.
pub(super) struct Raw {
    /// The line at which it begins.
    pub line: u64,
    /// VEVENT or VTIMEZONE.
    pub name: &'static str,
    /// None: too large.
    pub text: Option<String>,
}

/// A content line, unfolded. Folding may split a character, so it is undone before anything is decoded.
struct Content {
    number: u64,
    /// None: too long.
    text: Option<String>,
}

impl<R: io::BufRead> Components<R> {
    pub fn new(read: R) -> Self {
        Self { lines: Lines::new(read, LINE_MAX), ahead: None }
    }

    fn next_line(&mut self) -> io::Result<Option<Content>> {
        let first = match self.ahead.take() {
            Some(line) => line,
            None => match self.lines.next_line()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        let (number, mut whole) = (first.number, first.bytes.map(unended));
        while let Some(next) = self.lines.next_line()? {
            let more = next.bytes.as_deref().unwrap_or_default();
            if !more.starts_with(b" ") && !more.starts_with(b"\t") {
                self.ahead = Some(next);
                break;
            }
            whole = whole.filter(|line| line.len() + more.len() <= LINE_MAX).map(|mut line| {
                line.extend(unended(more.get(1..).unwrap_or_default().to_vec()));
                line
            });
        }
        Ok(Some(Content { number, text: whole.map(decoded) }))
    }

    /// The next component of those names, or a line outside of them.
    pub fn next(&mut self) -> io::Result<Option<Part>> {
        let Some(line) = self.next_line()? else { return Ok(None) };
        let text = line.text.unwrap_or_default();
        for (begin, name) in [("BEGIN:VEVENT", "VEVENT"), ("BEGIN:VTIMEZONE", "VTIMEZONE")] {
            if is(&text, begin) && text.trim_end().len() == begin.len() {
                return self.component(line.number, name).map(Some);
            }
        }
        Ok(Some(Part::Line(text)))
    }

    fn component(&mut self, begin: u64, name: &'static str) -> io::Result<Part> {
        let (mut whole, mut depth, mut lines, mut too_large) = (format!("BEGIN:{name}\r\n"), 1_usize, 0, false);
        while depth > 0 {
            let Some(line) = self.next_line()? else { return Ok(Part::Cut(begin)) };
            let text = line.text.as_deref().unwrap_or_default();
            if is(text, "BEGIN:") {
                depth = depth.saturating_add(1);
            } else if is(text, "END:") {
                depth -= 1;
            }
            lines += 1;
            too_large |= line.text.is_none() || depth > DEPTH_MAX || lines > LINES_MAX;
            too_large |= whole.len() + text.len() > COMPONENT_MAX;
            if !too_large {
                whole.push_str(text);
                whole.push_str("\r\n");
            }
        }
        Ok(Part::Component(Raw { line: begin, name, text: (!too_large).then_some(whole) }))
    }
}

impl Raw {
    /// The value of a line of the component itself, as it stands there, not of what lies within it.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut depth = 0_usize;
        let lines = self.text.as_deref()?.lines();
        lines.filter(|line| named(line, name, &mut depth)).find_map(|line| Some(line.split_once(':')?.1.trim()))
    }
}

impl Raw {
    /// The lines of some names of the component itself, as they stand there.
    pub fn lines_of<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> + 'a {
        let mut depth = 0_usize;
        self.text.as_deref().unwrap_or_default().split("\r\n").filter(move |line| {
            let (mut of_any, before) = (false, depth);
            for name in names {
                depth = before;
                of_any |= named(line, name, &mut depth);
            }
            of_any
        })
    }
}

/// Whether a line has a name, at the component's own depth, which is counted along.
fn named(line: &str, name: &str, depth: &mut usize) -> bool {
    if is(line, "BEGIN:") {
        *depth = depth.saturating_add(1);
    } else if is(line, "END:") {
        *depth = depth.saturating_sub(1);
    }
    let own = is(line, name) && line.get(name.len()..).is_some_and(|rest| rest.starts_with([':', ';']));
    *depth == 1 && own
}

/// Whether a line begins so, whatever its case.
pub(super) fn is(line: &str, begins: &str) -> bool {
    line.get(..begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(begins))
}

/// Without its line feed.
fn unended(mut line: Vec<u8>) -> Vec<u8> {
    while line.last().is_some_and(|end| matches!(end, b'\r' | b'\n')) {
        line.pop();
    }
    line
}

/// UTF-8, as RFC 5545 has it; what is not is taken for the usual encoding of old programs.
fn decoded(line: Vec<u8>) -> String {
    String::from_utf8(line).unwrap_or_else(|error| {
        let (text, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
        text.into_owned()
    })
}
