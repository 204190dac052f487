//! An import whose author may speak no longer in the middle of it; a file that is only looked at.

use super::super::desk::Desk;
use crate::{
    daemon::input::{Effect, ImportEnd, ImportJob},
    failure::Failure,
    import::{ImportError, ImportItem, ImportNote, ImportRecord, Reason, Taken, test_support::record as test_record},
    modules::{
        Outcome,
        import::{Gone, ImportReport, ImportRequest, SKIPPED_MAX, test_support::import_noting},
    },
};
use tokio::sync::oneshot;

/// A file of garbage is counted to its end, and neither memory nor the answer grows with it.
#[test]
fn all_that_is_left_out_is_counted() {
    let mut ada = Desk::of("Ada");
    let (answer, _kept) = oneshot::channel();
    let key = ada.core.replica.said_key();
    ada.core.import = Some(ImportJob::new(answer, "places.csv".into(), &ImportRequest::default(), key));
    let row = |row: usize| Taken::itself(ImportItem::skipped(format!("row {row}"), Reason::NoName));
    for batch in 0..3 {
        ada.core.import_items((0..SKIPPED_MAX / 2 + 1).map(|number| row(batch * SKIPPED_MAX + number)).collect());
    }
    drop(ada.core.take_effects());
    ada.core.import_end(ImportEnd::default());
    let told = ada.core.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Reply(_, Ok(Outcome::Imported(report))) => Some(report),
        _ => None,
    });
    let report = told.unwrap();
    let all = 3 * (SKIPPED_MAX as u64 / 2 + 1);
    assert_eq!((report.read, report.skipped_count, report.skipped.len()), (all, all, SKIPPED_MAX));
}

#[test]
fn whoever_asked_is_told_why_it_broke_off() {
    let mut ada = Desk::of("Ada");
    let (answer, _kept) = oneshot::channel();
    let key = ada.core.replica.said_key();
    ada.core.import = Some(ImportJob::new(answer, "places.csv".into(), &ImportRequest::default(), key));
    drop(ada.core.take_effects());
    // This device was taken out meanwhile.
    ada.core.replica.me = None;
    let why = ada.core.replica.author().unwrap_err().message;
    ada.core.import_items(vec![Taken::itself(ImportItem::skipped("row 1", Reason::NoName))]);
    assert!(ada.core.import.is_some(), "the rest of the file is still to come");
    ada.core.import_end(ImportEnd::default());
    let told = ada.core.take_effects().into_iter().find_map(|effect| match effect {
        Effect::Reply(_, outcome) => Some(outcome),
        _ => None,
    });
    assert_eq!(told.unwrap(), Err(Failure::broke_off(ImportError::NotWritten { said: why })));
}

fn place(id: &str, name: &str) -> ImportItem {
    let record = ImportRecord { source_id: id.into(), name: name.into(), ..test_record() };
    ImportItem::Record(Box::new(record))
}

/// Take a file of these records, or only look at it; what came of it.
fn take(ada: &mut Desk, items: Vec<ImportItem>, dry_run: bool) -> ImportReport {
    let request = ImportRequest { dry_run, ..ImportRequest::default() };
    import_noting(ada, items, &request, vec![ImportNote::Swapped])
}

#[test]
fn a_dry_run_says_what_would_be_and_changes_nothing() {
    let mut ada = Desk::of("Ada");
    let first = take(&mut ada, vec![place("1", "Lavoir"), place("2", "Four")], false);
    assert_eq!((first.created, first.preview, first.gone), (2, None, Gone::default()));
    let held = ada.core.replica.views.elements().clone();

    let next = || vec![place("1", "Lavoir neuf"), place("3", "Halle")];
    let dry = take(&mut ada, next(), true);
    let preview = dry.preview.unwrap();
    assert_eq!((dry.created, dry.updated, dry.unchanged), (1, 1, 0));
    assert_eq!((preview.created, preview.updated), (vec!["Halle".to_owned()], vec!["Lavoir neuf".to_owned()]));
    assert_eq!(dry.gone, Gone { count: 1, names: vec!["Four".into()] });
    assert_eq!(dry.notes, [ImportNote::Swapped]);
    assert!(ada.core.replica.views.elements() == &held, "nothing was written");

    // As foretold.
    let real = take(&mut ada, next(), false);
    assert_eq!((real.created, real.updated, real.gone), (dry.created, dry.updated, dry.gone));
    assert_eq!(ada.core.replica.views.elements().len(), held.len() + 1);
}

/// An owner writes what the file has no word of; another file of the same name has other things by the same ids.
#[test]
fn a_file_that_comes_again_empties_nothing_and_turns_nothing_into_something_else() {
    let mut ada = Desk::of("Ada");
    let with = |name: &str, phone: &str, description: &str, lat_e7: i32| {
        let record = test_record();
        let (name, phone, description) = (name.into(), phone.into(), description.into());
        ImportItem::Record(Box::new(ImportRecord { name, phone, description, lat_e7, ..record }))
    };
    let here = test_record().lat_e7;
    take(&mut ada, vec![with("Lavoir", "1", "Fermé en août", here)], false);
    let again = take(&mut ada, vec![with("Lavoir", "1", "", here)], false);
    assert_eq!((again.updated, again.unchanged), (0, 1), "what the file does not say stays");
    let held = |ada: &Desk| {
        let all = ada.core.replica.views.elements().values().find(|element| element.provenance.is_some()).cloned();
        all.map(|element| (element.name.clone(), element.description.clone())).unwrap()
    };
    let other = take(&mut ada, vec![with("Boulangerie Martin", "2", "", here + 5_000_000)], false);
    assert_eq!((other.updated, other.skipped.len()), (0, 1));
    assert!(
        other.skipped[0].why.to_string().contains("is that of 'Lavoir', which lies 56 km from there"),
        "{:?}",
        other.skipped
    );
    assert_eq!(held(&ada), ("Lavoir".to_owned(), "Fermé en août".to_owned()));
    // It has moved, under its name.
    let moved = take(&mut ada, vec![with("Lavoir", "2", "", here + 5_000_000)], false);
    assert_eq!((moved.updated, held(&ada).1.as_str()), (1, "Fermé en août"));
}

/// An event that its file cancels is closed; what was never held is not made of it.
#[test]
fn what_is_cancelled_is_closed() {
    let mut ada = Desk::of("Ada");
    let cancelled = |id: &str| match place(id, "Bal") {
        ImportItem::Record(record) => ImportItem::Record(Box::new(ImportRecord { cancelled: true, ..*record })),
        skipped => skipped,
    };
    take(&mut ada, vec![place("1", "Bal")], false);
    let shown = |ada: &Desk| ada.core.replica.views.elements().values().filter(|held| held.name == "Bal").count();
    assert_eq!(shown(&ada), 1);
    let report = take(&mut ada, vec![cancelled("1"), cancelled("2")], false);
    assert_eq!((report.created, report.updated, shown(&ada)), (0, 1, 0));
    assert!(
        report.skipped.len() == 1 && report.skipped[0].why.to_string().contains("cancelled"),
        "{:?}",
        report.skipped
    );
    let again = take(&mut ada, vec![cancelled("1")], false);
    assert_eq!((again.created, again.updated, shown(&ada)), (0, 0, 0));
}
