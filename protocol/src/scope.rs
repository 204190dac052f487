//! Where something is written: scopes, their fixed-width keys, logs. SPEC.md §3.

use crate::{
    geo::{Cell, GeoError, Position},
    ids::{AuthorId, DeviceId, ElementId, IdentityId},
    limits::{SCOPE_CELL_MAX, WIDE_BELOW},
};
use serde::{Deserialize, Serialize};

/// Bytes of a scope key: `cell[8, zero-padded] ‖ container[32]`.
pub const SCOPE_KEY_LEN: usize = 40;
/// Bytes of a log's key: `scope key ‖ author[32] ‖ device[32] ‖ epoch[8, big-endian]`.
pub const LOG_KEY_LEN: usize = 112;

/// The bytes under which a scope is ordered.
pub type ScopeKey = [u8; SCOPE_KEY_LEN];

/// A cell and a container (zero: the open cell).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Scope {
    /// At most 4 characters, or [`Cell::IDENTITY`], or [`Cell::CLOSED`].
    pub cell: Cell,
    /// An element with a space of its own, or zero.
    pub container: ElementId,
}

impl Scope {
    /// The open scope of the 4-character cell of a position.
    #[must_use]
    pub fn open(position: Position) -> Self {
        Self { cell: position.cell(SCOPE_CELL_MAX), container: ElementId::ZERO }
    }
    /// The space of an element whose home is at a position.
    #[must_use]
    pub fn container(position: Position, container: ElementId) -> Self {
        Self { cell: position.cell(SCOPE_CELL_MAX), container }
    }
    /// The scope of a person's identity log.
    #[must_use]
    pub fn identity(id: IdentityId) -> Self {
        Self { cell: Cell::IDENTITY, container: id.into() }
    }
    /// Whether identity logs lie here.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        self.cell == Cell::IDENTITY
    }
    /// Whether it belongs to a closed community (SPEC.md §10): the container is blinded, and the scope is offered only
    /// to who has proved to know it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.cell == Cell::CLOSED
    }
    /// Whether it lies above the towns: it takes only territories and stubs, and few of anyone.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.cell.is_place() && self.cell.len() < WIDE_BELOW
    }
    /// Whether something at a position may lie here: inside of its cell; in a closed community, anywhere.
    #[must_use]
    pub fn holds(&self, position: Position) -> bool {
        self.is_closed() || self.cell.holds(position)
    }
    /// The fixed-width key: an exact cell and a prefix are both contiguous ranges.
    #[must_use]
    pub fn key(&self) -> ScopeKey {
        let mut key = [0; SCOPE_KEY_LEN];
        let bytes = self.cell.bytes().into_iter().chain(self.container.0);
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        key
    }
    /// Back from the key. The cell must be at most 4 characters.
    pub fn from_key(key: &[u8]) -> Result<Self, GeoError> {
        let refuse = || GeoError::NotACell("a scope key".into());
        let (cell, container) = key.split_at_checked(8).ok_or_else(refuse)?;
        let cell = Cell::from_bytes(cell.try_into().map_err(|_| refuse())?)?;
        if cell.len() > SCOPE_CELL_MAX {
            return Err(GeoError::NotACell(cell.to_string()));
        }
        let container = ElementId(container.try_into().map_err(|_| refuse())?);
        Ok(Self { cell, container })
    }
}

/// The entries of one person's device in one scope and one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LogId {
    /// Where.
    pub scope: Scope,
    /// By whom: what one person writes somewhere is one range of keys.
    pub author: AuthorId,
    /// By which device.
    pub device: DeviceId,
    /// When it was opened, and chance ([`LogId::epoch_at`]); a restored backup opens a new one.
    pub epoch: u64,
}

impl LogId {
    /// The number of an epoch that is opened at a time (milliseconds since 1970 UTC): that in the upper 48 bits, and
    /// random ones below, so that two copies of a device that open one at the same time open two.
    #[must_use]
    pub fn epoch_at(ms: u64, random: u16) -> u64 {
        crate::Stamp::from_ms(ms).0 | u64::from(random)
    }
    /// The smallest of a scope.
    #[must_use]
    pub const fn first_of(scope: Scope) -> Self {
        Self { scope, author: AuthorId::ZERO, device: DeviceId::ZERO, epoch: 0 }
    }
    /// The key under which a log is ordered.
    #[must_use]
    pub fn key(&self) -> [u8; LOG_KEY_LEN] {
        let mut key = [0; LOG_KEY_LEN];
        let by = self.author.0.into_iter().chain(self.device.0);
        let bytes = self.scope.key().into_iter().chain(by).chain(self.epoch.to_be_bytes());
        key.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        key
    }
    /// Back from the key.
    pub fn from_key(key: &[u8]) -> Result<Self, GeoError> {
        let refuse = || GeoError::NotACell("a log key".into());
        let (scope, rest) = key.split_at_checked(SCOPE_KEY_LEN).ok_or_else(refuse)?;
        let (author, rest) = rest.split_at_checked(32).ok_or_else(refuse)?;
        let (device, epoch) = rest.split_at_checked(32).ok_or_else(refuse)?;
        Ok(Self {
            scope: Scope::from_key(scope)?,
            author: AuthorId(author.try_into().map_err(|_| refuse())?),
            device: DeviceId(device.try_into().map_err(|_| refuse())?),
            epoch: u64::from_be_bytes(epoch.try_into().map_err(|_| refuse())?),
        })
    }
}
