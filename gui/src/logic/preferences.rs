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

/// Language, theme, and how the window is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language chosen; none: the system's.
    pub lang: Option<Lang>,
    /// The theme chosen.
    pub theme: ThemeChoice,
    /// Five large choices in the place of all pages.
    pub simple: bool,
    /// How far the first steps have come.
    pub steps: Steps,
}

impl Preferences {
    /// The texts in the language chosen, or in the system's.
    #[must_use]
    pub fn texts(&self) -> Texts {
        Texts { lang: self.lang.unwrap_or_else(Lang::of_system) }
    }
}
