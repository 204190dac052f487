//! What a log still says, said again. SPEC.md §5.5.

use super::{Op, OpError, Operation, Restating, Rule, ScopeKind, Sealing, bound, rule_for, schema};
use crate::{
    Stamp,
    codec::{CodecError, Raw, is_default},
    entry::{Extra, Header, hash},
    ids::{EntryId, Hash, Signature},
    limits::{PAYLOAD_MAX, RESTATED_MAX},
    scope::LogId,
};
use serde::{Deserialize, Serialize};

/// One entry of a restatement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestateOp {
    /// Ascending by sequence number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub items: Vec<Restated>,
}

/// An entry of the same log that is gone, with what of it still counts. Its header can be made again from this, and
/// with it the entry's id: so an author can speak of no entry but those of the same log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restated {
    /// Its sequence number.
    pub seq: u64,
    /// The entry before it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub backlink: Option<EntryId>,
    /// Its stamp.
    pub stamp: Stamp,
    /// Its operation's schema: one that is said again ([`Rule::restating`]).
    pub schema: u16,
    /// Its version; absent: 1.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub version: u8,
    /// Its flags; absent: 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub flags: u8,
    /// Bytes of its payload, as it was.
    pub payload_size: u32,
    /// BLAKE3 of its payload, as it was.
    pub payload_hash: Hash,
    /// What its header says besides; absent: nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extra: Extra,
    /// Its signature.
    pub signature: Signature,
    /// The operation, as far as it counts: of an element perhaps fewer fields than there were. What is not understood
    /// by who restates is said again as it was.
    pub said: Raw,
}

impl Restated {
    /// An entry that says this of itself.
    #[must_use]
    pub fn of(header: &Header, signature: Signature, said: Raw) -> Self {
        let Header { seq, backlink, stamp, schema, flags, payload_size, payload_hash, .. } = *header;
        let (version, extra) = (header.schema_version, header.extra.clone());
        Self { seq, backlink, stamp, schema, version, flags, payload_size, payload_hash, extra, signature, said }
    }

    /// The header that it had in its log.
    #[must_use]
    pub fn header(&self, log: LogId) -> Header {
        let Self { seq, backlink, stamp, schema, version, flags, payload_size, payload_hash, .. } = *self;
        let (schema_version, extra) = (version, self.extra.clone());
        Header { log, seq, backlink, stamp, schema, schema_version, flags, payload_size, payload_hash, extra }
    }

    /// Its id in that log.
    pub fn id(&self, log: LogId) -> Result<EntryId, CodecError> {
        Ok(EntryId(hash(&self.header(log).encode(self.signature)?).0))
    }

    /// The operation.
    pub fn op(&self) -> Result<Op, OpError> {
        if rule_for(self.schema).restating == Restating::Never {
            let why = format!("schema {} is never said again", self.schema);
            return Err(OpError::Bound { field: "items", why });
        }
        bound("said", self.said.bytes().len(), PAYLOAD_MAX)?;
        Op::of_body(self.schema, self.version, self.said.clone())
    }
}

const fn first() -> u8 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_first(version: &u8) -> bool {
    *version == first()
}

impl Operation for RestateOp {
    const RULE: Rule = Rule {
        schema: schema::RESTATE,
        name: "restate",
        counts_in: &[ScopeKind::Open],
        sealing: Sealing::Never,
        for_persons: false,
        restating: Restating::Never,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        let refuse = |why: String| OpError::Bound { field: "items", why };
        bound("items", self.items.len(), RESTATED_MAX)?;
        if !self.items.windows(2).all(|pair| matches!(pair, [a, b] if a.seq < b.seq)) {
            return Err(refuse("not in ascending order".into()));
        }
        // What an item says is looked at where it is folded: one that breaks a bound takes none of the others along.
        Ok(())
    }

    fn tidy(&mut self) {}
}
