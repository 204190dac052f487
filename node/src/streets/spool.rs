//! Pieces of tiles, put into the order of the tiles with bounded memory: sorted in runs on the disk, then merged.

use super::{
    cut::Unit,
    mvt::{varint, zigzag},
};
use crate::{files, import::FileFault};
use std::{
    collections::BinaryHeap,
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

/// Bytes of pieces in memory before they are sorted and written away.
const HELD_MAX: usize = 64 << 20;
/// Bytes that a piece takes in memory besides its lines and name.
const PIECE_COST: usize = 96;
/// Bytes on the disk at the most while a map is made: about twenty times a large region's.
pub const DISK_MAX: u64 = 8 << 30;
/// Bytes of one piece as it is read again: what was written is never longer.
const PIECE_MAX: usize = 64 << 20;

/// What one element is in one tile.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Piece {
    /// The tile, as PMTiles number them.
    pub tile: u64,
    /// Its layer.
    pub layer: u8,
    /// Grows as its weight becomes less: in the order of labels.
    pub order: u32,
    /// As the elements came.
    pub sequence: u64,
    /// Its name; may be empty.
    pub name: String,
    /// Points, lines or rings.
    pub paths: Vec<Vec<Unit>>,
}

/// Takes pieces in any order, and gives them tile by tile.
#[derive(Debug)]
pub struct Spool {
    folder: PathBuf,
    held: Vec<Piece>,
    held_bytes: usize,
    held_max: usize,
    runs: Vec<File>,
    written: u64,
}

impl Spool {
    /// Runs go into files of a folder that is there.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self::holding(folder, HELD_MAX)
    }
    fn holding(folder: &Path, held_max: usize) -> Self {
        Self { folder: folder.to_owned(), held: Vec::new(), held_bytes: 0, held_max, runs: Vec::new(), written: 0 }
    }

    /// Take a piece.
    pub fn push(&mut self, piece: Piece) -> io::Result<()> {
        let points: usize = piece.paths.iter().map(|path| path.len() * 8 + 24).sum();
        self.held_bytes += PIECE_COST + piece.name.len() + points;
        self.held.push(piece);
        if self.held_bytes > self.held_max { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.held.sort_unstable();
        let mut file = files::open(&self.folder.join(format!("run-{}", self.runs.len())))?;
        {
            let mut out = BufWriter::with_capacity(1 << 20, &mut file);
            let mut record = Vec::new();
            for piece in self.held.drain(..) {
                record.clear();
                encode(&piece, &mut record);
                let length = u32::try_from(record.len()).map_err(io::Error::other)?;
                out.write_all(&length.to_le_bytes())?;
                out.write_all(&record)?;
                self.written += u64::from(length) + 4;
            }
            out.flush()?;
        }
        if self.written > DISK_MAX {
            return Err(io::Error::other(FileFault::MapTooLarge));
        }
        file.seek(SeekFrom::Start(0))?;
        self.runs.push(file);
        self.held_bytes = 0;
        Ok(())
    }

    /// No more come: give them all, in order.
    pub fn finish(mut self) -> io::Result<Sorted> {
        let mut sources = Vec::new();
        if self.runs.is_empty() {
            self.held.sort_unstable();
        } else if !self.held.is_empty() {
            self.flush()?;
        }
        // Some kilobytes each, so that a thousand runs need no more than one.
        let room = (16 << 20) / (self.runs.len() + 1);
        for run in self.runs {
            sources.push(BufReader::with_capacity(room.clamp(16 << 10, 1 << 20), run));
        }
        let mut sorted = Sorted { sources, next: BinaryHeap::new(), memory: self.held.into_iter() };
        for index in 0..sorted.sources.len() {
            sorted.pull(index)?;
        }
        Ok(sorted)
    }
}

/// Pieces in the order of their tiles.
#[derive(Debug)]
pub struct Sorted {
    sources: Vec<BufReader<File>>,
    next: BinaryHeap<std::cmp::Reverse<(Piece, usize)>>,
    memory: std::vec::IntoIter<Piece>,
}

