//! Reducers of content: what is said under the rights that governance gives. One file a kind, each with its view, what
//! it keeps beside it, and its function, which is called for each operation by itself, in any order.

mod announced;
mod bookmarks;
mod claims;
mod corrections;
mod elements;
mod index;
mod labels;
mod links;
mod order;
mod posts;
mod reactions;
mod rights;
mod rooms;
mod view;
mod vouches;

pub use announced::{StubView, TerritoryView};
pub use bookmarks::{BookmarkKey, BookmarkView};
pub use claims::{
    ClaimKey, ClaimState, ClaimView, Claims, ClaimsSaid, ConfirmView, StandingClaim, TermsView, claim_turn,
};
pub use corrections::CorrectionView;
pub use elements::{ElementView, InsteadView};
pub use index::Lookup;
pub use labels::{LabelKey, LabelView};
pub use links::{LinkKey, LinkView, LinkWord};
pub use order::in_order;
pub use posts::{EditView, PostView};
pub use reactions::{PostReactions, ReactionView, count_reactions};
pub use rights::Right;
pub use rooms::Rooms;
pub use view::{Changes, ScopeView};
pub use vouches::VouchView;

use super::Record;
use crate::op::{Op, Role};

/// What reducers of content keep beside the view: words that may count later.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    links: links::LinksSaid,
    reactions: reactions::ReactionsSaid,
    /// In a wide scope.
    announced: announced::AllAnnounced,
    vouches: vouches::VouchesSaid,
    edits: posts::EditsSaid,
}

/// Into what an operation is folded.
pub(super) struct Context<'a> {
    pub view: &'a mut ScopeView,
    pub said: &'a mut Said,
    /// The role by which it is said, in a container.
    pub role: Option<Role>,
    pub changes: &'a mut Changes,
}

/// Fold one operation. What governs, keys, restatements and identities have reducers of their own, over all of their
/// kind.
pub(super) fn fold(record: &Record, context: &mut Context<'_>) {
    if record.log.scope.is_closed() && context.role.is_none() && !matches!(record.op, Op::Element(_)) {
        // An old key is no role. The founder is known by the card, which has a rule of its own.
        return;
    }
    match record.op.clone() {
        Op::Element(op) => elements::fold(*op, record, context),
        Op::Post(op) => posts::fold(op, record, context),
        Op::Reaction(op) => reactions::fold(&op, record, context),
        Op::Link(op) => links::fold(op, record, context),
        Op::Bookmark(op) => bookmarks::fold(op, record, context),
        Op::Label(op) => labels::fold(op, record, context),
        Op::Vouch(op) => vouches::fold(&op, record, context),
        Op::Correction(op) => corrections::fold(*op, record, context),
        Op::Territory(op) => announced::fold_territory(op, record, context),
        Op::Stub(op) => announced::fold_stub(op, record, context),
        Op::Claim(op) => claims::fold_claim(op, record, context),
        Op::Confirm(op) => claims::fold_confirm(op, record, context),
        Op::Terms(op) => claims::fold_terms(op, record, context),
        Op::Erase(_)
        | Op::Void(_)
        | Op::Restate(_)
        | Op::Role(_)
        | Op::Proposal(_)
        | Op::Ballot(_)
        | Op::Close(_)
        | Op::ActWitness(_)
        | Op::Open(_)
        | Op::Carry(_)
        | Op::Founding(_)
        | Op::Settle(_)
        | Op::Keep(_)
        | Op::Wraps(_)
        | Op::KeyEpoch(_)
        | Op::Seed(_)
        | Op::Offer(_)
        | Op::Inception(_)
        | Op::Device(_)
        | Op::Profile(_)
        | Op::Out(_)
        | Op::Recovery(_)
        | Op::Witness(_)
        | Op::Decide(_)
        | Op::Unknown(_) => {}
    }
}
