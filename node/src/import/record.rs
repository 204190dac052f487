//! From what a record says to what is imported of it, or why not.

use super::{
    Format, ImportError, ImportItem, ImportOptions, ImportRecord, coords,
    geometry::LatLon,
    hours,
    mapping::{self, Mapping},
    osm_tags,
    role::{Rank, Role},
    text,
};
use communaut_protocol::{
    Position,
    limits::{FIELD_MAX, NAME_MAX, TAG_MAX, TAGS_MAX, TEXT_MAX},
    op::Kind,
};
use std::path::Path;

/// Licence and credit of what comes from OpenStreetMap.
pub(super) const OSM_LICENCE: &str = "© OpenStreetMap contributors, ODbL 1.0";

/// The values of one record with what each is for.
#[derive(Debug, Default)]
pub(super) struct Said {
    values: Vec<(Role, Rank, String)>,
}

impl Said {
    pub fn add(&mut self, (role, rank): (Role, Rank), value: &str) {
        if !text::is_absent(value) {
            self.values.push((role, rank, value.to_owned()));
        }
    }
    /// Whether there is anything that could be a name.
    pub fn has_name(&self) -> bool {
        self.all(Role::Name).next().is_some()
    }
    /// Bytes of all its texts.
    pub fn bytes(&self) -> usize {
        self.values.iter().map(|(.., value)| value.len()).sum()
    }
    /// Put the surest first; columns of equal rank stay in the file's order.
    fn sort(&mut self) {
        self.values.sort_by_key(|(_, rank, _)| *rank);
    }
    fn all(&self, wanted: Role) -> impl Iterator<Item = &str> {
        self.values.iter().filter(move |(role, ..)| *role == wanted).map(|(.., value)| value.as_str())
    }
    fn first(&self, wanted: Role) -> &str {
        self.all(wanted).next().unwrap_or_default()
    }
}

/// Makes records; one for each file.
#[derive(Debug)]
pub(super) struct Builder {
    source: String,
    licence: String,
    kind: Kind,
    tags: Vec<String>,
    cut: u64,
    dropped: u64,
}

impl Builder {
    pub fn new(path: &Path, format: Format, options: &ImportOptions, mapping: &Mapping) -> Result<Self, ImportError> {
        let is_osm = format == Format::OsmPbf;
        let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let said = |option: &Option<String>, mapped: &Option<String>, otherwise: &str| {
            text::one_line(option.as_deref().or(mapped.as_deref()).unwrap_or(otherwise))
        };
        let source = said(&options.source, &mapping.source, if is_osm { "osm" } else { &stem });
        let licence = said(&options.licence, &mapping.licence, if is_osm { OSM_LICENCE } else { "" });
        let name = path.display().to_string();
        for (what, text) in [("source", &source), ("licence", &licence)] {
            if text.len() > FIELD_MAX {
                let why = format!("the {what} given for it has {} bytes: at most {FIELD_MAX}", text.len());
                return Err(ImportError::unusable(&text::one_line(&name), why));
            }
        }
        if source.is_empty() {
            return Err(ImportError::unusable(
                &text::one_line(&name),
                "has no name to call its data by: give a source",
            ));
        }
        Ok(Self {
            source,
            licence,
            kind: mapping.kind.unwrap_or_default(),
            tags: mapping.tags.clone(),
            cut: 0,
            dropped: 0,
        })
    }

    /// The record at `at`. `id`: what the format says beside the values; `place`: likewise.
    pub fn item(&mut self, at: &str, id: Option<String>, mut said: Said, place: Option<LatLon>) -> ImportItem {
        said.sort();
        match self.record(at, id, &said, place) {
            Ok(record) => ImportItem::Record(Box::new(record)),
            Err(why) => ImportItem::skipped(at, why),
        }
    }

