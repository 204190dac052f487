//! Postcodes of France: where each lies about, and the arrondissements of its large cities.

use super::READER;
use crate::{
    gazetteer::{self, Place, PlaceKind},
    import::geometry::LatLon,
    search::fold,
};
use communaut_protocol::Position;

/// The seat of each département, by the first two figures of its postcodes; Corsica has one beginning.
pub(super) const SEATS: &str = "01 Bourg-en-Bresse;02 Laon;03 Moulins;04 Digne-les-Bains;05 Gap;06 Nice;07 Privas;\
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
pub(in crate::import) const FRANCE: [&str; 7] = ["FR", "GP", "MQ", "GF", "RE", "YT", "PM"];

/// The seat of a postcode's département.
pub(super) fn seat(postcode: &str) -> Option<Position> {
    let start = postcode.get(..2)?;
    let name = SEATS.split(';').find_map(|seat| seat.strip_prefix(start)?.strip_prefix(' '))?;
    let wish = gazetteer::bundled().wish(READER, None);
    gazetteer::bundled().find(&format!("{name}, FR"), &wish).map(|found| found.place.position)
}

/// The code of the country that a postcode of five figures may be of.
pub(super) fn country(postcode: &str) -> &'static str {
    OVERSEAS.iter().find(|(start, _)| postcode.starts_with(start)).map_or("FR", |(_, country)| *country)
}

/// Whether a country has the postcodes of France.
pub(super) fn is_france(country: &str) -> bool {
    FRANCE.contains(&country) || OVERSEAS.iter().any(|(_, overseas)| *overseas == country)
}

/// Towns that have arrondissements.
const DIVIDED: [&str; 3] = ["paris", "lyon", "marseille"];

/// The arrondissement that is said: behind the town ("Paris 11e", "LYON CEDEX 03"), or by its postcode.
pub(super) fn arrondissement(postcode: &str, town: &str, city: &str) -> Option<LatLon> {
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
pub(super) fn of_postcode(postcode: &str) -> Option<LatLon> {
    let wish = gazetteer::bundled().wish(READER, None);
    let find = |asked: &str| Some(gazetteer::bundled().find(asked, &wish)?.place);
    let is_french = |place: &Place| is_france(&place.country);
    let code = Some(postcode).filter(|postcode| is_code(postcode))?;
    let firms = || match code.get(..2) {
        Some("75") => find("Paris, FR"),
        Some("98") if code.starts_with("980") => find("Monaco, MC"),
        _ => None,
    };
    find(code).filter(is_french).or_else(firms).map(|place| degrees(&place))
}

/// Whether it is a postcode as France has them.
pub(super) fn is_code(word: &str) -> bool {
    word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn degrees(place: &Place) -> LatLon {
    (f64::from(place.position.lat_e7) / 1e7, f64::from(place.position.lon_e7) / 1e7)
}
