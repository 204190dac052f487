//! How much people may have here of whom nobody known here says anything. Names cost nothing, so that what a flood of
//! them may take is bounded in one pool a cell, and what the vouched for may have does not depend on it. SPEC.md §9.6.
//!
//! A pure policy: it decides by a verified header and by what is held. Its owner tells it what was stored
//! ([`Strangers::took`]) and who is known ([`known`]); what it declines is remembered, and asked for again when
//! somebody comes to be known ([`super::Engine::reconsider`]).

use crate::{
    entry::Header,
    geo::Cell,
    ids::{AuthorId, IdentityId},
    limits::{
        ENTRY_COST, KNOWN_MAX, MEMBER_MIN, PAYLOAD_COST, STRANGER_MAX, STRANGER_PERSON_MAX, STRANGERS_ALL_MAX,
        STRANGERS_MAX, STRANGERS_PEOPLE_MAX,
    },
    op::schema,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is held of whom, and who may have how much in a cell without taking it from strangers.
#[derive(Debug, Clone, Default)]
pub struct Strangers {
    known: Known,
    /// Bytes in each cell, by author.
    spent: BTreeMap<Cell, BTreeMap<AuthorId, u64>>,
    /// Of these, what is beyond what its authors may have: in each cell, and in all cells of places.
    pools: BTreeMap<Cell, u64>,
    all: u64,
}

/// Where an entry looks for a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// As everything else of its author.
    Common,
    /// Each bound is an eighth more: who has written as much as they may can still erase of it. Also for what an
    /// erasure needs before it in its log.
    Erasures,
}

impl Room {
    /// Of an entry by itself.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        if header.schema == schema::ERASE { Self::Erasures } else { Self::Common }
    }
}

/// Bytes that each known person may have in one cell.
pub type Known = BTreeMap<AuthorId, u64>;

/// Who is known to somebody: they themselves without bound; for whom they vouch; and groups, such as who has a role
/// where they have one, each of which shares what one person may have, but for a least. Each passes on half of what
/// they may have to those for whom they vouch, in equal parts. So whoever is known costs no more than twice of what
/// they may have themselves, under however many names.
#[must_use]
pub fn known(
    me: IdentityId,
    groups: &[BTreeSet<IdentityId>],
    vouches: &BTreeMap<IdentityId, BTreeSet<IdentityId>>,
) -> Known {
    let mut known = Known::from([(me.into(), u64::MAX)]);
    let mut next: BTreeMap<IdentityId, u64> = BTreeMap::new();
    let give = |next: &mut BTreeMap<IdentityId, u64>, to: IdentityId, bytes: u64| {
        let most = next.entry(to).or_default();
        *most = bytes.max(*most);
    };
    vouches.get(&me).into_iter().flatten().for_each(|person| give(&mut next, *person, KNOWN_MAX));
    for group in groups {
        let each = KNOWN_MAX.checked_div(count(group)).unwrap_or_default().max(MEMBER_MIN);
        group.iter().for_each(|person| give(&mut next, *person, each));
    }
    // Each step gives half at most, so that it ends.
    while !next.is_empty() {
        let mut further = BTreeMap::new();
        for (person, bytes) in next {
            let author = AuthorId::from(person);
            if bytes < ENTRY_COST || known.get(&author).is_some_and(|held| *held >= bytes) {
                continue;
            }
            known.insert(author, bytes);
            let others = vouches.get(&person).into_iter().flatten();
            let each = (bytes >> 1).checked_div(vouches.get(&person).map_or(0, count)).unwrap_or_default();
            others.for_each(|other| give(&mut further, *other, each));
        }
        next = further;
    }
    known
}

fn count(people: &BTreeSet<IdentityId>) -> u64 {
    u64::try_from(people.len()).unwrap_or(u64::MAX)
}

/// As how many bytes an entry counts: as its header says, whatever was erased of it.
#[must_use]
pub fn cost(header: &Header) -> u64 {
    ENTRY_COST.saturating_add(u64::from(header.payload_size).saturating_mul(PAYLOAD_COST))
}

