//! What a person has to know of their identity.

use communaut_node::api::{IdentityInfo, PhraseState};

/// What a person has to know of their identity, on whichever page they are; the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    /// This device was taken out.
    Out,
    /// It was recovered twice at once: neither counts.
    Contested,
    /// Two devices have changed the identity at once.
    Frozen,
    /// The phrase is not written down.
    Phrase,
}

/// What concerns a person now.
#[must_use]
pub const fn concern(info: &IdentityInfo) -> Option<Concern> {
    // Before whether this device speaks: one that came in by such a recovery does not, and was not taken out.
    if !info.contested.is_empty() {
        Some(Concern::Contested)
    } else if !info.speaks {
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
    fn the_gravest_concern_comes_first() {
        let mut info = fixture::identity();
        assert_eq!(concern(&info), None);
        info.phrase = PhraseState::Unconfirmed;
        assert_eq!(concern(&info), Some(Concern::Phrase));
        info.frozen = true;
        assert_eq!(concern(&info), Some(Concern::Frozen));
        info.speaks = false;
        assert_eq!(concern(&info), Some(Concern::Out));
        let (entry, device) = (communaut_protocol::EntryId([1; 32]), communaut_protocol::DeviceId([1; 32]));
        info.contested = vec![communaut_node::api::Contested { entry, device, this: false }; 2];
        assert_eq!(concern(&info), Some(Concern::Contested));
    }
}
