//! Links between elements: what each side says, and what the two add up to. SPEC.md §7.4.
//!
//! Who owns an end may be known only later, so what everyone said is kept aside, and a link is
//! looked at again when one of its ends comes in. Any order gives the same.

use super::{Context, ScopeView};
use crate::{
    Stamp,
    fold::{OfferView, Record},
    ids::{ElementId, EntryId, IdentityId},
    op::{LinkKind, LinkOp, LinkProof, LinkState, Role},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Source, target, kind and role: what makes two operations speak of the same link.
pub type LinkKey = (ElementId, ElementId, LinkKind, String);

/// A link, and what its two sides say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct LinkView {
    pub source: ElementId,
    pub target: ElementId,
    pub kind: LinkKind,
    pub role: String,
    /// What both sides' words add up to.
    pub state: LinkState,
    /// Of the later word of the two.
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
    /// The latest word of who speaks for the source.
    pub by_source: Option<LinkWord>,
    /// The latest word of who speaks for the target.
    pub by_target: Option<LinkWord>,
    /// With that of the source: that they hold an invitation, if they say so ([`ScopeView::invited_by`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Arc<LinkProof>>,
}

/// What one side says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in the operation, with author and stamp")]
pub struct LinkWord {
    pub state: LinkState,
    pub author: IdentityId,
    pub stamp: Stamp,
    pub entry: EntryId,
}

impl LinkWord {
    const fn order(&self) -> (Stamp, EntryId) {
        (self.stamp, self.entry)
    }
    /// Whether it ends the link.
    const fn ends(&self) -> bool {
        matches!(self.state, LinkState::Refused | LinkState::Left)
    }
    /// Whether it begins one anew that the other side has ended before.
    fn renews(&self, ended: &Self) -> bool {
        matches!(self.state, LinkState::Invited | LinkState::Requested) && self.order() > ended.order()
    }
}

impl LinkView {
    /// What it is known by.
    #[must_use]
    pub fn key(&self) -> LinkKey {
        (self.source, self.target, self.kind, self.role.clone())
    }

    /// What words add up to; none: nobody has said anything who may.
    fn of(key: &LinkKey, Sides { by_source, by_target, proof }: Sides) -> Option<Self> {
        let last = by_source.into_iter().chain(by_target).max_by_key(LinkWord::order)?;
        let LinkWord { author, stamp, entry, .. } = last;
        let (source, target, kind, role) = key.clone();
        let state = state_of(kind, by_source.as_ref(), by_target.as_ref()).unwrap_or(last.state);
        Some(Self { source, target, kind, role, state, author, stamp, entry, by_source, by_target, proof })
    }
}

/// What the words of both sides add up to (SPEC.md §7.4).
fn state_of(kind: LinkKind, source: Option<&LinkWord>, target: Option<&LinkWord>) -> Option<LinkState> {
    match (source, target) {
        (None, None) => None,
        (Some(word), None) if word.ends() => Some(word.state),
        (None, Some(word)) if word.ends() => Some(word.state),
        // Nobody has to agree.
        (Some(word), None) if kind.is_of_one() && word.state == LinkState::Accepted => Some(LinkState::Accepted),
        (Some(_), None) => Some(LinkState::Requested),
        (None, Some(_)) => Some(LinkState::Invited),
        (Some(source), Some(target)) => match (source.ends(), target.ends()) {
            (false, false) => Some(LinkState::Accepted),
            (true, true) => Some(if source.order() > target.order() { source.state } else { target.state }),
            (true, false) if target.renews(source) => Some(LinkState::Invited),
            (false, true) if source.renews(target) => Some(LinkState::Requested),
            (true, false) => Some(source.state),
            (false, true) => Some(target.state),
        },
    }
}

/// What both sides say.
#[derive(Debug, Clone, Default)]
struct Sides {
    by_source: Option<LinkWord>,
    by_target: Option<LinkWord>,
    proof: Option<Arc<LinkProof>>,
}

/// A word on a link.
#[derive(Debug, Clone)]
struct Word {
    state: LinkState,
    stamp: Stamp,
    entry: EntryId,
    /// Whether it proves that its author owns the source.
    proven: bool,
    /// Whether it is the copy in the source's scope.
    mirror: bool,
    /// That its author holds an invitation.
    proof: Option<Arc<LinkProof>>,
}

/// Who says something of a link, and whether as a moderator: of each the latest word, so that one which does not count
/// hides none that does.
type Voice = (IdentityId, bool);

/// What was said of links, whether it counts or not.
#[derive(Debug, Clone, Default)]
pub(in crate::fold) struct LinksSaid {
    said: BTreeMap<LinkKey, BTreeMap<Voice, Word>>,
    /// The same links by their target.
    to: BTreeSet<LinkKey>,
}

