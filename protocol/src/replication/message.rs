//! The messages of `/communaut/sync/1`: one request and one answer, each one frame. SPEC.md §9.1.

use super::{
    BATCH_ENTRIES, DIGESTS_MAX, HAVE_MAX, ITEMS_MAX, PAYLOADS_MAX, PEOPLE_MAX, PREFIXES_MAX, RANGES_MAX, REQUEST_MAX,
    RESPONSE_MAX, WANTS_MAX,
};
use crate::{
    clock::Stamp,
    codec::{self, CodecError},
    entry::{
        Body, Head, HeldEntry,
        leaves::{self, Leaf},
    },
    ids::{AuthorId, EntryId, Hash},
    log::{LogState, state_digest},
    scope::{LOG_KEY_LEN, LogId},
};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

pub use crate::ids::Digest;

/// The first half of a hash.
#[must_use]
pub fn digest_of(hash: blake3::Hash) -> Digest {
    let mut digest = Digest::ZERO;
    digest.0.iter_mut().zip(hash.as_bytes()).for_each(|(to, from)| *to = *from);
    digest
}

/// How far a replica has been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Which store: another after a restore.
    pub instance: Digest,
    /// Its arrival number up to which everything of interest is held.
    pub arrival: u64,
}

/// What is known of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogItem {
    /// Which.
    pub log: LogId,
    /// Below it nothing counts.
    pub floor: u64,
    /// One or two, ascending by id.
    pub tips: Vec<Head>,
    /// Where two branches begin.
    pub fork: Option<u64>,
    /// Stamp of the latest tip.
    pub newest: Stamp,
    /// What is known of its author's identity ([`Replica::identity`]); zero in identity logs and closed scopes.
    ///
    /// [`Replica::identity`]: super::replica::Replica::identity
    pub identity: Digest,
}

impl LogItem {
    /// What a replica knows of a log, and of its author.
    #[must_use]
    pub fn of(log: LogId, state: &LogState, identity: Digest) -> Self {
        let fork = state.fork.map(|fork| fork.at);
        Self { log, floor: state.floor, tips: state.tips().collect(), fork, newest: state.newest, identity }
    }
    /// The digest of that, as its sender counts it ([`item_digest`]).
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest_of_item(&self.log, state_digest(self.floor, self.tips.iter().copied()), self.identity)
    }
    fn check(&self) -> Result<(), CodecError> {
        let branches = if self.fork.is_some() { 2 } else { 1 };
        if self.tips.len() == branches { Ok(()) } else { malformed("an item with the wrong number of tips") }
    }
}

/// Digest of what is known of a log: of its key, its state (SPEC.md §5.3) and its author's identity. So replicas that
/// know different things of an author find it out where they compare what the author wrote.
#[must_use]
pub fn item_digest(log: &LogId, state: &LogState, identity: Digest) -> Digest {
    digest_of_item(log, state.digest(), identity)
}

fn digest_of_item(log: &LogId, state: Hash, identity: Digest) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 sync item");
    hasher.update(&log.key());
    hasher.update(&state.0);
    hasher.update(&identity.0);
    digest_of(hasher.finalize())
}

/// Digest of what is known of an identity: of its logs, ascending by key; zero if there are none.
pub fn identity_digest<'a>(logs: impl IntoIterator<Item = (LogId, &'a LogState)>) -> Digest {
    let mut hasher = blake3::Hasher::new_derive_key("communaut 2026 identity state");
    let mut any = false;
    for (log, state) in logs {
        hasher.update(&log.key());
        hasher.update(&state.digest().0);
        any = true;
    }
    if any { digest_of(hasher.finalize()) } else { Digest::ZERO }
}

/// What is said of a range of log keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Nothing to compare (any more).
    Skip {},
    /// A digest of all items in it.
    Fingerprint {
        /// See [`super::range::fingerprint`].
        digest: Digest,
    },
    /// The digests of all items in it, ascending by log key.
    List {
        /// At most [`DIGESTS_MAX`] in a message.
        digests: Vec<Digest>,
    },
    /// The answer to a list.
    Items {
        /// What the answerer knows and the list does not hold.
        items: Vec<LogItem>,
        /// The places in the list of what the answerer does not know.
        unknown: Vec<u32>,
    },
}

