//! How streets are painted: layers of a pack (`node/src/streets/layers.rs`), for a theme and a zoom.
//!
//! Quiet, so that what people put on the map stands out: pale ground, white streets, colour for what leads far. A line
//! has an edge below it where it is wide enough, and each width grows with the zoom.

use super::style::color;
use crate::ui::tokens::{MapTokens, StreetTokens};
use egui::Color32;
use walkers::{Dasharray, Float, Layout, Paint, Style, StyleLayer, Value, json};

/// The deepest zoom that is painted in its own way; deeper ones are this, magnified.
pub const STYLED_MAX: u8 = 17;
/// The least zoom of which the window shows a pack's tiles: farther off a town is a few points, and the world has it.
pub const SHOWN_MIN: u8 = 7;

/// Widths in points: at each zoom from the first on.
struct Widths(u8, &'static [f32]);

impl Widths {
    /// None: not shown yet. What is shown deeper than the last width has that.
    fn at(&self, zoom: u8) -> Option<f32> {
        let index = usize::from(zoom.checked_sub(self.0)?);
        self.1.get(index).or(self.1.last()).copied()
    }
}

/// What a street's surface is painted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hue {
    Motorway,
    Major,
    Middle,
    Minor,
}

/// Streets, the least important first: the layer, widths, from which zoom an edge shows, the colour.
const STREETS: [(&str, Widths, u8, Hue); 9] = [
    ("service", Widths(13, &[0.7, 1.6, 3.2, 6.0, 9.0]), 15, Hue::Minor),
    ("pedestrian", Widths(12, &[0.7, 1.5, 3.0, 5.5, 9.0, 14.0]), 14, Hue::Minor),
    ("minor", Widths(11, &[0.5, 0.9, 1.8, 3.6, 6.5, 10.5, 16.0]), 14, Hue::Minor),
    ("link", Widths(11, &[0.8, 1.2, 2.0, 3.2, 5.5, 8.5, 12.0]), 13, Hue::Middle),
    ("tertiary", Widths(10, &[0.8, 1.1, 1.7, 2.8, 4.8, 8.0, 12.0, 18.0]), 13, Hue::Minor),
    ("secondary", Widths(9, &[0.9, 1.2, 1.6, 2.3, 3.5, 5.6, 9.0, 13.0, 19.0]), 12, Hue::Middle),
    ("primary", Widths(8, &[0.9, 1.2, 1.6, 2.1, 2.8, 4.0, 6.4, 10.0, 14.5, 21.0]), 12, Hue::Major),
    ("trunk", Widths(7, &[0.9, 1.2, 1.6, 2.0, 2.5, 3.3, 4.6, 7.0, 10.5, 15.0, 22.0]), 11, Hue::Major),
    ("motorway", Widths(7, &[1.0, 1.4, 1.8, 2.3, 3.0, 3.9, 5.2, 7.6, 11.0, 16.0, 23.0]), 11, Hue::Motorway),
];
/// Tracks and ways for feet and wheels: the layer, widths, dashes in widths.
const PATHS: [(&str, Widths, &[f32]); 6] = [
    ("sidewalk", Widths(16, &[1.1, 1.4]), &[2.0, 1.5]),
    ("track", Widths(12, &[0.5, 0.8, 1.1, 1.5, 2.0, 2.6]), &[5.0, 2.0]),
    ("path", Widths(13, &[0.6, 0.9, 1.3, 1.7, 2.2]), &[2.5, 1.5]),
    ("cycleway", Widths(13, &[0.7, 1.0, 1.4, 1.9, 2.4]), &[4.0, 1.5]),
    ("bridge-path", Widths(13, &[0.6, 0.9, 1.3, 1.7, 2.2]), &[2.5, 1.5]),
    ("steps", Widths(14, &[1.6, 2.6, 4.2, 6.0]), &[0.35, 0.35]),
];
/// Names along lines, the least important first: the group, from which zoom, their size.
const NAMES: [(&str, u8, f64); 4] =
    [("path", 16, 10.0), ("minor", 14, 11.0), ("middle", 13, 11.5), ("major", 12, 12.0)];

/// Points around an arrow that stay free.
const ARROW_APART: f64 = 3.0;
/// Points of a plate around a road's number: a halo as wide as this is drawn as one.
pub const PLATE: f32 = 3.0;

/// Labels of places.
struct Label(&'static str, u8, u8, f64, Ink);

/// What a label is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ink {
    Strong,
    Soft,
    Green,
    Water,
}

