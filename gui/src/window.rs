//! Opening the window on a node that runs, or on a data folder.

use crate::{
    app::App,
    args::Args,
    backend::Backend,
    gate::{Gate, Keeper},
    logic::Clock,
};
use communaut_node::NodeHandle;
use std::{path::PathBuf, sync::Arc};

/// What the window is called before it has a title of its own.
const APP_ID: &str = "communaut";
/// Points; fits a small laptop's screen.
const WINDOW_SIZE: [f32; 2] = [1280.0, 800.0];
/// Points; below it the layout has no room for map and list.
const WINDOW_MIN_SIZE: [f32; 2] = [640.0, 480.0];

/// Open the window and wait until it is closed. Preferences are kept in `preferences`, where one is given.
///
/// # Errors
/// One line, when no window can be opened.
pub fn open(handle: NodeHandle, args: &Args, preferences: Option<PathBuf>) -> Result<(), String> {
    let args = args.clone();
    show(preferences, move |cc| {
        let ctx = cc.egui_ctx.clone();
        handle.on_change(move || ctx.request_repaint());
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
    show(Some(preferences), move |cc| Box::new(Gate::new(cc, keeper, Clock::system(), &args)))
}

fn show(
    preferences: Option<PathBuf>,
    make: impl FnOnce(&eframe::CreationContext<'_>) -> Box<dyn eframe::App>,
) -> Result<(), String> {
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id(APP_ID)
            .with_title("Communaut")
            .with_inner_size(WINDOW_SIZE)
            .with_min_inner_size(WINDOW_MIN_SIZE),
        persist_window: preferences.is_some(),
        persistence_path: preferences,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native(APP_ID, options, Box::new(move |cc| Ok(make(cc)))).map_err(|error| {
        format!(
            "no window could be opened ({error}); without a display, use communaut-node or `communaut demo --headless`"
        )
    })
}
