//! The graphics device: what goes wrong with it is taken note of, and the window is opened anew on a fresh one. What
//! the library does by itself is to end the program.

use eframe::{
    egui_wgpu::{RenderState, SurfaceErrorAction, WgpuConfiguration},
    wgpu::{self, CurrentSurfaceTexture, DeviceLostReason},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::ui::waker::Waker;

/// Whether the device of a window has failed.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<AtomicBool>);

impl Health {
    /// Whether it has.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
    /// It has.
    pub fn broke(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// How a window is drawn, its surface's failures being noted here.
    #[must_use]
    pub fn configuration(&self) -> WgpuConfiguration {
        let usual = WgpuConfiguration::default();
        let (health, on_surface_status) = (self.clone(), usual.on_surface_status.clone());
        let on_status = move |status: &CurrentSurfaceTexture| {
            if matches!(status, CurrentSurfaceTexture::Validation) {
                tracing::error!("the window's surface was refused");
                health.broke();
                return SurfaceErrorAction::SkipFrame;
            }
            on_surface_status(status)
        };
        WgpuConfiguration { on_surface_status: Arc::new(on_status), ..usual }
    }

    /// Watch over a device from now on.
    pub fn watch(&self, state: &RenderState, waker: &Waker) {
        let (health, woken) = (self.clone(), waker.clone());
        state.device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let kind = match &error {
                wgpu::Error::OutOfMemory { .. } => "out of memory",
                wgpu::Error::Validation { .. } => "it refused what was to be drawn",
                wgpu::Error::Internal { .. } => "a fault of its own",
            };
            // Its words name buffers and sizes, not what is shown.
            tracing::error!("the graphics device failed ({kind}): {error}");
            health.broke();
            woken.wake();
        }));
        let (health, woken) = (self.clone(), waker.clone());
        state.device.set_device_lost_callback(move |reason, words| {
            // That is how every window ends.
            if reason != DeviceLostReason::Destroyed {
                tracing::error!("the graphics device is lost: {words}");
                health.broke();
                woken.wake();
            }
        });
    }
}
