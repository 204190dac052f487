//! Opening hours, by day or in a sentence, turned into the syntax that OpenStreetMap uses:
//! "Mo-Fr 09:00-12:00,14:00-17:00".

mod clock;
mod days;
mod sentence;
mod words;

pub(super) use sentence::normal;

use crate::times::is_understood;

/// What hours that somebody typed come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedHours {
    /// Nothing was said, or it is in the syntax of OpenStreetMap already.
    Same,
    /// They are these, in that syntax.
    Understood(String),
    /// They are not understood, and kept in their own words.
    Words,
}

/// Read hours as people type them, as those of a file are read.
#[must_use]
pub fn typed_hours(text: &str) -> TypedHours {
    let text = super::text::one_line(text);
    if text.is_empty() {
        return TypedHours::Same;
    }
    match normal(&text).filter(|found| is_understood(found)) {
        Some(found) if found == text => TypedHours::Same,
        Some(found) => TypedHours::Understood(super::text::one_line(&found)),
        None if is_understood(&text) => TypedHours::Same,
        None => TypedHours::Words,
    }
}

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// Words that mean "closed".
const CLOSED: &[&str] = &["ferme", "fermé", "fermee", "fermée", "fermeture", "closed", "off"];
/// Words and signs that may stand between two times.
const BETWEEN: &[&str] = &["", "a", "à", "et", "de", "to", "and", "from", "-", "–", "—", "/", ",", ";", "&", "|"];

/// The week in one text; a day whose hours are not understood is given in its own words. Empty: nothing is said.
pub(super) fn week(days: &[Option<&str>; 7]) -> String {
    joined(&days.map(|text| text.map(one_day).unwrap_or_default()))
}

/// The hours of each day in one text; empty: nothing is said of it.
fn joined(days: &[String; 7]) -> String {
    let said: Vec<(usize, &str)> =
        days.iter().map(String::as_str).enumerate().filter(|(_, text)| !text.is_empty()).collect();
    let mut out = String::new();
    let mut rest = said.as_slice();
    while let Some(((first, text), _)) = rest.split_first() {
        let run = rest
            .iter()
            .zip(*first..)
            .take_while(|((day, other), expected)| day == expected && other == text)
            .count()
            .max(1);
        if !out.is_empty() {
            out.push_str("; ");
        }
        out.push_str(DAYS.get(*first).copied().unwrap_or_default());
        if run > 1 {
            out.push_str(if run == 2 { "," } else { "-" });
            out.push_str(DAYS.get(first + run - 1).copied().unwrap_or_default());
        }
        out.push(' ');
        out.push_str(text);
        rest = rest.get(run..).unwrap_or_default();
    }
    out
}

fn one_day(text: &str) -> String {
    let text = text.trim();
    if CLOSED.contains(&text.to_lowercase().as_str()) {
        return "off".into();
    }
    match times(text).or_else(|| sentence::times_alone(text)) {
        Some(times) => times,
        None if text.is_empty() => String::new(),
        // A comment, in that syntax.
        None => format!("\"{}\"", text.replace('"', "'")),
    }
}

/// "09:00 - 12:00 / 14h-17h30" → "09:00-12:00,14:00-17:30". Spans that meet or overlap become one (a service of
/// several sites repeats its hours), and 00:00-00:00, which some registers write for "none", is left out.
fn times(text: &str) -> Option<String> {
    let mut found: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(digit) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(digit);
        if !separates(before) {
            return None;
        }
        let (minutes, after) = time(from)?;
        found.push(minutes);
        rest = after;
    }
    if !separates(rest) || found.is_empty() || found.len() % 2 == 1 {
        return None;
    }
    let mut spans: Vec<(u16, u16)> = Vec::new();
    for span in found.chunks_exact(2) {
        match span {
            [0, 0] => {}
            [from, to] if from < to => spans.push((*from, *to)),
            _ => return None,
        }
    }
    spans.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    Some(written(&joined))
}

fn written(spans: &[(u16, u16)]) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    spans.iter().map(|(from, to)| format!("{}-{}", clock(*from), clock(*to))).collect::<Vec<_>>().join(",")
}

fn separates(text: &str) -> bool {
    text.to_lowercase().split_whitespace().all(|word| {
        BETWEEN.contains(&word) || word.chars().all(|c| BETWEEN.contains(&c.to_string().as_str()) && !c.is_alphabetic())
    })
}

/// One time at the beginning: "9h", "9h30", "09:30", "09.30"; in minutes of the day, and what follows.
fn time(text: &str) -> Option<(u16, &str)> {
    let (hours, rest) = digits(text)?;
    let mark = rest.chars().next().filter(|c| matches!(c, ':' | 'h' | 'H' | '.'))?;
    let rest = rest.get(mark.len_utf8()..)?;
    let (minutes, rest) = match digits(rest) {
        Some((minutes, rest)) => (minutes, rest),
        None if mark.eq_ignore_ascii_case(&'h') => (0, rest),
        None => return None,
    };
    (hours <= 24 && minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some((hours * 60 + minutes, rest))
}

fn digits(text: &str) -> Option<(u16, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end)?;
    (1..=2).contains(&end).then_some(()).and_then(|()| Some((number.parse().ok()?, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Mo 09:00-17:00; Tu 22:00-02:00; Su 00:00-24:00";

    #[test]
    fn days_are_joined() {
        let usual = Some("09:00 - 12:00 / 13:30 - 17:00");
        let days =
            [Some("13:30 - 17:00"), usual, usual, usual, Some("09:00 - 12:00 / 13:30 - 16:00"), None, Some("Fermé")];
        assert_eq!(week(&days), "Mo 13:30-17:00; Tu-Th 09:00-12:00,13:30-17:00; Fr 09:00-12:00,13:30-16:00; Su off");
        assert_eq!(
            week(&[usual, None, usual, usual, None, None, None]),
            "Mo 09:00-12:00,13:30-17:00; We,Th 09:00-12:00,13:30-17:00"
        );
        // As in a sentence.
        assert_eq!(week(&[Some("9am-5pm"), Some("22h-2h"), None, None, None, None, Some("24h/24")]), SAID);
        assert_eq!(week(&[None; 7]), "");
        assert_eq!(week(&[Some(" "); 7]), "");
    }

    #[test]
    fn many_ways_to_write_hours() {
        for (text, expected) in [
            ("9h-12h", "09:00-12:00"),
            ("de 9h00 à 12h30 et de 14h à 17h", "09:00-12:30,14:00-17:00"),
            ("08:30-12:00,13:30-17:00", "08:30-12:00,13:30-17:00"),
            ("8.30 to 12.00", "08:30-12:00"),
            ("10:00–24:00", "10:00-24:00"),
            ("00:00 - 00:00 / 09:00 - 12:00 / 09:00 - 12:00", "09:00-12:00"),
            ("14:00 - 17:00 / 09:00 - 12:30 / 12:30 - 13:00", "09:00-13:00,14:00-17:00"),
            ("00:00 - 00:00", ""),
        ] {
            assert_eq!(times(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_keeps_its_words() {
        assert_eq!(week(&[Some("24h-2h"), None, None, None, None, None, None]), "Mo \"24h-2h\"", "of the day after");
        for text in [
            "sur rendez-vous",
            "9h-12h sur RDV",
            "12:00-09:00",
            "9:00",
            "25:00-26:00",
            "1er mardi 9h-12h",
            "9h-12h-14h",
        ] {
            assert_eq!(times(text), None, "{text}");
        }
        assert_eq!(week(&[Some("sur \"rdv\""), None, None, None, None, None, None]), "Mo \"sur 'rdv'\"");
    }
}
