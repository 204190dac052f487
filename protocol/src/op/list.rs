//! The closed list of operations: one line each. What holds of one stands beside its fields ([`Operation::RULE`]).

use super::{
    ActWitnessOp, BallotOp, BlobRef, BookmarkOp, CarryOp, ClaimOp, CloseOp, ConfirmOp, CorrectionOp, DecideOp,
    DeviceOp, ElementOp, EraseOp, FoundingOp, Inception, KeepOp, KeyEpochOp, LabelOp, Leafage, LinkOp, OfferOp,
    OpError, OpenOp, Operation, OutOp, PostOp, Profile, ProposalOp, ReactionOp, RecoveryOp, Register, RestateOp,
    Restating, RoleOp, Rule, Salts, Sealing, SeedOp, SettleOp, StubOp, TermsOp, TerritoryOp, UNDER, UnknownOp, VoidOp,
    VouchOp, WitnessOp, WrapsOp, envelope, rule_of_range, schema,
};
use crate::{
    codec::{CodecError, Raw},
    entry::{
        LEAVES,
        leaves::{self, Leaf},
    },
    geo::Cell,
    ids::{ElementId, EntryId, IdentityId},
    limits::NONCE_LEN,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! operations {
    ($($variant:ident($body:ty)),+ $(,)?) => {
        /// An operation, decoded.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is named as the structure that it holds")]
        pub enum Op {
            $($variant($body),)+
            Unknown(Box<UnknownOp>),
        }

        /// The rules of all operations, ascending by number.
        pub const RULES: &[Rule] = &[$(<$body as Operation>::RULE),+];

        impl Op {
            /// What holds of all of its kind.
            #[must_use]
            pub fn rule(&self) -> &'static Rule {
                match self {
                    $(Self::$variant(_) => const { &<$body as Operation>::RULE },)+
                    Self::Unknown(op) => rule_for(op.schema),
                }
            }

            /// The payload's bytes.
            pub fn encode(&self, nonce: [u8; NONCE_LEN]) -> Result<Vec<u8>, OpError> {
                match self {
                    $(Self::$variant(body) => envelope::close(nonce, body),)+
                    Self::Unknown(op) => envelope::wrap(nonce, &op.said),
                }
            }

            /// The operation of a payload.
            pub fn decode(schema: u16, version: u8, payload: &[u8]) -> Result<Self, OpError> {
                if schema::is_sealed(schema) {
                    return Err(OpError::Sealed);
                }
                let known = version == 1 && rule_of(schema).is_some() && !envelope::needs_more(payload)?;
                if known {
                    super::under_of(schema, payload)?;
                }
                $(if known && schema == <$body as Operation>::RULE.schema {
                    return envelope::open(payload, Self::$variant);
                })+
                let said = envelope::unwrap(payload)?;
                Ok(Self::Unknown(Box::new(UnknownOp { schema, version, said })))
            }

            /// Its parts as leaves ([`Leafage::Parts`]), each with a salt of its own.
            pub fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
                match self {
                    $(Self::$variant(body) => body.to_leaves(salt),)+
                    Self::Unknown(op) => Ok(vec![envelope::wrap(salt(), &op.said)?]),
                }
            }

            /// The operation of which the leaves of a payload are the parts ([`Leafage::Parts`]). One that is not
            /// understood is one all the same.
            pub fn of_parts(schema: u16, version: u8, leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
                let said = envelope::first_leaf(leaves)?;
                let known = version == 1 && !envelope::needs_unknown(&said)?;
                $(if known && schema == <$body as Operation>::RULE.schema {
                    return <$body>::of_leaves(leaves).map(Self::$variant);
                })+
                Ok(Self::Unknown(Box::new(UnknownOp { schema, version, said })))
            }

            /// The body alone, as restatements hold it.
            pub fn body(&self) -> Result<Raw, CodecError> {
                match self {
                    $(Self::$variant(body) => Raw::of(body),)+
                    Self::Unknown(op) => Ok(op.said.clone()),
                }
            }

            /// The body from another form than its bytes, as vectors state it; none: the schema is not understood here.
            pub fn from_form<'de, D: Deserializer<'de>>(schema: u16, form: D) -> Option<Result<Self, D::Error>> {
                $(if schema == <$body as Operation>::RULE.schema {
                    return Some(<$body>::deserialize(form).map(Self::$variant));
                })+
                None
            }

            /// Back from the body.
            pub fn of_body(schema: u16, version: u8, said: Raw) -> Result<Self, OpError> {
                let known = version == 1 && rule_of(schema).is_some() && !envelope::needs_unknown(&said)?;
                if known && rule_for(schema).takes_under() {
                    envelope::under_in(&said)?;
                }
                $(if known && schema == <$body as Operation>::RULE.schema {
                    let body: $body = said.read()?;
                    body.check()?;
                    return Ok(Self::$variant(body));
                })+
                Ok(Self::Unknown(Box::new(UnknownOp { schema, version, said })))
            }

            /// Make its texts such as are taken. What a key has signed already stays as it is.
            pub fn tidy(&mut self) {
                match self {
                    $(Self::$variant(body) => body.tidy(),)+
                    Self::Unknown(_) => {}
                }
            }

            /// As [`Operation::registers`].
            #[must_use]
            pub fn registers(&self, author: IdentityId, cell: Cell) -> Vec<Register> {
                match self {
                    $(Self::$variant(body) => body.registers(author, cell),)+
                    Self::Unknown(_) if self.rule().restating == Restating::Never => Vec::new(),
                    Self::Unknown(_) => vec![Register::Own],
                }
            }

            /// As [`Operation::trimmed`].
            pub fn trimmed(&self, said: &Raw, wins: &dyn Fn(&Register) -> bool) -> Option<Raw> {
                match self {
                    $(Self::$variant(body) => body.trimmed(said, wins),)+
                    Self::Unknown(_) => None,
                }
            }

            /// As [`Operation::blobs`].
            #[must_use]
            pub fn blobs(&self) -> &[BlobRef] {
                match self {
                    $(Self::$variant(body) => body.blobs(),)+
                    Self::Unknown(_) => &[],
                }
            }

            /// As [`Operation::is_of_roster`].
            #[must_use]
            pub fn is_of_roster(&self, community: ElementId) -> bool {
                match self {
                    $(Self::$variant(body) => body.is_of_roster(community),)+
                    Self::Unknown(_) => matches!(self.rule().sealing, Sealing::Roster),
                }
            }
        }

        /// Its body alone, in another form than its bytes.
        impl Serialize for Op {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(body) => body.serialize(serializer),)+
                    Self::Unknown(op) => op.serialize(serializer),
                }
            }
        }
    };
}