impl LinksSaid {
    /// Keep the latest word of each voice on each link; gives whether it is that.
    fn say(&mut self, key: &LinkKey, voice: Voice, word: Word) -> bool {
        let words = self.said.entry(key.clone()).or_insert_with(|| {
            self.to.insert((key.1, key.0, key.2, key.3.clone()));
            BTreeMap::new()
        });
        match words.get_mut(&voice) {
            Some(held) if (held.stamp, held.entry) >= (word.stamp, word.entry) => false,
            Some(held) => {
                *held = word;
                true
            }
            None => words.insert(voice, word).is_none(),
        }
    }

    /// The links that have an element at one end.
    fn touching(&self, element: ElementId) -> BTreeSet<LinkKey> {
        let from = (element, ElementId::ZERO, LinkKind::Follower, String::new());
        let begin = self.said.range(from.clone()..).map(|(key, _)| key).take_while(|key| key.0 == element).cloned();
        let end = self.to.range(from..).take_while(|key| key.0 == element);
        let end = end.map(|(target, source, kind, role)| (*source, *target, *kind, role.clone()));
        begin.chain(end).collect()
    }
}

/// For which sides a voice speaks, the source first: a person for themselves, an owner for what lies here, a
/// container's moderators for what lies there; of what lies elsewhere for the target, or in a mirror for the source.
fn sides(key: &LinkKey, (author, moderates): Voice, word: &Word, view: &ScopeView) -> [bool; 2] {
    let ends = [key.0, key.1].map(|end| (end == ElementId::from(author), view.elements.get(&end)));
    let owns = ends.map(|(own, held)| own || held.is_some_and(|held| held.owner == author));
    let here = ends.map(|(_, held)| held.is_some());
    let [of_source, of_target] = match here {
        [false, false] => [word.mirror, !word.mirror],
        here => here,
    };
    [owns[0] || word.proven || moderates && of_source, owns[1] || moderates && of_target]
}

pub(super) fn fold(op: LinkOp, record: &Record, context: &mut Context<'_>) {
    let LinkOp { source, target, kind, role, state, mirror, origin, proof } = op;
    let key = (source, target, kind, role);
    let voice = (record.author, context.role >= Some(Role::Moderator));
    let proven = origin.is_some_and(|origin| origin.owner == record.author);
    // By whom it is said, and where: in the container itself, or in the space of who joins.
    let own = source == ElementId::from(record.author) && [source, target].contains(&record.container);
    let proof = proof.filter(|_| own).map(|proof| Arc::new(*proof));
    let word = Word { state, stamp: record.stamp, entry: record.id, proven, mirror: mirror.is_some(), proof };
    context.changes.other = true;
    if !context.said.links.say(&key, voice, word.clone()) {
        return;
    }
    let held = context.view.links.get(&key).map(|held| Sides {
        by_source: held.by_source,
        by_target: held.by_target,
        proof: held.proof.clone(),
    });
    let sides = add(held.unwrap_or_default(), voice, &word, &key, context.view);
    put(&key, sides, context.view);
}

/// What both sides say, with one voice more.
fn add(mut said: Sides, voice: Voice, word: &Word, key: &LinkKey, view: &ScopeView) -> Sides {
    let Word { state, stamp, entry, .. } = *word;
    let own = LinkWord { state, author: voice.0, stamp, entry };
    let [of_source, of_target] = sides(key, voice, word, view);
    if of_source && said.by_source.is_none_or(|held| held.order() < own.order()) {
        (said.by_source, said.proof) = (Some(own), word.proof.clone());
    }
    if of_target && said.by_target.is_none_or(|held| held.order() < own.order()) {
        said.by_target = Some(own);
    }
    said
}

fn put(key: &LinkKey, said: Sides, view: &mut ScopeView) {
    match LinkView::of(key, said) {
        Some(link) => view.put_link(Arc::new(link)),
        None => view.remove_link(key),
    }
}

/// An element has come whose owner may speak for links: they are looked at anew, once for each end.
pub(super) fn of_element(id: ElementId, context: &mut Context<'_>) {
    for key in context.said.links.touching(id) {
        let voices = context.said.links.said.get(&key).into_iter().flatten();
        let said = voices.fold(Sides::default(), |said, (voice, word)| add(said, *voice, word, &key, context.view));
        put(&key, said, context.view);
        context.changes.other = true;
    }
}

impl ScopeView {
    /// By which offer of a container, of which this is the scope, somebody asks to be let in: one that stands, and of
    /// which they hold the key (SPEC.md §8.9). The link may be of another scope. It costs a signature check, where the
    /// key is one of an offer.
    #[must_use]
    pub fn invited_by(&self, container: ElementId, link: &LinkView) -> Option<&Arc<OfferView>> {
        let asks = link.target == container && link.state == LinkState::Requested;
        let proof = link.proof.as_ref().filter(|_| asks)?;
        let offers = self.governance.as_deref().map_or(&[][..], |governance| &governance.offers);
        let key = proof.names();
        let offer = offers.iter().find(|offer| offer.key == key && offer.stands())?;
        proof.proves(container, IdentityId(link.source.0)).then_some(offer)
    }
}
