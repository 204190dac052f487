//! Pages of the snapshot.

use super::{
    LOOKED_MAX, NEW_MAX, PAGE_MAX, Timeline, TimelineNew, TimelineNews, TimelinePage, commands::mark,
    matching::Matching,
};
use crate::{
    failure::Failure,
    modules::{Read, post::PostDetail},
    snapshot::{PostCursor, Snapshot},
};
use communaut_protocol::{EntryId, fold::PostView};
use std::sync::Arc;

type Posts<'a> = Box<dyn Iterator<Item = &'a Arc<PostView>> + 'a>;

impl Read for Timeline {
    fn read(&self, snapshot: &Snapshot) -> Result<Box<TimelinePage>, Failure> {
        let matching = Matching::new(snapshot, &self.kind)?;
        let limit = self.limit.clamp(1, PAGE_MAX);
        let until = matching.until().map(|stamp| (stamp, EntryId::ZERO));
        let before = self.before.map(PostCursor::at).into_iter().chain(until).min();
        let mut all: Posts<'_> = match matching.wall() {
            Some(wall) => Box::new(snapshot.talk.wall(wall, before)),
            None => Box::new(snapshot.talk.feed(before)),
        };
        let (mut posts, mut muted, mut last) = (Vec::new(), 0_usize, None);
        let (mut looked, mut over) = (0_usize, false);
        while looked < LOOKED_MAX && posts.len() < limit {
            let Some(post) = all.next().filter(|post| !matching.ends_before(post.stamp)) else {
                over = true;
                break;
            };
            looked = looked.saturating_add(1);
            last = Some(PostCursor::of(post));
            if !matching.fits(post) {
                continue;
            }
            if snapshot.is_muted(post.author) {
                muted = muted.saturating_add(1);
            } else {
                posts.push(PostDetail::of(snapshot, post));
            }
        }
        let over = over || all.next().is_none();
        let pins = matching.wall().filter(|_| self.before.is_none()).map(|wall| snapshot.pinned_on(wall));
        let pins = pins.into_iter().flatten().filter(|post| !snapshot.is_muted(post.author));
        Ok(Box::new(TimelinePage {
            pinned: pins.map(|post| PostDetail::of(snapshot, &post)).collect(),
            newest: posts.first().map(|detail| PostCursor::of(&detail.post)),
            posts,
            before: last.filter(|_| !over),
            read: snapshot.marks.read.get(&mark(&self.kind)?).copied(),
            muted,
        }))
    }
}

impl Read for TimelineNews {
    fn read(&self, snapshot: &Snapshot) -> Result<TimelineNew, Failure> {
        let matching = Matching::new(snapshot, &self.kind)?;
        let since = match self.since {
            Some(since) => Some(since),
            None => snapshot.marks.read.get(&mark(&self.kind)?).copied(),
        };
        let at = since.map(PostCursor::at).unwrap_or_default();
        let all: Posts<'_> = match matching.wall() {
            Some(wall) => Box::new(snapshot.talk.wall_after(wall, at)),
            None => Box::new(snapshot.talk.feed_after(at)),
        };
        let (mut news, mut looked) = (TimelineNew::default(), 0_usize);
        for post in all {
            if news.posts >= NEW_MAX || looked >= LOOKED_MAX {
                news.more = true;
                break;
            }
            looked = looked.saturating_add(1);
            let others = !snapshot.overview.is_me(post.author) && !snapshot.is_muted(post.author);
            news.posts = news.posts.saturating_add(usize::from(others && matching.fits(post)));
        }
        Ok(news)
    }
}