/// A range of log keys, from where the one before ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// How many bytes its upper bound shares with the one before.
    pub shared: u8,
    /// The rest of the upper bound, which lies outside; with nothing shared and nothing here: the end.
    pub rest: ByteBuf,
    /// What is said.
    pub mode: Mode,
}

/// Entries of one log, both branches if it is forked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Want {
    /// Which.
    pub log: LogId,
    /// The first sequence number.
    pub from: u64,
    /// The last.
    pub to: u64,
}

/// An entry on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// The header as signed.
    pub header: ByteBuf,
    /// The payload, if it is held.
    pub payload: Option<ByteBuf>,
    /// The erasure by which it is not.
    pub erased: Option<EntryId>,
}

impl Frame {
    /// Of what is held.
    #[must_use]
    pub fn of(entry: &HeldEntry) -> Self {
        let header = ByteBuf::from(entry.signed().bytes());
        let (payload, erased) = Said::of(entry.body()).parts();
        Self { header, payload, erased }
    }
    /// Bytes that it takes, without its framing.
    #[must_use]
    pub fn len(&self) -> usize {
        self.header.len().saturating_add(self.payload.as_ref().map_or(0, |payload| payload.len()))
    }
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.header.is_empty()
    }
    /// What it says of the payload.
    #[must_use]
    pub fn body(self) -> Body {
        Said { payload: self.payload, erased: self.erased }.body()
    }
}

/// What is said of a payload: its bytes, or the erasure by which they are gone, or neither: it is not held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The payload.
    pub payload: Option<ByteBuf>,
    /// The erasure.
    pub erased: Option<EntryId>,
}

impl Said {
    /// Of what is held.
    #[must_use]
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Present(payload) | Body::Part(payload) => {
                Self { payload: Some(ByteBuf::from(payload.as_slice())), erased: None }
            }
            Body::Erased(by) => Self { payload: None, erased: Some(*by) },
            Body::Absent => Self { payload: None, erased: None },
        }
    }
    fn parts(self) -> (Option<ByteBuf>, Option<EntryId>) {
        (self.payload, self.erased)
    }
    /// Back. What is said to be erased is still to be checked against the erasure.
    #[must_use]
    pub fn body(self) -> Body {
        match (self.payload, self.erased) {
            (Some(payload), _) => Body::Present(payload.into_vec()),
            (None, Some(by)) => Body::Erased(by),
            (None, None) => Body::Absent,
        }
    }
}

/// A payload that is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// Whose log.
    pub log: LogId,
    /// Which entry.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
}

/// A payload that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayloadWant {
    /// Whose log.
    pub log: LogId,
    /// Which entry.
    pub seq: u64,
    /// Its id.
    pub id: EntryId,
    /// The numbers of the leaves that the asker lacks, ascending; none: it has nothing of it.
    pub leaves: ByteBuf,
}

impl PayloadWant {
    /// Of an entry, what its payload lacks.
    #[must_use]
    pub fn of(missing: &Missing, held: &Body) -> Self {
        let all = held.bytes().and_then(|held| Leaf::all(held).ok()).unwrap_or_default();
        let gone = (0..=u8::MAX).zip(all).filter(|(_, leaf)| leaf.held().is_none()).map(|(number, _)| number);
        let Missing { log, seq, id } = *missing;
        Self { log, seq, id, leaves: ByteBuf::from(gone.collect::<Vec<u8>>()) }
    }
    /// Which entry.
    #[must_use]
    pub const fn missing(&self) -> Missing {
        Missing { log: self.log, seq: self.seq, id: self.id }
    }
    /// Of what is held, what was asked for: nothing where none of that is there.
    #[must_use]
    pub fn answer(&self, held: Body) -> Body {
        let Some(payload) = held.bytes().filter(|_| !self.leaves.is_empty()) else { return held };
        let wanted = |number: u8| self.leaves.contains(&number);
        let there = |all: Vec<Leaf<'_>>| (0..=u8::MAX).zip(all).any(|(at, leaf)| wanted(at) && leaf.held().is_some());
        if !Leaf::all(payload).is_ok_and(there) {
            return Body::Absent;
        }
        leaves::without(payload, |number| !wanted(number)).map_or(held, Body::Part)
    }
    /// Bytes that it takes on the wire, about.
    pub(super) fn len(&self) -> usize {
        PAYLOAD_WANT_BYTES.saturating_add(self.leaves.len())
    }
}

