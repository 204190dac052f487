//! Search over the elements of a snapshot: words on disk (tantivy), everything else in memory.
//!
//! Both are derived: an index that is damaged, old or gone is made anew from the elements, and whoever
//! searches never sees an error of it.

mod best;
mod contacts;
mod facets;
mod filter;
pub(crate) mod fold;
mod forms;
mod held;
mod local;
mod marks;
mod matching;
pub(crate) mod names;
mod near;
mod numerals;
mod pieces;
mod rows;
mod score;
mod searcher;
mod signs;
mod tables;
mod text;
mod things;
pub(crate) mod typo;
mod wanted;
mod way;
mod wish;
mod words;

#[cfg(test)]
mod tests;

use communaut_protocol::{ElementId, fold::ElementView};
pub(crate) use filter::open_now;
pub use held::words_held;
use imbl::OrdMap;
pub(crate) use local::local;
use rows::id_key;
pub use searcher::Searcher;
use searcher::{State, read, write};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};
use tantivy::TantivyError;
use text::Text;
pub(crate) use typo::is_similar;
use words::{ElementTerms, Stems};

/// Bytes of words of changes that are searched in memory until they are committed: some thousands of elements,
/// which a search goes through in a few milliseconds. Beyond, they are committed without being asked.
const PENDING_MAX: usize = 2 * 1024 * 1024;

/// Whether words say what a thing is: "boulangerie", "fire station".
pub(crate) fn is_kind_of_thing(words: &str) -> bool {
    things::is_kind(&things::joined(words))
}

/// Whether a word decides only where there is no other: "de", "in".
pub(crate) fn is_small_word(word: &str) -> bool {
    forms::is_small(&fold::folded(word))
}

/// There is neither a disk nor memory for an index.
#[derive(Debug, thiserror::Error)]
#[error("the search index cannot be made: {0}")]
pub struct SearchError(#[from] TantivyError);

/// What [`SearchIndex::load`] found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Elements whose words the index held as they are.
    pub kept: usize,
    /// Elements whose words were taken in, new or anew.
    pub added: usize,
    /// Documents of elements that are shown no longer, or of other words.
    pub removed: usize,
}

/// The index of one replica; one thread owns it and hands out [`Searcher`]s.
#[derive(Debug)]
pub struct SearchIndex {
    folder: PathBuf,
    text: Text,
    shared: Arc<RwLock<State>>,
    stems: Arc<Stems>,
    arrival: Option<u64>,
    /// Whether the words follow the elements; before [`Self::load`] only the rows do.
    loaded: bool,
    /// Whether words were put or deleted since the last commit.
    pending: bool,
}

impl SearchIndex {
    /// Open the index of a folder that nothing else uses. One that is damaged or of another version is emptied;
    /// where the disk does not allow an index, it lives in memory. Nothing is found until elements are applied or
    /// loaded.
    ///
    /// # Errors
    /// When not even memory allows an index.
    pub fn open(folder: &Path) -> Result<Self, SearchError> {
        let text = open_text(folder)?;
        let arrival = text.arrival().unwrap_or_default();
        let index = Self {
            folder: folder.to_owned(),
            text,
            shared: Arc::default(),
            stems: Arc::default(),
            arrival,
            loaded: false,
            pending: false,
        };
        Ok(index)
    }

    /// The number given to the last commit; none for an index that is new.
    #[must_use]
    pub fn arrival(&self) -> Option<u64> {
        self.arrival
    }

    /// A searcher; it sees every later change too.
    #[must_use]
    pub fn searcher(&self) -> Searcher {
        Searcher { shared: self.shared.clone(), stems: self.stems.clone() }
    }

    /// Take all elements that are shown, compare the words held with theirs, repair what differs, and commit.
    /// Costs a hash for each element that is held as it is. Call it once after [`Self::open`].
    pub fn load(&mut self, elements: &OrdMap<ElementId, Arc<ElementView>>, arrival: u64) -> Loaded {
        {
            let rows = &mut write(&self.shared).rows;
            let gone: Vec<ElementId> =
                rows.iter().map(|(_, row)| row.view.id).filter(|id| !elements.contains_key(id)).collect();
            for id in gone {
                rows.set(id, None);
            }
            for (id, element) in elements {
                rows.set(*id, Some(element));
            }
            rows.rank_all();
        }
        self.loaded = true;
        let loaded = self.reconcile();
        let loaded = loaded.unwrap_or_else(|error| self.start_again(&error));
        self.commit(arrival);
        loaded
    }

    /// Make the documents of the index those of the rows.
    fn reconcile(&mut self) -> Result<Loaded, TantivyError> {
        let rows = &read(&self.shared).rows;
        let mut loaded = Loaded::default();
        let (mut right, mut wrong) = (HashSet::new(), HashSet::new());
        self.text.each(|known| {
            let row = rows.slot(known.key).and_then(|slot| rows.get(slot));
            let same = row.is_some_and(|row| text::digest(&row.view) == known.digest);
            if !same || !right.insert(known.key) {
                wrong.insert(known.key);
            }
        })?;
        for key in &wrong {
            self.text.delete_key(*key);
            right.remove(key);
        }
        loaded.removed = wrong.len();
        for (_, row) in rows.iter() {
            if right.contains(&id_key(row.view.id)) {
                loaded.kept += 1;
            } else {
                self.text.put(&row.view, &ElementTerms::of(&row.view, &self.stems), false)?;
                loaded.added += 1;
            }
        }
        self.pending |= loaded.added + loaded.removed > 0;
        Ok(loaded)
    }

