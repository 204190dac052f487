//! Sealing what this node writes.

use super::{Class, Keyring, placed};
use crate::{
    entry::{Extra, Header, SEALED},
    ids::{DeviceId, EntryId, IdentityId, KeyId},
    limits::{NONCE_LEN, SEAL_NONCE_LEN},
    op::{Op, OpError, padded_total, schema, size_of},
    private::{
        draw::Draw,
        keys::{ProofKey, SealKey},
        seal::{Plain, seal},
    },
    scope::Scope,
};

/// Under what something is sealed.
#[derive(Debug, Clone, Copy)]
pub enum Under<'a> {
    /// An epoch of the closed community in whose scope it is written.
    Epoch(KeyId),
    /// A key for named persons.
    Audience(&'a SealKey),
}

impl Keyring {
    /// Seal an operation for the place that a header names. Gives the header with schema, flags, size and hash filled
    /// in, and the payload. [`OpError::Sealed`] if the key is not held.
    pub fn seal(
        &self,
        header: Header,
        under: Under<'_>,
        author: IdentityId,
        op: &Op,
        draw: &mut Draw,
    ) -> Result<(Header, Vec<u8>), OpError> {
        self.seal_within(header, under, author, (op, None), draw)
    }

    /// The same of an operation with the act in whose past its author says it (SPEC.md §6.5).
    pub fn seal_within(
        &self,
        header: Header,
        under: Under<'_>,
        author: IdentityId,
        (op, past): (&Op, Option<EntryId>),
        draw: &mut Draw,
    ) -> Result<(Header, Vec<u8>), OpError> {
        let (key, schema) = match under {
            Under::Audience(key) => (key, schema::SEALED),
            Under::Epoch(epoch) => {
                let scope = &header.log.scope;
                let community = self.community(scope).ok_or(OpError::Sealed)?;
                let (class, schema): (Class, u16) = placed(op, community.id);
                (self.seal_key(scope, epoch, class).ok_or(OpError::Sealed)?, schema)
            }
        };
        let salt: [u8; NONCE_LEN] = draw.bytes();
        let nonce: [u8; SEAL_NONCE_LEN] = draw.bytes();
        let plain = Plain { schema: op.schema(), version: 1, author, payload: op.encode_under(salt, past)? };
        let extra = Extra::of_blobs(padded_total(size_of(op.blobs())))?;
        let header = Header { schema, schema_version: 1, flags: SEALED, extra, ..header };
        let payload = seal(key, &header, nonce, &plain)?;
        let header = header.over(&payload).map_err(|_| OpError::Sealed)?;
        Ok((header, payload))
    }

    /// A key for named persons, by its name: what is answered goes under the same.
    #[must_use]
    pub fn audience(&self, scope: &Scope, key: KeyId) -> Option<&SealKey> {
        self.audiences.get(scope)?.iter().map(|(held, _)| held).find(|held| held.id() == key)
    }

    /// The device that gave an epoch's key, or made it.
    #[must_use]
    pub fn giver(&self, scope: &Scope, epoch: KeyId) -> Option<DeviceId> {
        let closed = self.closed.get(&scope.container).filter(|_| scope.is_closed())?;
        closed.epochs.iter().find(|held| held.id == epoch).map(|held| held.from)
    }

    /// What proves an epoch without reading it: what a box is given.
    #[must_use]
    pub fn sync(&self, scope: &Scope, epoch: KeyId) -> Option<ProofKey> {
        let closed = self.closed.get(&scope.container).filter(|_| scope.is_closed())?;
        let held = closed.epochs.iter().find(|held| held.id == epoch)?;
        held.read.as_ref().map(|(read, _)| read.sync())
    }

    /// The names of the proofs of all other epochs, the newest first: what a box is to take no longer.
    #[must_use]
    pub fn over(&self, scope: &Scope, but: KeyId) -> Vec<KeyId> {
        let epochs = self.closed.get(&scope.container).into_iter().flat_map(|closed| closed.epochs.iter().rev());
        let others = epochs.filter(|held| held.id != but).filter_map(|held| held.read.as_ref());
        others.map(|(read, _)| read.sync().id()).collect()
    }

    /// Whether this node keeps a closed scope that it cannot read.
    #[must_use]
    pub fn keeps(&self, scope: &Scope) -> bool {
        scope.is_closed() && self.kept.contains_key(&scope.container)
    }
}
