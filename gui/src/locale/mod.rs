//! Every text that a person reads, by key and language. What one view says lies in its folder, the rest here.

use clap::ValueEnum;
use fluent_templates::{LanguageIdentifier, Loader, fluent_bundle::FluentValue, langid, static_loader};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::HashMap};

// `LOCALES`, of the texts that build.rs gathered. Isolating marks are off: they show as boxes in fonts that lack them.
include!(concat!(env!("OUT_DIR"), "/loader.rs"));

static ENGLISH: LanguageIdentifier = langid!("en");
static FRENCH: LanguageIdentifier = langid!("fr");

/// A language of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// French.
    Fr,
    /// English.
    En,
}

impl Lang {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// The system's language, where it is one of ours; else English.
    #[must_use]
    pub fn of_system() -> Self {
        sys_locale::get_locales().find_map(|tag| Self::of_tag(&tag)).unwrap_or(Self::En)
    }
    /// The language of a tag such as "fr-CA".
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
    /// With the country where the system says one: "fr-CA".
    #[must_use]
    pub fn with_country(self) -> String {
        let spoken = sys_locale::get_locales().find(|tag| Self::of_tag(tag) == Some(self));
        spoken.unwrap_or_else(|| self.id().to_string())
    }
    /// Its name in itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Fr => "Français",
            Self::En => "English",
        }
    }
    /// Its code, of two letters.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }
    fn id(self) -> &'static LanguageIdentifier {
        match self {
            Self::Fr => &FRENCH,
            Self::En => &ENGLISH,
        }
    }
}

/// An argument of a text.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// A text, as it is.
    Text(Cow<'a, str>),
    /// A number, by which a text may choose its plural.
    Count(usize),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text.as_str().into())
    }
}
impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
impl From<usize> for Arg<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

/// The texts of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Texts {
    /// Which.
    pub lang: Lang,
}

impl Texts {
    /// The text of a key.
    #[must_use]
    pub fn t(&self, key: &'static str) -> String {
        LOCALES.lookup(self.lang.id(), key)
    }
    /// The text of a key with arguments.
    #[must_use]
    pub fn tr(&self, key: &'static str, args: &[(&'static str, Arg<'_>)]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue<'_>> = args
            .iter()
            .map(|(name, arg)| {
                let value = match arg {
                    Arg::Text(text) => FluentValue::from(text.as_ref().to_owned()),
                    Arg::Count(count) => FluentValue::from(*count),
                };
                (Cow::Borrowed(*name), value)
            })
            .collect();
        LOCALES.lookup_with_args(self.lang.id(), key, &args)
    }
}

#[cfg(test)]
mod literals;
#[cfg(test)]
mod tests;
