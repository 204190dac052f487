//! What a column or property means, by its name: in French and in English, whatever its case, accents and signs.

use super::text;
use std::{collections::HashMap, sync::LazyLock};

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Latitude,
    Longitude,
    /// Both in one, latitude first.
    LatLon,
    /// Both in one, longitude first.
    LonLat,
    /// WKT or a GeoJSON geometry.
    Geometry,
    Name,
    Address,
    AddressMore,
    HouseNumber,
    Street,
    Postcode,
    City,
    Phone,
    Email,
    Website,
    Hours,
    /// The hours of one day, Monday 0.
    Day(u8),
    Description,
    /// Other names, worth finding it by.
    AlsoKnown,
    Tags,
    /// A key of OpenStreetMap that says what something is, e.g. "shop".
    Osm(&'static str),
    Id,
    Kind,
}

/// Order among columns of the same role: the lowest comes first.
pub(super) type Rank = u16;
/// The rank of columns recognised by the beginning of their name only.
const VAGUE: Rank = 1_000;

/// The names, as [`text::header_key`] makes them, the surest first.
const NAMES: &[(Role, &[&str])] = &[
    (
        Role::Latitude,
        &[
            "latitude",
            "lat",
            "ylat",
            "latitudey",
            "ylatitude",
            "latwgs84",
            "latitudewgs84",
            "wgs84lat",
            "ywgs84",
            "geolat",
            "latitudedecimale",
            "latdd",
            "lattitude",
            "latcoor1",
            "coordylat",
            "coordonneesy",
            "coordy",
            "y",
        ],
    ),
    (
        Role::Longitude,
        &[
            "longitude",
            "lon",
            "lng",
            "long",
            "xlong",
            "xlon",
            "longitudex",
            "xlongitude",
            "lonwgs84",
            "longwgs84",
            "longitudewgs84",
            "wgs84lon",
            "wgs84long",
            "xwgs84",
            "geolon",
            "geolng",
            "longitudedecimale",
            "longdd",
            "loncoor1",
            "longcoor1",
            "coordxlon",
            "coordxlong",
            "coordonneesx",
            "coordx",
            "x",
        ],
    ),
    (
        Role::LatLon,
        &[
            "latlon",
            "latlng",
            "latlong",
            "latitudelongitude",
            "geopoint2d",
            "geopoint",
            "pointgeo",
            "coordonneesgps",
            "coordonneesgeographiques",
            "coordonneesgeo",
            "coordonneesgeolocalisees",
            "coordgeo",
            "coordonnees",
            "coordinates",
            "gps",
            "wgs84",
            "geolocalisation",
            "geolocation",
            "geoloc",
            "positiongeographique",
            "position",
            "geo",
            "localisation",
            "location",
        ],
    ),
    (Role::LonLat, &["coordonneesxy", "lonlat", "lnglat", "longlat", "xy"]),
    (Role::Geometry, &["geometry", "geometrie", "geom", "thegeom", "wkt", "geomwkt", "geoshape", "geojson"]),
    (
        Role::Name,
        &[
            "name",
            "nom",
            "title",
            "titre",
            "label",
            "libelle",
            "intitule",
            "denomination",
            "appellation",
            "raisonsociale",
            "enseigne",
            "libfs",
            "nomusuel",
            "nomofficiel",
            "nomcomplet",
            "officialname",
            "nomlong",
            "namefr",
            "nomfr",
            "nameen",
            "structure",
            "etablissement",
            "equipement",
            "lieu",
        ],
    ),
    (
        Role::Address,
        &[
            "adressecomplete",
            "fulladdress",
            "addrfull",
            "adressepostale",
            "adresse",
            "address",
            "adr",
            "adresse1",
            "address1",
            "adresseligne1",
            "addressline1",
            "streetaddress",
            "adressedulieu",
            "adressedelastructure",
            "adresseetablissement",
        ],
    ),
    (
        Role::AddressMore,
        &[
            "complementadresse",
            "complementdadresse",
            "adressecomplement",
            "compladresse",
            "adresse2",
            "address2",
            "adresseligne2",
            "addressline2",
            "lieudit",
        ],
    ),
    (
        Role::HouseNumber,
        &[
            "housenumber",
            "addrhousenumber",
            "numvoie",
            "numerovoie",
            "numerodevoie",
            "numerodelavoie",
            "numerorue",
            "novoie",
        ],
    ),
    (
        Role::Street,
        &[
            "street",
            "addrstreet",
            "rue",
            "voie",
            "nomvoie",
            "nomdevoie",
            "nomdelavoie",
            "libellevoie",
            "libvoie",
            "nomrue",
        ],
    ),
    (
        Role::Postcode,
        &["codepostal", "postcode", "postalcode", "addrpostcode", "zipcode", "zip", "cp", "codpostal", "cpostal"],
    ),
    (
        Role::City,
        &[
            "commune",
            "ville",
            "city",
            "town",
            "addrcity",
            "libcom",
            "nomcommune",
            "nomdelacommune",
            "libellecommune",
            "libcommune",
            "nomcom",
            "comnom",
            "communenom",
            "nomville",
            "municipality",
            "municipalite",
            "localite",
        ],
    ),
    (
        Role::Phone,
        &[
            "telephone",
            "phone",
            "tel",
            "contactphone",
            "phonenumber",
            "numerotelephone",
            "numerodetelephone",
            "numtelephone",
            "telephone1",
            "tel1",
            "telephonefixe",
            "telfixe",
            "contacttelephone",
            "mobile",
            "contactmobile",
            "telephoneportable",
            "telephonemobile",
            "portable",
        ],
    ),
    (
        Role::Email,
        &[
            "email",
            "mail",
            "courriel",
            "contactemail",
            "contactmail",
            "adressemail",
            "adresseemail",
            "adressecourriel",
            "adresseelectronique",
            "emailaddress",
            "mel",
            "emailcontact",
            "mailcontact",
            "courrielcontact",
        ],
    ),
    (
        Role::Website,
        &[
            "website",
            "siteweb",
            "siteinternet",
            "contactwebsite",
            "site",
            "web",
            "url",
            "urlsite",
            "urlsiteweb",
            "adresseweb",
            "adresseinternet",
            "adressesite",
            "pageweb",
            "homepage",
            "internet",
            "lien",
            "link",
            "contacturl",
        ],
    ),
    (
        Role::Hours,
        &[
            "openinghours",
            "horairesdouverture",
            "horairesouverture",
            "horaireouverture",
            "horairedouverture",
            "heuresouverture",
            "heuresdouverture",
            "horaires",
            "horaire",
            "hours",
            "openingtimes",
            "ouverture",
        ],
    ),
    (
        Role::Description,
        &[
            "description",
            "descriptif",
            "descriptionfr",
            "presentation",
            "resume",
            "summary",
            "objet",
            "commentaire",
            "commentaires",
            "comment",
            "comments",
            "remarque",
            "remarques",
            "observation",
            "observations",
            "details",
            "informations",
            "infos",
        ],
    ),
    (
        Role::AlsoKnown,
        &[
            "altname",
            "shortname",
            "oldname",
            "sigle",
            "acronyme",
            "acronym",
            "brand",
            "marque",
            "operator",
            "operateur",
        ],
    ),
    (
        Role::Tags,
        &[
            "tags",
            "tag",
            "motscles",
            "motcle",
            "motscle",
            "keywords",
            "categories",
            "categorie",
            "category",
            "souscategorie",
            "souscategories",
            "subcategory",
            "type",
            "types",
            "typologie",
            "themes",
            "theme",
            "thematique",
            "thematiques",
            "activite",
            "activites",
            "activity",
            "famille",
            "nature",
            "typestructure",
            "typeequipement",
            "typeetablissement",
            "typelieu",
            "typedelieu",
            "cuisine",
            "sport",
            "religion",
        ],
    ),
    (
        Role::Id,
        &[
            "id",
            "identifiant",
            "identifier",
            "uuid",
            "guid",
            "uid",
            "idfs",
            "recordid",
            "siret",
            "uai",
            "finess",
            "idlieu",
            "idstructure",
            "identifiantstructure",
            "identifiantdeletablissement",
            "osmid",
            "gid",
            "ogcfid",
            "fid",
            "objectid",
        ],
    ),
    (Role::Kind, &["kind"]),
];

