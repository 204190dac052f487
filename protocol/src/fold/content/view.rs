//! What a scope adds up to, and what an application changed of it.

use super::{
    BookmarkKey, BookmarkView, ClaimsSaid, CorrectionView, ElementView, LabelKey, LabelView, LinkKey, LinkView, Lookup,
    PostReactions, PostView, Rooms, StubView, TerritoryView, VouchView,
};
use crate::{
    Stamp,
    codec::{self, CodecError},
    entry::hash,
    fold::{ErasureView, Erasures, Governance, KeysView},
    ids::{ElementId, EntryId, Hash, IdentityId},
};
use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::Arc};

/// What a scope adds up to. Cloning is cheap (persistent maps).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeView {
    /// By id; also those not shown (see [`ElementView::is_shown`]). Put by [`ScopeView::put_element`].
    pub elements: OrdMap<ElementId, Arc<ElementView>>,
    /// By (stamp, id): oldest first. Put by [`ScopeView::put_post`].
    pub posts: OrdMap<(Stamp, EntryId), Arc<PostView>>,
    /// By post that is shown, then by person; posts without any are left out.
    pub reactions: OrdMap<EntryId, PostReactions>,
    /// By source, target, kind and role. Put by [`ScopeView::put_link`].
    pub links: OrdMap<LinkKey, Arc<LinkView>>,
    /// By id.
    pub territories: OrdMap<ElementId, Arc<TerritoryView>>,
    /// By element and author: a stub cannot prove who owns the element, so nobody's replaces another's.
    pub stubs: OrdMap<(ElementId, IdentityId), Arc<StubView>>,
    /// What was erased, by target.
    pub erasures: Erasures,
    /// Of a container.
    pub governance: Option<Arc<Governance>>,
    /// Of a closed community.
    pub keys: Option<Arc<KeysView>>,
    /// By element, author and address, also those that are removed or do not count ([`ScopeView::bookmarks_on`]).
    #[serde(default, skip_serializing_if = "OrdMap::is_empty")]
    pub bookmarks: OrdMap<BookmarkKey, Arc<BookmarkView>>,
    /// What was said of places ([`ScopeView::claims_on`]).
    #[serde(default, skip_serializing_if = "ClaimsSaid::is_empty")]
    pub claims: ClaimsSaid,
    /// By what they are on, author and word, also those that were taken back ([`ScopeView::labels_on`]).
    #[serde(default, skip_serializing_if = "OrdMap::is_empty")]
    pub labels: OrdMap<LabelKey, Arc<LabelView>>,
    /// By person and who vouches, also those that were taken back ([`ScopeView::vouches_for`]).
    #[serde(default, skip_serializing_if = "OrdMap::is_empty")]
    pub vouches: OrdMap<(IdentityId, IdentityId), VouchView>,
    /// By element and author, also those that were taken back or answered ([`ScopeView::corrections_of`]).
    #[serde(default, skip_serializing_if = "OrdMap::is_empty")]
    pub corrections: OrdMap<(ElementId, IdentityId), Arc<CorrectionView>>,
    /// Posts by their conversation and room. It follows from what was said, and stands in no digest.
    #[serde(skip)]
    pub rooms: Rooms,
    /// What is found by something else than its id. The same holds.
    #[serde(skip)]
    pub lookup: Lookup,
}

impl ScopeView {
    /// BLAKE3 over the canonical bytes: equal scopes give equal digests.
    pub fn digest(&self) -> Result<Hash, CodecError> {
        Ok(hash(&codec::encode(self)?))
    }
}

/// What an application changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Elements whose view differs.
    pub elements: BTreeSet<ElementId>,
    /// Whether anything else differs.
    pub other: bool,
    /// Erasures that have begun to count, or have been voided: the replica drops the payloads, and where one had been
    /// folded feeds the whole scope again.
    pub erasures: Vec<ErasureView>,
    /// How often all that is said in the scope was folded anew, since rights or erasures changed.
    pub refolded: u64,
    /// Whether the whole scope is to be fed again: something was folded of what a restatement says, or of a container
    /// where much is said, and is erased now, or no longer; or something may count that found no room while it had to
    /// wait.
    pub again: bool,
}

impl Changes {
    /// Both, one after the other.
    pub fn join(&mut self, later: Self) {
        self.elements.extend(later.elements);
        self.erasures.extend(later.erasures);
        self.other |= later.other;
        self.again |= later.again;
        self.refolded = self.refolded.saturating_add(later.refolded);
    }
}
