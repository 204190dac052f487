//! How long a frame with a street map takes on this machine's renderer, at each zoom, and pictures of it.
//!
//! `COMMUNAUT_BENCH_FILE` names an extract; without it, the sample's centre of Helsinki. `COMMUNAUT_PICTURES` names a
//! folder: then pictures at zooms 11, 14, 16 and 18 in both themes are written there, and nothing is measured.
//!
//! A frame is counted as the tiles' with all that draws them: shapes, triangles, the renderer and the picture read
//! back; less the same frame of a map that has none. Each frame looks a little elsewhere, at tiles that were decoded
//! before: in the window they are decoded apart from the frames.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench reports to its reader and fails by panicking")]

use communaut_gui::ui::{
    map::{Basemap, Decoding, MapPane, PaneTexts},
    theme,
    waker::Waker,
};
use communaut_node::{
    api::PackInfo,
    streets::{Made, make},
};
use communaut_protocol::Position;
use egui_kittest::Harness;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

/// Of the tiles of a frame, all but one of a hundred.
const LIMIT: Duration = Duration::from_millis(8);
/// Frames of each zoom.
const FRAMES: usize = 60;
const SIZE: [f32; 2] = [1280.0, 800.0];

/// A map and nothing else.
struct MapAlone {
    pane: MapPane,
    basemap: Option<Basemap>,
    /// Drawn where there is no map: what a frame costs without.
    empty: Basemap,
    packs: Arc<Vec<PackInfo>>,
}

impl eframe::App for MapAlone {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        let tokens = theme::current(ui.ctx());
        let [name, zoom_in, zoom_out, home] = ["Map", "Nearer", "Farther", "Home"].map(str::to_owned);
        let texts = PaneTexts { name, zoom_in, zoom_out, home };
        let packs = if self.basemap.is_some() { self.packs.clone() } else { Arc::default() };
        let basemap = self.basemap.as_mut().unwrap_or(&mut self.empty);
        basemap.begin_frame(tokens, &packs);
        self.pane.show(ui, basemap, tokens, &texts, &[], |_, _, _| ());
    }
}

fn harness(packs: &Arc<Vec<PackInfo>>, dark: bool) -> Harness<'static, MapAlone> {
    let packs = packs.clone();
    let theme = if dark { egui::Theme::Dark } else { egui::Theme::Light };
    // Of the world's names some have letters that no font here has; the window draws a box for them.
    let builder =
        Harness::builder().allow_missing_glyphs().with_size(SIZE).with_pixels_per_point(1.0).with_theme(theme).wgpu();
    builder.build_eframe(move |cc| {
        walkers::install_renderer(cc.wgpu_render_state.as_ref());
        theme::install(&cc.egui_ctx);
        let waker = Waker::new(&cc.egui_ctx);
        let basemap = || Basemap::new(&waker, Decoding::AtOnce);
        MapAlone { pane: MapPane::world(), basemap: Some(basemap()), empty: basemap(), packs }
    })
}

/// Where most of it is: the middle of what it covers.
fn middle(pack: &PackInfo) -> Position {
    let [west, south, east, north] = pack.covers;
    Position { lat_e7: i32::midpoint(south, north), lon_e7: i32::midpoint(west, east) }
}

fn picture(map: &mut Harness<'static, MapAlone>, at: Position, zoom: f64, to: &Path) {
    let shown = map.state_mut();
    shown.pane.centre_at(at);
    shown.pane.set_zoom(zoom);
    map.step();
    map.step();
    map.render().unwrap().save(to).unwrap();
}

/// Frames at a zoom, a little elsewhere each: how long each took.
fn frames(map: &mut Harness<'static, MapAlone>, at: Position, zoom: f64) -> Vec<Duration> {
    let mut took = Vec::new();
    // The first decodes.
    for frame in 0..=FRAMES {
        let step = i32::try_from(frame % 10).unwrap() * ((2e7 / 2_f64.powf(zoom)) as i32);
        let shown = map.state_mut();
        shown.pane.centre_at(Position { lat_e7: at.lat_e7, lon_e7: at.lon_e7 + step });
        shown.pane.set_zoom(zoom);
        let start = Instant::now();
        map.step();
        std::hint::black_box(map.render().unwrap());
        took.push(start.elapsed());
    }
    took.remove(0);
    took.sort();
    took
}

fn main() {
    let sample = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples/data/sample.osm.pbf");
    let file = std::env::var_os("COMMUNAUT_BENCH_FILE").map_or_else(sample, PathBuf::from);
    let folder = tempfile::tempdir().unwrap();
    let Ok(Made::Pack(pack)) = make(&file, folder.path(), &mut |_| true) else { unreachable!("no street map") };
    let at = middle(&pack);
    let name = pack.name.clone();
    let packs = Arc::new(vec![pack]);
    if let Some(pictures) = std::env::var_os("COMMUNAUT_PICTURES") {
        std::fs::create_dir_all(&pictures).unwrap();
        for dark in [false, true] {
            let mut map = harness(&packs, dark);
            for zoom in [11, 14, 16, 18] {
                let theme = if dark { "dark" } else { "light" };
                let to = Path::new(&pictures).join(format!("{name}-{zoom}-{theme}.png"));
                picture(&mut map, at, f64::from(zoom), &to);
                println!("{}", to.display());
            }
        }
        return;
    }
    let mut map = harness(&packs, false);
    let mut worst = Duration::ZERO;
    for zoom in 6..=18 {
        let with = frames(&mut map, at, f64::from(zoom));
        let basemap = map.state_mut().basemap.take();
        let without = frames(&mut map, at, f64::from(zoom));
        map.state_mut().basemap = basemap;
        let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
        let (half, most) = (FRAMES / 2, FRAMES * 99 / 100);
        let tiles = with[most].saturating_sub(without[half]);
        worst = worst.max(tiles);
        println!(
            "zoom {zoom}: a frame {:.1} ms (half), {:.1} ms (99 of 100); without streets {:.1} ms; streets {:.1} ms",
            ms(with[half]),
            ms(with[most]),
            ms(without[half]),
            ms(tiles),
        );
    }
    println!("at worst {:.1} ms of {:.0} ms", worst.as_secs_f64() * 1_000.0, LIMIT.as_secs_f64() * 1_000.0);
}
