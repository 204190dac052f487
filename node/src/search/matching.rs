//! Which elements have all the words of a query, and where.

use super::{
    forms,
    marks::{ACCENTED, BESIDE, Column, PLACES, STEP, Searched, not_zero},
    near::Near,
    rows::Slot,
    score::{Place, Places, Score},
    text::{Generation, NO_SLOT, Part},
    wanted::{Meant, Wanted, Words},
    words::BEGINNING_MAX,
};
use tantivy::{DocId, TantivyError};

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
            words.push(Marked { wanted, nearly, adds, column: Column::default() });
        }
        for (segment, mapped) in generation.searcher.segment_readers().iter().zip(&generation.segments) {
            let mut all = true;
            let mut searched = Searched::new(segment, generation.fields);
            for word in &mut words {
                word.column.clear(segment.max_doc() as usize);
                word.wanted.mark(&mut searched, word.nearly.as_ref(), &mut word.column)?;
                all = word.column.any || word.wanted.optional;
                if !all {
                    break;
                }
            }
            if !all {
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
    column: Column,
}

/// Call with each document that is marked for the first word and for all others.
fn marked(first: &Marked, others: &[Marked], mut take: impl FnMut(usize)) {
    for (step, bytes) in first.column.steps().iter().enumerate() {
        let mut left = not_zero(*bytes);
        for word in others {
            left &= word.column.steps().get(step).map_or(0, |bytes| not_zero(*bytes));
        }
        while left != 0 {
            take(step * STEP + left.trailing_zeros() as usize / STEP);
            left &= left - 1;
        }
    }
}

/// Call with each document that has all the words that it must have. Nothing is kept of them: of a frequent word they
/// are nearly all that there is.
fn having_all(words: &[Marked], mut take: impl FnMut(DocId, Score)) {
    // What must be found stands first; where all is optional, the first word has to be there.
    let needed = words.iter().take_while(|word| !word.wanted.optional).count().max(1);
    let (needed, optional) = words.split_at_checked(needed).unwrap_or_default();
    let Some((first, others)) = needed.split_first() else { return };
    let of = |word: &Marked, at: usize| *word.adds.get(usize::from(word.column.mark(at)))?;
    marked(first, others, |at| {
        let Some(mut score) = of(first, at) else { return };
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

impl Wanted {
    /// Note for each document the best place of the word.
    fn mark<'a>(
        &self,
        searched: &mut Searched<'a>,
        nearly: Option<&'a Nearly>,
        column: &mut Column,
    ) -> Result<(), TantivyError> {
        let fields = searched.fields;
        for (part, places) in [fields.name, fields.tags, fields.texts].into_iter().zip(Place::PARTS) {
            self.mark_words(searched, part, places, nearly, column)?;
            if !self.optional {
                self.mark_forms(searched, part, places, nearly.is_some(), column)?;
            }
        }
        if self.optional {
            return Ok(());
        }
        let mut marks = searched.marks(fields.tags.forms, column)?;
        self.is.iter().try_for_each(|is| marks.term(is, Place::Is as u8))?;
        if nearly.is_some() {
            self.is_nearly.iter().try_for_each(|is| marks.term(is, Place::IsNear as u8))?;
        }
        let mut marks = searched.marks(fields.texts.forms, column)?;
        for (bit, beside) in BESIDE.into_iter().zip(&self.beside) {
            beside.forms.iter().try_for_each(|form| marks.term(form, bit))?;
        }
        let mut marks = searched.marks(fields.name.forms, column)?;
        marks.term(&forms::accented(&self.word), ACCENTED)?;
        let Some(nearly) = nearly else { return Ok(()) };
        // Written as one, and then nearly so: in names alone.
        nearly.joined.iter().try_for_each(|near| marks.near(near, Place::NameNear as u8))?;
        let mut long = self.begun.iter().filter(|begun| begun.chars().nth(BEGINNING_MAX).is_some());
        long.try_for_each(|begun| marks.begun(&forms::joined(begun), Place::NameNear as u8))
    }

    fn mark_words<'a>(
        &self,
        searched: &mut Searched<'a>,
        part: Part,
        places: Places,
        nearly: Option<&'a Nearly>,
        column: &mut Column,
    ) -> Result<(), TantivyError> {
        let mut marks = searched.marks(part.words, column)?;
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
        let mut marks = searched.marks(part.beginnings, column)?;
        short.into_iter().try_for_each(|begun| marks.term(begun, places.like as u8))
    }

    fn mark_forms(
        &self,
        searched: &mut Searched<'_>,
        part: Part,
        places: Places,
        near: bool,
        column: &mut Column,
    ) -> Result<(), TantivyError> {
        let mut marks = searched.marks(part.forms, column)?;
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
