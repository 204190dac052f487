//! Bookmarks: links of the web kept on an element's page. SPEC.md §6, §7.3.

use super::{
    Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::is_default,
    entry::hash,
    geo::Cell,
    ids::{ElementId, Hash, IdentityId},
    limits::{FIELD_MAX, NAME_MAX},
};
use serde::{Deserialize, Serialize};

/// A link of the web on an element's page. Element, author and address name it; a later one replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookmarkOp {
    /// On whose page.
    pub on: ElementId,
    /// Its address, `http://` or `https://`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub url: String,
    /// What it is called and why it is kept; none: removed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub said: Option<BookmarkText>,
}

/// What is said of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookmarkText {
    /// Its title, one line.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: String,
    /// Why it is kept; may be empty.
    #[serde(default, skip_serializing_if = "is_default")]
    pub note: String,
}

impl BookmarkOp {
    /// What it is about: the element and the address.
    #[must_use]
    pub fn key(&self) -> Hash {
        hash(&[&self.on.0[..], self.url.as_bytes()].concat())
    }
}

impl Operation for BookmarkOp {
    const RULE: Rule = Rule {
        schema: 19,
        name: "bookmark",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("url", &self.url, FIELD_MAX, Lines::One)?;
        let rest = self.url.strip_prefix("https://").or_else(|| self.url.strip_prefix("http://"));
        if rest.is_none_or(str::is_empty) || self.url.contains(char::is_whitespace) {
            return Err(OpError::Bound { field: "url", why: "not an address that begins with https://".into() });
        }
        let Some(said) = &self.said else { return Ok(()) };
        if said.title.trim().is_empty() {
            return Err(OpError::Bound { field: "title", why: "it is empty".into() });
        }
        check("title", &said.title, NAME_MAX, Lines::One)?;
        check("note", &said.note, FIELD_MAX, Lines::Many)
    }

    fn tidy(&mut self) {
        line(&mut self.url);
        if let Some(said) = &mut self.said {
            line(&mut said.title);
            lines(&mut said.note);
        }
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Register::Keyed(Self::RULE.schema, self.key())]
    }
}
