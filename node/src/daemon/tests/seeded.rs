//! A replica is built and tested without a network, a loop or the system's randomness: equal seeds write equal entries.

use super::{MONACO, secrets};
use crate::{
    api,
    daemon::{clocks::Now, desk::NOW_MS, dispatch::Act, keys::Keys, replica::Replica},
    entropy::Entropy,
    modules::post::PostDraft,
    store::Store,
};
use communaut_protocol::{EntryId, clock::Monotonic};
use std::io;

/// Randomness that follows from a seed.
#[derive(Debug)]
struct Seeded {
    seed: u8,
    drawn: u64,
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

/// What a person writes with keys and a seed.
fn written(keys: &Keys, seed: u8) -> Vec<EntryId> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store")).unwrap();
    let entropy = Box::new(Seeded { seed, drawn: 0 });
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
