//! Which of several places is meant: by accents, country, language, distance and people, in this weight.
//!
//! Each adds to one number, whose unit is a factor of ten in people: of two towns the larger is meant, unless the
//! smaller is that many times nearer to who asks.

use super::{kind::PlaceKind, table::Area};
use crate::territory::sphere;
use communaut_protocol::Position;

/// What is known of who asks.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Wish {
    /// ISO 3166 code of the country; empty: unknown.
    pub(super) country: String,
    /// ISO 639 code of the language; empty: unknown.
    pub(super) language: String,
    /// Where they live.
    pub(super) home: Option<Position>,
}

/// Accents that are typed and borne: nobody types them by chance, and who does not type them says nothing.
const ACCENTS: f64 = 3.0;
/// Written just so, without accents: some leave them out.
const JUST_SO: f64 = 0.4;
/// In the country of who asks.
const OWN_COUNTRY: f64 = 1.5;
/// Overseas from there, or on the mainland for who is overseas: of two alike the one here is meant.
const OWN_OVERSEAS: f64 = 1.3;
/// In another country of their language.
const OWN_LANGUAGE: f64 = 0.25;
/// It is mainly called so.
const MAIN: f64 = 0.5;
/// Next to home; falls to nothing at [`NEAR_M`].
const NEAR: f64 = 2.5;
/// Metres: a day's trip there and back, in which one knows the villages.
const NEAR_M: f64 = 200_000.0;
/// For each factor of ten beyond that: of two towns of a name the one on one's own continent is meant.
const FAR: f64 = -1.0;
/// Départements, régions, intercommunalities: who wants a place means the town of that name.
const WHOLE: f64 = -1.5;
/// Countries, which have ten times the people of a région.
const COUNTRY: f64 = -2.5;
/// A commune that is now part of another.
const FORMER: f64 = -1.0;
/// Added to the people: of many places without any, none is a million times less than a village.
const SOME_PEOPLE: f64 = 10.0;

/// Where the system names neither country nor language: who made this project live there, and most who try it.
const DEFAULT: (&str, &str) = ("fr", "FR");
/// Languages, and the countries where they are spoken by most or many. The first is meant where a language comes
/// without a country; English comes so from everywhere, and means none.
const LANGUAGES: [(&str, &[&str]); 7] = [
    ("fr", &["FR", "BE", "CH", "CA", "LU", "MC"]),
    ("en", &["", "GB", "US", "IE", "CA", "AU", "NZ"]),
    ("de", &["DE", "AT", "CH", "LI", "LU"]),
    ("es", &["ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY"]),
    ("it", &["IT", "CH", "SM"]),
    ("nl", &["NL", "BE"]),
    ("pt", &["PT", "BR"]),
];
/// What is part of France, and has a code of its own.
const FRANCE: [&str; 13] = ["FR", "GP", "MQ", "GF", "RE", "PM", "YT", "BL", "MF", "TF", "WF", "PF", "NC"];

impl Wish {
    /// Of a locale as systems name it ("fr_CA.UTF-8", "de"), and a home, in the country that is known of it. A home
    /// says more about the country than the language of the screen.
    #[must_use]
    pub(super) fn new(locale: &str, home: Option<(Position, String)>) -> Self {
        let plain = locale.split(['.', '@']).next().unwrap_or_default();
        let (language, country) = plain.split_once(['_', '-']).unwrap_or((plain, ""));
        let letters = |text: &str, most: usize| {
            (2..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        // "C" and "POSIX" are languages of nobody.
        let known = letters(language, 3) && !plain.eq_ignore_ascii_case("posix");
        let language = if known { language.to_ascii_lowercase() } else { String::new() };
        let country = if known && letters(country, 2) { country.to_ascii_uppercase() } else { String::new() };
        let (language, country) = match (&home, known) {
            (None, false) => (DEFAULT.0.to_owned(), DEFAULT.1.to_owned()),
            (None, true) if country.is_empty() => {
                let first = countries(&language).first().copied().unwrap_or_default().to_owned();
                (language, first)
            }
            (None, true) => (language, country),
            (Some((_, lives)), true) => (language, lives.clone()),
            (Some((_, lives)), false) => (spoken_in(lives).to_owned(), lives.clone()),
        };
        Self { country, language, home: home.map(|(at, _)| at) }
    }

    /// How likely it is that a place is meant.
    pub(super) fn weight(&self, candidate: &Candidate<'_>) -> f64 {
        let country = candidate.area.country.as_str();
        let land = match self.country.as_str() {
            "" => 0.0,
            own if own == country => OWN_COUNTRY,
            own if FRANCE.contains(&own) && FRANCE.contains(&country) => OWN_OVERSEAS,
            _ => 0.0,
        };
        let spoken = if countries(&self.language).contains(&country) { OWN_LANGUAGE } else { 0.0 };
        let away = self.home.map_or(NEAR_M, |home| sphere::metres(home, candidate.position));
        let near = NEAR * (1.0 - away / NEAR_M).max(0.0) + FAR * (away / NEAR_M).max(1.0).log10();
        let kind = match candidate.kind {
            PlaceKind::Place | PlaceKind::Commune | PlaceKind::Arrondissement | PlaceKind::Postcode => 0.0,
            PlaceKind::Former => FORMER,
            PlaceKind::Intercommunality | PlaceKind::Departement | PlaceKind::Region => WHOLE,
            PlaceKind::Country => COUNTRY,
        };
        let accents = match (candidate.just_so, candidate.accents) {
            (false, _) => 0.0,
            (true, false) => JUST_SO,
            (true, true) => ACCENTS,
        };
        let main = if candidate.main { MAIN } else { 0.0 };
        (f64::from(candidate.people) + SOME_PEOPLE).log10() + land.max(spoken) + near + kind + accents + main
    }
}

/// A place that may be meant.
pub(super) struct Candidate<'a> {
    pub area: &'a Area,
    pub position: Position,
    pub people: u32,
    pub kind: PlaceKind,
    /// Its name is written as it was typed, signs and case apart.
    pub just_so: bool,
    /// With accents.
    pub accents: bool,
    /// It is mainly called so.
    pub main: bool,
}

fn countries(language: &str) -> &'static [&'static str] {
    LANGUAGES.iter().find(|(known, _)| *known == language).map_or(&[], |(_, countries)| countries)
}

/// The language of those who live in a country, as far as it is one of [`LANGUAGES`].
fn spoken_in(country: &str) -> &'static str {
    LANGUAGES.iter().find(|(_, countries)| countries.contains(&country)).map_or("", |(language, _)| language)
}
