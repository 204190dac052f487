//! What is held when a file is begun, and squares in which it is looked up.

use crate::snapshot::Snapshot;
use communaut_protocol::{
    ElementId, IdentityId, Position, Scope,
    fold::{ElementView, ScopeView},
};
use imbl::OrdMap;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// 1e-7 degrees of the squares by which places are looked up: 111 m, wider than 50 m up to 60° north.
pub(super) const PLACE_SQUARE: i32 = 10_000;

/// North and east.
pub(super) type Square = (i32, i32);

/// What is held when a file is begun.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    pub elements: OrdMap<ElementId, Arc<ElementView>>,
    pub scopes: OrdMap<Scope, ScopeView>,
}

impl Held {
    pub fn of(snapshot: &Snapshot) -> Self {
        Self { elements: snapshot.elements.clone(), scopes: snapshot.scopes.clone() }
    }

    /// What somebody has imported and is shown.
    pub fn imported(&self, me: IdentityId) -> impl Iterator<Item = &Arc<ElementView>> {
        self.elements.values().filter(move |element| element.owner == me && element.provenance.is_some())
    }
}

/// Within one import alone.
pub(super) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

pub(super) const fn square(position: Position, size: i32) -> Square {
    (position.lat_e7.div_euclid(size), position.lon_e7.div_euclid(size))
}

/// A square with those around it, also over 180°.
pub(super) fn around(position: Position, size: i32) -> impl Iterator<Item = Square> {
    let (lat, lon) = square(position, size);
    let [first, count] = [-1_800_000_000, 3_600_000_000_i64].map(|e7| e7 / i64::from(size));
    let turned = move |lon: i32| {
        let beyond = (i64::from(lon) - first).rem_euclid(count) + first;
        i32::try_from(beyond).unwrap_or(lon)
    };
    (-1..=1).flat_map(move |north| (-1..=1).map(move |east| (lat + north, turned(lon + east))))
}
