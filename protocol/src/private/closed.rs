//! Where a closed community lies. SPEC.md §10.4.

use super::keys::{CommunitySecret, ProofKey, derive};
use crate::{
    geo::Cell,
    ids::{AuthorId, ElementId, IdentityId},
    limits::NETWORK,
    scope::Scope,
};

/// Milliseconds of a day, by which topics change their names.
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A closed community as whoever belongs knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Community {
    /// The element whose card it is.
    pub id: ElementId,
    /// What blinds its scopes.
    pub secret: CommunitySecret,
}

impl Community {
    /// Where everything is written, sealed.
    #[must_use]
    pub fn scope(&self) -> Scope {
        self.blinded("communaut 2026 closed scope")
    }
    /// Where keys are handed out.
    #[must_use]
    pub fn key_scope(&self) -> Scope {
        self.blinded("communaut 2026 closed keys")
    }
    /// What opens the key scope.
    #[must_use]
    pub fn door(&self) -> ProofKey {
        self.secret.door(self.id)
    }
    /// What blinds a person who writes in it: who does not belong cannot tell which of the people that they know writes
    /// here.
    #[must_use]
    pub fn author(&self, person: IdentityId) -> AuthorId {
        AuthorId(derive("communaut 2026 closed author", &[&person.0, self.secret.expose()]))
    }
    fn blinded(&self, context: &str) -> Scope {
        let container = ElementId(derive(context, &[&self.id.0, self.secret.expose()]));
        Scope { cell: Cell::CLOSED, container }
    }
}

/// The gossip topic of a closed scope on the day of a time, for networks in which only members see who hears what.
/// Not to be announced to others: two nodes that hear the same topic have something in common.
#[must_use]
pub fn topic(key: &ProofKey, now_ms: u64) -> String {
    let day = now_ms.checked_div(DAY_MS).unwrap_or(0);
    let name = ElementId(derive("communaut 2026 closed topic", &[key.expose(), &day.to_be_bytes()]));
    format!("communaut/{NETWORK}/{name}")
}
