//! What lies under every map: the world and street maps over it. Drawings of tiles are made apart from the frames, kept
//! within a bound, and magnified beyond the deepest zoom that is painted in its own way.

use super::{
    age::{Bound, outdated},
    drawing::Drawing,
    gpu::Ground,
    labels::{self, Claimed},
    letters::Sheet,
    placed::PlacedDrawing,
    reader::{DrawingKey, TileReader, ancestor},
    screen::{Screen, meets},
    sources::{TileSource, covers},
    streets, style,
};
use crate::{
    logic::Decoding,
    report::guarded,
    ui::{tokens::Tokens, waker::Waker},
};
use communaut_node::api::PackInfo;
use egui::Ui;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
};
use walkers::{Projector, TileId};

/// Drawings kept: several screens of them, of two maps.
const CACHE_MAX: usize = 160;
/// Bytes of drawings kept, besides those in sight: most have about 100 kB, a dense town's ten times as much.
const CACHE_BYTES_MAX: usize = 96 << 20;
/// Bytes of drawings kept with those in sight: what comes beyond is left out. No true map has as much.
const SIGHT_BYTES_MAX: usize = 512 << 20;
/// Tiles asked of the decoder and not answered: a screen of them; others are asked again next frame.
const QUEUE_MAX: usize = 32;
/// Street maps that are drawn at once, in the order of their names.
const PACKS_MAX: usize = 16;

/// None: there is no such tile, which is open sea.
type Decoded = Option<Arc<Drawing>>;

/// What the decoder is told, in this order.
enum Order {
    Packs(Arc<Vec<PackInfo>>),
    Tile(DrawingKey),
}

enum Decoder {
    Apart {
        ask: SyncSender<Order>,
        answers: Receiver<(DrawingKey, Decoded)>,
    },
    AtOnce(Box<TileReader>),
    /// The archive could not be opened: a plain sea, and a line in the log.
    Broken,
}

/// What lies under every map of the window.
pub struct Basemap {
    decoder: Decoder,
    asked: HashSet<DrawingKey>,
    cache: HashMap<DrawingKey, (Decoded, u64)>,
    /// Bytes of it, besides those in sight and with them.
    bytes_max: [usize; 2],
    packs: Arc<Vec<PackInfo>>,
    /// Whether the decoder has heard of these packs.
    told: bool,
    generation: u32,
    dark: bool,
    language: &'static str,
    frame: u64,
    sheet: Arc<Mutex<Sheet>>,
}

impl Basemap {
    /// Open the archive.
    #[must_use]
    pub fn new(waker: &Waker, decoding: Decoding) -> Self {
        let decoder = match (TileReader::open(), decoding) {
            (Ok(reader), Decoding::AtOnce) => Decoder::AtOnce(Box::new(reader)),
            (Ok(reader), Decoding::Apart) => spawn(reader, waker.clone()),
            (Err(error), _) => {
                tracing::error!("the basemap cannot be read, maps stay empty: {error}");
                Decoder::Broken
            }
        };
        Self {
            decoder,
            asked: HashSet::new(),
            cache: HashMap::new(),
            bytes_max: [CACHE_BYTES_MAX, SIGHT_BYTES_MAX],
            packs: Arc::default(),
            told: true,
            generation: 0,
            dark: false,
            language: "",
            frame: 0,
            sheet: Arc::new(Mutex::new(Sheet::new())),
        }
    }

