//! A real window on a real node, on a screen that nobody sees, driven as by a hand that is quick, slow and never tired.
//!
//! The short one runs where Xvfb, xdotool and unshare are; the long one when it is asked for:
//! `cargo test -p communaut-gui --test xvfb -- --ignored --nocapture`. Both print what they did; the seed is fixed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it does not expect")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it measured, and what it left out")]

mod screen;
#[path = "../../../tests/skip.rs"]
mod skip;

use communaut_gui::ui::{ceiling::VERTICES_MAX, tokens::LIGHT};
use communaut_node::{
    Config, Node, Unlock,
    api::{ImportRequest, Init},
};
use communaut_protocol::Position;
use screen::{Screen, missing};
use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Until something is seen; far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(300);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(60);
/// Looks that have to be alike before the window is said to rest.
const ALIKE: usize = 2;
/// Inland, so that around it there is land: Madrid.
const HOME: Position = Position { lat_e7: 404_168_000, lon_e7: -37_038_000 };
/// Of a hundred pixels of the map, those that have to be land where there is land: marks, names and lines lie on it.
const LAND_MIN: usize = 4;
/// The map's part of the window, beside rail and list, and below what is said over it.
const MAP: [usize; 4] = [460, 160, 1_220, 760];

#[derive(Clone, Copy)]
struct Plan {
    elements: u64,
    actions: usize,
}

/// A plain linear congruential generator (Knuth, MMIX).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
    fn between(&mut self, low: u64, high: u64) -> String {
        (low + self.roll(high - low)).to_string()
    }
}

/// Elements as a file of a city has them: dense around home, sparse over the country and the world.
fn records(count: u64) -> String {
    let mut dice = Dice(11);
    let mut text = String::from("id;name;latitude;longitude\n");
    for number in 0..count {
        let spread = [600_000, 600_000, 30_000_000, 600_000_000][usize::try_from(number % 4).unwrap()];
        let mut near = |middle: i32| {
            i64::from(middle) + i64::try_from(dice.roll(2 * spread)).unwrap() - i64::try_from(spread).unwrap()
        };
        let (lat, lon) = (near(HOME.lat_e7).clamp(-700_000_000, 700_000_000), near(HOME.lon_e7));
        let (lat, lon) = (lat as f64 / 1e7, lon as f64 / 1e7);
        writeln!(text, "{number};Place {number};{lat:.6};{lon:.6}").unwrap();
    }
    text
}

/// A data folder that holds so many elements and follows no territory: everything is on the map.
fn fill(folder: &Path, plan: Plan) {
    let file = folder.join("places.csv");
    fs::write(&file, records(plan.elements)).unwrap();
    let node = Node::start(Config { data: folder.join("data"), network: None, unlock: Unlock::Unsealed }).unwrap();
    let handle = node.handle();
    handle
        .ask_blocking(Init { name: "Camille".into(), about: String::new(), home: HOME, sample: false, deciding: false })
        .unwrap();
    let request = ImportRequest { path: file, source: Some("test".into()), ..ImportRequest::default() };
    let report = handle.ask_blocking(request).unwrap();
    // Of those far away a few look as if latitude and longitude were swapped.
    assert!(report.created * 100 >= plan.elements * 99, "{} of {}", report.created, plan.elements);
    node.stop().unwrap();
}

/// The window's process.
struct Window {
    screen: Screen,
    process: Child,
    id: String,
    log: std::path::PathBuf,
    reports: std::path::PathBuf,
}

