//! What a file said last of a record, so that what its owner has written since is known from what the file changed.
//! A node keeps it of what it imported itself, beside the entries in its store: it is in backups, and copied with them.
//! Others do not get it; what is done without is said at [`decide`].

use crate::{
    daemon::replica::Replica,
    modules::element::fields::{self, held_of},
    store::StoreError,
};
use communaut_protocol::{fold::ElementView, op::Field};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Before a record's seed, in what the store remembers.
const SAID: &str = "file said ";
/// Bytes of a hash of what a field said: of one field of one's own, nobody else chooses it.
const HASH_BYTES: usize = 8;
/// The first byte of what is remembered; another one is as if nothing were.
const VERSION: u8 = 1;
/// Beside a field's number: the owner's was kept for good. Fields' numbers are below it.
const KEPT: u8 = 0x80;
/// What the key of the hashes is derived for.
const KEY_CONTEXT: &str = "communaut 2026 what a file said";
/// The number of the field that says where a record came from (SPEC.md §6): only imports write it.
const PROVENANCE: u8 = 12;
/// The number of the field that says whether an element was taken back.
const RETRACTED: u8 = 13;

/// What to do where both the owner and the file have changed a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BothChanged {
    /// Keep the owner's, and tell it, this time and the next.
    #[default]
    Tell,
    /// Take the file's.
    TakeFile,
    /// Keep the owner's, and do not tell it again until the file changes once more.
    KeepMine,
}

/// What is remembered of a record. Bounded by the fields that a record has: some 130 bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileSaid {
    /// The file had it no longer when it was imported last.
    pub gone: bool,
    /// It was taken back for that: it comes back with the file.
    pub closed: bool,
    /// Fields of which both had changed, and the owner's was kept for good.
    kept: BTreeSet<u8>,
    fields: BTreeMap<u8, [u8; HASH_BYTES]>,
}

/// What becomes of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is held as the file says.
    Same,
    /// The file has changed it, and nobody else.
    Write,
    /// Its owner has changed it, and the file has not.
    Keep,
    /// Both have.
    Both,
}

impl FileSaid {
    /// The file says this of a field.
    pub fn put(&mut self, field: &Field, key: &SaidKey) {
        if let Some(hash) = key.hash(field) {
            self.fields.insert(field.key(), hash);
        }
    }

    /// Whether the owner's word stands there though the file says another: it may still be taken back.
    pub fn is_kept(&self, field: u8) -> bool {
        self.kept.contains(&field)
    }

    /// Say so, or that it does no longer.
    pub fn keep(&mut self, field: u8, kept: bool) {
        if kept {
            self.kept.insert(field);
        } else {
            self.kept.remove(&field);
        }
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let (flags, rest) = rest.split_first().filter(|_| *version == VERSION)?;
        let (mut kept, mut fields) = (BTreeSet::new(), BTreeMap::new());
        for chunk in rest.chunks_exact(HASH_BYTES + 1) {
            let (key, hash) = chunk.split_first()?;
            fields.insert(*key & !KEPT, hash.try_into().ok()?);
            if *key & KEPT != 0 {
                kept.insert(*key & !KEPT);
            }
        }
        Some(Self { gone: flags & 1 != 0, closed: flags & 2 != 0, kept, fields })
    }

    fn bytes(&self) -> Vec<u8> {
        let flags = u8::from(self.gone) | u8::from(self.closed) << 1;
        let mark = |key: u8| if self.kept.contains(&key) { key | KEPT } else { key };
        let fields = self.fields.iter().flat_map(|(key, hash)| std::iter::once(mark(*key)).chain(*hash));
        [VERSION, flags].into_iter().chain(fields).collect()
    }
}

