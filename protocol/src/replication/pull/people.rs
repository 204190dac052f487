//! Whose identities are known differently here and there: their logs are asked for before what they wrote, since that
//! counts by them. SPEC.md §9.1.

use super::{
    super::{
        PEOPLE_MAX, QUEUE_MAX,
        message::{LogItem, PersonState, Request},
        replica::Replica,
    },
    Pull, PullEffect, State,
};
use crate::{
    ids::{AuthorId, IdentityId},
    scope::{LogId, Scope},
};
use std::collections::BTreeSet;

/// People whose identities are asked about.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    /// Of whom the peer has said what it knows, before what came with that was taken.
    told: Vec<PersonState>,
    /// Still to be asked about.
    open: BTreeSet<AuthorId>,
    /// Asked about in this round.
    asked: BTreeSet<AuthorId>,
    /// Whose identities are looked at in this round though they were declined as they are.
    again: BTreeSet<AuthorId>,
}

impl People {
    fn add(&mut self, author: AuthorId) {
        if self.asked.len() < QUEUE_MAX && self.asked.insert(author) {
            self.open.insert(author);
        }
    }
    /// A round begins.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Pull {
    /// Logs were not taken, since it is not known here, or not yet, that their devices speak for their authors. Each is
    /// asked for once more, after its author's identity.
    pub fn unproven<'a>(&mut self, logs: impl IntoIterator<Item = &'a LogId>) {
        for log in logs {
            self.people.add(log.author);
            if let Some(goal) = self.wants.get_mut(log).filter(|goal| !goal.put_off) {
                goal.put_off = true;
                self.unproven.insert(*log);
            }
        }
    }

    /// Ask for somebody's identity, which is not known here, or not enough of it.
    pub fn meet_author(&mut self, author: AuthorId) {
        self.people.add(author);
    }

    /// As [`Pull::meet_author`], of somebody whose identity was declined: by now there may be room for it, and
    /// something has come that counts by it.
    pub fn meet_again(&mut self, author: AuthorId) {
        if self.people.again.insert(author) {
            self.people.asked.insert(author);
            self.people.open.insert(author);
        }
    }

    /// Whether a log was already asked for again in this round, with its author's identity.
    #[must_use]
    pub fn has_put_off(&self, log: &LogId) -> bool {
        self.wants.get(log).is_some_and(|goal| goal.put_off)
    }

    /// What the peer knows of those who wrote what it pushes: looked at once that is taken, their identities with it.
    pub(super) fn note_people(&mut self, people: Vec<PersonState>) {
        self.people.told = people;
    }

    /// What the peer knows of an author, if it is not what is known here.
    pub(super) fn note_author<R: Replica>(&mut self, theirs: &LogItem, replica: &R) {
        if theirs.log.scope.cell.is_place() && theirs.identity != replica.identity(&theirs.log.author) {
            self.people.add(theirs.log.author);
        }
    }

    /// Ask for the identities that differ, if there are any.
    pub(super) fn meet<R: Replica>(&mut self, replica: &R) -> Option<PullEffect> {
        for PersonState { author, identity } in std::mem::take(&mut self.people.told) {
            if identity != replica.identity(&author) {
                self.people.add(author);
            }
        }
        let count = self.people.open.len().min(PEOPLE_MAX);
        let next: Vec<AuthorId> = std::iter::from_fn(|| self.people.open.pop_first()).take(count).collect();
        if next.is_empty() {
            return None;
        }
        let of: Vec<PersonState> =
            next.iter().map(|author| PersonState { author: *author, identity: replica.identity(author) }).collect();
        self.state = State::Meeting(next);
        Some(PullEffect::Send(Request::People { of }))
    }

    pub(super) fn on_people<R: Replica>(
        &mut self,
        of: &[AuthorId],
        items: Vec<LogItem>,
        through: u32,
        replica: &R,
    ) -> Result<Vec<PullEffect>, R::Error> {
        let through = usize::try_from(through).unwrap_or(usize::MAX);
        if through == 0 || through > of.len() {
            return Ok(self.misbehaved("does not say of whom it knows what"));
        }
        let (looked_at, rest) = of.split_at_checked(through).unwrap_or_default();
        self.people.open.extend(rest);
        for item in items {
            let author = item.log.author;
            if item.log.scope != Scope::identity(IdentityId(author.0)) || !looked_at.contains(&author) {
                return Ok(self.misbehaved("sent identities that were not asked for"));
            }
            if self.people.again.contains(&author) {
                self.add_again(item);
            } else {
                self.offer(item, replica);
            }
        }
        self.next(replica)
    }
}
