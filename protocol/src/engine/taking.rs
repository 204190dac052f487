//! What has come is verified and stored, as far as there is room for it.

use super::{
    Engine, Failed, Host, Peer,
    declining::place,
    proving::{of_identities, proven},
};
use crate::{
    entry::{Body, Header, HeldEntry, Signed, hash, leaves::Leaf},
    fold::{StandingErasure, settle},
    ids::{AuthorId, EntryId},
    log::NotTaken,
    op::schema,
    replication::{
        message::{Frame, Missing},
        replica::Replica,
    },
    scope::LogId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Logs of one answer that are gossiped on: more is a first meeting, which others have their own rounds for.
const RELAYED_MAX: usize = 16;

impl<P: Peer, Q> Engine<P, Q> {
    /// Verify and store entries of a peer.
    pub(super) fn ingest<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        frames: Vec<Frame>,
        begin: &BTreeSet<LogId>,
    ) -> Result<(), Failed<H>> {
        let mut verified = Vec::with_capacity(frames.len());
        for frame in frames {
            match verify(host, frame)? {
                Ok(came) => verified.push(came),
                Err(reason) => self.refuse(host, Some(peer), reason, "an entry that came in a round"),
            }
        }
        self.take_verified(host, peer, verified, begin)
    }

    /// Store what has been verified of a peer, as far as it counts and there is room.
    pub(super) fn take_verified<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        verified: Vec<Came>,
        begin: &BTreeSet<LogId>,
    ) -> Result<(), Failed<H>> {
        let (mut entries, mut payloads) = (Vec::with_capacity(verified.len()), Vec::new());
        // Of which something is not taken, for another reason than its place in the log.
        let mut declined: BTreeSet<LogId> = BTreeSet::new();
        for came in verified {
            match came {
                Came::New(entry) if is_hollow(&entry) => {
                    // A peer whose store was damaged may have lost it.
                    declined.insert(entry.header().log);
                    host.refused("hollow", "an entry of a restatement or an identity that came without its payload");
                }
                Came::New(entry) => entries.push(*entry),
                Came::Payload(missing, body) => payloads.push((missing, body)),
                Came::Held => {}
            }
        }
        self.fill(host, peer, payloads)?;
        let (entries, mut turned_down) = self.admitted(host, entries);
        declined.extend(turned_down.keys());
        // By the identities it is judged whether the others count.
        let (people, others): (Vec<HeldEntry>, Vec<HeldEntry>) =
            entries.into_iter().partition(|entry| entry.header().log.scope.is_identity());
        let (mut answers, mut came) = (Vec::new(), Vec::new());
        let (people, left) = of_identities(host, people);
        self.leave(host, peer, left, &mut turned_down, &mut declined);
        let people = self.with_room(host, peer, people);
        came.extend(people.iter().map(place));
        if !people.is_empty() {
            // A profile brings nobody in.
            let acts =
                |entry: &HeldEntry| (entry.header().schema != schema::PROFILE).then_some(entry.header().log.author);
            let acting: Vec<Option<AuthorId>> = people.iter().map(acts).collect();
            answers = host.take(people, begin)?;
            let taken = std::iter::zip(acting, &answers).filter(|(_, answer)| answer.is_ok());
            self.identities_grow(&taken.filter_map(|(author, _)| author).collect());
        }
        let (others, left) = proven(host, others);
        self.leave(host, peer, left, &mut turned_down, &mut declined);
        let others = self.with_room(host, peer, others);
        came.extend(others.iter().map(place));
        let last: BTreeMap<LogId, HeldEntry> = others.iter().map(|entry| (entry.header().log, entry.clone())).collect();
        if !others.is_empty() {
            answers.extend(host.take(others, begin)?);
        }
        let count = self.received(peer, answers.iter().filter(|answer| answer.is_ok()).count());
        // A little that was written while its author was cut off: said on, so that others need not wait for a round.
        if count > 0 && last.len() <= RELAYED_MAX {
            for (log, entry) in last {
                if host.store().state(&log).is_some_and(|state| state.has_tip(entry.id())) {
                    self.said.extend(entry.into_whole().map(|entry| (log, entry)));
                }
            }
        }
        for ((log, head), answer) in std::iter::zip(came, answers) {
            let Err(error) = answer else {
                self.declined.forget(&log);
                continue;
            };
            // Behind what was declined for another reason nothing finds its place: that is no fault of the peer.
            let lacks = matches!(error, NotTaken::Gap { .. } | NotTaken::Unrooted);
            let rests = self.declined.of(&log.key()).is_some() || self.declined.is_partly_held(&log.scope);
            if lacks && (declined.contains(&log) || rests || self.has_left(peer, &log)) {
                host.refused(error.name(), "an entry behind one that was declined");
                // It rests with what it stands behind, which may have come with an answer before.
                if self.peers.get(peer).is_some_and(|state| state.pull.has_turned_down(&log)) {
                    turned_down.entry(log).or_default();
                }
                turned_down.entry(log).and_modify(|heads| heads.extend([head]));
                continue;
            }
            // Old news from who does not know of a restatement yet, and what waits for the rest of one.
            if !matches!(error, NotTaken::Known | NotTaken::Pruned { .. } | NotTaken::Aside) {
                self.refuse(host, Some(peer), error.name(), "an entry that came in a round");
            }
        }
        self.note_declined(host, peer, turned_down)
    }

    /// Count entries taken from a peer.
    pub(super) fn received(&mut self, peer: &P, count: usize) -> usize {
        if let Some(state) = self.peers.get(peer) {
            let more = u64::try_from(count).unwrap_or(u64::MAX);
            state.report.received = state.report.received.saturating_add(more);
        }
        count
    }

    /// Payloads have come of headers that are held.
    pub(super) fn fill<H: Host>(
        &mut self,
        host: &mut H,
        peer: &P,
        found: Vec<(Missing, Body)>,
    ) -> Result<(), Failed<H>> {
        for (missing, body) in found {
            let Some(signed) = host.header_of(&missing)? else { continue };
            let held = HeldEntry::new(signed.clone(), Body::Absent).map(|entry| {
                let body = host.store().payload(&missing);
                body.map(|body| entry.with_body(body))
            });
            let came = HeldEntry::new(signed, body);
            match held.and_then(|held| came.map(|came| (held, came))) {
                Ok((held, came)) => {
                    let held = held?;
                    let before = held.body().bytes().map_or(0, <[u8]>::len);
                    let entry = settled(host, held.clone().joined(&came));
                    // What brings nothing new costs nobody anything.
                    let more = entry.body().bytes().map_or(0, <[u8]>::len).saturating_sub(before);
                    if entry.body() == held.body() || (more > 0 && !self.room_for(host, peer, &missing.log, more)) {
                        continue;
                    }
                    if missing.log.scope.is_identity() {
                        self.identities_grow(&BTreeSet::from([missing.log.author]));
                    }
                    host.fill(entry)?;
                }
                Err(refusal) => self.refuse(host, Some(peer), refusal.name(), "a payload that was asked for"),
            }
        }
        Ok(())
    }
}

