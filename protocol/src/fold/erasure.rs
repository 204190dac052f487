//! What was erased from a scope, by whom. SPEC.md §7.5.

use super::Record;
use crate::{
    Stamp,
    ids::{AuthorId, DeviceId, EntryId, IdentityId},
    op::{EntryPlace, Leafage, Op, is_erasable, is_erasable_at},
};
use imbl::OrdSet;
use serde::{Deserialize, Serialize};
use std::{cmp::Ordering, collections::BTreeMap, fmt, sync::Arc};

/// An erasure that counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasureView {
    /// Which entry.
    pub target: EntryPlace,
    /// The entry that erases it.
    pub erasure: EntryId,
    /// Who erased it.
    pub by: IdentityId,
    /// Whether its own author did; otherwise a moderator.
    pub own: bool,
    /// A few words; may be empty.
    pub reason: String,
    /// When, as its author says.
    pub stamp: Stamp,
    /// The entry that takes it back.
    pub voided: Option<EntryId>,
}

/// By target: its whole place, so that nobody erases another's entry by naming its id as one of their own. Cloning is
/// cheap (persistent set), and each target takes little: places and words are kept once for each erasure.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "BTreeMap<EntryPlace, ErasureView>", into = "BTreeMap<EntryPlace, ErasureView>")]
pub struct Erasures(OrdSet<Erased>);

impl Erasures {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// What erases the thing at a place; also if that was taken back.
    #[must_use]
    pub fn get(&self, target: &EntryPlace) -> Option<ErasureView> {
        self.held(target).map(Erased::view)
    }
    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = ErasureView> + '_ {
        self.0.iter().map(Erased::view)
    }
    /// How many things are erased.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }
    /// Whether nothing is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Put one in the place of what erases the same thing.
    pub fn insert(&mut self, view: ErasureView) {
        self.set(Erased::of(view));
    }

    pub(super) fn held(&self, target: &EntryPlace) -> Option<&Erased> {
        self.same_as(&Erased::at(*target))
    }
    /// What erases the thing that something else does, too.
    pub(super) fn same_as(&self, erased: &Erased) -> Option<&Erased> {
        self.0.get(erased)
    }
    /// Whether an erasure is shown before what is held of the same thing.
    pub(super) fn shows(&self, erased: &Erased) -> bool {
        self.same_as(erased).is_none_or(|held| erased.rank() < held.rank())
    }
    /// Gives what was there before.
    pub(super) fn set(&mut self, erased: Erased) -> Option<Erased> {
        self.0.insert(erased)
    }
    pub(super) fn remove(&mut self, erased: &Erased) -> Option<Erased> {
        self.0.remove(erased)
    }
    /// What names a record that has come: where it stands, or elsewhere.
    pub(super) fn naming(&self, record: &Record) -> impl Iterator<Item = &Erased> {
        let from = |id, leaf| {
            let zero = EntryPlace { id, leaf, ..NOWHERE };
            self.0.range(Erased::at(zero)..).take_while(move |erased| erased.place().id == id)
        };
        let (id, leaf) = (record.place.id, record.place.leaf);
        let as_leaf = leaf.map(|_| from(id, leaf).take_while(move |erased| erased.place().leaf == leaf));
        from(record.id, None).chain(as_leaf.into_iter().flatten())
    }
}

impl PartialEq for Erasures {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.0.iter().zip(&other.0).all(|(one, other)| one.same(other))
    }
}
impl Eq for Erasures {}

impl From<BTreeMap<EntryPlace, ErasureView>> for Erasures {
    fn from(views: BTreeMap<EntryPlace, ErasureView>) -> Self {
        Self(views.into_values().map(Erased::of).collect())
    }
}
impl From<Erasures> for BTreeMap<EntryPlace, ErasureView> {
    fn from(erasures: Erasures) -> Self {
        erasures.iter().map(|view| (view.target, view)).collect()
    }
}

/// What one erasure says, for all that it names.
#[derive(Debug, PartialEq, Eq)]
struct Erasure {
    targets: Arc<[EntryPlace]>,
    erasure: EntryId,
    by: IdentityId,
    own: bool,
    reason: String,
    stamp: Stamp,
    voided: Option<EntryId>,
}

/// One of the things that an erasure names: 16 bytes beside what the erasure says. In sets it is its place alone.
#[derive(Clone)]
pub(super) struct Erased {
    of: Arc<Erasure>,
    at: u8,
    /// The beginning of the entry's id: mostly it tells two apart.
    head: [u8; 7],
}

/// Least of all.
const NOWHERE: EntryPlace = EntryPlace {
    author: AuthorId([0; 32]),
    device: DeviceId([0; 32]),
    epoch: 0,
    seq: 0,
    id: EntryId([0; 32]),
    leaf: None,
};

