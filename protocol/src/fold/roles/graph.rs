//! Acts of governance, each with all that it knew of: it grows by one act at a time, in causal order. SPEC.md §8.1.

use super::{super::Record, bits::Bits};
use crate::{
    ids::{EntryId, IdentityId},
    op::{Op, Role},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// An act of governance, read.
#[derive(Clone, Copy)]
pub(in crate::fold) struct Act<'a> {
    pub record: &'a Record,
    /// Whose role it sets; none for an act of moderation.
    pub word: Option<Word>,
    /// The acts that its author knew last.
    pub refs: &'a [EntryId],
}

/// What an act says of somebody's role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fold) struct Word {
    pub person: IdentityId,
    pub role: Option<Role>,
    /// Whether its author meant to take something away.
    pub lowers: bool,
}

impl<'a> Act<'a> {
    /// None if the record is no act of governance: an own erasure, say.
    pub fn of(record: &'a Record) -> Option<Self> {
        match &record.op {
            Op::Role(op) => {
                let word = Word { person: op.person, role: op.role, lowers: op.lowers() };
                Some(Self { record, word: Some(word), refs: &op.refs })
            }
            Op::Erase(op) => Some(Self { record, word: None, refs: op.refs.as_deref()? }),
            Op::Keep(op) => Some(Self { record, word: None, refs: &op.refs }),
            Op::Offer(op) => Some(Self { record, word: None, refs: &op.refs }),
            Op::Void(op) => Some(Self { record, word: None, refs: &op.refs }),
            _ => None,
        }
    }
    /// Whether somebody leaves by it, or steps down.
    pub fn is_own(&self) -> bool {
        self.word.is_some_and(|word| word.person == self.record.author)
    }
}

/// An act in the graph.
#[derive(Debug, Clone)]
struct Node {
    record: Arc<Record>,
    past: Bits,
    /// What it names with all that these name, where that is less: what keepers have settled is left out.
    named: Option<Bits>,
    /// Whether its device speaks, or what it wrote was accepted, or such an act of its author names it.
    live: bool,
    /// Whether keepers have settled it.
    settled: bool,
}

/// People beside its author who carry an act, from which on nobody else needs to.
const CARRIERS: usize = 2;

/// The acts on one person's role, in causal order.
#[derive(Debug, Clone, Default)]
pub(super) struct Words {
    /// What others say: numbers of acts.
    pub at: Vec<usize>,
    /// Of each of these which of them it knew, and which follow it: by their place in the list. Where keepers have
    /// settled one, others follow it that did not know it: these do not outrank it, and it outranks them as before.
    pub before: Vec<Bits>,
    pub after: Vec<Bits>,
    /// Which of them each follows, where that is more than it knew.
    follows: Vec<Option<Bits>>,
    /// Of each which of what the person says it knew: by their place in that list.
    pub knew_own: Vec<Bits>,
    /// What the person says: leaving, and steps down.
    pub own: Vec<usize>,
}

/// The acts that can count, whose past is held, and those that wait.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    places: BTreeMap<EntryId, usize>,
    words: BTreeMap<IdentityId, Words>,
    /// What each person did to others, in causal order.
    by: BTreeMap<IdentityId, Vec<usize>>,
    /// The highest role that each person may ever have had, by a chain of acts from the founder.
    ever: BTreeMap<IdentityId, Role>,
    /// Acts of people who can never have had the right, by author. They are passed over until somebody gives it, so
    /// that strangers cannot fill references.
    unheard: BTreeMap<IdentityId, Vec<(Arc<Record>, bool)>>,
    /// Acts that are pending, by one of the acts that they lack.
    waiting: BTreeMap<EntryId, Vec<(Arc<Record>, bool)>>,
    /// Who says an act again.
    carriers: BTreeMap<EntryId, BTreeSet<IdentityId>>,
    /// How many acts became live.
    enlivened: usize,
    /// The acts that keepers have settled, which all others follow.
    settled: Bits,
    /// Offers, each with the acts that give somebody a role and name it.
    offers: BTreeMap<EntryId, Vec<EntryId>>,
}

