//! Where tiles come from: the world inside the program, a PMTiles archive read from memory; and packs of streets, which
//! the node reads.

use bytes::Bytes;
use communaut_node::api::{Pack, PackInfo};
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

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileSource {
    World,
    /// By its place in the list of packs.
    Pack(u16),
}

/// Reads tiles of all of them.
pub struct Sources {
    world: AsyncPmTilesReader<Memory, HashMapCache>,
    /// None: it cannot be read, which was told once.
    packs: Vec<Option<Pack>>,
    covers: Vec<[f64; 4]>,
}

impl Sources {
    /// Open the archive of the world.
    pub fn open() -> PmtResult<Self> {
        let reader = AsyncPmTilesReader::try_from_cached_source(Memory, HashMapCache::default());
        let world = futures::executor::block_on(reader)?;
        Ok(Self { world, packs: Vec::new(), covers: Vec::new() })
    }
    /// These packs and no others.
    pub fn set_packs(&mut self, packs: &[PackInfo]) {
        self.covers = packs.iter().map(covers).collect();
        let open = |pack: &PackInfo| {
            let opened = Pack::open(&pack.file);
            opened.inspect_err(|why| tracing::error!("streets of {}: {why}", pack.file.display())).ok()
        };
        self.packs = packs.iter().map(open).collect();
    }
    /// What packs cover: west, north, east and south on a map whose side is 1; east may lie beyond it.
    pub fn covers(&self) -> &[[f64; 4]] {
        &self.covers
    }
    /// The bytes of a tile, decompressed; none where the archive has none (open sea).
    pub fn tile(&self, source: TileSource, zoom: u8, x: u32, y: u32) -> Result<Option<Bytes>, String> {
        match source {
            TileSource::World => {
                let tile = TileCoord::new(zoom, x, y).map_err(|error| error.to_string())?;
                // Everything lies in memory, so that nothing is ever waited for.
                let bytes = futures::executor::block_on(self.world.get_tile_decompressed(tile));
                bytes.map_err(|error| error.to_string())
            }
            TileSource::Pack(index) => match self.packs.get(usize::from(index)) {
                Some(Some(pack)) => pack.tile(zoom, x, y),
                _ => Ok(None),
            },
        }
    }
}

/// What a pack covers, as [`Sources::covers`] has it.
pub fn covers(pack: &PackInfo) -> [f64; 4] {
    let [west, south, east, north] = pack.covers;
    let x = |lon_e7: i32| (f64::from(lon_e7) / 1e7 + 180.0) / 360.0;
    let y = |lat_e7: i32| {
        let at = communaut_protocol::Position { lat_e7, lon_e7: 0 };
        crate::logic::cluster::mercator(at).1
    };
    [x(west), y(north), if east < west { x(east) + 1.0 } else { x(east) }, y(south)]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;

    #[test]
    fn the_archive_opens_and_has_its_tiles() {
        let sources = Sources::open().unwrap();
        let tile = |zoom, x, y| sources.tile(TileSource::World, zoom, x, y).unwrap();
        assert!(tile(0, 0, 0).is_some_and(|bytes| bytes.len() > 1_000));
        // Helsinki lies in 6/36/18.
        assert!(tile(6, 36, 18).is_some());
        assert!(tile(7, 0, 0).is_none());
        assert_eq!(sources.tile(TileSource::Pack(0), 6, 36, 18), Ok(None));
    }

    #[test]
    fn what_a_pack_covers() {
        let pack = PackInfo { covers: [1_790_000_000, 0, -1_790_000_000, 100_000_000], ..PackInfo::default() };
        let [west, north, east, south] = covers(&pack);
        assert!(east > 1.0 && west < 1.0 && north < south && (south - 0.5).abs() < 1e-12);
    }
}