/// Keys of OpenStreetMap that say what something is, as exports of it carry them.
pub(super) const OSM_KEYS: &[&str] =
    &["amenity", "shop", "tourism", "leisure", "office", "craft", "healthcare", "historic", "club", "emergency"];

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
    &["", "h", "horaire", "horaires", "horairesdu", "heures", "hours", "ouverture", "openinghours"];
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
];

static KNOWN: LazyLock<HashMap<String, (Role, Rank)>> = LazyLock::new(|| {
    let mut known = HashMap::new();
    for (role, names) in NAMES {
        for (rank, name) in (0..).zip(*names) {
            known.entry((*name).to_owned()).or_insert((*role, rank));
        }
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

/// What a column of that name is for.
pub(super) fn recognise(header: &str) -> Option<(Role, Rank)> {
    let key = text::header_key(header);
    KNOWN.get(&key).copied().or_else(|| {
        let begins = NAME_BEGINNINGS.iter().any(|start| key.starts_with(start));
        let other = NOT_THE_NAME.iter().any(|word| key.contains(word));
        (begins && !other).then_some((Role::Name, VAGUE))
    })
}

/// What a tag of OpenStreetMap is for. Its keys have one meaning each, so that nothing is guessed.
pub(super) fn recognise_osm(key: &str) -> Option<(Role, Rank)> {
    Some(match key {
        "name" => (Role::Name, 0),
        "name:fr" => (Role::Name, 1),
        "name:en" => (Role::Name, 2),
        "official_name" => (Role::Name, 3),
        "alt_name" | "short_name" | "old_name" | "brand" | "operator" => (Role::AlsoKnown, 0),
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
        _ => return super::osm::poi_key(key).map(|key| (Role::Osm(key), 0)),
    })
}

#[cfg(test)]
mod tests;
