#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::{
    daemon::desk::{Desk, carry},
    failure::FailureCode,
    import::{ImportItem, ImportRecord, test_support::record},
    modules::{
        Outcome,
        element::{ElementDraft, SaveElement},
        facts::SayStillRight,
        import::{CloseGone, GoneFrom, ImportReport, ImportRequest, StopImport, test_support::import},
        post::PostDraft,
    },
    snapshot::UndoProgress,
};

fn file(source: &str, count: i32) -> Vec<ImportItem> {
    let one = |number: i32| ImportRecord {
        source: source.into(),
        source_id: number.to_string(),
        has_id: true,
        name: format!("Lavoir {number}"),
        phone: "04 1".into(),
        lat_e7: 430_000_000 + number * 100_000,
        ..record()
    };
    (0..count).map(|number| ImportItem::Record(Box::new(one(number)))).collect()
}

fn take(desk: &mut Desk, source: &str, count: i32) -> ImportReport {
    import(desk, file(source, count), &ImportRequest::default())
}

fn named(desk: &Desk, name: &str) -> Arc<ElementView> {
    let mut own = desk.core.replica.views.elements().values();
    own.find(|held| held.name == name && held.owner == desk.me()).unwrap().clone()
}

fn shown(desk: &Desk) -> usize {
    desk.core.replica.views.elements().values().filter(|held| held.provenance.is_some() && !held.retracted).count()
}

fn undo(desk: &mut Desk, source: &str, dry_run: bool) -> Result<Undone, Failure> {
    undo_until(desk, source, dry_run, |_| false)
}

/// The same, ended once this says so of how far it is.
fn undo_until(
    desk: &mut Desk,
    source: &str,
    dry_run: bool,
    is_enough: impl Fn(&UndoJob) -> bool,
) -> Result<Undone, Failure> {
    let (answer, _kept) = tokio::sync::oneshot::channel();
    drop(desk.core.take_effects());
    UndoImport { source: source.into(), dry_run }.start(&mut desk.core, answer);
    loop {
        if desk.core.undo.as_ref().is_some_and(&is_enough) {
            let (answer, _kept) = tokio::sync::oneshot::channel();
            StopImport.start(&mut desk.core, answer);
        }
        let mut again = false;
        for effect in desk.core.take_effects() {
            match effect {
                Effect::Reply(_, Ok(Outcome::UndoneImport(undone))) => return Ok(undone),
                Effect::Reply(_, Err(failure)) => return Err(failure),
                Effect::Then(Input::UndoPart) => again = true,
                _ => {}
            }
        }
        assert!(again, "neither an answer nor a further part");
        desk.core.undo_part();
    }
}

fn edit(desk: &mut Desk, name: &str, change: impl FnOnce(&mut ElementDraft)) {
    let held = named(desk, name);
    let mut draft = ElementDraft::of(&held);
    change(&mut draft);
    desk.ask(SaveElement { id: Some(held.id), draft: Box::new(draft) }).unwrap();
}

#[test]
fn what_nobody_has_changed_is_taken_back_and_what_its_owner_wrote_stays() {
    let mut ada = Desk::of("Ada");
    take(&mut ada, "wrong", 5);
    take(&mut ada, "other", 2);
    edit(&mut ada, "Lavoir 3", |draft| draft.phone = "06 9".into());
    edit(&mut ada, "Lavoir 4", |draft| draft.description = "Bâché l'hiver".into());
    assert_eq!(undo(&mut ada, "wrong", true).unwrap(), Undone { closed: 3, kept: 2, left: 0 });
    assert_eq!(shown(&ada), 7, "only looked at");
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: 3, kept: 2, left: 0 });
    assert_eq!((shown(&ada), named(&ada, "Lavoir 3").phone.as_str()), (4, "06 9"));
    // Once more there is nothing to do; under its name it comes back.
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: 0, kept: 2, left: 0 });
    let again = take(&mut ada, "wrong", 5);
    assert_eq!((again.reopened, again.created, shown(&ada)), (3, 0, 7));
    // What its file changed since is the file's.
    assert_eq!(undo(&mut ada, "wrong", false).unwrap().closed, 3);
}

