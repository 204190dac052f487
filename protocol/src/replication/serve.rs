//! The answering side. One request at a time, each answered at once and within bounds. SPEC.md §9.

use super::{
    BATCH_BYTES, BATCH_ENTRIES, INTERESTS_MAX, ITEMS_MAX,
    message::{
        Digest, Frame, LogItem, PayloadWant, PersonState, Range, RegisterInterests, Request, Response, Said, Seen, Want,
    },
    prefixes::{Prefixes, after},
    pull::Pull,
    range::{self, Part, WORK_MAX, Work},
    replica::Replica,
};
use crate::{
    ids::{AuthorId, IdentityId},
    scope::{LogId, Scope},
};
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// Why ranges are refused.
const UNORDERED: &str = "the ranges do not ascend to the end";
/// Arrivals looked at for one answer: most of them may be of no interest to the peer.
const ARRIVALS_MAX: usize = 20_000;
/// Units of [`Work`] that a request costs whatever it asks for: it was read and is answered.
const REQUEST_WORK: usize = 64;
/// Units that a prefix costs, each time that the peer's are put in order.
const PREFIX_WORK: usize = 1;
/// Units that an arrival costs: it is read from the store.
const ARRIVAL_WORK: usize = 4;
/// Units that a look for an identity costs.
const PERSON_WORK: usize = 4;
/// Units that a look for where somebody writes costs.
const WRITES_WORK: usize = 128;
/// Units that a look for an entry or a payload costs, and each that is read: it comes from the disk.
const ENTRY_WORK: usize = 16;

/// What a peer has told of itself.
#[derive(Debug, Clone)]
pub struct Serve {
    registered: BTreeSet<Vec<u8>>,
    /// The same, in the form in which keys are looked up.
    prefixes: Prefixes,
    digest: Option<Digest>,
    /// As which instance the replica was shown when the peer's round began.
    greeted: Option<Digest>,
    /// Whether a part of that round was answered as another one: what the peer concludes from it does not hold.
    mixed: bool,
    /// How far the peer's own store is, as it said last.
    pub theirs: Option<Seen>,
    /// Units of [`Work`] that were done for it.
    pub spent: usize,
    /// Units that are done for one request that compares.
    pub work_max: usize,
}

impl Default for Serve {
    fn default() -> Self {
        Self {
            registered: BTreeSet::new(),
            prefixes: Prefixes::default(),
            digest: None,
            greeted: None,
            mixed: false,
            theirs: None,
            spent: 0,
            work_max: WORK_MAX,
        }
    }
}

impl Serve {
    /// Answer a request of the peer towards which `pull` asks.
    pub fn answer<R: Replica>(&mut self, replica: &R, request: Request, pull: &Pull) -> Result<Response, R::Error> {
        self.spend(REQUEST_WORK);
        let shown = replica.instance();
        if !matches!(request, Request::Hello { .. } | Request::Interests { .. }) {
            self.mixed |= self.greeted.is_some_and(|greeted| greeted != shown);
        }
        match request {
            Request::Hello { own, seen, register, interests, ranges, have, .. } => {
                self.theirs = Some(own);
                if let Some(register) = register
                    && let refused @ Response::Refused { .. } = self.register(register)
                {
                    return Ok(refused);
                }
                let registered = self.digest == Some(interests);
                let ours = Seen { instance: shown, arrival: replica.arrival() };
                // What it may know of changed in the middle of its last round, and perhaps back again: all is compared.
                let whole = !std::mem::take(&mut self.mixed);
                self.greeted = Some(shown);
                let followed = |seen: &Seen| whole && seen.instance == ours.instance && seen.arrival <= ours.arrival;
                match seen.filter(followed) {
                    Some(seen) if registered => {
                        let known = |digest: &Digest| have.contains(digest) || pull.has_sent(digest);
                        self.since(replica, seen, pull.clock(), known)
                    }
                    _ => {
                        let ranges = if registered { ranges } else { Vec::new() };
                        let Some(parts) = range::unpack(ranges) else { return Ok(refused(UNORDERED)) };
                        let ranges = self.compare(replica, None, parts);
                        Ok(Response::Anew { own: ours, registered, ranges, clock: pull.clock() })
                    }
                }
            }
            Request::Interests { register } => Ok(self.register(register)),
            Request::Ranges { under, ranges } => {
                let Some(parts) = range::unpack(ranges) else { return Ok(refused(UNORDERED)) };
                let under = under.map(|under| Prefixes::new(under.into_iter().map(ByteBuf::into_vec)));
                Ok(Response::Ranges { ranges: self.compare(replica, under.as_ref(), parts) })
            }
            Request::Entries { wants } => self.entries(replica, &wants),
            Request::Payloads { of } => self.payloads(replica, &of),
            Request::People { of } => Ok(self.people(replica, &of)),
        }
    }

