//! Tiles for the map widget, of the world and of street maps over it: decoded once, cached within a bound, magnified
//! beyond an archive's deepest zoom.

use super::{
    CREDIT, rounding,
    screen::Screen,
    sources::{Sources, TileSource, ZOOM_MAX, covers},
    streets,
    style::{self, style},
};
use crate::{
    logic::Decoding,
    report::guarded,
    ui::{tokens::Tokens, waker::Waker},
};
use communaut_node::api::PackInfo;
use egui::{Rect, pos2};
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
};
use walkers::{Canvas, Layer, Projector, Tile, TileId, TilePiece, Tiles, sources::Attribution};

/// Points for which a tile is drawn: fewer, larger tiles than the usual 256.
const TILE_SIZE: u32 = 512;
/// Decoded tiles kept: several screens of them, of two maps; about 100 kB each, a dense town's ten times as much.
const CACHE_MAX: usize = 160;
/// Tiles asked of the decoder and not answered: a screen of them; others are asked again next frame.
const QUEUE_MAX: usize = 32;
/// Street maps that are drawn at once, in the order of their names.
const PACKS_MAX: usize = 16;
/// From this zoom on the world names nothing that lies in a street map, which does.
const WORLD_SILENT: u8 = 8;

/// What a decoded tile depends on: its place in which archive, the zoom at which it is shown, the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    source: TileSource,
    archive: TileId,
    shown_zoom: u8,
    dark: bool,
    /// Of which list of street maps: what was decoded for another comes too late.
    generation: u32,
}

/// None: the archive has no such tile, which is open sea.
type Decoded = Option<Tile>;

/// What the decoder is told, in this order.
enum Order {
    Packs(Arc<Vec<PackInfo>>),
    Tile(Key),
}

enum Decoder {
    Apart {
        ask: SyncSender<Order>,
        answers: Receiver<(Key, Decoded)>,
    },
    AtOnce(Box<Sources>),
    /// The archive could not be opened: a plain sea, and a line in the log.
    Broken,
}

/// What lies under every map of the window.
pub struct Basemap {
    decoder: Decoder,
    asked: HashSet<Key>,
    cache: HashMap<Key, (Decoded, u64)>,
    packs: Arc<Vec<PackInfo>>,
    /// Whether the decoder has heard of these packs.
    told: bool,
    generation: u32,
    dark: bool,
    frame: u64,
}

impl Basemap {
    /// Open the archive.
    #[must_use]
    pub fn new(waker: &Waker, decoding: Decoding) -> Self {
        let decoder = match (Sources::open(), decoding) {
            (Ok(sources), Decoding::AtOnce) => Decoder::AtOnce(Box::new(sources)),
            (Ok(sources), Decoding::Apart) => spawn(sources, waker.clone()),
            (Err(error), _) => {
                tracing::error!("the basemap cannot be read, maps stay empty: {error}");
                Decoder::Broken
            }
        };
        Self {
            decoder,
            asked: HashSet::new(),
            cache: HashMap::new(),
            packs: Arc::default(),
            told: true,
            generation: 0,
            dark: false,
            frame: 0,
        }
    }

    /// Before the maps of a frame: take what was decoded, the theme, and which street maps there are.
    pub fn begin_frame(&mut self, tokens: &Tokens, packs: &Arc<Vec<PackInfo>>) {
        self.dark = tokens.dark;
        self.frame = self.frame.wrapping_add(1);
        if !Arc::ptr_eq(packs, &self.packs) {
            if **packs != *self.packs {
                self.generation = self.generation.wrapping_add(1);
                self.told = false;
                self.cache.clear();
                self.asked.clear();
            }
            self.packs = packs.clone();
        }
        self.tell_packs();
        let mut came = Vec::new();
        if let Decoder::Apart { answers, .. } = &self.decoder {
            came.extend(answers.try_iter());
        }
        for (key, tile) in came {
            self.asked.remove(&key);
            if key.generation == self.generation {
                self.keep(key, tile);
            }
        }
    }

    fn tell_packs(&mut self) {
        if self.told {
            return;
        }
        match &mut self.decoder {
            Decoder::AtOnce(sources) => sources.set_packs(&self.packs),
            Decoder::Apart { ask, .. } => match ask.try_send(Order::Packs(self.packs.clone())) {
                Ok(()) | Err(TrySendError::Disconnected(_)) => {}
                // With the next frame.
                Err(TrySendError::Full(_)) => return,
            },
            Decoder::Broken => {}
        }
        self.told = true;
    }