/// The least important first: the layer, the zooms at which it is shown, its size, its colour.
const LABELS: [Label; 16] = [
    Label("at-number", 16, 17, 10.0, Ink::Soft),
    Label("at-building", 17, 17, 10.5, Ink::Soft),
    Label("at-grounds", 15, 17, 10.5, Ink::Soft),
    Label("at-green", 13, 17, 11.0, Ink::Green),
    Label("at-peak", 12, 17, 11.0, Ink::Soft),
    Label("at-stop", 16, 17, 10.5, Ink::Soft),
    Label("at-water", 9, 17, 11.5, Ink::Water),
    Label("at-station", 13, 17, 11.0, Ink::Strong),
    Label("at-quarter", 13, 16, 11.5, Ink::Soft),
    Label("at-hamlet", 12, 16, 12.0, Ink::Soft),
    Label("at-island", 10, 15, 12.0, Ink::Soft),
    Label("at-suburb", 11, 15, 13.0, Ink::Soft),
    Label("at-village", 10, 15, 13.0, Ink::Strong),
    Label("at-town", 8, 14, 14.0, Ink::Strong),
    Label("at-city", 7, 13, 16.0, Ink::Strong),
    Label("at-country", 7, 8, 14.0, Ink::Soft),
];

fn fill(layer: &str, paint: Color32) -> StyleLayer {
    StyleLayer::Fill {
        source_layer: layer.into(),
        filter: None,
        paint: Paint { fill_color: color(paint), ..Paint::default() },
    }
}

fn line(layer: &str, paint: Color32, width: f32, dashes: &[f32]) -> StyleLayer {
    StyleLayer::Line {
        source_layer: layer.into(),
        filter: None,
        paint: Paint {
            line_color: color(paint),
            line_width: Some(Float(json!(width))),
            line_dasharray: (!dashes.is_empty()).then(|| Dasharray(json!(dashes))),
            ..Paint::default()
        },
    }
}

fn label(layer: &str, words: &Value, size: f64, ink: Color32, halo: Color32, apart: f64) -> StyleLayer {
    StyleLayer::Symbol {
        source_layer: layer.into(),
        minzoom: None,
        filter: None,
        layout: Layout {
            text_field: Some(words.clone()),
            text_size: Some(Float(json!(size))),
            text_padding: Some(Float(json!(apart))),
        },
        paint: Some(Paint {
            text_color: color(ink),
            text_halo_color: color(halo),
            text_halo_width: Some(Float(json!(1.2))),
            ..Paint::default()
        }),
    }
}

/// A label on a plate, as on a sign.
fn plate(layer: &str, words: &Value, size: f64, ink: Color32, fill: Color32) -> StyleLayer {
    let mut made = label(layer, words, size, ink, fill, f64::from(PLATE) + 4.0);
    if let StyleLayer::Symbol { paint: Some(paint), .. } = &mut made {
        paint.text_halo_width = Some(Float(json!(PLATE)));
    }
    made
}

/// The style for tiles that are shown at `zoom`, at most [`STYLED_MAX`], to a reader of a language: what is called
/// something else in it is shown so.
pub fn style(map: &MapTokens, zoom: u8, language: &str) -> Style {
    let tokens = &map.streets;
    let mut layers = ground(map, tokens);
    water_lines(&mut layers, map, zoom);
    if zoom >= 14 {
        layers.push(fill("building", tokens.building));
        layers.push(line("building-edge", tokens.building_edge, if zoom >= 16 { 1.0 } else { 0.7 }, &[]));
    }
    tunnels(&mut layers, tokens, zoom);
    paths(&mut layers, tokens, zoom);
    streets(&mut layers, tokens, zoom, "", tokens.edge, tokens.major_edge);
    rails(&mut layers, tokens, zoom, false);
    streets(&mut layers, tokens, zoom, "bridge-", tokens.bridge_edge, tokens.bridge_edge);
    rails(&mut layers, tokens, zoom, true);
    if zoom >= 13 {
        layers.push(line("cable", tokens.rail, 1.0, &[8.0, 3.0]));
    }
    borders(&mut layers, map, zoom);
    let words = json!(["coalesce", ["get", format!("name:{language}")], ["get", "name"]]);
    labels(&mut layers, map, zoom, &words);
    Style { layers }
}

fn ground(map: &MapTokens, tokens: &StreetTokens) -> Vec<StyleLayer> {
    let areas = [
        ("land", map.land),
        ("sea", map.water),
        ("isle", map.land),
        ("built", tokens.built),
        ("works", tokens.works),
        ("farm", tokens.farm),
        ("meadow", tokens.meadow),
        ("airfield", tokens.works),
        ("grounds", tokens.grounds),
        ("park", tokens.park),
        ("cemetery", tokens.park),
        ("wood", tokens.wood),
        ("grass", tokens.grass),
        ("rock", tokens.rock),
        ("sand", tokens.sand),
        ("wetland", tokens.wetland),
        ("ice", tokens.ice),
        ("pitch", tokens.pitch),
        ("water", map.water),
        ("pool", map.water),
        ("pier-area", map.land),
        ("paved", tokens.paved),
        ("parking", tokens.paved),
    ];
    areas.into_iter().map(|(layer, paint)| fill(layer, paint)).collect()
}

