//! Which elements have all the words of a query, and where.

use super::{
    forms,
    near::Near,
    rows::Slot,
    score::{Place, Places, Score},
    text::{Generation, NO_SLOT, Part},
    wanted::{BESIDE_MAX, Meant, Wanted, Words},
    words::BEGINNING_MAX,
};
use tantivy::{
    DocId, InvertedIndexReader, SegmentReader, TantivyError, Term,
    postings::BlockSegmentPostings,
    schema::{Field, IndexRecordOption},
};

/// Words of one segment that may begin with what was typed, or be near it: beyond, the first ones in alphabetical
/// order.
const CONTINUED_MAX: usize = 50_000;
/// Bits of a document in which the word is written with accents; in which it stands beside each of the words that it
/// stands beside in the query. Places need four bits.
const ACCENTED: u8 = 0x80;
const BESIDE: [u8; BESIDE_MAX] = [0x10, 0x20];
const PLACES: u8 = 0x0f;

/// What is nearly a word that is asked for.
#[derive(Default)]
struct Nearly {
    words: Vec<Near>,
    joined: Vec<Near>,
}

impl Nearly {
    fn of(wanted: &Wanted) -> Self {
        let mut nearly = Self::default();
        for (asked, allowed) in wanted.near.iter().filter(|_| !wanted.optional) {
            nearly.words.extend(Near::of(asked, *allowed, None, wanted.unfinished));
            if allowed.joined {
                nearly.joined.extend(Near::of(asked, *allowed, Some(forms::JOINED), false));
            }
        }
        nearly
    }
}

impl Words {
    /// Call with each element that has all the words as of the last commit. `near`: words may also be nearly as typed.
    pub fn each(
        &self,
        generation: &Generation,
        near: bool,
        mut take: impl FnMut(Slot, Score),
    ) -> Result<(), TantivyError> {
        let mut words = Vec::new();
        for wanted in &self.0 {
            let nearly = near.then(|| Nearly::of(wanted));
            let adds = adds(wanted);
            words.push(Marked { wanted, nearly, adds, marks: Vec::new() });
        }
        for (segment, mapped) in generation.searcher.segment_readers().iter().zip(&generation.segments) {
            let mut any = true;
            for word in &mut words {
                word.marks.clear();
                word.marks.resize(segment.max_doc() as usize, 0);
                word.wanted.mark(segment, generation, word.nearly.as_ref(), &mut word.marks)?;
                if !word.wanted.optional && word.marks.iter().all(|mark| *mark == 0) {
                    any = false;
                    break;
                }
            }
            if !any {
                continue;
            }
            let alive = segment.alive_bitset();
            having_all(&words, |document, score| {
                let slot = mapped.slots.get(document as usize).copied().unwrap_or(NO_SLOT);
                if slot != NO_SLOT && alive.is_none_or(|alive| alive.is_alive(document)) {
                    take(slot, score);
                }
            });
        }
        Ok(())
    }
}

/// What a word adds to a score, by how a document is marked.
type Adds = [Option<Score>; MARKS];
/// Marks that a document may have: a byte each.
const MARKS: usize = 1 << u8::BITS;

fn adds(wanted: &Wanted) -> Adds {
    let beside = BESIDE.into_iter().zip(&wanted.beside).fold(0, |bits, (bit, _)| bits | bit);
    std::array::from_fn(|mark| {
        let mark = u8::try_from(mark).unwrap_or(0);
        let address = Some(Place::Address).filter(|_| beside != 0 && mark & beside == beside);
        Score::of(wanted.says(), Place::of(mark & PLACES).max(address), mark & ACCENTED != 0)
    })
}

/// A word that is looked for in a segment.
struct Marked<'a> {
    wanted: &'a Wanted,
    nearly: Option<Nearly>,
    adds: Adds,
    /// The best place of the word in each document; none: 0.
    marks: Vec<u8>,
}

/// Documents that are looked at together: most have no mark.
const STEP: usize = 8;
/// Of each byte all bits but the highest, and the highest.
const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
const HIGH: u64 = !LOW;

