//! Folded names in one string, and references to them in alphabetical order.

use crate::search::fold;

/// Articles that people leave out when they type a place's name.
const ARTICLES: [&str; 8] = ["le ", "la ", "les ", "l ", "the ", "el ", "los ", "las "];

/// A name as it is compared: folded, "St" and "Ste" written out where a name follows.
pub(super) fn key(name: &str) -> String {
    let folded = fold::folded(name);
    let mut key = String::with_capacity(folded.len() + 4);
    let mut words = folded.split(' ').peekable();
    while let Some(word) = words.next() {
        let followed = words.peek().is_some();
        key.push_str(match word {
            "st" if followed => "saint",
            "ste" if followed => "sainte",
            word => word,
        });
        if followed {
            key.push(' ');
        }
    }
    key
}

/// A place found by a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Held {
    pub place: u32,
    /// It is the place's main name.
    pub main: bool,
}

/// A folded name of a place.
#[derive(Debug, Clone, Copy)]
struct Name {
    from: u32,
    len: u16,
    main: bool,
    place: u32,
}

#[derive(Debug, Default)]
pub(super) struct Builder {
    text: String,
    names: Vec<Name>,
}

impl Builder {
    pub fn add(&mut self, place: u32, name: &str, main: bool) {
        let key = key(name);
        let (Ok(from), Ok(len)) = (u32::try_from(self.text.len()), u16::try_from(key.len())) else { return };
        if key.is_empty() {
            return;
        }
        self.text.push_str(&key);
        self.names.push(Name { from, len, main, place });
        for article in ARTICLES {
            if key.len() > article.len() && key.starts_with(article) {
                let skipped = article.len();
                let (Ok(skip), Ok(skip_len)) = (u32::try_from(skipped), u16::try_from(skipped)) else { return };
                // The same bytes again: a name within the name.
                self.names.push(Name { from: from + skip, len: len - skip_len, main: false, place });
            }
        }
    }

    pub fn finish(self) -> Index {
        let Self { text, mut names } = self;
        names.sort_unstable_by(|a, b| (slice(&text, a), a.place, !a.main).cmp(&(slice(&text, b), b.place, !b.main)));
        names.shrink_to_fit();
        Index { text, names }
    }
}

/// Alphabetical; of one name, the most populous place first.
#[derive(Debug)]
pub(super) struct Index {
    text: String,
    names: Vec<Name>,
}

fn slice<'a>(text: &'a str, name: &Name) -> &'a str {
    let from = name.from as usize;
    text.get(from..from + usize::from(name.len)).unwrap_or_default()
}

impl Index {
    /// Places one of whose names is `key`, and those one of whose names begins with it: each once, most populous first.
    pub fn beginning_with(&self, key: &str) -> (Vec<Held>, Vec<Held>) {
        let from = self.names.partition_point(|name| slice(&self.text, name) < key);
        let rest = self.names.get(from..).unwrap_or_default();
        let until = rest.partition_point(|name| slice(&self.text, name).starts_with(key));
        let found = rest.get(..until).unwrap_or_default();
        let equal = found.partition_point(|name| usize::from(name.len) == key.len());
        let (exact, longer) = found.split_at_checked(equal).unwrap_or_default();
        (once(exact), once(longer))
    }
}

fn once(names: &[Name]) -> Vec<Held> {
    let mut held: Vec<Held> = names.iter().map(|name| Held { place: name.place, main: name.main }).collect();
    held.sort_unstable_by_key(|held| (held.place, !held.main));
    held.dedup_by_key(|held| held.place);
    held
}
