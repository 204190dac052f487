//! Posts, for everyone and for named persons, and what is said of them.

use super::{PostDraft, React, all_mentioned, queries::find_post};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{
            Replica,
            group_keys::{internal, keys_in},
            write::{Piece, SealUnder},
        },
    },
    failure::Failure,
    modules::{Written, element::tidy_tags},
};
use communaut_protocol::{
    IdentityId, Position, Scope, SealingKey,
    fold::{PostView, ScopeView},
    op::{Op, PostOp, ReactionOp},
    private::{Class, Item, SealKey},
};
use std::collections::BTreeSet;

impl Act for PostDraft {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let mut draft = self;
        let me = replica.author()?;
        draft.mentions = all_mentioned(&draft.text, draft.mentions, || replica.views.everybody())?;
        // What was said to a few is answered to the same few: an answer in clear would tell of it.
        if let Some(answered) = draft.reply_to.and_then(|id| replica.views.talk().post(id).cloned()) {
            if answered.sealed.is_some_and(|by| by.class == Class::Audience) {
                return replica.answer_privately(me, draft, &answered);
            }
            if answered.scope.is_closed() {
                replica.stays_inside(&mut draft, &answered)?;
            }
        }
        if !draft.to.is_empty() {
            return replica.post_privately(me, draft);
        }
        let (scope, position) = match (draft.wall, draft.position) {
            (Some(wall), position) => {
                let held = replica.element(wall)?;
                // In the open cell a post says where it concerns; on a wall, that is where the wall stands.
                let inside = position.filter(|at| held.scope.holds(*at));
                (held.scope, inside.or(held.position))
            }
            (None, Some(position)) => (Scope::open(position), Some(position)),
            (None, None) => {
                return Err(Failure::invalid("a post needs a place: give a wall, or a position"));
            }
        };
        let wall = draft.wall;
        let op = post_op(draft, position, replica.views.scopes().get(&scope));
        let entries = replica.write(me, vec![(scope, op)])?;
        Ok(Written { element: wall, entries })
    }
}

impl Act for React {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { post: text, what } = self;
        let me = replica.author()?;
        let post = find_post(replica.views.talk(), &text)?.clone();
        let view = replica.views.scopes().get(&post.scope).and_then(|view| view.reactions.get(&post.id)?.get(&me));
        if view.map(|held| held.what) == what {
            return Ok(Written { element: None, entries: Vec::new() });
        }
        let op = Op::Reaction(ReactionOp { target: post.id, what });
        let private = post.sealed.is_some_and(|by| by.class == Class::Audience);
        let piece = if private {
            Piece::Sealed(op, SealUnder::Audience(replica.audience_key(&post)?))
        } else {
            Piece::Said(op)
        };
        let entries = replica.write_all(me, vec![(post.scope, piece)])?;
        Ok(Written { element: None, entries })
    }
}

impl Replica {
    /// An answer goes where its closed community is: onto the same wall if it names none, and nowhere else.
    fn stays_inside(&self, draft: &mut PostDraft, answered: &PostView) -> Result<(), Failure> {
        let of = self.closed_communities().get(&answered.scope).copied();
        if draft.wall.is_none() && draft.position.is_none() {
            draft.wall = answered.wall.or(of);
        }
        let inside = match draft.wall {
            Some(wall) => self.element(wall)?.scope == answered.scope,
            None => false,
        };
        if inside && draft.to.is_empty() {
            return Ok(());
        }
        let name = of.and_then(|id| self.views.elements().get(&id)).map_or("…", |card| card.name.as_str());
        Err(Failure::invalid(format!(
            "what was said in a closed community is answered there: leave the wall, the place and the persons out, or \
             give a wall in '{name}' to answer the post {}",
            answered.id.short()
        )))
    }

    /// Under the key of what is answered, in the same place: it reaches those who could read that.
    fn answer_privately(&mut self, me: IdentityId, draft: PostDraft, to: &PostView) -> Result<Written, Failure> {
        if !draft.to.is_empty() {
            let why =
                "an answer to a private post goes to those who got that: leave the persons out, or write a new post";
            return Err(Failure::invalid(why));
        }
        let key = self.audience_key(to)?;
        let (scope, position) = (to.scope, draft.position.filter(|at| to.scope.holds(*at)));
        let op = post_op(draft, position, self.views.scopes().get(&scope));
        let piece = Piece::Sealed(op, SealUnder::Audience(key));
        let entries = self.write_all(me, vec![(scope, piece)])?;
        Ok(Written { element: to.wall, entries })
    }

    pub(crate) fn audience_key(&self, of: &PostView) -> Result<SealKey, Failure> {
        let key = of.sealed.and_then(|by| self.private.ring.audience(&of.scope, by.key)).cloned();
        key.ok_or_else(|| Failure::invalid("the key of the post that you answer is not held here"))
    }

    /// Under a new key, wrapped to all devices of the persons and of the author, and to who recovers them.
    pub(crate) fn post_privately(&mut self, me: IdentityId, draft: PostDraft) -> Result<Written, Failure> {
        let scope = match draft.wall {
            None => self.own_space(me)?,
            Some(wall) => {
                let held = self.element(wall)?;
                if held.scope.is_closed() {
                    let why = format!(
                        "everything in '{}' is for its members already: leave the persons out, or leave the wall out",
                        held.name
                    );
                    return Err(Failure::invalid(why));
                }
                if held.scope.container.is_zero() {
                    let why = format!(
                        "'{}' has no space of its own, and in the open nothing is sealed: leave the wall out, or give \
                         a person, an organisation or a project",
                        held.name
                    );
                    return Err(Failure::invalid(why));
                }
                held.scope
            }
        };
        let mut to: BTreeSet<SealingKey> = BTreeSet::new();
        for person in &draft.to {
            to.extend(self.known_keys_of(*person)?);
        }
        let to = self.as_many_as_a_message(me, &to)?;
        let key = SealKey::from_bytes(self.random()?);
        let mut pieces = keys_in(scope, &[Item::Audience(key.clone())], &to)?;
        let (wall, position) = (draft.wall, draft.position.filter(|at| scope.holds(*at)));
        pieces.push((scope, Piece::Sealed(post_op(draft, position, None), SealUnder::Audience(key.clone()))));
        // Held before anything is written under it.
        if !self.private.ring.add_audience(scope, key, self.device.id()) {
            return Err(Failure::invalid("there is no room for the key of another private post"));
        }
        self.private.save().map_err(internal)?;
        let entries = self.write_all(me, pieces)?;
        Ok(Written { element: wall, entries })
    }
}

/// An answer names what its author has seen of the conversation, if it is in the same scope.
fn post_op(draft: PostDraft, position: Option<Position>, view: Option<&ScopeView>) -> Op {
    let answered = draft.reply_to.zip(view);
    Op::Post(PostOp {
        wall: draft.wall,
        text: draft.text.trim().to_owned(),
        reply_to: draft.reply_to,
        tags: tidy_tags(draft.tags),
        position,
        sample: draft.sample,
        mentions: draft.mentions,
        audience: draft.audience,
        room: draft.room,
        after: answered.map(|(post, view)| view.seen_last(view.first_of(post))).unwrap_or_default(),
        ..PostOp::default()
    })
}
