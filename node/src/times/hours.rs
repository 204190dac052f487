//! Opening hours in the syntax of OpenStreetMap, as an element has them: whether it is open at a moment on the clock of
//! its place, and when that changes.
//!
//! Read is what imports write and most people do: days, months and dates, times, "off", "24/7". What is not understood
//! (the sun, school holidays, weeks by number, "by appointment") is never taken for open. Public holidays are those of
//! nobody: days of them alone are passed over.

use jiff::{ToSpan, civil::DateTime};

/// Bytes of a text that are read: as many as a field has.
const TEXT_MAX: usize = 1_000;
/// Rules of one text: each is looked at for each day.
const RULES_MAX: usize = 64;
/// Times of one rule: nobody opens more often in a day.
const SPANS_MAX: usize = 16;
/// Days that are looked through for the next change: a season comes again after a year.
const DAYS_AHEAD: i32 = 370;
/// Minutes of a day.
const DAY: u16 = 24 * 60;
/// Minutes until which a span that begins in the evening may last: noon of the next day.
const SPAN_END_MAX: u16 = 36 * 60;

const DAYS: [&str; 7] = ["mo", "tu", "we", "th", "fr", "sa", "su"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const EVERY_DAY: u8 = 0x7f;

/// Whether something is open, and when that changes, on the clock of its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Open until then; none: always.
    Open(Option<DateTime>),
    /// Closed until then; none: not within a year.
    Closed(Option<DateTime>),
}

/// Days of the year, by month and day as one number.
type Season = (u16, u16);

#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Rule {
    /// Any of these; none: all the year.
    seasons: Vec<Season>,
    /// A bit for each weekday, Monday the lowest; none with `holidays`: only those.
    days: u8,
    holidays: bool,
    /// Minutes of the day; the end may lie in the next.
    spans: Vec<(u16, u16)>,
    /// It adds to what was said before of the day, and does not replace it.
    adds: bool,
}

/// Opening hours that are understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hours(Vec<Rule>);

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Day(u8),
    Holiday,
    Month(u16),
    Number(u16),
    Time(u16),
    Off,
    Always,
    To,
    Comma,
    End,
}

impl Hours {
    /// None: not understood.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let tokens = tokens(text)?;
        let mut rules = Vec::new();
        for part in tokens.split(|token| *token == Token::End).filter(|part| !part.is_empty()) {
            rules_of(part, &mut rules)?;
        }
        (!rules.is_empty()).then_some(Self(rules))
    }

    /// The spans that begin on a day; a day is a month and a day of it as one number, and its weekday.
    fn spans(&self, season: u16, weekday: u8) -> Vec<(u16, u16)> {
        let mut spans: Vec<(u16, u16)> = Vec::new();
        for rule in self.0.iter().filter(|rule| rule.is_on(season, weekday)) {
            if !rule.adds {
                spans.clear();
            }
            spans.extend(&rule.spans);
        }
        spans.sort_unstable();
        spans
    }

    fn spans_of(&self, day: DateTime) -> Vec<(u16, u16)> {
        let season = u16::try_from(day.month()).unwrap_or(0) * 32 + u16::try_from(day.day()).unwrap_or(0);
        self.spans(season, u8::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0))
    }

    /// Whether it opens at all on a day.
    #[must_use]
    pub fn opens_on(&self, day: DateTime) -> bool {
        !self.spans_of(day).is_empty()
    }

    /// Whether it is open at a moment, and when that changes.
    #[must_use]
    pub fn at(&self, now: DateTime) -> Opening {
        let Ok(midnight) = now.with().time(jiff::civil::Time::midnight()).build() else { return Opening::Closed(None) };
        let minute = i32::from(now.hour()) * 60 + i32::from(now.minute());
        // Minutes since midnight of today, of all that begins from yesterday on.
        let day = |ahead: i32| {
            let day = midnight.checked_add(ahead.days()).ok();
            let spans = day.map(|day| self.spans_of(day)).unwrap_or_default();
            let start = ahead * i32::from(DAY);
            spans.into_iter().map(move |(from, to)| (start + i32::from(from), start + i32::from(to)))
        };
        let moment = |minutes: i32| midnight.checked_add(i64::from(minutes).minutes()).ok();
        let mut open_until = None;
        for (from, to) in (-1..DAYS_AHEAD).flat_map(day) {
            let until = open_until.unwrap_or(minute);
            if from <= until && to > until {
                open_until = Some(to);
            } else if from > until {
                return match open_until {
                    Some(until) => Opening::Open(moment(until)),
                    None => Opening::Closed(moment(from)),
                };
            }
            if open_until.is_some_and(|until| until > minute + 7 * i32::from(DAY)) {
                return Opening::Open(None);
            }
        }
        open_until.map_or(Opening::Closed(None), |until| Opening::Open(moment(until)))
    }
}

