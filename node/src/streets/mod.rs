//! A street map out of an OpenStreetMap extract: vector tiles in one file, named by what it holds.
//!
//! * [`make`] reads an `.osm.pbf` and writes a pack: streamed, with bounded memory, whole or not at all.
//! * [`Pack`] reads one; [`packs`] lists those of a folder. Behind its tiles it has addresses ([`find_address`]) and
//!   outlines ([`find_boundaries`]).
//!
//! What is pure stands apart: tags (`classes`, `called`, [`layers`]), the sea (`sea`), tiles (`cut`, `tile`, `mvt`);
//! rings are made where shapes are read (`import::outline`).

mod addresses;
mod archive;
mod boundaries;
mod called;
mod classes;
mod cut;
pub mod found;
mod held;
pub mod layers;
mod maker;
mod mvt;
mod parts;
mod read;
mod sea;
mod spool;
mod tile;

pub use addresses::{AddressWish, find_address};
pub use archive::CREDIT;
pub use boundaries::{boundary, find_boundaries, unread_boundaries};
pub use called::LANGUAGES;
pub use cut::{ZOOM_MAX, ZOOM_MIN};
pub use read::{Pack, PackInfo, packs};
pub use tile::NAMES_MAX;

use crate::{
    files,
    import::{
        self, FileFault, ImportError,
        outline::{assemble, points as geometry},
    },
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// The folder of packs in a node's data.
pub const FOLDER: &str = "streets";
/// In it, while one is made: pieces that wait to be sorted.
const SCRATCH: &str = ".making";

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// A pack.
    Pack(PackInfo),
    /// It has neither a street nor a house: a map of it would only hide the world's.
    Nothing,
    /// It was stopped; nothing is left behind.
    Stopped,
}

/// Make the street map of a file, in a folder of packs. `go_on` hears how many bytes were read, and says whether to go
/// on.
///
/// A pack of a file of the same name takes the place of an older one that it meets.
///
/// # Errors
/// One line: the file cannot be read, holds no streets, covers too much; or the disk does not take the pack.
pub fn make(source: &Path, folder: &Path, go_on: &mut dyn FnMut(u64) -> bool) -> Result<Made, ImportError> {
    let disk = |error: io::Error| ImportError::MapUnwritten {
        folder: folder.display().to_string(),
        why: FileFault::from(&error),
    };
    files::make_private_folder(folder).map_err(disk)?;
    let scratch = folder.join(SCRATCH);
    // Of one that broke off.
    files::remove_folder(&scratch).map_err(disk)?;
    files::make_private_folder(&scratch).map_err(disk)?;
    let name = source.file_name().unwrap_or(source.as_os_str()).to_string_lossy();
    let name = name.trim_end_matches(".pbf").trim_end_matches(".osm").to_owned();
    let made: Result<Result<PathBuf, Made>, ImportError> = (|| {
        let mut maker = maker::Maker::new(&scratch, go_on);
        match import::read_shapes(source, &mut maker)? {
            import::End::Stopped => return Ok(Err(Made::Stopped)),
            import::End::All if maker.is_empty() => return Ok(Err(Made::Nothing)),
            import::End::All => {}
        }
        let made = maker.finish().map_err(disk)?;
        archive::write(folder, &name, made).map(Ok).map_err(disk)
    })();
    if let Err(error) = files::remove_folder(&scratch) {
        tracing::warn!("{} stays behind: {error}", scratch.display());
    }
    let path = match made? {
        Ok(path) => path,
        Err(nothing) => return Ok(nothing),
    };
    let info = Pack::open(&path);
    let info = info.map_err(|said| ImportError::MapUnread { file: path.display().to_string(), said })?.info().clone();
    for older in packs(folder) {
        if older.name == info.name && older.file != info.file && overlap(&older, &info) {
            files::remove_file(&older.file).map_err(disk)?;
        }
    }
    Ok(Made::Pack(info))
}

/// Copy the packs of a data folder into another, as they are: who keeps a backup may not have the files any more that
/// they were made of, and what was found by them would be gone.
///
/// # Errors
/// One cannot be read, or the disk does not take it.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (from.join(FOLDER), to.join(FOLDER));
    let mut packs = packs(&from);
    packs.retain(|pack| pack.damaged.is_empty());
    if packs.is_empty() {
        return Ok(());
    }
    files::make_private_folder(&to)?;
    for pack in packs {
        files::copy_file(&pack.file, &to.join(format!("{}.pmtiles", pack.id)))?;
    }
    files::flush_all(&to)
}

/// Whether two packs share a part of Earth. One that lies across the 180th meridian is taken to reach all around.
fn overlap(one: &PackInfo, other: &PackInfo) -> bool {
    let ([west, south, east, north], [w, s, e, n]) = (one.covers, other.covers);
    let across = west > east || w > e || west <= e && w <= east;
    across && south <= n && s <= north
}

#[cfg(test)]
mod tests;
