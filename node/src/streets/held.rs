//! What was read of packs, in memory: each once, within a bound for all together. A pack is named by its bytes, so what
//! was read of it stays true; that it cannot be read too.

use super::read::PackInfo;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes of what was read of all packs together, at the most: that of a large region.
const HELD_MAX: usize = 256 << 20;

/// Something that takes room.
pub trait TakesRoom {
    /// Bytes that it takes.
    fn bytes(&self) -> usize;
}

type Read<T> = Result<Arc<T>, String>;

/// What was read.
pub struct Held<T>(Mutex<BTreeMap<PathBuf, Read<T>>>);

impl<T: TakesRoom> Held<T> {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }
    /// What each of some packs has. `read` is told how many bytes it may take. What was read of others is let go.
    pub fn of<'a>(
        &self,
        packs: &'a [PackInfo],
        read: impl Fn(&PackInfo, usize) -> Result<T, String>,
    ) -> Vec<(&'a PackInfo, Read<T>)> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|path, _| packs.iter().any(|pack| pack.file == *path));
        let mut room = HELD_MAX.saturating_sub(held.values().flatten().map(|one| one.bytes()).sum());
        let mut all = Vec::with_capacity(packs.len());
        for pack in packs {
            let one = held.entry(pack.file.clone()).or_insert_with(|| {
                let one = read(pack, room).map(Arc::new);
                room = room.saturating_sub(one.as_ref().map_or(0, |one| one.bytes()));
                one.inspect_err(|why| tracing::warn!("{}: {why}", pack.file.display()))
            });
            all.push((pack, one.clone()));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bytes(usize);
    impl TakesRoom for Bytes {
        fn bytes(&self) -> usize {
            self.0
        }
    }

    #[test]
    fn each_is_read_once_and_all_have_one_bound() {
        static HELD: Held<Bytes> = Held::new();
        let pack = |name: &str| PackInfo { file: name.into(), ..PackInfo::default() };
        let packs = ["a", "b", "c"].map(pack);
        let reads = std::cell::Cell::new(0);
        let read = |_: &PackInfo, room: usize| {
            reads.set(reads.get() + 1);
            let wants = HELD_MAX / 2 + 1;
            if wants > room { Err(format!("{room} left")) } else { Ok(Bytes(wants)) }
        };
        let of = |packs: &[PackInfo]| HELD.of(packs, read).into_iter().map(|(_, one)| one.is_ok()).collect::<Vec<_>>();
        assert_eq!((of(&packs), reads.get()), (vec![true, false, false], 3));
        assert_eq!((of(&packs), reads.get()), (vec![true, false, false], 3), "once");
        assert_eq!((of(&packs[2..]), reads.get()), (vec![false], 3), "a fault is told again without being read");
        assert_eq!((of(&packs[1..2]), reads.get()), (vec![true], 4), "there is room where another went");
    }
}
