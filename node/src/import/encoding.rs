//! In which encoding a text file is, and reading it as UTF-8 with a bound on each record.

mod guess;

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use guess::Letters;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    str,
};

/// Bytes of a file that are looked at to know its format.
pub(super) const HEAD_MAX: usize = 64 * 1024;

/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Put after the last line. A parser that is inside a quote there swallows it, which tells that the quote is never
/// closed: the csv crate ends such a record without a word.
pub(super) const END_MARK: &str = "\u{1f}communaut: end of file\u{1f}";

/// What was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detected {
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    pub bom: u64,
    /// Whether all of it is valid in the encoding.
    pub clean: bool,
}

/// Bytes at a file's start that tell UTF-16 without a byte order mark.
const START: usize = 64;

/// The encoding of a file: what its start says; else UTF-8 where its bytes are; else the one of one byte a letter in
/// which its letters make most sense. A file of UTF-8 with a few damaged bytes stays UTF-8. The whole file is read, and
/// left at its start.
pub(super) fn detect(file: &mut File) -> io::Result<Detected> {
    let mut start = Vec::with_capacity(START);
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(START as u64).read_to_end(&mut start)?;
    file.seek(SeekFrom::Start(0))?;
    let said = of_start(&start);
    if let Some((encoding, bom)) = said
        && encoding != UTF_8
    {
        return Ok(Detected { encoding, bom: bom as u64, clean: true });
    }
    let bom = said.map_or(0, |(_, bom)| bom as u64);
    let (good, bad, letters) = count(file)?;
    file.seek(SeekFrom::Start(0))?;
    let encoding = if bom > 0 || bad == 0 || good > bad { UTF_8 } else { letters.encoding() };
    Ok(Detected { encoding, bom, clean: encoding != UTF_8 || bad == 0 })
}

/// What the first bytes say: a byte order mark, with its length, or UTF-16 without one (every second byte is zero).
fn of_start(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    if let Some(said) = Encoding::for_bom(start) {
        return Some(said);
    }
    let start = start.get(..start.len().min(START) & !1).filter(|start| start.len() >= 8)?;
    let zero = |from: usize| start.iter().skip(from).step_by(2).all(|byte| *byte == 0);
    let letters = |from: usize| start.iter().skip(from).step_by(2).all(|byte| *byte != 0);
    if zero(1) && letters(0) {
        Some((UTF_16LE, 0))
    } else if zero(0) && letters(1) {
        Some((UTF_16BE, 0))
    } else {
        None
    }
}

/// Characters of several bytes, and sequences that are none; and which bytes stand for letters beyond ASCII.
fn count(file: &mut File) -> io::Result<(u64, u64, Letters)> {
    let mut buffer = vec![0; CHUNK];
    let (mut held, mut good, mut bad) = (0, 0, 0);
    let mut letters = Letters::default();
    loop {
        super::stop::check()?;
        let read = file.read(buffer.get_mut(held..).unwrap_or_default())?;
        letters.take(buffer.get(held..held + read).unwrap_or_default());
        let mut rest = buffer.get(..held + read).unwrap_or_default();
        let mut next_held = 0;
        while !rest.is_empty() {
            let (valid, error) = match str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            let (before, after) = rest.split_at(valid);
            good += before.iter().filter(|byte| **byte & 0xc0 == 0xc0).count() as u64;
            rest = match error {
                None => break,
                // The end of the chunk or of the file stands within a character.
                Some(None) if read > 0 => {
                    next_held = after.len();
                    break;
                }
                Some(length) => {
                    bad += 1;
                    after.get(length.unwrap_or(after.len())..).unwrap_or_default()
                }
            };
        }
        if read == 0 {
            return Ok((good, bad, letters));
        }
        let end = held + read;
        buffer.copy_within(end - next_held..end, 0);
        held = next_held;
    }
}

/// The head of a file as text, to look at it.
pub(super) fn head_text(head: &[u8]) -> String {
    let head = head.get(..HEAD_MAX).unwrap_or(head);
    match of_start(head) {
        Some((encoding, bom)) => {
            encoding.decode_without_bom_handling(head.get(bom..).unwrap_or_default()).0.into_owned()
        }
        None => match str::from_utf8(head) {
            Ok(text) => text.to_owned(),
            Err(error) if error.error_len().is_none() => String::from_utf8_lossy(head).into_owned(),
            // Enough to see the format; the letters are told apart when the whole file is read.
            Err(_) => WINDOWS_1252.decode_without_bom_handling(head).0.into_owned(),
        },
    }
}

/// A file as UTF-8 (damaged bytes of a UTF-8 file pass through), in which one record may take only so many bytes.
pub(super) struct TextReader {
    file: File,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// Decoded and not yet given.
    ready: Vec<u8>,
    given: usize,
    budget: usize,
    for_rows: bool,
    ended: bool,
    is_marked: bool,
    last: u8,
}

