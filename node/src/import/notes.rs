//! What a person should know of how a file was read: guesses that were made, texts that were mended or cut.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing to know. `code` names it for programs and for the window's texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ImportNote {
    /// The bytes are not UTF-8, and were read as this.
    Encoding {
        /// "windows-1252".
        encoding: String,
    },
    /// Most of it is UTF-8; rows with other bytes were left out.
    MixedEncoding,
    /// Texts that were encoded twice, and were put right.
    Mended {
        /// So many.
        count: u64,
    },
    /// Texts in which letters were lost before; they cannot be brought back.
    LostLetters {
        /// So many.
        count: u64,
    },
    /// The columns are named below a title.
    Header {
        /// The line.
        line: u64,
    },
    /// Of a spreadsheet with several sheets this one was read: the first whose columns are understood.
    Sheet {
        /// Its name.
        name: String,
    },
    /// Metres of a map projection were turned into degrees.
    Projection {
        /// "Lambert-93 (EPSG:2154)".
        system: String,
        /// Whether the file says so; else it was seen from its numbers.
        said: bool,
    },
    /// The whole file has latitude and longitude swapped, and was read the other way round.
    Swapped,
    /// Of some records they were swapped; their addresses show it, and they were read the other way round.
    SwappedSome {
        /// So many.
        count: u64,
    },
    /// Decimal points that a spreadsheet took away were put back.
    LostPoints,
    /// Records without coordinates, placed at the middle of the commune of their address, and marked.
    Placed {
        /// So many.
        count: u64,
    },
    /// Of some of them the postcode is of another town than the one that is named, and which was taken.
    PostcodeElsewhere {
        /// So many.
        count: u64,
    },
    /// A column of numbers that are not ids: the same stands for different records.
    NotIds {
        /// Its name.
        column: String,
    },
    /// First zeros that a spreadsheet took away from postcodes and phone numbers.
    LostZeros {
        /// So many.
        count: u64,
    },
    /// Cells of several phones, mails or sites: the first is shown, the others stand in the description.
    Several {
        /// So many.
        count: u64,
    },
    /// Texts longer than the format's limits, which were cut.
    Cut {
        /// So many.
        count: u64,
    },
    /// Mail and web addresses that are none, or too long, and were left out.
    Dropped {
        /// So many.
        count: u64,
    },
    /// A time zone of the file's own was taken for one that has the same clocks.
    ZoneGuessed {
        /// As the file calls it.
        name: String,
        /// "Europe/Paris".
        zone: String,
    },
    /// Times without a zone, and whole days, were read as in this zone.
    Floating {
        /// "Europe/Paris".
        zone: String,
    },
    /// Records that have dates, and were read as events.
    Events,
    /// Records whose dates were not read: most of the file has none, or none that are understood.
    DatesNotRead {
        /// So many.
        count: u64,
    },
    /// Events of which a time or an end was not understood.
    TimesNotRead {
        /// So many.
        count: u64,
    },
    /// Events whose end is before their start.
    EarlyEnds {
        /// So many.
        count: u64,
    },
    /// Pictures and other parts of an archive that are not read.
    PartsNotRead {
        /// So many.
        count: u64,
    },
    /// Records that were taken for what is held under nearly the same name and place: they have no ids, or others than
    /// before.
    Same {
        /// So many.
        count: u64,
        /// The first of them.
        names: Vec<String>,
    },
    /// Nothing of what was imported under this name before is in the file: it may be another data set.
    NothingOfBefore {
        /// The name.
        source: String,
    },
    /// Who made the file says that it broke off.
    BrokenOff {
        /// In their words.
        why: String,
    },
    /// Streets, waters, boundaries, routes: they have names, and are no places.
    OfTheMap {
        /// So many.
        count: u64,
    },
    /// Places that things refer to, and for which there was no room.
    ReferredLeftOut {
        /// So many.
        count: u64,
    },
}

