//! "boulangerie ouverte dimanche", "open now": a wish on opening hours among the words of a query.

use super::{
    forms,
    pieces::{Stuff, pieces},
};
use crate::modules::search::Open;
use jiff::civil::DateTime;

/// A line each: what is meant, and the words for it.
const WORDS: &str = include_str!("open_words.tsv");
/// Words that mean one thing, at most: "en ce moment", "aujourd'hui".
const RUN_MAX: usize = 3;
/// Small words between "open" and when: "ouvert le dimanche".
const BETWEEN_MAX: usize = 2;

/// What some words in a row mean.
#[derive(Clone, Copy, PartialEq)]
enum Said {
    Open,
    When(Open),
}

/// The wish of a query, and its other words. `today`: the weekday of who asks, Monday 0.
pub(super) fn of(text: &str, today: u8) -> Option<(Open, String)> {
    let pieces = pieces(text);
    let said = |from: usize| {
        (1..=RUN_MAX).rev().find_map(|length| {
            let run = pieces.get(from..from + length)?;
            let word: String =
                run.iter().filter(|piece| piece.stuff != Stuff::Sign).map(|piece| piece.folded.as_str()).collect();
            meaning(&word, today).map(|said| (said, from + length))
        })
    };
    let small = |from: usize| {
        let is_small = |at: &usize| {
            pieces.get(*at).is_some_and(|piece| forms::is_small(&piece.folded) || matches!(&*piece.folded, "am" | "el"))
        };
        (from..from + BETWEEN_MAX).take_while(is_small).count()
    };
    for from in 0..pieces.len() {
        let Some((first, behind)) = said(from) else { continue };
        let Some((second, end)) = (0..=small(behind)).find_map(|skipped| said(behind + skipped)) else { continue };
        let ((Said::Open, Said::When(open)) | (Said::When(open), Said::Open)) = (first, second) else { continue };
        let rest = pieces.get(..from).into_iter().chain(pieces.get(end..)).flatten();
        return Some((open, rest.map(|piece| piece.raw.as_str()).collect::<Vec<_>>().join(" ")));
    }
    None
}

fn meaning(word: &str, today: u8) -> Option<Said> {
    let lines = WORDS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let (meant, _) = lines.into_iter().find(|(_, words)| words.split(' ').any(|one| one == word))?;
    Some(match meant {
        "open" => Said::Open,
        "now" => Said::When(Open::Now),
        "today" => Said::When(Open::Day(today)),
        "tomorrow" => Said::When(Open::Day((today + 1) % 7)),
        day => Said::When(Open::Day(day.parse().ok()?)),
    })
}

/// The moment that a day of the week means, seen from another: the same time of the next such day, today among them.
pub(super) fn day(now: DateTime, weekday: u8) -> Option<DateTime> {
    let today = now.weekday().to_monday_zero_offset();
    let ahead = (i64::from(weekday) - i64::from(today)).rem_euclid(7);
    now.checked_add(jiff::Span::new().days(ahead)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::fold::folded;

    #[test]
    fn wishes_in_many_words() {
        for (text, open, rest) in [
            ("ouvert dimanche", Open::Day(6), ""),
            ("boulangerie ouverte le dimanche", Open::Day(6), "boulangerie"),
            ("Pharmacie ouvert maintenant", Open::Now, "Pharmacie"),
            ("open now", Open::Now, ""),
            ("bakery open on sunday lyon", Open::Day(6), "bakery lyon"),
            ("café ouvert aujourd’hui", Open::Day(2), "café"),
            ("ouvert demain", Open::Day(3), ""),
            ("ouvert en ce moment", Open::Now, ""),
            ("Apotheke Sonntag geöffnet", Open::Day(6), "Apotheke"),
            ("farmacia abierta el domingo", Open::Day(6), "farmacia"),
            ("مفتوح الآن", Open::Now, ""),
        ] {
            assert_eq!(of(text, 2), Some((open, rest.to_owned())), "{text}");
        }
        for text in ["ouvert", "marché du dimanche", "", "open space", "now", "lundi mardi"] {
            assert_eq!(of(text, 2), None, "{text}");
        }
    }

    #[test]
    fn the_table_is_whole() {
        for line in WORDS.lines().filter(|line| !line.starts_with('#')) {
            let (meant, words) = line.split_once('\t').unwrap_or_default();
            assert!(
                matches!(meant, "open" | "now" | "today" | "tomorrow") || meant.parse().is_ok_and(|day: u8| day < 7),
                "{line}"
            );
            assert!(words.split(' ').all(|word| !word.is_empty()), "{line}");
            assert!(words.split(' ').filter(|word| word.is_ascii()).all(|word| folded(word) == word), "{line}");
        }
    }
}
