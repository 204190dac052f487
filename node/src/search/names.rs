//! Short names in memory (streets, boundaries), found as elements are: by the same words, forms and slips of the finger.

use super::{
    forms,
    pieces::{Stuff, pieces},
    wanted::{Wanted, Words},
    words::{Stems, Terms},
};
use std::{collections::BTreeMap, fmt};

/// Bytes that a term takes while a table is made, besides its letters: a node of the tree, a list.
const TERM_COST: usize = 96;
/// Bytes of each place where a term stands: its number, twice while the table is made.
const PLACE_COST: usize = 8;
/// Letters by which a word may be longer or shorter than the one that is nearly it: the most slips that are allowed.
const LONGER_MAX: usize = 2;

/// How a word of a query stands in a name, the best first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NameHas {
    /// As typed.
    #[default]
    Typed,
    /// In another form, or only begun.
    Form,
    /// But for a slip.
    Nearly,
}

/// How much a word of a name may differ from what was typed, besides its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// Not at all.
    Whole,
    /// The last word that was typed may be the beginning of it.
    Begun,
    /// And there may be a slip.
    Near,
}

/// The words of a query.
pub(crate) struct NameQuery(Words);

impl fmt::Debug for NameQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.0.iter().map(|wanted| &wanted.word)).finish()
    }
}

impl NameQuery {
    /// None, where a text has no word.
    pub fn of(text: &str) -> Option<Self> {
        Words::of(text, &Stems::default()).map(Self)
    }
    /// Its words, each with whether a name has to have it.
    pub fn words(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.0.iter().map(|wanted| (wanted.word.as_str(), !wanted.optional))
    }
}

/// Terms in their order, each with the names in which it stands.
#[derive(Debug, Default)]
struct Vocabulary {
    text: String,
    /// Of each term: where it ends in the text, and where its names end.
    ends: Vec<(u32, u32)>,
    names: Vec<u32>,
}

impl Vocabulary {
    fn of(terms: BTreeMap<Box<str>, Vec<u32>>) -> Self {
        let mut made = Self::default();
        for (term, names) in terms {
            made.text.push_str(&term);
            made.names.extend(names);
            let end = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
            made.ends.push((end(made.text.len()), end(made.names.len())));
        }
        made.text.shrink_to_fit();
        made.names.shrink_to_fit();
        made.ends.shrink_to_fit();
        made
    }
    fn begin(&self, at: usize) -> (usize, usize) {
        let before = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        (before.0 as usize, before.1 as usize)
    }
    fn term(&self, at: usize) -> &str {
        let end = self.ends.get(at).map_or(0, |(end, _)| *end as usize);
        self.text.get(self.begin(at).0..end).unwrap_or_default()
    }
    fn names(&self, at: usize) -> &[u32] {
        let end = self.ends.get(at).map_or(0, |(_, end)| *end as usize);
        self.names.get(self.begin(at).1..end).unwrap_or_default()
    }
    /// The first term that is not before a text.
    fn from(&self, text: &str) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.term(middle) < text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
    fn get(&self, term: &str) -> &[u32] {
        let at = self.from(term);
        if self.term(at) == term { self.names(at) } else { &[] }
    }
    /// Terms that begin so.
    fn begun<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        (self.from(text)..self.ends.len()).take_while(move |at| self.term(*at).starts_with(text))
    }
}

/// Names by their words. A name is known by its number, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct NameTable {
    words: Vocabulary,
    forms: Vocabulary,
    /// Of each name: how many words it has that count.
    sizes: Vec<u8>,
}

/// A table that is being made.
#[derive(Debug, Default)]
pub(crate) struct NameTableMaker {
    stems: Stems,
    words: BTreeMap<Box<str>, Vec<u32>>,
    forms: BTreeMap<Box<str>, Vec<u32>>,
    sizes: Vec<u8>,
    bytes: usize,
}

impl NameTableMaker {
    /// Take a name, with others that it has.
    pub fn add<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        let number = u32::try_from(self.sizes.len()).unwrap_or(u32::MAX);
        let mut size = None;
        for name in names {
            let terms = Terms::of_name(name, &self.stems);
            for (held, found) in [(&mut self.words, &terms.words), (&mut self.forms, &terms.forms)] {
                for term in found.split_ascii_whitespace() {
                    if let Some(names) = held.get_mut(term) {
                        if names.last() != Some(&number) {
                            names.push(number);
                            self.bytes += PLACE_COST;
                        }
                    } else {
                        held.insert(term.into(), vec![number]);
                        self.bytes += TERM_COST + term.len();
                    }
                }
            }
            let counts = |piece: &super::pieces::Piece| {
                piece.stuff != Stuff::Sign && !piece.possessive && !forms::is_small(&piece.folded)
            };
            size.get_or_insert_with(|| pieces(name).iter().filter(|piece| counts(piece)).count());
        }
        self.sizes.push(u8::try_from(size.unwrap_or(0)).unwrap_or(u8::MAX));
        self.bytes += 1;
    }
    /// Bytes that it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
    /// The table.
    pub fn finish(self) -> NameTable {
        let (words, forms) = (Vocabulary::of(self.words), Vocabulary::of(self.forms));
        NameTable { words, forms, sizes: self.sizes }
    }
}