impl fmt::Display for ImportNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { encoding } => {
                write!(f, "read as {encoding}, since its bytes are not UTF-8: look at the accents")
            }
            Self::MixedEncoding => {
                f.write_str("most of the file is UTF-8, but some bytes are not: rows with such bytes are left out")
            }
            Self::Mended { count } => {
                write!(f, "texts that had been encoded twice and were mended: {count}; look at the accents")
            }
            Self::LostLetters { count } => {
                write!(f, "texts that had lost letters before (\u{fffd}): {count}; get the file anew from its source")
            }
            Self::Header { line } => {
                write!(f, "the columns are named on line {line}; what stands above was passed over")
            }
            Self::Sheet { name } => {
                write!(f, "the sheet '{name}' was read, the first whose columns are understood; the others were not")
            }
            Self::Projection { system, said: true } => write!(f, "coordinates converted from {system}"),
            Self::Projection { system, said: false } => write!(
                f,
                "coordinates converted from {system}, as their numbers show: look at the map, or name the system in a \
                 mapping"
            ),
            Self::Swapped => f.write_str(
                "latitude and longitude are swapped in the whole file, and were read the other way round: look at the \
                 map",
            ),
            Self::SwappedSome { count } => write!(
                f,
                "records with latitude and longitude swapped, as their addresses show: {count}; they were read the \
                 other way round"
            ),
            Self::LostPoints => {
                f.write_str("coordinates had lost their decimal points, which were put back: look at the map")
            }
            Self::Placed { count } => write!(
                f,
                "records without coordinates, placed by the commune of their address and marked '{APPROXIMATE}': \
                 {count}"
            ),
            Self::PostcodeElsewhere { count } => write!(
                f,
                "records whose postcode is of another town than the one they name: {count}; they were placed by the \
                 town"
            ),
            Self::NotIds { column } => {
                write!(f, "column '{column}' was not taken for an id: the same stands for different records")
            }
            Self::LostZeros { count } => {
                write!(f, "postcodes and phone numbers that got back the zero they begin with: {count}")
            }
            Self::Several { count } => write!(
                f,
                "cells with several phones, mails or sites: {count}; the first is shown, the others are in the \
                 description"
            ),
            Self::Cut { count } => write!(f, "texts longer than the format's limits, which were cut: {count}"),
            Self::Dropped { count } => {
                write!(f, "mail and web addresses that are none, or too long, and were left out: {count}")
            }
            Self::ZoneGuessed { name, zone } => {
                write!(f, "the time zone '{name}' has the clocks of {zone}, and was taken for it")
            }
            Self::Same { count, names } => write!(
                f,
                "records taken for what was imported before under nearly the same name and place, since no id of \
                 theirs is known: {count} ({}{})",
                names.join(", "),
                if names.len() as u64 == *count { "" } else { ", …" }
            ),
            Self::NothingOfBefore { source } => write!(
                f,
                "nothing that was imported as '{source}' before is in this file: if it is another data set, take it \
                 back with `import-undo` and give it a --source of its own"
            ),
            Self::Floating { zone } => {
                write!(f, "times without a zone, and whole days, were read as in {zone}")
            }
            Self::Events => f.write_str(
                "it has dates, and was read as events: if they are none, say kind = \"place\" under [defaults] of a \
                 mapping",
            ),
            Self::DatesNotRead { count } => write!(
                f,
                "records with dates that were not read: {count}; if they are events, say kind = \"event\" under \
                 [defaults] of a mapping"
            ),
            Self::TimesNotRead { count } => {
                write!(
                    f,
                    "events of which a time or an end was not understood: {count}; it stands in their description"
                )
            }
            Self::EarlyEnds { count } => {
                write!(f, "events that end before they begin: {count}; they are shown without their end")
            }
            Self::PartsNotRead { count } => write!(f, "pictures and other parts of the archive, not read: {count}"),
            Self::BrokenOff { why } => {
                write!(f, "the server that made the file says that it is not whole: {why}")
            }
            Self::OfTheMap { count } => write!(
                f,
                "streets, waters, boundaries, routes and other named parts of the map, which are no places: {count}"
            ),
            Self::ReferredLeftOut { count } => {
                write!(f, "places that things refer to, and for which there was no room: {count}")
            }
        }
    }
}

/// The tag of a record that lies somewhere in its commune; the same in all languages.
pub const APPROXIMATE: &str = "≈ position";

/// Counts of what is told at the end.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub mended: u64,
    pub lost_letters: u64,
    pub swapped: u64,
    pub placed: u64,
    pub contradicting: u64,
    pub zeros: u64,
    pub several: u64,
    pub cut: u64,
    pub dropped: u64,
    pub undated: u64,
    pub times: u64,
}

impl Counts {
    /// Those that are not zero.
    pub fn notes(&self) -> impl Iterator<Item = ImportNote> {
        let one = |count: u64, note: fn(u64) -> ImportNote| (count > 0).then(|| note(count));
        [
            one(self.mended, |count| ImportNote::Mended { count }),
            one(self.lost_letters, |count| ImportNote::LostLetters { count }),
            one(self.swapped, |count| ImportNote::SwappedSome { count }),
            one(self.placed, |count| ImportNote::Placed { count }),
            one(self.contradicting, |count| ImportNote::PostcodeElsewhere { count }),
            one(self.zeros, |count| ImportNote::LostZeros { count }),
            one(self.several, |count| ImportNote::Several { count }),
            one(self.cut, |count| ImportNote::Cut { count }),
            one(self.dropped, |count| ImportNote::Dropped { count }),
            one(self.undated, |count| ImportNote::DatesNotRead { count }),
            one(self.times, |count| ImportNote::TimesNotRead { count }),
        ]
        .into_iter()
        .flatten()
    }
}
