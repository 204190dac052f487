//! Where an address lies, about: the middle of its commune, from the gazetteer.

use super::geometry::LatLon;
use crate::{
    gazetteer::{self, Place, PlaceKind},
    osm_words::Language,
    search::fold,
    territory::sphere,
};
use communaut_protocol::Position;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Communes, and squares in which something without a name lies, that are remembered of one file.
const REMEMBERED_MAX: usize = 20_000;
/// For whom places of one name are ranked: what is read so far are files of France and its neighbours.
const READER: &str = "fr_FR";
/// Places of one name that are looked at.
const NAMESAKES_MAX: usize = 60;
/// Metres from the seat of a département within which its communes lie.
const DEPARTEMENT_M: f64 = 130_000.0;
/// Metres to the next place beyond which its clocks say nothing: at sea.
const ZONE_M: f64 = 200_000.0;
/// How many times more people make one of several places of a name the one that is meant.
const MEANT: u64 = 8;

/// The seat of each département, by the first two figures of its postcodes; Corsica has one beginning.
const SEATS: &str = "01 Bourg-en-Bresse;02 Laon;03 Moulins;04 Digne-les-Bains;05 Gap;06 Nice;07 Privas;\
    08 Charleville-Mézières;09 Foix;10 Troyes;11 Carcassonne;12 Rodez;13 Marseille;14 Caen;15 Aurillac;16 Angoulême;\
    17 La Rochelle;18 Bourges;19 Tulle;20 Corte;21 Dijon;22 Saint-Brieuc;23 Guéret;24 Périgueux;25 Besançon;26 Valence;\
    27 Évreux;28 Chartres;29 Quimper;30 Nîmes;31 Toulouse;32 Auch;33 Bordeaux;34 Montpellier;35 Rennes;36 Châteauroux;\
    37 Tours;38 Grenoble;39 Lons-le-Saunier;40 Mont-de-Marsan;41 Blois;42 Saint-Étienne;43 Le Puy-en-Velay;44 Nantes;\
    45 Orléans;46 Cahors;47 Agen;48 Mende;49 Angers;50 Saint-Lô;51 Châlons-en-Champagne;52 Chaumont;53 Laval;54 Nancy;\
    55 Bar-le-Duc;56 Vannes;57 Metz;58 Nevers;59 Lille;60 Beauvais;61 Alençon;62 Arras;63 Clermont-Ferrand;64 Pau;\
    65 Tarbes;66 Perpignan;67 Strasbourg;68 Colmar;69 Lyon;70 Vesoul;71 Mâcon;72 Le Mans;73 Chambéry;74 Annecy;\
    75 Paris;76 Rouen;77 Melun;78 Versailles;79 Niort;80 Amiens;81 Albi;82 Montauban;83 Toulon;84 Avignon;\
    85 La Roche-sur-Yon;86 Poitiers;87 Limoges;88 Épinal;89 Auxerre;90 Belfort;91 Évry;92 Nanterre;93 Bobigny;\
    94 Créteil;95 Cergy";

/// Beginnings of postcodes overseas and in Monaco, and the country's code that the gazetteer has for each.
const OVERSEAS: [(&str, &str); 10] = [
    ("971", "GP"),
    ("972", "MQ"),
    ("973", "GF"),
    ("974", "RE"),
    ("975", "PM"),
    ("976", "YT"),
    ("980", "MC"),
    ("986", "WF"),
    ("987", "PF"),
    ("988", "NC"),
];
/// Countries of which postcodes have five figures and telephones begin with a zero.
pub(super) const FRANCE: [&str; 7] = ["FR", "GP", "MQ", "GF", "RE", "YT", "PM"];

/// Communes that were looked up; one for each file.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    known: HashMap<(String, String), Option<LatLon>>,
    /// Seats of départements by the first two figures of postcodes.
    seats: HashMap<String, Option<Position>>,
    /// What is spoken, by tenths of degrees.
    spoken: HashMap<(i32, i32), Language>,
    /// What the clocks show, likewise.
    zones: HashMap<(i32, i32), Option<TimeZone>>,
}