/// Call with each document that is marked.
fn marked(marks: &[u8], mut take: impl FnMut(usize, u8)) {
    let (steps, rest) = marks.as_chunks::<STEP>();
    for (step, bytes) in steps.iter().enumerate() {
        let word = u64::from_le_bytes(*bytes);
        // The highest bit of each byte that is not zero.
        let mut left = (((word & LOW) + LOW) | word) & HIGH;
        while left != 0 {
            let byte = left.trailing_zeros() as usize / STEP;
            left &= left - 1;
            take(step * STEP + byte, bytes.get(byte).copied().unwrap_or(0));
        }
    }
    let from = marks.len() - rest.len();
    rest.iter().enumerate().filter(|(_, mark)| **mark != 0).for_each(|(at, mark)| take(from + at, *mark));
}

/// Call with each document that has all the words that it must have. Nothing is kept of them: of a frequent word they
/// are nearly all that there is.
fn having_all(words: &[Marked], mut take: impl FnMut(DocId, Score)) {
    // What must be found stands first; where all is optional, the first word has to be there.
    let needed = words.iter().take_while(|word| !word.wanted.optional).count().max(1);
    let (needed, optional) = words.split_at_checked(needed).unwrap_or_default();
    let Some((first, others)) = needed.split_first() else { return };
    let of = |word: &Marked, at: usize| word.marks.get(at).and_then(|mark| *word.adds.get(usize::from(*mark))?);
    marked(&first.marks, |at, mark| {
        let Some(mut score) = first.adds.get(usize::from(mark)).copied().flatten() else { return };
        for word in others {
            let Some(add) = of(word, at) else { return };
            score = score.with(add);
        }
        for word in optional {
            score = score.with(of(word, at).unwrap_or_default());
        }
        // Documents are counted with 32 bits.
        take(at as DocId, score);
    });
}

/// One field of one segment, while documents are marked.
struct Marks<'a> {
    inverted: &'a InvertedIndexReader,
    field: Field,
    best: &'a mut [u8],
}

impl Marks<'_> {
    fn term(&mut self, term: &str, mark: u8) -> Result<(), TantivyError> {
        let term = Term::from_field_text(self.field, term);
        if let Some(postings) = self.inverted.read_block_postings(&term, IndexRecordOption::Basic)? {
            self.postings(postings, mark);
        }
        Ok(())
    }

    /// What begins so.
    fn begun(&mut self, begun: &str, mark: u8) -> Result<(), TantivyError> {
        // Terms are letters, digits and signs: none continues with this one.
        let after = format!("{begun}\u{10ffff}");
        let inverted = self.inverted;
        let mut stream = inverted.terms().range().ge(begun).lt(&after).into_stream()?;
        let mut left = CONTINUED_MAX;
        while left > 0 && stream.advance() {
            left -= 1;
            self.postings(inverted.read_block_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?, mark);
        }
        Ok(())
    }

    /// What an automaton takes.
    fn near(&mut self, near: &Near, mark: u8) -> Result<(), TantivyError> {
        let inverted = self.inverted;
        let (from, before) = near.range();
        let mut stream = inverted.terms().search(near).ge(&from).lt(&before).into_stream()?;
        let mut left = CONTINUED_MAX;
        while left > 0 && stream.advance() {
            left -= 1;
            self.postings(inverted.read_block_postings_from_terminfo(stream.value(), IndexRecordOption::Basic)?, mark);
        }
        Ok(())
    }

    fn postings(&mut self, mut postings: BlockSegmentPostings, mark: u8) {
        while !postings.docs().is_empty() {
            for document in postings.docs() {
                if let Some(best) = self.best.get_mut(*document as usize) {
                    *best =
                        if mark & PLACES == 0 { *best | mark } else { (*best & !PLACES) | (*best & PLACES).max(mark) };
                }
            }
            postings.advance();
        }
    }
}

