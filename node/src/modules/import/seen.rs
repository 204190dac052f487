//! Which records a file had, so that what has left it can be told.

use super::GoneRecord;
use communaut_protocol::{ElementId, IdentityId, fold::ElementView, op::import_seed};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// Records of one file whose ids are kept: beyond, nothing is told of what left it.
const SEEN_MAX: usize = 4_000_000;
/// Elements that are named one by one.
const GONE_MAX: usize = 1_000;
/// Data sets of which every file is a part: that something is not in it says nothing.
const PARTS: [&str; 1] = ["osm"];

/// What a file had.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    sources: BTreeSet<String>,
    seeds: HashSet<[u8; 16]>,
}

impl Seen {
    /// Take a record.
    pub fn note(&mut self, source: &str, seed: [u8; 16]) {
        if !self.sources.contains(source) {
            self.sources.insert(source.to_owned());
        }
        if self.seeds.len() <= SEEN_MAX {
            self.seeds.insert(seed);
        }
    }

    /// Of my elements from the same sources those that the file did not have, and how many they are.
    pub fn gone<'a>(
        &self,
        elements: impl IntoIterator<Item = (&'a ElementId, &'a Arc<ElementView>)>,
        me: IdentityId,
    ) -> (Vec<GoneRecord>, u64) {
        let (mut gone, mut total) = (Vec::new(), 0);
        if self.seeds.len() > SEEN_MAX {
            return (gone, total);
        }
        for (id, element) in elements {
            let from = element.provenance.as_ref().filter(|_| element.owner == me);
            let left = from.is_some_and(|from| {
                self.sources.contains(&from.source)
                    && !PARTS.contains(&from.source.as_str())
                    && !self.seeds.contains(&import_seed(&from.source, &from.id))
            });
            if left {
                total += 1;
                if gone.len() < GONE_MAX {
                    gone.push(GoneRecord { id: *id, name: element.name.clone() });
                }
            }
        }
        (gone, total)
    }
}
