//! Whether a file that nobody named is a newer edition of a data set that is here: its name is that of the other but
//! for a year, or much of it is here already under the same names at the same places. It is told, with the name to
//! give, and never decided: two data sets may lie in one town.

use super::{
    Edition,
    held::{Held, PLACE_SQUARE, Square, around, hash, square},
    undo::is_nearly,
};
use crate::{
    import::{Format, ImportRecord},
    search::fold::folded,
};
use communaut_protocol::{IdentityId, Position};
use std::collections::{BTreeMap, HashMap};

/// Data sets of one person that are looked at: more are those of a machine.
const SOURCES_MAX: usize = 1_000;
/// Records that are the same by name and place, at the least, before a file is held to be another edition…
const ALIKE_MIN: u64 = 2;
/// …and of how many records of the file one has to be.
const ALIKE_SHARE: u64 = 2;

/// What is found while a file is read.
#[derive(Debug)]
pub(crate) struct Editions {
    /// Whether it is to be looked for.
    wanted: bool,
    /// The data sets that are here, each with how many of the file's records are in it.
    sources: Vec<(String, u64)>,
    /// By name and place: in which data set.
    places: HashMap<(u64, Square), u16>,
    records: u64,
    /// The data set that has the file's name but for a year.
    by_name: Option<usize>,
    /// The data set that has the given name but for capitals, signs or a slip.
    nearly: Option<String>,
}

impl Editions {
    /// `named`: whoever imports the file has said which data set it is.
    pub fn new(named: bool) -> Self {
        Self { wanted: !named, sources: Vec::new(), places: HashMap::new(), records: 0, by_name: None, nearly: None }
    }

    /// The file calls itself this; `new`: nothing is held of it.
    pub(super) fn look_at(&mut self, held: &Held, me: IdentityId, source: &str, new: bool) {
        if new && !self.wanted && !Format::names_data_set(source) {
            let sources = held.imported(me).filter_map(|held| Some(held.provenance.as_ref()?.source.as_str()));
            self.nearly = sources.filter(|known| is_nearly(known, source)).max().map(str::to_owned);
        }
        self.wanted &= new && !Format::names_data_set(source);
        if !self.wanted {
            return;
        }
        let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
        for element in held.imported(me) {
            let Some(from) = &element.provenance else { continue };
            if Format::names_data_set(&from.source) {
                continue;
            }
            let next = numbers.len();
            let number = match numbers.get(from.source.as_str()) {
                Some(number) => *number,
                None if next < SOURCES_MAX => {
                    let Ok(next) = u16::try_from(next) else { continue };
                    numbers.insert(&from.source, next);
                    next
                }
                None => continue,
            };
            if let Some(position) = element.position {
                self.places.insert((hash(&folded(&element.name)), square(position, PLACE_SQUARE)), number);
            }
        }
        let mut sources: Vec<(&str, u16)> = numbers.into_iter().collect();
        sources.sort_unstable_by_key(|(_, number)| *number);
        self.sources = sources.into_iter().map(|(name, _)| (name.to_owned(), 0)).collect();
        let plain = without_edition(source);
        // Of several the last by name: of years the latest.
        let alike = self.sources.iter().enumerate().filter(|(_, (name, _))| without_edition(name) == plain);
        self.by_name = alike.max_by(|(_, a), (_, b)| a.0.cmp(&b.0)).map(|(at, _)| at).filter(|_| !plain.is_empty());
    }

    /// A record of the file.
    pub(super) fn saw(&mut self, record: &ImportRecord) {
        if !self.wanted || self.places.is_empty() {
            return;
        }
        self.records += 1;
        let name = hash(&folded(&record.name));
        let position = Position { lat_e7: record.lat_e7, lon_e7: record.lon_e7 };
        let found = around(position, PLACE_SQUARE).find_map(|square| self.places.get(&(name, square)));
        if let Some((_, alike)) = found.and_then(|number| self.sources.get_mut(usize::from(*number))) {
            *alike += 1;
        }
    }

