//! Cutting GeoJSON text into its features, and other JSON into the values of one list, without parsing it: with a bound
//! on each, and going on after a bad one.
//!
//! The geojson crate's own stream reader takes the first '[' of the file for the list of features (a "bbox" before
//! it breaks that), holds a feature of any size, and ends at the first bad one.

use super::FileFault;
use std::io::{self, BufRead, Read};

/// Bytes of a key that are looked at: only the list's name matters.
const KEY_MAX: usize = 16;

/// Bytes after the list that are kept: a few words of who made the file.
const TAIL_MAX: usize = 4 * 1024;

/// Where the reading of JSON text stands between brackets and strings.
#[derive(Debug, Default, Clone, Copy)]
struct Depth {
    depth: u64,
    in_string: bool,
    escaped: bool,
}

impl Depth {
    /// Take one byte; whether it is part of a string.
    fn take(&mut self, byte: u8) -> bool {
        if self.in_string {
            if self.escaped {
                self.escaped = false;
            } else if byte == b'\\' {
                self.escaped = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return true;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                return true;
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        false
    }
}

/// The index after the first object of a text that begins with one; none: it does not end there.
pub(super) fn first_object_end(text: &[u8]) -> Option<usize> {
    let mut depth = Depth::default();
    text.iter().position(|byte| !depth.take(*byte) && depth.depth == 0 && *byte == b'}').map(|at| at + 1)
}

/// A piece of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// One value, to be parsed.
    Value { bytes: Vec<u8>, line: u64 },
    /// A value that is too large.
    TooLarge { line: u64 },
    /// The text ends too early or goes on too long; nothing follows.
    Broken { line: u64, why: FileFault },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before or among the members of the one object.
    Top,
    /// Among the features.
    List,
    /// After the one object.
    After,
    Done,
}

/// The features of a collection, or the one object of the file.
pub(super) struct Splitter<R> {
    from: R,
    list: &'static str,
    /// In how many brackets the list's name stands.
    level: u64,
    /// The list is an object: what stands between its commas is a key and a value.
    keyed: bool,
    chunk: Vec<u8>,
    used: usize,
    max: usize,
    line: u64,
    state: State,
    depth: Depth,
    /// The value that is being taken, and where it began; none: it is too large to hold.
    held: Option<Vec<u8>>,
    began: u64,
    key: Vec<u8>,
    has_list: bool,
    /// What stands after the list.
    tail: Vec<u8>,
}

impl<R: Read> Splitter<R> {
    /// `max`: bytes of one value; `at_once`: bytes that are read at once.
    pub fn new(from: R, max: usize, at_once: usize) -> Self {
        Self::of_list("features", from, max, at_once)
    }

    /// The same for a list of another name.
    pub fn of_list(list: &'static str, from: R, max: usize, at_once: usize) -> Self {
        Self {
            from,
            list,
            level: 1,
            keyed: false,
            chunk: Vec::with_capacity(at_once),
            used: 0,
            max,
            line: 1,
            state: State::Top,
            depth: Depth::default(),
            held: Some(Vec::new()),
            began: 1,
            key: Vec::new(),
            has_list: false,
            tail: Vec::new(),
        }
    }

    /// The same for a list in so many brackets, or for an object in its place.
    pub fn within(self, level: u64, keyed: bool) -> Self {
        Self { level, keyed, ..self }
    }

    /// What stands after the list, as far as it was read.
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }

    /// The next piece.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        while self.state != State::Done {
            while let Some(byte) = self.chunk.get(self.used).copied() {
                self.used += 1;
                let found = self.take(byte);
                self.line += u64::from(byte == b'\n');
                if found.is_some() {
                    return Ok(found);
                }
            }
            let at_once = self.chunk.capacity() as u64;
            self.used = 0;
            self.chunk.clear();
            if self.from.by_ref().take(at_once).read_to_end(&mut self.chunk)? == 0 {
                return Ok(self.at_end());
            }
        }
        Ok(None)
    }

    fn at_end(&mut self) -> Option<Piece> {
        let was = std::mem::replace(&mut self.state, State::Done);
        let why = match was {
            State::After | State::Done => return None,
            State::Top if self.depth.depth == 0 => FileFault::NoObject,
            State::List if self.depth.depth > self.level + 1 || self.depth.in_string => FileFault::CutInRecord,
            _ => FileFault::CutInBrackets,
        };
        Some(Piece::Broken { line: self.line, why })
    }

    fn take(&mut self, byte: u8) -> Option<Piece> {
        match self.state {
            State::Top => self.take_top(byte),
            State::List => self.take_list(byte),
            State::After if byte.is_ascii_whitespace() => None,
            State::After | State::Done => {
                self.state = State::Done;
                Some(Piece::Broken { line: self.line, why: FileFault::AfterEnd })
            }
        }
    }

    fn take_top(&mut self, byte: u8) -> Option<Piece> {
        let before = self.depth;
        let in_string = self.depth.take(byte);
        if before.depth == 0 && (in_string || !byte.is_ascii_whitespace() && byte != b'{') {
            self.state = State::Done;
            return Some(Piece::Broken { line: self.line, why: FileFault::NoObject });
        }
        self.hold(byte);
        if self.has_list && self.tail.len() < TAIL_MAX {
            self.tail.push(byte);
        }
        if before.depth == self.level {
            if in_string {
                if !before.in_string {
                    self.key.clear();
                } else if self.key.len() < KEY_MAX && (self.depth.in_string || byte != b'"') {
                    self.key.push(byte);
                }
            } else if byte == (if self.keyed { b'{' } else { b'[' }) && self.key == self.list.as_bytes() {
                self.state = State::List;
                self.has_list = true;
                self.held = None;
                return None;
            } else if !byte.is_ascii_whitespace() && byte != b':' {
                self.key.clear();
            }
        }
        if before.depth == 1 && self.depth.depth == 0 && !in_string {
            self.state = State::After;
            // Without a list of features, it may be one feature itself.
            return if self.has_list { None } else { Some(self.release()) };
        }
        None
    }

    fn take_list(&mut self, byte: u8) -> Option<Piece> {
        let before = self.depth;
        let in_string = self.depth.take(byte);
        let between = before.depth == self.level + 1 && !before.in_string;
        if between && !in_string {
            match byte {
                byte if byte == (if self.keyed { b'}' } else { b']' }) => {
                    self.state = State::Top;
                    self.key.clear();
                    // Values that are no objects are held until here or the next comma.
                    return self.held.is_some().then(|| self.release());
                }
                b',' => return self.held.is_some().then(|| self.release()),
                byte if byte.is_ascii_whitespace() => return None,
                _ => {}
            }
        }
        if between && self.held.is_none() {
            self.held = Some(Vec::new());
            self.began = self.line;
        }
        self.hold(byte);
        None
    }

    fn hold(&mut self, byte: u8) {
        if let Some(held) = &mut self.held {
            // One byte more than allowed tells that it is too large; the rest is not held.
            if held.len() <= self.max {
                held.push(byte);
            }
        }
    }

    fn release(&mut self) -> Piece {
        let line = self.began;
        match self.held.take() {
            Some(bytes) if bytes.len() <= self.max => Piece::Value { bytes, line },
            _ => Piece::TooLarge { line },
        }
    }
}

/// One value a line.
pub(super) struct Lines<R> {
    from: R,
    max: usize,
    line: u64,
}

/// A line of the text.
pub(super) struct Line {
    pub number: u64,
    /// None: too long.
    pub bytes: Option<Vec<u8>>,
    /// Whether it has its line feed.
    pub ended: bool,
}

impl<R: BufRead> Lines<R> {
    /// `max`: bytes of one line.
    pub fn new(from: R, max: usize) -> Self {
        Self { from, max, line: 0 }
    }

