//! Opening hours in a sentence: "Du lundi au vendredi de 9h à 12h et de 14h à 18h, fermé le mercredi".
//!
//! All of a sentence is understood, or none: what is left over may be what matters ("le 1er samedi du mois").

use super::{
    DAYS,
    clock::{self, DAY, Time},
    days::{Chosen, behind_and, days, of_month},
    joined,
    words::{OfMonth, Piece, pieces, plain},
    written,
};
use std::collections::BTreeMap;

/// Bytes of a sentence, at the most.
const SENTENCE_MAX: usize = 1_000;

/// The hours in the syntax of OpenStreetMap, if all of the text is understood.
pub(in crate::import) fn normal(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.len() > SENTENCE_MAX {
        return None;
    }
    if is_osm(text) {
        return Some(text.to_owned());
    }
    let pieces = pieces(&plain(text))?;
    let everything = |piece: &Piece| {
        matches!(
            piece,
            Piece::Always
                | Piece::Days([true, true, true, true, true, true, true])
                | Piece::And
                | Piece::Slash
                | Piece::Stop
        )
    };
    if pieces.contains(&Piece::Always) && pieces.iter().all(everything) {
        return Some("24/7".into());
    }
    let mut week = Week::default();
    week.read(&pieces)?;
    week.written()
}

/// Times without a word of days, of what is said of one day.
pub(super) fn times_alone(text: &str) -> Option<String> {
    if text.len() > SENTENCE_MAX {
        return None;
    }
    let pieces = pieces(&plain(text))?;
    let is_time = |piece: &Piece| {
        matches!(
            piece,
            Piece::Time(_) | Piece::Always | Piece::To | Piece::And | Piece::Slash | Piece::Between | Piece::PartOfDay
        )
    };
    let mut week = Week::default();
    week.read(pieces.iter().all(is_time).then_some(&pieces)?)?;
    // What begins at its end is of the day after.
    let is_of_it = week.unbound.iter().all(|(from, _)| *from < DAY);
    of_one_day(&week.unbound).filter(|times| is_of_it && !times.is_empty())
}

/// Whether it is in that syntax already.
fn is_osm(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "off", "closed", "open", "PH", "SH", "week", "sunrise", "sunset", "dawn", "dusk", "Jan", "Feb", "Mar", "Apr",
        "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "easter", "unknown",
    ];
    let mut quoted = false;
    let mut outside = String::new();
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            c if !quoted => outside.push(c),
            _ => {}
        }
    }
    let marks = |c: char| matches!(c, ' ' | ',' | ';' | '-' | ':' | '+' | '/' | '[' | ']' | '(' | ')' | '|');
    let known = outside
        .split(marks)
        .filter(|word| !word.is_empty())
        .all(|word| DAYS.contains(&word) || WORDS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit()));
    // Times have two digits and a colon; "9-12" is not of that syntax.
    let clock = outside.split([' ', ',', ';', '-', '+', '(', ')']).all(|word| {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        word.split_once(':').is_none_or(|(hours, minutes)| !digits(hours) || hours.len() == 2 && minutes.len() == 2)
    });
    let says = outside.contains(':')
        || outside.split(marks).any(|word| matches!(word, "off" | "closed" | "open" | "sunrise" | "sunset"))
        || outside.trim() == "24/7";
    !quoted && known && clock && says
}

/// What was said of each day.
#[derive(Debug, Default, Clone, PartialEq)]
enum Said {
    #[default]
    Nothing,
    Open(Vec<(u16, u16)>),
    Off,
}

/// A week as it is being read.
#[derive(Debug, Default)]
struct Week {
    days: [Said; 7],
    /// Of weekdays in some weeks of each month.
    month: BTreeMap<(usize, OfMonth), Said>,
    holidays: Said,
    /// Days that the next times are of.
    chosen: Chosen,
    /// Whether times were read since days were chosen.
    timed: bool,
    /// Times that stand before any day.
    unbound: Vec<(u16, u16)>,
    /// Days with what goes on after midnight from the one before, and until when.
    nights: Vec<(usize, u16)>,
}

