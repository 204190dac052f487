//! What a column or property means, by its name: in French and in English, whatever its case, accents and signs.

mod stand_ins;

pub(super) use stand_ins::stands_in;

use super::{
    osm_tags::{self, OSM_KEYS},
    role::{LanguageCode, Rank, Role},
    text,
};
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// The rank of columns recognised after taking words away from their name.
const FREED: Rank = 1_000;
/// The rank of columns recognised by the beginning of their name only.
const VAGUE: Rank = 2_000;
/// Bytes of a column's name that are looked at: a sentence.
const HEADER_MAX: usize = 200;

/// The names, as [`text::header_key`] makes them.
static NAMES: &str = include_str!("columns/names.txt");

/// Words of the table, and the role that each begins.
const ROLES: &[(&str, Role)] = &[
    ("latitude", Role::Latitude),
    ("longitude", Role::Longitude),
    ("latlon", Role::LatLon),
    ("lonlat", Role::LonLat),
    ("location", Role::Location),
    ("geometry", Role::Geometry),
    ("name", Role::Name),
    ("alsoknown", Role::AlsoKnown),
    ("address", Role::Address),
    ("addressmore", Role::AddressMore),
    ("housenumber", Role::HouseNumber),
    ("housesuffix", Role::HouseSuffix),
    ("streetkind", Role::StreetKind),
    ("street", Role::Street),
    ("postcode", Role::Postcode),
    ("city", Role::City),
    ("phone", Role::Phone),
    ("email", Role::Email),
    ("website", Role::Website),
    ("hours", Role::Hours),
    ("description", Role::Description),
    ("tags", Role::Tags),
    ("what", Role::What),
    ("state", Role::State),
    ("sign", Role::Sign),
    ("power", Role::Power),
    ("opendays", Role::OpenDays),
    ("opentimes", Role::OpenTimes),
    ("begins", Role::Begins),
    ("ends", Role::Ends),
    ("beginsat", Role::BeginsAt),
    ("endsat", Role::EndsAt),
    ("id", Role::Id),
    ("kind", Role::Kind),
];

/// As reports and mappings call a role.
pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Day(_) | Role::Hours | Role::OpenDays | Role::OpenTimes => "opening_hours",
        Role::Osm(key) => key,
        Role::What => "tags",
        Role::Sign => "state",
        Role::Power => "description",
        Role::Begins | Role::BeginsAt => "start",
        Role::Ends | Role::EndsAt => "end",
        Role::AlsoKnown | Role::NameIn(_) => "other_name",
        Role::AddressMore | Role::HouseNumber | Role::HouseSuffix | Role::StreetKind | Role::Street => "address",
        role => ROLES.iter().find(|(_, other)| *other == role).map_or("", |(name, _)| *name),
    }
}

/// The names of the table with their roles, in its order.
fn names() -> impl Iterator<Item = (Role, &'static str)> {
    let mut role = Role::Kind;
    NAMES.lines().filter(|line| !line.starts_with('#')).flat_map(move |line| {
        let (word, names) = line.split_once(':').unwrap_or(("", line));
        if let Some((_, begun)) = ROLES.iter().find(|(name, _)| *name == word) {
            role = *begun;
        }
        let role = role;
        names.split_whitespace().map(move |name| (role, name))
    })
}

const DAYS: &[(&str, u8)] = &[
    ("lundi", 0),
    ("mardi", 1),
    ("mercredi", 2),
    ("jeudi", 3),
    ("vendredi", 4),
    ("samedi", 5),
    ("dimanche", 6),
    ("monday", 0),
    ("tuesday", 1),
    ("wednesday", 2),
    ("thursday", 3),
    ("friday", 4),
    ("saturday", 5),
    ("sunday", 6),
];

/// What may stand around a day's name: "h_lundi", "horaires du lundi", "monday hours".
const DAY_BEFORE: &[&str] =
    &["", "h", "crdv", "rdv", "horaire", "horaires", "horairesdu", "heures", "hours", "ouverture", "openinghours"];
const DAY_AFTER: &[&str] = &["", "horaires", "hours"];

