//! The pieces of a sentence about opening hours: days, times, and the words between them.

use super::clock;

/// Which of the weekdays of a month: the first to the fifth as bits 0 to 4…
pub(super) type OfMonth = u8;
/// …and the last.
pub(super) const LAST: OfMonth = 1 << 5;

/// A piece of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// Monday 0.
    Day(usize),
    Days([bool; 7]),
    Holidays,
    /// The first, second, … or last of its weekday.
    Week(OfMonth),
    /// Ends what comes so in each month.
    OfMonth,
    Time(clock::Time),
    Always,
    To,
    And,
    /// Between two times as good as "to", elsewhere as good as "and".
    Slash,
    /// Its "and" is a "to": "between 9 and 12".
    Between,
    /// "le matin": what its hours say anyway.
    PartOfDay,
    /// Ends what was said of some days.
    Stop,
    Closed,
    Except,
}

const DAILY: [bool; 7] = [true; 7];
const WORKDAYS: [bool; 7] = [true, true, true, true, true, false, false];
const WEEKEND: [bool; 7] = [false, false, false, false, false, true, true];
/// Where days are said by their first letters in English, others are not read: "S" may be two of them.
const MONDAY_TO_FRIDAY: &str = "m-f";

/// Several words that mean one thing; they are tried before single words.
const PHRASES: &[(&str, Option<Piece>)] = &[
    ("lmmjvsd", Some(Piece::Days(DAILY))),
    ("lmmjvs", Some(Piece::Days([true, true, true, true, true, true, false]))),
    ("lmmjv", Some(Piece::Days(WORKDAYS))),
    ("l m m j v", Some(Piece::Days(WORKDAYS))),
    ("l,m,m,j,v", Some(Piece::Days(WORKDAYS))),
    ("l, m, m, j, v", Some(Piece::Days(WORKDAYS))),
    (MONDAY_TO_FRIDAY, Some(Piece::Days(WORKDAYS))),
    ("tous les jours", Some(Piece::Days(DAILY))),
    ("chaque jour", Some(Piece::Days(DAILY))),
    ("toute la semaine", Some(Piece::Days(DAILY))),
    ("every day", Some(Piece::Days(DAILY))),
    ("7j/7", Some(Piece::Days(DAILY))),
    ("7j/7j", Some(Piece::Days(DAILY))),
    ("7 j/7", Some(Piece::Days(DAILY))),
    ("7 j/7 j", Some(Piece::Days(DAILY))),
    ("7 j sur 7", Some(Piece::Days(DAILY))),
    ("7j sur 7", Some(Piece::Days(DAILY))),
    ("7 jours sur 7", Some(Piece::Days(DAILY))),
    ("7 jours/7", Some(Piece::Days(DAILY))),
    ("7 days a week", Some(Piece::Days(DAILY))),
    ("7/7", Some(Piece::Days(DAILY))),
    ("24h/24h", Some(Piece::Always)),
    ("24h/24", Some(Piece::Always)),
    ("24 h/24", Some(Piece::Always)),
    ("24h sur 24", Some(Piece::Always)),
    ("24 heures sur 24", Some(Piece::Always)),
    ("24h sur 24h", Some(Piece::Always)),
    ("24h/7j", Some(Piece::Always)),
    ("24h/7", Some(Piece::Always)),
    ("24 hours a day", Some(Piece::Always)),
    ("24 hours", Some(Piece::Always)),
    ("24/24", Some(Piece::Always)),
    ("24/7", Some(Piece::Always)),
    ("en semaine", Some(Piece::Days(WORKDAYS))),
    ("les week-ends", Some(Piece::Days(WEEKEND))),
    ("le week-end", Some(Piece::Days(WEEKEND))),
    ("week-end", Some(Piece::Days(WEEKEND))),
    ("jours de semaine", Some(Piece::Days(WORKDAYS))),
    ("du mois", Some(Piece::OfMonth)),
    ("de chaque mois", Some(Piece::OfMonth)),
    ("chaque mois", Some(Piece::OfMonth)),
    ("of the month", Some(Piece::OfMonth)),
    ("of each month", Some(Piece::OfMonth)),
    ("of every month", Some(Piece::OfMonth)),
    ("each month", Some(Piece::OfMonth)),
    ("every month", Some(Piece::OfMonth)),
    // Two spans with a break are written as two.
    ("sans interruption", Some(Piece::And)),
    ("sans pause", Some(Piece::And)),
    ("en continu", Some(Piece::And)),
    ("journee continue", Some(Piece::And)),
    ("non-stop", Some(Piece::And)),
    ("non stop", Some(Piece::And)),
    ("without interruption", Some(Piece::And)),
    ("l'apres-midi", Some(Piece::PartOfDay)),
    ("apres-midi", Some(Piece::PartOfDay)),
    ("apres midi", Some(Piece::PartOfDay)),
    ("jours de fete", Some(Piece::Holidays)),
    ("jours feries et chomes", Some(Piece::Holidays)),
    ("jours feries", Some(Piece::Holidays)),
    ("jour ferie", Some(Piece::Holidays)),
    ("public holidays", Some(Piece::Holidays)),
    ("bank holidays", Some(Piece::Holidays)),
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
    "tous",
    "toutes",
    "chaque",
    "every",
    "each",
    "of",
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
        "feries" | "ferie" | "fetes" | "ph" => Piece::Holidays,
        "weekend" | "weekends" | "we." => Piece::Days(WEEKEND),
        "weekdays" => Piece::Days(WORKDAYS),
        "tlj" | "quotidien" | "daily" => Piece::Days(DAILY),
        "premier" | "premiers" | "first" => Piece::Week(1),
        "deuxieme" | "deuxiemes" | "second" | "seconds" => Piece::Week(1 << 1),
        "troisieme" | "troisiemes" | "third" => Piece::Week(1 << 2),
        "quatrieme" | "quatriemes" | "fourth" => Piece::Week(1 << 3),
        "cinquieme" | "fifth" => Piece::Week(1 << 4),
        "dernier" | "derniers" | "last" => Piece::Week(LAST),
        "midi" | "noon" => Piece::Time(clock::Time::NOON),
        "minuit" | "midnight" => Piece::Time(clock::Time::MIDNIGHT),
        "matin" | "matins" | "soir" | "soirs" | "morning" | "mornings" | "afternoon" | "afternoons" | "evening"
        | "evenings" => Piece::PartOfDay,
        "a" | "au" | "to" | "until" | "till" | "thru" | "through" => Piece::To,
        "entre" | "between" => Piece::Between,
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
    let text = letters.collect::<String>().replace("(s)", "");
    let text = text.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    text.replace(" /", "/").replace("/ ", "/")
}