/// Bytes of a want of a payload without its leaves, at most.
const PAYLOAD_WANT_BYTES: usize = 220;

/// An author of logs that are compared, and what is known of their identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonState {
    /// Who.
    pub author: AuthorId,
    /// As in items.
    pub identity: Digest,
}

/// Prefixes of log keys in which the asker is interested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterInterests {
    /// Forget those registered before.
    pub anew: bool,
    /// 1 to [`LOG_KEY_LEN`] bytes each.
    pub add: Vec<ByteBuf>,
}

/// Asked of a peer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// Begins a round.
    Hello {
        /// How far the asker's own store is.
        own: Seen,
        /// How far the peer's has been followed; none: they have not met.
        seen: Option<Seen>,
        /// Prefixes to register with it.
        register: Option<RegisterInterests>,
        /// Digest of the prefixes registered, those included.
        interests: Digest,
        /// If they have not met: the beginning of a comparison under all that is registered.
        ranges: Vec<Range>,
        /// Item digests of logs that have changed at the asker since it asked last: not to be sent back.
        have: Vec<Digest>,
        /// The asker's own clock, milliseconds since 1970 UTC; none if it has lost time (SPEC.md §7.6).
        clock: Option<u64>,
    },
    /// Registers prefixes, if they are too many for a hello.
    Interests {
        /// Which.
        register: RegisterInterests,
    },
    /// Compares.
    Ranges {
        /// Only the logs under these prefixes; none: those registered.
        under: Option<Vec<ByteBuf>>,
        /// From the first key to the last, without gaps.
        ranges: Vec<Range>,
    },
    /// Fetches entries.
    Entries {
        /// Which.
        wants: Vec<Want>,
    },
    /// Fetches payloads of headers that are held.
    Payloads {
        /// Which.
        of: Vec<PayloadWant>,
    },
    /// Asks for the logs of identities that are known differently.
    People {
        /// Whose.
        of: Vec<PersonState>,
    },
}

/// Answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Response {
    /// To [`Request::Hello`]: what has arrived since.
    Since {
        /// In the order of arrival.
        frames: Vec<Frame>,
        /// Logs of which more is held than there was room for.
        longer: Vec<LogItem>,
        /// How far the asker has followed once it holds them.
        seen: Seen,
        /// Whether more has arrived.
        more: bool,
        /// The answerer's own clock, as in the hello.
        clock: Option<u64>,
        /// What is known of the identities of those who wrote this.
        people: Vec<PersonState>,
    },
    /// To [`Request::Hello`]: compare ranges first.
    Anew {
        /// How far this store is.
        own: Seen,
        /// Whether the interests are the registered ones.
        registered: bool,
        /// To the ranges of the hello.
        ranges: Vec<Range>,
        /// The answerer's own clock, as in the hello.
        clock: Option<u64>,
    },
    /// To [`Request::Interests`].
    Registered {
        /// Digest of all that are registered.
        interests: Digest,
    },
    /// To [`Request::Ranges`].
    Ranges {
        /// From the first key to the last, without gaps.
        ranges: Vec<Range>,
    },
    /// To [`Request::Entries`]: in the order of the wants, each ascending.
    Entries {
        /// As stored.
        frames: Vec<Frame>,
        /// Whether something was left out for size.
        more: bool,
    },
    /// To [`Request::Payloads`]: in their order.
    Payloads {
        /// What is said of each.
        said: Vec<Said>,
    },
    /// The request broke a rule, which is named.
    Refused {
        /// The rule.
        why: String,
    },
    /// To [`Request::People`]: the logs of those that differ.
    People {
        /// Of each person all or none.
        items: Vec<LogItem>,
        /// So many of the people asked for were looked at.
        through: u32,
    },
}