/// Beginnings of names: "nom_de_l_equipement".
const NAME_BEGINNINGS: &[&str] = &["nom", "libelle", "intitule", "denomination"];
/// With one of these in it, such a column is the name of something else.
const NOT_THE_NAME: &[&str] = &[
    "commune",
    "com",
    "ville",
    "dep",
    "reg",
    "epci",
    "voie",
    "rue",
    "canton",
    "pays",
    "quartier",
    "arrond",
    "resp",
    "contact",
    "gestion",
    "exploit",
    "president",
    "maire",
    "prenom",
    "famille",
    "categ",
    "type",
    "fichier",
    "nombre",
    "amenag",
    "operat",
    "proprio",
    "proprietaire",
    "nomenclature",
    "activite",
    "afnor",
];
/// Names of dates that mean those of an event only where nothing else stands beside them.
const VAGUE_DATES: &[&str] = &["date", "dates", "jour", "debut", "fin", "begin", "start", "end", "quand", "when"];

/// Words that say nothing of what a column is: articles, and what it is a column of.
const IDLE: &[&str] = &[
    "de",
    "du",
    "des",
    "d",
    "la",
    "le",
    "les",
    "l",
    "un",
    "une",
    "the",
    "of",
    "for",
    "en",
    "au",
    "aux",
    "a",
    "et",
    "and",
    "ou",
    "or",
    "pour",
    "sur",
    "n",
    "no",
    "public",
    "publique",
    "principal",
    "principale",
    "officiel",
    "officielle",
    "structure",
    "etablissement",
    "etab",
    "association",
    "asso",
    "organisme",
    "organisation",
    "equipement",
    "equip",
    "lieu",
    "venue",
    "station",
    "poi",
    "point",
    "service",
    "contact",
    "siege",
    "club",
    "commerce",
    "magasin",
    "boutique",
    "producteur",
    "ferme",
    "entreprise",
    "societe",
    "borne",
    "installation",
    "inst",
    "field",
    "champ",
    "postale",
    "gps",
    "wgs",
    "wgs84",
    "84",
    "geo",
    "geographique",
    "degres",
    "degre",
    "deg",
    "dd",
    "decimal",
    "decimale",
    "decimales",
    "decimaux",
    "lambert",
    "93",
    "l93",
    "rgf93",
    "rgf",
    "cc",
    "l2e",
    "epsg",
    "2154",
    "4326",
    "3857",
    "coordonnee",
    "coordonnees",
    "coord",
    "coordinate",
    "metres",
    "m",
    "complet",
    "complete",
    "text",
    "value",
];

static KNOWN: LazyLock<HashMap<String, (Role, Rank)>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    let mut ranks: HashMap<Role, Rank> = HashMap::new();
    for (role, name) in names() {
        let rank = ranks.entry(role).or_default();
        known.entry(name.to_owned()).or_insert((role, *rank));
        *rank += 1;
    }
    for key in OSM_KEYS {
        known.entry((*key).to_owned()).or_insert((Role::Osm(key), 0));
    }
    for (day, number) in DAYS {
        for before in DAY_BEFORE {
            for after in DAY_AFTER {
                known.entry(format!("{before}{day}{after}")).or_insert((Role::Day(*number), 0));
            }
        }
    }
    known
});
static IDLE_SET: LazyLock<HashSet<&str>> = LazyLock::new(|| IDLE.iter().copied().collect());

/// What a column of that name is for.
pub(super) fn recognise(header: &str) -> Option<(Role, Rank)> {
    let header = header.get(..header.floor_char_boundary(HEADER_MAX)).unwrap_or_default();
    let key = text::header_key(header);
    if let Some(known) = KNOWN.get(&key) {
        return Some(*known);
    }
    if let Some(known) = freed(header) {
        return Some(known);
    }
    let begins = NAME_BEGINNINGS.iter().any(|start| key.starts_with(start));
    let other = NOT_THE_NAME.iter().any(|word| key.contains(word));
    (begins && !other).then_some((Role::Name, VAGUE))
}

