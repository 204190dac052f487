//! HTML as it stands in cells, as the text that one would read: no tags, no entities.
//!
//! Only what is surely HTML is taken away: "A < B, 3 > 2, R&D" stays. What comes out stays as it is when it is put in
//! again.

use std::borrow::Cow;

/// Bytes of a text that are looked at: four times what a description may have.
const HTML_MAX: usize = 64_000;
/// Bytes of a tag, at the most: one with a picture in it is longer, and not read.
const TAG_MAX: usize = 4_000;
/// Bytes of an entity, at the most.
const ENTITY_MAX: usize = 34;

/// Tags that end a line of text.
const BLOCKS: &[&str] = &[
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "tbody",
    "thead",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "dl",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "blockquote",
    "pre",
    "center",
    "figure",
    "figcaption",
    "body",
    "html",
    "head",
    "main",
    "nav",
    "form",
    "fieldset",
    "address",
    "aside",
    "details",
    "summary",
];
/// Tags within a line.
const INLINE: &[&str] = &[
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "small", "big", "sub", "sup", "img", "code", "tt",
    "strike", "del", "ins", "abbr", "acronym", "q", "cite", "mark", "label", "input", "button", "iframe", "video",
    "audio", "source", "picture", "svg", "path", "object", "embed", "td", "th", "meta", "link", "wbr", "time", "kbd",
    "var", "o:p",
];
/// Tags that are taken away with what stands between them.
const SILENT: &[&str] = &["script", "style", "title", "template", "noscript"];

/// A tag at the beginning of a text.
struct Tag<'a> {
    name: String,
    closes: bool,
    attributes: &'a str,
    /// Bytes of it.
    length: usize,
}

/// The text without HTML.
pub(in crate::import) fn plain(text: &str) -> Cow<'_, str> {
    if !text.contains(['<', '&']) {
        return Cow::Borrowed(text);
    }
    let text = text.get(..text.floor_char_boundary(HTML_MAX)).unwrap_or_default();
    Cow::Owned(without_tags(&without_entities(text)))
}

/// Entities written out, also those that were written twice ("&amp;eacute;").
fn without_entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // An ampersand that came out of an entity and may begin another.
    let mut pending = false;
    loop {
        if !pending {
            let Some(at) = rest.find('&') else {
                out.push_str(rest);
                return out;
            };
            out.push_str(rest.get(..at).unwrap_or_default());
            rest = rest.get(at + 1..).unwrap_or_default();
        }
        match entity(rest) {
            Some((decoded, length)) => {
                rest = rest.get(length..).unwrap_or_default();
                pending = decoded == "&";
                if !pending {
                    out.push_str(&decoded);
                }
            }
            None => {
                out.push('&');
                pending = false;
            }
        }
    }
}

/// What an entity stands for, and its bytes after the ampersand.
fn entity(after: &str) -> Option<(String, usize)> {
    // Written by hand, the commonest one often lacks its end.
    if after.get(..4).is_some_and(|name| name.eq_ignore_ascii_case("nbsp")) {
        let ended = after.get(4..5) == Some(";");
        return Some((" ".into(), if ended { 5 } else { 4 }));
    }
    let end = after.bytes().take(ENTITY_MAX).position(|byte| byte == b';')?;
    let name = after.get(..end)?;
    if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'#') || name.is_empty() {
        return None;
    }
    // Word processors number their quotes by their own code page.
    if let Some(code @ 128..=159) = name.strip_prefix('#').and_then(|code| code.parse::<u8>().ok()) {
        return Some((encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[code]).0.into_owned(), end + 1));
    }
    let whole = format!("&{name};");
    let decoded = html_escape::decode_html_entities(&whole);
    // What one would not see is not wanted: soft hyphens and their like.
    let seen = match decoded.as_ref() {
        same if same == whole => return None,
        "\u{ad}" | "\u{200b}" | "\u{200c}" | "\u{200d}" | "\u{feff}" => String::new(),
        decoded => decoded.to_owned(),
    };
    Some((seen, end + 1))
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // The address of the link that is open, and where its words begin.
    let mut link: Option<(String, usize)> = None;
    while let Some(at) = rest.find('<') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            out.push(' ');
            continue;
        }
        let Some(tag) = tag(rest) else {
            out.push('<');
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let attributes = tag.attributes.to_owned();
        rest = rest.get(tag.length..).unwrap_or_default();
        if SILENT.contains(&tag.name.as_str()) {
            if !tag.closes {
                rest = after_closing(rest, &tag.name);
            }
            out.push(' ');
        } else if tag.name == "a" {
            // A link keeps where it leads, as text.
            if let Some((address, from)) = link.take()
                && !out.get(from..).unwrap_or_default().contains(address.trim_end_matches('/'))
            {
                out.push_str(" (");
                out.push_str(&address);
                out.push(')');
            }
            if !tag.closes {
                link = href(&attributes).map(|address| (address, out.len()));
            }
            no_new_tag(&mut out);
        } else if BLOCKS.contains(&tag.name.as_str()) {
            out.push('\n');
        } else if matches!(tag.name.as_str(), "td" | "th" | "img") {
            out.push(' ');
        } else {
            no_new_tag(&mut out);
        }
    }
    out.push_str(rest);
    out
}

/// A tag that is known, with attributes that look like some.
fn tag(text: &str) -> Option<Tag<'_>> {
    let body = text.strip_prefix('<')?;
    let (closes, body) = body.strip_prefix('/').map_or((false, body), |body| (true, body));
    let name_end = body.find(|c: char| !c.is_ascii_alphanumeric() && c != ':')?;
    let name = body.get(..name_end)?.to_ascii_lowercase();
    let known = [BLOCKS, INLINE, SILENT].iter().any(|names| names.contains(&name.as_str()));
    let after = body.get(name_end..)?;
    let end = after.bytes().take(TAG_MAX).position(|byte| byte == b'>')?;
    let attributes = after.get(..end)?.trim().trim_end_matches('/').trim();
    let separated = after.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
    // "a <b and c> d" is no tag.
    let fits = attributes.is_empty() || attributes.contains('=') && !closes;
    let length = text.len() - after.len() + end + 1;
    (known && separated && fits).then_some(Tag { name, closes, attributes, length })
}

fn after_closing<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at..).unwrap_or_default();
        match tag(rest) {
            Some(tag) if tag.name == name => return rest.get(tag.length..).unwrap_or_default(),
            _ => rest = rest.get(2..).unwrap_or_default(),
        }
    }
    // Never closed: a browser shows nothing of it either.
    ""
}

fn href(attributes: &str) -> Option<String> {
    let at = attributes.to_ascii_lowercase().find("href")? + "href".len();
    let value = attributes.get(at..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value.get(1..)?.split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    let value = value.trim();
    let opens = value.starts_with("http://") || value.starts_with("https://");
    // With a semicolon it could hold an entity again.
    (opens && !value.contains(['<', '>', ' ', ';'])).then(|| value.to_owned())
}

/// What stands on both sides of a tag must not join to a new tag or entity.
fn no_new_tag(out: &mut String) {
    let tail = out.bytes().rev().take(ENTITY_MAX);
    let joins = tail
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'<' | b'&' | b'/' | b'#' | b':' | b'!' | b'-')
        })
        .any(|byte| matches!(byte, b'<' | b'&'));
    if joins {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests;
