//! A name, and what it is in the languages of the window where that is another: in one text while tiles are made, apart
//! in the tiles.

/// The languages of the window. Others would make packs larger for nobody.
pub const LANGUAGES: [&str; 2] = ["fr", "en"];
/// Between a name and the others: no name has control characters.
const BETWEEN: char = '\u{1f}';

/// A name with those that differ from it, in the order of [`LANGUAGES`].
#[must_use]
pub fn join(name: &str, others: [&str; LANGUAGES.len()]) -> String {
    let mut out = name.to_owned();
    if others.iter().any(|other| !other.is_empty() && *other != name) {
        for other in others {
            out.push(BETWEEN);
            out.push_str(if other == name { "" } else { other });
        }
    }
    out
}

/// Its parts, each with the place of its key among [`KEYS`].
pub fn parts(called: &str) -> impl Iterator<Item = (usize, &str)> {
    called.split(BETWEEN).enumerate().filter(|(_, name)| !name.is_empty()).take(KEYS.len())
}

/// Keys of parts.
pub const KEYS: [&str; LANGUAGES.len() + 1] = ["name", "name:fr", "name:en"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_kept() {
        let parts = |called: &str| parts(called).map(|(key, name)| (KEYS[key], name.to_owned())).collect::<Vec<_>>();
        let said = |key, name: &str| (key, name.to_owned());
        assert_eq!(join("Monaco", ["Monaco", ""]), "Monaco");
        let both = join("Helsinki", ["", "Helsinki City"]);
        assert_eq!(parts(&both), [said("name", "Helsinki"), said("name:en", "Helsinki City")]);
        let french = join("Köln", ["Cologne", "Köln"]);
        assert_eq!(parts(&french), [said("name", "Köln"), said("name:fr", "Cologne")]);
        assert_eq!(parts(&join("Rue", ["", ""])), [said("name", "Rue")]);
        for (language, key) in LANGUAGES.iter().zip(KEYS.iter().skip(1)) {
            assert_eq!(format!("name:{language}"), **key);
        }
    }
}