/// With it would go what was written on its wall, and what one has said of it.
#[test]
fn what_somebody_has_written_about_stays() {
    let mut ada = Desk::of("Ada");
    take(&mut ada, "wrong", 3);
    let [wall, said] = ["Lavoir 0", "Lavoir 1"].map(|name| named(&ada, name).id);
    ada.ask(PostDraft { text: "Il fuit".into(), wall: Some(wall), ..PostDraft::default() }).unwrap();
    ada.ask(SayStillRight { element: said }).unwrap();
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: 1, kept: 2, left: 0 });
    assert_eq!(shown(&ada), 2);
}

/// A run that is ended in the middle has done what it says, and the next one does the rest.
#[test]
fn many_are_taken_back_part_by_part_and_it_can_be_stopped() {
    let mut ada = Desk::of("Ada");
    let all = 2 * PART as u64 + 200;
    take(&mut ada, "wrong", i32::try_from(all).unwrap());
    let part = PART as u64;
    let stopped = undo_until(&mut ada, "wrong", false, |job| {
        // How far it is can be seen meanwhile.
        assert_eq!((job.source.as_str(), job.undone.closed), ("wrong", part));
        assert_eq!(job.rest.len() as u64, all - part);
        true
    });
    assert_eq!(stopped.unwrap(), Undone { closed: part, kept: 0, left: all - part });
    assert!(ada.core.undo.is_none());
    assert_eq!(shown(&ada) as u64, all - part);
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: all - part, kept: 0, left: 0 });
    assert_eq!(undo(&mut ada, "wrong", false).unwrap_err().code, FailureCode::NotFound);
    assert_eq!(ada.ask(StopImport).unwrap_err().code, FailureCode::NotFound);
}

/// Meanwhile nothing else of the kind begins, and what is under way is shown.
#[test]
fn one_at_a_time() {
    let mut ada = Desk::of("Ada");
    take(&mut ada, "wrong", i32::try_from(PART).unwrap() + 7);
    take(&mut ada, "other", 1);
    let (answer, _kept) = tokio::sync::oneshot::channel();
    UndoImport { source: "wrong".into(), dry_run: false }.start(&mut ada.core, answer);
    let progress = ada.core.snapshot().unwrap().overview.undo.clone();
    assert_eq!(progress, Some(UndoProgress { source: "wrong".into(), looked: PART as u64, left: 7 }));
    let other = ada.ask(UndoImport { source: "other".into(), dry_run: false }).unwrap_err();
    assert!(other.code == FailureCode::Busy && other.message.contains("'wrong' is being taken back"), "{other}");
    let import = ada.ask(ImportRequest { path: "a.csv".into(), ..ImportRequest::default() }).unwrap_err();
    assert_eq!(import, other);
    // What it would do may be asked.
    assert!(ada.ask(UndoImport { source: "other".into(), dry_run: true }).is_ok());
    ada.core.undo_part();
    assert!(ada.core.undo.is_none() && ada.core.snapshot().unwrap().overview.undo.is_none());
}

/// On another device nothing is remembered of what the file said: what stands as the import wrote it is the import's.
#[test]
fn another_device_takes_back_what_stands_as_it_was_imported() {
    let mut ada = Desk::of("Ada");
    take(&mut ada, "wrong", 3);
    edit(&mut ada, "Lavoir 1", |draft| draft.phone = "06 9".into());
    let mut other = ada.other_device();
    carry(&mut [&mut ada, &mut other]);
    assert_eq!(undo(&mut other, "wrong", false).unwrap(), Undone { closed: 2, kept: 1, left: 0 });
}

#[test]
fn a_name_that_is_not_here_is_told_with_the_one_that_may_be_meant() {
    let mut ada = Desk::of("Ada");
    take(&mut ada, "Équipements-2026", 1);
    for near in ["equipements-2026", "Equipements 2026", "Équipement-2026"] {
        let why = undo(&mut ada, near, true).unwrap_err();
        assert!(why.message.ends_with("did you mean 'Équipements-2026'?"), "{}", why.message);
        let why = ada.ask(GoneFrom { source: Some(near.into()) }).unwrap_err();
        assert!(why.message.contains("did you mean"), "{}", why.message);
        assert!(ada.ask(CloseGone { source: near.into() }).is_err());
    }
    let why = undo(&mut ada, "Équipements-2025", true).unwrap_err();
    assert!(why.message.contains("import-sources"), "{}: another year is another name", why.message);
    let sets = vec![DataSet { source: "Équipements-2026".into(), count: 1 }];
    assert_eq!(ada.ask(DataSets).unwrap(), Outcome::DataSets(sets));
}
