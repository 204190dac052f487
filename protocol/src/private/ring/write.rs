//! Sealing what this node writes.

use super::{Class, Keyring, placed};
use crate::{
    entry::{Header, SEALED},
    ids::{IdentityId, KeyId},
    limits::{NONCE_LEN, SEAL_NONCE_LEN},
    op::{Op, OpError, schema},
    private::{
        draw::Draw,
        keys::SealKey,
        seal::{Plain, seal},
    },
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
        let plain = Plain { schema: op.schema(), version: 1, payload: op.encode(salt, author)? };
        let header = Header { schema, schema_version: 1, flags: SEALED, ..header };
        let payload = seal(key, &header, nonce, &plain)?;
        let header = header.over(&payload).map_err(|_| OpError::Sealed)?;
        Ok((header, payload))
    }
}
