//! The words of a query, each with all that it may stand as in an element.

use super::{
    forms::{self, Joins, Run},
    pieces::{Piece, Stuff, pieces},
    score::{Place, Places, Says, Score},
    signs, tables,
    things::{self, KIND_WORDS_MAX},
    typo::{self, Allowed},
    words::{BEGINNING_MAX, ElementTerms, Stems, Terms, delimited},
};
use crate::osm_words;

/// Bytes of a query's text that are read: no name is longer, and no text that somebody types.
const TEXT_MAX: usize = 2_000;
/// Words of a query that count; what is beyond is passed over. A digit of [`Score`] holds as many.
const WORDS_MAX: usize = 15;
/// Words for kinds of things that one slip may stand for.
const KNOWN_MAX: usize = 4;
/// Letters of a word of the tables of which a stem is looked for: that of a shorter one is another word's too.
const STEM_LETTERS_MIN: usize = 5;
/// Letters that its stem may lack: those of a plural.
const STEM_CUT_MAX: usize = 2;

/// Other words than the one typed, and their forms.
#[derive(Debug, Default)]
pub(super) struct Meant {
    pub words: Vec<String>,
    pub forms: Vec<String>,
}

impl Meant {
    /// Of several words they stand in the index written as one. A word that nobody typed is found as it is and in its
    /// plural, by no more: the stem of "généraliste" is that of "générale", and "vet" that of "vêtement".
    fn add(&mut self, word: &str, stems: &Stems) {
        self.words.push(word.to_owned());
        self.forms.push(forms::joined(word));
        let letters = word.chars().count();
        if letters >= STEM_LETTERS_MIN {
            // Before a stem stands the mark of its language.
            stems.each(word, word, |stem| {
                if stem.chars().count() + STEM_CUT_MAX > letters {
                    self.forms.push(stem);
                }
            });
        }
    }

    fn is_in(&self, terms: &Terms) -> bool {
        let any = |text: &str, list: &[String]| list.iter().any(|term| text.contains(&delimited(term)));
        any(&terms.words, &self.words) || any(&terms.forms, &self.forms)
    }
}

/// Two words beside each other, where they stand in the query, and their forms in an address, of which any will do.
#[derive(Debug)]
pub(super) struct Beside {
    ends: [usize; 2],
    pub forms: Vec<String>,
}

/// Words beside a word that count.
pub(super) const BESIDE_MAX: usize = 2;

/// A word to be found.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub word: String,
    /// Words and forms that are as good as it, but not as typed.
    pub like_words: Vec<String>,
    pub like_forms: Vec<String>,
    /// Other words for the same kind of thing.
    pub meant: Meant,
    /// What OpenStreetMap calls it: that stands in tags.
    pub tagged: Meant,
    /// Other words for what it nearly is: a slip in the word for a kind of thing.
    pub nearly: Meant,
    /// What a thing is that is so called.
    pub is: Vec<String>,
    /// What a thing is whose name this nearly is.
    pub is_nearly: Vec<String>,
    /// It with each of the words beside it, two at the most: as they may stand in an address.
    pub beside: Vec<Beside>,
    /// What a word may begin with, if it is unfinished.
    pub begun: Vec<String>,
    /// What a word may nearly be, and how many letters may be wrong.
    pub near: Vec<(String, Allowed)>,
    /// It may be the beginning of a word.
    pub unfinished: bool,
    /// Without it, an element is found all the same.
    pub optional: bool,
    /// Whether accents were typed: of two that are equal without, the one typed comes first.
    pub accents: bool,
}

/// The words of a query.
#[derive(Debug)]
pub(super) struct Words(pub Vec<Wanted>);

impl Words {
    /// One that is a phone number, a mail address or a site, or begins one, in any of these writings.
    pub fn contact(words: Vec<String>) -> Self {
        let word = words.first().cloned().unwrap_or_default();
        Self(vec![Wanted { word, like_words: words.clone(), begun: words, unfinished: true, ..Wanted::default() }])
    }