impl Graph {
    /// Take an act. It comes in with all that waited for it, or waits itself. `live`: its device speaks for its author,
    /// or what it wrote was accepted. It may come several times. Gives whether anything is otherwise for it.
    pub fn take(&mut self, record: &Arc<Record>, live: bool) -> bool {
        let mut open = vec![(record.clone(), live)];
        let (before, enlivened) = (self.nodes.len(), self.enlivened);
        while let Some((record, live)) = open.pop() {
            let Some(act) = Act::of(&record) else { continue };
            if let Some(witness) = record.witness {
                if !self.is_heard(witness.by) {
                    self.unheard.entry(witness.by).or_default().push((record, live));
                    continue;
                }
                self.carriers.entry(record.id).or_default().insert(witness.by);
            }
            if let Some(at) = self.places.get(&record.id).copied() {
                if live {
                    self.enliven(at);
                }
            } else if !self.may_ever_count(&act) {
                self.unheard.entry(record.author).or_default().push((record, live));
            } else if let Some(lacking) = act.refs.iter().find(|of| !self.places.contains_key(*of)) {
                self.waiting.entry(*lacking).or_default().push((record, live));
            } else {
                let at = self.nodes.len();
                self.put(record.clone());
                open.extend(self.waiting.remove(&record.id).into_iter().flatten());
                for person in self.raise(at) {
                    open.extend(self.unheard.remove(&person).into_iter().flatten());
                }
                if live {
                    self.enliven(at);
                }
            }
        }
        (before, enlivened) != (self.nodes.len(), self.enlivened)
    }

    /// Who founded the container is known now.
    pub fn found(&mut self, founder: IdentityId) {
        self.ever.insert(founder, Role::Leader);
        for (record, live) in self.unheard.remove(&founder).into_iter().flatten() {
            self.take(&record, live);
        }
    }

    /// An act counts, if it is allowed, whatever became of its device, and so does what its author did before and names
    /// by it.
    fn enliven(&mut self, at: usize) {
        let mut open = vec![at];
        while let Some(at) = open.pop() {
            let Some(node) = self.nodes.get_mut(at).filter(|node| !node.live) else { continue };
            node.live = true;
            self.enlivened = self.enlivened.saturating_add(1);
            let record = node.record.clone();
            let own = |of: &usize| self.nodes.get(*of).is_some_and(|node| node.record.author == record.author);
            let named = Act::of(&record).into_iter().flat_map(|act| act.refs);
            open.extend(named.filter_map(|of| self.places.get(of)).copied().filter(own));
        }
    }

    /// Whether its author may ever have had the right, whatever the order and the past of what gave it.
    fn may_ever_count(&self, act: &Act<'_>) -> bool {
        let ever = self.ever.get(&act.record.author);
        if act.is_own() { ever.is_some() } else { ever >= Some(&Role::Moderator) }
    }

    /// Whom an act may have made more than anything before; who may have become a leader so, whose earlier words give
    /// more now.
    fn raise(&mut self, at: usize) -> BTreeSet<IdentityId> {
        let (mut raised, mut open) = (BTreeSet::new(), vec![at]);
        while let Some(at) = open.pop() {
            let Some(act) = self.act(at).filter(|act| !act.is_own()) else { continue };
            let leads = self.ever.get(&act.record.author) == Some(&Role::Leader);
            let given = act.word.and_then(|word| Some((word.person, word.role?)));
            let Some((person, role)) = given.filter(|(_, role)| leads || *role < Role::Moderator) else { continue };
            if self.ever.get(&person) < Some(&role) {
                self.ever.insert(person, role);
                raised.insert(person);
                if role == Role::Leader {
                    open.extend(self.by(person));
                }
            }
        }
        raised
    }

