//! `/communaut/sync/0`: list heads, fetch what is missing. Disposable: range reconciliation replaces it.
//!
//! The asker pulls. For each prefix of its interest it asks for the heads that the peer holds,
//! then for the entries that it lacks, each log from its own head on. Identity logs of authors
//! are asked for by id, once their entries name them.

use crate::{
    codec::{self, CodecError},
    entry::{Head, Header, RawEntry},
    scope::{LOG_KEY_LEN, LogId},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Name of the protocol.
pub const PROTOCOL: &str = "/communaut/sync/0";
/// Bytes of a request: 512 wants of about 150 B.
pub const REQUEST_MAX: usize = 128 * 1024;
/// Bytes of an answer: a batch of entries and one entry over.
pub const RESPONSE_MAX: usize = 2 * 1024 * 1024;
/// Bytes of entries after which an answer ends.
pub const BATCH_BYTES: usize = 1024 * 1024;
/// Entries of one answer: so that a batch is verified in a fraction of a second.
pub const BATCH_ENTRIES: usize = 2_000;
/// Heads of one answer: about 150 B each.
pub const HEADS_MAX: usize = 4_096;
/// Prefixes of one request.
pub const PREFIXES_MAX: usize = 256;
/// Wants of one request.
pub const WANTS_MAX: usize = 512;
/// Logs waited for from one peer (about 150 B each): when it is full the listing stops, and goes on after
/// what was listed has come.
pub const QUEUE_MAX: usize = 100_000;
/// Pages of heads in answer to one listing: four million logs if they are full; a peer that sends more is toying with us.
pub const PAGES_MAX: usize = 1_000;

/// Asked of a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Heads of the logs whose key begins with a prefix, after a log.
    Heads {
        /// Beginnings of log keys, at least 1 byte.
        prefixes: Vec<serde_bytes::ByteBuf>,
        /// Where the page before ended.
        after: Option<LogId>,
    },
    /// Entries of logs, each from a sequence number on.
    Entries {
        /// Which.
        wants: Vec<(LogId, u64)>,
    },
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// In ascending order of log keys.
    Heads {
        /// What is held.
        heads: Vec<(LogId, Head)>,
        /// Whether another page follows.
        more: bool,
    },
    /// In order of each log.
    Entries {
        /// As stored.
        entries: Vec<RawEntry>,
        /// Whether something asked for was left out for size.
        more: bool,
    },
    /// The request broke a rule, which is named.
    Refused(String),
}

impl Request {
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// From the wire, bounded before and after it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let request: Self = codec::decode_lax(bytes, REQUEST_MAX)?;
        match &request {
            Self::Heads { prefixes, .. } => {
                within(prefixes.len(), PREFIXES_MAX)?;
                if !prefixes.iter().all(|prefix| (1..=LOG_KEY_LEN).contains(&prefix.len())) {
                    return Err(CodecError::Malformed(format!("a prefix is not 1 to {LOG_KEY_LEN} bytes long")));
                }
            }
            Self::Entries { wants } => within(wants.len(), WANTS_MAX)?,
        }
        Ok(request)
    }
}

impl Response {
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// From the wire, bounded before and after it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let response: Self = codec::decode_lax(bytes, RESPONSE_MAX)?;
        match &response {
            Self::Heads { heads, .. } => within(heads.len(), HEADS_MAX)?,
            Self::Entries { entries, .. } => within(entries.len(), BATCH_ENTRIES)?,
            Self::Refused(_) => {}
        }
        Ok(response)
    }
}

fn within(len: usize, max: usize) -> Result<(), CodecError> {
    if len > max { Err(CodecError::TooLarge { len, max }) } else { Ok(()) }
}

/// What the shell does for the core.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send and hand the answer back through [`Pull::on_response`].
    Send(Request),
    /// Verify and store; what is refused counts against the peer.
    Ingest(Vec<RawEntry>),
    /// Nothing more is known to be missing from this peer.
    CaughtUp,
    /// The peer broke the protocol: say so, count it.
    Misbehaved(&'static str),
}