/// Days by their first letters, as signs in France have them. "M" may be two of them.
fn letter(name: &str) -> Option<Piece> {
    Some(Piece::Day(match name {
        "l" => 0,
        "j" => 3,
        "v" => 4,
        "s" => 5,
        "d" => 6,
        _ => return None,
    }))
}

/// None: a word that is not known.
pub(super) fn pieces(text: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let english = text.starts_with(MONDAY_TO_FRIDAY);
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
            '0'..='9' => week_of_month(rest)
                .or_else(|| clock::time(rest).map(|(time, rest)| (Piece::Time(time), rest)))
                .map(|(piece, rest)| (Some(piece), rest))?,
            '-' => (Some(Piece::To), rest.get(1..)?),
            '/' => (Some(Piece::Slash), rest.get(1..)?),
            ',' | '&' | '+' => (Some(Piece::And), rest.get(1..)?),
            ';' | '.' => (Some(Piece::Stop), rest.get(1..)?),
            ' ' | ':' | '(' | ')' | '\'' => (None, rest.get(1..)?),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
                let (name, after) = rest.split_at_checked(end)?;
                // "d'ouverture", "l'accueil".
                let elided = after.starts_with('\'') && matches!(name, "d" | "l");
                let known = word(name).or_else(|| letter(name).filter(|_| !english && !elided));
                if known.is_none() && !elided && !IDLE.contains(&name) {
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

/// "1er", "2e", "3rd".
fn week_of_month(text: &str) -> Option<(Piece, &str)> {
    const ENDS: &[&str] = &["ers", "er", "emes", "eme", "es", "e", "nd", "st", "rd", "th"];
    let number = text.bytes().next().filter(|digit| (b'1'..=b'5').contains(digit))? - b'1';
    let after = text.get(1..)?;
    let rest =
        ENDS.iter().find_map(|end| after.strip_prefix(end).filter(|rest| !rest.starts_with(char::is_alphanumeric)))?;
    Some((Piece::Week(1 << number), rest))
}
