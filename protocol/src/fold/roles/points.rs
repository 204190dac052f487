//! What keepers have settled: acts that stand for good, which all others follow. SPEC.md §8.7.

use super::{bits::Bits, graph::Graph};
use crate::{
    Stamp,
    ids::{EntryId, Hash, IdentityId},
    op::{FoundingOp, SettleOp},
};
use std::collections::{BTreeMap, BTreeSet};

/// A point that stands.
#[derive(Debug, Clone)]
pub(in crate::fold) struct Point {
    pub root: Hash,
    /// The keepers who settled it, and when as they say.
    pub by: BTreeMap<IdentityId, Stamp>,
    /// The acts with their past, by their numbers.
    pub acts: Bits,
    /// How many they are.
    pub count: usize,
}

/// A root, and the numbers of the acts that it is of, where somebody names it truly.
type NamedActs = (Hash, Option<Bits>);

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
    known: BTreeMap<Vec<EntryId>, NamedActs>,
    /// Those that stand, one after the other.
    standing: Vec<Point>,
    /// Where two stand beside each other: who settled what.
    split: BTreeMap<Hash, BTreeSet<IdentityId>>,
    /// Whether nothing was said since, and all that keepers name is held: then no act that comes changes anything.
    rests: bool,
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
        self.rests = false;
        self.charters.insert((op.keepers.clone(), op.agree))
    }
    /// Take a keeper's word.
    pub fn take(&mut self, by: IdentityId, at: Stamp, op: &SettleOp) {
        self.rests = false;
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
        if std::mem::replace(&mut self.rests, true) {
            return false;
        }
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

    /// The point that follows those that stand: the smallest that goes on from them and that enough keepers name, if
    /// all such lie within each other. A keeper may name several: so a few who contradict themselves undo nothing.
    fn next(&mut self, graph: &Graph, words: &Words, keepers: &[IdentityId], agree: usize) -> Option<Point> {
        let (settled, count) = self.standing.last().map(|point| (point.acts.clone(), point.count)).unwrap_or_default();
        let before: Vec<Option<Hash>> =
            [None].into_iter().chain(self.standing.iter().map(|point| Some(point.root))).collect();
        let mut named: BTreeMap<Hash, Point> = BTreeMap::new();
        let said = before.iter().filter_map(|previous| words.get(previous)).flatten();
        for (keeper, roots) in said.filter(|(keeper, _)| keepers.contains(keeper)) {
            for (root, (refs, at)) in roots {
                // A root is that of what it names, which goes on from what stands, or it is nothing.
                if let Some(acts) = self.known(graph, refs, *root)
                    && settled.is_within(acts, acts)
                    && acts.len() > count
                {
                    let new = || Point { root: *root, by: BTreeMap::new(), acts: acts.clone(), count: acts.len() };
                    let by = &mut named.entry(*root).or_insert_with(new).by;
                    by.entry(*keeper).and_modify(|held| *held = (*held).min(*at)).or_insert(*at);
                }
            }
        }
        named.retain(|_, point| point.by.len() >= agree);
        let mut all: Vec<&Point> = named.values().collect();
        all.sort_by_key(|point| (point.count, point.root));
        if all.windows(2).any(|pair| matches!(pair, [less, more] if !less.acts.is_within(&more.acts, &more.acts))) {
            self.split = named.into_iter().map(|(root, point)| (root, point.by.into_keys().collect())).collect();
            return None;
        }
        all.first().map(|point| (*point).clone())
    }

    /// The acts that are named with all that these name, if all of them are held and the root is theirs.
    fn known(&mut self, graph: &Graph, refs: &Vec<EntryId>, root: Hash) -> Option<&Bits> {
        let lacks = match self.known.get(refs) {
            Some((held, _)) if *held != root => return None,
            Some((_, acts)) => acts.is_none(),
            None => true,
        };
        if lacks {
            let Some(ids) = graph.ids_of(refs) else {
                self.rests = false;
                return None;
            };
            let found = root_of(&ids);
            // What is named wrongly costs no more than its root.
            let acts = (found == root).then(|| graph.closure(refs.iter().copied()).0);
            self.known.insert(refs.clone(), (found, acts));
        }
        self.known.get(refs)?.1.as_ref()
    }
    /// Acts have other numbers than before, by these.
    pub fn renumber(&mut self, numbers: &[usize]) {
        let known = self.known.values_mut().filter_map(|(_, acts)| acts.as_mut());
        for acts in known.chain(self.standing.iter_mut().map(|point| &mut point.acts)) {
            *acts = acts.all().filter_map(|at| numbers.get(at).copied()).collect();
        }
    }
    /// Whether a keeper has named something after what stands that does not stand yet: then they name nothing more but
    /// what others have named, or a later word could stand before the earlier one has come.
    pub fn waits(&self, by: IdentityId) -> bool {
        let previous = self.standing.last().map(|point| point.root);
        self.words
            .get(&previous)
            .and_then(|words| words.get(&by))
            .is_some_and(|roots| roots.keys().any(|root| !self.standing.iter().any(|point| point.root == *root)))
    }
    /// A root that other keepers name after what stands and this one does not yet, with the acts: the one that most do.
    pub fn pending(&self, by: IdentityId) -> Option<(Option<Hash>, Vec<EntryId>, Hash)> {
        let (keepers, _) = self.charter()?;
        let previous = self.standing.last().map(|point| point.root);
        let words = self.words.get(&previous)?;
        let settled = self.standing.last().map_or(0, |point| point.count);
        let mut named: BTreeMap<Hash, (usize, Vec<EntryId>)> = BTreeMap::new();
        for (_, roots) in words.iter().filter(|(keeper, _)| keepers.contains(keeper)) {
            for (root, (refs, _)) in roots {
                let acts = self.known.get(refs).and_then(|(held, acts)| acts.as_ref().filter(|_| held == root));
                if acts.is_some_and(|acts| acts.len() > settled) {
                    let (count, _) = named.entry(*root).or_insert_with(|| (0, refs.clone()));
                    *count = count.saturating_add(1);
                }
            }
        }
        words.get(&by).into_iter().flatten().for_each(|(root, _)| drop(named.remove(root)));
        let most = named.into_iter().max_by_key(|(root, (count, _))| (*count, std::cmp::Reverse(*root)));
        most.map(|(root, (_, refs))| (previous, refs, root))
    }
}