impl Week {
    fn read(&mut self, pieces: &[Piece]) -> Option<()> {
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            match *piece {
                Piece::Day(_) | Piece::Days(_) | Piece::Holidays | Piece::Week(_) => {
                    if self.timed {
                        self.begin();
                    }
                    // Times first, the days behind: "9h-12h du lundi au vendredi".
                    let chosen;
                    (chosen, at) = days(pieces, at - 1)?;
                    self.chosen.add(&chosen);
                    let unbound = std::mem::take(&mut self.unbound);
                    unbound.into_iter().try_for_each(|span| self.open(span))?;
                }
                Piece::Except => {
                    let but;
                    (but, at) = days(pieces, at)?;
                    self.except(&but)?;
                }
                Piece::Time(from) => at = self.span(pieces, at, from, false)?,
                Piece::Between => {
                    let Some(Piece::Time(from)) = pieces.get(at) else { return None };
                    at = self.span(pieces, at + 1, *from, true)?;
                }
                Piece::Always => self.open((0, DAY))?,
                Piece::Closed => {
                    if !self.is_chosen() || self.timed {
                        let chosen;
                        (chosen, at) = days(pieces, at)?;
                        self.begin();
                        self.chosen.add(&chosen);
                    }
                    self.close();
                }
                // A part without its hours may be of any length.
                Piece::PartOfDay => {
                    matches!(pieces.get(at), Some(Piece::Time(_) | Piece::Between)).then_some(())?;
                }
                Piece::And | Piece::Slash => {}
                Piece::Stop => {
                    if self.timed {
                        self.begin();
                    }
                }
                Piece::To | Piece::OfMonth => return None,
            }
        }
        // Days of which nothing was said, or times of no day among others.
        let ends_well = !self.is_chosen() || self.timed;
        let others = self.days.iter().chain(self.month.values()).any(|said| *said != Said::Nothing);
        let others = others || !self.nights.is_empty();
        (ends_well && (!others || self.unbound.is_empty())).then_some(())
    }

    /// Read the end of a span; gives what follows.
    fn span(&mut self, pieces: &[Piece], at: usize, from: Time, between: bool) -> Option<usize> {
        let end = |at: usize| match (pieces.get(at), pieces.get(at + 1)) {
            (Some(Piece::To | Piece::Slash), Some(Piece::Time(to))) => Some(*to),
            (Some(Piece::And), Some(Piece::Time(to))) if between => Some(*to),
            _ => None,
        };
        let to = end(at)?;
        // "de 9 à 12 et de 14 à 18h": the next ones say what they are.
        let next = behind_and(pieces, at + 2);
        let follows = match (pieces.get(next), end(next + 1)) {
            (Some(Piece::Time(from)), Some(to)) => next > at + 2 && (from.sure || to.sure),
            _ => false,
        };
        let sure = from.sure || to.sure || follows;
        self.open(clock::span(from, to).filter(|_| sure)?)?;
        Some(at + 2)
    }

    /// Days that what was said, or is to be said, is not of.
    fn except(&mut self, but: &Chosen) -> Option<()> {
        // Of which weeks it is said then nobody can tell.
        if but.of_month().next().is_some() {
            return None;
        }
        let some = !self.chosen.is_weekly_none();
        for (day, _) in but.week.into_iter().enumerate().filter(|(_, but)| *but) {
            *self.chosen.week.get_mut(day)? = false;
            if self.timed || !some {
                *self.days.get_mut(day)? = Said::Off;
            }
        }
        if but.holidays {
            self.holidays = Said::Off;
        }
        Some(())
    }

    fn is_chosen(&self) -> bool {
        !self.chosen.is_none()
    }
    fn begin(&mut self) {
        (self.chosen, self.timed) = (Chosen::default(), false);
    }
    fn slots(&mut self) -> impl Iterator<Item = &mut Said> {
        let chosen = self.chosen;
        for days in chosen.of_month() {
            self.month.entry(days).or_default();
        }
        let week = self.days.iter_mut().zip(chosen.week).filter_map(|(said, chosen)| chosen.then_some(said));
        let month = self.month.iter_mut();
        let month = month.filter(move |((day, weeks), _)| chosen.month.get(*day) == Some(weeks)).map(|(_, said)| said);
        week.chain(month).chain(chosen.holidays.then_some(&mut self.holidays))
    }
    fn open(&mut self, span: (u16, u16)) -> Option<()> {
        if !self.is_chosen() {
            self.unbound.push(span);
            return Some(());
        }
        self.timed = true;
        if span.0 == DAY {
            return self.night(span.1 - DAY);
        }
        for said in self.slots() {
            match said {
                Said::Open(spans) => spans.push(span),
                _ => *said = Said::Open(vec![span]),
            }
        }
        Some(())
    }
    /// "24h-2h" goes on from the evening, or is of the day that begins then.
    fn night(&mut self, end: u16) -> Option<()> {
        // Which day comes after a holiday is not known.
        if self.chosen.holidays || self.chosen.of_month().next().is_some() {
            return None;
        }
        for (day, _) in self.chosen.week.into_iter().enumerate().filter(|(_, chosen)| *chosen) {
            if let Some(Said::Open(spans)) = self.days.get_mut(day)
                && let Some(evening) = spans.last_mut().filter(|last| last.1 == DAY && last.0 > end)
            {
                evening.1 = end;
            } else {
                self.nights.push(((day + 1) % 7, end));
            }
        }
        Some(())
    }
    fn close(&mut self) {
        for said in self.slots() {
            *said = Said::Off;
        }
        self.begin();
    }

    fn written(mut self) -> Option<String> {
        let text = |said: &Said| -> Option<String> {
            Some(match said {
                Said::Nothing => String::new(),
                Said::Off => "off".to_owned(),
                Said::Open(spans) => of_one_day(spans)?,
            })
        };
        if self.unbound == [(0, DAY)] {
            return Some("24/7".into());
        }
        if !self.unbound.is_empty() {
            // Of every day: so is the night that it begins with.
            let spans = self.unbound.iter().map(|(from, to)| if *from == DAY { (0, to - DAY) } else { (*from, *to) });
            return of_one_day(&spans.collect::<Vec<_>>());
        }
        for (day, end) in std::mem::take(&mut self.nights) {
            match self.days.get_mut(day)? {
                Said::Open(spans) => spans.push((0, end)),
                Said::Off => return None,
                said @ Said::Nothing => *said = Said::Open(vec![(0, end)]),
            }
        }
        let mut days: [String; 7] = Default::default();
        for (day, said) in days.iter_mut().zip(&self.days) {
            *day = text(said)?;
        }
        let holidays = text(&self.holidays)?;
        if days.iter().all(|day| day == "00:00-24:00") && holidays.is_empty() && self.month.is_empty() {
            return Some("24/7".into());
        }
        let mut rules = vec![joined(&days)];
        for ((day, weeks), said) in &self.month {
            // Whether those of the week hold then as well is not said.
            if matches!((said, self.days.get(*day)), (Said::Open(_), Some(Said::Open(_)))) {
                return None;
            }
            rules.push(format!("{} {}", of_month(*day, *weeks), text(said)?));
        }
        if !holidays.is_empty() {
            rules.push(format!("PH {holidays}"));
        }
        rules.retain(|rule| !rule.is_empty());
        (!rules.is_empty()).then(|| rules.join("; "))
    }
}

/// In order; none where two of them overlap: something was not understood.
fn of_one_day(spans: &[(u16, u16)]) -> Option<String> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    spans.dedup();
    let apart = spans.windows(2).all(|pair| matches!(pair, [a, b] if a.1 > a.0 && a.1 <= b.0));
    apart.then(|| written(&spans))
}

#[cfg(test)]
mod tests;