    /// Take changes: elements as they are shown now, none for those shown no longer. Every later search finds
    /// them so. Much at once is committed at once.
    pub fn apply(&mut self, changed: &[(ElementId, Option<Arc<ElementView>>)]) {
        let done = self.apply_words(changed);
        if let Err(error) = &done {
            self.start_again(error);
        }
        let many = read(&self.shared).pending_bytes > PENDING_MAX;
        if done.is_err() || many {
            // What is committed is more than the number says, which the next start finds out.
            self.commit(self.arrival.unwrap_or_default());
        }
    }

    fn apply_words(&mut self, changed: &[(ElementId, Option<Arc<ElementView>>)]) -> Result<(), TantivyError> {
        let mut before = Vec::with_capacity(changed.len());
        {
            let rows = &mut write(&self.shared).rows;
            before.extend(changed.iter().map(|(id, element)| rows.set(*id, element.as_ref())));
        }
        if !self.loaded {
            return Ok(());
        }
        let mut pending = Vec::new();
        for ((id, element), before) in changed.iter().zip(before) {
            match (before, element.as_ref().filter(|element| element.is_shown())) {
                (Some(before), Some(element)) if text::same_words(&before, element) => continue,
                (before, Some(element)) => {
                    let terms = ElementTerms::of(element, &self.stems);
                    self.text.put(element, &terms, before.is_some())?;
                    pending.push((*id, Some(terms)));
                }
                (Some(_), None) => {
                    self.text.delete(*id);
                    pending.push((*id, None));
                }
                (None, None) => continue,
            }
            self.pending = true;
        }
        let mut state = write(&self.shared);
        for (id, terms) in pending {
            if let Some(slot) = state.rows.slot(id_key(id)) {
                state.put(slot, terms);
            }
        }
        Ok(())
    }

    /// Write the words of all changes to disk, and with them what the caller counts with `arrival`. Takes some
    /// tens of milliseconds; searches go on meanwhile.
    pub fn commit(&mut self, arrival: u64) {
        if !self.loaded {
            return;
        }
        let done = self.commit_words(arrival);
        if let Err(error) = done {
            self.start_again(&error);
            if let Err(error) = self.commit_words(arrival) {
                tracing::error!("the words of the last changes are not found: {error}");
            }
        }
    }

    fn commit_words(&mut self, arrival: u64) -> Result<(), TantivyError> {
        if self.pending || self.arrival != Some(arrival) {
            self.text.commit(arrival)?;
        }
        let generation = {
            let state = read(&self.shared);
            self.text.generation(&state.rows, state.generation.as_ref())?
        };
        let mut state = write(&self.shared);
        state.rows.rank_all();
        state.generation = Some(generation);
        state.pending.clear();
        state.pending_bytes = 0;
        drop(state);
        self.pending = false;
        self.arrival = Some(arrival);
        Ok(())
    }

    /// Make the index anew in an empty folder: words of what was erased stay in the files of an index for a while.
    /// Gives whether the folder was emptied.
    pub fn renew(&mut self, arrival: u64) -> bool {
        let mut emptied = false;
        let anew = Text::in_memory().and_then(|text| {
            // The old one gives its lock back.
            self.text = text;
            emptied = wipe(&self.folder);
            self.text = open_text(&self.folder)?;
            self.reconcile()
        });
        if let Err(error) = anew {
            self.start_again(&error);
        }
        self.pending = true;
        self.commit(arrival);
        emptied
    }

    /// The index failed while it was used (a full disk, a damaged file): begin a new one and fill it from the rows.
    fn start_again(&mut self, error: &TantivyError) -> Loaded {
        tracing::warn!("the search index is made anew: {error}");
        let anew = Text::in_memory().and_then(|text| {
            // The old one gives its lock back before the folder is opened again, at the next start.
            self.text = text;
            wipe(&self.folder);
            self.reconcile()
        });
        anew.unwrap_or_else(|error| {
            tracing::error!("there is no search by words until the next start: {error}");
            Loaded::default()
        })
    }
}

/// The index of a folder, or a new one, or one in memory.
fn open_text(folder: &Path) -> Result<Text, TantivyError> {
    let opened = Text::open(folder).or_else(|error| match error {
        // Somebody is writing to it: it is not ours to empty.
        TantivyError::LockFailure(..) => Err(error),
        _ => {
            tracing::warn!("the search index is made anew: {error}");
            wipe(folder);
            Text::open(folder)
        }
    });
    opened.or_else(|error| {
        tracing::warn!("the search index lives in memory until the next start: {error}");
        Text::in_memory()
    })
}

/// Take away everything that lies in the folder. What stays is met again at the next opening.
/// Gives whether nothing does.
fn wipe(folder: &Path) -> bool {
    let emptied = crate::files::remove_folder(folder);
    if let Err(error) = &emptied {
        tracing::warn!("the folder of the search index cannot be emptied: {error}");
    }
    emptied.is_ok()
}
