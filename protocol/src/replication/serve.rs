//! The answering side. One request at a time, each answered at once and within bounds. SPEC.md §9.

use super::{
    BATCH_BYTES, BATCH_ENTRIES, INTERESTS_MAX,
    message::{Digest, Frame, Item, Missing, Register, Request, Response, Said, Seen, Want, item_digest},
    pull::Pull,
    range::{self, Prefixes},
    replica::Replica,
};
use crate::scope::LogId;
use serde_bytes::ByteBuf;
use std::collections::{BTreeMap, BTreeSet};

/// Why ranges are refused.
const UNORDERED: &str = "the ranges do not ascend to the end";
/// Arrivals looked at for one answer: most of them may be of no interest to the peer.
const ARRIVALS_MAX: usize = 20_000;

/// What a peer has told of itself.
#[derive(Debug, Clone, Default)]
pub struct Serve {
    registered: BTreeSet<Vec<u8>>,
    /// The same, in the form in which keys are looked up.
    prefixes: Prefixes,
    digest: Option<Digest>,
    /// How far the peer's own store is, as it said last.
    pub theirs: Option<Seen>,
}

impl Serve {
    /// Answer a request of the peer towards which `pull` asks.
    pub fn answer<R: Replica>(&mut self, replica: &R, request: Request, pull: &Pull) -> Result<Response, R::Error> {
        match request {
            Request::Hello { own, seen, register, interests, ranges, have, .. } => {
                self.theirs = Some(own);
                if let Some(register) = register
                    && let refused @ Response::Refused { .. } = self.register(register)
                {
                    return Ok(refused);
                }
                let registered = self.digest == Some(interests);
                let ours = Seen { instance: replica.instance(), arrival: replica.arrival() };
                match seen.filter(|seen| seen.instance == ours.instance && seen.arrival <= ours.arrival) {
                    Some(seen) if registered => {
                        let known = |digest: &Digest| have.contains(digest) || pull.has_sent(digest);
                        self.since(replica, seen, pull.clock(), known)
                    }
                    _ => {
                        let ranges = if registered { ranges } else { Vec::new() };
                        let Some(parts) = range::unpack(ranges) else { return Ok(refused(UNORDERED)) };
                        let ranges = range::pack(range::answer(replica, &self.prefixes, parts));
                        Ok(Response::Anew { own: ours, registered, ranges, clock: pull.clock() })
                    }
                }
            }
            Request::Interests { register } => Ok(self.register(register)),
            Request::Ranges { under, ranges } => {
                let Some(parts) = range::unpack(ranges) else { return Ok(refused(UNORDERED)) };
                let ranges = match under {
                    Some(under) => {
                        let under = Prefixes::new(under.into_iter().map(ByteBuf::into_vec));
                        range::answer(replica, &under, parts)
                    }
                    None => range::answer(replica, &self.prefixes, parts),
                };
                Ok(Response::Ranges { ranges: range::pack(ranges) })
            }
            Request::Entries { wants } => entries(replica, &wants),
            Request::Payloads { of } => payloads(replica, &of),
        }
    }

    fn register(&mut self, register: Register) -> Response {
        let Register { anew, add } = register;
        if anew {
            self.registered.clear();
        }
        self.registered.extend(add.into_iter().map(ByteBuf::into_vec));
        if self.registered.len() > INTERESTS_MAX {
            *self = Self { theirs: self.theirs, ..Self::default() };
            return refused("more interests than one peer may register");
        }
        let interests = Prefixes::digest(&self.registered);
        self.digest = Some(interests);
        self.prefixes = Prefixes::new(self.registered.iter().cloned());
        Response::Registered { interests }
    }

    /// What arrived since, of interest to the peer, each log once.
    fn since<R: Replica>(
        &self,
        replica: &R,
        seen: Seen,
        clock: Option<u64>,
        known: impl Fn(&Digest) -> bool,
    ) -> Result<Response, R::Error> {
        let arrived = replica.arrived(seen.arrival, ARRIVALS_MAX)?;
        let all = arrived.len() < ARRIVALS_MAX;
        let mut lowest: BTreeMap<LogId, u64> = BTreeMap::new();
        for what in &arrived {
            let from = lowest.entry(what.log).or_insert(what.from);
            *from = what.from.min(*from);
        }
        let mut batch = Batch::default();
        let mut longer = Vec::new();
        let mut through = seen.arrival;
        let mut told: BTreeSet<LogId> = BTreeSet::new();
        for what in arrived {
            if batch.full {
                break;
            }
            let fresh = told.insert(what.log);
            let state = replica.state(&what.log).filter(|_| fresh && self.prefixes.hold(&what.log.key()));
            if let Some(state) = state
                && !known(&item_digest(&what.log, &state))
            {
                let from = lowest.get(&what.log).copied().unwrap_or(what.from);
                replica.entries(&what.log, from, u64::MAX, &mut |entry| batch.put(Frame::of(&entry)))?;
                if batch.full {
                    // Too much for one answer: the asker fetches the rest of it by itself.
                    longer.push(Item::of(what.log, &state));
                }
            }
            through = what.number;
        }
        let more = batch.full || !all;
        let arrival = if more { through } else { replica.arrival() };
        let seen = Seen { instance: seen.instance, arrival };
        Ok(Response::Since { frames: batch.frames, longer, seen, more, clock })
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

fn entries<R: Replica>(replica: &R, wants: &[Want]) -> Result<Response, R::Error> {
    let mut batch = Batch::default();
    for want in wants {
        replica.entries(&want.log, want.from, want.to, &mut |entry| batch.put(Frame::of(&entry)))?;
        if batch.full {
            break;
        }
    }
    Ok(Response::Entries { frames: batch.frames, more: batch.full })
}

fn payloads<R: Replica>(replica: &R, of: &[Missing]) -> Result<Response, R::Error> {
    let mut said = Vec::with_capacity(of.len());
    let mut bytes = 0_usize;
    for missing in of {
        if bytes >= BATCH_BYTES {
            break;
        }
        let one = Said::of(&replica.payload(missing)?);
        bytes = bytes.saturating_add(one.payload.as_ref().map_or(0, |payload| payload.len()));
        said.push(one);
    }
    Ok(Response::Payloads { said })
}
