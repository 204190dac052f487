//! Reads a pack.

use super::found::Incomplete;
use bytes::Bytes;
use pmtiles::{
    AsyncBackend, AsyncPmTilesReader, BackendResponse, HashMapCache, PmtError, PmtResult, TileCoord, TileType,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Mutex,
};

/// Bytes that are read at once at the most: what a directory says is not believed beyond it.
const READ_MAX: usize = 8 << 20;
/// Bytes at the beginning of a pack that say where the rest is.
const HEADER: usize = 127;
/// Bytes of its first directory, packed: the format has them end within the first 16 kB.
const DIRECTORY_MAX: u64 = 16 << 10;
/// Bytes of what it says of itself, packed: ours have some hundred; unpacked it is a thousand times as much at most.
const DESCRIPTION_MAX: u64 = 64 << 10;
/// Names of outlines that are not whole, which a pack lists.
pub(super) const NAMED_MAX: usize = 20;
/// Bytes of a text of a pack that is shown.
const TEXT_MAX: usize = 200;

/// What our packs say of themselves besides what every archive of tiles does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Told {
    pub boundaries: u64,
    pub incomplete: u64,
    pub incomplete_names: Vec<String>,
}

/// What a pack says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackInfo {
    /// The hash of its bytes, in hexadecimal: its name.
    pub id: String,
    /// Where it lies.
    pub file: PathBuf,
    /// The name of the file that it was made of; of one that is damaged, its own.
    pub name: String,
    /// Why it cannot be read. Empty: it can.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub damaged: String,
    /// Who made what it shows, and under which licence.
    pub credit: String,
    /// Tiles that it has.
    pub tiles: u64,
    /// Its length.
    pub bytes: u64,
    /// West, south, east, north in 1e-7 degree; west is more than east across the 180th meridian.
    pub covers: [i32; 4],
    /// The least and the greatest zoom.
    pub zooms: [u8; 2],
    /// Outlines that are ready to be followed.
    #[serde(default)]
    pub boundaries: u64,
    /// Outlines of which its file did not have all: how many, and the first by name.
    #[serde(default)]
    pub incomplete: Incomplete,
}

/// What a file says of its lengths is held to these before any of it is unpacked: little-endian numbers at these places
/// of its first [`HEADER`] bytes (PMTiles 3), which are the bytes of its first directory, of its description and of its
/// tiles.
fn check(file: &mut File) -> Result<(), String> {
    let mut header = [0; HEADER];
    file.read_exact(&mut header).map_err(|_| "not a street map, or a damaged one: too short".to_owned())?;
    let number = |at: usize| {
        let bytes = header.get(at..at.saturating_add(8)).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(u64::MAX, u64::from_le_bytes)
    };
    if number(16) > DIRECTORY_MAX || number(32) > DESCRIPTION_MAX {
        return Err("not a street map, or a damaged one: its lengths make no sense".into());
    }
    // Where the tiles lie and how long they are: half a pack would be told whole, and show nothing.
    let length = file.metadata().map_err(|error| error.to_string())?.len();
    if number(56).checked_add(number(64)).is_none_or(|end| end > length) {
        return Err("a damaged street map: it is cut short".into());
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
    Ok(())
}

/// A text of a pack, as it may be shown.
pub(super) fn shown(text: &str) -> String {
    let text = text.get(..text.floor_char_boundary(TEXT_MAX)).unwrap_or_default();
    text.chars().filter(|c| !c.is_control()).collect()
}

struct Disk(Mutex<File>);

impl AsyncBackend for Disk {
    async fn read(&self, offset: usize, length: usize) -> PmtResult<BackendResponse> {
        if length > READ_MAX {
            return Err(PmtError::UnexpectedNumberOfBytesReturned(length, READ_MAX));
        }
        let mut out = Vec::new();
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(offset as u64))?;
        file.by_ref().take(length as u64).read_to_end(&mut out)?;
        Ok(BackendResponse::new(Bytes::from(out)))
    }
}

