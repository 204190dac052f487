//! Shares of a recovery secret for friends: enough of them recover it, fewer tell nothing (Shamir, 1979, over GF(256)).

use super::RecoverySecret;
use crate::{ids::IdentityId, private::Draw};
use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use std::{collections::BTreeMap, fmt};
use vsss_rs::Gf256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Shares of one secret: as many friends as one finds again.
pub const SHARES_MAX: u8 = 16;
/// Begins the text of a share (bech32m).
const PREFIX: &str = "communautshare";
/// Version of that text.
const VERSION: u8 = 1;
/// Bytes of a share: its number, and one for each byte of the secret.
const SHARE_LEN: usize = 33;
/// Bytes of its text: version, threshold, identity, share.
const TEXT_LEN: usize = 2 + 32 + SHARE_LEN;

/// A share of somebody's recovery secret.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Share {
    /// Whose.
    #[zeroize(skip)]
    pub identity: IdentityId,
    /// How many recover the secret.
    pub threshold: u8,
    share: Vec<u8>,
}

impl fmt::Debug for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Share({}, one of {} that are needed)", self.identity.short(), self.threshold)
    }
}

/// Why shares were not made, or recover nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// Numbers that make no sense.
    #[error("{threshold} of {count} shares: at least 2 must be needed, and at most {SHARES_MAX} can be made")]
    Numbers {
        /// How many are needed.
        threshold: u8,
        /// How many there are.
        count: u8,
    },
    /// Not the text of a share.
    #[error("'{0}' is not a share, or a letter of it is wrong")]
    Text(String),
    /// Of different people.
    #[error("these shares are of different identities")]
    Mixed,
    /// Not enough different ones.
    #[error("{given} shares are here, {needed} are needed")]
    TooFew {
        /// How many.
        given: usize,
        /// How many it takes.
        needed: u8,
    },
    /// Some do not belong to the same secret.
    #[error("these shares do not fit together")]
    Unfit,
}

/// Shares of a secret, any `threshold` of which recover it.
pub fn split(
    secret: &RecoverySecret,
    identity: IdentityId,
    threshold: u8,
    count: u8,
    draw: &mut Draw,
) -> Result<Vec<Share>, ShareError> {
    let wrong = ShareError::Numbers { threshold, count };
    if threshold < 2 || count < threshold || count > SHARES_MAX {
        return Err(wrong);
    }
    let shares = Gf256::split_bytes(usize::from(threshold), usize::from(count), secret.expose(), draw);
    Ok(shares.map_err(|_| wrong)?.into_iter().map(|share| Share { identity, threshold, share }).collect())
}

/// The secret, if the shares are enough. Whether it is the right one tells the identity's log.
pub fn combine(shares: &[Share]) -> Result<(IdentityId, RecoverySecret), ShareError> {
    let first = shares.first().ok_or(ShareError::TooFew { given: 0, needed: 2 })?;
    if shares.iter().any(|share| share.identity != first.identity) {
        return Err(ShareError::Mixed);
    }
    if shares.iter().any(|share| share.threshold != first.threshold) {
        return Err(ShareError::Unfit);
    }
    // The same one twice counts once.
    let each: BTreeMap<Option<u8>, &Share> = shares.iter().map(|share| (share.share.first().copied(), share)).collect();
    if each.len() < usize::from(first.threshold) {
        return Err(ShareError::TooFew { given: each.len(), needed: first.threshold });
    }
    let enough: Zeroizing<Vec<Vec<u8>>> =
        Zeroizing::new(each.values().take(usize::from(first.threshold)).map(|share| share.share.clone()).collect());
    let bytes = Zeroizing::new(Gf256::combine_bytes(enough.as_slice()).map_err(|_| ShareError::Unfit)?);
    let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| ShareError::Unfit)?;
    Ok((first.identity, RecoverySecret::from_bytes(bytes)))
}

impl fmt::Display for Share {
    /// One line of letters and digits, with a checksum.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = Zeroizing::new([&[VERSION, self.threshold], self.identity.0.as_slice(), &self.share].concat());
        let prefix = Hrp::parse(PREFIX).map_err(|_| fmt::Error)?;
        bech32::encode_to_fmt::<Bech32m, _>(f, prefix, &bytes).map_err(|_| fmt::Error)
    }
}

impl std::str::FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let text = text.trim();
        let refuse = || ShareError::Text(text.chars().take(24).collect());
        let checked = CheckedHrpstring::new::<Bech32m>(text).map_err(|_| refuse())?;
        if !checked.hrp().as_str().eq_ignore_ascii_case(PREFIX) || checked.byte_iter().count() != TEXT_LEN {
            return Err(refuse());
        }
        let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(checked.byte_iter().collect());
        match bytes.as_slice() {
            [VERSION, threshold, rest @ ..] => {
                let (identity, share) = rest.split_at_checked(32).ok_or_else(refuse)?;
                let identity = IdentityId(identity.try_into().map_err(|_| refuse())?);
                Ok(Self { identity, threshold: *threshold, share: share.to_vec() })
            }
            _ => Err(refuse()),
        }
    }
}
