//! Words that nothing else holds, and where they are found on a disk: in the raw bytes of any file, and among the terms
//! of a search index, which are not raw bytes.

use super::node::files;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// With these every word of ours begins; no other text has them.
const BEGIN: &str = "qzxj";
/// Letters of the rest: no stem cuts them.
const LETTERS: &[u8; 16] = b"bcdfghjklmnpqrvw";
/// Letters of the rest.
const LEN: usize = 10;
/// Letters by which a word is told from the others of its run: terms may be beginnings of words.
const SURE: usize = BEGIN.len() + 4;

/// The word of a number of a run: 16 bits of the number, then 24 of the seed.
pub fn word(seed: u64, number: u64) -> String {
    let mixed = (number & 0xffff) << 24 | (seed & 0xff_ffff);
    let letters = (0..LEN).rev().map(|at| char::from(LETTERS[(mixed >> (4 * at) & 15) as usize]));
    BEGIN.chars().chain(letters).collect()
}

/// The words that stand in raw bytes.
fn in_bytes(bytes: &[u8], found: &mut BTreeSet<String>) {
    let begin = BEGIN.as_bytes();
    let mut at = 0;
    while let Some(step) = bytes[at..].iter().position(|byte| *byte == begin[0]) {
        at += step;
        let rest = &bytes[at..];
        if rest.starts_with(begin) && rest.len() >= begin.len() + LEN {
            let word = &rest[..begin.len() + LEN];
            if word[begin.len()..].iter().all(|byte| LETTERS.contains(byte)) {
                found.insert(String::from_utf8(word.to_vec()).unwrap());
            }
        }
        at += 1;
    }
}

/// The terms of a search index that begin with a word of ours, and files in its folder of which it does not know.
fn in_index(folder: &Path) -> (BTreeSet<String>, Vec<PathBuf>) {
    let mut found = BTreeSet::new();
    let Ok(index) = tantivy::Index::open_in_dir(folder) else { return (found, Vec::new()) };
    let Ok(segments) = index.searchable_segments() else { return (found, Vec::new()) };
    let mut known = BTreeSet::new();
    for segment in &segments {
        known.insert(segment.id().uuid_string());
        let Ok(reader) = tantivy::SegmentReader::open(segment) else { continue };
        for (field, _) in index.schema().fields() {
            let Ok(inverted) = reader.inverted_index(field) else { continue };
            let Ok(mut terms) = inverted.terms().stream() else { continue };
            while terms.advance() {
                if terms.key().starts_with(BEGIN.as_bytes()) {
                    found.insert(String::from_utf8_lossy(terms.key()).into_owned());
                }
            }
        }
    }
    let stray = files(folder).into_iter().filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let own = name.starts_with('.') || name == "meta.json";
        !own && !known.iter().any(|id| name.starts_with(id.as_str()))
    });
    (found, stray.collect())
}

/// Where words of ours are in a data folder.
#[derive(Debug, Default)]
pub struct Held {
    /// Each word, and the first file in which it is.
    words: BTreeMap<String, PathBuf>,
    /// Terms of the index that begin as words of ours do.
    pub terms: BTreeSet<String>,
    /// Files of the index of which it does not know: they may hold anything.
    pub stray: Vec<PathBuf>,
}

impl Held {
    /// Look through a folder. What was put aside as damaged is for its owner to take away.
    pub fn in_folder(data: &Path) -> Self {
        let mut held = Self::default();
        for path in files(data) {
            if path.to_string_lossy().contains(".damaged-") {
                continue;
            }
            let mut found = BTreeSet::new();
            in_bytes(&fs::read(&path).unwrap_or_default(), &mut found);
            for word in found {
                held.words.entry(word).or_insert_with(|| path.clone());
            }
        }
        let index = data.join("index");
        if index.is_dir() {
            (held.terms, held.stray) = in_index(&index);
        }
        held
    }

    /// Where a word is, if anywhere.
    pub fn find(&self, word: &str) -> Option<String> {
        if let Some(path) = self.words.get(word) {
            return Some(path.display().to_string());
        }
        let begins = word.get(..SURE).unwrap_or(word);
        let term = self.terms.iter().find(|term| term.starts_with(begins))?;
        Some(format!("the index, term {term}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_raw_bytes_wherever_they_stand() {
        let (a, b) = (word(1, 2), word(1, 3));
        assert!(a != b && a.len() == BEGIN.len() + LEN);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("deep/file"), format!("qzxqzxj{a}\u{0}{}", &b[..9])).unwrap();
        let held = Held::in_folder(folder.path());
        assert!(held.find(&a).unwrap().ends_with("deep/file"));
        assert_eq!(held.find(&b), None);
    }
}