    /// Who made the street maps that are in sight, each once.
    pub fn credits(&self, projector: &Projector<'_>) -> Vec<String> {
        let screen = Screen::of(projector);
        let window = screen.window(0.0);
        let mut found: Vec<String> = Vec::new();
        for pack in self.packs.iter().take(PACKS_MAX) {
            let [west, north, east, south] = covers(pack);
            let meets = [-1.0, 0.0, 1.0].iter().any(|turn| west + turn < window.east && east + turn > window.west);
            let shown = screen.zoom >= f64::from(streets::SHOWN_MIN) && meets;
            if shown && north < window.south && south > window.north && !found.contains(&pack.credit) {
                found.push(pack.credit.clone());
            }
        }
        found
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
            Decoder::AtOnce(sources) => {
                let tile = decode(sources, key);
                self.keep(key, tile.clone());
                Some(tile)
            }
            Decoder::Apart { ask, .. } => {
                if self.told && self.asked.len() < QUEUE_MAX && !self.asked.contains(&key) {
                    match ask.try_send(Order::Tile(key)) {
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

    fn key(&self, source: TileSource, wanted: TileId, zoom: u8) -> (Key, Rect) {
        let deepest = match source {
            TileSource::World => (ZOOM_MAX, style::STYLED_MAX),
            TileSource::Pack(_) => (communaut_node::streets::ZOOM_MAX, streets::STYLED_MAX),
        };
        let (archive, uv) = ancestor(wanted, zoom.min(deepest.0));
        let shown_zoom = zoom.min(deepest.1);
        (Key { source, archive, shown_zoom, dark: self.dark, generation: self.generation }, uv)
    }

    fn piece(&mut self, source: TileSource, wanted: TileId) -> Option<TilePiece> {
        let (key, uv) = self.key(source, wanted, wanted.zoom);
        if let Some(tile) = self.get(key) {
            return tile.map(|tile| TilePiece::new(tile, uv));
        }
        // Until it is decoded, what lies above it and is there already.
        for zoom in (0..wanted.zoom).rev() {
            let (key, uv) = self.key(source, wanted, zoom);
            if let Some((Some(tile), used)) = self.cache.get_mut(&key) {
                *used = self.frame;
                return Some(TilePiece::new(tile.clone(), uv));
            }
        }
        None
    }

    /// What is to be drawn under a map.
    pub fn layer(&mut self) -> impl Layer + '_ {
        All(self)
    }
}

/// The world, and the street maps on it.
struct All<'a>(&'a mut Basemap);

impl Layer for All<'_> {
    fn draw(&mut self, canvas: &mut Canvas, projector: &Projector<'_>) {
        let count = self.0.packs.len().min(PACKS_MAX);
        let packs = (0..count).filter_map(|index| u16::try_from(index).ok()).map(TileSource::Pack);
        for source in std::iter::once(TileSource::World).chain(packs) {
            let mut one = One { basemap: self.0, source };
            (&mut one).draw(canvas, projector);
        }
    }
}

/// One of these.
struct One<'a> {
    basemap: &'a mut Basemap,
    source: TileSource,
}

impl Tiles for One<'_> {
    fn at(&mut self, wanted: TileId) -> Option<TilePiece> {
        if let TileSource::Pack(index) = self.source {
            let pack = self.basemap.packs.get(usize::from(index))?;
            if wanted.zoom < streets::SHOWN_MIN || !meets(wanted, covers(pack)) {
                return None;
            }
        }
        self.basemap.piece(self.source, wanted)
    }
    fn attribution(&self) -> Attribution {
        Attribution { text: CREDIT, url: "", logo_light: None, logo_dark: None }
    }
    fn tile_size(&self) -> u32 {
        TILE_SIZE
    }
}

