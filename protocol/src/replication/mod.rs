//! How two replicas come to hold the same entries: `/communaut/sync/1`. Sans-IO: inputs in, effects out. SPEC.md §9.
//!
//! * [`message`]: what is asked and answered
//! * [`prefixes`]: what a peer is interested in; [`table`]: what is held of each log
//! * [`range`]: finding the logs that differ
//! * [`pull`]: the asking side, towards one peer
//! * [`serve`]: the answering side
//! * [`bundle`]: the same entries in a file
//! * [`declined`]: what this replica does not want, by a policy of its own
//! * [`replica`]: what both need to know of a store; [`memory`]: one in memory

pub mod bundle;
pub mod declined;
pub mod memory;
pub mod message;
pub mod prefixes;
pub mod pull;
pub mod range;
pub mod replica;
pub mod serve;
pub mod table;

/// Name of the protocol.
pub const PROTOCOL: &str = "/communaut/sync/1";
/// Bytes of a request: 1,024 prefixes, or 2,000 fingerprints.
pub const REQUEST_MAX: usize = 128 * 1024;
/// Bytes of an answer: a batch of entries and one entry over, or a page of items.
pub const RESPONSE_MAX: usize = 2 * 1024 * 1024;
/// Bytes of entries after which an answer ends.
pub const BATCH_BYTES: usize = 1024 * 1024;
/// Entries of one answer: so that a batch is verified in a fraction of a second.
pub const BATCH_ENTRIES: usize = 2_000;
/// Prefixes that one request registers: 41 B each.
pub const PREFIXES_MAX: usize = 1_024;
/// Prefixes registered by one peer: cells, own scopes, spaces of people.
pub const INTERESTS_MAX: usize = 16_384;
/// Logs that an asker says to have changed since it asked last, so that they are not sent back: 17 B each.
pub const HAVE_MAX: usize = 64;
/// Ranges of one message: about 40 B each.
pub const RANGES_MAX: usize = 2_048;
/// Digests in the lists of one message: 17 B each.
pub const DIGESTS_MAX: usize = 4_096;
/// Items of one answer: about 170 B each.
pub const ITEMS_MAX: usize = 4_096;
/// Logs asked for in one request: about 130 B each.
pub const WANTS_MAX: usize = 512;
/// Payloads asked for in one request: about 150 B each.
pub const PAYLOADS_MAX: usize = 512;
/// People whose identity logs one request asks for: about 55 B each.
pub const PEOPLE_MAX: usize = 1_024;
/// Logs that were declined and are remembered, so that they count as known: 130 B each, some 12 MB in memory. A town of
/// 10,000 has room for six logs of each that nobody wants. As many again of which the beginning was.
pub const DECLINED_MAX: usize = 65_536;
/// Version of the format of bundles.
pub const BUNDLE_VERSION: u8 = 1;
/// Bytes of the check behind each frame of a bundle.
pub const BUNDLE_CHECK_LEN: usize = 16;
/// Logs waited for from one peer: about 300 B each. When it is full the comparison of ranges waits.
pub const QUEUE_MAX: usize = 100_000;
/// Rounds of ranges in one comparison: each splits what differs by eight at least, so that honest peers need a few.
pub const ROUNDS_MAX: usize = 4_096;