fn water_lines(layers: &mut Vec<StyleLayer>, map: &MapTokens, zoom: u8) {
    let lines = [
        ("stream", Widths(12, &[0.5, 0.8, 1.1, 1.6, 2.4, 3.5])),
        ("canal", Widths(10, &[0.7, 1.0, 1.4, 2.0, 3.0, 4.5, 6.5, 9.0])),
        ("river", Widths(8, &[0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 4.5, 6.5, 9.0, 12.0])),
    ];
    for (layer, widths) in lines {
        layers.extend(widths.at(zoom).map(|width| line(layer, map.water, width, &[])));
    }
    let pier = Widths(13, &[1.2, 2.0, 3.5, 6.0, 9.0]);
    layers.extend(pier.at(zoom).map(|width| line("pier", map.land, width, &[])));
    if zoom >= 9 {
        layers.push(line("ferry", map.river, 1.0, &[6.0, 4.0]));
    }
}

fn surface(tokens: &StreetTokens, hue: Hue) -> Color32 {
    match hue {
        Hue::Motorway => tokens.motorway,
        Hue::Major => tokens.major,
        Hue::Middle => tokens.middle,
        Hue::Minor => tokens.minor,
    }
}

/// Edges of all first: where streets meet no edge runs across.
fn streets(
    layers: &mut Vec<StyleLayer>,
    tokens: &StreetTokens,
    zoom: u8,
    prefix: &str,
    edge: Color32,
    major_edge: Color32,
) {
    for (layer, widths, edged, hue) in &STREETS {
        if let Some(width) = widths.at(zoom).filter(|_| zoom >= *edged) {
            let paint = if matches!(hue, Hue::Motorway | Hue::Major) { major_edge } else { edge };
            let around = if zoom >= 16 { 2.4 } else { 1.8 };
            layers.push(line(&format!("{prefix}{layer}"), paint, width + around, &[]));
        }
    }
    if prefix.is_empty() {
        let runway = Widths(11, &[1.5, 3.0, 6.0, 12.0, 24.0, 48.0, 90.0]);
        layers.extend(runway.at(zoom).map(|width| line("runway", tokens.edge, width, &[])));
        let taxiway = Widths(13, &[1.5, 3.0, 6.0, 12.0, 22.0]);
        layers.extend(taxiway.at(zoom).map(|width| line("taxiway", tokens.edge, width, &[])));
    }
    for (layer, widths, edged, hue) in &STREETS {
        if let Some(width) = widths.at(zoom) {
            // A thin white line on pale ground would not be seen.
            let paint = if *hue == Hue::Minor && zoom < *edged { tokens.faint } else { surface(tokens, *hue) };
            layers.push(line(&format!("{prefix}{layer}"), paint, width, &[]));
        }
    }
}

/// Dashes at their edges, and pale.
fn tunnels(layers: &mut Vec<StyleLayer>, tokens: &StreetTokens, zoom: u8) {
    for (layer, widths, edged, _) in &STREETS {
        if let Some(width) = widths.at(zoom) {
            let name = format!("tunnel-{layer}");
            if zoom >= *edged {
                layers.push(line(&name, tokens.edge, width + 1.8, &[3.0 / width.max(1.0), 3.0 / width.max(1.0)]));
            }
            layers.push(line(&name, tokens.tunnel, width, &[]));
        }
    }
    if zoom >= 12 {
        layers.push(line("tunnel-rail", tokens.rail, 0.9, &[3.0, 3.0]));
    }
    if zoom >= 15 {
        layers.push(line("tunnel-path", tokens.path, 1.0, &[1.5, 2.5]));
    }
}

fn paths(layers: &mut Vec<StyleLayer>, tokens: &StreetTokens, zoom: u8) {
    for (layer, widths, dashes) in &PATHS {
        let Some(width) = widths.at(zoom) else { continue };
        if zoom >= 15 && *layer != "sidewalk" {
            layers.push(line(layer, tokens.path_edge, width + 2.0, &[]));
        }
        let paint = match *layer {
            "cycleway" => tokens.cycleway,
            "sidewalk" => tokens.sidewalk,
            _ => tokens.path,
        };
        layers.push(line(layer, paint, width, dashes));
    }
}

