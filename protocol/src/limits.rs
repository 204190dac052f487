//! Every bound of the protocol, with its unit and its reason. SPEC.md §2 lists the same.

/// The network this build speaks. "dev" promises no migration; "1" will be frozen.
pub const NETWORK: &str = "dev";
/// Version of the entry header.
pub const HEADER_VERSION: u8 = 1;
/// Bytes of an encoded header: the fields take at most about 360.
pub const HEADER_MAX: usize = 512;
/// Bytes of what later programs say in a header: a few numbers, or a hash.
pub const EXTRA_MAX: usize = 64;
/// Bytes of a payload: text and small structures; photos travel as blobs.
pub const PAYLOAD_MAX: usize = 64 * 1024;
/// Leaves of a payload: their numbers fit a byte.
pub const LEAVES_MAX: usize = 256;
/// Bytes of a payload of leaves: where each gives way to its hash and length, 38 bytes, it still is a payload.
pub const LEAVES_BYTES_MAX: usize = PAYLOAD_MAX - 38 * LEAVES_MAX;
/// Bytes of random salt that begin a payload, so that an erased one cannot be guessed from its hash.
pub const NONCE_LEN: usize = 16;
/// Lists and maps within each other in CBOR: what is taken needs six, and a reader's stack stays small.
pub const DEPTH_MAX: usize = 16;
/// Epochs of one device in one scope: each restore opens one; more is abuse.
pub const EPOCHS_MAX: usize = 8;
/// Characters from which on a scope's cell is not wide: what is above holds thousands of towns.
pub const WIDE_BELOW: usize = 3;
/// Entries of one log in a wide scope: below 128, so that it is fetched from its beginning and can be judged.
pub const WIDE_ENTRIES_MAX: usize = 64;
/// Bytes of payloads of one log in a wide scope: three territories of the most cells, or some hundred stubs.
pub const WIDE_LOG_BYTES: u64 = 128 * 1024;
/// Epochs of one device in one wide scope: half a megabyte of a device.
pub const WIDE_EPOCHS_MAX: usize = 4;
/// Territories and stubs of one person that are shown of a wide scope.
pub const WIDE_SHOWN_MAX: usize = 32;
/// Milliseconds for which a territory or stub in a wide scope is shown: a year, and a month to announce it again.
pub const WIDE_EXPIRY_MS: u64 = 396 * 24 * 60 * 60 * 1_000;
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
/// Bytes of a label: a few words that serve as a name in programs.
pub const SLUG_MAX: usize = 40;
/// Labels of one author on one thing, withdrawn ones too: who has more to say writes it out.
pub const LABELS_MAX: usize = 16;
/// Languages of one element: as many as a town's school is spoken in.
pub const LANGUAGES_MAX: usize = 16;
/// Bytes of a language tag: what BCP 47 asks programs to hold.
pub const LANGUAGE_MAX: usize = 35;
/// Ways to reach somebody beside telephone, e-mail and website.
pub const CONTACTS_MAX: usize = 16;
/// Bytes of what another program says of an element and has no place here: as a long text.
pub const FOREIGN_MAX: usize = 16_000;
/// People whom one post mentions: more are an audience.
pub const MENTIONS_MAX: usize = 16;
/// People for whom one vouches, those taken back too: one knows so many well enough.
pub const VOUCHES_MAX: usize = 256;
/// Pictures and files of one element or post: an album is several posts.
pub const BLOBS_MAX: usize = 16;
/// Bytes of one picture or file: a long scan, a short film; what is larger has a website.
pub const BLOB_SIZE_MAX: u64 = 64 * 1024 * 1024;
/// Bytes of all that one payload names, or of what a header says of a sealed one.
pub const BLOBS_TOTAL_MAX: u64 = 16 * BLOB_SIZE_MAX;
/// Bytes that the header of a sealed payload says of what is named, at least: any picture of a screen's size.
pub const BLOBS_PADDED_MIN: u64 = 64 * 1024;
/// Bytes of a media type: the longest that are registered take about 80.
pub const MEDIA_TYPE_MAX: usize = 100;
/// Posts that one post names as seen: the last of a conversation, of which more than a few at once are rare.
pub const AFTER_MAX: usize = 4;
/// Milliseconds since 1970 UTC at which an event may begin at the earliest: year 1, what calendars hold.
pub const WHEN_MIN_MS: i64 = -62_135_596_800_000;
/// Milliseconds since 1970 UTC at which an event may end at the latest: year 9999.
pub const WHEN_MAX_MS: i64 = 253_402_300_799_999;
/// Tellers of one vote: who opens and closes it, and a few who watch them.
pub const TELLERS_MAX: usize = 16;
/// Places that one claim asks for: a school, or a coach and more.
pub const CLAIM_PLACES_MAX: usize = 1_000;
/// Confirmations that one follows: as many people at once, and more.
pub const CONFIRM_PREVIOUS_MAX: usize = 16;
/// Claims that one confirmation decides: about 45 B each.
pub const CONFIRM_DECISIONS_MAX: usize = 64;
/// People who may confirm beside the owner: enough to stand in for each other.
pub const CONFIRMERS_MAX: usize = 8;
/// Confirmations of one resource that count: what each knows of the others is a row of as many bits.
pub const CONFIRMS_MAX: usize = 4_096;
/// Of them those of one author that is not the owner: all confirmers together crowd out none of each other.
pub const CONFIRMS_EACH_MAX: usize = CONFIRMS_MAX / CONFIRMERS_MAX;
/// Confirmed claims of one resource that have a time of their own, at a time: each next one is held against all.
pub const CLAIMED_TIMES_MAX: usize = 1_024;
/// Minutes by which the clock of a place may be apart from UTC: a day less than none ever was.
pub const OFFSET_MAX: u16 = 1_080;
/// Days, weeks, months or years from one time of an event to the next.
pub const REPEAT_INTERVAL_MAX: usize = 1_000;
/// Times that an event takes place, where they are counted: twenty years of weeks. More is without an end.
pub const REPEAT_COUNT_MAX: usize = 1_040;
/// Days on which an event would take place and does not: of a weekly one those of some years.
pub const EXCEPTIONS_MAX: usize = 64;
/// Causal references of one role entry.
pub const REFS_MAX: usize = 64;
/// Entries that one erasure names: about 125 B each.
pub const ERASED_MAX: usize = 64;
/// Entries of one restatement: 4 MB of payloads, what some 10,000 places still say.
pub const RESTATE_PARTS_MAX: usize = 64;
/// Entries kept aside in one scope until the restatement to which they belong is whole: 64 KB each at most.
pub const RESTATING_MAX: usize = 1_024;
/// Keepers of a charter: as many as meet around a table.
pub const KEEPERS_MAX: usize = 16;
/// Ballots that one entry carries, some 450 B each: one a leaf beside the first.
pub const CARRIED_MAX: usize = 255;
/// Entries with ballots that one close names: 30,000 voters.
pub const PARTS_MAX: usize = 256;
/// Closes, or openings, of one teller on one vote: a close counts up to 65,000 ballots anew, and an honest teller
/// closes a few times.
pub const CLOSES_MAX: usize = 16;
/// Openings, or closes, of one teller that another one says again of one vote: a few roots, and two outcomes.
pub const SAID_AGAIN_MAX: usize = 4;
/// Bytes of disk that an entry is counted as beside its payload: sled's segments, the index, what is kept in memory.
pub const ENTRY_COST: u64 = 4_096;
/// Bytes as which each byte of a payload is counted: a store writes a long one about twice, and memory has it as it was
/// read and as it is cached.
pub const PAYLOAD_COST: u64 = 2;
/// Bytes that all strangers together may have in one cell: some 16,000 entries.
pub const STRANGERS_MAX: u64 = 64 * 1024 * 1024;
/// Bytes that one stranger may have in one cell: a quarter, so that one alone does not close it to the next.
pub const STRANGER_MAX: u64 = 16 * 1024 * 1024;
/// Bytes that all identities of strangers may have: some 32,000 entries.
pub const STRANGERS_PEOPLE_MAX: u64 = 128 * 1024 * 1024;
/// Bytes that the identity of one stranger may have: some 500 acts and profiles.
pub const STRANGER_PERSON_MAX: u64 = 2 * 1024 * 1024;
/// Bytes that all strangers together may have in all cells: a quarter of the usual ceiling of a store.
pub const STRANGERS_ALL_MAX: u64 = 512 * 1024 * 1024;
/// Bytes that somebody whom the user vouches for may have in one cell: an import of a town.
pub const KNOWN_MAX: u64 = 64 * 1024 * 1024;
/// Bytes that somebody with a role where the user has one may have in one cell, at least: some 60 entries.
pub const MEMBER_MIN: u64 = 256 * 1024;
/// Milliseconds by which a stamp may run ahead of our clock and still advance it.
pub const CLOCK_AHEAD_MS: u64 = 10 * 60 * 1_000;
/// Connected peers whose clocks are asked for the reference, at least: of fewer, one liar is half.
pub const PEER_CLOCKS_MIN: usize = 3;
/// Milliseconds by which peers' clocks may pull the reference ahead of a clock that looks right: a week, for a box that
/// saves its clock when it is switched off and has no battery. A majority of liars gains no more than that.
pub const PEERS_AHEAD_MS: u64 = 7 * 24 * 60 * 60 * 1_000;
/// The same of a clock that is behind what was known before: half a year, for a box that was away over the winter.
pub const PEERS_AHEAD_LOST_MS: u64 = 184 * 24 * 60 * 60 * 1_000;
/// Entries kept aside until their stamp's time has come: about 1 KB each.
pub const LATER_MAX: usize = 10_000;
/// Devices of one identity at a time: keys are wrapped to each.
pub const DEVICES_MAX: usize = 16;
/// Bytes of what somebody calls a device.
pub const LABEL_MAX: usize = 60;
/// Last entries of logs that one act accepts, 34 B each: a payload full, and a witness of it
/// another. More go into further acts.
pub const ACCEPTED_MAX: usize = 1_800;
/// Acts that one entry says again: some 300 B each, and each costs a signature check.
pub const WITNESSED_MAX: usize = 100;
/// Entries that one act keeps, 34 B each within the payload's limit, sealed too. More go into further acts.
pub const KEPT_MAX: usize = 1_500;
/// Entries kept aside for an author whose identity log has not come yet.
pub const PENDING_MAX: usize = 100_000;
/// Bytes of the random nonce of a sealed payload, as XChaCha20 takes it: random ones do not meet.
pub const SEAL_NONCE_LEN: usize = 24;
/// Bytes to which the smallest sealed text is padded: ballots, reactions and short messages look alike.
pub const SEALED_MIN: usize = 256;
/// Bytes of the largest padded text that a payload holds beside 80 B of framing.
pub const SEALED_TEXT_MAX: usize = 65_456;
/// Bytes of one wrap: tag 16, encapsulated key 32, wrapped key 48.
pub const WRAP_LEN: usize = 96;
/// Bytes of the tag by which a device finds its wrap: two of 256 do not meet by chance.
pub const WRAP_TAG_LEN: usize = 16;
/// Wraps of one entry, decoys included: a private message to a few looks like one to one.
pub const WRAPS_MIN: usize = 8;
/// Wraps of one entry: with the largest bundle they fit a payload.
pub const WRAPS_MAX: usize = 256;
/// Devices to which the keys of one closed community are wrapped: eight entries a rotation.
pub const CLOSED_DEVICES_MAX: usize = 2_000;
/// Bytes of a sealed bundle of keys.
pub const BUNDLE_MAX: usize = 32_768;
/// Keys of one bundle: a year and a half of daily rotations.
pub const BUNDLE_ITEMS_MAX: usize = 512;
/// Key epochs that one follows: more at once means that many rotated without seeing each other.
pub const KEY_FOLLOWS_MAX: usize = 16;
/// Key epochs of one author, none of which follows another, that count: each is held to all removals, and a person has
/// few devices that rotate at the same time.
pub const KEY_TIPS_MAX: usize = 4;
/// Devices that one key epoch names as taken out.
pub const KEY_OUTS_MAX: usize = 256;
/// Milliseconds between two rotations for no reason: each costs a wrap for every device.
pub const ROTATION_MIN_MS: u64 = 24 * 60 * 60 * 1_000;
/// Closed communities of one keyring.
pub const COMMUNITIES_MAX: usize = 64;
/// Keys held of one closed community: ten years of daily rotations.
pub const KEYS_MAX: usize = 4_096;
/// Keys for named persons held of one scope.
pub const AUDIENCES_MAX: usize = 4_096;
/// Scopes of which a keyring holds keys for named persons.
pub const AUDIENCE_SCOPES_MAX: usize = 4_096;
/// Keys for named persons held in all: anybody may give some anywhere, and about 70 bytes each they have to fit, with
/// the rest of the keyring, into [`KEYRING_MAX`] and into what a device that comes in is sent.
pub const AUDIENCES_ALL_MAX: usize = 16_384;
/// Bytes of a stored keyring.
pub const KEYRING_MAX: usize = 64 * 1024 * 1024;
/// Tags of a proof, decoys included: what two nodes share at most of closed scopes, two for each.
pub const PROOF_TAGS: usize = 64;
/// Bytes of a tag of a proof: as hard to guess as a key.
pub const PROOF_TAG_LEN: usize = 16;
/// Keys against which a peer's tags are checked: bounds the work that a stranger can ask for.
pub const PROOF_KEYS_MAX: usize = 512;
/// Bytes of the secret in the code by which a device comes in.
pub const PAIRING_SECRET_LEN: usize = 16;
/// Addresses in that code: it has to stay short enough to be copied.
pub const PAIRING_ADDRESSES_MAX: usize = 4;
/// Bytes of one of them.
pub const PAIRING_ADDRESS_MAX: usize = 128;
/// People who may come in by one offer: a school.
pub const OFFER_USES_MAX: usize = 1_000;
/// Letters of an invitation: the squares of a picture hold twice as many.
pub const INVITE_TEXT_MAX: usize = 2_048;
/// Cells of the place to which an invitation leads: more are published as a territory.
pub const INVITE_CELLS_MAX: usize = 8;
/// Bytes of a name in an invitation: a line of the first screen.
pub const INVITE_NAME_MAX: usize = 100;
/// Bytes of a message between two devices of a person: what they follow, and the keys that they hold.
pub const PAIRING_MESSAGE_MAX: usize = 2 * 1024 * 1024;