operations! {
    Inception(Inception),
    Device(DeviceOp),
    Profile(Profile),
    Out(OutOp),
    Recovery(Box<RecoveryOp>),
    Witness(WitnessOp),
    Decide(DecideOp),
    Element(Box<ElementOp>),
    Link(LinkOp),
    Post(PostOp),
    Territory(TerritoryOp),
    Stub(StubOp),
    Erase(EraseOp),
    Void(VoidOp),
    Reaction(ReactionOp),
    Restate(RestateOp),
    Bookmark(BookmarkOp),
    Role(RoleOp),
    Proposal(Box<ProposalOp>),
    Ballot(BallotOp),
    Close(Box<CloseOp>),
    ActWitness(ActWitnessOp),
    Open(OpenOp),
    Carry(Box<CarryOp>),
    Founding(FoundingOp),
    Settle(SettleOp),
    Keep(KeepOp),
    Wraps(Box<WrapsOp>),
    KeyEpoch(KeyEpochOp),
    Seed(SeedOp),
    Offer(OfferOp),
    Claim(ClaimOp),
    Confirm(ConfirmOp),
    Terms(TermsOp),
    Label(LabelOp),
    Vouch(VouchOp),
    Correction(Box<CorrectionOp>),
}

impl Op {
    /// As it is written in the open: the header's flags, and the payload.
    pub fn written(&self, salt: Salts<'_>) -> Result<(u16, Vec<u8>), OpError> {
        if self.rule().leaves != Leafage::Parts {
            return Ok((0, self.encode(salt())?));
        }
        let parts = self.to_leaves(salt)?;
        let parts: Vec<Leaf<'_>> = parts.iter().map(|part| Leaf::Held(part)).collect();
        Ok((LEAVES, leaves::payload_of(&parts)?))
    }

    /// The payload's bytes, of what is said by the role that its author has in an act's past (SPEC.md §6.5). In what
    /// does not hang on a role the act is left out.
    pub fn encode_under(&self, nonce: [u8; NONCE_LEN], under: Option<EntryId>) -> Result<Vec<u8>, OpError> {
        let Some(act) = under.filter(|_| self.rule().takes_under()) else { return self.encode(nonce) };
        // So that its bounds are checked.
        self.encode(nonce)?;
        let body = self.body()?;
        let named = body.and_field(UNDER, &Raw::of(&act)?);
        envelope::wrap(nonce, &named.unwrap_or(body))
    }

    /// The acts of governance that it refers to, and on which what it says rests (SPEC.md §8).
    #[must_use]
    pub fn acts_named(&self) -> Vec<EntryId> {
        match self {
            Self::Role(op) => op.refs.clone(),
            Self::Erase(op) => op.refs.clone().unwrap_or_default(),
            Self::Keep(op) => op.refs.clone(),
            Self::Offer(op) => op.refs.clone(),
            Self::Void(op) => op.refs.iter().copied().chain([op.erasure]).collect(),
            Self::KeyEpoch(op) => op.refs.clone(),
            Self::Open(op) => op.refs.clone(),
            Self::Settle(op) => op.refs.clone(),
            _ => Vec::new(),
        }
    }

    /// The schema under which it is written (those that are known, at version 1).
    #[must_use]
    pub fn schema(&self) -> u16 {
        match self {
            Self::Unknown(op) => op.schema,
            known => known.rule().schema,
        }
    }
}

/// What holds of a schema: as it says itself, or by its number, if it is not understood here.
#[must_use]
pub fn rule_for(schema: u16) -> &'static Rule {
    rule_of(schema).unwrap_or_else(|| rule_of_range(schema))
}

/// What holds of a schema, if it is understood here.
#[must_use]
pub fn rule_of(schema: u16) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.schema == schema)
}
