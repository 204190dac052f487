//! Makes drawings of tiles: reads a tile, paints it in the style of a zoom and a theme, and cuts it to the part that is
//! looked at. Beyond an archive's deepest zoom many parts are of one tile, which is painted once for all of them.

use super::{
    drawing::{Drawing, TILE_SIZE},
    rounding,
    sources::{self, Sources, TileSource},
    streets,
    style::{self, style},
};
use crate::ui::tokens::Tokens;
use communaut_node::api::PackInfo;
use egui::{Rect, pos2};
use std::{collections::VecDeque, sync::Arc};
use walkers::{Drawable, Text, Tile, TileId};

/// Painted tiles kept, of about 10 MB each where a town is dense: those that meet in one place, of the world and of a
/// street map.
const PAINTED_MAX: usize = 4;
/// From this zoom on the world names nothing that lies in a street map, which does.
const WORLD_SILENT: u8 = 8;

/// What a drawing depends on: which part of the map in which archive, the theme, the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DrawingKey {
    pub source: TileSource,
    pub part: TileId,
    pub dark: bool,
    /// In which names are written where they are known in it.
    pub language: &'static str,
    /// Of which list of street maps: what was made for another comes too late.
    pub generation: u32,
}

/// A whole tile of an archive, painted.
struct Painted {
    drawables: Vec<Drawable>,
    texts: Vec<Text>,
}

/// Which of them: the tile, and the key's own but for the part.
type PaintedTile = (TileId, u8, DrawingKey);

/// Reads and paints.
pub struct TileReader {
    sources: Sources,
    painted: VecDeque<(PaintedTile, Option<Arc<Painted>>)>,
}

impl TileReader {
    /// Open the archive of the world.
    pub fn open() -> Result<Self, String> {
        let sources = Sources::open().map_err(|error| error.to_string())?;
        Ok(Self { sources, painted: VecDeque::new() })
    }
    /// These packs and no others.
    pub fn set_packs(&mut self, packs: &[PackInfo]) {
        self.sources.set_packs(packs);
        self.painted.clear();
    }

    /// None: the archive has no such tile.
    pub fn drawing(&mut self, key: DrawingKey) -> Option<Arc<Drawing>> {
        let deepest = match key.source {
            TileSource::World => sources::ZOOM_MAX,
            TileSource::Pack(_) => communaut_node::streets::ZOOM_MAX,
        };
        let (tile, part) = ancestor(key.part, deepest);
        let whole = (tile, key.part.zoom, DrawingKey { part: tile, ..key });
        let known = self.painted.iter().find(|(other, _)| *other == whole);
        let painted = match known {
            Some((_, painted)) => painted.clone(),
            None => {
                let painted = paint(&self.sources, key, tile).map(Arc::new);
                if self.painted.len() >= PAINTED_MAX {
                    self.painted.pop_front();
                }
                self.painted.push_back((whole, painted.clone()));
                painted
            }
        }?;
        let drawing = Drawing::cut(&painted.drawables, &painted.texts, part);
        if drawing.is_cut_short {
            let TileId { zoom, x, y } = key.part;
            tracing::warn!("tile {zoom}/{x}/{y} has more than can be drawn: some of it is left out");
        }
        Some(Arc::new(drawing))
    }
}

