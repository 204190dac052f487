//! A window that fails on purpose, twice, for `tests/xvfb`: what it shows has to outlive it. First its graphics
//! device is asked for what it cannot give, then something panics outside of every guard. Without a harness, since a
//! window has to be on a process' first thread.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop at what it does not expect, and this one fails")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it left out")]

mod screen;

use communaut_gui::{lasting::Lasting, window::show};
use eframe::wgpu::{BufferDescriptor, BufferUsages};
use egui::{Context, Ui, ViewportCommand};
use screen::{Screen, missing};
use std::process::{Command, ExitCode};

/// What makes this program be the window.
const WINDOW: &str = "--be-the-window";
const NAME: &str = "a_window_that_is_lost_is_opened_anew_with_what_was_typed";
/// Frames after which the device is asked for too much, something panics, and the window is closed.
const STEPS: [u32; 3] = [10, 30, 50];

struct Faulty {
    frames: u32,
    windows: u32,
    typed: String,
}

impl Lasting for Faulty {
    fn turn_to(&mut self, _: &Context) {
        self.windows += 1;
    }
}

impl eframe::App for Faulty {
    fn ui(&mut self, ui: &mut Ui, frame: &mut eframe::Frame) {
        self.frames += 1;
        ui.label(&self.typed);
        ui.ctx().request_repaint();
        if self.frames == STEPS[0] {
            self.typed = "what was typed".into();
            if let Some(state) = frame.wgpu_render_state() {
                let size = state.device.limits().max_buffer_size.saturating_add(4);
                let usage = BufferUsages::VERTEX;
                drop(state.device.create_buffer(&BufferDescriptor {
                    label: None,
                    size,
                    usage,
                    mapped_at_creation: false,
                }));
            }
        } else if self.frames == STEPS[1] {
            panic!("on purpose");
        } else if self.frames == STEPS[2] {
            println!("{} windows, {}", self.windows, self.typed);
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
    }
}

fn window() -> ExitCode {
    match show(None, |_, _| Box::new(Faulty { frames: 0, windows: 1, typed: String::new() })) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == WINDOW) {
        return window();
    }
    let asked = args.iter().filter(|arg| !arg.starts_with('-')).all(|name| NAME.contains(name.as_str()));
    if !asked || args.iter().any(|arg| arg == "--list" || arg == "--ignored") {
        return ExitCode::SUCCESS;
    }
    if let Some(why) = missing() {
        assert!(std::env::var_os("COMMUNAUT_REQUIRE").is_none(), "required: a window that fails: {why}");
        eprintln!("skipped: a window that fails: {why}");
        return ExitCode::SUCCESS;
    }
    let folder = tempfile::tempdir().unwrap();
    let screen = Screen::open(folder.path());
    let own = std::env::current_exe().unwrap();
    let mut child = Command::new(own);
    child.arg(WINDOW).env("DISPLAY", &screen.name).env("XDG_DATA_HOME", folder.path()).env_remove("WAYLAND_DISPLAY");
    let ran = child.output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("3 windows, what was typed"), "{said}");
    println!("test {NAME} ... ok");
    ExitCode::SUCCESS
}
