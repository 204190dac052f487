//! Design tokens: the only place where colours and distances are chosen.
//!
//! Pairs of text and surface keep WCAG 2.2 AA contrast (4.5 : 1; 3 : 1 for marks and edges of
//! controls); a test computes it for both themes.

use communaut_protocol::op::Kind;
use egui::Color32;

/// Distances, in points: a scale of 4 and 8.
pub mod space {
    /// Between things that belong together.
    pub const XS: f32 = 4.0;
    /// Between controls.
    pub const S: f32 = 8.0;
    /// Inside cards.
    pub const M: f32 = 12.0;
    /// Between groups.
    pub const L: f32 = 16.0;
    /// Between sections.
    pub const XL: f32 = 24.0;
    /// Around a page.
    pub const XXL: f32 = 40.0;
}

/// Height of a control, in points: a finger or a tired hand finds it.
pub const CONTROL_HEIGHT: f32 = 36.0;
/// Height of a chip, in points.
pub const CHIP_HEIGHT: f32 = 32.0;
/// Corners of controls, in points.
pub const RADIUS: u8 = 8;
/// Corners of cards, in points.
pub const CARD_RADIUS: u8 = 12;
/// Corners of dialogues, in points.
pub const SHEET_RADIUS: u8 = 16;
/// Around what stands in a card, in points.
pub const CARD_MARGIN: i8 = 16;
/// Width of the ring around what the keyboard is at, in points.
pub const FOCUS_WIDTH: f32 = 2.0;
/// Width of a page's column of text, in points.
pub const TEXT_WIDTH_MAX: f32 = 720.0;

/// Text sizes, in points.
pub mod text {
    /// What a window is about: the welcome.
    pub const DISPLAY: f32 = 28.0;
    /// A page's title.
    pub const TITLE: f32 = 22.0;
    /// A section's title, an element's name.
    pub const HEADING: f32 = 17.0;
    /// Running text and controls.
    pub const BODY: f32 = 15.0;
    /// Notes, badges, chips.
    pub const SMALL: f32 = 13.0;
    /// Names in the rail, signs on the map, credits.
    pub const TINY: f32 = 12.0;
}

const fn rgb(hex: u32) -> Color32 {
    let [_, r, g, b] = hex.to_be_bytes();
    Color32::from_rgb(r, g, b)
}

/// The colours of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tokens {
    /// Whether it is the dark one.
    pub dark: bool,
    /// Behind everything.
    pub surface: Color32,
    /// Cards, panels and fields, above the surface.
    pub raised: Color32,
    /// The navigation rail.
    pub rail: Color32,
    /// Under the pointer.
    pub hover: Color32,
    /// What is selected.
    pub selected: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of less weight: notes, hints.
    pub ink_soft: Color32,
    /// Lines that part things.
    pub line: Color32,
    /// Edges of controls.
    pub edge: Color32,
    /// What one is meant to do: buttons, links, the territory.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// What takes something away.
    pub danger: Color32,
    /// Text on danger.
    pub on_danger: Color32,
    /// What went well.
    pub good: Color32,
    /// What wants attention; samples.
    pub notice: Color32,
    /// Behind a notice.
    pub notice_surface: Color32,
    /// Marks on the map, by kind.
    pub marks: [Color32; 5],
    /// Text on a mark.
    pub on_mark: Color32,
    /// Several marks of the map in one.
    pub cluster: Color32,
    /// Text on it.
    pub on_cluster: Color32,
    /// The map.
    pub map: MapTokens,
}

/// The colours of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as what they paint")]
pub struct MapTokens {
    pub water: Color32,
    pub land: Color32,
    pub river: Color32,
    pub border: Color32,
    pub label: Color32,
    pub label_halo: Color32,
    pub streets: StreetTokens,
}

/// The colours of a street map: quieter than all that people put on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as what they paint")]
pub struct StreetTokens {
    pub built: Color32,
    pub works: Color32,
    pub farm: Color32,
    pub meadow: Color32,
    pub grass: Color32,
    pub park: Color32,
    pub wood: Color32,
    pub rock: Color32,
    pub sand: Color32,
    pub wetland: Color32,
    pub ice: Color32,
    pub pitch: Color32,
    pub grounds: Color32,
    pub paved: Color32,
    pub building: Color32,
    pub building_edge: Color32,
    pub motorway: Color32,
    pub major: Color32,
    pub middle: Color32,
    pub minor: Color32,
    pub faint: Color32,
    pub edge: Color32,
    pub major_edge: Color32,
    pub bridge_edge: Color32,
    pub tunnel: Color32,
    pub path: Color32,
    pub path_edge: Color32,
    pub sidewalk: Color32,
    pub cycleway: Color32,
    pub rail: Color32,
    pub rail_gap: Color32,
    pub label_soft: Color32,
    pub label_green: Color32,
    pub label_water: Color32,
}

