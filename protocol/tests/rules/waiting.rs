//! What waits for an identity is bounded, and nothing is forgotten for want of room. SPEC.md §7.1.

use crate::common::{Desk, FOIX, Person, book, person, post};
use communaut_protocol::{
    IdentityId, Scope,
    fold::{Record, ScopeState},
    limits::PENDING_MAX,
};

/// Posts of authors of whom nothing is known, as many as may wait.
fn strangers() -> Vec<Record> {
    let one = record(&person(9), "rien");
    let nobody = |n: u64| {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        Record { author: IdentityId(id), ..one.clone() }
    };
    (0..PENDING_MAX as u64).map(nobody).collect()
}

fn record(by: &Person, text: &str) -> Record {
    Desk::default().record(by, Scope::open(FOIX), 1, &post(text))
}

/// Finding 21 of the review: what came when nothing more could wait was dropped, and nobody knew that it was.
#[test]
fn what_finds_no_room_among_those_that_wait_is_folded_once_its_author_is_known() {
    let (alice, bob) = (person(1), person(2));
    let mut all = strangers();
    all.push(record(&alice, "me voici"));
    let mut state = ScopeState::new(Scope::open(FOIX));
    state.apply(all.clone(), &book([]));
    assert_eq!((state.pending(), state.view().posts.len()), (PENDING_MAX, 0));
    assert!(!state.identities_changed(&book([&bob])).again, "somebody else: nothing of theirs was dropped");
    let known = book([&alice, &bob]);
    assert!(state.identities_changed(&known).again, "to be fed anew");
    assert!(!state.identities_changed(&known).again, "once");
    let mut anew = ScopeState::new(Scope::open(FOIX));
    anew.apply(all, &known);
    assert_eq!((anew.pending(), anew.view().posts.len()), (PENDING_MAX, 1));
    // What still waits in the store alone is waited for.
    let mut state = ScopeState::new(Scope::open(FOIX));
    state.apply(strangers(), &book([]));
    state.apply([record(&alice, "me voici"), record(&bob, "moi aussi")], &book([]));
    assert!(state.waits() && state.identities_changed(&book([&bob])).again);
}
