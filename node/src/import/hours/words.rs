//! The pieces of a sentence about opening hours: days, times, and the words between them.

/// Minutes of a day.
pub(super) const DAY: u16 = 24 * 60;

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Monday 0.
    Day(usize),
    Days([bool; 7]),
    Holidays,
    /// Minutes of the day; whether it is surely a time, not a bare number.
    Time(u16, bool),
    Always,
    To,
    And,
    /// Ends what was said of some days.
    Stop,
    Closed,
    Except,
}

/// Several words that mean one thing; they are tried before single words.
const PHRASES: &[(&str, Option<Piece>)] = &[
    ("tous les jours", Some(Piece::Days([true; 7]))),
    ("chaque jour", Some(Piece::Days([true; 7]))),
    ("toute la semaine", Some(Piece::Days([true; 7]))),
    ("every day", Some(Piece::Days([true; 7]))),
    ("7j/7", Some(Piece::Days([true; 7]))),
    ("7 j/7", Some(Piece::Days([true; 7]))),
    ("7j sur 7", Some(Piece::Days([true; 7]))),
    ("7 jours sur 7", Some(Piece::Days([true; 7]))),
    ("7 jours/7", Some(Piece::Days([true; 7]))),
    ("7/7", Some(Piece::Days([true; 7]))),
    ("24h/24", Some(Piece::Always)),
    ("24 h/24", Some(Piece::Always)),
    ("24h sur 24", Some(Piece::Always)),
    ("24 heures sur 24", Some(Piece::Always)),
    ("24/24", Some(Piece::Always)),
    ("24/7", Some(Piece::Always)),
    ("en semaine", Some(Piece::Days([true, true, true, true, true, false, false]))),
    ("les week-ends", Some(Piece::Days([false, false, false, false, false, true, true]))),
    ("le week-end", Some(Piece::Days([false, false, false, false, false, true, true]))),
    ("week-end", Some(Piece::Days([false, false, false, false, false, true, true]))),
    ("jours feries", Some(Piece::Holidays)),
    ("jour ferie", Some(Piece::Holidays)),
    ("public holidays", Some(Piece::Holidays)),
    ("a partir de", None),
    ("jusqu'a", Some(Piece::To)),
    ("ainsi que", Some(Piece::And)),
];

/// Words that only hold a sentence together.
const IDLE: &[&str] = &[
    "de",
    "du",
    "des",
    "le",
    "les",
    "la",
    "from",
    "on",
    "the",
    "ouvert",
    "ouverte",
    "ouverts",
    "ouverture",
    "open",
    "horaires",
    "horaire",
    "hours",
    "accueil",
    "public",
    "est",
    "heures",
];

fn word(word: &str) -> Option<Piece> {
    Some(match word {
        "lundi" | "lundis" | "lun" | "lu" | "monday" | "mondays" | "mon" | "mo" => Piece::Day(0),
        "mardi" | "mardis" | "mar" | "ma" | "tuesday" | "tuesdays" | "tue" | "tues" | "tu" => Piece::Day(1),
        "mercredi" | "mercredis" | "mer" | "merc" | "me" | "wednesday" | "wednesdays" | "wed" | "we" => Piece::Day(2),
        "jeudi" | "jeudis" | "jeu" | "je" | "thursday" | "thursdays" | "thu" | "thur" | "thurs" | "th" => Piece::Day(3),
        "vendredi" | "vendredis" | "ven" | "vend" | "ve" | "friday" | "fridays" | "fri" | "fr" => Piece::Day(4),
        "samedi" | "samedis" | "sam" | "sa" | "saturday" | "saturdays" | "sat" => Piece::Day(5),
        "dimanche" | "dimanches" | "dim" | "di" | "sunday" | "sundays" | "sun" | "su" => Piece::Day(6),
        "feries" | "ferie" | "ph" => Piece::Holidays,
        "weekend" | "weekends" | "we." => Piece::Days([false, false, false, false, false, true, true]),
        "tlj" | "quotidien" | "daily" => Piece::Days([true; 7]),
        "midi" | "noon" => Piece::Time(12 * 60, true),
        "minuit" | "midnight" => Piece::Time(DAY, true),
        "a" | "au" | "to" | "until" | "till" => Piece::To,
        "et" | "and" | "puis" | "ou" => Piece::And,
        "ferme" | "fermee" | "fermes" | "fermeture" | "closed" | "off" => Piece::Closed,
        "sauf" | "hors" | "except" | "excepte" => Piece::Except,
        _ => return None,
    })
}