/// What becomes of a field that the file says.
///
/// Where nothing is remembered (it was imported before this was kept, or by another device), what stands in the same
/// entry as where the record came from was written by an import, and is the file's to change; so is what nobody ever
/// wrote. Anything else may be the owner's, and is kept and told: to ask once too often loses nothing.
pub(crate) fn decide(field: &Field, held: &ElementView, said: Option<&FileSaid>, key: &SaidKey) -> Decision {
    let here = held_of(held, field);
    if here.as_ref() == Some(field) {
        return Decision::Same;
    }
    let entry_of = |key: u8| held.registers.iter().find(|(of, ..)| *of == key).map(|(.., entry)| *entry);
    let now = key.hash(field);
    match said.and_then(|said| said.fields.get(&field.key())) {
        _ if field.key() == PROVENANCE => Decision::Write,
        Some(last) if now.as_ref() == Some(last) => Decision::Keep,
        Some(last) if here.as_ref().and_then(|here| key.hash(here)).as_ref() == Some(last) => Decision::Write,
        Some(_) => Decision::Both,
        None => match entry_of(field.key()) {
            None => Decision::Write,
            entry if entry == entry_of(PROVENANCE) => Decision::Write,
            Some(_) => Decision::Both,
        },
    }
}

/// Whether an element stands as its file said last: nobody has changed it since. Where nothing is remembered, what
/// stands in the entry in which the record's origin does is an import's.
pub(crate) fn is_as_imported(held: &ElementView, said: Option<&FileSaid>, key: &SaidKey) -> bool {
    let fields = fields::all(held);
    let of_import = held.registers.iter().find(|(of, ..)| *of == PROVENANCE).map(|(.., entry)| *entry);
    let said = said.filter(|said| !said.fields.is_empty());
    held.registers.iter().all(|(of, _, entry)| {
        let remembered = said.map(|said| said.fields.get(of));
        match remembered {
            _ if matches!(*of, PROVENANCE | RETRACTED) => true,
            Some(Some(last)) => {
                let here = fields.iter().find(|field| field.key() == *of);
                here.and_then(|here| key.hash(here)).as_ref() == Some(last)
            }
            // Of what the file never said, an owner has said something, or nothing any more.
            Some(None) => fields.iter().all(|field| field.key() != *of),
            None => Some(*entry) == of_import,
        }
    })
}

/// Under what fields are hashed: a secret of this device, so that nobody who reads the disk guesses from the hash what
/// stood in a field that was erased.
#[derive(Debug, Clone, Default)]
pub(crate) struct SaidKey([u8; 32]);

impl SaidKey {
    /// Of a field with what it says; none: it cannot be written down.
    fn hash(&self, field: &Field) -> Option<[u8; HASH_BYTES]> {
        let bytes = serde_json::to_vec(field).ok()?;
        blake3::keyed_hash(&self.0, &bytes).as_bytes().get(..HASH_BYTES)?.try_into().ok()
    }
}

fn key(seed: &[u8; 16]) -> String {
    let hex = seed.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("{SAID}{hex}")
}

impl Replica {
    /// Under what this device hashes what files say: a signature is the same each time, and nobody else can make it.
    pub(crate) fn said_key(&self) -> SaidKey {
        SaidKey(blake3::derive_key(KEY_CONTEXT, &self.device.sign(KEY_CONTEXT.as_bytes()).0))
    }

    /// What a file said last of the record that has this seed.
    pub(crate) fn file_said(&self, seed: &[u8; 16]) -> Result<Option<FileSaid>, StoreError> {
        Ok(self.store.meta(&key(seed))?.and_then(|bytes| FileSaid::read(&bytes)))
    }

    /// Remember it of several.
    pub(crate) fn remember_said(&mut self, all: &[([u8; 16], FileSaid)]) -> Result<(), StoreError> {
        let pairs: Vec<(String, Vec<u8>)> = all.iter().map(|(seed, said)| (key(seed), said.bytes())).collect();
        self.store.set_metas(&pairs)?;
        self.dirty |= !pairs.is_empty();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn what_is_remembered_comes_back_and_stays_small() {
        let mut said = FileSaid { gone: true, ..FileSaid::default() };
        said.fields = (0..12).map(|key| (key, [key; HASH_BYTES])).collect();
        said.keep(7, true);
        assert!(said.bytes().len() < 130, "{}", said.bytes().len());
        assert_eq!(FileSaid::read(&said.bytes()).unwrap(), said);
        assert_eq!(FileSaid::read(&[VERSION + 1, 0]), None, "of another version");
        assert_eq!(FileSaid::read(&[]), None);
    }
}
