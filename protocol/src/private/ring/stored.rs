//! A keyring as bytes, for the node's sealed store of secrets. No part of the protocol: nobody else reads it.

use super::{Closed, Epoch, Kept, Keyring};
use crate::{
    codec::{self, CodecError},
    ids::{DeviceId, ElementId, KeyId},
    limits::KEYRING_MAX,
    private::keys::{CommunitySecret, ProofKey, ReadKey, SealKey},
    private::{Community, ring::closed_scope},
    scope::Scope,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Version of these bytes.
const VERSION: u8 = 1;

/// Why stored bytes are no keyring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoredError {
    /// Not what was written.
    #[error("stored keyring refused: {0}")]
    Codec(#[from] CodecError),
    /// By a later program.
    #[error("stored keyring of version {0}, this program knows 1")]
    Version(u8),
}

/// Secrets as byte strings of 32.
type Raw = KeyId;

#[derive(Serialize, Deserialize)]
struct StoredEpoch(Raw, Option<Raw>, DeviceId, bool);
#[derive(Serialize, Deserialize)]
struct StoredClosed(ElementId, Raw, Vec<StoredEpoch>);
#[derive(Serialize, Deserialize)]
struct StoredKept(ElementId, ElementId, Raw, DeviceId, Vec<(Raw, Vec<DeviceId>)>, Vec<KeyId>);
#[derive(Serialize, Deserialize)]
struct Stored(u8, Vec<StoredClosed>, Vec<(Scope, Vec<(Raw, DeviceId)>)>, Vec<StoredKept>);

impl Keyring {
    /// To bytes, all secrets in clear: seal them before they reach a disk.
    pub fn to_stored(&self) -> Result<Zeroizing<Vec<u8>>, StoredError> {
        let epoch = |epoch: &Epoch| {
            let read = epoch.read.as_ref().map(|(read, _)| KeyId(*read.expose()));
            StoredEpoch(KeyId(*epoch.roster.expose()), read, epoch.from, epoch.confirmed)
        };
        let closed = self.closed.values().map(|closed| {
            let Community { id, secret } = &closed.community;
            StoredClosed(*id, KeyId(*secret.expose()), closed.epochs.iter().map(epoch).collect())
        });
        let audiences = self
            .audiences
            .iter()
            .map(|(scope, keys)| (*scope, keys.iter().map(|(key, from)| (KeyId(*key.expose()), *from)).collect()));
        let kept = self.kept.iter().map(|(scope, kept)| {
            let sync = kept.sync.values().map(|(key, trust)| (KeyId(*key.expose()), trust.iter().copied().collect()));
            let over = kept.over.iter().copied().collect();
            StoredKept(*scope, kept.keys, KeyId(*kept.door.expose()), kept.from, sync.collect(), over)
        });
        let stored = Stored(VERSION, closed.collect(), audiences.collect(), kept.collect());
        Ok(Zeroizing::new(codec::encode(&stored)?))
    }

    /// Back from bytes.
    pub fn from_stored(bytes: &[u8]) -> Result<Self, StoredError> {
        let Stored(version, closed, audiences, kept) = codec::decode_lax(bytes, KEYRING_MAX)?;
        if version != VERSION {
            return Err(StoredError::Version(version));
        }
        let mut ring = Self::default();
        for StoredClosed(id, secret, epochs) in closed {
            let community = Community { id, secret: CommunitySecret::from_bytes(secret.0) };
            let epochs = epochs.into_iter().map(|StoredEpoch(roster, read, from, confirmed)| {
                let roster = SealKey::from_bytes(roster.0);
                let read = read.map(|key| ReadKey::from_bytes(key.0)).map(|key| (key.clone(), key.content()));
                Epoch { id: roster.id(), roster, read, from, confirmed }
            });
            let epochs = epochs.collect();
            ring.closed.insert(community.scope().container, Closed { community, epochs });
        }
        for (scope, keys) in audiences {
            let keys = keys.into_iter().map(|(key, from)| (SealKey::from_bytes(key.0), from));
            ring.audiences.insert(scope, keys.collect());
        }
        for StoredKept(scope, keys, door, from, sync, over) in kept {
            let sync = sync.into_iter().map(|(key, trust)| (ProofKey::from_bytes(key.0), trust.into_iter().collect()));
            let kept = Kept {
                keys: closed_scope(keys).container,
                door: ProofKey::from_bytes(door.0),
                from,
                sync: sync.map(|(key, trust)| (key.id(), (key, trust))).collect(),
                over: over.into_iter().collect(),
            };
            ring.kept.insert(scope, kept);
        }
        Ok(ring)
    }
}
