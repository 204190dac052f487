//! Writes a pack: tiles in one PMTiles file, behind them addresses and outlines; named by the hash of its bytes.

use super::{
    called,
    cut::{ZOOM_MAX, ZOOM_MIN},
    layers::LAYERS,
    maker::MapMade,
    parts,
    read::Told,
    sea::MapFrame,
    spool::Sorted,
    tile::{NAMES_MAX, TileMaker},
};
use crate::files;
use pmtiles::{PmTilesWriter, TileCoord, TileId, TileType};
use serde_json::json;
use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
    path::{Path, PathBuf},
};

/// Who made what a pack shows, and under which licence.
pub const CREDIT: &str = "© OpenStreetMap contributors, ODbL 1.0";
/// Groups of streets whose names are layers.
const GROUPS: [&str; 7] = ["major", "middle", "minor", "path", "water", "number", "way"];

/// Write all of it; the path of what came of it.
pub(super) fn write(folder: &Path, name: &str, made: MapMade) -> io::Result<PathBuf> {
    let MapMade { frame, pieces, book, boundaries } = made;
    let (broken, names) = boundaries.broken();
    let told = Told { boundaries: boundaries.count() as u64, incomplete: broken as u64, incomplete_names: names };
    files::write_named(folder, |file| {
        tiles(file, &metadata(name, &told), &frame, pieces)?;
        let addresses = book.packed(boundaries.towns())?;
        parts::append(file, [&addresses, &boundaries.packed()?])?;
        file.seek(SeekFrom::Start(0))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&mut *file)?;
        Ok(format!("{}.pmtiles", hasher.finalize().to_hex()).into())
    })
}

fn tiles(file: &mut File, metadata: &str, frame: &MapFrame, mut pieces: Sorted) -> io::Result<()> {
    let degrees = |value: i64| value as f64 / 1e7;
    let east = if frame.east > 1_800_000_000 { frame.east - super::geometry::TURN } else { frame.east };
    let mut out = PmTilesWriter::new(TileType::Mvt)
        .min_zoom(ZOOM_MIN)
        .max_zoom(ZOOM_MAX)
        .bounds(degrees(frame.west), degrees(frame.south), degrees(east), degrees(frame.north))
        .center(degrees(i64::midpoint(frame.west, frame.east)), degrees(i64::midpoint(frame.south, frame.north)))
        .center_zoom(ZOOM_MAX - 2)
        .metadata(metadata)
        .create(&mut *file)
        .map_err(io::Error::other)?;
    let mut next = pieces.next_piece()?;
    while let Some(first) = next {
        let tile = first.tile;
        let mut maker = TileMaker::default();
        maker.add(first);
        loop {
            next = pieces.next_piece()?;
            match next.take() {
                Some(piece) if piece.tile == tile => maker.add(piece),
                other => {
                    next = other;
                    break;
                }
            }
        }
        let coord = TileCoord::from(TileId::new(tile).map_err(io::Error::other)?);
        out.add_tile(coord, &maker.finish(coord.z())).map_err(io::Error::other)?;
    }
    out.finalize().map_err(io::Error::other)
}

fn metadata(name: &str, told: &Told) -> String {
    let mut layers: Vec<String> = LAYERS.iter().map(|layer| layer.name.to_owned()).collect();
    layers.push("building-edge".into());
    for group in GROUPS {
        layers.extend((ZOOM_MIN..=NAMES_MAX).map(|zoom| format!("name-{group}-{zoom}")));
    }
    let fields: serde_json::Map<_, _> = called::KEYS.iter().map(|key| ((*key).to_owned(), json!("String"))).collect();
    let layers: Vec<_> = layers.into_iter().map(|id| json!({ "id": id, "fields": fields })).collect();
    json!({
        "name": name,
        "attribution": CREDIT,
        "license": "ODbL-1.0",
        "type": "baselayer",
        "vector_layers": layers,
        "communaut": told,
    })
    .to_string()
}
