//! Posts, links, territories, stubs.

use super::{
    BlobRef, Leafage, OpError, Operation, Register, Restating, Rule, ScopeKind, Sealing, ascending,
    blob::{check_blobs, tidy_blobs},
    bound, element, schema,
    text::{Lines, check, line, lines},
};
use crate::{
    codec::is_default,
    entry::hash,
    geo::{Cell, Position},
    ids::{ElementId, EntryId, Hash, IdentityId},
    limits::{AFTER_MAX, MENTIONS_MAX, NAME_MAX, SCOPE_CELL_MAX, TERRITORY_CELLS_MAX, TEXT_MAX},
    op::{Kind, LinkProof, Origin, When},
};
use serde::{Deserialize, Serialize};

/// A post, on the wall of an element or in the open cell.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostOp {
    /// On whose wall; none: the cell's.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wall: Option<ElementId>,
    /// Plain text.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: String,
    /// The post that it answers.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reply_to: Option<EntryId>,
    /// Lower-case words.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// Where it concerns; required in the open cell.
    #[serde(default, skip_serializing_if = "is_default")]
    pub position: Option<Position>,
    /// Made for a demonstration.
    #[serde(default, skip_serializing_if = "is_default")]
    pub sample: bool,
    /// Posts of the same conversation that its author had seen, ascending: it was said after them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub after: Vec<EntryId>,
    /// Pictures and files, in the order in which they are shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub blobs: Vec<BlobRef>,
    /// Who is addressed by name, ascending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mentions: Vec<IdentityId>,
    /// A territory for which it is meant: it is told, and hides nothing.
    #[serde(default, skip_serializing_if = "is_default")]
    pub audience: Option<ElementId>,
    /// A message of a room: not shown on walls and in feeds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub room: bool,
    /// An earlier post of one's own, in the place of which this is shown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub replaces: Option<EntryId>,
}

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LinkKind {
    Follower,
    Member,
    Attendee,
    Contributor,
    Organiser,
    Partner,
}

impl LinkKind {
    /// Its number on the wire.
    const fn number(self) -> u8 {
        match self {
            Self::Follower => 0,
            Self::Member => 1,
            Self::Attendee => 2,
            Self::Contributor => 3,
            Self::Organiser => 4,
            Self::Partner => 5,
        }
    }
    /// Whether whoever stands at its source says it alone: nobody has to agree.
    #[must_use]
    pub const fn is_of_one(self) -> bool {
        matches!(self, Self::Follower | Self::Attendee)
    }
}

/// How far a link has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum LinkState {
    Invited,
    Requested,
    Accepted,
    Refused,
    Left,
}

/// One role in a link, written in its target's scope; the source's scope holds a mirror with the stub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkOp {
    /// From.
    pub source: ElementId,
    /// To.
    pub target: ElementId,
    /// What it says.
    pub kind: LinkKind,
    /// Free words: "treasurer". With source, target and kind they name the link: two roles are two links.
    #[serde(default, skip_serializing_if = "is_default")]
    pub role: String,
    /// Where it stands.
    pub state: LinkState,
    /// In the mirror at the source: what the target is, "unconfirmed" until it is held.
    #[serde(default, skip_serializing_if = "is_default")]
    pub mirror: Option<Stub>,
    /// Owner and seed of the source: so its owner may speak where the source is not held.
    #[serde(default, skip_serializing_if = "is_default")]
    pub origin: Option<Origin>,
    /// That its author, who is the source, holds an invitation to the target, a container (SPEC.md §8.9).
    #[serde(default, skip_serializing_if = "is_default")]
    pub proof: Option<Box<LinkProof>>,
}

impl LinkOp {
    /// Of what each side has one word: both ends, kind and role.
    #[must_use]
    pub fn key(&self) -> Hash {
        hash(&[&self.source.0[..], &self.target.0, &[self.kind.number()], self.role.as_bytes()].concat())
    }
}

/// A named set of cells. Author and seed give its id; a later one of the same id replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerritoryOp {
    /// 16 bytes, chosen at random when it is first written.
    #[serde(with = "serde_bytes")]
    pub seed: Vec<u8>,
    /// Its name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// Ascending, none within another.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cells: Vec<Cell>,
    /// Where a map opens.
    pub centre: Position,
}

impl TerritoryOp {
    /// Its id, bound to its author.
    #[must_use]
    pub fn id(&self, author: IdentityId) -> ElementId {
        match <[u8; 16]>::try_from(self.seed.as_slice()) {
            Ok(seed) => super::element_id(author, &seed),
            Err(_) => ElementId::ZERO,
        }
    }
}

/// What is known of an element that lies in another scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// The element.
    pub id: ElementId,
    /// What it is.
    pub kind: Kind,
    /// Its name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub name: String,
    /// Where it is.
    pub position: Position,
    /// When it takes place.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: Option<When>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tags: Vec<String>,
    /// The cell of its own scope.
    pub home: Cell,
    /// Its owner and seed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub origin: Option<Origin>,
}

