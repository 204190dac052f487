//! What outlives the window that shows it.

use egui::Context;

/// What is shown, which outlives the window that shows it.
pub trait Lasting: eframe::App {
    /// Another window shows it from now on.
    fn turn_to(&mut self, ctx: &Context);
}
