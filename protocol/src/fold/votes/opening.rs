//! For whom a vote is open. SPEC.md §8.3.

use super::{OpeningView, electorate_root};
use crate::{
    fold::{Record, roles::Roles},
    ids::{EntryId, Hash, IdentityId},
    op::{Op, OpenOp, ProposalOp},
};
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// Electorates by the acts that an opening names, whose past is held: nothing that comes changes them, and votes of the
/// same time share one.
#[derive(Debug, Clone, Default)]
pub(super) struct Electorates(BTreeMap<Vec<EntryId>, Electorate>);

/// Who may vote, ascending, and the root by which that is named.
#[derive(Debug, Clone)]
struct Electorate {
    people: Arc<[IdentityId]>,
    root: Hash,
}

/// Whom a teller names, and by which acts.
#[derive(Clone)]
struct Named {
    people: Arc<[IdentityId]>,
    refs: Vec<EntryId>,
}

/// For whom a vote is open.
pub(super) struct Opening {
    pub view: OpeningView,
    pub people: Arc<[IdentityId]>,
    /// Whether all that tellers name is held: then nothing that comes changes what they say.
    pub complete: bool,
}

impl Electorates {
    fn of(&mut self, op: &OpenOp, roles: &Roles) -> Option<Electorate> {
        if let Some(held) = self.0.get(&op.refs) {
            return Some(held.clone());
        }
        if !roles.holds(&op.refs) {
            return None;
        }
        let (then, complete) = roles.within(op.refs.iter().copied());
        let people: Arc<[IdentityId]> = then.ranks().keys().copied().collect();
        let found = Electorate { root: electorate_root(&people), people };
        complete.then(|| self.0.entry(op.refs.clone()).or_insert(found).clone())
    }

    /// Who opened a vote for whom.
    pub fn opening<'a>(
        &mut self,
        opens: impl Iterator<Item = &'a Arc<Record>>,
        author: IdentityId,
        op: &ProposalOp,
        roles: &Roles,
    ) -> Opening {
        let mut named: BTreeMap<IdentityId, BTreeMap<Hash, Named>> = BTreeMap::new();
        let mut complete = true;
        for open in opens.filter(|open| op.tellers.contains(&open.author)) {
            let Op::Open(said) = &open.op else { continue };
            let Some(found) = self.of(said, roles) else {
                complete = false;
                continue;
            };
            // What a teller says of whoever has a role by these acts is true, and who proposed is one of them.
            if found.root == said.electorate && found.people.binary_search(&author).is_ok() {
                let held = named
                    .entry(open.author)
                    .or_default()
                    .entry(found.root)
                    .or_insert_with(|| Named { people: found.people, refs: said.refs.clone() });
                held.refs = said.refs.clone().min(std::mem::take(&mut held.refs));
            }
        }
        let contradicting = named.iter().filter(|(_, roots)| roots.len() > 1).map(|(teller, _)| *teller).collect();
        let mut roots: BTreeMap<Hash, (Vec<IdentityId>, Named)> = BTreeMap::new();
        // Whoever names two counts for both: so nobody takes back what they have opened.
        for (teller, said) in named {
            for (root, said) in said {
                let (tellers, held) = roots.entry(root).or_insert_with(|| (Vec::new(), said.clone()));
                tellers.push(teller);
                held.refs = said.refs.min(std::mem::take(&mut held.refs));
            }
        }
        let most = roots.iter().max_by_key(|(root, (tellers, _))| (tellers.len(), Reverse(**root)));
        let refs = most.map(|(_, (_, named))| named.refs.clone()).unwrap_or_default();
        roots.retain(|_, (tellers, _)| tellers.len() >= usize::from(op.agree));
        // Two that stand beside each other open nothing.
        let stands = roots.pop_first().filter(|_| roots.is_empty());
        let (electorate, tellers, people) = match stands {
            Some((root, (tellers, named))) => (Some(root), tellers, named.people),
            None => (None, Vec::new(), Arc::default()),
        };
        Opening { view: OpeningView { electorate, tellers, contradicting, refs }, people, complete }
    }
}
