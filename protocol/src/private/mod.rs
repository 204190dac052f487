//! Payloads that only some can read, and communities that only their members can find. SPEC.md §10.
//!
//! * [`keys`]: secrets, and how each is derived from another
//! * [`seal`]: a payload under a key, padded, bound to its place
//! * [`wrap`]: keys wrapped to devices, so that nobody sees to whom
//! * [`ring`]: the keys that a node holds, and what they open
//! * [`closed`]: where a closed community lies
//! * [`proof`]: two nodes find out which closed scopes they share, and nobody else does
//! * [`shown`]: what of a replica each peer is shown
//!
//! Pure: randomness comes in as seeds of 32 bytes, and is drawn out of them by [`draw`].

mod bytes;
pub mod closed;
pub mod draw;
pub mod keys;
pub mod proof;
pub mod ring;
pub mod seal;
pub mod shown;
pub mod wrap;

pub use closed::Community;
pub use draw::Draw;
pub use keys::{CommunitySecret, ProofKey, ReadKey, SealKey, SealingSecret};
pub use proof::{Access, Exchange, ProofOf};
pub use ring::{Class, Keyring, Opened, SealedBy, Under};
pub use seal::SealError;
pub use shown::{Arrivals, Only, Shown};
pub use wrap::{Item, WrapError};
