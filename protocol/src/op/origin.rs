//! Where an element's id comes from, said wherever the element itself is not held. SPEC.md §3, §6.

use super::OpError;
use crate::ids::{ElementId, IdentityId};
use serde::{Deserialize, Serialize};

/// Owner and seed of an element: its id is their hash, so whoever says them proves whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Whose it is.
    pub owner: IdentityId,
    /// 16 bytes; all zero: the owner's own card.
    #[serde(with = "serde_bytes")]
    pub seed: Vec<u8>,
}

impl Origin {
    /// The element that comes of it; none: the seed is none.
    #[must_use]
    pub fn id(&self) -> Option<ElementId> {
        let seed = <[u8; 16]>::try_from(self.seed.as_slice()).ok()?;
        Some(if seed == [0; 16] { self.owner.into() } else { super::element_id(self.owner, &seed) })
    }

    /// Refuse one of another element.
    pub(super) fn check(origin: Option<&Self>, id: ElementId) -> Result<(), OpError> {
        if origin.is_none_or(|origin| origin.id() == Some(id)) {
            return Ok(());
        }
        Err(OpError::Bound { field: "origin", why: "owner and seed of another element".into() })
    }
}
