//! Two nodes find out which closed scopes they share; whoever shares none learns nothing. SPEC.md §10.5.
//!
//! Three messages: a nonce; a nonce and tags; tags. A tag is a keyed hash over both nonces, both ends of the connection
//! and the side that speaks. There are always as many tags, filled up with random ones, so that a node without any
//! closed scope says the same.

use super::{
    bytes::first,
    draw::Draw,
    keys::{ProofKey, derive},
};
use crate::{
    codec::{self, CodecError},
    ids::Hash,
    limits::{PROOF_KEYS_MAX, PROOF_TAG_LEN, PROOF_TAGS},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Name of the protocol.
pub const PROTOCOL: &str = "/communaut/closed/1";
/// Bytes of a proof message: tags, nonce, framing.
pub const PROOF_MESSAGE_MAX: usize = PROOF_TAGS * PROOF_TAG_LEN + 64;

/// A key that proves, and the scopes that are offered to whoever proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofOf {
    /// The key.
    pub key: ProofKey,
    /// What it opens.
    pub opens: Vec<Scope>,
}

/// The two ends of a connection: hashes of the transport keys by which each side knows the other for sure, so that a
/// third node cannot pass on what it hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofEnds {
    /// Of who says hello.
    pub initiator: Hash,
    /// Of who answers.
    pub responder: Hash,
}

/// What travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProofMessage {
    /// First.
    Hello {
        /// 32 random bytes.
        nonce: Hash,
    },
    /// Second.
    Answer {
        /// 32 random bytes.
        nonce: Hash,
        /// Tags of the responder, ascending.
        #[serde(with = "serde_bytes")]
        tags: Vec<u8>,
    },
    /// Third.
    Confirm {
        /// Tags of the initiator, ascending.
        #[serde(with = "serde_bytes")]
        tags: Vec<u8>,
    },
}

/// Why an exchange ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The message's bytes.
    #[error("proof refused: {0}")]
    Codec(#[from] CodecError),
    /// A message that does not come next.
    #[error("proof refused: not the message that comes next")]
    Order,
    /// A wrong number of tags.
    #[error("proof refused: {0} bytes of tags, expected {expected}", expected = PROOF_TAGS * PROOF_TAG_LEN)]
    Tags(usize),
}

impl ProofMessage {
    /// To the wire.
    pub fn encode(&self) -> Result<Vec<u8>, ProofError> {
        Ok(codec::encode(self)?)
    }
    /// From the wire, bounded before it is decoded.
    pub fn decode(bytes: &[u8]) -> Result<Self, ProofError> {
        let message: Self = codec::decode(bytes, PROOF_MESSAGE_MAX)?;
        match &message {
            Self::Answer { tags, .. } | Self::Confirm { tags } if tags.len() != PROOF_TAGS * PROOF_TAG_LEN => {
                Err(ProofError::Tags(tags.len()))
            }
            _ => Ok(message),
        }
    }
}

/// What a peer has proved, for as long as the connection lasts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    scopes: BTreeSet<Scope>,
}

impl Access {
    /// Whether a scope may be named to the peer at all: listed, answered for, asked for, or counted in a fingerprint.
    /// Where it may not, the node behaves as if it had never heard of it.
    #[must_use]
    pub fn offers(&self, scope: &Scope) -> bool {
        !scope.is_closed() || self.scopes.contains(scope)
    }
    /// The closed scopes that the peer has proved.
    pub fn closed(&self) -> impl Iterator<Item = &Scope> {
        self.scopes.iter()
    }
}

type Tag = [u8; PROOF_TAG_LEN];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Initiator,
    Responder,
}

/// What both sides have said.
#[derive(Debug, Clone, Copy)]
struct Transcript {
    ends: ProofEnds,
    hello: Hash,
    answer: Hash,
}

impl Transcript {
    fn tag(&self, side: Side, key: &ProofKey) -> Tag {
        let side = [if side == Side::Initiator { 0 } else { 1 }];
        let Self { ends, hello, answer } = self;
        let parts = [key.expose(), &side[..], &ends.initiator.0, &ends.responder.0, &hello.0, &answer.0];
        first(&derive("communaut 2026 closed proof", &parts))
    }

    fn tags(&self, side: Side, keys: &[ProofOf], draw: &mut Draw) -> Vec<u8> {
        let mut tags: BTreeSet<Tag> = keys.iter().take(PROOF_TAGS).map(|proof| self.tag(side, &proof.key)).collect();
        while tags.len() < PROOF_TAGS {
            tags.insert(draw.bytes());
        }
        tags.into_iter().flatten().collect()
    }

    /// The scopes of the keys that the other side has proved.
    fn access(&self, side: Side, keys: &[ProofOf], tags: &[u8]) -> Access {
        let tags: BTreeSet<&[u8]> = tags.chunks_exact(PROOF_TAG_LEN).collect();
        let proved =
            keys.iter().take(PROOF_KEYS_MAX).filter(|proof| tags.contains(self.tag(side, &proof.key).as_slice()));
        Access { scopes: proved.flat_map(|proof| proof.opens.iter().copied()).collect() }
    }
}

/// One exchange, on either side. It ends with what the other side has proved.
#[derive(Debug, Clone)]
pub struct Exchange {
    ends: ProofEnds,
    nonce: Hash,
    /// Of the responder, once it has heard a hello.
    heard: Option<Transcript>,
}

impl Exchange {
    /// Say hello.
    pub fn begin(ends: ProofEnds, draw: &mut Draw) -> (Self, ProofMessage) {
        let nonce = Hash(draw.bytes());
        (Self { ends, nonce, heard: None }, ProofMessage::Hello { nonce })
    }

    /// Answer a hello.
    pub fn answer(
        ends: ProofEnds,
        hello: &ProofMessage,
        keys: &[ProofOf],
        draw: &mut Draw,
    ) -> Result<(Self, ProofMessage), ProofError> {
        let ProofMessage::Hello { nonce: hello } = hello else { return Err(ProofError::Order) };
        let nonce = Hash(draw.bytes());
        let heard = Transcript { ends, hello: *hello, answer: nonce };
        let tags = heard.tags(Side::Responder, keys, draw);
        Ok((Self { ends, nonce, heard: Some(heard) }, ProofMessage::Answer { nonce, tags }))
    }

    /// The initiator has an answer: what the responder has proved, and the last message.
    pub fn finish(
        self,
        answer: &ProofMessage,
        keys: &[ProofOf],
        draw: &mut Draw,
    ) -> Result<(Access, ProofMessage), ProofError> {
        let (ProofMessage::Answer { nonce, tags }, None) = (answer, self.heard) else { return Err(ProofError::Order) };
        let heard = Transcript { ends: self.ends, hello: self.nonce, answer: *nonce };
        let access = heard.access(Side::Responder, keys, tags);
        Ok((access, ProofMessage::Confirm { tags: heard.tags(Side::Initiator, keys, draw) }))
    }

    /// The responder has the last message: what the initiator has proved.
    pub fn close(self, confirm: &ProofMessage, keys: &[ProofOf]) -> Result<Access, ProofError> {
        let (ProofMessage::Confirm { tags }, Some(heard)) = (confirm, self.heard) else {
            return Err(ProofError::Order);
        };
        Ok(heard.access(Side::Initiator, keys, tags))
    }
}
