//! A store that fails while the node runs: what is shown stays, nothing is acknowledged, and it comes back.

use super::{
    super::{
        clocks::Now,
        core::mending,
        desk::{Desk, MONACO, NOW_MS},
        input::{Effect, Input},
    },
    replica, secrets,
};
use crate::{
    failure::FailureCode,
    modules::{Command, Outcome, post::PostDraft},
    snapshot::{Phase, Trouble},
    store::StoreError,
};
use communaut_protocol::clock::Monotonic;
use std::{io, sync::Arc};
use tokio::sync::oneshot;

/// Longer than any wait until the next try, milliseconds.
const LONG_MS: u64 = 3_600_000;

fn draft(text: &str) -> Command {
    Command::Post(PostDraft { text: text.into(), position: Some(MONACO), ..PostDraft::default() })
}

fn at(elapsed_ms: u64) -> Now {
    Now { system_ms: NOW_MS, monotonic: Monotonic::from_ms(elapsed_ms) }
}

fn tick(desk: &mut Desk, elapsed_ms: u64) -> Vec<bool> {
    desk.core.handle(Input::Tick, at(elapsed_ms)).unwrap();
    let effects = desk.core.take_effects().into_iter();
    effects.filter_map(|effect| if let Effect::Mend { salvage } = effect { Some(salvage) } else { None }).collect()
}

fn damage() -> StoreError {
    StoreError::Damaged("a page is not what was written".into())
}

fn full() -> StoreError {
    let why = Arc::new(io::Error::from(io::ErrorKind::StorageFull));
    StoreError::File { what: "cannot write", path: "store/db".into(), why }
}

#[test]
fn what_was_not_yet_safe_is_not_acknowledged_and_what_is_shown_stays() {
    let mut ada = Desk::of("Ada");
    ada.ask(draft("avant")).unwrap();
    let (answer, _kept) = oneshot::channel();
    drop(ada.core.take_effects());
    draft("au mauvais moment").start(&mut ada.core, answer);
    ada.core.store_failed(&damage());
    let replies: Vec<_> = ada.core.take_effects().into_iter().collect();
    let told = replies.iter().find_map(|effect| match effect {
        Effect::Reply(_, outcome) => Some(outcome.as_ref().unwrap_err()),
        _ => None,
    });
    assert_eq!(told.unwrap().code, FailureCode::Io);
    assert_eq!(ada.core.replica.phase, Phase::Mending);
    assert_eq!(ada.core.replica.troubles, [Trouble::Damaged { why: damage().to_string() }, Trouble::Mending]);
    assert!(ada.posts().contains(&"avant".to_owned()), "still shown");
    assert!(!ada.core.replica.store.is_open(), "and nothing is written");
    assert!(ada.ask(draft("pendant")).is_err());
}

#[test]
fn it_is_tried_again_after_a_wait_that_doubles_up_to_a_minute() {
    let mut ada = Desk::of("Ada");
    let mut elapsed_ms = 10_000;
    ada.core.replica.clocks.monotonic = Monotonic::from_ms(elapsed_ms);
    ada.core.store_failed(&full());
    assert!(
        matches!(ada.core.replica.troubles.as_slice(), [Trouble::NotWritable { .. }]),
        "{:?}",
        ada.core.replica.troubles
    );
    for wait_ms in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000] {
        assert_eq!(tick(&mut ada, elapsed_ms + wait_ms - 1), [] as [bool; 0], "not before {wait_ms} ms");
        // A full disk is no damage: nothing is salvaged.
        assert_eq!(tick(&mut ada, elapsed_ms + wait_ms), [false], "after {wait_ms} ms");
        assert_eq!(tick(&mut ada, elapsed_ms + LONG_MS), [] as [bool; 0], "one at a time");
        elapsed_ms += LONG_MS;
        ada.core.not_mended(&full(), at(elapsed_ms));
    }
    // Damage seen meanwhile is mended, and stays to be.
    ada.core.not_mended(&damage(), at(elapsed_ms));
    assert!(!ada.core.replica.troubles.contains(&Trouble::Mending), "nobody is at it until the next try");
    assert_eq!(tick(&mut ada, elapsed_ms + LONG_MS), [true]);
    assert!(ada.core.replica.troubles.contains(&Trouble::Mending));
    ada.core.not_mended(&full(), at(elapsed_ms + LONG_MS));
    assert_eq!(tick(&mut ada, elapsed_ms + 2 * LONG_MS), [true]);
}

#[test]
fn the_state_is_built_anew_from_the_store_that_came_back() {
    let mut ada = Desk::of("Ada");
    ada.ask(draft("avant")).unwrap();
    ada.core.replica.store.flush().unwrap();
    let (me, generation, held) = (ada.me(), ada.core.generation, ada.core.replica.store.entries());
    ada.core.store_failed(&damage());
    let store = mending::reopen(ada.folder.path(), true).unwrap();
    assert_eq!(store.entries(), held);
    ada.core.renew(replica(*store, &ada.keys, secrets(ada.folder.path()))).unwrap();
    assert_eq!(ada.core.replica.troubles, [], "nothing was wrong with it");
    assert_eq!((ada.core.replica.phase, ada.core.generation), (Phase::Loading, generation + 1));
    // What was read of the store before is not taken for this one's.
    let late = Input::Loaded(generation, crate::daemon::input::Loaded::End(Ok(())));
    ada.core.handle(late, at(1)).unwrap();
    assert_eq!(ada.core.replica.phase, Phase::Loading);
    let end = Input::Loaded(generation + 1, crate::daemon::input::Loaded::End(Ok(())));
    ada.core.handle(end, at(2)).unwrap();
    assert_eq!((ada.core.replica.phase, ada.core.replica.me), (Phase::Ready, Some(me)));
    assert!(matches!(ada.ask(draft("après")), Ok(Outcome::Written(_))));
    assert!(ada.core.replica.store.entries() > held);
}
