//! Tags as a person reads them: what something is in their language, once; marks of the program in words.

use crate::locale::Texts;
use communaut_node::api::{APPROXIMATE, REPORT_TAG, ShownTag, shown_tags};

/// The tags of an element, what it is first.
#[must_use]
pub fn shown(texts: Texts, tags: &[String]) -> Vec<ShownTag> {
    let mut shown = shown_tags(tags, texts.lang.code());
    for tag in &mut shown {
        match tag.tag.as_str() {
            APPROXIMATE => tag.label = texts.t("tag-approximate"),
            REPORT_TAG => tag.label = texts.t("tag-report"),
            _ => {}
        }
    }
    shown
}