/// Light.
pub const LIGHT: Tokens = Tokens {
    dark: false,
    surface: rgb(0xfaf9f6),
    raised: rgb(0xffffff),
    rail: rgb(0xeceae3),
    hover: rgb(0xe9e7df),
    selected: rgb(0xcfe6da),
    ink: rgb(0x1d2421),
    ink_soft: rgb(0x4f5a54),
    line: rgb(0xdedbd1),
    edge: rgb(0x767d78),
    accent: rgb(0x1a6b52),
    on_accent: rgb(0xffffff),
    danger: rgb(0xab2b2b),
    on_danger: rgb(0xffffff),
    good: rgb(0x22703a),
    notice: rgb(0x7a4b00),
    notice_surface: rgb(0xfcf0d6),
    marks: [rgb(0x6a4fa3), rgb(0x1f5fa8), rgb(0x8a5a00), rgb(0xb0315f), rgb(0x0b6a75)],
    on_mark: rgb(0xffffff),
    cluster: rgb(0x3d4945),
    on_cluster: rgb(0xffffff),
    map: MapTokens {
        water: rgb(0xa9c9da),
        land: rgb(0xece7db),
        river: rgb(0x9cc3d4),
        border: rgb(0xa79fae),
        label: rgb(0x3c4540),
        label_halo: rgb(0xf8f6f0),
        streets: StreetTokens {
            built: rgb(0xece8df),
            works: rgb(0xe8e4e0),
            farm: rgb(0xf0ebd8),
            meadow: rgb(0xe6ebd3),
            grass: rgb(0xdfe8cf),
            park: rgb(0xcdd8bb),
            wood: rgb(0xc8dcbb),
            rock: rgb(0xe4e0d9),
            sand: rgb(0xf3e8c9),
            wetland: rgb(0xd5e3da),
            ice: rgb(0xeaf2f4),
            pitch: rgb(0xcde2cf),
            grounds: rgb(0xf0ead6),
            paved: rgb(0xf1eee8),
            building: rgb(0xd9d2c3),
            building_edge: rgb(0xcbc2b1),
            motorway: rgb(0xf0b96c),
            major: rgb(0xf8d99a),
            middle: rgb(0xfceec6),
            minor: rgb(0xffffff),
            faint: rgb(0xd6cfc1),
            edge: rgb(0xc8bfae),
            major_edge: rgb(0xd0a862),
            bridge_edge: rgb(0xa39a87),
            tunnel: rgb(0xf2eee6),
            path: rgb(0xb08a63),
            path_edge: rgb(0xf7f4ec),
            sidewalk: rgb(0xc9b79d),
            cycleway: rgb(0x6f8fb8),
            rail: rgb(0x9a948f),
            rail_gap: rgb(0xf3f0ea),
            label_soft: rgb(0x555b57),
            label_green: rgb(0x3b6240),
            label_water: rgb(0x1f4f63),
        },
    },
};

/// Dark.
pub const DARK: Tokens = Tokens {
    dark: true,
    surface: rgb(0x161a18),
    raised: rgb(0x1f2522),
    rail: rgb(0x111412),
    hover: rgb(0x2a322e),
    selected: rgb(0x1f4a38),
    ink: rgb(0xe8ece9),
    ink_soft: rgb(0xa9b4ae),
    line: rgb(0x323b36),
    edge: rgb(0x828f88),
    accent: rgb(0x6fcda6),
    on_accent: rgb(0x0c2118),
    danger: rgb(0xf08a84),
    on_danger: rgb(0x2b0706),
    good: rgb(0x7fd094),
    notice: rgb(0xf0c674),
    notice_surface: rgb(0x3a2f16),
    marks: [rgb(0xbfa8f0), rgb(0x8fbcf2), rgb(0xe5b665), rgb(0xf497b8), rgb(0x6fd0d6)],
    on_mark: rgb(0x121614),
    cluster: rgb(0xc9d2cc),
    on_cluster: rgb(0x121614),
    map: MapTokens {
        water: rgb(0x0d2733),
        land: rgb(0x2b3330),
        river: rgb(0x35606f),
        border: rgb(0x5b5566),
        label: rgb(0xc9d2cc),
        label_halo: rgb(0x171c1a),
        streets: StreetTokens {
            built: rgb(0x272e2b),
            works: rgb(0x2a2d2f),
            farm: rgb(0x292d25),
            meadow: rgb(0x262f27),
            grass: rgb(0x253128),
            park: rgb(0x223529),
            wood: rgb(0x1e3225),
            rock: rgb(0x2d3130),
            sand: rgb(0x35332a),
            wetland: rgb(0x20302e),
            ice: rgb(0x2e383c),
            pitch: rgb(0x24392f),
            grounds: rgb(0x2c2f2a),
            paved: rgb(0x2c3330),
            building: rgb(0x323a36),
            building_edge: rgb(0x414b46),
            motorway: rgb(0x8a6b38),
            major: rgb(0x6b5a3a),
            middle: rgb(0x534d3c),
            minor: rgb(0x454f4a),
            faint: rgb(0x3f4944),
            edge: rgb(0x171c1a),
            major_edge: rgb(0x171c1a),
            bridge_edge: rgb(0x0c100e),
            tunnel: rgb(0x2f3733),
            path: rgb(0x8a7458),
            path_edge: rgb(0x232a27),
            sidewalk: rgb(0x5d5647),
            cycleway: rgb(0x6482a8),
            rail: rgb(0x6b7470),
            rail_gap: rgb(0x2a312e),
            label_soft: rgb(0xa3aea8),
            label_green: rgb(0x93b99a),
            label_water: rgb(0x7fb4c9),
        },
    },
};