impl Strangers {
    /// Whether an entry has room by itself.
    #[must_use]
    pub fn admits(&self, header: &Header) -> bool {
        self.admits_to(header, Room::of(header))
    }

    /// Whether an entry has room.
    #[must_use]
    pub fn admits_to(&self, header: &Header, room: Room) -> bool {
        let (cell, author) = (header.log.scope.cell, header.log.author);
        // Whose identity finds no room is not asked for it.
        let named = cell == Cell::IDENTITY
            || self.spent(Cell::IDENTITY, author) > 0
            || self.has_room(Cell::IDENTITY, author, ENTRY_COST, Room::Common);
        named && self.has_room(cell, author, cost(header), room)
    }

    fn has_room(&self, cell: Cell, author: AuthorId, more: u64, room: Room) -> bool {
        let (one, pool) = match cell {
            Cell::IDENTITY => (STRANGER_PERSON_MAX, STRANGERS_PEOPLE_MAX),
            _ => (STRANGER_MAX, STRANGERS_MAX),
        };
        let before = self.beyond(cell, author, 0);
        let after = self.beyond(cell, author, more);
        let more = after.saturating_sub(before);
        let all = if cell.is_place() { self.all.saturating_add(more) } else { 0 };
        let most = |bytes: u64| match room {
            Room::Common => bytes,
            Room::Erasures => bytes.saturating_add(bytes >> 3),
        };
        let pool_after = self.pool(cell).saturating_add(more);
        after == 0 || (after <= most(one) && pool_after <= most(pool) && all <= most(STRANGERS_ALL_MAX))
    }

    /// Bytes that somebody has in a cell, and so many more, beyond what they may have.
    fn beyond(&self, cell: Cell, author: AuthorId, more: u64) -> u64 {
        let may = self.known.get(&author).copied().unwrap_or_default();
        self.spent(cell, author).saturating_add(more).saturating_sub(may)
    }

    /// Bytes that somebody has in a cell.
    #[must_use]
    pub fn spent(&self, cell: Cell, author: AuthorId) -> u64 {
        self.spent.get(&cell).and_then(|of| of.get(&author)).copied().unwrap_or_default()
    }
    /// Bytes that strangers have in a cell.
    #[must_use]
    pub fn pool(&self, cell: Cell) -> u64 {
        self.pools.get(&cell).copied().unwrap_or_default()
    }

    /// An entry was stored, whoever wrote it.
    pub fn took(&mut self, header: &Header) {
        let (cell, author) = (header.log.scope.cell, header.log.author);
        self.set(cell, author, self.spent(cell, author).saturating_add(cost(header)));
    }

    /// Somebody has so many bytes in a cell now.
    pub fn set(&mut self, cell: Cell, author: AuthorId, bytes: u64) {
        if cell == Cell::CLOSED {
            // Of which a key is held.
            return;
        }
        let before = self.beyond(cell, author, 0);
        self.spent.entry(cell).or_default().insert(author, bytes);
        let after = self.beyond(cell, author, 0);
        let changed = |sum: u64| sum.saturating_sub(before).saturating_add(after);
        let pool = self.pools.entry(cell).or_default();
        *pool = changed(*pool);
        if cell.is_place() {
            self.all = changed(self.all);
        }
    }

    /// What was held before this started.
    pub fn held(&mut self, headers: &Self) {
        for (cell, of) in &headers.spent {
            for (author, bytes) in of {
                self.set(*cell, *author, self.spent(*cell, *author).saturating_add(*bytes));
            }
        }
    }

    /// Others are known now. Gives who may have more than before: what was declined of them is asked for again.
    pub fn know(&mut self, known: Known) -> BTreeSet<AuthorId> {
        let more = |(author, bytes): (&AuthorId, &u64)| {
            (*bytes > self.known.get(author).copied().unwrap_or_default()).then_some(*author)
        };
        let gained = known.iter().filter_map(more).collect();
        if known != self.known {
            let held = Self { spent: std::mem::take(&mut self.spent), ..Self::default() };
            *self = Self { known, ..Self::default() };
            self.held(&held);
        }
        gained
    }
}
