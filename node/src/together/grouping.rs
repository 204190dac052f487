//! Keeping [`Together`] up to date as elements and words change. The work of one change is bounded, whoever makes it.

use super::{
    Together,
    rule::{Sight, Verdict, id_of, is_same_record, is_within, may_be_one_of_several, named, says_the_same},
};
use communaut_protocol::{ElementId, Hash, IdentityId, fold::ElementView};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Records of one id that are held against each other, of people whom one knows, and as many of strangers: those with
/// the least ids. Of more, strangers' are shown by themselves.
const OF_ONE_ID_MAX: usize = 32;
/// Words on one element that are looked at.
const WORDS_MAX: usize = 32;

/// Steps from one record to what is shown in its place: each is a word of somebody, or the rule.
const STEPS_MAX: usize = 8;
/// Rounds in which what is decided together is gathered: as long as a way of words and rules mostly is.
const ROUNDS: usize = 4;
/// Metres around a record within which others of its id are put in order together.
const AROUND_M: f64 = 1_000.0;

/// The first bytes of the hash of an id in a data set.
type Key = u64;
/// The first half of an element's id.
type Half = [u8; 16];

/// What is known of all elements for it.
#[derive(Debug, Default)]
pub(crate) struct Grouping {
    pub together: Together,
    /// Elements by the id in their data set, those of people whom one knows first.
    by_id: BTreeSet<(Key, bool, ElementId)>,
    keys: HashMap<ElementId, (Key, bool)>,
    /// Which elements people whom one knows have named together with which, both ways: by halves of ids, as labels name
    /// them, held or not.
    words: BTreeSet<(Half, Half)>,
}

impl Grouping {
    /// These elements, and words on them, have changed. Gives those that are shown by themselves now, or no longer.
    pub fn changed(
        &mut self,
        sight: &Sight<'_>,
        elements: impl IntoIterator<Item = ElementId>,
        labels: &BTreeSet<(Hash, IdentityId, String)>,
    ) -> BTreeSet<ElementId> {
        let mut open = BTreeSet::new();
        for (on, by, word) in labels {
            let on = ElementId(on.0);
            let heard = Some(*by) == sight.me || sight.trusted.contains(by);
            if let Some((from, _)) = named(word).filter(|_| heard) {
                let (one, other) = (half(on), half(from));
                self.words.extend([(one, other), (other, one)]);
                open.extend(held(sight, other));
            }
            open.insert(on);
        }
        for id in elements {
            open.extend(self.of_one_id(id));
            self.take(sight, id);
            open.extend(self.of_one_id(id));
            open.insert(id);
        }
        // What an element stands for may look for another one; what is freed may stand for others, or have been named
        // with them.
        for _ in 0..ROUNDS {
            let more: Vec<ElementId> = open.iter().flat_map(|id| self.beside(sight, *id)).collect();
            let before = open.len();
            open.extend(more);
            if open.len() == before {
                break;
            }
        }
        let moved = |(id, by)| self.together.set(id, by).then_some(id);
        let decided: Vec<(ElementId, Option<ElementId>)> = {
            let decide = Decide { sight, by_id: &self.by_id, keys: &self.keys, words: &self.words };
            open.into_iter().map(|id| (id, decide.shown_as(id))).collect()
        };
        decided.into_iter().filter_map(moved).collect()
    }

    /// Other people's words count than before: all is forgotten that was known by words. Gives what they were on.
    pub fn forget_words(&mut self, sight: &Sight<'_>) -> BTreeSet<ElementId> {
        std::mem::take(&mut self.words).into_iter().filter_map(|(on, _)| held(sight, on)).collect()
    }

    /// What is decided together with an element.
    fn beside(&self, sight: &Sight<'_>, id: ElementId) -> impl Iterator<Item = ElementId> {
        let stands = self.together.others(id).take(2 * OF_ONE_ID_MAX).chain(self.together.shown_as(id));
        let all: Vec<ElementId> = stands.chain(self.of_one_id(id)).chain(named_with(sight, &self.words, id)).collect();
        all.into_iter()
    }

    fn take(&mut self, sight: &Sight<'_>, id: ElementId) {
        if let Some((key, stranger)) = self.keys.remove(&id) {
            self.by_id.remove(&(key, stranger, id));
        }
        if let Some(element) = sight.elements.get(&id).filter(|element| may_be_one_of_several(element)) {
            let (key, stranger) = (key_of(element), sight.class(element) == STRANGER);
            self.by_id.insert((key, stranger, id));
            self.keys.insert(id, (key, stranger));
        }
    }

    fn of_one_id(&self, id: ElementId) -> Vec<ElementId> {
        let Some((key, _)) = self.keys.get(&id) else { return Vec::new() };
        let known = of_one_id(&self.by_id, *key, false);
        known.chain(of_one_id(&self.by_id, *key, true)).collect()
    }
}

/// The class of strangers ([`Sight::class`]).
const STRANGER: u8 = 2;

/// The same key on every node, so that of too many the same are looked at.
fn key_of(element: &ElementView) -> Key {
    let hash = blake3::hash(id_of(element).as_bytes());
    hash.as_bytes().iter().take(8).fold(0, |key, byte| key << 8 | Key::from(*byte))
}

