//! Whether a post belongs to a timeline.

use super::TimelineKind;
use crate::{
    failure::Failure,
    modules::{
        post::queries::place_of,
        search::Query,
        territory::{cells_of, holds},
    },
    search::fold::folded,
    snapshot::Snapshot,
};
use communaut_protocol::{
    Cell, ElementId, IdentityId, Stamp,
    fold::PostView,
    op::{Kind, LinkKind, LinkState},
};
use std::{cell::RefCell, collections::BTreeMap};

/// What is asked, made ready.
pub(super) struct Matching<'a> {
    snapshot: &'a Snapshot,
    me: Option<IdentityId>,
    what: What,
    /// Whether I follow elements that were asked for.
    follows: RefCell<BTreeMap<ElementId, bool>>,
}

enum What {
    Home,
    Wall(ElementId),
    Cell(Cell),
    Selection(Box<Selected>),
}

/// What is looked for.
struct Selected {
    cells: Vec<Vec<Cell>>,
    words: Vec<String>,
    tags: Vec<String>,
    kinds: Vec<Kind>,
    from: Stamp,
    to: Stamp,
}

impl<'a> Matching<'a> {
    pub fn new(snapshot: &'a Snapshot, kind: &TimelineKind) -> Result<Self, Failure> {
        let what = match kind {
            TimelineKind::Home => What::Home,
            TimelineKind::Wall(id) if snapshot.elements.contains_key(id) => What::Wall(*id),
            TimelineKind::Wall(id) => {
                return Err(Failure::not_found(format!("no element {} is held here", id.short())));
            }
            TimelineKind::Cell(cell) => What::Cell(*cell),
            TimelineKind::Selection(query) => selection(snapshot, query)?,
        };
        let me = snapshot.overview.me.as_ref().map(|me| me.id);
        Ok(Self { snapshot, me, what, follows: RefCell::default() })
    }

    /// The element whose wall is asked for.
    pub fn wall(&self) -> Option<ElementId> {
        match &self.what {
            What::Wall(id) => Some(*id),
            What::Home | What::Cell(_) | What::Selection(_) => None,
        }
    }

    /// No post of this stamp or of an earlier one fits.
    pub fn ends_before(&self, stamp: Stamp) -> bool {
        matches!(&self.what, What::Selection(selected) if stamp < selected.from)
    }

    /// The first stamp that is too late for all.
    pub fn until(&self) -> Option<Stamp> {
        match &self.what {
            What::Selection(selected) => Some(selected.to),
            What::Home | What::Wall(_) | What::Cell(_) => None,
        }
    }

    pub fn fits(&self, post: &PostView) -> bool {
        match &self.what {
            What::Wall(id) => post.wall == Some(*id),
            What::Cell(cell) => place_of(self.snapshot, post).is_some_and(|at| at.cell(cell.len()) == *cell),
            What::Home => self.at_home(post),
            What::Selection(selected) => {
                let Selected { cells, words, tags, kinds, from, to } = selected.as_ref();
                let wall = post.wall.and_then(|id| self.snapshot.elements.get(&id));
                let inside = || {
                    let at = place_of(self.snapshot, post);
                    cells.is_empty() || at.is_some_and(|at| cells.iter().any(|cells| holds(cells, at)))
                };
                let tagged = |tag: &String| post.tags.iter().any(|held| folded(held) == *tag);
                let said = || {
                    let wall = wall.map(|wall| wall.name.as_str()).unwrap_or_default();
                    let text = folded(&format!("{} {} {wall}", post.text, post.tags.join(" ")));
                    words.iter().all(|word| text.contains(word.as_str()))
                };
                (*from..*to).contains(&post.stamp)
                    && (kinds.is_empty() || wall.is_some_and(|wall| kinds.contains(&wall.kind)))
                    && tags.iter().all(tagged)
                    && inside()
                    && (words.is_empty() || said())
            }
        }
    }

    fn at_home(&self, post: &PostView) -> bool {
        let Some(me) = self.me else { return true };
        let near = || {
            let at = place_of(self.snapshot, post);
            at.is_some_and(|at| self.snapshot.overview.followed.iter().any(|territory| territory.holds(at)))
        };
        post.author == me
            || post.mentions.contains(&me)
            || post.wall == Some(me.into())
            || self.snapshot.my_role(&post.scope).is_some()
            || near()
            || self.follows(post.author.into())
            || post.wall.is_some_and(|wall| self.follows(wall))
    }

    /// Whether I follow an element, or a person by their card.
    fn follows(&self, id: ElementId) -> bool {
        let Some(me) = self.me else { return false };
        *self.follows.borrow_mut().entry(id).or_insert_with(|| {
            let held = self.snapshot.elements.get(&id);
            let view = held.and_then(|element| self.snapshot.scopes.get(&element.scope));
            let key = (ElementId::from(me), id, LinkKind::Follower, String::new());
            let link = view.and_then(|view| view.links.get(&key));
            link.is_some_and(|link| link.state == LinkState::Accepted)
        })
    }
}

fn selection(snapshot: &Snapshot, query: &Query) -> Result<What, Failure> {
    let cells: Result<Vec<Vec<Cell>>, Failure> = query.territories.iter().map(|id| cells_of(snapshot, *id)).collect();
    let stamp = |ms: Option<i64>, else_ms: u64| ms.map_or(else_ms, |ms| u64::try_from(ms).unwrap_or_default());
    // A stamp has 48 bits of milliseconds.
    let bounded = |ms: u64| Stamp::from_ms(ms.min(Stamp(u64::MAX).ms()));
    Ok(What::Selection(Box::new(Selected {
        cells: cells?,
        words: folded(&query.text).split_whitespace().map(str::to_owned).collect(),
        tags: query.tags.iter().map(|tag| folded(tag)).collect(),
        kinds: query.kinds.clone(),
        from: bounded(stamp(query.from_ms, 0)),
        to: bounded(stamp(query.to_ms, u64::MAX)),
    })))
}
