//! The words of all elements on disk (tantivy): which element has a word, in its name, its tags or its texts.
//!
//! Matching alone happens here. Nothing is stored but the ids, and no score depends on what else is in the
//! index, so that an index that grew and one that was rebuilt find the same in the same order.

use super::{
    rows::{IdKey, Rows, Slot, id_key},
    words::ElementTerms,
};
use communaut_protocol::{ElementId, entry::hash, fold::ElementView};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};
use tantivy::{
    Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, TantivyDocument, TantivyError, Term,
    directory::MmapDirectory,
    index::SegmentId,
    indexer::IndexWriterOptions,
    schema::{BytesOptions, FAST, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions},
};

/// Grows with every change of the schema, of the folding, of the forms: an index of another version is made anew.
const VERSION: u32 = 4;
/// Bytes in which new documents are gathered before they go to disk: tantivy's least is 15 MB.
const WRITER_BYTES: usize = 20_000_000;
/// Threads that write, and that merge: two cores are shared with everything else.
const WRITER_THREADS: usize = 1;
/// The slot of a document whose element is not held.
pub(super) const NO_SLOT: Slot = Slot::MAX;

/// Where words stand. Each has its words, their forms and their beginnings.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub words: Field,
    /// Stems, and what [`super::forms`] makes.
    pub forms: Field,
    pub beginnings: Field,
}

/// The fields of the schema.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields {
    /// The first 16 bytes of the id, to delete by.
    key: Field,
    /// The same as two columns.
    key_high: Field,
    key_low: Field,
    /// Of the texts that were indexed.
    digest: Field,
    pub name: Part,
    pub tags: Part,
    pub texts: Part,
}

const KEY_HIGH: &str = "key_high";
const KEY_LOW: &str = "key_low";
const DIGEST: &str = "digest";

impl Fields {
    fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let column = NumericOptions::default() | FAST;
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::Basic)
            .set_fieldnorms(false);
        let words = TextOptions::default().set_indexing_options(indexing);
        let mut part = |name: &str| Part {
            words: schema.add_text_field(&format!("{name}_words"), words.clone()),
            forms: schema.add_text_field(&format!("{name}_forms"), words.clone()),
            beginnings: schema.add_text_field(&format!("{name}_beginnings"), words.clone()),
        };
        let (name, tags, texts) = (part("name"), part("tags"), part("texts"));
        let fields = Self {
            name,
            tags,
            texts,
            key: schema.add_bytes_field("key", BytesOptions::default().set_indexed()),
            key_high: schema.add_u64_field(KEY_HIGH, column.clone()),
            key_low: schema.add_u64_field(KEY_LOW, column.clone()),
            digest: schema.add_u64_field(DIGEST, column),
        };
        (schema.build(), fields)
    }

    fn term(&self, key: IdKey) -> Term {
        Term::from_field_bytes(self.key, &key.to_be_bytes())
    }
}

/// One segment of the index, with the slot of each of its documents.
#[derive(Debug)]
pub(super) struct Mapped {
    id: SegmentId,
    pub slots: Arc<[Slot]>,
}

/// What was searchable after a commit. Readers hold it as long as they need it.
pub(super) struct Generation {
    pub searcher: tantivy::Searcher,
    pub fields: Fields,
    /// In the order of the searcher's segments.
    pub segments: Vec<Mapped>,
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generation").field("segments", &self.segments.len()).finish()
    }
}

/// A document as the index has it.
pub(super) struct Known {
    pub key: IdKey,
    pub digest: u64,
}

/// The index and its writer.
pub(super) struct Text {
    index: Index,
    writer: IndexWriter,
    reader: IndexReader,
    fields: Fields,
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("index", &self.index).finish()
    }
}

impl Text {
    /// The index of a folder, as it is: an error when it cannot be used.
    pub fn open(folder: &Path) -> Result<Self, TantivyError> {
        // A damaged file can meet an assertion of the library.
        let opened = catch_unwind(AssertUnwindSafe(|| {
            let (schema, fields) = Fields::schema();
            crate::files::make_private_folder(folder)?;
            let index = Index::open_or_create(MmapDirectory::open(folder)?, schema)?;
            if let Some(path) = index.validate_checksum()?.into_iter().next() {
                return Err(TantivyError::InternalError(format!("{} is damaged", path.display())));
            }
            let text = Self::with(index, fields)?;
            if text.index.load_metas()?.segments.is_empty() || text.arrival()?.is_some() {
                Ok(text)
            } else {
                Err(TantivyError::InternalError("the index is of another version".into()))
            }
        }));
        opened.unwrap_or_else(|_| Err(TantivyError::InternalError("the index is damaged".into())))
    }

    /// An index that lives as long as the process, where there is no disk.
    pub fn in_memory() -> Result<Self, TantivyError> {
        let (schema, fields) = Fields::schema();
        Self::with(Index::create(tantivy::directory::RamDirectory::create(), schema, IndexSettings::default())?, fields)
    }

