//! What the kernel has to know of an operation. Each operation says it once, beside its fields;
//! SPEC.md §6.2 has the same as a table.

use super::{OpError, envelope};
use crate::{
    codec::Raw,
    entry::leaves::Leaf,
    geo::Cell,
    ids::{ElementId, EntryId, Hash, IdentityId},
    limits::NONCE_LEN,
    op::BlobRef,
};
use serde::{Serialize, de::DeserializeOwned};

/// A kind of scope in which an operation counts. Elsewhere it is refused by its header, or folds to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// (`@`, identity).
    Identity,
    /// A cell without a container, but for the wide ones.
    Open,
    /// A cell of up to two characters without a container.
    Wide,
    /// The space of an element, closed communities included.
    Container,
}

/// How an operation is sealed in a closed community.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// Never: it stands in no closed community, or as it is.
    Never,
    /// Under the content key.
    Content,
    /// Under the roster key, which boxes that read nothing else hold too.
    Roster,
    /// As [`Operation::is_of_roster`] says of each.
    Either,
}

/// What a restatement says again of a log in an open cell (SPEC.md §5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restating {
    /// Nothing: it does not count in an open cell.
    Never,
    /// Each entry, as long as it was not erased.
    Kept,
    /// The latest word on each [`Register`].
    Latest,
}

/// Whether an operation stands in leaves (SPEC.md §5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leafage {
    /// Never.
    Never,
    /// Several may stand in one entry, one a leaf: a batch.
    Several,
    /// Always, but sealed: its parts are the leaves, so that one can go without the others.
    Parts,
}

/// What holds of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its number in headers.
    pub schema: u16,
    /// Its name in SPEC.md.
    pub name: &'static str,
    /// Where it counts.
    pub counts_in: &'static [ScopeKind],
    /// How it is sealed in a closed community.
    pub sealing: Sealing,
    /// Whether it may be sealed for named persons alone: what decides nothing.
    pub for_persons: bool,
    /// What a restatement says again of it.
    pub restating: Restating,
    /// Whether it stands in leaves.
    pub leaves: Leafage,
    /// Whether its payload can be erased.
    pub erasable: bool,
    /// Whether rights, votes, keys, or what counts of others follow from it in a container: then it is folded with all
    /// of its kind, and else by itself.
    pub governs: bool,
}

impl Rule {
    /// Of what governs a container: it is never restated, and never erased; it has no leaves.
    pub(super) const fn governing(schema: u16, name: &'static str, sealing: Sealing) -> Self {
        Self {
            schema,
            name,
            counts_in: &[ScopeKind::Container],
            sealing,
            for_persons: false,
            restating: Restating::Never,
            leaves: Leafage::Never,
            erasable: false,
            governs: true,
        }
    }
    /// Whether it counts in a container by the role that its author has in a past, which it may name (SPEC.md §6.5).
    #[must_use]
    pub fn takes_under(&self) -> bool {
        let content = self.counts_in.contains(&ScopeKind::Open) && self.counts_in.contains(&ScopeKind::Container);
        content && !self.governs
    }
}

/// Something of which the latest word of a log is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Register {
    /// The entry itself: no later one replaces it.
    Own,
    /// That an element is there.
    Element(ElementId),
    /// One of its fields, by number.
    Field(ElementId, u8),
    /// A territory.
    Territory(ElementId),
    /// The announcement of an element.
    Stub(ElementId),
    /// A reaction to a post.
    Reaction(EntryId),
    /// What an operation of this schema is about, as it says itself.
    Keyed(u16, Hash),
}

/// Gives random salts, which whoever writes has drawn.
pub type Salts<'a> = &'a mut dyn FnMut() -> [u8; NONCE_LEN];

/// The body of an operation.
pub trait Operation: Serialize + DeserializeOwned {
    /// What holds of all of its kind.
    const RULE: Rule;

    /// Name the first field outside of its bound.
    fn check(&self) -> Result<(), OpError>;

    /// Make its texts such as are taken. SPEC.md §6.1.
    fn tidy(&mut self);

    /// Its parts as leaves ([`Leafage::Parts`]), each with a salt of its own.
    fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
        Ok(vec![envelope::close(salt(), self)?])
    }

    /// Back from its leaves, of which some may be gone.
    fn of_leaves(leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
        match leaves {
            [leaf] => envelope::of_leaf(*leaf),
            _ => Err(OpError::Bound { field: "leaves", why: format!("{}, expected 1", leaves.len()) }),
        }
    }

    /// On what it has a word in an open cell; none: it counts for nothing there. A restatement keeps it as long as no
    /// later word of its log replaces all of these.
    fn registers(&self, _author: IdentityId, _cell: Cell) -> Vec<Register> {
        match Self::RULE.restating {
            Restating::Never => Vec::new(),
            Restating::Kept | Restating::Latest => vec![Register::Own],
        }
    }

    /// What it said, without what a later word of the same log replaces; none: nothing is replaced.
    fn trimmed(&self, _said: &Raw, _wins: &dyn Fn(&Register) -> bool) -> Option<Raw> {
        None
    }

    /// The pictures and files at which it points.
    fn blobs(&self) -> &[BlobRef] {
        &[]
    }

    /// Whether it is sealed under the roster key of this community.
    fn is_of_roster(&self, _community: ElementId) -> bool {
        matches!(Self::RULE.sealing, Sealing::Roster)
    }
}

impl<T: Operation> Operation for Box<T> {
    const RULE: Rule = T::RULE;

    fn check(&self) -> Result<(), OpError> {
        self.as_ref().check()
    }
    fn tidy(&mut self) {
        self.as_mut().tidy();
    }
    fn to_leaves(&self, salt: Salts<'_>) -> Result<Vec<Vec<u8>>, OpError> {
        self.as_ref().to_leaves(salt)
    }
    fn of_leaves(leaves: &[Leaf<'_>]) -> Result<Self, OpError> {
        T::of_leaves(leaves).map(Self::new)
    }
    fn registers(&self, author: IdentityId, cell: Cell) -> Vec<Register> {
        self.as_ref().registers(author, cell)
    }
    fn trimmed(&self, said: &Raw, wins: &dyn Fn(&Register) -> bool) -> Option<Raw> {
        self.as_ref().trimmed(said, wins)
    }
    fn blobs(&self) -> &[BlobRef] {
        self.as_ref().blobs()
    }
    fn is_of_roster(&self, community: ElementId) -> bool {
        self.as_ref().is_of_roster(community)
    }
}
