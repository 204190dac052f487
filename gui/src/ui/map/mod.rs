//! The map's canvas: the world underneath, gestures, credits. What lies on it is the views' matter.

mod basemap;
mod bounds;
mod pane;
mod screen;
mod source;
mod style;

pub use crate::logic::Decoding;
pub use basemap::Basemap;
pub use pane::{MapPane, PaneTexts, from_world, halo_text, pin, to_world};
pub use screen::Screen;

/// Who made what lies under every map.
pub const CREDIT: &str = "Natural Earth · © GeoNames, CC BY 4.0";
