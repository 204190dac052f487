//! Gossip: what was written here is said, what others said is judged. A hint that there is something to ask for.

use super::{
    Effect, Engine, Failed, Host, Peer,
    declining::admits,
    taking::{Came, verify},
};
use crate::{
    entry::{Entry, Head, RawEntry},
    geo::Cell,
    log::NotTaken,
    replication::{
        message::{Frame, LogItem},
        replica::Replica,
    },
    scope::Scope,
};
use std::collections::BTreeSet;

/// What becomes of a gossiped message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// New and valid: pass it on.
    Accept,
    /// Not valid: do not pass it on.
    Reject,
    /// Held already: do not pass it on.
    Ignore,
}

impl<P: Peer, Q> Engine<P, Q> {
    /// An entry was written here: it is gossiped once it is durable. Of each log the last one is: who lacks those
    /// before asks for them.
    pub fn say(&mut self, entry: Entry) {
        self.said.insert(entry.header().log, entry);
    }

    /// What was written may not be durable: nothing is said of it.
    pub fn say_nothing(&mut self) {
        self.said.clear();
    }

    /// All that was stored is durable: gossip what is new.
    pub fn flushed<H: Host>(&mut self, host: &mut H) -> Result<(), Failed<H>> {
        let mut closed: BTreeSet<Scope> = BTreeSet::new();
        for (log, entry) in std::mem::take(&mut self.said) {
            if log.scope.is_closed() {
                closed.insert(log.scope);
            }
            if log.scope.cell.is_place() {
                self.effects.push(Effect::Publish(Box::new(entry)));
            }
        }
        let closed: Vec<Scope> = closed.into_iter().collect();
        if closed.is_empty() { Ok(()) } else { self.tell_closed(host, &closed) }
    }

    /// A message came over a cell's topic: an encoded entry.
    pub fn on_gossip<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        cell: Cell,
        data: &[u8],
    ) -> Result<Verdict, Failed<H>> {
        if !self.ready {
            // Whom to believe is not yet known. Rounds bring it.
            return Ok(Verdict::Ignore);
        }
        let entry = match RawEntry::decode(data) {
            Ok(RawEntry { header, payload }) => {
                verify(host, Frame { header: header.into(), payload: Some(payload.into()), erased: None })?
            }
            Err(refusal) => Err(refusal.name()),
        };
        let entry = match entry {
            Ok(Came::New(entry)) if entry.header().log.scope.cell == cell => *entry,
            Ok(Came::New(_)) => {
                self.refuse(host, Some(peer), "topic", "an entry that was gossiped over another cell's topic");
                return Ok(Verdict::Reject);
            }
            Ok(Came::Payload(missing, body)) => {
                self.fill(host, peer, vec![(missing, body)])?;
                return Ok(Verdict::Ignore);
            }
            Ok(Came::Held) => return Ok(Verdict::Ignore),
            Err(reason) => {
                self.refuse(host, Some(peer), reason, "an entry that was gossiped");
                return Ok(Verdict::Reject);
            }
        };
        let log = entry.header().log;
        let (head, newest) = (Head { seq: entry.header().seq, id: entry.id() }, entry.header().stamp);
        if !host.wants(&log.scope) {
            // Heard because something of ours lies in the same cell: passed on, not kept.
            return Ok(Verdict::Accept);
        }
        // What the sender knows of its author is not told: as far as that is known here, nothing is asked.
        let identity = host.store().identity_beside(&log);
        let theirs = LogItem { log, floor: 0, tips: vec![head], fork: None, newest, identity };
        if !admits(host, entry.header()) {
            // Who wants it hears it from others; here it is remembered when a round brings it.
            host.refused("declined", "an entry that was gossiped, by this node's own policy");
            return Ok(Verdict::Ignore);
        }
        if !host.proves(&log) {
            // It does not count here, nor is it passed on: it is asked for, with its author's identity.
            host.refused("unproven", "an entry that was gossiped of an author who is not known to use its device");
            let now = self.now.monotonic;
            let again = self.declined.has_identity(log.author) && self.unproven.may_meet(log.author, now);
            let asked = self.pull_of(host, peer, |pull, shown| {
                if again {
                    pull.meet_again(log.author)
                } else {
                    pull.meet_author(log.author)
                }
                pull.want(theirs, shown)
            })?;
            self.follow(host, peer, asked)?;
            return Ok(Verdict::Ignore);
        }
        let entries = self.with_room(host, peer, vec![entry]);
        if entries.is_empty() {
            // Others may have room.
            return Ok(Verdict::Accept);
        }
        let verdict = match host.take(entries, &BTreeSet::new())?.into_iter().next() {
            Some(Ok(())) => {
                self.declined.forget(&log);
                self.received(peer, 1);
                Verdict::Accept
            }
            // A hint that more has been written: fetch it.
            Some(Err(NotTaken::Gap { .. } | NotTaken::Unrooted | NotTaken::Aside)) => {
                let asked = self.pull_of(host, peer, |pull, shown| pull.want(theirs, shown))?;
                self.follow(host, peer, asked)?;
                Verdict::Accept
            }
            Some(Err(NotTaken::Known | NotTaken::Pruned { .. })) | None => Verdict::Ignore,
            Some(Err(refused)) => {
                self.refuse(host, Some(peer), refused.name(), "an entry that was gossiped");
                Verdict::Reject
            }
        };
        Ok(verdict)
    }
}