fn spawn(mut sources: Sources, waker: Waker) -> Decoder {
    let (ask, orders) = mpsc::sync_channel::<Order>(QUEUE_MAX);
    let (answer, answers) = mpsc::sync_channel(QUEUE_MAX);
    let work = move || {
        for order in orders {
            let key = match order {
                Order::Packs(packs) => {
                    sources.set_packs(&packs);
                    continue;
                }
                Order::Tile(key) => key,
            };
            // A tile that cannot be drawn is open sea, and the others are drawn all the same.
            let tile = guarded(|| decode(&sources, key)).flatten();
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

fn decode(sources: &Sources, key: Key) -> Decoded {
    let TileId { x, y, zoom } = key.archive;
    let warn = |error: &dyn std::fmt::Display| tracing::warn!("tile {zoom}/{x}/{y}: {error}");
    let bytes = sources.tile(key.source, zoom, x, y).inspect_err(|error| warn(error)).ok()??;
    let tokens = &Tokens::of(key.dark).map;
    let style = match key.source {
        TileSource::World => style(tokens, key.shown_zoom),
        TileSource::Pack(_) => streets::style(tokens, key.shown_zoom),
    };
    let mut tile = Tile::from_mvt(&bytes, &style, key.shown_zoom, TILE_SIZE).inspect_err(|error| warn(error)).ok()?;
    if let Tile::Vector { drawables, texts } = &mut tile {
        match key.source {
            TileSource::Pack(_) => {
                let magnified = f32::from(1_u16 << key.shown_zoom.saturating_sub(zoom).min(15));
                rounding::round(
                    Arc::<Vec<_>>::make_mut(drawables).as_mut_slice(),
                    magnified,
                    tokens.streets.bridge_edge,
                );
            }
            TileSource::World if key.shown_zoom >= WORLD_SILENT => {
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
    }
    Some(tile)
}

/// Whether a tile meets a part of the map, whose side is 1.
fn meets(tile: TileId, [west, north, east, south]: [f64; 4]) -> bool {
    let side = f64::from(1_u32 << tile.zoom.min(31));
    let (x, y) = (f64::from(tile.x) / side, f64::from(tile.y) / side);
    let across = [x, x + 1.0].iter().any(|x| *x < east && x + 1.0 / side > west);
    across && y < south && y + 1.0 / side > north
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

#[cfg(test)]
mod tests {
    use super::*;

    fn world(basemap: &mut Basemap, wanted: TileId) -> Option<TilePiece> {
        One { basemap, source: TileSource::World }.at(wanted)
    }
    fn begin(basemap: &mut Basemap) {
        basemap.begin_frame(Tokens::of(false), &Arc::default());
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

    #[test]
    fn a_tile_that_is_decoded_apart_comes_with_a_later_frame() {
        let mut basemap = Basemap::new(&Waker::new(&egui::Context::default()), Decoding::Apart);
        let helsinki = TileId { x: 36, y: 18, zoom: 6 };
        begin(&mut basemap);
        assert!(world(&mut basemap, helsinki).is_none(), "no frame waits");
        let began = std::time::Instant::now();
        loop {
            begin(&mut basemap);
            if world(&mut basemap, helsinki).is_some() {
                break;
            }
            assert!(began.elapsed().as_secs() < 60, "the tile never came");
            std::thread::yield_now();
        }
        // Until the next zoom is decoded, this one stands in for it.
        assert!(world(&mut basemap, TileId { x: 73, y: 37, zoom: 7 }).is_some());
    }

    #[test]
    fn the_cache_stays_within_its_bound_and_sea_is_empty() {
        let mut basemap = Basemap::new(&Waker::new(&egui::Context::default()), Decoding::AtOnce);
        for x in 0..16 {
            for y in 0..16 {
                begin(&mut basemap);
                world(&mut basemap, TileId { x, y, zoom: 4 });
            }
        }
        assert_eq!(basemap.cache.len(), CACHE_MAX);
        assert!(world(&mut basemap, TileId { x: 36, y: 18, zoom: 6 }).is_some(), "Helsinki");
        assert!(world(&mut basemap, TileId { x: 9_300, y: 4_743, zoom: 14 }).is_some(), "Helsinki, magnified");
    }

    #[test]
    fn only_tiles_that_meet_a_street_map_are_asked_of_it() {
        let part = [0.51, 0.31, 0.52, 0.32];
        assert!(
            meets(TileId { x: 4, y: 2, zoom: 3 }, part)
                && meets(TileId { x: 51, y: 31, zoom: 6 }, [0.8, 0.4, 0.9, 0.5])
        );
        assert!(!meets(TileId { x: 3, y: 2, zoom: 3 }, part) && !meets(TileId { x: 4, y: 3, zoom: 3 }, part));
        // Over the 180th meridian.
        let part = [0.99, 0.3, 1.01, 0.4];
        assert!(meets(TileId { x: 0, y: 2, zoom: 3 }, part) && meets(TileId { x: 7, y: 2, zoom: 3 }, part));
        assert!(!meets(TileId { x: 1, y: 2, zoom: 3 }, part));
    }
}