impl Request {
    /// The asker's clock, where it is told.
    #[must_use]
    pub fn clock(&self) -> Option<u64> {
        match self {
            Self::Hello { clock, .. } => *clock,
            _ => None,
        }
    }
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// From the wire, bounded before and after it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let request: Self = codec::decode_lax(bytes, REQUEST_MAX)?;
        match &request {
            Self::Hello { register, ranges, have, .. } => {
                register.as_ref().map_or(Ok(()), |register| prefixes(&register.add))?;
                check_ranges(ranges)?;
                within(have.len(), HAVE_MAX)?;
            }
            Self::Interests { register } => prefixes(&register.add)?,
            Self::Ranges { under, ranges } => {
                under.as_deref().map_or(Ok(()), prefixes)?;
                check_ranges(ranges)?;
            }
            Self::Entries { wants } => within(wants.len(), WANTS_MAX)?,
            Self::Payloads { of } => within(of.len(), PAYLOADS_MAX)?,
            Self::People { of } => within(of.len(), PEOPLE_MAX)?,
        }
        Ok(request)
    }
}

impl Response {
    /// The answerer's clock, where it is told.
    #[must_use]
    pub fn clock(&self) -> Option<u64> {
        match self {
            Self::Since { clock, .. } | Self::Anew { clock, .. } => *clock,
            _ => None,
        }
    }
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, CodecError> {
        codec::encode(self)
    }
    /// From the wire, bounded before and after it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, CodecError> {
        let response: Self = codec::decode_lax(bytes, RESPONSE_MAX)?;
        match &response {
            Self::Since { frames, longer, people, .. } => {
                within(frames.len(), BATCH_ENTRIES)?;
                within(people.len(), BATCH_ENTRIES)?;
                within(longer.len(), HAVE_MAX)?;
                longer.iter().try_for_each(LogItem::check)?;
            }
            Self::Entries { frames, .. } => within(frames.len(), BATCH_ENTRIES)?,
            Self::Ranges { ranges } | Self::Anew { ranges, .. } => check_ranges(ranges)?,
            Self::Payloads { said } => within(said.len(), PAYLOADS_MAX)?,
            Self::People { items, .. } => {
                within(items.len(), ITEMS_MAX)?;
                items.iter().try_for_each(LogItem::check)?;
            }
            Self::Registered { .. } | Self::Refused { .. } => {}
        }
        Ok(response)
    }
}

fn malformed<T>(why: &str) -> Result<T, CodecError> {
    Err(CodecError::Malformed(why.to_owned()))
}

fn within(len: usize, max: usize) -> Result<(), CodecError> {
    if len > max { Err(CodecError::TooLarge { len, max }) } else { Ok(()) }
}

fn prefixes(prefixes: &[ByteBuf]) -> Result<(), CodecError> {
    within(prefixes.len(), PREFIXES_MAX)?;
    if prefixes.iter().all(|prefix| (1..=LOG_KEY_LEN).contains(&prefix.len())) {
        return Ok(());
    }
    malformed("a prefix is not 1 to 112 bytes long")
}

fn check_ranges(ranges: &[Range]) -> Result<(), CodecError> {
    within(ranges.len(), RANGES_MAX)?;
    let (mut digests, mut items) = (0_usize, 0_usize);
    for range in ranges {
        match &range.mode {
            Mode::List { digests: list } => digests = digests.saturating_add(list.len()),
            Mode::Items { items: list, unknown } => {
                items = items.saturating_add(list.len());
                digests = digests.saturating_add(unknown.len());
                list.iter().try_for_each(LogItem::check)?;
            }
            Mode::Skip {} | Mode::Fingerprint { .. } => {}
        }
    }
    within(digests, DIGESTS_MAX)?;
    within(items, ITEMS_MAX)
}
