//! Starts a node and its window.

use clap::Parser;
use communaut_gui::{app::App, args::Args, backend::Backend, logic::Clock};
use communaut_node::{Config, NetworkConfig, Node};
use std::{io::Write as _, process::ExitCode, sync::Arc};

/// What the window is called before it has a title of its own.
const APP_ID: &str = "communaut";
/// Points; fits a small laptop's screen.
const WINDOW_SIZE: [f32; 2] = [1280.0, 800.0];
/// Points; below it the layout has no room for map and list.
const WINDOW_MIN_SIZE: [f32; 2] = [640.0, 480.0];

fn main() -> ExitCode {
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            drop(writeln!(std::io::stderr(), "communaut: {message}"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<(), String> {
    let data = args.data_folder()?;
    let config = Config { data: data.clone(), network: Some(NetworkConfig::default()) };
    let node = Node::start(config).map_err(|error| error.to_string())?;
    let handle = node.handle();
    let options = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_app_id(APP_ID)
            .with_title("Communaut")
            .with_inner_size(WINDOW_SIZE)
            .with_min_inner_size(WINDOW_MIN_SIZE),
        persistence_path: Some(data.join("window.ron")),
        ..eframe::NativeOptions::default()
    };
    let create = move |cc: &eframe::CreationContext<'_>| -> Result<Box<dyn eframe::App>, _> {
        let ctx = cc.egui_ctx.clone();
        handle.on_change(move || ctx.request_repaint());
        let backend: Arc<dyn Backend> = Arc::new(handle);
        Ok(Box::new(App::new(cc, backend, Clock::system(), &args)))
    };
    let outcome = eframe::run_native(APP_ID, options, Box::new(create)).map_err(|error| {
        format!("no window could be opened ({error}); without a display, use communaut-node or `communaut demo`")
    });
    let stopped = node.stop().map_err(|error| error.to_string());
    outcome.and(stopped)
}
