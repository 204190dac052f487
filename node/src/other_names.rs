//! Other names of an element, as imports write them on the last line of its description: "Lutèce · Parigi [it]". A name
//! may say in which language it is.

/// What stands between two names.
const BETWEEN: &str = " · ";
/// Other names of one element that are kept: what people call it, and the languages of many who read here.
const NAMES_MAX: usize = 24;
/// Bytes of all of them: a tenth of what a description may have.
const BYTES_MAX: usize = 800;
/// Bytes of a line that may be one other name: longer ones are sentences.
const ALONE_MAX: usize = 200;
/// Languages whose names are kept before those of others.
const FIRST: [&str; 14] = ["fr", "en", "de", "es", "it", "pt", "nl", "ar", "he", "zh", "ja", "ru", "uk", "tr"];

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OtherName {
    /// As it is written.
    pub name: String,
    /// ISO 639 code of its language; empty: not said.
    pub language: String,
}

impl OtherName {
    fn written(&self) -> String {
        if self.language.is_empty() { self.name.clone() } else { format!("{} [{}]", self.name, self.language) }
    }
}

/// Whether a text is the code of a language.
pub(crate) fn is_language(code: &str) -> bool {
    (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The line that holds these names, as many as are kept; empty if there are none.
pub(crate) fn line(mut names: Vec<OtherName>) -> String {
    let rank = |name: &OtherName| match name.language.as_str() {
        "" => 0,
        code => FIRST.iter().position(|first| *first == code).map_or(FIRST.len() + 1, |at| at + 1),
    };
    names.sort_by(|a, b| {
        rank(a)
            .cmp(&rank(b))
            .then_with(|| if rank(a) > FIRST.len() { a.language.cmp(&b.language) } else { std::cmp::Ordering::Equal })
    });
    let mut line = String::new();
    for name in names.iter().take(NAMES_MAX).map(OtherName::written) {
        let between = if line.is_empty() { "" } else { BETWEEN };
        if line.len() + between.len() + name.len() <= BYTES_MAX {
            line.push_str(between);
            line.push_str(&name);
        }
    }
    line
}

/// Whether such a line is certainly names: several, or with a language.
pub(crate) fn is_list(line: &str) -> bool {
    line.contains(BETWEEN) || language_of(line).is_some()
}

/// A description without that line, and the line: one that has several names or languages, or is short and no sentence.
pub(crate) fn split(description: &str) -> (&str, &str) {
    let (before, last) = description.rsplit_once('\n').unwrap_or(("", description));
    // Further numbers, addresses and sites stand so too.
    let contacts = last.contains(['@', '/']) || !last.contains(char::is_alphabetic);
    let listed = last.len() <= BYTES_MAX && is_list(last);
    let alone = last.len() <= ALONE_MAX && !last.contains(['.', '!', '?', ':', ';']);
    if !contacts && (listed || alone) { (before, last) } else { (description, "") }
}

/// The names of such a line.
pub(crate) fn of_line(line: &str) -> impl Iterator<Item = OtherName> {
    line.split(BETWEEN).take(NAMES_MAX).filter(|name| !name.trim().is_empty()).map(|name| match language_of(name) {
        Some((name, language)) => OtherName { name: name.to_owned(), language: language.to_owned() },
        None => OtherName { name: name.trim().to_owned(), language: String::new() },
    })
}

/// A name and its language: "Parigi [it]".
fn language_of(name: &str) -> Option<(&str, &str)> {
    let (name, language) = name.trim().strip_suffix(']')?.rsplit_once(" [")?;
    is_language(language).then_some((name, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(name: &str, language: &str) -> OtherName {
        OtherName { name: name.to_owned(), language: language.to_owned() }
    }

    #[test]
    fn a_line_holds_names_and_languages() {
        let names = vec![
            other("Parigi", "it"),
            other("Lutèce", ""),
            other("Paris", "fr"),
            other("Parijs", "nl"),
            other("Pariisi", "fi"),
        ];
        let written = line(names);
        assert_eq!(written, "Lutèce · Paris [fr] · Parigi [it] · Parijs [nl] · Pariisi [fi]");
        let read: Vec<OtherName> = of_line(&written).collect();
        assert_eq!(read.len(), 5);
        assert_eq!(read.get(2), Some(&other("Parigi", "it")));
        assert_eq!(line(Vec::new()), "");
    }

    #[test]
    fn many_names_are_bounded_those_of_many_readers_first() {
        let code = |n: u8| format!("x{}", char::from(b'a' + n % 26));
        let many = (0..200).map(|n| other(&"n".repeat(60), &code(n))).chain([other("Londres", "fr")]).collect();
        let written = line(many);
        assert!(written.len() <= BYTES_MAX && written.starts_with("Londres [fr]"), "{written}");
    }

    #[test]
    fn the_last_line_may_be_other_names() {
        assert_eq!(split("Un lieu.\nLe Nain · Zwerg"), ("Un lieu.", "Le Nain · Zwerg"));
        assert_eq!(split("Un lieu.\nSt. Paul [en]"), ("Un lieu.", "St. Paul [en]"));
        assert_eq!(split("Le Nain"), ("", "Le Nain"));
        assert_eq!(split("Un lieu.\nOuvert."), ("Un lieu.\nOuvert.", ""));
        assert_eq!(split(""), ("", ""));
        for contacts in ["04 72 10 30 30", "a@example.org · https://example.org"] {
            assert_eq!(split(contacts), (contacts, ""), "{contacts}");
        }
    }
}
