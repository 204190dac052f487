//! The devices of one identity: one shows a code, another comes in by it, one is taken out.

mod commands;

use communaut_protocol::DeviceId;
use serde::{Deserialize, Serialize};

/// A code by which one other device comes in, while this node runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShowDeviceCode;

/// Become another device of the identity whose device shows this code; the data folder has none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceJoin {
    /// As shown there.
    pub code: String,
    /// What to call this device; may be empty. Anyone can read it.
    pub label: String,
}

/// Take a device out for good, and accept what it wrote as far as it is held here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceOut {
    /// The beginning of its key.
    pub device: String,
    /// Accept only what says to be no later, milliseconds since 1970 UTC; none: all that is held.
    pub until_ms: Option<u64>,
}

/// A device of an identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceInfo {
    /// Its key.
    pub id: DeviceId,
    /// The same as a `did:key` (W3C did:key method).
    pub did: String,
    /// As its owner calls it; may be empty. Anyone can read it.
    pub label: String,
    /// Whether it is the one that answers.
    pub this: bool,
    /// Whether it was taken out: of what it wrote, only what was accepted then counts.
    pub out: bool,
}

/// What another device types to come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceCode {
    /// One line of letters and digits, good for one device.
    pub code: String,
    /// Until when, milliseconds since 1970 UTC.
    pub until_ms: u64,
}
