//! Schema numbers. Never reused. SPEC.md §6.

/// The first entry of an identity.
pub const INCEPTION: u16 = 1;
/// A device comes in.
pub const DEVICE: u16 = 2;
/// Name and home of a person.
pub const PROFILE: u16 = 3;
/// Devices go out.
pub const OUT: u16 = 4;
/// Whoever holds the recovery key says which devices there are.
pub const RECOVERY: u16 = 5;
/// Acts of other logs of the identity, said again.
pub const WITNESS: u16 = 6;
/// Whoever holds the deciding key says which recovery counts.
pub const DECIDE: u16 = 7;
/// Fields of an element.
pub const ELEMENT: u16 = 10;
/// A link between elements.
pub const LINK: u16 = 11;
/// A post.
pub const POST: u16 = 12;
/// A named set of cells.
pub const TERRITORY: u16 = 13;
/// An announcement of something that lies elsewhere.
pub const STUB: u16 = 14;
/// Entries that are to fold as if they had never been.
pub const ERASE: u16 = 15;
/// An erasure by a moderator, taken back.
pub const VOID: u16 = 16;
/// A word on a post.
pub const REACTION: u16 = 17;
/// What a log still says, so that what stood before can go.
pub const RESTATE: u16 = 18;
/// A role given or taken.
pub const ROLE: u16 = 20;
/// A proposal.
pub const PROPOSAL: u16 = 21;
/// A ballot.
pub const BALLOT: u16 = 22;
/// A teller's certificate.
pub const CLOSE: u16 = 23;
/// Acts of governance, said again.
pub const ACT_WITNESS: u16 = 24;
/// A vote opened by a teller.
pub const OPEN: u16 = 25;
/// Ballots that a teller counts.
pub const CARRY: u16 = 26;
/// How a container begins.
pub const FOUNDING: u16 = 27;
/// A keeper's word on what stands for good.
pub const SETTLE: u16 = 28;
/// What stays of what people wrote whose role is taken.
pub const KEEP: u16 = 29;
/// In headers only: sealed, and never erased (SPEC.md §10.1).
pub const SEALED_KEPT: u16 = 30;
/// Keys wrapped to devices.
pub const WRAPS: u16 = 31;
/// A new key of a closed community.
pub const KEY_EPOCH: u16 = 32;
/// A box that keeps a closed community without reading it.
pub const SEED: u16 = 33;
/// A role that is offered to who joins by an invitation.
pub const OFFER: u16 = 34;
/// In headers only: sealed, and may be erased (SPEC.md §10.1).
pub const SEALED: u16 = 40;
/// Places of a resource asked for.
pub const CLAIM: u16 = 41;
/// Claims given and declined.
pub const CONFIRM: u16 = 42;
/// How places of a resource are given.
pub const TERMS: u16 = 43;
/// Whether a header's schema says that the payload is ciphertext.
#[must_use]
pub const fn is_sealed(schema: u16) -> bool {
    matches!(schema, SEALED_KEPT | SEALED)
}
/// What scopes of 0 to 2 characters take.
pub const WIDE: [u16; 2] = [TERRITORY, STUB];
/// Whether a schema belongs in identity scopes: 1 to 9, of which those after
/// [`DECIDE`] are kept for later, and relayed without being understood.
#[must_use]
pub const fn is_identity(schema: u16) -> bool {
    matches!(schema, INCEPTION..=9)
}