impl Sorted {
    fn pull(&mut self, index: usize) -> io::Result<()> {
        let Some(source) = self.sources.get_mut(index) else { return Ok(()) };
        let mut length = [0; 4];
        match source.read_exact(&mut length) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        let length = u32::from_le_bytes(length) as usize;
        if length > PIECE_MAX {
            return Err(damaged());
        }
        let mut record = vec![0; length];
        source.read_exact(&mut record)?;
        self.next.push(std::cmp::Reverse((decode(&mut record.as_slice()).ok_or_else(damaged)?, index)));
        Ok(())
    }
    /// The next one.
    pub fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        let Some(std::cmp::Reverse((piece, index))) = self.next.pop() else { return Ok(self.memory.next()) };
        self.pull(index)?;
        Ok(Some(piece))
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a file of this program's own was changed while it was used")
}

fn encode(piece: &Piece, out: &mut Vec<u8>) {
    varint(out, piece.tile);
    varint(out, piece.layer.into());
    varint(out, piece.order.into());
    varint(out, piece.sequence);
    varint(out, piece.name.len() as u64);
    out.extend_from_slice(piece.name.as_bytes());
    varint(out, piece.paths.len() as u64);
    for path in &piece.paths {
        varint(out, path.len() as u64);
        let mut before: Unit = [0, 0];
        for at in path {
            varint(out, zigzag(at[0].wrapping_sub(before[0])).into());
            varint(out, zigzag(at[1].wrapping_sub(before[1])).into());
            before = *at;
        }
    }
}

fn number(from: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = from.split_first()?;
        *from = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn step(from: &mut &[u8]) -> Option<i32> {
    let value = u32::try_from(number(from)?).ok()?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

fn decode(from: &mut &[u8]) -> Option<Piece> {
    let tile = number(from)?;
    let layer = u8::try_from(number(from)?).ok()?;
    let order = u32::try_from(number(from)?).ok()?;
    let sequence = number(from)?;
    let length = usize::try_from(number(from)?).ok()?;
    let (name, rest) = from.split_at_checked(length)?;
    *from = rest;
    let mut piece =
        Piece { tile, layer, order, sequence, name: String::from_utf8(name.to_vec()).ok()?, paths: Vec::new() };
    for _ in 0..number(from)? {
        let mut path = Vec::new();
        let mut at: Unit = [0, 0];
        for _ in 0..number(from)? {
            at = [at[0].wrapping_add(step(from)?), at[1].wrapping_add(step(from)?)];
            path.push(at);
        }
        piece.paths.push(path);
    }
    Some(piece)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn piece(n: u64) -> Piece {
        let at = |n: u64| i32::try_from(n % 9_000).unwrap() - 4_500;
        Piece {
            tile: n * 7919 % 101,
            layer: u8::try_from(n % 3).unwrap(),
            order: u32::try_from(n % 2).unwrap(),
            sequence: n,
            name: if n.is_multiple_of(5) { format!("Rue {n} é") } else { String::new() },
            paths: vec![vec![[at(n * 31), at(n * 17)], [at(n * 13), -at(n)]], vec![[0, 0], [i32::MAX, i32::MIN]]],
        }
    }

    #[test]
    fn all_come_in_order_whether_they_were_on_the_disk_or_not() {
        let mut expected: Vec<Piece> = (0..3_000).map(piece).collect();
        expected.sort_unstable();
        for held_max in [1 << 30, 50_000, 2_000] {
            let folder = tempfile::tempdir().unwrap();
            let mut spool = Spool::holding(folder.path(), held_max);
            (0..3_000).for_each(|n| spool.push(piece(n)).unwrap());
            let mut sorted = spool.finish().unwrap();
            let mut got = Vec::new();
            while let Some(piece) = sorted.next_piece().unwrap() {
                got.push(piece);
            }
            assert_eq!(got, expected, "{held_max}");
        }
    }
}
