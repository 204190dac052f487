//! Posts.

use super::element::tidy_tags;
use crate::{
    api::{Failure, Outcome, PostDraft},
    daemon::core::Core,
};
use communaut_protocol::{
    Scope,
    op::{Op, PostOp},
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
}