impl Rule {
    fn is_on(&self, season: u16, weekday: u8) -> bool {
        let within = |(from, to): &Season| {
            if from <= to { (*from..=*to).contains(&season) } else { season >= *from || season <= *to }
        };
        self.days >> weekday & 1 == 1 && (self.seasons.is_empty() || self.seasons.iter().any(within))
    }
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let run = |of: fn(char) -> bool| rest.find(|c| !of(c)).unwrap_or(rest.len());
        let (token, length) = match c {
            '0'..='9' => {
                let end = run(|c| c.is_ascii_digit());
                let number: u16 = rest.get(..end)?.parse().ok()?;
                match rest.get(end..).and_then(|after| after.strip_prefix(':')).and_then(|after| after.get(..2)) {
                    Some(minutes) if minutes.bytes().all(|byte| byte.is_ascii_digit()) => {
                        let minutes: u16 = minutes.parse().ok().filter(|minutes| *minutes < 60)?;
                        let time = number.checked_mul(60)?.checked_add(minutes)?;
                        (Some(Token::Time(time).in_day()?), end + 3)
                    }
                    _ if rest.starts_with("24/7") => (Some(Token::Always), 4),
                    _ => (Some(Token::Number(number)), end),
                }
            }
            'a'..='z' | 'A'..='Z' => {
                let end = run(|c| c.is_ascii_alphabetic());
                (Some(word(&rest.get(..end)?.to_ascii_lowercase())?), end)
            }
            '-' | '\u{2013}' => (Some(Token::To), c.len_utf8()),
            ',' => (Some(Token::Comma), 1),
            ';' => (Some(Token::End), 1),
            // Behind the days, as some write it.
            ':' | ' ' | '\t' | '\n' | '\u{a0}' => (None, c.len_utf8()),
            _ => return None,
        };
        tokens.extend(token);
        rest = rest.get(length..)?;
    }
    Some(tokens)
}

impl Token {
    fn in_day(self) -> Option<Self> {
        matches!(self, Self::Time(time) if time <= SPAN_END_MAX).then_some(self)
    }
}

fn word(word: &str) -> Option<Token> {
    let at = |list: &[&str]| list.iter().position(|known| *known == word).and_then(|at| u8::try_from(at).ok());
    match word {
        "ph" => Some(Token::Holiday),
        "off" | "closed" => Some(Token::Off),
        _ => at(&DAYS).map(Token::Day).or_else(|| at(&MONTHS).map(|month| Token::Month(u16::from(month) + 1))),
    }
}

/// The rules between two semicolons: a comma behind times begins another one, which adds.
fn rules_of(mut part: &[Token], rules: &mut Vec<Rule>) -> Option<()> {
    let mut adds = false;
    while !part.is_empty() {
        if rules.len() >= RULES_MAX {
            return None;
        }
        let mut rule = Rule { adds, ..Rule::default() };
        part = seasons(part, &mut rule)?;
        part = days(part, &mut rule)?;
        part = times(part, &mut rule)?;
        if rule.days == 0 && !rule.holidays {
            rule.days = EVERY_DAY;
        }
        rules.push(rule);
        adds = true;
    }
    Some(())
}