    fn put(&mut self, record: Arc<Record>) {
        let Some(act) = Act::of(&record) else { return };
        let (at, mut named) = (self.nodes.len(), Bits::default());
        for of in act.refs.iter().filter_map(|of| self.places.get(of)).copied() {
            if let Some(earlier) = self.nodes.get(of).filter(|_| !named.get(of)) {
                named.join(earlier.named.as_ref().unwrap_or(&earlier.past));
                named.set(of);
            }
        }
        let mut past = named.clone();
        past.join(&self.settled);
        match act.word {
            Some(word) if act.is_own() => self.words.entry(word.person).or_default().own.push(at),
            Some(word) => self.words.entry(word.person).or_default().put(at, &past, &named),
            None => {}
        }
        if matches!(record.op, Op::Offer(_)) {
            self.offers.insert(record.id, Vec::new());
        }
        if act.word.is_some_and(|word| word.role.is_some()) && !act.is_own() && !self.offers.is_empty() {
            for offer in act.refs {
                self.offers.get_mut(offer).into_iter().for_each(|named_by| named_by.push(record.id));
            }
        }
        let named = Some(named).filter(|named| *named != past);
        if !act.is_own() {
            self.by.entry(record.author).or_default().push(at);
        }
        self.places.insert(record.id, at);
        self.nodes.push(Node { record, past, named, live: false, settled: false });
    }

