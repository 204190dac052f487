//! An immutable picture of the local replica, and the small part of it that a window reads in each frame. Cloning costs
//! a few reference counts.

mod marks;
mod posts;
#[cfg(test)]
pub(crate) mod test_support;
mod trouble;

pub use marks::{PostCursor, ReadMarks};
pub use posts::{RETRACTED, may_pin};
pub use trouble::Trouble;

use crate::{
    modules::territory::TerritoryId, streets::PackInfo, territory::outline::Outline, together::Together,
    views::talk::Talk,
};
use communaut_protocol::{
    Cell, DeviceId, ElementId, IdentityId, Position,
    fold::{ElementView, IdentityBook, IdentityView, ScopeView, TerritoryView},
    op::Role,
    scope::{LogId, Scope},
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Who runs this node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The identity.
    pub id: IdentityId,
    /// The key of this device.
    pub device: DeviceId,
    /// As one wants to be called.
    pub name: String,
    /// Where one's wall lives.
    pub home: Position,
}

/// A territory that this node replicates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Its id.
    pub id: TerritoryId,
    /// Its name.
    pub name: String,
    /// Its cells (1 to 7 characters): views show what lies in them.
    pub cells: Arc<Vec<Cell>>,
    /// Where a map opens.
    pub centre: Position,
    /// As it was drawn, where that is known: cells are coarser.
    #[serde(default)]
    pub outline: Arc<Outline>,
}

impl Followed {
    /// Whether a position lies in one of the cells.
    #[must_use]
    pub fn holds(&self, at: Position) -> bool {
        // Ascending and disjoint: the cell that holds `at` is the last one not after its finest cell.
        let finest = at.cell(communaut_protocol::limits::TERRITORY_CELL_MAX);
        let after = self.cells.partition_point(|cell| *cell <= finest);
        after.checked_sub(1).and_then(|index| self.cells.get(index)).is_some_and(|cell| cell.contains(finest))
    }
}

/// What the node is doing with its replica.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Folding the stored entries into views; what is shown is not complete yet.
    #[default]
    Loading,
    /// Everything that is held is shown.
    Ready,
    /// The store is damaged or fails: what could be read is shown, and nothing is written until it is mended.
    Mending,
    /// The last command has been taken.
    Stopping,
}

/// A peer, connected now or met since the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerStatus {
    /// The libp2p peer id. It is not by itself a person.
    pub peer: String,
    /// Its address, as a multiaddr.
    pub address: String,
    /// Whether it is connected now.
    pub connected: bool,
    /// Whether mDNS found it.
    pub local: bool,
    /// The last round trip, milliseconds.
    pub rtt_ms: Option<u64>,
    /// When the last pull from it ended with nothing missing, milliseconds since 1970 UTC.
    pub caught_up_ms: Option<i64>,
    /// Logs known to be missing that are being fetched from it.
    pub missing_logs: usize,
    /// Entries that it brought.
    pub received: u64,
    /// What was refused from it, by reason.
    pub refused: BTreeMap<String, u64>,
}

/// The network as this node sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkStatus {
    /// This node's libp2p peer id; empty when it runs without network.
    pub peer: String,
    /// Addresses at which others reach it.
    pub listening: Vec<String>,
    /// Peers, connected ones first, then by id.
    pub peers: Vec<PeerStatus>,
    /// Gossip topics heard.
    pub topics: usize,
    /// When any pull last ended with nothing missing, milliseconds since 1970 UTC.
    pub last_sync_ms: Option<i64>,
}

/// A log of one's own that was continued in two ways: its author's devices are told (SPEC.md §5.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFork {
    /// Which.
    pub log: LogId,
    /// The number of the first entry at which the branches differ.
    pub at: u64,
    /// When they parted, as their entries say: milliseconds since 1970 UTC.
    pub since_ms: u64,
}

/// What is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreStatus {
    /// Entries held.
    pub entries: u64,
    /// Logs held.
    pub logs: u64,
    /// Entries held that wait for their author's identity log before they are shown.
    pub pending: u64,
    /// How often all of a container was folded anew since the start, because rights in it or erasures changed.
    pub refolds: u64,
    /// Everything refused since the start, by reason, whoever sent it.
    pub refused: BTreeMap<String, u64>,
    /// Logs declined by this node's own policy, as far as they are remembered.
    pub declined: u64,
    /// Cells of which more was declined than is remembered.
    pub partly_held: Vec<Cell>,
    /// One's own logs that are forked; their devices go on in others.
    pub forks: Vec<OwnFork>,
    /// What is wrong with it.
    pub troubles: Vec<Trouble>,
}