impl Erased {
    /// What an erasure names: of the author's own what stands in their logs; of a moderator's all, and `voided` takes
    /// it back.
    pub fn all(record: &Record, voided: Option<EntryId>) -> impl Iterator<Item = Self> {
        let of = match &record.op {
            Op::Erase(op) => Some(Arc::new(Erasure {
                targets: op.targets.clone(),
                erasure: record.id,
                by: record.author,
                own: op.refs.is_none(),
                reason: op.reason.clone(),
                stamp: record.stamp,
                voided,
            })),
            _ => None,
        };
        let all = of.into_iter().flat_map(|of| {
            let count = of.targets.len();
            (0..=u8::MAX).take(count).map(move |at| Self::new(of.clone(), at))
        });
        let author = record.log.author;
        all.filter(move |erased| !erased.is_own() || erased.place().author == author)
    }

    fn new(of: Arc<Erasure>, at: u8) -> Self {
        let mut new = Self { of, at, head: [0; 7] };
        new.head = new.place().id.0.first_chunk().copied().unwrap_or_default();
        new
    }
    fn of(view: ErasureView) -> Self {
        let ErasureView { target, erasure, by, own, reason, stamp, voided } = view;
        let targets = Arc::new([target]);
        Self::new(Arc::new(Erasure { targets, erasure, by, own, reason, stamp, voided }), 0)
    }
    /// To look for what stands at a place.
    pub fn at(target: EntryPlace) -> Self {
        let (erasure, by, stamp) = (NOWHERE.id, IdentityId([0; 32]), Stamp::from_ms(0));
        Self::of(ErasureView { target, erasure, by, own: false, reason: String::new(), stamp, voided: None })
    }

    pub fn place(&self) -> &EntryPlace {
        // It always is one of these.
        self.of.targets.get(usize::from(self.at)).unwrap_or(&NOWHERE)
    }
    pub fn is_own(&self) -> bool {
        self.of.own
    }
    /// Whether nothing takes it back.
    pub fn stands(&self) -> bool {
        self.of.voided.is_none()
    }
    pub fn view(&self) -> ErasureView {
        let Erasure { erasure, by, own, stamp, voided, .. } = *self.of;
        ErasureView { target: *self.place(), erasure, by, own, reason: self.of.reason.clone(), stamp, voided }
    }
    /// Of several erasures of one thing the least is shown: one that stands, its author's before a moderator's.
    pub fn rank(&self) -> (bool, bool, EntryId) {
        (self.of.voided.is_some(), !self.of.own, self.of.erasure)
    }
    /// Whether all of two is the same.
    pub fn same(&self, other: &Self) -> bool {
        self.place() == other.place() && (Arc::ptr_eq(&self.of, &other.of) || self.view() == other.view())
    }
    /// The entry first, so that all that names it stands together.
    fn order(&self) -> impl Ord {
        let place = self.place();
        (place.id, place.leaf, place)
    }
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}
impl Ord for Erased {
    fn cmp(&self, other: &Self) -> Ordering {
        self.head.cmp(&other.head).then_with(|| self.order().cmp(&other.order()))
    }
}
impl PartialOrd for Erased {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Erased {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Erased {}

/// Whether something can be erased, as far as it is held: `held` gives any record of the scope by its id.
pub(super) fn may_erase<'a>(held: impl Fn(EntryId) -> Option<&'a Record>, target: &EntryPlace) -> bool {
    let Some(record) = held(target.said()) else {
        // A leaf of what is one thing: of a proposal its reasons.
        let whole = target.leaf.and_then(|_| held(target.id));
        return whole.is_none_or(|whole| {
            let parts = whole.sealed.is_none() && is_erasable_at(whole.op.schema(), target.leaf);
            whole.op.rule().leaves == Leafage::Parts && parts && whole.place().leaf_of(target.leaf) == *target
        });
    };
    let fits = match &record.op {
        // Without the card nobody knows who founded the container.
        Op::Element(op) => record.container.is_zero() || op.id() != record.container,
        op => is_erasable(op.schema()),
    };
    fits && record.place() == *target
}

/// Whether a record is erased, and that not voided. In an open cell anything of one's own may be named, also before it
/// has come: of what cannot be erased that means nothing.
pub(super) fn is_erased(erasures: &Erasures, record: &Record) -> bool {
    !erasures.is_empty() && hides(erasures.held(&record.place()), record)
}

/// The same by what erases its place.
pub(super) fn hides(erased: Option<&Erased>, record: &Record) -> bool {
    is_erasable(record.op.schema()) && erased.is_some_and(Erased::stands)
}
