//! `/communaut/sync/0`: list heads, fetch what is missing. Disposable: range reconciliation replaces it.
//!
//! The asker pulls. For each prefix of its interest it asks for the heads that the peer holds,
//! then for the entries that it lacks, each log from its own head on. Identity logs of authors
//! are asked for by id, once their entries name them.

use crate::{
    codec::{self, CodecError},
    entry::{Head, RawEntry},
    scope::LogId,
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
/// Logs waited for from one peer: beyond, the next round brings the rest.
pub const QUEUE_MAX: usize = 100_000;

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
        let (len, max) = match &request {
            Self::Heads { prefixes, .. } => (prefixes.len(), PREFIXES_MAX),
            Self::Entries { wants } => (wants.len(), WANTS_MAX),
        };
        if len > max { Err(CodecError::TooLarge { len, max }) } else { Ok(request) }
    }
}

impl Response {
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// From the wire, bounded.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        codec::decode_lax(bytes, RESPONSE_MAX)
    }
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

/// The asking side, towards one peer. One request is under way at a time.
#[derive(Debug, Default)]
pub struct Pull {
    prefixes: Vec<Vec<u8>>,
    todo: VecDeque<Vec<Vec<u8>>>,
    listing: Option<Vec<Vec<u8>>>,
    wants: BTreeMap<LogId, u64>,
    asked: BTreeSet<LogId>,
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
        self.todo.extend(prefixes.chunks(PREFIXES_MAX).map(<[_]>::to_vec));
        if self.busy { Vec::new() } else { self.next() }
    }

    /// Ask for a log from a sequence number on (a gap that gossip showed).
    pub fn want(&mut self, log: LogId, from: u64) -> Vec<Effect> {
        if self.wants.len() < QUEUE_MAX {
            self.wants.insert(log, from);
        }
        if self.busy { Vec::new() } else { self.next() }
    }

    /// The connection or the request failed: the round is over.
    pub fn on_failure(&mut self) {
        let prefixes = std::mem::take(&mut self.prefixes);
        *self = Self { prefixes, ..Self::default() };
    }

    /// An answer came. `head` tells our own head of a log, after all that was ingested before.
    pub fn on_response(&mut self, response: Response, head: impl Fn(&LogId) -> Option<Head>) -> Vec<Effect> {
        self.busy = false;
        match response {
            Response::Heads { heads, more } => self.on_heads(heads, more, head),
            Response::Entries { entries, more } => self.on_entries(entries, more),
            Response::Refused(_) => {
                self.on_failure();
                vec![Effect::Misbehaved("refused our request")]
            }
        }
    }

    fn on_heads(
        &mut self,
        heads: Vec<(LogId, Head)>,
        more: bool,
        head: impl Fn(&LogId) -> Option<Head>,
    ) -> Vec<Effect> {
        let Some(listing) = self.listing.take() else {
            self.on_failure();
            return vec![Effect::Misbehaved("sent heads that were not asked for")];
        };
        let asked = |log: &LogId| listing.iter().any(|prefix| log.key().starts_with(prefix));
        if heads.len() > HEADS_MAX || !heads.iter().all(|(log, _)| asked(log)) || (more && heads.is_empty()) {
            self.on_failure();
            return vec![Effect::Misbehaved("sent heads outside of what was asked for")];
        }
        let last = heads.last().map(|(log, _)| *log);
        for (log, theirs) in heads {
            let from = head(&log).map_or(0, |ours| ours.seq.saturating_add(1));
            if theirs.seq >= from && self.wants.len() < QUEUE_MAX {
                self.wants.insert(log, from);
            }
        }
        if more {
            let request = Request::Heads { prefixes: wire(&listing), after: last };
            self.listing = Some(listing);
            self.busy = true;
            return vec![Effect::Send(request)];
        }
        self.next()
    }

    fn on_entries(&mut self, entries: Vec<RawEntry>, more: bool) -> Vec<Effect> {
        let asked = std::mem::take(&mut self.asked);
        if entries.len() > BATCH_ENTRIES || (entries.is_empty() && more) || asked.is_empty() {
            self.on_failure();
            return vec![Effect::Misbehaved("sent entries outside of what was asked for")];
        }
        let full = more;
        if !full {
            self.wants.retain(|log, _| !asked.contains(log));
        } else if !self.advance(&entries) {
            self.on_failure();
            return vec![Effect::Misbehaved("sent entries that were not asked for")];
        }
        let mut effects = vec![Effect::Ingest(entries)];
        effects.extend(self.next());
        effects
    }

    /// After a full answer: go on behind what came. False when nothing of it was asked for.
    fn advance(&mut self, entries: &[RawEntry]) -> bool {
        let mut moved = false;
        let mut last: BTreeMap<LogId, u64> = BTreeMap::new();
        for raw in entries {
            if let Ok((header, _)) = crate::entry::Header::decode(&raw.header) {
                last.insert(header.log, header.seq);
            }
        }
        for (log, seq) in last {
            if let Some(from) = self.wants.get_mut(&log)
                && seq >= *from
            {
                *from = seq.saturating_add(1);
                moved = true;
            }
        }
        moved
    }

    fn next(&mut self) -> Vec<Effect> {
        if !self.wants.is_empty() {
            let wants: Vec<(LogId, u64)> = self.wants.iter().take(WANTS_MAX).map(|(log, from)| (*log, *from)).collect();
            self.asked = wants.iter().map(|(log, _)| *log).collect();
            self.busy = true;
            return vec![Effect::Send(Request::Entries { wants })];
        }
        if let Some(prefixes) = self.todo.pop_front() {
            let request = Request::Heads { prefixes: wire(&prefixes), after: None };
            self.listing = Some(prefixes);
            self.busy = true;
            return vec![Effect::Send(request)];
        }
        if std::mem::take(&mut self.restart) {
            let prefixes = self.prefixes.clone();
            return self.start(prefixes);
        }
        vec![Effect::CaughtUp]
    }
}

fn wire(prefixes: &[Vec<u8>]) -> Vec<serde_bytes::ByteBuf> {
    prefixes.iter().map(|prefix| serde_bytes::ByteBuf::from(prefix.clone())).collect()
}
