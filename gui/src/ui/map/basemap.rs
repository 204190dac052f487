//! Tiles of the world for the map widget: decoded once, cached within a bound, magnified beyond the
//! archive's deepest zoom.

use super::{
    CREDIT,
    source::{Source, ZOOM_MAX},
    style::{STYLED_MAX, style},
};
use crate::{
    logic::Decoding,
    report::guarded,
    ui::{tokens::Tokens, waker::Waker},
};
use egui::{Rect, pos2};
use std::{
    collections::{HashMap, HashSet},
    sync::mpsc::{self, Receiver, SyncSender, TrySendError},
};
use walkers::{Tile, TileId, TilePiece, Tiles, sources::Attribution};

/// Points for which a tile is drawn: fewer, larger tiles than the usual 256.
const TILE_SIZE: u32 = 512;
/// Decoded tiles kept: several screens of them, about 100 kB each.
const CACHE_MAX: usize = 128;
/// Tiles asked of the decoder and not answered: a screen of them; others are asked again next frame.
const QUEUE_MAX: usize = 32;

/// What a decoded tile depends on: its place in the archive, the zoom at which it is shown, the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    archive: TileId,
    shown_zoom: u8,
    dark: bool,
}

/// None: the archive has no such tile, which is open sea.
type Decoded = Option<Tile>;

enum Decoder {
    Apart {
        ask: SyncSender<Key>,
        answers: Receiver<(Key, Decoded)>,
    },
    AtOnce(Box<Source>),
    /// The archive could not be opened: a plain sea, and a line in the log.
    Broken,
}

/// The world under every map of the window.
pub struct Basemap {
    decoder: Decoder,
    asked: HashSet<Key>,
    cache: HashMap<Key, (Decoded, u64)>,
    dark: bool,
    frame: u64,
}

impl Basemap {
    /// Open the archive.
    #[must_use]
    pub fn new(waker: &Waker, decoding: Decoding) -> Self {
        let decoder = match (Source::open(), decoding) {
            (Ok(source), Decoding::AtOnce) => Decoder::AtOnce(Box::new(source)),
            (Ok(source), Decoding::Apart) => spawn(source, waker.clone()),
            (Err(error), _) => {
                tracing::error!("the basemap cannot be read, maps stay empty: {error}");
                Decoder::Broken
            }
        };
        Self { decoder, asked: HashSet::new(), cache: HashMap::new(), dark: false, frame: 0 }
    }

    /// Before the maps of a frame: take what was decoded, and the theme.
    pub fn begin_frame(&mut self, tokens: &Tokens) {
        self.dark = tokens.dark;
        self.frame = self.frame.wrapping_add(1);
        let mut came = Vec::new();
        if let Decoder::Apart { answers, .. } = &self.decoder {
            came.extend(answers.try_iter());
        }
        for (key, tile) in came {
            self.asked.remove(&key);
            self.keep(key, tile);
        }
    }

    fn keep(&mut self, key: Key, tile: Decoded) {
        while self.cache.len() >= CACHE_MAX {
            let oldest = self.cache.iter().min_by_key(|(_, (_, used))| *used).map(|(key, _)| *key);
            match oldest {
                Some(oldest) => self.cache.remove(&oldest),
                None => break,
            };
        }
        self.cache.insert(key, (tile, self.frame));
    }

    fn get(&mut self, key: Key) -> Option<Decoded> {
        if let Some((tile, used)) = self.cache.get_mut(&key) {
            *used = self.frame;
            return Some(tile.clone());
        }
        match &self.decoder {
            Decoder::AtOnce(source) => {
                let tile = decode(source, key);
                self.keep(key, tile.clone());
                Some(tile)
            }
            Decoder::Apart { ask, .. } => {
                if self.asked.len() < QUEUE_MAX && !self.asked.contains(&key) {
                    match ask.try_send(key) {
                        Ok(()) => {
                            self.asked.insert(key);
                        }
                        Err(TrySendError::Full(_)) => {}
                        Err(TrySendError::Disconnected(_)) => self.decoder = Decoder::Broken,
                    }
                }
                None
            }
            Decoder::Broken => None,
        }
    }
}

fn spawn(source: Source, waker: Waker) -> Decoder {
    let (ask, questions) = mpsc::sync_channel::<Key>(QUEUE_MAX);
    let (answer, answers) = mpsc::sync_channel(QUEUE_MAX);
    let work = move || {
        for key in questions {
            // A tile that cannot be drawn is open sea, and the others are drawn all the same.
            let tile = guarded(|| decode(&source, key)).flatten();
            if answer.send((key, tile)).is_err() {
                break;
            }
            waker.wake();
        }
    };
    match std::thread::Builder::new().name("basemap".into()).spawn(work) {
        Ok(_) => Decoder::Apart { ask, answers },
        Err(error) => {
            tracing::error!("no thread for the basemap, maps stay empty: {error}");
            Decoder::Broken
        }
    }
}