impl Addresses {
    /// What is mostly spoken where something lies.
    pub fn language(&mut self, at: LatLon) -> Language {
        if self.spoken.len() >= REMEMBERED_MAX {
            self.spoken.clear();
        }
        let country = || nearest(at).map(|(_, country)| country).unwrap_or_default();
        *self.spoken.entry(tenths(at)).or_insert_with(|| Language::of_country(&country()))
    }

    /// The zone of the nearest place that is known.
    pub fn zone(&mut self, at: LatLon) -> Option<TimeZone> {
        if self.zones.len() >= REMEMBERED_MAX {
            self.zones.clear();
        }
        let found = || {
            let position = Position::from_degrees(at.0, at.1).ok()?;
            let near = gazetteer::bundled().nearest(position).filter(|(_, metres)| *metres < ZONE_M)?;
            TimeZone::get(&near.0.timezone).ok()
        };
        self.zones.entry(tenths(at)).or_insert_with(found).clone()
    }

    /// The middle of the commune, or of its arrondissement; without a commune, of those of a postcode of France. None
    /// where it is not known, or where several could be meant.
    pub fn find(&mut self, postcode: &str, city: &str) -> Option<LatLon> {
        let key = (postcode.to_owned(), fold::folded(city));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let town = commune(city);
        let in_district = || arrondissement(postcode, &town, &key.1);
        let found = match town.as_str() {
            "" if key.1.is_empty() => of_postcode(postcode),
            "" => None,
            town => in_district().or_else(|| self.look_up(postcode, town)),
        };
        if self.known.len() < REMEMBERED_MAX {
            self.known.insert(key, found);
        }
        found
    }

    fn look_up(&mut self, postcode: &str, city: &str) -> Option<LatLon> {
        let french = is_code(postcode);
        let overseas = OVERSEAS.iter().find(|(start, _)| french && postcode.starts_with(start));
        let country = overseas.map_or("FR", |(_, country)| *country);
        let mut namesakes = namesakes(city, french.then_some(country));
        if let Some(seat) = self.seat(postcode).filter(|_| french && overseas.is_none()) {
            namesakes.retain(|place| sphere::metres(place.position, seat) < DEPARTEMENT_M);
            // The nearest of those that the postcode allows, where it does not tell them apart.
            return namesakes
                .into_iter()
                .min_by(|a, b| sphere::metres(a.position, seat).total_cmp(&sphere::metres(b.position, seat)))
                .map(|place| degrees(&place));
        }
        match namesakes.as_slice() {
            [only] => Some(degrees(only)),
            [first, second, ..] if first.population > second.population.saturating_mul(MEANT) => Some(degrees(first)),
            _ => None,
        }
    }

    /// The seat of a postcode's département.
    fn seat(&mut self, postcode: &str) -> Option<Position> {
        let start = postcode.get(..2)?;
        if let Some(known) = self.seats.get(start) {
            return *known;
        }
        let name = SEATS.split(';').find_map(|seat| seat.strip_prefix(start)?.strip_prefix(' '))?;
        let wish = gazetteer::bundled().wish(READER, None);
        let found = gazetteer::bundled().find(&format!("{name}, FR"), &wish).map(|found| found.place.position);
        self.seats.insert(start.to_owned(), found);
        found
    }
}

/// Towns that have arrondissements.
const DIVIDED: [&str; 3] = ["paris", "lyon", "marseille"];

/// The arrondissement that is said: behind the town ("Paris 11e", "LYON CEDEX 03"), or by its postcode.
fn arrondissement(postcode: &str, town: &str, city: &str) -> Option<LatLon> {
    DIVIDED.iter().find(|divided| **divided == town)?;
    let number = city.split(' ').find(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() < 5);
    let number = number.map(|word| word.chars().take_while(char::is_ascii_digit).collect::<String>());
    let number = number.and_then(|digits| digits.parse::<u8>().ok());
    let named = number.map(|number| format!("{town} {number}{}", if number == 1 { "er" } else { "e" }));
    let code = is_code(postcode).then(|| postcode.to_owned());
    let wish = gazetteer::bundled().wish(READER, None);
    named.into_iter().chain(code).find_map(|asked| {
        let place = gazetteer::bundled().find(&asked, &wish).filter(|found| !found.mentioned)?.place;
        let is_its = place.kind == PlaceKind::Arrondissement && fold::folded(&place.name).starts_with(town);
        is_its.then(|| degrees(&place))
    })
}

