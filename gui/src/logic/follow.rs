//! Who follows an element.

use communaut_node::api::Snapshot;
use communaut_protocol::{
    ElementId,
    fold::ElementView,
    op::{LinkKind, LinkState},
};

/// Followers of an element, as far as its scope is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Followers {
    /// Whether I am one.
    pub me: bool,
    /// How many.
    pub count: usize,
}

/// The followers of an element. Reads every link of its scope: not for each frame.
#[must_use]
pub fn followers(snapshot: &Snapshot, element: &ElementView) -> Followers {
    let me = snapshot.me.as_ref().map(|me| ElementId::from(me.id));
    let links = snapshot.scopes.get(&element.scope).into_iter().flat_map(|scope| scope.links.values());
    let mut found = Followers::default();
    for link in links {
        if link.target == element.id && link.kind == LinkKind::Follower && link.state == LinkState::Accepted {
            found.count += 1;
            found.me |= Some(link.source) == me;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]
    use super::*;
    use crate::fixture;
    use communaut_protocol::{EntryId, IdentityId, Stamp, fold::LinkView};
    use std::sync::Arc;

    fn say(snapshot: &mut Snapshot, target: &ElementView, source: IdentityId, kind: LinkKind, state: LinkState) {
        let link = LinkView {
            source: source.into(),
            target: target.id,
            kind,
            role: String::new(),
            state,
            author: source,
            stamp: Stamp::default(),
            entry: EntryId([1; 32]),
        };
        let links = &mut snapshot.scopes.entry(target.scope).or_default().links;
        links.insert((link.source, link.target, kind), Arc::new(link));
    }

    #[test]
    fn followers_are_counted_and_those_who_left_are_not() {
        let mut snapshot = fixture::helsinki();
        let me = snapshot.me.as_ref().unwrap().id;
        let kitchen = snapshot.elements.values().find(|e| e.name == "Bicycle kitchen").cloned().unwrap();
        assert_eq!(followers(&snapshot, &kitchen), Followers::default());
        let (a, b) = (IdentityId([71; 32]), IdentityId([72; 32]));
        say(&mut snapshot, &kitchen, a, LinkKind::Follower, LinkState::Accepted);
        say(&mut snapshot, &kitchen, b, LinkKind::Follower, LinkState::Left);
        say(&mut snapshot, &kitchen, b, LinkKind::Member, LinkState::Accepted);
        assert_eq!(followers(&snapshot, &kitchen), Followers { me: false, count: 1 });
        say(&mut snapshot, &kitchen, me, LinkKind::Follower, LinkState::Accepted);
        assert_eq!(followers(&snapshot, &kitchen), Followers { me: true, count: 2 });
        say(&mut snapshot, &kitchen, me, LinkKind::Follower, LinkState::Left);
        assert_eq!(followers(&snapshot, &kitchen), Followers { me: false, count: 1 });
    }
}
