//! Dates in words and in numbers: all of a text is understood, or none, since what is left over may be what matters
//! ("sauf le 12", "tous les mardis").

use super::{Moment, Order, Read};
use jiff::civil::{Date, Time};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Months, by how their names begin; of one with less than three letters nothing is said.
const MONTHS: &[(&str, i8)] = &[
    ("janv", 1),
    ("jan", 1),
    ("fev", 2),
    ("feb", 2),
    ("mars", 3),
    ("mar", 3),
    ("avr", 4),
    ("apr", 4),
    ("mai", 5),
    ("may", 5),
    ("juin", 6),
    ("jun", 6),
    ("juil", 7),
    ("jul", 7),
    ("aout", 8),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
];
/// All their names in full and short: a longer word that begins alike is none.
const MONTH_WORDS: &str = " janvier janv jan january fevrier fev fevr feb february mars mar march avril avr apr april \
    mai may juin jun june juillet juil jul july aout aug august septembre sept sep september octobre oct october \
    novembre nov november decembre dec december ";
/// Words that only hold a date together.
const IDLE: &str = " le la les du de des d on from the of at a h heure heures date dates a partir vers \
    environ env entre between lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim \
    monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun er st nd rd th ";
/// Words between a beginning and an end.
const TO: &str = " au jusque jusqu to until till ";
/// Of these, those that stand before an end alone.
const UNTIL: &str = " jusque jusqu until till ";
/// Words before a beginning and an end with "et" between them.
const SPANS: &str = " entre between ";
/// Years of two digits: as people write them now.
const CENTURY: i16 = 2_000;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Number(u32, usize),
    Word(String),
    Sign(char),
}

/// A day; month and year where they are said.
type Day = (i8, Option<i8>, Option<i16>);

/// What was found in it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    /// Day; month and year where they are said.
    Date(i8, Option<i8>, Option<i16>),
    Time(Time),
    To,
    And,
}

fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut out: Vec<Piece> = Vec::new();
    let mut joins = false;
    let plain = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in plain {
        let last = out.last_mut().filter(|_| joins);
        match (c, last) {
            ('0'..='9', Some(Piece::Number(number, digits))) if *digits < 8 => {
                *number = *number * 10 + c.to_digit(10)?;
                *digits += 1;
            }
            ('0'..='9', _) => out.push(Piece::Number(c.to_digit(10)?, 1)),
            (c, Some(Piece::Word(word))) if c.is_alphabetic() => word.push(c),
            (c, _) if c.is_alphabetic() => out.push(Piece::Word(c.to_string())),
            (c, _) if c.is_whitespace() => {}
            ('(' | ')' | ';', _) => {}
            // "jusqu'à" is two words.
            ('\'' | '\u{2019}', _) => {
                joins = false;
                continue;
            }
            ('\u{2010}'..='\u{2015}' | '\u{2192}', _) => out.push(Piece::Sign('-')),
            (c, _) => out.push(Piece::Sign(c)),
        }
        joins = !c.is_whitespace();
    }
    Some(out)
}

/// Whether a word stands in a list with blanks around each.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

fn month(word: &str) -> Option<i8> {
    let known = is_in(MONTH_WORDS, word);
    MONTHS.iter().find(|(begin, _)| known && word.starts_with(begin)).map(|(_, month)| *month)
}

fn year(number: u32, digits: usize) -> Option<i16> {
    let number = i16::try_from(number).ok()?;
    match digits {
        4 => Some(number).filter(|year| (1900..2200).contains(year)),
        2 => Some(CENTURY + number),
        _ => None,
    }
}

fn small(number: u32, most: u32) -> Option<i8> {
    i8::try_from(number).ok().filter(|_| (1..=most).contains(&number))
}