fn of_one_id(by_id: &BTreeSet<(Key, bool, ElementId)>, key: Key, stranger: bool) -> impl Iterator<Item = ElementId> {
    let (from, to) = ((key, stranger, ElementId([0; 32])), (key, stranger, ElementId([0xff; 32])));
    by_id.range(from..=to).take(OF_ONE_ID_MAX).map(|(.., id)| *id)
}

/// What is named together with an element, of what is held.
fn named_with(sight: &Sight<'_>, words: &BTreeSet<(Half, Half)>, id: ElementId) -> impl Iterator<Item = ElementId> {
    let one = half(id);
    let all = words.range((one, [0; 16])..=(one, [0xff; 16]));
    all.take(WORDS_MAX).filter_map(|(_, other)| held(sight, *other))
}

fn half(id: ElementId) -> Half {
    let mut half = [0; 16];
    half.iter_mut().zip(id.0).for_each(|(to, from)| *to = from);
    half
}

/// The element of which this is the half of the id.
fn held(sight: &Sight<'_>, half: Half) -> Option<ElementId> {
    let ends = [0, 0xff].map(|fill| {
        let mut id = [fill; 32];
        id.iter_mut().zip(half).for_each(|(to, from)| *to = from);
        ElementId(id)
    });
    let [from, to] = ends;
    sight.elements.range(from..=to).map(|(id, _)| *id).next()
}

/// Decides what is shown in the place of what.
struct Decide<'a> {
    sight: &'a Sight<'a>,
    by_id: &'a BTreeSet<(Key, bool, ElementId)>,
    keys: &'a HashMap<ElementId, (Key, bool)>,
    words: &'a BTreeSet<(Half, Half)>,
}

impl Decide<'_> {
    /// Step by step; where it goes round, what nobody has said to be something else is shown.
    fn shown_as(&self, id: ElementId) -> Option<ElementId> {
        let mut way = vec![id];
        while way.len() < STEPS_MAX
            && let Some(next) = way.last().and_then(|last| self.step(*last))
        {
            if let Some(at) = way.iter().position(|before| *before == next) {
                let round = way.get(at..).unwrap_or_default();
                let free = round.iter().filter(|id| self.by_word(**id).is_none()).min();
                return free.or(round.iter().min()).copied().filter(|by| *by != id);
            }
            way.push(next);
        }
        way.last().copied().filter(|by| *by != id)
    }

    fn step(&self, id: ElementId) -> Option<ElementId> {
        self.by_word(id).or_else(|| self.by_rule(self.sight.elements.get(&id)?))
    }

    /// What somebody whom one knows says is to be shown in its place.
    fn by_word(&self, id: ElementId) -> Option<ElementId> {
        let element = self.sight.elements.get(&id)?;
        let mut named = named_with(self.sight, self.words, id).filter_map(|id| self.sight.elements.get(&id));
        let shown = named.find(|other| {
            may_be_said(element, other) && self.sight.verdict(element, other) == Some(Verdict::Same(other.id))
        });
        shown.map(|shown| shown.id)
    }

    /// What is shown in its place without anybody having said so.
    fn by_rule(&self, element: &Arc<ElementView>) -> Option<ElementId> {
        let (key, stranger) = *self.keys.get(&element.id)?;
        let at = element.position?;
        // Those of people whom one knows, in the order in which they come to be shown: each is the same as one before
        // it, or is shown itself.
        let known = of_one_id(self.by_id, key, false).filter_map(|id| self.sight.elements.get(&id));
        let near = |known: &&Arc<ElementView>| known.position.is_some_and(|there| is_within(at, there, AROUND_M));
        let mut known: Vec<&Arc<ElementView>> = known.filter(near).collect();
        if known.len() > 1 {
            known.sort_by_cached_key(|known| self.sight.rank(known));
        }
        let mut shown: Vec<&Arc<ElementView>> = Vec::new();
        for one in known {
            let by = shown.iter().find(|by| self.are_same(by, one));
            if one.id == element.id {
                return by.map(|by| by.id);
            }
            if by.is_none() {
                shown.push(one);
            }
        }
        // Of too many the same are passed over on every node, whatever came first.
        if !stranger || !of_one_id(self.by_id, key, true).any(|id| id == element.id) {
            return None;
        }
        if let Some(by) = shown.into_iter().find(|by| self.are_same(by, element)) {
            return Some(by.id);
        }
        // Of strangers nobody knows whom to believe: one stands for another only where both say the same.
        let others = of_one_id(self.by_id, key, true).filter_map(|id| self.sight.elements.get(&id));
        let mut first = others.filter(|other| says_the_same(other, element) && self.are_same(other, element));
        first.next().map(|first| first.id).filter(|first| *first != element.id)
    }

    fn are_same(&self, a: &ElementView, b: &ElementView) -> bool {
        let spoken = self.words.contains(&(half(a.id), half(b.id)));
        a.id == b.id || is_same_record(a, b) && !(spoken && self.sight.verdict(a, b) == Some(Verdict::Other))
    }
}

/// Whether somebody may say of two that they are the same: both in the open, and nobody's own card.
fn may_be_said(a: &ElementView, b: &ElementView) -> bool {
    use communaut_protocol::op::Kind;
    let open = |element: &ElementView| element.scope.container.is_zero() && element.kind != Kind::Person;
    open(a) && open(b)
}