fn paint(sources: &Sources, key: DrawingKey, tile: TileId) -> Option<Painted> {
    let TileId { x, y, zoom } = tile;
    let shown = key.part.zoom;
    let warn = |error: &dyn std::fmt::Display| tracing::warn!("tile {zoom}/{x}/{y}: {error}");
    let bytes = sources.tile(key.source, zoom, x, y).inspect_err(|error| warn(error)).ok()??;
    let tokens = &Tokens::of(key.dark).map;
    let style = match key.source {
        TileSource::World => style(tokens, shown.min(style::STYLED_MAX)),
        TileSource::Pack(_) => streets::style(tokens, shown.min(streets::STYLED_MAX), key.language),
    };
    let made = Tile::from_mvt(&bytes, &style, shown, TILE_SIZE).inspect_err(|error| warn(error)).ok()?;
    let Tile::Vector { drawables, mut texts } = made else { return None };
    let mut drawables = Arc::unwrap_or_clone(drawables);
    match key.source {
        TileSource::Pack(_) => {
            let magnified = f32::from(1_u16 << shown.saturating_sub(zoom).min(15));
            rounding::round(&mut drawables, magnified, tokens.streets.bridge_edge);
        }
        TileSource::World if shown >= WORLD_SILENT => {
            let side = f64::from(1_u32 << zoom.min(31));
            let place = |value: f32, tile: u32| (f64::from(tile) + f64::from(value) / f64::from(TILE_SIZE)) / side;
            texts.retain(|text| {
                let (x, y) = (place(text.position.x, x), place(text.position.y, y));
                !sources.covers().iter().any(|[west, north, east, south]| {
                    (*north..=*south).contains(&y) && [x, x + 1.0].iter().any(|x| (*west..=*east).contains(x))
                })
            });
        }
        TileSource::World => {}
    }
    Some(Painted { drawables, texts })
}

/// The tile of `zoom` that holds `tile`, and which part of it `tile` is.
pub fn ancestor(tile: TileId, zoom: u8) -> (TileId, Rect) {
    let steps = u32::from(tile.zoom.saturating_sub(zoom)).min(31);
    let parts = 1_u32 << steps;
    let above = TileId { x: tile.x >> steps, y: tile.y >> steps, zoom: tile.zoom.min(zoom) };
    let size = 1.0 / f64::from(parts);
    let (u, v) = (f64::from(tile.x % parts) * size, f64::from(tile.y % parts) * size);
    let uv = Rect::from_min_max(pos2(u as f32, v as f32), pos2((u + size) as f32, (v + size) as f32));
    (above, uv)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use communaut_node::streets::{Made, make};
    use std::{collections::BTreeSet, path::Path};

    /// The middle of Helsinki, at a zoom.
    fn middle(zoom: u8) -> TileId {
        TileId { x: 9_327 << (zoom - 14), y: 4_742 << (zoom - 14), zoom }
    }
    fn with_sample(folder: &Path) -> TileReader {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
        let Ok(Made::Pack(pack)) = make(&sample, folder, &mut |_| true) else { unreachable!("no street map") };
        let mut reader = TileReader::open().unwrap();
        reader.set_packs(&[pack]);
        reader
    }
    fn key(part: TileId, language: &'static str) -> DrawingKey {
        DrawingKey { source: TileSource::Pack(0), part, dark: false, language, generation: 0 }
    }

    #[test]
    fn names_are_in_the_reader_s_language_where_they_are_known_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = with_sample(folder.path());
        let mut names = |language| -> BTreeSet<Arc<str>> {
            let drawing = reader.drawing(key(middle(14), language)).unwrap();
            drawing.labels.iter().map(|label| label.text.clone()).collect()
        };
        let (own, english) = (names("xx"), names("en"));
        let changed: Vec<_> = english.difference(&own).collect();
        assert!(!changed.is_empty() && changed.len() < english.len(), "{changed:?}");
        assert!(own.contains("Mannerheimintie") && english.contains("Mannerheimintie"));
    }

    #[test]
    fn a_part_of_a_tile_is_not_all_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut reader = with_sample(folder.path());
        let mut bytes = |zoom| reader.drawing(key(middle(zoom), "fi")).map_or(0, |drawing| drawing.bytes());
        let (whole, part) = (bytes(14), bytes(16));
        assert!(part > 0 && part < whole / 4, "{part} of {whole}");
        assert!(reader.painted.len() <= PAINTED_MAX);
    }

    #[test]
    fn ancestors_and_their_pieces() {
        let (above, uv) = ancestor(TileId { x: 145, y: 74, zoom: 8 }, 6);
        assert_eq!(above, TileId { x: 36, y: 18, zoom: 6 });
        assert_eq!(uv, Rect::from_min_max(pos2(0.25, 0.5), pos2(0.5, 0.75)));
        let (same, uv) = ancestor(TileId { x: 3, y: 1, zoom: 2 }, 6);
        assert_eq!(same, TileId { x: 3, y: 1, zoom: 2 });
        assert_eq!(uv, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)));
    }
}
