//! What somebody is given to come in: a text that fits a link, a file, and the squares of a picture. SPEC.md §9.7.
//!
//! It says where and by whom one is invited before anything was fetched, so that who comes in by it sees a place and a
//! name, and not an empty map. Whoever has it may use it: it holds the secret key of an offer (SPEC.md §8.9).

use crate::{
    codec::{self, CodecError},
    entry::{DeviceKey, verify_strict},
    geo::{Cell, Position},
    ids::{DeviceId, ElementId, IdentityId, Signature},
    limits::{
        INVITE_CELLS_MAX, INVITE_NAME_MAX, INVITE_TEXT_MAX, LANGUAGE_MAX, NETWORK, PAIRING_ADDRESS_MAX,
        PAIRING_ADDRESSES_MAX, SCOPE_CELL_MAX,
    },
    op::{
        Role,
        text::{Lines, check},
    },
};
use bech32::{Bech32m, Checksum, Fe32, Hrp, primitives::decode::CheckedHrpstring};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What a join text begins with, as a link.
pub const LINK: &str = "communaut:join/";
/// Begins the text proper (bech32m).
const PREFIX: &str = "join";
/// Of what a program of this version writes.
const VERSION: u8 = 1;
/// Begins what the inviter's device signs.
const DOMAIN: &[u8] = b"communaut/invitation/1\0";
/// Letters that are looked at of what is pasted: of a longer text one more than is taken.
const TAKEN_MAX: usize = INVITE_TEXT_MAX + LINK.len() + 1;
/// Bytes of the secret of an offer.
const SEED_LEN: usize = 32;
/// Bytes that say how many follow, so that a text which was cut is told from one that was changed.
const LENGTH_LEN: usize = 2;
/// Letters of the check at the end.
const CHECK_LEN: usize = <Bech32m as Checksum>::CHECKSUM_LENGTH;

/// The check of bech32m for texts that are longer than it was made for: what it misses the signature finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LongCheck {}

impl Checksum for LongCheck {
    type MidstateRepr = u32;

    type CorrectionField = <Bech32m as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = <Bech32m as Checksum>::ROOT_GENERATOR;
    const ROOT_EXPONENTS: std::ops::RangeInclusive<usize> = <Bech32m as Checksum>::ROOT_EXPONENTS;

    const CODE_LENGTH: usize = INVITE_TEXT_MAX;
    const CHECKSUM_LENGTH: usize = CHECK_LEN;
    const GENERATOR_SH: [u32; 5] = <Bech32m as Checksum>::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = <Bech32m as Checksum>::TARGET_RESIDUE;
}

/// Where one is invited to: what is shown before anything was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitePlace {
    /// What it is called.
    pub name: String,
    /// Where a map opens.
    pub centre: Position,
    /// A territory that somebody has published.
    pub territory: Option<ElementId>,
    /// Or its cells, ascending.
    pub cells: Vec<Cell>,
}

/// Into what one is invited.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct InviteCommunity {
    /// Its card.
    #[zeroize(skip)]
    pub id: ElementId,
    /// The cell of its scope; none: it is closed, and the way to it is given with the role.
    #[zeroize(skip)]
    pub home: Option<Cell>,
    /// As what.
    #[zeroize(skip)]
    pub role: Role,
    /// Of the key of an offer.
    #[serde(with = "serde_bytes")]
    seed: Vec<u8>,
}

impl InviteCommunity {
    /// By an offer whose key has this seed.
    #[must_use]
    pub fn new(id: ElementId, home: Option<Cell>, role: Role, seed: [u8; SEED_LEN]) -> Self {
        Self { id, home, role, seed: seed.to_vec() }
    }
    /// The invitation's secret key, which proves that one was invited ([`crate::op::LinkProof`]).
    #[must_use]
    pub fn key(&self) -> DeviceKey {
        let mut seed = Zeroizing::new([0; SEED_LEN]);
        seed.iter_mut().zip(&self.seed).for_each(|(to, from)| *to = *from);
        DeviceKey::from_seed(&seed)
    }
}

impl fmt::Debug for InviteCommunity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InviteCommunity({}, {:?}, {:?})", self.id.short(), self.home, self.role)
    }
}

/// What somebody is invited by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// Who invites.
    pub inviter: IdentityId,
    /// What they are called, as they say.
    pub name: String,
    /// The device that signs, which they say is theirs: it is looked at once their identity has come.
    pub device: DeviceId,
    /// Where that device is reached: multiaddrs that end with its name.
    pub addresses: Vec<String>,
    /// Where.
    pub place: Option<InvitePlace>,
    /// Into what.
    pub community: Option<InviteCommunity>,
    /// In which language the program greets; empty: in the machine's.
    pub language: String,
    /// Milliseconds since 1970 UTC, after which it is not taken.
    pub expires_ms: u64,
}