impl Wanted {
    /// Note for each document the best place of the word.
    fn mark(
        &self,
        segment: &SegmentReader,
        generation: &Generation,
        nearly: Option<&Nearly>,
        best: &mut [u8],
    ) -> Result<(), TantivyError> {
        let fields = generation.fields;
        for (part, places) in [fields.name, fields.tags, fields.texts].into_iter().zip(Place::PARTS) {
            self.mark_words(segment, part, places, nearly, best)?;
            if !self.optional {
                self.mark_forms(segment, part, places, nearly.is_some(), best)?;
            }
        }
        if self.optional {
            return Ok(());
        }
        let inverted = segment.inverted_index(fields.tags.forms)?;
        let mut marks = Marks { inverted: &inverted, field: fields.tags.forms, best };
        self.is.iter().try_for_each(|is| marks.term(is, Place::Is as u8))?;
        if nearly.is_some() {
            self.is_nearly.iter().try_for_each(|is| marks.term(is, Place::IsNear as u8))?;
        }
        let inverted = segment.inverted_index(fields.texts.forms)?;
        let mut marks = Marks { inverted: &inverted, field: fields.texts.forms, best };
        for (bit, beside) in BESIDE.into_iter().zip(&self.beside) {
            beside.forms.iter().try_for_each(|form| marks.term(form, bit))?;
        }
        let inverted = segment.inverted_index(fields.name.forms)?;
        let mut marks = Marks { inverted: &inverted, field: fields.name.forms, best };
        marks.term(&forms::accented(&self.word), ACCENTED)?;
        let Some(nearly) = nearly else { return Ok(()) };
        // Written as one, and then nearly so: in names alone.
        nearly.joined.iter().try_for_each(|near| marks.near(near, Place::NameNear as u8))?;
        let mut long = self.begun.iter().filter(|begun| begun.chars().nth(BEGINNING_MAX).is_some());
        long.try_for_each(|begun| marks.begun(&forms::joined(begun), Place::NameNear as u8))
    }

    fn mark_words(
        &self,
        segment: &SegmentReader,
        part: Part,
        places: Places,
        nearly: Option<&Nearly>,
        best: &mut [u8],
    ) -> Result<(), TantivyError> {
        let inverted = segment.inverted_index(part.words)?;
        let mut marks = Marks { inverted: &inverted, field: part.words, best };
        marks.term(&self.word, places.typed as u8)?;
        if self.optional {
            return Ok(());
        }
        for like in &self.like_words {
            marks.term(like, places.like as u8)?;
        }
        for (meant, place) in self.other_words(places, nearly.is_some()) {
            meant.words.iter().try_for_each(|word| marks.term(word, place as u8))?;
        }
        for near in nearly.map(|nearly| nearly.words.as_slice()).unwrap_or_default() {
            marks.near(near, places.near as u8)?;
        }
        let (short, long): (Vec<_>, Vec<_>) =
            self.begun.iter().partition(|begun| begun.chars().nth(BEGINNING_MAX).is_none());
        for begun in long {
            marks.begun(begun, places.like as u8)?;
        }
        let inverted = segment.inverted_index(part.beginnings)?;
        let mut marks = Marks { inverted: &inverted, field: part.beginnings, best };
        short.into_iter().try_for_each(|begun| marks.term(begun, places.like as u8))
    }

    fn mark_forms(
        &self,
        segment: &SegmentReader,
        part: Part,
        places: Places,
        near: bool,
        best: &mut [u8],
    ) -> Result<(), TantivyError> {
        let inverted = segment.inverted_index(part.forms)?;
        let mut marks = Marks { inverted: &inverted, field: part.forms, best };
        for like in &self.like_forms {
            marks.term(like, places.like as u8)?;
        }
        for (meant, place) in self.other_words(places, near) {
            meant.forms.iter().try_for_each(|form| marks.term(form, place as u8))?;
        }
        Ok(())
    }

    /// Other words, with the place that they have in a part where they count.
    fn other_words(&self, places: Places, near: bool) -> impl Iterator<Item = (&Meant, Place)> {
        let nearly = places.meant.filter(|_| near).map(|_| places.near);
        let others = [(&self.meant, places.meant), (&self.tagged, places.tagged), (&self.nearly, nearly)];
        others.into_iter().filter_map(|(meant, place)| Some((meant, place?)))
    }
}