/// An import under way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// The file's name.
    pub file: String,
    /// Records read so far.
    pub read: u64,
    /// Of these, written.
    pub written: u64,
    /// Whether all are read, and its street map is being made.
    #[serde(default)]
    pub streets: bool,
}

/// An import that is being taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoProgress {
    /// Of which data set.
    pub source: String,
    /// Elements looked at so far: taken back, or kept.
    pub looked: u64,
    /// Elements still to be looked at.
    pub left: u64,
}

/// What a node is and does, at one moment: small, whatever it holds. A window reads it in each frame.
#[derive(Debug, Clone, Default)]
pub struct Overview {
    /// Grows with each published snapshot: a reply is as of one of them.
    pub version: u64,
    /// Whether all that is held is shown.
    pub phase: Phase,
    /// Who runs the node; none before the first run is done.
    pub me: Option<Me>,
    /// Territories that this node replicates, in the order in which they were followed.
    pub followed: Arc<Vec<Followed>>,
    /// The network.
    pub network: Arc<NetworkStatus>,
    /// The store.
    pub store: Arc<StoreStatus>,
    /// An import under way.
    pub import: Option<ImportProgress>,
    /// An import that is being taken back.
    pub undo: Option<UndoProgress>,
    /// Street maps that are there.
    pub streets: Arc<Vec<PackInfo>>,
}

impl Overview {
    /// A followed territory.
    #[must_use]
    pub fn followed(&self, id: TerritoryId) -> Option<&Followed> {
        self.followed.iter().find(|territory| territory.id == id)
    }
    /// Whether somebody is who runs this node.
    #[must_use]
    pub fn is_me(&self, id: IdentityId) -> bool {
        self.me.as_ref().is_some_and(|me| me.id == id)
    }
}

/// The local replica at one moment. Only requests (`Read`) and tests read it: whoever else
/// wants to know something asks, so that the views need not lie in memory for ever.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// What is small.
    pub overview: Arc<Overview>,
    /// Everyone whose identity log is held.
    pub identities: IdentityBook,
    /// The view of each scope, identity scopes apart.
    pub scopes: OrdMap<Scope, ScopeView>,
    /// Every element that is shown, by id, whatever its scope.
    pub elements: OrdMap<ElementId, Arc<ElementView>>,
    /// Which of these stand for which others: several say one place, and one of them is shown.
    pub together: Together,
    /// Those for whom whoever runs this node vouches.
    pub trusted: Arc<BTreeSet<IdentityId>>,
    /// Published territories that are known.
    pub territories: OrdMap<TerritoryId, Arc<TerritoryView>>,
    /// Scopes of the closed communities to which this node belongs, with the element whose card each is.
    pub closed: Arc<BTreeMap<Scope, ElementId>>,
    /// Posts of all scopes, by time, wall and room.
    pub talk: Talk,
    /// How far this node's person has read, and whom they do not want to hear. Of this node alone.
    pub marks: Arc<ReadMarks>,
}

impl Snapshot {
    /// A person's identity, where it is held.
    #[must_use]
    pub fn person(&self, id: IdentityId) -> Option<&Arc<IdentityView>> {
        self.identities.get(&id)
    }
    /// A person's name; empty until their profile has come.
    #[must_use]
    pub fn name_of(&self, id: IdentityId) -> String {
        self.person(id).map(|person| person.name.clone()).unwrap_or_default()
    }
    /// My role in the space that a scope is.
    #[must_use]
    pub fn my_role(&self, scope: &Scope) -> Option<Role> {
        let me = self.overview.me.as_ref()?;
        self.scopes.get(scope)?.governance.as_ref()?.roles.get(&me.id).copied()
    }
    /// Whether I may hide there what others wrote.
    #[must_use]
    pub fn may_moderate(&self, scope: &Scope) -> bool {
        self.my_role(scope) >= Some(Role::Moderator)
    }
    /// The scope in which an element with a space of its own keeps its wall and its governance.
    #[must_use]
    pub fn container(&self, element: &ElementView) -> Option<&ScopeView> {
        if self.space_of(&element.scope) == element.id { self.scopes.get(&element.scope) } else { None }
    }
    /// The element in whose space a scope lies: of a closed community its card, since its scope names another id.
    #[must_use]
    pub fn space_of(&self, scope: &Scope) -> ElementId {
        self.closed.get(scope).copied().unwrap_or(scope.container)
    }
}