/// Squares of a code that a camera reads, and the paper under them: the same in both themes.
pub const CODE: [Color32; 2] = [rgb(0x000000), rgb(0xffffff)];

impl Tokens {
    /// Of a theme.
    #[must_use]
    pub const fn of(dark: bool) -> &'static Self {
        if dark { &DARK } else { &LIGHT }
    }
    /// Behind text on a card about something of a kind: a fifth of its colour.
    #[must_use]
    pub fn tint(&self, kind: Kind) -> Color32 {
        self.raised.lerp_to_gamma(self.mark(kind), 0.2)
    }
    /// The mark of a kind.
    #[must_use]
    pub const fn mark(&self, kind: Kind) -> Color32 {
        let [person, organisation, project, event, place] = self.marks;
        match kind {
            Kind::Person => person,
            Kind::Organisation => organisation,
            Kind::Project => project,
            Kind::Event => event,
            Kind::Place => place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WCAG 2.2, relative luminance.
    fn luminance(color: Color32) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(color.r()) + 0.7152 * linear(color.g()) + 0.0722 * linear(color.b())
    }
    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_of_known_pairs() {
        assert!((contrast(Color32::BLACK, Color32::WHITE) - 21.0).abs() < 0.01);
        assert!((contrast(rgb(0x777777), Color32::WHITE) - 4.48).abs() < 0.01);
    }

    #[test]
    fn text_has_at_least_4_5_to_1_and_marks_3_to_1() {
        for tokens in [LIGHT, DARK] {
            let surfaces = [tokens.surface, tokens.raised, tokens.rail, tokens.hover, tokens.selected];
            for surface in surfaces {
                for (name, ink) in [("ink", tokens.ink), ("ink_soft", tokens.ink_soft)] {
                    let ratio = contrast(ink, surface);
                    assert!(ratio >= 4.5, "{name} on {surface:?}: {ratio:.2} (dark: {})", tokens.dark);
                }
            }
            let texts = [
                ("accent", tokens.accent, tokens.surface),
                ("accent", tokens.accent, tokens.raised),
                ("accent", tokens.accent, tokens.selected),
                ("on accent", tokens.on_accent, tokens.accent),
                ("danger", tokens.danger, tokens.surface),
                ("danger", tokens.danger, tokens.raised),
                ("on danger", tokens.on_danger, tokens.danger),
                ("good", tokens.good, tokens.surface),
                ("good", tokens.good, tokens.raised),
                ("notice", tokens.notice, tokens.notice_surface),
                ("notice", tokens.notice, tokens.raised),
                ("on a cluster", tokens.on_cluster, tokens.cluster),
                ("note over the window", tokens.surface, tokens.ink),
                ("map label", tokens.map.label, tokens.map.land),
                ("map label", tokens.map.label, tokens.map.water),
                ("street's name", tokens.map.label, tokens.map.streets.minor),
                ("street's name", tokens.map.label, tokens.map.streets.middle),
                ("house number", tokens.map.streets.label_soft, tokens.map.streets.building),
                ("district", tokens.map.streets.label_soft, tokens.map.streets.built),
                ("park", tokens.map.streets.label_green, tokens.map.streets.park),
                ("wood", tokens.map.streets.label_green, tokens.map.streets.wood),
                ("lake", tokens.map.streets.label_water, tokens.map.water),
            ];
            for (name, ink, surface) in texts {
                let ratio = contrast(ink, surface);
                assert!(ratio >= 4.5, "{name}: {ratio:.2} (dark: {})", tokens.dark);
            }
            for surface in [tokens.raised, tokens.surface] {
                let ratio = contrast(tokens.edge, surface);
                assert!(ratio >= 3.0, "edge: {ratio:.2} (dark: {})", tokens.dark);
            }
            for kind in Kind::ALL {
                assert!(contrast(tokens.ink, tokens.tint(kind)) >= 4.5, "ink on the tint of {kind:?}");
            }
            for mark in tokens.marks {
                assert!(contrast(tokens.on_mark, mark) >= 4.5, "on mark {mark:?}");
                assert!(contrast(mark, tokens.map.land) >= 3.0, "mark {mark:?} on land");
                for ground in [tokens.map.streets.built, tokens.map.streets.building, tokens.map.streets.minor] {
                    assert!(contrast(mark, ground) >= 3.0, "mark {mark:?} on {ground:?}");
                }
                assert!(contrast(mark, tokens.raised) >= 4.5, "mark {mark:?} as a text on a card");
            }
        }
    }
}
