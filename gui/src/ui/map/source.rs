//! The world inside the program: a PMTiles archive read from memory.

use bytes::Bytes;
use pmtiles::{AsyncBackend, AsyncPmTilesReader, BackendResponse, HashMapCache, PmtError, PmtResult, TileCoord};

static ARCHIVE: &[u8] = include_bytes!("../../../assets/basemap.pmtiles");

/// The deepest zoom of the archive; deeper tiles are pieces of these.
pub const ZOOM_MAX: u8 = 6;

#[derive(Debug, Clone, Copy)]
pub struct Memory;

impl AsyncBackend for Memory {
    async fn read(&self, offset: usize, length: usize) -> PmtResult<BackendResponse> {
        let end = offset.saturating_add(length).min(ARCHIVE.len());
        let bytes = ARCHIVE.get(offset..end).ok_or(PmtError::UnexpectedNumberOfBytesReturned(length, 0))?;
        Ok(BackendResponse::new(Bytes::from_static(bytes)))
    }
}

/// Reads tiles of the archive.
pub struct Source(AsyncPmTilesReader<Memory, HashMapCache>);

impl Source {
    /// Open the archive.
    pub fn open() -> PmtResult<Self> {
        let reader = AsyncPmTilesReader::try_from_cached_source(Memory, HashMapCache::default());
        futures::executor::block_on(reader).map(Self)
    }
    /// The bytes of a tile, decompressed; none where the archive has none (open sea).
    pub fn tile(&self, zoom: u8, x: u32, y: u32) -> PmtResult<Option<Bytes>> {
        // Everything lies in memory, so that nothing is ever waited for.
        futures::executor::block_on(self.0.get_tile_decompressed(TileCoord::new(zoom, x, y)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    #[test]
    fn the_archive_opens_and_has_its_tiles() {
        let source = Source::open().unwrap();
        assert!(source.tile(0, 0, 0).unwrap().is_some_and(|bytes| bytes.len() > 1_000));
        // Helsinki lies in 6/36/18.
        assert!(source.tile(6, 36, 18).unwrap().is_some());
        assert!(source.tile(7, 0, 0).unwrap().is_none());
    }
}
