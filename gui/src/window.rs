//! Opening the window on a node that runs, or on a data folder; and opening it anew when it was lost: what is shown and
//! what was typed outlives it.

use crate::{
    app::App,
    args::Args,
    backend::Backend,
    gate::{Gate, Keeper},
    graphics::Health,
    lasting::Lasting,
    logic::Clock,
    report::guarded,
    ui::waker::Waker,
};
use communaut_node::NodeHandle;
use egui::{Context, Ui, ViewportCommand};
use std::{
    cell::{Cell, RefCell},
    path::PathBuf,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

/// What the window is called before it has a title of its own.
const APP_ID: &str = "communaut";
/// Points; fits a small laptop's screen.
const WINDOW_SIZE: [f32; 2] = [1280.0, 800.0];
/// Points; a phone held upright.
const WINDOW_MIN_SIZE: [f32; 2] = [360.0, 480.0];
/// Times that a lost window is opened anew within [`PATIENCE`]: a device that fails at once again will not do.
const TRIES_MAX: usize = 5;
/// See [`TRIES_MAX`].
const PATIENCE: Duration = Duration::from_secs(60);

impl Lasting for App {
    fn turn_to(&mut self, ctx: &Context) {
        Self::turn_to(self, ctx);
    }
}

/// Open the window and wait until it is closed. Preferences are kept in `preferences`, where one is given.
///
/// # Errors
/// One line, when no window can be opened.
pub fn open(handle: NodeHandle, args: &Args, preferences: Option<PathBuf>) -> Result<(), String> {
    let args = args.clone();
    show(preferences, move |cc, waker| {
        let waker = waker.clone();
        handle.on_change(move || waker.wake());
        let backend: Arc<dyn Backend> = Arc::new(handle);
        Box::new(App::new(cc, backend, Clock::system(), &args))
    })
}

/// Open the window, which opens the data folder first, and wait until it is closed.
///
/// # Errors
/// One line, when no window can be opened.
pub fn open_folder(keeper: Arc<dyn Keeper>, args: &Args, preferences: PathBuf) -> Result<(), String> {
    let args = args.clone();
    show(Some(preferences), move |cc, _| Box::new(Gate::new(cc, keeper, Clock::system(), &args)))
}

/// What is shown, and whether it is to be shown again.
struct Kept {
    shown: Box<dyn Lasting>,
    waker: Waker,
}

/// One window; a fault of its device ends it, and another one follows.
struct Window {
    kept: Rc<RefCell<Option<Kept>>>,
    health: Health,
}

impl Window {
    fn with<R>(&self, part: impl FnOnce(&mut dyn Lasting) -> R) -> Option<R> {
        let mut kept = self.kept.try_borrow_mut().ok()?;
        kept.as_mut().map(|kept| part(kept.shown.as_mut()))
    }
}

impl eframe::App for Window {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        if self.health.is_broken() {
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        self.with(|shown| shown.logic(ctx, frame));
    }
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.with(|shown| shown.ui(ui, frame));
    }
    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        self.with(|shown| shown.save(storage));
    }
    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }
}

fn refused(error: &dyn std::fmt::Display) -> String {
    format!("no window could be opened ({error}); without a display, use communaut-node or `communaut demo --headless`")
}

/// Show what `make` makes, in one window after the other, until one of them is closed by a person.
///
/// # Errors
/// One line, when no window can be opened, or none stays open.
pub fn show(
    preferences: Option<PathBuf>,
    make: impl FnOnce(&eframe::CreationContext<'_>, &Waker) -> Box<dyn Lasting>,
) -> Result<(), String> {
    let kept: Rc<RefCell<Option<Kept>>> = Rc::default();
    let mut make = Some(make);
    let mut lost: Vec<Instant> = Vec::new();
    loop {
        let health = Health::default();
        let options = options(preferences.clone(), &health);
        let (held, watch, make) = (kept.clone(), health.clone(), &mut make);
        let opened = Rc::new(Cell::new(false));
        let stood = opened.clone();
        let create = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
            let waker = Waker::new(&cc.egui_ctx);
            if let Some(state) = &cc.wgpu_render_state {
                watch.watch(state, &waker);
                crate::ui::map::install(state);
            }
            let mut slot = held.borrow_mut();
            match (slot.as_mut(), make.take()) {
                (Some(kept), _) => {
                    kept.waker.turn_to(&cc.egui_ctx);
                    kept.shown.turn_to(&cc.egui_ctx);
                }
                (None, Some(make)) => *slot = Some(Kept { shown: make(cc, &waker), waker }),
                (None, None) => return Err("it was lost before it stood".into()),
            }
            drop(slot);
            stood.set(true);
            Ok(Box::new(Window { kept: held, health: watch }))
        };
        // What the library panics with, a device that gives no more memory, ends the window and no more.
        match guarded(|| eframe::run_native(APP_ID, options, Box::new(create))) {
            // After a panic the library's loop ends once by itself, before it opens anything.
            Some(Ok(())) if opened.get() && !health.is_broken() => return Ok(()),
            Some(Err(error)) if lost.is_empty() => return Err(refused(&error)),
            Some(Err(error)) => tracing::error!("the window could not be opened anew: {error}"),
            Some(Ok(())) | None => tracing::warn!("the window was lost and is opened anew"),
        }
        let now = Instant::now();
        lost.retain(|before| now.duration_since(*before) < PATIENCE);
        lost.push(now);
        if lost.len() > TRIES_MAX {
            return Err(format!(
                "the window was lost {TRIES_MAX} times within {} seconds: the graphics device does not work; \
                 another one is \
                 taken with WGPU_BACKEND=gl",
                PATIENCE.as_secs()
            ));
        }
    }
}

fn options(preferences: Option<PathBuf>, health: &Health) -> eframe::NativeOptions {
    eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id(APP_ID)
            .with_title("Communaut")
            .with_inner_size(WINDOW_SIZE)
            .with_min_inner_size(WINDOW_MIN_SIZE),
        persist_window: preferences.is_some(),
        persistence_path: preferences,
        wgpu_options: health.configuration(),
        ..eframe::NativeOptions::default()
    }
}