/// The middle of what a postcode of France stands for. Those that are given to firms there ("75380") are in no list:
/// where all of a département is one town, that is meant.
fn of_postcode(postcode: &str) -> Option<LatLon> {
    let wish = gazetteer::bundled().wish(READER, None);
    let find = |asked: &str| Some(gazetteer::bundled().find(asked, &wish)?.place);
    let is_french = |place: &Place| {
        FRANCE.contains(&place.country.as_str()) || OVERSEAS.iter().any(|(_, country)| *country == place.country)
    };
    let code = Some(postcode).filter(|postcode| is_code(postcode))?;
    let firms = || if code.starts_with("75") { find("Paris, FR") } else { None };
    find(code).filter(is_french).or_else(firms).map(|place| degrees(&place))
}

/// Whether it is a postcode as France has them.
fn is_code(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[expect(clippy::cast_possible_truncation, reason = "degrees are few")]
fn tenths(at: LatLon) -> (i32, i32) {
    let tenth = |degrees: f64| (degrees * 10.0).floor() as i32;
    (tenth(at.0), tenth(at.1))
}

/// Metres between two places in degrees; none where one of them is none.
pub(super) fn metres(a: LatLon, b: LatLon) -> Option<f64> {
    // What is not on Earth has no distance.
    let position = |(lat, lon): LatLon| Position::from_degrees(lat, lon).ok();
    Some(sphere::metres(position(a)?, position(b)?))
}

/// Metres to the nearest place that is known, and the code of its country.
pub(super) fn nearest(at: LatLon) -> Option<(f64, String)> {
    let (place, metres) = gazetteer::bundled().nearest(Position::from_degrees(at.0, at.1).ok()?)?;
    Some((metres, place.country))
}

/// The end of an address in one line: "3 rue des Tanneurs, 09000 Foix" has 09000 and Foix.
pub(super) fn postcode_and_city(address: &str) -> Option<(&str, &str)> {
    let mut found = None;
    let mut from = 0;
    for (at, mark) in address.match_indices(|c: char| !c.is_alphanumeric()).chain([(address.len(), "")]) {
        found = address.get(from..at).filter(|word| is_code(word)).map(|word| (from, word)).or(found);
        from = at + mark.len();
    }
    let (at, code) = found?;
    let after = address.get(at + code.len()..)?.trim_matches([' ', ',', '-', '\u{2013}']);
    let city = after.split([',', '(', '\n', ';']).next()?.trim();
    (!city.is_empty()).then_some((code, city))
}

/// The postcode at the end of an address that names no commune: "3 rue de la Roquette 75011".
pub(super) fn postcode_at_end(address: &str) -> Option<&str> {
    let (before, code) = address.trim_end().rsplit_once([' ', ','])?;
    (is_code(code) && before.chars().any(char::is_alphabetic)).then_some(code)
}

/// A commune's name without what post offices add: "LYON CEDEX 03", "Paris 15e", "Foix (Ariège)".
fn commune(city: &str) -> String {
    let city = city.split(['(', ',', ';', '#']).rfind(|part| part.chars().any(char::is_alphabetic)).unwrap_or(city);
    let folded = fold::folded(city);
    let words: Vec<&str> = folded
        .split(' ')
        .take_while(|word| !matches!(*word, "cedex" | "arrondissement" | "arr"))
        .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    words.join(" ")
}

/// Places of just this name, the most populous first.
fn namesakes(city: &str, country: Option<&str>) -> Vec<Place> {
    let asked = country.map_or_else(|| city.to_owned(), |country| format!("{city}, {country}"));
    let wanted = written_out(city);
    let wish = gazetteer::bundled().wish(READER, None);
    let mut places = gazetteer::bundled().places(&asked, NAMESAKES_MAX, &wish);
    places.retain(|place| {
        let name = written_out(&fold::folded(&place.name));
        name == wanted && country.is_none_or(|country| place.country == country)
    });
    if places.is_empty() {
        // By another of its names.
        let found = gazetteer::bundled().find(&asked, &wish).filter(|found| !found.mentioned).map(|found| found.place);
        places.extend(found.filter(|place| country.is_none_or(|country| place.country == country)));
    }
    places
}

/// "st" and "ste" as their words, without the article that addresses leave out.
fn written_out(folded: &str) -> String {
    let words = folded.split(' ').map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        word => word,
    });
    let words: Vec<&str> = words.collect();
    match words.as_slice() {
        ["le" | "la" | "les" | "l", rest @ ..] if !rest.is_empty() => rest.join(" "),
        words => words.join(" "),
    }
}

