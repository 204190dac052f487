//! Which words the files of an index hold: for tests, which look for words that must be gone from the disk. In its
//! files words are packed, so that reading the bytes does not find them.

use super::{
    SearchError,
    forms::{self, Joins, Run},
    pieces::pieces,
    words::{BEGINNING_MAX, Stems},
};
use std::{collections::BTreeSet, path::Path};
use tantivy::{Index, SegmentReader, TantivyError, index::SegmentId, schema::FieldType};

/// Ending of a file with the words of a segment.
const TERMS: &str = "term";

/// The words of a text that an index holds, in the words of elements or in any of their forms; also in those of
/// elements that are deleted, and in files that the index no longer uses. Words so short that others begin with them
/// do not tell.
///
/// # Errors
/// When the folder's index cannot be read.
pub fn words_held(folder: &Path, text: &str) -> Result<Vec<String>, SearchError> {
    let held = terms(folder)?;
    let stems = Stems::default();
    let pieces = pieces(text);
    let long = |word: &str| word.chars().count() > BEGINNING_MAX;
    let mut found = Vec::new();
    for (at, piece) in pieces.iter().enumerate().filter(|(_, piece)| long(&piece.folded)) {
        let mut is_held = held.contains(&piece.folded);
        stems.each(&piece.written, &piece.folded, |stem| is_held |= held.contains(&stem));
        forms::each(&pieces, at, false, |form| is_held |= held.contains(&form));
        if is_held {
            found.push(piece.folded.clone());
        }
    }
    forms::runs(&pieces, Joins::Neighbours, |_, run| {
        if let Run::Word(text) = run
            && long(&text)
            && held.contains(&forms::joined(&text))
        {
            found.push(text);
        }
    });
    Ok(found)
}

/// Every word and form in the files of a folder's index.
fn terms(folder: &Path) -> Result<BTreeSet<String>, TantivyError> {
    let index = Index::open_in_dir(folder)?;
    let mut found = BTreeSet::new();
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_none_or(|ending| ending != TERMS) {
            continue;
        }
        let id = SegmentId::from_uuid_string(name)
            .map_err(|error| TantivyError::InternalError(format!("{}: {error:?}", path.display())))?;
        // How many documents it has does not matter to its words.
        let segment = SegmentReader::open(&index.segment(index.new_segment_meta(id, 0)))?;
        for (field, entry) in index.schema().fields() {
            if !matches!(entry.field_type(), FieldType::Str(_)) {
                continue;
            }
            let inverted = segment.inverted_index(field)?;
            let mut stream = inverted.terms().stream()?;
            while stream.advance() {
                found.insert(String::from_utf8_lossy(stream.key()).into_owned());
            }
        }
    }
    Ok(found)
}