/// A listing of heads.
#[derive(Debug, Default)]
struct Listing {
    prefixes: Vec<Vec<u8>>,
    /// The last log that was listed.
    after: Option<LogId>,
    /// Whether it was interrupted for want of room, so that something must have come meanwhile.
    resumed: bool,
    pages: usize,
}

/// The asking side, towards one peer. One request is under way at a time.
#[derive(Debug, Default)]
pub struct Pull {
    prefixes: Vec<Vec<u8>>,
    todo: VecDeque<Vec<Vec<u8>>>,
    /// The listing under way.
    listing: Option<Listing>,
    /// The listing to go on with when there is room again.
    resume: Option<Listing>,
    /// From where on each log is wanted.
    wants: BTreeMap<LogId, u64>,
    /// What the request under way asks for.
    asked: BTreeMap<LogId, u64>,
    /// How far each log must stand if all of the last answer was accepted.
    given: BTreeMap<LogId, u64>,
    /// Whether anything was accepted since the listing was interrupted.
    progress: bool,
    busy: bool,
    restart: bool,
}

impl Pull {
    /// Whether a round is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.busy
    }
    /// Logs of which entries are still to come, as far as known.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.wants.len()
    }

    /// Begin a round over the interests; while one is under way, another follows it.
    pub fn start(&mut self, prefixes: Vec<Vec<u8>>) -> Vec<Effect> {
        self.prefixes = prefixes;
        if self.busy {
            self.restart = true;
            return Vec::new();
        }
        self.todo = self.prefixes.chunks(PREFIXES_MAX).map(<[_]>::to_vec).collect();
        self.next()
    }

    /// Ask beyond the round for logs under more prefixes (identity logs of authors just met).
    pub fn also(&mut self, prefixes: Vec<Vec<u8>>) -> Vec<Effect> {
        let room = QUEUE_MAX.saturating_sub(self.todo.iter().map(Vec::len).fold(0, usize::saturating_add));
        let prefixes: Vec<_> = prefixes.into_iter().take(room).collect();
        self.todo.extend(prefixes.chunks(PREFIXES_MAX).map(<[_]>::to_vec));
        if self.busy { Vec::new() } else { self.next() }
    }

    /// Ask for a log from a sequence number on (a gap that gossip showed).
    pub fn want(&mut self, log: LogId, from: u64) -> Vec<Effect> {
        self.add(log, from);
        if self.busy { Vec::new() } else { self.next() }
    }

    /// The connection or the request failed: the round is over.
    pub fn on_failure(&mut self) {
        let prefixes = std::mem::take(&mut self.prefixes);
        *self = Self { prefixes, ..Self::default() };
    }

    /// An answer came. `head` tells our own head of a log; every [`Effect::Ingest`] given before
    /// must have been carried out, since a log that did not grow by what came is not asked for again.
    pub fn on_response(&mut self, response: Response, head: impl Fn(&LogId) -> Option<Head>) -> Vec<Effect> {
        self.busy = false;
        let next = |log: &LogId| head(log).map_or(0, |ours| ours.seq.saturating_add(1));
        let stuck = self.settle(next);
        match response {
            Response::Heads { heads, more } => self.on_heads(heads, more, next),
            Response::Entries { entries, more } => self.on_entries(entries, more, &stuck),
            Response::Refused(_) => self.misbehaved("refused our request"),
        }
    }

    fn misbehaved(&mut self, how: &'static str) -> Vec<Effect> {
        self.on_failure();
        vec![Effect::Misbehaved(how)]
    }

    fn add(&mut self, log: LogId, from: u64) -> bool {
        let room = self.wants.len() < QUEUE_MAX;
        if let Some(held) = self.wants.get_mut(&log) {
            *held = from.min(*held);
        } else if room {
            self.wants.insert(log, from);
        } else {
            return false;
        }
        true
    }

    /// See which logs grew by the answer before. Those that did not are stuck (what came was
    /// refused, or they are forked), and to go on behind it would never end.
    fn settle(&mut self, next: impl Fn(&LogId) -> u64) -> BTreeSet<LogId> {
        let mut stuck = BTreeSet::new();
        for (log, expected) in std::mem::take(&mut self.given) {
            if next(&log) >= expected {
                self.progress = true;
            } else {
                self.wants.remove(&log);
                stuck.insert(log);
            }
        }
        stuck
    }

    fn on_heads(&mut self, heads: Vec<(LogId, Head)>, more: bool, next: impl Fn(&LogId) -> u64) -> Vec<Effect> {
        let Some(mut listing) = self.listing.take() else {
            return self.misbehaved("sent heads that were not asked for");
        };
        if listing.resumed && !self.progress {
            return self.misbehaved("listed entries that it does not send");
        }
        let mut before = listing.after;
        let in_order = heads.iter().all(|(log, _)| {
            let key = log.key();
            let follows = before.is_none_or(|before| before.key() < key);
            before = Some(*log);
            follows && listing.prefixes.iter().any(|prefix| key.starts_with(prefix))
        });
        if heads.len() > HEADS_MAX || !in_order || (more && heads.is_empty()) {
            return self.misbehaved("sent heads outside of what was asked for");
        }
        listing.pages = listing.pages.saturating_add(1);
        if more && listing.pages >= PAGES_MAX {
            return self.misbehaved("lists heads without end");
        }
        for (log, theirs) in heads {
            let from = next(&log);
            if theirs.seq >= from && !self.add(log, from) {
                // No room: first what was listed, then on from here.
                self.progress = false;
                self.resume = Some(Listing { resumed: true, ..listing });
                return self.next();
            }
            listing.after = Some(log);
        }
        if more { self.list(listing) } else { self.next() }
    }

    fn on_entries(&mut self, entries: Vec<RawEntry>, more: bool, stuck: &BTreeSet<LogId>) -> Vec<Effect> {
        let asked = std::mem::take(&mut self.asked);
        if asked.is_empty() || entries.len() > BATCH_ENTRIES {
            return self.misbehaved("sent entries outside of what was asked for");
        }
        let mut reached: BTreeMap<LogId, u64> = BTreeMap::new();
        let mut kept = Vec::with_capacity(entries.len());
        for raw in entries {
            // What cannot be read goes on to be refused by name, and brings nothing forward.
            if let Ok((header, _)) = Header::decode(&raw.header) {
                let expected = reached.get(&header.log).or_else(|| asked.get(&header.log));
                if expected != Some(&header.seq) {
                    return self.misbehaved("sent entries that were not asked for");
                }
                reached.insert(header.log, header.seq.saturating_add(1));
                if stuck.contains(&header.log) {
                    continue;
                }
            }
            kept.push(raw);
        }
        if more && reached.is_empty() {
            return self.misbehaved("promises entries and sends none");
        }
        if more {
            for (log, from) in &reached {
                self.wants.entry(*log).and_modify(|held| *held = *from);
            }
        } else {
            self.wants.retain(|log, _| !asked.contains_key(log));
        }
        self.given = reached.into_iter().filter(|(log, _)| !stuck.contains(log)).collect();
        let mut effects = Vec::new();
        if !kept.is_empty() {
            effects.push(Effect::Ingest(kept));
        }
        effects.extend(self.next());
        effects
    }

    fn list(&mut self, listing: Listing) -> Vec<Effect> {
        let prefixes = listing.prefixes.iter().map(|prefix| serde_bytes::ByteBuf::from(prefix.clone())).collect();
        let request = Request::Heads { prefixes, after: listing.after };
        self.listing = Some(listing);
        self.busy = true;
        vec![Effect::Send(request)]
    }

    fn next(&mut self) -> Vec<Effect> {
        if !self.wants.is_empty() {
            self.asked = self.wants.iter().take(WANTS_MAX).map(|(log, from)| (*log, *from)).collect();
            self.busy = true;
            let wants = self.asked.iter().map(|(log, from)| (*log, *from)).collect();
            return vec![Effect::Send(Request::Entries { wants })];
        }
        if let Some(listing) = self.resume.take() {
            return self.list(listing);
        }
        if let Some(prefixes) = self.todo.pop_front() {
            return self.list(Listing { prefixes, ..Listing::default() });
        }
        if std::mem::take(&mut self.restart) {
            let prefixes = self.prefixes.clone();
            return self.start(prefixes);
        }
        vec![Effect::CaughtUp]
    }
}
