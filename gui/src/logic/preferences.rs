//! What the window remembers between two runs.

use super::Steps;
use crate::locale::{Lang, Texts};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// The key in eframe's storage.
pub const STORAGE_KEY: &str = "communaut.preferences";

/// Light, dark, or as the system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Sizes of letters that one may choose, in percent of the usual one.
pub const SIZES: [u16; 4] = [100, 125, 150, 200];

/// Language, theme, size of letters, motion, and how the window is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language chosen; none: the system's.
    pub lang: Option<Lang>,
    /// The theme chosen.
    pub theme: ThemeChoice,
    /// How large all is drawn, in percent: one of [`SIZES`].
    pub size: u16,
    /// Nothing moves by itself.
    pub still: bool,
    /// Five large choices in the place of all pages.
    pub simple: bool,
    /// How far the first steps have come.
    pub steps: Steps,
}

impl Default for Preferences {
    fn default() -> Self {
        let steps = Steps::default();
        Self { lang: None, theme: ThemeChoice::System, size: SIZES[0], still: false, simple: false, steps }
    }
}

impl Preferences {
    /// With letters one size larger or smaller, as far as there are sizes.
    #[must_use]
    pub fn sized(self, larger: bool) -> Self {
        let next = |size: &u16| if larger { *size > self.size } else { *size < self.size };
        let found = if larger { SIZES.into_iter().find(next) } else { SIZES.into_iter().rev().find(next) };
        Self { size: found.unwrap_or(self.size), ..self }
    }
    /// What was stored may be anything.
    #[must_use]
    pub fn checked(self) -> Self {
        Self { size: if SIZES.contains(&self.size) { self.size } else { SIZES[0] }, ..self }
    }
    /// The texts in the language chosen, or in the system's.
    #[must_use]
    pub fn texts(&self) -> Texts {
        Texts { lang: self.lang.unwrap_or_else(Lang::of_system) }
    }
}
