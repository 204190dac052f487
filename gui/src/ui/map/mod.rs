//! The map's canvas: the world underneath with the streets that are known, gestures, credits. What lies on it is the
//! views' matter.

mod basemap;
mod bounds;
mod pane;
mod rounding;
mod screen;
mod sources;
mod streets;
mod style;

pub use crate::logic::Decoding;
pub use basemap::Basemap;
pub use pane::{MapPane, PaneTexts, from_world, halo_text, pin, to_world};
pub use screen::Screen;

/// Who made what lies under every map.
pub const CREDIT: &str = "Natural Earth · © GeoNames, CC BY 4.0";
