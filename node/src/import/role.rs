//! What the values of a record are for.

use crate::other_names;

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Latitude,
    Longitude,
    /// Both in one, latitude first.
    LatLon,
    /// Both in one, longitude first.
    LonLat,
    /// Where it is: both in one, or in words.
    Location,
    /// WKT, WKB or a GeoJSON geometry.
    Geometry,
    Name,
    /// Its name in a language.
    NameIn(LanguageCode),
    Address,
    AddressMore,
    HouseNumber,
    /// What follows the number: "bis".
    HouseSuffix,
    /// What stands before a street's name: "RUE", "av".
    StreetKind,
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
    /// What it is, in a word or two: a tag, and where nothing has a name the first part of one.
    What,
    /// Whether it is still there, and works.
    State,
    /// The same in the signs of registers: A is active, F and C are closed.
    Sign,
    /// Kilowatts.
    Power,
    /// On which days one can come to it, and at which hours of them, in words of a register.
    OpenDays,
    OpenTimes,
    /// When an event begins: a date, with its time or without.
    Begins,
    Ends,
    /// The time of the day.
    BeginsAt,
    EndsAt,
    /// Whether something is brought there to be used again: the words for it, separated by bars.
    Accepts(&'static str),
    /// A key of OpenStreetMap that says what something is, e.g. "shop".
    Osm(&'static str),
    /// Who may go there.
    Access,
    Id,
    Kind,
}

/// The code of a language: two letters, or three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct LanguageCode([u8; 3]);

impl LanguageCode {
    /// Of what stands behind "name:" on OpenStreetMap: "fr", "zh-Hans". None: it is no language.
    pub fn of(suffix: &str) -> Option<Self> {
        let (code, script) = suffix.split_once(['-', '_']).unwrap_or((suffix, ""));
        let good = other_names::is_language(code) && script.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let mut letters = [0; 3];
        letters.iter_mut().zip(code.bytes()).for_each(|(letter, byte)| *letter = byte);
        good.then_some(Self(letters))
    }

    pub fn code(self) -> String {
        self.0.iter().filter(|byte| **byte != 0).map(|byte| char::from(*byte)).collect()
    }
}

impl Role {
    /// Whether it says on which day something takes place.
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Begins | Self::Ends)
    }
    /// Whether it says where a record lies, in numbers.
    pub const fn is_position(self) -> bool {
        matches!(self, Self::Latitude | Self::Longitude | Self::LatLon | Self::LonLat | Self::Location | Self::Geometry)
    }
}

/// Order among columns of the same role: the lowest comes first.
pub(super) type Rank = u16;