impl NameTable {
    /// How many words of a name count.
    pub fn size(&self, name: u32) -> usize {
        self.sizes.get(name as usize).copied().unwrap_or(0).into()
    }
    /// How many names there are.
    pub fn len(&self) -> usize {
        self.sizes.len()
    }

    /// The names that have a word of a query, by number, and how.
    pub fn having(&self, query: &NameQuery, word: usize, reach: Reach) -> BTreeMap<u32, NameHas> {
        let mut found: BTreeMap<u32, NameHas> = BTreeMap::new();
        let Some(wanted) = query.0.0.get(word) else { return found };
        let mut add = |names: &[u32], how: NameHas| {
            for name in names {
                let held = found.entry(*name).or_insert(how);
                *held = how.min(*held);
            }
        };
        add(self.words.get(&wanted.word), NameHas::Typed);
        wanted.like_words.iter().for_each(|like| add(self.words.get(like), NameHas::Form));
        wanted.like_forms.iter().for_each(|like| add(self.forms.get(like), NameHas::Form));
        for begun in wanted.begun.iter().filter(|_| reach >= Reach::Begun) {
            self.words.begun(begun).for_each(|at| add(self.words.names(at), NameHas::Form));
        }
        if reach >= Reach::Near {
            self.near(wanted, &mut add);
        }
        found
    }

    fn near(&self, wanted: &Wanted, add: &mut impl FnMut(&[u32], NameHas)) {
        for (asked, allowed) in &wanted.near {
            let letters = asked.chars().count();
            for at in 0..self.words.ends.len() {
                let word = self.words.term(at);
                let long = word.chars().count();
                let fits = letters.abs_diff(long) <= LONGER_MAX || wanted.unfinished && long > letters;
                if fits && allowed.is_near(asked, word, wanted.unfinished) {
                    add(self.words.names(at), NameHas::Nearly);
                }
            }
            if allowed.joined {
                let joined = forms::joined("");
                for at in self.forms.begun(&joined) {
                    let word = self.forms.term(at).strip_prefix(joined.as_str()).unwrap_or_default();
                    if letters.abs_diff(word.chars().count()) <= LONGER_MAX && allowed.is_near(asked, word, false) {
                        add(self.forms.names(at), NameHas::Nearly);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], text: &str, near: bool) -> Vec<(u32, NameHas)> {
        let mut maker = NameTableMaker::default();
        names.iter().for_each(|name| maker.add([*name]));
        let table = maker.finish();
        let Some(query) = NameQuery::of(text) else { return Vec::new() };
        let mut all: Option<BTreeMap<u32, NameHas>> = None;
        for (word, (_, needed)) in query.words().enumerate() {
            if needed {
                let having = table.having(&query, word, if near { Reach::Near } else { Reach::Begun });
                all = Some(match all {
                    None => having,
                    Some(mut all) => {
                        all.retain(|name, _| having.contains_key(name));
                        all.into_iter().map(|(name, how)| (name, how.max(*having.get(&name).unwrap_or(&how)))).collect()
                    }
                });
            }
        }
        all.unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn names_are_found_as_elements_are() {
        use NameHas::{Form, Nearly, Typed};
        let names = ["Avenue du Général Leclerc", "Boulevard Saint-Michel", "Rue du Onze Novembre", "Rue de l'Été"];
        assert_eq!(found(&names, "général leclerc", false), [(0, Typed)]);
        assert_eq!(found(&names, "av du gal leclerc", false), [(0, Form)]);
        assert_eq!(found(&names, "bd st michel", false), [(1, Form)]);
        assert_eq!(found(&names, "rue du 11 novembre", false), [(2, Form)]);
        assert_eq!(found(&names, "rue de l’ete", false), [(3, Typed)]);
        assert_eq!(found(&names, "boulevard saint mich", false), [(1, Form)], "begun");
        assert_eq!(found(&names, "generql leclerc", false), []);
        assert_eq!(found(&names, "generql leclerc", true), [(0, Nearly)]);
        assert_eq!(found(&names, "rue du 12 novembre", true), [], "never in numbers");
    }

    #[test]
    fn a_name_has_as_many_words_as_count() {
        let mut maker = NameTableMaker::default();
        maker.add(["Rue de la Gare"]);
        maker.add(["Kaivokatu", "Brunnsgatan"]);
        assert!(maker.bytes() > 0);
        let table = maker.finish();
        assert_eq!((table.size(0), table.size(1), table.len()), (2, 1, 2));
        let query = NameQuery::of("brunnsgatan");
        assert_eq!(query.map(|query| table.having(&query, 0, Reach::Whole).len()), Some(1), "by another name");
        let begun = NameQuery::of("brunns")
            .map(|query| [Reach::Whole, Reach::Begun].map(|reach| table.having(&query, 0, reach).len()));
        assert_eq!(begun, Some([0, 1]));
    }
}
