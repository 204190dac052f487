//! Posts, and what is said of them.

use super::element::tidy_tags;
use crate::{
    api::{Failure, Outcome, PostDraft},
    daemon::{core::Core, read::find_post},
};
use communaut_protocol::{
    Scope,
    op::{Op, PostOp, Reaction, ReactionOp},
};

impl Core {
    /// Write a post on a wall, or in the open cell of a position.
    pub(super) fn post(&mut self, draft: PostDraft) -> Result<Outcome, Failure> {
        let me = self.author()?;
        let (scope, position) = match (draft.wall, draft.position) {
            (Some(wall), position) => {
                let held = self.element(wall)?;
                // In the open cell a post says where it concerns; on a wall, that is where the wall stands.
                let inside = position.filter(|at| held.scope.cell.holds(*at));
                (held.scope, inside.or(held.position))
            }
            (None, Some(position)) => (Scope::open(position), Some(position)),
            (None, None) => {
                return Err(Failure::invalid("a post needs a place: give a wall, or a position"));
            }
        };
        let op = PostOp {
            wall: draft.wall,
            text: draft.text.trim().to_owned(),
            reply_to: draft.reply_to,
            tags: tidy_tags(draft.tags),
            position,
            sample: draft.sample,
        };
        let entries = self.write(me, vec![(scope, Op::Post(op))])?;
        Ok(Outcome::Written { element: draft.wall, entries })
    }

    /// React to a post in the scope where it stands; nothing is written where nothing changes.
    pub(super) fn react(&mut self, text: &str, what: Option<Reaction>) -> Result<Outcome, Failure> {
        let me = self.author()?;
        let post = find_post(self.views.scopes(), text)?.clone();
        let view = self.views.scopes().get(&post.scope).and_then(|view| view.reactions.get(&post.id)?.get(&me));
        if view.map(|held| held.what) == what {
            return Ok(Outcome::Written { element: None, entries: Vec::new() });
        }
        let op = ReactionOp { target: post.id, what };
        let entries = self.write(me, vec![(post.scope, Op::Reaction(op))])?;
        Ok(Outcome::Written { element: None, entries })
    }
}
