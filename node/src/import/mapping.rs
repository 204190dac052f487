//! The small TOML by which a person names columns, where they are not recognised: MAPPING.md says all of it.
//!
//! ```toml
//! [columns]
//! name = "Structure"            # or a list: address = ["Voie", "Lieu-dit"]
//! latitude = "Y"
//! longitude = "X"
//! start = ["Date", "Heure"]     # of events; their end likewise
//!
//! [defaults]
//! kind = "organisation"
//! tags = ["association"]
//! source = "annuaire-2024"
//! licence = "Licence Ouverte 2.0"
//!
//! [positions]
//! system = "EPSG:2154"          # or a name: "Lambert-93"; without it, it is seen from the numbers
//!
//! [csv]
//! delimiter = ";"
//! encoding = "windows-1252"
//! ```

use super::{
    FileFault, ImportError, Reason, columns,
    coords::System,
    role::{Rank, Role},
    text,
};
use communaut_protocol::op::Kind;
use serde::Deserialize;
use std::{collections::HashMap, fs::File, io::Read, path::Path};

/// Bytes of a mapping: a few lines.
const MAPPING_MAX: u64 = 64 * 1024;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Document {
    columns: ColumnTable,
    defaults: DefaultTable,
    positions: PositionTable,
    csv: CsvTable,
}

/// One column's name, or several.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "expected a column's name or a list of names")]
enum Names {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ColumnTable {
    latitude: Option<Names>,
    longitude: Option<Names>,
    latlon: Option<Names>,
    lonlat: Option<Names>,
    geometry: Option<Names>,
    name: Option<Names>,
    address: Option<Names>,
    postcode: Option<Names>,
    city: Option<Names>,
    phone: Option<Names>,
    email: Option<Names>,
    website: Option<Names>,
    opening_hours: Option<Names>,
    description: Option<Names>,
    tags: Option<Names>,
    id: Option<Names>,
    kind: Option<Names>,
    start: Option<Names>,
    end: Option<Names>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct DefaultTable {
    kind: Option<String>,
    tags: Vec<String>,
    source: Option<String>,
    licence: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PositionTable {
    system: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CsvTable {
    delimiter: Option<String>,
    encoding: Option<String>,
}

/// Which column means what: what the mapping says, and for the rest what is recognised.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    /// By the column's name as [`text::header_key`] makes it.
    named: HashMap<String, (Role, Rank)>,
    /// What would be recognised as an id is none.
    without_ids: bool,
}

impl Columns {
    /// What a column of that name is for.
    pub fn role(&self, header: &str) -> Option<(Role, Rank)> {
        self.said_role(header).filter(|(role, _)| !self.without_ids || *role != Role::Id)
    }
    /// Take no column for an id.
    pub fn forget_ids(&mut self) {
        self.without_ids = true;
    }
    fn said_role(&self, header: &str) -> Option<(Role, Rank)> {
        if self.named.is_empty() {
            return columns::recognise(header);
        }
        if let Some(role) = self.named.get(&text::header_key(header)) {
            return Some(*role);
        }
        // What a person has said replaces what would have been guessed for the same.
        columns::recognise(header)
            .filter(|(guessed, _)| !self.named.values().any(|(role, _)| replaces(*role, *guessed)))
    }
    /// Whether nobody named a column for it.
    pub fn is_unnamed(&self, role: Role) -> bool {
        !self.named.values().any(|(named, _)| *named == role)
    }
    /// The first column that was named and is not among these.
    pub fn missing<'a>(&'a self, headers: &[String]) -> Option<&'a str> {
        let have: Vec<String> = headers.iter().map(|header| text::header_key(header)).collect();
        self.named.keys().filter(|name| !have.contains(name)).min().map(String::as_str)
    }
}

fn replaces(named: Role, guessed: Role) -> bool {
    let is_address = |role| {
        matches!(
            role,
            Role::Address
                | Role::AddressMore
                | Role::HouseNumber
                | Role::HouseSuffix
                | Role::StreetKind
                | Role::Street
                | Role::Location
        )
    };
    named == guessed
        || named.is_position() && guessed.is_position()
        || named == Role::Address && is_address(guessed)
        || named == Role::Hours && matches!(guessed, Role::Day(_) | Role::OpenDays | Role::OpenTimes)
        || named == Role::Tags && guessed == Role::What
        || named == Role::Begins && guessed == Role::BeginsAt
        || named == Role::Ends && guessed == Role::EndsAt
        || named == Role::Kind && matches!(guessed, Role::Osm(_))
}

/// What a mapping says.
#[derive(Debug, Clone, Default)]
pub(super) struct Mapping {
    pub columns: Columns,
    pub kind: Option<Kind>,
    pub tags: Vec<String>,
    pub source: Option<String>,
    pub licence: Option<String>,
    /// What its positions are in.
    pub system: Option<System>,
    pub delimiter: Option<u8>,
    pub encoding: Option<&'static encoding_rs::Encoding>,
}

impl Mapping {
    /// Read it from a file.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        let name = text::one_line(&path.display().to_string());
        let mut bytes = Vec::new();
        let io = |error: std::io::Error| {
            let why = FileFault::from(&error).boxed();
            ImportError::mapping(&name, FileFault::MappingUnread { why })
        };
        let file = File::open(path).map_err(io)?;
        file.take(MAPPING_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
        if bytes.len() as u64 > MAPPING_MAX {
            return Err(ImportError::mapping(&name, FileFault::MappingTooLong { kib: MAPPING_MAX >> 10 }));
        }
        let text = String::from_utf8(bytes).map_err(|_| ImportError::mapping(&name, FileFault::MappingNotText))?;
        Self::parse(&text).map_err(|why| ImportError::mapping(&name, why))
    }

