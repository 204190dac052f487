//! Numbers of doors as people and maps write them: "12", "12 bis", "12B", "12-14", "n° 12".

use crate::search::fold::folded;

/// Digits of a door's number at the most.
const DIGITS_MAX: usize = 5;
/// What may follow a number, and the letter that others write for it.
const MORE: [(&str, &str); 4] = [("bis", "b"), ("ter", "t"), ("quater", "q"), ("quinquies", "c")];

/// One end of a number: 12, or 12 bis.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoorEnd {
    /// The number.
    pub value: u32,
    /// "bis" or a letter, folded; may be empty.
    pub more: String,
}

/// A door, or doors in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorNumber {
    /// The first.
    pub from: DoorEnd,
    /// The last, if there are several.
    pub to: Option<DoorEnd>,
}

/// How well a door is the one that was asked for, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fits {
    /// Just so.
    Same,
    /// Written otherwise, or one of several in a row.
    Like,
    /// Next to it: the same number with another letter.
    Beside,
}

/// What follows a number, if it can: "bis", or one letter.
pub fn more(text: &str) -> Option<String> {
    let more = folded(text);
    let letter = more.len() == 1 && more.bytes().all(|b| b.is_ascii_lowercase());
    (letter || MORE.iter().any(|(long, _)| *long == more)).then_some(more)
}

impl DoorEnd {
    /// The whole text.
    fn of(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = text.split_at_checked(digits)?;
        let rest = rest.trim_start_matches([' ', '.', '/', '-']);
        let more = if rest.is_empty() { String::new() } else { more(rest)? };
        (1..=DIGITS_MAX).contains(&digits).then_some(Self { value: number.parse().ok()?, more })
    }
    fn is_like(&self, other: &Self) -> bool {
        let short = |more: &str| {
            MORE.iter()
                .find(|(long, _)| *long == more)
                .map_or_else(|| more.to_owned(), |(_, short)| (*short).to_owned())
        };
        self.value == other.value && short(&self.more) == short(&other.more)
    }
}

impl DoorNumber {
    /// The whole text.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(from) = DoorEnd::of(text) {
            return Some(Self { from, to: None });
        }
        // "12-14", "12/14", "12 à 14", and lists of several: from the first to the last.
        let parts = text.split(['-', '–', '/', ';', ',', '+', '&', 'à']).map(str::trim);
        let parts: Option<Vec<DoorEnd>> = parts.map(DoorEnd::of).collect();
        let parts = parts?;
        let from = parts.iter().min()?.clone();
        let to = parts.iter().max()?.clone();
        Some(Self { from, to: Some(to) })
    }
    /// Whether another number is one of these, or how near it is.
    pub fn fits(&self, door: &Self) -> Option<Fits> {
        if self == door {
            return Some(Fits::Same);
        }
        let ends =
            |number: &Self| [Some(number.from.clone()), number.to.clone()].into_iter().flatten().collect::<Vec<_>>();
        let (asked, there) = (ends(self), ends(door));
        if asked.iter().any(|asked| there.iter().any(|there| asked.is_like(there))) {
            return Some(Fits::Like);
        }
        // Of doors in a row those between stand on the same side of the street.
        let within = |number: &Self, end: &DoorEnd| {
            let first = number.from.value;
            number.to.as_ref().is_some_and(|last| (first..=last.value).contains(&end.value))
                && (end.value - first).is_multiple_of(2)
        };
        if there.iter().any(|end| within(self, end)) || asked.iter().any(|end| within(door, end)) {
            return Some(Fits::Like);
        }
        (self.from.value == door.from.value).then_some(Fits::Beside)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn fits(asked: &str, door: &str) -> Option<Fits> {
        DoorNumber::of(asked).unwrap().fits(&DoorNumber::of(door).unwrap())
    }

    #[test]
    fn numbers_are_read_however_they_are_written() {
        for (text, value, more, to) in [
            ("12", 12, "", None),
            ("12 bis", 12, "bis", None),
            ("12BIS", 12, "bis", None),
            ("12B", 12, "b", None),
            ("12/B", 12, "b", None),
            ("12-14", 12, "", Some(14)),
            ("14–12", 12, "", Some(14)),
            ("12;14;16", 12, "", Some(16)),
            ("12 à 14", 12, "", Some(14)),
        ] {
            let number = DoorNumber::of(text).unwrap();
            assert_eq!((number.from.value, number.from.more.as_str()), (value, more), "{text}");
            assert_eq!(number.to.map(|to| to.value), to, "{text}");
        }
        for text in ["", "rue", "123456", "12 rue", "bis", "12e arrondissement", "-", "1er"] {
            assert_eq!(DoorNumber::of(text), None, "{text}");
        }
    }

    #[test]
    fn doors_that_are_meant() {
        use Fits::{Beside, Like, Same};
        assert_eq!(fits("12", "12"), Some(Same));
        assert_eq!(fits("12B", "12 bis"), Some(Like));
        assert_eq!(fits("12 bis", "12B"), Some(Like));
        assert_eq!(fits("12", "12-14"), Some(Like));
        assert_eq!(fits("14", "12-16"), Some(Like));
        assert_eq!(fits("13", "12-16"), None, "it stands on the other side");
        assert_eq!(fits("12-14", "12"), Some(Like));
        assert_eq!(fits("12-16", "14"), Some(Like));
        assert_eq!(fits("12 bis", "12"), Some(Beside));
        assert_eq!(fits("12", "12 ter"), Some(Beside));
        assert_eq!(fits("12", "13"), None);
    }
}