impl TextReader {
    /// `for_rows`: make every line end with a line feed alone, so that lines can be counted, and put [`END_MARK`] on
    /// a line of its own after the end.
    pub fn new(mut file: File, detected: Detected, for_rows: bool) -> io::Result<Self> {
        file.seek(SeekFrom::Start(detected.bom))?;
        let decoder = (detected.encoding != UTF_8).then(|| detected.encoding.new_decoder_without_bom_handling());
        Ok(Self {
            file,
            decoder,
            raw: vec![0; CHUNK],
            ready: Vec::with_capacity(CHUNK),
            given: 0,
            budget: CHUNK,
            for_rows,
            ended: false,
            is_marked: false,
            last: b'\n',
        })
    }
    /// Allow that many bytes from here on; then reading fails.
    pub fn allow(&mut self, bytes: usize) {
        self.budget = bytes;
    }
    /// Whether reading failed for want of allowance.
    pub fn is_spent(&self) -> bool {
        self.budget == 0
    }
    /// At the end: whether the last line has its line feed.
    pub fn ended_with_line(&self) -> bool {
        matches!(self.last, b'\n' | b'\r')
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() && !self.ended {
            super::stop::check()?;
            let read = self.file.read(&mut self.raw)?;
            self.ended = read == 0;
            let raw = self.raw.get(..read).unwrap_or_default();
            match &mut self.decoder {
                None => self.ready.extend_from_slice(raw),
                Some(decoder) => {
                    // Room for the worst case, so that one call takes everything.
                    let room = decoder.max_utf8_buffer_length(read).unwrap_or(CHUNK * 4);
                    self.ready.resize(room, 0);
                    let (_, _, written, _) = decoder.decode_to_utf8(raw, &mut self.ready, self.ended);
                    self.ready.truncate(written);
                }
            }
            let before = self.last;
            self.last = self.ready.last().copied().unwrap_or(before);
            if self.for_rows {
                one_line_feed(&mut self.ready, before);
            }
        }
        if self.ended && self.for_rows && !self.is_marked {
            self.is_marked = true;
            self.ready.extend_from_slice(format!("\n{END_MARK}\n").as_bytes());
        }
        Ok(())
    }
}

/// Turn carriage returns, with or without a line feed, into line feeds. `before`: the byte that stood before these.
fn one_line_feed(bytes: &mut Vec<u8>, mut before: u8) {
    bytes.retain_mut(|byte| {
        let second = *byte == b'\n' && before == b'\r';
        before = *byte;
        if *byte == b'\r' {
            *byte = b'\n';
        }
        !second
    });
}

impl Read for TextReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.fill()?;
        }
        let ready = self.ready.get(self.given..).unwrap_or_default();
        if ready.is_empty() {
            return Ok(0);
        }
        if self.budget == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the record is too long"));
        }
        let length = ready.len().min(to.len()).min(self.budget);
        if let (Some(to), Some(from)) = (to.get_mut(..length), ready.get(..length)) {
            to.copy_from_slice(from);
        }
        self.given += length;
        self.budget -= length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;
    use std::io::Write;

    fn read(bytes: &[u8]) -> (Detected, String) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let detected = detect(&mut file).unwrap();
        let mut reader = TextReader::new(file, detected, false).unwrap();
        reader.allow(usize::MAX);
        let mut out = Vec::new();
        reader.read_to_end(&mut out).unwrap();
        (detected, String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn encodings_are_found() {
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain("é,ü".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, name) in [
            ("é,ü".as_bytes(), "UTF-8"),
            ("\u{feff}é,ü".as_bytes(), "UTF-8"),
            (b"\xe9,\xfc".as_slice(), "windows-1252"),
            (utf16.as_slice(), "UTF-16LE"),
        ] {
            let (detected, text) = read(bytes);
            assert_eq!((detected.encoding.name(), text.as_str()), (name, "é,ü"));
        }
        let plain = "nom;lat;lon;été";
        for (unit, name) in [(u16::to_le_bytes as fn(u16) -> [u8; 2], "UTF-16LE"), (u16::to_be_bytes, "UTF-16BE")] {
            let bytes: Vec<u8> = plain.encode_utf16().flat_map(unit).collect();
            let (detected, text) = read(&bytes);
            assert_eq!((detected.encoding.name(), text.as_str()), (name, plain), "without a mark");
        }
    }

    #[test]
    fn one_latin_1_letter_far_in_is_found_and_one_damaged_byte_is_no_latin_1() {
        let mut far = vec![b'a'; 200_000];
        far.push(0xe9);
        assert_eq!(read(&far).0.encoding.name(), "windows-1252");
        let mut damaged = "é".repeat(100_001).into_bytes();
        damaged.push(0xff);
        damaged.extend("é".bytes());
        let (detected, _) = read(&damaged);
        assert_eq!((detected.encoding.name(), detected.clean), ("UTF-8", false));
        assert!(read("aé".repeat(100_001).as_bytes()).0.clean, "characters across the chunks' ends");
    }

    #[test]
    fn the_allowance_ends() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&[b'a'; 1_000]).unwrap();
        let detected = detect(&mut file).unwrap();
        let mut reader = TextReader::new(file, detected, true).unwrap();
        reader.allow(100);
        assert!(reader.read_to_end(&mut Vec::new()).is_err());
        assert!(reader.is_spent());
        reader.allow(10_000);
        let mut rest = String::new();
        reader.read_to_string(&mut rest).unwrap();
        assert!(rest.ends_with(&format!("a\n{END_MARK}\n")));
        assert!(!reader.ended_with_line());
    }
}