fn degrees(place: &Place) -> LatLon {
    (f64::from(place.position.lat_e7) / 1e7, f64::from(place.position.lon_e7) / 1e7)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;

    fn near(postcode: &str, city: &str, expected: LatLon, km: f64) {
        let got = Addresses::default().find(postcode, city).unwrap_or_else(|| unreachable!("{postcode} {city}"));
        assert!(metres(got, expected).unwrap() < km * 1_000.0, "{postcode} {city}: {got:?}");
    }

    #[test]
    fn communes_by_postcode_and_name() {
        near("69001", "LYON", (45.7699, 4.8292), 1.0);
        near("69003", "Lyon 3e Arrondissement", (45.7612, 4.8518), 1.0);
        near("75015", "PARIS 15", (48.8421, 2.2936), 1.5);
        near("75011", "Paris", (48.8574, 2.3795), 1.0);
        near("75116", "Paris", (48.8637, 2.2769), 1.0);
        near("69431", "LYON CEDEX 03", (45.7612, 4.8518), 1.0);
        near("75380", "PARIS CEDEX 08", (48.8727, 2.3127), 1.5);
        near("75380", "PARIS CEDEX", (48.8566, 2.3522), 3.0);
        near("", "Marseille 8e", (43.2708, 5.3821), 1.0);
        near("13233", "MARSEILLE CEDEX 20", (43.2965, 5.3698), 5.0);
        near("69003", "", (45.7612, 4.8518), 1.0);
        near("09000", "", (42.9613, 1.592), 3.0);
        near("75380", "", (48.8566, 2.3522), 3.0);
        assert_eq!(Addresses::default().find("38024", ""), None, "of a firm, in no list");
        near("09000", "Foix", (42.965, 1.607), 5.0);
        near("97400", "ST DENIS", (-20.88, 55.45), 10.0);
        near("93200", "Saint-Denis", (48.936, 2.357), 5.0);
        near("", "Villeurbanne", (45.766, 4.88), 5.0);
        near("01000", "01000#Bourg-en-Bresse", (46.205, 5.226), 5.0);
        assert_eq!(Addresses::default().find("69001", "Nulle-Part-les-Oies"), None);
        assert_eq!(Addresses::default().find("", ""), None);
        assert_eq!(Addresses::default().find("29200", "Lyon"), None, "another département");
    }

    #[test]
    fn every_departement_has_its_seat() {
        for seat in SEATS.split(';') {
            let (code, name) = seat.split_once(' ').unwrap();
            assert!(Addresses::default().seat(&format!("{code}000")).is_some(), "{name}");
        }
        assert_eq!(SEATS.split(';').count(), 95);
    }

    #[test]
    fn a_postcode_alone_ends_an_address() {
        assert_eq!(postcode_at_end("3 rue de la Roquette 75011"), Some("75011"));
        assert_eq!(postcode_at_end("3 rue de la Roquette, 75011 "), Some("75011"));
        assert_eq!(postcode_at_end("12500 route de Foix"), None);
        assert_eq!(postcode_at_end("75011"), None);
    }

    #[test]
    fn the_end_of_an_address() {
        for (address, expected) in [
            ("3 rue des Tanneurs, 09000 Foix", Some(("09000", "Foix"))),
            ("12500 route de Foix, 09000 Foix, France", Some(("09000", "Foix"))),
            ("Mairie - 09000 - Foix (Ariège)", Some(("09000", "Foix"))),
            ("3 rue des Tanneurs", None),
            ("09000", None),
            ("", None),
        ] {
            assert_eq!(postcode_and_city(address), expected, "{address}");
        }
    }
}
