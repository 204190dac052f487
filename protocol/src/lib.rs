//! Wire formats and domain rules of Communaut (SPEC.md states them in words).
//!
//! Pure: no IO, no async, no clock, no randomness. Where a rule needs the time it is handed
//! in. The same input gives the same bytes on every machine.
//!
//! * [`entry`]: the signed header, its payload, and how a log grows
//! * [`log`]: what a replica holds of a log, forks included
//! * [`op`]: what a payload says
//! * [`private`]: payloads that only some can read, communities that only their members can find
//! * [`fold`]: what a scope's entries add up to (reducers), governance included
//! * [`pairing`]: a second device, by a code that the first one shows
//! * [`recovery`]: the words that recover an identity, and friends' shares of them
//! * [`replication`]: how two replicas come to hold the same entries
//! * [`engine`]: replication with many peers: rounds, gossip, proofs, admission

pub mod clock;
pub mod codec;
pub mod engine;
pub mod entry;
pub mod fold;
pub mod geo;
pub mod ids;
pub mod invite;
pub mod limits;
pub mod log;
pub mod op;
pub mod pairing;
pub mod private;
pub mod recovery;
pub mod replication;
pub mod scope;
#[cfg(feature = "sim")]
pub mod sim;

pub use clock::{Hlc, Stamp};
pub use entry::{DeviceKey, Entry, Header, Refusal};
pub use geo::{Cell, Position};
pub use ids::{AuthorId, DeviceId, ElementId, EntryId, Hash, IdentityId, KeyId, SealingKey};
pub use scope::{LogId, Scope, ScopeKey};
