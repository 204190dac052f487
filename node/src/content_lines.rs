//! Content lines, as calendars (RFC 5545) and cards (RFC 6350) have them: texts escaped, long lines folded.

/// Octets of a line at the most, its end apart (RFC 5545, 3.1).
const LINE_MAX: usize = 75;

/// A text as the value of a property.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => {}
            other => out.push(other),
        }
    }
    out
}

/// The text that a value of a property is.
pub(crate) fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut signs = value.chars();
    while let Some(c) = signs.next() {
        match (c, c == '\\') {
            (_, true) => match signs.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            (other, false) => out.push(other),
        }
    }
    out
}

/// The texts of a value that is a list, each unescaped.
pub(crate) fn unescape_list(value: &str) -> Vec<String> {
    let (mut all, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in value.char_indices() {
        if c == ',' && !escaped {
            all.push(unescape(value.get(from..at).unwrap_or_default()));
            from = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    all.push(unescape(value.get(from..).unwrap_or_default()));
    all
}

/// Put a line at the end, folded between two characters.
pub(crate) fn put(out: &mut String, line: &str) {
    let mut rest = line;
    let mut room = LINE_MAX;
    while rest.len() > room {
        let (now, later) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(now);
        out.push_str("\r\n ");
        rest = later;
        // The blank that marks a line that goes on counts.
        room = LINE_MAX - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_their_escaped_form() {
        for text in ["", "a;b,c\\d\ne", "\\n", "\\", "日本; \"x\": 🎉", "a\\;b", "fin\\"] {
            assert_eq!(unescape(&escape(text)), text);
            let list = [escape(text), escape("b,c"), escape("\\,")].join(",");
            assert_eq!(unescape_list(&list), [text, "b,c", "\\,"]);
        }
    }

    #[test]
    fn lines_are_folded_at_75_octets_and_between_characters() {
        for text in ["é".repeat(200), "a".repeat(75), "a".repeat(76), "🎉".repeat(60), "x".repeat(10_000)] {
            let mut out = String::new();
            put(&mut out, &text);
            assert!(out.split("\r\n").all(|line| line.len() <= LINE_MAX) && out.ends_with("\r\n"));
            assert_eq!(out.replace("\r\n ", "").trim_end(), text);
        }
    }
}
