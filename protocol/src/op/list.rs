//! The closed list of operations: one line each. What holds of one stands beside its fields ([`Operation::RULE`]).

use super::{
    BallotOp, BookmarkOp, CloseOp, DeviceOp, ElementOp, EraseOp, Inception, KeyEpochOp, LinkOp, OpError, Operation,
    OutOp, PostOp, Profile, ProposalOp, ReactionOp, RecoveryOp, Register, RestateOp, RoleOp, Rule, SeedOp, StubOp,
    TerritoryOp, VoidOp, WitnessOp, WrapsOp, envelope, schema,
};
use crate::{
    codec::{self, CodecError},
    geo::Cell,
    ids::{ElementId, IdentityId},
    limits::{NONCE_LEN, PAYLOAD_MAX},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! operations {
    ($($variant:ident($body:ty)),+ $(,)?) => {
        /// An operation, decoded.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[expect(missing_docs, reason = "each variant is named as the structure that it holds")]
        pub enum Op {
            $($variant($body)),+
        }

        /// The rules of all operations, ascending by number.
        pub const RULES: &[Rule] = &[$(<$body as Operation>::RULE),+];

        impl Op {
            /// What holds of all of its kind.
            #[must_use]
            pub fn rule(&self) -> &'static Rule {
                match self {
                    $(Self::$variant(_) => const { &<$body as Operation>::RULE }),+
                }
            }

            /// The payload's bytes. The author of an inception is zero: its id does not exist yet.
            pub fn encode(&self, nonce: [u8; NONCE_LEN], author: IdentityId) -> Result<Vec<u8>, OpError> {
                match self {
                    $(Self::$variant(body) => envelope::close(nonce, author, body)),+
                }
            }

            /// Author and operation of a payload.
            pub fn decode(schema: u16, version: u8, payload: &[u8]) -> Result<(IdentityId, Self), OpError> {
                if version != 1 {
                    return Err(OpError::Unknown(schema, version));
                }
                $(if schema == <$body as Operation>::RULE.schema {
                    return envelope::open(payload, Self::$variant);
                })+
                if schema::is_sealed(schema) { Err(OpError::Sealed) } else { Err(OpError::Unknown(schema, version)) }
            }

            /// The body alone, as restatements hold it.
            pub fn body(&self) -> Result<Vec<u8>, CodecError> {
                match self {
                    $(Self::$variant(body) => codec::encode(body)),+
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
            pub fn of_body(schema: u16, bytes: &[u8]) -> Result<Self, OpError> {
                $(if schema == <$body as Operation>::RULE.schema {
                    let body: $body = codec::decode(bytes, PAYLOAD_MAX)?;
                    body.check()?;
                    return Ok(Self::$variant(body));
                })+
                Err(OpError::Unknown(schema, 1))
            }

            /// Make its texts such as are taken. What a key has signed already stays as it is.
            pub fn tidy(&mut self) {
                match self {
                    $(Self::$variant(body) => body.tidy()),+
                }
            }

            /// As [`Operation::registers`].
            #[must_use]
            pub fn registers(&self, author: IdentityId, cell: Cell) -> Vec<Register> {
                match self {
                    $(Self::$variant(body) => body.registers(author, cell)),+
                }
            }

            /// As [`Operation::trim`].
            pub fn trim(&mut self, wins: &dyn Fn(&Register) -> bool) -> bool {
                match self {
                    $(Self::$variant(body) => body.trim(wins)),+
                }
            }

            /// As [`Operation::is_of_roster`].
            #[must_use]
            pub fn is_of_roster(&self, community: ElementId) -> bool {
                match self {
                    $(Self::$variant(body) => body.is_of_roster(community)),+
                }
            }
        }

        /// Its body alone, in another form than its bytes.
        impl Serialize for Op {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $(Self::$variant(body) => body.serialize(serializer)),+
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
    Wraps(Box<WrapsOp>),
    KeyEpoch(KeyEpochOp),
    Seed(SeedOp),
}

impl Op {
    /// The schema under which it is written (all at version 1).
    #[must_use]
    pub fn schema(&self) -> u16 {
        self.rule().schema
    }
}

/// What holds of a schema, if it is understood here.
#[must_use]
pub fn rule_of(schema: u16) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.schema == schema)
}
