//! What keepers have settled: acts that stand for good, which all others follow. SPEC.md §8.7.

use super::{bits::Bits, graph::Graph};
use crate::{
    Stamp,
    ids::{EntryId, Hash, IdentityId},
    op::{FoundingOp, SettleOp},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A point that stands.
#[derive(Debug, Clone)]
pub(in crate::fold) struct Point {
    pub root: Hash,
    /// The keepers who settled it, and when as they say.
    pub by: BTreeMap<IdentityId, Stamp>,
    /// The acts with their past.
    pub acts: Arc<BTreeSet<EntryId>>,
}

/// What a keeper names: the acts, and when.
type Named = (Vec<EntryId>, Stamp);

/// By the point before: of each keeper the roots that they name.
type Words = BTreeMap<Option<Hash>, BTreeMap<IdentityId, BTreeMap<Hash, Named>>>;

/// What keepers say.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    /// Foundings of the container: of two that contradict each other no charter counts.
    charters: BTreeSet<(Vec<IdentityId>, u8)>,
    words: Words,
    /// What acts are with their past, and its root, once all of it is held: nothing that comes changes it.
    known: BTreeMap<Vec<EntryId>, (Hash, Arc<BTreeSet<EntryId>>)>,
    /// Those that stand, one after the other.
    standing: Vec<Point>,
    /// Where two stand beside each other: who settled what.
    split: BTreeMap<Hash, BTreeSet<IdentityId>>,
}

/// What names acts with all their past: `derive("communaut 2026 settled acts", ids, ascending, joined)`.
pub(super) fn root_of(acts: &BTreeSet<EntryId>) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 settled acts");
    for id in acts {
        hasher.update(&id.0);
    }
    Hash(*hasher.finalize().as_bytes())
}

impl Points {
    /// Take a founding of the container.
    pub fn found(&mut self, op: &FoundingOp) -> bool {
        self.charters.insert((op.keepers.clone(), op.agree))
    }
    /// Take a keeper's word.
    pub fn take(&mut self, by: IdentityId, at: Stamp, op: &SettleOp) {
        let roots = self.words.entry(op.previous).or_default().entry(by).or_default();
        let held = roots.entry(op.root).or_insert_with(|| (op.refs.clone(), at));
        // Of several words that say the same the first, whichever came first here.
        if (at, &op.refs) < (held.1, &held.0) {
            *held = (op.refs.clone(), at);
        }
    }
    /// Who settles here, and how many of them have to agree.
    pub fn charter(&self) -> Option<(&[IdentityId], usize)> {
        let only = self.charters.first().filter(|_| self.charters.len() == 1)?;
        Some((only.0.as_slice(), usize::from(only.1))).filter(|(keepers, _)| !keepers.is_empty())
    }
    /// Those that stand, one after the other.
    pub fn standing(&self) -> &[Point] {
        &self.standing
    }
    /// Where two stand beside each other: who settled what.
    pub const fn split(&self) -> &BTreeMap<Hash, BTreeSet<IdentityId>> {
        &self.split
    }

    /// See which points stand by the acts that are held; true if they are others than before.
    pub fn settle(&mut self, graph: &Graph) -> bool {
        let before: Vec<Hash> = std::mem::take(&mut self.standing).iter().map(|point| point.root).collect();
        self.split = BTreeMap::new();
        let charter = self.charter().map(|(keepers, agree)| (keepers.to_vec(), agree));
        let words = std::mem::take(&mut self.words);
        if let Some((keepers, agree)) = charter {
            while let Some(point) = self.next(graph, &words, &keepers, agree) {
                self.standing.push(point);
            }
        }
        self.words = words;
        !before.iter().eq(self.standing.iter().map(|point| &point.root))
    }

    /// The point that follows those that stand.
    fn next(&mut self, graph: &Graph, words: &Words, keepers: &[IdentityId], agree: usize) -> Option<Point> {
        let (previous, settled) = match self.standing.last() {
            Some(point) => (Some(point.root), point.acts.clone()),
            None => (None, Arc::default()),
        };
        let mut named: BTreeMap<Hash, Point> = BTreeMap::new();
        for (keeper, roots) in words.get(&previous)?.iter().filter(|(keeper, _)| keepers.contains(keeper)) {
            let mut said = Vec::new();
            for (root, (refs, at)) in roots {
                // A root is that of what it names, which goes on from the point before, or it is nothing.
                if let Some((true_root, acts)) = self.known(graph, refs)
                    && true_root == *root
                    && settled.is_subset(&acts)
                {
                    said.push((*root, acts, *at));
                }
            }
            // Who names two after one binds neither.
            if let [(root, acts, at)] = said.as_slice() {
                let new = || Point { root: *root, by: BTreeMap::new(), acts: acts.clone() };
                named.entry(*root).or_insert_with(new).by.insert(*keeper, *at);
            }
        }
        named.retain(|_, point| point.by.len() >= agree);
        if named.len() > 1 {
            self.split = named.into_iter().map(|(root, point)| (root, point.by.into_keys().collect())).collect();
            return None;
        }
        named.pop_first().map(|(_, point)| point)
    }

    fn known(&mut self, graph: &Graph, refs: &Vec<EntryId>) -> Option<(Hash, Arc<BTreeSet<EntryId>>)> {
        if let Some(held) = self.known.get(refs) {
            return Some(held.clone());
        }
        let acts = graph.ids_of(refs)?;
        let found = (root_of(&acts), Arc::new(acts));
        self.known.insert(refs.clone(), found.clone());
        Some(found)
    }
}

/// The numbers of the acts of points, in a graph.
pub(super) fn places(graph: &Graph, points: &[Point]) -> Vec<Bits> {
    points.iter().map(|point| point.acts.iter().filter_map(|id| graph.place_of(*id)).collect()).collect()
}