/// Version, network, what is said, signature.
#[derive(Serialize, Deserialize)]
struct Raw(u8, String, #[serde(with = "serde_bytes")] Vec<u8>, Signature);

/// Why an invitation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InviteError {
    /// Something else.
    #[error("this is not an invitation: it begins with {LINK}")]
    NotOne,
    /// The end is missing.
    #[error("the end of this invitation is missing: copy all of it")]
    Cut,
    /// A letter is another one, or something stands behind it.
    #[error("a letter of this invitation is wrong: copy it again, or ask for another")]
    Altered,
    /// Of a later program.
    #[error("this invitation is of version {0}, which is not known here: a newer program takes it")]
    Version(u8),
    /// Of people who speak with others.
    #[error("this invitation is of the network '{0}', and not of '{NETWORK}'")]
    Network(String),
    /// What it says is out of its bound.
    #[error("this invitation is refused: {0}")]
    Bound(&'static str),
    /// Too late.
    #[error("this invitation is over: ask for another")]
    Expired,
    /// It cannot be written.
    #[error("invitation: {0}")]
    Codec(#[from] CodecError),
}

impl Invite {
    /// Name the first field that is out of its bound.
    fn check(&self) -> Result<(), InviteError> {
        let fits = |is: bool, what| if is { Ok(()) } else { Err(InviteError::Bound(what)) };
        let named = |name: &str| check("name", name, INVITE_NAME_MAX, Lines::One).is_ok();
        fits(named(&self.name), "the name of who invites")?;
        let short = self.addresses.iter().all(|address| address.len() <= PAIRING_ADDRESS_MAX);
        fits(self.addresses.len() <= PAIRING_ADDRESSES_MAX && short, "its addresses")?;
        fits(check("language", &self.language, LANGUAGE_MAX, Lines::One).is_ok(), "its language")?;
        if let Some(place) = &self.place {
            fits(named(&place.name) && place.centre.is_valid(), "where it leads")?;
            let apart = |pair: &[Cell]| matches!(pair, [a, b] if a < b && !a.contains(*b));
            let cells = &place.cells;
            let sorted = cells.iter().all(|cell| cell.is_place()) && cells.windows(2).all(apart);
            fits(cells.len() <= INVITE_CELLS_MAX && sorted, "its cells")?;
        }
        let Some(community) = &self.community else { return Ok(()) };
        let home = community.home.is_none_or(|cell| cell.is_place() && cell.len() <= SCOPE_CELL_MAX);
        fits(home && community.seed.len() == SEED_LEN, "the community that it leads to")
    }

    /// The text, signed by the inviter's device.
    pub fn text(&self, key: &DeviceKey) -> Result<Zeroizing<String>, InviteError> {
        self.check()?;
        if key.id() != self.device {
            return Err(InviteError::Bound("its device"));
        }
        let body = Zeroizing::new(codec::encode(self)?);
        let signature = key.sign(&signed_bytes(&body));
        let mut raw = Raw(VERSION, NETWORK.to_owned(), body.to_vec(), signature);
        let said = codec::encode(&raw).map(Zeroizing::new);
        raw.2.zeroize();
        let said = said?;
        let length = u16::try_from(said.len()).map_err(|_| InviteError::Bound("its length"))?;
        let bytes = Zeroizing::new([&length.to_be_bytes()[..], &said].concat());
        let prefix = Hrp::parse(PREFIX).map_err(|_| InviteError::NotOne)?;
        let text = bech32::encode::<LongCheck>(prefix, &bytes).map_err(|_| InviteError::Bound("its length"))?;
        let text = Zeroizing::new(text);
        Ok(Zeroizing::new(format!("{LINK}{}", text.as_str())))
    }

    /// From a text, at a moment.
    pub fn parse(text: &str, now_ms: u64) -> Result<Self, InviteError> {
        // What is copied from a message may bring its line breaks along.
        let letters = text.chars().filter(|sign| !sign.is_whitespace());
        let text: Zeroizing<String> = Zeroizing::new(letters.take(TAKEN_MAX).collect());
        let bare = match text.get(..LINK.len()) {
            Some(begin) if begin.eq_ignore_ascii_case(LINK) => text.get(LINK.len()..).unwrap_or_default(),
            _ => &text,
        };
        let begins = bare.get(..=PREFIX.len()).map(|begin| begin.eq_ignore_ascii_case("join1"));
        if begins != Some(true) {
            let cut = begins.is_none() && bare.len() < text.len();
            return Err(if cut { InviteError::Cut } else { InviteError::NotOne });
        }
        whole(bare)?;
        let checked = CheckedHrpstring::new::<LongCheck>(bare).map_err(|_| InviteError::Altered)?;
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().skip(LENGTH_LEN).collect());
        let Raw(version, network, body, signature) = codec::decode(&bytes, INVITE_TEXT_MAX).map_err(altered)?;
        let body = Zeroizing::new(body);
        if version != VERSION {
            return Err(InviteError::Version(version));
        }
        if network != NETWORK {
            return Err(InviteError::Network(crate::op::text::clean(&network, Lines::One)));
        }
        let invite: Self = codec::decode(&body, INVITE_TEXT_MAX).map_err(altered)?;
        verify_strict(invite.device, &signed_bytes(&body), signature).map_err(|_| InviteError::Altered)?;
        invite.check()?;
        if now_ms > invite.expires_ms { Err(InviteError::Expired) } else { Ok(invite) }
    }
}

/// What cannot be read was not written so.
fn altered(_: CodecError) -> InviteError {
    InviteError::Altered
}

fn signed_bytes(body: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([DOMAIN, NETWORK.as_bytes(), b"\0", body].concat())
}

/// Whether a text is as long as it says itself.
fn whole(text: &str) -> Result<(), InviteError> {
    let letters = text.get(PREFIX.len().saturating_add(1)..).unwrap_or_default();
    let mut bits = 0_u32;
    let said = letters.chars().take(4);
    let mut count = 0_usize;
    for letter in said {
        let five = Fe32::from_char(letter).map_err(|_| InviteError::Altered)?;
        bits = bits << 5 | u32::from(five.to_u8());
        count = count.saturating_add(1);
    }
    if count < 4 {
        return Err(InviteError::Cut);
    }
    let length = usize::try_from(bits >> 4).unwrap_or(usize::MAX).saturating_add(LENGTH_LEN);
    let wanted = length.saturating_mul(8).div_ceil(5).saturating_add(CHECK_LEN);
    match letters.len().cmp(&wanted) {
        std::cmp::Ordering::Less => Err(InviteError::Cut),
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Greater => Err(InviteError::Altered),
    }
}