    /// Whether an act counts if it is allowed: its device speaks, or it was accepted, or named by its author since.
    pub fn is_live(&self, at: usize) -> bool {
        self.nodes.get(at).is_some_and(|node| node.live || node.settled)
    }
    /// How many acts became live.
    pub const fn enlivened(&self) -> usize {
        self.enlivened
    }
    /// Whether what somebody says again is read.
    pub fn is_heard(&self, by: IdentityId) -> bool {
        self.ever.contains_key(&by)
    }
    /// Whether somebody says an act again, or enough others do.
    pub fn is_carried(&self, act: EntryId, by: IdentityId) -> bool {
        self.carriers.get(&act).is_some_and(|carriers| {
            let author = self.places.get(&act).and_then(|at| self.nodes.get(*at)).map(|node| node.record.author);
            carriers.contains(&by) || carriers.iter().filter(|person| Some(**person) != author).count() >= CARRIERS
        })
    }
    /// How many acts there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }
    /// An act by its number.
    pub fn act(&self, at: usize) -> Option<Act<'_>> {
        Act::of(&self.nodes.get(at)?.record)
    }
    /// Its entry.
    pub fn record(&self, at: usize) -> Option<&Arc<Record>> {
        Some(&self.nodes.get(at)?.record)
    }
    /// Offers, each with the acts that give somebody a role and name it.
    pub fn offers(&self) -> impl Iterator<Item = (EntryId, &[EntryId])> {
        self.offers.iter().map(|(offer, named_by)| (*offer, named_by.as_slice()))
    }
    /// The number of an act.
    pub fn place_of(&self, id: EntryId) -> Option<usize> {
        self.places.get(&id).copied()
    }
    /// All that an act knew of.
    pub fn past(&self, at: usize) -> Option<&Bits> {
        Some(&self.nodes.get(at)?.past)
    }
    /// Whether an act knew of another.
    pub fn knows(&self, act: usize, of: usize) -> bool {
        self.past(act).is_some_and(|past| past.get(of))
    }
    /// Whether an act names another, or what it names does: not whether it follows it because keepers have settled it.
    pub fn knew(&self, act: usize, of: usize) -> bool {
        self.nodes.get(act).is_some_and(|node| node.named.as_ref().unwrap_or(&node.past).get(of))
    }
    /// Whether neither of two knew of the other.
    pub fn concurrent(&self, one: usize, other: usize) -> bool {
        one != other && !self.knows(one, other) && !self.knows(other, one)
    }
    /// What was said of a person's role.
    pub fn words(&self, person: IdentityId) -> Option<&Words> {
        self.words.get(&person)
    }
    /// What a person did to others, in causal order.
    pub fn by(&self, person: IdentityId) -> &[usize] {
        self.by.get(&person).map_or(&[], Vec::as_slice)
    }
    /// Everybody whose role was set.
    pub fn people(&self) -> impl Iterator<Item = IdentityId> {
        self.words.keys().copied()
    }
    /// Acts with all that they name and that these do, and whether all of them are held with theirs. What keepers have
    /// settled is in it only if it is named.
    pub fn closure(&self, of: impl IntoIterator<Item = EntryId>) -> (Bits, bool) {
        let (mut named, mut complete) = (Vec::new(), true);
        for id in of {
            match self.place_of(id) {
                Some(at) => named.push(at),
                None => complete = false,
            }
        }
        (self.closure_of(named), complete)
    }
    /// The same of acts by their numbers.
    pub fn closure_of(&self, mut of: Vec<usize>) -> Bits {
        let mut closure = Bits::default();
        // The latest first: mostly it knew of the others.
        of.sort_unstable_by(|one, other| other.cmp(one));
        for at in of {
            if let Some(node) = self.nodes.get(at).filter(|_| !closure.get(at)) {
                closure.join(node.named.as_ref().unwrap_or(&node.past));
                closure.set(at);
            }
        }
        closure
    }
    /// The ids of acts with all that they name and that these do; none where something is not held.
    pub fn ids_of(&self, acts: &[EntryId]) -> Option<BTreeSet<EntryId>> {
        let (closure, complete) = self.closure(acts.iter().copied());
        complete.then(|| closure.all().filter_map(|at| Some(self.record(at)?.id)).collect())
    }

    /// Some acts by themselves, whatever became of their devices: all of them and all that they name are in the set.
    pub fn only(&self, acts: &Bits) -> Self {
        let mut new = Self { ever: self.ever.clone(), ..Self::default() };
        for node in acts.all().filter_map(|at| self.nodes.get(at)) {
            new.put(node.record.clone());
            if let Some(node) = new.nodes.last_mut() {
                node.live = true;
            }
        }
        new.enlivened = new.nodes.len();
        new
    }

    /// The same graph, where all other acts follow those of each point in turn, which count whatever became of their
    /// devices. Acts have other numbers there, which are given too.
    pub fn following<'a>(&self, points: impl Iterator<Item = &'a Bits>) -> (Self, Vec<usize>) {
        let mut new = Self {
            ever: self.ever.clone(),
            unheard: self.unheard.clone(),
            waiting: self.waiting.clone(),
            carriers: self.carriers.clone(),
            ..Self::default()
        };
        let (mut done, mut numbers) = (Bits::default(), vec![0; self.nodes.len()]);
        let mut put = |new: &mut Self, at: usize, settled: bool| {
            if let Some(node) = self.nodes.get(at).filter(|_| !done.get(at)) {
                done.set(at);
                let live = node.live;
                if let Some(number) = numbers.get_mut(at) {
                    *number = new.nodes.len();
                }
                new.put(node.record.clone());
                if let Some(node) = new.nodes.last_mut() {
                    (node.live, node.settled) = (live, settled);
                }
                new.enlivened = new.enlivened.saturating_add(usize::from(live));
            }
        };
        for point in points {
            point.all().for_each(|at| put(&mut new, at, true));
            new.settled = (0..new.nodes.len()).collect();
        }
        (0..self.nodes.len()).for_each(|at| put(&mut new, at, false));
        (new, numbers)
    }
}

impl Words {
    fn put(&mut self, at: usize, past: &Bits, named: &Bits) {
        let own = self.at.len();
        let within = |past: &Bits| -> Bits {
            self.at.iter().enumerate().filter(|(_, of)| past.get(**of)).map(|(place, _)| place).collect()
        };
        let (follows, knew) = (within(past), within(named));
        for place in follows.all() {
            if let Some(after) = self.after.get_mut(place) {
                after.set(own);
            }
        }
        self.at.push(at);
        self.follows.push(Some(follows).filter(|follows| *follows != knew));
        self.before.push(knew);
        self.after.push(Bits::default());
        let own = self.own.iter().enumerate().filter(|(_, of)| named.get(**of));
        self.knew_own.push(own.map(|(number, _)| number).collect());
    }
    /// Which of them one follows, by their places.
    pub fn follows(&self, place: usize) -> Option<&Bits> {
        self.follows.get(place)?.as_ref().or(self.before.get(place))
    }
}