    fn record(
        &mut self,
        at: &str,
        id: Option<String>,
        said: &Said,
        place: Option<LatLon>,
    ) -> Result<ImportRecord, String> {
        let name = said.all(Role::Name).map(text::one_line).find(|name| !name.is_empty()).ok_or("no name")?;
        if name.len() > NAME_MAX {
            return Err(format!("the name '{}' has {} bytes: at most {NAME_MAX}", text::shown(&name), name.len()));
        }
        let place = match place {
            Some(place) => place,
            None => place_of(said)?.ok_or("no coordinates")?,
        };
        let position = coords::position(place)?;
        let kind = match said.first(Role::Kind) {
            "" => said.values.iter().find_map(|(role, _, value)| osm_tags::kind(*role, value)).unwrap_or(self.kind),
            kind => mapping::kind_of(kind)?,
        };
        let source_id = match id.unwrap_or_else(|| text::one_line(said.first(Role::Id))) {
            id if id.is_empty() => hashed_id(&name, position),
            id if id.len() > FIELD_MAX => return Err(format!("the id has {} bytes: at most {FIELD_MAX}", id.len())),
            id => id,
        };
        let email = text::one_line(said.first(Role::Email));
        let website = self.whole(website(said.first(Role::Website)));
        Ok(ImportRecord {
            at: at.to_owned(),
            source: self.source.clone(),
            source_id,
            licence: self.licence.clone(),
            kind,
            description: self.bounded(description(said, &name), TEXT_MAX),
            name,
            lat_e7: position.lat_e7,
            lon_e7: position.lon_e7,
            address: self.bounded(address(said), FIELD_MAX),
            phone: self.bounded(text::one_line(said.first(Role::Phone)), FIELD_MAX),
            email: self.whole(email),
            website,
            opening_hours: self.bounded(opening_hours(said), FIELD_MAX),
            tags: self.tags_of(said),
            when: None,
        })
    }

    /// What a person should know at the end.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.cut > 0 {
            notes.push(format!("{} texts were longer than the format's limits and were cut", self.cut));
        }
        if self.dropped > 0 {
            notes.push(format!("{} mail or web addresses were too long and were left out", self.dropped));
        }
        notes
    }

    fn bounded(&mut self, mut text: String, max: usize) -> String {
        self.cut += u64::from(text::cut(&mut text, max));
        text
    }
    /// For what is of no use when it is cut.
    fn whole(&mut self, text: String) -> String {
        if text.len() > FIELD_MAX {
            self.dropped += 1;
            return String::new();
        }
        text
    }

    fn tags_of(&self, said: &Said) -> Vec<String> {
        let mut tags = Tags::default();
        self.tags.iter().for_each(|tag| tags.add(tag));
        for (role, _, value) in &said.values {
            if let Role::Osm(key) = role {
                osm_tags::tag_words(key, value, &mut |tag| tags.add(tag));
            }
        }
        for value in said.all(Role::Tags) {
            value.split([';', ',', '|', '\n']).for_each(|tag| tags.add(tag));
        }
        tags.0
    }
}

/// Lower-case, each once, bounded.
#[derive(Default)]
struct Tags(Vec<String>);

impl Tags {
    fn add(&mut self, tag: &str) {
        let mut tag = text::one_line(&tag.replace('_', " ")).trim_start_matches('#').to_lowercase();
        text::cut(&mut tag, TAG_MAX);
        if !text::is_absent(&tag) && self.0.len() < TAGS_MAX && !self.0.contains(&tag) {
            self.0.push(tag);
        }
    }
}

fn place_of(said: &Said) -> Result<Option<LatLon>, String> {
    let lat = coords::degrees("latitude", said.first(Role::Latitude))?;
    let lon = coords::degrees("longitude", said.first(Role::Longitude))?;
    match (lat, lon) {
        (Some(lat), Some(lon)) => return Ok(Some((lat, lon))),
        (Some(_), None) => return Err("no longitude".into()),
        (None, Some(_)) => return Err("no latitude".into()),
        (None, None) => {}
    }
    for (role, lon_first) in [(Role::LatLon, false), (Role::LonLat, true)] {
        if let Some(place) = coords::both(said.first(role), lon_first)? {
            return Ok(Some(place));
        }
    }
    coords::shape(said.first(Role::Geometry))
}

fn hashed_id(name: &str, position: Position) -> String {
    let hash = blake3::hash(format!("{name}\n{}\n{}", position.lat_e7, position.lon_e7).as_bytes());
    format!("hash:{}", hash.to_hex().get(..32).unwrap_or_default())
}

