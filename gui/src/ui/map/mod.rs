//! The map's canvas: the world underneath with the streets that are known, gestures, credits. What lies on it is the
//! views' matter.

mod age;
mod basemap;
mod bounds;
mod drawing;
mod gpu;
mod held;
mod images;
mod labels;
mod letters;
mod mask;
mod pane;
mod placed;
mod reader;
mod rounding;
mod screen;
mod sources;
mod streets;
mod style;

pub use crate::logic::Decoding;
pub use basemap::Basemap;
pub use held::install;
pub use labels::Claimed;
pub use pane::{MapPane, PaneTexts, from_world, halo_text, pin, to_world};
pub use screen::Screen;

/// Who made what lies under every map.
pub const CREDIT: &str = "Natural Earth · © GeoNames, CC BY 4.0";
