//! Why a record is left out: one line a reason, with its code, what it names, and its English. The window says the same
//! in its languages (`gui/src/views/import/reasons.rs`).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a reason names, for a text in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonPart<'a> {
    /// Words of the file, or numbers as they stand in it.
    Text(&'a str),
    /// So many.
    Number(u64),
    /// What is wrong inside.
    Reason(&'a Reason),
}

/// What may be named.
trait Nameable {
    fn named(&self) -> ReasonPart<'_>;
}
impl Nameable for String {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Text(self)
    }
}
impl Nameable for u64 {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Number(*self)
    }
}
impl Nameable for Box<Reason> {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Reason(self)
    }
}

macro_rules! reasons {
    ($($(#[$attribute:meta])? $name:ident $({ $($field:ident: $type:ty),+ })? => $english:literal;)+) => {
        /// Why a record is left out. `code` names it for programs and for the window's texts.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the English of each says what it is and what it names")]
        pub enum Reason {
            $($(#[$attribute])? $name $({ $($field: $type),+ })?,)+
        }

        impl Reason {
            /// One of each, which names nothing.
            #[must_use]
            pub fn all() -> Vec<Self> {
                vec![$(Self::$name $({ $($field: <$type>::default()),+ })?),+]
            }
            /// What it names, by the names that its texts use.
            #[must_use]
            pub fn names(&self) -> Vec<(&'static str, ReasonPart<'_>)> {
                match self {
                    $(Self::$name $({ $($field),+ })? => vec![$($((stringify!($field), $field.named())),+)?],)+
                }
            }
        }

        impl fmt::Display for Reason {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(Self::$name $({ $($field),+ })? => write!(f, $english),)+
                }
            }
        }
    };
}

reasons! {
    // Of any record.
    #[default]
    NoName => "no name";
    NameTooLong { name: String, bytes: u64, max: u64 } => "the name '{name}' has {bytes} bytes: at most {max}";
    IdTooLong { bytes: u64, max: u64 } => "the id has {bytes} bytes: at most {max}";
    IdTwice { id: String } => "its id '{id}' stands in the file more than once; the first was taken";
    PlaceTwice { name: String } =>
        "'{name}' without an id, at the same place, stands in the file more than once; the first was taken";
    IdOfAnother { id: String, held: String, km: u64 } =>
        "its id '{id}' is that of '{held}', which lies {km} km from there: give this data set a --source of its own";
    TooLarge { mib: u64 } => "larger than {mib} MiB";
    Gone { said: String } => "by the file's own words it is not there or out of use: '{said}'";
    Person => "a person: people join by themselves, and are not imported";
    KindUnknown { kind: String } => "kind '{kind}' is none of organisation, project, place, event";
    NotWritten { said: String } => "it cannot be written: {said}";
    // Where it lies.
    NoCoordinates => "no coordinates";
    NoLatitude => "no latitude";
    NoLongitude => "no longitude";
    CommuneUnknown { why: Box<Reason>, commune: String } => "{why}, and '{commune}' is not one known commune";
    OfLatitude { why: Box<Reason> } => "latitude {why}";
    OfLongitude { why: Box<Reason> } => "longitude {why}";
    OfCoordinates { why: Box<Reason> } => "coordinates {why}";
    NotDegrees { said: String } => "'{said}' is not a number of degrees";
    TwoDirections { said: String } => "'{said}' names two directions";
    EarlyFraction { said: String } => "'{said}' has a fraction before its last number";
    OverSixty { said: String } => "'{said}' has more than 60 minutes or seconds";
    MinusAndLetter { said: String } => "'{said}' has a minus sign and a letter that says otherwise";
    DirectionOfOther =>
        "one of the two coordinates names the other's direction: latitude is North or South";
    SameDirection => "both coordinates name the same direction";
    NotTwoNumbers { said: String } => "coordinates '{said}' are not two numbers of degrees";
    NotLonLat { said: String } => "coordinates '{said}' are not longitude and latitude";
    NotMeasured => "coordinates 0,0: nobody had measured them";
    LatitudeOut { lat: String } => "latitude {lat} is out of range (-90 to 90)";
    LongitudeOut { lon: String } => "longitude {lon} is out of range (-180 to 180)";
    Swapped { lat: String, lon: String } =>
        "latitude {lat} is out of range (-90 to 90); latitude and longitude look swapped: {lat}, {lon}";
    FarSwapped { lat: String, lon: String } =>
        "latitude and longitude look swapped: {lat}, {lon} lies far from the rest of the file, which lies around \
         {lon}, {lat}";
    Metres { lat: String, lon: String } =>
        "latitude {lat}, longitude {lon} are out of range: they look like metres of a map projection; convert them to \
         WGS 84 degrees";
    OutsideSystem { x: String, y: String, system: String } => "{x}, {y} lie outside of {system}";
    ShapeEmpty => "no coordinates: the geometry is empty";
    ShapeShort => "the geometry has a position of fewer than two numbers";
    ShapeNotGeoJson { said: String } => "geometry is not GeoJSON: {said}";
    ShapeUnknown { said: String } => "geometry '{said}' is neither WKT nor GeoJSON";
    ShapeDamaged { said: String } => "geometry '{said}' is damaged WKB";
    ShapeNoSystem { said: String } => "geometry '{said}' names no system";
    ShapeSystemUnknown { said: String, epsg: u64 } =>
        "geometry '{said}' is in EPSG:{epsg}, which is not known here";
    ShapeUnusable { said: String } => "its shape cannot be used: {said}";
    PointWrong { said: String, why: Box<Reason> } => "'{said}': {why}";
    // Of tables.
    ColumnsOther { found: u64, named: u64 } => "{found} columns, where the first row names {named}";
    NotUtf8 => "bytes that are not UTF-8 text, though most of the file is";
    // Of JSON.
    NotJson { line: u64, column: u64 } => "not valid JSON: at sign {column} of line {line} of it";
    NotGeoJson { said: String } => "not valid GeoJSON: {said}";
    CollectionWithin => "a FeatureCollection within a line or another: only its features are read";
    TopoJson => "TopoJSON: convert it to GeoJSON first";
    NotFeature { said: String } => "a '{said}', not a Feature";
    NoType => "not a Feature: it has no \"type\"";
    SameIdBefore => "the same id as one before in this file";
    NotProfile => "not a profile: it has no \"linked_schemas\"";
    NotOfSchema => "not an object of schema.org: places, organisations and events are read";
    OtherOfSchema { said: String } => "a '{said}': places, organisations and events are read";
    OtherOfCommunecter { said: String } => "of Communecter's '{said}', which is not imported";
    NotRow => "not a row of a query";
    NoItem => "no item of Wikidata in this row";
    // Of OpenStreetMap.
    NotOsm { said: String } => "not an object of OpenStreetMap: {said}";
    OffEarth => "no coordinates, or none that are on Earth";
    NodesMissing => "no coordinates: its nodes are not in the file";
    TooManyNodes { count: u64, max: u64 } => "{count} nodes: at most {max}";
    TooManyMembers { count: u64, max: u64 } => "{count} members: at most {max}";
    // When it takes place.
    Cancelled => "it is cancelled";
    NoDate => "an event without a date";
    OutOfCalendar => "an event whose date is out of the calendar";
    DateUnknown { said: String } => "the date '{said}' is not understood";
    EndBeforeStart => "it ends before it begins";
    EndTooLate => "it ends after the calendar does";
    MomentOut { at: String } => "{at} is out of the calendar";
    // Of calendars.
    EventTooLarge => "an event of more than 256 KiB, or with too much in it";
    NotEvent => "this is not an event as RFC 5545 writes it";
    NewerVersion { version: String } => "a newer version of it is in the file (SEQUENCE above {version})";
    SinglesTooMany { mib: u64 } => "the file says more than {mib} MiB of single times of series";
    SingleUnread => "which time of the series it is cannot be read";
    NoStart => "no start (DTSTART)";
    TimeUnread { said: String } => "the time '{said}' cannot be read";
    ZoneUnknown { zone: String } => "the time zone '{zone}' is not known";
    DurationUnread { said: String } => "the duration '{said}' cannot be read";
    DurationBack => "the duration goes back";
    DurationLong => "the duration is too long";
    GeoUnread { said: String } => "the position '{said}' (GEO) is not a latitude and a longitude";
    ExceptionRule => "dates are left out of it by a rule (EXRULE)";
    AllLeftOut => "all of its dates are left out";
    NotOneOfIts { at: String } => "the time left out on {at} (EXDATE) is none of its times";
    OnwardOtherwise { at: String } =>
        "from {at} on it is said otherwise (RANGE=THISANDFUTURE), which is not read: it ends before";
    RuleUnread { said: String } => "its rule '{said}' cannot be read";
    RulesSeveral => "it recurs by several rules (RRULE)";
    RuleTimes { count: u64, max: u64 } => "its rule names {count} times of a day: at most {max}";
    RuleEndUnread => "the end of its rule (UNTIL) cannot be read";
    RuleUnsayable { why: Box<Reason> } => "its rule cannot be said here: {why}";
    RuleTaken { why: Box<Reason>, count: u64 } =>
        "its rule cannot be said here, since {why}: its {count} dates are taken one by one";
    RuleTakenUntil { why: Box<Reason>, count: u64, until: String } =>
        "its rule cannot be said here, since {why}: its {count} dates until {until} are taken one by one; import the \
         file again for later ones";
    DatesTooMany { max: u64 } => "it names more than {max} dates (RDATE): the others are left out";
    DateOut { at: String } => "the date {at} (RDATE) is out of the calendar";
    ClockApart => "its clock is not apart from UTC by whole minutes";
    SeveralADay => "it takes place more than once a day";
    OtherCalendar => "it goes by another calendar";
    CountsOfYear => "it counts the weeks or days of the year";
    TimesFarApart => "its times lie too far apart";
    NeverTakesPlace => "it never takes place";
    SeveralHours => "it takes place at several hours";
    NoSuchRepetition => "no repetition here has these days";
    TooOften => "it takes place too often to be counted";
}

impl From<&serde_json::Error> for Reason {
    fn from(error: &serde_json::Error) -> Self {
        Self::NotJson { line: error.line() as u64, column: error.column() as u64 }
    }
}

impl Reason {
    /// A record that is larger than any.
    pub(super) fn too_large() -> Self {
        Self::TooLarge { mib: (super::RECORD_MAX >> 20) as u64 }
    }
    /// It within another.
    pub(super) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }
}
