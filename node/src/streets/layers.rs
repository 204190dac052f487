//! The layers of the tiles, and from which zoom on each is there.
//!
//! A layer holds what is drawn alike: its name says all there is to know of a line or an area, so that these need no
//! attributes. The window's style names the same layers (`gui/src/ui/map/streets.rs`).

/// Points, lines or areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayerForm {
    /// With a label.
    Point,
    /// Roads, rails, rivers, borders.
    Line,
    /// Polygons with holes.
    Area,
}

/// What is drawn alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    /// Its name in the tiles.
    pub name: &'static str,
    /// What it consists of.
    pub form: LayerForm,
    /// The least zoom of tiles that have it.
    pub from: u8,
    /// Of lines: under which name their names are drawn, if they have names.
    pub named: &'static str,
}

/// A layer's place in [`LAYERS`].
pub type LayerId = u8;

const fn layer(name: &'static str, form: LayerForm, from: u8) -> Layer {
    Layer { name, form, from, named: "" }
}
const fn line(name: &'static str, from: u8, named: &'static str) -> Layer {
    Layer { name, form: LayerForm::Line, from, named }
}

/// Of roads, only said along them: their numbers.
pub const ROAD_NUMBER: &str = "road-number";
/// Of streets, only said along them: which way they lead.
pub const ONE_WAY: &str = "one-way";

/// All layers, in the order in which a tile has them.
pub const LAYERS: [Layer; 92] = [
    layer("land", LayerForm::Area, 6),
    layer("sea", LayerForm::Area, 6),
    layer("isle", LayerForm::Area, 6),
    layer("built", LayerForm::Area, 9),
    layer("works", LayerForm::Area, 10),
    layer("farm", LayerForm::Area, 10),
    layer("meadow", LayerForm::Area, 11),
    layer("wood", LayerForm::Area, 8),
    layer("rock", LayerForm::Area, 10),
    layer("sand", LayerForm::Area, 11),
    layer("wetland", LayerForm::Area, 10),
    layer("ice", LayerForm::Area, 8),
    layer("park", LayerForm::Area, 10),
    layer("grass", LayerForm::Area, 12),
    layer("cemetery", LayerForm::Area, 12),
    layer("grounds", LayerForm::Area, 12),
    layer("airfield", LayerForm::Area, 10),
    layer("pitch", LayerForm::Area, 13),
    layer("paved", LayerForm::Area, 13),
    layer("parking", LayerForm::Area, 13),
    layer("water", LayerForm::Area, 7),
    layer("pool", LayerForm::Area, 14),
    line("river", 8, "water"),
    line("canal", 10, "water"),
    line("stream", 12, "water"),
    layer("pier", LayerForm::Line, 12),
    layer("pier-area", LayerForm::Area, 12),
    layer("building", LayerForm::Area, 13),
    line("tunnel-rail", 11, ""),
    line("tunnel-path", 14, ""),
    line("tunnel-service", 14, ""),
    line("tunnel-minor", 13, "minor"),
    line("tunnel-link", 12, ""),
    line("tunnel-tertiary", 11, "middle"),
    line("tunnel-secondary", 10, "middle"),
    line("tunnel-primary", 8, "major"),
    line("tunnel-trunk", 7, "major"),
    line("tunnel-motorway", 6, "major"),
    line("runway", 11, ""),
    line("taxiway", 13, ""),
    line("steps", 14, "path"),
    line("sidewalk", 14, ""),
    line("path", 13, "path"),
    line("cycleway", 13, "path"),
    line("track", 12, "path"),
    line("service", 13, "minor"),
    line("pedestrian", 12, "minor"),
    line("minor", 11, "minor"),
    line("link", 11, ""),
    line("tertiary", 10, "middle"),
    line("secondary", 9, "middle"),
    line("primary", 8, "major"),
    line("trunk", 6, "major"),
    line("motorway", 6, "major"),
    line("siding", 13, ""),
    line("tram", 12, ""),
    line("rail", 9, ""),
    line("bridge-path", 13, "path"),
    line("bridge-service", 13, "minor"),
    line("bridge-minor", 12, "minor"),
    line("bridge-link", 12, ""),
    line("bridge-tertiary", 11, "middle"),
    line("bridge-secondary", 10, "middle"),
    line("bridge-primary", 8, "major"),
    line("bridge-trunk", 6, "major"),
    line("bridge-motorway", 6, "major"),
    line("bridge-rail", 9, ""),
    line("cable", 12, ""),
    line("ferry", 8, "water"),
    line("border-8", 11, ""),
    line("border-6", 9, ""),
    line("border-4", 7, ""),
    line("border-2", 6, ""),
    line(ROAD_NUMBER, 8, "number"),
    line(ONE_WAY, 14, "way"),
    layer("at-number", LayerForm::Point, 14),
    layer("at-building", LayerForm::Point, 14),
    layer("at-pool", LayerForm::Point, 14),
    layer("at-grounds", LayerForm::Point, 13),
    layer("at-green", LayerForm::Point, 11),
    layer("at-water", LayerForm::Point, 9),
    layer("at-stop", LayerForm::Point, 14),
    layer("at-station", LayerForm::Point, 12),
    layer("at-peak", LayerForm::Point, 11),
    layer("at-quarter", LayerForm::Point, 12),
    layer("at-hamlet", LayerForm::Point, 12),
    layer("at-island", LayerForm::Point, 10),
    layer("at-suburb", LayerForm::Point, 11),
    layer("at-village", LayerForm::Point, 10),
    layer("at-town", LayerForm::Point, 8),
    layer("at-city", LayerForm::Point, 6),
    layer("at-country", LayerForm::Point, 6),
];

/// The place of a layer in [`LAYERS`].
#[must_use]
pub fn layer_id(name: &str) -> Option<LayerId> {
    LAYERS.iter().position(|layer| layer.name == name).and_then(|index| LayerId::try_from(index).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_have_names_of_their_own() {
        let names: std::collections::BTreeSet<&str> = LAYERS.iter().map(|layer| layer.name).collect();
        assert_eq!(names.len(), LAYERS.len());
    }
}
