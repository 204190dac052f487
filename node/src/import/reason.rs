//! Why a record is left out, and what is wrong with a file: one line a reason, with its code, what it names, and its
//! English. The window says the same in its languages (`gui/src/views/import/reasons.rs`).

use super::format::Format;
use std::io;

/// What a reason names, for a text in another language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonPart<'a> {
    /// Words of the file, or numbers as they stand in it.
    Text(&'a str),
    /// So many.
    Number(u64),
    /// A format that can be read.
    Format(Format),
    /// What is wrong inside.
    Reason(&'a Reason),
    /// What is wrong with a file.
    Fault(&'a FileFault),
}

/// What may be named.
pub(super) trait Nameable {
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
impl Nameable for Format {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Format(*self)
    }
}
impl Nameable for Box<Reason> {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Reason(self)
    }
}
impl Nameable for Box<FileFault> {
    fn named(&self) -> ReasonPart<'_> {
        ReasonPart::Fault(self)
    }
}

/// An enum of what is told: a line a case, with what it names and its English. `code` names the case for programs.
macro_rules! told {
    (
        $(#[$of_all:meta])+
        $all:ident;
        $($(#[$attribute:meta])? $name:ident $({ $($field:ident: $type:ty),+ })? => $english:literal;)+
    ) => {
        $(#[$of_all])+
        #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(tag = "code", rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the English of each says what it is and what it names")]
        pub enum $all {
            $($(#[$attribute])? $name $({ $($field: $type),+ })?,)+
        }

        impl $all {
            /// One of each, which names nothing.
            #[must_use]
            pub fn all() -> Vec<Self> {
                vec![$(Self::$name $({ $($field: <$type>::default()),+ })?),+]
            }
            /// What it names, by the names that its texts use.
            #[must_use]
            pub fn names(&self) -> Vec<(&'static str, $crate::import::ReasonPart<'_>)> {
                use $crate::import::reason::Nameable as _;
                match self {
                    $(Self::$name $({ $($field),+ })? => vec![$($((stringify!($field), $field.named())),+)?],)+
                }
            }
        }

        impl std::fmt::Display for $all {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$name $({ $($field),+ })? => write!(f, $english),)+
                }
            }
        }
    };
}

pub(super) use told;

told! {
    /// Why a record is left out.
    Reason;
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

told! {
    /// What is wrong with a file that cannot be read, or not to its end.
    FileFault;
    // What the system says.
    #[default]
    Missing => "there is no such file";
    Denied => "this user may not read it";
    DiskFull => "the disk is full";
    System { said: String } => "{said}";
    // Of a whole file; its name stands before.
    NotFile => "is not a file: give a .osm.pbf, .geojson, .kml, .ics, .csv or .xlsx file";
    FileTooLong { gib: u64, max: u64 } =>
        "has {gib} GiB, more than the {max} GiB that are read: cut it to your territory";
    Empty => "is empty: there is nothing to import";
    Blank => "is empty: there are only blanks in it";
    OtherThanNamed { said: Format, found: Format } =>
        "is by its name {said}, and holds {found}: give it its right name";
    TextNotNamed { said: Format } =>
        "is by its name {said}, and holds text in no format that was expected: it is damaged, or give it its right \
         name";
    OtherThanAsked { said: Format, found: Format } =>
        "was asked to be read as {said}, and holds {found}: give it its right name";
    TextNotAsked { said: Format } =>
        "was asked to be read as {said}, and holds text in no format that was expected: it is damaged, or give it its \
         right name";
    Compressed { said: String } => "is compressed with {said}: unpack it first";
    ZipArchive => "is a zip archive (of no spreadsheet, and no KML): unpack it first";
    OldOffice => "is a spreadsheet of an old Office, or one with a password: save it as XLSX, ODS or CSV";
    Database => "is a GeoPackage or another SQLite file: export it as GeoJSON";
    Shapefile => "is a shapefile: export it as GeoJSON";
    Parquet => "is a Parquet file: export it as CSV or GeoJSON";
    Pdf => "is a PDF: there are no records to read in it";
    Picture => "is a picture: there are no records to read in it";
    Binary => "is a binary file: .osm.pbf, GeoJSON and CSV are read";
    JsonList => "is a JSON list of an unknown kind: GeoJSON has a FeatureCollection, or a Feature a line";
    XmlUnknown => "is XML of an unknown kind: OpenStreetMap's, GPX and KML are read";
    WebPage => "is a web page: the download went wrong, or led to a page about the file";
    SystemUnknown { system: String } =>
        "is in the system '{system}', which is not known here: convert it to WGS 84 degrees first";
    SourceTooLong { bytes: u64, max: u64 } => "the source given for it has {bytes} bytes: at most {max}";
    LicenceTooLong { bytes: u64, max: u64 } => "the licence given for it has {bytes} bytes: at most {max}";
    NoSource => "has no name to call its data by: give a source";
    Unsorted => "is in no order, and has more places than can be sorted: sort it by type and id first";
    // Of archives, and of spreadsheets in them.
    SpreadsheetTooLarge { mib: u64, max: u64 } => "has {mib} MiB: of a spreadsheet at most {max}; save it as CSV";
    KmzTooLarge { mib: u64, max: u64 } => "has {mib} MiB: of an archive of KML (KMZ) at most {max}; unpack it";
    SpreadsheetDamaged { why: Box<FileFault> } =>
        "is a spreadsheet that is damaged or cut ({why}): get it anew, or save it as CSV";
    KmzDamaged { why: Box<FileFault> } =>
        "is an archive of KML (KMZ) that is damaged or cut ({why}): get it anew, or unpack it";
    SpreadsheetUnpacks { max: u64 } => "unpacks to more than {max} MiB: save it as CSV";
    KmzUnpacks { max: u64 } => "unpacks to more than {max} MiB: unpack it";
    PartsEndMissing => "its end is not there";
    PartsTooMany => "it has too many parts";
    PartsCut => "its list of parts is cut";
    PartsMissing => "its list of parts is not where it should be";
    PartElsewhere => "it is not where it should be";
    PartMethod => "packed in a way that is not read here";
    PartChecksum => "its checksum is another";
    Password => "has a password: save it without";
    NoKml => "is an archive without KML in it";
    NoSheet => "holds no sheet: it is damaged, or has a password";
    NoWorkbook => "is a zip archive without a sheet in it: unpack it first, or save it as XLSX, ODS or CSV";
    SheetsBlank => "has no sheet with anything in it";
    SheetColumns { count: u64, max: u64 } => "has a sheet with {count} columns: at most {max}";
    SheetRows { max: u64 } => "has a sheet with more than {max} rows: save it as CSV";
    SheetCells { mib: u64 } => "has a sheet with more than {mib} MiB of cells: save it as CSV";
    SheetTexts { mib: u64 } => "has more than {mib} MiB of texts: save the sheet as CSV";
    CellColumn { column: u64, max: u64 } => "has a cell in column {column}: at most {max}";
    // Of tables.
    NoHeader => "has no row that names the columns";
    ColumnNotThere { column: String } => "has no column '{column}', which the mapping names";
    NoPositionColumn => "has no column recognised as latitude and longitude: name them in a mapping";
    NoNameColumn => "has no column recognised as name: name it in a mapping";
    ColumnsAre { why: Box<FileFault>, at: String, columns: String } => "{why}; {at} names the columns {columns}";
    // Where it breaks off; the file and the place stand before.
    TextTooLong { mib: u64 } => "one text of more than {mib} MiB: it is damaged";
    TagTooLong { mib: u64 } => "one tag or text of more than {mib} MiB: it is damaged";
    NotXml { said: String } => "not XML ({said}): it is cut or damaged";
    TagsTooDeep { max: u64 } => "more than {max} tags within one another: it is damaged";
    CutInTags => "the file ends before its last tag: it is cut";
    PartDamaged { why: Box<FileFault> } => "the part cannot be unpacked ({why}): it is damaged";
    NoObject => "there is no JSON object in it";
    CutInRecord => "the file ends in the middle of a record: it is cut";
    CutInBrackets => "the file ends before its last bracket: it is cut";
    AfterEnd => "something follows the end of the JSON object";
    CutInFeature => "the file ends in the middle of a feature: it is cut";
    CutInEvent => "the file ends in the middle of an event";
    ColumnsTooMany { count: u64, max: u64 } => "{count} columns: at most {max}";
    RowTooLong { mib: u64 } => "a row of more than {mib} MiB: a quote that is opened in it is never closed";
    QuoteOpen => "a quote that is opened in this row is never closed: the file is cut or damaged from here on";
    LastRow { why: Box<Reason> } => "the last row has {why}: the file is cut";
    NotRead { said: String } => "it cannot be read on: {said}";
    NumbersSenseless => "its numbers make no sense: it is damaged";
    BlockTooFull { max: u64 } => "a block of more than {max} elements: it is damaged";
    BlockCut { ends: u64, length: u64 } =>
        "the block that begins here ends at byte {ends}, and the file at byte {length}: it is cut";
    NotBlock { said: String } => "not the beginning of a block ({said}): the file is cut or damaged";
    CutInHeader => "the file ends within a block's header: it is cut";
    BlockLength { mib: u64 } => "a block whose length is not between 0 and {mib} MiB: the file is damaged";
    BlockPacked { said: String } =>
        "the block cannot be unpacked ({said}): only raw and zlib blocks are read, or it is damaged";
    FeatureUnknown { feature: String } =>
        "the file needs a reader that knows '{feature}', which this one does not";
    // Of a mapping.
    MappingUnread { why: Box<FileFault> } => "cannot be read: {why}";
    MappingTooLong { kib: u64 } => "is longer than {kib} KiB: it should only name columns";
    MappingNotText => "is not UTF-8 text";
    MappingLine { line: u64, said: String } => "line {line}: {said}";
    MappingKind { why: Box<Reason> } => "{why}";
    EncodingUnknown { encoding: String } => "encoding '{encoding}' is not known: try utf-8 or windows-1252";
    MappingSystem { system: String } =>
        "system '{system}' is not known: name its EPSG code, such as \"EPSG:2154\" for Lambert-93";
    ColumnUnnamed => "[columns] names a column without letters";
    ColumnTwice { column: String } => "column '{column}' is named twice";
    DelimiterWrong { said: String } => "delimiter '{said}' is not one sign such as ; or ,";
    // Of a street map.
    NoPlaces => "has no places on Earth in it: there are no streets to draw";
    TooManyTiles { count: u64, max: u64 } =>
        "covers {count} tiles of a street map, more than {max}: cut it to your territory";
    MapTooLarge => "the area is too large for one street map: cut the file to your territory";
    NotMapped { why: Box<FileFault> } => "cannot be made a street map: {why}";
}

impl From<&io::Error> for FileFault {
    fn from(error: &io::Error) -> Self {
        // What a reader of ours has said through layers of others'.
        if let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<Self>()) {
            return fault.clone();
        }
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            io::ErrorKind::StorageFull => Self::DiskFull,
            _ => Self::System { said: super::text::one_line(&error.to_string()) },
        }
    }
}

/// Told through an `io::Error` where a trait of others has no other.
impl std::error::Error for FileFault {}

impl FileFault {
    /// It within another.
    pub(super) fn boxed(self) -> Box<Self> {
        Box::new(self)
    }
}
