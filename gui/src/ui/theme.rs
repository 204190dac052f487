//! Brings the tokens into egui's styles, for both themes at once.

use crate::logic::{Preferences, ThemeChoice};

use super::{
    fonts,
    tokens::{CONTROL_HEIGHT, FOCUS_WIDTH, RADIUS, SHEET_RADIUS, Tokens, space, text},
};
use egui::{Color32, CornerRadius, FontId, Margin, Shadow, Stroke, Style, TextStyle, Theme, Visuals, vec2};

impl From<ThemeChoice> for egui::ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::System => Self::System,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::Dark => Self::Dark,
        }
    }
}

/// Install the fonts, and the styles of both themes.
pub fn install(ctx: &egui::Context) {
    fonts::install(ctx);
    for (theme, dark) in [(Theme::Light, false), (Theme::Dark, true)] {
        let tokens = Tokens::of(dark);
        ctx.style_mut_of(theme, |style| apply(style, tokens));
    }
}

/// The seconds that a change of colour takes; what a person asked not to move takes none.
const MOTION_SECS: f32 = 0.1;

/// Show things as a person prefers them.
pub fn prefer(ctx: &egui::Context, preferences: &Preferences) {
    install(ctx);
    ctx.set_theme(preferences.theme);
    ctx.set_zoom_factor(f32::from(preferences.size) / 100.0);
    // The size is kept: egui's own keys would change it for this run alone.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    ctx.all_styles_mut(|style| style.animation_time = if preferences.still { 0.0 } else { MOTION_SECS });
}

/// The tokens of the theme that a context shows now.
#[must_use]
pub fn current(ctx: &egui::Context) -> &'static Tokens {
    Tokens::of(ctx.theme() == Theme::Dark)
}

fn apply(style: &mut Style, tokens: &Tokens) {
    style.text_styles = [
        (TextStyle::Heading, fonts::bold_id(text::HEADING)),
        (TextStyle::Body, FontId::proportional(text::BODY)),
        (TextStyle::Button, fonts::bold_id(text::BODY)),
        (TextStyle::Small, FontId::proportional(text::SMALL)),
        // As wide as the letters beside it are high.
        (TextStyle::Monospace, FontId::monospace(text::SMALL)),
    ]
    .into();

    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(space::S, space::S);
    spacing.button_padding = vec2(space::M, space::XS);
    spacing.interact_size.y = CONTROL_HEIGHT;
    spacing.window_margin = Margin::same(16);
    spacing.menu_margin = Margin::same(8);
    spacing.text_edit_width = 280.0;
    spacing.combo_width = 120.0;
    spacing.scroll = egui::style::ScrollStyle::thin();

    style.interaction.selectable_labels = false;
    style.visuals = visuals(tokens);
}

fn visuals(tokens: &Tokens) -> Visuals {
    let mut visuals = if tokens.dark { Visuals::dark() } else { Visuals::light() };
    let radius = CornerRadius::same(RADIUS);
    visuals.panel_fill = tokens.surface;
    visuals.window_fill = tokens.raised;
    visuals.window_stroke = Stroke::new(1.0, tokens.line);
    visuals.window_corner_radius = CornerRadius::same(SHEET_RADIUS);
    visuals.menu_corner_radius = radius;
    // Behind what scrolls: no white track.
    visuals.extreme_bg_color = tokens.surface;
    visuals.text_edit_bg_color = Some(tokens.raised);
    visuals.faint_bg_color = tokens.hover;
    visuals.code_bg_color = tokens.hover;
    visuals.hyperlink_color = tokens.accent;
    visuals.weak_text_color = Some(tokens.ink_soft);
    visuals.warn_fg_color = tokens.notice;
    visuals.error_fg_color = tokens.danger;
    visuals.selection.bg_fill = tokens.selected;
    // The ring around a field in which one types.
    visuals.selection.stroke = Stroke::new(FOCUS_WIDTH, tokens.accent);
    let shadow = Shadow {
        offset: [0, 4],
        blur: 16,
        spread: 0,
        color: Color32::from_black_alpha(if tokens.dark { 96 } else { 40 }),
    };
    visuals.window_shadow = shadow;
    visuals.popup_shadow = shadow;

    let widgets = &mut visuals.widgets;
    for (widget, fill, edge) in [
        (&mut widgets.noninteractive, tokens.surface, tokens.line),
        (&mut widgets.inactive, tokens.raised, tokens.edge),
        (&mut widgets.hovered, tokens.hover, tokens.edge),
        (&mut widgets.active, tokens.selected, tokens.accent),
        (&mut widgets.open, tokens.selected, tokens.accent),
    ] {
        widget.bg_fill = fill;
        widget.weak_bg_fill = fill;
        widget.bg_stroke = Stroke::new(1.0, edge);
        widget.fg_stroke = Stroke::new(1.0, tokens.ink);
        widget.corner_radius = radius;
        widget.expansion = 0.0;
    }
    // egui draws what the keyboard is at as it draws what is pressed.
    widgets.active.bg_stroke.width = FOCUS_WIDTH;
    visuals
}
