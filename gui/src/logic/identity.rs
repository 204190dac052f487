//! Who one is, with one's devices and one's phrase, as the node last said.

use communaut_node::api::{IdentityInfo, PhraseState, Snapshot};
use communaut_protocol::fold::IdentityView;
use std::sync::Arc;

/// What the window knows of its owner.
#[derive(Debug, Default)]
pub struct KnownIdentity {
    info: Option<IdentityInfo>,
    /// The view for which it was asked.
    seen: Option<Arc<IdentityView>>,
}

impl KnownIdentity {
    /// What the node last said.
    #[must_use]
    pub const fn info(&self) -> Option<&IdentityInfo> {
        self.info.as_ref()
    }

    /// Whether the node is to be asked: the identity's log says something else than when it last was.
    pub fn is_stale(&mut self, snapshot: &Snapshot) -> bool {
        let Some(held) = snapshot.me.as_ref().and_then(|me| snapshot.person(me.id)) else { return false };
        if self.seen.as_ref().is_some_and(|seen| Arc::ptr_eq(seen, held)) {
            return false;
        }
        self.seen = Some(held.clone());
        true
    }

    /// The node has said it.
    pub fn take(&mut self, info: IdentityInfo) {
        self.info = Some(info);
    }
}

/// What a person has to know of their identity, on whichever page they are; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// This device was taken out.
    Out,
    /// Two devices have changed the identity at once.
    Frozen,
    /// The phrase is not written down.
    Phrase,
}

/// What concerns a person now.
#[must_use]
pub const fn concern(info: &IdentityInfo) -> Option<Concern> {
    if !info.speaks {
        Some(Concern::Out)
    } else if info.frozen {
        Some(Concern::Frozen)
    } else if matches!(info.phrase, PhraseState::Unconfirmed) {
        Some(Concern::Phrase)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn it_is_asked_once_for_each_change_of_the_identity() {
        let mut snapshot = fixture::helsinki();
        let mut identity = KnownIdentity::default();
        assert!(!identity.is_stale(&fixture::empty()), "nobody yet");
        assert!(identity.is_stale(&snapshot));
        snapshot.version += 1;
        assert!(!identity.is_stale(&snapshot), "something else has changed");
        let me = snapshot.me.as_ref().map(|me| me.id).unwrap_or_default();
        let view = IdentityView { id: me, name: "Camille M.".into(), ..IdentityView::default() };
        snapshot.identities.insert(me, Arc::new(view));
        assert!(identity.is_stale(&snapshot));
        assert!(!identity.is_stale(&snapshot));
    }

    #[test]
    fn the_gravest_concern_comes_first() {
        let mut info = fixture::identity();
        assert_eq!(concern(&info), None);
        info.phrase = PhraseState::Unconfirmed;
        assert_eq!(concern(&info), Some(Concern::Phrase));
        info.frozen = true;
        assert_eq!(concern(&info), Some(Concern::Frozen));
        info.speaks = false;
        assert_eq!(concern(&info), Some(Concern::Out));
    }
}
