//! Wakes the window that is open now: after a fault of the graphics device that is another one than before.

use egui::Context;
use std::sync::{Arc, Mutex, PoisonError};

/// Wakes the window. A clone wakes the same.
#[derive(Clone)]
pub struct Waker(Arc<Mutex<Context>>);

impl Waker {
    /// Of a window.
    #[must_use]
    pub fn new(ctx: &Context) -> Self {
        Self(Arc::new(Mutex::new(ctx.clone())))
    }
    /// From now on of another window.
    pub fn turn_to(&self, ctx: &Context) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = ctx.clone();
    }
    /// Have a frame drawn.
    pub fn wake(&self) {
        // The lock is not held meanwhile: who is woken may turn it.
        let ctx = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        ctx.request_repaint();
    }
}