fn seasons<'a>(mut part: &'a [Token], rule: &mut Rule) -> Option<&'a [Token]> {
    loop {
        let (from, to, rest) = match part {
            [Token::Month(a), Token::Number(x), Token::To, Token::Month(b), Token::Number(y), rest @ ..] => {
                (a * 32 + x, b * 32 + y, rest)
            }
            [Token::Month(a), Token::Number(x), Token::To, Token::Number(y), rest @ ..] => {
                (a * 32 + x, a * 32 + y, rest)
            }
            [Token::Month(a), Token::To, Token::Month(b), rest @ ..] => (a * 32, b * 32 + 31, rest),
            [Token::Month(a), Token::Number(x), rest @ ..] => (a * 32 + x, a * 32 + x, rest),
            [Token::Month(a), rest @ ..] => (a * 32, a * 32 + 31, rest),
            _ => return Some(part),
        };
        if rule.seasons.len() >= SPANS_MAX || [from, to].iter().any(|day| day / 32 > 12) {
            return None;
        }
        rule.seasons.push((from, to));
        part = match rest {
            [Token::Comma, rest @ ..] if matches!(rest.first(), Some(Token::Month(_))) => rest,
            _ => return Some(rest),
        };
    }
}

fn days<'a>(mut part: &'a [Token], rule: &mut Rule) -> Option<&'a [Token]> {
    loop {
        let rest = match part {
            [Token::Day(a), Token::To, Token::Day(b), rest @ ..] => {
                let mut day = *a;
                loop {
                    rule.days |= 1 << day;
                    if day == *b {
                        break rest;
                    }
                    day = (day + 1) % 7;
                }
            }
            [Token::Day(a), rest @ ..] => {
                rule.days |= 1 << a;
                rest
            }
            [Token::Holiday, rest @ ..] => {
                rule.holidays = true;
                rest
            }
            _ => return Some(part),
        };
        part = match rest {
            [Token::Comma, rest @ ..] if matches!(rest.first(), Some(Token::Day(_) | Token::Holiday)) => rest,
            // "PH,Mo" and "Mo PH" mean the same to who writes them.
            [Token::Day(_) | Token::Holiday, ..] => rest,
            _ => return Some(rest),
        };
    }
}

fn times<'a>(mut part: &'a [Token], rule: &mut Rule) -> Option<&'a [Token]> {
    match part {
        [Token::Off, rest @ ..] => return behind(rest),
        [Token::Always, rest @ ..] => {
            rule.spans.push((0, DAY));
            return behind(rest);
        }
        // Days alone: all day long.
        [] if rule.days != 0 || !rule.seasons.is_empty() || rule.holidays => {
            rule.spans.push((0, DAY));
            return Some(part);
        }
        _ => {}
    }
    loop {
        let [Token::Time(from), Token::To, Token::Time(to), rest @ ..] = part else { return None };
        if rule.spans.len() >= SPANS_MAX || *from >= DAY {
            return None;
        }
        let to = if to <= from { to + DAY } else { *to };
        rule.spans.push((*from, to));
        part = match rest {
            [Token::Comma, rest @ ..] if matches!(rest.first(), Some(Token::Time(_))) => rest,
            _ => return behind(rest),
        };
    }
}