    fn with(index: Index, fields: Fields) -> Result<Self, TantivyError> {
        let options = IndexWriterOptions::builder()
            .memory_budget_per_thread(WRITER_BYTES)
            .num_worker_threads(WRITER_THREADS)
            .num_merge_threads(WRITER_THREADS)
            .build();
        let writer = index.writer_with_options(options)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, writer, reader, fields })
    }

    /// The number given to the last commit; none before the first, or if another version wrote it.
    pub fn arrival(&self) -> Result<Option<u64>, TantivyError> {
        let payload = self.index.load_metas()?.payload;
        let parsed = payload.as_deref().and_then(|payload| payload.split_once(':'));
        Ok(parsed.filter(|(version, _)| version.parse() == Ok(VERSION)).and_then(|(_, arrival)| arrival.parse().ok()))
    }

    /// Take an element with its words, in place of what was held of it (`held`: whether anything may be).
    pub fn put(&mut self, element: &ElementView, terms: &ElementTerms, held: bool) -> Result<(), TantivyError> {
        let (key, fields) = (id_key(element.id), self.fields);
        if held {
            self.writer.delete_term(fields.term(key));
        }
        let mut document = TantivyDocument::default();
        document.add_bytes(fields.key, &key.to_be_bytes());
        let [high, low] = [(key >> 64) as u64, key as u64];
        document.add_u64(fields.key_high, high);
        document.add_u64(fields.key_low, low);
        document.add_u64(fields.digest, digest(element));
        for (part, terms) in [(fields.name, &terms.name), (fields.tags, &terms.tags), (fields.texts, &terms.texts)] {
            let lists = [(part.words, &terms.words), (part.forms, &terms.forms), (part.beginnings, &terms.beginnings)];
            for (field, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
                document.add_text(field, list);
            }
        }
        self.writer.add_document(document).map(drop)
    }

    /// Hold an element no longer.
    pub fn delete(&mut self, id: ElementId) {
        self.delete_key(id_key(id));
    }

    /// Hold no longer what has this key.
    pub fn delete_key(&mut self, key: IdKey) {
        self.writer.delete_term(self.fields.term(key));
    }

    /// Make what was put and deleted searchable and durable.
    pub fn commit(&mut self, arrival: u64) -> Result<(), TantivyError> {
        let mut prepared = self.writer.prepare_commit()?;
        prepared.set_payload(&format!("{VERSION}:{arrival}"));
        prepared.commit().map(drop)
    }

    /// What is searchable now, with the slots of its documents. Those of segments that `before` has are kept.
    pub fn generation(&self, rows: &Rows, before: Option<&Generation>) -> Result<Generation, TantivyError> {
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        let mut segments = Vec::new();
        for segment in searcher.segment_readers() {
            let id = segment.segment_id();
            let kept = before.and_then(|before| before.segments.iter().find(|mapped| mapped.id == id));
            let slots = match kept {
                Some(mapped) => mapped.slots.clone(),
                None => {
                    let mut slots = Vec::with_capacity(segment.max_doc() as usize);
                    each_document(segment, false, |known| slots.push(rows.slot(known.key).unwrap_or(NO_SLOT)))?;
                    slots.into()
                }
            };
            segments.push(Mapped { id, slots });
        }
        Ok(Generation { searcher, fields: self.fields, segments })
    }

    /// Call with each document that is searchable.
    pub fn each(&self, mut take: impl FnMut(Known)) -> Result<(), TantivyError> {
        self.reader.reload()?;
        let searcher = self.reader.searcher();
        searcher.segment_readers().iter().try_for_each(|segment| each_document(segment, true, &mut take))
    }
}

fn each_document(
    segment: &tantivy::SegmentReader,
    alive_only: bool,
    mut take: impl FnMut(Known),
) -> Result<(), TantivyError> {
    let columns = segment.fast_fields();
    let (high, low, digest) = (columns.u64(KEY_HIGH)?, columns.u64(KEY_LOW)?, columns.u64(DIGEST)?);
    for document in (0..segment.max_doc()).filter(|document| !alive_only || !segment.is_deleted(*document)) {
        let key = high.first(document).zip(low.first(document));
        let key = key.map(|(high, low)| u128::from(high) << 64 | u128::from(low)).unwrap_or_default();
        take(Known { key, digest: digest.first(document).unwrap_or_default() });
    }
    Ok(())
}

/// Equal for elements that have the same words: tells whether what the index holds is still so.
pub(super) fn digest(element: &ElementView) -> u64 {
    let mut bytes = Vec::new();
    for text in texts(element).into_iter().chain(element.tags.iter().map(String::as_str)) {
        bytes.extend_from_slice(&text.len().to_le_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    hash(&bytes).0.iter().take(8).fold(0, |digest, byte| digest << 8 | u64::from(*byte))
}

/// Whether both have the same words.
pub(super) fn same_words(a: &ElementView, b: &ElementView) -> bool {
    texts(a) == texts(b) && a.tags == b.tags
}

/// All of an element that has words, but for its tags.
fn texts(element: &ElementView) -> [&str; 6] {
    [&element.name, &element.description, &element.address, &element.phone, &element.email, &element.website]
        .map(String::as_str)
}
