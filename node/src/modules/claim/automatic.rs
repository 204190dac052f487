//! Where the terms say so, the owner's node gives places as they are asked for: it is the arrival there that counts.

use super::DecideClaims;
use crate::daemon::replica::Replica;
use communaut_protocol::{ElementId, IdentityId, Scope, fold::ScopeView, op::Op};
use std::collections::BTreeSet;

impl Replica {
    /// Once a second: of scopes in which something was said of places, give what there is.
    pub(crate) fn tend_claims(&mut self, me: IdentityId) {
        for scope in self.views.take_claimed() {
            let Some(view) = self.views.scopes().get(&scope) else { continue };
            // Where nothing can be given, nobody asked for it: it is looked at again when more is said.
            let given: Vec<(Scope, Op)> = own_automatic(view, me)
                .into_iter()
                .filter_map(|resource| DecideClaims::of(resource, Vec::new(), true).decided(view).ok().flatten())
                .map(|op| (scope, Op::Confirm(op)))
                .collect();
            // What found no room in one confirmation is looked at again once that is folded.
            if !given.is_empty()
                && let Err(failure) = self.write(me, given)
            {
                tracing::warn!("places are not given by themselves: {failure}");
            }
        }
    }
}

/// What is somebody's own and says that places are given by itself.
fn own_automatic(view: &ScopeView, me: IdentityId) -> BTreeSet<ElementId> {
    let said: BTreeSet<ElementId> = view.claims.terms.keys().map(|(resource, ..)| *resource).collect();
    let own = said.into_iter().filter(|id| view.elements.get(id).is_some_and(|held| held.owner == me));
    own.filter(|id| view.terms_of(*id).is_some_and(|terms| terms.said.automatic)).collect()
}