    fn parse(text: &str) -> Result<Self, FileFault> {
        let document: Document = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let line = before.matches('\n').count() as u64 + 1;
            FileFault::MappingLine { line, said: text::one_line(error.message()) }
        })?;
        let kind = document.defaults.kind.as_deref().map(kind_of).transpose();
        let kind = kind.map_err(|why| FileFault::MappingKind { why: why.boxed() })?;
        let delimiter = document.csv.delimiter.as_deref().map(delimiter_of).transpose()?;
        let encoding = document.csv.encoding.as_deref().map(|label| {
            encoding_rs::Encoding::for_label(label.as_bytes())
                .ok_or_else(|| FileFault::EncodingUnknown { encoding: text::shown(label) })
        });
        let encoding = encoding.transpose()?;
        let system = document.positions.system.as_deref().map(System::of_name).transpose();
        let system = system.map_err(|system| FileFault::MappingSystem { system })?;
        let columns = document.columns.into_columns()?;
        let DefaultTable { tags, source, licence, .. } = document.defaults;
        Ok(Self { columns, kind, tags, source, licence, system, delimiter, encoding })
    }
}

impl ColumnTable {
    fn into_columns(self) -> Result<Columns, FileFault> {
        let said = [
            (Role::Latitude, self.latitude),
            (Role::Longitude, self.longitude),
            (Role::LatLon, self.latlon),
            (Role::LonLat, self.lonlat),
            (Role::Geometry, self.geometry),
            (Role::Name, self.name),
            (Role::Address, self.address),
            (Role::Postcode, self.postcode),
            (Role::City, self.city),
            (Role::Phone, self.phone),
            (Role::Email, self.email),
            (Role::Website, self.website),
            (Role::Hours, self.opening_hours),
            (Role::Description, self.description),
            (Role::Tags, self.tags),
            (Role::Id, self.id),
            (Role::Kind, self.kind),
            (Role::Begins, self.start),
            (Role::Ends, self.end),
        ];
        let mut named = HashMap::new();
        for (role, names) in said {
            let names = match names {
                None => continue,
                Some(Names::One(name)) => vec![name],
                Some(Names::Several(names)) => names,
            };
            for (rank, name) in (0..).zip(names) {
                let key = text::header_key(&name);
                if key.is_empty() {
                    return Err(FileFault::ColumnUnnamed);
                }
                if named.insert(key, (role, rank)).is_some() {
                    return Err(FileFault::ColumnTwice { column: text::shown(&name) });
                }
            }
        }
        Ok(Columns { named, without_ids: false })
    }
}