/// What comes after the times of a rule: nothing, or a comma and another rule.
fn behind(rest: &[Token]) -> Option<&[Token]> {
    match rest {
        [] => Some(rest),
        [Token::Comma, rest @ ..] if !rest.is_empty() => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    /// At a day of July 2026, of which the 6th is a Monday.
    fn at(text: &str, day: i8, hour: i8, minute: i8) -> String {
        match Hours::parse(text).unwrap().at(date(2026, 7, day).at(hour, minute, 0, 0)) {
            Opening::Open(Some(until)) => format!("open {}", until.strftime("%d %H:%M")),
            Opening::Open(None) => "always".to_owned(),
            Opening::Closed(Some(opens)) => format!("closed {}", opens.strftime("%d %H:%M")),
            Opening::Closed(None) => "never".to_owned(),
        }
    }

    #[test]
    fn open_or_closed_and_until_when() {
        const WEEK: &str = "Mo-Fr 09:00-12:00,14:00-18:00; Sa 10:00-12:00";
        for (day, hour, minute, expected) in [
            (6, 9, 0, "open 06 12:00"),
            (6, 8, 59, "closed 06 09:00"),
            (6, 12, 0, "closed 06 14:00"),
            (10, 18, 0, "closed 11 10:00"),
            (11, 12, 30, "closed 13 09:00"),
            (12, 11, 0, "closed 13 09:00"),
        ] {
            assert_eq!(at(WEEK, day, hour, minute), expected, "{day} {hour}:{minute}");
        }
        assert_eq!(at("24/7", 6, 3, 0), "always");
        assert_eq!(at("Mo-Su 00:00-24:00", 6, 3, 0), "always");
        assert_eq!(at("Fr-Sa 20:00-02:00", 12, 1, 0), "open 12 02:00");
        assert_eq!(at("Fr,Sa 22:00-26:00", 11, 1, 59), "open 11 02:00");
        assert_eq!(at("Mo-Su 10:00-24:00; Tu 00:00-03:00", 6, 23, 0), "open 07 03:00", "two spans that meet");
        assert_eq!(at("Mo-Fr 09:00-17:00; We off", 8, 10, 0), "closed 09 09:00");
        assert_eq!(at("Mo-Fr 09:00-12:00, Th 14:00-16:00", 9, 15, 0), "open 09 16:00", "one rule adds to another");
        assert_eq!(at("Su-Mo 10:00-11:00", 12, 10, 30), "open 12 11:00");
        assert_eq!(at("09:00-17:00", 12, 10, 30), "open 12 17:00");
        assert_eq!(at("Sep-Jun Mo-Fr 09:00-17:00", 31, 10, 0), "closed 01 09:00");
        assert_eq!(at("Jul 14 off", 14, 10, 0), "never");
        assert_eq!(at("Mo-Su 10:00-12:00; Jul 14 off; PH off", 14, 11, 0), "closed 15 10:00");
        assert_eq!(at("Dec 20-Jan 5: 10:00-12:00", 14, 11, 0), "closed 20 10:00");
    }

    #[test]
    fn a_day_on_which_it_opens() {
        let hours = Hours::parse("Tu-Sa 10:00-19:00; Su 10:00-13:00").unwrap();
        let on = |day| hours.opens_on(date(2026, 7, day).at(23, 0, 0, 0));
        assert_eq!([6, 7, 11, 12].map(on), [false, true, true, true]);
    }

    #[test]
    fn what_is_not_understood_is_nothing() {
        for text in [
            "",
            "sunrise-sunset",
            "Mo-Fr",
            "by appointment",
            "\"sur rendez-vous\"",
            "week 1-10 Mo 09:00-10:00",
            "Mo[1] 09:00-10:00",
            "Mo 09:00+",
            "Mo 9-12",
            "Mo 25:61-26:00",
            "Mo 09:00",
            "SH 09:00-12:00",
            "Mo 09:00-12:00 Tu",
            "Mo 09:00-99:00",
            ",",
            ";;;",
            "Mo 09:00-12:00,",
        ] {
            let always = text == "Mo-Fr";
            assert_eq!(Hours::parse(text).is_some(), always, "{text}");
        }
        assert_eq!(Hours::parse(&"Mo 09:00-10:00;".repeat(100)), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 300,
            rng_seed: prop::test_runner::RngSeed::Fixed(5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn anything_is_read_or_refused(text in "[MoTuFrSaPHJanoff0-9:,;\\- /]{0,60}|\\PC{0,40}", hour in 0..24_i8) {
            if let Some(hours) = Hours::parse(&text) {
                let now = date(2026, 2, 28).at(hour, 30, 0, 0);
                match hours.at(now) {
                    Opening::Open(Some(then)) | Opening::Closed(Some(then)) => prop_assert!(then > now, "{text}"),
                    _ => {}
                }
            }
        }
    }
}
