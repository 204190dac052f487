//! Who is known here, and may have more than strangers have: SPEC.md §9.6.

use super::Replica;
use crate::store::StoreError;
use communaut_protocol::{
    AuthorId, IdentityId, LogId, Scope,
    engine::{Strangers, strangers},
    op::{Op, Role},
};
use std::collections::{BTreeMap, BTreeSet};

/// Whether somebody may be known by it who was not before, or no longer.
pub(super) fn concerns(op: &Op) -> bool {
    op.rule().governs || matches!(op, Op::Vouch(_) | Op::Inception(_))
}

impl Replica {
    /// Look who is known now, if that may have changed. Gives who may have more than before.
    pub fn look_at_known(&mut self) -> BTreeSet<AuthorId> {
        if !std::mem::take(&mut self.known_stale) {
            return BTreeSet::new();
        }
        let Some(me) = self.me else { return BTreeSet::new() };
        let mut vouches: BTreeMap<IdentityId, BTreeSet<IdentityId>> = BTreeMap::new();
        let mut groups = vec![self.wanted.clone()];
        for (scope, view) in self.views.scopes() {
            let standing = view.vouches.iter().filter(|(_, vouch)| !vouch.withdrawn);
            // What is said in a closed community shows nothing outside of it.
            for ((person, by), _) in standing.filter(|_| !scope.is_closed()) {
                vouches.entry(*by).or_default().insert(*person);
            }
            let roles = view.governance.as_deref().map(|held| &held.roles).filter(|_| !scope.is_closed());
            groups.extend(
                roles
                    .filter(|roles| self.takes_part(scope, roles))
                    .map(|roles| roles.keys().copied().filter(|person| *person != me).collect()),
            );
        }
        self.strangers.know(strangers::known(me, &groups, &vouches))
    }

    /// Whether the user has a role outside of closed communities, and has written there by whichever device: anybody
    /// gives anybody a role in what they found.
    pub(super) fn takes_part(&self, scope: &Scope, roles: &BTreeMap<IdentityId, Role>) -> bool {
        let Some(me) = self.me.filter(|me| roles.contains_key(me)) else { return false };
        self.store.heads_under(&scope.key()).any(|(log, _)| log.author == me.into())
    }

    /// Something of a log is gone: what is held of its author there is looked up.
    pub(crate) fn held_less(&mut self, log: &LogId) -> Result<(), StoreError> {
        let (cell, mut held) = (log.scope.cell, Strangers::default());
        for entry in self.store.reader_by(cell, log.author).held() {
            held.took(entry?.header());
        }
        self.strangers.set(cell, log.author, held.spent(cell, log.author));
        Ok(())
    }
}
