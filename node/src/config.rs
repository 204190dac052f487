//! How a node is started.

use std::path::PathBuf;
use zeroize::Zeroizing;

/// What a node needs to know to start.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data folder; made if it is not there.
    pub data: PathBuf,
    /// The network; none: this node talks to nobody.
    pub network: Option<NetworkConfig>,
    /// What opens the secret keys, or protects them where they are made.
    pub unlock: Unlock,
}

/// What opens the secret keys of a data folder. Where there are none yet, it says how they are to be protected; where
/// there are, only a passphrase is ever needed, and nothing else than what protects them is looked at.
#[derive(Clone, Default)]
pub enum Unlock {
    /// Nothing: opens what needs no passphrase, and makes no keys.
    #[default]
    Nothing,
    /// A passphrase.
    Passphrase(Zeroizing<String>),
    /// The desktop's keyring.
    Desktop,
    /// No protection: for a machine that starts by itself, or tests.
    Unsealed,
}

impl std::fmt::Debug for Unlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Passphrase(_) => "Passphrase(secret)",
            Self::Desktop => "Desktop",
            Self::Unsealed => "Unsealed",
        })
    }
}

/// Bytes that a store may have unless somebody says otherwise: some 500,000 entries, and 500 MB of memory. What a small
/// box with an SD card can bear.
pub const STORE_MAX: u64 = 2_000_000_000;

/// How a node reaches others.
#[derive(Debug, Clone)]
pub struct NetworkConfig {
    /// Multiaddrs to listen on. Empty: any address, TCP and QUIC, ports of the system's choice.
    pub listen: Vec<String>,
    /// Multiaddrs of peers to stay connected with.
    pub peers: Vec<String>,
    /// Whether to look for peers on the local network.
    pub mdns: bool,
    /// Bytes of the store from which on nothing is taken from strangers; none: 2 GB.
    pub store_max: Option<u64>,
}

impl Default for NetworkConfig {
    fn default() -> Self {
        Self {
            listen: ["/ip4/0.0.0.0/tcp/0", "/ip4/0.0.0.0/udp/0/quic-v1"].map(str::to_owned).to_vec(),
            peers: Vec::new(),
            mdns: true,
            store_max: None,
        }
    }
}

impl NetworkConfig {
    /// Loopback only, without mDNS: for tests and the demonstration.
    #[must_use]
    pub fn loopback() -> Self {
        Self {
            listen: ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"].map(str::to_owned).to_vec(),
            peers: Vec::new(),
            mdns: false,
            store_max: None,
        }
    }
}
