//! A replica is built and tested without a network, a loop or the system's randomness: equal seeds write equal entries.

use super::{MONACO, secrets};
use crate::{
    api,
    daemon::{clocks::Now, desk::NOW_MS, dispatch::Act, keys::Keys, replica::Replica, vault::Vault},
    entropy::Entropy,
    modules::post::PostDraft,
    store::Store,
};
use communaut_protocol::{EntryId, clock::Monotonic};
use std::{collections::BTreeMap, io, sync::Mutex};
use zeroize::Zeroizing;

/// Randomness that follows from a seed.
#[derive(Debug)]
pub(crate) struct Seeded {
    seed: u8,
    drawn: u64,
}

impl Seeded {
    pub fn of(seed: u8) -> Self {
        Self { seed, drawn: 0 }
    }
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0; 8];
        self.fill(&mut bytes).unwrap();
        usize::try_from(u64::from_be_bytes(bytes) % end as u64).unwrap()
    }
    /// In another order.
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<()> {
        self.drawn += 1;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[self.seed]).update(&self.drawn.to_be_bytes());
        hasher.finalize_xof().fill(bytes);
        Ok(())
    }
}

/// A vault in memory, with the keys of a device that follow from a seed.
#[derive(Debug)]
pub(crate) struct Pocket(Mutex<BTreeMap<String, Vec<u8>>>);

impl Pocket {
    pub fn of(seed: u8) -> Self {
        let key = |(name, _)| (String::from(name), blake3::derive_key(name, &[seed]).to_vec());
        Self(Mutex::new(Keys::fresh().unwrap().into_iter().map(key).collect()))
    }
}

impl Vault for Pocket {
    fn read(&self, name: &str, _max: usize) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        Ok(self.0.lock().unwrap().get(name).cloned().map(Zeroizing::new))
    }
    fn write(&self, name: &str, secret: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().insert(name.to_owned(), secret.to_owned());
        Ok(())
    }
    fn remove(&self, name: &str) -> io::Result<()> {
        self.0.lock().unwrap().remove(name);
        Ok(())
    }
}

/// What a person writes with keys and a seed.
fn written(keys: &Keys, seed: u8) -> Vec<EntryId> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    let entropy = Box::new(Seeded::of(seed));
    let mut replica = Replica::new(store, keys, Box::new(secrets(folder.path())), entropy).unwrap();
    replica.loaded().unwrap();
    replica.clocks.look(Now { system_ms: NOW_MS, monotonic: Monotonic::default() }, std::iter::empty());
    api::Init { name: "Ada".into(), about: String::new(), home: MONACO, sample: false, deciding: false }
        .act(&mut replica)
        .unwrap();
    let post = PostDraft { text: "bonjour".into(), position: Some(MONACO), ..PostDraft::default() };
    post.act(&mut replica).unwrap();
    replica.store.reader().held().map(|entry| entry.unwrap().id()).collect()
}

#[test]
fn equal_seeds_write_equal_entries() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(&secrets(folder.path())).unwrap();
    let (first, again, other) = (written(&keys, 1), written(&keys, 1), written(&keys, 2));
    assert_eq!(first.len(), 4, "inception, profile, card, post");
    assert_eq!(first, again);
    assert!(first.iter().all(|id| !other.contains(id)), "another seed, other nonces");
}