fn decode(source: &Source, key: Key) -> Decoded {
    let TileId { x, y, zoom } = key.archive;
    let bytes = source.tile(zoom, x, y).inspect_err(|error| tracing::warn!("tile {zoom}/{x}/{y}: {error}")).ok()??;
    let style = style(&Tokens::of(key.dark).map, key.shown_zoom);
    Tile::from_mvt(&bytes, &style, key.shown_zoom, TILE_SIZE)
        .inspect_err(|error| tracing::warn!("tile {zoom}/{x}/{y}: {error}"))
        .ok()
}

/// The tile of `zoom` that holds `tile`, and which part of it `tile` is.
fn ancestor(tile: TileId, zoom: u8) -> (TileId, Rect) {
    let steps = u32::from(tile.zoom.saturating_sub(zoom)).min(31);
    let parts = 1_u32 << steps;
    let above = TileId { x: tile.x >> steps, y: tile.y >> steps, zoom: tile.zoom.min(zoom) };
    let size = 1.0 / f64::from(parts);
    let (u, v) = (f64::from(tile.x % parts) * size, f64::from(tile.y % parts) * size);
    let uv = Rect::from_min_max(pos2(u as f32, v as f32), pos2((u + size) as f32, (v + size) as f32));
    (above, uv)
}

impl Tiles for Basemap {
    fn at(&mut self, wanted: TileId) -> Option<TilePiece> {
        let (archive, uv) = ancestor(wanted, ZOOM_MAX);
        let key = Key { archive, shown_zoom: wanted.zoom.min(STYLED_MAX), dark: self.dark };
        if let Some(tile) = self.get(key) {
            return tile.map(|tile| TilePiece::new(tile, uv));
        }
        // Until it is decoded, what lies above it and is there already.
        for zoom in (0..wanted.zoom).rev() {
            let (archive, uv) = ancestor(wanted, zoom.min(ZOOM_MAX));
            let key = Key { archive, shown_zoom: zoom.min(STYLED_MAX), dark: self.dark };
            if let Some((Some(tile), used)) = self.cache.get_mut(&key) {
                *used = self.frame;
                return Some(TilePiece::new(tile.clone(), uv));
            }
        }
        None
    }
    fn attribution(&self) -> Attribution {
        Attribution { text: CREDIT, url: "", logo_light: None, logo_dark: None }
    }
    fn tile_size(&self) -> u32 {
        TILE_SIZE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ancestors_and_their_pieces() {
        let (above, uv) = ancestor(TileId { x: 145, y: 74, zoom: 8 }, 6);
        assert_eq!(above, TileId { x: 36, y: 18, zoom: 6 });
        assert_eq!(uv, Rect::from_min_max(pos2(0.25, 0.5), pos2(0.5, 0.75)));
        let (same, uv) = ancestor(TileId { x: 3, y: 1, zoom: 2 }, 6);
        assert_eq!(same, TileId { x: 3, y: 1, zoom: 2 });
        assert_eq!(uv, Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0)));
    }

    #[test]
    fn a_tile_that_is_decoded_apart_comes_with_a_later_frame() {
        let mut basemap = Basemap::new(&Waker::new(&egui::Context::default()), Decoding::Apart);
        let helsinki = TileId { x: 36, y: 18, zoom: 6 };
        basemap.begin_frame(Tokens::of(false));
        assert!(basemap.at(helsinki).is_none(), "no frame waits");
        let begin = std::time::Instant::now();
        loop {
            basemap.begin_frame(Tokens::of(false));
            if basemap.at(helsinki).is_some() {
                break;
            }
            assert!(begin.elapsed().as_secs() < 60, "the tile never came");
            std::thread::yield_now();
        }
        // Until the next zoom is decoded, this one stands in for it.
        assert!(basemap.at(TileId { x: 73, y: 37, zoom: 7 }).is_some());
    }

    #[test]
    fn the_cache_stays_within_its_bound_and_sea_is_empty() {
        let mut basemap = Basemap::new(&Waker::new(&egui::Context::default()), Decoding::AtOnce);
        for x in 0..16 {
            for y in 0..16 {
                basemap.begin_frame(Tokens::of(false));
                basemap.at(TileId { x, y, zoom: 4 });
            }
        }
        assert_eq!(basemap.cache.len(), CACHE_MAX);
        assert!(basemap.at(TileId { x: 36, y: 18, zoom: 6 }).is_some(), "Helsinki");
        assert!(basemap.at(TileId { x: 9_300, y: 4_743, zoom: 14 }).is_some(), "Helsinki, magnified");
    }
}
