//! The window's letters: Noto Sans in two weights, inside the program, so that each machine shows the same. What these
//! lack (Arabic, Hebrew, Thai, CJK) comes from the system's own fonts, where eframe runs the window; pictures for tests
//! have none of these.

use egui::{FontData, FontDefinitions, FontFamily, FontId, RichText};
use std::sync::Arc;

/// As egui knows them.
const REGULAR: &str = "regular";
const SEMIBOLD: &str = "semibold";

/// Hand the fonts to a context. egui's own stay behind them, for pictograms and signs.
pub fn install(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in [
        (REGULAR, include_bytes!("../../assets/fonts/NotoSans-Regular.ttf").as_slice()),
        (SEMIBOLD, include_bytes!("../../assets/fonts/NotoSans-SemiBold.ttf").as_slice()),
    ] {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let others = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (family, first) in [(FontFamily::Proportional, REGULAR), (bold(), SEMIBOLD)] {
        let names = std::iter::once(first.to_owned()).chain(others.iter().cloned()).collect();
        fonts.families.insert(family, names);
    }
    ctx.set_fonts(fonts);
}

/// The family of names, titles and buttons.
#[must_use]
pub fn bold() -> FontFamily {
    FontFamily::Name(SEMIBOLD.into())
}

/// The font of names, titles and buttons, of a size in points.
#[must_use]
pub fn bold_id(size: f32) -> FontId {
    FontId::new(size, bold())
}

/// Words that stand out: a name, a title.
pub fn strong(words: impl Into<String>, size: f32) -> RichText {
    RichText::new(words).font(bold_id(size))
}
