//! How the world is painted, for a theme and a zoom.

use super::sources::ZOOM_MAX;
use crate::ui::tokens::MapTokens;
use egui::Color32;
use walkers::{Color, Filter, Float, Layout, Paint, Style, StyleLayer, json};

/// Ranks of places in the archive.
const RANKS: [&str; 9] = ["0", "1", "2", "3", "4", "5", "6", "7", "8"];

pub(super) fn color(color: Color32) -> Option<Color> {
    Some(Color(json!(format!("#{:02x}{:02x}{:02x}", color.r(), color.g(), color.b()))))
}

/// Beyond this zoom the world is painted the same: its tiles are magnified, and need no decoding anew.
pub const STYLED_MAX: u8 = ZOOM_MAX + 4;

/// The style for tiles that are shown at `zoom`, at most [`STYLED_MAX`].
pub fn style(tokens: &MapTokens, zoom: u8) -> Style {
    // Widths are points of the screen, whatever the tile is magnified by. A river is wider on a
    // street's map than on a country's.
    let wider = 1.0 + 0.4 * f64::from(zoom.saturating_sub(ZOOM_MAX));
    let width = |points: f64| Some(Float(json!(points * wider)));
    let fill = |layer: &str, paint: Color32| StyleLayer::Fill {
        source_layer: layer.into(),
        filter: None,
        paint: Paint { fill_color: color(paint), ..Paint::default() },
    };
    let line = |layer: &str, filter, paint: Color32, points: f64| StyleLayer::Line {
        source_layer: layer.into(),
        filter,
        paint: Paint { line_color: color(paint), line_width: width(points), ..Paint::default() },
    };
    let river = |class: &str, points| line("rivers", Some(Filter(json!(["in", "class", class]))), tokens.river, points);
    let mut layers = vec![
        fill("land", tokens.land),
        fill("lakes", tokens.water),
        river("1", 0.8),
        river("2", 1.2),
        river("3", 1.8),
        line("borders", None, tokens.border, 1.2),
    ];
    for (index, rank) in RANKS.iter().enumerate() {
        // A tile of 512 points shows one rank more than its zoom.
        let from = u8::try_from(index).unwrap_or(u8::MAX).saturating_sub(1);
        if from > zoom {
            continue;
        }
        layers.push(StyleLayer::Symbol {
            source_layer: "places".into(),
            minzoom: None,
            filter: Some(Filter(json!(["in", "rank", rank]))),
            layout: Layout {
                text_field: Some(json!(["get", "name"])),
                text_size: Some(Float(json!(if index < 3 { 14.0 } else { 12.0 }))),
                text_padding: Some(Float(json!(6.0))),
            },
            paint: Some(Paint {
                text_color: color(tokens.label),
                text_halo_color: color(tokens.label_halo),
                text_halo_width: Some(Float(json!(1.2))),
                ..Paint::default()
            }),
        });
    }
    Style { layers }
}
