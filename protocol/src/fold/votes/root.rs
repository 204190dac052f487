//! The root by which an electorate is named.

use crate::ids::{Hash, IdentityId};

/// A Merkle root over the electorate, ascending, so that somebody can be shown to belong by a few hashes. A voter is
/// `derive("communaut 2026 voter", person ‖ weight[4, big-endian])`, the weight 1; two nodes are joined by
/// `derive("communaut 2026 voters", left ‖ right)`, and a node without another goes up as it is. Nobody: zeros.
#[must_use]
pub fn electorate_root(electorate: &[IdentityId]) -> Hash {
    let voter = |person: &IdentityId| [&person.0[..], &1_u32.to_be_bytes()].concat();
    let mut level: Vec<Hash> =
        electorate.iter().map(|person| Hash(blake3::derive_key("communaut 2026 voter", &voter(person)))).collect();
    while level.len() > 1 {
        let join = |pair: &[Hash]| match pair {
            [left, right] => Hash(blake3::derive_key("communaut 2026 voters", &[left.0, right.0].concat())),
            rest => rest.first().copied().unwrap_or_default(),
        };
        level = level.chunks(2).map(join).collect();
    }
    level.first().copied().unwrap_or_default()
}