/// Without what stands in brackets, idle words and numbers: "Téléphone (2) de la structure" is a telephone.
fn freed(header: &str) -> Option<(Role, Rank)> {
    let mut outside = String::new();
    let mut depth = 0_usize;
    for c in header.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => outside.push(c),
            _ => {}
        }
    }
    let words = text::header_words(&outside);
    let number = |word: &str| word.parse::<Rank>().ok().filter(|number| *number < FREED);
    // Columns of one kind are often numbered: the first comes first.
    let order = words.iter().rev().find_map(|word| number(word)).unwrap_or_default();
    let kept = |idle: bool| -> String {
        let keeps = |word: &&String| number(word).is_none() && !(idle && IDLE_SET.contains(word.as_str()));
        words.iter().filter(keeps).map(String::as_str).collect()
    };
    let found = [false, true].into_iter().find_map(|idle| {
        let key = kept(idle);
        let without = key.trim_end_matches(|c: char| c.is_ascii_digit());
        let known = KNOWN.get(&key).or_else(|| KNOWN.get(without)).copied();
        known.map(|known| (known, VAGUE_DATES.contains(&without)))
    });
    // "code" or "x" are too short a rest to mean that: an id, a kind and a day are called so outright. So is a date:
    // "date du service" may be any.
    let ((role, rank), vague) = found?;
    if matches!(role, Role::Id | Role::Kind | Role::Osm(_) | Role::State | Role::Sign) || role.is_date() && vague {
        return None;
    }
    Some((role, FREED.min(rank + FREED / 2) + order))
}

/// Of which system a column's name says that its numbers are: "x_l93", "Coordonnée X (Lambert II étendu)".
pub(super) fn system_of(header: &str) -> Option<super::coords::System> {
    let key = text::header_key(header);
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    let code = if has(&["l93", "lambert93", "rgf93", "2154"]) {
        2_154
    } else if has(&["l2e", "lambert2", "lambertii", "27572"]) {
        27_572
    } else if has(&["3857", "mercator"]) {
        3_857
    } else if let Some(zone) = key.find("cc").and_then(|at| key.get(at + 2..at + 4)?.parse::<u32>().ok()) {
        3_900 + zone
    } else {
        return None;
    };
    super::coords::System::of_code(code)
}

/// What a tag of OpenStreetMap is for. Its keys have one meaning each, so that nothing is guessed.
pub(super) fn recognise_osm(key: &str) -> Option<(Role, Rank)> {
    Some(match key {
        "name" => (Role::Name, 0),
        "official_name" => (Role::Name, 3),
        "alt_name" | "short_name" | "loc_name" | "old_name" | "int_name" | "nat_name" | "reg_name" => {
            (Role::AlsoKnown, 0)
        }
        "brand" | "operator" => (Role::AlsoKnown, 1),
        "addr:full" => (Role::Address, 0),
        "addr:housenumber" => (Role::HouseNumber, 0),
        "addr:street" => (Role::Street, 0),
        "addr:place" => (Role::Street, 1),
        "addr:postcode" => (Role::Postcode, 0),
        "addr:city" => (Role::City, 0),
        "phone" => (Role::Phone, 0),
        "contact:phone" => (Role::Phone, 1),
        "mobile" => (Role::Phone, 2),
        "contact:mobile" => (Role::Phone, 3),
        "email" => (Role::Email, 0),
        "contact:email" => (Role::Email, 1),
        "website" => (Role::Website, 0),
        "contact:website" => (Role::Website, 1),
        "url" => (Role::Website, 2),
        "opening_hours" => (Role::Hours, 0),
        "description" => (Role::Description, 0),
        "description:fr" => (Role::Description, 1),
        "description:en" => (Role::Description, 2),
        "cuisine" | "sport" | "religion" => (Role::Tags, 0),
        "access" => (Role::Access, 0),
        _ => {
            let named = key.strip_prefix("name:").and_then(LanguageCode::of).map(Role::NameIn);
            let also = ["alt_name:", "short_name:", "official_name:", "old_name:", "loc_name:"];
            let also =
                also.iter().find_map(|known| LanguageCode::of(key.strip_prefix(known)?)).map(|_| Role::AlsoKnown);
            if let Some(role) = named.or(also) {
                return Some((role, 2));
            }
            let accepted = key.strip_prefix("recycling:").and_then(osm_tags::accepted).map(Role::Accepts);
            return accepted.or_else(|| osm_tags::poi_key(key).map(Role::Osm)).map(|role| (role, 0));
        }
    })
}

#[cfg(test)]
mod tests;