    /// What the whole file seems to be.
    pub fn found(&self) -> Option<Edition> {
        if let Some(source) = &self.nearly {
            return Some(Edition { source: source.clone(), alike: 0, by_name: true });
        }
        let most = self.sources.iter().enumerate().max_by(|(_, a), (_, b)| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
        let by_contents = most
            .filter(|(_, (_, alike))| *alike >= ALIKE_MIN && alike.saturating_mul(ALIKE_SHARE) >= self.records)
            .map(|(at, _)| at);
        let at = by_contents.or(self.by_name).filter(|_| self.wanted)?;
        let (source, alike) = self.sources.get(at)?.clone();
        Some(Edition { source, alike, by_name: self.by_name == Some(at) })
    }
}

/// The name of a data set without what tells its editions apart: years and dates, versions, marks of copies.
fn without_edition(name: &str) -> String {
    let apart: String =
        name.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).flat_map(char::to_lowercase).collect();
    let marks = ["copie", "copy", "kopie", "final", "finale", "vf", "maj", "new", "nouveau", "nouvelle", "version"];
    let words: Vec<&str> = apart.split_whitespace().collect();
    let two = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| is_day_or_month(word));
    // "2025-03-01" and "01-03-2025" are dates as a whole; "31" alone beside a year is a département.
    let near_year = |at: usize| {
        let year = |at: Option<usize>| at.and_then(|at| words.get(at)).is_some_and(|word| is_year(word));
        let begins = |first: usize| two(Some(first)) && two(Some(first + 1));
        let dates = |first: usize| begins(first) && (year(first.checked_sub(1)) || year(Some(first + 2)));
        dates(at) || at.checked_sub(1).is_some_and(dates)
    };
    let copied = name.trim_end().ends_with(')');
    let kept = words.iter().enumerate().filter(|(at, word)| {
        let of_copy = copied && *at + 1 == words.len() && word.bytes().all(|byte| byte.is_ascii_digit());
        !(is_year(word) || is_date(word) || is_version(word) || near_year(*at) || of_copy || marks.contains(word))
    });
    folded(&kept.map(|(_, word)| *word).collect::<Vec<_>>().join(" "))
}

fn is_day_or_month(word: &str) -> bool {
    word.len() == 2 && word.parse::<u8>().is_ok_and(|number| (1..=31).contains(&number))
}

fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year))
}

/// "20250301", "01032025", "202503".
fn is_date(word: &str) -> bool {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    let year = |from: usize| word.get(from..from + 4).is_some_and(is_year);
    digits && (word.len() == 8 && (year(0) || year(4)) || word.len() == 6 && year(0))
}

/// "v2", "V1.3" (its parts stand apart).
fn is_version(word: &str) -> bool {
    word.strip_prefix('v').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::without_edition;

    #[test]
    fn what_tells_editions_apart_is_left_out() {
        for (one, other) in [
            ("annuaire-2025", "annuaire-2026"),
            ("Annuaire 2025", "annuaire_2026 (1)"),
            ("lieux", "lieux (2)"),
            ("lieux", "lieux - Copie"),
            ("irve-2025-01-31", "irve-2026-02-28"),
            ("irve-20250131", "irve-v2"),
            ("Équipements 01-02-2025", "equipements 2026 final"),
        ] {
            assert_eq!(without_edition(one), without_edition(other), "{one} and {other}");
        }
        for (one, other) in [
            // Other départements, other things.
            ("defibrillateurs-75", "defibrillateurs-92"),
            ("defibrillateurs-31-2025", "defibrillateurs-09-2025"),
            ("salle 12", "salle 13"),
            ("ecoles", "colleges"),
        ] {
            assert_ne!(without_edition(one), without_edition(other), "{one} and {other}");
        }
        assert_eq!(without_edition("2025"), "");
    }
}
