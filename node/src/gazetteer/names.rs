//! Names in the order of their keys, packed block by block. Those blocks that were asked for last are kept unpacked:
//! to unpack one costs more than all that is then sought in it.

use super::key::key;
use std::{
    borrow::Cow,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

/// Names a block.
pub(super) const BLOCK: usize = 1_024;
/// Bytes of anything unpacked: five times the numbers of the places there are today.
const UNPACKED_MAX: usize = 16 * 1024 * 1024;
/// Blocks that are kept unpacked, of 21 KB each with the beginnings of their lines: 0.7 MB for each of the two lists of
/// names. One look-up wants two to six; the communes of one file share some, as all of them share "FR".
const KEPT_MAX: usize = 32;

/// Unpacked names, a line each.
#[derive(Debug, Default)]
struct Block {
    text: String,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl Block {
    fn of(text: String) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1).filter(|at| *at < text.len());
        let starts = std::iter::once(0).filter(|_| !text.is_empty()).chain(ends).collect();
        Self { text, starts }
    }

    fn line(&self, start: usize) -> &str {
        self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default()
    }

    fn lines(&self) -> impl Iterator<Item = &str> {
        self.starts.iter().map(|start| self.line(*start))
    }
}

/// Names in the order of their keys.
#[derive(Debug, Default)]
pub(super) struct Names {
    blocks: Vec<(Cow<'static, [u8]>, usize)>,
    /// The key of each block's first name.
    firsts: Vec<String>,
    /// Unpacked blocks by their numbers, those asked for last in front.
    kept: Mutex<Vec<(usize, Arc<Block>)>>,
}

impl Names {
    /// One more block: the first of its names, its packed bytes, and how many they unpack to.
    pub fn push(&mut self, first: &str, packed: Cow<'static, [u8]>, bytes: usize) {
        self.firsts.push(key(first));
        self.blocks.push((packed, bytes));
    }

    fn block(&self, at: usize) -> Arc<Block> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let held = kept.iter().position(|(number, _)| *number == at);
        let found = held.map_or_else(|| (at, Arc::new(self.unpacked(at))), |held| kept.remove(held));
        kept.truncate(KEPT_MAX - 1);
        let block = Arc::clone(&found.1);
        kept.insert(0, found);
        block
    }

    fn unpacked(&self, at: usize) -> Block {
        let Some((packed, bytes)) = self.blocks.get(at) else { return Block::default() };
        let text = unpack(packed, *bytes).and_then(|bytes| String::from_utf8(bytes).ok());
        Block::of(text.unwrap_or_default())
    }

    /// How many names come before the first for which `before` does not hold; it holds for none after that.
    fn partition(&self, before: impl Fn(&str) -> bool) -> usize {
        let Some(at) = self.firsts.partition_point(|first| before(first)).checked_sub(1) else { return 0 };
        let block = self.block(at);
        at * BLOCK + block.starts.partition_point(|start| before(&key(name_of(block.line(*start)))))
    }

    /// Those with just this key.
    pub fn bearing(&self, wanted: &str) -> Range<usize> {
        self.partition(|key| key < wanted)..self.partition(|key| key <= wanted)
    }

    /// Those whose key begins with this one, and goes on.
    pub fn begun(&self, wanted: &str) -> Range<usize> {
        self.partition(|key| key <= wanted)..self.partition(|key| key < wanted || key.starts_with(wanted))
    }

    /// Call with each line of a range.
    pub fn each(&self, range: Range<usize>, mut take: impl FnMut(&str)) {
        if range.is_empty() {
            return;
        }
        for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            let (skip, most) = (range.start.saturating_sub(block * BLOCK), range.end - block * BLOCK);
            self.block(block).lines().take(most).skip(skip).for_each(&mut take);
        }
    }
}

/// The name of a line; other names have a tab and the number of their place behind.
fn name_of(line: &str) -> &str {
    line.split('\t').next().unwrap_or_default()
}

/// The bytes of a part of the file; none if it is broken, or larger than what is unpacked.
pub(super) fn unpack(packed: &[u8], bytes: usize) -> Option<Vec<u8>> {
    (bytes <= UNPACKED_MAX).then(|| zstd::bulk::decompress(packed, bytes).ok()).flatten()
}

#[cfg(test)]
impl Names {
    /// All lines.
    pub fn lines(&self) -> Vec<String> {
        let blocks = 0..self.blocks.len();
        blocks.flat_map(|block| self.block(block).lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    }

    /// Of lines in the order of their keys.
    pub fn of(lines: &[String]) -> Self {
        let mut names = Self::default();
        for block in lines.chunks(BLOCK) {
            let text: String = block.iter().map(|line| format!("{line}\n")).collect();
            let packed = zstd::bulk::compress(text.as_bytes(), 1).unwrap_or_default();
            let first = block.first().map(|line| name_of(line)).unwrap_or_default();
            names.push(first, Cow::Owned(packed), text.len());
        }
        names
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;

    /// More blocks than are kept: names of six letters, so that their order is that of their numbers.
    fn many() -> Names {
        let names = (0..(KEPT_MAX + 8) * BLOCK).map(|number| format!("n{number:06}\t{number}"));
        Names::of(&names.collect::<Vec<_>>())
    }

    fn kept(names: &Names) -> Vec<usize> {
        names.kept.lock().unwrap().iter().map(|(number, _)| *number).collect()
    }

    #[test]
    fn what_was_asked_for_last_is_kept_and_no_more() {
        let names = many();
        for block in 0..KEPT_MAX + 8 {
            assert_eq!(names.bearing(&format!("n{:06}", block * BLOCK + 5)), block * BLOCK + 5..block * BLOCK + 6);
        }
        assert_eq!(kept(&names), (8..KEPT_MAX + 8).rev().collect::<Vec<_>>());
        names.block(20);
        assert_eq!(kept(&names).first(), Some(&20), "asked for again: in front");
        names.block(0);
        assert_eq!((kept(&names).len(), kept(&names).contains(&8)), (KEPT_MAX, false), "the oldest is let go");
    }

    #[test]
    fn a_range_over_blocks_is_read_whole_whatever_is_kept() {
        let names = many();
        let range = BLOCK - 2..3 * BLOCK + 1;
        for _ in 0..2 {
            let mut lines = Vec::new();
            names.each(range.clone(), |line| lines.push(line.to_owned()));
            let expected: Vec<String> = range.clone().map(|number| format!("n{number:06}\t{number}")).collect();
            assert_eq!(lines, expected);
        }
        assert_eq!(names.begun("n0000"), 0..100);
        assert_eq!((names.bearing("a"), names.bearing("z")), (0..0, names.lines().len()..names.lines().len()));
        assert_eq!(names.bearing(""), 0..0);
    }

    #[test]
    fn a_broken_block_has_no_names() {
        let mut names = Names::default();
        names.push("a", Cow::Borrowed(b"no packed bytes"), 100);
        names.push("b", Cow::Borrowed(b""), UNPACKED_MAX + 1);
        assert_eq!((names.bearing("c"), names.lines()), (BLOCK..BLOCK, Vec::new()));
    }
}