fn clock(hour: u32, minute: u32, afternoon: Option<bool>) -> Option<Time> {
    let hour = match afternoon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    // The end of a day is the beginning of the next.
    let hour = if hour == 24 && minute == 0 { 0 } else { hour };
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

/// Whether a word tells the half of the day, and which.
fn afternoon(word: &str) -> Option<bool> {
    matches!(word, "am" | "pm").then_some(word == "pm")
}

/// The first hour of two that share a word: "14-16h", "14/16h", "2-4 pm", "de 14 à 16h"; and how many pieces it takes.
fn shared_hour(at: &[Piece]) -> Option<(Found, usize)> {
    use Piece::{Number, Sign, Word};
    let (hour, used, after) = match at {
        [Number(hour, 1 | 2), Sign('-' | '/'), Number(_, 1 | 2), after @ ..] => (*hour, 1, after),
        [Word(from), Number(hour, 1 | 2), Word(to), Number(_, 1 | 2), after @ ..]
            if is_in(" de entre from between ", from) && is_in(" a et to and ", to) =>
        {
            (*hour, 2, after)
        }
        _ => return None,
    };
    let half = match after {
        [Word(mark), ..] if is_in(" h heures heure ", mark) => None,
        [Word(half), ..] => Some(afternoon(half)?),
        _ => return None,
    };
    Some((Found::Time(clock(hour, 0, half)?), used))
}

/// A date or a time that begins there, and how many pieces it takes. `dotted`: two numbers with a point are a time.
fn found(at: &[Piece], order: Order, dotted: bool) -> Option<(Found, usize)> {
    use Piece::{Number, Sign, Word};
    if let Some(hour) = shared_hour(at) {
        return Some(hour);
    }
    Some(match at {
        // 2026-03-12, 12/03/2026, 12.3.26
        [Number(a, wide), Sign(s @ ('/' | '.' | '-')), Number(b, _), Sign(t), Number(c, digits), ..] if s == t => {
            let (day, month, year_of) = match (*wide, order) {
                (4, _) => (*c, *b, year(*a, 4)),
                (_, Order::DayFirst) => (*a, *b, year(*c, *digits)),
                (_, Order::MonthFirst) => (*b, *a, year(*c, *digits)),
            };
            (Found::Date(small(day, 31)?, Some(small(month, 12)?), Some(year_of?)), 5)
        }
        // 20:30:00, 20:30, 8:30 pm
        [Number(h, _), Sign(':'), Number(m, 2), Sign(':'), Number(..), ..] => (Found::Time(clock(*h, *m, None)?), 5),
        [Number(h, _), Sign(':'), Number(m, 2), Word(half), ..] if afternoon(half).is_some() => {
            (Found::Time(clock(*h, *m, afternoon(half))?), 4)
        }
        [Number(h, _), Sign(':'), Number(m, 2), ..] => (Found::Time(clock(*h, *m, None)?), 3),
        // 20.30, 8.30 pm
        [Number(h, 1 | 2), Sign('.'), Number(m, 2), rest @ ..]
            if dotted && !matches!(rest.first(), Some(Sign('.' | '/'))) && clock(*h, *m, None).is_some() =>
        {
            let half = rest.first().and_then(|piece| if let Word(half) = piece { afternoon(half) } else { None });
            (Found::Time(clock(*h, *m, half)?), 3 + usize::from(half.is_some()))
        }
        // 20h30, 20h, 8pm
        [Number(h, _), Word(mark), Number(m, 2), rest @ ..] if mark == "h" => {
            let minutes = matches!(rest.first(), Some(Word(word)) if matches!(word.as_str(), "mn" | "min"));
            (Found::Time(clock(*h, *m, None)?), 3 + usize::from(minutes))
        }
        [Number(h, _), Word(mark), ..] if matches!(mark.as_str(), "h" | "heures" | "heure") => {
            (Found::Time(clock(*h, 0, None)?), 2)
        }
        [Number(h, _), Word(half), ..] if afternoon(half).is_some() => (Found::Time(clock(*h, 0, afternoon(half))?), 2),
        [Word(word), ..] if matches!(word.as_str(), "midi" | "noon") => (Found::Time(clock(12, 0, None)?), 1),
        [Word(word), ..] if matches!(word.as_str(), "minuit" | "midnight") => (Found::Time(clock(0, 0, None)?), 1),
        // 12 mars 2026, 1er mars
        [Number(day, _), rest @ ..] => {
            let after = match rest {
                [Word(word), more @ ..] if matches!(word.as_str(), "er" | "st" | "nd" | "rd" | "th" | "eme") => more,
                _ => rest,
            };
            let after = match after {
                [Word(word), more @ ..] if matches!(word.as_str(), "de" | "of") => more,
                [Sign('.'), more @ ..] => more,
                _ => after,
            };
            let day = small(*day, 31)?;
            let used = at.len() - after.len();
            match after {
                [Word(name), rest @ ..] if month(name).is_some() => {
                    let dot = usize::from(matches!(rest.first(), Some(Sign('.'))));
                    match rest.get(dot..) {
                        Some([Number(number, 4), ..]) => {
                            (Found::Date(day, month(name), Some(year(*number, 4)?)), used + 2 + dot)
                        }
                        _ => (Found::Date(day, month(name), None), used + 1 + dot),
                    }
                }
                // "du 12 au 14 mars": the month follows.
                _ => (Found::Date(day, None, None), used),
            }
        }
        // March 12, 2026
        [Word(name), Number(day, 1 | 2), rest @ ..] if month(name).is_some() => {
            let ordinal = usize::from(matches!(rest.first(), Some(Word(word)) if is_in(" st nd rd th ", word)));
            let comma = ordinal + usize::from(matches!(rest.get(ordinal), Some(Sign(','))));
            match rest.get(comma) {
                Some(Number(number, 4)) => {
                    (Found::Date(small(*day, 31)?, month(name), Some(year(*number, 4)?)), 3 + comma)
                }
                _ => (Found::Date(small(*day, 31)?, month(name), None), 2 + ordinal),
            }
        }
        [Sign('-' | '>'), ..] => (Found::To, 1),
        [Word(word), ..] if is_in(TO, word) => (Found::To, 1),
        [Word(word), ..] if matches!(word.as_str(), "et" | "and") => (Found::And, 1),
        _ => return None,
    })
}

/// What all of a text says.
pub(super) fn read(text: &str, order: Order) -> Option<Read> {
    let pieces = pieces(&one_half(text))?;
    // "18.30" is a time behind a date, or where no date stands.
    let alone = || read_pieces(&pieces, order, true).filter(|read| read.start.is_none());
    read_pieces(&pieces, order, false).or_else(alone)
}

/// "9:00 a.m." as "9:00 am".
fn one_half(text: &str) -> String {
    ["a.m.", "A.M.", "p.m.", "P.M.", "a.m", "p.m"].into_iter().fold(text.to_owned(), |text, half| {
        if text.contains(half) { text.replace(half, &half.replace('.', "")) } else { text }
    })
}

fn read_pieces(pieces: &[Piece], order: Order, alone: bool) -> Option<Read> {
    let (mut dates, mut times): (Vec<Day>, Vec<Time>) = (Vec::new(), Vec::new());
    let (mut between, mut rest) = (Vec::new(), pieces);
    // Whether a word like "jusqu'à" stands before what comes, or stood before the first time; two times with "et".
    let (mut until, mut only_end, mut apart) = (false, false, false);
    // "entre 14h et 16h"
    let spans = pieces.iter().any(|piece| matches!(piece, Piece::Word(word) if is_in(SPANS, word)));
    while let Some(first) = rest.first() {
        let idle = match first {
            Piece::Sign(',' | '.' | '|' | '@' | ':' | '~') => true,
            Piece::Sign('/') => !times.is_empty(),
            Piece::Word(word) => {
                let means = month(word).is_some() && found(rest, order, false).is_some();
                is_in(IDLE, word) && !means && shared_hour(rest).is_none()
            }
            _ => false,
        };
        if idle {
            rest = rest.get(1..)?;
            continue;
        }
        let dotted = alone || !dates.is_empty() && (between.is_empty() || !times.is_empty());
        let (what, used) = found(rest, order, dotted)?;
        let is_until = matches!(first, Piece::Word(word) if is_in(UNTIL, word));
        rest = rest.get(used..)?;
        match what {
            Found::Date(day, month, year) => dates.push((day, month, year)),
            Found::Time(time) => {
                only_end |= until && times.is_empty();
                times.push(time);
            }
            Found::And if !times.is_empty() => apart = !spans,
            // Between two dates it says what they are to one another.
            Found::To | Found::And if dates.len() == 1 => between.push(what),
            Found::To | Found::And => {}
        }
        until = is_until;
    }
    let said = match times.as_slice() {
        [] => (None, None),
        [end] if only_end => (None, Some(*end)),
        [start] => (Some(*start), None),
        // "10h et 14h" are two times, not a stretch.
        [start, _] if apart => (Some(*start), None),
        [start, end] => (Some(*start), Some(*end)),
        _ => return None,
    };
    // What is missing of the first stands with the last.
    let (last_month, last_year) = dates.last().map_or((None, None), |(_, month, year)| (*month, *year));
    // A day that no calendar has ("31 février") is no date: it is told as one that was not read.
    let whole = |(day, month, year): &Day| Date::new(year.or(last_year)?, month.or(last_month)?, *day).ok();
    let at = |day: Date, time: Option<Time>| time.map_or(Moment::Day(day), |time| Moment::Local(day.to_datetime(time)));
    match dates.as_slice() {
        [] => said.0.or(said.1).map(|_| Read { times: said, ..Read::default() }),
        [one] => {
            let day = whole(one)?;
            let end = said.1.and_then(|to| super::on_day(at(day, said.0), to));
            Some(Read { start: Some(at(day, said.0)), end, times: (None, None) })
        }
        [first, last] => {
            let (first, last) = (whole(first)?, whole(last)?);
            // "12 et 14 mars" are two days, "12 et 13" are one stretch.
            let stretch = between.first() == Some(&Found::To) || first.tomorrow().ok() == Some(last);
            let ends = said.1.filter(|_| said.0.is_some());
            (stretch && first <= last).then(|| Read {
                start: Some(at(first, said.0)),
                end: Some(at(last, ends)),
                times: (None, None),
            })
        }
        _ => None,
    }
}
