//! Opening hours in a sentence: "Du lundi au vendredi de 9h à 12h et de 14h à 18h, fermé le mercredi".
//!
//! All of a sentence is understood, or none: what is left over may be what matters ("le 1er samedi du mois").

use super::{
    DAYS, joined,
    words::{DAY, Piece, pieces, plain},
    written,
};

/// Bytes of a sentence, at the most.
const SENTENCE_MAX: usize = 1_000;
/// A span that ends by then, after midnight, belongs to the evening before: six o'clock.
const NIGHT_END: u16 = 6 * 60;

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
            Piece::Always | Piece::Days([true, true, true, true, true, true, true]) | Piece::And | Piece::Stop
        )
    };
    if pieces.contains(&Piece::Always) && pieces.iter().all(everything) {
        return Some("24/7".into());
    }
    let mut week = Week::default();
    week.read(&pieces)?;
    week.written()
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
    holidays: Said,
    /// Days that the next times are of.
    chosen: [bool; 7],
    with_holidays: bool,
    /// Whether times were read since days were chosen.
    timed: bool,
    /// Times that stand before any day.
    unbound: Vec<(u16, u16)>,
}

impl Week {
    fn read(&mut self, pieces: &[Piece]) -> Option<()> {
        let mut at = 0;
        while let Some(piece) = pieces.get(at) {
            at += 1;
            match *piece {
                Piece::Day(_) | Piece::Days(_) | Piece::Holidays => {
                    at -= 1;
                    if self.timed {
                        self.begin();
                    }
                    // Times first, the days behind: "9h-12h du lundi au vendredi".
                    let (days, holidays, next) = days(pieces, at)?;
                    at = next;
                    self.choose(days, holidays);
                    let unbound = std::mem::take(&mut self.unbound);
                    unbound.into_iter().try_for_each(|span| self.open(span))?;
                }
                Piece::Except => {
                    let (days, holidays, next) = days(pieces, at)?;
                    at = next;
                    let some = self.chosen.contains(&true);
                    for (day, _) in days.into_iter().enumerate().filter(|(_, except)| *except) {
                        *self.chosen.get_mut(day)? = false;
                        if self.timed || !some {
                            *self.days.get_mut(day)? = Said::Off;
                        }
                    }
                    if holidays {
                        self.holidays = Said::Off;
                    }
                }
                Piece::Time(from, from_sure) => {
                    let (Some(Piece::To), Some(Piece::Time(to, to_sure))) = (pieces.get(at), pieces.get(at + 1)) else {
                        return None;
                    };
                    at += 2;
                    // Minuit begins a day as well.
                    let from = if from == DAY { 0 } else { from };
                    let fits = from < *to || *to <= NIGHT_END && *to < from;
                    if !(from_sure || *to_sure) || !fits {
                        return None;
                    }
                    self.open((from, *to))?;
                }
                Piece::Always => {
                    if !self.is_chosen() {
                        self.choose([true; 7], false);
                    }
                    self.open((0, DAY))?;
                }
                Piece::Closed => {
                    if self.is_chosen() && !self.timed {
                        self.close()?;
                    } else {
                        let (days, holidays, next) = days(pieces, at)?;
                        at = next;
                        self.begin();
                        self.choose(days, holidays);
                        self.close()?;
                    }
                }
                Piece::And => {}
                Piece::Stop => {
                    if self.timed {
                        self.begin();
                    }
                }
                Piece::To => return None,
            }
        }
        // Days of which nothing was said, or times of no day among others.
        let dangling = self.is_chosen() && !self.timed;
        let mixed = !self.unbound.is_empty() && self.days.iter().any(|said| *said != Said::Nothing);
        (!dangling && !mixed).then_some(())
    }

    fn is_chosen(&self) -> bool {
        self.with_holidays || self.chosen.contains(&true)
    }
    fn begin(&mut self) {
        (self.chosen, self.with_holidays, self.timed) = ([false; 7], false, false);
    }
    fn choose(&mut self, days: [bool; 7], holidays: bool) {
        for (chosen, day) in self.chosen.iter_mut().zip(days) {
            *chosen |= day;
        }
        self.with_holidays |= holidays;
    }
    fn slots(&mut self) -> impl Iterator<Item = &mut Said> {
        let holidays = self.with_holidays.then_some(&mut self.holidays);
        let chosen = self.chosen;
        self.days.iter_mut().zip(chosen).filter_map(|(said, chosen)| chosen.then_some(said)).chain(holidays)
    }
    fn open(&mut self, span: (u16, u16)) -> Option<()> {
        if !self.is_chosen() {
            self.unbound.push(span);
            return Some(());
        }
        self.timed = true;
        for said in self.slots() {
            match said {
                Said::Open(spans) => spans.push(span),
                _ => *said = Said::Open(vec![span]),
            }
        }
        Some(())
    }
    fn close(&mut self) -> Option<()> {
        for said in self.slots() {
            *said = Said::Off;
        }
        self.begin();
        Some(())
    }

    fn written(self) -> Option<String> {
        let text = |said: &Said| -> Option<String> {
            Some(match said {
                Said::Nothing => String::new(),
                Said::Off => "off".to_owned(),
                Said::Open(spans) => of_one_day(spans)?,
            })
        };
        if !self.unbound.is_empty() {
            return of_one_day(&self.unbound);
        }
        let mut days: [String; 7] = Default::default();
        for (day, said) in days.iter_mut().zip(&self.days) {
            *day = text(said)?;
        }
        let holidays = text(&self.holidays)?;
        if days.iter().all(|day| day == "00:00-24:00") && holidays.is_empty() {
            return Some("24/7".into());
        }
        let mut out = joined(&days);
        if !holidays.is_empty() {
            out.push_str(if out.is_empty() { "PH " } else { "; PH " });
            out.push_str(&holidays);
        }
        (!out.is_empty()).then_some(out)
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

/// Days from there on: "lundi", "lundi au vendredi", "mardi, jeudi et samedi"; and where they end.
fn days(pieces: &[Piece], mut at: usize) -> Option<([bool; 7], bool, usize)> {
    let (mut chosen, mut holidays) = ([false; 7], false);
    loop {
        match *pieces.get(at)? {
            Piece::Day(from) => {
                at += 1;
                let mut to = from;
                if let (Some(Piece::To), Some(Piece::Day(last))) = (pieces.get(at), pieces.get(at + 1)) {
                    (to, at) = (*last, at + 2);
                }
                // "samedi au mardi" goes over the end of the week.
                let mut day = from;
                loop {
                    *chosen.get_mut(day)? = true;
                    if day == to {
                        break;
                    }
                    day = (day + 1) % 7;
                }
            }
            Piece::Days(days) => {
                at += 1;
                for (chosen, day) in chosen.iter_mut().zip(days) {
                    *chosen |= day;
                }
            }
            Piece::Holidays => {
                at += 1;
                holidays = true;
            }
            _ => return None,
        }
        let is_day = |at: usize| matches!(pieces.get(at), Some(Piece::Day(_) | Piece::Days(_) | Piece::Holidays));
        if is_day(at) {
            continue;
        }
        let mut next = at;
        while pieces.get(next) == Some(&Piece::And) {
            next += 1;
        }
        if next > at && is_day(next) {
            at = next;
            continue;
        }
        return Some((chosen, holidays, at));
    }
}

#[cfg(test)]
mod tests;