/// The kind of that name, if it may be imported.
pub(super) fn kind_of(name: &str) -> Result<Kind, Reason> {
    let name = text::header_key(name);
    match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
        Some(kind @ (Kind::Organisation | Kind::Project | Kind::Place | Kind::Event)) => Ok(kind),
        Some(Kind::Person) => Err(Reason::Person),
        None => Err(Reason::KindUnknown { kind: text::shown(&name) }),
    }
}

fn delimiter_of(text: &str) -> Result<u8, FileFault> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\n' | b'\r') => {
            Ok(*byte)
        }
        _ => Err(FileFault::DelimiterWrong { said: text::shown(text) }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failure here is the test's")]
    use super::*;

    /// The example of MAPPING.md is read as it says.
    #[test]
    fn the_page_on_mappings_is_true() {
        let page = include_str!("../../../MAPPING.md");
        let block = |of: &str| {
            let (_, rest) = page.split_once(&format!("```{of}\n")).unwrap();
            rest.split_once("```").unwrap().0
        };
        let got = crate::import::test_support::read_with("structures.csv", block("csv"), Some(block("toml"))).unwrap();
        assert_eq!((got.names(), got.skipped.len()), (vec!["Les Lilas", "La Ruche"], 0), "{:?}", got.skipped);
        let first = &got.records[0];
        assert_eq!((first.source.as_str(), first.source_id.as_str()), ("annuaire", "7"));
        assert_eq!((first.address.as_str(), first.phone.as_str()), ("3 rue Bayle, Le Bourg", "05 61 00 00 00"));
        assert_eq!((first.opening_hours.as_str(), first.kind), ("Mo-Fr 09:00-18:00", Kind::Organisation));
        assert_eq!(first.licence, "Licence Ouverte 2.0, Ville de Foix");
        assert!((first.lat_e7 - 429_600_000).abs() < 1_000_000 && (first.lon_e7 - 16_000_000).abs() < 2_000_000);
        // Every name that a column may be given is on the page.
        let said = format!("{:?}", ColumnTable::default());
        let names = said.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        for name in names.filter(|word| !matches!(*word, "ColumnTable" | "None")) {
            assert!(page.contains(&format!("`{name}`")), "{name} is not on the page");
        }
    }

    #[test]
    fn columns_are_named() {
        let mapping = Mapping::parse(
            "[columns]\nname = \"Structure (2024)\"\naddress = [\"Lieu\", \"Voie\"]\n\
             [defaults]\nkind = \"organisation\"\ntags = [\"a\"]\n[csv]\ndelimiter = \"|\"\nencoding = \"latin1\"",
        )
        .unwrap();
        assert_eq!(mapping.columns.role("STRUCTURE 2024"), Some((Role::Name, 0)));
        assert_eq!(mapping.columns.role("voie"), Some((Role::Address, 1)));
        assert_eq!(mapping.columns.role("nom"), None, "replaced");
        assert_eq!(mapping.columns.role("lat").map(|(role, _)| role), Some(Role::Latitude), "still recognised");
        assert_eq!(mapping.kind, Some(Kind::Organisation));
        assert_eq!(mapping.delimiter, Some(b'|'));
        assert_eq!(mapping.encoding.map(encoding_rs::Encoding::name), Some("windows-1252"));
        assert_eq!(mapping.columns.missing(&["lieu".into(), "Voie".into()]), Some("structure2024"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, words) in [
            ("[columns]\nname = \"a\"\nnaem = \"b\"", &["line 3", "naem"][..]),
            ("[colums]\n", &["line 1", "colums"]),
            ("[defaults]\nkind = \"shop\"", &["kind 'shop'"]),
            ("[defaults]\nkind = \"Person\"", &["person"]),
            ("[columns]\nname = 3", &["line 2"]),
            ("[columns]\nname = \"a\"\nphone = \"A\"", &["'A' is named twice"]),
            ("[csv]\ndelimiter = \";;\"", &["';;'"]),
            ("[csv]\nencoding = \"klingon\"", &["klingon"]),
            ("[positions]\nsystem = \"EPSG:1\"", &["'EPSG:1'", "EPSG:2154"]),
            ("[columns", &["line 1"]),
        ] {
            let why = Mapping::parse(text).err().unwrap().to_string();
            assert!(words.iter().all(|word| why.contains(word)) && !why.contains('\n'), "{text}: {why}");
        }
    }
}
