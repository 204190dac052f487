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
        import::{CloseGone, GoneFrom, ImportReport, ImportRequest, test_support::import},
        post::PostDraft,
    },
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
    match desk.ask(UndoImport { source: source.into(), dry_run })? {
        Outcome::UndoneImport(undone) => Ok(undone),
        other => unreachable!("{other:?}"),
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
fn many_are_taken_back_part_by_part() {
    let mut ada = Desk::of("Ada");
    let count = i32::try_from(CLOSED_MAX).unwrap() + 200;
    take(&mut ada, "wrong", count);
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: CLOSED_MAX as u64, kept: 0, left: 200 });
    assert_eq!(shown(&ada), 200);
    assert_eq!(undo(&mut ada, "wrong", false).unwrap(), Undone { closed: 200, kept: 0, left: 0 });
    assert_eq!(undo(&mut ada, "wrong", false).unwrap_err().code, FailureCode::NotFound);
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
