//! Words that are nearly as typed: how many letters may be wrong, and counting them.

/// Letters of a word from which one, and two, may be wrong. Never in a word with digits: another number is another.
const ONE_FROM: usize = 4;
const TWO_FROM: usize = 8;
/// Letters from which one may be wrong in what is only the beginning of a word: shorter ones begin nearly anything.
const BEGUN_FROM: usize = 6;

/// How wrong a word may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Allowed {
    /// Letters left out, put in, exchanged or put in another order, in the whole word.
    pub whole: usize,
    /// The same in its beginning, where it may be unfinished.
    pub begun: usize,
    /// Whether it may be some words written as one, which nobody wrote so: only long ones.
    pub joined: bool,
}

/// How wrong this word may be. Two letters only if the first is right: who errs rarely errs there.
pub(super) fn allowed(word: &str) -> Allowed {
    let letters = word.chars().count();
    if !word.chars().all(char::is_alphabetic) {
        return Allowed { whole: 0, begun: 0, joined: false };
    }
    let (one, two) = (letters >= ONE_FROM, letters >= TWO_FROM);
    Allowed { whole: usize::from(one) + usize::from(two), begun: usize::from(letters >= BEGUN_FROM), joined: two }
}

/// How wrong several words may be that are taken for one: they are no word that was typed, so long ones only, and one
/// letter.
pub(super) fn allowed_together(words: &str) -> Allowed {
    let Allowed { joined, .. } = allowed(words);
    Allowed { whole: usize::from(joined), begun: 0, joined }
}

/// Whether two folded names are the same but for slips of the finger: the same words in the same order, of which one
/// may be wrong by what is allowed.
pub(crate) fn is_similar(one: &str, other: &str) -> bool {
    let mut others = other.split(' ');
    let mut wrong = 0;
    for word in one.split(' ') {
        let Some(other) = others.next() else { return false };
        if word != other {
            wrong += 1;
            if wrong > 1 || !allowed(word).is_near(word, other, false) {
                return false;
            }
        }
    }
    others.next().is_none()
}

impl Allowed {
    /// Whether a word is the one asked for but for what is allowed. The same rule as the index's automaton.
    pub fn is_near(self, asked: &str, word: &str, unfinished: bool) -> bool {
        if self.whole == 0 || word.bytes().any(|b| b.is_ascii_digit()) {
            return false;
        }
        // Most words differ in length by more than there may be slips: told without a look at their letters.
        let (long, slips) = (asked.chars().count(), self.whole.max(self.begun));
        let mut letters: Vec<char> = Vec::with_capacity(long + slips + 1);
        // What stands behind the most letters that may count decides nothing but the length.
        letters.extend(word.chars().take(long + slips + 1));
        if letters.len() + slips < long || letters.len() > long + slips && !unfinished {
            return false;
        }
        let mut typed: Vec<char> = Vec::with_capacity(long);
        typed.extend(asked.chars());
        let rows = distances(&typed, &letters);
        let whole = rows.last().copied().unwrap_or(usize::MAX);
        whole <= 1.min(self.whole)
            || whole <= self.whole && typed.first() == letters.first()
            || unfinished && rows.iter().any(|distance| *distance <= self.begun && self.begun > 0)
    }
}

/// From the word asked for to each beginning of another: letters left out, put in, exchanged, or two beside each
/// other exchanged (optimal string alignment).
fn distances(asked: &[char], word: &[char]) -> Vec<usize> {
    let [mut before, mut row, mut next] = [(); 3].map(|()| Vec::with_capacity(word.len() + 1));
    row.extend(0..=word.len());
    for (i, a) in asked.iter().enumerate() {
        next.clear();
        next.push(i + 1);
        for (j, b) in word.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut least = (at(&row, j + 1) + 1).min(at(&next, j) + 1).min(at(&row, j) + usize::from(a != b));
            let crossed = i > 0 && j > 0 && asked.get(i - 1) == Some(b) && word.get(j - 1) == Some(a);
            if crossed {
                least = least.min(at(&before, j - 1) + 1);
            }
            next.push(least);
        }
        std::mem::swap(&mut before, &mut row);
        std::mem::swap(&mut row, &mut next);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_near(asked: &str, word: &str, unfinished: bool) -> bool {
        allowed(asked).is_near(asked, word, unfinished)
    }

    #[test]
    fn what_is_near() {
        for (asked, word) in [
            ("monparnasse", "montparnasse"),
            ("biblioteque", "bibliotheque"),
            ("marhce", "marche"),
            ("xarche", "marche"),
            ("pont", "port"),
            ("porrt", "port"),
            ("boulnagreie", "boulangerie"),
        ] {
            assert!(is_near(asked, word, false), "{asked} {word}");
        }
    }

    #[test]
    fn what_is_not() {
        for (asked, word) in [
            ("bar", "car"),
            ("marche", "mairie"),
            ("29000", "29001"),
            ("lycee4", "lycee5"),
            ("pont", "pnt4"),
            ("xoulagerie", "boulangerie"),
            ("ecole", "colle"),
        ] {
            assert!(!is_near(asked, word, false), "{asked} {word}");
        }
    }

    #[test]
    fn a_beginning_may_have_one_wrong_letter() {
        assert!(is_near("monpar", "montparnasse", true) && !is_near("monpar", "montparnasse", false));
        assert!(!is_near("monp", "montparnasse", true));
    }
}
