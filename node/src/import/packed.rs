//! The parts of an archive, of a spreadsheet or of KML (PKWARE's APPNOTE, the part of it that these use). All bounds
//! hold before anything is read into memory. Own code in place of calamine: that holds all sheets of an ODS, and copies
//! of a style for each cell format, in a memory that the file's size does not bound.

use crate::import::{FileFault, ImportError, encoding, text, xml::Xml};
use flate2::{Crc, read::DeflateDecoder};
use std::{
    collections::HashMap,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

/// Bytes of an archive, packed, at the most: a million rows of a spreadsheet, the most that programs show, have less.
const PACKED_MAX: u64 = 128 << 20;
/// Bytes of all its parts that are unpacked, at the most: to a temporary file, never to memory. A bomb has more.
const UNPACKED_MAX: u64 = 512 << 20;
/// Bytes of the list of parts, at the most: each sheet has a few of some hundred bytes, and pictures are parts too.
const LIST_MAX: u64 = 4 << 20;
/// Bytes at the end among which the list of parts is announced: the announcement and a comment.
const END_MAX: u64 = 22 + 65_535;
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
const END: &[u8] = b"PK\x05\x06";
const LISTED: &[u8] = b"PK\x01\x02";
const PART: &[u8] = b"PK\x03\x04";
/// How a part is packed.
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// What an archive is: messages say it, and what to do where it cannot be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Spreadsheet,
    Kmz,
}

impl What {
    fn too_large(self, bytes: u64) -> FileFault {
        let (mib, max) = (bytes >> 20, PACKED_MAX >> 20);
        match self {
            Self::Spreadsheet => FileFault::SpreadsheetTooLarge { mib, max },
            Self::Kmz => FileFault::KmzTooLarge { mib, max },
        }
    }
    fn damaged(self, why: FileFault) -> FileFault {
        let why = why.boxed();
        match self {
            Self::Spreadsheet => FileFault::SpreadsheetDamaged { why },
            Self::Kmz => FileFault::KmzDamaged { why },
        }
    }
    fn unpacks(self) -> FileFault {
        let max = UNPACKED_MAX >> 20;
        match self {
            Self::Spreadsheet => FileFault::SpreadsheetUnpacks { max },
            Self::Kmz => FileFault::KmzUnpacks { max },
        }
    }
}

/// An archive.
pub(super) struct Packed {
    archive: File,
    what: What,
    parts: Vec<Part>,
    /// The first of each name: archives may have tens of thousands of parts.
    by_name: HashMap<String, usize>,
    /// What is unpacked at once.
    chunk: Vec<u8>,
    name: String,
    left: u64,
}

/// A part, as the list at the end has it.
struct Part {
    /// In small letters, with "/".
    name: String,
    at: u64,
    packed: u64,
    method: u16,
    encrypted: bool,
    crc: u32,
}

impl Packed {
    pub fn open(mut archive: File, name: &str, what: What) -> Result<Self, ImportError> {
        let io = |error: io::Error| ImportError::io(name, &error);
        let bytes = archive.metadata().map_err(io)?.len();
        if bytes > PACKED_MAX {
            return Err(ImportError::unusable(name, what.too_large(bytes)));
        }
        let parts = list(&mut archive, bytes).map_err(io)?;
        let parts = parts.map_err(|why| ImportError::unusable(name, what.damaged(why)))?;
        let mut by_name = HashMap::new();
        for (at, part) in parts.iter().enumerate() {
            by_name.entry(part.name.clone()).or_insert(at);
        }
        let chunk = vec![0; CHUNK];
        Ok(Self { archive, what, parts, by_name, chunk, name: name.to_owned(), left: UNPACKED_MAX })
    }

    pub fn file(&self) -> &str {
        &self.name
    }

