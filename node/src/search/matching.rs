//! Which elements have all the words of a query, and where.

use super::{
    rows::Slot,
    text::{Generation, NO_SLOT, Part},
    words::{BEGINNING_MAX, ElementTerms, Stems, Word, delimited, words},
};
use tantivy::{DocId, SegmentReader, TantivyError, Term, postings::BlockSegmentPostings, schema::IndexRecordOption};

/// Bytes of a query's text that are read: no name is longer, and no text that somebody types.
const TEXT_MAX: usize = 2_000;
/// Words of a query that count; what is beyond is passed over. A digit of [`Score`] holds as many.
const WORDS_MAX: usize = 15;
/// Words of one segment that may begin with what was typed: beyond, the first ones in alphabetical order.
const CONTINUED_MAX: usize = 50_000;

/// Where one word was found, the best place last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// In the description or the address.
    Text = 1,
    /// In the tags.
    Tag = 2,
    /// In the name: by its stem, or as the beginning of a word.
    NameLike = 3,
    /// In the name, as typed.
    Name = 4,
}

/// How many words were found at which place: four bits for each place, the best place highest; the lowest
/// four bits for small words in the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score(u32);

impl Score {
    const fn of(place: u8) -> u32 {
        1 << (4 * place as u32)
    }
    /// Where the word stands that was found at the least place.
    pub fn worst(self) -> Place {
        let holds = |place: Place| self.0 >> (4 * place as u32) & 0xf != 0;
        [Place::Text, Place::Tag, Place::NameLike].into_iter().find(|place| holds(*place)).unwrap_or(Place::Name)
    }
    /// As a number: the greater, the better.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// A word to be found.
#[derive(Debug)]
struct Wanted {
    folded: String,
    stems: Vec<String>,
    /// The word, and its stems, as they are looked for in [`ElementTerms`].
    delimited: String,
    delimited_stems: Vec<String>,
    /// It may be the beginning of a word.
    unfinished: bool,
    /// Without it, an element is found all the same.
    optional: bool,
}

/// The words of a query.
#[derive(Debug)]
pub(super) struct Words(Vec<Wanted>);

impl Words {
    /// None, when the text has no word.
    pub fn of(text: &str, stems: &Stems) -> Option<Self> {
        let end = (0..=TEXT_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let mut found: Vec<Word> = words(text.get(..end).unwrap_or_default());
        let last = found.last().map(|word| word.folded.clone())?;
        let mut seen = std::collections::HashSet::new();
        found.retain(|word| seen.insert(word.folded.clone()));
        found.truncate(WORDS_MAX);
        let decisive = found.iter().any(|word| !word.is_small());
        let wanted = found.into_iter().map(|word| {
            let mut list = Vec::new();
            stems.each(&word, |stem| list.push(stem));
            Wanted {
                optional: decisive && word.is_small(),
                unfinished: word.folded == last,
                delimited: delimited(&word.folded),
                delimited_stems: list.iter().map(|stem| delimited(stem)).collect(),
                stems: list,
                folded: word.folded,
            }
        });
        // What must be found first: the rest is then only looked for where that was.
        let mut wanted: Vec<Wanted> = wanted.collect();
        wanted.sort_by_key(|wanted| wanted.optional);
        Some(Self(wanted))
    }

    /// How an element has all the words, when it does. The same rule as that of [`Self::each`].
    pub fn score(&self, terms: &ElementTerms) -> Option<Score> {
        let mut score = 0;
        for wanted in &self.0 {
            match (wanted.best(terms), wanted.optional) {
                (Some(place), true) => score += u32::from(place == Place::Name),
                (Some(place), false) => score += Score::of(place as u8),
                (None, true) => {}
                (None, false) => return None,
            }
        }
        Some(Score(score))
    }

    /// Call with each element that has all the words as of the last commit.
    pub fn each(&self, generation: &Generation, mut take: impl FnMut(Slot, Score)) -> Result<(), TantivyError> {
        for (segment, mapped) in generation.searcher.segment_readers().iter().zip(&generation.segments) {
            let mut scores = vec![0_u32; segment.max_doc() as usize];
            let mut best = vec![0_u8; segment.max_doc() as usize];
            for (index, wanted) in self.0.iter().enumerate() {
                best.fill(0);
                wanted.mark(segment, generation, &mut best)?;
                for (score, best) in scores.iter_mut().zip(&best) {
                    *score = match (index, wanted.optional, *best) {
                        (0, _, 0) => 0,
                        (0, _, place) => Score::of(place),
                        (_, _, _) if *score == 0 => 0,
                        (_, true, place) => *score + u32::from(place == Place::Name as u8),
                        (_, false, 0) => 0,
                        (_, false, place) => *score + Score::of(place),
                    };
                }
            }
            let found = (0..).zip(scores.iter().zip(mapped.slots.iter()));
            for (document, (score, slot)) in found {
                if *score != 0 && *slot != NO_SLOT && !segment.is_deleted(document) {
                    take(*slot, Score(*score));
                }
            }
        }
        Ok(())
    }
}

impl Wanted {
    /// The best place of the word in an element.
    fn best(&self, terms: &ElementTerms) -> Option<Place> {
        let parts = [
            (&terms.name, Place::Name, Place::NameLike),
            (&terms.tags, Place::Tag, Place::Tag),
            (&terms.texts, Place::Text, Place::Text),
        ];
        parts.into_iter().find_map(|(terms, exact, like)| {
            if terms.words.contains(&self.delimited) {
                return Some(exact);
            }
            let stem = || self.delimited_stems.iter().any(|stem| terms.stems.contains(stem));
            let beginning = || self.unfinished && terms.words.contains(self.delimited.trim_end());
            (!self.optional && (stem() || beginning())).then_some(like)
        })
    }