fn rails(layers: &mut Vec<StyleLayer>, tokens: &StreetTokens, zoom: u8, bridge: bool) {
    let rail = Widths(9, &[0.6, 0.8, 1.0, 1.2, 1.5, 1.8, 2.1, 2.5, 3.2]);
    let names: &[&str] = if bridge { &["bridge-rail"] } else { &["rail"] };
    for name in names {
        let Some(width) = rail.at(zoom) else { continue };
        layers.push(line(name, tokens.rail, width, &[]));
        if zoom >= 13 {
            // Sleepers: pale dashes inside.
            layers.push(line(name, tokens.rail_gap, width - 0.9, &[6.0, 6.0]));
        }
    }
    if bridge {
        return;
    }
    let siding = Widths(14, &[0.7, 1.0, 1.4, 1.8]);
    layers.extend(siding.at(zoom).map(|width| line("siding", tokens.rail, width, &[])));
    let tram = Widths(13, &[0.6, 0.8, 1.0, 1.3, 1.6]);
    layers.extend(tram.at(zoom).map(|width| line("tram", tokens.rail, width, &[])));
}

fn borders(layers: &mut Vec<StyleLayer>, map: &MapTokens, zoom: u8) {
    let borders: [(&str, u8, f32, &[f32]); 4] = [
        ("border-8", 12, 0.8, &[4.0, 3.0]),
        ("border-6", 9, 0.9, &[6.0, 3.0]),
        ("border-4", 7, 1.1, &[8.0, 3.0]),
        ("border-2", 7, 1.5, &[]),
    ];
    for (layer, from, width, dashes) in borders {
        if zoom >= from {
            layers.push(line(layer, map.border, width, dashes));
        }
    }
}

fn labels(layers: &mut Vec<StyleLayer>, map: &MapTokens, zoom: u8, words: &Value) {
    let tokens = &map.streets;
    let ink = |ink: Ink| match ink {
        Ink::Strong => map.label,
        Ink::Soft => tokens.label_soft,
        Ink::Green => tokens.label_green,
        Ink::Water => tokens.label_water,
    };
    let places = |layers: &mut Vec<StyleLayer>, range: std::ops::Range<usize>| {
        for Label(layer, from, to, size, paint) in LABELS.get(range).unwrap_or_default() {
            if (*from..=*to).contains(&zoom) {
                let apart = if *layer == "at-number" { 3.0 } else { 6.0 };
                layers.push(label(layer, words, *size, ink(*paint), map.label_halo, apart));
            }
        }
    };
    // What is placed first stands last: towns, then streets by their rank, then the small.
    if zoom >= 15 {
        let arrow = format!("name-way-{zoom}");
        layers.push(label(&arrow, words, 12.0, tokens.label_soft, map.label_halo, ARROW_APART));
    }
    places(layers, 0..4);
    if zoom >= 13 {
        layers.push(label(&format!("name-water-{zoom}"), words, 11.0, tokens.label_water, map.label_halo, 8.0));
    }
    if zoom >= 9 {
        let number = format!("name-number-{zoom}");
        layers.push(plate(&number, words, 10.0, tokens.label_soft, map.label_halo));
    }
    for (group, from, size) in NAMES {
        if zoom >= from {
            let size = if zoom >= 16 { size + 1.0 } else { size };
            layers.push(label(&format!("name-{group}-{zoom}"), words, size, map.label, map.label_halo, 4.0));
        }
    }
    places(layers, 4..LABELS.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::tokens::{DARK, LIGHT};
    use communaut_node::streets::{NAMES_MAX, ZOOM_MAX, layers::layer_id};

    #[test]
    fn it_names_layers_that_packs_have_and_widths_grow() {
        assert_eq!(STYLED_MAX, NAMES_MAX);
        for zoom in SHOWN_MIN..=STYLED_MAX {
            for layer in style(&LIGHT.map, zoom, "fr").layers {
                let (StyleLayer::Fill { source_layer, .. }
                | StyleLayer::Line { source_layer, .. }
                | StyleLayer::Symbol { source_layer, .. }) = layer
                else {
                    continue;
                };
                let name = source_layer.to_string();
                let name = name.trim_matches('\'');
                let is_name = name.starts_with("name-") && name.ends_with(&format!("-{zoom}"));
                // Of a class that is never on a bridge or below ground: nothing is drawn.
                let never = ["bridge-pedestrian", "tunnel-pedestrian"].contains(&name);
                assert!(is_name || never || name == "building-edge" || layer_id(name).is_some(), "{zoom}: {name}");
            }
        }
        assert!(style(&DARK.map, ZOOM_MAX, "en").layers.len() > 40);
        for (layer, Widths(_, widths), ..) in STREETS {
            assert!(widths.is_sorted(), "{layer}");
        }
    }
}
