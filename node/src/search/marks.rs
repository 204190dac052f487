//! How the documents of one segment have a word: a byte each, marked term by term.

use super::{near::Near, text::Fields, wanted::BESIDE_MAX};
use std::{collections::HashMap, sync::Arc};
use tantivy::{
    InvertedIndexReader, SegmentReader, TantivyError, Term,
    postings::{BlockSegmentPostings, TermInfo},
    schema::{Field, IndexRecordOption},
};

/// Words of one segment that may begin with what was typed, or be near it: beyond, the first ones in alphabetical
/// order.
const CONTINUED_MAX: usize = 50_000;
/// Bits of a document in which the word is written with accents; in which it stands beside each of the words that it
/// stands beside in the query. Places need four bits.
pub(super) const ACCENTED: u8 = 0x80;
pub(super) const BESIDE: [u8; BESIDE_MAX] = [0x10, 0x20];
pub(super) const PLACES: u8 = 0x0f;

/// Documents that are looked at together: most have no mark.
pub(super) const STEP: usize = 8;
/// Of each byte all bits but the highest, and the highest.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;

/// Of each byte that is not zero the highest bit.
pub(super) fn not_zero(bytes: [u8; STEP]) -> u64 {
    let bytes = u64::from_le_bytes(bytes);
    (((bytes & LOW) + LOW) | bytes) & HIGH
}

/// What is known of each document of a segment.
#[derive(Default)]
pub(super) struct Column {
    /// The best place of the word in each document; none: 0.
    marks: Vec<u8>,
    /// Whether it has a place in any.
    pub any: bool,
}

impl Column {
    pub fn mark(&self, document: usize) -> u8 {
        self.marks.get(document).copied().unwrap_or(0)
    }

    pub fn steps(&self) -> &[[u8; STEP]] {
        self.marks.as_chunks().0
    }

    pub fn clear(&mut self, documents: usize) {
        self.marks.clear();
        // Looked at in steps: those at the end that are none have no mark.
        self.marks.resize(documents.next_multiple_of(STEP), 0);
        self.any = false;
    }

    /// Mark all documents of a term.
    fn mark_all(&mut self, mut postings: BlockSegmentPostings, mark: u8) {
        let is_place = mark & PLACES != 0;
        self.any |= is_place && !postings.docs().is_empty();
        while !postings.docs().is_empty() {
            for document in postings.docs() {
                if let Some(best) = self.marks.get_mut(*document as usize) {
                    *best = if is_place { (*best & !PLACES) | (*best & PLACES).max(mark) } else { *best | mark };
                }
            }
            postings.advance();
        }
    }
}

/// One segment, and which of its terms are near a word: some words written as one are looked for by each of them.
pub(super) struct Searched<'a> {
    pub fields: Fields,
    reader: &'a SegmentReader,
    reached: HashMap<(Field, &'a Near), Vec<TermInfo>>,
}

impl<'a> Searched<'a> {
    pub fn new(reader: &'a SegmentReader, fields: Fields) -> Self {
        Self { fields, reader, reached: HashMap::new() }
    }

    /// One of its fields, to mark documents in a column.
    pub fn marks<'m>(&'m mut self, field: Field, column: &'m mut Column) -> Result<Marks<'m, 'a>, TantivyError> {
        Ok(Marks { inverted: self.reader.inverted_index(field)?, field, column, reached: &mut self.reached })
    }
}

/// One field of one segment, while documents are marked.
pub(super) struct Marks<'m, 'a> {
    inverted: Arc<InvertedIndexReader>,
    field: Field,
    column: &'m mut Column,
    reached: &'m mut HashMap<(Field, &'a Near), Vec<TermInfo>>,
}

impl<'a> Marks<'_, 'a> {
    pub fn term(&mut self, term: &str, mark: u8) -> Result<(), TantivyError> {
        let term = Term::from_field_text(self.field, term);
        if let Some(postings) = self.inverted.read_block_postings(&term, IndexRecordOption::Basic)? {
            self.column.mark_all(postings, mark);
        }
        Ok(())
    }

    /// What begins so.
    pub fn begun(&mut self, begun: &str, mark: u8) -> Result<(), TantivyError> {
        // Terms are letters, digits and signs: none continues with this one.
        let after = format!("{begun}\u{10ffff}");
        let inverted = self.inverted.clone();
        let mut stream = inverted.terms().range().ge(begun).lt(&after).into_stream()?;
        let mut left = CONTINUED_MAX;
        while left > 0 && stream.advance() {
            left -= 1;
            self.column
                .mark_all(inverted.read_block_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?, mark);
        }
        Ok(())
    }

    /// What an automaton takes.
    pub fn near(&mut self, near: &'a Near, mark: u8) -> Result<(), TantivyError> {
        let inverted = self.inverted.clone();
        if !self.reached.contains_key(&(self.field, near)) {
            let (from, before) = near.range();
            let mut stream = inverted.terms().search(near).ge(&from).lt(&before).into_stream()?;
            let mut reached = Vec::new();
            while reached.len() < CONTINUED_MAX && stream.advance() {
                reached.push(stream.value().clone());
            }
            self.reached.insert((self.field, near), reached);
        }
        let reached = self.reached.get(&(self.field, near)).map(Vec::as_slice).unwrap_or_default();
        for term in reached {
            self.column.mark_all(inverted.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?, mark);
        }
        Ok(())
    }
}