    fn spend(&mut self, units: usize) {
        self.spent = self.spent.saturating_add(units);
    }

    /// Compare under prefixes; none: under those registered.
    fn compare<R: Replica>(&mut self, replica: &R, under: Option<&Prefixes>, parts: Vec<Part>) -> Vec<Range> {
        let mut work = Work::new(self.work_max);
        let answered = range::answer(replica, under.unwrap_or(&self.prefixes), parts, &mut work);
        self.spend(work.spent());
        range::pack(answered)
    }

    fn register(&mut self, register: RegisterInterests) -> Response {
        let RegisterInterests { anew, add } = register;
        if anew {
            self.registered.clear();
        }
        self.registered.extend(add.into_iter().map(ByteBuf::into_vec));
        if self.registered.len() > INTERESTS_MAX {
            let (theirs, spent, work_max) = (self.theirs, self.spent, self.work_max);
            *self = Self { theirs, spent, work_max, ..Self::default() };
            return refused("more interests than one peer may register");
        }
        self.spend(self.registered.len().saturating_mul(PREFIX_WORK));
        let interests = Prefixes::digest(&self.registered);
        self.digest = Some(interests);
        self.prefixes = Prefixes::new(self.registered.iter().cloned());
        Response::Registered { interests }
    }

    /// What arrived since, of interest to the peer, each log once.
    fn since<R: Replica>(
        &mut self,
        replica: &R,
        seen: Seen,
        clock: Option<u64>,
        known: impl Fn(&Digest) -> bool,
    ) -> Result<Response, R::Error> {
        let arrived = replica.arrived(seen.arrival, ARRIVALS_MAX)?;
        let all = arrived.len() < ARRIVALS_MAX;
        self.spend(arrived.len().saturating_mul(ARRIVAL_WORK));
        let mut lowest: BTreeMap<LogId, u64> = BTreeMap::new();
        for what in &arrived {
            let from = lowest.entry(what.log).or_insert(what.from);
            *from = what.from.min(*from);
        }
        let mut batch = Batch::default();
        let mut longer = Vec::new();
        let mut through = seen.arrival;
        let mut told: BTreeSet<LogId> = BTreeSet::new();
        let mut writers: BTreeMap<AuthorId, bool> = BTreeMap::new();
        let mut people: BTreeMap<AuthorId, Digest> = BTreeMap::new();
        for what in arrived {
            if batch.full {
                break;
            }
            let fresh = told.insert(what.log);
            let wanted = fresh && self.is_of_interest(replica, &what.log, &mut writers);
            let item = wanted.then(|| replica.item(&what.log)).flatten();
            if let Some(item) =
                item.as_ref().filter(|item| item.identity != Digest::ZERO && people.len() < BATCH_ENTRIES)
            {
                people.insert(what.log.author, item.identity);
            }
            if let Some(item) = item
                && !replica.item_digest(&what.log).is_some_and(|digest| known(&digest))
            {
                let from = lowest.get(&what.log).copied().unwrap_or(what.from);
                replica.entries(&what.log, from, u64::MAX, &mut |entry| batch.put(Frame::of(&entry)))?;
                if batch.full {
                    // Too much for one answer: the asker fetches the rest of it by itself.
                    longer.push(item);
                }
            }
            through = what.number;
        }
        self.spend(batch.frames.len().saturating_mul(ENTRY_WORK));
        let more = batch.full || !all;
        let arrival = if more { through } else { replica.arrival() };
        let seen = Seen { instance: seen.instance, arrival };
        let people = people.into_iter().map(|(author, identity)| PersonState { author, identity }).collect();
        Ok(Response::Since { frames: batch.frames, longer, seen, more, clock, people })
    }