/// Without case, accents, and the many kinds of dash and apostrophe.
pub(super) fn plain(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let letters = letters.map(|c| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '→' => '-',
        '\u{2019}' | '\u{2018}' | '`' | '´' => '\'',
        '\r' | '\n' | '|' => ';',
        c if c.is_whitespace() => ' ',
        c => c,
    });
    letters.collect::<String>().split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// None: a word that is not known.
pub(super) fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    'next: while let Some(first) = rest.chars().next() {
        for (phrase, piece) in PHRASES {
            if let Some(after) = rest.strip_prefix(phrase).filter(|after| !after.starts_with(char::is_alphanumeric)) {
                pieces.push((*piece)?);
                rest = after;
                continue 'next;
            }
        }
        let piece;
        (piece, rest) = match first {
            '0'..='9' => time(rest).map(|(piece, rest)| (Some(piece), rest))?,
            '-' => (Some(Piece::To), rest.get(1..)?),
            ',' | '/' | '&' | '+' => (Some(Piece::And), rest.get(1..)?),
            ';' | '.' => (Some(Piece::Stop), rest.get(1..)?),
            ' ' | ':' | '(' | ')' | '\'' => (None, rest.get(1..)?),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end)?;
                let known = word(name);
                if known.is_none() && !IDLE.contains(&name) {
                    return None;
                }
                // "lun." is short for it, and ends nothing.
                let short = matches!(known, Some(Piece::Day(_))) && name.len() <= 4;
                (known, after.strip_prefix('.').filter(|_| short).unwrap_or(after))
            }
            _ => return None,
        };
        pieces.extend(piece);
    }
    Some(pieces)
}

/// "9h", "9 h 30", "09:30", "9 heures", "9.30"; a bare number may be one, beside another.
fn time(text: &str) -> Option<(Piece, &str)> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let end = digits(text);
    let hours: u16 = text.get(..end).filter(|_| end <= 2)?.parse().ok()?;
    let after = text.get(end..)?;
    let unit = ["heures", "heure", "h", ":", "."].iter().find_map(|unit| {
        let rest = after.trim_start().strip_prefix(unit)?;
        // A sign stands right behind the number.
        (after.starts_with(unit) || unit.starts_with('h')).then_some((*unit, rest))
    });
    let (minutes, rest) = match unit {
        None => (None, after),
        Some((unit, rest)) => {
            let body = if unit.starts_with('h') { rest.trim_start() } else { rest };
            let end = digits(body);
            let follows = body.get(end..)?.trim_start();
            let is_minutes = end == 2 && !follows.starts_with(['h', ':']);
            match is_minutes {
                true => (Some(body.get(..end)?.parse().ok()?), body.get(end..)?),
                false if unit.starts_with('h') => (Some(0), rest),
                // "du lundi. 9 …": not a time with minutes.
                false => (None, after),
            }
        }
    };
    let sure = minutes.is_some();
    let minutes: u16 = minutes.unwrap_or(0);
    let all = hours * 60 + minutes;
    let rest = ["min", "mn", "am"].iter().find_map(|unit| rest.strip_prefix(unit)).unwrap_or(rest);
    let ends = !rest.starts_with(char::is_alphanumeric);
    (hours <= 24 && minutes < 60 && all <= DAY && ends).then_some((Piece::Time(all, sure), rest))
}