    /// The names of its parts, in its order, each once.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let firsts = self.parts.iter().enumerate().filter(|(at, part)| self.by_name.get(&part.name) == Some(at));
        firsts.map(|(_, part)| part.name.as_str())
    }

    /// Part of a name, as XML; none: there is none.
    pub fn xml(&mut self, wanted: &str) -> Result<Option<Xml>, ImportError> {
        let key = key(wanted);
        let Some(part) = self.by_name.get(&key).and_then(|at| self.parts.get(*at)) else { return Ok(None) };
        if part.encrypted {
            return Err(ImportError::unusable(&self.name, FileFault::Password));
        }
        let damaged = |why: FileFault| {
            let why = FileFault::PartDamaged { why: why.boxed() };
            ImportError::broken(&self.name, format!("'{}'", text::shown(wanted)), why)
        };
        let io = |error: io::Error| ImportError::io(&self.name, &error);
        let at = start(&mut self.archive, part.at).map_err(io)?.map_err(damaged)?;
        self.archive.seek(SeekFrom::Start(at)).map_err(io)?;
        let packed = (&mut self.archive).take(part.packed);
        let (mut out, crc) = match part.method {
            STORED => unpack(packed, self.left, &mut self.chunk),
            DEFLATED => unpack(DeflateDecoder::new(packed), self.left, &mut self.chunk),
            _ => return Err(damaged(FileFault::PartMethod)),
        }
        .map_err(|error| damaged(FileFault::from(&error)))?;
        let written = u64::from(crc.amount()).max(out.metadata().map_err(io)?.len());
        if written > self.left {
            return Err(ImportError::unusable(&self.name, self.what.unpacks()));
        }
        if crc.sum() != part.crc {
            return Err(damaged(FileFault::PartChecksum));
        }
        self.left -= written;
        out.seek(SeekFrom::Start(0)).map_err(io)?;
        let detected = encoding::detect(&mut out).map_err(io)?;
        Xml::of(out, &self.name, detected).map(Some)
    }
}

/// Some programs write "\" or other capitals.
fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Bytes at a place, fewer at the file's end.
fn bytes_at(archive: &mut File, at: u64, count: u64) -> io::Result<Vec<u8>> {
    archive.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    archive.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The list of parts, which stands at the end.
fn list(archive: &mut File, bytes: u64) -> io::Result<Result<Vec<Part>, FileFault>> {
    let end = bytes_at(archive, bytes.saturating_sub(END_MAX), END_MAX)?;
    let announced = end.windows(END.len()).rposition(|bytes| bytes == END).and_then(|at| end.get(at..));
    let said = announced.and_then(|end| Some((u32_at(end, 12)?, u32_at(end, 16)?)));
    let Some((length, from)) = said else { return Ok(Err(FileFault::PartsEndMissing)) };
    if u64::from(length) > LIST_MAX {
        return Ok(Err(FileFault::PartsTooMany));
    }
    let list = bytes_at(archive, from.into(), length.into())?;
    let mut parts = Vec::new();
    let mut rest = list.as_slice();
    while rest.starts_with(LISTED) {
        let Some((part, length)) = listed(rest) else { return Ok(Err(FileFault::PartsCut)) };
        parts.push(part);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(if parts.is_empty() { Err(FileFault::PartsMissing) } else { Ok(parts) })
}

/// The first part of a list, and the bytes that it takes there.
fn listed(bytes: &[u8]) -> Option<(Part, usize)> {
    let (name, extra, comment) = (u16_at(bytes, 28)?, u16_at(bytes, 30)?, u16_at(bytes, 32)?);
    let end = 46 + usize::from(name);
    let part = Part {
        name: key(&String::from_utf8_lossy(bytes.get(46..end)?)),
        at: u32_at(bytes, 42)?.into(),
        packed: u32_at(bytes, 20)?.into(),
        method: u16_at(bytes, 10)?,
        encrypted: u16_at(bytes, 8)? & 1 == 1,
        crc: u32_at(bytes, 16)?,
    };
    Some((part, end + usize::from(extra) + usize::from(comment)))
}

/// Where the bytes of a part begin.
fn start(archive: &mut File, at: u64) -> io::Result<Result<u64, FileFault>> {
    let head = bytes_at(archive, at, 30)?;
    let lengths = u16_at(&head, 26).zip(u16_at(&head, 28)).filter(|_| head.starts_with(PART));
    Ok(lengths.map(|(name, extra)| at + 30 + u64::from(name) + u64::from(extra)).ok_or(FileFault::PartElsewhere))
}

/// Unpacked to a temporary file, one byte more than allowed at the most.
fn unpack(from: impl Read, max: u64, chunk: &mut [u8]) -> io::Result<(File, Crc)> {
    let (mut out, mut crc) = (tempfile::tempfile()?, Crc::new());
    let mut from = from.take(max + 1);
    loop {
        crate::import::stop::check()?;
        let read = from.read(chunk)?;
        let Some(bytes) = chunk.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok((out, crc)) };
        crc.update(bytes);
        out.write_all(bytes)?;
    }
}