fn address(said: &Said) -> String {
    let line = |role| text::one_line(said.first(role));
    let street = match said.all(Role::Address).next() {
        // All that a person has named, or the one that was recognised first.
        Some(_) => {
            let mut parts: Vec<String> = Vec::new();
            for part in said.all(Role::Address).map(text::one_line) {
                if !parts.iter().any(|have| contains(have, &part)) {
                    parts.push(part);
                }
            }
            parts.join(", ")
        }
        None => [line(Role::HouseNumber), line(Role::Street)].join(" ").trim().to_owned(),
    };
    let town = [line(Role::Postcode), line(Role::City)].join(" ").trim().to_owned();
    let more = line(Role::AddressMore);
    let mut parts = vec![street];
    for part in [more, town] {
        let postcode = line(Role::Postcode);
        let said_already = parts.iter().any(|have| {
            contains(have, &part) || !postcode.is_empty() && part.starts_with(&postcode) && contains(have, &postcode)
        });
        if !said_already {
            parts.push(part);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join(", ")
}

fn contains(text: &str, part: &str) -> bool {
    text.to_lowercase().contains(&part.to_lowercase())
}

/// Empty for a scheme that a client must not open.
fn website(value: &str) -> String {
    let url = text::one_line(value);
    // Several sites in one value are written with a semicolon or a space between them.
    let url = url.split([';', ' ']).next().unwrap_or_default();
    match url.split_once(':') {
        Some((scheme, rest)) if !scheme.contains(['.', '/']) => {
            let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
            if known && rest.starts_with("//") { url.to_owned() } else { String::new() }
        }
        _ if url.contains('.') => url.to_owned(),
        _ => String::new(),
    }
}

fn opening_hours(said: &Said) -> String {
    let mut days = [None; 7];
    for (role, _, value) in said.values.iter().rev() {
        if let Role::Day(day) = role
            && let Some(slot) = days.get_mut(usize::from(*day))
        {
            *slot = Some(value.as_str());
        }
    }
    match said.first(Role::Hours) {
        "" => text::one_line(&hours::week(&days)),
        hours => text::one_line(hours),
    }
}

fn description(said: &Said, name: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in said.all(Role::Description).map(text::lines) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    // Other names, on a line of their own: worth finding it by.
    let mut names: Vec<String> = Vec::new();
    for other in said.all(Role::AlsoKnown).chain(said.all(Role::Name)).map(text::one_line) {
        if other.to_lowercase() != name.to_lowercase() && !names.contains(&other) && other.len() <= NAME_MAX {
            names.push(other);
        }
    }
    parts.push(names.join(" · "));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;
    use crate::import::columns;

    fn builder() -> Builder {
        Builder::new(Path::new("dir/places.csv"), Format::Csv, &ImportOptions::default(), &Mapping::default()).unwrap()
    }
    fn item(values: &[(&str, &str)]) -> ImportItem {
        let mut said = Said::default();
        for (header, value) in values {
            said.add(columns::recognise(header).unwrap(), value);
        }
        builder().item("line 2", None, said, None)
    }
    fn record(values: &[(&str, &str)]) -> ImportRecord {
        match item(values) {
            ImportItem::Record(record) => *record,
            ImportItem::Skipped(skipped) => unreachable!("{skipped:?}"),
        }
    }
    fn why(values: &[(&str, &str)]) -> String {
        match item(values) {
            ImportItem::Skipped(skipped) => skipped.why,
            ImportItem::Record(record) => unreachable!("{record:?}"),
        }
    }
    const HERE: (&str, &str) = ("latlon", "43.73, 7.42");

    #[test]
    fn a_record_is_put_together() {
        let got = record(&[
            HERE,
            ("nom", " Épicerie\u{a0}solidaire\n"),
            ("adresse", "5 rue Haute"),
            ("complement_adresse", "Bâtiment B"),
            ("code_postal", "98000"),
            ("ville", "Monaco"),
            ("site", "javascript:alert(1)"),
            ("horaires_lundi", "9h-12h"),
            ("commentaire", "Une ligne\n\n\nune autre"),
            ("sigle", "ÉS"),
            ("catégorie", "Épicerie; Solidarité,#Épicerie"),
        ]);
        assert_eq!(got.name, "Épicerie solidaire");
        assert_eq!(got.address, "5 rue Haute, Bâtiment B, 98000 Monaco");
        assert_eq!((got.website.as_str(), got.opening_hours.as_str()), ("", "Mo 09:00-12:00"));
        assert_eq!(got.description, "Une ligne\nune autre\nÉS");
        assert_eq!(got.tags, ["épicerie", "solidarité"]);
        assert_eq!((got.source.as_str(), got.lat_e7, got.lon_e7), ("places", 437_300_000, 74_200_000));
        assert_eq!(got.kind, Kind::Place);
    }

    #[test]
    fn the_id_is_the_files_or_follows_from_name_and_position() {
        assert_eq!(record(&[HERE, ("nom", "A"), ("id", "7")]).source_id, "7");
        let hashed = record(&[HERE, ("nom", "A")]).source_id;
        assert_eq!(hashed, record(&[HERE, ("nom", "A"), ("id", " "), ("tel", "1")]).source_id);
        assert_ne!(hashed, record(&[HERE, ("nom", "B")]).source_id);
        assert_ne!(hashed, record(&[("latlon", "43.73, 7.43"), ("nom", "A")]).source_id);
        assert!(hashed.starts_with("hash:") && hashed.len() == 37);
    }

    #[test]
    fn an_address_says_nothing_twice() {
        let full = record(&[
            HERE,
            ("nom", "A"),
            ("adresse", "5 rue Haute, 98000 MONACO"),
            ("cp", "98000"),
            ("ville", "Monaco"),
        ]);
        assert_eq!(full.address, "5 rue Haute, 98000 MONACO");
        let parts =
            record(&[HERE, ("nom", "A"), ("addr:housenumber", "5"), ("addr:street", "Rue Haute"), ("ville", "Monaco")]);
        assert_eq!(parts.address, "5 Rue Haute, Monaco");
    }

    #[test]
    fn limits_hold() {
        let long = "é".repeat(20_000);
        let got = record(&[
            HERE,
            ("nom", "A"),
            ("description", &long),
            ("adresse", &long),
            ("email", &long),
            ("tags", &long),
        ]);
        assert_eq!((got.description.len(), got.address.len(), got.email.len()), (TEXT_MAX, FIELD_MAX, 0));
        assert_eq!(got.tags.first().map(String::len), Some(TAG_MAX));
        let many: Vec<String> = (0..100).map(|n| format!("t{n}")).collect();
        assert_eq!(record(&[HERE, ("nom", "A"), ("tags", &many.join(","))]).tags.len(), TAGS_MAX);
        assert!(why(&[HERE, ("nom", &long)]).contains("40000 bytes"));
        assert!(why(&[HERE, ("nom", "A"), ("id", &long)]).contains("id has"));
    }

    #[test]
    fn what_lacks_is_named() {
        assert_eq!(why(&[HERE]), "no name");
        assert_eq!(why(&[HERE, ("nom", "\u{202e}\u{0}")]), "no name");
        assert_eq!(why(&[("nom", "A")]), "no coordinates");
        assert_eq!(why(&[("nom", "A"), ("lat", "43")]), "no longitude");
        assert!(why(&[("nom", "A"), ("lat", "x"), ("lon", "7")]).contains("latitude 'x'"));
        assert!(why(&[("nom", "A"), ("lat", "0"), ("lon", "0.0")]).contains("0,0"));
        assert!(why(&[HERE, ("nom", "A"), ("kind", "event")]).contains("dates"));
    }

    #[test]
    fn websites_that_a_client_may_open() {
        for (given, kept) in [
            ("https://a.fr/b?c:d", "https://a.fr/b?c:d"),
            ("www.a.fr", "www.a.fr"),
            ("a.fr:8080/x", "a.fr:8080/x"),
            ("HTTP://A.FR; http://b.fr", "HTTP://A.FR"),
            ("file:///etc/passwd", ""),
            ("data:text/html,x", ""),
            ("oui", ""),
        ] {
            assert_eq!(website(given), kept, "{given}");
        }
    }
}
