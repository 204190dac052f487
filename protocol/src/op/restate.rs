//! What a log still says, said again. SPEC.md §5.5.

use super::{
    EntryPlace, Leafage, Op, OpError, Operation, Restating, Rule, Salts, ScopeKind, Sealing, ascending, bound,
    derived_salt, envelope, rule_for, schema,
};
use crate::{
    Stamp,
    codec::{CodecError, Raw, is_default},
    entry::{Extra, Header, hash, leaves::Leaf},
    ids::{EntryId, Hash, Signature},
    limits::LEAVES_MAX,
    scope::LogId,
};
use serde::{Deserialize, Serialize};

/// One entry of a restatement. Which entries it says again stands in the first leaf, what they say in the others, so
/// that one of them can go without the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestateOp {
    /// Ascending by sequence number and first leaf.
    #[serde(default, skip_serializing_if = "is_default")]
    pub items: Vec<Restated>,
    /// What they say, in their order, of each one leaf or as many as it names: payloads, of which some may be gone.
    #[serde(skip)]
    pub said: Vec<Option<Vec<u8>>>,
}

/// An entry of the same log that is gone. Its header can be made again from this, and with it the entry's id: so an
/// author can speak of no entry but those of the same log.
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
    pub flags: u16,
    /// Bytes of its payload, as it was.
    pub payload_size: u32,
    /// BLAKE3 of its payload, as it was.
    pub payload_hash: Hash,
    /// What its header says besides; absent: nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub extra: Extra,
    /// Its signature.
    pub signature: Signature,
    /// If it had leaves: which of them are said again, ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub leaves: Vec<u8>,
}

impl RestateOp {
    /// Each entry that it says again, with what it says of it.
    pub fn each(&self) -> impl Iterator<Item = (&Restated, &[Option<Vec<u8>>])> {
        let mut rest = self.said.as_slice();
        self.items.iter().map(move |item| {
            let (said, behind) = rest.split_at(item.width().min(rest.len()));
            rest = behind;
            (item, said)
        })
    }
}

impl Restated {
    /// Of an entry, and of its leaves these.
    #[must_use]
    pub fn of(header: &Header, signature: Signature, leaves: Vec<u8>) -> Self {
        let Header { seq, backlink, stamp, schema, flags, payload_size, payload_hash, .. } = *header;
        let (version, extra) = (header.schema_version, header.extra.clone());
        Self { seq, backlink, stamp, schema, version, flags, payload_size, payload_hash, extra, signature, leaves }
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

    /// The places of what is said of it, in the order of the leaves that say it.
    pub fn places(&self, log: LogId) -> Result<Vec<EntryPlace>, CodecError> {
        let place = EntryPlace::of(&log, self.seq, self.id(log)?);
        let leaves = self.leaves.iter().map(|leaf| place.leaf(*leaf)).collect();
        Ok(if self.leaves.is_empty() { vec![place] } else { leaves })
    }

    /// How many leaves say something of it.
    #[must_use]
    pub fn width(&self) -> usize {
        self.leaves.len().max(1)
    }

    /// Whether a leaf can be what it said: of a payload without leaves it is that payload, but of an element, whose
    /// fields that a later word has replaced are left out. What had leaves is not named one by one in its header.
    #[must_use]
    pub fn may_say(&self, leaf: &[u8]) -> bool {
        !self.leaves.is_empty() || self.schema == schema::ELEMENT || hash(leaf) == self.payload_hash
    }

    /// What one of these leaves says.
    pub fn op(&self, leaf: &[u8]) -> Result<Op, OpError> {
        if rule_for(self.schema).restating == Restating::Never {
            let why = format!("schema {} is never said again", self.schema);
            return Err(OpError::Bound { field: "items", why });
        }
        Op::decode(self.schema, self.version, leaf)
    }
}

/// What is said again with fewer fields than before: with a salt that whoever holds what it is made from can make too,
/// and nobody else, so that a leaf that is missing can be put back by them (SPEC.md §5.5).
pub fn trimmed_leaf(before: &[u8], said: &Raw) -> Result<Vec<u8>, OpError> {
    envelope::wrap(derived_salt("communaut 2026 restated salt", before), said)
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
        leaves: Leafage::Parts,
        erasable: false,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        let refuse = |why: String| OpError::Bound { field: "items", why };
        bound("items", self.items.len(), LEAVES_MAX)?;
        let place = |item: &Restated| (item.seq, item.leaves.first().copied());
        if !self.items.windows(2).all(|pair| matches!(pair, [a, b] if place(a) < place(b))) {
            return Err(refuse("not in ascending order".into()));
        }
        self.items.iter().try_for_each(|item| ascending("leaves", &item.leaves))?;
        // What an item says is looked at where it is folded: one that breaks a bound takes none of the others along.
        Ok(())
    }

    fn tidy(&mut self) {}

    fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
        let first = envelope::close(salt(), &Self { items: self.items.clone(), said: Vec::new() })?;
        let said = self.said.iter().map(|said| {
            said.clone().ok_or_else(|| OpError::Bound { field: "leaves", why: "what is gone is not said again".into() })
        });
        std::iter::once(Ok(first)).chain(said).collect()
    }

    fn of_leaves(leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
        let Some((first, said)) = leaves.split_first() else {
            return Err(OpError::Bound { field: "leaves", why: "there are none".into() });
        };
        let op: Self = envelope::of_leaf(*first)?;
        let width = op.items.iter().map(Restated::width).fold(0, usize::saturating_add);
        if width != said.len() {
            let why = format!("{} say what {width} were to say", said.len());
            return Err(OpError::Bound { field: "leaves", why });
        }
        Ok(Self { said: said.iter().map(|leaf| leaf.held().map(<[u8]>::to_vec)).collect(), ..op })
    }
}