/// A pack that is open.
pub struct Pack {
    reader: AsyncPmTilesReader<Disk, HashMapCache>,
    info: PackInfo,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").field("info", &self.info).finish_non_exhaustive()
    }
}

impl Pack {
    /// Open one.
    ///
    /// # Errors
    /// One line: it cannot be read, or is no pack.
    pub fn open(path: &Path) -> Result<Self, String> {
        // The crate takes the lengths in a file for granted, and panics where they are wrong.
        catch_unwind(|| Self::read(path)).unwrap_or_else(|_| Err("a damaged street map".into()))
    }

    fn read(path: &Path) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|error| error.to_string())?;
        check(&mut file)?;
        let bytes = file.metadata().map_err(|error| error.to_string())?.len();
        let broken = |error: PmtError| format!("not a street map, or a damaged one: {error}");
        // Nothing is ever waited for: a disk's answer comes at once.
        let reader = AsyncPmTilesReader::try_from_cached_source(Disk(Mutex::new(file)), HashMapCache::default());
        let reader = futures::executor::block_on(reader).map_err(broken)?;
        let said = futures::executor::block_on(reader.get_metadata()).map_err(broken)?;
        let said: serde_json::Value = serde_json::from_str(&said).unwrap_or_default();
        let header = reader.get_header();
        if header.tile_type != TileType::Mvt {
            return Err("holds pictures, not a street map".into());
        }
        let text = |key: &str| shown(said.get(key).and_then(|value| value.as_str()).unwrap_or_default());
        let told = said.get("communaut").and_then(|told| Told::deserialize(told).ok()).unwrap_or_default();
        let names = told.incomplete_names.iter().take(NAMED_MAX).map(|name| shown(name)).collect();
        let e7 = |degrees: f64| (degrees * 1e7).round() as i32;
        let info = PackInfo {
            id: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
            file: path.to_owned(),
            name: text("name"),
            damaged: String::new(),
            credit: text("attribution"),
            tiles: header.n_addressed_tiles().map_or(0, std::num::NonZero::get),
            bytes,
            covers: [header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude].map(e7),
            zooms: [header.min_zoom, header.max_zoom],
            boundaries: told.boundaries,
            incomplete: Incomplete { count: told.incomplete, names },
        };
        Ok(Self { reader, info })
    }
    /// What it says of itself.
    #[must_use]
    pub fn info(&self) -> &PackInfo {
        &self.info
    }
    /// A tile, unpacked; none where it has none.
    ///
    /// # Errors
    /// One line: it cannot be read.
    pub fn tile(&self, zoom: u8, x: u32, y: u32) -> Result<Option<Bytes>, String> {
        let tile = TileCoord::new(zoom, x, y).map_err(|error| error.to_string())?;
        let found = || futures::executor::block_on(self.reader.get_tile_decompressed(tile));
        let found = catch_unwind(AssertUnwindSafe(found)).map_err(|_| "a damaged street map".to_owned())?;
        found.map_err(|error| error.to_string())
    }
}

/// One that cannot be read.
fn damaged(path: &Path, why: String) -> PackInfo {
    tracing::warn!("{}: {why}", path.display());
    let text = |part: Option<&std::ffi::OsStr>| shown(&part.unwrap_or_default().to_string_lossy());
    PackInfo {
        id: text(path.file_stem()),
        file: path.to_owned(),
        name: text(path.file_name()),
        bytes: path.metadata().map_or(0, |meta| meta.len()),
        damaged: why,
        ..PackInfo::default()
    }
}

/// The packs of a folder, by name; what cannot be read among them says why.
#[must_use]
pub fn packs(folder: &Path) -> Vec<PackInfo> {
    let mut found: Vec<PackInfo> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|item| item.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pmtiles"))
        .map(|path| Pack::open(&path).map_or_else(|why| damaged(&path, why), |pack| pack.info))
        .collect();
    found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    found
}