/// What came with a frame.
pub(super) enum Came {
    /// An entry that is not held.
    New(Box<HeldEntry>),
    /// The payload of one that is held without it.
    Payload(Missing, Body),
    /// Nothing new.
    Held,
}

/// What came with a frame, or the name of the reason why it is refused.
type Verified = Result<Came, &'static str>;

/// What cannot be erased and decides over others is taken only as a whole: a restatement makes what stood before it go,
/// and by an identity it is judged what counts.
fn is_hollow(entry: &HeldEntry) -> bool {
    let header = entry.header();
    let first = || entry.body().bytes().map(Leaf::all).and_then(Result::ok)?.first().copied()?.held();
    match entry.body() {
        Body::Absent => header.schema == schema::RESTATE || header.log.scope.is_identity(),
        Body::Part(_) => header.schema == schema::RESTATE && first().is_none(),
        Body::Present(_) | Body::Erased(_) => false,
    }
}

/// Verify an entry as it came, unless it is held already: then its signature need not be checked again.
pub(super) fn verify<H: Host>(host: &H, frame: Frame) -> Result<Verified, Failed<H>> {
    let header = match Header::decode(&frame.header) {
        Ok((header, _)) => header,
        Err(refusal) => return Ok(Err(refusal.name())),
    };
    let id = EntryId(hash(&frame.header).0);
    if host.store().holds(&header.log, header.seq, id)? {
        let missing = Missing { log: header.log, seq: header.seq, id };
        let body = frame.body();
        let lacks = body.bytes().is_some() && host.header_of(&missing)?.is_some();
        return Ok(Ok(if lacks { Came::Payload(missing, body) } else { Came::Held }));
    }
    let bytes = frame.header.to_vec();
    let body = frame.body();
    let entry = Signed::verify(bytes).and_then(|signed| HeldEntry::new(signed, body));
    let entry = entry.map(|entry| settled(host, entry));
    Ok(entry.map(|entry| Came::New(Box::new(entry))).map_err(|refusal| refusal.name()))
}

/// What is said to be erased is believed where the erasure is held; otherwise it is asked for, until the erasure comes.
/// What has come all the same stays until the host carries the erasure out.
fn settled<H: Host>(host: &H, entry: HeldEntry) -> HeldEntry {
    let scope = entry.header().log.scope;
    settle(entry, |place| host.erasure(&scope, place).map(|by| StandingErasure { by, drops: false }))
}