    /// Note for each document the best place of the word.
    fn mark(&self, segment: &SegmentReader, generation: &Generation, best: &mut [u8]) -> Result<(), TantivyError> {
        let fields = generation.fields;
        self.mark_part(segment, fields.texts, (Place::Text, Place::Text), best)?;
        self.mark_part(segment, fields.tags, (Place::Tag, Place::Tag), best)?;
        self.mark_part(segment, fields.name, (Place::Name, Place::NameLike), best)
    }

    /// Parts are marked from the least to the best, so that a place only ever replaces a lesser one.
    fn mark_part(
        &self,
        segment: &SegmentReader,
        part: Part,
        (exact, like): (Place, Place),
        best: &mut [u8],
    ) -> Result<(), TantivyError> {
        if !self.optional {
            let stems = segment.inverted_index(part.stems)?;
            for stem in &self.stems {
                if let Some(postings) =
                    stems.read_block_postings(&Term::from_field_text(part.stems, stem), IndexRecordOption::Basic)?
                {
                    mark(postings, like, best);
                }
            }
            if self.unfinished {
                self.mark_continued(segment, part, like, best)?;
            }
        }
        let words = segment.inverted_index(part.words)?;
        let term = Term::from_field_text(part.words, &self.folded);
        if let Some(postings) = words.read_block_postings(&term, IndexRecordOption::Basic)? {
            mark(postings, exact, best);
        }
        Ok(())
    }

    /// What has a word that begins so.
    fn mark_continued(
        &self,
        segment: &SegmentReader,
        part: Part,
        like: Place,
        best: &mut [u8],
    ) -> Result<(), TantivyError> {
        if self.folded.chars().nth(BEGINNING_MAX).is_none() {
            let beginnings = segment.inverted_index(part.beginnings)?;
            let term = Term::from_field_text(part.beginnings, &self.folded);
            if let Some(postings) = beginnings.read_block_postings(&term, IndexRecordOption::Basic)? {
                mark(postings, like, best);
            }
            return Ok(());
        }
        let words = segment.inverted_index(part.words)?;
        // Folded words are letters and digits: none continues with this one.
        let after = format!("{}\u{10ffff}", self.folded);
        let mut continued = words.terms().range().ge(&self.folded).lt(&after).into_stream()?;
        let mut left = CONTINUED_MAX;
        while left > 0 && continued.advance() {
            left -= 1;
            mark(words.read_block_postings_from_terminfo(continued.value(), IndexRecordOption::Basic)?, like, best);
        }
        Ok(())
    }
}

fn mark(mut postings: BlockSegmentPostings, place: Place, best: &mut [u8]) {
    while !postings.docs().is_empty() {
        for document in postings.docs() {
            set(best, *document, place as u8);
        }
        postings.advance();
    }
}

fn set(best: &mut [u8], document: DocId, place: u8) {
    if let Some(best) = best.get_mut(document as usize) {
        *best = (*best).max(place);
    }
}
