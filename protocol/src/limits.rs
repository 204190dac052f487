//! Every bound of the protocol, with its unit and its reason. SPEC.md §2 lists the same.

/// The network this build speaks. "dev" promises no migration; "1" will be frozen.
pub const NETWORK: &str = "dev";
/// Version of the entry header.
pub const HEADER_VERSION: u8 = 1;
/// Bytes of an encoded header: the fields take at most about 300.
pub const HEADER_MAX: usize = 512;
/// Bytes of a payload: text and small structures; photos travel as blobs.
pub const PAYLOAD_MAX: usize = 64 * 1024;
/// Bytes of random salt that begin a payload, so that an erased one cannot be guessed from its hash.
pub const NONCE_LEN: usize = 16;
/// Epochs of one device in one scope: each restore opens one; more is abuse.
pub const EPOCHS_MAX: usize = 8;
/// Characters of a scope's cell: about 39 km by 20 km, what one node can hold.
pub const SCOPE_CELL_MAX: usize = 4;
/// Characters of the cells a territory is drawn with: about 150 m by 150 m.
pub const TERRITORY_CELL_MAX: usize = 7;
/// Cells of one territory: a payload holds them with room to spare.
pub const TERRITORY_CELLS_MAX: usize = 4_096;
/// Bytes of a name or title: a line on a card.
pub const NAME_MAX: usize = 300;
/// Bytes of a short field (address, phone, link, opening hours…).
pub const FIELD_MAX: usize = 1_000;
/// Bytes of a long text (description, post, proposal).
pub const TEXT_MAX: usize = 16_000;
/// Tags of one element or post.
pub const TAGS_MAX: usize = 16;
/// Bytes of one tag.
pub const TAG_MAX: usize = 100;
/// Milliseconds since 1970 UTC at which an event may begin at the earliest: year 1, what calendars hold.
pub const WHEN_MIN_MS: i64 = -62_135_596_800_000;
/// Milliseconds since 1970 UTC at which an event may end at the latest: year 9999.
pub const WHEN_MAX_MS: i64 = 253_402_300_799_999;
/// Log heads that a proposal's frontier names: one for each writer of roles.
pub const FRONTIER_MAX: usize = 400;
/// Causal references of one role entry.
pub const REFS_MAX: usize = 64;
/// Entries that one erasure names: about 80 B each.
pub const ERASED_MAX: usize = 64;
/// Ballots a certificate lists by id: 32 B each within the payload's limit.
pub const CERTIFIED_BALLOTS_MAX: usize = 1_500;
/// Milliseconds by which a stamp may run ahead of our clock and still advance it.
pub const CLOCK_AHEAD_MS: u64 = 10 * 60 * 1_000;
/// Entries kept aside for an author whose identity log has not come yet.
pub const PENDING_MAX: usize = 100_000;