/// An announcement in another cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StubOp {
    /// Of what.
    pub stub: Stub,
    /// Milliseconds since 1970 UTC, after which it is shown no longer.
    pub expires_ms: u64,
}

impl Operation for PostOp {
    const RULE: Rule = Rule {
        schema: schema::POST,
        name: "post",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: true,
        restating: Restating::Kept,
        leaves: Leafage::Never,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        if self.text.trim().is_empty() {
            return Err(OpError::Bound { field: "text", why: "it is empty".into() });
        }
        check("text", &self.text, TEXT_MAX, Lines::Many)?;
        element::check_tags(&self.tags)?;
        element::check_position(self.position)?;
        bound("after", self.after.len(), AFTER_MAX)?;
        ascending("after", &self.after)?;
        bound("mentions", self.mentions.len(), MENTIONS_MAX)?;
        ascending("mentions", &self.mentions)?;
        check_blobs(&self.blobs)
    }

    fn tidy(&mut self) {
        lines(&mut self.text);
        self.tags.iter_mut().for_each(line);
        tidy_blobs(&mut self.blobs);
    }

    fn blobs(&self) -> &[BlobRef] {
        &self.blobs
    }

    fn registers(&self, _: IdentityId, cell: Cell) -> Vec<Register> {
        // It says where it concerns, and that lies in the cell.
        let concerns = self.position.is_some_and(|position| cell.holds(position));
        concerns.then_some(Register::Own).into_iter().collect()
    }
}

impl Stub {
    /// Name the first field outside of its bound.
    fn check(&self) -> Result<(), OpError> {
        check("name", &self.name, NAME_MAX, Lines::One)?;
        Origin::check(self.origin.as_ref(), self.id)?;
        if !self.home.is_place() || self.home.len() > SCOPE_CELL_MAX {
            return Err(OpError::Bound { field: "home", why: format!("'{}' is not the cell of a scope", self.home) });
        }
        element::check_tags(&self.tags)?;
        self.when.as_ref().map_or(Ok(()), element::check_when)?;
        element::check_position(Some(self.position))
    }

    fn tidy(&mut self) {
        line(&mut self.name);
        self.tags.iter_mut().for_each(line);
        self.when.iter_mut().for_each(element::tidy_when);
    }
}

impl Operation for StubOp {
    const RULE: Rule = Rule {
        schema: schema::STUB,
        name: "stub",
        counts_in: &[ScopeKind::Open, ScopeKind::Wide, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Never,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        self.stub.check()
    }

    fn tidy(&mut self) {
        self.stub.tidy();
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Register::Stub(self.stub.id)]
    }
}

impl Operation for LinkOp {
    const RULE: Rule = Rule {
        schema: schema::LINK,
        name: "link",
        counts_in: &[ScopeKind::Open, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Several,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("role", &self.role, NAME_MAX, Lines::One)?;
        Origin::check(self.origin.as_ref(), self.source)?;
        self.mirror.as_ref().map_or(Ok(()), Stub::check)
    }

    fn tidy(&mut self) {
        line(&mut self.role);
        self.mirror.iter_mut().for_each(Stub::tidy);
    }

    fn registers(&self, _: IdentityId, _: Cell) -> Vec<Register> {
        vec![Register::Keyed(Self::RULE.schema, self.key())]
    }
}

impl Operation for TerritoryOp {
    const RULE: Rule = Rule {
        schema: schema::TERRITORY,
        name: "territory",
        counts_in: &[ScopeKind::Open, ScopeKind::Wide, ScopeKind::Container],
        sealing: Sealing::Content,
        for_persons: false,
        restating: Restating::Latest,
        leaves: Leafage::Never,
        erasable: true,
        governs: false,
    };

    fn check(&self) -> Result<(), OpError> {
        check("name", &self.name, NAME_MAX, Lines::One)?;
        bound("cells", self.cells.len(), TERRITORY_CELLS_MAX)?;
        if self.seed.len() != 16 || self.cells.is_empty() {
            return Err(OpError::Bound {
                field: "cells",
                why: "a territory has a seed of 16 bytes and at least one cell".into(),
            });
        }
        if self.cells.iter().any(|cell| !cell.is_place()) {
            return Err(OpError::Bound { field: "cells", why: "'@' and '!' are not places".into() });
        }
        // Ascending order puts a cell just before those that lie in it.
        if !self.cells.windows(2).all(|pair| matches!(pair, [a, b] if a < b && !a.contains(*b))) {
            return Err(OpError::Bound { field: "cells", why: "not ascending, or one within another".into() });
        }
        element::check_position(Some(self.centre))
    }

    fn tidy(&mut self) {
        line(&mut self.name);
    }

    fn registers(&self, author: IdentityId, cell: Cell) -> Vec<Register> {
        let lies_here = self.cells.iter().all(|of| cell.contains(*of));
        lies_here.then(|| Register::Territory(self.id(author))).into_iter().collect()
    }
}
