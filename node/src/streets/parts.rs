//! What a pack has behind its tiles: texts, packed with zstd, found by the last bytes of the file. Who reads the tiles
//! alone passes over it.
//!
//! Behind the parts stand, for each, where it begins and how long it is (two little-endian numbers of 64 bits), and a
//! mark.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

/// Which part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Doors and streets.
    Addresses,
    /// Outlines.
    Boundaries,
}

/// How many there are.
pub const PARTS: usize = 2;
/// Ends a pack that has parts.
const MARK: &[u8; 8] = b"CMNT-P01";
/// Bytes of what says where they are.
const TRAILER: usize = PARTS * 16 + MARK.len();
/// The window that zstd may ask for, as a power of two: 8 MB. At our level it needs half of that.
const WINDOW_LOG_MAX: u32 = 23;
/// Bytes of a part as it is unpacked, at the most: of which makers write less (doors 64 MB, outlines 50 MB).
pub const UNPACKED_MAX: usize = 160 << 20;
/// Bytes of one line: all doors of a street, or the outline of a country.
pub const LINE_MAX: usize = 4 << 20;
/// How hard zstd tries.
const LEVEL: i32 = 12;

/// A text, packed.
pub fn packed(text: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(text, LEVEL)
}

/// Write parts at the end of a file.
pub fn append(file: &mut File, parts: [&[u8]; PARTS]) -> io::Result<()> {
    let mut at = file.seek(SeekFrom::End(0))?;
    let mut trailer = Vec::with_capacity(TRAILER);
    for part in parts {
        file.write_all(part)?;
        trailer.extend_from_slice(&at.to_le_bytes());
        trailer.extend_from_slice(&(part.len() as u64).to_le_bytes());
        at += part.len() as u64;
    }
    trailer.extend_from_slice(MARK);
    file.write_all(&trailer)
}

/// Lines of a part, unpacked as they are read: never more than a window and a line at once.
pub struct Lines {
    from: Box<dyn BufRead>,
    line: Vec<u8>,
    unpacked: usize,
}

/// Begin to read a part; none: the pack has none.
///
/// # Errors
/// One line: it cannot be read, or says what makes no sense.
pub fn lines(pack: &Path, part: Part) -> Result<Option<Lines>, String> {
    let told = |error: io::Error| error.to_string();
    let mut file = File::open(pack).map_err(told)?;
    let length = file.metadata().map_err(told)?.len();
    let Some(trailer_at) = length.checked_sub(TRAILER as u64) else { return Ok(None) };
    let mut trailer = [0; TRAILER];
    file.seek(SeekFrom::Start(trailer_at)).map_err(told)?;
    file.read_exact(&mut trailer).map_err(told)?;
    if !trailer.ends_with(MARK) {
        return Ok(None);
    }
    let number = |at: usize| {
        let bytes = trailer.get(at..at.saturating_add(8)).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(u64::MAX, u64::from_le_bytes)
    };
    let index = match part {
        Part::Addresses => 0,
        Part::Boundaries => 16,
    };
    let (begin, long) = (number(index), number(index + 8));
    if begin.checked_add(long).is_none_or(|end| end > trailer_at) {
        return Err("it is damaged: its lengths make no sense".into());
    }
    file.seek(SeekFrom::Start(begin)).map_err(told)?;
    unpack(file.take(long)).map(Some)
}

/// Lines of a packed text.
pub fn unpack(packed: impl Read + 'static) -> Result<Lines, String> {
    let mut decoder = zstd::stream::read::Decoder::new(packed).map_err(|error| error.to_string())?;
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(|error| error.to_string())?;
    Ok(Lines { from: Box::new(BufReader::new(decoder)), line: Vec::new(), unpacked: 0 })
}

impl Lines {
    /// The next line, without its end; none at the end of the text.
    ///
    /// # Errors
    /// One line: it is damaged, or longer than any that is made.
    pub fn next_line(&mut self) -> Result<Option<&str>, String> {
        self.line.clear();
        let room = LINE_MAX as u64 + 1;
        let read = (&mut self.from).take(room).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| format!("it is damaged: {error}"))?;
        self.unpacked = self.unpacked.saturating_add(read);
        if read == 0 {
            return Ok(None);
        }
        if read > LINE_MAX || self.unpacked > UNPACKED_MAX {
            return Err("it unpacks to more than any map has".into());
        }
        let line = std::str::from_utf8(&self.line).map_err(|_| "it is damaged: it is no text".to_owned())?;
        Ok(Some(line.trim_end_matches('\n')))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn pack(parts: [&[u8]; PARTS]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pmtiles");
        std::fs::write(&path, b"tiles").unwrap();
        let mut file = File::options().read(true).write(true).open(&path).unwrap();
        append(&mut file, parts).unwrap();
        (folder, path)
    }
    fn all(mut lines: Lines) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        while let Some(line) = lines.next_line()? {
            found.push(line.to_owned());
        }
        Ok(found)
    }

    #[test]
    fn parts_come_back_and_files_without_have_none() {
        let (_folder, path) = pack([&packed(b"a\nb\n").unwrap(), &packed(b"").unwrap()]);
        let read = |part| all(lines(&path, part).unwrap().unwrap());
        assert_eq!(read(Part::Addresses), Ok(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(read(Part::Boundaries), Ok(vec![]));
        assert!(std::fs::read(&path).unwrap().starts_with(b"tiles"));
        for short in [&b""[..], b"tiles", &[0; 100]] {
            std::fs::write(&path, short).unwrap();
            assert!(lines(&path, Part::Addresses).unwrap().is_none());
        }
    }

    #[test]
    fn what_is_hostile_is_refused_before_it_takes_room() {
        // A gigabyte in some kilobytes, as one line, and as many.
        for pattern in [&b"x"[..], b"\n"] {
            let mut out = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            let block = pattern.repeat(1 << 20);
            (0..1_024).for_each(|_| out.write_all(&block).unwrap());
            let bomb = out.finish().unwrap();
            assert!(bomb.len() < 200_000, "{}", bomb.len());
            let mut lines = unpack(io::Cursor::new(bomb)).unwrap();
            let mut count = 0_usize;
            let why = loop {
                match lines.next_line() {
                    Ok(Some(_)) => count += 1,
                    Ok(None) => break String::new(),
                    Err(why) => break why,
                }
            };
            assert!(why.contains("more than any map") && count <= UNPACKED_MAX, "{why} after {count}");
            assert!(lines.line.capacity() <= 2 * (LINE_MAX + 1), "{}", lines.line.capacity());
        }
        // A window of 128 MB.
        let mut out = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        out.window_log(27).unwrap();
        out.write_all(&vec![b'x'; 1 << 20]).unwrap();
        let mut wide = unpack(io::Cursor::new(out.finish().unwrap())).unwrap();
        assert!(wide.next_line().is_err());
        // A part that ends behind the file.
        let (_folder, path) = pack([b"", b""]);
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.len() - TRAILER + 8;
        bytes[at] = 200;
        std::fs::write(&path, bytes).unwrap();
        assert!(lines(&path, Part::Addresses).is_err());
    }
}