    /// Whether the peer is interested in a log: it lies under its prefixes, or is of the identity of somebody who
    /// writes there.
    fn is_of_interest<R: Replica>(&mut self, replica: &R, log: &LogId, writers: &mut BTreeMap<AuthorId, bool>) -> bool {
        if self.prefixes.hold(&log.key()) {
            return true;
        }
        log.scope.is_identity()
            && *writers.entry(log.author).or_insert_with(|| {
                self.spent = self.spent.saturating_add(WRITES_WORK);
                replica.writes_under(&log.author, &self.prefixes)
            })
    }

    /// The logs of the identities that the asker knows differently.
    fn people<R: Replica>(&mut self, replica: &R, of: &[PersonState]) -> Response {
        let (mut items, mut through) = (Vec::new(), 0_u32);
        for person in of {
            self.spend(PERSON_WORK);
            if person.identity != replica.identity(&person.author) {
                let scope = Scope::identity(IdentityId(person.author.0)).key();
                let mut logs = Vec::new();
                replica.each(&scope, after(&scope).as_deref(), &mut |log, state| {
                    logs.push(LogItem::of(log, state, Digest::ZERO));
                    logs.len() < ITEMS_MAX
                });
                self.spend(logs.len());
                if items.len().saturating_add(logs.len()) > ITEMS_MAX {
                    break;
                }
                items.append(&mut logs);
            }
            through = through.saturating_add(1);
        }
        Response::People { items, through }
    }

    fn entries<R: Replica>(&mut self, replica: &R, wants: &[Want]) -> Result<Response, R::Error> {
        let mut batch = Batch::default();
        for want in wants {
            self.spend(ENTRY_WORK);
            replica.entries(&want.log, want.from, want.to, &mut |entry| batch.put(Frame::of(&entry)))?;
            if batch.full {
                break;
            }
        }
        self.spend(batch.frames.len().saturating_mul(ENTRY_WORK));
        Ok(Response::Entries { frames: batch.frames, more: batch.full })
    }

    fn payloads<R: Replica>(&mut self, replica: &R, of: &[PayloadWant]) -> Result<Response, R::Error> {
        let mut said = Vec::with_capacity(of.len());
        let mut bytes = 0_usize;
        for want in of {
            if bytes >= BATCH_BYTES {
                break;
            }
            self.spend(ENTRY_WORK);
            let one = Said::of(&want.answer(replica.payload(&want.missing())?));
            bytes = bytes.saturating_add(one.payload.as_ref().map_or(0, |payload| payload.len()));
            said.push(one);
        }
        Ok(Response::Payloads { said })
    }
}

fn refused(why: &str) -> Response {
    Response::Refused { why: why.to_owned() }
}

/// Frames within the bounds of an answer.
#[derive(Default)]
struct Batch {
    frames: Vec<Frame>,
    bytes: usize,
    full: bool,
}

impl Batch {
    fn put(&mut self, frame: Frame) -> bool {
        if self.bytes >= BATCH_BYTES || self.frames.len() >= BATCH_ENTRIES {
            self.full = true;
            return false;
        }
        self.bytes = self.bytes.saturating_add(frame.len());
        self.frames.push(frame);
        true
    }
}