impl Drop for Window {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Window {
    fn open(folder: &Path) -> Self {
        let screen = Screen::open(folder);
        let log = folder.join("log.txt");
        let data = folder.join("data");
        let process = Command::new("unshare")
            .args(["--map-root-user", "--net", env!("CARGO_BIN_EXE_communaut"), "--lang", "en", "--theme", "light"])
            .arg("--data")
            .arg(&data)
            .env("DISPLAY", &screen.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("RUST_LOG", "communaut_gui=debug")
            .stdout(Stdio::null())
            .stderr(fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut window = Self { screen, process, id: String::new(), log, reports: data.join("reports") };
        window.wait("a window", |window| {
            window.id = window.screen.tool(["search", "--onlyvisible", "--name", "Communaut"]);
            !window.id.is_empty()
        });
        let id = window.id.clone();
        window.screen.tool(["windowmove", &id, "0", "0", "windowfocus", &id]);
        window
    }

    fn wait(&mut self, what: &str, mut met: impl FnMut(&mut Self) -> bool) {
        let begun = Instant::now();
        while !met(self) {
            self.lives(what);
            assert!(begun.elapsed() < PATIENCE, "never came: {what}\n{}", self.said());
            std::thread::sleep(LOOK);
        }
    }
    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
    fn lives(&mut self, after: &str) {
        if let Some(status) = self.process.try_wait().unwrap() {
            panic!("the window ended ({status}) after: {after}\n{}", self.said());
        }
        let reports = fs::read_dir(&self.reports).map_or(0, Iterator::count);
        assert_eq!(reports, 0, "a fault was reported after: {after}\n{}", self.said());
    }
    /// Until nothing moves any more, but for a cursor that blinks.
    fn rest(&mut self, after: &str) {
        let mut before = self.screen.raw();
        let mut alike = 0;
        self.wait(&format!("rest after: {after}"), |window| {
            let now = window.screen.raw();
            alike = if now == before { alike + 1 } else { 0 };
            before = now;
            alike >= ALIKE
        });
    }
    fn keys(&self, keys: &str) {
        self.screen.tool(["key", "--clearmodifiers", keys]);
    }
    /// Of a hundred pixels of the map, how many are land.
    fn land(&self) -> usize {
        let land = LIGHT.map.land;
        self.screen.look().share_of(MAP, [land.r(), land.g(), land.b()])
    }
    fn water(&self) -> usize {
        let water = LIGHT.map.water;
        self.screen.look().share_of(MAP, [water.r(), water.g(), water.b()])
    }
    fn land_is_seen(&mut self, after: &str) {
        self.wait(&format!("land after {after}"), |window| window.land() >= LAND_MIN);
    }
    /// From wherever one got to: as far out as it goes there is the world, and home is home.
    fn finds_back(&mut self, after: &str) {
        // With all elements on the map again. Each key waits for what the one before did: where the keyboard is.
        for keys in ["Escape", "ctrl+1", "ctrl+f", "ctrl+a", "BackSpace", "Escape"] {
            self.keys(keys);
            self.rest(after);
        }
        // Beside the middle: there the map moved away from the world.
        // A machine that is busy draws few frames, and takes many turns of the wheel for one: turned until it is seen.
        self.wait("the world, with its seas", |window| {
            window.screen.tool(["mousemove", "700", "650", "click", "--repeat", "150", "--delay", "2", "5"]);
            window.rest(after);
            window.water() > LAND_MIN
        });
        self.land_is_seen("scrolling out as far as it goes");
        self.keys("Home");
        self.rest(after);
        self.land_is_seen("coming home");
        self.wait("home, where there is no water", |window| window.water() == 0);
    }
    fn largest_frame(&self) -> usize {
        let said = self.said();
        let frames = said.lines().filter_map(|line| line.split("the largest frame so far: ").nth(1));
        let counts = frames.filter_map(|rest| rest.split(' ').next()?.parse().ok());
        counts.max().unwrap_or(0)
    }
}

/// One thing that a hand does. What it was.
fn act(window: &mut Window, dice: &mut Dice) -> String {
    let (x, y) = (dice.between(470, 1_200), dice.between(170, 750));
    let slow = dice.roll(3) == 0;
    let what = match dice.roll(10) {
        0..4 => {
            let (wheel, times) = (["4", "5"][usize::try_from(dice.roll(2)).unwrap()], dice.between(2, 40));
            let delay = if slow { "25" } else { "1" };
            window.screen.tool(["mousemove", &x, &y, "click", "--repeat", &times, "--delay", delay, wheel]);
            format!("{times} steps of wheel {wheel} at {x}, {y}")
        }
        4..6 => {
            let (to_x, to_y) = (dice.between(470, 1_200), dice.between(170, 750));
            window.screen.tool([
                "mousemove",
                &x,
                &y,
                "mousedown",
                "1",
                "mousemove",
                "--sync",
                &to_x,
                &to_y,
                "mouseup",
                "1",
            ]);
            format!("a drag from {x}, {y} to {to_x}, {to_y}")
        }
        6..8 => {
            let words = ["place 4", "place", "zzz", "place 99", "p"][usize::try_from(dice.roll(5)).unwrap()];
            window.keys("ctrl+f");
            window.keys("ctrl+a");
            window.screen.tool(["type", "--delay", if slow { "40" } else { "2" }, words]);
            if dice.roll(2) == 0 {
                window.keys("ctrl+a");
                window.keys("BackSpace");
            }
            window.keys("Escape");
            format!("a search for '{words}'")
        }
        8 => {
            let page = dice.between(1, 6);
            window.keys(&format!("ctrl+{page}"));
            format!("page {page}")
        }
        _ => {
            window.keys("ctrl+1");
            window.screen.tool(["mousemove", &x, &y, "click", "1"]);
            format!("a click at {x}, {y}")
        }
    };
    if slow {
        window.rest(&what);
    }
    window.lives(&what);
    what
}

fn drive(plan: Plan) {
    if let Some(why) = missing() {
        return skip::skip("a real window", &why);
    }
    let folder = tempfile::tempdir().unwrap();
    let begun = Instant::now();
    fill(folder.path(), plan);
    println!("{} elements are held after {} s", plan.elements, begun.elapsed().as_secs());
    let mut window = Window::open(folder.path());
    window.rest("opening");
    window.finds_back("opening");
    let mut dice = Dice(2_026);
    for number in 1..=plan.actions {
        let what = act(&mut window, &mut dice);
        println!("{number:>3}: {what}");
        if number % 20 == 0 {
            window.finds_back(&what);
        }
    }
    window.finds_back("the last");
    let (largest, said) = (window.largest_frame(), window.said());
    if let Some(path) = std::env::var_os("COMMUNAUT_PICTURE") {
        window.screen.look().save(Path::new(&path));
    }
    println!(
        "{} actions on {} elements in {} s; \
         the largest frame had {largest} vertices of {VERTICES_MAX}; land: {} of 100",
        plan.actions,
        plan.elements,
        begun.elapsed().as_secs(),
        window.land(),
    );
    assert!(largest > 1_000, "frames were counted\n{said}");
    assert!(largest <= VERTICES_MAX, "{largest}");
    assert!(!said.contains("a frame was cut") && !said.contains("opened anew"), "{said}");
}

#[test]
fn a_real_window_lives_whatever_the_hand_does() {
    drive(Plan { elements: 3_000, actions: 20 });
}

#[test]
#[ignore = "some minutes: 100,000 elements and 200 actions"]
fn a_real_window_with_100_000_elements_lives_whatever_the_hand_does() {
    drive(Plan { elements: 100_000, actions: 200 });
}