    /// Before the maps of a frame: take what was decoded, the theme, which street maps there are, and the reader's
    /// language.
    pub fn begin_frame(&mut self, tokens: &Tokens, packs: &Arc<Vec<PackInfo>>, language: &'static str) {
        (self.dark, self.language) = (tokens.dark, language);
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
            Decoder::AtOnce(reader) => reader.set_packs(&self.packs),
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

    fn keep(&mut self, key: DrawingKey, mut tile: Decoded) {
        let size = |tile: &Decoded| tile.as_ref().map_or(0, |tile| tile.bytes());
        let new = size(&tile);
        let [bytes, in_sight] = self.bytes_max;
        let bound = Bound { bytes: bytes.saturating_sub(new), count: CACHE_MAX - 1 };
        let kept = self.cache.iter().map(|(key, (tile, used))| (*key, size(tile), *used));
        // What the last frame drew stays too: before this one draws, that is what is in sight.
        for old in outdated(kept, bound, self.frame.saturating_sub(1)) {
            self.cache.remove(&old);
        }
        if new + self.cache.values().map(|(tile, _)| size(tile)).sum::<usize>() > in_sight {
            let TileId { zoom, x, y } = key.part;
            tracing::warn!("tile {zoom}/{x}/{y} is left out: what is in sight is too much to be drawn");
            tile = None;
        }
        self.cache.insert(key, (tile, self.frame));
    }

    fn get(&mut self, key: DrawingKey) -> Option<Decoded> {
        if let Some((tile, used)) = self.cache.get_mut(&key) {
            *used = self.frame;
            return Some(tile.clone());
        }
        match &mut self.decoder {
            Decoder::AtOnce(reader) => {
                let tile = reader.drawing(key);
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

    fn key(&self, source: TileSource, wanted: TileId) -> DrawingKey {
        DrawingKey { source, part: wanted, dark: self.dark, language: self.language, generation: self.generation }
    }

    /// What is drawn of a tile, and which part of it is that tile: until it is decoded, what lies above it and is there
    /// already.
    fn found(&mut self, source: TileSource, wanted: TileId) -> Option<(Arc<Drawing>, TileId)> {
        if let Some(drawing) = self.get(self.key(source, wanted)) {
            return Some((drawing?, wanted));
        }
        for zoom in (0..wanted.zoom).rev() {
            let above = ancestor(wanted, zoom).0;
            let key = self.key(source, above);
            if let Some((Some(drawing), used)) = self.cache.get_mut(&key) {
                *used = self.frame;
                return Some((drawing.clone(), above));
            }
        }
        None
    }

    /// Draw what lies under a map. Its names give way to what is claimed.
    pub fn draw(&mut self, ui: &Ui, projector: &Projector<'_>, tokens: &Tokens, claimed: &Claimed) {
        let screen = Screen::of(projector);
        let placed = self.placed(&screen);
        let (ctx, room) = (ui.ctx(), screen.rect);
        let mut sheet = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        sheet.begin_frame(ctx);
        let labels = labels::placed(ctx, &mut sheet, &placed, room, claimed);
        let names = sheet.stamps(ctx, &labels);
        drop(sheet);
        let ground =
            Ground { room, color: tokens.map.water, placed, names, sheet: self.sheet.clone(), ctx: ctx.clone() };
        ui.painter().with_clip_rect(room.intersect(ui.clip_rect())).add(ground.shape());
    }

    /// Drawings of all tiles in sight: of the world, then of street maps on it.
    fn placed(&mut self, screen: &Screen) -> Vec<PlacedDrawing> {
        let window = screen.window(0.0);
        // A tile is as large as two of the usual by two.
        let zoom = (screen.zoom.round() - 1.0).clamp(0.0, f64::from(u8::MAX)) as u8;
        let mut placed = Vec::new();
        let count = self.packs.len().min(PACKS_MAX);
        let packs = (0..count).filter_map(|index| u16::try_from(index).ok()).map(TileSource::Pack);
        for source in std::iter::once(TileSource::World).chain(packs) {
            let covers = match source {
                TileSource::World => [0.0, 0.0, 1.0, 1.0],
                TileSource::Pack(_) if zoom < streets::SHOWN_MIN => continue,
                TileSource::Pack(index) => match self.packs.get(usize::from(index)) {
                    Some(pack) => covers(pack),
                    None => continue,
                },
            };
            let zoom = zoom.min(styled_max(source));
            let side = f64::from(1_u32 << zoom.min(31));
            let tiles = |from: f64, to: f64| {
                let tile = |place: f64| (place * side).clamp(0.0, side - 1.0) as u32;
                tile(from)..=tile(to)
            };
            for y in tiles(window.north, window.south) {
                for x in tiles(window.west, window.east) {
                    let wanted = TileId { x, y, zoom };
                    if !meets(wanted, covers) {
                        continue;
                    }
                    let Some((drawing, of)) = self.found(source, wanted) else { continue };
                    let clip = screen.tile(wanted);
                    // Of the zoom alone: the same wherever one looks.
                    let scale = 2_f64.powf(screen.zoom - 1.0 - f64::from(of.zoom)) as f32;
                    placed.push(PlacedDrawing { source, drawing, at: screen.tile(of).min, scale, clip });
                }
            }
        }
        placed
    }
}

/// The deepest zoom that a source has drawings for: deeper ones are these, magnified.
const fn styled_max(source: TileSource) -> u8 {
    match source {
        TileSource::World => style::STYLED_MAX,
        TileSource::Pack(_) => streets::STYLED_MAX,
    }
}

fn spawn(mut reader: TileReader, waker: Waker) -> Decoder {
    let (ask, orders) = mpsc::sync_channel::<Order>(QUEUE_MAX);
    let (answer, answers) = mpsc::sync_channel(QUEUE_MAX);
    let work = move || {
        for order in orders {
            let key = match order {
                Order::Packs(packs) => {
                    reader.set_packs(&packs);
                    continue;
                }
                Order::Tile(key) => key,
            };
            // A tile that cannot be drawn is open sea, and the others are drawn all the same.
            let tile = guarded(|| reader.drawing(key)).flatten();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn world(basemap: &mut Basemap, wanted: TileId) -> Option<Arc<Drawing>> {
        basemap.found(TileSource::World, wanted).map(|found| found.0)
    }
    fn begin(basemap: &mut Basemap) {
        basemap.begin_frame(Tokens::of(false), &Arc::default(), "en");
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
        assert!(world(&mut basemap, TileId { x: 581, y: 296, zoom: 10 }).is_some(), "Helsinki, magnified");
    }

    #[test]
    fn what_is_in_sight_stays_when_more_comes_than_is_kept() {
        for (bytes_max, drawn) in [([1, usize::MAX], 3), ([1, 1], 0)] {
            let mut basemap = Basemap::new(&Waker::new(&egui::Context::default()), Decoding::Apart);
            basemap.bytes_max = bytes_max;
            begin(&mut basemap);
            let keys = [36, 35, 34].map(|x| basemap.key(TileSource::World, TileId { x, y: 18, zoom: 6 }));
            let (began, mut came) = (std::time::Instant::now(), 0);
            // One after another, and those that came before are in sight.
            while came < keys.len() {
                begin(&mut basemap);
                let there = keys.iter().take_while(|key| basemap.get(**key).is_some()).count();
                assert!(there >= came, "one in sight has gone");
                assert!(began.elapsed().as_secs() < 60, "a tile never came");
                came = there;
                std::thread::yield_now();
            }
            assert_eq!(basemap.cache.values().filter(|(tile, _)| tile.is_some()).count(), drawn);
        }
    }
}