    /// The next line that is not blank.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let (mut any, mut ended, mut too_long) = (false, false, false);
            while !ended {
                let chunk = self.from.fill_buf()?;
                if chunk.is_empty() {
                    break;
                }
                any = true;
                let end = chunk.iter().position(|byte| *byte == b'\n');
                ended = end.is_some();
                let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
                too_long |= bytes.len() + part.len() > self.max;
                if !too_long {
                    bytes.extend_from_slice(part);
                }
                let used = part.len() + usize::from(ended);
                self.from.consume(used);
            }
            if !any {
                return Ok(None);
            }
            self.line += 1;
            // RFC 8142 begins each with a record separator.
            let is_blank = bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0x1e);
            if too_long || !is_blank {
                bytes.retain(|byte| *byte != 0x1e);
                return Ok(Some(Line { number: self.line, bytes: (!too_long).then_some(bytes), ended }));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;

    /// Each piece in short, read with a buffer so small that every boundary is met.
    fn pieces(text: &str, max: usize) -> Vec<String> {
        let run = |size| {
            let mut splitter = Splitter::new(text.as_bytes(), max, size);
            let mut out = Vec::new();
            while let Some(piece) = splitter.next_piece().unwrap() {
                out.push(match piece {
                    Piece::Value { bytes, line } => format!("{line} {}", String::from_utf8(bytes).unwrap()),
                    Piece::TooLarge { line } => format!("{line} too large"),
                    Piece::Broken { line, why } => format!("{line} broken {why}"),
                });
            }
            out
        };
        let out = run(1);
        assert_eq!(out, run(4_096));
        out
    }

    #[test]
    fn features_are_found_whatever_stands_before() {
        let text = "{\"bbox\": [1,2], \"x\": {\"features\": [3]}, \"y\": \"features\", \"features\" : [\n \
                    {\"a\": \"}]{\\\"\"},\n\n{\"b\":[{}]} , 5, \"s,]\" ],\n \"z\": [4]}\n";
        assert_eq!(pieces(text, 100), ["2 {\"a\": \"}]{\\\"\"}", "4 {\"b\":[{}]}", "4 5", "4 \"s,]\""]);
        assert_eq!(pieces("{\"features\":[]}", 100), [""; 0]);
    }

    #[test]
    fn one_object_is_given_whole() {
        assert_eq!(pieces(" {\"type\":\"Feature\"} \n", 100), [" 1 {\"type\":\"Feature\"}".replacen(" 1 ", "1  ", 1)]);
        assert_eq!(pieces("{\"type\":\"Feature\"}", 5), ["1 too large"]);
    }

    #[test]
    fn a_feature_that_is_too_large_is_passed_over() {
        let text = format!("{{\"features\":[{{\"a\":\"{}\"}},\n{{\"b\":1}}]}}", "x".repeat(5_000));
        assert_eq!(pieces(&text, 100), ["1 too large", "2 {\"b\":1}"]);
    }

    #[test]
    fn ends_that_are_not_right() {
        for (text, why) in [
            ("{\"features\":[{\"a\":1},\n{\"b\":", "2 broken the file ends in the middle of a record: it is cut"),
            ("{\"features\":[{\"a\":1}\n", "2 broken the file ends before its last bracket: it is cut"),
            ("{\"features\":[{\"a\":1}]", "1 broken the file ends before its last bracket: it is cut"),
            ("{\"features\":[]} x", "1 broken something follows the end of the JSON object"),
            ("nothing", "1 broken there is no JSON object in it"),
            ("  \n", "2 broken there is no JSON object in it"),
        ] {
            assert_eq!(pieces(text, 100).last().map(String::as_str), Some(why), "{text}");
        }
    }

    #[test]
    fn lists_in_brackets_and_objects_in_their_place() {
        let pieces = |text: &str, list, level, keyed| {
            let mut splitter = Splitter::of_list(list, text.as_bytes(), 100, 3).within(level, keyed);
            let mut out = Vec::new();
            while let Some(piece) = splitter.next_piece().unwrap() {
                out.push(match piece {
                    Piece::Value { bytes, .. } => String::from_utf8(bytes).unwrap(),
                    other => format!("{other:?}"),
                });
            }
            out
        };
        let nested = r#"{"head":{"vars":["a"]},"results":{"bindings":[{"a":1},{"b":[2]}]}}"#;
        assert_eq!(pieces(nested, "bindings", 2, false), [r#"{"a":1}"#, r#"{"b":[2]}"#]);
        let keyed = r#"{"meta":{"n":1},"entities":{"x":{"a":"}"}, "y":{"b":[2]}},"end":0}"#;
        assert_eq!(pieces(keyed, "entities", 1, true), [r#""x":{"a":"}"}"#, r#""y":{"b":[2]}"#]);
    }

    #[test]
    fn lines_are_bounded() {
        let text = format!("{{1}}\n\n\u{1e}{{2}}\r\n{}\n{{4}}", "x".repeat(200));
        let mut lines = Lines::new(io::BufReader::with_capacity(7, text.as_bytes()), 100);
        let mut out = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            out.push((line.number, line.bytes.map(|bytes| String::from_utf8(bytes).unwrap()), line.ended));
        }
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(out, [(1, some("{1}"), true), (3, some("{2}\r"), true), (4, None, true), (5, some("{4}"), false)]);
    }
}
