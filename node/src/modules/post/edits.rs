//! What an author says later of a post of theirs, and who keeps a wall of the posts on it.

use super::{EditPost, PostWord, SayOfPost, mentions::all_mentioned, queries::find_post};
use crate::{
    daemon::{
        dispatch::Act,
        replica::{
            Replica,
            write::{Piece, SealUnder},
        },
    },
    failure::{Failure, FailureCode},
    modules::{Written, element::tidy_tags},
    snapshot::{RETRACTED, may_pin},
    views::talk::{PINNED, label_of},
};
use communaut_protocol::{
    fold::PostView,
    op::{LabelOp, Op, PostOp},
    private::Class,
};

impl Act for EditPost {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let me = replica.author()?;
        let post = find_post(replica.views.talk(), &self.post)?.clone();
        if post.author != me {
            let why = format!("the post {} is not yours: only its author says it anew", post.id.short());
            return Err(Failure::new(FailureCode::NotAllowed, why));
        }
        let (text, tags) = (self.text.trim().to_owned(), self.tags.map_or_else(|| post.tags.clone(), tidy_tags));
        if text == post.text && tags == post.tags {
            return Ok(Written { element: post.wall, entries: Vec::new() });
        }
        let op = Op::Post(PostOp {
            wall: post.wall,
            mentions: all_mentioned(&text, self.mentions, || replica.views.everybody())?,
            text,
            reply_to: post.reply_to,
            tags,
            position: post.position,
            sample: post.sample,
            blobs: post.blobs.clone(),
            audience: post.audience,
            room: post.room,
            replaces: Some(post.id),
            ..PostOp::default()
        });
        let piece = if is_private(&post) {
            Piece::Sealed(op, SealUnder::Audience(replica.audience_key(&post)?))
        } else {
            Piece::Said(op)
        };
        let entries = replica.write_all(me, vec![(post.scope, piece)])?;
        Ok(Written { element: post.wall, entries })
    }
}

impl Act for SayOfPost {
    fn act(self, replica: &mut Replica) -> Result<Written, Failure> {
        let Self { post, word, withdrawn } = self;
        let me = replica.author()?;
        let post = find_post(replica.views.talk(), &post)?.clone();
        let view = replica.views.scopes().get(&post.scope);
        let short = post.id.short();
        if is_private(&post) {
            // A label is said to everybody: it would tell of the post.
            let why =
                format!("the post {short} is for named persons, so nothing is said of it: erase it, or say it anew");
            return Err(Failure::invalid(why));
        }
        let (label, may, who) = match word {
            PostWord::Retracted => (RETRACTED, post.author == me, "only its author takes it back"),
            PostWord::Pinned => {
                let owner = |id| replica.views.elements().get(&id).map(|element| element.owner);
                let may = may_pin(view, owner, me, post.wall) && !post.room;
                (PINNED, may, "posts are pinned on a wall, by whose it is and by moderators and leaders")
            }
        };
        if !may {
            return Err(Failure::new(FailureCode::NotAllowed, format!("the post {short}: {who}")));
        }
        let held = view.and_then(|view| view.labels.get(&(label_of(post.id), me, label.to_owned())));
        if held.is_some_and(|held| !held.withdrawn) != withdrawn {
            return Ok(Written { element: post.wall, entries: Vec::new() });
        }
        let op = Op::Label(LabelOp { on: label_of(post.id), label: label.to_owned(), withdrawn });
        let entries = replica.write(me, vec![(post.scope, op)])?;
        Ok(Written { element: post.wall, entries })
    }
}

/// Whether a post is for named persons.
fn is_private(post: &PostView) -> bool {
    post.sealed.is_some_and(|by| by.class == Class::Audience)
}