    /// None, when the text has neither a word nor a sign.
    pub fn of(text: &str, stems: &Stems) -> Option<Self> {
        let end = (0..=TEXT_MAX.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        let mut pieces = pieces(text.get(..end).unwrap_or_default());
        pieces.retain(|piece| !piece.possessive);
        let last = pieces.last().map(|piece| piece.folded.clone())?;
        let mut asked: Vec<(usize, Wanted)> =
            (0..pieces.len()).filter_map(|at| Some((at, wanted(&pieces, at, stems)?))).collect();
        together(&pieces, &mut asked, stems);
        forms::beside(&pieces, |ends, form| {
            let of_it = asked.iter_mut().filter(|(at, _)| ends.contains(at));
            of_it.for_each(|(_, wanted)| wanted.is_beside(ends, &form));
        });
        let decisive = pieces.iter().any(|piece| piece.stuff != Stuff::Sign && !forms::is_small(&piece.folded));
        let words = pieces.iter().any(|piece| piece.stuff != Stuff::Sign);
        let mut found: Vec<Wanted> = Vec::new();
        for (at, mut wanted) in asked {
            let sign = pieces.get(at).is_some_and(|piece| piece.stuff == Stuff::Sign);
            wanted.optional = if sign { words } else { decisive && forms::is_small(&wanted.word) };
            wanted.unfinished = wanted.word == last && !sign;
            if wanted.unfinished {
                wanted.begun.push(wanted.word.clone());
            }
            match found.iter_mut().find(|before| before.word == wanted.word) {
                Some(before) => {
                    before.unfinished |= wanted.unfinished;
                    before.begun.extend(wanted.begun);
                    before.beside.extend(wanted.beside);
                    before.beside.truncate(BESIDE_MAX);
                }
                None => found.push(wanted),
            }
        }
        found.truncate(WORDS_MAX);
        if found.len() == 1 {
            // A number alone is meant as it is typed: "dix" is not each house with the number 10.
            found.iter_mut().for_each(|wanted| wanted.like_words.retain(|word| word.parse::<u32>().is_err()));
        }
        found.iter_mut().for_each(Wanted::once);
        // What must be found first: the rest is then only looked for where that was.
        found.sort_by_key(|wanted| wanted.optional);
        Some(Self(found))
    }

    /// Whether pictograms were typed: names are compared without them.
    pub fn has_sign(&self) -> bool {
        self.0.iter().any(|wanted| !wanted.word.contains(char::is_alphanumeric))
    }

    /// Whether any word may be nearly as typed.
    pub fn may_err(&self) -> bool {
        let may = |wanted: &Wanted| !wanted.near.is_empty() || !wanted.begun.is_empty();
        self.0.iter().any(|wanted| !wanted.optional && may(wanted))
    }

    /// Whether a word may be a slip in the word for a kind of thing: what has it in a form only is then not all that
    /// may be meant.
    pub fn may_be_kinds(&self) -> bool {
        let may =
            |wanted: &&Wanted| !wanted.optional && wanted.meant.words.is_empty() && !things::is_kind(&wanted.word);
        self.0.iter().filter(may).any(|wanted| things::nearly(&wanted.word).next().is_some())
    }

    /// Take other words for what the words nearly are: before looking for what is nearly as typed.
    pub fn mean_nearly(&mut self, stems: &Stems) {
        for wanted in self.0.iter_mut().filter(|wanted| !wanted.optional) {
            if wanted.meant.words.is_empty() {
                for known in things::nearly(&wanted.word) {
                    things::asked(known, |form| wanted.is_nearly.push(form));
                }
                let known = things::nearly(&wanted.word)
                    .filter(|known| !tables::same_kind(known).is_empty() || !tables::offering(known).is_empty());
                for known in known.take(KNOWN_MAX) {
                    tables::same_kind(known).iter().chain(tables::offering(known)).for_each(|other| {
                        wanted.nearly.add(other, stems);
                    });
                }
            }
        }
    }

    /// How an element has all the words, when it does. The same rule as that of [`Self::each`]. `near`: words may also
    /// be nearly as typed.
    pub fn score(&self, terms: &ElementTerms, near: bool) -> Option<Score> {
        self.score_in(terms, near, Place::PARTS)
    }

    /// Whether an element that has all the words has them in its name or its tags, not only other words for the kind of
    /// thing that they ask for.
    pub fn is_said(&self, terms: &ElementTerms, near: bool) -> bool {
        self.score_in(terms, near, Place::SAID).is_some_and(|score| score.worst() >= Place::Tag)
    }

    fn score_in(&self, terms: &ElementTerms, near: bool, parts: [Places; 3]) -> Option<Score> {
        let mut score = Score::default();
        for wanted in &self.0 {
            let place = wanted.best(terms, near, parts);
            let accented = terms.name.forms.contains(&delimited(&forms::accented(&wanted.word)));
            score = score.with(Score::of(wanted.says(), place, accented)?);
        }
        Some(score)
    }
}

/// What a piece asks for. Characters are asked for in pairs, where they stand in a row.
fn wanted(pieces: &[Piece], at: usize, stems: &Stems) -> Option<Wanted> {
    let piece = pieces.get(at)?;
    let mut wanted = Wanted { word: piece.folded.clone(), accents: piece.has_accents(), ..Wanted::default() };
    match piece.stuff {
        Stuff::Sign => {
            signs::of_sign(&piece.folded).for_each(|word| {
                wanted.meant.add(word, stems);
                wanted.means(word, stems);
            });
            return Some(wanted);
        }
        Stuff::Character => {
            if piece.joined {
                wanted.word = format!("{}{}", pieces.get(at.checked_sub(1)?)?.folded, piece.folded);
            } else if pieces.get(at + 1).is_some_and(|next| next.stuff == Stuff::Character && next.joined) {
                return None;
            }
            return Some(wanted);
        }
        Stuff::Word => {}
    }
    let word = piece.folded.as_str();
    stems.each(&piece.written, word, |stem| wanted.like_forms.push(stem));
    forms::each(pieces, at, true, |form| wanted.like_forms.push(form));
    if word.chars().count() > 1 {
        wanted.like_forms.push(forms::joined(word));
    }
    wanted.like_words.extend(forms::value(pieces, at, true).map(|value| value.to_string()));
    wanted.like_words.extend(forms::spelt_out(&piece.written));
    wanted.like_words.extend(forms::without_article(word).map(str::to_owned));
    wanted.like_words.retain(|like| *like != word);
    wanted.means(word, stems);
    let allowed = typo::allowed(word);
    if allowed.whole > 0 {
        wanted.near.push((word.to_owned(), allowed));
    }
    Some(wanted)
}

/// Words that may be written as one: each of them is found where the one is.
fn together(pieces: &[Piece], asked: &mut [(usize, Wanted)], stems: &Stems) {
    let end = pieces.len().saturating_sub(1);
    forms::runs(pieces, Joins::Neighbours, |at, run| {
        let Some(first) = pieces.get(*at.start()) else { return };
        for (_, wanted) in asked.iter_mut().filter(|(index, _)| at.contains(index)) {
            forms::of_run(&run, first, |form| match form.strip_prefix(forms::JOINED) {
                Some(word) => wanted.like_words.push(word.to_owned()),
                None => wanted.like_forms.push(form),
            });
            let word = match &run {
                Run::Number(value) => {
                    wanted.like_words.push(value.to_string());
                    continue;
                }
                Run::Word(word) => word,
            };
            let allowed = typo::allowed_together(word);
            if allowed.whole > 0 {
                wanted.near.push((word.clone(), allowed));
            }
            if *at.end() == end && word.chars().nth(BEGINNING_MAX).is_some() {
                wanted.begun.push(word.clone());
            }
        }
    });
    for from in 0..pieces.len() {
        // With its small words and without: "réparation de vélos" is asked for as "réparation vélo".
        let (mut word, mut bare) = (String::new(), String::new());
        for (at, piece) in pieces.iter().enumerate().skip(from).take(KIND_WORDS_MAX) {
            if piece.stuff != Stuff::Word {
                break;
            }
            word.push_str(&piece.folded);
            if !forms::is_small(&piece.folded) {
                bare.push_str(&piece.folded);
            }
            let words = [Some(&word), Some(&bare).filter(|bare| **bare != word)];
            for word in words.into_iter().flatten().filter(|_| at > from) {
                let meant = [tables::same_kind(word), tables::offering(word)].iter().any(|other| !other.is_empty());
                if meant || !osm_words::meant(word).is_empty() || osm_words::is_thing(word) {
                    let within = asked.iter_mut().filter(|(index, _)| (from..=at).contains(index));
                    within.for_each(|(_, wanted)| wanted.means(word, stems));
                }
            }
        }
    }
}

impl Wanted {
    /// Look for nothing twice.
    fn once(&mut self) {
        let meant =
            [&mut self.meant, &mut self.tagged].into_iter().flat_map(|meant| [&mut meant.words, &mut meant.forms]);
        let others = [&mut self.like_words, &mut self.like_forms, &mut self.begun, &mut self.is];
        for list in meant.chain(others) {
            list.sort_unstable();
            list.dedup();
        }
        self.near.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.whole.cmp(&a.1.whole)));
        self.near.dedup_by(|a, b| a.0 == b.0);
    }

    fn is_beside(&mut self, ends: [usize; 2], form: &str) {
        if let Some(beside) = self.beside.iter_mut().find(|beside| beside.ends == ends) {
            beside.forms.push(form.to_owned());
        } else if self.beside.len() < BESIDE_MAX {
            self.beside.push(Beside { ends, forms: vec![form.to_owned()] });
        }
    }

    /// What of it counts in a score.
    pub fn says(&self) -> Says {
        Says { optional: self.optional, accents: self.accents }
    }

    /// Take other words for the same kind of thing.
    fn means(&mut self, word: &str, stems: &Stems) {
        tables::same_kind(word).iter().for_each(|other| self.meant.add(other, stems));
        tables::offering(word).iter().for_each(|other| self.meant.add(other, stems));
        osm_words::meant(word).iter().for_each(|other| self.tagged.add(other, stems));
        things::asked(word, |form| self.is.push(form));
    }

    /// The best place of the word in an element.
    fn best(&self, terms: &ElementTerms, near: bool, parts: [Places; 3]) -> Option<Place> {
        let any = |text: &str, list: &[String]| list.iter().any(|term| text.contains(&delimited(term)));
        if !self.optional && any(&terms.tags.forms, &self.is) {
            return Some(Place::Is);
        }
        let all_beside = || self.beside.iter().all(|beside| any(&terms.texts.forms, &beside.forms));
        let beside = (!self.optional && !self.beside.is_empty() && all_beside()).then_some(Place::Address);
        let is_nearly = (!self.optional && near && any(&terms.tags.forms, &self.is_nearly)).then_some(Place::IsNear);
        let parts = parts.into_iter().zip([&terms.name, &terms.tags, &terms.texts]).filter_map(|(places, terms)| {
            if terms.words.contains(&delimited(&self.word)) {
                return Some(places.typed);
            }
            if self.optional {
                return None;
            }
            if any(&terms.words, &self.like_words) || any(&terms.forms, &self.like_forms) || self.is_begun(terms) {
                return Some(places.like);
            }
            let meant = places.meant.filter(|_| self.meant.is_in(terms));
            if let Some(place) = meant.or_else(|| places.tagged.filter(|_| self.tagged.is_in(terms))) {
                return Some(place);
            }
            if near && places.meant.is_some() && self.nearly.is_in(terms) {
                return Some(places.near);
            }
            (near && self.is_near(terms, places.typed == Place::Name)).then_some(places.near)
        });
        parts.chain(beside).chain(is_nearly).max()
    }

    fn is_begun(&self, terms: &Terms) -> bool {
        self.begun.iter().any(|begun| terms.words.contains(&format!(" {begun}")))
    }

    /// Words written as one are looked for in names alone.
    fn is_near(&self, terms: &Terms, name: bool) -> bool {
        let long = |begun: &&String| begun.chars().nth(BEGINNING_MAX).is_some();
        let joined = |begun: &String| terms.forms.contains(&format!(" {}", forms::joined(begun)));
        name && self.begun.iter().filter(long).any(joined)
            || self.near.iter().any(|(asked, allowed)| {
                let near = |word: &str| allowed.is_near(asked, word, self.unfinished);
                let joined = |form: &str| {
                    let word = form.strip_prefix(forms::JOINED).filter(|_| name && allowed.joined);
                    word.is_some_and(|word| allowed.is_near(asked, word, false))
                };
                terms.words.split(' ').any(near) || terms.forms.split(' ').any(joined)
            })
    }
}
